"""Reading the audit trail. Row-level security shows it to staff of the own municipality only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from brobygger.audit.models import Event

LOOKS = ("citizen.seen", "citizens.listed", "citizen.sought_by_cpr", "citizen.cpr_shown", "search")


def events_of(municipality_id: int, subject: str) -> QuerySet[Event]:
    """All that happened to one thing, newest first. ``subject`` is its public id."""
    return Event.objects.filter(municipality_id=municipality_id, subject=subject).order_by("-id")


def looks(
    municipality_id: int,
    *,
    actor_id: int | None = None,
    relation: str = "",
    subject: str = "",
    since: datetime | None = None,
) -> QuerySet[Event]:
    """Looks at citizens, newest first."""
    events = Event.objects.filter(municipality_id=municipality_id, action__in=LOOKS)
    if actor_id:
        events = events.filter(actor_id=actor_id)
    if relation:
        events = events.filter(relation=relation)
    if subject:
        events = events.filter(subject=subject)
    if since:
        events = events.filter(at__gte=since)
    return events.order_by("-id")


@dataclass(frozen=True)
class SealState:
    """How far the trail is sealed. ``root`` is the newest seal's hash, in hexadecimal."""

    sealed: int
    unsealed: int
    root: str
    sealed_at: datetime | None


def seal_state() -> SealState:
    """Read through a function of the database: the application itself cannot reach the seals."""
    with connection.cursor() as cursor:
        cursor.execute("select sealed, unsealed, root, sealed_at from sec.seal_state()")
        row = cursor.fetchone()
    return SealState(*row) if row else SealState(0, 0, "", None)
