"""A municipality among those that share: what it shares, what could be expected of it, and which resemble it.

Only counts are shared, and only released ones, so expected results come from the age of the citizens alone: a rate for
each age band, that of all who share. What is hidden is left out of observed and expected alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from brobygger import analysis
from brobygger.analysis import Funnel, Ranks, Shrunk, Standardised
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.analysis.numeric import Floats, critical
from brobygger.effects.figures.cohort import AGES, START
from brobygger.values.period import add_months

FEWEST_PLACES = 4
"""With fewer there is nothing to shrink towards, and no funnel."""
ALIKE = 8
MONTHS_APART = 24
"""Periods that ended so far from one's own are of another time."""
SEED = 2026
CONDITIONS = (
    f"at|{START}|benefit",
    f"at|{START}|job",
    "in|age|under 30|*",
    "in|age|50+|*",
)
"""What makes municipalities resemble each other, as shares of the period's people: where they came from, and age."""

Payload = dict[str, Any]


def shared_record(
    status: Mapping[str, Any], subgroups: Mapping[str, Any], dosage: Mapping[str, Any], process: Payload
) -> Payload:
    """What is shared of a period: cells that its pages have released, medians, and how the work was done."""
    cells = {**subgroups["cells"], **status["cells"]}

    def of_ages(of: str) -> list[int | None]:
        return [cells.get(f"in|age|{age}|{of}") for age in AGES]

    return {
        "ages": list(AGES),
        "people": of_ages("*"),
        "well": of_ages("+"),
        "all": status["people"],
        "conditions": {name: cells.get(name) for name in CONDITIONS},
        "averages": dosage.get("averages") or {},
        "process": process,
    }


@dataclass(frozen=True)
class Place:
    """A municipality that shares: ``record`` as ``shared_record`` made it, of people who ended before a day."""

    key: int
    name: str
    ends_before: date
    horizon: int
    record: Payload
    is_generated: bool = False

    @property
    def people(self) -> Floats:
        """People by age (A,), NaN where hidden."""
        return _numbers(self.record["people"])

    @property
    def well(self) -> Floats:
        """Those of them in job or education (A,), NaN where hidden."""
        return _numbers(self.record["well"])

    @property
    def counted(self) -> int:
        """People of the ages that count: where nothing is hidden."""
        is_known = ~np.isnan(self.people + self.well)
        return int(self.people[is_known].sum())

    @property
    def left_out(self) -> int:
        return int(self.record["all"]) - self.counted

    def conditions(self) -> Floats:
        """Shares (C,), NaN where hidden."""
        counts = _numbers([self.record["conditions"].get(name) for name in CONDITIONS])
        return counts / float(self.record["all"])


@dataclass(frozen=True)
class Among:
    """One's own municipality among ``places``, in whose order all figures stand. ``nearest`` are places, nearest first.

    ``own`` is the place of one's own.
    """

    places: tuple[Place, ...]
    own: int
    nearest: tuple[int, ...]
    figures: Standardised
    funnel: Funnel
    shrunk: Shrunk
    ranks: Ranks

    @property
    def mine(self) -> Place:
        return self.places[self.own]

    def of_100(self, values: Floats, place: int | None = None) -> int:
        """People of a place (else one's own) as a whole number of each 100 that are counted there."""
        at = self.own if place is None else place
        return round(100 * float(values[at]) / int(self.figures.people[at]))

    @property
    def levelled(self) -> Floats:
        """What is left of the observed when small numbers' luck is taken out."""
        return self.figures.expected * self.shrunk.estimate

    def limits(self, expected: Floats, tail: float) -> tuple[Floats, Floats]:
        """Low and high limit of the ratio where so many are expected, with the funnel's own dispersion."""
        share = self.figures.observed.sum() / self.figures.people.sum()
        spread = np.sqrt(self.funnel.dispersion * (1 - share) / expected)
        reach = critical(1 - tail) * spread
        return np.maximum(1 - reach, 0), 1 + reach


def of_the_same_time(own: int, places: Sequence[Place]) -> tuple[Place, ...]:
    """Those that can stand beside one's own, it among them: followed as long, and ended within ``MONTHS_APART``."""
    mine = next((each for each in places if each.key == own), None)
    if mine is None:
        return ()
    first, last = (add_months(mine.ends_before, months) for months in (-MONTHS_APART, MONTHS_APART))
    kept = [
        each
        for each in places
        if each.horizon == mine.horizon
        and first <= each.ends_before <= last
        and each.record["ages"] == mine.record["ages"]
    ]
    return tuple(sorted(kept, key=lambda each: each.key))


def large_enough(places: Sequence[Place]) -> tuple[Place, ...]:
    """Those of whom enough people count."""
    return tuple(each for each in places if each.counted >= FEWEST_PEOPLE)


def among(own: int, places: Sequence[Place]) -> Among | None:
    """One's own among ``places`` that are large enough; None where it is not one of them, for too few of them, or where
    somewhere nobody could be expected to get so far.
    """
    keys = [each.key for each in places]
    if own not in keys or len(places) < FEWEST_PLACES:
        return None
    people, well = (np.stack([getattr(each, name) for each in places]) for name in ("people", "well"))
    figures = analysis.standardise_counts(people, well, keys)
    if not (figures.expected > 0).all():
        return None
    shrunk = analysis.shrink_ratios(figures.observed, figures.expected)
    at = keys.index(own)
    return Among(
        tuple(places),
        at,
        _nearest(places, at),
        figures,
        analysis.funnel(figures),
        shrunk,
        analysis.rank_intervals(shrunk, seed=SEED, draws=2000),
    )


def _nearest(places: Sequence[Place], own: int) -> tuple[int, ...]:
    """A condition that is hidden somewhere counts there as the mean of the others."""
    found = np.stack([each.conditions() for each in places])
    is_known = ~np.isnan(found)
    count = np.maximum(is_known.sum(axis=0), 1)
    found = np.where(is_known, found, np.where(is_known, found, 0.0).sum(axis=0) / count)
    nearest = analysis.alike(found, count=min(ALIKE, len(places) - 1))[own]
    return tuple(nearest.tolist())


def _numbers(values: Sequence[int | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
