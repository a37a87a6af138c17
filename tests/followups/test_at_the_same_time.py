"""Two at once, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection, transaction

from brobygger.accounts import tenancy
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.followups import selectors, services
from brobygger.followups.models import Conclusion, FollowUp
from brobygger.grants.models import Decision
from brobygger.mentorships.models import JournalEntry, Mentorship
from tests.cast import Cast, make_cast
from tests.factories.mentorships import STARTED, make_active

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def set_up(at: datetime) -> tuple[Cast, Mentorship]:
    with transaction.atomic():
        cast = make_cast()
        mentorship = make_active(cast)
        services.plan_for(mentorship=mentorship, on=STARTED, at=at, by=cast.anna)
        return cast, mentorship


def at_once(acts: list[tuple[User, Callable[[], object]]]) -> list[object]:
    """Each act by its user in a transaction of its own, all let go together; what each gave or refused with."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, user: User, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            with transaction.atomic():
                tenancy.set_context(tenancy.actor_of(user), lifetime=3600)
                results[place] = act()  # type: ignore[call-overload]
        except Refused as refusal:
            results[place] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, *each)) for place, each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return list(results)


def test_a_follow_up_is_recorded_once(now: datetime) -> None:
    cast, mentorship = set_up(now)

    def record(by: User) -> object:
        follow_up = FollowUp.objects.filter(mentorship=mentorship).order_by("due_on")[0]
        return services.record(
            follow_up=follow_up,
            form="CALL",
            note="",
            service_delivered=True,
            done_on=date(2026, 11, 20),
            by=by,
            at=now,
        )

    results = at_once([(user, lambda user=user: record(user)) for user in (cast.anna, cast.freja)])  # type: ignore[misc]
    assert [type(each) for each in results].count(Conflict) == 1
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        assert JournalEntry.objects.count() == 1


def test_a_mentorship_is_concluded_once(now: datetime) -> None:
    cast, mentorship = set_up(now)

    def conclude(by: User) -> object:
        fresh = Mentorship.objects.get(pk=mentorship.pk)
        return services.conclude(
            mentorship=fresh,
            ended_on=date(2026, 11, 20),
            reason="GOAL_REACHED",
            what_follows="EDUCATION",
            attainments={goal.public_id: services.Attained(2) for goal in selectors.goals_of(fresh)},
            note="Optaget på uddannelse.",
            by=by,
            at=now,
            on=date(2026, 11, 23),
        )

    results = at_once([(user, lambda user=user: conclude(user)) for user in (cast.anna, cast.freja)])  # type: ignore[misc]
    assert [type(each) for each in results].count(Conflict) == 1
    with tenancy.acting(tenancy.actor_of(cast.anna), lifetime=3600):
        assert (Conclusion.objects.count(), Decision.objects.filter(kind="END").count()) == (1, 1)
