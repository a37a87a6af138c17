"""Two tabs send what the telephone kept, at once, on real connections."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from brobygger.accounts import tenancy
from brobygger.grants.models import Grant
from brobygger.hours import syncing
from brobygger.hours.models import Contact
from tests.cast import Cast, make_cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen
from tests.factories.phone import entry, receive

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def test_two_tabs_at_once_save_each_entry_once() -> None:
    with transaction.atomic():
        cast = make_cast()
        first, second = make_active(cast), make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    both = [str(first.public_id), str(second.public_id)]
    sent = [
        entry(first, clock="8"),
        entry(first, clock="10", others=both, length="OTHER", other_length="45 min"),
        entry(second, clock="12"),
    ]
    answers = _at_once(cast, sent, list(sent), sent[1:])
    assert {answer.result.value for told in answers for answer in told} == {"saved", "known"}
    saved = [answer.id for told in answers for answer in told if answer.result == "saved"]
    assert len(saved) == len(set(saved)) == 3
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        assert sorted(Contact.objects.values_list("minutes", flat=True)) == [22, 23, 90, 90]
        used = dict(Grant.objects.values_list("mentorship_id", "used_minutes"))
        assert used == {first.pk: 113, second.pk: 112}


def _at_once(cast: Cast, *lists: list[dict[str, object]]) -> list[list[syncing.Answer]]:
    gate = threading.Barrier(len(lists))
    answers: list[list[syncing.Answer]] = [[] for _each in lists]

    def run(place: int) -> None:
        try:
            gate.wait(timeout=10)
            with transaction.atomic():
                tenancy.set_context(tenancy.actor_of(cast.carla), lifetime=3600)
                answers[place] = receive(cast, *lists[place])
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(lists))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers
