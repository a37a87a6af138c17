"""The private calendar address of a user, and single meetings as files."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import actor_of, set_context
from brobygger.audit import services as audit
from brobygger.meetings import ical, selectors
from brobygger.meetings.models import Feed, Meeting
from brobygger.meetings.services import telling
from brobygger.values.moment import danish_day

READS_PER_HOUR = 60
"""Calendar programs ask from every quarter of an hour to once a day; more is a mistake or worse."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Opened:
    """A live address: whose it is, and whether it has been asked too often in the last hour."""

    user: User
    is_throttled: bool


@transaction.atomic
def make_feed(*, by: User, at: datetime) -> str:
    """A new secret for the user's calendar address, shown once (43 characters, 256 bits); an older one dies."""
    _revoke(by, at)
    secret = secrets.token_urlsafe(32)
    Feed.objects.create(
        municipality_id=municipality_of(by), user=by, secret_hash=_hash(secret), created_at=at
    )
    audit.record("calendar.address_made", by=by, subject=by)
    return secret


@transaction.atomic
def revoke_feed(*, by: User, at: datetime) -> bool:
    """Kills the user's address; whether there was one."""
    was_live = _revoke(by, at)
    if was_live:
        audit.record("calendar.address_revoked", by=by, subject=by)
    return was_live


@transaction.atomic
def open_feed(*, secret: str, at: datetime) -> Opened | None:
    """Whose calendar an address shows; from here the transaction acts as that user. None for one that is dead.

    Nothing tells an address that was never made from one that was revoked, or whose user has been closed.
    """
    found = selectors.owner_of_feed(_hash(secret))
    if found is None:
        return None
    feed_id, user_id = found
    user = User.objects.filter(pk=user_id, is_active=True).select_related("municipality").first()
    actor = actor_of(user)
    if user is None or actor is None:
        return None
    set_context(actor)
    return Opened(user, is_throttled=not _counts(feed_id, at))


def calendar_of(*, user: User, at: datetime) -> bytes:
    """The user's own meetings as a calendar."""
    meetings = selectors.in_feed(user, danish_day(at))
    entries = [telling.entry_of(each, initials=_other(each, user)) for each in meetings]
    return ical.published(entries, name=_("Mentorforløb"), at=at)


def invitation_of(*, meeting: Meeting, user: User, at: datetime) -> bytes:
    """One meeting as a file to download, addressed to the user."""
    attendee = user.email or telling.NOBODYS_ADDRESS
    return telling.invitation(meeting, attendee=attendee, at=at)


def _other(meeting: Meeting, user: User) -> str:
    """The initials that tell the user's meetings from each other: the citizen's, and to the citizen the mentor's."""
    if user.kind == "citizen":
        names = meeting.mentor.name.split()
        return " ".join(f"{name[0]}." for name in (names[:1] + names[1:][-1:]))
    return str(meeting.citizen.initials)


def _counts(feed_id: int, at: datetime) -> bool:
    """Counts a reading and says whether there was one left in the hour."""
    rows = Feed.objects.filter(pk=feed_id)
    if rows.filter(Q(hour_begins_at=None) | Q(hour_begins_at__lte=at - HOUR)).update(
        hour_begins_at=at, reads_in_hour=1, last_read_at=at
    ):
        return True
    return bool(
        rows.filter(reads_in_hour__lt=READS_PER_HOUR).update(
            reads_in_hour=F("reads_in_hour") + 1, last_read_at=at
        )
    )


def _revoke(user: User, at: datetime) -> bool:
    live = Feed.objects.filter(municipality_id=municipality_of(user), user=user, revoked_at=None)
    return bool(live.update(revoked_at=at))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
