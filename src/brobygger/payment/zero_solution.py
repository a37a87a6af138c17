"""The zero solution (nulløsning): mentor hours that, with the wage subsidy, cover the whole wage of a citizen.

    rest of a week   = citizen's hours x (wage cost - wage subsidy)
    mentor's minutes = rest / mentor's hourly rate x 60, the last minute begun counts

It is arithmetic and no ground for a grant: hours follow the need (B11), and only hours used are paid (D03).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from brobygger.law.codes import Labelled
from brobygger.law.finding import Finding, Outcome
from brobygger.law.parameters import Parameters, shipped
from brobygger.law.wording import danish_date
from brobygger.payment.hour_plan import DAYS_PER_WEEK, MAX_MINUTES_PER_WEEK, MAX_WEEKS, HourPlan, Phase
from brobygger.values.duration import format_minutes
from brobygger.values.money import ZERO, kroner_in_words, price_of_minutes
from brobygger.values.period import Period, add_months

_MINUTES_PER_HOUR = 60
_SMALL_PART_OF_A_WEEK = Decimal("0.000001")
_FAR = MAX_WEEKS * DAYS_PER_WEEK


class BadCase(ValueError):
    """The figures make no zero solution; the message can be shown by the field."""


class FrameLimits(Protocol):
    """The limits of a municipality that count here; ``rulebook.frames.Frame`` fits. None is no limit."""

    @property
    def max_months(self) -> int | None: ...
    @property
    def max_weeks(self) -> int | None: ...
    @property
    def max_minutes_per_week(self) -> int | None: ...
    @property
    def max_minutes_total(self) -> int | None: ...
    @property
    def max_kroner_total(self) -> Decimal | None: ...
    @property
    def max_hourly_rate(self) -> Decimal | None: ...
    @property
    def exceeded_by(self) -> str: ...


@dataclass(frozen=True)
class ZeroCase:
    """A citizen in work with wage subsidy: kroner an hour of wage cost, subsidy and mentor, and minutes a week.

    Raises BadCase with a sentence for the field.
    """

    wage_cost: Decimal
    wage_subsidy: Decimal
    minutes_per_week: int
    mentor_rate: Decimal

    def __post_init__(self) -> None:
        amounts = (self.wage_cost, self.wage_subsidy, self.mentor_rate)
        if not all(amount.is_finite() and 0 <= amount <= 100_000 for amount in amounts):
            raise BadCase("Skriv timesatserne i kroner mellem 0 og 100.000.")
        if self.mentor_rate < Decimal("0.01"):
            raise BadCase("Skriv mentorens timesats. Den skal være over 0 kr.")
        if not 0 < self.minutes_per_week <= MAX_MINUTES_PER_WEEK:
            raise BadCase("Skriv borgerens timer om ugen mellem 0 og 168.")


@dataclass(frozen=True)
class ZeroSolution:
    """What covers the rest of the wage. Amounts are kroner a week, minutes are whole.

    ``over`` is what the last minute begun gives beyond the rest, always less than one minute of the mentor's pay.
    """

    case: ZeroCase
    rest_per_week: Decimal
    mentor_minutes_per_week: int
    mentor_cost_per_week: Decimal

    @property
    def over(self) -> Decimal:
        return self.mentor_cost_per_week - self.rest_per_week

    @property
    def is_needed(self) -> bool:
        """Whether the subsidy leaves anything to cover."""
        return self.rest_per_week > 0

    def covered_by(self, mentor_minutes: int) -> Decimal:
        """Kroner of the week's rest that fewer mentor minutes cover."""
        return min(self.rest_per_week, price_of_minutes(mentor_minutes, self.case.mentor_rate))

    def plan(self, days: int) -> HourPlan:
        """The hour plan of so many days. Raises BadPlan for none, and where no week holds the minutes.

        Weeks are cut down, never up, so that the plan does not run into one more day.
        """
        weeks = (Decimal(days) / DAYS_PER_WEEK).quantize(_SMALL_PART_OF_A_WEEK, rounding=ROUND_DOWN)
        return HourPlan((Phase(weeks, self.mentor_minutes_per_week),))


def solve(case: ZeroCase) -> ZeroSolution:
    """The mentor minutes a week that cover what wage subsidy does not; none where the subsidy covers it all."""
    wage = price_of_minutes(case.minutes_per_week, case.wage_cost)
    rest = max(ZERO, wage - price_of_minutes(case.minutes_per_week, case.wage_subsidy))
    minutes = ceil(Fraction(rest) * _MINUTES_PER_HOUR / Fraction(case.mentor_rate))
    return ZeroSolution(case, rest, minutes, price_of_minutes(minutes, case.mentor_rate))


class Stop(Labelled):
    """What ends a zero solution first."""

    LAW = "LAW", "Lovens længste periode"
    MONTHS = "MONTHS", "Rammens måneder"
    WEEKS = "WEEKS", "Rammens uger"
    HOURS = "HOURS", "Rammens timer i alt"
    KRONER = "KRONER", "Rammens kroner i alt"


@dataclass(frozen=True)
class Length:
    """How many whole days the zero solution can last, and which limits stop it there (none: ten years)."""

    days: int
    stops: tuple[Stop, ...]


def longest(
    solution: ZeroSolution,
    *,
    starts_on: date,
    frame: FrameLimits | None,
    fixed: Decimal = ZERO,
    parameters: Parameters | None = None,
) -> Length:
    """How long law (P01) and frame let it last from a day on; ``fixed`` are kroner paid once, such as training.

    A law that names no length for the day stops nothing. Raises MissingParameter before the scheme began.
    """
    limits = _day_limits(solution, starts_on, frame, fixed)
    months = (parameters or shipped()).on("P01", starts_on)
    if months.amount is not None:
        limits[Stop.LAW] = (add_months(starts_on, months.whole) - starts_on).days
    days = min(limits.values(), default=_FAR)
    return Length(days, tuple(stop for stop in Stop if limits.get(stop) == days))


def _day_limits(
    solution: ZeroSolution, starts_on: date, frame: FrameLimits | None, fixed: Decimal
) -> dict[Stop, int]:
    if frame is None:
        return {}
    limits: dict[Stop, int] = {}
    if frame.max_months is not None:
        limits[Stop.MONTHS] = (add_months(starts_on, frame.max_months) - starts_on).days
    if frame.max_weeks is not None:
        limits[Stop.WEEKS] = frame.max_weeks * DAYS_PER_WEEK
    if frame.max_minutes_total is not None:
        limits[Stop.HOURS] = _days_of(frame.max_minutes_total, solution)
    if frame.max_kroner_total is not None:
        room = max(ZERO, frame.max_kroner_total - fixed)
        minutes = floor(Fraction(room) * _MINUTES_PER_HOUR / Fraction(solution.case.mentor_rate))
        limits[Stop.KRONER] = _days_of(minutes, solution)
    return limits


def _days_of(minutes: int, solution: ZeroSolution) -> int:
    a_week = solution.mentor_minutes_per_week
    return _FAR if not a_week else min(_FAR, minutes * DAYS_PER_WEEK // a_week)


class Answer(Labelled):
    YES = "YES", "Ja"
    NO = "NO", "Nej"
    CANNOT_TELL = "CANNOT_TELL", "Kan ikke afgøres endnu"


@dataclass(frozen=True)
class Verdict:
    """Whether law and frame allow a zero solution for a wanted period, with every reason as a sentence.

    ``law`` is YES only when findings were given, all are satisfied and certain. ``exceeded_by`` is who may go
    beyond the frame, '' when it is kept or nobody may.
    """

    law: Answer
    frame: Answer
    length: Length
    reasons: tuple[str, ...]
    exceeded_by: str = ""

    @property
    def allowed(self) -> Answer:
        if Answer.NO in (self.law, self.frame):
            return Answer.NO
        return Answer.CANNOT_TELL if Answer.CANNOT_TELL in (self.law, self.frame) else Answer.YES


FOLLOWS_NEED = "Timerne skal følge behovet og bruges på mentoropgaven. Regnestykket er ingen begrundelse."


def judge(
    solution: ZeroSolution,
    *,
    wanted: Period,
    findings: Iterable[Finding] | None,
    frame: FrameLimits | None,
    fixed: Decimal = ZERO,
    parameters: Parameters | None = None,
) -> Verdict:
    """Hold the solution against what the law found in the case and the municipality's frame.

    ``findings`` None: the law was not asked; ``frame`` None: the municipality has none. Raises ValueError for an
    open period.
    """
    length = longest(solution, starts_on=wanted.start, frame=frame, fixed=fixed, parameters=parameters)
    law, law_reasons = _law(solution, findings, wanted, length)
    frame_reasons = _frame_reasons(solution, wanted, frame, length)
    answer = Answer.NO if frame_reasons else Answer.YES
    beyond = frame.exceeded_by if frame is not None and frame_reasons else ""
    return Verdict(law, answer, length, (*law_reasons, *frame_reasons, FOLLOWS_NEED), beyond)


def _law(
    solution: ZeroSolution, findings: Iterable[Finding] | None, wanted: Period, length: Length
) -> tuple[Answer, list[str]]:
    reasons = _impossible(solution, wanted, length)
    if findings is None:
        return (Answer.NO if reasons else Answer.CANNOT_TELL), [
            *reasons,
            "Loven er ikke prøvet i sagen endnu.",
        ]
    kept = tuple(findings)
    reasons += [f"{each.sentence} ({each.source})" for each in kept if each.blocks]
    if reasons:
        return Answer.NO, reasons
    open_ones = [each for each in kept if each.outcome is Outcome.CANNOT_TELL or not each.confirmed]
    if open_ones or not kept:
        return Answer.CANNOT_TELL, [f"{each.sentence} ({each.source})" for each in open_ones]
    return Answer.YES, []


def _impossible(solution: ZeroSolution, wanted: Period, length: Length) -> list[str]:
    reasons = []
    if solution.mentor_minutes_per_week > solution.case.minutes_per_week:
        needed = format_minutes(solution.mentor_minutes_per_week)
        there = format_minutes(solution.case.minutes_per_week).removesuffix(".")
        reasons.append(f"Mentoren skulle bruge {needed} om ugen, og borgeren er der kun {there}.")
    if Stop.LAW in length.stops and wanted.days > length.days:
        reasons.append(
            f"Perioden er længere end lovens længste, som slutter den {_last_day(wanted, length)}."
        )
    return reasons


def _frame_reasons(
    solution: ZeroSolution, wanted: Period, frame: FrameLimits | None, length: Length
) -> list[str]:
    if frame is None:
        return []
    return [
        *_weekly_reasons(solution, frame),
        *_rate_reasons(solution, frame),
        *_length_reasons(wanted, length),
    ]


def _weekly_reasons(solution: ZeroSolution, frame: FrameLimits) -> list[str]:
    limit, needed = frame.max_minutes_per_week, solution.mentor_minutes_per_week
    if limit is None or needed <= limit:
        return []
    covered = kroner_in_words(solution.covered_by(limit))
    return [
        f"Nulløsningen kræver {format_minutes(needed)} om ugen. Rammens {format_minutes(limit)} dækker {covered} "
        f"af de {kroner_in_words(solution.rest_per_week)}"
    ]


def _rate_reasons(solution: ZeroSolution, frame: FrameLimits) -> list[str]:
    limit, rate = frame.max_hourly_rate, solution.case.mentor_rate
    if limit is None or rate <= limit:
        return []
    return [f"Mentorens timesats på {kroner_in_words(rate)} er over rammens {kroner_in_words(limit)}"]


def _length_reasons(wanted: Period, length: Length) -> list[str]:
    """Where the law alone stops it, the law has said so already."""
    stops = [stop for stop in length.stops if stop is not Stop.LAW]
    if not stops or wanted.days <= length.days:
        return []
    if not length.days:
        return [f"{stops[0].label} rækker ikke til én dag."]
    return [f"{stops[0].label} rækker til og med den {_last_day(wanted, length)}."]


def _last_day(wanted: Period, length: Length) -> str:
    return danish_date(wanted.start + timedelta(days=length.days - 1))
