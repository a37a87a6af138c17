"""New dated frames, ways of working and numbers of the law. A row is never rewritten: a new one takes over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.law import parameters as law
from brobygger.law.accounts import OTHERS_SERIES, accounts_by_group
from brobygger.law.target_groups import SCHEME_START
from brobygger.rulebook import selectors
from brobygger.rulebook.frames import COORDINATOR, NOBODY, TEAM_LEADER, WayOfWorking
from brobygger.rulebook.models import MOST_WORDS, LocalFrame, LocalParameter, LocalWayOfWorking
from brobygger.ui.formats import danish_date


@dataclass(frozen=True)
class Limits:
    """What a frame limits; None is no limit. Minutes, whole months and weeks, kroner."""

    max_months: int | None = None
    max_weeks: int | None = None
    max_minutes_per_week: int | None = None
    max_minutes_total: int | None = None
    max_kroner_total: Decimal | None = None
    max_hourly_rate: Decimal | None = None
    training_budget: Decimal | None = None


def add_frame(
    *, name: str, valid_from: date, limits: Limits, exceeded_by: str, by: User, at: datetime
) -> LocalFrame:
    """A frame that holds from ``valid_from`` until the next one. Cases already decided keep theirs.

    Raises Refused for a date before the scheme or an unknown role, Conflict where a frame begins that day already,
    and NotAllowed.
    """
    require(by, Permission.SET_FRAMES)
    _require_date(valid_from)
    if not name.strip():
        raise Refused(_("Skriv et navn, som kollegerne kan kende rammen på."), field="name")
    if exceeded_by not in (NOBODY, TEAM_LEADER, COORDINATOR):
        raise Refused(_("Vælg, hvem der kan bevilge uden for rammen."), field="exceeded_by")
    frame = LocalFrame(
        municipality_id=selectors.municipality_of(by),
        name=name.strip()[:80],
        valid_from=valid_from,
        exceeded_by=exceeded_by,
        recorded_at=at,
        recorded_by=by,
        **vars(limits),
    )
    _insert(frame, _("Der begynder allerede en ramme %(day)s. Vælg en anden dag."))
    audit.record(
        "frame.added",
        by=by,
        subject=frame,
        valid_from=valid_from,
        exceeded_by=exceeded_by,
        limits=vars(limits),
    )
    return frame


def set_way(*, way: WayOfWorking, valid_from: date, by: User, at: datetime) -> LocalWayOfWorking:
    """Who grants from ``valid_from`` on. Raises as ``add_frame`` does."""
    require(by, Permission.SET_FRAMES)
    _require_date(valid_from)
    row = LocalWayOfWorking(
        municipality_id=selectors.municipality_of(by),
        way=way.value,
        valid_from=valid_from,
        recorded_at=at,
        recorded_by=by,
    )
    _insert(row, _("Der begynder allerede en arbejdsgang %(day)s. Vælg en anden dag."))
    audit.record("way_of_working.set", by=by, subject=row, valid_from=valid_from, way=way.value)
    return row


@dataclass(frozen=True)
class Reference:
    """Where a recorded number stands, and how sure it is."""

    act: str
    paragraph: str = ""
    url: str = ""
    certainty: str = LocalParameter.Certainty.READ.value


def add_parameter(
    *,
    parameter: str,
    valid_from: date,
    value: Decimal | str,
    source: Reference,
    note: str,
    by: User,
    at: datetime,
) -> LocalParameter:
    """A number of the law or a rate from ``valid_from`` on, with its source. What was shipped stays as it was.

    ``value`` is a number, or text where the number is written in words. Raises Refused for a number that does not
    exist or does not fit, for a missing source and for a date before the scheme, and NotAllowed.
    """
    require(by, _permission_for(parameter, by))
    _require_date(valid_from)
    row = LocalParameter(
        municipality_id=selectors.municipality_of(by),
        parameter=parameter,
        valid_from=valid_from,
        amount=value if isinstance(value, Decimal) else None,
        words="" if isinstance(value, Decimal) else value.strip()[:MOST_WORDS],
        source_act=source.act.strip()[:160],
        source_paragraph=source.paragraph.strip()[:80],
        source_url=source.url,
        certainty=source.certainty,
        note=note.strip()[:300],
        recorded_at=at,
        recorded_by=by,
    )
    _require_value_that_fits(row)
    row.save(force_insert=True)
    audit.record(
        "parameter.recorded",
        by=by,
        subject=row,
        parameter=parameter,
        valid_from=valid_from,
        value=str(value),
        source=f"{row.source_act} {row.source_paragraph}".strip(),
    )
    return row


def _permission_for(parameter: str, by: User) -> Permission:
    """The chart of accounts belongs to those who set the budget, too."""
    is_chart = parameter == OTHERS_SERIES and by.may(Permission.SET_BUDGET)
    return Permission.SET_BUDGET if is_chart else Permission.SET_FRAMES


def _require_value_that_fits(row: LocalParameter) -> None:
    """Raises Refused where the row could not be read as a number of the law or as a rate."""
    known = law.parameters().get(row.parameter) or selectors.recordable().get(row.parameter)
    if known is None:
        raise Refused(_("Vælg et af tallene på listen."), field="parameter")
    if not row.source_act:
        raise Refused(_("Skriv, hvor tallet står."), field="source_act")
    if row.amount is not None and not _is_possible(row.amount, known.unit):
        raise Refused(
            _("Skriv et tal, der kan være rigtigt: %(text)s.") % {"text": known.text}, field="value"
        )
    try:
        _readable(row)
        if row.parameter == OTHERS_SERIES:
            accounts_by_group(row.words)
    except ValueError as error:
        raise Refused(str(error), field="value") from None


def _readable(row: LocalParameter) -> None:
    """Raises ValueError where it is not."""
    if selectors.is_rate(row.parameter):
        selectors.with_rates([row])
    else:
        selectors.overlay([row])


_SPANS: dict[str, tuple[Decimal | int, Decimal | int]] = {
    "percent": (0, 100),
    "hours a week": (0, 168),
    "per cent per year": (0, 20),
    "kroner per month": (1, 100_000),
    "kroner per week": (1, 25_000),
    "factor": (Decimal("0.1"), 10),
}
"""What a number can be in its unit; in every other unit it is from 0 up."""


def _is_possible(amount: Decimal, unit: str) -> bool:
    least, most = _SPANS.get(unit, (0, 10**11))
    return amount.is_finite() and least <= amount <= most


def _insert(row: LocalFrame | LocalWayOfWorking, taken: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(taken % {"day": danish_date(row.valid_from)}, field="valid_from") from None


def _require_date(valid_from: date) -> None:
    if valid_from < SCHEME_START:
        raise Refused(
            _("Mentorordningen begyndte %(day)s. Vælg en senere dag.") % {"day": danish_date(SCHEME_START)},
            field="valid_from",
        )
