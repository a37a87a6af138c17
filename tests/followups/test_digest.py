"""The weekly digest: once a week, by day, counts and a link, and nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from brobygger.accounts.models import User
from brobygger.followups.concerns.services import raise_concern
from brobygger.followups.models import WeeklyDigest
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from brobygger.web import digest, home, worker
from tests.cast import Cast

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SignedIn = Callable[[User], Client]


FOLLOW_UP = ("anna", "eva", "freja", "klara")


def mails() -> dict[str, str]:
    found = OutgoingMessage.objects.filter(subject="Din uge i Brobygger")
    return {mail.address: mail.body for mail in found}


def test_those_who_follow_up_get_one(cast: Cast, planned: Mentorship) -> None:
    assert digest.send(municipality=cast.municipality, at=MONDAY) == 4
    assert set(mails()) == {f"{name}@example.org" for name in FOLLOW_UP}
    assert digest.send(municipality=cast.municipality, at=MONDAY + timedelta(days=3)) == 0
    assert len(mails()) == 4
    assert digest.send(municipality=cast.municipality, at=MONDAY + timedelta(days=7)) == 4


def test_it_counts_what_the_work_list_shows(cast: Cast, planned: Mentorship, now: datetime) -> None:
    raise_concern(mentorship=planned, by=cast.carla, who="MENTOR", text="Han er væk.", at=now)
    heaps = home.sort_out(home.everything(cast.anna, MONDAY.date()), MONDAY.date())
    digest.send(municipality=cast.municipality, at=MONDAY)
    body = mails()["anna@example.org"]
    assert f"Kræver dig i dag: {len(heaps[home.TODAY])}\n" in body
    assert f"Denne uge: {len(heaps[home.WEEK])}\n" in body
    assert "bekymringer, der venter på svar: 1" in body
    assert "http" in body


def personal(told: str, cast: Cast, mentorship: Mentorship) -> list[str]:
    secrets = [
        *cast.citizen.name.split(),
        *cast.mentor.name.split(),
        cast.company.name,
        cast.citizen.initials,
        mentorship.code,
    ]
    return [secret for secret in secrets if secret in told]


def test_it_holds_no_personal_data(cast: Cast, planned: Mentorship) -> None:
    digest.send(municipality=cast.municipality, at=MONDAY)
    for body in mails().values():
        assert personal(body, cast, planned) == []


def test_a_digest_that_named_a_case_would_be_found(
    cast: Cast, planned: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        digest, "body_of", lambda rows, today: " ".join(f"{row.case_code} {row.initials}" for row in rows)
    )
    digest.send(municipality=cast.municipality, at=MONDAY)
    assert personal(mails()["anna@example.org"], cast, planned) == ["D. D.", planned.code]


def test_where_nothing_waits_there_is_no_mail(cast: Cast) -> None:
    assert digest.send(municipality=cast.municipality, at=MONDAY) == 0
    assert mails() == {}
    assert WeeklyDigest.objects.filter(rows=0).count() == 4, "Asked once a week all the same."


def test_a_few_a_round(cast: Cast, planned: Mentorship) -> None:
    rounds = [digest.send(municipality=cast.municipality, at=MONDAY, limit=3) for _round in range(3)]
    assert rounds == [3, 1, 0]


@pytest.mark.parametrize(
    ("at", "is_time"),
    [
        (datetime(2026, 11, 23, 6, 0, tzinfo=UTC), True),  # 7 in winter
        (datetime(2026, 11, 23, 5, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), False),  # 17
        (datetime(2026, 11, 22, 9, 0, tzinfo=UTC), False),  # Sunday
        (datetime(2026, 3, 30, 5, 0, tzinfo=UTC), True),  # 7 the day after the clock went forward
        (datetime(2026, 10, 26, 5, 0, tzinfo=UTC), False),  # 6 the day after it went back
        (datetime(2026, 4, 6, 9, 0, tzinfo=UTC), False),  # Easter Monday
        (datetime(2026, 4, 7, 9, 0, tzinfo=UTC), True),
    ],
)
def test_by_day_on_working_days(monkeypatch: pytest.MonkeyPatch, at: datetime, is_time: bool) -> None:
    asked: list[date] = []
    monkeypatch.setattr(digest, "_municipality_that_lacks", asked.append)
    digest.send_next(at=at)
    assert bool(asked) is is_time
    assert all(week.weekday() == 0 for week in asked)


def test_it_is_one_of_the_workers_duties(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr(digest, "send_next", lambda *, at: called.append(at))
    worker.send_digests()
    assert called and worker.send_digests in worker.DUTIES
