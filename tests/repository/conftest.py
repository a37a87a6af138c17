"""The world that the tests of borders and answers walk through."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from brobygger.accounts import tenancy
from tests.cast import make_cast
from tests.repository.visitor import rolled_back
from tests.repository.world import NOW, World, make_world


@pytest.fixture(scope="module")
def made_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all tests of a file, on the day of the tests; gone with the transaction it lives in."""
    with django_db_blocker.unblock(), rolled_back(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOW)
        cast = make_cast()
        tenancy.set_context(tenancy.system_actor(cast.municipality.pk), lifetime=3600)
        yield make_world(cast)


@pytest.fixture
def world(made_world: World, db: None) -> Iterator[World]:
    """Everything there can be an address for. What a test does to it is undone, and refusals are not logged."""
    logging.disable(logging.ERROR)
    yield made_world
    logging.disable(logging.NOTSET)
