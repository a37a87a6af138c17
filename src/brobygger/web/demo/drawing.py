"""Drawing at random, the same each time: one generator per municipality, seeded by its code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from brobygger.followups.plan import is_working_day
from brobygger.values.moment import COPENHAGEN
from brobygger.web.demo.copying import Array, Bytes, Pool

DAY = np.timedelta64(1, "D")
MINUTE = np.timedelta64(1, "m")
_FIRST, _LAST = date(2010, 1, 1), date(2045, 1, 1)


class Draw:
    """A seeded generator with the draws that the demonstration needs."""

    def __init__(self, *seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def apart(self) -> Draw:
        """A generator of its own, so that what it draws changes nothing of what is drawn here."""
        own = Draw.__new__(Draw)
        own.rng = self.rng.spawn(1)[0]
        return own

    def public_ids(self, count: int) -> Bytes:
        """Random version 4 UUIDs, 16 bytes each."""
        ids = self.rng.integers(0, 256, (count, 16), np.uint8)
        ids[:, 6] = ids[:, 6] & 0x0F | 0x40
        ids[:, 8] = ids[:, 8] & 0x3F | 0x80
        return ids

    def pick(self, weights: Sequence[float], count: int) -> Array:
        """Index of a choice for each row, by weight."""
        return self.rng.choice(len(weights), count, p=np.array(weights) / sum(weights))

    def from_pool(self, values: Sequence[Any], count: int) -> Pool:
        return Pool(values, self.rng.integers(0, len(values), count))

    def chance(self, probability: float | Array, count: int) -> Array:
        return self.rng.random(count) < probability

    def whole(self, low: int, high: int, count: int) -> Array:
        """Whole numbers from ``low`` up to, not including, ``high``."""
        return self.rng.integers(low, high, count)


class Ids:
    """The next free primary key of each table."""

    def __init__(self, following: dict[str, int]) -> None:
        self.following = following

    def take(self, table: str, count: int) -> Array:
        start = self.following.setdefault(table, 1)
        self.following[table] = start + count
        return np.arange(start, start + count, dtype=np.int64)


def as_days(days: Array | date) -> Array:
    return np.asarray(days, "datetime64[D]")


@lru_cache(maxsize=1)
def _calendar() -> tuple[Array, Array]:
    """For each day: hours that Denmark is ahead of UTC at noon, and the working day it is or that follows."""
    days = [_FIRST + timedelta(days=number) for number in range((_LAST - _FIRST).days)]
    hours = np.array([_hours_ahead(day) for day in days])
    working = np.array([is_working_day(day) for day in days])
    following = np.arange(len(days))
    for place in range(len(days) - 2, -1, -1):
        if not working[place]:
            following[place] = following[place + 1]
    return hours, following


def _hours_ahead(day: date) -> int:
    offset = datetime(day.year, day.month, day.day, 12, tzinfo=COPENHAGEN).utcoffset()
    return (offset or timedelta()).seconds // 3600


def _place(days: Array) -> Array:
    return (as_days(days) - np.datetime64(_FIRST)).astype(np.int64)


def instants(days: Array, minutes: Array | int) -> Array:
    """UTC instants of Danish dates and minutes after midnight by the Danish clock; NaT stays NaT."""
    days = as_days(days)
    known = np.where(np.isnat(days), np.datetime64(_FIRST), days)
    hours = _calendar()[0][_place(known)]
    moment = known.astype("datetime64[m]") + (np.asarray(minutes) - hours * 60) * MINUTE
    return np.where(np.isnat(days), np.datetime64("NaT"), moment.astype("datetime64[us]"))


def working_day(days: Array) -> Array:
    """The day itself, or the first working day after it."""
    following: Array = np.datetime64(_FIRST) + _calendar()[1][_place(days)] * DAY
    return following


def is_working(days: Array) -> Array:
    places = _place(days)
    works: Array = _calendar()[1][places] == places
    return works


def spread(counts: Array) -> tuple[Array, Array]:
    """(row, position in row) for ``counts[row]`` places in each row.

    >>> [part.tolist() for part in spread(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    rows = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return rows, np.arange(len(rows)) - before[rows]
