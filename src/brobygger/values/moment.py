"""Danish wall-clock times as instants: one that does not exist is refused, one that occurs twice asks which."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class NoSuchTime(ValueError):
    """The clock was put forward over this time."""


class TimeOccursTwice(ValueError):
    """The clock was put back over this time; ``first`` and ``second`` are the two instants."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__("Klokken blev stillet tilbage den nat. Vælg om det var før eller efter.")
        self.first, self.second = first, second


def instant(day: date, clock: time, *, after_change: bool | None = None) -> datetime:
    """The instant in UTC of a Danish date and clock time.

    ``after_change`` picks one of the two when the hour repeats. Raises NoSuchTime and TimeOccursTwice.
    """
    local = datetime.combine(day, clock)
    first, second = (local.replace(tzinfo=COPENHAGEN, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first.astimezone(COPENHAGEN).replace(tzinfo=None) != local:
        raise NoSuchTime(f"Klokken {clock:%H.%M} fandtes ikke den {day:%d.%m.%Y}: uret blev stillet frem.")
    if after_change is None:
        raise TimeOccursTwice(first, second)
    return second if after_change else first


def elapsed_minutes(start: datetime, end: datetime) -> int:
    """Whole minutes that really passed between two aware instants, also over a clock change."""
    return int((end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(minutes=1))


def danish_day(moment: datetime) -> date:
    """The Danish calendar day of an aware instant."""
    return moment.astimezone(COPENHAGEN).date()


def day_start(day: date) -> datetime:
    """The instant a Danish day begins (midnight is never inside a clock change in Denmark)."""
    return datetime.combine(day, time(), tzinfo=COPENHAGEN).astimezone(UTC)
