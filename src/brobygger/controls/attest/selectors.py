"""What a second party is asked, and the hours it is asked about. Whoever asks sees only their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.selectors import municipality_of
from brobygger.controls.samples.models import Attestation, Party
from brobygger.hours import selectors as hours
from brobygger.hours.models import Contact
from brobygger.hours.states import LIVE, NO_SHOWS
from brobygger.values.moment import day_start
from brobygger.values.period import Period

_OWN_COLUMN = {"citizen": "citizen_id", "mentor": "mentor_id", "company": "organisation_id"}


@dataclass(frozen=True)
class Hours:
    """The hours asked about. A company sees their sum and no meeting: then ``contacts`` is empty.

    ``meetings`` is None where they are not counted.
    """

    minutes: int
    meetings: int | None
    contacts: tuple[Contact, ...] = ()


def visible_to(user: User) -> QuerySet[Attestation]:
    """The user's own; none for staff, who see the drawn case instead."""
    found = Attestation.objects.filter(municipality_id=municipality_of(user))
    column = _OWN_COLUMN.get(user.kind)
    found = found.filter(**{column: user.person_id}) if column and user.person_id else found.none()
    return found.select_related("mentorship__citizen", "mentorship__mentor", "municipality")


def waiting_for(user: User) -> QuerySet[Attestation]:
    """Those that wait for the user's answer, the shortest deadline first."""
    return visible_to(user).filter(answered_at=None, withdrawn_at=None).order_by("deadline", "id")


def of_link(link: OneTimeLink) -> Attestation:
    """What a link points at. Raises Attestation.DoesNotExist."""
    found = Attestation.objects.select_related("mentorship__citizen", "mentorship__mentor", "municipality")
    return found.get(municipality_id=link.municipality_id, pk=link.subject_id)


def hours_of(attestation: Attestation) -> Hours:
    """The hours that count in the days asked about, newest first, as the context that reads them may see them."""
    period = Period.through(attestation.first_day, attestation.last_day)
    if attestation.party == Party.COMPANY:
        states = hours.company_minutes(period).get(attestation.mentorship_id, {})
        return Hours(sum(states.values()), None)
    assert period.end is not None
    found = Contact.objects.filter(
        municipality_id=attestation.municipality_id,
        mentorship_id=attestation.mentorship_id,
        starts_at__gte=day_start(period.start),
        starts_at__lt=day_start(period.end),
        state__in=LIVE,
    ).exclude(kind__in=NO_SHOWS)
    contacts = tuple(found.select_related("task").order_by("-starts_at", "-id"))
    return Hours(sum(each.minutes for each in contacts), len(contacts), contacts)
