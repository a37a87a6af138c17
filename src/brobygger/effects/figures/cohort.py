"""Who is counted: mentorships as spells of confirmed meetings, what is known of each, and how each was followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from brobygger import analysis
from brobygger.analysis import FIVE, FIVE_OF, Agreements, Dimension, Flows, Meetings, Panel, Spells
from brobygger.analysis.codes import UNSEEN_GROUP
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.analysis.outcomes import StatusAfter
from brobygger.analysis.panel import UNSEEN, Column
from brobygger.effects.figures.answers import CONFIDENTIAL
from brobygger.effects.figures.cells import WELL, WELL_OFF, Counted, Tally
from brobygger.effects.figures.kept import DIVISION, KEPT, kept_of
from brobygger.effects.figures.periods import closed_periods, settled_before
from brobygger.values.period import Period

STATUSES = (*FIVE, UNSEEN_GROUP)
MONTHS = (1, 3, 6, 12)
START = "start"
AGES = ("under 25", "25-29", "30-39", "40-49", "50+")
_AGE_EDGES = (25, 30, 40, 50)
HOURS = ("under 2", "2-4", "4+")
_HOUR_EDGES = (2.0, 4.0)
LENGTHS = ("under 3", "3-6", "6+")
_LENGTH_EDGES = (3.0, 6.0)
_EDGES = {"months": _LENGTH_EDGES, "hours": _HOUR_EDGES}
GOALS = ("all", "some", "none", "open")
OFFERS = ("company", "active", "nothing", "not_only", "not_known")
OTHER = "other"
DETAILED = 100
"""With fewer people flows and the traits of the grant are left out, so that more of the rest can be shown."""
FEWEST_IN_CATEGORY = 10
"""Categories with fewer people are joined to "other", so that less has to be hidden."""


@dataclass(frozen=True)
class Told:
    """What the municipality's own system knows: a row per mentorship, ``key`` (A,) its number.

    ``person`` (A,) row in the panels, ``ended`` (A,), ``born`` (A,) days or NaT, ``goals`` (A,) one of ``GOALS``;
    ``traits`` are columns of codes (A,) by name, and ``answers`` those of the questions in ``figures.answers``.
    ``meetings`` point at the rows.
    """

    key: npt.NDArray[np.int64]
    person: npt.NDArray[np.int32]
    ended: npt.NDArray[np.bool_]
    born: npt.NDArray[np.datetime64]
    goals: Column
    traits: Mapping[str, Column]
    meetings: Meetings
    kroner_per_hour: float | None = None
    answers: Mapping[str, Column] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """Registers and mentorships together. ``states`` tell jobs; ``kinds`` offers; ``wages`` the branches by week."""

    states: Panel
    kinds: Panel
    wages: Panel
    told: Told

    @cached_property
    def settled(self) -> date:
        return settled_before(self.states.stop_week)

    @cached_property
    def _spelled(self) -> tuple[Spells, npt.NDArray[np.int32]]:
        told = self.told
        agreements = Agreements(
            told.person,
            np.zeros(len(told.person), dtype=bool),
            {"key": told.key, "born": told.born, "goals": told.goals, **told.traits, **told.answers},
        )
        spells, spell_of = analysis.mentor_spells(agreements, told.meetings)
        running = np.bincount(spell_of[(spell_of >= 0) & ~told.ended], minlength=len(spells)) > 0
        return spells.with_columns(running=running), spell_of

    @property
    def spells(self) -> Spells:
        """Every mentor spell, running ones too (column ``running``)."""
        return self._spelled[0]

    def keys_of(self, rows: npt.NDArray[np.integer]) -> dict[int, int]:
        """The number of each mentorship in these spells, with the spell's place among ``rows``."""
        place = np.full(len(self.spells), -1)
        place[rows] = np.arange(len(rows))
        spell_of = self._spelled[1]
        inside = (spell_of >= 0) & (place[np.maximum(spell_of, 0)] >= 0)
        return dict(zip(self.told.key[inside].tolist(), place[spell_of[inside]].tolist(), strict=True))

    def periods(self, kept: tuple[Period, ...] = ()) -> tuple[int, tuple[Period, ...]]:
        """The horizon in months and the closed periods; see ``closed_periods``."""
        over = self.spells.take(~self.spells.column("running"))
        return closed_periods(over.column("last_day"), settled=self.settled, kept=kept)


@dataclass(frozen=True)
class Cohort:
    """The mentorships that ended in a period and were seen at every month up to the horizon.

    ``rows`` (S,) among the world's spells; ``status`` (P, S) index into ``STATUSES`` at each of ``points``;
    ``label`` (D, S) the category of each division; ``kept`` (S,) that of ``KEPT``, how long a first job lasted.
    ``left_out`` ended in the period but were not seen all the way. ``answers`` (S,) by question are the citizens' own:
    no division, since divisions open cases.
    """

    period: Period
    horizon: int
    points: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    spells: Spells
    status: npt.NDArray[np.int64]
    divisions: tuple[Dimension, ...]
    label: npt.NDArray[np.int64]
    kept: npt.NDArray[np.int64]
    left_out: int
    answers: Mapping[str, Column] = field(default_factory=dict)

    @cached_property
    def medians(self) -> dict[str, float]:
        """Of months, hours a week and hours face to face; nothing for fewer than ``FEWEST_PEOPLE``.

        Somebody has the median: nothing either where one lies in a category of fewer than ``FLOOR``.
        """
        if len(self.rows) < FEWEST_PEOPLE:
            return {}
        given = analysis.dosage(self.spells)
        parts = {"months": given.months, "hours": given.hours_per_week, "face": given.face_per_week}
        found = {name: float(np.median(values)) for name, values in parts.items()}
        beside = [_beside(parts[name], found[name], edges) for name, edges in _EDGES.items()]
        return found if min(beside) >= FLOOR else {}

    @property
    def is_detailed(self) -> bool:
        """Whether there are enough people for flows and for the divisions of the grant."""
        return len(self.rows) >= DETAILED

    def counted(self) -> Counted:
        """The cohort as the numbers the pages are made of."""
        size = len(STATUSES)
        totals = np.stack([np.bincount(row, minlength=size) for row in self.status])
        links = np.stack(
            [
                np.bincount(a * size + b, minlength=size * size).reshape(size, size)
                for a, b in zip(self.status[:-1], self.status[1:], strict=True)
            ]
        )
        last = self.status[-1]
        tables = [
            np.bincount(of * size + last, minlength=len(each.categories) * size).reshape(-1, size)
            for each, of in zip(self.divisions, self.label, strict=True)
        ]
        flows = Flows(self.points, STATUSES, totals, links)
        lasted = Tally(KEPT, np.bincount(self.kept, minlength=len(KEPT.categories)))
        return Counted(
            flows, self.divisions, tuple(tables), self.is_detailed, (lasted,), _bands(self.medians)
        )

    def labels_of(self, place: int) -> dict[str, list[str]]:
        """Where a spell is counted: by division its category and the groups that hold it, by point its status.

        Kept for the single mentorship, so never anything of ``CONFIDENTIAL``.
        """
        found = {
            division.name: _labels(division, int(self.label[at, place]))
            for at, division in enumerate(self.divisions)
            if division.name not in CONFIDENTIAL
        }
        found[DIVISION] = _labels(KEPT, int(self.kept[place]))
        for point, status in zip(self.points, self.status[:, place].tolist(), strict=True):
            name = STATUSES[status]
            found[f"at {point}"] = [name, WELL_OFF] if name in WELL else [name]
        return found


def _labels(division: Dimension, place: int) -> list[str]:
    category = division.categories[place]
    return [category, *(name for name, parts in division.groups.items() if category in parts)]


def _bands(medians: Mapping[str, float]) -> dict[str, int]:
    """The categories in which the medians lie that pages tell."""
    divisions = {"months": "length", "hours": "hours"}
    return {
        division: int(np.digitize(medians[name], _EDGES[name]))
        for name, division in divisions.items()
        if name in medians
    }


def _beside(values: npt.NDArray[np.float64], median: float, edges: tuple[float, ...]) -> int:
    """How many are in the category of the median."""
    return int((np.digitize(values, edges) == np.digitize(median, edges)).sum())


def cohort_of(world: World, period: Period, horizon: int) -> Cohort:
    """The cohort of a closed period."""
    spells = world.spells
    last = spells.column("last_day")
    inside = ~spells.column("running") & (last >= np.datetime64(period.start))
    rows = np.flatnonzero(inside & (last < np.datetime64(period.end or date.max)))
    months = [each for each in MONTHS if each <= horizon]
    ended = spells.take(rows)
    after = analysis.status_after_end(
        world.states, world.wages, ended, months=months, birth=ended.column("born")
    )
    seen = (after.status != UNSEEN).all(axis=1)
    chosen = ended.take(seen)
    status = np.concatenate((_at_start(world, chosen)[None], _months(after, seen)))
    divisions, label = _divided(world, chosen)
    return Cohort(
        period,
        horizon,
        (START, *(f"m{each}" for each in months)),
        rows[seen],
        chosen,
        status,
        divisions,
        label,
        kept_of(world.states, chosen),
        int((~seen).sum()),
        _answers(world, chosen),
    )


def _answers(world: World, spells: Spells) -> dict[str, Column]:
    """What the citizens answered; left out with few people, as the traits of the grant are."""
    return {name: spells.column(name) for name in world.told.answers if len(spells) >= DETAILED}


def _months(after: StatusAfter, seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return after.status[seen].T.astype(np.int64)


def _at_start(world: World, spells: Spells) -> npt.NDArray[np.int64]:
    """The status in the week before the mentor began."""
    states = world.states
    found = states.names(states.status_at(spells.person, spells.start - 1))
    return np.array([STATUSES.index(FIVE_OF.get(str(name), UNSEEN_GROUP)) for name in found], dtype=np.int64)


def _divided(world: World, spells: Spells) -> tuple[tuple[Dimension, ...], npt.NDArray[np.int64]]:
    """Every declared division, in the order of the pages."""
    given = analysis.dosage(spells)
    columns: list[tuple[str, tuple[str, ...], npt.NDArray[np.int64], dict[str, tuple[str, ...]]]] = [
        ("age", AGES, _ages(spells), {"under 30": AGES[:2]}),
        ("hours", HOURS, np.digitize(given.hours_per_week, _HOUR_EDGES), {}),
        ("length", LENGTHS, np.digitize(given.months, _LENGTH_EDGES), {}),
        ("goals", GOALS, _places(spells.column("goals"), GOALS), {}),
        ("offer", OFFERS, _offers(world, spells), {"only": OFFERS[:3], "followed": OFFERS[:2]}),
    ]
    for name in world.told.traits if len(spells) >= DETAILED else ():
        categories, place = _joined(spells.column(name))
        columns.append((name, categories, place, {}))
    dimensions = tuple(Dimension(name, kinds, groups) for name, kinds, _, groups in columns)
    return dimensions, np.stack([place for *_, place, _ in columns]).astype(np.int64)


def _ages(spells: Spells) -> npt.NDArray[np.int64]:
    """Age on the last day; those whose day of birth is not known count with the middle."""
    born, last = spells.column("born").astype("datetime64[D]"), spells.column("last_day")
    years = (last - born).astype(np.float64) / 365.2425
    return np.where(np.isnat(born), 2, np.digitize(years, _AGE_EDGES)).astype(np.int64)


def _places(values: Column, kinds: tuple[str, ...]) -> npt.NDArray[np.int64]:
    return np.array([kinds.index(str(value)) for value in values], dtype=np.int64)


def _joined(values: Column) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Categories in order of size, the small ones as one, which is there when it is empty too."""
    names, counts = np.unique(values.astype(np.str_), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    large = [str(names[at]) for at in order if counts[at] >= FEWEST_IN_CATEGORY and names[at] != OTHER]
    kinds = (*large, OTHER)
    return kinds, np.array([kinds.index(str(v)) if str(v) in large else len(large) for v in values], np.int64)


def _offers(world: World, spells: Spells) -> npt.NDArray[np.int64]:
    """Mentor as the only offer, and what followed: STAR's mapping of 2016 as ``analysis.only_offer`` rebuilds it."""
    found = analysis.only_offer(world.kinds, spells)
    only, followed = found.column("started_only"), found.column("followed")
    company = found.column("followed_company")
    names = np.select(
        [only == -1, only == 0, followed == -1, company == 1, followed == 1],
        ["not_known", "not_only", "not_known", "company", "active"],
        "nothing",
    )
    return _places(names, OFFERS)
