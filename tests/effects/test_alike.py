"""One's own municipality among those that share: what is expected of it, who resembles it, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from brobygger.effects.figures import alike
from brobygger.effects.figures.alike import (
    CONDITIONS,
    Place,
    among,
    large_enough,
    of_the_same_time,
    shared_record,
)
from brobygger.effects.figures.cohort import AGES
from tests.effects.conftest import Stored

ENDED = date(2025, 7, 1)
RATES = np.array([0.5, 0.45, 0.35, 0.3, 0.2])
EVEN = (40, 40, 40, 40, 40)


def record(people: Any = EVEN, rates: Any = RATES, on_benefit: float = 0.8) -> dict[str, Any]:
    well = np.rint(np.array(people) * rates).astype(int).tolist()
    everyone = sum(people)
    conditions = [round(on_benefit * everyone), round(0.05 * everyone), sum(people[:2]), people[-1]]
    return {
        "ages": list(AGES),
        "people": list(people),
        "well": well,
        "all": everyone,
        "conditions": dict(zip(CONDITIONS, conditions, strict=True)),
        "averages": {"months": 5.0, "hours": 2.5, "face": 1.5},
        "process": {"confirmed": 90, "followed_up": 80, "right_and_duty": 40, "days_to_start": 20},
    }


def place(key: int, **what: Any) -> Place:
    return Place(key, f"Sted {key:02}", ENDED, 12, record(**what))


def places(count: int = 20, seed: int = 1) -> tuple[Place, ...]:
    """Alike but for chance, from more to fewer on benefit."""
    rng = np.random.default_rng(seed)
    return tuple(
        place(key, rates=rng.binomial(40, RATES) / 40, on_benefit=0.9 - 0.01 * key)
        for key in range(1, count + 1)
    )


def test_a_place_with_older_people_is_not_worse() -> None:
    old = place(1, people=(10, 10, 40, 60, 80))
    found = among(1, (old, *places()[1:]))
    assert found is not None
    raw = found.figures.observed / found.figures.people
    assert raw.argmin() == 0 and 0.9 < found.figures.ratio[0] < 1.15
    assert not found.funnel.outside_95[0]
    as_if_even = replace(old, record={**old.record, "people": [40] * 5})
    planted = among(1, (as_if_even, *places()[1:]))
    assert planted is not None and planted.figures.ratio[0] < 0.9, "Age is what makes it expected."


def test_a_place_where_more_got_on_is_seen_and_drawn_in() -> None:
    found = among(1, (place(1, rates=1.5 * RATES), *places()[1:]))
    assert found is not None
    assert found.funnel.outside_95[0] and found.figures.ratio[0] > 1.3
    assert 1 < found.shrunk.estimate[0] < found.figures.ratio[0]
    middle = int(np.abs(found.figures.ratio - 1).argmin())
    assert found.ranks.low[0] == 1 and found.ranks.high[0] < found.ranks.high[middle]
    assert found.ranks.high[middle] - found.ranks.low[middle] > 8, "A rank is an interval."
    assert found.of_100(found.levelled) < found.of_100(found.figures.observed)


def test_the_eight_nearest_are_alike_in_where_people_came_from() -> None:
    found = among(10, places(20))
    assert found is not None
    assert {found.places[at].key for at in found.nearest} == {6, 7, 8, 9, 11, 12, 13, 14}
    few = among(1, places(5))
    assert few is not None and len(few.nearest) == 4 and few.own not in few.nearest


def test_a_condition_that_is_hidden_counts_as_the_mean() -> None:
    hidden = record()
    hidden["conditions"] = dict.fromkeys(CONDITIONS)
    found = among(1, (replace(places()[0], record=hidden), *places()[1:]))
    assert found is not None and len(found.nearest) == 8
    assert {found.places[at].key for at in found.nearest} <= set(range(5, 18))


def test_a_hidden_age_is_left_out_of_both() -> None:
    known = place(1)
    hidden = {**known.record, "well": [None, *known.record["well"][1:]]}
    mine = replace(known, record=hidden)
    assert (mine.counted, mine.left_out, known.left_out) == (160, 40, 0)
    found = among(1, (mine, *places()[1:]))
    assert found is not None
    assert found.figures.people[0] == 160 and found.figures.observed[0] == sum(known.record["well"][1:])
    assert 0.9 < found.figures.ratio[0] < 1.1


def test_only_places_followed_as_long_and_of_the_same_time_stand_beside() -> None:
    mine, *others = places(8)
    strange = [
        replace(others[0], horizon=6),
        replace(others[1], ends_before=date(2022, 1, 1)),
        replace(others[2], record=record(people=(5, 5, 5, 2, 2))),
        replace(others[3], record={**others[3].record, "ages": ["all"]}),
    ]
    kept = large_enough(of_the_same_time(1, [*others[4:], *strange, mine]))
    assert [each.key for each in kept] == [1, 6, 7, 8]
    assert among(1, kept) is not None and among(1, kept[:3]) is None and among(2, kept) is None
    assert [each.key for each in of_the_same_time(1, [*others[4:], *strange, mine])] == [1, 4, 6, 7, 8]
    assert of_the_same_time(99, places()) == ()


def test_nothing_is_expected_where_nobody_got_on() -> None:
    assert among(1, [place(key, rates=0 * RATES) for key in range(1, 6)]) is None


def test_limits_of_the_picture_are_those_of_the_places() -> None:
    found = among(1, places())
    assert found is not None
    for tail, low, high in ((0.05, "low_95", "high_95"), (0.002, "low_998", "high_998")):
        drawn = found.limits(found.figures.expected, tail)
        assert drawn[0] == pytest.approx(getattr(found.funnel, low), abs=0.03)
        assert drawn[1] == pytest.approx(getattr(found.funnel, high), abs=0.03)


def test_nothing_is_shared_that_the_pages_do_not_show(figures: Stored) -> None:
    newest = max((period for period, _subject in figures if period), key=lambda each: each.start)
    status, subgroups, dosage = (figures[newest, name] for name in ("STATUS", "SUBGROUPS", "DOSAGE"))
    told = shared_record(status, subgroups, dosage, {})
    released = status["cells"] | subgroups["cells"]
    for at, age in enumerate(AGES):
        assert told["people"][at] == released[f"in|age|{age}|*"]
        assert told["well"][at] == released[f"in|age|{age}|+"]
    assert told["conditions"] == {name: released[name] for name in alike.CONDITIONS}
    assert told["all"] == status["people"]
    names = [f"in|age|{age}|{of}" for age in AGES for of in "*+"]
    for name in names:
        without = {**subgroups, "cells": {**subgroups["cells"], name: None}}
        again = shared_record(status, without, dosage, {})
        assert (again["people"] + again["well"]).count(None) == (told["people"] + told["well"]).count(
            None
        ) + (released[name] is not None)
