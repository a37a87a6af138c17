"""The command palette and the search page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.web.search import looks_like_cpr
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

SignedIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
ADDRESS = "/soeg/"


def results(client: Client, text: str) -> str:
    return client.post(ADDRESS, {"q": text}, headers=HTMX).content.decode()


def test_citizens_mentors_cases_and_pages_are_found(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast, code="7F3K")
    client = signed_in(cast.anna)
    assert reverse("people:citizen", args=[cast.citizen.public_id]) in results(client, "dals dav")
    assert reverse("people:mentor", args=[cast.mentor.public_id]) in results(client, "carla")
    assert reverse("web:case", args=[mentorship.public_id]) in results(client, "7f3")
    assert reverse("grants:new") in results(client, "nyt for")
    assert "<html" not in results(client, "carla")


def test_one_letter_is_not_enough(cast: Cast, signed_in: SignedIn) -> None:
    assert "Skriv mindst to tegn" in results(signed_in(cast.anna), "")
    assert "David" not in results(signed_in(cast.anna), "d")


def test_nothing_found_says_what_to_try(cast: Cast, signed_in: SignedIn) -> None:
    assert "Prøv et nummer" in results(signed_in(cast.anna), "findes ikke")


def test_the_page_works_without_the_palette(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    for answer in (client.get(ADDRESS, {"q": "carla"}), client.post(ADDRESS, {"q": "carla"})):
        text = answer.content.decode()
        assert "<html" in text
        assert "Carla Clausen" in text


def test_a_search_is_recorded_with_its_criterion_and_whom_it_showed(cast: Cast, signed_in: SignedIn) -> None:
    results(signed_in(cast.anna), "david")
    [event] = Event.objects.filter(action="search")
    assert event.detail == {"criterion": "david", "citizens": [str(cast.citizen.public_id)]}


@pytest.mark.parametrize(
    ("who", "finds_citizen", "finds_mentor"),
    [("anna", True, True), ("finn", True, False), ("tove", True, False), ("adam", False, False)],
)
def test_each_role_finds_what_it_may_see(
    cast: Cast, signed_in: SignedIn, who: str, finds_citizen: bool, finds_mentor: bool
) -> None:
    make_mentor(cast, name="Dorte Dalby")
    text = results(signed_in(getattr(cast, who)), "da")
    assert ("David Dalsgaard" in text, "Dorte Dalby" in text) == (finds_citizen, finds_mentor)


def test_nothing_is_found_across_the_border(cast: Cast, signed_in: SignedIn) -> None:
    make_active(cast, code="7F3K")
    client = signed_in(cast.bo)
    assert [word for word in ("david", "carla", "7f3k") if "/personer/" in results(client, word)] == []
    assert "/forloeb/" not in results(client, "7f3k")


@pytest.mark.parametrize("who", ["carla", "david", "signe"])
def test_search_is_for_staff(cast: Cast, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(ADDRESS, {"q": "da"}).status_code == 403


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("6205941234", True),
        ("620594-1234", True),
        ("620594 - 1234", True),
        ("62059412", False),
        ("7F3K", False),
    ],
)
def test_what_looks_like_a_cpr_number(text: str, is_one: bool) -> None:
    assert looks_like_cpr(text) is is_one


def test_many_hits_cost_no_more_queries_than_one(
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.anna)
    results(client, "da")
    with django_assert_max_num_queries(25) as few:
        results(client, "da")
    count = len(few)
    for number in range(5):
        make_citizen(cast, name=f"Dagny {number}")
        make_mentor(cast, name=f"Dan {number}")
    with django_assert_num_queries(count):
        results(client, "da")
