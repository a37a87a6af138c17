"""Organisations a user may see."""

from __future__ import annotations

from django.db.models import QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.selectors import municipality_of
from brobygger.organisations.models import Organisation


def visible_to(user: User) -> QuerySet[Organisation]:
    """Staff: the municipality's. A company: the own. Others: those of their mentorships."""
    organisations = Organisation.objects.filter(municipality_id=municipality_of(user))
    if user.kind == "staff":
        return organisations
    column = {"company": "pk", "mentor": "mentorships__mentor_id", "citizen": "mentorships__citizen_id"}
    return organisations.filter(**{column[user.kind]: user.person_id}).distinct()


def by_name(user: User) -> QuerySet[Organisation]:
    """All to choose from, in order."""
    return visible_to(user).order_by("name", "pk")


def same_as(user: User, *, name: str, cvr: str) -> Organisation | None:
    """One of the municipality with the same CVR number and name."""
    return visible_to(user).filter(cvr=cvr, name__iexact=name).exclude(cvr="").first()
