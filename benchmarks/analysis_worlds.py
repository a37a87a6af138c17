"""Made worlds in which the truth is known, as many as one has time for, with other seeds than the tests'.

    python -m benchmarks.analysis_worlds --worlds 400 --write      about a minute of processor
    python -m benchmarks.analysis_worlds --worlds 4000             ten

Of each kind of world: the bias in Monte Carlo errors, the share of 95 % intervals that hold the truth, and the share
the gate hides. ``--write`` puts the table into docs/analysis/published-answers.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy import stats

from brobygger.analysis.designs import StartNow, compare, start_now_moments
from brobygger.analysis.estimators import Effect, aipw_for_treated, lottery_effects
from brobygger.analysis.result import Question, Word
from brobygger.analysis.rollout import by_event_time, group_time_effects
from brobygger.analysis.scores import logit_score, odds_weights
from brobygger.analysis.simulate import Selection, people_world, roll_out_world, waiting_world

REPORT = Path(__file__).parent.parent / "docs" / "analysis" / "published-answers.md"
BEGIN, END = "<!-- worlds: begin -->", "<!-- worlds: end -->"
HEAD = "| World | Truth | Bias / Monte Carlo error | Intervals that hold the truth | Hidden by the gate |"
FIRST_SEED = 10_000
QUESTION = Question("i job", 52, 0.06)


@dataclass(frozen=True)
class Found:
    """One world's estimate, its error, how many errors the interval reaches, and whether the gate hid it."""

    estimate: float
    error: float
    reach: float = 1.96
    hidden: bool | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of world; ``honest`` ones must be unbiased and covered, the others hidden."""

    name: str
    truth: float
    draw: Callable[[int], Found]
    honest: bool = True


def last(effect: Effect, reach: float = 1.96) -> Found:
    return Found(float(effect.estimate[-1]), float(effect.standard_error[-1]), reach)


def lottery(seed: int) -> Found:
    one = people_world(Selection.LOT, seed=seed, people=400).entries
    return last(
        lottery_effects(one.outcome, one.treated, covariates=one.covariates, strata=one.strata).offered
    )


def lottery_of_groups(seed: int) -> Found:
    one = people_world(Selection.LOT, seed=seed, people=400, units=40).entries
    found = lottery_effects(one.outcome, one.treated, unit=one.unit).offered
    return last(found, float(stats.t.ppf(0.975, found.freedom)))


def seen(seed: int, *, bent: bool = False) -> Found:
    one = people_world(Selection.SEEN, seed=seed, people=1200, bent=bent).entries
    score = logit_score(one.covariates, one.treated, strata=one.strata)
    weights = odds_weights(score, one.treated, strata=one.strata)
    return last(aipw_for_treated(one.outcome, one.covariates, one.treated, weights, strata=one.strata))


def bent(seed: int) -> Found:
    return seen(seed, bent=True)


def waiting(seed: int) -> Found:
    """Job within 26 weeks of each moment, in a world where a mentor changes nothing."""
    world = waiting_world(seed=seed, people=500)
    moments = start_now_moments(world.low, world.high, world.start, block=8, seed=seed)
    job, trait = world.job[moments.spell], world.trait[moments.spell]
    outcome = (job > moments.week) & (job <= moments.week + 26)
    elapsed, x = np.minimum(moments.elapsed // 8, 6), np.stack((trait, trait**2), axis=1)
    weights = odds_weights(logit_score(x, moments.starts, strata=elapsed), moments.starts, strata=elapsed)
    return last(aipw_for_treated(outcome, x, moments.starts, weights, strata=elapsed, cluster=moments.spell))


def roll_out(seed: int) -> Found:
    found = by_event_time(group_time_effects(roll_out_world(seed=seed).panel), first=0, last=0, draws=1)
    return Found(float(found.estimate[0]), float(found.standard_error[0]))


def judged(selection: Selection, seed: int, effect: float) -> Found:
    """The whole of ``compare``, gate included."""
    world = people_world(selection, seed=seed, people=2000, effect=effect)
    found = compare(world.entries, StartNow(), QUESTION)
    place = found.headline_place
    numbers = found._effect.estimate[place], found._effect.standard_error[place]
    return Found(float(numbers[0]), float(numbers[1]), hidden=found.word is Word.HAPPENED)


KINDS = (
    Kind("Clean: a lot among people", 0.05, lottery),
    Kind("Clean: a lot among groups of people", 0.05, lottery_of_groups),
    Kind("Confounded, all of it seen", 0.05, seen),
    Kind("Confounded, all of it seen, outcome model wrong", 0.05, bent),
    Kind("Waiting: a mentor changes nothing", 0.0, waiting),
    Kind("Roll-out, at the change", 0.02, roll_out),
    Kind(
        "Confounded, all of it seen, through the gate", 0.15, lambda seed: judged(Selection.SEEN, seed, 0.15)
    ),
    Kind(
        "Confounded by what nobody sees, through the gate",
        0.05,
        lambda seed: judged(Selection.UNSEEN, seed, 0.05),
        honest=False,
    ),
)


def row(kind: Kind, worlds: int) -> tuple[str, bool]:
    """A line of the table, and whether what was promised holds."""
    found = [kind.draw(FIRST_SEED + number) for number in range(worlds)]
    off = np.array([one.estimate - kind.truth for one in found])
    held = np.abs(off) <= np.array([one.reach * one.error for one in found])
    bias = off.mean() / (off.std(ddof=1) / np.sqrt(worlds))
    hidden = [one.hidden for one in found if one.hidden is not None]
    share = f"{100 * np.mean(hidden):.1f} %" if hidden else ""
    holds = abs(bias) < 3 and 0.93 <= held.mean() <= 0.97 if kind.honest else np.mean(hidden) >= 0.95
    return f"| {kind.name} | {kind.truth:g} | {bias:.1f} | {100 * held.mean():.1f} % | {share} |", bool(holds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks.analysis_worlds",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    lines = [HEAD, "|---|---:|---:|---:|---:|"]
    print(*lines, sep="\n")
    failed = 0
    for kind in KINDS:
        line, holds = row(kind, options.worlds)
        failed += not holds
        lines.append(line)
        print(line, "" if holds else "  <- NOT as promised", flush=True)
    if options.write:
        text = REPORT.read_text()
        about = (
            f"{options.worlds} worlds of each kind, {datetime.now(UTC):%-d %B %Y}, seeds from {FIRST_SEED:,}."
        )
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        table = "\n".join(lines)
        REPORT.write_text(f"{before}{BEGIN}\n{about}\n\n{table}\n{END}{after}")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
