"""From pay evidence to the actual hourly wage cost (D03-D06).

Everything is an exact fraction of a krone until the end. The rate is rounded once to øre; the parts are rounded as a
running total, so that what is shown adds up to the rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from brobygger.law.codes import PriceLineKind
from brobygger.law.parameters import Parameters, ParameterValue
from brobygger.payment.month import DatedRate
from brobygger.payment.parameters import money_parameters
from brobygger.payment.pay_evidence import Holiday, PayEvidence
from brobygger.payment.pay_items import (
    ALREADY_IN_THE_WAGE,
    BASE,
    COVERED_BY_THE_AGREEMENT,
    ITEM_RULES,
    NEVER_PAID,
    ItemRule,
    PayItem,
    PayItemKind,
    Per,
    RefusedItem,
    refusal_of,
)
from brobygger.payment.price import PER_HOUR, PriceLine
from brobygger.values.money import ZERO, running_oere
from brobygger.values.period import Period
from brobygger.values.source import Source

WORKING_DAYS_PER_YEAR = 52 * 5
MONTHS_PER_QUARTER = 3
_HOLIDAY_RATE = {
    Holiday.ALLOWANCE: (PayItemKind.HOLIDAY_ALLOWANCE, "holiday.allowance"),
    Holiday.ALLOWANCE_BY_CHOICE: (PayItemKind.HOLIDAY_ALLOWANCE, "holiday.choice"),
    Holiday.WITH_PAY: (PayItemKind.HOLIDAY_SUPPLEMENT, "holiday.supplement"),
}


@dataclass(frozen=True)
class CostPart:
    """Kroner an hour of one line, as what it is counted, and the rule. Not ``confirmed``: the way is our own."""

    text: str
    counted_as: PriceLineKind
    per_hour: Decimal
    rule: ItemRule
    confirmed: bool = True


@dataclass(frozen=True)
class HourlyCost:
    """Kroner for one hour of the mentor: the parts that make it, and what was left out and why.

    ``already_counted`` are the employee's own shares, which lie inside the wage.
    """

    rate: Decimal
    parts: tuple[CostPart, ...]
    refused: tuple[RefusedItem, ...]
    already_counted: tuple[PayItem, ...]

    def as_price_lines(self) -> tuple[PriceLine, ...]:
        """The parts as the lines of a grant's price; their hourly rate is exactly ``rate``."""
        return tuple(PriceLine(part.counted_as, part.text, part.per_hour, PER_HOUR) for part in self.parts)


@dataclass(frozen=True)
class _Exact:
    text: str
    rule: ItemRule
    amount: Fraction
    confirmed: bool = True


def hourly_cost(evidence: PayEvidence, *, on: date, parameters: Parameters | None = None) -> HourlyCost:
    """The hourly cost that the paper shows on a day, with every line accounted for.

    Raises MissingParameter where holiday pay shall be worked out for a day before the rates were read.
    """
    refused = tuple(each for item in evidence.items if (each := refusal_of(item, on=on)))
    left_out = {id(each.item) for each in refused}
    counted = [
        item for item in evidence.items if id(item) not in left_out and item.kind not in ALREADY_IN_THE_WAGE
    ]
    exact = [_exact(item, evidence) for item in counted]
    exact += _holiday(evidence, on, parameters or money_parameters())
    shown = running_oere(each.amount for each in exact)
    parts = tuple(
        CostPart(each.text, each.rule.counted_as, amount, each.rule, each.confirmed)
        for each, amount in zip(exact, shown, strict=True)
        if each.rule.counted_as is not None
    )
    inside = tuple(item for item in evidence.items if item.kind in ALREADY_IN_THE_WAGE)
    return HourlyCost(sum(shown, ZERO), parts, refused, inside)


def rates_in(
    evidences: Iterable[PayEvidence], period: Period, *, parameters: Parameters | None = None
) -> tuple[DatedRate, ...]:
    """The hourly rate of each part of a period, by the paper that counts; days without paper are in none.

    A rate is worked out for the first day of its part, so a part never crosses from one paper to the next.
    """
    found = []
    for evidence in sorted(evidences, key=lambda each: each.valid.start):
        part = evidence.valid.intersection(period)
        if part is not None:
            cost = hourly_cost(evidence, on=part.start, parameters=parameters)
            found.append(DatedRate(part, cost.rate))
    return tuple(found)


def _exact(item: PayItem, evidence: PayEvidence) -> _Exact:
    left_to_the_agreement = item.kind in NEVER_PAID
    rule = COVERED_BY_THE_AGREEMENT if left_to_the_agreement else ITEM_RULES[item.kind]
    return _Exact(item.label, rule, _per_hour(item, evidence), confirmed=not left_to_the_agreement)


def _per_hour(item: PayItem, evidence: PayEvidence) -> Fraction:
    amount = Fraction(item.amount)
    if item.per is Per.HOUR:
        return amount
    if item.per is Per.PERCENT:
        return amount / 100 * _base(evidence)
    assert evidence.minutes is not None  # the evidence was checked when it was made
    hours = Fraction(evidence.minutes, 60)
    return amount / (hours * MONTHS_PER_QUARTER if item.per is Per.QUARTER else hours)


def _base(evidence: PayEvidence) -> Fraction:
    """Kroner an hour that per cent are taken of: wage and fixed supplements, the employee's own shares inside."""
    return sum((_per_hour(item, evidence) for item in evidence.items if item.kind in BASE), start=Fraction(0))


def _holiday(evidence: PayEvidence, on: date, parameters: Parameters) -> list[_Exact]:
    if evidence.holiday is Holiday.STATED:
        return []
    kind, parameter_id = _HOLIDAY_RATE[evidence.holiday]
    percent = parameters.on(parameter_id, on)
    base = _base(evidence)
    found = [_of_percent(kind, percent, base)]
    if evidence.holiday is Holiday.WITH_PAY:
        found.append(_wage_in_holidays(base, evidence.holiday_days))
    return found


def _of_percent(kind: PayItemKind, percent: ParameterValue, base: Fraction) -> _Exact:
    assert percent.amount is not None  # each row in payment/data has its number
    amount = Fraction(percent.amount) / 100 * base
    return _Exact(kind.label, ITEM_RULES[kind], amount, percent.is_confirmed)


def _wage_in_holidays(base: Fraction, days: int) -> _Exact:
    """The hours worked carry the wage of the days off: days / (260 - days). The order names no way to do it."""
    kind = PayItemKind.HOLIDAY_WITH_PAY
    share = Fraction(days, WORKING_DAYS_PER_YEAR - days)
    return _Exact(kind.label, ITEM_RULES[kind], base * share, confirmed=False)


def sources_of(cost: HourlyCost) -> tuple[Source, ...]:
    """Where it stands that the parts count, each once, for the foot of a page or a letter."""
    found = [source for part in cost.parts for source in (part.rule.source, part.rule.own_source) if source]
    return tuple(dict.fromkeys(found))
