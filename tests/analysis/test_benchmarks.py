"""The benchmarks compare like with like: on a small piece of the country every way gives the same table."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import analysis, analysis_registers
from benchmarks.cases import OURS, Case, Measured, apart

SMALL = 0.002


@pytest.mark.parametrize("way", ["pandas", "polars"])
def test_the_natural_ways_give_our_table(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis_registers, "CELLS", 8)
    ways = analysis.CASES["table"].ways
    ours = ways[OURS](SMALL)()
    assert apart(ours, ways[way](SMALL)()) == 0
    assert ours[1] == 157 * 720  # every spell in every week


def test_a_table_with_two_counts_exchanged_has_another_sum() -> None:
    counts = np.arange(24).reshape(2, 3, 4)
    exchanged = counts.copy()
    exchanged[0, 0, 1], exchanged[1, 2, 3] = counts[1, 2, 3], counts[0, 0, 1]
    ours, other = analysis_registers.summed(counts), analysis_registers.summed(exchanged)
    assert ours[1] == other[1]
    assert apart(ours, other) > 0


def test_a_missed_target_is_said() -> None:
    case = Case("c", "C", {}, seconds=0.3, times=("pandas", 40))
    ours, pandas = Measured(OURS, 0.2, 0.2, 100, ()), Measured("pandas", 6.0, 6.0, 900, ())
    assert analysis._target(case, ours, 1.0, ours) == "at most 0.3 s: reached"
    assert analysis._target(case, pandas, 1.0, ours) == "at least 40 times ours: NOT reached"
    assert "reached" not in analysis._target(case, pandas, 0.1, ours)
