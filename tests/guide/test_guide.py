"""The public guide: six questions, the possibilities of the day, nobody signed in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.law import guide as law
from brobygger.law.guide import Answers
from brobygger.rulebook import services
from brobygger.rulebook.services import Reference
from tests.cast import Cast

SignedIn = Callable[[User], Client]
GUIDE = "/vejviser/"
ANSWERED = {
    "on": "23.11.2026",
    "person": "6.3",
    "context": "COMPANY_PLACEMENT",
    "place": "SMALL_COMPANY",
    "mentor": "COMPANY_EMPLOYEE",
    "course": "SHORT",
}


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def visitor(db: None, client: Client) -> Client:
    return client


def text_of(page: bytes) -> str:
    return html.unescape(re.sub(r"\s+", " ", page.decode()))


class _Names(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("input", "select") and told.get("name") and told.get("type") != "hidden":
            self.names.append(str(told["name"]))


def test_it_asks_at_most_six_questions_and_needs_no_login(visitor: Client) -> None:
    answer = visitor.get(GUIDE)
    assert answer.status_code == 200
    reader = _Names()
    reader.feed(answer.content.decode())
    assert list(dict.fromkeys(reader.names)) == ["on", "person", "context", "place", "mentor", "course"]


def test_everything_answered_gives_one_arrangement_with_all_it_takes(visitor: Client) -> None:
    page = text_of(visitor.get(GUIDE, ANSWERED).content)
    assert "1 mulighed" in page and "Kan lade sig gøre" in page
    for heading in ("Paragraffer", "Det skal vises", "Det kan blandes med", "Det koster kommunen", "Papirer"):
        assert f"<h4>{heading}</h4>" in page
    assert "§ 167" in page and "Mere præcist" not in page


@pytest.mark.parametrize("on", ["1.5.2007", "1.5.2012", "1.5.2016", "1.5.2021", "23.11.2026"])
def test_every_sentence_of_the_law_is_on_the_page(visitor: Client, on: str) -> None:
    day, month, year = on.split(".")
    page = text_of(visitor.get(GUIDE, {"on": on}).content)
    guidance = law.guide(Answers(on=date(int(year), int(month), int(day))))
    assert guidance.possibilities
    for each in guidance.possibilities:
        assert each.title.da in page
        for point in each.reasons_against if each in guidance.closed_ones else (*each.costs, *each.forms):
            assert point.words.da in page


def test_an_external_consultant_in_a_large_company_was_not_possible_in_2007(visitor: Client) -> None:
    told = {"on": "1.5.2007", "place": "LARGER_COMPANY", "mentor": "EXTERNAL_CONSULTANT"}
    page = text_of(visitor.get(GUIDE, told).content)
    assert "Det kan ikke lade sig gøre sådan" in page and "B05" in page
    page = text_of(visitor.get(GUIDE, {**told, "on": "1.5.2021"}).content)
    assert "Det kan ikke lade sig gøre sådan" not in page


def test_zero_solution_is_named_where_wage_subsidy_is_mixed_in(visitor: Client) -> None:
    page = text_of(visitor.get(GUIDE, {**ANSWERED, "context": "WAGE_SUBSIDY"}).content)
    assert "Nulløsning" in page
    assert "Nulløsning" not in text_of(visitor.get(GUIDE, ANSWERED).content)


def test_the_groups_are_those_of_the_day(visitor: Client) -> None:
    then, now = (visitor.get(GUIDE, {"on": on}).content.decode() for on in ("1.5.2012", "23.11.2026"))
    assert 'value="2.3"' in then and 'value="6.3"' not in then
    assert 'value="6.3"' in now and 'value="2.3"' not in now


def test_an_answer_that_the_day_does_not_have_is_asked_again(visitor: Client) -> None:
    answer = visitor.get(GUIDE, {**ANSWERED, "on": "1.5.2012"})
    page = text_of(answer.content)
    assert answer.status_code == 200 and "Det kunne man ikke vælge den dag. Vælg igen." in page
    assert "Mere præcist, når du også svarer på: Hvem er borgeren?" in page


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("snart", "Skriv datoen som dag, måned og år"),
        ("9.6.2003", "Skriv en dag fra 10. juni 2003"),
        ("1.1.2028", "Skriv en dag fra 10. juni 2003"),
    ],
)
def test_a_day_that_cannot_be_used_stands_with_a_sentence(visitor: Client, on: str, sentence: str) -> None:
    answer = visitor.get(GUIDE, {"on": on})
    page = answer.content.decode()
    assert answer.status_code == 200 and sentence in page and f'value="{on}"' in page
    assert "23. november 2026" in page


def test_rubbish_in_the_address_is_no_fault(visitor: Client) -> None:
    rubbish = dict.fromkeys((*ANSWERED, "sprog", "x"), "<script>alert(1)</script>")
    answer = visitor.get(GUIDE, rubbish)
    assert answer.status_code == 200 and b"<script>alert" not in answer.content


def test_the_answer_alone_comes_to_the_script(visitor: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "answer"}
    answer = visitor.get(GUIDE, ANSWERED, headers=headers)
    part = answer.content.decode()
    assert "<html" not in part and 'id="answer"' in part and "HX-Request" in answer.headers["Vary"]
    assert "hx-swap-oob" not in part


def test_another_day_brings_its_own_groups_along(visitor: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "answer", "HX-Trigger": "guide_day"}
    part = visitor.get(GUIDE, {"on": "1.5.2012", "person": "6.3"}, headers=headers).content.decode()
    assert 'id="guide_person" hx-swap-oob="true"' in part and 'id="guide_course" hx-swap-oob="true"' in part
    assert 'value="2.3"' in part and "Det kunne man ikke vælge den dag." in part and 'name="on"' not in part


def test_it_is_told_in_english_and_says_that_danish_counts(visitor: Client) -> None:
    page = text_of(visitor.get(GUIDE, {**ANSWERED, "sprog": "en"}).content)
    assert '<html lang="en"' in page and "Who is the citizen?" in page
    assert law.INFORMATION["N16"].text_en in page
    assert "Hvem er borgeren?" not in page


def test_the_links_to_the_other_language_keep_the_answers(visitor: Client) -> None:
    page = text_of(visitor.get(GUIDE, ANSWERED).content)
    assert "person=6.3" in page and "sprog=en" in page


def test_a_visitor_causes_no_query_and_staff_read_with_their_own_numbers(
    cast: Cast, client: Client, signed_in: SignedIn, now: datetime
) -> None:
    services.add_parameter(
        parameter="P01", valid_from=date(2026, 10, 1), value=Decimal(2), source=Reference("Et brev"), note="",
        by=cast.adam, at=now,
    )  # fmt: skip
    with CaptureQueriesContext(connection) as counted:
        visited = text_of(client.get(GUIDE, ANSWERED).content)
    assert not [each for each in counted if "localparameter" in each["sql"].lower()]
    assert "Et brev" not in visited
    assert "Et brev" in text_of(signed_in(cast.anna).get(GUIDE, ANSWERED).content)
    assert client.get(GUIDE).status_code == 200
    assert signed_in(cast.david).get(GUIDE).status_code == 200


def test_only_reading_is_allowed(visitor: Client) -> None:
    assert visitor.post(GUIDE).status_code == 405
