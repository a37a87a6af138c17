"""Reading contacts, months and what needs somebody."""

from brobygger.hours.selectors.attention import needs_attention, silent
from brobygger.hours.selectors.contacts import (
    answers_of,
    awaiting_answer,
    clash_of,
    contacts_of,
    last_contacts,
    minutes_by_state,
    payable_contacts,
    usual_minutes,
    visible_to,
)
from brobygger.hours.selectors.months import (
    MonthStatement,
    company_minutes,
    hand_in_opens,
    lacking_hand_in,
    live_minutes,
    month_statements,
    statements_of_month,
)
from brobygger.hours.selectors.people import (
    Look,
    MentorTurn,
    grants_on,
    grants_since,
    looks_at,
    mentorships_under_way,
    own_mentorships,
    turns_of,
)

__all__ = [
    "Look",
    "MentorTurn",
    "MonthStatement",
    "answers_of",
    "awaiting_answer",
    "clash_of",
    "company_minutes",
    "contacts_of",
    "grants_on",
    "grants_since",
    "hand_in_opens",
    "lacking_hand_in",
    "last_contacts",
    "live_minutes",
    "looks_at",
    "mentorships_under_way",
    "minutes_by_state",
    "month_statements",
    "needs_attention",
    "own_mentorships",
    "payable_contacts",
    "silent",
    "statements_of_month",
    "turns_of",
    "usual_minutes",
    "visible_to",
]
