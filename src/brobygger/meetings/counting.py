"""How many meetings were expected, held and missed. Plain Python: moving a meeting never changes how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

ON_TIME = timedelta(minutes=15)
"""A meeting that began within a quarter of an hour of the agreed time was on time."""


class Counted(Protocol):
    """What is asked of a meeting."""

    @property
    def state(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def first_starts_at(self) -> datetime: ...
    @property
    def held_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Counts:
    """Meetings by what became of them.

    ``ahead`` is still to come, ``waiting`` has begun and nobody has said what happened. ``moved`` and ``on_time`` are
    told beside: a moved meeting is one expected meeting, and it is on time by the time it was moved to.
    """

    held: int = 0
    no_show_citizen: int = 0
    no_show_mentor: int = 0
    waiting: int = 0
    ahead: int = 0
    cancelled: int = 0
    moved: int = 0
    on_time: int = 0
    timed: int = 0

    @property
    def no_shows(self) -> int:
        return self.no_show_citizen + self.no_show_mentor

    @property
    def due(self) -> int:
        """Expected by now: neither cancelled nor still to come."""
        return self.held + self.no_shows + self.waiting

    @property
    def expected(self) -> int:
        return self.due + self.ahead

    @property
    def planned(self) -> int:
        """Every meeting ever planned, once."""
        return self.expected + self.cancelled


def tally(meetings: Iterable[Counted], *, at: datetime) -> Counts:
    """Counts as of an instant. ``timed`` of ``held`` are those whose beginning is known."""
    found = dict.fromkeys(Counts.__dataclass_fields__, 0)
    for meeting in meetings:
        found[_pile(meeting, at)] += 1
        found["moved"] += meeting.starts_at != meeting.first_starts_at
        if meeting.state == "HELD" and meeting.held_at is not None:
            found["timed"] += 1
            found["on_time"] += abs(meeting.held_at - meeting.starts_at) <= ON_TIME
    return Counts(**found)


def _pile(meeting: Counted, at: datetime) -> str:
    if meeting.state == "PLANNED":
        return "ahead" if meeting.starts_at > at else "waiting"
    return meeting.state.lower()
