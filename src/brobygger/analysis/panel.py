"""The two shapes every analysis starts from: a run-length panel of states, and spells with an index week.

A panel holds one row per person and unbroken stretch of weeks in one state. A week without a row is in the panel's
``gap`` state (no benefit, in DREAM), as long as it lies inside the window the data cover. Cost follows the number of
rows, not persons times weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import CohortError, PanelError

Ints = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int16]
Column = npt.NDArray[Any]
Weeks2D = npt.NDArray[np.int32]

GAP = -1
"""The status index of a week without a row."""
UNSEEN = -2
"""The status index of a week outside the window, or after a spell of data ended: not known, never a state."""


@dataclass(frozen=True)
class Panel:
    """Runs ``[start, stop)`` of weeks in one state, sorted by person and week, never overlapping.

    ``person`` (R,) int32 is the row number of the person in ``ids``; ``start`` and ``stop`` (R,) int32 are running
    weeks (see ``weeks``); ``status`` (R,) int16 points into ``codes``. ``first_week`` and ``stop_week`` bound what the
    data cover; ``persons`` counts everyone in the source, also those without a row.

    Make one with ``Panel.build``, which sorts, joins and checks; the constructor trusts its input.
    """

    person: Ints
    start: Ints
    stop: Ints
    status: Codes
    codes: tuple[str, ...]
    persons: int
    first_week: int
    stop_week: int
    gap: str = "blank"
    ids: Column | None = None

    @classmethod
    def build(
        cls,
        *,
        person: npt.ArrayLike,
        start: npt.ArrayLike,
        stop: npt.ArrayLike,
        status: npt.ArrayLike,
        codes: Sequence[str],
        persons: int | None = None,
        first_week: int | None = None,
        stop_week: int | None = None,
        gap: str = "blank",
        ids: Column | None = None,
    ) -> Panel:
        """A panel from rows (R,) in any order; touching rows in the same state become one.

        Rows in the gap state are left out. Raises PanelError when rows overlap, run backwards, lie outside the window
        or point outside ``codes`` or ``persons``.
        """
        who, low, high = (np.asarray(part, dtype=np.int32) for part in (person, start, stop))
        state = np.asarray(status, dtype=np.int16)
        first = int(low.min(initial=0)) if first_week is None else first_week
        last = int(high.max(initial=first)) if stop_week is None else stop_week
        count = persons if persons is not None else int(who.max(initial=-1)) + 1
        panel = cls(who, low, high, state, tuple(codes), count, first, last, gap, ids)
        panel._check_rows()
        return panel._sorted()._without_gap_rows()._joined()

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def offsets(self) -> npt.NDArray[np.int64]:
        """(persons + 1,): the rows of person p are ``offsets[p]:offsets[p + 1]``."""
        counts = np.bincount(self.person, minlength=self.persons)
        return np.concatenate(([0], np.cumsum(counts)))

    @cached_property
    def _order_of_ids(self) -> npt.NDArray[np.int64]:
        return np.argsort(np.asarray(self.ids), kind="stable")

    @property
    def width(self) -> int:
        """The number of weeks in the window."""
        return self.stop_week - self.first_week

    def code_index(self, code: str) -> int:
        """Where ``code`` stands in ``codes``; GAP for the gap state. Raises PanelError for an unknown code."""
        if code == self.gap:
            return GAP
        try:
            return self.codes.index(code)
        except ValueError as error:
            raise PanelError(f"Panelet har ingen kode »{code}«.") from error

    def status_at(self, person: npt.ArrayLike, week: npt.ArrayLike) -> Codes:
        """The status index of each person in each week, shapes broadcast together; GAP or UNSEEN where none."""
        who, when = np.broadcast_arrays(np.asarray(person, np.int32), np.asarray(week, np.int32))
        seen = (when >= self.first_week) & (when < self.stop_week)
        if not len(self):
            return np.where(seen, GAP, UNSEEN).astype(np.int16)
        row = self.first_row_after(who, when, self.stop)
        safe = np.minimum(row, len(self) - 1)
        hit = (row < self.offsets[who + 1]) & (self.start[safe] <= when)
        return np.where(seen, np.where(hit, self.status[safe], GAP), UNSEEN).astype(np.int16)

    def first_row_after(self, person: Ints, week: Ints, edge: Ints) -> npt.NDArray[np.int64]:
        """The person's first row whose ``edge`` (``start`` or ``stop``) lies after the week; past the last if none.

        A binary search inside each person's rows, all persons at once.
        """
        low, high = self.offsets[person], self.offsets[person + 1]
        last = max(len(self) - 1, 0)
        most = int((high - low).max(initial=0))
        for _ in range(most.bit_length()):
            middle = (low + high) >> 1
            beyond = (low >= high) | (edge[np.minimum(middle, last)] > week)
            high = np.where(beyond, middle, high)
            low = np.where(beyond, low, middle + 1)
        return low

    def names(self, status: npt.NDArray[np.integer]) -> npt.NDArray[np.str_]:
        """The codes of status indices, ``gap`` for GAP and an empty text for UNSEEN; same shape."""
        table = np.array([*self.codes, "", self.gap])
        result: npt.NDArray[np.str_] = table[status]
        return result

    def mapped(self, mapping: Mapping[str, str], *, gap: str | None = None) -> Panel:
        """The same weeks in coarser states: each code becomes ``mapping[code]``, and touching rows are joined.

        Raises PanelError when a code in use has no place in the mapping.
        """
        missing = [code for code in self._codes_in_use() if code not in mapping]
        if missing:
            raise PanelError(f"Koderne {', '.join(missing)} er ikke fordelt på en gruppe.")
        new_gap = gap if gap is not None else mapping.get(self.gap, self.gap)
        names = tuple(dict.fromkeys(mapping[c] for c in self.codes if c in mapping and mapping[c] != new_gap))
        place = {name: index for index, name in enumerate(names)}
        lookup = np.array([place.get(mapping.get(code, ""), GAP) for code in self.codes], dtype=np.int16)
        status = lookup[self.status] if len(self.codes) else self.status
        renamed = replace(self, status=status, codes=names, gap=new_gap)
        return renamed._without_gap_rows()._joined()

    def trimmed(self) -> Panel:
        """The same panel without codes no row uses, the others in order of their text."""
        used = sorted(self._codes_in_use())
        lookup = np.array([used.index(c) if c in used else GAP for c in self.codes] or [GAP], dtype=np.int16)
        return replace(self, status=lookup[self.status], codes=tuple(used))

    def only(self, persons: npt.NDArray[np.integer]) -> Panel:
        """The rows of some persons, numbered anew 0, 1, … in the order given (no person twice)."""
        wanted = np.asarray(persons, dtype=np.int64)
        if len(np.unique(wanted)) != len(wanted):
            raise PanelError("Den samme person er valgt to gange.")
        rows, owner = expand(self.offsets[wanted], self.offsets[wanted + 1])
        return replace(
            self,
            person=owner.astype(np.int32),
            start=self.start[rows],
            stop=self.stop[rows],
            status=self.status[rows],
            persons=len(wanted),
            ids=None if self.ids is None else self.ids[wanted],
        )

    def widened(
        self,
        *,
        first_week: int,
        stop_week: int,
        outside: str,
        place: Column | None = None,
        ids: Column | None = None,
    ) -> Panel:
        """The same rows in another window and, with ``place`` (persons,) and ``ids``, among more persons.

        Weeks and persons this panel does not cover are in the state ``outside``; rows beyond the window are cut.
        """
        where = np.arange(self.persons) if place is None else place
        count = self.persons if ids is None else len(ids)
        others = np.setdiff1d(np.arange(count), where)
        first, stop = np.clip([self.first_week, self.stop_week], first_week, stop_week)
        codes = self.codes if outside in self.codes else (*self.codes, outside)
        uncovered = [(where, first_week, first), (where, stop, stop_week), (others, first_week, stop_week)]
        parts = [(who, np.full(len(who), a), np.full(len(who), b)) for who, a, b in uncovered if a < b]
        parts.append((where[self.person], np.maximum(self.start, first), np.minimum(self.stop, stop)))
        person, start, stops = (np.concatenate(column) for column in zip(*parts, strict=True))
        empty = np.full(len(person) - len(self), codes.index(outside), dtype=np.int16)
        kept = start < stops
        return Panel.build(
            person=person[kept],
            start=start[kept],
            stop=stops[kept],
            status=np.concatenate((empty, self.status))[kept],
            codes=codes,
            persons=count,
            first_week=first_week,
            stop_week=stop_week,
            gap=self.gap,
            ids=self.ids if ids is None else ids,
        )

    def find(self, ids: npt.ArrayLike) -> Ints:
        """Row numbers of persons by their id in the source, -1 where not in it. Raises PanelError without ids."""
        if self.ids is None:
            raise PanelError("Panelet kender ikke personernes numre fra kilden.")
        wanted = np.asarray(ids)
        if not len(self.ids):
            return np.full(np.shape(wanted), -1, dtype=np.int32)
        place = np.searchsorted(self.ids, wanted, sorter=self._order_of_ids)
        found = self._order_of_ids[np.minimum(place, len(self.ids) - 1)]
        return np.where(self.ids[found] == wanted, found, -1).astype(np.int32)

    def save(self, path: Path) -> None:
        """Writes the panel to one compressed file of numpy arrays."""
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                person=self.person,
                start=self.start,
                stop=self.stop,
                status=self.status,
                codes=np.array(self.codes, dtype=np.str_),
                window=np.array([self.persons, self.first_week, self.stop_week]),
                gap=np.array(self.gap),
                ids=np.array([]) if self.ids is None else self.ids,
            )

    @classmethod
    def load(cls, path: Path) -> Panel:
        """Reads what ``save`` wrote, and checks it. Raises PanelError when it is not a panel."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                persons, first, stop = (int(value) for value in stored["window"])
                rows = {name: stored[name] for name in ("person", "start", "stop", "status")}
                codes = tuple(str(code) for code in stored["codes"])
                ids, gap = stored["ids"], str(stored["gap"])
        except (OSError, KeyError, ValueError) as error:
            raise PanelError(f"Filen {path.name} er ikke et gemt panel.") from error
        return cls.build(
            **rows,
            codes=codes,
            persons=persons,
            first_week=first,
            stop_week=stop,
            gap=gap,
            ids=ids if len(ids) else None,
        )

    def key(self, person: npt.NDArray[Any], week: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """One number per person and week of the window, in the order of the rows."""
        key: npt.NDArray[np.int64] = person.astype(np.int64) * (self.width + 1) + (week - self.first_week)
        return key

    def _codes_in_use(self) -> list[str]:
        used = np.flatnonzero(np.bincount(self.status, minlength=len(self.codes)))
        return [self.codes[index] for index in used]

    def _check_rows(self) -> None:
        if len({len(part) for part in (self.person, self.start, self.stop, self.status)}) != 1:
            raise PanelError("Kolonnerne i panelet er ikke lige lange.")
        if self.ids is not None and len(self.ids) != self.persons:
            raise PanelError(f"Der er {len(self.ids)} numre til {self.persons} personer.")
        if len(set(self.codes)) != len(self.codes):
            raise PanelError("Den samme kode står to gange i kodelisten.")
        if not len(self.person):
            return
        if self.person.min() < 0 or self.person.max() >= self.persons:
            raise PanelError("En række peger på en person, som ikke findes.")
        if self.status.min() < 0 or self.status.max() >= len(self.codes):
            raise PanelError("En række peger på en kode, som ikke findes.")
        if (self.stop <= self.start).any():
            raise PanelError("En række slutter, før den begynder.")
        if self.start.min() < self.first_week or self.stop.max() > self.stop_week:
            raise PanelError("En række ligger uden for de uger, kilden dækker.")

    def _sorted(self) -> Panel:
        keys = self.key(self.person, self.start)
        ordered = self
        if (keys[1:] < keys[:-1]).any():
            ordered = self._rows(np.argsort(keys, kind="stable"))
        same = ordered.person[1:] == ordered.person[:-1]
        if (same & (ordered.start[1:] < ordered.stop[:-1])).any():
            raise PanelError("To rækker for den samme person overlapper hinanden.")
        return ordered

    def _without_gap_rows(self) -> Panel:
        empty = np.array([code == self.gap for code in self.codes] or [False])
        blank = (self.status == GAP) | (empty[self.status] if len(self.codes) else False)
        kept = self._rows(~blank) if blank.any() else self
        if self.gap not in self.codes:
            return kept
        names = tuple(code for code in self.codes if code != self.gap)
        lookup = np.array([names.index(c) if c in names else GAP for c in self.codes], dtype=np.int16)
        return replace(kept, status=lookup[kept.status], codes=names)

    def _joined(self) -> Panel:
        """Rows of one state that touch become one row."""
        touch = (
            (self.person[1:] == self.person[:-1])
            & (self.start[1:] == self.stop[:-1])
            & (self.status[1:] == self.status[:-1])
        )
        if not touch.any():
            return self
        first = np.concatenate(([True], ~touch))
        last = np.concatenate((~touch, [True]))
        return replace(self._rows(first), stop=self.stop[last])

    def _rows(self, rows: npt.NDArray[Any]) -> Panel:
        return replace(
            self,
            person=self.person[rows],
            start=self.start[rows],
            stop=self.stop[rows],
            status=self.status[rows],
        )


@dataclass(frozen=True)
class Spells:
    """Something that began in a week: ``person``, ``start`` (S,) int32, ``stop`` (S,) int32, week after the last.

    ``attributes`` are columns of length S (municipality, arm, hours, …). The order is the caller's.
    Raises CohortError when columns differ in length or a spell ends before it begins.
    """

    person: Ints
    start: Ints
    stop: Ints
    attributes: Mapping[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {len(self.person), len(self.start), len(self.stop), *map(len, self.attributes.values())}
        if len(lengths) > 1:
            raise CohortError("Kolonnerne i forløbene er ikke lige lange.")
        if (self.stop <= self.start).any():
            raise CohortError("Et forløb slutter, før det begynder.")

    @classmethod
    def of(
        cls, *, person: npt.ArrayLike, start: npt.ArrayLike, stop: npt.ArrayLike, **attributes: npt.ArrayLike
    ) -> Spells:
        """Spells from anything numpy can read."""
        who, first, last = (np.asarray(part, dtype=np.int32) for part in (person, start, stop))
        return cls(who, first, last, {name: np.asarray(value) for name, value in attributes.items()})

    def __len__(self) -> int:
        return len(self.person)

    @property
    def weeks(self) -> Ints:
        """The length of each spell in weeks."""
        return self.stop - self.start

    def take(self, rows: npt.NDArray[Any]) -> Spells:
        """Some of the spells: row numbers or a mask."""
        chosen = {name: column[rows] for name, column in self.attributes.items()}
        return Spells(self.person[rows], self.start[rows], self.stop[rows], chosen)

    def with_columns(self, **columns: npt.ArrayLike) -> Spells:
        """The same spells with further columns; one of the same name is replaced."""
        more = {name: np.asarray(value) for name, value in columns.items()}
        return replace(self, attributes={**self.attributes, **more})

    def column(self, name: str) -> Column:
        """One attribute. Raises CohortError, naming those there are, when it is missing."""
        try:
            return self.attributes[name]
        except KeyError as error:
            known = ", ".join(sorted(self.attributes)) or "ingen"
            raise CohortError(f"Forløbene har ikke kolonnen »{name}« (de har: {known}).") from error


def expand(
    first: npt.NDArray[np.int64], stop: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All numbers of the ranges ``[first, stop)`` after each other, and which range each came from."""
    lengths = np.maximum(stop - first, 0)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    ends = np.cumsum(lengths)
    within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    return np.repeat(first, lengths) + within, owner


def rows_in_windows(
    panel: Panel, person: Ints, low: Ints, high: Ints
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Panel rows that touch each window ``[low, high)`` of weeks: (row, window) pairs, in order of window and week."""
    begin = panel.first_row_after(person, low, panel.stop)
    end = panel.first_row_after(person, high - 1, panel.start)
    return expand(begin, end)


def weeks_in_states(panel: Panel, person: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Weeks2D:
    """Weeks each person spent in each state inside a window ``[low, high)``.

    Returns (n, codes + 2) int32: one column per code, then the gap state, then weeks outside the panel's window, so
    that every row sums to the length of its window.
    """
    who, first, stop = (np.asarray(part, dtype=np.int32) for part in (person, low, high))
    who, first, stop = np.broadcast_arrays(who, first, stop)
    rows, window = rows_in_windows(panel, who, first, stop)
    length = np.minimum(panel.stop[rows], stop[window]) - np.maximum(panel.start[rows], first[window])
    count, states = len(who), len(panel.codes)
    cell = window * states + panel.status[rows]
    inside = np.bincount(cell, length, minlength=count * states).reshape(count, states).astype(np.int32)
    seen = np.minimum(stop, panel.stop_week) - np.maximum(first, panel.first_week)
    seen = np.maximum(seen, 0)
    return np.column_stack((inside, seen - inside.sum(axis=1), stop - first - seen)).astype(np.int32)


def first_week_in(panel: Panel, states: Collection[str], person: npt.ArrayLike, since: npt.ArrayLike) -> Ints:
    """The first week at or after ``since`` in which each person is in one of the states; -1 when there is none.

    Weeks before ``since`` never count, also when the state began before.
    """
    who, when = np.broadcast_arrays(np.asarray(person, np.int32), np.asarray(since, np.int32))
    wanted = np.array([code in states for code in panel.codes] or [False])
    rows = np.flatnonzero(wanted[panel.status]) if len(panel.codes) else np.array([], dtype=np.int64)
    if not len(rows):
        return np.full(who.shape, -1, dtype=np.int32)
    ends = panel.key(panel.person[rows], panel.stop[rows])
    inside = np.clip(when, panel.first_week, panel.stop_week)
    place = np.searchsorted(ends, panel.key(who, inside), "right")
    row = rows[np.minimum(place, len(rows) - 1)]
    hit = (place < len(rows)) & (panel.person[row] == who)
    return np.where(hit, np.maximum(panel.start[row], when), -1).astype(np.int32)


def segments(panels: Sequence[Panel]) -> tuple[Ints, Ints, Ints]:
    """The longest stretches in which no panel changes: person, start, stop (n,), covering everyone's whole window.

    Raises PanelError when the panels have not the same persons and window.
    """
    first = panels[0]
    shape = (first.persons, first.first_week, first.stop_week)
    if any((p.persons, p.first_week, p.stop_week) != shape for p in panels):
        raise PanelError("Panelerne har ikke de samme personer og uger.")
    everyone = np.arange(first.persons, dtype=np.int64) * (first.width + 1)
    edges = [everyone, everyone + first.width]
    for panel in panels:
        edges += [panel.key(panel.person, panel.start), panel.key(panel.person, panel.stop)]
    keys = np.unique(np.concatenate(edges))
    person, week = np.divmod(keys, first.width + 1)
    begins = np.flatnonzero(week < first.width)
    start, stop = week[begins] + first.first_week, week[begins + 1] + first.first_week
    return person[begins].astype(np.int32), start.astype(np.int32), stop.astype(np.int32)
