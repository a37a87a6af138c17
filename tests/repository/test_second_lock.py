"""The second lock: were every selector to forget its filter, the database would still give no row across a border."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet

from brobygger.accounts import middleware, tenancy
from brobygger.accounts.permissions import Role
from brobygger.accounts.security import OPEN_TABLES
from tests.repository.access import CASES, EVERYBODY, OUTSIDE
from tests.repository.visitor import Visitor
from tests.repository.world import Things, World

FILTERS = re.compile(r"(.*_)?visible_to|own_mentorships|drafts_of|with_case|staff_of|listed|queue|register")
"""Names of the selectors that keep people to their own."""

OPEN = {"user"}
"""Signing in must find the account before anybody is known, so users have no border in the database."""

ABOUT_A_THING = [(name, row) for name, row in CASES if row.thing and row.thing not in OPEN and not row.open]


@pytest.fixture
def open_selectors(monkeypatch: pytest.MonkeyPatch) -> int:
    """Each of them now answers with its whole table, wherever it has been imported. How many there were."""
    replaced = {function: everything for function in selectors() if (everything := _everything(function))}
    for module in [module for name, module in sys.modules.items() if name.startswith("brobygger")]:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in replaced:
                monkeypatch.setattr(module, name, replaced[value])
    return len(replaced)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_no_row_of_another_municipality(world: World, open_selectors: int, role: Role) -> None:
    assert reached(world, role, world.foreign) == []


@pytest.mark.parametrize("role", sorted(OUTSIDE))
def test_no_row_of_another_person(world: World, open_selectors: int, role: Role) -> None:
    assert reached(world, role, world.neighbours) == []


def test_the_selectors_are_open_in_these_tests(
    world: World, open_selectors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the database's border moved away too, what is another municipality's is reached."""
    assert open_selectors >= 15
    assert "accounts_user" in OPEN_TABLES
    away = tenancy.system_actor(world.cast.other_municipality.pk)
    monkeypatch.setattr(middleware, "actor_of", lambda user: away)
    assert {
        "web:case",
        "grants:application",
        "people:citizen",
        "payments:invoice",
        "followups:record",
    } <= set(reached(world, Role.JOB_CONSULTANT, world.foreign))
    assert {"hours:correct", "hours:withdraw"} <= set(reached(world, Role.MENTOR, world.foreign))


def reached(world: World, role: Role, things: Things) -> list[str]:
    """What the role's permissions allow, and the rows do not stop."""
    visitor = Visitor(world.user_of(role))
    return [
        name
        for name, row in ABOUT_A_THING
        if role in row.roles and visitor.ask(name, row, things).status_code not in (403, 404)
    ]


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
    """A selector that gives the whole table of the model named in the real one's annotation."""
    told = re.fullmatch(r"QuerySet\[(\w+)(?:, .*)?\]", str(function.__annotations__.get("return", "")))
    model = {each.__name__: each for each in apps.get_models()}.get(told[1]) if told else None
    if model is None:
        return None
    return lambda *args, **options: model._default_manager.all()
