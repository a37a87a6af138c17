"""When somebody can be reached: days of the week and clock times in Denmark, never on a public holiday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import holidays

from brobygger.values.moment import COPENHAGEN, danish_day

MONDAY_TO_FRIDAY = frozenset(range(5))
_LOOKED_AHEAD_DAYS = 31


class BadOpeningHours(ValueError):
    """No day, a day that is none, or an end that is not after the beginning."""


@dataclass(frozen=True)
class OpeningHours:
    """Open from ``opens`` until ``closes`` on ``days`` (0 is Monday). Raises BadOpeningHours."""

    days: frozenset[int] = MONDAY_TO_FRIDAY
    opens: time = time(8)
    closes: time = time(16)

    def __post_init__(self) -> None:
        if not self.days or not self.days <= frozenset(range(7)):
            raise BadOpeningHours("Vælg mindst én dag.")
        if self.closes <= self.opens:
            raise BadOpeningHours("Sluttidspunktet skal være efter starttidspunktet.")

    def is_open(self, at: datetime) -> bool:
        """Whether the instant lies in the open hours of its Danish day.

        >>> OpeningHours().is_open(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
        True
        """
        return self._is_open_day(danish_day(at)) and self._starts(danish_day(at)) <= at < self.ends(at)

    def ends(self, at: datetime) -> datetime:
        """The instant the hours end on the Danish day of ``at``, whether they are open then or not."""
        return datetime.combine(danish_day(at), self.closes.replace(fold=1), COPENHAGEN).astimezone(UTC)

    def next_opening(self, at: datetime) -> datetime | None:
        """The first instant after ``at`` when the hours begin; None when none comes within a month."""
        today = danish_day(at)
        for ahead in range(_LOOKED_AHEAD_DAYS + 1):
            day = today + timedelta(days=ahead)
            if self._is_open_day(day) and self._starts(day) > at:
                return self._starts(day)
        return None

    def _is_open_day(self, day: date) -> bool:
        return day.weekday() in self.days and day not in _holidays(day.year)

    def _starts(self, day: date) -> datetime:
        """A time that the clock jumps over counts from the jump; one that comes twice, from the first."""
        return datetime.combine(day, self.opens, COPENHAGEN).astimezone(UTC)


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[date]:
    """The public holidays of the Danish church and state, as the package ``holidays`` lists them."""
    return frozenset(holidays.country_holidays("DK", years=year))
