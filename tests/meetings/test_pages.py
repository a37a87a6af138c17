"""The pages of meetings: planned on the telephone, registered with one tap, and shown where people look."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, time
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.hours.models import Contact
from brobygger.meetings import selectors
from brobygger.meetings.models import Meeting
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.meetings import plan, plan_one

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("on_the_day")

TYPED = {
    "day": "24.11.2026",
    "clock": "10.00",
    "length": "45 min",
    "how": "FACE_TO_FACE",
    "place": "Biblioteket",
    "weeks": "1",
    "partners": ["consultant"],
}


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def test_the_mentor_plans_on_the_telephone_and_once(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    client, address = signed_in(cast.carla), reverse("meetings:plan", args=[mentorship.public_id])
    assert address in text(client, reverse("hours:mentor"))
    typed = {**TYPED, "idempotency_key": str(uuid.uuid4())}
    for _time in range(2):
        assert client.post(address, typed)["Location"] == reverse("hours:mentor")
    meeting = Meeting.objects.get()
    assert (meeting.with_consultant, meeting.place) == (True, "Biblioteket")
    page = text(client, reverse("hours:mentor"))
    assert "Tirsdag 24. november kl. 10.00–10.45" in page and "D. D., jobkonsulenten" in page


def test_what_was_typed_stays_when_the_time_is_taken(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    plan(cast, mentorship)
    answer = signed_in(cast.anna).post(reverse("meetings:plan", args=[mentorship.public_id]), TYPED)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Mentoren har allerede aftalt et møde den 24. nov. 2026 kl. 10.00." in page
    assert 'value="45 min"' in page and 'value="Biblioteket"' in page
    broken = signed_in(cast.anna).post(
        reverse("meetings:plan", args=[mentorship.public_id]), {"day": "32.13.", "clock": "25", "length": "x"}
    )
    assert broken.status_code == 422


def test_one_tap_from_the_meeting_to_the_form_and_one_to_keep(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = plan_one(cast, mentorship, minutes=45)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-11-24T15:00:00+00:00"))
    client = signed_in(cast.carla)
    page = text(client, reverse("hours:mentor"))
    tap = re.search(r'<a href="([^"]+)">Registrér mødet', page)
    assert tap
    form = client.get(tap[1]).context["form"]
    names = ("mentorship", "day", "clock", "length", "other_length", "kind", "task")
    typed = {name: form[name].field.prepare_value(form[name].value()) or "" for name in names}
    client.post(reverse("hours:register"), {**typed, "public_id": str(uuid.uuid4())})
    contact = Contact.objects.get()
    assert (contact.starts_at, contact.ends_at, contact.kind) == (
        meeting.starts_at,
        meeting.ends_at,
        "FACE_TO_FACE",
    )
    assert Meeting.objects.get().state == "HELD"


def test_the_mentor_says_with_one_tap_that_nobody_came(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_one(cast, mentorship)
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-11-24T15:00:00+00:00"))
    client = signed_in(cast.carla)
    tap = re.search(r'<a href="([^"]+)">Borgeren kom ikke', text(client, reverse("hours:mentor")))
    assert tap and client.get(tap[1]).context["form"]["kind"].value() == "NO_SHOW_CITIZEN"


@pytest.mark.parametrize("asked", ["dag=x&kl=99.99&varighed=-1&hvordan=DUE", "varighed=99999999999999999999"])
def test_an_address_that_makes_no_sense_gives_the_usual_form(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, asked: str
) -> None:
    page = signed_in(cast.carla).get(f"{reverse('hours:register')}?{asked}")
    assert page.status_code == 200
    assert page.context["form"]["kind"].value() == "FACE_TO_FACE"


def test_move_cancel_and_outcome(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = plan(cast, mentorship, weeks=2)
    client = signed_in(cast.anna)

    def send(act: str, meeting: Meeting, **typed: str) -> Any:
        return client.post(reverse(f"meetings:{act}", args=[meeting.public_id]), typed)

    when = {name: TYPED[name] for name in ("day", "length", "how", "place")}
    assert send("move", first, **when, clock="10.00", asked_by="CITIZEN", reason="x").status_code == 302
    assert send("move", first, **when, clock="10.00", asked_by="CITIZEN", reason="x").status_code == 422
    moved = send("move", first, **when, clock="14", asked_by="CITIZEN", reason="Tandlæge.")
    assert moved.status_code == 302
    page = text(client, reverse("meetings:meeting", args=[first.public_id]))
    assert "Fra tirsdag 24. november kl. 10.00 til tirsdag 24. november kl. 14.00" in page
    assert 'Ønsket af borgeren. <bdi lang="da">Tandlæge.</bdi>' in page
    assert send("outcome", second, outcome="HELD").status_code == 422
    assert send("cancel", second, reason="Ferie.", which="one").status_code == 302
    assert "Mødet kan ikke ændres. Det står som aflyst." in text(
        client, reverse("meetings:move", args=[second.public_id])
    )
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromisoformat("2026-11-28T15:00:00+00:00"))
    client = signed_in(cast.anna)
    assert "Aftalt møde er ikke registreret" in {
        each.heading for each in selectors.needs_attention(cast.anna, timezone.localdate())
    }
    assert send("outcome", first, outcome="NO_SHOW_CITIZEN", reason="Syg.").status_code == 302
    case = text(client, reverse("web:case", args=[mentorship.public_id]))
    assert "0 af 1 aftalt møde er holdt." in case and "Borgeren kom ikke 1 gang." in case
    assert "Syg. · Anna Andersen" in case


def test_everybody_finds_the_next_meeting_on_the_own_page(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    plan_one(cast, mentorship, with_consultant=True, with_company=True)
    for user, address in (
        (cast.carla, reverse("hours:mentor")),
        (cast.signe, reverse("hours:company")),
        (cast.anna, reverse("web:case", args=[mentorship.public_id])),
        (cast.david, reverse("meetings:calendar")),
    ):
        assert "Tirsdag 24. november kl. 10.00–11.00" in text(signed_in(user), address), user.name
    [row] = selectors.needs_attention(cast.anna, timezone.localdate())
    assert (row.heading, row.scope) == ("Møde kl. 10.00", "mine")


def test_the_place_is_for_those_who_take_part(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    meeting = plan_one(cast, mentorship)
    address = reverse("meetings:meeting", args=[meeting.public_id])
    assert "Biblioteket" in text(signed_in(cast.david), address)
    assert signed_in(cast.signe).get(address).status_code == 404
    assert signed_in(cast.bo).get(address).status_code == 404


def test_the_file_of_one_meeting(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    meeting = plan_one(cast, mentorship)
    answer = signed_in(cast.david).get(reverse("meetings:invitation", args=[meeting.public_id]))
    assert answer["Content-Disposition"] == "attachment; filename=moede.ics"
    assert str(meeting.public_id).encode() in answer.content


def test_reminders_are_switched_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.david), reverse("meetings:calendar")
    assert "Du får en besked dagen før" in text(client, address)
    client.post(reverse("meetings:reminders"), {"wanted": "off"})
    assert "Du får ingen besked dagen før" in text(client, address)


def test_pages_ask_as_often_for_many_as_for_one(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    client, asked = signed_in(cast.carla), []
    for weeks in (1, 5):
        plan(cast, mentorship, weeks=weeks, clock=time(12 + weeks))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("meetings:calendar"))
        asked.append(len(queries))
    assert asked[0] == asked[1]
