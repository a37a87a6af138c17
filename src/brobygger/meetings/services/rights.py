"""Who may plan and change a meeting: the mentor of it, and staff who follow up."""

from __future__ import annotations

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.grants import selectors as grants
from brobygger.meetings.models import Meeting
from brobygger.mentorships.models import Mentorship


def require_planner(mentorship: Mentorship, by: User) -> None:
    """Raises NotAllowed, and Mentorship.DoesNotExist for somebody else's mentorship."""
    if by.kind == "mentor":
        require(by, Permission.REGISTER_HOURS)
        is_own = grants.is_mentor_of(by, mentorship)
    else:
        require(by, Permission.FOLLOW_UP)
        is_own = mentorship.municipality_id == by.municipality_id
    if not is_own:
        raise Mentorship.DoesNotExist


def require_changer(meeting: Meeting, by: User) -> None:
    """Raises NotAllowed, and Meeting.DoesNotExist for a meeting of others."""
    if by.kind == "mentor":
        require(by, Permission.REGISTER_HOURS)
        is_own = (meeting.municipality_id, meeting.mentor_id) == (by.municipality_id, by.person_id)
    else:
        require(by, Permission.FOLLOW_UP)
        is_own = meeting.municipality_id == by.municipality_id
    if not is_own:
        raise Meeting.DoesNotExist
