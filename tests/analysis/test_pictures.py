"""Numbers in words, and where the parts of a picture go."""

from __future__ import annotations

import doctest
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from brobygger.analysis import frequencies, money
from brobygger.analysis.charts import protect_flows, sankey, step_curve
from brobygger.analysis.disclosure import FLOOR, knowable
from brobygger.analysis.errors import DesignError
from brobygger.analysis.frequencies import TOO_FEW, each_of_100, of_100, two_of_100
from brobygger.analysis.pathways import Flows
from brobygger.analysis.survival import kaplan_meier


@pytest.mark.parametrize("module", [frequencies, money])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_words_for_the_ends_and_for_the_few() -> None:
    assert of_100(1, 1000, "i job") == "Af 100 er færre end 1 i job."
    assert of_100(999, 1000, "i job") == "Af 100 er flere end 99 i job."
    assert of_100(0, 1000, "i job") == "Af 100 er 0 i job."
    assert of_100(3, 12, "i job") == TOO_FEW == each_of_100((3, 9), ("a", "b"))
    assert "−1 af 100" in two_of_100(0.11, 0.12, "i job", names=("med", "uden"))
    with pytest.raises(DesignError):
        of_100(5, 4, "i job")
    with pytest.raises(DesignError):
        two_of_100(1.2, 0.1, "i job", names=("a", "b"))


def test_the_parts_of_100_sum_to_100() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        counts = (*rng.integers(0, 40, size=4).tolist(), 20)
        said = each_of_100(counts, ("a", "b", "c", "d", "e"))
        assert sum(int(number) for number in re.findall(r"\d+", said)[1:]) == 100


def curves(people: int = 300, seed: int = 1) -> object:
    rng = np.random.default_rng(seed)
    weeks = np.minimum(rng.geometric(0.02, people), rng.integers(20, 160, people))
    return kaplan_meier(weeks, rng.random(people) < 0.7)


def test_the_steps_follow_the_curve_and_each_holds_enough() -> None:
    found = curves()
    drawn = step_curve(found)
    assert drawn.x[0] == 0 and drawn.y[0] == 1 and drawn.x.max() <= 1
    assert (np.diff(drawn.x) >= 0).all() and (np.diff(drawn.y) <= 0).all()
    assert (drawn.low <= drawn.y + 1e-12).all() and (drawn.y <= drawn.high + 1e-12).all()
    corners = sorted(set(np.round(drawn.x[1:-1] * 104).astype(int).tolist()))
    levels = [float(found.at(week)[0][0]) for week in corners]
    assert sorted({round(level, 9) for level in levels}, reverse=True) == sorted(
        {round(level, 9) for level in drawn.y[1:].tolist()} - {1.0}, reverse=True
    )
    events = [
        int(found.events[0][(found.times > a) & (found.times <= b)].sum()) for a, b in pairwise([0, *corners])
    ]
    assert min(events) >= FLOOR


def test_the_table_under_the_curve_says_at_least_how_many() -> None:
    marks = step_curve(curves()).marks
    assert [mark.week for mark in marks] == [13, 26, 52, 104]
    assert all(mark.at_risk % FLOOR == 0 and mark.at_risk >= FLOOR for mark in marks)
    assert all(mark.low <= mark.share <= mark.high for mark in marks)


def test_the_curve_stops_where_few_are_left() -> None:
    found = curves(people=30, seed=4)
    drawn = step_curve(found)
    assert drawn.seen_until < 104
    followed = found.at_risk[0][found.times <= drawn.seen_until]
    assert followed.min() >= FLOOR
    with pytest.raises(DesignError):
        step_curve(curves(people=4))


def moving(seed: int, people: int, points: int = 4, size: int = 4) -> Flows:
    rng = np.random.default_rng(seed)
    at = rng.choice(size, p=[0.5, 0.3, 0.15, 0.05], size=(points, people))
    totals = np.stack([np.bincount(row, minlength=size) for row in at])
    links = np.stack(
        [np.bincount(a * size + b, minlength=size**2).reshape(size, size) for a, b in pairwise(at)]
    )
    names = tuple("abcd"[:size])
    return Flows(tuple(f"p{point}" for point in range(points)), names, totals, links)


def test_the_ribbons_fill_the_nodes_they_leave_and_reach() -> None:
    picture = sankey(moving(1, 20_000))
    assert all(each.count is not None for each in picture.nodes)
    for node in picture.nodes:
        out = [each for each in picture.ribbons if (each.step, each.source) == (node.point, node.status)]
        into = [each for each in picture.ribbons if (each.step + 1, each.target) == (node.point, node.status)]
        if out:
            assert (out[0].source_top, out[-1].source_bottom) == pytest.approx((node.top, node.bottom))
            assert sum(each.count for each in out) == node.count
        if into:
            assert sum(each.count for each in into) == node.count
    assert max(node.bottom for node in picture.nodes) == pytest.approx(1)
    assert len(picture.table) == len(picture.ribbons)


def test_a_flow_of_few_cannot_be_worked_out_from_the_others() -> None:
    found = moving(3, 130, points=3)
    guarded = protect_flows(found)
    low, high = knowable(guarded)
    assert guarded.few.any()
    assert (low[guarded.few] <= 0).all() and (high[guarded.few] >= FLOOR).all()
    naive_low, naive_high = knowable(replace(guarded, open=~guarded.few))
    assert (naive_low == naive_high)[guarded.few].any()
    picture = sankey(found)
    assert all(ribbon.count >= FLOOR for ribbon in picture.ribbons)
    assert any(row[-1] is None for row in picture.table)
    with pytest.raises(DesignError):
        sankey(moving(3, 4))
