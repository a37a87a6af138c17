"""The draw itself: the same from the same seed, exactly the same chance for all, and each group its share."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from brobygger.evaluations.lot import Drawing, Ticket, commitment, draw, seal_of, shuffle


def lot(*groups: int) -> list[Ticket]:
    """Groups of these sizes."""
    return [
        Ticket(f"{group}-{number}", f"g{group}")
        for group, size in enumerate(groups)
        for number in range(size)
    ]


def unfair(drawing: Drawing, tickets: list[Ticket], places: int) -> list[str]:
    """Groups that got more or fewer places than their share rounded up or down."""
    of = {each.ref: each.stratum for each in tickets}
    got, size = Counter(of[ref] for ref in drawing.drawn), Counter(of.values())
    share = {group: count * places / len(tickets) for group, count in size.items()}
    return [group for group, wanted in share.items() if abs(got[group] - wanted) >= 1]


SIZES = some.lists(some.integers(1, 40), min_size=1, max_size=6).filter(lambda sizes: sum(sizes) > 1)


@given(SIZES, some.data(), some.text(max_size=12))
def test_it_gives_the_places_and_no_more_and_each_group_its_share(
    sizes: list[int], data: some.DataObject, seed: str
) -> None:
    tickets = lot(*sizes)
    places = data.draw(some.integers(1, len(tickets) - 1))
    found = draw(tickets, places=places, seed=seed)
    assert len(found.drawn) == places and len(found.drawn) + len(found.waiting) == len(tickets)
    assert set(found.drawn) | set(found.waiting) == {each.ref for each in tickets}
    assert unfair(found, tickets, places) == []


@given(some.permutations(lot(5, 9, 2)), some.text(max_size=8))
def test_the_order_in_which_people_were_added_plays_no_part(tickets: list[Ticket], seed: str) -> None:
    assert draw(tickets, places=6, seed=seed) == draw(lot(5, 9, 2), places=6, seed=seed)


def test_another_seed_gives_another_draw_and_another_commitment() -> None:
    seen = {draw(lot(20), places=10, seed=f"frø {number}") for number in range(20)}
    assert len(seen) == 20 and len({commitment(f"frø {number}") for number in range(20)}) == 20


def test_it_is_what_was_drawn_the_first_time_the_product_ran() -> None:
    """Fixed, so that no later change of the code can draw an old lot differently."""
    found = draw(lot(4, 3), places=3, seed="brobygger")
    assert (found.drawn, found.waiting[0]) == (("0-0", "0-3", "1-2"), "1-0")


def chances(sizes: tuple[int, ...], places: int, times: int) -> Counter[str]:
    tickets = lot(*sizes)
    won: Counter[str] = Counter()
    for number in range(times):
        won.update(draw(tickets, places=places, seed=f"chance {number}").drawn)
    return won


def test_everybody_has_the_same_chance_also_in_a_group_of_one() -> None:
    times, sizes, places = 3000, (1, 3, 8), 5
    won = chances(sizes, places, times)
    expected = times * places / sum(sizes)
    far = max(abs(won[each.ref] - expected) for each in lot(*sizes))
    limit = stats.norm.ppf(1 - 0.001 / 24) * (expected * (1 - places / sum(sizes))) ** 0.5
    assert far < limit
    # The control: shares rounded to whole places would give the group of one nothing, or a place for sure.
    assert abs(round(1 * places / sum(sizes)) * times - expected) > limit


@pytest.mark.parametrize("places", [0, 3, 4])
def test_a_lot_where_nobody_loses_is_none(places: int) -> None:
    with pytest.raises(ValueError, match="fewer places"):
        draw(lot(3), places=places, seed="x")


def test_nobody_stands_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw([Ticket("a"), Ticket("a")], places=1, seed="x")
    with pytest.raises(ValueError, match="twice"):
        shuffle(["a", "a"], seed="x")


def test_the_seal_is_of_the_list_and_not_of_its_order() -> None:
    assert seal_of(lot(3)) == seal_of(reversed(lot(3))) != seal_of(lot(4))
    moved = [Ticket("0-0", "g1"), *lot(3)[1:]]
    assert seal_of(moved) != seal_of(lot(3))
