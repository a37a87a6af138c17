"""A sample can be drawn again, speaks for every stratum, and falls oftener where the weight is higher."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.review.sampling import Candidate, _uniform, allocate, draw, strata_of

_weights = st.floats(0.1, 20, allow_nan=False)


@st.composite
def populations(draw_: st.DrawFn) -> list[Candidate]:
    rows = draw_(st.lists(st.tuples(st.sampled_from("abcde"), _weights), min_size=1, max_size=60))
    return [Candidate(f"M{place:04d}", stratum, weight) for place, (stratum, weight) in enumerate(rows)]


def even(count: int, stratum: str = "", first: int = 0) -> list[Candidate]:
    return [Candidate(f"M{first + place:04d}", stratum) for place in range(count)]


@given(populations(), st.integers(1, 80), st.text(max_size=20), st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_whatever_the_order(
    cases: list[Candidate], size: int, seed: str, shuffle: random.Random
) -> None:
    other = cases[:]
    shuffle.shuffle(other)
    assert draw(cases, size=size, seed=seed) == draw(other, size=size, seed=seed)


@given(populations(), st.integers(1, 80), st.integers(1, 3))
def test_the_sample_has_its_size_and_every_stratum_its_least(
    cases: list[Candidate], size: int, least: int
) -> None:
    drawn = draw(cases, size=size, seed="s", least=least)
    assert len({each.ref for each in drawn}) == len(drawn) == min(size, len(cases))
    strata = strata_of(cases)
    if size >= len(strata) * least:
        for name, (count, _weight) in strata.items():
            assert sum(each.stratum == name for each in drawn) >= min(least, count)
    assert all(0 < each.inclusion <= 1 and each.stands_for >= 1 for each in drawn)


@given(populations(), st.integers(1, 80))
def test_places_never_exceed_the_stratum(cases: list[Candidate], size: int) -> None:
    strata = strata_of(cases)
    places = allocate(strata, size=size)
    assert sum(places.values()) == min(size, len(cases))
    assert all(0 <= places[name] <= count for name, (count, _weight) in strata.items())


@given(populations(), st.text(max_size=10))
def test_all_are_certain_where_all_are_taken(cases: list[Candidate], seed: str) -> None:
    drawn = draw(cases, size=len(cases), seed=seed)
    assert {each.inclusion for each in drawn} == {1.0}


def test_another_seed_draws_others() -> None:
    cases = even(1000)
    first, second = (draw(cases, size=50, seed=seed) for seed in ("a", "b"))
    assert {each.ref for each in first} != {each.ref for each in second}


def test_a_seed_and_a_reference_cannot_be_mistaken_for_each_other() -> None:
    assert _uniform("b|c", seed="a") != _uniform("c", seed="a|b")


def test_weight_decides_how_often_a_case_is_drawn() -> None:
    cases = [*even(90), *(replace(each, weight=5.0) for each in even(10, first=90))]
    heavy = {each.ref for each in cases[90:]}
    found = [each.ref in heavy for seed in range(600) for each in draw(cases, size=2, seed=str(seed))]
    share = sum(found) / len(found)
    # 10 cases of weight 5 against 90 of weight 1: 50 of 140, a little less when two are drawn.
    assert share == pytest.approx(50 / 140, abs=0.05)
    # The control: with even weights the same cases are drawn as their number says.
    flat = [each.ref in heavy for seed in range(600) for each in draw(even(100), size=2, seed=str(seed))]
    assert sum(flat) / len(flat) == pytest.approx(0.10, abs=0.03)


def test_what_the_drawn_stand_for_adds_up_to_the_population() -> None:
    cases = [replace(each, weight=1.0 + place % 7) for place, each in enumerate(even(200))]
    totals = [
        math.fsum(each.stands_for for each in draw(cases, size=20, seed=str(seed))) for seed in range(400)
    ]
    assert sum(totals) / len(totals) == pytest.approx(200, rel=0.05)


def test_largest_remainders_after_the_least() -> None:
    strata = {"a": (70, 70.0), "b": (25, 25.0), "c": (1, 1.0)}
    assert allocate(strata, size=10) == {"a": 6, "b": 3, "c": 1}
    assert allocate(strata, size=96) == {"a": 70, "b": 25, "c": 1}
    assert sum(allocate(strata, size=2).values()) == 2
    assert allocate({}, size=3) == {}


def test_a_drawing_that_is_kept_for_ever() -> None:
    """These are in reports: the way of drawing never changes under a stored seed."""
    cases = [*even(20, "nord"), *(replace(each, weight=3.0) for each in even(20, "syd", first=20))]
    assert [each.ref for each in draw(cases, size=6, seed="2026")] == KEPT


KEPT = ["M0011", "M0012", "M0023", "M0020", "M0033", "M0031"]


@pytest.mark.parametrize(
    ("cases", "size"),
    [
        (even(3), 0),
        ([Candidate("a", weight=0)], 1),
        ([Candidate("a", weight=math.nan)], 1),
        ([Candidate("a", weight=math.inf)], 1),
        ([Candidate("a"), Candidate("a")], 1),
    ],
)
def test_what_makes_no_sense_is_refused(cases: list[Candidate], size: int) -> None:
    with pytest.raises(ValueError):
        draw(cases, size=size, seed="s")


def test_nothing_to_draw_from_is_no_fault() -> None:
    assert draw([], size=5, seed="s") == ()
