"""The refund ladder of the support benefit: which week a person is on, and when the count starts over.

What a week costs the state and the municipality follows from it, in ``payment`` for one citizen and in ``analysis``
for the effect of a mentor; both count here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

from brobygger.law.codes import Labelled
from brobygger.law.parameters import Parameter, Parameters, parameters, parse
from brobygger.values.period import add_months

ONE_WEEK = timedelta(weeks=1)
STATE_SHARE, CO_FINANCING = "P10", "P11"
"""The series of the state's share of the benefit, and of the municipality's share of unemployment benefit."""


@cache
def restart_parameters() -> dict[str, Parameter]:
    """When the count starts over: the numbers in ``law/data/ladder``, by id."""
    folder = files("brobygger.law") / "data" / "ladder"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    read = [parse((folder / name).read_text(encoding="utf-8")) for name in names]
    return {each.id: each for each in read}


@cache
def ladder_parameters() -> Parameters:
    """The numbers of the law and those of the restart."""
    return Parameters({**parameters(), **restart_parameters()})


class WeekKind(Labelled):
    """How a person lived in a calendar week. OTHER is neither: for example work with a supported wage."""

    BENEFIT = "BENEFIT", "Offentlig ydelse"
    SELF_SUPPORT = "SELF_SUPPORT", "Selvforsørgelse hele ugen"
    OTHER = "OTHER", "Hverken ydelse eller selvforsørgelse"


@dataclass(frozen=True)
class LadderWeek:
    """A week with benefit: its Monday, its number on the ladder (1 is the first), and the state's per cent."""

    monday: date
    number: int
    state_percent: Decimal


def ladder(
    weeks: Mapping[date, WeekKind], *, parameters: Parameters | None = None, series: str = STATE_SHARE
) -> tuple[LadderWeek, ...]:
    """The ladder over a person's weeks, by Monday; weeks that are missing count as OTHER.

    The count starts over once there have been 52 whole weeks of self-support within the last 3 years, after the
    first week with benefit of the present count (act no. 994 of 30 August 2015, § 6). ``series`` "P11" gives the
    municipality's share of unemployment benefit on the same steps, in the same field.
    Raises ValueError for a day that is no Monday, MissingParameter for benefit before 2016.
    """
    numbers = parameters or ladder_parameters()
    found: list[LadderWeek] = []
    count, free_weeks = 0, deque[date]()
    for monday in sorted(weeks):
        if monday.weekday():
            raise ValueError("En uge skrives som sin mandag.")
        if weeks[monday] is WeekKind.BENEFIT:
            count += 1
            percent = numbers.on(series, monday).in_week(count)
            found.append(LadderWeek(monday, count, percent))
        elif weeks[monday] is WeekKind.SELF_SUPPORT and count:
            _forget(free_weeks, monday, numbers)
            free_weeks.append(monday)
            if len(free_weeks) >= numbers.on("ladder.restart_weeks", monday).whole:
                count, free_weeks = 0, deque()
    return tuple(found)


def _forget(free_weeks: deque[date], monday: date, numbers: Parameters) -> None:
    """Lets go of the weeks of self-support that began more than 3 years before the end of the week."""
    months = numbers.on("ladder.restart_months", monday).whole
    earliest = add_months(monday + ONE_WEEK, -months)
    while free_weeks and free_weeks[0] < earliest:
        free_weeks.popleft()
