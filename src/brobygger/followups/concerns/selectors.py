"""Concerns a user may see."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.models import Concern
from brobygger.mentorships.models import Mentorship

_OWN_COLUMN = {"mentor": "mentor_id", "citizen": "citizen_id", "company": "organisation_id"}


def visible_to(user: User) -> QuerySet[Concern]:
    """The municipality's for staff who see cases; the own for mentor, citizen and company."""
    found = Concern.objects.filter(municipality_id=municipality_of(user))
    if column := _OWN_COLUMN.get(user.kind):
        return found.filter(**{column: user.person_id}) if user.person_id else found.none()
    return found if user.may(Permission.SEE_CASES) else found.none()


def of_mentorship(user: User, mentorship: Mentorship) -> QuerySet[Concern]:
    """Those of one case the user may see, open ones first, then the newest."""
    found = visible_to(user).filter(mentorship=mentorship).select_related("answered_by", "raised_by")
    return found.order_by(F("answered_at").desc(nulls_first=True), "-raised_at", "-id")


def open_near(user: User, near: Q) -> QuerySet[Concern]:
    """Those that nobody has answered, the oldest first; ``near`` narrows to the user's cases."""
    found = visible_to(user).filter(near, answered_at=None)
    return found.select_related("mentorship__citizen").order_by("raised_at", "id")
