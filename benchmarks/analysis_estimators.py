"""How long the estimators take at the size of the country, beside known packages; and the worlds, at length.

    python benchmarks/analysis_estimators.py [--part survival|score|aipw|matching|all] [--repeat 3] [--threads 2]
    python benchmarks/analysis_estimators.py --worlds 4000

Everything is generated from fixed seeds. Figures are the best of ``--repeat`` runs, wall clock; ``--slow`` also runs
the reference packages (lifelines, statsmodels) at full size, which takes minutes. Run nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable

_ASKED = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
_ASKED.add_argument("--part", default="all", choices=("survival", "score", "aipw", "matching", "all"))
_ASKED.add_argument("--repeat", type=int, default=3)
_ASKED.add_argument("--threads", type=int, default=1)
_ASKED.add_argument("--slow", action="store_true")
_ASKED.add_argument("--worlds", type=int, default=0)
ASKED = _ASKED.parse_args() if __name__ == "__main__" else _ASKED.parse_args([])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, str(ASKED.threads))

import numpy as np  # noqa: E402

from brobygger.analysis.estimators import aipw_for_treated, lottery_effects  # noqa: E402
from brobygger.analysis.matching_pairs import nearest_controls  # noqa: E402
from brobygger.analysis.rollout import by_event_time, group_time_effects  # noqa: E402
from brobygger.analysis.scores import entropy_weights, logit_score, odds_weights  # noqa: E402
from brobygger.analysis.simulate import Selection, people_world, roll_out_world  # noqa: E402
from brobygger.analysis.survival import aalen_johansen, cox, kaplan_meier, log_rank  # noqa: E402

TREATED, CONTROLS, TRAITS, WEEKS, SPELLS = 36_000, 1_000_000, 20, 157, 360_000


def timed(name: str, work: Callable[[], object], aim: float | None = None) -> float:
    """The best of several runs, in seconds, printed beside the aim."""
    best = float("inf")
    for _ in range(ASKED.repeat):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    verdict = "" if aim is None else f"   aim {aim:g} s: {'reached' if best <= aim else 'NOT REACHED'}"
    print(f"{name:<62}{best:>9.4f} s{verdict}", flush=True)
    return best


def survival() -> None:
    rng = np.random.default_rng(1)
    weeks = np.minimum(rng.geometric(0.02, SPELLS), 260).astype(np.int64)
    cause = np.where(weeks < 260, rng.integers(0, 3, SPELLS), 0)
    cells, places = rng.integers(0, 784, SPELLS), rng.integers(0, 98, SPELLS)
    ours = timed(
        "784 Kaplan-Meier curves with errors", lambda: kaplan_meier(weeks, cause > 0, groups=cells), 0.02
    )
    timed("log-rank over 98 groups", lambda: log_rank(weeks, cause > 0, places), 0.01)
    timed(
        "784 Aalen-Johansen curves, two causes, with errors",
        lambda: aalen_johansen(weeks, cause, groups=cells),
    )
    x = rng.normal(size=(SPELLS, TRAITS))
    fit = timed("Cox (Efron), 20 covariates", lambda: cox(weeks, cause > 0, x))
    if ASKED.slow:
        _slow_survival(weeks, cause, cells, x, ours, fit)


def _slow_survival(weeks, cause, cells, x, ours: float, fit: float) -> None:  # type: ignore[no-untyped-def]
    import lifelines
    import pandas as pd

    ended = cause > 0

    def curves() -> None:
        for one in range(784):
            here = cells == one
            lifelines.KaplanMeierFitter().fit(weeks[here], ended[here])

    theirs = timed("  lifelines: 784 Kaplan-Meier curves", curves)
    table = pd.DataFrame(x).assign(weeks=weeks, ended=ended)
    other = timed("  lifelines: Cox", lambda: lifelines.CoxPHFitter().fit(table, "weeks", "ended"))
    print(f"  times as long: curves {theirs / ours:.0f}, Cox {other / fit:.1f}")


def people() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariates, treated and 784 strata (8 groups x 98 places) of 1,036,000 people."""
    rng = np.random.default_rng(2)
    size = TREATED + CONTROLS
    x = rng.normal(size=(size, TRAITS))
    push = x[:, :5] @ np.array([0.5, -0.4, 0.3, -0.2, 0.1]) + rng.gumbel(size=size)
    treated = np.zeros(size, dtype=bool)
    treated[np.argpartition(push, -TREATED)[-TREATED:]] = True
    return x, treated, rng.integers(0, 784, size)


def score() -> None:
    x, treated, strata = people()
    ours = timed("logit 1,036,000 x 20", lambda: logit_score(x, treated), 2.0)
    timed("logit with an intercept in each of 784 strata", lambda: logit_score(x, treated, strata=strata))
    timed("entropy balancing", lambda: entropy_weights(x, treated))
    if ASKED.slow:
        import statsmodels.api as sm

        y, design = treated.astype(float), sm.add_constant(x)
        theirs = timed("  statsmodels: logit", lambda: sm.Logit(y, design).fit(disp=0))
        print(f"  times as long: {theirs / ours:.1f}")


def aipw() -> None:
    x, treated, strata = people()
    rng = np.random.default_rng(3)
    outcome = rng.random((len(treated), WEEKS), dtype=np.float32) < 0.2
    weights = odds_weights(logit_score(x, treated), treated)
    timed("AIPW, 157 weeks, one answer", lambda: aipw_for_treated(outcome, x, treated, weights), 15.0)
    person = rng.integers(0, 800_000, len(treated))
    by_stratum = odds_weights(logit_score(x, treated, strata=strata), treated, strata=strata)
    timed(
        "AIPW, 157 weeks, 784 exact strata, clustered on person",
        lambda: aipw_for_treated(outcome, x, treated, by_stratum, strata=strata, cluster=person),
        15.0,
    )


def matching() -> None:
    x, treated, strata = people()
    odds = logit_score(x, treated).log_odds
    timed("nearest neighbour, with replacement", lambda: nearest_controls(odds, treated, replace=True))
    timed("nearest neighbour, without", lambda: nearest_controls(odds, treated), 0.5)
    timed(
        "nearest neighbour, without, in 784 exact strata",
        lambda: nearest_controls(odds, treated, strata=strata),
        0.5,
    )


def worlds(count: int) -> None:
    """Bias in Monte Carlo errors and coverage, over many more worlds than the tests have time for."""
    print(
        f"\n{count} worlds of each kind, seeds from 10,000\n{'world':<40}{'bias/MC error':>15}{'coverage':>10}"
    )
    kinds = {
        "lottery": _by_lot,
        "seen": lambda seed: _adjusted(seed, False),
        "seen, bent outcome": lambda seed: _adjusted(seed, True),
        "roll-out, at the change": _rolled,
    }
    for name, draw in kinds.items():
        found = np.array([draw(10_000 + seed) for seed in range(count)])
        off = found[:, 0] - found[:, 2]
        covered = np.abs(off) <= 1.96 * found[:, 1]
        print(
            f"{name:<40}{off.mean() / (off.std(ddof=1) / np.sqrt(count)):>15.2f}{covered.mean():>10.3f}",
            flush=True,
        )


def _by_lot(seed: int) -> tuple[float, float, float]:
    one = people_world(Selection.LOT, seed=seed, people=400).entries
    found = lottery_effects(one.outcome, one.treated, covariates=one.covariates, strata=one.strata).offered
    return float(found.estimate[-1]), float(found.standard_error[-1]), 0.05


def _adjusted(seed: int, bent: bool) -> tuple[float, float, float]:
    one = people_world(Selection.SEEN, seed=seed, people=1200, bent=bent).entries
    weights = odds_weights(
        logit_score(one.covariates, one.treated, strata=one.strata), one.treated, strata=one.strata
    )
    found = aipw_for_treated(one.outcome, one.covariates, one.treated, weights, strata=one.strata)
    return float(found.estimate[-1]), float(found.standard_error[-1]), 0.05


def _rolled(seed: int) -> tuple[float, float, float]:
    found = by_event_time(group_time_effects(roll_out_world(seed=seed).panel), first=0, last=0, draws=1)
    return float(found.estimate[0]), float(found.standard_error[0]), 0.02


def main() -> None:
    if ASKED.worlds:
        worlds(ASKED.worlds)
        return
    parts = {"survival": survival, "score": score, "aipw": aipw, "matching": matching}
    for name, part in parts.items():
        if ASKED.part in (name, "all"):
            part()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"largest memory {memory:.2f} GB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
