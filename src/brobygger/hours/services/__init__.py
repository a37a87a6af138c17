"""Everything that changes contacts and months."""

from brobygger.hours.services.answers import confirm, confirm_on_behalf, dispute, resolve
from brobygger.hours.services.months import hand_in_all, hand_in_month
from brobygger.hours.services.paying import mark_paid
from brobygger.hours.services.register import (
    correct,
    part_id,
    register,
    register_shared,
    wait_for_turn,
    withdraw,
)

__all__ = [
    "confirm",
    "confirm_on_behalf",
    "correct",
    "dispute",
    "hand_in_all",
    "hand_in_month",
    "mark_paid",
    "part_id",
    "register",
    "register_shared",
    "resolve",
    "wait_for_turn",
    "withdraw",
]
