"""A canary: one CPR number goes in, and comes out nowhere but where somebody asks to see it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.people import services
from brobygger.people.models import Citizen
from tests.cast import Cast
from tests.factories.mentorships import make_active

CANARY = "6205941234"
SHAPES = (CANARY, "620594-1234", "620594 1234")
SignedIn = Callable[[User], Client]


@pytest.fixture
def citizen(cast: Cast, now: datetime) -> Citizen:
    return services.register_citizen(
        name="Mia Krag", cpr=CANARY, email="mia@example.org", by=cast.anna, at=now
    )


def leaks(text: str) -> list[str]:
    return [shape for shape in SHAPES if shape in text]


def every_text_column() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('text', 'character varying', 'jsonb', 'bytea')"
        )
        return list(cursor.fetchall())


def test_no_page_shows_it_unasked(cast: Cast, citizen: Citizen, signed_in: SignedIn) -> None:
    mentorship = make_active(cast, citizen=citizen)
    client = signed_in(cast.anna)
    pages = [
        reverse("web:home"),
        reverse("web:case", args=[mentorship.public_id]),
        reverse("web:outbox"),
        reverse("mentorships:list"),
        reverse("people:citizen", args=[citizen.public_id]),
        reverse("people:edit_citizen", args=[citizen.public_id]),
        reverse("people:mentors"),
        reverse("grants:new"),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert leaks(answer.content.decode()) == [], page


def test_searching_by_it_gives_the_citizen_and_not_the_number(
    cast: Cast, citizen: Citizen, signed_in: SignedIn
) -> None:
    client = signed_in(cast.anna)
    for address, field in ((reverse("web:search"), "q"), (reverse("people:citizen_lookup"), "cpr")):
        for shape in SHAPES:
            answer = client.post(address, {field: shape})
            assert "Mia Krag" in answer.content.decode()
            assert leaks(answer.content.decode()) == []


def test_a_number_in_an_address_is_not_searched_for(
    cast: Cast, citizen: Citizen, signed_in: SignedIn
) -> None:
    answer = signed_in(cast.anna).get(reverse("web:search"), {"q": CANARY})
    assert "Mia Krag" not in answer.content.decode()
    assert "så det ikke kommer i adressen" in answer.content.decode()
    assert leaks(answer.content.decode()) == []


def test_it_is_shown_for_a_recorded_click(cast: Cast, citizen: Citizen, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    address = reverse("people:reveal_cpr", args=[citizen.public_id])
    assert leaks(client.post(address).content.decode()) == ["620594-1234"]
    assert leaks(client.post(address, headers={"HX-Request": "true"}).content.decode()) == ["620594-1234"]


def test_no_table_holds_it_readable(
    cast: Cast, citizen: Citizen, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="brobygger"):
        client = signed_in(cast.anna)
        client.post(reverse("web:search"), {"q": CANARY})
        client.post(reverse("people:citizen_lookup"), {"cpr": CANARY})
        services.reveal_cpr(citizen=citizen, by=cast.anna)
        services.find_by_cpr(cpr=CANARY, by=cast.anna)
    assert leaks(caplog.text) == []
    assert found_in_tables() == []


def found_in_tables() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table, column in every_text_column():
            cursor.execute("select has_table_privilege(current_user, %s, 'select')", [table])
            if not cursor.fetchone()[0]:
                continue
            as_text = f"encode(\"{column}\", 'escape')" if is_bytes(table, column) else f'"{column}"::text'
            cursor.execute(
                f'select 1 from "{table}" where {as_text} like any (%s) limit 1',
                [[f"%{shape}%" for shape in SHAPES]],
            )
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


def is_bytes(table: str, column: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select data_type = 'bytea' from information_schema.columns where table_name = %s and column_name = %s",
            [table, column],
        )
        return bool(cursor.fetchone()[0])


def test_a_planted_leak_is_found(cast: Cast, citizen: Citizen) -> None:
    citizen.address = f"Nummeret er {SHAPES[1]}"
    citizen.save()
    assert found_in_tables() == ["people_citizen.address"]
