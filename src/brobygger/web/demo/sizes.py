"""How large each demonstration is, and in which period its mentorships begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEED = 7_305

EARLIEST_TODAY = date(2022, 1, 1)
"""The demonstration's groups and rules are of this time; an earlier day has no whole history to show."""


@dataclass(frozen=True)
class Size:
    """``years`` back from today; ``is_detailed`` where every mentorship has its own letters' texts and logins.

    ``months_followed`` is how long after the end so short a history lets results look. ``never_mentored`` citizens wait
    in the shared municipality, for those with a mentor to be compared with.
    """

    name: str
    mentorships: int
    years: float
    is_detailed: bool
    invoice_months: int
    first_day: date | None = None
    months_followed: int = 12
    never_mentored: int = 0


SIZES = {
    "small": Size("small", 200, 1.6, True, 24, months_followed=3),
    "municipality": Size("municipality", 3_000, 4.5, True, 14, never_mentored=2_500),
    "national": Size("national", 360_000, 10.0, False, 1, date(2017, 1, 2)),
}
