"""The thresholds, each with what it is counted in and why it is where it is. A municipality may set its own."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from brobygger.review.signs.facts import SignKind


@dataclass(frozen=True, slots=True)
class Limits:
    """All thresholds. Minutes, seconds, days, whole counts and per cent, as ``DEFAULTS`` says."""

    overlap_minutes: int = 15
    overlap_meetings: int = 3
    overlap_share: int = 30
    day_minutes: int = 600
    day_count: int = 2
    travel_minutes: int = 5
    travel_times: int = 5
    exact_share: int = 90
    exact_weeks: int = 14
    round_share: int = 90
    round_patterns: int = 12
    copied_share: int = 65
    copied_weeks: int = 7
    odd_share: int = 12
    odd_meetings: int = 4
    night_from: int = 22
    night_until: int = 6
    quick_seconds: int = 60
    quick_times: int = 4
    device_citizens: int = 3
    device_days: int = 5
    device_share: int = 50
    citizens_at_once: int = 20
    ahead_minutes: int = 120
    ahead_invoices: int = 2
    ahead_share: int = 25
    account_suppliers: int = 2
    account_most: int = 20
    absent_share: int = 20
    absent_times: int = 4
    no_face_minutes: int = 600
    chance: int = 5
    window_days: int = 365

    def with_own(self, own: dict[str, int]) -> Limits:
        """The same with a municipality's own values. Raises KeyError for a name that is no limit."""
        if unknown := set(own) - NAMES:
            raise KeyError(", ".join(sorted(unknown)))
        return replace(self, **own)


NAMES = frozenset(each.name for each in fields(Limits))


class Unit(NamedTuple):
    """What a limit is counted in, and the least and most that make sense."""

    kind: SignKind | None
    unit: str
    least: int
    most: int


MINUTES, SECONDS, DAYS, TIMES, PERCENT, CLOCK = "minutes", "seconds", "days", "times", "percent", "clock"

UNITS: dict[str, Unit] = {
    "overlap_minutes": Unit(SignKind.OVERLAP, MINUTES, 1, 240),
    "overlap_meetings": Unit(SignKind.OVERLAP, TIMES, 1, 50),
    "overlap_share": Unit(SignKind.OVERLAP, PERCENT, 0, 100),
    "day_minutes": Unit(SignKind.LONG_DAY, MINUTES, 240, 1440),
    "day_count": Unit(SignKind.LONG_DAY, TIMES, 1, 50),
    "travel_minutes": Unit(SignKind.NO_TRAVEL, MINUTES, 1, 120),
    "travel_times": Unit(SignKind.NO_TRAVEL, TIMES, 2, 100),
    "exact_share": Unit(SignKind.EXACT_GRANT, PERCENT, 50, 100),
    "exact_weeks": Unit(SignKind.EXACT_GRANT, TIMES, 4, 52),
    "round_share": Unit(SignKind.ROUND_TIMES, PERCENT, 50, 100),
    "round_patterns": Unit(SignKind.ROUND_TIMES, TIMES, 6, 200),
    "copied_share": Unit(SignKind.COPIED_WEEKS, PERCENT, 50, 100),
    "copied_weeks": Unit(SignKind.COPIED_WEEKS, TIMES, 4, 52),
    "odd_share": Unit(SignKind.ODD_HOURS, PERCENT, 1, 100),
    "odd_meetings": Unit(SignKind.ODD_HOURS, TIMES, 2, 100),
    "night_from": Unit(SignKind.ODD_HOURS, CLOCK, 18, 24),
    "night_until": Unit(SignKind.ODD_HOURS, CLOCK, 0, 9),
    "quick_seconds": Unit(SignKind.QUICK_ANSWERS, SECONDS, 5, 600),
    "quick_times": Unit(SignKind.QUICK_ANSWERS, TIMES, 2, 100),
    "device_citizens": Unit(SignKind.SHARED_DEVICE, TIMES, 2, 50),
    "device_days": Unit(SignKind.SHARED_DEVICE, DAYS, 1, 100),
    "device_share": Unit(SignKind.SHARED_DEVICE, PERCENT, 10, 100),
    "citizens_at_once": Unit(SignKind.MANY_CITIZENS, TIMES, 2, 200),
    "ahead_minutes": Unit(SignKind.INVOICE_AHEAD, MINUTES, 15, 6000),
    "ahead_invoices": Unit(SignKind.INVOICE_AHEAD, TIMES, 1, 50),
    "ahead_share": Unit(SignKind.INVOICE_AHEAD, PERCENT, 1, 100),
    "account_suppliers": Unit(SignKind.SHARED_ACCOUNT, TIMES, 2, 50),
    "account_most": Unit(SignKind.SHARED_ACCOUNT, TIMES, 2, 1000),
    "absent_share": Unit(SignKind.NEVER_MET, PERCENT, 5, 100),
    "absent_times": Unit(SignKind.NEVER_MET, TIMES, 2, 100),
    "no_face_minutes": Unit(SignKind.NO_FACE, MINUTES, 60, 60_000),
    "chance": Unit(None, PERCENT, 1, 50),
    "window_days": Unit(None, DAYS, 28, 1830),
}
