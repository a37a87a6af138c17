"""Contacts a user may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from statistics import median

from django.db.models import F, QuerySet, Sum

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.hours.models import Confirmation, Contact
from brobygger.hours.states import BESIDE_OTHERS, LIVE, NO_SHOWS, PAYABLE, State
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.values.moment import COPENHAGEN, day_start
from brobygger.values.period import Period

_OWN_COLUMN = {"mentor": "mentor_id", "citizen": "citizen_id"}
_USUAL_FROM = 10
_USUAL_WITHOUT_ANY = 60
_QUARTER = 15
_USUAL_TIMES = 3


def visible_to(user: User) -> QuerySet[Contact]:
    """Staff who see cases: the municipality's. Mentor and citizen: the own. Companies see sums only."""
    contacts = Contact.objects.filter(municipality_id=mentorships.municipality_of(user))
    if user.kind == "staff":
        return contacts if user.may(Permission.SEE_CASES) else contacts.none()
    if column := _OWN_COLUMN.get(user.kind):
        return contacts.filter(**{column: user.person_id})
    return contacts.none()


def last_contacts(user: User, since: date) -> QuerySet[Contact]:
    """The user's live contacts from ``since`` on, newest first."""
    found = visible_to(user).filter(state__in=LIVE, starts_at__gte=day_start(since))
    return found.select_related("mentorship__citizen", "task").order_by("-starts_at", "-id")


def to_change(user: User) -> QuerySet[Contact]:
    """The user's contacts with all that a correction needs."""
    return visible_to(user).select_related("mentorship__citizen", "mentorship__mentor", "task", "grant")


def awaiting_answer(user: User) -> QuerySet[Contact]:
    """Contacts the citizen has not answered, oldest first."""
    found = visible_to(user).filter(state=State.REGISTERED)
    return found.select_related("mentorship", "mentor", "task").order_by("starts_at", "id")


def contacts_of(mentorship: Mentorship) -> QuerySet[Contact]:
    """All that was ever registered, newest first, corrected and deleted ones too."""
    found = Contact.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("task", "registered_by", "grant", "mentor").order_by("-starts_at", "-id")


def answers_of(contacts: Iterable[Contact]) -> dict[int, list[Confirmation]]:
    """What was said of each contact, in order, in one query."""
    found: dict[int, list[Confirmation]] = {}
    keys = [contact.pk for contact in contacts]
    for answer in Confirmation.objects.filter(contact_id__in=keys).select_related("by").order_by("at", "id"):
        found.setdefault(answer.contact_id, []).append(answer)
    return found


def clash_of(contact: Contact) -> Contact | None:
    """The mentor's other contact at the same time, where the mentor's municipality has it."""
    return (
        Contact.objects.filter(
            municipality_id=contact.municipality_id,
            mentor_identity=contact.mentor_identity,
            state__in=LIVE,
            starts_at__lt=contact.ends_at,
            ends_at__gt=contact.starts_at,
        )
        .exclude(kind__in=BESIDE_OTHERS)
        .exclude(pk=contact.pk)
        .order_by("starts_at")
        .first()
    )


def usual_minutes(user: User) -> int:
    """The middle length of the mentor's last ten meetings, to the quarter; an hour for somebody new."""
    lengths = (
        visible_to(user)
        .filter(state__in=LIVE)
        .exclude(kind__in=NO_SHOWS)
        .order_by("-starts_at")
        .values_list("minutes", flat=True)[:_USUAL_FROM]
    )
    usual = median(lengths or [_USUAL_WITHOUT_ANY])
    return max(_QUARTER, _QUARTER * round(usual / _QUARTER))


def usual_clock(user: User) -> time | None:
    """When the mentor's last ten meetings mostly began, to the quarter; None where no three of them agree."""
    begun = (
        visible_to(user)
        .filter(state__in=LIVE)
        .exclude(kind__in=NO_SHOWS)
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)[:_USUAL_FROM]
    )
    locals_ = [each.astimezone(COPENHAGEN) for each in begun]
    quarters = Counter(time(each.hour, each.minute // _QUARTER * _QUARTER) for each in locals_)
    return next((clock for clock, times in quarters.most_common(1) if times >= _USUAL_TIMES), None)


def is_busy(user: User, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the mentor has registered a meeting in some of that time."""
    meetings = visible_to(user).filter(state__in=LIVE).exclude(kind__in=BESIDE_OTHERS)
    return meetings.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists()


def minutes_by_state(mentorship: Mentorship) -> dict[str, int]:
    """Minutes of each state that occurs."""
    rows = Contact.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return dict(rows.order_by().values_list("state").annotate(minutes=Sum("minutes")))


def payable_contacts(mentorship: Mentorship, period: Period) -> QuerySet[Contact]:
    """Confirmed or settled contacts that began in the period and have unpaid minutes, as ``minutes_left``."""
    found = Contact.objects.filter(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        state__in=PAYABLE,
        starts_at__gte=day_start(period.start),
        paid_minutes__lt=F("minutes"),
    )
    if period.end is not None:
        found = found.filter(starts_at__lt=day_start(period.end))
    return found.annotate(minutes_left=F("minutes") - F("paid_minutes")).order_by("starts_at", "id")
