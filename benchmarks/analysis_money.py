"""How long deciding what may be shown takes, and the money of an effect. Everything is generated from fixed seeds.

    python -m benchmarks.analysis_money [--repeat 3]

Seconds are wall clock, best of ``--repeat``. Run nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from brobygger.analysis.designs import Entries, Lottery, compare, share_effects
from brobygger.analysis.disclosure import Dimension, Release
from brobygger.analysis.money import Fade, MentorCost, worth
from brobygger.analysis.outcomes import FIVE
from brobygger.analysis.rates import five_prices, ladder_weeks_before
from brobygger.analysis.result import Question
from brobygger.analysis.weeks import week_of
from tests.analysis.made import drawn

LATTICES = ((5, 4), (5, 4, 3), (5, 4, 4, 3), (98, 5), (98, 5, 4))


def timed(name: str, work: Callable[[], object], repeat: int) -> None:
    best = float("inf")
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    print(f"{name:<72}{best:>8.2f} s", flush=True)


def disclosure(repeat: int) -> None:
    rng = np.random.default_rng(1)
    for shape in LATTICES:
        dimensions = [
            Dimension(f"d{at}", tuple(f"{n}" for n in range(size))) for at, size in enumerate(shape)
        ]
        counts = rng.poisson(8, size=shape)
        found = Release.of(dimensions, counts)
        hidden = found.shown().count(None)
        small = int(found._protected.few.sum())
        cells = len(found.shown())
        name = f"lattice {' x '.join(map(str, shape))}: {cells} cells, {small} small, {hidden} hidden"
        timed(name, lambda dimensions=dimensions, counts=counts: Release.of(dimensions, counts), repeat)


def money(repeat: int) -> None:
    rng = np.random.default_rng(2)
    arm = rng.permutation(2000) < 1000
    status = np.where(rng.random(2000) < 0.12 + 0.06 * arm, 1, 2)[:, None] * np.ones((1, 104), dtype=np.int64)
    data = Entries(arm, status == 1, np.arange(104), rng.normal(size=(2000, 3)))
    found = compare(data, Lottery(draws=99), Question("i uddannelse", 52, 0.06))
    effects = share_effects(found, data, status, FIVE)
    prices, cost = five_prices("rate.educational_help"), MentorCost(73.8, 250)
    work = {"starts_on": date(2023, 2, 6), "ladder_before": rng.integers(0, 200, 1000), "seed": 1}
    timed("worth: 5 statuses, 104 weeks, 1,000 draws", lambda: worth(effects, prices, cost, **work), repeat)
    fade = Fade(104, 520)
    timed("the same with ten years assumed", lambda: worth(effects, prices, cost, fade=fade, **work), repeat)


def ladders(repeat: int) -> None:
    rng = np.random.default_rng(3)
    first = week_of(date(2016, 1, 4))
    lives = ["".join(rng.choice(list("ccccjj.e"), size=52).repeat(10)) for _ in range(500)]
    states = drawn(*lives, first=first)
    who, when = np.arange(500), np.full(500, first + 520)
    timed(
        "weeks on the ladder: 500 people, ten years", lambda: ladder_weeks_before(states, who, when), repeat
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--repeat", type=int, default=3)
    times = asked.parse_args().repeat
    disclosure(times)
    money(times)
    ladders(times)
