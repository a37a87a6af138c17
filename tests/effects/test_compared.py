"""The comparison is shown as far as its gate allows, whoever wishes otherwise, and the money follows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from brobygger.analysis import StartNow, compare, soem_rows, what_if
from brobygger.analysis.errors import DesignError
from brobygger.analysis.gate import Colour, gate_settings_on
from brobygger.analysis.money import Fade
from brobygger.analysis.rates import effect_rates
from brobygger.analysis.result import Comparison, Question, Word
from brobygger.analysis.simulate import Selection, people_world
from brobygger.effects.figures import compared
from brobygger.effects.figures.rates import level_on, rates_record
from brobygger.effects.presenters import comparison as pages
from brobygger.effects.presenters import worth
from brobygger.law.parameters import LocalParameterRow
from brobygger.values.source import Source
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


ON = date(2026, 11, 23)


@pytest.fixture(scope="module")
def compared_world() -> tuple[Any, ...]:
    """A clean world and its comparison."""
    world = make_world(people=140, others=420, seed=5, effect=0.15)
    return world, *compared.compare(world, compared.pool_of(world), SETTINGS)


@pytest.fixture(scope="module")
def priced(compared_world: tuple[Any, ...]) -> tuple[dict[str, object], object]:
    """The price of its effect, and the same from the library."""
    world, found, entries, status = compared_world
    record = compared.worth_record(world, found, entries, status, prices_on=ON)
    effects = compared.analysis.share_effects(found, entries, status, compared.FIVE)
    cost = compared.cost_of(world)
    assert cost is not None and entries.moment is not None
    starts = compared.monday(int(np.median(entries.moment[entries.treated])))
    rates = effect_rates()
    before = compared._ladder(world, entries)
    base = compared._worth(effects, cost, starts, level_on(rates, ON), before, rates)
    return record, base


def saved(record: dict[str, Any]) -> np.ndarray:
    """What the municipality saves, week by week, before the mentor's cost."""
    purse = record["variants"]["none"]["purses"]["Kommune"]
    return np.array(purse["path"]) + purse["cost"]


def test_an_own_rate_changes_the_worth_and_only_from_its_day(
    compared_world: tuple[Any, ...], priced: tuple[dict[str, Any], object]
) -> None:
    """The municipality pays no other rate than cash benefit, so what it saves follows that rate, krone for krone.

    Planted: a run that leaves the own rates out.
    """

    def worth_with(start: date) -> dict[str, Any]:
        row = LocalParameterRow("rate.cash_benefit", start, Source("Egne satser"), start, Decimal(15_000))
        return compared.worth_record(*compared_world, prices_on=ON, rates=effect_rates().with_local([row]))

    shipped, _base = priced
    own, too_late = worth_with(ON), worth_with(ON + timedelta(days=1))
    assert saved(own) == pytest.approx(saved(shipped) * 15_000 / 12_326, abs=1.5)
    assert np.abs(saved(own) - saved(shipped)).max() > 100
    assert too_late == shipped
    assert not np.allclose(saved(shipped), saved(shipped) * 15_000 / 12_326, atol=1.5)
    assert "Kontanthjælp" in " ".join(shipped["variants"]["none"]["caveats"])
    assert "Kontanthjælp" not in " ".join(own["variants"]["none"]["caveats"])


def test_other_hours_or_another_price_is_drawn_dashed_all_along(
    priced: tuple[dict[str, Any], object],
) -> None:
    record, _base = priced
    for asked, solid in (({}, 3), ({"hours": 20}, 0), ({"price": 999}, 0), ({"fade": "52"}, 3)):
        picture = worth._priced(record, asked)[0].picture
        assert picture is not None
        lines = [line for line in picture["lines"] if line["path"]]
        assert sum("dashed" not in line["css"] for line in lines) == solid
        assert sum(bool(line["label"]) for line in lines) == 3
        assert {len(tick["label"]) for tick in picture["ticks"]} <= {1, 2, 3}
    said = worth._priced(record, {"hours": 20})[0].notes
    assert "virkningen er regnet, som den blev målt" in " ".join(said)


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
    rates = rates_record(effect_rates(), ON)
    (tried,) = worth._tried({"hours": 50, "price_per_hour": 300, "rates": rates}, {})
    assert tried.is_assumed and len(tried.table.head) == 4  # type: ignore[union-attr]


def test_shares_of_a_few_people_are_not_shown(red: Comparison) -> None:
    record = compared.comparison_record(replace(red))
    assert compared.guarded(0.03, 100) is None and compared.guarded(0.98, 100) is None
    assert compared.guarded(0.05, 100) == 0.05 and compared.guarded(0.0, 100) == 0.0
    assert all(share is None or 0 <= share <= 1 for share in record["happened"])
