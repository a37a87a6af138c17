"""Organisations a user may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.selectors import visible_to as users_visible_to
from brobygger.organisations.models import Organisation


def visible_to(user: User) -> QuerySet[Organisation]:
    """Staff: the municipality's. A company: the own. Others: those of their mentorships."""
    organisations = Organisation.objects.filter(municipality_id=municipality_of(user))
    if user.kind == "staff":
        return organisations
    column = {"company": "pk", "mentor": "mentorships__mentor_id", "citizen": "mentorships__citizen_id"}
    own = Q(**{column[user.kind]: user.person_id})
    if user.kind == "mentor":  # where the mentor was or will be, too; grants live in a higher package
        own |= Q(mentorships__grants__mentor_id=user.person_id, mentorships__grants__is_current=True)
    return organisations.filter(own).distinct()


def by_name(user: User) -> QuerySet[Organisation]:
    """All to choose from, in order."""
    return visible_to(user).order_by("name", "pk")


def same_as(user: User, *, name: str, cvr: str) -> Organisation | None:
    """One of the municipality with the same CVR number and name."""
    return visible_to(user).filter(cvr=cvr, name__iexact=name).exclude(cvr="").first()


def logins_of(user: User, organisation: Organisation) -> QuerySet[User]:
    """Those who sign in as the organisation's contacts."""
    found = users_visible_to(user).filter(person_id=organisation.pk, roles__contains=[Role.COMPANY.value])
    return found.filter(is_active=True).order_by("name", "pk")
