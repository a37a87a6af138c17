"""Subgroups declared in the run file as divisions of people: every person in one group of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brobygger.analysis.cohorts import age_bands
from brobygger.analysis.disclosure import Dimension, Release
from brobygger.analysis.panel import Ints
from brobygger.analysis.report.inputs import Inputs
from brobygger.analysis.report.published import OTHERS
from brobygger.analysis.report.runfile import AGE, RunFile, Subgroup
from brobygger.analysis.weeks import mondays

Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Division:
    """One subgroup declaration over rows (n,): ``place`` (n,) into ``labels``, the last of which is the others."""

    subgroup: Subgroup
    labels: tuple[str, ...]
    place: Places

    def rows(self, label: str) -> Flags:
        return np.asarray(self.place == self.labels.index(label))


def divisions(run: RunFile, inputs: Inputs, person: Ints, week: Ints) -> tuple[Division, ...]:
    """The groups of persons (n,) as of an index week (n,)."""
    return tuple(_division(each, inputs, person, week) for each in run.subgroups)


def _division(subgroup: Subgroup, inputs: Inputs, person: Ints, week: Ints) -> Division:
    if subgroup.column == AGE:
        birth = inputs.persons.birth[person]
        known = ~np.isnat(birth)
        bands = age_bands(np.where(known, birth, np.datetime64("1900-01-01")), mondays(week))
        values = np.where(known, bands, "")
    else:
        values = inputs.persons.columns[subgroup.column][person]
    labels = (*subgroup.groups, OTHERS)
    place = np.full(len(person), len(labels) - 1, dtype=np.int64)
    for number, wanted in enumerate(subgroup.groups.values()):
        place[np.isin(values, list(wanted))] = number
    return Division(subgroup, labels, place)


def release_of(
    name: str, labels: Sequence[str], at: Places, cuts: Sequence[Division], chosen: Flags
) -> Release:
    """How many of the chosen rows are in each label (``at`` (n,) points at it), by every division at once."""
    kinds = [Dimension(name, tuple(labels)), *(Dimension(cut.subgroup.name, cut.labels) for cut in cuts)]
    shape = tuple(len(each.categories) for each in kinds)
    where = np.ravel_multi_index([at[chosen], *(cut.place[chosen] for cut in cuts)], shape)
    return Release.of(kinds, np.bincount(where, minlength=int(np.prod(shape))).reshape(shape))
