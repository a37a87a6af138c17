"""Everything that changes meetings, reminders and calendar addresses."""

from brobygger.meetings.services.calendar import calendar_of, invitation_of, make_feed, open_feed, revoke_feed
from brobygger.meetings.services.happened import settle, when_contact_changed
from brobygger.meetings.services.planning import Asked, cancel, move, plan, when_ended, when_mentor_changed
from brobygger.meetings.services.reminding import remind, remind_next, set_reminders

__all__ = [
    "Asked",
    "calendar_of",
    "cancel",
    "invitation_of",
    "make_feed",
    "move",
    "open_feed",
    "plan",
    "remind",
    "remind_next",
    "revoke_feed",
    "set_reminders",
    "settle",
    "when_contact_changed",
    "when_ended",
    "when_mentor_changed",
]
