"""New dated frames and ways of working. A row is never rewritten: a new one takes over from its own date."""

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
from brobygger.law.target_groups import SCHEME_START
from brobygger.rulebook import selectors
from brobygger.rulebook.frames import COORDINATOR, NOBODY, TEAM_LEADER, WayOfWorking
from brobygger.rulebook.models import LocalFrame, LocalWayOfWorking
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
