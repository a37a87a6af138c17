"""A municipality's own rates for what an effect is worth: beside the law's numbers, and never among them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.analysis.rates import shipped_rates
from brobygger.law import parameters as law
from brobygger.rulebook import presenters, selectors, services
from brobygger.rulebook.models import LocalParameter
from brobygger.rulebook.services import Reference
from brobygger.rulebook.words import units
from tests.cast import Cast
from tests.grants import cases

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
LIST, NEW = "/rammer/tal/", "/rammer/tal/nyt/"
CASH, GRANT = "rate.cash_benefit", "rate.student_grant"
LETTER = Reference("Ministeriets satser 2026", "tabel 2", "https://bm.dk/satser", "H")


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def record(cast: Cast, at: datetime, **changes: Any) -> LocalParameter:
    asked: dict[str, Any] = {
        "parameter": CASH,
        "valid_from": date(2026, 1, 1),
        "value": Decimal("13004.50"),
        "source": LETTER,
        "note": "",
        **changes,
    }
    return services.add_parameter(**{"by": cast.adam, "at": at, **asked})


def test_a_rate_counts_from_its_own_day(cast: Cast, now: datetime) -> None:
    record(cast, now)
    rates = selectors.rates_of(cast.municipality.pk)
    assert rates.on(CASH, date(2025, 12, 31)).amount is None
    value = rates.on(CASH, date(2026, 1, 1))
    assert (value.amount, value.unit, value.is_local) == (Decimal("13004.50"), "kroner per month", True)
    assert rates.on(CASH, date(2024, 6, 1)).amount == 12_326


def test_the_law_never_meets_a_rate(cast: Cast, now: datetime) -> None:
    """Planted: laying the row on the law's numbers as it is, which stops everything that reads them."""
    row = record(cast, now)
    with pytest.raises(ValueError, match="findes ikke"):
        law.with_local([selectors.to_row(row)])
    record(cast, now, parameter="P03", valid_from=date(2026, 10, 1), value=Decimal(3))
    rows = list(selectors.recorded_in(cast.municipality.pk))
    assert [each.parameter_id for each in selectors.overlay(rows).local] == ["P03"]
    assert selectors.overlay([row]).local == ()
    assert selectors.numbers_of(cast.anna).on("P03", date(2026, 12, 1)).amount == 3
    assert selectors.money_numbers_of(cast.anna).on("P03", date(2026, 12, 1)).amount == 3
    assert [each.parameter_id for each in selectors.rates_of(cast.municipality.pk).local] == [CASH]
    cases.submit(cast, plan=cases.plan(weeks=4, hours=2))


def test_an_own_rate_goes_before_a_weak_one_and_not_before_a_sure_one(cast: Cast, now: datetime) -> None:
    record(cast, now, parameter=GRANT, value=Decimal(7500))
    record(cast, now, parameter=CASH, valid_from=date(2024, 1, 1), value=Decimal(1))
    rates = selectors.rates_of(cast.municipality.pk)
    assert rates.on(GRANT, date(2026, 1, 1)).amount == 7500
    assert rates.on(CASH, date(2024, 1, 1)).amount == 12_326
    found = {each.id: each for each in presenters.rates(cast.adam, now.date())}
    assert [(row.value, row.label) for row in found[GRANT].rows[:2]] == [
        ("7.500 kr. om måneden", "Gælder nu"),
        ("7.426 kr. om måneden", "Går ikke forud"),
    ]


def test_every_rate_has_room_and_a_unit_in_words(cast: Cast, now: datetime) -> None:
    for each in shipped_rates().values():
        assert each.unit in units()
        record(cast, now, parameter=each.id, valid_from=date(2026, 12, 1), value=Decimal(2))
    assert LocalParameter.objects.count() == len(shipped_rates()) > 15


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parameter": "rate.unknown"}, "parameter"),
        ({"value": Decimal(0)}, "value"),
        ({"value": Decimal(130_045)}, "value"),
        ({"parameter": "rate.sickness_benefit", "value": Decimal(46_950)}, "value"),
        ({"parameter": "discount.first", "value": Decimal(35)}, "value"),
        ({"parameter": "national.net_tax_factor", "value": Decimal(128)}, "value"),
        ({"value": "mange"}, "value"),
        ({"source": Reference(" ")}, "source_act"),
    ],
)
def test_what_cannot_be_a_rate_is_refused(
    cast: Cast, now: datetime, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        record(cast, now, **wrong)
    assert refusal.value.field == field and not LocalParameter.objects.exists()


def test_only_who_sets_frames_may_and_only_at_home(cast: Cast, now: datetime, acting: Acting) -> None:
    for user in (cast.anna, cast.tove, cast.finn, cast.carla):
        with pytest.raises(NotAllowed):
            record(cast, now, by=user)
    record(cast, now, by=cast.eva)
    with acting(cast.bo):
        assert selectors.rates_of(cast.municipality.pk).local == ()
        assert selectors.rates_of(cast.other_municipality.pk).local == ()


def test_the_page_has_the_rates_in_a_group_of_their_own(
    cast: Cast, now: datetime, signed_in: SignedIn
) -> None:
    record(cast, now)
    page = html.fromstring(signed_in(cast.adam).get(LIST).content)
    assert page.xpath("//h2[@id='satser']/text()") == ["Satser til udgift og gevinst"]
    (own,) = page.xpath(f"//details[@id='{CASH}']")
    assert page.xpath("//h2[@id='satser']/following-sibling::details/@id") == [
        each.id for each in selectors.rates_in_order()
    ]
    said = " ".join(own.text_content().split())
    assert "13.004,5 kr. om måneden" in said and "skrevet ind af Adam Abel" in said
    assert "12.326 kr. om måneden" in said and "sikkerhed: middel" in said and "Gælder nu" in said
    assert own.xpath(".//a/@href")[-1] == f"{NEW}?tal={CASH}"
    (old,) = page.xpath("//details[@id='rate.sickness_benefit']")
    assert "den nyeste er fra 2024" in old.text_content() and "Nyeste kendte" in old.text_content()
    assert "Gælder nu" not in old.text_content()


def test_a_rate_by_the_form(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.adam)
    form = html.fromstring(client.get(NEW, {"tal": CASH}).content)
    (chosen,) = form.xpath("//option[@selected]")
    assert chosen.get("value") == CASH and "(kr. om måneden)" in chosen.text_content()
    assert "I enheden: kr. om måneden." in form.text_content()
    assert form.xpath("//optgroup/@label") == ["Lovens tal", "Satser til udgift og gevinst"]
    sent = {
        "parameter": CASH, "valid_from": "1.1.2026", "value": "13.004,50", "source_act": "Ministeriets satser",
        "certainty": "H", "idempotency_key": str(uuid4()),
    }  # fmt: skip
    wrong = client.post(NEW, {**sent, "value": "mange"})
    assert wrong.status_code == 422 and "Skriv et tal" in wrong.content.decode()
    assert client.post(NEW, sent).status_code == 302
    assert LocalParameter.objects.get().amount == Decimal("13004.50")


def test_many_rates_take_as_many_queries_as_one(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    client = signed_in(cast.eva)

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as page:
            client.get(LIST)
        with CaptureQueriesContext(connection) as rates:
            selectors.rates_of(cast.municipality.pk)
        return len(page), len(rates)

    record(cast, now)
    queries()
    one = queries()
    for days in range(1, 9):
        record(cast, now, valid_from=date(2026, 1, 1) + timedelta(days=days))
    assert queries() == one and one[1] == 1
