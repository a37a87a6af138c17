"""Which numbers may be shown, decided once for every page, so that no page undoes another.

All pages are drawn from one *lattice*: every combination of the categories, groups and totals of some dimensions. A
cell of 1 to 4 people is hidden, and so are as many others as it takes: whoever has all pages, and adds and subtracts
as they like, must find it possible that a hidden cell of few people holds no one, and possible that it holds 5 or more.
Any other hidden cell has at least two possible values. A page asks the release and never decides itself.

The search for what else to hide is the linear programme of Kelly, Golden and Assad (Networks 22, 1992): the cheapest
other table that the pages would not contradict; Fischetti and Salazar (JASA 95, 2000) show it for any linear system.
See ``docs/analysis/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from brobygger.analysis.errors import DisclosureError
from brobygger.analysis.numeric import Flags, Floats, Integers

FLOOR = 5
"""Cells with fewer people, but not none, are hidden."""
TOTAL = "I alt"
_WHOLE = 1e-6
_LARGEST = 20_000
_NEAR = 4


@dataclass(frozen=True)
class Dimension:
    """A way to divide people: ``categories`` no one is in two of, and ``groups`` of them that pages also show.

    The total of all categories is always among the labels. Raises DisclosureError for names that are used twice or
    groups of categories that do not exist.
    """

    name: str
    categories: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        labels = (*self.categories, *self.groups, TOTAL)
        if len(set(labels)) != len(labels) or not self.categories:
            raise DisclosureError(f"»{self.name}« skal have forskellige navne, og ingen må hedde »{TOTAL}«.")
        wrong = [part for parts in self.groups.values() for part in parts if part not in self.categories]
        if wrong:
            raise DisclosureError(f"»{self.name}« har en gruppe med »{wrong[0]}«, som ikke findes.")

    @property
    def labels(self) -> tuple[str, ...]:
        return (*self.categories, *self.groups, TOTAL)

    def members(self) -> sparse.csr_array:
        """(labels, categories): 1 where a label holds a category."""
        one = [[float(each == label) for each in self.categories] for label in self.categories]
        more = [[float(each in parts) for each in self.categories] for parts in self.groups.values()]
        return sparse.csr_array(np.array([*one, *more, [1.0] * len(self.categories)]))


@dataclass(frozen=True)
class Protected:
    """Cells as sums of atoms, and which are shown: ``matrix`` (C, A), ``atoms`` (A,), ``values`` (C,), ``open`` (C,).

    ``few`` (C,) marks those hidden for being few. It is for those who decide, and is never shown.
    """

    matrix: sparse.csr_array
    atoms: Integers
    values: Integers
    open: Flags
    few: Flags


def protect(
    matrix: sparse.csr_array,
    atoms: npt.ArrayLike,
    *,
    floor: int = FLOOR,
    known: npt.ArrayLike | None = None,
    shut: npt.ArrayLike | None = None,
    near: Callable[[int], Integers] | None = None,
    worth: npt.ArrayLike | None = None,
) -> Protected:
    """Decides which cells of any system of sums may be shown; ``Release`` is the way for ordinary tables.

    ``matrix`` (C, A) makes cells of atoms (A,), whole numbers from 0. ``known`` (C,) marks cells that readers know
    already and cannot be hidden; ``shut`` (C,) cells that are not to be shown but must not be found either.
    ``near`` gives, for a cell, the atoms to look among first (all, if those do not suffice): large systems need it.
    ``worth`` (C,) is how much each cell is missed when it is hidden to guard another (1 where left out).
    Raises DisclosureError when what is known already gives a small cell away, or the system is too large.
    """
    whole = np.asarray(atoms, dtype=np.int64)
    if (whole < 0).any() or matrix.shape[1] != len(whole):
        raise DisclosureError("Antal skal være hele tal fra 0, ét for hver celle i bunden.")
    if matrix.shape[0] > _LARGEST:
        raise DisclosureError(
            f"Tabellerne har {matrix.shape[0]} celler tilsammen. Del dem op på færre inddelinger."
        )
    values = np.rint(matrix @ whole).astype(np.int64)
    told = np.zeros(len(values), dtype=bool) if known is None else np.asarray(known, dtype=bool)
    closed = np.zeros(len(values), dtype=bool) if shut is None else np.asarray(shut, dtype=bool)
    few = (values > 0) & (values < floor) & ~told
    search = _Search(matrix.tocsr(), whole, values, ~(few | closed) | told, told)
    search.price = search.price * np.ones(len(values)) * (1.0 if worth is None else np.asarray(worth))
    everyone = np.arange(len(whole))
    for cell in np.flatnonzero(few)[np.argsort(values[few], kind="stable")].tolist():
        places = [everyone] if near is None else [near(cell), everyone]
        search.hold_open(cell, -int(values[cell]), places)
        search.hold_open(cell, floor - int(values[cell]), places)
    return Protected(matrix, whole, values, search.open, few)


class _Search:
    """Hides cells until other tables, as good as the real one to a reader, say what they must about each small cell."""

    price: Floats

    def __init__(
        self, matrix: sparse.csr_array, atoms: Integers, values: Integers, is_open: Flags, known: Flags
    ) -> None:
        self.matrix, self.atoms, self.values = matrix, atoms, values
        self.open, self.known = is_open, known
        self.price = 1.0 + np.log1p(np.abs(values)) * (1 + np.diff(matrix.indptr) / max(matrix.shape[1], 1))
        self.others = np.zeros((0, len(atoms)))

    def hold_open(self, cell: int, change: int, places: list[Integers]) -> None:
        """Makes it possible that the cell differs by so much (or more in the same direction)."""
        if len(self.others):
            seen = self.others @ self.matrix[[cell]].toarray()[0]
            if (seen <= change).any() if change < 0 else (seen >= change).any():
                return
        for atoms in places:
            other = self._cheapest(cell, change, atoms)
            if other is not None:
                self.open &= np.abs(self.matrix @ other) < _WHOLE
                self.others = np.vstack((self.others, other))
                return
        raise DisclosureError("Det, der allerede er vist, røber en celle med få personer.")

    def _cheapest(self, cell: int, change: int, atoms: Integers) -> Floats | None:
        """The change (A,) of some atoms, whole numbers, that gives the cell its change and moves least in sight."""
        some = self.matrix[:, atoms]
        touched = np.diff(some.indptr) > 0
        fixed = np.flatnonzero(self.known & touched)
        free = np.flatnonzero(self.open & ~self.known & touched)
        size, count = len(atoms), len(free)
        must = sparse.vstack([some[[cell]], some[fixed]])
        identity = sparse.eye_array(count)
        rows = sparse.vstack(
            [
                sparse.hstack([some[free], -identity]),
                sparse.hstack([some[free], identity]),
                sparse.hstack([must, sparse.csr_array((must.shape[0], count))]),
            ]
        )
        exact = np.concatenate(([float(change)], np.zeros(len(fixed))))
        low = np.concatenate((np.full(count, -np.inf), np.zeros(count), exact))
        high = np.concatenate((np.zeros(count), np.full(count, np.inf), exact))
        least = np.concatenate((-self.atoms[atoms].astype(np.float64), np.zeros(count)))
        price = np.concatenate((np.zeros(size), self.price[free]))
        found = _solved(price, optimize.LinearConstraint(rows.tocsr(), low, high), least, size)
        if found is None:
            return None
        other = np.zeros(len(self.atoms))
        other[atoms] = found
        return other


def _solved(price: Floats, limits: optimize.LinearConstraint, least: Floats, size: int) -> Floats | None:
    """The first ``size`` variables at their cheapest, as whole numbers; None when there is no solution.

    The plain linear programme is nearly always whole by itself, and much faster.
    """
    for whole in (0, 1):
        kinds = np.concatenate((np.full(size, whole), np.zeros(len(price) - size)))
        found = optimize.milp(
            price, constraints=limits, bounds=optimize.Bounds(least, np.inf), integrality=kinds
        )
        if found.x is None:
            return None
        rounded: Floats = np.rint(found.x[:size])
        if np.abs(found.x[:size] - rounded).max(initial=0.0) < _WHOLE:
            return rounded
    return rounded


def knowable(protected: Protected, *, whole: bool = True) -> tuple[Floats, Floats]:
    """What a reader with every shown cell can find out: lowest and highest value (C,) of each cell.

    Shown cells have their value twice. ``whole``: the reader knows that people are whole numbers (slower, narrower).
    """
    matrix, is_open = protected.matrix, protected.open
    values = protected.values.astype(np.float64)
    low, high = values.copy(), values.copy()
    limits = optimize.LinearConstraint(matrix[np.flatnonzero(is_open)], values[is_open], values[is_open])
    kinds = np.full(len(protected.atoms), int(whole))
    bounds = optimize.Bounds(np.zeros(len(kinds)), np.inf)
    for cell in np.flatnonzero(~is_open).tolist():
        aim = matrix[[cell]].toarray()[0]
        least = optimize.milp(aim, constraints=limits, bounds=bounds, integrality=kinds)
        most = optimize.milp(-aim, constraints=limits, bounds=bounds, integrality=kinds)
        low[cell] = round(least.fun, 6)
        high[cell] = np.inf if most.x is None else round(-most.fun, 6)
    return low, high


@dataclass(frozen=True)
class Release:
    """One set of figures, the whole lattice decided at once. Made with ``Release.of``; pages read it with ``cell``.

    ``counts`` is the base table: people by the categories of every dimension. ``earlier`` releases of the same
    dimensions, oldest first, are taken into account: a newer figure less an older one is a figure too.
    """

    dimensions: tuple[Dimension, ...]
    counts: Integers
    floor: int
    earlier: tuple[Release, ...]
    _protected: Protected
    _first: int

    @classmethod
    def of(
        cls,
        dimensions: Sequence[Dimension],
        counts: npt.ArrayLike,
        *,
        floor: int = FLOOR,
        earlier: Sequence[Release] = (),
    ) -> Release:
        """Decides. Raises DisclosureError for counts of another shape, or fewer people than an earlier release."""
        kinds, table = tuple(dimensions), np.asarray(counts, dtype=np.int64)
        if table.shape != tuple(len(each.categories) for each in kinds):
            raise DisclosureError("Tabellen har ikke en plads til hver kategori i hver inddeling.")
        if any(each.dimensions != kinds for each in earlier):
            raise DisclosureError("Tidligere tal er inddelt på en anden måde.")
        lattice = reduce(sparse.kron, (each.members() for each in kinds)).tocsr()
        stages = [each.counts.ravel() for each in earlier] + [table.ravel()]
        added = np.diff(np.stack(stages), axis=0, prepend=0)
        if (added < 0).any():
            raise DisclosureError(
                "Der er færre personer end i tidligere tal. Vis ikke de to ved siden af hinanden."
            )
        system = _stages(lattice, len(stages), [each._open_cells for each in earlier])
        matrix, known, shut = system
        near = _Neighbours(kinds, len(stages)) if len(kinds) > 1 else None
        found = protect(matrix, added.ravel(), floor=floor, known=known, shut=shut, near=near)
        return cls(kinds, table, floor, tuple(earlier), found, (len(stages) - 1) * lattice.shape[0])

    @property
    def _open_cells(self) -> Flags:
        size = int(np.prod([len(each.labels) for each in self.dimensions]))
        return self._protected.open[self._first : self._first + size]

    def cell(self, **labels: str) -> int | None:
        """The number of people in a cell, by label of each dimension (the total when left out); None: not shown.

        Never says why it is not shown. Raises DisclosureError for a dimension or label that is not in the lattice.
        """
        place = self._place(labels)
        shown = bool(self._open_cells[place])
        return int(self._protected.values[self._first + place]) if shown else None

    def table(self, rows: str, columns: str, **labels: str) -> list[list[int | None]]:
        """A table of two dimensions with their groups and totals, the others fixed."""
        down, across = self._dimension(rows), self._dimension(columns)
        return [
            [self.cell(**labels, **{rows: row, columns: column}) for column in across.labels]
            for row in down.labels
        ]

    def share(self, part: Mapping[str, str], whole: Mapping[str, str]) -> float | None:
        """A share (0-1); None unless both numbers may be shown, since a share gives its parts away."""
        over, under = self.cell(**part), self.cell(**whole)
        return None if over is None or not under else over / under

    def labels(self) -> list[dict[str, str]]:
        """Every cell of the lattice by its labels, in the order of ``shown``."""
        names = [each.name for each in self.dimensions]
        return [
            dict(zip(names, one, strict=True)) for one in product(*(each.labels for each in self.dimensions))
        ]

    def shown(self) -> list[int | None]:
        """Every cell of the lattice: all that can ever stand on a page."""
        return [self.cell(**labels) for labels in self.labels()]

    def _dimension(self, name: str) -> Dimension:
        for each in self.dimensions:
            if each.name == name:
                return each
        raise DisclosureError(f"Tallene er ikke inddelt efter »{name}«.")

    def _place(self, labels: Mapping[str, str]) -> int:
        for name in labels:
            self._dimension(name)
        place = 0
        for each in self.dimensions:
            label = labels.get(each.name, TOTAL)
            if label not in each.labels:
                raise DisclosureError(
                    f"»{each.name}« har ikke »{label}«. Vælg mellem {', '.join(each.labels)}."
                )
            place = place * len(each.labels) + each.labels.index(label)
        return place


class _Neighbours:
    """The atoms around a cell: its own categories and the next few of each dimension, in every release."""

    def __init__(self, dimensions: tuple[Dimension, ...], stages: int) -> None:
        self.members = [each.members().toarray() > 0 for each in dimensions]
        self.shape = [each.shape[0] for each in self.members]
        self.sizes = [each.shape[1] for each in self.members]
        self.stages = stages

    def __call__(self, cell: int) -> Integers:
        labels = np.unravel_index(cell % int(np.prod(self.shape)), self.shape)
        around = [
            _around(members[label], size)
            for members, label, size in zip(self.members, labels, self.sizes, strict=True)
        ]
        grid = np.ravel_multi_index(np.meshgrid(*around, indexing="ij"), self.sizes).ravel()
        return np.concatenate([grid + stage * int(np.prod(self.sizes)) for stage in range(self.stages)])


def _around(own: Flags, size: int) -> Integers:
    """Categories of a label, at most so many, and those that follow the last of them, round and round."""
    mine = np.flatnonzero(own)[:_NEAR]
    more = (int(mine[-1]) + 1 + np.arange(size)) % size
    return np.asarray(
        list(dict.fromkeys([*mine.tolist(), *more.tolist()]))[: len(mine) + _NEAR], dtype=np.int64
    )


def _stages(
    lattice: sparse.csr_array, count: int, shown: Sequence[Flags]
) -> tuple[sparse.csr_array, Flags, Flags]:
    """The system of several releases: atoms are who was added each time, cells the sums up to and those between.

    The cells of the newest release come last of the sums, and are the only ones to decide.
    """
    cells = lattice.shape[0]
    upto = sparse.kron(np.tril(np.ones((count, count))), lattice)
    between = [(low, high) for low in range(count) for high in range(low, count) if low > 0]
    spans = np.array([[float(low <= each <= high) for each in range(count)] for low, high in between])
    apart = sparse.kron(spans.reshape(len(between), count), lattice)
    matrix = sparse.vstack([upto, apart]).tocsr() if between else upto.tocsr()
    hidden = np.zeros(matrix.shape[0], dtype=bool)
    known = np.zeros(matrix.shape[0], dtype=bool)
    for stage, open_cells in enumerate(shown):
        known[stage * cells : (stage + 1) * cells] = open_cells
        hidden[stage * cells : (stage + 1) * cells] = ~open_cells
    hidden[count * cells :] = True
    return matrix, known, hidden
