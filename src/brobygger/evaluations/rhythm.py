"""The days on which both sides of a mentorship are asked. Plain Python: dates in, dates out.

Every third month from the start, never from the last answer, so that answers can be laid beside what happened: the
Danish trial could not do that because its questionnaires came at no fixed time, while the study that measured every
third month could.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from brobygger.values.period import ONE_DAY, add_months

START, END, AFTER = "START", "END", "AFTER"


@dataclass(frozen=True)
class Rhythm:
    """Settings that hold for mentorships that begin on ``valid_from`` or later.

    ``every`` and ``after`` are months; an answer within ``window`` days of the day asked is in time. A day of every
    third month with fewer than ``apart`` days to the end is left to the questions at the end. Who has not answered
    ``remind`` days after being asked is reminded once.
    """

    valid_from: date
    every: int = 3
    after: int = 6
    window: int = 28
    apart: int = 30
    remind: int = 10


RHYTHMS: tuple[Rhythm, ...] = (Rhythm(date(2000, 1, 1)),)
"""The settings by date. A change gets a new row; mentorships that have begun keep theirs."""


@dataclass(frozen=True, order=True)
class Moment:
    """Asked on ``due_on``; ``last_day`` is the last day on which an answer is in time. ``name``: START, M03, END …"""

    due_on: date
    name: str
    last_day: date


def rhythm_of(starts_on: date, rhythms: Sequence[Rhythm] = RHYTHMS) -> Rhythm:
    """The settings that held when the mentorship began. Raises LookupError before the first."""
    valid = [each for each in rhythms if each.valid_from <= starts_on]
    if not valid:
        raise LookupError(f"No rhythm holds on {starts_on}.")
    return max(valid, key=lambda each: each.valid_from)


def moments(starts_on: date, ends_before: date, rhythms: Sequence[Rhythm] = RHYTHMS) -> tuple[Moment, ...]:
    """All days on which a mentorship over [``starts_on``, ``ends_before``) is asked, in order.

    The start, every third month after it, the last day, and half a year after the end. Raises ValueError for a
    mentorship of no days.
    """
    if ends_before <= starts_on:
        raise ValueError("A mentorship has at least one day.")
    rhythm = rhythm_of(starts_on, rhythms)
    last, days = ends_before - ONE_DAY, [(starts_on, START)]
    number = rhythm.every
    while (day := add_months(starts_on, number)) <= last - timedelta(days=rhythm.apart):
        days.append((day, month_name(number)))
        number += rhythm.every
    days += [(last, END), (add_months(last, rhythm.after), AFTER)]
    return tuple(Moment(day, name, day + timedelta(days=rhythm.window)) for day, name in days)


def due(found: Sequence[Moment], on: date) -> tuple[Moment, ...]:
    """Those to be asked on a day: the day has come, and an answer would still be in time."""
    return tuple(each for each in found if each.due_on <= on <= each.last_day)


def is_to_be_reminded(starts_on: date, asked_on: date, last_day: date, on: date) -> bool:
    """Whether one who was asked and has not answered is to be reminded on a day: so long after, and still in time."""
    return asked_on + timedelta(days=rhythm_of(starts_on).remind) <= on <= last_day


def is_in_time(moment_due: date, last_day: date, answered_on: date) -> bool:
    """Whether an answer of a (Danish) day belongs to the moment; a late one is kept and marked."""
    return moment_due <= answered_on <= last_day


def month_name(number: int) -> str:
    """ "M03" for the third month, so that names sort as the months do.

    >>> month_name(3), month_name(12)
    ('M03', 'M12')
    """
    return f"M{number:02d}"
