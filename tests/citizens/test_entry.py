"""By link and code to the own page: nothing personal before the code, nobody else after it, and not for long."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts import by_link
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import NotAllowed
from brobygger.citizens import services
from brobygger.hours.models import Confirmation
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from brobygger.people import services as people
from tests.cast import Cast
from tests.factories.hours import NOW, register
from tests.factories.people import make_citizen

Acting = Callable[..., Any]
HOME = "/timer/borger/"
PERSONAL = re.compile(r"David|Dalsgaard|Carla|Clausen|4567|mentor|T0\d\d", re.IGNORECASE)


@pytest.fixture
def address(cast: Cast, mentorship: Mentorship, sent_link: Callable[[], str], acting: Acting) -> str:
    with acting(cast.anna):
        services.send_link(citizen=cast.citizen, by=cast.anna, at=NOW)
    return sent_link()


def _text(response: Any) -> str:
    return unescape(response.content.decode())


def _main(response: Any) -> str:
    return re.sub(r"<[^>]+>", " ", _text(response).split("<main", 1)[1].split("</main>", 1)[0])


def _give_code(client: Client, address: str, message: Callable[[], OutgoingMessage]) -> Any:
    client.post(address, {"act": "send"})
    found = re.search(r"\d{6}", message().body)
    assert found
    return client.post(address, {"act": "code", "code": found[0]})


def test_before_the_code_nothing_personal_is_told(
    client: Client, address: str, newest_message: Callable[[], OutgoingMessage]
) -> None:
    assert not PERSONAL.search(newest_message().body.replace(address, ""))
    assert newest_message().channel == "SMS"
    for answer in (
        client.get(address),
        client.head(address),
        client.post(address, {"act": "send"}, follow=True),
    ):
        assert not PERSONAL.search(_text(answer).split("</head>")[-1])
    assert not PERSONAL.search(newest_message().body)
    assert client.get(HOME).status_code == 302  # the link alone signs nobody in
    wrong = client.post(address, {"act": "code", "code": "000000"})
    assert wrong.status_code == 422 and client.get(HOME).status_code == 302


def test_a_personal_word_would_be_seen() -> None:
    assert PERSONAL.search("Hej David, husk din aftale.") and not PERSONAL.search(
        "Kommunen vil gerne have dit svar."
    )


def test_after_the_code_the_own_page_for_a_citizen_without_a_login(
    client: Client, cast: Cast, address: str, newest_message: Callable[[], OutgoingMessage]
) -> None:
    User.objects.filter(pk=cast.david.pk).update(person_id=None)
    assert _give_code(client, address, newest_message).url == HOME
    assert "Din mentor er" in _text(client.get(HOME))
    made = User.objects.get(person_id=cast.citizen.pk, roles=["CITIZEN"])
    assert not made.has_usable_password()
    assert client.get(reverse("accounts:password")).status_code == 200
    assert "Skift adgangskode" not in _text(client.get(HOME)).split("<main")[0]
    login, password = people.give_citizen_login(citizen=cast.citizen, by=cast.anna)
    assert login.pk == made.pk and login.username == "david@example.org" and password


def test_the_link_works_once_and_the_holder_gets_a_new_one_on_the_same_telephone(
    client: Client,
    address: str,
    newest_message: Callable[[], OutgoingMessage],
    sent_link: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _give_code(client, address, newest_message)
    again = Client()
    dead = again.get(address)
    assert dead.status_code == 410 and not PERSONAL.search(_main(dead))
    again.post(address, {"act": "renew"})
    assert sent_link_or_none(newest_message) is None  # one was sent just now
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=11))
    told = again.post(address, {"act": "renew"})
    assert sent_link() != address and newest_message().address == "+4545678901"
    unknown = again.post(reverse("citizens:link", args=["x" * 43]), {"act": "renew"})
    assert _main(told) == _main(unknown)  # the page does not tell whether the link is known


def sent_link_or_none(newest_message: Callable[[], OutgoingMessage]) -> str | None:
    found = re.search(r"/timer/borger/link/\S+", newest_message().body)
    return found[0] if found else None


def test_a_link_dies_with_the_telephone_it_was_sent_to(
    client: Client, cast: Cast, address: str, acting: Acting
) -> None:
    assert client.get(address).status_code == 200
    with acting(cast.anna):
        type(cast.citizen).objects.filter(pk=cast.citizen.pk).update(phone="+4500000000")
    assert client.get(address).status_code == 410


def test_a_link_made_for_something_else_opens_no_page(client: Client, cast: Cast, address: str) -> None:
    OneTimeLink.objects.update(purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT)
    assert client.get(address).status_code == 410


def test_answers_given_by_link_are_kept_as_such(
    client: Client,
    cast: Cast,
    mentorship: Mentorship,
    address: str,
    newest_message: Callable[[], OutgoingMessage],
    acting: Acting,
) -> None:
    yes, no = register(cast, mentorship), register(cast, mentorship, starts_at=NOW - timedelta(hours=3))
    _give_code(client, address, newest_message)
    client.post(reverse("citizens:confirm", args=[yes.public_id]))
    client.post(reverse("citizens:dispute", args=[no.public_id]), {"reason": "Hun kom ikke."})
    with acting(cast.david):
        strengths = list(Confirmation.objects.values_list("strength", flat=True))
    assert strengths == ["LINK_AND_CODE"] * 2


def test_the_session_is_the_citizens_own_and_ends_by_itself(
    client: Client,
    cast: Cast,
    address: str,
    newest_message: Callable[[], OutgoingMessage],
    monkeypatch: pytest.MonkeyPatch,
    acting: Acting,
) -> None:
    with acting(cast.anna):
        other = make_citizen(cast, name="En anden")
    _give_code(client, address, newest_message)
    for name in ("mentorships:list", "hours:mentor", "hours:company", "web:users"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("people:citizen", args=[other.public_id])).status_code in (403, 404)
    assert client.session.get_expiry_age() == by_link.STAY.total_seconds()

    def later(hours: float) -> int:
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=hours))
        return int(client.get(HOME).status_code)

    assert [later(hours) for hours in (0.4, 0.8, 1.2)] == [
        200,
        200,
        200,
    ]  # every page begins the half hour anew
    assert later(1.8) == 302
    assert "Kom du fra en sms?" in _text(client.get(client.get(HOME).url))


def test_however_busy_nobody_stays_beyond_the_longest_stay(
    client: Client,
    address: str,
    newest_message: Callable[[], OutgoingMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _give_code(client, address, newest_message)

    def at(minutes: int) -> Callable[[], datetime]:
        return lambda: NOW + timedelta(minutes=minutes)

    for minutes in range(25, 240, 25):
        monkeypatch.setattr("django.utils.timezone.now", at(minutes))
        assert client.get(HOME).status_code == 200
    monkeypatch.setattr("django.utils.timezone.now", at(241))
    assert client.get(HOME).status_code == 302


def test_a_first_password_stands_in_the_way_only_of_those_who_use_it(
    client: Client, cast: Cast, address: str, newest_message: Callable[[], OutgoingMessage]
) -> None:
    User.objects.filter(pk=cast.david.pk).update(password_is_first=True)
    _give_code(client, address, newest_message)
    assert client.get(HOME).status_code == 200
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(pk=cast.david.pk))
    assert elsewhere.get(HOME).status_code == 302


def test_a_login_that_is_closed_is_not_opened_by_a_link(
    client: Client, cast: Cast, address: str, newest_message: Callable[[], OutgoingMessage]
) -> None:
    User.objects.filter(pk=cast.david.pk).update(is_active=False)
    assert _give_code(client, address, newest_message).status_code == 410
    assert client.get(HOME).status_code == 302


@pytest.mark.parametrize("who", ["carla", "david", "finn"])
def test_only_those_who_work_with_cases_send_links(cast: Cast, mentorship: Mentorship, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.send_link(citizen=cast.citizen, by=getattr(cast, who), at=NOW)


# The month's request


def test_citizens_with_unanswered_meetings_are_asked_once_a_month(
    cast: Cast, mentorship: Mentorship, newest_message: Callable[[], OutgoingMessage]
) -> None:
    december = datetime(2026, 12, 3, 9, 0, tzinfo=NOW.tzinfo)
    register(cast, mentorship)
    assert services.ask_next(at=NOW.replace(day=2)) == 0  # too early in the month
    assert services.ask_next(at=december.replace(hour=22)) == 0  # not at night
    assert (
        services.ask_for_answers(
            municipality=cast.municipality, month=december.date().replace(day=1), at=december
        )
        == 1
    )
    assert "Kommunen vil gerne have dit svar." in newest_message().body
    assert not PERSONAL.search(re.sub(r"http\S+", "", newest_message().body))
    before = newest_message().pk
    assert (
        services.ask_for_answers(
            municipality=cast.municipality, month=december.date().replace(day=1), at=december
        )
        == 0
    )
    assert newest_message().pk == before


def test_nobody_is_asked_about_what_is_answered_or_of_this_month(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    november = NOW.date().replace(day=1)
    assert services.ask_for_answers(municipality=cast.municipality, month=november, at=NOW) == 0
