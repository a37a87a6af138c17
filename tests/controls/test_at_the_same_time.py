"""Several workers: each municipality is done once a night, and never by two at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction

from brobygger.accounts.tenancy import acting, system_actor
from brobygger.controls import services
from brobygger.controls.models import ControlRun, ControlShare
from tests.cast import Cast, make_cast
from tests.controls.conftest import ON
from tests.factories.mentorships import make_active

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def _set_up() -> Cast:
    with transaction.atomic():
        cast = make_cast()
        make_active(cast)
        return cast


def test_each_municipality_once_a_night() -> None:
    cast = _set_up()
    done = []
    while (each := services.run_next(at=NIGHT)) is not None:
        done.append(each.municipality_id)
        assert len(done) < 5
    assert sorted(done) == sorted([cast.municipality.pk, cast.other_municipality.pk])
    assert services.run_next(at=NIGHT) is None
    evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Denmark
    assert services.run_next(at=evening) is None


def test_two_at_once_do_it_once() -> None:
    cast = _set_up()
    told: list[object] = []
    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(10)
            services.carry_out(municipality=cast.municipality, on=ON, at=NIGHT)
            told.append("done")
        except services.AlreadyRunning:
            told.append("already")
        finally:
            connections.close_all()

    with acting(system_actor(cast.municipality.pk)), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('controls'), %s)", [cast.municipality.pk])
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert told == ["already", "already"]
    services.carry_out(municipality=cast.municipality, on=ON, at=NIGHT)
    with acting(system_actor(cast.municipality.pk)):
        assert ControlRun.objects.count() == 1
        assert len(set(ControlShare.objects.values_list("question", "team"))) == ControlShare.objects.count()
