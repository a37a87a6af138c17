"""The second lock: were every selector to forget its filter, the database would still give no row across a border."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from types import FunctionType
from typing import Any, get_args, get_type_hints

import pytest
from django.db.models import Model, QuerySet
from django.utils import timezone

from brobygger.accounts import tenancy
from brobygger.accounts.permissions import Role
from brobygger.mentorships import selectors as mentorships
from tests.cast import Cast
from tests.repository.access import EVERYBODY, OUTSIDE, ROUTES, page
from tests.repository.test_access_matrix import ask, signed_in
from tests.repository.world import World, make_world

FILTERS = re.compile(r"(.*_)?visible_to|own_mentorships|drafts_of|with_case|staff_of|listed|queue|register")
"""Names of the selectors that keep people to their own."""


@pytest.fixture
def open_selectors(monkeypatch: pytest.MonkeyPatch) -> int:
    """Each of them now answers with its whole table, wherever it has been imported. How many there were."""
    opened = 0
    for function in selectors():
        everything = _everything(function)
        if everything is None:
            continue
        opened += 1
        for module in [module for name, module in sys.modules.items() if name.startswith("brobygger")]:
            for name, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, name, everything)
    return opened


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


DETAILS = {name: row for name, row in ROUTES.items() if row.thing and row.sent is None and not row.open}


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_no_row_of_another_municipality(world: World, open_selectors: int, role: Role) -> None:
    client = signed_in(world, role)
    reached = [
        name
        for name, row in DETAILS.items()
        if row.thing in world.foreign.found
        and ask(client, name, row, world.foreign).status_code not in (403, 404)
    ]
    assert reached == []


@pytest.mark.parametrize("role", sorted(OUTSIDE))
def test_no_row_of_another_person(world: World, open_selectors: int, role: Role) -> None:
    client = signed_in(world, role)
    reached = [
        name
        for name, row in DETAILS.items()
        if row.thing in world.neighbours.found
        and role in row.roles
        and ask(client, name, row, world.neighbours).status_code != 404
    ]
    assert reached == []


def test_the_selectors_are_open_in_these_tests(world: World, open_selectors: int) -> None:
    """The control: without the database's own border, what is another municipality's would be reached."""
    assert open_selectors >= 15
    anna, away = world.cast.anna, world.cast.other_municipality
    assert mentorships.visible_to(anna).filter(municipality=away).count() == 0
    with tenancy.acting(tenancy.system_actor(away.pk)):
        assert mentorships.visible_to(anna).filter(municipality=away).count() == 1
    carla = signed_in(world, Role.MENTOR)
    assert ask(carla, "web:user", page(EVERYBODY, "user"), world.own).status_code == 403


def selectors() -> Iterator[FunctionType]:
    for name, module in list(sys.modules.items()):
        if not re.fullmatch(r"brobygger\..+\.selectors(\..+)?", name):
            continue
        for found in vars(module).values():
            if (
                isinstance(found, FunctionType)
                and found.__module__ == name
                and FILTERS.fullmatch(found.__name__)
            ):
                yield found


def _everything(function: FunctionType) -> Callable[..., QuerySet[Any]] | None:
    """A selector that gives the whole table, joined as the real one joins it."""
    told = get_type_hints(function, vars(sys.modules[function.__module__])).get("return")
    kinds = [kind for kind in get_args(told) if inspect.isclass(kind) and issubclass(kind, Model)]
    if not kinds:
        return None
    model = kinds[0]
    return lambda *args, **options: model._default_manager.all()
