"""Setting a substitute and calling one off."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, Role, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.followups.models import Substitute

LONGEST = timedelta(days=366)


@transaction.atomic
def set_substitute(
    *, absent: User, substitute: User, first_day: date, last_day: date, by: User, at: datetime, on: date
) -> Substitute:
    """``substitute`` works ``absent``'s list from first to last day, with the permissions they have already.

    People set one for themselves, leaders for anybody. Raises Refused for days in the past, too many days, somebody
    who does not follow up, and a colleague who stands in already, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    if by.pk != absent.pk and not is_leader(by):
        raise NotAllowed(_("Du kan vælge vikar for dig selv. En leder kan vælge for andre."))
    _require_colleague(absent, by, "absent")
    _require_colleague(substitute, by, "substitute")
    if absent.pk == substitute.pk:
        raise Refused(_("Vælg en anden end den, der er væk."), field="substitute")
    _require_days(first_day, last_day, on)
    _require_not_set(absent, substitute, first_day, last_day)
    row = Substitute.objects.create(
        municipality_id=municipality_of(by),
        absent=absent,
        substitute=substitute,
        first_day=first_day,
        last_day=last_day,
        set_at=at,
        set_by=by,
    )
    audit.record(
        "substitute.set",
        by=by,
        subject=row,
        absent=absent.public_id,
        substitute=substitute.public_id,
        first_day=first_day,
        last_day=last_day,
    )
    return row


@transaction.atomic
def call_off(*, substitute: Substitute, by: User, at: datetime) -> None:
    """From now on nobody stands in. Raises Conflict where it is called off already, and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    if not may_call_off(by, substitute):
        raise NotAllowed(_("Kun den, der er væk, vikaren selv og en leder kan aflyse vikaren."))
    called_off = Substitute.objects.filter(
        municipality_id=municipality_of(by), pk=substitute.pk, cancelled_at=None
    ).update(cancelled_at=at)
    if not called_off:
        raise Conflict(_("Vikaren er allerede aflyst."))
    audit.record("substitute.called_off", by=by, subject=substitute)


def may_call_off(by: User, substitute: Substitute) -> bool:
    return by.pk in (substitute.absent_id, substitute.substitute_id) or is_leader(by)


def is_leader(user: User) -> bool:
    return Role.TEAM_LEADER in user.roles


def _require_colleague(user: User, by: User, field: str) -> None:
    if user.municipality_id != municipality_of(by) or not user.may(Permission.FOLLOW_UP):
        raise Refused(_("Vælg en kollega, der følger op på forløb."), field=field)


def _require_days(first_day: date, last_day: date, on: date) -> None:
    if first_day < on:
        raise Refused(_("Vælg i dag eller en senere dag."), field="first_day")
    if last_day < first_day:
        raise Refused(_("Sidste dag ligger før den første."), field="last_day")
    if last_day - first_day > LONGEST:
        raise Refused(_("Vælg højst et år ad gangen."), field="last_day")


def _require_not_set(absent: User, substitute: User, first_day: date, last_day: date) -> None:
    # One at a time for each absent colleague, so that two forms sent at once leave one row.
    User.objects.select_for_update().get(pk=absent.pk)
    taken = Substitute.objects.filter(
        municipality_id=municipality_of(absent),
        absent=absent,
        substitute=substitute,
        cancelled_at=None,
        first_day__lte=last_day,
        last_day__gte=first_day,
    )
    if taken.exists():
        raise Refused(_("Kollegaen er allerede vikar i nogle af dagene."), field="first_day")
