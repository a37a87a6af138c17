"""The mentor register."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.law.codes import MentorKind
from brobygger.organisations.models import Organisation
from brobygger.people import selectors, services
from brobygger.people.models import Mentor
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor, make_organisation

Acting = Callable[[User | None], AbstractContextManager[None]]
Events = Callable[..., list[dict[str, Any]]]
SignedIn = Callable[[User], Client]
REGISTER = "/personer/mentorer/"


def facts(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "kind": MentorKind.COMPANY_EMPLOYEE,
        "name": "Mona Munk",
        "phone": "",
        "email": "mona@example.org",
        "organisation": cast.company,
        "qualifications": "Faglært tømrer, oplærer.",
        "languages": "",
        "trained_on": date(2026, 3, 2),
        **changed,
    }


def typed(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "name": "Mona Munk",
        "kind": "COMPANY_EMPLOYEE",
        "organisation": str(cast.company.public_id),
        "qualifications": "Faglært tømrer, oplærer.",
        "email": "mona@example.org",
        "idempotency_key": str(uuid.uuid4()),
        **changed,
    }


def test_a_mentor_is_added(cast: Cast, now: datetime, events: Events) -> None:
    mentor = services.add_mentor(**facts(cast), by=cast.klara, at=now)
    assert mentor.identity != cast.mentor.identity
    assert events("mentor.added")[0]["subject"] == str(mentor.public_id)


def test_the_same_person_keeps_the_identity(cast: Cast, now: datetime) -> None:
    again = services.add_mentor(**facts(cast, email="CARLA@example.org"), by=cast.anna, at=now)
    assert again.identity == cast.mentor.identity


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"qualifications": "  "}, "qualifications"),
        ({"name": ""}, "name"),
        ({"organisation": None}, "organisation"),
    ],
)
def test_what_the_register_demands(cast: Cast, now: datetime, changed: dict[str, Any], field: str) -> None:
    before = Mentor.objects.count()
    with pytest.raises(Refused) as refusal:
        services.add_mentor(**facts(cast, **changed), by=cast.anna, at=now)
    assert refusal.value.field == field
    assert Mentor.objects.count() == before


def test_a_volunteer_needs_no_employer(cast: Cast, now: datetime) -> None:
    mentor = services.add_mentor(
        **facts(cast, kind=MentorKind.VOLUNTEER, organisation=None), by=cast.anna, at=now
    )
    assert mentor.organisation is None


def test_the_clerk_does_not_keep_the_register(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    with pytest.raises(NotAllowed):
        services.add_mentor(**facts(cast), by=cast.finn, at=now)
    assert signed_in(cast.finn).get(REGISTER).status_code == 403


def test_a_mentor_with_mentorships_stays_active(cast: Cast, now: datetime) -> None:
    mentorship = make_active(cast)
    changed = {**facts(cast, name="Carla Clausen"), "mentor": cast.mentor, "is_active": False}
    with pytest.raises(Refused, match="1 forløb i gang"):
        services.change_mentor(**changed, by=cast.anna, at=now)
    mentorship.status = "ENDED"
    mentorship.save()
    services.change_mentor(**changed, by=cast.anna, at=now)
    assert not selectors.get_mentor(cast.anna, cast.mentor.public_id).is_active


def test_only_the_changed_fields_are_recorded(cast: Cast, now: datetime, events: Events) -> None:
    mentor = services.add_mentor(**facts(cast), by=cast.anna, at=now)
    services.change_mentor(
        mentor=mentor, **facts(cast, phone="+4512121212"), is_active=True, by=cast.anna, at=now
    )
    services.change_mentor(
        mentor=mentor, **facts(cast, phone="+4512121212"), is_active=True, by=cast.anna, at=now
    )
    [event] = events("mentor.changed")
    assert event["detail"]["fields"] == ["phone"]


def test_the_register_is_narrowed(cast: Cast) -> None:
    busy = cast.mentor
    free = make_mentor(cast, name="Ulla Udby", kind=MentorKind.VOLUNTEER, languages="arabisk")
    gone = make_mentor(cast, name="Gert Gram", is_active=False)
    make_active(cast)
    make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))

    def shown(**wanted: str) -> set[Mentor]:
        return set(selectors.register(cast.anna, **wanted))

    assert shown() == {busy, free}
    assert shown(state="all") == {busy, free, gone}
    assert shown(state="inactive") == {gone}
    assert shown(state="free") == {free}
    assert shown(kind="VOLUNTEER") == {free}
    assert shown(text="arab ulla") == {free}
    assert selectors.register(cast.anna).get(pk=busy.pk).under_way == 2


def test_the_page_adds_a_mentor_once_however_often_it_is_sent(cast: Cast, signed_in: SignedIn) -> None:
    client, form = signed_in(cast.anna), typed(cast)
    for _time in range(2):
        answer = client.post(f"{REGISTER}ny/", form)
        assert answer.status_code == 302
    assert Mentor.objects.filter(name="Mona Munk").count() == 1


def test_the_page_keeps_what_was_typed(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.anna).post(f"{REGISTER}ny/", typed(cast, qualifications="", trained_on="i går"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv mentorens kvalifikationer" in text
    assert "Mona Munk" in text
    assert "i går" in text
    assert not Mentor.objects.filter(name="Mona Munk").exists()


NEW_PLACE = {
    "new_organisation": "on",
    "organisation": "",
    "org-name": "Tømrerne",
    "org-kind": "COMPANY",
    "org-cvr": "12345674",
    "org-employees": "8",
}


def test_a_new_place_of_work_comes_with_its_mentor(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.anna).post(f"{REGISTER}ny/", typed(cast, **NEW_PLACE)).status_code == 302
    mentor = Mentor.objects.get(name="Mona Munk")
    assert mentor.organisation is not None
    assert (mentor.organisation.name, mentor.organisation.employees) == ("Tømrerne", 8)


def test_a_refused_place_of_work_leaves_nothing(cast: Cast, signed_in: SignedIn) -> None:
    known = {**NEW_PLACE, "org-name": "nordhavn bageri"}
    answer = signed_in(cast.anna).post(f"{REGISTER}ny/", typed(cast, **known))
    assert answer.status_code == 422
    assert "Virksomheden findes allerede" in answer.content.decode()
    assert Organisation.objects.count() == 1
    assert not Mentor.objects.filter(name="Mona Munk").exists()


def test_a_place_of_work_goes_with_its_refused_mentor(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_facts: Any) -> None:
        raise Conflict("En anden var først.")

    monkeypatch.setattr(services, "add_mentor", refuse)
    answer = signed_in(cast.anna).post(f"{REGISTER}ny/", typed(cast, **NEW_PLACE))
    assert "En anden var først." in answer.content.decode()
    assert not Organisation.objects.filter(name="Tømrerne").exists()


def test_a_mentor_is_changed_on_the_page(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    address = f"{REGISTER}{cast.mentor.public_id}/ret/"
    page = client.get(address).content.decode()
    assert "Ti års erfaring som bager" in page
    assert client.post(address, typed(cast, name="Carla Clausen", is_active="on")).status_code == 302
    cast.mentor.refresh_from_db()
    assert cast.mentor.qualifications == "Faglært tømrer, oplærer."


def test_a_mentor_elsewhere_does_not_exist(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bo)
    own = f"{REGISTER}{cast.mentor.public_id}/"
    assert [client.get(own).status_code, client.get(f"{own}ret/").status_code] == [404, 404]
    assert client.post(f"{own}login/").status_code == 404
    place = reverse("people:edit_organisation", args=[cast.company.public_id])
    assert client.get(place).status_code == 404
    assert "Carla" not in client.get(REGISTER).content.decode()


def test_a_workplace_elsewhere_cannot_be_chosen(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    answer = signed_in(cast.bo).post(f"{REGISTER}ny/", typed(cast))
    assert answer.status_code == 422


def test_a_place_of_work_is_changed(cast: Cast, signed_in: SignedIn, events: Events) -> None:
    address = reverse("people:edit_organisation", args=[cast.company.public_id])
    form = {"name": "Nordhavn Bageri", "kind": "COMPANY", "cvr": "12345674", "employees": "26"}
    client = signed_in(cast.anna)
    assert client.post(address, {**form, "cvr": "12345678"}).status_code == 422
    assert client.post(address, form).status_code == 302
    cast.company.refresh_from_db()
    assert cast.company.employees == 26
    assert "employees" in events("organisation.changed")[0]["detail"]["fields"]


def test_a_mentor_gets_a_login_for_the_phone(cast: Cast, signed_in: SignedIn) -> None:
    mentor = make_mentor(cast, name="Ulla Udby", email="ulla@example.org")
    client = signed_in(cast.klara)
    page = client.post(f"{REGISTER}{mentor.public_id}/login/").content.decode()
    login = User.objects.get(username="ulla@example.org")
    assert (login.kind, login.person_id) == ("mentor", mentor.pk)
    assert "Adgangskoden vises kun nu" in page
    assert "ulla@example.org" in client.get(f"{REGISTER}{mentor.public_id}/").content.decode()


def test_a_mentor_without_mail_gets_a_sentence_instead(cast: Cast, signed_in: SignedIn) -> None:
    mentor = make_mentor(cast, name="Ulla Udby", email="")
    page = signed_in(cast.klara).get(f"{REGISTER}{mentor.public_id}/").content.decode()
    assert "Skriv mentorens e-mail først" in page


def test_many_mentors_cost_no_more_queries_than_one(
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.anna)
    client.get(REGISTER)
    with django_assert_max_num_queries(30) as few:
        client.get(REGISTER)
    count = len(few)
    for number in range(12):
        make_mentor(
            cast, name=f"Mentor {number}", organisation=make_organisation(cast, name=f"Sted {number}")
        )
    with django_assert_num_queries(count):
        client.get(REGISTER)


def test_an_empty_register_teaches(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bo)
    assert "Opret den første" in client.get(REGISTER).content.decode()
    assert "Vis hele registret" in client.get(REGISTER, {"q": "findes ikke"}).content.decode()
