"""The mentor's phone, as pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.grants.models import Agreement
from brobygger.hours import services
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

SignedIn = Callable[[Any], Client]
Acting = Callable[..., Any]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def _typed(mentorship: Mentorship, **changes: str) -> dict[str, str]:
    return {
        "mentorship": str(mentorship.public_id),
        "day": "16.11.2026",
        "clock": "10",
        "length": "90",
        "kind": "FACE_TO_FACE",
        "task": f"{mentorship.code}-1",
        "note": "Talte om vagter",
        "public_id": str(uuid.uuid4()),
        **changes,
    }


def _text(response: Any) -> str:
    return unescape(response.content.decode())


def test_the_page_shows_hours_left_and_what_waits(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    register(cast, mentorship, minutes=90, starts_at=NOW - timedelta(hours=3))
    text = _text(signed_in(cast.carla).get(reverse("hours:mentor")))
    assert "3 t. 30 min. tilbage i ugen" in text
    assert "63 t. 30 min. tilbage af bevillingen" in text
    assert "1 møde venter på svar" in text
    assert "Registrér kontakt" in text
    assert "D. D." in text
    assert "Dalsgaard" not in text


def test_the_form_is_preset_to_today_and_the_usual_length(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    for day in range(3):
        register(cast, mentorship, minutes=45, starts_at=MONDAY_BEFORE + timedelta(days=day))
    form = signed_in(cast.carla).get(reverse("hours:register")).context["form"]
    assert (form["day"].value(), form["clock"].value()) == ("23.11.2026", "09.15")
    assert form["length"].value() == "45"
    assert form["mentorship"].value() == str(mentorship.public_id)
    assert form["task"].value() == f"{mentorship.code}-1"


@pytest.mark.parametrize("clock", ["10", "10.00", "10:00", "1000", "kl. 10"])
def test_registering_reads_the_time_as_people_write_it(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting, clock: str
) -> None:
    response = signed_in(cast.carla).post(
        reverse("hours:register"), _typed(mentorship, clock=clock), follow=True
    )
    assert "Gemt." in _text(response)
    with acting(cast.anna):
        contact = Contact.objects.get()
    assert (contact.starts_at, contact.minutes) == (MONDAY_BEFORE, 90)
    assert contact.task_id is not None


def test_another_length_is_typed(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client, address = signed_in(cast.carla), reverse("hours:register")
    typed = _typed(mentorship, length="OTHER", other_length="")
    response = client.post(address, typed)
    assert response.status_code == 422
    assert "Skriv, hvor længe det varede." in _text(response)
    client.post(address, {**typed, "other_length": "2 t 15"})
    with acting(cast.anna):
        assert Contact.objects.get().minutes == 135


def test_wrong_input_is_said_by_the_field_and_nothing_typed_is_lost(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    typed = _typed(mentorship, clock="25.10", day="31.02.2026", kind="")
    response = signed_in(cast.carla).post(reverse("hours:register"), typed)
    text = _text(response)
    assert response.status_code == 422
    assert "Datoen findes ikke." in text
    assert "Svar på: Hvordan?" in text
    for kept in ("25.10", "31.02.2026", "Talte om vagter", typed["public_id"]):
        assert kept in text
    with acting(cast.anna):
        assert Contact.objects.count() == 0


def test_a_refusal_is_said_by_the_field(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    register(cast, mentorship, minutes=30)
    response = signed_in(cast.carla).post(reverse("hours:register"), _typed(mentorship))
    assert response.status_code == 422
    assert "Du har allerede registreret et møde den 16. nov. 2026 kl. 10.00–10.30." in _text(response)
    assert response.context["form"].errors["clock"]


def test_the_same_form_twice_is_one_contact(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client, typed = signed_in(cast.carla), _typed(mentorship)
    for _again in range(2):
        assert client.post(reverse("hours:register"), typed).status_code == 302
    with acting(cast.anna):
        assert Contact.objects.count() == 1


def test_the_hour_that_comes_twice_asks_which(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    mentorship = make_active(cast, starts_on=date(2026, 9, 1))
    Agreement.objects.update(completed_at=datetime.fromisoformat("2026-08-30T09:00:00+00:00"))
    client, address = signed_in(cast.carla), reverse("hours:register")
    typed = _typed(mentorship, day="25.10.2026", clock="02.30", length="60")
    response = client.post(address, typed)
    assert response.status_code == 422
    assert "Uret blev stillet den nat. Hvornår var det?" in _text(response)
    assert client.post(address, {**typed, "after_change": "AFTER"}).status_code == 302
    with acting(cast.anna):
        contact = Contact.objects.get()
    assert contact.starts_at.isoformat() == "2026-10-25T01:30:00+00:00"
    assert contact.minutes == 60
    assert "Hvornår var det?" in _text(client.get(reverse("hours:correct", args=[contact.public_id])))


def test_the_hour_that_never_was_is_refused(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    response = signed_in(cast.carla).post(
        reverse("hours:register"), _typed(mentorship, day="29.03.2026", clock="02.30")
    )
    assert "fandtes ikke" in _text(response)
    assert "Hvornår var det?" not in _text(response)


def test_tasks_follow_the_one_picked(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    client = signed_in(cast.carla)
    fragment = _text(client.get(reverse("hours:tasks"), {"mentorship": str(other.public_id)}))
    assert f"{other.code}-1" in fragment
    assert mentorship.code not in fragment
    # Without the script the tasks of the first one are posted with the second: said, never taken for another's.
    response = client.post(reverse("hours:register"), _typed(other, task=f"{mentorship.code}-1"))
    assert response.status_code == 422
    assert response.context["form"].errors["task"]


def test_two_citizens_with_the_same_initials_are_told_apart(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Dina Dahl"))
    text = _text(signed_in(cast.carla).get(reverse("hours:register")))
    assert f"D. D. ({mentorship.code})" in text
    assert f"D. D. ({other.code})" in text


def test_correcting_and_deleting(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    contact = register(cast, mentorship)
    client, address = signed_in(cast.carla), reverse("hours:correct", args=[contact.public_id])
    assert client.get(address).context["form"]["length"].value() == "60"
    typed = _typed(mentorship, length="30")
    assert "Skriv hvorfor retter du" not in _text(client.get(address))
    assert client.post(address, {**typed, "reason": ""}).status_code == 422
    assert client.post(address, {**typed, "reason": "Skrev forkert."}).status_code == 302
    with acting(cast.carla):
        newer = Contact.objects.get(supersedes=contact)
    delete = reverse("hours:withdraw", args=[newer.public_id])
    assert client.get(delete).status_code == 200
    assert client.post(delete, {"reason": ""}).status_code == 422
    assert client.post(delete, {"reason": "Fejl."}).status_code == 302
    with acting(cast.carla):
        newer.refresh_from_db()
    assert newer.state == "WITHDRAWN"


def test_handing_in_the_month(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(cast, mentorship)
    client = signed_in(cast.carla)
    assert "Kan afleveres fra den 30. nov. 2026" in _text(client.get(reverse("hours:mentor")))
    address = reverse("hours:hand_in", args=[2026, 11])
    assert "Du kan aflevere måneden fra" in _text(client.post(address, follow=True))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=8))
    client = signed_in(cast.carla)
    assert "Aflever november" in _text(client.get(reverse("hours:mentor")))
    assert "Måneden er afleveret" in _text(client.post(address, follow=True))
    assert "Aflever november" not in _text(client.get(reverse("hours:mentor")))
    assert client.post(reverse("hours:hand_in", args=[2026, 13])).status_code == 404


def test_another_mentors_contact_is_not_found(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    contact = register(cast, mentorship)
    cast.carla.person_id = make_mentor(cast, name="En anden").pk
    cast.carla.save()
    client = signed_in(cast.carla)
    for name in ("correct", "withdraw"):
        assert client.get(reverse(f"hours:{name}", args=[contact.public_id])).status_code == 404
    response = client.post(reverse("hours:register"), _typed(mentorship))
    assert response.status_code == 422


@pytest.mark.parametrize("name", ["mentor", "register", "tasks"])
@pytest.mark.parametrize(("who", "status"), [("david", 403), ("anna", 403), ("bo", 403)])
def test_others_do_not_get_the_mentors_pages(
    cast: Cast, signed_in: SignedIn, name: str, who: str, status: int
) -> None:
    assert signed_in(getattr(cast, who)).get(reverse(f"hours:{name}")).status_code == status


@pytest.mark.parametrize("name", ["mentor", "register", "company"])
def test_signed_out_goes_to_sign_in(cast: Cast, client: Client, name: str) -> None:
    response = client.get(reverse(f"hours:{name}"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


def test_the_page_takes_the_same_queries_for_one_and_for_many(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.carla)
    register(cast, mentorship)
    client.get(reverse("hours:mentor"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("hours:mentor"))
    with acting(cast.anna):
        for number in range(1, 5):
            case = make_active(cast, citizen=make_citizen(cast, name=f"Nr. {number}"))
            for day in range(2):
                register(cast, case, starts_at=MONDAY_BEFORE + timedelta(days=day, hours=2 * number))
    with CaptureQueriesContext(connection) as many:
        assert _text(client.get(reverse("hours:mentor"))).count("tilbage i ugen") == 5
    assert len(one) == len(many)


def test_a_mentor_without_mentorships_is_told_what_will_come(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.carla)
    assert "Du har ingen forløb i gang" in _text(client.get(reverse("hours:mentor")))
    assert "Du har ingen forløb i gang" in _text(client.get(reverse("hours:register")))


def test_a_dispute_is_shown_without_the_citizens_words(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    contact = register(cast, mentorship)
    services.dispute(contact=contact, reason="Hun kom aldrig.", by=cast.david, at=NOW)
    text = _text(signed_in(cast.carla).get(reverse("hours:mentor")))
    assert "Borgeren er ikke enig." in text
    assert "Hun kom aldrig" not in text
