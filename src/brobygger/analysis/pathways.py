"""What follows a mentorship: flows between statuses at fixed points, and the first thing that comes after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import NOT_SEEN, UNSEEN_GROUP
from brobygger.analysis.errors import CohortError
from brobygger.analysis.outcomes import FIVE, FIVE_OF, JOB
from brobygger.analysis.panel import UNSEEN, Panel, Spells, first_week_in

NEXT = ("company", "active", "job", "education", "away", "nothing", "not_known")
_PREFERRED = ("job", "education", "company", "active", "away")
_EDUCATION = {"student_grant", "adult_education_support", "apprentice"}
_AWAY = {"early_exit", "disability_pension", "pension", "abroad", "dead"}


@dataclass(frozen=True)
class Point:
    """A moment of every spell: so many weeks from its first week (``start``) or from the week after it (``end``)."""

    name: str
    of: str
    weeks: int


POINTS = (
    Point("13 uger før start", "start", -13),
    Point("Ved start", "start", 0),
    Point("Lige efter afslutning", "end", 0),
    Point("13 uger efter", "end", 13),
    Point("26 uger efter", "end", 26),
    Point("52 uger efter", "end", 52),
)


@dataclass(frozen=True)
class Flows:
    """How many spells go from one status to another between successive points.

    ``totals`` (P, S + 1) and ``links`` (P - 1, S + 1, S + 1), from row to column; the last status is not seen. A link
    counts every spell once, so the links out of a point sum to its totals, and those into the next to its.
    """

    points: tuple[str, ...]
    statuses: tuple[str, ...]
    totals: npt.NDArray[np.int64]
    links: npt.NDArray[np.int64]

    def rows(self) -> list[tuple[str, str, str, str, int]]:
        """The picture as a table: point, status, next point, status, spells; without empty links."""
        return [
            (self.points[step], self.statuses[a], self.points[step + 1], self.statuses[b], int(links[a, b]))
            for step, links in enumerate(self.links)
            for a, b in np.argwhere(links)
        ]


def flows(
    states: Panel,
    spells: Spells,
    *,
    points: Sequence[Point] = POINTS,
    mapping: Mapping[str, str] = FIVE_OF,
    order: Sequence[str] = FIVE,
) -> Flows:
    """Counts statuses at each point and moves between them. Raises CohortError for a state without a status."""
    statuses = (*order, UNSEEN_GROUP)
    lookup = _statuses(states, mapping, statuses)
    zero = {"start": spells.start, "end": spells.stop}
    at = np.stack([lookup[states.status_at(spells.person, zero[p.of] + p.weeks)] for p in points])
    size = len(statuses)
    totals = np.stack([np.bincount(row, minlength=size) for row in at])
    links = np.stack(
        [np.bincount(a * size + b, minlength=size * size).reshape(size, size) for a, b in pairwise(at)]
    )
    return Flows(tuple(p.name for p in points), statuses, totals, links)


def _statuses(states: Panel, mapping: Mapping[str, str], statuses: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Index into ``statuses`` of every status index of the panel, GAP and UNSEEN too (they count from the end)."""
    names = [*states.codes, UNSEEN_GROUP, states.gap]
    missing = [n for n in names if n not in mapping and n not in {NOT_SEEN, UNSEEN_GROUP}]
    if missing:
        raise CohortError(f"Tilstandene {', '.join(missing)} er ikke fordelt på en status.")
    hidden = len(names) + UNSEEN
    assert names[hidden] == UNSEEN_GROUP
    return np.array([statuses.index(mapping.get(n, UNSEEN_GROUP)) for n in names])


@dataclass(frozen=True)
class Following:
    """Per spell (S,): the first thing after it, index into ``names``, and the weeks until then (-1 for nothing)."""

    names: tuple[str, ...]
    what: npt.NDArray[np.int64]
    weeks: npt.NDArray[np.int32]

    def counts(self) -> dict[str, int]:
        """Spells by what came first."""
        found = np.bincount(self.what, minlength=len(self.names))
        return {name: int(count) for name, count in zip(self.names, found, strict=True)}


def what_follows(states: Panel, kinds: Panel, spells: Spells, *, within: int = 52) -> Following:
    """The first of job, education, company-based offer, other active offer, pension or away after each spell.

    ``states`` come from ``labour_states``, ``kinds`` from ``CodeList.classify(weekly, "kind")``. Counts from the week
    after the spell, ``within`` weeks on; what began earlier and goes on is there in week 0. In a shared week the order
    above decides. ``not_known``: nothing came before the data, or the sight of the person, ended.
    """
    zero = spells.stop
    when = {
        "job": first_week_in(states, {JOB}, spells.person, zero),
        "education": first_week_in(states, _EDUCATION, spells.person, zero),
        "company": first_week_in(kinds, {"company"}, spells.person, zero),
        "active": first_week_in(kinds, {"active"}, spells.person, zero),
        "away": first_week_in(states, _AWAY, spells.person, zero),
    }
    dark = first_week_in(states, {UNSEEN_GROUP, NOT_SEEN}, spells.person, zero)
    limit = np.minimum(np.where(dark >= 0, dark, states.stop_week), states.stop_week)
    late = np.iinfo(np.int32).max
    weeks = np.stack([np.where(when[n] >= 0, when[n] - zero, late) for n in _PREFERRED])
    first = np.argmin(weeks, axis=0)
    least = weeks[first, np.arange(len(spells))]
    hit = (least < within) & (zero + least.astype(np.int64) < limit)
    nothing = np.where(limit < zero + within, NEXT.index("not_known"), NEXT.index("nothing"))
    place = np.array([NEXT.index(name) for name in _PREFERRED])
    what = np.where(hit, place[first], nothing)
    return Following(NEXT, what, np.where(hit, least, -1).astype(np.int32))
