"""A municipality's frame (ramme) for mentorships, whether a grant lies inside it, and who then decides.

Plain Python: the models hold the dated rows, this file holds the reasoning. All limits are optional and all
are tested to the minute, the day and the krone; a limit that is met exactly is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from brobygger.law.codes import Labelled
from brobygger.ui.formats import danish_date
from brobygger.values.duration import format_minutes
from brobygger.values.period import ONE_DAY, Period, add_months

JOB_CONSULTANT = "JOB_CONSULTANT"
CASE_WORKER = "CASE_WORKER"
TEAM_LEADER = "TEAM_LEADER"
COORDINATOR = "COORDINATOR"
SELF = "SELF"
NOBODY = ""

GRANT = "Bevilg"
RECOMMEND = "Indstil"

_ROLE_NAMES = {
    JOB_CONSULTANT: "en jobkonsulent",
    CASE_WORKER: "en sagsbehandler",
    TEAM_LEADER: "en leder",
    COORDINATOR: "mentorkoordinatoren",
}


class WayOfWorking(Labelled):
    """The three ways to administer the scheme."""

    CONSULTANT_GRANTS = "CONSULTANT_GRANTS", "Jobkonsulenten bevilger"
    CASE_WORKER_GRANTS = "CASE_WORKER_GRANTS", "Jobkonsulenten indstiller, sagsbehandleren bevilger"
    CENTRAL_GRANTER = "CENTRAL_GRANTER", "Én central person bevilger"


class Limit(StrEnum):
    """What a frame can limit."""

    LENGTH = "LENGTH"
    WEEKS = "WEEKS"
    MINUTES_PER_WEEK = "MINUTES_PER_WEEK"
    MINUTES_TOTAL = "MINUTES_TOTAL"
    KRONER_TOTAL = "KRONER_TOTAL"
    HOURLY_RATE = "HOURLY_RATE"
    TRAINING = "TRAINING"


class Unit(StrEnum):
    DAYS = "DAYS"
    MINUTES = "MINUTES"
    KRONER = "KRONER"


@dataclass(frozen=True)
class Frame:
    """The limits of a municipality in a period; None is no limit, ``exceeded_by`` "" says that nobody may."""

    name: str
    period: Period
    max_months: int | None = None
    max_minutes_per_week: int | None = None
    max_minutes_total: int | None = None
    max_kroner_total: Decimal | None = None
    max_hourly_rate: Decimal | None = None
    training_budget: Decimal | None = None
    exceeded_by: str = NOBODY
    max_weeks: int | None = None


@dataclass(frozen=True)
class FrameRequest:
    """What is asked for. None is not known yet; ``kroner_total`` is hours and training together."""

    period: Period | None = None
    minutes_per_week_max: int | None = None
    minutes_total: int | None = None
    kroner_total: Decimal | None = None
    hourly_rate: Decimal | None = None
    training_kroner: Decimal | None = Decimal(0)


@dataclass(frozen=True)
class LimitResult:
    """One limit held against a request; ``used`` is None while the request does not say."""

    limit: Limit
    label: str
    used: Decimal | None
    allowed: Decimal
    unit: Unit
    sentence_da: str

    @property
    def over(self) -> Decimal:
        """By how much the limit is exceeded, in ``unit``; 0 when it is kept or not known."""
        return max(Decimal(0), self.used - self.allowed) if self.used is not None else Decimal(0)

    @property
    def is_known(self) -> bool:
        return self.used is not None


@dataclass(frozen=True)
class FrameCheck:
    """All limits of a frame held against a request."""

    frame: Frame
    results: tuple[LimitResult, ...]

    @property
    def exceeded(self) -> tuple[LimitResult, ...]:
        return tuple(result for result in self.results if result.over)

    @property
    def complete(self) -> bool:
        """Whether the request says what every limit needs."""
        return all(result.is_known for result in self.results)

    @property
    def inside(self) -> bool:
        """Inside only when everything is known and nothing is exceeded."""
        return self.complete and not self.exceeded

    @property
    def sentence(self) -> str:
        if self.exceeded:
            return "Uden for rammen. " + " ".join(result.sentence_da for result in self.exceeded)
        if not self.complete:
            missing = ", ".join(result.label.lower() for result in self.results if not result.is_known)
            return f"Rammen kan ikke prøves færdig, før du har skrevet: {missing}."
        return "Inden for rammen." if self.results else "Kommunen har ikke sat grænser i rammen."


@dataclass(frozen=True)
class Route:
    """Who decides: SELF, a role, or "" when nobody can (yet); and what the button says."""

    decided_by: str
    button_word: str
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether the grant can go on at all."""
        return bool(self.decided_by)

    @property
    def needs_other_person(self) -> bool:
        """Whether somebody else than the requester must decide."""
        return self.is_open and self.decided_by != SELF


def check(frame: Frame, request: FrameRequest) -> FrameCheck:
    """Hold each limit that the frame has against the request, in the order they are shown."""
    results = [
        _length(frame, request),
        _weeks(frame, request),
        _minutes(
            Limit.MINUTES_PER_WEEK,
            "Timer om ugen",
            request.minutes_per_week_max,
            frame.max_minutes_per_week,
            " om ugen",
        ),
        _minutes(
            Limit.MINUTES_TOTAL, "Timer i alt", request.minutes_total, frame.max_minutes_total, " i alt"
        ),
        _kroner(Limit.KRONER_TOTAL, "Kroner i alt", request.kroner_total, frame.max_kroner_total),
        _kroner(Limit.HOURLY_RATE, "Timepris", request.hourly_rate, frame.max_hourly_rate),
        _kroner(Limit.TRAINING, "Mentorkursus", request.training_kroner, frame.training_budget),
    ]
    return FrameCheck(frame, tuple(result for result in results if result is not None))


def route(frame_check: FrameCheck, way: WayOfWorking, requester_roles: Collection[str]) -> Route:
    """Who decides a grant with this frame check under this way of working.

    The requester decides only where the consultant grants, inside the frame; there no request is made.
    """
    if frame_check.exceeded:
        return _route_outside(frame_check, way)
    if not frame_check.complete:
        return Route(NOBODY, "", frame_check.sentence)
    return _route_inside(way, requester_roles)


def _route_outside(frame_check: FrameCheck, way: WayOfWorking) -> Route:
    exceeded_by = frame_check.frame.exceeded_by
    if not exceeded_by:
        return Route(NOBODY, "", f"Ingen kan bevilge uden for rammen. {_what_to_change(frame_check)}")
    decided_by = COORDINATOR if way is WayOfWorking.CENTRAL_GRANTER else exceeded_by
    return Route(
        decided_by, RECOMMEND, f"Uden for rammen: {_ROLE_NAMES.get(decided_by, decided_by)} afgør det."
    )


def _route_inside(way: WayOfWorking, requester_roles: Collection[str]) -> Route:
    if way is WayOfWorking.CENTRAL_GRANTER:
        return Route(COORDINATOR, RECOMMEND, "I kommunen afgør mentorkoordinatoren alle bevillinger.")
    if way is WayOfWorking.CASE_WORKER_GRANTS:
        return Route(
            CASE_WORKER, RECOMMEND, "I kommunen afgør en sagsbehandler alle bevillinger inden for rammen."
        )
    if JOB_CONSULTANT in requester_roles:
        return Route(SELF, GRANT, "Inden for rammen kan du selv bevilge med det samme.")
    return Route(JOB_CONSULTANT, RECOMMEND, "I kommunen bevilger jobkonsulenten inden for rammen.")


def _what_to_change(frame_check: FrameCheck) -> str:
    changes = [
        f"{result.label.lower()} ned med {_amount(result.over, result.unit)}"
        for result in frame_check.exceeded
    ]
    return f"Det kan bevilges, hvis du sætter {' og '.join(changes).removesuffix('.')}."


def _length(frame: Frame, request: FrameRequest) -> LimitResult | None:
    if frame.max_months is None:
        return None
    months = f"{frame.max_months} {'måned' if frame.max_months == 1 else 'måneder'}"
    return _days(
        Limit.LENGTH,
        "Periode",
        request.period,
        months,
        lambda start: add_months(start, frame.max_months or 0),
    )


def _weeks(frame: Frame, request: FrameRequest) -> LimitResult | None:
    if frame.max_weeks is None:
        return None
    weeks = f"{frame.max_weeks} {'uge' if frame.max_weeks == 1 else 'uger'}"
    return _days(
        Limit.WEEKS, "Uger", request.period, weeks, lambda start: start + ONE_DAY * 7 * (frame.max_weeks or 0)
    )


def _days(
    limit: Limit, label: str, period: Period | None, length: str, latest_end: Callable[[date], date]
) -> LimitResult:
    if period is None:
        return _unknown(limit, label, Decimal(0), Unit.DAYS)
    end = latest_end(period.start)
    allowed = Decimal((end - period.start).days)
    if period.end is None:
        return LimitResult(
            limit, label, Decimal("Infinity"), allowed, Unit.DAYS, "Perioden har ingen slutdato."
        )
    used = Decimal(period.days)
    last_day = danish_date(end - ONE_DAY)
    if used <= allowed:
        return LimitResult(limit, label, used, allowed, Unit.DAYS, f"Perioden er højst {length}.")
    days = _amount(used - allowed, Unit.DAYS)
    sentence = f"Perioden er {days} længere end rammens {length}, som slutter {last_day}."
    return LimitResult(limit, label, used, allowed, Unit.DAYS, sentence)


def _minutes(
    limit: Limit, label: str, used: int | None, allowed: int | None, scope: str
) -> LimitResult | None:
    if allowed is None:
        return None
    if used is None:
        return _unknown(limit, label, Decimal(allowed), Unit.MINUTES)
    sentence = f"{format_minutes(used)}{scope} er inden for rammens {format_minutes(allowed)}"
    if used > allowed:
        over = format_minutes(used - allowed)
        sentence = f"{format_minutes(used)}{scope} er {over} mere end rammens {format_minutes(allowed)}"
    return LimitResult(limit, label, Decimal(used), Decimal(allowed), Unit.MINUTES, sentence)


def _kroner(limit: Limit, label: str, used: Decimal | None, allowed: Decimal | None) -> LimitResult | None:
    if allowed is None:
        return None
    if used is None:
        return _unknown(limit, label, allowed, Unit.KRONER)
    sentence = f"{label}: {format_kroner(used)} er inden for rammens {format_kroner(allowed)}"
    if used > allowed:
        over = format_kroner(used - allowed)
        sentence = f"{label}: {format_kroner(used)} er {over} mere end rammens {format_kroner(allowed)}"
    return LimitResult(limit, label, used, allowed, Unit.KRONER, sentence)


def _unknown(limit: Limit, label: str, allowed: Decimal, unit: Unit) -> LimitResult:
    return LimitResult(limit, label, None, allowed, unit, f"{label} kan ikke prøves endnu.")


def _amount(number: Decimal, unit: Unit) -> str:
    if not number.is_finite():
        return "hele den åbne periode"
    if unit is Unit.MINUTES:
        return format_minutes(int(number)).removesuffix(".")
    if unit is Unit.DAYS:
        return f"{int(number)} {'dag' if number == 1 else 'dage'}"
    return format_kroner(number)


def format_kroner(amount: Decimal) -> str:
    """Danish kroner; øre only where there are any.

    >>> format_kroner(Decimal("15450.00")), format_kroner(Decimal("15450.5"))
    ('15.450 kr.', '15.450,50 kr.')
    """
    text = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    return f"{text.removesuffix(',00')} kr."


def three_months_five_hours(period: Period) -> Frame:
    """At most three months at a time and five hours a week; a leader may grant more."""
    return Frame(
        name="3 måneder og 5 timer om ugen",
        period=period,
        max_months=3,
        max_minutes_per_week=5 * 60,
        exceeded_by=TEAM_LEADER,
    )


def four_months_eighty_hours(period: Period) -> Frame:
    """Four months, up to 80 hours and 17,000 kroner for a citizen; a fixed frame that nobody exceeds."""
    return Frame(
        name="4 måneder, 80 timer og 17.000 kroner",
        period=period,
        max_months=4,
        max_minutes_total=80 * 60,
        max_kroner_total=Decimal(17_000),
    )


def ten_weeks_with_training(period: Period) -> Frame:
    """Five hours a week for ten weeks at 250 kroner, and training: 15,450 kroner in all.

    The hours cost 12,500 kroner, so 2,950 kroner are left for the two days of training.
    """
    return Frame(
        name="5 timer i 10 uger og mentorkursus",
        period=period,
        max_weeks=10,
        max_minutes_per_week=5 * 60,
        max_minutes_total=50 * 60,
        max_kroner_total=Decimal(15_450),
        max_hourly_rate=Decimal(250),
        training_budget=Decimal(2_950),
    )


REAL_FRAMES: tuple[Callable[[Period], Frame], ...] = (
    three_months_five_hours,
    four_months_eighty_hours,
    ten_weeks_with_training,
)
