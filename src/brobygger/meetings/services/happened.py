"""What became of a meeting: said by the contact that the mentor registers, or written by mentor or staff."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.audit import services as audit
from brobygger.meetings.models import Meeting
from brobygger.meetings.services.rights import require_changer
from brobygger.values.moment import danish_day, day_start
from brobygger.values.period import ONE_DAY

State = Meeting.State
OUTCOMES = (State.HELD, State.NO_SHOW_CITIZEN, State.NO_SHOW_MENTOR, State.CANCELLED)
_STATE_OF_KIND = {
    "FACE_TO_FACE": State.HELD,
    "TELEPHONE": State.HELD,
    "VIDEO": State.HELD,
    "NO_SHOW_CITIZEN": State.NO_SHOW_CITIZEN,
    "NO_SHOW_MENTOR": State.NO_SHOW_MENTOR,
}
_GONE = ("WITHDRAWN",)


class Registered(Protocol):
    """What is asked of a contact: it lives in a package beside this one."""

    public_id: uuid.UUID
    mentorship_id: int
    mentor_id: int
    municipality_id: int
    kind: str
    state: str
    starts_at: datetime
    note: str

    @property
    def supersedes(self) -> Registered | None: ...


@transaction.atomic
def settle(*, meeting: Meeting, outcome: str, reason: str, by: User, at: datetime) -> Meeting:
    """Says what became of a meeting that has begun. Who did not come, and why, is kept with who says so.

    Raises Refused, Conflict where somebody was first, and NotAllowed.
    """
    require_changer(meeting, by)
    if outcome not in OUTCOMES:
        raise Refused(_("Vælg, hvad der skete."), field="outcome")
    if meeting.starts_at > at:
        raise Refused(_("Mødet er ikke begyndt endnu. Flyt det eller aflys det."))
    if outcome != State.HELD and not reason.strip():
        raise Refused(_("Skriv, hvorfor mødet ikke blev holdt."), field="reason")
    rows = _planned(meeting.municipality_id).filter(pk=meeting.pk)
    told = reason.strip()[:300]
    if not rows.update(state=outcome, reason=told, settled_at=at, settled_by=by):
        raise Conflict(_("En anden var først: der står allerede, hvad der skete."))
    meeting.state, meeting.reason, meeting.settled_at, meeting.settled_by = outcome, told, at, by
    audit.record(
        "meeting.settled", by=by, subject=meeting.mentorship, meeting=meeting.public_id, outcome=outcome
    )
    return meeting


# Reactions to ``hours.events``: the contact says what became of the meeting


@transaction.atomic
def when_contact_changed(contact: Registered, by: User, at: datetime) -> None:
    """A registered contact settles the planned meeting of that day; a corrected one anew, a deleted one unsays."""
    if contact.state in _GONE:
        _unsay(contact)
        return
    former = contact.supersedes
    linked = _linked(former or contact).first()
    outcome = _STATE_OF_KIND.get(contact.kind)
    if linked is None and outcome:
        linked = _planned_that_day(contact)
    if linked is None:
        return
    if outcome is None:
        _unsay(former or contact)
        return
    Meeting.objects.filter(pk=linked.pk).update(
        state=outcome,
        reason=contact.note[:300] if outcome != State.HELD else "",
        settled_at=at,
        settled_by=by,
        held_at=_began(contact) if outcome == State.HELD else None,
        contact_public_id=contact.public_id,
    )


def _unsay(contact: Registered) -> None:
    _linked(contact).update(
        state=State.PLANNED, reason="", settled_at=None, settled_by=None, held_at=None, contact_public_id=None
    )


def _linked(contact: Registered) -> QuerySet[Meeting]:
    return Meeting.objects.filter(
        municipality_id=contact.municipality_id, contact_public_id=contact.public_id
    )


def _planned(municipality_id: int) -> QuerySet[Meeting]:
    return Meeting.objects.filter(municipality_id=municipality_id, state=State.PLANNED)


def _planned_that_day(contact: Registered) -> Meeting | None:
    """The one that lies nearest in time among those of the mentorship and mentor on the contact's Danish day."""
    day = danish_day(contact.starts_at)
    found = _planned(contact.municipality_id).filter(
        mentorship_id=contact.mentorship_id,
        mentor_id=contact.mentor_id,
        starts_at__gte=day_start(day),
        starts_at__lt=day_start(day + ONE_DAY),
    )
    return min(found, key=lambda meeting: _distance(meeting, contact), default=None)


def _distance(meeting: Meeting, contact: Registered) -> timedelta:
    return abs(meeting.starts_at - contact.starts_at)


def _began(contact: Registered) -> datetime:
    """When the people met: a part of a meeting with several citizens began with the meeting."""
    shared: datetime | None = getattr(contact, "shared_starts_at", None)
    return shared or contact.starts_at
