"""The signed context and row-level security, with the application's own checks out of the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from brobygger.accounts import tenancy
from brobygger.accounts.models import User
from brobygger.people.models import Citizen, Mentor
from tests.cast import Cast

Acting = Callable[[User | None], AbstractContextManager[None]]


def test_without_a_context_there_are_no_rows(cast: Cast, acting: Acting) -> None:
    with acting(None):
        assert Citizen.objects.count() == 0
    assert Citizen.objects.count() == 1


def test_another_municipality_sees_nothing(cast: Cast, acting: Acting) -> None:
    with acting(cast.bo):
        assert Citizen.objects.count() == 0
        assert Mentor.objects.count() == 0


def test_a_citizen_sees_only_the_own_row(cast: Cast, acting: Acting) -> None:
    Citizen.objects.create(municipality=cast.municipality, name="En anden")
    with acting(cast.david):
        assert [citizen.name for citizen in Citizen.objects.all()] == ["David Dalsgaard"]


def test_a_row_cannot_be_written_across_the_border(cast: Cast, acting: Acting) -> None:
    with acting(cast.bo), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Citizen.objects.create(municipality=cast.municipality, name="Smuglet")


def test_a_key_cannot_point_across_the_border(cast: Cast, acting: Acting) -> None:
    with acting(cast.bo), pytest.raises(DatabaseError, match="same_municipality"), transaction.atomic():
        Citizen.objects.create(municipality=cast.other_municipality, name="Peger over", consultant=cast.anna)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")


@pytest.mark.parametrize(
    "token",
    [
        "1:1:staff:0:9999999999.deadbeef",
        "1:1:staff:0:9999999999.",
        "rubbish",
    ],
)
def test_a_forged_context_is_refused(cast: Cast, token: str) -> None:
    with pytest.raises(DatabaseError, match="forged"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('app.ctx', %s, true)", [token])
        Citizen.objects.count()


def test_an_expired_context_is_refused(cast: Cast) -> None:
    with pytest.raises(DatabaseError, match="expired"), transaction.atomic():
        tenancy.set_context(tenancy.actor_of(cast.anna), lifetime=-1)
        Citizen.objects.count()


def test_injected_sql_reaches_no_other_municipality(cast: Cast, acting: Acting) -> None:
    """Whoever can run any SQL as the application still cannot sign: the key is out of reach."""
    attacks: list[Any] = [
        "select ipad from sec.ctx_key",
        "set role postgres",
        f"select set_config('app.ctx', '{cast.municipality.pk}:1:staff:0:9999999999.00', true);"
        " select * from people_citizen",
    ]
    for attack in attacks:
        with (
            acting(cast.bo),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(attack)


def test_history_cannot_be_changed_by_the_application(cast: Cast) -> None:
    for statement in (
        "update audit_event set action = 'x'",
        "delete from audit_event",
        "truncate audit_event",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_job_that_lives_longer_waits_longer_and_only_it(cast: Cast) -> None:
    def patience() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select current_setting(name) from unnest(array['statement_timeout',"
                " 'idle_in_transaction_session_timeout']) name"
            )
            return [row[0] for row in cursor.fetchall()]

    own = tenancy.system_actor(cast.anna.municipality_id or 0)
    before = patience()
    with tenancy.acting(own):
        assert patience() == before
    with tenancy.acting(own, lifetime=7200):
        assert patience() == ["2h", "2h"] != before
