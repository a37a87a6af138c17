"""The queue, the page of an application, and the forms that prolong and change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.grants import selectors
from brobygger.grants.models import Application, Decision, Grant
from brobygger.grants.presenters import case_section
from brobygger.grants.services import apply, use
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.people import make_citizen
from tests.grants import cases
from tests.grants.test_renew_change_end import under_way

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def address(name: str, thing: Any) -> str:
    return reverse(f"grants:{name}", args=[thing.public_id])


def form(application: Application, **more: str) -> dict[str, str]:
    return {
        "version": str(application.version),
        "reasons": "Støtten er afgørende.",
        "hearing": "",
        "idempotency_key": str(uuid4()),
        **more,
    }


def many(cast: Cast, count: int) -> None:
    for number in range(count):
        citizen = make_citizen(cast, name=f"Borger {number}")
        apply.submit(
            need=replace(cases.need(cast), citizen=citizen),
            proposal=cases.proposal(plan=cases.plan(hours=6)),
            by=cast.anna,
            at=cases.AT,
            on=cases.ON,
        )


# The queue


def test_the_queue_shows_what_is_asked_and_by_how_much(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    page = signed_in(cast.eva).get("/bevilling/godkendelser/").content.decode()
    assert f"forløb {application.mentorship.code} · D. D." in page
    assert "1 t. mere end rammens 5 t." in page
    assert "15.000 kr." in page
    assert address("approve", application) in page
    assert "David" not in page


def test_who_may_not_decide_sees_why(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    for user, sentence in ((cast.anna, "Du har selv indstillet"), (cast.freja, "Afgøres af rollen Leder")):
        page = signed_in(user).get("/bevilling/godkendelser/").content.decode()
        assert sentence in page
        assert address("approve", application) not in page


def test_an_empty_queue_teaches(cast: Cast, signed_in: SignedIn) -> None:
    page = signed_in(cast.eva).get("/bevilling/godkendelser/").content.decode()
    assert "Ingen indstillinger venter" in page


def test_the_list_is_one_event_of_looking(cast: Cast, signed_in: SignedIn) -> None:
    cases.set_frame(cast)
    many(cast, 3)
    client = signed_in(cast.eva)
    client.get("/bevilling/godkendelser/")
    assert cases.actions().count("citizens.listed") == 1


def test_the_queue_asks_the_database_as_often_for_one_as_for_many(cast: Cast, signed_in: SignedIn) -> None:
    cases.set_frame(cast)
    client = signed_in(cast.eva)
    counts = []
    for more in (1, 7):
        many(cast, more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/bevilling/godkendelser/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Deciding


def test_approving_on_the_row_answers_with_the_row(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    answer = signed_in(cast.eva).post(
        f"{address('approve', application)}?version=1", {"idempotency_key": str(uuid4())}, **HTMX
    )
    assert answer.status_code == 200
    assert "bb-work-done" in answer.content.decode()
    assert Decision.objects.get().reasons.startswith("Støtten er nødvendig")


def test_approving_on_the_page_leads_to_the_case(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    answer = signed_in(cast.eva).post(address("approve", application), form(application))
    assert answer.status_code == 302
    assert str(application.mentorship.public_id) in answer.headers["Location"]
    assert Decision.objects.get().reasons == "Støtten er afgørende."


def test_the_same_form_twice_decides_once_and_answers_alike(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    client, sent = signed_in(cast.eva), form(application)
    first, second = (client.post(address("approve", application), sent) for _time in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert Decision.objects.count() == 1


def test_the_second_approver_sees_that_somebody_was_first(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    client = signed_in(cast.eva)
    client.post(address("approve", application), form(application))
    answer = client.post(address("approve", application), form(application))
    assert answer.status_code == 409
    assert "En anden var først" in answer.content.decode()
    assert Decision.objects.count() == 1


def test_a_refusal_without_hearing_keeps_what_was_typed(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    client = signed_in(cast.eva)
    answer = client.post(address("refuse", application), form(application, reasons="Min begrundelse"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Min begrundelse" in page
    assert "Skriv resultatet af partshøringen" in page
    assert Application.objects.get().state == "PENDING"

    sent = form(application, hearing="Borgeren er hørt.")
    assert client.post(address("refuse", application), sent, **HTMX).status_code == 200
    assert Application.objects.get().state == "REFUSED"


def test_the_form_that_refuses_comes_in_place_or_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    client = signed_in(cast.eva)
    part = client.get(address("refuse", application), **HTMX).content.decode()
    assert "<html" not in part
    assert "Begrundelse for afslaget" in part
    assert "<html" in client.get(address("refuse", application)).content.decode()


def test_the_law_that_has_changed_its_answer_is_told_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    cast.mentor.qualifications = ""
    cast.mentor.save()
    answer = signed_in(cast.eva).post(address("approve", application), form(application))
    assert answer.status_code == 422
    assert "mentorens kvalifikationer" in answer.content.decode()


@pytest.mark.parametrize("name", ["application", "approve", "refuse", "withdraw"])
def test_another_municipality_gets_404_everywhere(cast: Cast, signed_in: SignedIn, name: str) -> None:
    application = cases.pending(cast)
    client = signed_in(cast.bo)
    send = client.get if name == "application" else client.post
    assert send(address(name, application), form(application)).status_code == 404


@pytest.mark.parametrize("who", ["carla", "david", "signe"])
def test_mentor_citizen_and_company_find_no_application(cast: Cast, signed_in: SignedIn, who: str) -> None:
    application = cases.pending(cast)
    client = signed_in(getattr(cast, who))
    assert client.get(address("application", application)).status_code == 404
    assert client.get("/bevilling/godkendelser/").status_code == 403


@pytest.mark.parametrize("name", ["application", "approve", "refuse", "withdraw"])
def test_signed_out_one_is_sent_to_sign_in(cast: Cast, client: Client, name: str) -> None:
    application = cases.pending(cast)
    send = client.get if name == "application" else client.post
    answer = send(address(name, application), form(application))
    assert answer.status_code == 302
    assert "/log-ind/" in answer.headers["Location"]


def test_who_lacks_the_role_gets_403_and_nothing_happens(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    assert signed_in(cast.freja).post(address("approve", application), form(application)).status_code == 403
    assert not Decision.objects.exists()


def test_the_page_shows_the_whole_picture(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.pending(cast)
    page = signed_in(cast.eva).get(address("application", application)).content.decode()
    for words in (
        "Rammen",
        "6 timer om ugen i 10 uger",
        "At David gennemfører praktikken i bageriet.",
        "Møder tre dage om ugen",
        "LAB § 167, stk. 1",
        "Støtten er nødvendig for at fastholde praktikken.",
        "Godkend og send brev",
    ):
        assert words in page, words
    assert "citizen.seen" in cases.actions()


# Prolonging and changing


def proposal_form(**changes: str) -> dict[str, str]:
    return {
        "starts_on": "09.02.2027",
        "ends_on": "19.04.2027",
        "weeks_1": "10",
        "hours_1": "5",
        "price_0": "250",
        "hours_reason": "Behovet er det samme.",
        "reason": "David er tæt på målet.",
        "is_reassessed": "on",
        "idempotency_key": str(uuid4()),
        **changes,
    }


def test_the_form_that_prolongs_is_filled_with_what_is_known(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = under_way(cast)
    page = signed_in(cast.anna).get(address("renew", mentorship)).content.decode()
    for value in ('value="09.02.2027"', 'value="19.04.2027"', 'value="10"', 'value="5"', 'value="250"'):
        assert value in page, value


def test_prolonging_inside_the_frame_grants_at_once(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    mentorship = under_way(cast)
    answer = signed_in(cast.anna).post(address("renew", mentorship), proposal_form())
    assert answer.status_code == 302
    with acting(cast.anna):
        assert Grant.objects.count() == 2


def test_without_a_new_assessment_the_form_comes_back_as_typed(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = under_way(cast)
    sent = proposal_form(reason="Mine egne ord")
    del sent["is_reassessed"]
    answer = signed_in(cast.anna).post(address("renew", mentorship), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Mine egne ord" in page
    assert "konkret vurdering" in page
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": "01.01.2027"}, "Skriv en slutdato, der ligger efter begyndelsen."),
        ({"hours_1": ""}, "Skriv timer om ugen."),
        ({"weeks_1": "", "hours_1": ""}, "Skriv, hvor mange uger fasen varer."),
        ({"weeks_1": "0", "hours_1": "5"}, "Skriv"),
        ({"hours_1": "hej"}, "Skriv timerne som"),
        ({"starts_on": "01.02.2027", "ends_on": "30.04.2027"}, "før den nuværende er slut"),
        ({"ends_on": "30.09.2027"}, "§ 167, stk. 1"),
        ({"ends_on": "01.03.2027"}, "perioden er kortere"),
    ],
)
def test_bad_input_is_told_and_nothing_is_lost(
    cast: Cast, signed_in: SignedIn, changes: dict[str, str], sentence: str
) -> None:
    mentorship = under_way(cast)
    answer = signed_in(cast.anna).post(address("renew", mentorship), proposal_form(**changes))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "David er tæt på målet." in page
    assert Application.objects.count() == 1


def test_changing_hours_by_the_form(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    mentorship = under_way(cast)
    client = signed_in(cast.anna)
    assert 'value="01.12.2026"' in client.get(address("change", mentorship)).content.decode()
    sent = proposal_form(starts_on="05.01.2027", ends_on="08.02.2027", weeks_1="5", hours_1="3")
    assert client.post(address("change", mentorship), sent).status_code == 302
    with acting(cast.anna):
        assert [each.minutes for each in Grant.objects.order_by("id")] == [1500, 900]


@pytest.mark.parametrize("name", ["renew", "change"])
def test_other_roles_and_other_municipalities_do_not_prolong_or_change(
    cast: Cast, signed_in: SignedIn, name: str
) -> None:
    mentorship = under_way(cast)
    assert signed_in(cast.bo).get(address(name, mentorship)).status_code == 404
    assert signed_in(cast.finn).get(address(name, mentorship)).status_code == 403


# The case page and the work list


def test_the_case_shows_decision_agreement_and_grant(cast: Cast, signed_in: SignedIn) -> None:
    application = cases.granted(cast)
    page = signed_in(cast.anna).get(reverse("web:case", args=[application.mentorship.public_id]))
    text = page.content.decode()
    for words in (
        "Mentoraftale",
        "Mangler borger, mentor, virksomhed",
        "Send igen",
        "Borgeren kan klage til og med",
    ):
        assert words in text, words


def test_the_section_asks_as_often_for_few_as_for_many(cast: Cast) -> None:
    mentorship = under_way(cast)
    counts = []
    for _round in range(2):
        mentorship = Mentorship.objects.get(pk=mentorship.pk)
        with CaptureQueriesContext(connection) as queries:
            case_section(mentorship, cast.anna, cases.ON)
        counts.append(len(queries))
        application = apply.renew(
            mentorship=mentorship,
            proposal=cases.proposal(starts_on=mentorship.ends_before, is_reassessed=True),
            by=cast.anna,
            at=cases.AT,
            on=cases.ON,
        )
        cases.all_accept(cast, application)
    assert counts[0] == counts[1]


def test_the_leader_is_asked_and_the_requester_is_not(cast: Cast) -> None:
    application = cases.pending(cast)
    (row,) = [each for each in selectors.needs_attention(cast.eva, cases.ON) if each.kind == "to_decide"]
    assert row.case_code == application.mentorship.code
    assert row.acts[0].url.endswith("godkend/?version=1")
    for other in (cast.anna, cast.freja, cast.finn, cast.carla):
        assert not [each for each in selectors.needs_attention(other, cases.ON) if each.kind == "to_decide"]


def test_a_missing_answer_comes_on_the_list_after_two_days(cast: Cast) -> None:
    application = cases.granted(cast)
    kinds = lambda day: [row.heading for row in selectors.needs_attention(cast.anna, day)]  # noqa: E731
    assert kinds(cases.ON.replace(day=24)) == []
    assert kinds(cases.ON.replace(day=25)) == [
        "Aftale mangler borger",
        "Aftale mangler mentor",
        "Aftale mangler virksomhed",
    ]
    cases.all_accept(cast, application)
    assert kinds(cases.ON.replace(day=25)) == []


def test_nearly_used_hours_come_on_the_list_at_85_per_cent(cast: Cast) -> None:
    mentorship = under_way(cast)
    grant, day = Grant.objects.get(), cases.STARTS
    use.take(grant=grant, minutes=2549)
    assert selectors.needs_attention(cast.anna, day) == []
    use.take(grant=grant, minutes=1)
    (row,) = selectors.needs_attention(cast.anna, day)
    assert (row.heading, row.note) == ("Timer næsten brugt", "7 t. 30 min. tilbage")
    assert row.case_code == mentorship.code


def test_the_work_list_asks_as_often_for_one_as_for_many(cast: Cast) -> None:
    cases.set_frame(cast)
    counts = []
    for more in (1, 6):
        many(cast, more)
        with CaptureQueriesContext(connection) as queries:
            selectors.needs_attention(cast.eva, cases.ON)
        counts.append(len(queries))
    assert counts[0] == counts[1]
