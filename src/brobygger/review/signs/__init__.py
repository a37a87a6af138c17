"""Signs of fraud and error: what is worth asking about, with the evidence, and never a verdict."""

from brobygger.review.signs.facts import (
    MET,
    OTHER,
    SPOKE,
    About,
    Answer,
    Billed,
    Clash,
    Meeting,
    Phase,
    Plans,
    Sign,
    SignKind,
    holidays_between,
)
from brobygger.review.signs.judge import Study
from brobygger.review.signs.limits import UNITS, Limits

__all__ = [
    "MET",
    "OTHER",
    "SPOKE",
    "UNITS",
    "About",
    "Answer",
    "Billed",
    "Clash",
    "Limits",
    "Meeting",
    "Phase",
    "Plans",
    "Sign",
    "SignKind",
    "Study",
    "holidays_between",
]
