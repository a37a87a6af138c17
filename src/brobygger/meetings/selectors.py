"""Meetings a user may see, those that need somebody, and who takes part."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, connections
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.meetings.counting import Counts, tally
from brobygger.meetings.models import Feed, Meeting, MeetingMove, NoReminders
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.selectors import case_address
from brobygger.people import reading
from brobygger.ui.attention import Act, Attention, Scope
from brobygger.ui.formats import danish_clock
from brobygger.values.moment import danish_day, day_start
from brobygger.values.period import ONE_DAY

UNSETTLED_AFTER = timedelta(days=3)
"""So long a mentor may take to register a meeting before somebody asks."""
LOOK_BACK = timedelta(days=60)
"""Meetings that nobody has said anything of for longer are history, not work."""
FEED_BACK, FEED_AHEAD = timedelta(days=60), timedelta(days=400)
MOST_ROWS = 200

_OWN_COLUMN = {"mentor": "mentor_id", "citizen": "citizen_id", "company": "organisation_id"}
_PEOPLE = ("mentorship__consultant", "mentor", "citizen", "organisation", "municipality")


def visible_to(user: User) -> QuerySet[Meeting]:
    """Staff who see cases: the municipality's. Mentor, citizen and company: those they take part in."""
    found = Meeting.objects.filter(municipality_id=municipality_of(user)).select_related(*_PEOPLE)
    if user.kind == "staff":
        return found if user.may(Permission.SEE_CASES) else found.none()
    return found.filter(**{_OWN_COLUMN[user.kind]: user.person_id or 0})


def own(user: User) -> QuerySet[Meeting]:
    """Those the user takes part in: for staff, as consultant."""
    found = visible_to(user)
    if user.kind == "staff":
        return found.filter(with_consultant=True, mentorship__consultant_id=user.pk)
    return found


def get(user: User, public_id: uuid.UUID) -> Meeting:
    """Raises Meeting.DoesNotExist."""
    return visible_to(user).get(public_id=public_id)


def next_of(user: User, today: date, *, limit: int = 5) -> list[Meeting]:
    """The user's own meetings from today on, the first first."""
    found = own(user).filter(state=Meeting.State.PLANNED, starts_at__gte=day_start(today))
    return list(found.order_by("starts_at", "pk")[:limit])


def unsettled_of(user: User, today: date) -> list[Meeting]:
    """The user's own meetings of the days before today of which nobody has said what happened."""
    found = own(user).filter(
        state=Meeting.State.PLANNED,
        starts_at__lt=day_start(today),
        starts_at__gte=day_start(today - LOOK_BACK),
    )
    return list(found.order_by("starts_at", "pk"))


def of_mentorship(mentorship: Mentorship) -> QuerySet[Meeting]:
    """All, the first first."""
    found = Meeting.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related(*_PEOPLE, "settled_by").order_by("starts_at", "pk")


def moves_of(meeting: Meeting) -> list[MeetingMove]:
    """The first first."""
    return list(meeting.moves.select_related("by").order_by("pk"))


def rest_of_series(meeting: Meeting, *, at: datetime) -> list[Meeting]:
    """The meeting and those after it in the same series that are still to come."""
    if meeting.series is None:
        return [meeting]
    found = of_mentorship(meeting.mentorship).filter(
        series=meeting.series, state=Meeting.State.PLANNED, starts_at__gte=meeting.starts_at
    )
    return list(found.filter(starts_at__gt=at))


def clash_of(meeting: Meeting) -> Meeting | None:
    """Another planned meeting of the same mentor at the same time."""
    found = Meeting.objects.filter(
        municipality_id=meeting.municipality_id,
        mentor_id=meeting.mentor_id,
        state=Meeting.State.PLANNED,
        starts_at__lt=meeting.ends_at,
        ends_at__gt=meeting.starts_at,
    )
    return found.exclude(pk=meeting.pk).order_by("starts_at").first()


def counts_of(mentorship: Mentorship, *, at: datetime) -> Counts:
    """Meetings expected, held and missed in a mentorship."""
    return counts_by_mentorship([mentorship], at=at)[mentorship.pk]


def counts_by_mentorship(mentorships: Iterable[Mentorship], *, at: datetime) -> dict[int, Counts]:
    """The same for many, in one query; those without meetings have zeros."""
    found: dict[int, list[Meeting]] = {each.pk: [] for each in mentorships}
    rows = Meeting.objects.filter(mentorship_id__in=list(found))
    for meeting in rows.only("mentorship_id", "state", "starts_at", "first_starts_at", "held_at"):
        found[meeting.mentorship_id].append(meeting)
    return {key: tally(rows, at=at) for key, rows in found.items()}


# Who takes part


@dataclass(frozen=True)
class Party:
    """Somebody who takes part. ``key`` is the column and value of the own row in ``NoReminders``; ``language`` is what
    they are written to in."""

    kind: str
    name: str
    email: str
    phone: str
    key: tuple[str, int]
    language: str = reading.OWN


def parties_of(meeting: Meeting) -> list[Party]:
    """Citizen and mentor, and consultant and company where they take part."""
    citizen, mentor = meeting.citizen, meeting.mentor
    found = [
        Party(
            "CITIZEN",
            citizen.name,
            citizen.email,
            citizen.phone,
            ("citizen_id", citizen.pk),
            reading.language_of(citizen),
        ),
        Party("MENTOR", mentor.name, mentor.email, mentor.phone, ("mentor_id", mentor.pk)),
    ]
    if meeting.with_consultant:
        consultant = meeting.mentorship.consultant
        key = ("user_id", consultant.pk)
        found.append(Party("CONSULTANT", consultant.name, consultant.email, consultant.phone, key))
    if meeting.organisation:
        company = meeting.organisation
        contact = (company.contact_name or company.name, company.contact_email, company.contact_phone)
        found.append(Party("COMPANY", *contact, ("organisation_id", company.pk)))
    return found


# Reminders


def to_remind(municipality: Municipality, *, after: datetime, before: datetime) -> list[Meeting]:
    """Planned meetings that begin in ``[after, before)`` and have not been reminded of at that time."""
    found = Meeting.objects.filter(municipality=municipality).filter(_lacks_reminder(after, before))
    return list(found.select_related(*_PEOPLE).order_by("starts_at", "pk")[:MOST_ROWS])


def municipality_to_remind(*, after: datetime, before: datetime) -> Municipality | None:
    """A municipality with a reminder that is due. Asked by the owner's role, and only for the key."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select municipality_id from meetings_meeting where state = 'PLANNED' and starts_at >= %s"
            " and starts_at < %s and reminded_for is distinct from starts_at limit 1",
            [after, before],
        )
        row = cursor.fetchone()
    return Municipality.objects.get(pk=row[0]) if row else None


def _lacks_reminder(after: datetime, before: datetime) -> Q:
    within = Q(state=Meeting.State.PLANNED, starts_at__gte=after, starts_at__lt=before)
    return within & (Q(reminded_for=None) | ~Q(reminded_for=F("starts_at")))


def wants_reminders(municipality_id: int, key: tuple[str, int]) -> bool:
    column, person = key
    off = NoReminders.objects.filter(municipality_id=municipality_id, is_off=True, **{column: person})
    return not off.exists()


def own_key(user: User) -> tuple[str, int]:
    """Where the user's own choice of reminders stands."""
    column = {"mentor": "mentor_id", "citizen": "citizen_id", "company": "organisation_id"}.get(user.kind)
    return (column, user.person_id or 0) if column else ("user_id", user.pk)


# The private address


def feed_of(user: User) -> Feed | None:
    """The live one."""
    return Feed.objects.filter(municipality_id=municipality_of(user), user=user, revoked_at=None).first()


def owner_of_feed(secret_hash: bytes) -> tuple[int, int] | None:
    """(feed, user) behind a live address. The database answers before anyone is known, as for one-time links."""
    with connection.cursor() as cursor:
        cursor.execute("select id, user_id from sec.find_feed(%s)", [secret_hash])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def in_feed(user: User, today: date) -> list[Meeting]:
    """What the user's calendar holds: the own meetings of two months back and a year ahead, cancelled ones too."""
    found = own(user).filter(
        starts_at__gte=day_start(today - FEED_BACK), starts_at__lt=day_start(today + FEED_AHEAD)
    )
    return list(found.order_by("starts_at", "pk"))


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """The consultant's own meetings of the coming week, and meetings of which nobody has said what happened."""
    if user.kind != "staff" or not user.may(Permission.FOLLOW_UP):
        return []
    week = Q(
        with_consultant=True,
        mentorship__consultant_id=user.pk,
        starts_at__gte=day_start(today),
        starts_at__lt=day_start(today + timedelta(days=8)),
    )
    silent = Q(
        starts_at__lt=day_start(today - UNSETTLED_AFTER + ONE_DAY),
        starts_at__gte=day_start(today - LOOK_BACK),
    )
    found = (
        visible_to(user)
        .filter(week | (silent & _near(user)), state=Meeting.State.PLANNED)
        .order_by("starts_at", "pk")[:MOST_ROWS]
    )
    return [_row(user, each, today) for each in found]


def _near(user: User) -> Q:
    if user.team_id is None:
        return Q()
    return Q(mentorship__consultant_id=user.pk) | Q(mentorship__team_id=user.team_id)


def _row(user: User, meeting: Meeting, today: date) -> Attention:
    mentorship, day = meeting.mentorship, danish_day(meeting.starts_at)
    is_ahead = day >= today
    scope: Scope = "mine" if mentorship.consultant_id == user.pk else "team"
    if is_ahead:
        heading = _("Møde kl. %(clock)s") % {"clock": danish_clock(meeting.starts_at)}
        acts = (Act(_("Se mødet"), reverse("meetings:meeting", args=[meeting.public_id])),)
    else:
        heading = _("Aftalt møde er ikke registreret")
        acts = (Act(_("Skriv, hvad der skete"), reverse("meetings:outcome", args=[meeting.public_id])),)
    return Attention(
        kind="meeting_ahead" if is_ahead else "meeting_unsettled",
        heading=heading,
        case_code=mentorship.code,
        initials=meeting.citizen.initials,
        when=day,
        url=f"{case_address(mentorship)}#moeder",
        acts=acts,
        urgency=5,
        scope=scope,
        happened=not is_ahead,
    )
