"""No page may undo another: whoever has every page, and solves for what is hidden, must be left in doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from brobygger.analysis.disclosure import FLOOR, TOTAL, Dimension, Protected, Release, knowable, protect
from brobygger.analysis.errors import DisclosureError

AGE = Dimension("alder", ("18-24", "25-29", "30+"), {"under 30": ("18-24", "25-29")})
AFTER = Dimension("status", ("job", "uddannelse", "ydelse"))
PLACE = Dimension("sted", ("A", "B"))
BASE = np.array([[2, 9, 14], [8, 3, 21], [11, 12, 40]])


def assert_in_doubt(found: Protected) -> None:
    """A hidden cell of few people may be empty and may hold 5; any other hidden cell has two values or more."""
    low, high = knowable(found)
    assert (low[found.few] <= 0).all()
    assert (high[found.few] >= FLOOR).all()
    assert (high - low)[~found.open].min(initial=1) >= 1
    assert not (found.open & found.few).any()


def broken(found: Protected) -> int:
    """How many hidden cells of few people the reader can narrow down further than that."""
    low, high = knowable(found)
    return int(((low > 0) | (high < FLOOR))[found.few].sum())


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[Dimension, ...], np.ndarray]:
    dimensions = draw(st.sampled_from([(AGE, AFTER), (AFTER, PLACE), (AGE, AFTER, PLACE)]))
    shape = tuple(len(each.categories) for each in dimensions)
    numbers = st.lists(st.integers(0, 14), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))
    return dimensions, np.array(draw(numbers)).reshape(shape)


@settings(max_examples=15, deadline=None)
@given(tables())
def test_with_every_page_in_hand_a_reader_is_left_in_doubt(
    table: tuple[tuple[Dimension, ...], np.ndarray],
) -> None:
    assert_in_doubt(Release.of(*table)._protected)


def test_the_attack_finds_what_hiding_only_the_small_cells_gives_away() -> None:
    """Control: without hiding more than the small cells, margins and groups tell them."""
    found = Release.of((AGE, AFTER), BASE)._protected
    naive = replace(found, open=~found.few)
    assert broken(naive) == 2
    low, high = knowable(naive)
    assert (low == high)[naive.few].all()
    assert broken(found) == 0


def test_the_attack_finds_what_the_difference_of_two_pages_gives_away() -> None:
    """Control: a page of everyone and a page of place A, each with nothing small on it. A reader subtracts."""
    base = np.array([[20, 3], [14, 9], [31, 2]])
    everyone, place_a = Release.of((AFTER,), base.sum(axis=1)), Release.of((AFTER,), base[:, 0])
    assert None not in everyone.shown() and None not in place_a.shown()
    joint = Release.of((AFTER, PLACE), base)
    places = [labels["sted"] for labels in joint.labels()]
    both_pages = np.array([place in ("A", TOTAL) for place in places])
    assert broken(replace(joint._protected, open=both_pages)) == 2
    assert_in_doubt(joint._protected)
    assert None in [
        joint.cell(status=name, sted=place) for name in AFTER.categories for place in ("A", TOTAL)
    ]


def test_the_pages_read_the_release_and_agree() -> None:
    found = Release.of((AGE, AFTER), BASE)
    assert found.cell() == BASE.sum()
    assert found.cell(alder="18-24", status="job") is None
    table = found.table("alder", "status")
    assert len(table) == 5 and len(table[0]) == 4
    assert table[-1][-1] == BASE.sum()
    for labels, value in zip(found.labels(), found.shown(), strict=True):
        assert found.cell(**labels) == value
    assert found.share({"status": "ydelse"}, {}) == pytest.approx(75 / 120)
    assert found.share({"alder": "18-24", "status": "job"}, {}) is None


def test_nothing_is_hidden_when_nothing_is_small_and_none_is_a_number() -> None:
    base = np.array([[0, 9, 14], [8, 7, 21], [11, 12, 40]])
    found = Release.of((AGE, AFTER), base)
    assert None not in found.shown()
    assert found.cell(alder="18-24", status="job") == 0


def test_a_later_release_less_an_earlier_one_tells_nothing() -> None:
    """Two more people in one cell since last month: the new figure, or one beside it, waits."""
    base = np.array([[20, 30, 25], [18, 40, 21], [11, 12, 40]])
    first = Release.of((AGE, AFTER), base)
    later = base.copy()
    later[1, 1] += 2
    second = Release.of((AGE, AFTER), later, earlier=[first])
    assert first.cell(alder="25-29", status="uddannelse") == 40
    assert second.cell(alder="25-29", status="uddannelse") is None
    assert second._protected.few.any() and broken(second._protected) == 0
    alone = Release.of((AGE, AFTER), later)
    assert alone.cell(alder="25-29", status="uddannelse") == 42
    many = base + 7
    assert Release.of((AGE, AFTER), many, earlier=[first]).cell(alder="25-29", status="uddannelse") == 47


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.integers(0, 12), min_size=6, max_size=6), st.lists(st.integers(0, 6), min_size=6, max_size=6)
)
def test_two_releases_together_leave_a_reader_in_doubt(before: list[int], joined: list[int]) -> None:
    """What was shown before is kept, and everything small, then, now or between, stays hidden."""
    base, more = np.array(before).reshape(3, 2), np.array(joined).reshape(3, 2)
    first = Release.of((AFTER, PLACE), base)
    second = Release.of((AFTER, PLACE), base + more, earlier=[first])
    found = second._protected
    assert broken(found) == 0
    assert np.array_equal(found.open[: len(first.shown())], [value is not None for value in first.shown()])


@pytest.mark.parametrize("dear", [1, 2])
def test_what_is_missed_least_is_hidden(dear: int) -> None:
    """One of two others must guard the small cell; it is the one that is worth less."""
    matrix = sparse.csr_array(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]))
    worth = np.where(np.arange(4) == dear, 9.0, 1.0)
    found = protect(matrix, [3, 20, 20], known=np.arange(4) == 3, worth=worth)
    assert found.open.tolist() == [False, dear == 1, dear == 2, True]
    assert_in_doubt(found)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: Dimension("alder", ("a", "a")), "forskellige navne"),
        (lambda: Dimension("alder", ("a",), {"b": ("c",)}), "som ikke findes"),
        (lambda: Release.of((AGE, AFTER), BASE[:2]), "en plads til hver kategori"),
        (lambda: Release.of((AGE, AFTER), -BASE), "hele tal fra 0|færre personer"),
        (lambda: Release.of((AGE, AFTER), BASE).cell(alder="40"), "har ikke »40«"),
        (lambda: Release.of((AGE, AFTER), BASE).cell(sted="A"), "ikke inddelt efter"),
        (
            lambda: Release.of((AGE, AFTER), BASE, earlier=[Release.of((AGE, AFTER), BASE + 9)]),
            "færre personer",
        ),
        (
            lambda: Release.of((AGE, PLACE), np.ones((3, 2)), earlier=[Release.of((AGE, AFTER), BASE)]),
            "anden måde",
        ),
    ],
)
def test_bad_input_is_named(wrong: object, sentence: str) -> None:
    with pytest.raises(DisclosureError, match=sentence):
        wrong()  # type: ignore[operator]
