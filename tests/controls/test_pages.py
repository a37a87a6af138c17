"""Tilsyn as people see it: the grid, the cases that fail, the questionnaire, and the case page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.controls.models import ControlRun
from brobygger.controls.risks import presenters as risks
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Mentor
from tests.cast import Cast
from tests.controls.conftest import ON
from tests.controls.test_risks_pages import make_sign
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
Run = Callable[..., ControlRun]
GRID, GUIDE = "/tilsyn/", "/tilsyn/spoergeguide/"
K03 = "/tilsyn/fejl/K03/"


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_grid_teaches_while_it_is_empty(cast: Cast, signed_in: SignedIn) -> None:
    assert "Ingen kontroller endnu" in page(signed_in(cast.tove), GRID)


def test_the_grid_shows_share_failures_and_change(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    make_active(
        cast, mentor=Mentor.objects.create(municipality=cast.municipality, identity=99, kind="VOLUNTEER")
    )
    run(ON - timedelta(days=1))
    Mentor.objects.update(qualifications="")
    run()
    text = page(signed_in(cast.tove), GRID)
    assert "Team Ung" in text and "2 forløb kontrolleret" in text
    row = text.split("Mentorens kvalifikationer er dokumenteret")[1].split("</tr>")[0]
    assert f'href="{K03}"' in row and f"{K03}?hold={cast.team.public_id}" in row
    assert "2 fejler" in row and "50 point ned" in row


def test_a_cell_leads_to_the_cases_and_they_to_the_place_that_mends(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    Mentor.objects.update(qualifications="")
    run()
    text = page(signed_in(cast.tove), K03, hold=str(cast.team.public_id))
    assert mentorship.code in text and "D. D." in text and "David" not in text
    assert "Mentorens kvalifikationer er ikke skrevet." in text
    assert f'href="{reverse("web:case", args=[mentorship.public_id])}#mennesker"' in text
    event = Event.objects.get(action="citizens.listed")
    assert event.purpose == "Tilsyn" and event.detail["citizens"] == [str(cast.citizen.public_id)]


def test_cases_without_a_team_have_a_column_and_a_list(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    alone = make_active(cast, team=None)
    Mentor.objects.update(qualifications="")
    run()
    client = signed_in(cast.tove)
    assert f"{K03}?hold=uden" in page(client, GRID)
    text = page(client, K03, hold="uden")
    assert alone.code in text and mentorship.code not in text


def test_nothing_fails_and_unknown_questions_and_teams(cast: Cast, run: Run, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)
    run()
    assert "Ingen forløb fejler" in page(client, K03)
    for address in ("/tilsyn/fejl/K99/", f"{K03}?hold={cast.citizen.public_id}", f"{K03}?hold=x"):
        assert client.get(address).status_code == 404, address


def test_another_municipality_sees_none_of_it(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    Mentor.objects.update(qualifications="")
    run()
    cast.bo.roles = ["CONTROLLER"]
    cast.bo.save()
    client = signed_in(cast.bo)
    assert "Ingen kontroller endnu" in page(client, GRID)
    assert mentorship.code not in page(client, K03)
    assert client.get(K03, {"hold": str(cast.team.public_id)}).status_code == 404


@pytest.mark.parametrize("address", [GRID, GUIDE, f"{GUIDE}csv/"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("tove", 200),
        ("eva", 200),
        ("adam", 200),
        ("anna", 403),
        ("finn", 403),
        ("carla", 403),
        ("david", 403),
    ],
)
def test_who_sees_controls(cast: Cast, signed_in: SignedIn, address: str, who: str, status: int) -> None:
    assert signed_in(getattr(cast, who)).get(address).status_code == status


def test_an_administrator_sees_shares_but_no_cases(cast: Cast, run: Run, signed_in: SignedIn) -> None:
    run()
    assert signed_in(cast.adam).get(K03).status_code == 403


@pytest.mark.parametrize("address", [GRID, K03, GUIDE, f"{GUIDE}csv/"])
def test_signed_out_is_sent_to_sign_in(cast: Cast, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302 and "/log-ind" in answer["Location"]


def test_the_button_asks_once(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)
    data = {"idempotency_key": "7a1c3a52-8f8e-4b62-9f5f-0d8b3a0c2f11"}
    for _ in range(2):
        assert client.post("/tilsyn/koer/", data)["Location"] == GRID
    assert ControlRun.objects.filter(finished_at=None).count() == 1
    assert "Kontrollerne kører" in page(client, GRID)
    assert client.get("/tilsyn/koer/").status_code == 405


def test_the_questionnaire_is_answered_from_the_data(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    run()
    client = signed_in(cast.tove)
    text = page(client, GUIDE)
    assert "Formålet er dokumenteret i 100 procent (1 af 1 sager)." in text
    assert "Guidens egen ordlyd er ikke læst" in text
    answer = client.get(f"{GUIDE}csv/")
    assert answer["Content-Disposition"] == 'attachment; filename="spoergeguide-2026-11-23.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Nr.;Tema;") and any(line.startswith("7;Tilbuddet;") for line in lines)


def test_the_case_page_says_what_fails_and_where_it_is_mended(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    Mentor.objects.update(qualifications="")
    run(ON - timedelta(days=3))
    text = page(signed_in(cast.tove), reverse("web:case", args=[mentorship.public_id]))
    section = text.split('id="tilsyn"')[1]
    assert "Mentorens kvalifikationer er ikke skrevet." in section and 'href="#mennesker"' in section
    assert "for 3 dage siden" in section
    assert 'id="tilsyn"' not in page(signed_in(cast.anna), reverse("web:case", args=[mentorship.public_id]))


def test_the_case_page_shows_the_signs_that_name_it_to_those_who_weigh_them(
    cast: Cast, mentorship: Mentorship, run: Run, signed_in: SignedIn
) -> None:
    run()
    client, case = signed_in(cast.tove), reverse("web:case", args=[mentorship.public_id])
    assert "Tegn på fejl og snyd" not in page(client, case).split('id="tilsyn"')[1]
    sign = make_sign(cast, mentorship)
    other = make_active(cast)
    section = page(client, case).split('id="tilsyn"')[1]
    assert "4 af mentorens møder ligger oven i møder" in section and "1 tegn" in page(client, case)
    assert reverse("controls:risk", args=[sign.public_id]) in section
    elsewhere = page(client, reverse("web:case", args=[other.public_id]))
    assert "mentorens møder ligger oven i" not in elsewhere
    assert "mentorens møder ligger oven i" not in page(signed_in(cast.anna), case)
    assert risks.case_rows(mentorship, cast.tove) and not risks.case_rows(mentorship, cast.finn)


def test_as_many_queries_for_many_rows_as_for_one(cast: Cast, run: Run, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    Mentor.objects.update(qualifications="")
    make_active(cast)
    run()
    few = {address: queries(address) for address in (GRID, K03, GUIDE)}
    for number in range(4):
        make_active(cast, citizen=make_citizen(cast, name=f"Borger {number}"))
    for days in range(1, 4):
        run(date(2026, 11, 23) + timedelta(days=days))
    assert {address: queries(address) for address in few} == few
