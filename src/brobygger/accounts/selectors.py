"""Users and teams of a municipality."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import NotAllowed, Role

OUTSIDE = (Role.MENTOR.value, Role.CITIZEN.value, Role.COMPANY.value)


def municipality_of(user: User) -> int:
    """The border the user works inside. Raises NotAllowed for somebody without a municipality."""
    if user.municipality_id is None:
        raise NotAllowed(_("Du hører ikke til nogen kommune."))
    return user.municipality_id


def visible_to(user: User) -> QuerySet[User]:
    """The users of the own municipality. The table has no row-level security: signing in reads it."""
    return User.objects.filter(municipality_id=municipality_of(user)).select_related("team")


def get(user: User, public_id: uuid.UUID) -> User:
    """Raises User.DoesNotExist."""
    return visible_to(user).get(public_id=public_id)


def listed(user: User, *, text: str = "", group: str = "staff") -> QuerySet[User]:
    """``group``: "staff", "outside" (mentors, citizens, companies), "inactive" or "all"."""
    users = visible_to(user)
    if text:
        users = users.filter(Q(name__icontains=text) | Q(username__icontains=text))
    if group == "staff":
        users = users.exclude(roles__overlap=list(OUTSIDE)).filter(is_active=True)
    elif group == "outside":
        users = users.filter(roles__overlap=list(OUTSIDE))
    elif group == "inactive":
        users = users.filter(is_active=False)
    return users.order_by("name", "pk")


def staff_of(user: User) -> QuerySet[User]:
    return visible_to(user).exclude(roles__overlap=list(OUTSIDE)).order_by("name", "pk")


def locked(user: User, at: datetime) -> QuerySet[User]:
    """Accounts that wait after failed sign-ins."""
    return visible_to(user).filter(locked_until__gt=at)


def teams_of(user: User) -> QuerySet[Team]:
    return Team.objects.filter(municipality_id=municipality_of(user)).order_by("name")
