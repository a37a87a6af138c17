"""Two at once, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from brobygger.accounts import tenancy
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.mentorships import services
from brobygger.mentorships.models import CitizenMessage, JournalEntry, Mentorship, Status, StatusChange
from tests.cast import Cast, make_cast
from tests.factories.mentorships import make_mentorship

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def at_once(users: list[User], act: Callable[[User], object]) -> list[object]:
    """The same act by each user in a transaction of its own, all let go together."""
    gate = threading.Barrier(len(users))
    results: list[object] = [None] * len(users)

    def run(place: int, user: User) -> None:
        try:
            with transaction.atomic():
                tenancy.set_context(tenancy.actor_of(user), lifetime=3600)
                gate.wait(timeout=10)
                results[place] = act(user)
        except Refused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def set_up(status: Status) -> tuple[Cast, Mentorship]:
    with transaction.atomic():
        cast = make_cast()
        return cast, make_mentorship(cast, status=status)


def test_a_mentorship_starts_once(now: datetime) -> None:
    cast, mentorship = set_up(Status.GRANTED)

    def start(by: User) -> object:
        stale = Mentorship.objects.get(pk=mentorship.pk)
        stale.status = Status.GRANTED
        return services.set_status(mentorship=stale, status=Status.ACTIVE, reason="", by=by, at=now)

    results = at_once([cast.anna, cast.freja], start)
    assert sorted(type(each).__name__ for each in results) == ["Conflict", "Mentorship"]
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        assert StatusChange.objects.filter(status=Status.ACTIVE).count() == 1


def test_a_message_is_answered_once(now: datetime) -> None:
    cast, mentorship = set_up(Status.ACTIVE)
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        message = CitizenMessage.objects.create(
            municipality=cast.municipality,
            mentorship=mentorship,
            citizen=cast.citizen,
            kind="QUESTION",
            text="Hvornår?",
            sent_at=now,
        )

    def answer(by: User) -> object:
        found = CitizenMessage.objects.select_related("mentorship__citizen").get(pk=message.pk)
        return services.handle_citizen_message(message=found, answer=by.name, by=by, at=now)

    results = at_once([cast.anna, cast.freja, cast.eva], answer)
    assert [type(each) for each in results].count(Conflict) == 2
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        assert JournalEntry.objects.count() == 1
