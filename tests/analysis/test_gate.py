"""The gate: every check at its thresholds, nothing left out, nothing given away when it is red."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.analysis.designs import Lottery, RollOut, StartNow, compare, share_effects
from brobygger.analysis.errors import DesignError, HiddenByGate
from brobygger.analysis.gate import (
    GATE_SETTINGS,
    CheckName,
    Colour,
    Evidence,
    Gate,
    GateSettings,
    Looks,
    Reading,
    Showing,
    benjamini_hochberg,
    detectable,
    e_value,
    e_value_near_zero,
    gate_settings_on,
    holm,
    judge,
    people_needed,
)
from brobygger.analysis.result import Comparison, Question, Word
from brobygger.analysis.simulate import Selection, people_world, roll_out_world

SETTINGS = GATE_SETTINGS[-1]


def reading(estimate: float, error: float = 0.01) -> Reading:
    return Reading(estimate, error, estimate - 1.96 * error, estimate + 1.96 * error)


GOOD = Evidence(
    main=reading(0.30, 0.02),
    untreated=0.20,
    outcome_deviation=0.4,
    relevant=0.10,
    lottery=False,
    support=0.99,
    controls_per_treated=6.0,
    balance=0.01,
    draw_p=None,
    placebo=reading(0.005),
    negative=reading(0.0),
    opinions={"entropy_balancing": 0.305},
    gamma=2.0,
    breakdown=None,
    looks=Looks(),
    attrition=0.005,
)


def colour(name: CheckName, **changed: object) -> Colour:
    return judge(replace(GOOD, **changed), SETTINGS)[name].colour


def test_good_evidence_is_green_all_through():
    gate = judge(GOOD, SETTINGS)
    assert {check.colour for check in gate.checks} == {Colour.GREEN}
    assert gate.colour is Colour.GREEN and gate.showing is Showing.EFFECT


LEAST = detectable(0.02)


@pytest.mark.parametrize(
    ("name", "changed", "expected"),
    [
        (CheckName.POWER, {"relevant": LEAST}, Colour.GREEN),
        (CheckName.POWER, {"relevant": LEAST * 0.99}, Colour.AMBER),
        (CheckName.POWER, {"relevant": LEAST / 2}, Colour.AMBER),
        (CheckName.POWER, {"relevant": LEAST / 2.01}, Colour.RED),
        (CheckName.OVERLAP, {"support": 0.95}, Colour.GREEN),
        (CheckName.OVERLAP, {"support": 0.94}, Colour.AMBER),
        (CheckName.OVERLAP, {"support": 0.79}, Colour.RED),
        (CheckName.OVERLAP, {"controls_per_treated": 4.9}, Colour.AMBER),
        (CheckName.OVERLAP, {"controls_per_treated": 0.99}, Colour.RED),
        (CheckName.BALANCE, {"balance": 0.049}, Colour.GREEN),
        (CheckName.BALANCE, {"balance": 0.05}, Colour.AMBER),
        (CheckName.BALANCE, {"balance": 0.10}, Colour.RED),
        (CheckName.BALANCE, {"balance": None}, Colour.AMBER),
        (CheckName.PLACEBO, {"placebo": reading(0.11, 0.10)}, Colour.AMBER),
        (CheckName.PLACEBO, {"placebo": reading(0.05)}, Colour.RED),
        (CheckName.PLACEBO, {"placebo": reading(-0.05)}, Colour.RED),
        (CheckName.PLACEBO, {"placebo": None}, Colour.RED),
        (CheckName.NEGATIVE_CONTROL, {"negative": reading(0.05)}, Colour.RED),
        (CheckName.NEGATIVE_CONTROL, {"negative": None}, Colour.AMBER),
        (CheckName.AGREEMENT, {"opinions": {"a": 0.335}}, Colour.AMBER),
        (CheckName.AGREEMENT, {"opinions": {"a": 0.345}}, Colour.RED),
        (CheckName.AGREEMENT, {"opinions": {}}, Colour.AMBER),
        (CheckName.AGREEMENT, {"main": reading(0.005), "opinions": {"a": -0.001}}, Colour.AMBER),
        (CheckName.AGREEMENT, {"main": reading(0.008), "opinions": {"a": -0.004}}, Colour.RED),
        (CheckName.UNSEEN, {"main": reading(0.06, 0.01)}, Colour.AMBER),
        (CheckName.UNSEEN, {"main": reading(0.022, 0.01)}, Colour.RED),
        (CheckName.UNSEEN, {"main": reading(0.01, 0.01)}, Colour.AMBER),
        (CheckName.UNSEEN, {"breakdown": 1.0}, Colour.GREEN),
        (CheckName.UNSEEN, {"breakdown": 0.6}, Colour.AMBER),
        (CheckName.UNSEEN, {"breakdown": 0.4}, Colour.RED),
        (CheckName.UNSEEN, {"lottery": True}, Colour.NOT_NEEDED),
        (CheckName.MANY_LOOKS, {"looks": Looks(declared=False, count=4)}, Colour.RED),
        (CheckName.MANY_LOOKS, {"looks": Looks(count=4)}, Colour.GREEN),
        (CheckName.ATTRITION, {"attrition": 0.0099}, Colour.GREEN),
        (CheckName.ATTRITION, {"attrition": -0.01}, Colour.AMBER),
        (CheckName.ATTRITION, {"attrition": 0.03}, Colour.RED),
        (CheckName.ATTRITION, {"attrition": None}, Colour.AMBER),
        (CheckName.BALANCE, {"lottery": True, "draw_p": 0.04}, Colour.AMBER),
        (CheckName.BALANCE, {"lottery": True, "draw_p": 0.0009}, Colour.RED),
        (CheckName.PLACEBO, {"lottery": True, "placebo": None}, Colour.AMBER),
    ],
)
def test_each_check_at_its_thresholds(name: CheckName, changed: dict[str, object], expected: Colour):
    assert colour(name, **changed) is expected


@pytest.mark.parametrize(
    "name", [name for name in CheckName if name not in (CheckName.POWER, CheckName.MANY_LOOKS)]
)
def test_one_red_check_is_enough_to_hide(name: CheckName):
    gate = judge(GOOD, SETTINGS)
    checks = tuple(
        replace(check, colour=Colour.RED) if check.name is name else check for check in gate.checks
    )
    assert replace(gate, checks=checks).showing is Showing.DESCRIPTION_ONLY


@pytest.mark.parametrize("changed", [{"relevant": 0.01}, {"looks": Looks(declared=False)}])
def test_too_little_power_or_a_late_choice_only_takes_the_verdict(changed: dict[str, object]):
    assert judge(replace(GOOD, **changed), SETTINGS).showing is Showing.INTERVAL_ONLY


def test_a_gate_without_a_check_is_no_gate():
    gate = judge(GOOD, SETTINGS)
    for left_out in range(9):
        with pytest.raises(DesignError, match="ni prøver"):
            Gate(gate.checks[:left_out] + gate.checks[left_out + 1 :], SETTINGS)
    with pytest.raises(DesignError, match="ni prøver"):
        Gate(gate.checks[::-1], SETTINGS)


@pytest.mark.parametrize("field", [field.name for field in fields(GateSettings) if field.name != "dated"])
@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 1e9, -1e9])
def test_no_threshold_can_be_set_so_loose_that_the_check_is_off(field: str, value: float):
    with pytest.raises(DesignError):
        replace(SETTINGS, **{field: value})


def test_green_cannot_be_looser_than_amber():
    with pytest.raises(DesignError, match="balance_amber"):
        replace(SETTINGS, balance_green=0.09, balance_amber=0.06)


def test_the_thresholds_of_the_day_are_used_and_stored():
    stricter = replace(SETTINGS, dated=date(2026, 9, 1), balance_green=0.005)
    history = (*GATE_SETTINGS, stricter)
    assert gate_settings_on(date(2026, 8, 31), history) == GATE_SETTINGS[0]
    assert gate_settings_on(date(2026, 9, 1), history) is stricter
    gate = judge(GOOD, stricter)
    assert gate[CheckName.BALANCE].colour is Colour.AMBER
    assert gate.to_record()["settings"]["dated"] == "2026-09-01"
    assert GateSettings.from_record(json.loads(json.dumps(stricter.to_record()))) == stricter
    with pytest.raises(DesignError, match="ingen tærskler"):
        gate_settings_on(date(2000, 1, 1))


@pytest.mark.parametrize("record", [{}, {"dated": "i går"}, {"dated": "2026-01-01", "no_such": 1.0}])
def test_stored_thresholds_that_cannot_be_read_are_refused(record: dict[str, object]):
    with pytest.raises(DesignError, match="kan ikke læses"):
        GateSettings.from_record(record)


# Results

ASKED = Question("i job", 52, 0.06)


def red() -> Comparison:
    return compare(people_world(Selection.UNSEEN, seed=1, people=2000).entries, StartNow(), ASKED)


def lottery() -> Comparison:
    entries = people_world(Selection.LOT, seed=2, people=3000, effect=0.10).entries
    return compare(entries, Lottery(draws=99), ASKED)


def test_red_gives_the_effect_away_nowhere():
    found = red()
    for name in ("effect", "took_part", "extra"):
        with pytest.raises(HiddenByGate):
            getattr(found, name)
    assert found.verdict is None
    secret = found._effect
    low, high = secret.interval()
    text = json.dumps(found.to_record()) + found.in_words() + repr(found)
    for value in (*secret.estimate, *low, *high, *secret.untreated_mean, *secret.standard_error):
        assert f"{value:.6f}"[:8] not in text
    assert not {"estimate", "low", "high", "without", "standard_error", "extra"} & set(found.to_record())
    assert found.happened.shape == (2,) and "Tallene kan ikke sige" in found.in_words()


def test_red_cannot_be_priced():
    world = people_world(Selection.UNSEEN, seed=1, people=2000).entries
    with pytest.raises(HiddenByGate):
        share_effects(red(), world, world.outcome.astype(int), ("andet", "job"))


def test_a_green_result_shows_all_of_it():
    """The control of the test above: what is hidden there is here."""
    found = lottery()
    record = found.to_record()
    assert record["estimate"][1] == pytest.approx(found.effect.estimate[1])
    assert {"low", "high", "without", "extra"} <= set(record)
    assert found.verdict is True and "Med vores usikkerhed er forskellen mellem" in found.in_words()
    assert json.loads(json.dumps(record)) == record


def test_the_three_words():
    seen = people_world(Selection.SEEN, seed=6, people=3000, effect=0.15).entries
    compared = compare(seen, StartNow(), ASKED)
    assert [red().word, compared.word, lottery().word] == [Word.HAPPENED, Word.COMPARED, Word.EFFECT]
    assert compared.gate.colour is Colour.AMBER
    assert compare(seen.take(np.arange(150)), StartNow(), ASKED).word is not Word.EFFECT


def test_a_lottery_too_small_for_a_verdict_shows_the_interval_only():
    entries = replace(people_world(Selection.LOT, seed=3, people=60).entries, lost=np.zeros(60, dtype=bool))
    found = compare(entries, Lottery(draws=99), ASKED)
    assert found.gate.showing is Showing.INTERVAL_ONLY
    assert found.verdict is None and found.word is Word.COMPARED
    assert "rækker ikke til en dom" in found.in_words()
    assert "low" in found.to_record()


def test_leaving_the_past_out_is_no_way_around_the_placebo():
    entries = replace(people_world(Selection.SEEN, seed=4, people=3000, effect=0.15).entries, past=None)
    assert compare(entries, StartNow(), ASKED).word is Word.HAPPENED


def test_trends_that_parted_before_the_change_turn_red():
    """A drift of 2 points a period before anything happened; without it the same panel is let through."""
    asked = Question("i job", 1, 0.03)
    parted = [
        compare(roll_out_world(seed=s, drift=0.02).panel, RollOut(draws=99), asked).word for s in range(40)
    ]
    even = [compare(roll_out_world(seed=s).panel, RollOut(draws=99), asked) for s in range(40)]
    assert np.mean([word is Word.HAPPENED for word in parted]) >= 0.95
    placebo = [one.gate[CheckName.PLACEBO].colour is Colour.RED for one in even]
    assert np.mean(placebo) <= 0.15


# Sensitivity and many looks


@pytest.mark.parametrize(("ratio", "printed"), [(3.9, 7.26), (1.8, 3.0), (0.8, 1.81)])
def test_e_values(ratio: float, printed: float):
    """3.9 (1.8 to 8.7) gives 7.26 and 3.0; a ratio below 1 is turned: VanderWeele and Ding (2017)."""
    assert round(e_value(ratio), 2) == printed


def test_the_near_end_decides():
    assert e_value_near_zero(reading(0.04, 0.014), 0.12, 0.3) == pytest.approx(
        e_value((0.12 + 0.04 - 1.96 * 0.014) / 0.12)
    )
    assert e_value_near_zero(reading(-0.04, 0.014), 0.12, 0.3) > 1
    assert e_value_near_zero(reading(0.01), 0.12, 0.3) == 1
    kroner = e_value_near_zero(Reading(5000, 1000, 3040, 6960), 90_000, 20_000)
    assert kroner == pytest.approx(e_value(np.exp(0.91 * 3040 / 20_000)))
    with pytest.raises(DesignError):
        e_value(0)


def test_what_the_danish_trial_could_see():
    """To find 12 to 16 and 5 to 7 of 100 again takes about 1,178 and 2,210 in each arm (unpooled variances)."""
    assert people_needed(0.12, 0.04) == pytest.approx(1178, rel=0.01)
    assert people_needed(0.05, 0.02) == pytest.approx(2210, rel=0.01)
    with pytest.raises(DesignError):
        people_needed(0.99, 0.02)


def test_holm_and_benjamini_hochberg():
    """R's p.adjust on 0.01, 0.02, 0.03, 0.04, 0.05: Holm 0.05 0.08 0.09 0.09 0.09, BH 0.05 throughout."""
    p = np.array([0.03, 0.01, 0.05, 0.02, 0.04])
    assert holm(p) == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert benjamini_hochberg(p) == pytest.approx([0.05] * 5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_adjusting_never_helps_and_keeps_the_order(p: list[float]):
    for adjust in (holm, benjamini_hochberg):
        found = adjust(p)
        assert (found >= np.array(p) - 1e-15).all() and (found <= 1).all()
        assert (np.diff(found[np.argsort(p, kind="stable")]) >= -1e-15).all()
    assert (holm(p) >= benjamini_hochberg(p) - 1e-12).all()
