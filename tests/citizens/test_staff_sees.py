"""What staff and the mentor meet of the citizen's page: the answers to how it goes, and the way to telephone hours."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.citizens.models import HowItGoes
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import NOW

SignedIn = Callable[[User], Client]
Acting = Callable[..., object]
TITLE = "Borgerens svar på, hvordan det går"


def answer(cast: Cast, mentorship: Mentorship, *scores: int) -> None:
    """The first is a day old, each one after it a day older."""
    for place, score in enumerate(scores, 1):
        HowItGoes.objects.create(
            municipality=cast.municipality,
            mentorship=mentorship,
            citizen=cast.citizen,
            score=score,
            words=f"Ord {score}.",
            answered_at=NOW - timedelta(days=place),
        )


def case(mentorship: Mentorship) -> str:
    return reverse("web:case", args=[mentorship.public_id])


def test_the_answers_stand_where_follow_up_is_newest_first(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    assert TITLE not in signed_in(cast.anna).get(case(mentorship)).content.decode()
    answer(cast, mentorship, 4, 3, 5)
    page = signed_in(cast.anna).get(case(mentorship)).content.decode()
    part = page.split('id="opfoelgning"')[1].split("</details>")[0]
    assert TITLE in part and re.findall(r"Ord (\d)", part) == ["4", "3", "5"]
    assert "Godt" in part


@pytest.mark.parametrize(("who", "sees"), [("anna", True), ("finn", False)])
def test_only_those_who_read_the_journal_see_the_answers(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, who: str, sees: bool
) -> None:
    answer(cast, mentorship, 4)
    page = signed_in(cast.users[who]).get(case(mentorship)).content.decode()
    assert ("Ord 4." in page) is sees


def test_many_answers_cost_as_many_queries_as_one(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    client, counts = signed_in(cast.anna), []
    client.get(case(mentorship))
    for scores in ([4], [3, 5, 2, 1, 4, 5, 3, 2]):
        answer(cast, mentorship, *scores)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(case(mentorship)).content.decode()
        counts.append(len(queries))
    assert len(re.findall(r"Ord \d", page)) == 6 and counts[0] == counts[1]


@pytest.mark.parametrize(("who", "sees"), [("anna", True), ("finn", False), ("tove", False)])
def test_the_case_leads_those_who_follow_up_to_the_telephone_hours(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, who: str, sees: bool
) -> None:
    client, address = (
        signed_in(cast.users[who]),
        reverse("citizens:contact_hours", args=[mentorship.public_id]),
    )
    assert (f'href="{address}"' in client.get(case(mentorship)).content.decode()) is sees
    assert (client.get(address).status_code == 200) is sees


def test_the_mentors_page_leads_to_the_hours_on_a_page_for_telephones(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    client, address = signed_in(cast.carla), reverse("citizens:contact_hours", args=[mentorship.public_id])
    assert f'href="{address}"' in client.get(reverse("hours:mentor")).content.decode()
    page = client.get(address)
    assert page.status_code == 200 and "layouts/phone.html" in [each.name for each in page.templates]
