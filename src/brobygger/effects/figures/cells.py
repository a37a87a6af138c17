"""Which numbers of a period may be shown: every page's at once, so that no two pages give away what one hides.

The pages of a period show flows of people between points in time, divisions of the same people by their status at the
last point, how long a first job was kept, and a few medians. All of it is one system of sums, of which
``analysis.protect`` decides the whole: the flows between two points, the table of each division and each tally are the
unknowns; what readers know is that the flows into a point are those out of it, that every division and tally sums to
the same people, and on which side of a median half of them lie. Two tables that share only the status at one point, or
only how many there are, can always be filled in so as to agree, so a reader knows nothing that the system does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

from brobygger.analysis import Dimension, Flows, Protected, protect
from brobygger.analysis.numeric import Integers

WELL = ("job", "education")
"""The statuses of the headline, as Jobindsats adds them: job and education."""
ALL, WELL_OFF = "*", "+"
"""Keys of the sum over statuses, and over ``WELL``."""

_WORTH = {
    "of|kept|left": 1.0,
    "of|kept|gone": 3.0,
    "of|kept|lost 0": 10.0,
    "of|kept|lost": 5.0,
    "of|kept|followed": 40.0,
    "of|kept|still": 20.0,
    "of|kept|": 10.0,
    "at|": 10.0,
    "in|": 2.0,
}
"""By the beginning of a key, the first that fits; 1 for others."""

Row = dict[int, float]


@dataclass(frozen=True)
class Tally:
    """The same people divided by something that no page crosses with their status: ``counts`` (C,) by category."""

    dimension: Dimension
    counts: Integers


@dataclass(frozen=True)
class Counted:
    """The people of a period as numbers: ``flows`` between points, and each division by status at the last point.

    ``tables`` (C, S) by division, statuses in the order of ``flows.statuses``; all sum to the last point's totals.
    ``medians`` are the places of the categories in which pages say that the middle person of a division lies.
    """

    flows: Flows
    divisions: tuple[Dimension, ...]
    tables: tuple[Integers, ...]
    with_links: bool = True
    """Whether flows are shown. Without them less has to be hidden of everything else."""
    tallies: tuple[Tally, ...] = ()
    medians: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def people(self) -> int:
        return int(self.flows.totals[0].sum())


@dataclass(frozen=True)
class Released:
    """What may be shown of a period. ``cells`` holds every number a page can show, None where hidden.

    Keys: ``at|POINT|STATUS``, ``link|POINT|STATUS|STATUS`` (to the next point), ``in|DIVISION|LABEL|STATUS``,
    ``of|TALLY|LABEL``; the status is ``*`` for everyone and ``+`` for job and education together.
    """

    cells: Mapping[str, int | None]
    protected: Protected
    keys: tuple[str, ...]


def release(counted: Counted) -> Released:
    """Decides what may be shown. Raises DisclosureError when the system is too large."""
    system = _System(counted)
    keys, rows = zip(*system.cells(), strict=True)
    known = list(system.known())
    matrix = _matrix([*rows, *known], system.size)
    is_known = np.arange(len(rows) + len(known)) >= len(rows)
    worth = np.array([_worth(key) for key in keys] + [1.0] * len(known))
    found = protect(matrix, system.atoms(), known=is_known, worth=worth)
    shown = zip(keys, found.values.tolist(), found.open.tolist(), strict=False)
    return Released({key: value if is_open else None for key, value, is_open in shown}, found, keys)


def _worth(key: str) -> float:
    """How much a number is missed: what curves and sentences are made of more than what stands in a table."""
    return next((worth for beginning, worth in _WORTH.items() if key.startswith(beginning)), 1.0)


def _matrix(rows: Sequence[Row], size: int) -> sparse.csr_array:
    at = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    column = [atom for row in rows for atom in row]
    value = [weight for row in rows for weight in row.values()]
    return sparse.csr_array((value, (at, column)), shape=(len(rows), size))


class _System:
    """Atoms and the sums of them. Links and totals come first and in the order ``analysis.sankey`` reads them."""

    def __init__(self, counted: Counted) -> None:
        self.counted, self.flows = counted, counted.flows
        self.steps, self.kinds = len(self.flows.links), len(self.flows.statuses)
        self.first = [self.steps * self.kinds**2]
        for counts in (*counted.tables, *(each.counts for each in counted.tallies)):
            self.first.append(self.first[-1] + counts.size)
        self.halves = [half for name, band in counted.medians.items() for half in self._halves(name, band)]
        self.size = self.first[-1] + len(self.halves)
        self.well = [self.flows.statuses.index(status) for status in WELL]

    def atoms(self) -> Integers:
        tables = [table.ravel() for table in self.counted.tables]
        tallies = [each.counts for each in self.counted.tallies]
        people = np.concatenate([self.flows.links.ravel(), *tables, *tallies])
        room = [self.counted.people // 2 - int(people[half].sum()) for half in self.halves]
        return np.concatenate([people, np.array(room, dtype=np.int64)])

    def cells(self) -> Iterator[tuple[str, Row]]:
        points, statuses = self.flows.points, self.flows.statuses
        for step in range(self.steps if self.counted.with_links else 0):
            for source, target in np.ndindex(self.kinds, self.kinds):
                yield (
                    f"link|{points[step]}|{statuses[source]}|{statuses[target]}",
                    {self._link(step, source, target): 1.0},
                )
        for point in range(len(points)):
            for status in range(self.kinds):
                yield f"at|{points[point]}|{statuses[status]}", self._total(point, [status])
        for point in range(len(points)):
            yield f"at|{points[point]}|{WELL_OFF}", self._total(point, self.well)
        for place, division in enumerate(self.counted.divisions):
            yield from self._division(place, division)
        for place, tally in enumerate(self.counted.tallies):
            for label, parts in _members(tally.dimension).items():
                yield f"of|{tally.dimension.name}|{label}", dict.fromkeys(self._tally(place, parts), 1.0)

    def known(self) -> Iterator[Row]:
        """What every reader knows: balances, which are 0, how many there are in all, and where their middle lies."""
        for point in range(1, self.steps):
            for status in range(self.kinds):
                yield _less(self._into(point, status), self._out_of(point, status))
        for place, table in enumerate(self.counted.tables):
            for status in range(self.kinds):
                column = {self._atom(place, row, status): 1.0 for row in range(len(table))}
                yield _less(column, self._into(self.steps, status))
        everyone = self._total(0, list(range(self.kinds)))
        for place, tally in enumerate(self.counted.tallies):
            whole = self._tally(place, range(len(tally.counts)))
            yield _less(dict.fromkeys(whole, 1.0), everyone)
        for place, half in enumerate(self.halves):
            yield dict.fromkeys([*half, self.first[-1] + place], 1.0)
        yield everyone

    def _halves(self, name: str, band: int) -> list[list[int]]:
        """The atoms below and above the category of the median: neither side holds more than half of the people.

        What is left of the half is an atom too, so that no other table may have it below 0.
        """
        place = [each.name for each in self.counted.divisions].index(name)
        sides = range(band), range(band + 1, len(self.counted.tables[place]))
        return [
            [self._atom(place, row, status) for row in side for status in range(self.kinds)]
            for side in sides
            if len(side)
        ]

    def _division(self, place: int, division: Dimension) -> Iterator[tuple[str, Row]]:
        wholes = {status: [at] for at, status in enumerate(self.flows.statuses)}
        wholes |= {ALL: list(range(self.kinds)), WELL_OFF: self.well}
        for label, rows in _members(division).items():
            for status, columns in wholes.items():
                atoms = [self._atom(place, row, column) for row in rows for column in columns]
                yield f"in|{division.name}|{label}|{status}", dict.fromkeys(atoms, 1.0)

    def _link(self, step: int, source: int, target: int) -> int:
        return (step * self.kinds + source) * self.kinds + target

    def _atom(self, place: int, row: int, status: int) -> int:
        return self.first[place] + row * self.kinds + status

    def _tally(self, place: int, parts: Iterable[int]) -> list[int]:
        begins = self.first[len(self.counted.tables) + place]
        return [begins + part for part in parts]

    def _out_of(self, point: int, status: int) -> Row:
        return {self._link(point, status, target): 1.0 for target in range(self.kinds)}

    def _into(self, point: int, status: int) -> Row:
        return {self._link(point - 1, source, status): 1.0 for source in range(self.kinds)}

    def _total(self, point: int, statuses: Sequence[int]) -> Row:
        parts = [
            self._out_of(point, each) if point < self.steps else self._into(point, each) for each in statuses
        ]
        return {atom: 1.0 for part in parts for atom in part}


def _less(one: Row, other: Row) -> Row:
    found = dict(one)
    for atom, weight in other.items():
        found[atom] = found.get(atom, 0.0) - weight
    return {atom: weight for atom, weight in found.items() if weight}


def _members(division: Dimension) -> dict[str, list[int]]:
    """The places of the categories each label holds."""
    alone = {label: [place] for place, label in enumerate(division.categories)}
    return alone | {
        name: [division.categories.index(each) for each in parts] for name, parts in division.groups.items()
    }
