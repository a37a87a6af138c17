"""What higher packages want to do when a mentorship starts, goes on or ends. ``web`` adds to the lists; no signals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from brobygger.accounts.models import User
from brobygger.mentorships.models import Mentorship

Reaction = Callable[[Mentorship, date, datetime, User | None], None]
"""Called with the mentorship, the Danish day, the instant and who did it, in the same transaction."""

when_granted: list[Reaction] = []
"""Something has been granted, perhaps in the place of a grant that was cut; nothing is agreed yet."""
when_started: list[Reaction] = []
when_prolonged: list[Reaction] = []
"""The agreement on a new period or a change is in place, while the mentorship is under way."""
when_ended: list[Reaction] = []
when_mentor_changed: list[Reaction] = []
"""Another mentor is granted; here the day is the first one of the new mentor."""


def announce(
    reactions: list[Reaction], mentorship: Mentorship, *, on: date, at: datetime, by: User | None
) -> None:
    for react in reactions:
        react(mentorship, on, at, by)
