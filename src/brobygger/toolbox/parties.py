"""Who takes part: which side somebody is, and which mentorships they may open the toolbox of."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship, Status
from brobygger.toolbox.models import Side

AFTER_THE_END = timedelta(days=31)
"""How long what belongs to the end can still be written down."""

_SIDES = {
    "citizen": (Side.CITIZEN, Permission.CONFIRM_HOURS),
    "mentor": (Side.MENTOR, Permission.REGISTER_HOURS),
    "staff": (Side.STAFF, Permission.FOLLOW_UP),
}


def side_of(user: User) -> Side:
    """Raises NotAllowed for those who have no part in the plan: the company, and staff who do not follow up."""
    side, permission = _SIDES.get(user.kind, (Side.STAFF, None))
    if permission is None or not user.may(permission):
        raise NotAllowed(_("Din rolle giver ikke adgang til plan og redskaber."))
    return side


def case_for(user: User, public_id: uuid.UUID, on: date) -> Mentorship:
    """A mentorship the user has a part in. Raises NotAllowed, and DoesNotExist also for a mentor of other days."""
    side = side_of(user)
    mentorship = mentorships.get(user, public_id)
    if side is Side.MENTOR and not _is_mentor(mentorship, user, on):
        raise Mentorship.DoesNotExist
    return mentorship


def _is_mentor(mentorship: Mentorship, user: User, on: date) -> bool:
    """Whether the user is the mentor decided on last, or the one of the day. A mentor sees no grant but the own."""
    if mentorship.mentor_id == user.person_id:
        return True
    own = mentorship.grants.filter(is_current=True, mentor_id=user.person_id or 0)
    return bool(own.filter(starts_on__lte=on, ends_before__gt=on).exists())


def is_open(mentorship: Mentorship, on: date) -> bool:
    """Whether anything can be written: from the grant to a month after the end."""
    if mentorship.status in (Status.GRANTED, Status.ACTIVE):
        return True
    ended = mentorship.ends_before
    return mentorship.status == Status.ENDED and ended is not None and on < ended + AFTER_THE_END


def require_part(mentorship: Mentorship, by: User, on: date) -> Side:
    """The side of whoever writes. Raises NotAllowed, DoesNotExist for others' mentorships, Refused for a closed one."""
    side = side_of(by)
    is_own = {
        Side.CITIZEN: mentorship.citizen_id == by.person_id,
        Side.MENTOR: side is Side.MENTOR and _is_mentor(mentorship, by, on),
        Side.STAFF: mentorship.municipality_id == by.municipality_id,
    }[side]
    if not is_own:
        raise Mentorship.DoesNotExist
    if not is_open(mentorship, on):
        raise Refused(_("Forløbet er ikke i gang, så her kan ikke skrives noget nyt."))
    return side


def mentor_id_for(mentorship: Mentorship, by: User, on: date) -> int | None:
    """Which mentor a row belongs to: the one who writes it, else the mentorship's on the day."""
    if by.kind == "mentor":
        return by.person_id
    mentor = mentorships.mentor_on(mentorship, on)
    return mentor.pk if mentor else None
