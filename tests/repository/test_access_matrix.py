"""Every route, every role, and four kinds of things: one's own, a neighbour's, another municipality's, nobody's."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from brobygger.accounts.permissions import Role
from tests.cast import Cast
from tests.repository.access import EVERYBODY, OUTSIDE, ROUTES, Row, named_routes, page
from tests.repository.access_page import PAGE, written
from tests.repository.world import Things, World, make_world

DENIED = (403, 404)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def test_every_route_is_declared() -> None:
    assert sorted(set(named_routes()) - set(ROUTES)) == [], (
        "Say in tests/repository/access.py who may reach it."
    )
    assert sorted(set(ROUTES) - set(named_routes())) == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_its_own_and_nothing_else(world: World, role: Role) -> None:
    client = signed_in(world, role)
    faults = [fault for name, row in ROUTES.items() for fault in faults_of(client, world, role, name, row)]
    assert not faults, "\n".join(faults)


def test_signed_out_only_the_open_pages_answer(world: World) -> None:
    faults = []
    for name, row in ROUTES.items():
        answer = ask(Client(), name, row, world.own)
        is_sent_to_sign_in = answer.status_code == 302 and answer.url.startswith("/log-ind/?next=")
        if is_sent_to_sign_in == row.open:
            faults.append(f"{name}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_a_planted_lie_in_the_table_is_found(world: World) -> None:
    """The control of the test itself: a table that says too much, or too little, fails."""
    client = signed_in(world, Role.JOB_CONSULTANT)
    for name, row in {
        "web:users": page(EVERYBODY),
        "web:case": page([], "mentorship"),
        "people:citizen": page([], "citizen"),
    }.items():
        assert faults_of(client, world, Role.JOB_CONSULTANT, name, row), name


def test_another_municipalitys_staff_reach_nothing_here(world: World) -> None:
    """The same borders seen from the other side: Bo's role reaches cases, but not these."""
    client = Client()
    client.force_login(world.cast.bo)
    for name, row in ROUTES.items():
        if row.thing in world.own.found and Role.JOB_CONSULTANT in row.roles and not row.open:
            assert ask(client, name, row, world.own).status_code == 404, name


def test_the_page_on_access_is_current() -> None:
    assert PAGE.read_text() == written(), "Write it again: python -m tests.repository.access_page"


def faults_of(client: Client, world: World, role: Role, name: str, row: Row) -> Iterator[str]:
    allowed = role in row.roles
    own = ask(client, name, row, world.own)
    is_there = row.thing in world.own.found or not row.thing
    if is_there and (own.status_code in DENIED) == allowed:
        yield f"{name}, own: {own.status_code}"
    if not row.thing or row.open:
        return
    nobodys = ask(client, name, row, None)
    if allowed and nobodys.status_code != 404:
        yield f"{name}, nobody's: {nobodys.status_code}"
    if not is_there:
        if not allowed and nobodys.status_code not in DENIED:
            yield f"{name}, nobody's: {nobodys.status_code}"
        return
    if told(ask(client, name, row, world.foreign)) != told(nobodys):
        yield f"{name}, another municipality's: differs from one that is not there"
    if role in OUTSIDE and told(ask(client, name, row, world.neighbours)) != told(nobodys):
        yield f"{name}, a neighbour's: differs from one that is not there"


def signed_in(world: World, role: Role) -> Client:
    client = Client()
    client.force_login(world.user_of(role))
    return client


def ask(client: Client, name: str, row: Row, things: Things | None) -> Any:
    """The answer; whatever the request did is undone, signing out too."""
    address = row.address(name, things)
    fresh = Client()
    fresh.cookies = copy.deepcopy(client.cookies)
    with rolled_back():
        return fresh.get(address) if row.sent is None else fresh.post(address, row.body(things))


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(answer: Any) -> tuple[int, str]:
    """Status and text, without what is new in each answer: reference numbers, keys, ids."""
    text = answer.content.decode(errors="replace")
    for new in (
        r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}",
        r'(?<=name="csrfmiddlewaretoken" value=")[^"]+',
        r"(?<=X-CSRFToken\": \")[^\"]+",
        r"[0-9a-f]{8}-[0-9a-f-]{27}",
    ):
        text = re.sub(new, "*", text)
    return answer.status_code, text
