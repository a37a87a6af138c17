"""Two at once, on real connections."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from brobygger.accounts import tenancy
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.grants.models import Grant
from brobygger.hours import services
from brobygger.hours.models import Confirmation, Contact
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast, make_cast
from tests.factories.hours import MONDAY_BEFORE, NOW, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def _set_up() -> tuple[Cast, Mentorship]:
    with transaction.atomic():
        cast = make_cast()
        return cast, make_active(cast)


def _both(user: User, *acts: Callable[[], object]) -> list[object]:
    """Runs the acts at once, each in a transaction of its own; what each gave or refused with."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            with transaction.atomic():
                tenancy.set_context(tenancy.actor_of(user), lifetime=3600)
                results[place] = act()
        except Refused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def _look(user: User) -> tuple[int, int]:
    """(contacts, used minutes) as the user sees them."""
    with tenancy.acting(tenancy.actor_of(user), lifetime=3600):
        return Contact.objects.count(), sum(Grant.objects.values_list("used_minutes", flat=True))


def test_the_last_hour_is_taken_once() -> None:
    cast, mentorship = _set_up()
    with tenancy.acting(tenancy.actor_of(cast.anna)):
        Grant.objects.update(minutes=60)
    results = _both(
        cast.carla,
        lambda: register(cast, mentorship),
        lambda: register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(hours=3)),
    )
    refusals = [each for each in results if isinstance(each, Refused)]
    assert [each.message for each in refusals] == ["Alle timer i bevillingen er brugt."]
    assert _look(cast.anna) == (1, 60)


def test_two_meetings_at_once_are_one() -> None:
    cast, mentorship = _set_up()
    with transaction.atomic():
        tenancy.set_context(tenancy.actor_of(cast.anna), lifetime=3600)
        other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    results = _both(
        cast.carla,
        lambda: register(cast, mentorship),
        lambda: register(cast, other, starts_at=MONDAY_BEFORE + timedelta(minutes=30)),
    )
    refusals = [each for each in results if isinstance(each, Refused)]
    assert len(refusals) == 1
    assert refusals[0].message.startswith("Du har allerede registreret et møde den 16. nov. 2026 kl.")
    assert _look(cast.anna) == (1, 60)


def test_the_same_contact_sent_twice_at_once_arrives_once() -> None:
    cast, mentorship = _set_up()
    with tenancy.acting(tenancy.actor_of(cast.anna)):
        Grant.objects.update(minutes=60)
    key = uuid.uuid4()
    results = _both(cast.carla, *[lambda: register(cast, mentorship, public_id=key)] * 3)
    assert {each.public_id for each in results if isinstance(each, Contact)} == {key}
    assert len({each.pk for each in results if isinstance(each, Contact)}) == 1
    assert not [each for each in results if isinstance(each, Refused)]
    assert _look(cast.anna) == (1, 60)


def test_two_who_settle_the_same_dispute_settle_it_once() -> None:
    cast, mentorship = _set_up()
    with tenancy.acting(tenancy.actor_of(cast.carla)):
        contact = register(cast, mentorship)
    with tenancy.acting(tenancy.actor_of(cast.david)):
        services.dispute(contact=contact, reason="Nej.", by=cast.david, at=NOW)
    results = _both(
        cast.anna,
        lambda: services.resolve(contact=contact, pay=False, reason="Nej.", by=cast.anna, at=NOW),
        lambda: services.resolve(contact=contact, pay=True, reason="Ja.", by=cast.eva, at=NOW),
    )
    assert [type(each) for each in results if each is not None] == [Conflict]
    with tenancy.acting(tenancy.actor_of(cast.anna)):
        contact.refresh_from_db()
        assert _look(cast.anna)[1] == (60 if contact.state == "ACCEPTED" else 0)
        assert Confirmation.objects.filter(answer__startswith="RESOLVED").count() == 1


def test_yes_and_correction_at_once_leave_one_truth() -> None:
    cast, mentorship = _set_up()
    with tenancy.acting(tenancy.actor_of(cast.carla)):
        contact = register(cast, mentorship)
    _both(
        cast.anna,
        lambda: services.confirm(contacts=[contact], by=cast.david, at=NOW),
        lambda: services.withdraw(contact=contact, reason="Fejl.", by=cast.carla, at=NOW),
    )
    with tenancy.acting(tenancy.actor_of(cast.anna)):
        contact.refresh_from_db()
    assert contact.state == "WITHDRAWN"
    assert _look(cast.anna) == (1, 0)
