"""Made-up worlds in which the true effect is known. Everything is generated; nothing resembles a real person.

They serve two ends: the tests ask every estimator to find the truth again and every interval to hold it as often as it
says, and a user can try a design on people who do not exist before collecting a single answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from brobygger.analysis.designs import Entries
from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Flags, Floats, Integers
from brobygger.analysis.rollout import NEVER, PanelOfUnits

PAST_MEASUREMENTS = 6


class Selection(StrEnum):
    """Why some get a mentor: a lot, something everyone can see, or something no register holds."""

    LOT = "lot"
    SEEN = "seen"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class World:
    """People as a study would see them, and the true effect for the treated by week (T,)."""

    entries: Entries
    truth: Floats


def people_world(
    selection: Selection,
    *,
    seed: int,
    people: int = 1500,
    effect: float = 0.05,
    weeks: tuple[int, ...] = (26, 52),
    bent: bool = False,
    units: int | None = None,
) -> World:
    """People with three visible traits in four strata, and one trait no one records.

    The chance of the outcome is ``effect`` higher with a mentor, every week. ``bent``: the traits act on the outcome
    in a way no straight line follows, while the score stays a logit. ``units``: the lot is drawn among that many groups
    of people who share a luck of their own. Raises DesignError for an effect that leaves no room for chances.
    """
    if not -0.1 <= effect <= 0.2:
        raise DesignError("Den sande virkning skal ligge mellem −0,1 og 0,2.")
    rng = np.random.default_rng(seed)
    x = np.clip(rng.normal(size=(people, 3)), -2, 2)
    unseen = np.clip(rng.normal(size=people), -2, 2)
    stratum = rng.integers(0, 4, size=people)
    unit = rng.integers(0, units, size=people) if units else None
    treated = _who(selection, x, unseen, stratum, unit, units, rng)
    base = _base(x, unseen, stratum, selection, bent)
    if unit is not None:
        base = base + rng.uniform(-0.2, 0.2, size=units)[unit]
    outcome = _happens(base[:, None] + effect * treated[:, None], len(weeks), rng)
    past = _happens(base[:, None], PAST_MEASUREMENTS, rng)
    negative = _happens((0.3 + 0.05 * x[:, 1])[:, None], 1, rng)[:, 0]
    entries = Entries(
        treated=treated,
        outcome=outcome,
        weeks=np.array(weeks),
        covariates=x,
        names=("prior_job", "prior_benefit", "age"),
        strata=stratum,
        person=np.arange(people),
        place=rng.integers(0, 12, size=people),
        past=past,
        negative=negative,
        lost=rng.random(people) < 0.02,
        unit=unit,
    )
    return World(entries, np.full(len(weeks), effect))


def _who(
    selection: Selection,
    x: Floats,
    unseen: Floats,
    stratum: Integers,
    unit: Integers | None,
    units: int | None,
    rng: np.random.Generator,
) -> Flags:
    if selection is Selection.LOT:
        if unit is not None and units is not None:
            return np.asarray(rng.permutation(units) < units // 2)[unit]
        return np.asarray(rng.permutation(len(x)) < len(x) // 2)
    push = -1.2 + 0.5 * x[:, 0] - 0.4 * x[:, 1] + 0.3 * (stratum - 1.5)
    if selection is Selection.UNSEEN:
        push = push + 0.9 * unseen
    return np.asarray(rng.random(len(x)) < special.expit(push))


def _base(x: Floats, unseen: Floats, stratum: Integers, selection: Selection, bent: bool) -> Floats:
    line = 0.40 + 0.05 * x[:, 0] - 0.04 * x[:, 1] + 0.02 * stratum
    if bent:
        line = line + 0.06 * (x[:, 0] ** 2 - 1) * np.sign(x[:, 1])
    return np.asarray(line + 0.10 * unseen if selection is Selection.UNSEEN else line)


def _happens(chance: Floats, times: int, rng: np.random.Generator) -> Flags:
    return np.asarray(rng.random((len(chance), times)) < chance)


@dataclass(frozen=True)
class Waiting:
    """Spells on benefit in which a mentor may start: weeks [``low``, ``high``), ``start`` (-1: never), job ``job``.

    ``trait`` (n,) makes both a mentor and a job more likely. All are weeks on one calendar.
    """

    low: Integers
    high: Integers
    start: Integers
    job: Integers
    trait: Floats


def waiting_world(*, seed: int, people: int = 4000, weeks: int = 104, effect: float = 0.0) -> Waiting:
    """Spells that begin through a year; each week some find a job and some get a mentor, by chance and by a trait.

    A mentor multiplies the weekly chance of a job by 1 + ``effect`` from the week after it starts: 0 is no effect.
    """
    rng = np.random.default_rng(seed)
    trait = np.clip(rng.normal(size=people), -2, 2)
    low = rng.integers(0, 52, size=people)
    chance_job, chance_start = 0.015 * np.exp(0.5 * trait), 0.012 * np.exp(0.4 * trait)
    start = low + rng.geometric(chance_start) - 1
    job_without = low + rng.geometric(chance_job)
    job_with = start + rng.geometric(np.minimum(chance_job * (1 + effect), 1.0))
    job = np.where(job_without > start, job_with, job_without)
    high = np.minimum(job, low + weeks)
    start = np.where(start < high, start, -1)
    return Waiting(low, high, start, job, trait)


@dataclass(frozen=True)
class RollOutWorld:
    """Places over periods and the true effect by periods since the change."""

    panel: PanelOfUnits
    truth: Floats


def roll_out_world(
    *,
    seed: int,
    units: int = 90,
    periods: int = 8,
    effect: npt.ArrayLike = (0.02, 0.03, 0.04, 0.05),
    drift: float = 0.0,
    noise: float = 0.03,
) -> RollOutWorld:
    """A third change in period 4, a third in period 6 and a third never. ``effect`` grows with time since the change.

    ``drift`` is how much more those that change rise each period, already before: then the trends are not parallel.
    """
    rng = np.random.default_rng(seed)
    size = np.asarray(effect, dtype=np.float64)
    first = np.array([4, 6, NEVER])[rng.permutation(units) % 3]
    time = np.arange(1, periods + 1)
    since = time[None] - first[:, None]
    changed = (first[:, None] != NEVER) & (since >= 0)
    level = 0.3 + rng.normal(0, 0.05, size=(units, 1)) + rng.normal(0, 0.02, size=periods)
    gain = np.where(changed, size[np.clip(since, 0, len(size) - 1)], 0.0)
    slope = drift * (first[:, None] != NEVER) * time
    outcome = level + slope + gain + rng.normal(0, noise, size=(units, periods))
    negative = level + rng.normal(0, noise, size=(units, periods))
    return RollOutWorld(PanelOfUnits(outcome, time, first, negative=negative), size)
