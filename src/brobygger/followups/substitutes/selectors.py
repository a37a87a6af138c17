"""Who stands in for whom."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.models import Substitute


def visible_to(user: User) -> QuerySet[Substitute]:
    """The municipality's for staff who follow up; for others none."""
    found = Substitute.objects.filter(municipality_id=municipality_of(user))
    found = found if user.kind == "staff" and user.may(Permission.FOLLOW_UP) else found.none()
    return found.select_related("absent", "substitute", "set_by")


def coming(user: User, today: date) -> QuerySet[Substitute]:
    """Those of today and later that are not called off."""
    return visible_to(user).filter(cancelled_at=None, last_day__gte=today).order_by("first_day", "id")


def absent_colleagues(user: User, today: date) -> list[User]:
    """Those the user stands in for today."""
    rows = _on(today).filter(municipality_id=municipality_of(user), substitute=user)
    return _distinct([row.absent for row in rows.select_related("absent").order_by("absent__name", "id")])


def standing_in_for(absent: User, today: date) -> list[User]:
    """Those who stand in for somebody today; without a way to sign in nobody does."""
    rows = _on(today).filter(municipality_id=municipality_of(absent), absent=absent)
    found = rows.select_related("substitute").order_by("first_day", "id")
    return _distinct([row.substitute for row in found if row.substitute.is_active])


def colleagues_of(user: User) -> list[User]:
    """Who can be absent or stand in: the municipality's staff who follow up."""
    staff = User.objects.filter(municipality_id=municipality_of(user), is_active=True)
    return [each for each in staff.order_by("name", "id") if each.may(Permission.FOLLOW_UP)]


def _on(day: date) -> QuerySet[Substitute]:
    return Substitute.objects.filter(cancelled_at=None, first_day__lte=day, last_day__gte=day)


def _distinct(users: list[User]) -> list[User]:
    return list({user.pk: user for user in users}.values())
