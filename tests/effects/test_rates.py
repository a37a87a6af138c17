"""What an effect is worth rests on the rates of the run, which are stored and shown with it; no rate is a constant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from brobygger.accounts.models import User
from brobygger.analysis.rates import effect_rates
from brobygger.effects import services
from brobygger.effects.figures.cohort import World
from brobygger.effects.figures.rates import level_on, rates_record, saved_per_month
from brobygger.effects.models import ResultRun
from brobygger.effects.presenters import worth
from brobygger.effects.presenters.rates import rate_blocks
from brobygger.law.parameters import LocalParameterRow, Parameters
from brobygger.rulebook import services as rulebook
from brobygger.rulebook.services import Reference
from brobygger.values.source import Confidence, Source
from tests.cast import Cast
from tests.conftest import NOW, TODAY

SignedIn = Callable[[User], Client]
MakeStored = Callable[..., ResultRun]
PAGE = "/resultater/oekonomi/"
COST = {"hours": 60.0, "price_per_hour": 250.0}


def own(
    amount: int, start: date, rate: str = "rate.cash_benefit", sure: Confidence = Confidence.HIGH
) -> Parameters:
    source = Source("Kommunens satser", "2026", confidence=sure)
    return effect_rates().with_local([LocalParameterRow(rate, start, source, start, Decimal(amount))])


def test_the_day_of_the_rates_is_the_last_on_which_all_are_known() -> None:
    assert level_on(effect_rates(), TODAY) == date(2025, 6, 30)
    assert level_on(effect_rates(), date(2024, 3, 1)) == date(2024, 3, 1)
    assert level_on(own(13_000, date(2026, 1, 1)), TODAY) == TODAY
    assert level_on(own(13_000, date(2026, 11, 24)), TODAY) == date(2025, 6, 30)


def test_what_is_stored_says_which_rates_from_when_and_how_sure() -> None:
    record = rates_record(own(13_000, date(2026, 1, 1), sure=Confidence.LOW), TODAY)
    cash, grant, discount = record["used"]
    assert (cash["amount"], cash["from"], cash["source"]) == ("13000", "2026-01-01", "Kommunens satser 2026")
    assert (cash["is_own"], cash["is_sure"]) == (True, False)
    assert (grant["amount"], grant["is_own"], grant["is_sure"]) == ("7426", False, False)
    assert discount["id"] == "discount.first" and discount["is_sure"]
    assert record["unknown"] == [] and record["on"] == record["asked_on"] == "2026-11-23"
    shipped = rates_record(effect_rates(), TODAY)
    assert shipped["unknown"] == ["Kontanthjælp, fyldt 30 år, ikke forsørger"]
    assert shipped["used"][0]["amount"] == "12326" and shipped["on"] == "2025-06-30"
    assert rates_record(effect_rates(), date(2015, 5, 1)) == {}


def test_a_month_off_benefit_is_what_the_ladder_and_the_rates_say() -> None:
    record = rates_record(own(13_000, date(2026, 1, 1)), TODAY)
    municipality, both = saved_per_month(record, "job")
    assert municipality == pytest.approx(0.8 * 13_000, abs=0.1) and both == pytest.approx(13_000, abs=0.1)
    municipality, both = saved_per_month(record, "education")
    assert municipality == pytest.approx(0.8 * 13_000, abs=0.1)
    assert both == pytest.approx(13_000 - 7_426, abs=0.1)


def months_shown(record: dict[str, Any]) -> list[list[str]]:
    (block,) = worth._tried(record, {})
    assert block.table is not None
    return [[cell.text for cell in row[1:]] for row in block.table.rows]


def by_hand(cost: float, benefit: float, grant: float) -> list[list[str]]:
    def months(saved: float, points: int) -> str:
        return "aldrig" if saved <= 0 else str(ceil(cost / (saved * points / 100)))

    return [
        [months(saved, points) for saved in (0.8 * benefit, benefit, benefit - grant)]
        for points in worth.POINTS_TRIED
    ]


def test_how_long_an_effect_must_last_follows_the_rates_of_the_run() -> None:
    """Planted: the former constants, which the same check tells from the rates."""
    record = {**COST, "rates": rates_record(own(14_500, date(2026, 1, 1)), TODAY)}
    assert months_shown(record) == by_hand(15_000, 14_500, 7_426)
    assert months_shown(record) != by_hand(15_000, 12_326, 6_820)
    shipped = {**COST, "rates": rates_record(effect_rates(), TODAY)}
    assert months_shown(shipped) == by_hand(15_000, 12_326, 6_820)
    notes = " ".join(worth._tried(shipped, {})[0].notes)
    assert "12.326 kr. om måneden (fra 2024)" in notes and "80 % af ydelsen fra uge 53" in notes
    assert "satserne brugt, som de var den 30. jun. 2025, til kommunen skriver sin egen ind" in notes
    own_notes = " ".join(worth._tried(record, {})[0].notes)
    assert "14.500 kr. om måneden (fra 2026)" in own_notes and "12.326" not in own_notes
    assert worth._tried(COST, {}) == []


def test_a_grant_above_the_benefit_never_pays_the_state_back() -> None:
    record = {**COST, "rates": rates_record(own(6_000, date(2026, 1, 1)), TODAY)}
    assert {row[2] for row in months_shown(record)} == {"aldrig"}
    assert "aldrig" not in {row[0] for row in months_shown(record)}


def record_rate(cast: Cast, amount: int, start: date) -> None:
    rulebook.add_parameter(
        parameter="rate.cash_benefit", valid_from=start, value=Decimal(amount),
        source=Reference("Kommunens satser", "2026"), note="", by=cast.adam, at=NOW,
    )  # fmt: skip


def test_a_run_uses_and_stores_the_municipality_s_own(cast: Cast, world: World) -> None:
    run = ResultRun(municipality=cast.municipality, on=TODAY, asked_at=NOW)
    amounts = []
    for recorded in (None, date(2026, 11, 24), date(2026, 11, 23)):
        if recorded:
            record_rate(cast, 13_000, recorded)
        _comparison, stored = services._compared(run, world)
        amounts.append((stored["rates"]["used"][0]["amount"], stored["rates"]["used"][0]["is_own"]))
    assert amounts == [("12326", False), ("12326", False), ("13000", True)]


def test_the_page_shows_the_rates_and_who_may_record_new_ones(
    cast: Cast, signed_in: SignedIn, stored: MakeStored
) -> None:
    missing = {"state": "missing", "why": "comparison", **COST}
    stored(WORTH={**missing, "rates": rates_record(effect_rates(), TODAY)})
    for user, may in ((cast.eva, True), (cast.adam, True), (cast.tove, False)):
        page = html.fromstring(signed_in(user).get(PAGE).content)
        text = " ".join(page.text_content().split())
        assert "12.326 kr. om måneden" in text and "80 % fra uge 1" in text and "6.820 kr. om måneden" in text
        assert "da tallene blev regnet ud: Kontanthjælp, fyldt 30 år, ikke forsørger." in text
        assert "Ikke bekræftet: SU, udeboende, fyldt 20 år." in text
        assert bool(page.xpath("//a[@href='/rammer/tal/#satser']")) == may
    answer = signed_in(cast.eva).get("/resultater/tabel/worth/3/")
    assert "3,5 procent om året" in answer.content.decode("utf-8-sig")
    assert signed_in(cast.eva).get("/resultater/rapport/").content.startswith(b"%PDF-")


def test_an_own_rate_is_said_to_be_so(cast: Cast) -> None:
    weekly, rates = rate_blocks({"rates": rates_record(own(13_000, date(2026, 1, 1)), TODAY)}, cast.eva)
    assert rates.table is not None and weekly.table is not None
    assert [cell.text for cell in rates.table.rows[0]][1:] == [
        "13.000 kr. om måneden", "1. jan. 2026", "Kommunens satser 2026", "Kommunens egen. Bekræftet",
    ]  # fmt: skip
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in weekly.table.rows}
    assert rows["Ydelse"] == ["2.392 kr.", "598 kr.", "2.990 kr."]
    assert rows["Uddannelse"] == ["0 kr.", "1.708 kr.", "1.708 kr."]
    assert rows["Andet"] == ["ikke prissat"] * 3 and rows["Job"][2] == "–"


def test_figures_from_before_rates_were_kept_still_open(
    cast: Cast, signed_in: SignedIn, stored: MakeStored
) -> None:
    stored()
    text = signed_in(cast.eva).get(PAGE).content.decode()
    assert "Gevinsten kan ikke regnes ud endnu" in text and "Satser, der er regnet med" not in text


def test_the_page_takes_as_many_queries_with_many_rates_as_with_none(
    cast: Cast, signed_in: SignedIn, stored: MakeStored
) -> None:
    stored(WORTH={"state": "missing", "why": "red", **COST, "rates": rates_record(effect_rates(), TODAY)})
    client = signed_in(cast.eva)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        return len(found)

    queries()
    none = queries()
    for day in range(1, 6):
        record_rate(cast, 13_000 + day, date(2026, 1, day))
    assert queries() == none
