"""What staff sees and settles, the work list, and the company's page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.audit.models import Event
from brobygger.hours import presenters, selectors, services
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.conftest import TODAY
from tests.factories.hours import MONDAY_BEFORE, NOW, correct, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_organisation

SignedIn = Callable[[Any], Client]
Acting = Callable[..., Any]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def disputed(cast: Cast, mentorship: Mentorship) -> Contact:
    contact = register(cast, mentorship, minutes=120)
    services.dispute(contact=contact, reason="Carla kom ikke.", by=cast.david, at=NOW)
    return contact


def _text(response: Any) -> str:
    return unescape(response.content.decode())


# Settling


def test_both_sides_are_shown_and_the_look_is_recorded(
    cast: Cast, disputed: Contact, signed_in: SignedIn, acting: Acting
) -> None:
    text = _text(signed_in(cast.anna).get(reverse("hours:resolve", args=[disputed.public_id])))
    assert "Mandag 16. november kl. 10.00–12.00" in text
    assert "Carla kom ikke." in text
    with acting(cast.anna):
        assert Event.objects.filter(action="citizen.seen", subject=str(cast.citizen.public_id)).count() == 1


def test_settling_on_the_page(cast: Cast, disputed: Contact, signed_in: SignedIn, acting: Acting) -> None:
    client, address = signed_in(cast.anna), reverse("hours:resolve", args=[disputed.public_id])
    wrong = client.post(address, {"reason": "Talt med begge.", "pay": ""})
    assert wrong.status_code == 422
    assert "Talt med begge." in _text(wrong)
    assert "Svar på: Skal timerne gælde?" in _text(wrong)
    done = client.post(address, {"reason": "Talt med begge.", "pay": "NO"})
    assert done["Location"].endswith("#timer")
    with acting(cast.anna):
        disputed.refresh_from_db()
    assert disputed.state == "REJECTED"
    late = client.post(address, {"reason": "Igen.", "pay": "YES"})
    assert late.status_code == 422
    assert "En anden var først." in _text(late)


def test_staff_notes_answers_on_the_page(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    contact = register(cast, mentorship)
    left = register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=1))
    client, address = signed_in(cast.anna), reverse("hours:answers", args=[mentorship.public_id])
    assert "mandag 16. november kl. 10.00–11.00 · Mødtes" in _text(client.get(address))
    wrong = client.post(address, {"reason": "Ringede."})
    assert wrong.status_code == 422
    assert "Vælg mindst ét møde." in _text(wrong)
    client.post(address, {"reason": "Ringede.", "contacts": [str(contact.public_id)]})
    with acting(cast.anna):
        contact.refresh_from_db()
        left.refresh_from_db()
    assert (contact.state, left.state) == ("CONFIRMED", "REGISTERED")


def test_another_municipality_finds_nothing(
    cast: Cast, mentorship: Mentorship, disputed: Contact, signed_in: SignedIn
) -> None:
    client = signed_in(cast.bo)
    assert client.get(reverse("hours:resolve", args=[disputed.public_id])).status_code == 404
    assert client.get(reverse("hours:answers", args=[mentorship.public_id])).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("finn", 403), ("tove", 403), ("adam", 404)])
def test_those_who_do_not_settle_are_told(
    cast: Cast, disputed: Contact, signed_in: SignedIn, who: str, status: int
) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("hours:resolve", args=[disputed.public_id])).status_code == status


@pytest.mark.parametrize("who", ["carla", "david"])
def test_the_parties_do_not_settle(cast: Cast, disputed: Contact, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("hours:resolve", args=[disputed.public_id])).status_code == 403


# The section of the case page


def test_the_section_tells_hours_contacts_and_months(
    cast: Cast, mentorship: Mentorship, disputed: Contact
) -> None:
    newer = register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(days=1))
    services.confirm(contacts=[correct(cast, newer, minutes=45)], by=cast.david, at=NOW)
    section = presenters.case_section(mentorship, cast.anna, TODAY)
    assert (section["granted"], section["used"]) == (3900, 165)
    assert (section["confirmed"], section["disputed"]) == (45, 120)
    text = unescape(
        render_to_string("hours/case_section.html", {"section": section, "mentorship": mentorship})
    )
    assert reverse("hours:resolve", args=[disputed.public_id]) in text
    assert "Borgeren skriver: Carla kom ikke." in text
    assert "Rettet" in text
    controller = presenters.case_section(mentorship, cast.tove, TODAY)
    blank = render_to_string("hours/case_section.html", {"section": controller, "mentorship": mentorship})
    assert reverse("hours:resolve", args=[disputed.public_id]) not in blank


def test_an_empty_section_teaches(cast: Cast, mentorship: Mentorship) -> None:
    section = presenters.case_section(mentorship, cast.anna, TODAY)
    text = render_to_string("hours/case_section.html", {"section": section, "mentorship": mentorship})
    assert "Ingen kontakter endnu" in text


def test_the_section_takes_the_same_queries_for_one_and_for_many(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    with CaptureQueriesContext(connection) as one:
        _draw(cast, mentorship)
    for day in range(1, 8):
        contact = register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(hours=20 * day))
        services.confirm(contacts=[contact], by=cast.david, at=NOW)
    with CaptureQueriesContext(connection) as many:
        _draw(cast, mentorship)
    assert len(one) == len(many)


def _draw(cast: Cast, mentorship: Mentorship) -> None:
    section = presenters.case_section(mentorship, cast.anna, TODAY)
    render_to_string("hours/case_section.html", {"section": section, "mentorship": mentorship})


# The work list


def _kinds(cast: Cast, who: str = "anna", today: date = TODAY) -> list[tuple[str, str]]:
    return [(row.kind, row.scope) for row in selectors.needs_attention(getattr(cast, who), today)]


def test_a_dispute_is_on_the_work_list_until_it_is_settled(
    cast: Cast, mentorship: Mentorship, disputed: Contact
) -> None:
    (row,) = selectors.needs_attention(cast.anna, TODAY)
    assert (row.kind, row.heading, row.urgency, row.scope) == ("dispute", "Uenighed om 2 t.", 0, "mine")
    assert (row.case_code, row.initials, row.when) == (mentorship.code, "D. D.", TODAY)
    assert row.acts[0].url == reverse("hours:resolve", args=[disputed.public_id])
    assert _kinds(cast, "freja") == [("dispute", "team")]
    services.resolve(contact=disputed, pay=True, reason="Ja.", by=cast.anna, at=NOW)
    assert selectors.needs_attention(cast.anna, TODAY) == []


def test_fourteen_days_of_silence(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)  # 16 November
    assert _kinds(cast, today=date(2026, 11, 30)) == [("unanswered", "mine")]
    later = selectors.needs_attention(cast.anna, date(2026, 12, 1))
    assert ("silence", date(2026, 11, 16)) in [(row.kind, row.when) for row in later]


def test_silence_begins_with_the_mentorship_and_a_no_show_is_no_contact(
    cast: Cast, mentorship: Mentorship
) -> None:
    assert _kinds(cast, today=date(2026, 11, 15)) == []
    assert _kinds(cast, today=date(2026, 11, 16)) == [("silence", "mine")]
    register(cast, mentorship, kind=Contact.Kind.NO_SHOW_CITIZEN)
    assert ("silence", "mine") in _kinds(cast, today=date(2026, 11, 17))


def test_unanswered_for_more_than_seven_days(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    assert _kinds(cast, today=date(2026, 11, 23)) == []
    (row,) = selectors.needs_attention(cast.anna, date(2026, 11, 24))
    assert (row.kind, row.heading) == ("unanswered", "Borgeren har ikke svaret på 1 møde")


def test_a_month_that_is_not_handed_in(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship, starts_at=NOW - timedelta(hours=3))
    services.confirm(contacts=[contact], by=cast.david, at=NOW)
    assert _kinds(cast, today=date(2026, 12, 5)) == []
    assert _kinds(cast, today=date(2026, 12, 6)) == [("month", "mine")]
    services.hand_in_all(month=date(2026, 11, 1), by=cast.carla, at=NOW + timedelta(days=10))
    assert _kinds(cast, today=date(2026, 12, 6)) == []


@pytest.mark.parametrize("who", ["bo", "finn", "tove", "adam", "carla", "david", "signe"])
def test_others_have_nothing_of_it_on_their_list(
    cast: Cast, disputed: Contact, acting: Acting, who: str
) -> None:
    with acting(getattr(cast, who)):
        assert _kinds(cast, who) == []


def test_the_list_takes_the_same_queries_for_one_and_for_many(
    cast: Cast, mentorship: Mentorship, disputed: Contact
) -> None:
    today = date(2026, 12, 8)
    with CaptureQueriesContext(connection) as one:
        assert selectors.needs_attention(cast.anna, today)
    for number in range(1, 5):
        case = make_active(cast, citizen=make_citizen(cast, name=f"Nr. {number}"))
        contact = register(cast, case, starts_at=MONDAY_BEFORE + timedelta(hours=3 * number))
        register(cast, case, starts_at=MONDAY_BEFORE + timedelta(days=1, hours=3 * number))
        cast.david.person_id = case.citizen_id
        services.dispute(contact=contact, reason="Nej.", by=cast.david, at=NOW)
    with CaptureQueriesContext(connection) as many:
        assert len(selectors.needs_attention(cast.anna, today)) > 12
    assert len(one) == len(many)


# The company


def test_the_company_sees_first_names_and_sums(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    services.confirm(contacts=[register(cast, mentorship, minutes=90)], by=cast.david, at=NOW)
    register(cast, mentorship, starts_at=NOW - timedelta(hours=3), note="Talte om gæld")
    text = _text(signed_in(cast.signe).get(reverse("hours:company")))
    assert "2 t. 30 min." in text
    assert "1 t. 30 min. bekræftet" in text
    assert "David" in text
    for hidden in ("Dalsgaard", "gæld", "Clausen"):
        assert hidden not in text
    earlier = _text(signed_in(cast.signe).get(reverse("hours:company"), {"maaned": "2026-10"}))
    assert "2 t. 30 min." not in earlier


def test_another_company_sees_nothing(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    cast.signe.person_id = make_organisation(cast, name="En anden", cvr="").pk
    cast.signe.save()
    text = _text(signed_in(cast.signe).get(reverse("hours:company")))
    assert "Virksomheden har ingen forløb i gang" in text
    assert "David" not in text


@pytest.mark.parametrize("who", ["anna", "carla", "david", "bo"])
def test_others_do_not_get_the_companys_page(cast: Cast, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(reverse("hours:company")).status_code == 403


def test_the_companys_page_takes_the_same_queries_for_one_and_for_many(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.signe)
    client.get(reverse("hours:company"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("hours:company"))
    with acting(cast.anna):
        for number in range(4):
            make_active(cast, citizen=make_citizen(cast, name=f"Nr. {number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("hours:company"))
    assert len(one) == len(many)


def test_the_same_form_twice_settles_once(cast: Cast, disputed: Contact, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.anna), reverse("hours:resolve", args=[disputed.public_id])
    typed = {"reason": "Ja.", "pay": "YES", "idempotency_key": str(uuid.uuid4())}
    assert [client.post(address, typed).status_code for _again in range(2)] == [302, 302]
