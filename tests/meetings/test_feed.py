"""The private calendar address: secret, the own meetings only, and dead at once when it is closed."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, time, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.meetings import services
from brobygger.meetings.models import Feed
from brobygger.meetings.services import calendar
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.meetings import NOW, asked, plan_one
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

pytestmark = pytest.mark.usefixtures("on_the_day")


def make(user: User, acting: Any, at: datetime = NOW) -> str:
    with acting(user):
        return services.make_feed(by=user, at=at)


def read(secret: str) -> Any:
    return Client().get(reverse("meetings:feed", args=[secret]))


def events(secret: str) -> list[icalendar.Event]:
    answer = read(secret)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    return list(icalendar.Calendar.from_ical(answer.content).events)


def test_each_reads_the_own_meetings_without_signing_in(
    cast: Cast, mentorship: Mentorship, acting: Any
) -> None:
    other = make_active(
        cast, citizen=make_citizen(cast, name="Else Eg"), mentor=make_mentor(cast, name="Mo Mark")
    )
    own = plan_one(cast, mentorship, with_consultant=True)
    foreign = plan_one(cast, other, by=cast.anna)
    both = {str(own.public_id), str(foreign.public_id)}
    for user, expected, summary in (
        (cast.carla, {str(own.public_id)}, "Møde i mentorforløb · D. D."),
        (cast.david, {str(own.public_id)}, "Møde i mentorforløb · C. C."),
        (cast.anna, {str(own.public_id)}, "Møde i mentorforløb · D. D."),
        (cast.signe, set(), ""),
    ):
        found = events(make(user, acting))
        assert {str(event["uid"]) for event in found} == expected < both
        assert all(event["summary"] == summary for event in found)


def test_a_change_reaches_the_calendar(cast: Cast, mentorship: Mentorship, acting: Any) -> None:
    secret, meeting = make(cast.carla, acting), plan_one(cast, mentorship)
    services.move(
        meeting=meeting, asked=asked(clock=time(12)), asked_by="MENTOR", reason="x", by=cast.carla, at=NOW
    )
    services.cancel(meeting=meeting, reason="David er syg.", by=cast.carla, at=NOW)
    [event] = events(secret)
    assert (event["sequence"], event["status"], event["dtstart"].dt.hour) == (2, "CANCELLED", 12)
    assert b"David" not in read(secret).content and b"Biblioteket" not in read(secret).content


def test_only_a_hash_is_kept(cast: Cast, acting: Any) -> None:
    secret = make(cast.carla, acting)
    assert len(secret) == 43
    [feed] = Feed.objects.all()
    assert bytes(feed.secret_hash) == hashlib.sha256(secret.encode()).digest()


def test_a_dead_address_is_not_told_from_one_that_never_was(cast: Cast, acting: Any) -> None:
    never = read(secrets.token_urlsafe(32))
    old = make(cast.carla, acting)
    renewed = make(cast.carla, acting)
    assert [read(old).status_code, read(renewed).status_code] == [404, 200]
    with acting(cast.carla):
        assert services.revoke_feed(by=cast.carla, at=NOW) is True
        assert services.revoke_feed(by=cast.carla, at=NOW) is False
    assert read(renewed).status_code == 404 == never.status_code
    assert _without_ids(read(old).content) == _without_ids(never.content)


def test_nobody_reads_on_when_the_login_is_closed(cast: Cast, acting: Any) -> None:
    secret = make(cast.carla, acting)
    User.objects.filter(pk=cast.carla.pk).update(is_active=False)
    assert read(secret).status_code == 404


def test_who_asks_too_often_waits(
    cast: Cast, acting: Any, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(calendar, "READS_PER_HOUR", 2)
    secret, other = make(cast.carla, acting), make(cast.david, acting)
    answers = [read(secret) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "3600"
    assert read(other).status_code == 200
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(hours=1))
    assert read(secret).status_code == 200


def test_a_feed_that_forgets_the_revocation_is_found(
    cast: Cast, acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: closing an address does nothing."""
    monkeypatch.setattr(calendar, "_revoke", lambda user, at: True)
    secret = make(cast.carla, acting)
    with acting(cast.carla):
        services.revoke_feed(by=cast.carla, at=NOW)
    assert read(secret).status_code == 200


def test_the_page_shows_the_address_once_and_closes_it(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.carla)
    page = client.post(reverse("meetings:make_feed")).content.decode()
    address = page.split("<code>")[1].split("</code>")[0]
    path = address.removeprefix("http://127.0.0.1:8000")
    assert Client().get(path).status_code == 200
    again = client.get(reverse("meetings:calendar")).content.decode()
    assert path not in again and "Du har en adresse fra den 23. nov. 2026." in again
    client.post(reverse("meetings:revoke_feed"))
    assert Client().get(path).status_code == 404


def _without_ids(page: bytes) -> list[str]:
    """What the page says, without the number of the request and the address that was asked for."""
    words = re.sub(r"<[^>]+>", " ", page.decode().split("<main")[1].split("</main>")[0]).split()
    return [word for word in words if not re.search(r"\d|^[A-Z\d]{4}-[A-Z\d]{4}$", word)]
