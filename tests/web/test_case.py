"""The case page: all of one mentorship, for those who may see it, and a log of who did."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.followups.models import FollowUp
from brobygger.mentorships import services
from brobygger.mentorships.models import CitizenMessage, Mentorship, Status
from tests.cast import Cast
from tests.factories.mentorships import make_active, make_mentorship
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
IN_ORDER = [
    "aftalt",
    "plan",
    "timer",
    "mennesker",
    "moeder",
    "opfoelgning",
    "afgoerelser",
    "oekonomi",
    "status",
    "tilsyn",
    "journal",
    "historik",
]


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def address(mentorship: Mentorship) -> str:
    return reverse("web:case", args=[mentorship.public_id])


def sections(page: str) -> list[str]:
    return re.findall(r'<details class="bb-section[^"]*" id="([a-z]+)"', page)


def is_open(page: str, key: str) -> bool:
    return re.search(rf'<details class="bb-section[^"]*" id="{key}" open>', page) is not None


def test_it_has_every_part_in_order_and_an_index(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.anna).get(address(make_active(cast))).content.decode()
    hers = [key for key in IN_ORDER if key != "tilsyn"]
    assert sections(page) == hers
    assert re.findall(r'<a href="#([a-z]+)"', page.split('class="bb-index"')[1])[: len(hers)] == hers
    assert "D. D." in page and "I gang" in page and "uge 4 af 13" in page
    assert "At David kan gennemføre praktikken." in page and "Introducere til arbejdet" in page
    assert 'href="tel:+4545678901"' in page and 'href="mailto:carla@example.org"' in page


def test_the_number_is_masked(cast: Cast, signed_in: SignedIn) -> None:
    assert "020594-••••" in signed_in(cast.anna).get(address(make_active(cast))).content.decode()


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        ("anna", {"tilsyn"}),
        ("freja", {"tilsyn"}),
        ("eva", set()),
        ("klara", {"tilsyn"}),
        ("tove", {"plan"}),
        ("finn", {"plan", "tilsyn", "status", "journal", "historik"}),
    ],
)
def test_each_role_sees_its_parts(cast: Cast, signed_in: SignedIn, who: str, hidden: set[str]) -> None:
    page = signed_in(getattr(cast, who)).get(address(make_active(cast))).content.decode()
    assert sections(page) == [key for key in IN_ORDER if key not in hidden]
    assert ("Skriv i journalen" in page) is (who in {"anna", "freja", "eva", "klara"})
    assert ("Vis CPR-nummer" in page) is (who in {"anna", "freja", "eva", "klara"})


def test_a_look_is_logged_and_stands_in_the_history(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    signed_in(cast.freja).get(address(mentorship))
    event = Event.objects.get(action="citizen.seen")
    assert (event.actor_name, event.subject) == ("Freja Frandsen", str(cast.citizen.public_id))
    page = signed_in(cast.anna).get(address(mentorship)).content.decode()
    assert "Så borgerens oplysninger på siden Forløb" in page and "Freja Frandsen" in page


def test_what_the_reader_must_see_is_open_with_a_mark(cast: Cast, signed_in: SignedIn, now: datetime) -> None:
    mentorship = make_active(cast)
    client = signed_in(cast.anna)
    assert not is_open(client.get(address(mentorship)).content.decode(), "journal")
    CitizenMessage.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        citizen=cast.citizen,
        kind="QUESTION",
        text="Må jeg få en anden dag?",
        sent_at=now,
    )
    page = client.get(address(mentorship)).content.decode()
    assert (
        is_open(page, "journal") and "borgeren venter på svar" in page and "Må jeg få en anden dag?" in page
    )


def test_an_overdue_follow_up_opens_its_part_and_is_the_next_act(
    cast: Cast, signed_in: SignedIn, today: date
) -> None:
    mentorship = make_active(cast)
    day = today - timedelta(days=3)
    late = FollowUp.objects.create(
        municipality=cast.municipality, mentorship=mentorship, kind="MONTHLY", due_on=day, planned_for=day
    )
    page = signed_in(cast.anna).get(address(mentorship)).content.decode()
    assert is_open(page, "opfoelgning")
    assert (
        reverse("followups:record", args=[late.public_id]) in page
        and "Næste opfølgning 20. nov. 2026" in page
    )


def test_near_the_end_the_next_act_is_to_renew_or_end(cast: Cast, signed_in: SignedIn, today: date) -> None:
    soon = make_active(cast, ends_before=today + timedelta(days=10))
    over = make_active(cast, ends_before=today - timedelta(days=1))
    client = signed_in(cast.anna)
    assert reverse("grants:renew", args=[soon.public_id]) in client.get(address(soon)).content.decode()
    assert "Afslut forløbet" in client.get(address(over)).content.decode()


def test_a_status_change_is_told_in_danish(cast: Cast, signed_in: SignedIn, now: datetime) -> None:
    mentorship = make_mentorship(cast, status=Status.GRANTED)
    services.set_status(mentorship=mentorship, status=Status.ACTIVE, reason="", by=cast.anna, at=now)
    page = signed_in(cast.anna).get(address(mentorship)).content.decode()
    assert "Forløbets status er nu: i gang." in page


@pytest.mark.parametrize(
    ("who", "status"), [("adam", 403), ("bo", 404), ("carla", 403), ("david", 403), ("signe", 403)]
)
def test_others_get_no_page(cast: Cast, signed_in: SignedIn, who: str, status: int) -> None:
    assert signed_in(getattr(cast, who)).get(address(make_active(cast))).status_code == status


def test_another_citizens_case_is_not_there(cast: Cast, signed_in: SignedIn) -> None:
    others = make_active(cast, citizen=make_citizen(cast, name="Sara Ahmadi"))
    no_case = Mentorship()
    answers = [signed_in(cast.david).get(address(case)).status_code for case in (others, no_case)]
    assert answers == [403, 403]  # the page is for staff, and tells nobody else which cases there are


def test_signed_out_one_is_sent_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(address(make_active(cast))).status_code == 302


def test_a_long_case_takes_as_many_queries_as_a_short_one(
    cast: Cast, signed_in: SignedIn, now: datetime, today: date
) -> None:
    mentorship, client = make_active(cast), signed_in(cast.anna)

    def fill(rows: int) -> None:
        for number in range(rows):
            services.journalise(
                mentorship=mentorship,
                dated_on=today,
                subject=f"Notat {number}",
                text="x",
                by=cast.anna,
                at=now,
            )
            FollowUp.objects.create(
                municipality=cast.municipality,
                mentorship=mentorship,
                kind="MONTHLY",
                due_on=today,
                planned_for=today + timedelta(days=number),
            )

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address(mentorship)).status_code == 200
        return len(counted)

    fill(1)
    queries()
    few = queries()
    fill(12)
    assert queries() == few
