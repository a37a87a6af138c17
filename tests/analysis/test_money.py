"""What an effect is worth: rates, the ladder, who pays, uncertainty, break-even and what-ifs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from math import inf

import numpy as np
import pytest

from brobygger.analysis.designs import Entries, Lottery, ShareEffects, StartNow, compare, share_effects
from brobygger.analysis.errors import DesignError, HiddenByGate, RateError
from brobygger.analysis.money import (
    PURSES,
    Fade,
    MentorCost,
    Worth,
    half_life_of,
    months_to_break_even,
    what_if,
    worth,
)
from brobygger.analysis.money_export import COLUMNS, soem_csv
from brobygger.analysis.outcomes import FIVE
from brobygger.analysis.rates import (
    Payer,
    StatusPrice,
    discount_factors,
    effect_rates,
    five_prices,
    is_sure,
    ladder_weeks_before,
    last_known_day,
    national_figures,
    shipped_rates,
    week_prices,
)
from brobygger.analysis.result import Question, Word
from brobygger.analysis.weeks import WEEKS_PER_MONTH, week_of
from brobygger.law.ladder import WeekKind, ladder
from brobygger.law.parameters import LocalParameterRow
from brobygger.values.source import Confidence, Source
from tests.analysis.made import drawn

FEBRUARY, NOW = date(2023, 2, 6), date(2026, 11, 23)
COST = MentorCost(73.8, 250)
HELP = five_prices("rate.educational_help")
WEEKS = 52


@cache
def to_education() -> ShareEffects:
    """A lottery that moves some from benefit to education, every week of a year."""
    rng = np.random.default_rng(3)
    arm = rng.permutation(1200) < 600
    luck = rng.random(1200)
    status = np.where(luck < 0.12 + 0.08 * arm, 1, 2)[:, None] * np.ones((1, WEEKS), dtype=np.int64)
    data = Entries(arm, status == 1, np.arange(WEEKS), rng.normal(size=(1200, 2)))
    found = compare(data, Lottery(draws=99), Question("i uddannelse", 51, 0.06))
    return share_effects(found, data, status, FIVE)


def moved(points: float, *, source: str = "benefit", target: str = "education") -> ShareEffects:
    """A sure effect of so many points from one status to another, with no uncertainty."""
    estimate = np.zeros((5, WEEKS))
    estimate[FIVE.index(source)], estimate[FIVE.index(target)] = -points / 100, points / 100
    return replace(to_education(), estimate=estimate, covariance=np.zeros((5 * WEEKS, 5 * WEEKS)))


def priced(effects: ShareEffects, cost: MentorCost = COST, **more: object) -> Worth:
    return worth(effects, HELP, cost, **({"starts_on": FEBRUARY, "ladder_before": 60, "seed": 4} | more))


# Rates and the ladder


def test_every_rate_has_a_source_and_says_how_sure_it_is() -> None:
    rows = [value for rate in shipped_rates().values() for value in rate.values]
    assert len(rows) > 40
    assert all(row.source.act and row.source.url for row in rows)
    assert {row.source.confidence for row in rows} >= {
        Confidence.HIGH,
        Confidence.LOW,
        Confidence.NOT_CONFIRMED,
    }


def test_the_published_rates_are_as_read() -> None:
    rates = effect_rates()
    for rate, day, amount in (
        ("rate.cash_benefit", "2024-05-01", 12326),
        ("rate.cash_benefit_provider", "2016-05-01", 14575),
        ("rate.educational_help", "2023-12-31", 6545),
        ("rate.unemployment_benefit", "2021-06-01", 19322),
        ("rate.sickness_benefit", "2024-06-01", 4695),
        ("discount.first", "2024-06-01", Decimal("3.5")),
        ("discount.first", "2019-06-01", 4),
    ):
        assert rates.on(rate, date.fromisoformat(day)).amount == amount


def test_a_rate_that_was_not_found_is_refused_until_the_municipality_gives_it() -> None:
    price = StatusPrice("benefit", Payer.LADDER, ("rate.cash_benefit",))
    with pytest.raises(RateError, match=r"Kontanthjælp.*ikke kendt fra 01.07.2025"):
        week_prices((price,), weeks=[0], starts_on=date(2026, 2, 2))
    own = LocalParameterRow(
        "rate.cash_benefit", date(2026, 1, 1), Source("Kommunens satser"), date(2026, 1, 5), Decimal(13000)
    )
    rates = effect_rates().with_local([own])
    found = week_prices((price,), weeks=[0], starts_on=date(2026, 2, 2), rates=rates)
    assert found.settled
    assert found.citizen[0, 0] == pytest.approx(13000 / WEEKS_PER_MONTH)


def test_an_old_rate_and_a_weak_source_are_said() -> None:
    found = week_prices(HELP, weeks=np.arange(200), starts_on=date(2024, 2, 5))
    assert not found.settled
    said = " ".join(found.caveats)
    assert "satsen er fra 2023 og er ikke reguleret" in said
    assert "SU, udeboende, fyldt 20 år: satsen fra 2024 er ikke bekræftet" in said
    assert "fra 01.07.2025 er der ingen kendt sats" in said
    assert "Status andet er ikke prissat" in said


def test_the_day_of_the_rates_until_a_newer_one_is_known() -> None:
    wanted = ("rate.cash_benefit", "rate.student_grant")
    assert last_known_day(wanted, date(2026, 11, 23)) == date(2025, 6, 30)
    assert last_known_day(wanted, date(2025, 6, 30)) == date(2025, 6, 30)
    own = LocalParameterRow("rate.cash_benefit", date(2026, 1, 1), Source("Kommunen"), NOW, Decimal(13000))
    rates = effect_rates().with_local([own])
    assert last_known_day(wanted, date(2026, 11, 23), numbers=rates) == date(2026, 11, 23)
    assert last_known_day(wanted, date(2025, 12, 31), numbers=rates) == date(2025, 6, 30)
    with pytest.raises(RateError, match="aldrig"):
        last_known_day(wanted, date(2017, 5, 1))


def test_a_weak_rate_is_used_said_and_gives_way_to_one_s_own() -> None:
    weak = effect_rates().on("rate.student_grant", date(2026, 2, 1))
    assert weak.amount == 7426 and not weak.is_confirmed and not is_sure(weak)
    for confidence in (Confidence.HIGH, Confidence.LOW):
        source = Source("Kommunen", confidence=confidence)
        own = LocalParameterRow("rate.student_grant", date(2026, 1, 1), source, NOW, Decimal(7500))
        value = effect_rates().with_local([own]).on("rate.student_grant", date(2026, 2, 1))
        assert value.amount == 7500 and is_sure(value) == (confidence is Confidence.HIGH)
    sure = LocalParameterRow("rate.cash_benefit", date(2024, 1, 1), Source("Kommunen"), NOW, Decimal(1))
    assert effect_rates().with_local([sure]).on("rate.cash_benefit", date(2024, 6, 1)).amount == 12326


def test_the_ladder_shares_of_the_first_year() -> None:
    """No earlier weeks: the state pays 19.8 of 52 weeks; from 26: 25.0 of 100; from 52: 20 of 100."""
    price = (StatusPrice("benefit", Payer.LADDER, ("rate.cash_benefit",)),)
    for before, share in ((0, 19.8 / 52), (26, 0.25), (52, 0.20)):
        found = week_prices(price, weeks=np.arange(52), starts_on=date(2024, 1, 1), ladder_before=before)
        assert found.state.sum() / (found.state + found.municipality).sum() == pytest.approx(share)
    two = week_prices(price, weeks=[0], starts_on=date(2024, 1, 1), ladder_before=[0, 52])
    assert two.state[0, 0] / two.citizen[0, 0] == pytest.approx((0.8 + 0.2) / 2)


def test_the_municipality_co_finances_unemployment_benefit_on_the_same_steps() -> None:
    price = (StatusPrice("benefit", Payer.CO_FINANCED, ("rate.unemployment_benefit",)),)
    found = week_prices(price, weeks=[0, 4, 26, 52], starts_on=date(2023, 1, 2))
    assert found.municipality[0] / found.citizen[0] == pytest.approx([0.2, 0.6, 0.7, 0.8])


def test_the_ladder_does_not_reach_back_before_2016() -> None:
    price = (StatusPrice("benefit", Payer.LADDER, ("rate.sickness_benefit",)),)
    with pytest.raises(RateError, match="2016"):
        week_prices(price, weeks=[0], starts_on=date(2015, 2, 2))


def test_weeks_on_the_ladder_are_counted_from_the_register_with_the_restart() -> None:
    first = week_of(date(2020, 1, 6))
    people = [
        "c" * 30 + "j" * 51 + "c" * 9,
        "c" * 30 + "j" * 26 + "." * 26 + "c" * 8,
        "e" * 90,
        "j" * 60 + "cu" * 15,
    ]
    states = drawn(*people, first=first)
    found = ladder_weeks_before(states, [0, 1, 2, 3], np.full(4, first + 90))
    assert found.tolist() == [39, 8, 0, 30]
    assert ladder_weeks_before(states, [1], [first + 82]).tolist() == [0]


def test_the_register_and_the_shared_ladder_count_alike() -> None:
    rng = np.random.default_rng(5)
    first = week_of(date(2018, 1, 1))
    lives = ["".join(rng.choice(list("cj.e"), p=[0.25, 0.3, 0.35, 0.1], size=400)) for _ in range(12)]
    kinds = {
        "c": WeekKind.BENEFIT,
        "j": WeekKind.SELF_SUPPORT,
        ".": WeekKind.SELF_SUPPORT,
        "e": WeekKind.OTHER,
    }
    found = ladder_weeks_before(drawn(*lives, first=first), np.arange(12), np.full(12, first + 400))
    for life, number in zip(lives, found.tolist(), strict=True):
        weeks = {date(2018, 1, 1) + timedelta(weeks=at): kinds[letter] for at, letter in enumerate(life)}
        weeks[date(2018, 1, 1) + timedelta(weeks=400)] = WeekKind.BENEFIT
        assert ladder(weeks)[-1].number - 1 == number


def test_discounting_falls_in_steps_and_follows_the_day() -> None:
    years = np.array([0, 1, 35, 36, 71]) * 365.2425 / 7
    now = discount_factors(years, on=date(2024, 1, 1))
    by_hand = [1, 1 / 1.035, 1.035**-35, 1.035**-35 / 1.025, 1.035**-35 * 1.025**-35 / 1.015]
    assert now == pytest.approx(by_hand)
    assert discount_factors(years[1], on=date(2014, 1, 1)) == pytest.approx(1 / 1.05)
    with pytest.raises(RateError, match="kalkulationsrente"):
        discount_factors([1], on=date(2010, 1, 1))
    factors = national_figures(date(2024, 1, 1))
    assert (factors.net_tax_factor.amount, factors.tax_distortion.amount) == (Decimal("1.28"), 1)


# Who gains and who pays


def test_a_move_to_education_saves_the_municipality_and_costs_the_state() -> None:
    found = priced(moved(10), MentorCost(0, 0))
    assert found.municipality.estimate > 0 > found.state.estimate
    assert found.total.estimate == pytest.approx(found.municipality.estimate + found.state.estimate)
    assert [each.name for each in found.purses] == list(PURSES)
    assert "mens staten betaler mere" in " ".join(found.lines())
    assert all(any(line.startswith(name) for line in found.lines()) for name in PURSES)


def test_what_the_purses_save_is_what_the_citizen_no_longer_gets() -> None:
    """Planted fault: leaving the grant out makes a move to education look like a saving for everyone."""
    found = priced(moved(10), MentorCost(0, 0))
    assert found.citizen.estimate == pytest.approx(-found.total.estimate)
    without_grant = tuple(
        replace(p, payer=Payer.NOBODY, rates=()) if p.status == "education" else p for p in HELP
    )
    wrong = worth(moved(10), without_grant, MentorCost(0, 0), starts_on=FEBRUARY, ladder_before=60, seed=4)
    assert wrong.state.estimate > 0


def test_the_estimate_is_the_sum_by_hand() -> None:
    found = priced(moved(10))
    week, factor = 6545 / WEEKS_PER_MONTH, discount_factors(np.arange(WEEKS), on=FEBRUARY)
    saved = 0.10 * 0.8 * week * factor.sum()
    assert found.municipality.estimate == pytest.approx(saved - 18_450)
    grant = 6090 / WEEKS_PER_MONTH
    assert found.state.estimate == pytest.approx(0.10 * (0.2 * week - grant) * factor.sum())


def test_the_wage_is_the_citizens_and_only_when_given() -> None:
    effects = moved(10, target="job")
    poor, rich = priced(effects), priced(effects, wage_per_week=5000.0)
    assert poor.citizen.estimate < 0 < rich.citizen.estimate
    assert "Borgerens løn er ikke regnet med." in poor.caveats
    assert rich.total.estimate == poor.total.estimate


def test_the_draws_are_the_normal_distribution_of_a_sum() -> None:
    """The result is linear in the effect, so its standard error is known: 80 % is 1.28 of them to each side."""
    effects = to_education()
    found = priced(effects, draws=3_000)
    values = -found.prices.municipality * found.discount
    row = values.ravel()
    error = float(np.sqrt(row @ effects.covariance @ row))
    assert found.municipality.high - found.municipality.low == pytest.approx(2 * 1.2816 * error, rel=0.06)
    assert found.municipality.median == pytest.approx(found.municipality.estimate, abs=0.05 * error)
    again = priced(effects, draws=3_000)
    assert again.to_record() == found.to_record()
    assert priced(effects, seed=5).municipality.low != priced(effects).municipality.low


def test_a_red_comparison_gets_no_price() -> None:
    x = np.linspace(-1, 1, 400)[:, None]
    data = Entries(x[:, 0] > 0.2, np.ones((400, 1)), np.array([0]), x, past=np.ones((400, 1)))
    found = compare(data, StartNow(), Question("i job", 0, 0.06))
    with pytest.raises(HiddenByGate):
        share_effects(found, data, np.zeros((400, 1), dtype=np.int64), FIVE)


def test_the_word_of_the_comparison_stays_on_the_money() -> None:
    assert priced(to_education()).word is to_education().comparison.word is Word.EFFECT


# Break-even and what-ifs


def test_the_worked_months_to_break_even() -> None:
    """80 % of 12,326 kroner a month, or 5,236, at 73.8 hours of 250 kroner."""
    cost = MentorCost(73.8, 250).total
    assert [
        round(months_to_break_even(cost, saved, effect))
        for saved, effect in ((5236, 0.06), (0.8 * 12_326, 0.02), (0.8 * 12_326, 0.06))
    ] == [59, 94, 31]
    assert months_to_break_even(cost, 5236, 0) == inf
    assert months_to_break_even(cost, 5236, 0.06, yearly_rate=0.035) > 59
    assert months_to_break_even(1e9, 5236, 0.06, yearly_rate=0.035) == inf


def test_break_even_on_the_course_agrees_with_the_months() -> None:
    rates = effect_rates()
    found = priced(moved(6), fade=Fade(inf, 600), rates=rates)
    months = months_to_break_even(18_450, 0.8 * 6545, 0.06, yearly_rate=0.035)
    assert found.municipality.even_months == pytest.approx(months, abs=0.5)
    assert priced(moved(6)).municipality.even_week is None
    assert "ikke tjent hjem inden for 51 uger" in " ".join(priced(moved(6)).lines())


def test_nothing_is_projected_unless_asked_and_then_it_is_marked() -> None:
    base = priced(moved(6))
    assert not base.is_assumption and not base.assumed.any() and len(base.weeks) == WEEKS
    faded = what_if(base, fade=Fade(26, 155))
    assert faded.is_assumption and len(faded.weeks) == 156
    assert faded.assumed.tolist() == [week > 51 for week in range(156)]
    assert faded.effect[FIVE.index("education"), 51 + 26] == pytest.approx(0.03)
    lasting = what_if(base, fade=Fade(inf, 155))
    assert lasting.municipality.estimate > faded.municipality.estimate > base.municipality.estimate


def test_a_what_if_on_hours_or_price_is_an_assumption_all_along() -> None:
    base = priced(to_education())
    dear = what_if(base, price_per_hour=300)
    assert dear.is_assumption and dear.assumed.all() and not dear.projected.any()
    assert base.municipality.estimate - dear.municipality.estimate == pytest.approx(73.8 * 50)
    assert what_if(base, hours=50).municipality.cost == 12_500
    assert "virkningen er regnet, som den blev målt" in " ".join(what_if(base, hours=50).caveats)


def test_the_state_carries_its_part_of_the_mentor_where_it_did() -> None:
    found = priced(moved(6), MentorCost(80, 212.5, state_percent=50))
    assert (found.municipality.cost, found.state.cost, found.total.cost) == (8500, 8500, 17_000)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: MentorCost(-1, 250), "fra 0 og op"),
        (lambda: Fade(0, 100), "over 0 uger"),
        (lambda: priced(replace(moved(6), weeks=np.arange(WEEKS) * 2)), "uden huller"),
        (lambda: priced(moved(6), fade=Fade(10, 20)), "slutter i uge 20"),
        (lambda: worth(moved(6), HELP[:3], COST, starts_on=FEBRUARY, seed=1), "netop én pris"),
        (lambda: priced(moved(6), draws=1), "mellem 2 og"),
        (lambda: half_life_of(1), "mellem 0 og 1"),
    ],
)
def test_bad_input_is_named(wrong: object, sentence: str) -> None:
    with pytest.raises(DesignError, match=sentence):
        wrong()  # type: ignore[operator]


def test_the_export_speaks_the_terms_of_the_model_and_adds_up() -> None:
    found = what_if(priced(to_education()), fade=Fade(52, 103))
    rows = list(csv.DictReader(io.StringIO(soem_csv(found)), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert {"Indsats", "Effekt", "Pris", "Konsekvens", "Nettoresultat", "Bemærkning"} <= {
        r["Del"] for r in rows
    }

    def kroner(row: dict[str, str]) -> float:
        return float(row["Værdi"].replace(",", "."))

    for purse in found.purses[:3]:
        last = [r for r in rows if r["Kasse"] == purse.name and r["Post"].endswith("akkumuleret")][-1]
        assert kroner(last) == pytest.approx(purse.estimate, abs=0.01)
    region = [r for r in rows if r["Kasse"] == "Region"]
    assert region and all(r["Værdi"] == "" for r in region)
    later = {(r["Del"], r["År"]): r["Antagelse"] for r in rows if r["Del"] == "Effekt"}
    assert later == {("Effekt", "1"): "delvis", ("Effekt", "2"): "ja"}
    rates = {r["Post"]: (r["Værdi"], r["Enhed"], r["Bemærkning"]) for r in rows if r["Del"] == "Sats"}
    assert rates["Uddannelseshjælp, under 30 år, udeboende"][:2] == ("6545,00", "kr. pr. måned")
    assert (
        "Gælder fra 01.01.2023. Beskæftigelsesministeriet satser."
        in rates["Uddannelseshjælp, under 30 år, udeboende"][2]
    )
    assert any("aldrig stå alene" in r["Post"] for r in rows if r["Del"] == "Bemærkning")
