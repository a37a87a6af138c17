"""Indirect standardisation from counts: by hand, as the model of individuals has it, and with cells that are hidden."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.analysis.errors import DesignError
from brobygger.analysis.standardise import standardise_counts, standardise_places

PEOPLE = np.array([[10, 20], [30, 20]])
HAPPENED = np.array([[5, 4], [10, 2]])
HIDDEN = np.nan


def test_by_hand():
    """15 of 40 in the first stratum and 6 of 40 in the second: 3.75 + 3 are expected of the first place."""
    found = standardise_counts(PEOPLE, HAPPENED, ["b", "a"])
    assert found.place.tolist() == ["a", "b"] and found.people.tolist() == [50, 30]
    assert found.observed.tolist() == [12, 9]
    assert found.expected == pytest.approx([14.25, 6.75])
    assert found.variance[1] == pytest.approx(10 * 0.375 * 0.625 + 20 * 0.15 * 0.85)
    assert found.ratio[1] == pytest.approx(9 / 6.75) and found.difference[0] == pytest.approx(-2.25)
    crude = standardise_counts(PEOPLE.sum(1)[:, None], HAPPENED.sum(1)[:, None], ["b", "a"])
    assert crude.expected[1] == pytest.approx(30 * 21 / 80), "Without strata age would count as a result."


def individuals(people: np.ndarray, happened: np.ndarray) -> tuple[np.ndarray, ...]:
    """The same counts as a row for each person: place, stratum and whether it happened."""
    place, stratum = (np.repeat(each.ravel(), people.ravel()) for each in np.indices(people.shape))
    outcome = np.concatenate(
        [np.arange(n) < o for n, o in zip(people.ravel(), happened.ravel(), strict=True)]
    )
    return place, stratum, outcome


def test_the_same_as_a_model_of_individuals_with_a_dummy_for_each_stratum():
    rng = np.random.default_rng(3)
    people = rng.integers(5, 60, size=(12, 5))
    happened = rng.binomial(people, [0.5, 0.4, 0.35, 0.3, 0.2])
    place, stratum, outcome = individuals(people, happened)
    from_people = standardise_places(outcome, np.eye(5)[stratum][:, 1:], place)
    from_counts = standardise_counts(people, happened, np.arange(12))
    for name in ("people", "observed", "expected", "variance"):
        assert getattr(from_counts, name) == pytest.approx(getattr(from_people, name), rel=1e-6), name
    one_lacks = standardise_places(outcome, np.eye(5)[stratum][:, 2:], place)
    assert np.abs(one_lacks.expected - from_counts.expected).max() > 0.1, (
        "The test sees a stratum that lacks."
    )


def test_a_hidden_stratum_is_neither_observed_nor_expected():
    people, happened = PEOPLE.astype(float), HAPPENED.astype(float)
    happened[1, 1] = HIDDEN
    found = standardise_counts(people, happened, [0, 1])
    assert found.people.tolist() == [30, 30] and found.observed.tolist() == [9, 10]
    assert found.expected == pytest.approx([10 * 15 / 40 + 4, 30 * 15 / 40])
    people[1, 1] = HIDDEN
    assert standardise_counts(people, happened, [0, 1]).expected == pytest.approx(found.expected)
    as_nobody = np.where(np.isnan(happened), 0, happened)
    taken_for_none = standardise_counts(PEOPLE, as_nobody, [0, 1])
    assert taken_for_none.expected[0] != pytest.approx(found.expected[0]), "Hidden is not the same as none."


@given(st.integers(0, 10_000), st.integers(2, 9), st.floats(0, 0.5))
def test_all_that_is_observed_is_expected_of_somebody(seed: int, places: int, hidden: float) -> None:
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 40, size=(places, 4)).astype(float)
    happened = rng.binomial(people.astype(int), 0.3).astype(float)
    happened[rng.random(happened.shape) < hidden] = HIDDEN
    found = standardise_counts(people, happened, np.arange(places))
    assert found.expected.sum() == pytest.approx(found.observed.sum())
    assert (found.variance <= found.expected + 1e-9).all() and (found.observed <= found.people).all()


@pytest.mark.parametrize(
    ("people", "happened", "place"),
    [
        ([[5, 5]], [[6, 0]], ["a"]),
        ([[5, 5]], [[-1, 0]], ["a"]),
        ([[5, 5]], [[1]], ["a"]),
        ([[5], [5]], [[1], [1]], ["a", "a"]),
    ],
)
def test_what_cannot_be_is_refused(people: list, happened: list, place: list) -> None:
    with pytest.raises(DesignError):
        standardise_counts(people, happened, place)
