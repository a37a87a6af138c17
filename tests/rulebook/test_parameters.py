"""Numbers of the law in the administration: a dated row with a source, never a rewritten one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.law.parameters import parameters, shipped
from brobygger.rulebook import presenters, selectors, services
from brobygger.rulebook.models import LocalParameter
from brobygger.rulebook.services import Reference
from tests.cast import Cast
from tests.grants import cases

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
LIST, NEW = "/rammer/tal/", "/rammer/tal/nyt/"
LETTER = Reference("Styrelsens brev 14 af 2. dec. 2026", "punkt 3", "https://star.dk/brev", "M")


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def record(cast: Cast, at: datetime, **changes: Any) -> LocalParameter:
    asked: dict[str, Any] = {
        "parameter": "P03",
        "valid_from": date(2026, 12, 1),
        "value": Decimal(3),
        "source": LETTER,
        "note": "",
        **changes,
    }
    return services.add_parameter(by=cast.adam, at=at, **asked)


def form(**changes: str) -> dict[str, str]:
    return {
        "parameter": "P03",
        "valid_from": "1.12.2026",
        "value": "3",
        "source_act": "Styrelsens brev 14",
        "source_paragraph": "punkt 3",
        "source_url": "https://star.dk/brev",
        "certainty": "M",
        "note": "",
        "idempotency_key": str(uuid4()),
        **changes,
    }


def test_a_row_counts_from_its_own_day_and_what_was_shipped_stays(cast: Cast, now: datetime) -> None:
    before = shipped().rows("P03")
    record(cast, now)
    numbers = selectors.numbers_of(cast.anna)
    assert numbers.on("P03", date(2026, 11, 30)).amount is None
    value = numbers.on("P03", date(2026, 12, 1))
    assert (value.amount, value.is_local, value.is_confirmed) == (Decimal(3), True, True)
    assert set(before) < set(numbers.rows("P03")) and shipped().rows("P03") == before
    event = Event.objects.get(action="parameter.recorded")
    assert event.detail["parameter"] == "P03" and event.detail["value"] == "3"
    assert event.detail["source"] == "Styrelsens brev 14 af 2. dec. 2026 punkt 3"


def test_a_correction_is_a_new_row_and_the_last_one_counts(cast: Cast, now: datetime) -> None:
    record(cast, now)
    record(cast, now + timedelta(minutes=1), value=Decimal(2))
    assert LocalParameter.objects.count() == 2
    assert selectors.numbers_of(cast.anna).on("P03", date(2026, 12, 1)).amount == Decimal(2)


def test_what_the_law_has_settled_goes_first_on_the_same_day(cast: Cast, now: datetime) -> None:
    record(cast, now, parameter="P01", valid_from=date(2020, 1, 1), value=Decimal(9))
    assert selectors.numbers_of(cast.anna).on("P01", date(2026, 12, 1)).amount == Decimal(6)


def test_what_was_recorded_later_was_not_known_before(cast: Cast, now: datetime) -> None:
    record(cast, now)
    rows = list(selectors.parameters_visible_to(cast.anna))
    earlier = selectors.overlay(rows, known_at=now - timedelta(seconds=1))
    assert earlier.on("P03", date(2026, 12, 1)).amount is None
    assert selectors.overlay(rows, known_at=now).on("P03", date(2026, 12, 1)).amount == Decimal(3)


def test_a_grant_is_judged_by_the_recorded_number(cast: Cast, now: datetime) -> None:
    """Five months are lawful by the act; a recorded limit of two months from October refuses them."""
    cases.submit(cast, plan=cases.plan(weeks=20, hours=2))
    record(cast, now, parameter="P01", valid_from=date(2026, 10, 1), value=Decimal(2))
    with pytest.raises(Refused) as refusal:
        cases.submit(cast, plan=cases.plan(weeks=20, hours=2))
    assert "2 måneder" in refusal.value.message


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parameter": "P99"}, "parameter"),
        ({"value": Decimal("2.5")}, "value"),
        ({"value": Decimal(-1)}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": "mange"}, "value"),
        ({"parameter": "P19", "value": Decimal(5)}, "value"),
        ({"parameter": "P19", "value": " "}, "value"),
        ({"parameter": "P09", "value": Decimal(101)}, "value"),
        ({"source": Reference(" ")}, "source_act"),
        ({"valid_from": date(2003, 6, 9)}, "valid_from"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    cast: Cast, now: datetime, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        record(cast, now, **wrong)
    assert refusal.value.field == field and refusal.value.message.endswith(".")
    assert not LocalParameter.objects.exists()
    assert not Event.objects.filter(action="parameter.recorded").exists()


def test_an_account_is_written_in_words(cast: Cast, now: datetime) -> None:
    record(cast, now, parameter="P19", value="5.68.90.020")
    assert selectors.numbers_of(cast.anna).on("P19", date(2026, 12, 1)).text == "5.68.90.020"


def test_the_database_neither_changes_nor_deletes_a_row(cast: Cast, now: datetime) -> None:
    row = record(cast, now)
    for statement in (
        "update rulebook_localparameter set amount = 9 where id = %s",
        "delete from rulebook_localparameter where id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [row.pk])
    with pytest.raises(IntegrityError, match="a_number_or_words"), transaction.atomic():
        LocalParameter.objects.create(
            municipality=cast.municipality,
            parameter="P03",
            valid_from=date(2026, 1, 1),
            source_act="x",
            certainty="H",
            recorded_at=now,
        )


def test_only_who_sets_frames_may(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    for user in (cast.anna, cast.freja, cast.klara, cast.finn, cast.tove, cast.carla, cast.david, cast.signe):
        with pytest.raises(NotAllowed):
            services.add_parameter(
                parameter="P03", valid_from=date(2026, 12, 1), value=Decimal(3), source=LETTER, note="",
                by=user, at=now,
            )  # fmt: skip
        assert [signed_in(user).get(page).status_code for page in (LIST, NEW)] == [403, 403]
    for user in (cast.eva, cast.adam):
        assert [signed_in(user).get(page).status_code for page in (LIST, NEW)] == [200, 200]


def test_another_municipality_sees_none_of_it(cast: Cast, now: datetime, acting: Acting) -> None:
    record(cast, now)
    with acting(cast.bo):
        assert not LocalParameter.objects.exists()
        assert selectors.numbers_of(cast.bo).on("P03", date(2026, 12, 1)).amount is None
    with acting(cast.david):
        assert not LocalParameter.objects.exists()


def test_the_page_shows_every_number_and_what_is_not_confirmed(
    cast: Cast, now: datetime, signed_in: SignedIn
) -> None:
    record(cast, now, valid_from=date(2026, 11, 1))
    page = signed_in(cast.adam).get(LIST).content.decode()
    for each in parameters().values():
        assert each.series or each.text in page
    assert "Styrelsens brev 14" in page and "skrevet ind af Adam Abel" in page
    assert "Det, der ikke er bekræftet" in page and "kun i et udkast" in page


def test_a_row_stands_where_it_belongs(cast: Cast, now: datetime, today: date) -> None:
    record(cast, now, valid_from=date(2026, 11, 1))
    record(cast, now, parameter="P01", valid_from=date(2020, 1, 1), value=Decimal(9))
    found = {each.id: each for each in presenters.numbers(cast.adam, today)}
    p03 = [(row.value, row.label) for row in found["P03"].rows]
    assert p03[0] == ("3 perioder", "Gælder nu") and p03[1] == ("ikke bekræftet", "Afløst")
    assert not found["P03"].is_open and found["F06.months"].is_open
    p01 = {row.value: row.label for row in found["P01"].rows}
    assert p01["9 måneder"] == "Går ikke forud" and p01["6 måneder"] in ("Gælder nu", "Afløst")


def test_a_row_by_the_form_counts_once(cast: Cast, signed_in: SignedIn) -> None:
    client, sent = signed_in(cast.eva), form(value="3,0")
    assert client.post(NEW, sent).status_code == 302
    assert client.post(NEW, sent).status_code == 302
    row = LocalParameter.objects.get()
    assert (row.amount, row.source_act, row.recorded_by) == (Decimal(3), "Styrelsens brev 14", cast.eva)


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("parameter", "", "Vælg, hvilket tal det er."),
        ("parameter", "P99", "Vælg et af tallene på listen."),
        ("valid_from", "i morgen", "Skriv datoen som dag, måned og år"),
        ("value", "", "Skriv værdien."),
        ("value", "tre", "Skriv et tal"),
        ("value", "2,5", "P03 er et helt tal over 0."),
        ("source_act", "", "Skriv, hvor tallet står."),
        ("source_url", "ikke en adresse", "Skriv hele adressen"),
        ("source_url", "javascript:alert(1)", "Skriv hele adressen"),
        ("certainty", "", "Vælg, hvor sikkert det er."),
    ],
)
def test_bad_input_stands_with_a_sentence(
    cast: Cast, signed_in: SignedIn, field: str, text: str, sentence: str
) -> None:
    answer = signed_in(cast.eva).post(NEW, form(**{"note": "Set i et brev", field: text}))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "Set i et brev" in page
    assert not LocalParameter.objects.exists()


def test_many_rows_take_as_many_queries_as_one(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    client = signed_in(cast.eva)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(LIST)
        return len(counted)

    record(cast, now)
    queries()
    one = queries()
    for number in range(1, 9):
        record(cast, now, valid_from=date(2027, number, 1), value=Decimal(number))
    assert queries() == one


def test_signed_out_one_is_sent_to_sign_in(db: None, client: Client) -> None:
    assert [client.get(page).status_code for page in (LIST, NEW)] == [302, 302]
