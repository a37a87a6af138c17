"""Users, teams, looks and the state of the audit trail."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import Team, User
from brobygger.audit.models import Event
from brobygger.people import services as people
from tests.cast import Cast
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
OVERVIEW, USERS, NEW, LOOKS = (
    "/administration/",
    "/administration/brugere/",
    "/administration/brugere/ny/",
    "/administration/opslag/",
)


def typed(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "name": "Nina Nørgaard",
        "username": "Nina",
        "email": "nina@example.org",
        "team": str(cast.team.public_id),
        "roles": ["JOB_CONSULTANT"],
        "idempotency_key": str(uuid.uuid4()),
        **changed,
    }


def test_a_user_is_made_and_the_password_shown_once(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    page = signed_in(cast.adam).post(NEW, typed(cast)).content.decode()
    [password] = re.findall(r'class="bb-secret">([^<]+)<', page)
    made = User.objects.get(username="nina")
    assert (made.team, made.roles, made.check_password(password)) == (cast.team, ["JOB_CONSULTANT"], True)
    assert password not in client.get(reverse("web:user", args=[made.public_id])).content.decode()
    assert password not in str(list(Event.objects.values_list("detail", flat=True)))


def test_a_form_sent_twice_makes_one_user(cast: Cast, signed_in: SignedIn) -> None:
    client, form = signed_in(cast.adam), typed(cast)
    assert [client.post(NEW, form).status_code for _time in range(2)] == [200, 302]
    assert User.objects.filter(username="nina").count() == 1


def test_a_wrong_form_keeps_what_was_typed(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.adam)
    for changed, told in (
        ({"roles": []}, "Vælg mindst én rolle."),
        ({"username": "anna"}, "Brugernavnet findes allerede"),
    ):
        answer = client.post(NEW, typed(cast, **changed))
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert "Nina Nørgaard" in answer.content.decode()
    assert not User.objects.filter(name="Nina Nørgaard").exists()


def test_outsiders_are_not_made_here(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.adam).post(NEW, typed(cast, roles=["CITIZEN"])).status_code == 422


def test_roles_team_and_state_are_changed(cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.adam), reverse("web:user", args=[cast.anna.public_id])
    assert "Jobkonsulent" in client.get(address).content.decode()
    changed = {"title": "Konsulent", "team": "", "roles": ["CASE_WORKER", "COORDINATOR"], "is_active": "on"}
    assert client.post(address, changed).status_code == 302
    cast.anna.refresh_from_db()
    assert (cast.anna.roles, cast.anna.team) == (["CASE_WORKER", "COORDINATOR"], None)
    assert Event.objects.get(action="user.changed").detail["before"] == ["JOB_CONSULTANT"]


def test_a_mentors_login_can_be_closed_and_keeps_its_role(cast: Cast, signed_in: SignedIn) -> None:
    address = reverse("web:user", args=[cast.carla.public_id])
    assert signed_in(cast.adam).post(address, {"idempotency_key": str(uuid.uuid4())}).status_code == 302
    cast.carla.refresh_from_db()
    assert (cast.carla.is_active, cast.carla.roles) == (False, ["MENTOR"])


def test_nobody_changes_the_own_roles(cast: Cast, signed_in: SignedIn) -> None:
    own = reverse("web:user", args=[cast.adam.public_id])
    answer = signed_in(cast.adam).post(own, {"roles": ["ADMINISTRATOR", "FINANCE"], "is_active": "on"})
    assert "Du kan ikke ændre dine egne roller" in answer.content.decode()
    cast.adam.refresh_from_db()
    assert cast.adam.roles == ["ADMINISTRATOR"]


def test_a_new_password_opens_a_locked_account(cast: Cast, signed_in: SignedIn, now: datetime) -> None:
    User.objects.filter(pk=cast.anna.pk).update(locked_until=now + timedelta(days=365))
    client, address = signed_in(cast.adam), reverse("web:user", args=[cast.anna.public_id])
    page = client.post(address, {"renew_password": "1"}).content.decode()
    cast.anna.refresh_from_db()
    assert cast.anna.locked_until is None
    assert cast.anna.check_password(re.findall(r'class="bb-secret">([^<]+)<', page)[0])


def test_a_team_is_made_once(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.adam)
    assert client.post("/administration/hold/", {"team_name": "Team Job"}).status_code == 302
    answer = client.post("/administration/hold/", {"team_name": "Team Job"})
    assert (answer.status_code, "allerede et hold" in answer.content.decode()) == (422, True)
    assert Team.objects.filter(name="Team Job").count() == 1


def test_users_are_found(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.adam)
    staff = client.get(USERS).content.decode()
    assert ("Anna Andersen" in staff, "Carla Clausen" in staff, "Bo Bech" in staff) == (True, False, False)
    assert "Carla Clausen" in client.get(USERS, {"group": "outside"}).content.decode()
    assert "Ingen brugere svarer" in client.get(USERS, {"q": "findes ikke"}).content.decode()


@pytest.mark.parametrize("who", ["anna", "eva", "finn", "tove", "carla", "david"])
def test_users_are_for_the_administrator(cast: Cast, signed_in: SignedIn, who: str) -> None:
    client = signed_in(getattr(cast, who))
    address = reverse("web:user", args=[cast.freja.public_id])
    assert [client.get(page).status_code for page in (USERS, NEW, address)] == [403, 403, 403]


def test_a_user_elsewhere_does_not_exist(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.adam).get(reverse("web:user", args=[cast.bo.public_id])).status_code == 404


def test_signed_out_leads_to_the_sign_in_page(client: Client, db: None) -> None:
    for page in (OVERVIEW, USERS, NEW, LOOKS):
        assert client.get(page)["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        ("adam", ["Brugere og hold", "Rammer og arbejdsgang", "Revisionsspor", "Opslag på borgere"], []),
        ("eva", ["Rammer og arbejdsgang", "Revisionsspor"], ["Brugere og hold"]),
        ("tove", ["Opslag på borgere", "Revisionsspor"], ["Brugere og hold", "Rammer og arbejdsgang"]),
    ],
)
def test_the_overview_shows_what_each_may_administer(
    cast: Cast, signed_in: SignedIn, who: str, shown: list[str], hidden: list[str]
) -> None:
    text = signed_in(getattr(cast, who)).get(OVERVIEW).content.decode()
    page = text[text.index("<main") : text.index("</main>")]
    assert [word for word in shown if word not in page] == []
    assert [word for word in hidden if word in page] == []


def test_the_overview_is_closed_to_the_rest(cast: Cast, signed_in: SignedIn) -> None:
    assert [signed_in(user).get(OVERVIEW).status_code for user in (cast.anna, cast.finn, cast.carla)] == [
        403
    ] * 3


# Looks at citizens


def test_looks_tell_who_saw_whom_and_why(cast: Cast, signed_in: SignedIn) -> None:
    stranger = make_citizen(cast, name="Mia Krag", consultant=None, team=None)
    people.note_look(citizen=cast.citizen, by=cast.anna, page="Forløb")
    people.note_look(citizen=stranger, by=cast.freja, page="Borger")
    people.note_looks(citizens=[cast.citizen, stranger], by=cast.eva, page="Forløbsliste")
    client = signed_in(cast.tove)
    text = client.get(LOOKS).content.decode()
    for word in ("Anna Andersen", "D. D.", "Eget forløb", "Ingen kendt", "2 borgere", "Forløbsliste"):
        assert word in text
    only = client.get(LOOKS, {"relation": "NONE"}).content.decode()
    assert ("M. K." in only, "D. D." in only) == (True, False)
    by_anna = client.get(LOOKS, {"who": str(cast.anna.public_id)}).content.decode()
    assert ("D. D." in by_anna, "M. K." in by_anna) == (True, False)


def test_older_looks_are_a_link_away(cast: Cast, signed_in: SignedIn) -> None:
    for _time in range(51):
        people.note_look(citizen=cast.citizen, by=cast.anna, page="Forløb")
    client = signed_in(cast.tove)
    first = client.get(LOOKS).content.decode()
    [older] = re.findall(r'href="(\?foer=\d+)"', first)
    assert client.get(LOOKS + older).content.decode().count("Så borgeren") == 1


def test_looks_cost_no_more_queries_for_many(
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    people.note_look(citizen=cast.citizen, by=cast.anna, page="Forløb")
    client = signed_in(cast.tove)
    client.get(LOOKS)
    with django_assert_max_num_queries(25) as few:
        client.get(LOOKS)
    count = len(few)
    for number in range(10):
        people.note_look(citizen=make_citizen(cast, name=f"Mia {number}"), by=cast.anna, page="Forløb")
    with django_assert_num_queries(count):
        client.get(LOOKS)


@pytest.mark.parametrize("who", ["anna", "finn", "carla", "david"])
def test_looks_are_for_control(cast: Cast, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(LOOKS).status_code == 403


def test_looks_elsewhere_are_not_seen(cast: Cast, signed_in: SignedIn) -> None:
    people.note_look(citizen=cast.citizen, by=cast.anna, page="Forløb")
    User.objects.filter(pk=cast.bo.pk).update(roles=["CONTROLLER"])
    cast.bo.refresh_from_db()
    text = signed_in(cast.bo).get(LOOKS).content.decode()
    assert "Anna" not in text
    assert "Ingen opslag i perioden" in text


# The own password


def test_the_own_password_is_changed(cast: Cast, signed_in: SignedIn) -> None:
    cast.anna.set_password("den gamle adgangskode")
    cast.anna.save()
    client = signed_in(cast.anna)
    new = "fire tilfældige ord her"
    wrong = [
        ({"old": "forkert", "new": new, "again": new}, "Den nuværende adgangskode er forkert."),
        ({"old": "den gamle adgangskode", "new": new, "again": "en anden"}, "De to adgangskoder er ikke ens"),
        ({"old": "den gamle adgangskode", "new": "kort", "again": "kort"}, "12"),
    ]
    for form, told in wrong:
        answer = client.post(reverse("accounts:password"), form)
        assert (answer.status_code, told in answer.content.decode()) == (422, True)
    right = {"old": "den gamle adgangskode", "new": new, "again": new}
    assert client.post(reverse("accounts:password"), right).status_code == 302
    cast.anna.refresh_from_db()
    assert cast.anna.check_password(new)
    assert client.get("/").status_code == 200
