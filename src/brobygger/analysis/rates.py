"""What a week in each status costs, and whom: dated rates, the refund ladder, and discounting.

Rates are dated rows with source and confidence, read and overlaid as the law's own (``law.parameters``): a rate that
was not found is a row that says so and raises RateError when it is asked for; a municipality lays its own on top with
``effect_rates().with_local``, and ``last_known_day`` finds the day whose rates can be used meanwhile. The ladder is
the one of ``law.ladder``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import RateError
from brobygger.analysis.numeric import Floats, Integers
from brobygger.analysis.outcomes import JOB, SELF_SUPPORT
from brobygger.analysis.panel import Panel, rows_in_windows
from brobygger.analysis.weeks import WEEKS_PER_MONTH, WEEKS_PER_YEAR, monday, week_of
from brobygger.law.ladder import (
    CO_FINANCING,
    STATE_SHARE,
    WeekKind,
    ladder,
    ladder_parameters,
    restart_parameters,
)
from brobygger.law.parameters import (
    MissingParameter,
    Parameter,
    Parameters,
    ParameterValue,
    Status,
    parameters,
    parse,
)
from brobygger.law.wording import number
from brobygger.values.source import Confidence

LADDER_BEGINS = date(2016, 1, 4)
"""The first whole week of the ladder. Earlier weeks are not counted: what was read does not tell how they were."""

ON_LADDER = (
    "unemployment_benefit",
    "cash_benefit",
    "educational_help",
    "integration_benefit",
    "flex_waiting",
    "pre_rehabilitation",
    "rehabilitation",
    "resource_course",
    "job_clarification",
    "sickness_benefit",
)
"""States whose weeks count on the ladder. Which benefits do was not read in the order under the act: our reading."""


class Payer(StrEnum):
    """Who pays a benefit: by the ladder, by the municipality's co-financing, the state alone, or no one."""

    LADDER = "ladder"
    CO_FINANCED = "co_financed"
    STATE = "state"
    NOBODY = "nobody"
    NOT_PRICED = "not_priced"


@dataclass(frozen=True)
class StatusPrice:
    """How one status is priced: the rates that are paid in it, added up, and who pays.

    ``NOT_PRICED`` is for a status of many kinds: it counts as 0 kroner, and every result says so.
    """

    status: str
    payer: Payer
    rates: tuple[str, ...] = ()


@cache
def effect_rates() -> Parameters:
    """The shipped rates beside the ladder's numbers; ``with_local`` adds a municipality's own."""
    return Parameters({**parameters(), **restart_parameters(), **shipped_rates()})


@cache
def shipped_rates() -> dict[str, Parameter]:
    """The rates in ``analysis/data/rates``, by id.

    A rate with a weak source counts as not confirmed: it is used and said to be so, and a municipality's own rate from
    the same day goes before it.
    """
    folder = files("brobygger.analysis") / "data" / "rates"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    read = [parse((folder / name).read_text(encoding="utf-8")) for name in names]
    return {each.id: replace(each, values=tuple(map(_as_sure_as_read, each.values))) for each in read}


def _as_sure_as_read(value: ParameterValue) -> ParameterValue:
    is_weak = value.source.confidence is Confidence.LOW
    return replace(value, status=Status.NOT_CONFIRMED) if is_weak else value


def is_sure(value: ParameterValue) -> bool:
    """Whether a rate, shipped or a municipality's own, is confirmed by a source that is not weak."""
    return value.is_confirmed and value.source.confidence is not Confidence.LOW


def last_known_day(rates: Iterable[str], on: date, *, numbers: Parameters | None = None) -> date:
    """``on`` itself where every one of the rates is known on it, else the last day before on which all were.

    Raises RateError where they never were all known at once.
    """
    found, wanted = numbers or effect_rates(), [*rates]
    begins = {value.start for rate in wanted for value in found.rows(rate) if value.start <= on}
    for day in sorted({on, *(start - timedelta(days=1) for start in begins)}, reverse=True):
        if all(is_known(rate, day, numbers=found) for rate in wanted):
            return day
    raise RateError(f"Satserne for {', '.join(map(rate_name, wanted))} har aldrig været kendt på én gang.")


def is_known(rate: str, on: date, *, numbers: Parameters | None = None) -> bool:
    """Whether there is an amount for the rate on a day."""
    try:
        return (numbers or effect_rates()).on(rate, on).amount is not None
    except MissingParameter:
        return False


STATUS_NAMES = {
    "job": "job",
    "education": "uddannelse",
    "benefit": "ydelse",
    "self_support": "selvforsørgelse",
    "other": "andet",
}


def status_name(status: str) -> str:
    """The Danish name of one of the five statuses; any other as it stands."""
    return STATUS_NAMES.get(status, status)


def five_prices(*rates: str, payer: Payer = Payer.LADDER) -> tuple[StatusPrice, ...]:
    """Prices of the five statuses when ``benefit`` is one benefit: its rates, added up, and who pays it.

    Education is SU, which the state pays; ``other`` is of many kinds and is not priced.
    """
    return (
        StatusPrice("job", Payer.NOBODY),
        StatusPrice("education", Payer.STATE, ("rate.student_grant",)),
        StatusPrice("benefit", payer, rates),
        StatusPrice("self_support", Payer.NOBODY),
        StatusPrice("other", Payer.NOT_PRICED),
    )


@dataclass(frozen=True)
class WeekPrices:
    """Kroner for one person's week in each status: ``municipality``, ``state``, ``citizen`` (K, T).

    The first two are what the purse pays, the third what the citizen gets, before tax, all at the level of
    ``prices_on``. ``ladder_week`` (T,) is the mean number on the ladder. ``used`` are the rates, ``caveats`` whole
    Danish sentences, ``settled`` False where a rate is not confirmed, from an earlier year or ends on the way.
    """

    statuses: tuple[StatusPrice, ...]
    weeks: Integers
    starts_on: date
    prices_on: date
    municipality: Floats
    state: Floats
    citizen: Floats
    ladder_week: Floats
    used: tuple[ParameterValue, ...]
    caveats: tuple[str, ...]
    settled: bool

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.status for each in self.statuses)


def week_prices(
    statuses: tuple[StatusPrice, ...],
    *,
    weeks: npt.ArrayLike,
    starts_on: date,
    prices_on: date | None = None,
    ladder_before: npt.ArrayLike = 0,
    rates: Parameters | None = None,
    wage_per_week: float | None = None,
) -> WeekPrices:
    """Prices by status and week after a start, in fixed prices: the discount rate is a real one.

    ``weeks`` (T,) whole numbers from 0 after the week of ``starts_on``; amounts are those of ``prices_on`` (the same
    day when left out). ``ladder_before``: weeks of benefit the people had used on the ladder, one number or one each;
    someone on benefit is a step further each week. ``wage_per_week`` (kroner before tax) counts in the citizen's own
    figure for ``job``. Raises RateError for a rate that is not known on the day, and for the ladder before 2016.
    """
    when = np.asarray(weeks, dtype=np.int64)
    before = np.atleast_1d(np.asarray(ladder_before, dtype=np.int64))
    if (when < 0).any() or (before < 0).any():
        raise RateError("Uger regnes fra starten og op, og brugte uger på trappen kan ikke være under 0.")
    numbers, level = rates or effect_rates(), prices_on or starts_on
    days = [starts_on + timedelta(weeks=int(week)) for week in when]
    found = {each.status: [_rate(numbers, rate, level) for rate in each.rates] for each in statuses}
    amounts = [sum(map(_per_week, found[each.status]), Fraction(0)) for each in statuses]
    paid = np.repeat(np.array(amounts, dtype=np.float64)[:, None], len(when), axis=1)
    parts = [_state_part(each.payer, before, when, days, numbers) for each in statuses]
    by_state = paid * np.stack([np.broadcast_to(part, len(when)) for part in parts])
    citizen = paid.copy()
    if wage_per_week is not None:
        citizen[[each.status == JOB for each in statuses]] += wage_per_week
    used = tuple({each.id: each for values in found.values() for each in values}.values())
    doubts = tuple(doubt for each in used for doubt in _doubts(each, level, days[-1], numbers))
    return WeekPrices(
        statuses,
        when,
        starts_on,
        level,
        paid - by_state,
        by_state,
        citizen,
        before.mean() + when + 1.0,
        used,
        (*_caveats(statuses, level, wage_per_week), *doubts),
        not doubts,
    )


def _rate(numbers: Parameters, rate: str, day: date) -> ParameterValue:
    try:
        value = numbers.on(rate, day)
    except MissingParameter as error:
        raise RateError(
            f"Der er ingen sats for {rate_name(rate)} den {day:%d.%m.%Y}. Indtast den med kilde."
        ) from error
    if value.amount is None:
        raise RateError(
            f"{rate_name(rate)} er ikke kendt fra {value.start:%d.%m.%Y}. {value.note} Indtast en anden sats med kilde."
        )
    return value


def rate_name(rate: str) -> str:
    """The rate as people know it."""
    return shipped_rates()[rate].text if rate in shipped_rates() else rate


_UNITS = {"kroner per month": "kr. om måneden", "kroner per week": "kr. om ugen"}


def rate_in_words(value: ParameterValue) -> str:
    """A rate of kroner with its day, where it stands and whether it is one's own or not confirmed, in a sentence."""
    whose = ", egen sats" if value.is_local else ""
    doubt = "" if is_sure(value) else ", ikke bekræftet"
    amount = (
        "ukendt" if value.amount is None else f"{number(value.amount)} {_UNITS.get(value.unit, value.unit)}"
    )
    return f"{rate_name(value.id)}: {amount} fra {value.start:%d.%m.%Y} ({value.source}{whose}{doubt})."


def _per_week(value: ParameterValue) -> Fraction:
    if value.amount is not None and value.unit == "kroner per week":
        return Fraction(value.amount)
    if value.amount is not None and value.unit == "kroner per month":
        return Fraction(value.amount) / Fraction(WEEKS_PER_MONTH)
    raise RateError(f"{rate_name(value.id)} er ikke et beløb om ugen eller måneden.")


def _state_part(
    payer: Payer, before: Integers, weeks: Integers, days: list[date], numbers: Parameters
) -> Floats | float:
    """The share (T,) the state pays, as a mean over the people's places on the ladder."""
    if payer is Payer.STATE:
        return 1.0
    if payer is Payer.CO_FINANCED:
        return 1 - _percents(CO_FINANCING, before, weeks, days, numbers) / 100
    if payer is Payer.LADDER:
        return _percents(STATE_SHARE, before, weeks, days, numbers) / 100
    return 0.0


def _percents(
    series: str, before: Integers, weeks: Integers, days: list[date], numbers: Parameters
) -> Floats:
    places, people = np.unique(before, return_counts=True)
    found = np.empty(len(weeks))
    for column, (week, day) in enumerate(zip(weeks.tolist(), days, strict=True)):
        try:
            step = numbers.on(series, day)
        except MissingParameter as error:
            raise RateError(f"Refusionstrappen begyndte i 2016, og {day:%d.%m.%Y} ligger før.") from error
        reached = np.searchsorted([each.week for each in step.steps], places + week + 1, side="right") - 1
        percents = np.array([float(each.amount) for each in step.steps])[reached]
        found[column] = np.average(percents, weights=people)
    return found


def _doubts(value: ParameterValue, level: date, last: date, numbers: Parameters) -> list[str]:
    """What is not as it should be with a rate, in whole sentences."""
    name, doubts = rate_name(value.id), list[str]()
    if level.year > value.start.year:
        doubts.append(f"{name}: satsen er fra {value.start.year} og er ikke reguleret siden.")
    if not is_sure(value):
        doubts.append(f"{name}: satsen fra {value.start.year} er ikke bekræftet.")
    later = sorted({each.start for each in numbers.rows(value.id) if level < each.start <= last})
    unknown = next((day for day in later if not is_known(value.id, day, numbers=numbers)), None)
    if unknown:
        doubts.append(f"{name}: fra {unknown:%d.%m.%Y} er der ingen kendt sats; den gamle er brugt.")
    return doubts


def _caveats(statuses: tuple[StatusPrice, ...], level: date, wage_per_week: float | None) -> list[str]:
    said = [f"Beløbene er i priser fra {level.year}, før skat og uden andre følger end forsørgelsen."]
    left_out = [status_name(each.status) for each in statuses if each.payer is Payer.NOT_PRICED]
    if left_out:
        said.append(f"Status {', '.join(left_out)} er ikke prissat og tæller 0 kroner.")
    if wage_per_week is None:
        said.append("Borgerens løn er ikke regnet med.")
    return said


def ladder_weeks_before(
    states: Panel,
    person: npt.ArrayLike,
    week: npt.ArrayLike,
    *,
    on_ladder: Collection[str] = ON_LADDER,
    rates: Parameters | None = None,
) -> Integers:
    """How many weeks of benefit each person (n,) had used on the ladder before an index week, restarts counted.

    ``states`` is ``labour_states``: weeks in ``on_ladder`` are benefit, a job and self-support are self-support, other
    weeks neither. A supported job has a benefit code in the register and is benefit. Weeks before 2016, and before the
    register begins, are not counted. About a second for a thousand people.
    """
    who, index = np.broadcast_arrays(np.asarray(person, np.int32), np.asarray(week, np.int32))
    first = max(week_of(LADDER_BEGINS), states.first_week)
    low = np.full(len(who), first, dtype=np.int32)
    rows, owner = rows_in_windows(
        states, who.astype(np.int32), low, np.maximum(index, first).astype(np.int32)
    )
    numbers = rates or ladder_parameters()
    kinds = [_kind(code, on_ladder) for code in states.codes]
    edges = np.searchsorted(owner, np.arange(len(who) + 1))
    found = np.zeros(len(who), dtype=np.int64)
    for one in range(len(who)):
        mine = rows[edges[one] : edges[one + 1]]
        end = int(index[one])
        weeks = dict.fromkeys(range(first, min(end, states.stop_week)), _kind(states.gap, on_ladder))
        for row in mine.tolist():
            span = range(max(int(states.start[row]), first), min(int(states.stop[row]), end))
            weeks |= dict.fromkeys(span, kinds[int(states.status[row])])
        lived = {monday(number): kind for number, kind in weeks.items()} | {monday(end): WeekKind.BENEFIT}
        found[one] = ladder(lived, parameters=numbers)[-1].number - 1 if end >= first else 0
    return found


def _kind(state: str, on_ladder: Collection[str]) -> WeekKind:
    if state in on_ladder:
        return WeekKind.BENEFIT
    return WeekKind.SELF_SUPPORT if state in {JOB, SELF_SUPPORT} else WeekKind.OTHER


def discount_factors(weeks: npt.ArrayLike, *, on: date, rates: Parameters | None = None) -> Floats:
    """What a krone so many weeks ahead is worth at week 0 (T,), by the Ministry of Finance's real rates on a day.

    The rate falls after 35 and 70 years; each applies to its own years. Raises RateError where no rate was found.
    """
    numbers = rates or effect_rates()
    years = np.asarray(weeks, dtype=np.float64) / WEEKS_PER_YEAR
    yearly = [_discount(numbers, f"discount.{name}", on) for name in ("first", "middle", "last")]
    spans = (np.minimum(years, 35), np.clip(years - 35, 0, 35), np.maximum(years - 70, 0))
    growth = sum(span * np.log1p(rate) for span, rate in zip(spans, yearly, strict=True))
    return np.asarray(np.exp(-growth))


def _discount(numbers: Parameters, rate: str, on: date) -> float:
    try:
        value = numbers.on(rate, on)
    except MissingParameter as error:
        raise RateError(f"Der er ingen kalkulationsrente den {on:%d.%m.%Y}.") from error
    if value.amount is not None:
        return float(value.amount) / 100
    if rate == "discount.first":
        raise RateError(f"Kalkulationsrenten den {on:%d.%m.%Y} er ikke bekræftet.")
    return _discount(numbers, "discount.first", on)


@dataclass(frozen=True)
class NationalFigures:
    """The factors of a national account on a day: net tax factor and tax distortion, each with its source."""

    net_tax_factor: ParameterValue
    tax_distortion: ParameterValue


def national_figures(on: date, *, rates: Parameters | None = None) -> NationalFigures:
    """For turning a public account into a national one. Raises RateError before they were read."""
    numbers = rates or effect_rates()
    return NationalFigures(
        _rate(numbers, "national.net_tax_factor", on), _rate(numbers, "national.tax_distortion", on)
    )
