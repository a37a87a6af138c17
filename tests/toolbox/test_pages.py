"""Every page for each of the three parties: what it shows, what it takes, and what it keeps from others."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.mentorships.models import Goal, GoalReading, Mentorship, Status, SupportPlan, Task
from brobygger.people.models import Citizen
from brobygger.toolbox.models import Assessment, Sheet, Side
from brobygger.toolbox.plan import services as plans
from brobygger.toolbox.tools.definitions import DIGITAL, EXPECTATIONS, GUIDE, TOOLS, WHEEL
from brobygger.toolbox.tools.selectors import seen_by, sheets_of
from tests.cast import Cast
from tests.factories.hours import register
from tests.factories.people import make_mentor
from tests.toolbox.filling import NOW, TODAY, answers_to, assess, fill

SignedIn = Callable[[User], Client]
Address = Callable[..., str]
Acting = Callable[[User], AbstractContextManager[None]]
PAGES = [("case",), ("plan",), ("read_goals",), ("progress",), ("assess",), ("logbook",)]
PAGES += [("tool", tool.slug) for tool in TOOLS.values()]


def _text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


@pytest.mark.parametrize("key", ["david", "carla", "anna"])
def test_every_page_opens_for_each_party_empty_and_filled(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address, key: str
) -> None:
    client = signed_in(cast.users[key])
    for name in PAGES:
        _text(client.get(address(*name)))
    _fill_everything(cast, mentorship)
    for name in PAGES:
        _text(client.get(address(*name)))


def _fill_everything(cast: Cast, mentorship: Mentorship) -> None:
    people = {"CITIZEN": cast.david, "MENTOR": cast.carla, "STAFF": cast.anna}
    for tool in TOOLS.values():
        for side in tool.sides:
            fill(mentorship, tool, people[side])
    for by in people.values():
        assess(mentorship, by, DAILY=4, WORK=2)
        plans.read_goals(mentorship=mentorship, scores={1: 3}, own_words={}, by=by, on=TODAY, at=NOW)


@pytest.mark.parametrize("key", ["signe", "finn", "tove"])
def test_those_without_a_part_are_refused(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address, key: str
) -> None:
    assert {signed_in(cast.users[key]).get(address(*name)).status_code for name in PAGES} == {403}


def test_a_mentor_of_other_days_is_not_let_in(
    cast: Cast, signed_in: SignedIn, acting: Acting, mentorship: Mentorship, address: Address
) -> None:
    """The former mentor still reaches the mentorship itself, for hours forgotten; not what was said in it."""
    client = signed_in(cast.carla)
    assert client.get(address("case")).status_code == 200
    with acting(cast.anna):
        _change_mentor(cast, mentorship)
    assert client.get(address("case")).status_code == 404


def _change_mentor(cast: Cast, mentorship: Mentorship) -> None:
    other = make_mentor(cast, name="Nye Nielsen", email="nye@example.org")
    Mentorship.objects.filter(pk=mentorship.pk).update(mentor=other)
    grant = mentorship.grants.get()
    type(grant).objects.create(
        **{
            name: getattr(grant, name)
            for name in ("municipality", "mentorship", "decision", "plan", "minutes", "hourly_rate", "kroner")
        },
        mentor=other,
        starts_on=TODAY,
        ends_before=grant.ends_before,
    )
    mentorship.grants.filter(pk=grant.pk).update(ends_before=TODAY)


# Filling in


def test_a_tool_is_filled_in_and_read_by_the_others(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    sent = answers_to(GUIDE, agreed="David ringer selv til banken på torsdag.")
    answer = signed_in(cast.carla).post(address("fill", GUIDE.slug), sent)
    assert (answer.status_code, answer.url) == (302, address("tool", GUIDE.slug))
    for key in ("david", "anna"):
        assert "ringer selv til banken" in _text(signed_in(cast.users[key]).get(address("tool", GUIDE.slug)))
    event = Event.objects.get(action="tool.filled")
    assert event.detail["tool"] == "GUIDE" and "banken" not in str(event.detail)


def test_what_lacks_is_told_by_the_field_and_nothing_typed_is_lost(
    cast: Cast, signed_in: SignedIn, address: Address
) -> None:
    client = signed_in(cast.carla)
    page = _text(client.post(address("fill", GUIDE.slug), {"tried": "Har prøvet en kalender."}), 422)
    assert "Har prøvet en kalender." in page and 'href="#id_topic"' in page
    assert "Svar på: " in page and Sheet.objects.count() == 0
    page = _text(client.post(address("fill", WHEEL.slug), {}), 422)
    assert "Skriv eller vælg mindst ét svar." in page
    page = _text(client.post(address("fill", WHEEL.slug), {"money": "11"}), 422)
    assert "Vælg et tal fra 0 til 10." in page


def test_the_same_form_sent_twice_counts_once(cast: Cast, signed_in: SignedIn, address: Address) -> None:
    sent = {**answers_to(WHEEL), "idempotency_key": "3f2b1c00-0000-4000-8000-000000000001"}
    client = signed_in(cast.david)
    assert [client.post(address("fill", WHEEL.slug), sent).status_code for _ in range(2)] == [302, 302]
    assert Sheet.objects.count() == 1


def test_nothing_new_is_written_on_a_closed_mentorship(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(status=Status.REFUSED)
    page = _text(signed_in(cast.david).post(address("fill", WHEEL.slug), answers_to(WHEEL)), 422)
    assert "ikke i gang" in page and Sheet.objects.count() == 0


# Expectations: each on their own page first


def test_expectations_are_hidden_until_both_have_answered(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    def page(user: User) -> str:
        return _text(signed_in(user).get(address("tool", EXPECTATIONS.slug)))

    secret = "Jeg vil helst ikke mødes hjemme."
    fill(mentorship, EXPECTATIONS, cast.david, important=secret, often="WEEKLY")
    assert secret in page(cast.david)
    for user in (cast.carla, cast.anna):
        assert secret not in page(user) and "Mangler svar" in page(user)
        assert "Hvad forventer vi?" not in _text(signed_in(user).get(address("logbook")))
    fill(mentorship, EXPECTATIONS, cast.carla, important="At vi holder tiden.", often="BIWEEKLY")
    for user in (cast.david, cast.carla, cast.anna):
        assert secret in page(user) and "At vi holder tiden." in page(user)
    assert "I er ikke ens på 1 punkt." in page(cast.david)


def test_a_new_mentor_does_not_see_what_was_answered_to_the_former(
    cast: Cast, mentorship: Mentorship
) -> None:
    fill(mentorship, EXPECTATIONS, cast.david)
    fill(mentorship, EXPECTATIONS, cast.carla)
    sheets = list(sheets_of(mentorship))

    def seen(side: Side, mentor_id: int) -> list[str]:
        return sorted(sheet.side for sheet in seen_by(side, sheets, EXPECTATIONS, mentor_id=mentor_id))

    assert seen(Side.MENTOR, cast.mentor.pk) == ["CITIZEN", "MENTOR"]
    assert seen(Side.MENTOR, cast.mentor.pk + 1) == []
    assert seen(Side.CITIZEN, cast.mentor.pk + 1) == ["CITIZEN"]


# Plan, goals and assessments


def test_the_consultant_sets_the_plan_and_all_three_read_it(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    sent = {
        "sessions": "12", "session_minutes": "1,5", "rhythm": "Tirsdag kl. 10", "other_support": "Hjemmevejleder",
        "own_words_1": "Jeg vil op om morgenen",
        "target_on_1": "15.1.2027", "scale_start_1": "2", "scale_wanted_1": "7",
        "boundary_1": "Køre David til læge", "beyond_1": "CONTACT_PERSON",
    }  # fmt: skip
    assert signed_in(cast.anna).post(address("edit_plan"), sent).status_code == 302
    goal, task = Goal.objects.get(position=1), Task.objects.get()
    assert (goal.own_words, goal.scale_start, goal.scale_wanted) == ("Jeg vil op om morgenen", 2, 7)
    assert (task.boundary, task.beyond) == ("Køre David til læge", "CONTACT_PERSON")
    assert SupportPlan.objects.get().session_minutes == 90
    for key in ("david", "carla", "anna"):
        page = _text(signed_in(cast.users[key]).get(address("plan")))
        for words in ("Jeg vil op om morgenen", "Støttekontaktperson", "af 12 møder", "Hjemmevejleder"):
            assert words in page, (key, words)
    assert Event.objects.filter(action="plan.changed", subject=str(mentorship.public_id)).exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"scale_start_1": "3"}, "Vælg både"),
        ({"scale_start_1": "6", "scale_wanted_1": "4"}, "skal ligge højere"),
        ({"target_on_1": "1.1.2020"}, "før forløbet begynder"),
        ({"boundary_1": "Rengøring"}, "Vælg, hvem der gør det"),
        ({"sessions": "mange"}, "Skriv et helt tal."),
    ],
)
def test_a_plan_that_cannot_be_is_told_by_the_field(
    cast: Cast, signed_in: SignedIn, address: Address, sent: dict[str, str], told: str
) -> None:
    assert told in _text(signed_in(cast.anna).post(address("edit_plan"), sent), 422)
    assert SupportPlan.objects.count() == 0


def test_goals_are_read_by_each_and_words_are_the_citizens(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    sent = {"score_1": "4", "own_words_1": "Komme ud ad døren"}
    assert signed_in(cast.david).post(address("read_goals"), sent).status_code == 302
    sent = {"score_1": "6", "own_words_1": "Mentorens ord"}
    assert signed_in(cast.carla).post(address("read_goals"), sent).status_code == 302
    assert list(GoalReading.objects.order_by("id").values_list("side", "score")) == [
        ("CITIZEN", 4),
        ("MENTOR", 6),
    ]
    assert Goal.objects.get(position=1).own_words == "Komme ud ad døren"
    assert "Vælg et tal" in _text(signed_in(cast.carla).post(address("read_goals"), {}), 422)


def test_assessments_are_kept_apart_and_shown_together(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    for user, sent in (
        (cast.david, {"moment": "START", "DAILY": "3"}),
        (cast.carla, {"moment": "START", "DAILY": "5", "ATTENDANCE": "4", "language": "A2"}),
    ):
        assert signed_in(user).post(address("assess"), sent).status_code == 302
    page = _text(signed_in(cast.anna).get(address("progress")))
    assert page.count('class="toolbox-track toolbox-track-0" d="M') == 1 + 1  # the legend and one line
    assert "A2: Korte samtaler" in page and "Møder som aftalt" in page
    assert Assessment.objects.get(side="CITIZEN").language == ""


def test_the_citizen_is_not_asked_what_is_for_a_workplace(
    cast: Cast, signed_in: SignedIn, address: Address
) -> None:
    client = signed_in(cast.david)
    assert "ATTENDANCE" not in _text(client.get(address("assess")))
    answer = client.post(address("assess"), {"moment": "START", "ATTENDANCE": "9"})
    assert "mindst ét spørgsmål" in _text(answer, 422) and Assessment.objects.count() == 0


def test_the_screening_says_why_and_shows_the_catalogue(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    entry = {
        "kind": "CALENDAR", "name": "Prøvekalender", "what_for": "Minder om aftaler.", "price": "Gratis",
        "data_protection": "Gemmer kun på telefonen.", "valid_from": "1.1.2026",
    }  # fmt: skip
    client = signed_in(cast.adam)
    assert client.post("/redskaber/katalog/ny/", entry).status_code == 302
    fill(mentorship, DIGITAL, cast.david, wish="MUCH", phone="MUCH", apps="MUCH", forgets="MUCH")
    page = _text(signed_in(cast.david).get(address("tool", DIGITAL.slug)))
    assert "Prøvekalender" in page and "Aftaler bliver tit glemt." in page
    fill(mentorship, DIGITAL, cast.carla, wish="NO")
    assert "Prøvekalender" not in _text(signed_in(cast.david).get(address("tool", DIGITAL.slug)))


# Queries


@pytest.mark.parametrize("name", [("case",), ("plan",), ("progress",), ("logbook",), ("tool", WHEEL.slug)])
def test_as_many_queries_for_one_row_as_for_many(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address, name: tuple[str, ...]
) -> None:
    _fill_everything(cast, mentorship)
    client = signed_in(cast.anna)
    few = _queries(client, address(*name))
    for _round in range(3):
        _fill_everything(cast, mentorship)
    for position in (3, 4, 5):
        Goal.objects.create(
            municipality=cast.municipality, mentorship=mentorship, position=position, text="Flere mål"
        )
    assert _queries(client, address(*name)) == few


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_consultant_adds_a_goal_after_the_agreement(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    sent = {"text": " Tager bussen selv ", "own_words": "Jeg vil ikke køres.", "target_on": "1.3.2027",
            "scale_start": "2", "scale_wanted": "8"}  # fmt: skip
    client = signed_in(cast.anna)
    assert "Nyt mål" in _text(client.get(address("plan")))
    answer = client.post(address("new_goal"), sent)
    assert (answer.status_code, answer.url) == (302, address("plan"))
    goal = Goal.objects.get(mentorship=mentorship, text="Tager bussen selv")
    assert (goal.position, goal.own_words, goal.scale_start, goal.scale_wanted) == (
        3,
        sent["own_words"],
        2,
        8,
    )
    event = Event.objects.get(action="plan.goal_added")
    assert event.detail["position"] == 3 and "bussen" not in str(event.detail)
    for key in ("david", "carla"):
        page = _text(signed_in(cast.users[key]).get(address("plan")))
        assert "Tager bussen selv" in page and "nyt-maal" not in page
        assert signed_in(cast.users[key]).get(address("new_goal")).status_code == 403


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": " "}, "Skriv målet."),
        ({"text": "klarer en vagt  ALENE"}, "Målet står allerede i planen."),
        ({"target_on": "22.11.2026"}, "Vælg en dag, der ikke er gået."),
        ({"scale_wanted": ""}, "Vælg både, hvor borgeren er nu, og hvor borgeren vil hen."),
        ({"scale_wanted": "1"}, "Målet skal ligge højere end det, borgeren begynder med."),
    ],
)
def test_a_goal_that_cannot_be_is_told_by_the_field(
    cast: Cast, signed_in: SignedIn, address: Address, changed: dict[str, str], told: str
) -> None:
    sent = {"text": "Tager bussen", "scale_start": "2", "scale_wanted": "8", **changed}
    before = Goal.objects.count()
    page = _text(signed_in(cast.anna).post(address("new_goal"), sent), 422)
    assert told in page and Goal.objects.count() == before


def test_a_new_task_is_said_to_need_a_decision(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    change = f"/bevilling/forloeb/{mentorship.public_id}/aendr/"
    page = _text(signed_in(cast.anna).get(address("plan")))
    assert "En ny opgave kræver en afgørelse om ændring" in page and change in page
    assert "kræver en afgørelse om ændring" not in _text(signed_in(cast.david).get(address("plan")))


def test_a_citizen_reads_dates_and_lengths_in_the_own_language_and_danish_is_marked(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, address: Address
) -> None:
    _fill_everything(cast, mentorship)
    register(cast, mentorship, note="Talte om ugen.")
    Citizen.objects.filter(pk=cast.citizen.pk).update(language="en")
    client = signed_in(cast.david)
    for name in PAGES:
        page = _text(client.get(address(*name)))
        assert not re.search(r"\d\. (?:nov|dec|jan)\.", page), name
    logbook = _text(client.get(address("logbook")))
    assert "23 Nov 2026" in logbook and '<p lang="da" dir="auto">Talte om ugen.</p>' in logbook
    assert re.search(r"1 hour", logbook)
    plan = _text(client.get(address("plan")))
    assert re.search(r'lang="da" dir="auto"[^>]*>At David', plan)
    assert "23. nov. 2026" in _text(signed_in(cast.carla).get(address("logbook")))
