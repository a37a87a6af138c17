"""Citizens: registering, finding, revealing, and who looked."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.people import selectors, services
from brobygger.people.models import Citizen, CprNumber
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

Acting = Callable[[User | None], AbstractContextManager[None]]
Events = Callable[..., list[dict[str, Any]]]
SignedIn = Callable[[User], Client]


def register(cast: Cast, now: datetime, cpr: str, **fields: Any) -> Citizen:
    return services.register_citizen(**{"name": "Mia Krag", "cpr": cpr, "by": cast.anna, "at": now, **fields})


def test_a_citizen_is_registered_with_birth_date_and_sealed_number(
    cast: Cast, now: datetime, cpr: str, events: Events
) -> None:
    citizen = register(cast, now, cpr)
    assert (citizen.birth_date, citizen.consultant, citizen.team) == (date(1994, 5, 2), cast.anna, cast.team)
    row = CprNumber.objects.get(citizen=citizen)
    assert cpr.encode() not in bytes(row.ciphertext)
    [event] = events("citizen.registered")
    assert event["subject"] == str(citizen.public_id)
    assert cpr not in str(event)


def test_a_number_known_already_is_refused_and_leaves_nothing(cast: Cast, now: datetime, cpr: str) -> None:
    register(cast, now, cpr)
    before = Citizen.objects.count()
    with pytest.raises(Conflict) as refusal:
        register(cast, now, f"{cpr[:6]}-{cpr[6:]}", name="En anden")
    assert refusal.value.field == "cpr"
    assert Citizen.objects.count() == before
    assert CprNumber.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"), [({"cpr": "123"}, "cpr"), ({"cpr": "9999991234"}, "cpr"), ({"name": "  "}, "name")]
)
def test_what_cannot_be_read_is_refused_by_the_field(
    cast: Cast, now: datetime, cpr: str, fields: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        register(cast, now, **{"cpr": cpr, **fields})
    assert refusal.value.field == field
    assert not CprNumber.objects.exists()


def test_a_citizen_can_be_registered_without_a_number(cast: Cast, now: datetime) -> None:
    citizen = register(cast, now, "")
    assert selectors.cpr_row(citizen) is None
    with pytest.raises(Refused, match="uden CPR-nummer"):
        services.reveal_cpr(citizen=citizen, by=cast.anna)


def test_the_clerk_registers_nobody_and_sees_no_number(cast: Cast, now: datetime, cpr: str) -> None:
    with pytest.raises(NotAllowed):
        register(cast, now, cpr, by=cast.finn)
    citizen = register(cast, now, cpr)
    for act in (
        lambda: services.find_by_cpr(cpr=cpr, by=cast.finn),
        lambda: services.reveal_cpr(citizen=citizen, by=cast.finn),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_number_finds_its_citizen_and_the_search_is_recorded_without_it(
    cast: Cast, now: datetime, cpr: str, events: Events
) -> None:
    citizen = register(cast, now, cpr)
    assert services.find_by_cpr(cpr=f"{cpr[:6]} {cpr[6:]}", by=cast.freja) == citizen
    assert services.find_by_cpr(cpr="6101011111", by=cast.freja) is None
    hit, miss = events("citizen.sought_by_cpr")
    assert (hit["subject"], hit["relation"]) == (str(citizen.public_id), "TEAM")
    assert miss["detail"] == {"found": False}
    assert cpr not in str([hit, miss])


def test_the_same_number_elsewhere_is_another_citizen(
    cast: Cast, now: datetime, cpr: str, acting: Acting
) -> None:
    register(cast, now, cpr)
    with acting(cast.bo):
        assert services.find_by_cpr(cpr=cpr, by=cast.bo) is None
        other = register(cast, now, cpr, by=cast.bo)
        assert other.municipality_id == cast.other_municipality.pk


def test_the_number_is_revealed_to_those_who_may_and_recorded(
    cast: Cast, now: datetime, cpr: str, events: Events
) -> None:
    citizen = register(cast, now, cpr)
    assert services.reveal_cpr(citizen=citizen, by=cast.anna) == cpr
    [event] = events("citizen.cpr_shown")
    assert (event["relation"], event["purpose"]) == ("OWN_CASE", "Vis CPR-nummer")


def test_the_relation_is_told_from_the_case(cast: Cast, events: Events) -> None:
    stranger = make_citizen(cast, name="Mia Krag", consultant=None, team=None)
    for by in (cast.anna, cast.freja):
        services.note_look(citizen=cast.citizen, by=by, page="Forløb")
        services.note_look(citizen=stranger, by=by, page="Forløb")
    assert [event["relation"] for event in events("citizen.seen")] == ["OWN_CASE", "NONE", "TEAM", "NONE"]
    make_active(cast, citizen=stranger, consultant=cast.freja, team=None)
    services.note_look(citizen=stranger, by=cast.freja, page="Forløb")
    assert events("citizen.seen")[-1]["relation"] == "OWN_CASE"


def test_the_mentor_is_recorded_and_the_citizen_is_not(cast: Cast, events: Events, acting: Acting) -> None:
    make_active(cast)
    for by in (cast.carla, cast.david):
        with acting(by):
            services.note_look(citizen=cast.citizen, by=by, page="Telefon")
    assert [event["relation"] for event in events("citizen.seen")] == ["MENTOR"]


def test_a_list_is_one_event_that_names_all(cast: Cast, events: Events) -> None:
    other = make_citizen(cast, name="Mia Krag")
    services.note_looks(citizens=[cast.citizen, other, other], by=cast.anna, page="Forløb")
    services.note_looks(citizens=[], by=cast.anna, page="Forløb")
    [event] = events("citizens.listed")
    assert event["detail"]["citizens"] == sorted(str(each.public_id) for each in (cast.citizen, other))


def test_numbers_are_left_out_of_a_recorded_search(cast: Cast, events: Events, cpr: str) -> None:
    for text in (cpr, "620594-1234", "mia 6205 94", "7F3K"):
        services.note_search(criterion=text, citizens=[], by=cast.anna)
    assert [event["detail"]["criterion"] for event in events("search")] == ["…", "…", "mia …", "7F3K"]


def test_contact_details_are_changed_and_only_the_fields_are_recorded(
    cast: Cast, now: datetime, signed_in: SignedIn, events: Events
) -> None:
    address = reverse("people:edit_citizen", args=[cast.citizen.public_id])
    client = signed_in(cast.anna)
    typed = {"name": "David Dalsgaard", "phone": "+4511223344", "language": "ar", "email": "", "address": ""}
    assert client.post(address, typed).status_code == 302
    cast.citizen.refresh_from_db()
    assert (cast.citizen.phone, cast.citizen.language) == ("+4511223344", "ar")
    [event] = events("citizen.changed")
    assert event["detail"]["fields"] == ["email", "language", "phone"]
    answer = client.post(address, {**typed, "name": "", "phone": "kun det her"})
    assert answer.status_code == 422
    assert "kun det her" in answer.content.decode()


@pytest.mark.parametrize("name", ["citizen", "edit_citizen"])
def test_a_citizen_elsewhere_does_not_exist(cast: Cast, signed_in: SignedIn, name: str) -> None:
    address = reverse(f"people:{name}", args=[cast.citizen.public_id])
    assert signed_in(cast.bo).get(address).status_code == 404


@pytest.mark.parametrize("name", ["reveal_cpr", "citizen_login"])
def test_acts_on_a_citizen_elsewhere_do_not_exist(cast: Cast, signed_in: SignedIn, name: str) -> None:
    address = reverse(f"people:{name}", args=[cast.citizen.public_id])
    assert signed_in(cast.bo).post(address).status_code == 404
    assert signed_in(cast.bo).get(address).status_code == 405


def test_the_citizens_page_is_for_staff_who_see_cases(cast: Cast, signed_in: SignedIn) -> None:
    address = reverse("people:citizen", args=[cast.citizen.public_id])
    assert signed_in(cast.anna).get(address).status_code == 200
    assert signed_in(cast.adam).get(address).status_code == 404
    assert signed_in(cast.carla).get(address).status_code == 404


def test_signed_out_leads_to_the_sign_in_page(cast: Cast, client: Client) -> None:
    for name, args in (("mentors", []), ("new_mentor", []), ("citizen", [cast.citizen.public_id])):
        answer = client.get(reverse(f"people:{name}", args=args))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("accounts:login"))


def test_a_citizen_gets_one_login(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    citizen = make_citizen(cast, name="Mia Krag", email="mia@example.org")
    client = signed_in(cast.anna)
    address = reverse("people:citizen_login", args=[citizen.public_id])
    assert "Adgangskoden vises kun nu" in client.post(address).content.decode()
    login = User.objects.get(username="mia@example.org")
    assert (login.kind, login.person_id, login.municipality) == ("citizen", citizen.pk, cast.municipality)
    assert client.post(address).status_code == 302
    assert User.objects.filter(person_id=citizen.pk, roles=["CITIZEN"]).count() == 1


def test_a_refusal_in_the_middle_frees_the_transaction(cast: Cast, now: datetime, cpr: str) -> None:
    """The same transaction goes on after a caught refusal, as a view's does."""
    register(cast, now, cpr)
    with transaction.atomic():
        with pytest.raises(Conflict):
            register(cast, now, cpr)
        assert Citizen.objects.filter(name="Mia Krag").count() == 1
