"""The comparison with others: exact, not moved by a few, and quiet where nobody cheats."""

from __future__ import annotations

import random
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.review.signs import SignKind
from brobygger.review.signs.unusual import Baseline, Demand, baseline, stand_out, tail
from brobygger.review.simulate import Score, make_world, score

DEMAND = Demand(times=5, least=10, share=30)
USUAL = Baseline(0.1, 0.05)


@given(st.integers(1, 60), st.floats(0.01, 0.9), st.floats(0.004, 0.5))
def test_a_tail_is_a_chance_and_falls(of: int, mean: float, spread: float) -> None:
    chances = [tail(count, of, Baseline(mean, spread)) for count in range(of + 1)]
    assert chances[0] == 1.0
    assert all(0 <= later <= earlier + 1e-9 for earlier, later in pairwise(chances))


def test_with_no_spread_the_tail_is_binomial() -> None:
    exact = sum(comb(20, k) * 0.2**k * 0.8 ** (20 - k) for k in range(9, 21))
    assert tail(9, 20, Baseline(0.2, 1e-6)) == pytest.approx(exact, rel=1e-3)


def test_with_all_the_spread_the_tail_is_the_mean() -> None:
    assert tail(20, 20, Baseline(0.2, 0.999)) == pytest.approx(0.2, abs=0.01)


def test_a_few_who_stand_out_do_not_move_the_baseline() -> None:
    honest = [(each % 4, 20) for each in range(95)]
    assert baseline([*honest, *[(20, 20)] * 5], USUAL, 10).mean == pytest.approx(
        baseline(honest, USUAL, 10).mean, abs=0.01
    )


def test_where_there_are_few_the_usual_counts() -> None:
    assert baseline([], USUAL, 10) == USUAL
    assert baseline([(9, 20)], USUAL, 10).mean == pytest.approx(0.1, abs=0.04)


def test_those_who_stand_out_are_found_among_many() -> None:
    rng = random.Random(7)
    counts = {key: (sum(rng.random() < 0.1 for _each in range(30)), 30) for key in range(300)}
    counts |= {1000 + key: (24, 30) for key in range(3)}
    found, _base = stand_out(counts, USUAL, DEMAND, 5)
    assert set(found) == {1000, 1001, 1002}


def test_luck_alone_is_seldom_pointed_out() -> None:
    wrong = 0
    for seed in range(40):
        rng = random.Random(seed)
        counts = {key: (sum(rng.random() < 0.15 for _each in range(20)), 20) for key in range(200)}
        wrong += len(stand_out(counts, USUAL, Demand(1, 5, 1), 5)[0])
    assert wrong <= 4


@given(
    st.dictionaries(
        st.integers(), st.integers(0, 40).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
    )
)
def test_nothing_raises_and_nobody_below_the_demand_is_named(counts: dict[int, tuple[int, int]]) -> None:
    found, _base = stand_out(counts, USUAL, DEMAND, 5)
    assert all(count >= 5 and of >= 10 and count >= 0.3 * of for count, of in found.values())


def test_a_world_is_drawn_from_its_seed_alone() -> None:
    one, same, other = (make_world(seed, mentors=120, cheats=1) for seed in (11, 11, 12))
    assert one.meetings == same.meetings and one.signs() == same.signs()
    assert one.meetings != other.meetings


def test_planted_cheats_are_found_and_honest_people_left_alone() -> None:
    world = make_world(101, mentors=250, cheats=1)
    overall = sum(score(world, world.signs()).values(), Score())
    assert overall.right + overall.missed == len(SignKind)
    assert overall.recall >= 0.9 and overall.precision >= 0.75


def test_a_measure_that_finds_nothing_is_seen_to() -> None:
    world = make_world(101, mentors=250, cheats=1)
    assert sum(score(world, []).values(), Score()).recall == 0.0


def test_an_honest_world_is_quiet() -> None:
    assert len(make_world(201, mentors=250, cheats=0).signs()) <= 5
