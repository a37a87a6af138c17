"""Two who draw at once, and one who is put in while it is drawn: real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connections, transaction

from brobygger.accounts.errors import Conflict
from brobygger.accounts.tenancy import acting, actor_of, system_actor
from brobygger.audit.models import Event
from brobygger.evaluations import selectors, services
from brobygger.evaluations.models import Evaluation, SurveyAsk
from brobygger.evaluations.surveys import services as surveys
from tests.cast import Cast, make_cast
from tests.evaluations.conftest import AT, put_in, registered, waiting
from tests.factories.mentorships import make_active

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def at_once(*works: Callable[[], object]) -> list[str]:
    """What became of each: "done", or "conflict"."""
    together, told = threading.Barrier(len(works)), ["" for _ in works]

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            together.wait(10)
            work()
            told[place] = "done"
        except Conflict:
            told[place] = "conflict"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return told


def set_up() -> tuple[Cast, Evaluation]:
    with transaction.atomic():
        cast = make_cast()
        made = registered(cast)
        for number in range(8):
            put_in(cast, made, waiting(cast, number))
        return cast, made


def draw(cast: Cast, key: int) -> None:
    with acting(actor_of(cast.eva)):
        found = Evaluation.objects.get(pk=key)
        services.draw_lot(evaluation=found, seen=8, by=cast.eva, at=AT)


def test_of_two_clicks_at_once_one_draws() -> None:
    cast, made = set_up()
    told = at_once(*[lambda: draw(cast, made.pk)] * 4)
    assert sorted(told) == ["conflict", "conflict", "conflict", "done"]
    with acting(system_actor(cast.municipality.pk)):
        found = Evaluation.objects.get(pk=made.pk)
        assert selectors.candidates_of(found).filter(is_drawn=True).count() == 3
        assert Event.objects.filter(action="evaluation.drawn").count() == 1
        assert selectors.is_redrawn_the_same(found)


def test_who_is_put_in_while_it_is_drawn_is_in_the_draw_or_refused() -> None:
    cast, made = set_up()
    with acting(system_actor(cast.municipality.pk)):
        late = waiting(cast, 99)

    def join() -> None:
        with acting(actor_of(cast.anna)):
            put_in(cast, Evaluation.objects.get(pk=made.pk), late)

    told = at_once(lambda: draw(cast, made.pk), join)
    assert sorted(told) == ["conflict", "done"]  # whoever was second saw that the other had been first
    with acting(system_actor(cast.municipality.pk)):
        found = Evaluation.objects.get(pk=made.pk)
        in_it = selectors.candidates_of(found)
        assert in_it.count() == (8 if told[0] == "done" else 9)
        assert found.drawn_at is None or not in_it.filter(is_drawn=None).exists()


def test_of_two_workers_one_asks_both_sides_and_only_where_it_was_chosen() -> None:
    with transaction.atomic():
        cast = make_cast()
        surveys.choose(is_on=True, by=cast.eva, at=datetime(2026, 10, 1, 9, 0, tzinfo=UTC))
        make_active(cast)
    monday = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    asked: list[int] = []
    assert at_once(*[lambda: asked.append(surveys.ask_next(at=monday))] * 2) == ["done", "done"]
    assert sorted(asked) == [0, 2] and surveys.ask_next(at=monday) == 0
    with acting(system_actor(cast.municipality.pk)):
        assert SurveyAsk.objects.count() == 2
