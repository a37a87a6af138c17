"""Outgoing messages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.notices import services as notices
from tests.cast import Cast

SignedIn = Callable[[User], Client]
ADDRESS = "/beskeder/"


@pytest.fixture
def _two_messages(cast: Cast) -> None:
    for channel, who in ((notices.Channel.SMS, "Carla Clausen"), (notices.Channel.EMAIL, "David Dalsgaard")):
        notices.queue(
            municipality_id=cast.municipality.pk,
            channel=channel,
            recipient=who,
            address="+4512345678",
            subject="Din kode",
            body="Din kode er 123456. http://127.0.0.1:8000/aftale/x/",
        )


@pytest.mark.usefixtures("_two_messages")
def test_in_a_demonstration_links_and_codes_are_readable(cast: Cast, signed_in: SignedIn) -> None:
    text = signed_in(cast.anna).get(ADDRESS).content.decode()
    assert "Din kode er 123456." in text
    assert 'href="http://127.0.0.1:8000/aftale/x/"' in text
    assert Event.objects.filter(action="outbox.seen").count() == 1


@pytest.mark.usefixtures("_two_messages")
def test_outside_a_demonstration_the_text_stays_closed(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = property(lambda self: False, lambda self, value: None)
    monkeypatch.setattr("brobygger.accounts.models.Municipality.is_demo", real)
    text = signed_in(cast.anna).get(ADDRESS).content.decode()
    assert "Carla Clausen" in text
    assert "123456" not in text.replace("12345678", "")


@pytest.mark.usefixtures("_two_messages")
def test_messages_are_filtered(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    by_sms = client.get(ADDRESS, {"kanal": "SMS"}).content.decode()
    assert ("Carla" in by_sms, "David" in by_sms) == (True, False)
    to_david = client.get(ADDRESS, {"modtager": "david"}).content.decode()
    assert ("Carla" in to_david, "David" in to_david) == (False, True)
    assert "Carla" in client.get(ADDRESS, {"kanal": "BREVDUE"}).content.decode()


@pytest.mark.usefixtures("_two_messages")
def test_nobody_else_reads_them(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.tove).get(ADDRESS).status_code == 403
    assert signed_in(cast.carla).get(ADDRESS).status_code == 403
    assert "Carla" not in signed_in(cast.bo).get(ADDRESS).content.decode()


def test_an_empty_outbox_teaches(cast: Cast, signed_in: SignedIn) -> None:
    assert "Ingen beskeder" in signed_in(cast.anna).get(ADDRESS).content.decode()
