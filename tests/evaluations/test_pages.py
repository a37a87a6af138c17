"""The leader's way from size to draw, and the consultant's list, as pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.evaluations import forms, selectors, services
from brobygger.evaluations.models import Candidate, Evaluation
from brobygger.values.readability import lix
from tests.cast import Cast
from tests.evaluations.conftest import AT, LOTTERY, ROLL_OUT, put_in, registered, waiting

SignIn = Callable[[User], Client]
Lot = Callable[..., Evaluation]
SIZE = {"outcome": "EDUCATION", "base": "12", "relevant": "4", "people": "60", "places": "30"}
STEPS = {
    "outcome": "JOB", "base": "20", "relevant": "5", "units": "4", "never": "1", "per_month": "30", "months": "9",
    "first_month": "2027-01-01", "between": "3",
}  # fmt: skip


def text(answer: object) -> str:
    return str(answer.content.decode())  # type: ignore[attr-defined]


def test_what_it_can_show_stands_there_before_anything_is_filled_in(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eva)
    page = text(client.get("/evalueringer/ny/lodtraekning/"))
    assert (
        "2.356 borgere" in page
        and "Det er for lidt" in page
        and "protokol" not in page.partition("<form id")[2][:200]
    )
    for sent, said in (
        (SIZE | {"people": "3000", "places": "1500"}, "Det rækker."),
        (SIZE | {"people": "20", "places": "20"}, "færre pladser end borgere"),
        (SIZE | {"base": ""}, "Udfyld felterne"),
    ):
        assert said in text(client.post("/evalueringer/ny/lodtraekning/styrke/", sent))
    assert not Evaluation.objects.exists()
    assert "kan vise en forskel" in text(client.get("/evalueringer/ny/indfasning/"))
    assert client.get("/evalueringer/ny/andet/").status_code == 404


def test_a_wrong_size_is_told_by_its_field_and_nothing_is_lost(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eva)
    answer = client.post("/evalueringer/ny/lodtraekning/", SIZE | {"act": "go_on", "places": "60"})
    assert (
        answer.status_code == 422
        and "færre pladser end borgere" in text(answer)
        and 'value="60"' in text(answer)
    )


def test_from_size_to_draw(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eva)
    made_at = client.post(
        "/evalueringer/ny/lodtraekning/", SIZE | {"act": "go_on", "people": "4", "places": "2"}
    )
    made = Evaluation.objects.get()
    own = f"/evalueringer/{made.public_id}/"
    assert made_at.headers["Location"] == f"{own}protokol/"
    assert "Skriv protokollen." in text(client.get(own))
    written = {
        "version": "1", "name": "Unge", "question": "Virker det?", "horizon_weeks": "52", "protocol": "Sådan gør vi.",
        "not_drawn": "NEXT_PLACE", "strata": "", "subgroups": ["AGE"], "consent_text": "Vi trækker lod.",
    }  # fmt: skip
    assert client.post(f"{own}protokol/", written).status_code == 302
    assert client.post(f"{own}protokol/", written).status_code == 422  # somebody else's version by now
    made.refresh_from_db()
    assert client.post(f"{own}registrer/", {"version": made.version}).status_code == 302
    made.refresh_from_db()
    assert made.seed and made.seed not in text(client.get(own))
    people = [waiting(cast, number) for number in range(3)]
    consultant = signed_in(cast.anna)
    found = text(consultant.post(f"{own}borgere/", {"name": "borger"}))
    assert all(each.name in found for each in people)
    right = {
        "leaves_psychiatry": "no",
        "starts_education": "no",
        "cannot_join_offers": "no",
        "consent_how": "MEETING",
    }
    for each in people:
        add = f"{own}borgere/{each.public_id}/"
        refused = consultant.post(add, right | {"consented_on": "23.11.2026", "leaves_psychiatry": "yes"})
        assert refused.status_code == 422 and "ret til en mentor ved udskrivningen" in text(refused)
        assert consultant.post(add, right | {"consented_on": "23.11.2026"}).status_code == 302
    assert "Borger 0" not in text(consultant.get(own)) and "B. 0" in text(consultant.get(own))
    assert consultant.post(f"{own}traek/", {"seen": "3"}).status_code == 403
    client = signed_in(cast.eva)
    assert client.post(f"{own}traek/", {"seen": "3"}).status_code == 302
    page = text(client.get(f"{own}?igen=1"))
    made.refresh_from_db()
    assert made.seed in page and "det samme resultat" in page and "Nummer 1 til den næste plads" in page
    sheet = client.get(f"{own}liste.csv").content.decode("utf-8-sig")
    assert sheet.count("\r\n") == 5 and made.seed in sheet and "Borger" not in sheet
    assert Event.objects.filter(action="evaluation.list_taken").count() == 1
    assert client.post(f"{own}afslut/", {"version": made.version, "note": "Færdig."}).status_code == 302


def test_a_roll_out_from_size_to_start(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eva)
    assert client.post("/evalueringer/ny/indfasning/", STEPS | {"act": "go_on"}).status_code == 302
    made = Evaluation.objects.get()
    own = f"/evalueringer/{made.public_id}/"
    rows = {f"unit_{number}": f"Hold {number}" for number in range(4)}
    months = {f"month_{number}": month for number, (_name, month) in enumerate(made.units)}
    written = rows | months | {
        "version": "1", "name": "Trin", "question": "Virker det?", "horizon_weeks": "26", "protocol": "Sådan.",
        "is_by_lot": "lot",
    }  # fmt: skip
    twice = client.post(f"{own}protokol/", written | {"unit_1": "Hold 0"})
    assert twice.status_code == 422 and "sit eget navn" in text(twice)
    assert client.post(f"{own}protokol/", written).status_code == 302
    made.refresh_from_db()
    client.post(f"{own}registrer/", {"version": made.version})
    assert client.post(f"{own}traek/", {"seen": "0"}).status_code == 302
    page = text(client.get(own))
    assert (
        'role="img" aria-label="Hold 0: ' in page
        and "Hvem kan sammenlignes" in page
        and page.count("<rect") == 3
    )
    assert client.get(f"{own}liste.csv").content.decode("utf-8-sig").count("\r\n") == 5


def test_all_begun_is_told(cast: Cast, signed_in: SignIn) -> None:
    made = services.plan(size=ROLL_OUT, by=cast.eva, at=AT)
    Evaluation.objects.filter(pk=made.pk).update(
        name="Alle", units=[["Øst", "2027-02"], ["Vest", "2027-04"], ["Nord", "2027-03"], ["Syd", "2027-03"]]
    )
    assert "Fra april 2027 har alle begyndt" in text(
        signed_in(cast.eva).get(f"/evalueringer/{made.public_id}/")
    )


def test_consultants_see_lots_and_no_draft(cast: Cast, signed_in: SignIn) -> None:
    draft = services.plan(size=LOTTERY, by=cast.eva, at=AT)
    made = registered(cast)
    client = signed_in(cast.anna)
    assert client.get(f"/evalueringer/{draft.public_id}/").status_code == 404
    listing = text(client.get("/evalueringer/"))
    assert str(made.public_id) in listing and "Planlæg" not in listing
    assert "Kladde uden navn" in text(signed_in(cast.eva).get("/evalueringer/"))


def test_as_many_queries_for_many_as_for_one(cast: Cast, lot: Lot, signed_in: SignIn) -> None:
    made = lot(3)
    client = signed_in(cast.eva)
    client.get(f"/evalueringer/{made.public_id}/")

    counts = []
    for more in (0, 12):
        for number in range(more):
            put_in(cast, made, waiting(cast, 100 + number))
        counts.append(_count(client, f"/evalueringer/{made.public_id}/"))
    assert counts[0] == counts[1]


def _count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_looks_at_the_list_are_recorded(cast: Cast, lot: Lot, signed_in: SignIn) -> None:
    made = lot(2)
    signed_in(cast.eva).get(f"/evalueringer/{made.public_id}/")
    event = Event.objects.filter(action="citizens.listed").latest("id")
    assert len(event.detail["citizens"]) == 2


def test_taking_somebody_off_the_list(cast: Cast, lot: Lot, signed_in: SignIn) -> None:
    made = lot(2)
    somebody = Candidate.objects.order_by("id")[0]
    client = signed_in(cast.anna)
    assert client.post(f"/evalueringer/borger/{somebody.public_id}/ud/", {"why": "OTHER"}).status_code == 302
    assert selectors.in_the_lot(made).count() == 1
    assert "Borgeren venter ikke længere" in text(client.get(f"/evalueringer/{made.public_id}/"))


def test_what_a_citizen_says_yes_to_is_easy_to_read() -> None:
    assert lix(forms.consent_proposal()) < 30


@pytest.mark.parametrize("key", ["tove", "finn", "adam", "carla", "david", "signe"])
def test_nobody_else_gets_in(cast: Cast, signed_in: SignIn, key: str) -> None:
    assert signed_in(cast.users[key]).get("/evalueringer/").status_code == 403
