"""What mentor and company are asked, and what they wrote."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.models import FollowUp, Hearing

OPENS_BEFORE = timedelta(days=7)
_OWN_COLUMN = {"mentor": "mentor_id", "company": "organisation_id"}


def visible_to(user: User) -> QuerySet[Hearing]:
    """The municipality's for staff who see cases, the own for mentor and company; none for others."""
    found = Hearing.objects.filter(municipality_id=municipality_of(user))
    if column := _OWN_COLUMN.get(user.kind):
        found = found.filter(**{column: user.person_id}) if user.person_id else found.none()
    elif user.kind != "staff" or not user.may(Permission.SEE_CASES):
        return found.none()
    return found.select_related("mentorship__citizen", "mentor", "organisation", "municipality")


def waiting_for(user: User, today: date) -> QuerySet[Hearing]:
    """Those that wait for mentor's or company's own answer from a week before the day, the oldest first."""
    found = visible_to(user).filter(answered_at=None, closed_at=None, due_on__lte=today + OPENS_BEFORE)
    return found.order_by("due_on", "id")


def of_link(link: OneTimeLink) -> Hearing:
    """What a link points at. Raises Hearing.DoesNotExist."""
    found = Hearing.objects.select_related("mentorship__citizen", "mentorship__consultant", "municipality")
    return found.get(municipality_id=link.municipality_id, pk=link.subject_id)


def open_of(follow_ups: Iterable[FollowUp]) -> QuerySet[Hearing]:
    return Hearing.objects.filter(follow_up__in=[each.pk for each in follow_ups], closed_at=None)


def of_follow_up(follow_up: FollowUp) -> Hearing | None:
    """The one that is open, else the last."""
    found = Hearing.objects.filter(municipality_id=follow_up.municipality_id, follow_up=follow_up)
    return found.select_related("mentor", "organisation").order_by("-id").first()
