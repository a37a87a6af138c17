"""What every test stands on: the application's own database role, a fixed cast, no network, no colour of the day."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings

from brobygger.accounts import security, tenancy
from brobygger.accounts.models import User
from tests.browser import browser
from tests.cast import Cast, make_cast

__all__ = ["browser"]

# A test never fails because the machine is busy.
settings.register_profile("brobygger", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("brobygger")

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Makes the test database as its owner and installs the second lock; tests run as the application's role."""
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default", "owner"}, serialized_aliases=set()
        )
        security.install()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Only this machine may be reached."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"A test tried to reach {address[0]}.")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The fixed people, with the database context of the own municipality set for the rest of the test."""
    people = make_cast()
    tenancy.set_context(tenancy.system_actor(people.municipality.pk), lifetime=3600)
    yield people


@pytest.fixture
def acting() -> Callable[[User | None], AbstractContextManager[None]]:
    """``with acting(user):`` runs as that user does in a request."""
    return lambda user: tenancy.acting(tenancy.actor_of(user), lifetime=3600)


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    """A client signed in as somebody."""

    def sign_in(user: User) -> Client:
        client.force_login(user)
        return client

    return sign_in
