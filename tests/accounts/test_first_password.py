"""A password that somebody else has seen: nothing but choosing an own one, until it is done."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts import middleware, services
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from tests.cast import Cast

NEW = "fire rolige heste ved havet"
PASSWORD_PAGE = "/adgangskode/"


def made(cast: Cast) -> tuple[User, str]:
    """A new job consultant who has been told the first password."""
    return services.create_user(
        username="nina", name="Nina Nord", title="", email="", phone="", team=cast.team,
        roles=[Role.JOB_CONSULTANT.value], by=cast.adam,
    )  # fmt: skip


@pytest.fixture
def told(cast: Cast, client: Client) -> tuple[Client, str]:
    """Nina, signed in, and her first password."""
    user, password = made(cast)
    client.force_login(user)
    return client, password


def test_every_way_to_a_password_of_somebody_else_marks_it(cast: Cast) -> None:
    user, _password = made(cast)
    login, _password = services.create_login(
        username="ulla@example.org", name="Ulla", role=Role.MENTOR, person_id=77, phone="", by=cast.anna
    )
    services.renew_password(user=cast.freja, by=cast.adam)
    for each in (user, login, cast.freja):
        each.refresh_from_db()
        assert each.password_is_first
    cast.anna.refresh_from_db()
    assert not cast.anna.password_is_first


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("web:home", []),
        ("mentorships:list", []),
        ("web:case", [uuid.UUID(int=7)]),
        ("grants:new", []),
        ("web:guide", []),
        ("web:keepalive", []),
        ("ui:gallery", []),
        ("accounts:login", []),
    ],
)
def test_no_other_page_is_reached(told: tuple[Client, str], name: str, args: list[object]) -> None:
    client, _password = told
    address = reverse(name, args=args)
    answer = client.get(address, {"q": "å"})
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"{PASSWORD_PAGE}?next={address.replace('/', '%2F')}%3Fq%3D%25C3%25A5",
    )


def test_the_control_finds_a_page_that_lets_one_through(
    told: tuple[Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the list planted as reachable it answers itself: the tests above would see it."""
    client, _password = told
    planted = middleware.BEFORE_OWN_PASSWORD | {"mentorships:list"}
    monkeypatch.setattr(middleware, "BEFORE_OWN_PASSWORD", planted)
    assert client.get(reverse("mentorships:list")).status_code == 200


def test_no_act_is_done(cast: Cast, told: tuple[Client, str]) -> None:
    client, _password = told
    answer = client.post(reverse("people:mentor_login", args=[cast.mentor.public_id]))
    assert (answer.status_code, answer.headers["Location"]) == (302, PASSWORD_PAGE)
    assert not User.objects.filter(username="carla@example.org").exists()


def test_a_fragment_sends_the_whole_page_away(told: tuple[Client, str]) -> None:
    client, _password = told
    answer = client.get("/forloeb/", headers={"HX-Request": "true", "HX-Current-URL": "/forloeb/?status=all"})
    assert answer.content == b""
    assert answer.headers["HX-Redirect"] == f"{PASSWORD_PAGE}?next=%2Fforloeb%2F%3Fstatus%3Dall"


def test_the_page_says_why_and_what_is_open_stays_open(told: tuple[Client, str]) -> None:
    client, _password = told
    page = client.get(PASSWORD_PAGE, {"next": "/forloeb/"}).content.decode()
    assert "Vælg din egen, før du går videre" in page
    assert 'name="next" value="/forloeb/"' in page
    assert client.get("/healthz").status_code == 200
    assert client.post(reverse("set_language"), {"language": "en"}).status_code == 302
    assert client.post(reverse("accounts:logout")).headers["Location"] == reverse("accounts:login")
    assert client.get("/forloeb/").headers["Location"].startswith(reverse("accounts:login"))


def test_with_an_own_password_one_goes_on(told: tuple[Client, str]) -> None:
    client, password = told
    answer = client.post(
        PASSWORD_PAGE, {"old": password, "new": NEW, "again": NEW, "next": "/forloeb/?status=all"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/forloeb/?status=all")
    assert client.get("/forloeb/").status_code == 200
    assert "før du går videre" not in client.get(PASSWORD_PAGE).content.decode()


def test_one_never_goes_on_to_another_site(told: tuple[Client, str]) -> None:
    client, password = told
    form = {"old": password, "new": NEW, "again": NEW, "next": "https://example.org/"}
    assert client.post(PASSWORD_PAGE, form).headers["Location"] == "/"


def test_the_same_password_again_is_no_own_one(cast: Cast, told: tuple[Client, str]) -> None:
    client, password = told
    form = {"old": password, "new": password, "again": password}
    answer = client.post(PASSWORD_PAGE, form)
    assert answer.status_code == 422
    assert "Vælg en anden adgangskode end den nuværende." in answer.content.decode()
    assert User.objects.get(username="nina").password_is_first
    assert client.get("/forloeb/").status_code == 302


def test_signing_in_leads_there_and_then_on(cast: Cast, client: Client) -> None:
    _user, password = made(cast)
    signed_in = client.post(
        reverse("accounts:login"), {"username": "nina", "password": password, "next": "/forloeb/"}
    )
    sent_on = client.get(signed_in.headers["Location"])
    assert sent_on.headers["Location"] == f"{PASSWORD_PAGE}?next=%2Fforloeb%2F"


def test_a_wrong_old_password_keeps_the_mark(cast: Cast) -> None:
    user, _password = made(cast)
    with pytest.raises(Refused, match="forkert"):
        services.change_password(user=user, old="gættet forkert her", new=NEW)
    user.refresh_from_db()
    assert user.password_is_first
