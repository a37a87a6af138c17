"""Two people, or one with two taps, at the same moment: real connections in threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from brobygger.accounts import tenancy
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.grants.models import AgreementParty, Application, Decision, Grant
from brobygger.grants.services import agree, decide, use
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast, make_cast
from tests.factories.mentorships import make_active
from tests.grants import cases

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def as_staff(cast: Cast) -> Any:
    return tenancy.acting(tenancy.system_actor(cast.municipality.pk), lifetime=600)


def set_up(build: Callable[[Cast], Any]) -> tuple[Cast, Any]:
    """The cast and what ``build`` makes, committed so that every connection sees it."""
    with transaction.atomic():
        cast = make_cast()
        return cast, build(cast)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts together, each on its own connection; gives results or exceptions in the same order."""
    gate = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def second_leader(cast: Cast) -> User:
    cast.klara.roles = ["TEAM_LEADER"]
    cast.klara.save()
    return cast.klara


def test_two_approvers_at_once_decide_once() -> None:
    cast, application = set_up(cases.pending)
    with as_staff(cast):
        leaders = [cast.eva, second_leader(cast)]

    def approve(by: User) -> object:
        with tenancy.acting(tenancy.actor_of(by), lifetime=600):
            found = Application.objects.select_related("mentorship").get(pk=application.pk)
            return decide.approve(
                application=found,
                version=1,
                reasons="Ja.",
                hearing="",
                by=by,
                at=cases.AT,
                on=cases.ON,
            )

    outcomes = at_once(*[lambda by=by: approve(by) for by in leaders])
    assert sum(isinstance(each, Decision) for each in outcomes) == 1, outcomes
    assert sum(isinstance(each, Refused) for each in outcomes) == 1, outcomes
    with as_staff(cast):
        assert Decision.objects.count() == Grant.objects.count() == 1
        assert AgreementParty.objects.count() == 3


def test_the_same_form_sent_twice_at_once_decides_once() -> None:
    cast, application = set_up(cases.pending)
    sent = {"version": "1", "reasons": "Ja.", "hearing": "", "idempotency_key": str(uuid4())}
    address = reverse("grants:approve", args=[application.public_id])

    def tap() -> object:
        client = Client()
        client.force_login(cast.eva)
        return client.post(address, sent).status_code

    assert at_once(tap, tap) == [302, 302]
    with as_staff(cast):
        assert Decision.objects.count() == 1


def test_the_last_hour_taken_twice_is_taken_once() -> None:
    cast, mentorship = set_up(make_active)
    with as_staff(cast):
        grant = Grant.objects.get()
        use.take(grant=grant, minutes=grant.minutes - 60)

    def take() -> object:
        with as_staff(cast):
            return use.take(grant=Grant.objects.get(mentorship=mentorship), minutes=60)

    outcomes = at_once(take, take, take)
    assert sum(each is None for each in outcomes) == 1, outcomes
    assert sum(isinstance(each, Refused) for each in outcomes) == 2, outcomes
    with as_staff(cast):
        assert Grant.objects.get().minutes_left == 0


def test_three_who_say_yes_at_once_start_the_mentorship_once() -> None:
    cast, application = set_up(cases.granted)

    def accept(by: User, party: str) -> object:
        with tenancy.acting(tenancy.actor_of(by), lifetime=600):
            agree.accept(
                party=cases.party_of(application, party),
                strength=AgreementParty.Strength.SIGNED_IN,
                by=by,
                at=cases.AT + timedelta(minutes=1),
            )

    people = ((cast.david, "CITIZEN"), (cast.carla, "MENTOR"), (cast.signe, "COMPANY"))
    outcomes = at_once(*[lambda by=by, party=party: accept(by, party) for by, party in people])
    assert outcomes == [None, None, None]
    with as_staff(cast):
        assert Mentorship.objects.get().status == Status.ACTIVE
        assert cases.actions().count("agreement.completed") == 1
