"""One-time links: they point, the code decides, and looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import OneTimeLink, User
from brobygger.grants.models import AgreementParty
from brobygger.grants.services import agree
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast
from tests.grants import cases

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Clock:
    held = Clock(now)
    monkeypatch.setattr(timezone, "now", held)
    return held


@pytest.fixture
def staff(cast: Cast, acting: Acting) -> Callable[[], AbstractContextManager[None]]:
    """Reads as staff after a request has acted as somebody else."""
    return lambda: acting(cast.anna)


def link_of(cast: Cast, address: str) -> str:
    """The link that was sent to an e-mail address."""
    body = [each[3] for each in cases.messages() if each[1] == address and "aftale/link/" in each[3]][-1]
    found = re.search(r"https?://[^/]+(/\S+/)", body)
    assert found is not None
    return found[1]


def code_sent() -> str:
    body = [each[3] for each in cases.messages() if each[2] == "Din kode"][-1]
    found = re.search(r"\d{6}", body)
    assert found is not None
    return found[0]


def open_link(client: Client, link: str, staff: Callable[[], AbstractContextManager[None]]) -> None:
    client.post(link, {"act": "send"})
    with staff():
        code = code_sent()
    assert client.post(link, {"act": "code", "code": code}).status_code == 302


def rows() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("select id, attempts, code_hash, used_at from accounts_onetimelink order by id")
        return cursor.fetchall()


def test_looking_at_the_link_shows_nothing_and_changes_nothing(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link, before, said = link_of(cast, cast.citizen.email), rows(), len(cases.messages())
    for send in (client.head, client.get, client.get):
        answer = send(link)
        assert answer.status_code == 200
    page = answer.content.decode()
    assert "Du har fået et link fra Brøndsted Kommune" in page
    for secret in ("David", "Carla", "mentor", "Nordhavn"):
        assert secret not in page.replace("Brobygger", "")
    with staff():
        assert rows() == before
        assert len(cases.messages()) == said


def test_link_code_and_yes(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    open_link(client, link, staff)
    page = client.get(link).content.decode()
    assert "At David gennemfører praktikken i bageriet." in page
    assert "Ja, jeg er enig" in page
    answer = client.post(link, {"act": "accept"})
    assert "Du har sagt ja" in answer.content.decode()
    with staff():
        party = AgreementParty.objects.get(party="CITIZEN")
        assert (party.accepted_at, party.strength) == (timezone.now(), "LINK_AND_CODE")


def test_three_links_start_the_mentorship(
    cast: Cast, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    for address in (cast.citizen.email, cast.mentor.email, cast.company.contact_email):
        with staff():
            link = link_of(cast, address)
        client = Client()
        open_link(client, link, staff)
        assert client.post(link, {"act": "accept"}).status_code == 200
    with staff():
        assert Mentorship.objects.get().status == Status.ACTIVE
        assert "agreement.completed" in cases.actions()


def test_a_spent_link_is_dead_but_the_same_browser_is_thanked_again(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    open_link(client, link, staff)
    client.post(link, {"act": "accept"})
    assert "Du har sagt ja" in client.post(link, {"act": "accept"}).content.decode()
    stranger = Client().get(link)
    assert stranger.status_code == 410
    assert "brugt eller udløbet" in stranger.content.decode()
    with staff():
        assert cases.actions().count("agreement.accepted") == 1


def test_without_the_code_nothing_is_shown_and_nothing_accepted(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    answer = client.post(link, {"act": "accept"})
    assert "Send kode" in answer.content.decode()
    with staff():
        assert AgreementParty.objects.filter(accepted_at__isnull=False).count() == 0


def test_a_code_is_tried_five_times_at_most(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    client.post(link, {"act": "send"})
    with staff():
        code = code_sent()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        answer = client.post(link, {"act": "code", "code": wrong})
        assert answer.status_code == 422
        assert "Koden passer ikke" in answer.content.decode()
    answer = client.post(link, {"act": "code", "code": code})
    assert answer.status_code == 422
    assert "for mange gange" in answer.content.decode()


def test_new_codes_do_not_come_in_a_stream(
    cast: Cast, client: Client, clock: Clock, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    assert client.post(link, {"act": "send"}).status_code == 302
    assert client.post(link, {"act": "send"}).status_code == 422
    clock.now += timedelta(seconds=61)
    assert client.post(link, {"act": "send"}).status_code == 302
    client.post(link, {"act": "code", "code": "000000"})
    clock.now += timedelta(minutes=9)
    assert client.post(link, {"act": "send"}).status_code == 422
    clock.now += timedelta(minutes=2)
    assert client.post(link, {"act": "send"}).status_code == 302
    with staff():
        assert len([each for each in cases.messages() if each[2] == "Din kode"]) == 3


def test_the_opened_page_closes_after_ten_minutes(
    cast: Cast, client: Client, clock: Clock, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    open_link(client, link, staff)
    clock.now += timedelta(minutes=11)
    assert "bageriet" not in client.get(link).content.decode()


def test_one_link_opens_no_other(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    mine, other = link_of(cast, cast.citizen.email), link_of(cast, cast.mentor.email)
    open_link(client, mine, staff)
    assert "bageriet" not in client.get(other).content.decode()


def test_links_expire_and_unknown_ones_say_the_same(cast: Cast, client: Client, clock: Clock) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    clock.now += timedelta(days=14)
    expired, unknown = client.get(link), client.get("/bevilling/aftale/link/findes-ikke/")
    assert expired.status_code == unknown.status_code == 410
    assert "brugt eller udløbet" in unknown.content.decode()


def test_a_no_needs_a_reason_and_keeps_it(
    cast: Cast, client: Client, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    cases.granted(cast)
    link = link_of(cast, cast.citizen.email)
    open_link(client, link, staff)
    answer = client.post(link, {"act": "decline", "reason": ""})
    assert answer.status_code == 422
    assert "Skriv, hvorfor du siger nej" in answer.content.decode()
    answer = client.post(link, {"act": "decline", "reason": "Jeg vil have en anden mentor."})
    assert "Du har sagt nej" in answer.content.decode()
    with staff():
        party = AgreementParty.objects.get(party="CITIZEN")
        assert party.declined_reason == "Jeg vil have en anden mentor."
        assert OneTimeLink.objects.filter(subject_id=party.pk, used_at=None).count() == 0


# Signed in, and staff


def test_signed_in_the_own_agreement_is_read_and_answered(
    cast: Cast, signed_in: SignedIn, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    application = cases.granted(cast)
    address = reverse("grants:agreement", args=[cases.agreement_of(application).public_id])
    client = signed_in(cast.david)
    assert "Ja, jeg er enig" in client.get(address).content.decode()
    sent = {"act": "accept", "idempotency_key": str(uuid4())}
    assert [client.post(address, sent).status_code for _time in range(2)] == [302, 302]
    with staff():
        assert AgreementParty.objects.get(party="CITIZEN").strength == "SIGNED_IN"
        assert cases.actions().count("agreement.accepted") == 1


@pytest.mark.parametrize("who", ["bo", "anna"])
def test_others_find_no_agreement_of_theirs(cast: Cast, signed_in: SignedIn, who: str) -> None:
    application = cases.granted(cast)
    address = reverse("grants:agreement", args=[cases.agreement_of(application).public_id])
    assert signed_in(getattr(cast, who)).get(address).status_code == 404


def test_staff_sends_again_and_registers_paper(
    cast: Cast, signed_in: SignedIn, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    application = cases.granted(cast)
    party = cases.party_of(application, "CITIZEN")
    client = signed_in(cast.anna)
    for name in ("resend", "on_paper"):
        sent = {"idempotency_key": str(uuid4())}
        assert client.post(reverse(f"grants:{name}", args=[party.public_id]), sent).status_code == 302
    with staff():
        assert AgreementParty.objects.get(party="CITIZEN").strength == "PAPER"


@pytest.mark.parametrize(("who", "status"), [("bo", 404), ("finn", 403), ("david", 403)])
def test_others_do_not(cast: Cast, signed_in: SignedIn, who: str, status: int) -> None:
    application = cases.granted(cast)
    party = cases.party_of(application, "CITIZEN")
    client = signed_in(getattr(cast, who))
    for name in ("resend", "on_paper"):
        assert client.post(reverse(f"grants:{name}", args=[party.public_id])).status_code == status


def test_after_a_no_staff_sends_a_new_agreement(
    cast: Cast, signed_in: SignedIn, staff: Callable[[], AbstractContextManager[None]]
) -> None:
    application = cases.granted(cast)
    agree.decline(
        party=cases.party_of(application, "MENTOR"), reason="Ingen tid", by=cast.carla, at=timezone.now()
    )
    old = cases.agreement_of(application)
    address = reverse("grants:send_agreement", args=[old.public_id])
    assert signed_in(cast.anna).post(address, {"idempotency_key": str(uuid4())}).status_code == 302
    with staff():
        assert cases.agreement_of(application).pk != old.pk
