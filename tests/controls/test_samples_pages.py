"""Samples as people see them: the list, the drawing, one sample, one of its cases."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.controls.samples import services
from brobygger.controls.samples.models import Sample, SampleCase
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.controls.test_samples import PLAN, drawn
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
LIST, DRAW = "/tilsyn/stikproever/", "/tilsyn/stikproever/traek/"


def form(**changes: str) -> dict[str, str]:
    return {
        "name": "Efterår",
        "protocol": "Er støtten givet?",
        "first": "1/1-2026",
        "last": "23/11-2026",
        "team": "",
        "support_type": "",
        "size": "5",
        "strata": "TEAM",
        "is_weighted": "on",
        "party": "CITIZEN",
        "days": "21",
        "act": "show",
        "idempotency_key": str(uuid4()),
        **changes,
    }


def address(case: SampleCase, name: str = "sample_case") -> str:
    return reverse(f"controls:{name}", args=[case.public_id])


def test_the_population_and_its_parts_are_shown_before_anything_is_drawn(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    client = signed_in(cast.tove)
    assert "Træk stikprøven" not in client.get(DRAW).content.decode()
    text = client.post(DRAW, form()).content.decode()
    assert "1 forløb. Der trækkes 1." in text and "Team Ung" in text and "Træk stikprøven" in text
    assert not Sample.objects.exists()


def test_drawing_leads_to_the_sample_and_happens_once(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    client = signed_in(cast.tove)
    sent = form(act="draw", seen="1")
    first = client.post(DRAW, sent)
    assert client.post(DRAW, sent).status_code == 302
    sample = Sample.objects.get()
    assert first["Location"] == reverse("controls:sample", args=[sample.public_id])
    text = client.get(first["Location"]).content.decode()
    assert mentorship.code in text and "D. D." in text and "David" not in text and sample.seed in text
    assert Event.objects.filter(action="citizens.listed", purpose="Stikprøve").exists()
    assert "Efterår" in client.get(LIST).content.decode()
    assert "de samme forløb" in client.get(f"{first['Location']}?igen=1").content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": "0"}, "1"),
        ({"act": "draw", "seen": "9"}, "Se tallene igen, og træk så."),
        ({"act": "draw", "seen": "x"}, "Se tallene igen, og træk så."),
        ({"act": "draw", "seen": "1", "last": "1/1-2025"}, "Perioden slutter, før den begynder."),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, changes: dict[str, str], message: str
) -> None:
    answer = signed_in(cast.tove).post(DRAW, form(**changes))
    text = answer.content.decode()
    assert answer.status_code == 422 and message in text and "Er støtten givet?" in text
    assert not Sample.objects.exists()


def test_the_case_is_answered_found_replied_and_closed_on_its_page(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    case = SampleCase.objects.get(sample=drawn(cast))
    client = signed_in(cast.tove)

    def send(name: str, **fields: str) -> int:
        case.refresh_from_db()
        data = {"version": str(case.version), "idempotency_key": str(uuid4()), **fields}
        return client.post(address(case, name), data).status_code

    assert "Afslut sagen" in client.get(address(case)).content.decode()
    assert send("sample_answer", was_delivered="yes", strength="WRITTEN", answer="Ja, det passer.") == 302
    assert send("sample_finding", finding="Ingen bemærkninger.") == 302
    assert send("sample_reply", reply="Enig.") == 422
    assert send("sample_close") == 302
    text = client.get(address(case)).content.decode()
    assert "Ja, det passer." in text and "Ingen bemærkninger." in text and "Afsluttet af Tove Thorsen" in text
    assert "Gem fundet" not in text
    seen = Event.objects.filter(action="citizen.seen", purpose="Stikprøve")
    assert seen.exists() and set(seen.values_list("actor_id", flat=True)) == {cast.tove.pk}


def test_a_refused_text_stays_in_its_field(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    case = SampleCase.objects.get(sample=drawn(cast))
    sent = {"version": "1", "finding": "Der mangler en time.", "clawback": "on", "kroner": "500"}
    answer = signed_in(cast.tove).post(address(case, "sample_finding"), sent)
    text = answer.content.decode()
    assert (
        answer.status_code == 422 and "Der er kun betalt 0,00 kr." in text and "Der mangler en time." in text
    )


def test_what_the_controls_find_stands_on_the_page(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    cast.mentor.qualifications = ""  # type: ignore[attr-defined]
    cast.mentor.save()
    case = SampleCase.objects.get(sample=drawn(cast))
    text = signed_in(cast.tove).get(address(case)).content.decode()
    assert "Mentorens kvalifikationer er ikke skrevet." in text
    assert f"{reverse('web:case', args=[mentorship.public_id])}#mennesker" in text


def test_the_list_to_draw_from_can_be_taken_and_that_is_recorded(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    sample = drawn(cast)
    answer = signed_in(cast.tove).get(reverse("controls:sample_frame", args=[sample.public_id]))
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "frø;frø;antal;5" and lines[2] == f"{mentorship.code};Team Ung;1;1;1.000000"
    assert Event.objects.filter(action="sample.frame_taken").exists()


def test_other_municipalities_strangers_and_other_roles(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, client: Client
) -> None:
    sample = drawn(cast)
    case = SampleCase.objects.get(sample=sample)
    pages = [
        LIST,
        reverse("controls:sample", args=[sample.public_id]),
        reverse("controls:sample_frame", args=[sample.public_id]),
        address(case),
        reverse("controls:case_pdf", args=[mentorship.public_id]),
        reverse("controls:case_zip", args=[mentorship.public_id]),
    ]
    for each in (*pages, DRAW):
        assert client.get(each).status_code == 302, each
    for user in (cast.anna, cast.adam, cast.finn, cast.david):
        found = signed_in(user)
        assert {found.get(each).status_code for each in (*pages, DRAW)} == {403}, user
    User.objects.filter(pk=cast.bo.pk).update(roles=["CONTROLLER"])
    cast.bo.refresh_from_db()
    away = signed_in(cast.bo)
    assert [away.get(each).status_code for each in pages] == [200, 404, 404, 404, 404, 404]
    assert away.post(address(case, "sample_answer"), {}).status_code == 404
    assert "Efterår" not in away.get(LIST).content.decode()


def test_as_many_queries_for_many_as_for_one(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.tove)
    make_active(cast)
    first = drawn(cast, size=50)
    pages = [LIST, reverse("controls:sample", args=[first.public_id]), "/"]

    def queries(page: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(page).status_code == 200
        return len(counted)

    for page in pages:
        queries(page)
    few = [queries(page) for page in pages]
    with acting(cast.tove):
        for number in range(4):
            make_active(cast, citizen=make_citizen(cast, name=f"Borger {number}"))
        late = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        more = services.draw_sample(plan=PLAN, by=cast.tove, at=late, on=late.date())
    pages[1] = reverse("controls:sample", args=[more.public_id])
    assert [queries(page) for page in pages] == few
