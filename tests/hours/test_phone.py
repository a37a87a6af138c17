"""The telephone's addresses: what is installed, what it may show without a network, what it sends."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.hours.models import Contact
from brobygger.hours.presenters import phone
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen
from tests.factories.phone import entry

SignedIn = Callable[[Any], Client]
Acting = Callable[..., Any]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def _send(client: Client, cast: Cast, *entries: Any, **changes: Any) -> Any:
    body = {"owner": phone.owner_of(cast.carla), "items": entries, **changes}
    return client.post(reverse("hours:send"), json.dumps(body), content_type="application/json")


def test_sending_saves_and_answers(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    sent = entry(mentorship)
    answer = _send(signed_in(cast.carla), cast, sent, entry(mentorship, clock="11"))
    first, second = answer.json()["answers"]
    assert first == {"id": sent["id"], "result": "saved", "sentence": "", "fields": {}, "may_insist": False}
    assert second["result"] == "conflict"
    with acting(cast.anna):
        assert Contact.objects.count() == 1


def test_another_mentors_entries_are_not_taken(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    answer = _send(signed_in(cast.carla), cast, entry(mentorship), owner=phone.owner_of(cast.anna))
    assert answer.status_code == 422
    assert "en anden mentor" in answer.json()["sentence"]
    with acting(cast.anna):
        assert Contact.objects.count() == 0


@pytest.mark.parametrize("body", ["", "{", "[]", '{"items": 1}', "null", '"\xe6"', "[" * 2_000])
def test_nonsense_is_answered(cast: Cast, mentorship: Mentorship, signed_in: SignedIn, body: str) -> None:
    client = signed_in(cast.carla)
    answer = client.post(reverse("hours:send"), body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["sentence"].endswith(".")


def test_without_the_token_nothing_is_taken(cast: Cast, mentorship: Mentorship, acting: Acting) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.carla)
    assert _send(client, cast, entry(mentorship)).status_code == 403
    token = client.get(reverse("hours:phone_state")).json()["token"]
    client.defaults["HTTP_X_CSRFTOKEN"] = token
    assert _send(client, cast, entry(mentorship)).status_code == 200


@pytest.mark.parametrize("who", ["anna", "david", "bo"])
def test_others_have_nothing_there(cast: Cast, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("hours:phone_state")).status_code == 403
    assert _send(client, cast).status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(reverse("hours:phone_state")).status_code == 302
    assert _send(client, cast).status_code == 302


def test_the_telephone_gets_initials_and_codes_only(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    register(cast, mentorship, note="Noget om helbredet")
    answer = signed_in(cast.carla).get(reverse("hours:phone_state"))
    text, told = answer.content.decode(), answer.json()
    (case,) = told["snapshot"]["cases"]
    assert case["label"] == "D. D."
    assert case["week_left"] == "5 t."
    assert [task["text"] for task in case["tasks"]] == ["Introducere til arbejdet"]
    (contact,) = told["snapshot"]["contacts"]
    assert (contact["fields"]["day"], contact["fields"]["clock"]) == ("16.11.2026", "10.00")
    for hidden in ("Dalsgaard", "David", "helbredet", mentorship.purpose, cast.carla.username):
        assert hidden not in text
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_key_is_the_users_own_and_the_same_each_time(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    keys = [signed_in(cast.carla).get(reverse("hours:phone_state")).json()["key"] for _again in range(2)]
    assert keys[0] == keys[1] != phone.key_of(cast.anna)
    assert len(b64decode(keys[0])) == 32


def test_the_state_takes_the_same_queries_for_one_and_for_many(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.carla)
    register(cast, mentorship)
    client.get(reverse("hours:phone_state"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("hours:phone_state"))
    with acting(cast.anna):
        for number in range(1, 4):
            case = make_active(cast, citizen=make_citizen(cast, name=f"Nr. {number}"))
            register(cast, case, starts_at=MONDAY_BEFORE + timedelta(hours=2 * number))
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(reverse("hours:phone_state")).json()["snapshot"]["cases"]) == 4
    assert len(one) == len(many)


def test_the_page_without_a_network_is_the_same_for_everybody(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, client: Client
) -> None:
    nobody = client.get(reverse("hours:phone")).content
    somebody = signed_in(cast.carla).get(reverse("hours:phone")).content
    assert nobody == somebody
    for hidden in ("Carla", "csrfmiddlewaretoken", "X-CSRFToken", mentorship.code, "D. D."):
        assert hidden not in nobody.decode()


def test_the_worker_keeps_the_page_and_its_parts_and_nothing_else(client: Client, db: None) -> None:
    answer = client.get(reverse("hours:worker"))
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    found = re.search(r"self\.PHONE = (\{.*\});", answer.content.decode())
    assert found
    settings = json.loads(found[1])
    assert settings["shell"] == reverse("hours:phone")
    assert {"/static/hours/queue.js", "/static/hours/shell.js", "/static/ui/brobygger.css"} <= set(
        settings["parts"]
    )
    assert all(part.startswith("/static/") for part in settings["parts"])
    assert reverse("hours:worker").startswith(reverse("hours:mentor")), "Its scope is the mentor's pages."
    assert client.get(reverse("hours:worker")).content == answer.content, "No new worker for nothing."


def test_it_can_be_installed(client: Client, db: None) -> None:
    described = client.get(reverse("hours:manifest")).json()
    assert described["start_url"] == reverse("hours:mentor")
    assert {icon["sizes"] for icon in described["icons"]} == {"192x192", "512x512"}
    assert described["display"] == "standalone"
    page = client.get(reverse("hours:phone")).content.decode()
    assert f'rel="manifest" href="{reverse("hours:manifest")}"' in page
