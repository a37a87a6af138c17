"""The comparison is shown as far as its gate allows, whoever wishes otherwise, and the money follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from brobygger.analysis import StartNow, compare, soem_rows, what_if
from brobygger.analysis.errors import DesignError
from brobygger.analysis.gate import Colour, gate_settings_on
from brobygger.analysis.money import Fade
from brobygger.analysis.result import Comparison, Question, Word
from brobygger.analysis.simulate import Selection, people_world
from brobygger.effects.figures import compared
from brobygger.effects.presenters import comparison as pages
from brobygger.effects.presenters import worth
from tests.effects.made import make_world

QUESTION = Question("i job eller uddannelse", 52, 0.05)
SETTINGS = gate_settings_on(date(2026, 11, 23))


@pytest.fixture(scope="module")
def red() -> Comparison:
    """A world in which something nobody sees decides who gets a mentor."""
    world = people_world(Selection.UNSEEN, seed=3, people=3000)
    found = compare(world.entries, StartNow(), QUESTION, SETTINGS)
    assert found.hidden
    return found


def test_a_red_gate_leaves_only_the_description(red: Comparison) -> None:
    record = compared.comparison_record(red)
    assert not {"estimate", "low", "high", "without"} & set(record)
    blocks = pages._compared(record)
    assert blocks[0].word == "Skete" and "Kun beskrivelse" in blocks[0].sentences[0]
    assert len(blocks[0].table.head) == 2 if blocks[0].table else False
    assert [check["label"] for check in blocks[1].gate].count("Rød") >= 1 and len(blocks[1].gate) == 9


def test_nobody_switches_the_gate_off(red: Comparison) -> None:
    """Planted: a stored row that says the effect may be shown, with an effect to show."""
    record = compared.comparison_record(red)
    count = len(record["weeks"])
    forged = record | {
        "word": "Virkning", "showing": "effect", "verdict": True, "estimate": [0.2] * count, "low": [0.1] * count,
        "high": [0.3] * count, "without": [0.1] * count, "in_words": "Mentoren virker: 20 af 100.",
    }  # fmt: skip
    forged["gate"] = record["gate"] | {"colour": "green"}
    said = str([(block.sentences, block.picture, block.table) for block in pages._compared(forged)])
    assert "Mentoren virker" not in said and compared.word_of(forged) is Word.HAPPENED
    assert all(block.word == "Skete" for block in pages._compared(forged))


def test_a_check_that_is_left_out_or_too_loose_shows_nothing(red: Comparison) -> None:
    record = compared.comparison_record(red)
    checks = [each for each in record["gate"]["checks"] if each["colour"] != Colour.RED]
    with pytest.raises(DesignError):
        pages._compared(record | {"gate": record["gate"] | {"checks": checks}})
    loose = record["gate"]["settings"] | {"balance_amber": 9.0}
    with pytest.raises(DesignError):
        pages._compared(record | {"gate": record["gate"] | {"settings": loose}})


def test_with_no_one_to_compare_with_nothing_is_computed() -> None:
    pool = compared.pool_of(make_world(people=200, others=30))
    assert pool.treated >= compared.FEWEST_TREATED and not pool.is_enough
    assert compared.missing_record(pool) == {
        "state": "missing",
        "why": "no_others",
        "treated": 200,
        "others": 30,
    }


def test_the_pool_knows_nothing_of_what_came_later() -> None:
    """Those who start a mentor later wait until then, and those who never do wait as long as they are on benefit."""
    world = make_world(people=60, others=60)
    pool = compared.pool_of(world)
    begun = dict(zip(world.spells.person.tolist(), world.spells.start.tolist(), strict=True))
    for person, low, start in zip(pool.person.tolist(), pool.low.tolist(), pool.start.tolist(), strict=True):
        assert start == begun.get(person, -1)
        assert start < 0 or start >= low


@pytest.fixture(scope="module")
def priced() -> tuple[dict[str, object], object]:
    """A clean world, its price, and the same from the library."""
    world = make_world(people=140, others=420, seed=5, effect=0.15)
    found, entries, status = compared.compare(world, compared.pool_of(world), SETTINGS)
    record = compared.worth_record(world, found, entries, status, prices_on=date(2026, 11, 23))
    effects = compared.analysis.share_effects(found, entries, status, compared.FIVE)
    cost = compared.cost_of(world)
    assert cost is not None and entries.moment is not None
    starts = compared.monday(int(np.median(entries.moment[entries.treated])))
    base = compared._worth(effects, cost, starts, compared.LAST_RATES, compared._ladder(world, entries))
    return record, base


def test_other_prices_and_fading_are_the_library_s_own(priced: tuple[dict[str, object], object]) -> None:
    record, base = priced
    asked = {"hours": 20, "price": 400, "fade": "52"}
    other = what_if(base, hours=20, price_per_hour=400, fade=Fade(52.0, compared.UNTIL_WEEK))  # type: ignore[arg-type]
    variant = record["variants"]["52"]  # type: ignore[index]
    for purse in other.purses[:3]:
        path = worth._path(variant, purse.name, worth._cost(record, asked))  # type: ignore[arg-type]
        assert path == pytest.approx(purse.by_week, abs=1.0)
    even = other.municipality.even_months
    said = worth.even_after(worth._path(variant, "Kommune", 8_000.0), int(variant["first"]))
    assert said == (f"{int(np.ceil(even))} måneder" if even is not None else "ikke endnu")


def test_municipality_and_state_are_never_apart(priced: tuple[dict[str, object], object]) -> None:
    record, base = priced
    blocks = worth._priced(record, {})  # type: ignore[arg-type]
    assert [row[0].text for row in blocks[0].table.rows] == [  # type: ignore[union-attr]
        "Kommunen", "Staten", "Kommune og stat tilsammen", "Borgeren selv, uden løn",
    ]  # fmt: skip
    assert record["soem"] == [list(row) for row in soem_rows(base)]  # type: ignore[arg-type]
    assert worth._priced(record, {"fade": "52"})[0].is_assumed and not blocks[0].is_assumed  # type: ignore[arg-type]
    tried = worth._tried({"hours": 50, "price_per_hour": 300}, {})
    assert tried.is_assumed and len(tried.table.head) == 3  # type: ignore[union-attr]


def test_shares_of_a_few_people_are_not_shown(red: Comparison) -> None:
    record = compared.comparison_record(replace(red))
    assert compared._guarded(0.03, 100) is None and compared._guarded(0.98, 100) is None
    assert compared._guarded(0.05, 100) == 0.05 and compared._guarded(0.0, 100) == 0.0
    assert all(share is None or 0 <= share <= 1 for share in record["happened"])
