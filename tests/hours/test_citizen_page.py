"""The citizen's phone, as pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.hours import services
from brobygger.hours.models import Contact
from brobygger.mentorships.models import CitizenMessage, Mentorship
from brobygger.people import services as people
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, correct, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

SignedIn = Callable[[Any], Client]
Acting = Callable[..., Any]
HOME = "citizens:overview"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def _text(response: Any) -> str:
    return unescape(response.content.decode())


def test_the_page_says_who_the_mentor_is_and_asks_about_last_week(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    register(cast, mentorship)
    register(cast, mentorship, kind=Contact.Kind.TELEPHONE, starts_at=NOW - timedelta(hours=3))
    text = _text(signed_in(cast.david).get(reverse(HOME)))
    assert "Din mentor er <strong>Carla</strong> fra Nordhavn Bageri." in text
    assert "Clausen" not in text
    assert text.index("I denne uge") < text.index("I sidste uge")
    assert "Mandag 16. november kl. 10.00–11.00" in text
    assert "I talte i telefon." in text
    assert "Ja til det hele" in text


def test_one_tap_says_yes(cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting) -> None:
    contact = register(cast, mentorship)
    client = signed_in(cast.david)
    response = client.post(reverse("citizens:confirm", args=[contact.public_id]), follow=True)
    assert "Tak. Dit svar er gemt." in _text(response)
    assert "Du har svaret på alle møder." in _text(response)
    with acting(cast.david):
        contact.refresh_from_db()
    assert contact.state == "CONFIRMED"


def test_yes_to_all_covers_what_the_page_showed(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    shown = [register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=day)) for day in range(2)]
    later = register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=3))
    client, address = signed_in(cast.david), reverse("citizens:confirm_all")
    client.post(address, {"contact": [str(each.public_id) for each in shown]})
    with acting(cast.david):
        states = set(
            Contact.objects.filter(pk__in=[each.pk for each in shown]).values_list("state", flat=True)
        )
        later.refresh_from_db()
    assert (states, later.state) == ({"CONFIRMED"}, "REGISTERED")
    for wrong in ({}, {"contact": "rubbish"}, {"contact": str(uuid.uuid4())}):
        assert client.post(address, wrong).status_code == 404


def test_a_meeting_corrected_meanwhile_is_asked_about_again(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    contact = register(cast, mentorship)
    correct(cast, contact)
    response = signed_in(cast.david).post(reverse("citizens:confirm", args=[contact.public_id]), follow=True)
    assert "Et møde er ændret, mens du så på det." in _text(response)
    with acting(cast.david):
        assert not Contact.objects.filter(state="CONFIRMED").exists()


def test_a_dispute_needs_words_and_keeps_them(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    contact = register(cast, mentorship)
    client, address = signed_in(cast.david), reverse("citizens:dispute", args=[contact.public_id])
    assert client.get(address).status_code == 200
    response = client.post(address, {"reason": ""})
    assert response.status_code == 422
    assert "Svar på: Hvad er forkert?" in _text(response)
    long = client.post(address, {"reason": "Hun kom ikke. " * 100})
    assert long.status_code == 422
    assert _text(long).count("Hun kom ikke.") == 100
    done = client.post(address, {"reason": "Hun kom ikke."}, follow=True)
    assert "Tak. Kommunen ser på det." in _text(done)
    with acting(cast.david):
        contact.refresh_from_db()
    assert contact.state == "DISPUTED"


def test_the_same_dispute_sent_twice_counts_once(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    contact = register(cast, mentorship)
    client, address = signed_in(cast.david), reverse("citizens:dispute", args=[contact.public_id])
    typed = {"reason": "Hun kom ikke.", "idempotency_key": str(uuid.uuid4())}
    assert [client.post(address, typed).status_code for _again in range(2)] == [302, 302]


def test_what_was_agreed_is_told(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    text = _text(signed_in(cast.david).get(reverse("citizens:agreed", args=[mentorship.public_id])))
    for told in (
        "At David kan gennemføre praktikken.",
        "Møder tre dage om ugen",
        "Introducere til arbejdet",
        "Fra den 2. november 2026 til og med den 31. januar 2027.",
        "5 timer om ugen i 13 uger",
        "Anna Andersen",
    ):
        assert told in text


@pytest.mark.parametrize(
    ("slug", "kind", "text"),
    [
        ("spoergsmaal", "QUESTION", "Hvornår slutter det?"),
        ("anden-mentor", "DECLINE_MENTOR", ""),
        ("klage", "COMPLAINT", "Jeg er ikke hørt."),
    ],
)
def test_the_citizen_writes_to_the_municipality(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting, slug: str, kind: str, text: str
) -> None:
    client, address = signed_in(cast.david), reverse("citizens:message", args=[mentorship.public_id, slug])
    assert client.get(address).status_code == 200
    assert "Kommunen har fået din besked" in _text(client.post(address, {"text": text}, follow=True))
    with acting(cast.david):
        assert CitizenMessage.objects.get().kind == kind


def test_a_question_needs_words(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    address = reverse("citizens:message", args=[mentorship.public_id, "spoergsmaal"])
    assert signed_in(cast.david).post(address, {"text": " "}).status_code == 422
    other = reverse("citizens:message", args=[mentorship.public_id, "andet"])
    assert signed_in(cast.david).get(other).status_code == 404


def test_the_citizen_sees_which_roles_looked_and_not_who(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    other = make_citizen(cast, name="En anden")
    people.note_look(citizen=cast.citizen, by=cast.anna, page="Forløbets side")
    people.note_looks(citizens=[cast.citizen, other], by=cast.eva, page="Listen over forløb")
    people.note_look(citizen=other, by=cast.freja, page="Andres side")
    text = _text(signed_in(cast.david).get(reverse("citizens:looks")))
    assert "Jobkonsulent" in text
    assert "Forløbets side" in text
    assert "Leder" in text
    assert "Listen over forløb" in text
    assert "Anna" not in text
    assert "Andres side" not in text


@pytest.mark.parametrize("who", ["anna", "carla", "signe", "bo"])
def test_nobody_else_can_ask_who_looked(cast: Cast, mentorship: Mentorship, acting: Acting, who: str) -> None:
    from brobygger.hours import selectors

    people.note_look(citizen=cast.citizen, by=cast.anna, page="Forløbets side")
    with acting(cast.david):
        assert len(selectors.looks_at(since=NOW - timedelta(days=3650))) == 1
    with acting(getattr(cast, who)):
        assert selectors.looks_at(since=NOW - timedelta(days=3650)) == []


def test_another_citizens_things_are_not_found(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    contact = register(cast, mentorship)
    cast.david.person_id = make_citizen(cast, name="En anden").pk
    cast.david.save()
    client = signed_in(cast.david)
    assert client.post(reverse("citizens:confirm", args=[contact.public_id])).status_code == 404
    assert (
        client.post(reverse("citizens:confirm_all"), {"contact": str(contact.public_id)}).status_code == 404
    )
    assert client.get(reverse("citizens:dispute", args=[contact.public_id])).status_code == 404
    assert client.get(reverse("citizens:agreed", args=[mentorship.public_id])).status_code == 404
    assert "Du har ingen mentor lige nu" in _text(client.get(reverse(HOME)))


@pytest.mark.parametrize("who", ["carla", "signe", "anna", "bo"])
def test_others_do_not_get_the_citizens_pages(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, who: str
) -> None:
    contact = register(cast, mentorship)
    client = signed_in(getattr(cast, who))
    assert client.get(reverse(HOME)).status_code == 403
    assert client.post(reverse("citizens:confirm", args=[contact.public_id])).status_code in (403, 404)


def test_answered_meetings_can_be_taken_back_until_they_are_paid(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    contact = register(cast, mentorship)
    services.confirm(contacts=[contact], by=cast.david, at=NOW)
    client, dispute = signed_in(cast.david), reverse("citizens:dispute", args=[contact.public_id])
    assert dispute in _text(client.get(reverse(HOME)))
    with acting(cast.anna):
        services.mark_paid(contact=contact, minutes=60)
    assert dispute not in _text(client.get(reverse(HOME)))


def test_the_page_takes_the_same_queries_for_one_and_for_many(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.david)
    register(cast, mentorship)
    client.get(reverse(HOME))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse(HOME))
    with acting(cast.anna):
        make_active(cast)
        for day in range(1, 6):
            register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=day))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(HOME))
    assert len(one) == len(many)
