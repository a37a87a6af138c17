"""The dated rates a run is priced with, as they are stored beside its figures: amount, day, source, how sure.

Where a rate is not known on the run's day, all are those of the last day on which every one was, and that is stored.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from brobygger import analysis
from brobygger.analysis import RateError
from brobygger.analysis.rates import WeekPrices, is_known, is_sure, rate_name
from brobygger.analysis.weeks import WEEKS_PER_MONTH
from brobygger.law.ladder import STATE_SHARE
from brobygger.law.parameters import Parameters, ParameterValue

Payload = dict[str, Any]

BENEFIT_RATE = "rate.cash_benefit"
DISCOUNT_RATE = "discount.first"
PRICES = analysis.five_prices(BENEFIT_RATE)
_OTHERS = (rate for each in PRICES for rate in each.rates if rate != BENEFIT_RATE)
RATES = (BENEFIT_RATE, *dict.fromkeys(_OTHERS), DISCOUNT_RATE)
"""What an effect is priced with here, cash benefit first."""


def level_on(numbers: Parameters, on: date) -> date:
    """The day whose rates are used on a day. Raises RateError where they never were known together."""
    return analysis.last_known_day(RATES, on, numbers=numbers)


def rates_record(numbers: Parameters, on: date) -> Payload:
    """The rates used on a day and what a week costs with them at the top of the refund ladder; empty without any."""
    try:
        level = level_on(numbers, on)
        ladder = numbers.on(STATE_SHARE, on)
        last = ladder.steps[-1]
        prices = analysis.week_prices(
            PRICES, weeks=[0], starts_on=on, prices_on=level, ladder_before=last.week - 1, rates=numbers
        )
    except (RateError, LookupError):
        return {}
    return {
        "asked_on": on.isoformat(),
        "on": level.isoformat(),
        "unknown": [rate_name(rate) for rate in RATES if not is_known(rate, on, numbers=numbers)],
        "used": [_rate(numbers.on(rate, level)) for rate in RATES],
        "ladder": {
            **_where(ladder),
            "steps": [[step.week, float(step.amount)] for step in ladder.steps],
        },
        "last_step": {"week": last.week, "state_percent": float(last.amount), "rows": week_rows(prices)},
    }


def week_rows(prices: WeekPrices) -> list[Payload]:
    """What a week in each status costs and gives on average over the weeks, in kroner."""
    return [
        {
            "status": each.status,
            "payer": each.payer.value,
            "municipality": round(float(prices.municipality[row].mean()), 2),
            "state": round(float(prices.state[row].mean()), 2),
            "citizen": round(float(prices.citizen[row].mean()), 2),
        }
        for row, each in enumerate(prices.statuses)
    ]


def saved_per_month(rates: Payload, status: str) -> tuple[float, float]:
    """Kroner a month that the municipality, and it and the state together, save when one goes from benefit to a status.

    At the last step of the refund ladder; below 0 where the other status costs more.
    """
    rows = {each["status"]: each for each in rates["last_step"]["rows"]}
    gone, come = rows["benefit"], rows[status]
    own = gone["municipality"] - come["municipality"]
    return own * WEEKS_PER_MONTH, (own + gone["state"] - come["state"]) * WEEKS_PER_MONTH


def _rate(value: ParameterValue) -> Payload:
    return {
        **_where(value),
        "id": value.id,
        "name": rate_name(value.id),
        "amount": "" if value.amount is None else f"{value.amount.normalize():f}",
        "unit": value.unit,
    }


def _where(value: ParameterValue) -> Payload:
    return {
        "from": value.start.isoformat(),
        "source": str(value.source),
        "url": value.source.url,
        "is_sure": is_sure(value),
        "is_own": value.is_local,
    }
