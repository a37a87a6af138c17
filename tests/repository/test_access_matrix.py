"""Every route, every role, and four kinds of things: one's own, a neighbour's, another municipality's, nobody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from brobygger.accounts import tenancy
from brobygger.accounts.permissions import Role
from brobygger.grants.models import Application
from brobygger.grants.services import decide
from brobygger.mentorships.models import Mentorship
from brobygger.payments import views as payments
from brobygger.rulebook import views as rulebook
from brobygger.web import administration
from tests.repository.access import (
    ASSIGNED,
    CASES,
    EVERYBODY,
    KNOWING,
    OUTSIDE,
    ROUTES,
    Row,
    act,
    ids_of,
    named_routes,
    page,
)
from tests.repository.access_page import PAGE, written
from tests.repository.visitor import Visitor, told
from tests.repository.world import DECIDERS, Things, World

DENIED = (403, 404)
OWN_THINGS = OUTSIDE | {Role.JOB_CONSULTANT}
"""Roles whose own things the world holds."""
TAKES_ANY_METHOD = {"healthz", "ui:gallery", "set_language"}
"""Routes that decide nothing by the method, or refuse one in their own way."""

# Nothing is left out


def test_every_route_is_declared() -> None:
    assert undeclared() == [], "Say in tests/repository/access.py who may reach it."
    assert sorted(set(ROUTES) - set(named_routes())) == []


def test_a_route_nobody_declared_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = get_resolver()
    planted = path("plantet/", lambda request: HttpResponse(), name="planted")
    monkeypatch.setattr(resolver, "url_patterns", [*resolver.url_patterns, planted])
    assert "planted" in undeclared()


def test_every_method_is_declared(world: World) -> None:
    assert methods_that_differ(world, CASES) == {}


def test_a_method_nobody_declared_is_found(world: World) -> None:
    fewer = [(name, row) for name, row in CASES if (name, row.method) != ("payments:ledger", "POST")]
    assert methods_that_differ(world, fewer)["payments:ledger"] == ["POST"]


def undeclared() -> list[str]:
    return sorted(set(named_routes()) - set(ROUTES))


def methods_that_differ(world: World, cases: Iterable[tuple[str, Row]]) -> dict[str, list[str]]:
    """The methods that a route takes and nobody declared, or the other way round."""
    declared: dict[str, set[str]] = defaultdict(set)
    for name, row in cases:
        declared[name].add(row.method)
    visitor, differ = Visitor(world.cast.anna), {}
    for name in set(ROUTES) - TAKES_ANY_METHOD:
        answer = visitor.delete(ROUTES[name].address(name, world.own))
        taken = set(answer.headers.get("Allow", "").split(", ")) - {"HEAD", "OPTIONS"}
        if wrong := taken ^ declared[name]:
            differ[name] = sorted(wrong)
    return differ


# Each role


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_its_own_and_nothing_else(world: World, role: Role) -> None:
    visitor = Visitor(world.user_of(role))
    faults = [fault for name, row in CASES for fault in faults_of(visitor, world, role, name, row)]
    assert not faults, "\n".join(faults)


def faults_of(visitor: Visitor, world: World, role: Role, name: str, row: Row) -> Iterator[str]:
    """What the product answers otherwise than the table says."""
    told_of = f"{row.method} {name}"
    if not row.thing or row.open:
        yield from fault_of(told_of, visitor.ask(name, row, world.own), row, may=role in row.roles)
        return
    kinds = {"own": world.own, "neighbour's": world.neighbours, "another municipality's": world.foreign}
    if role not in OWN_THINGS and not row.private:
        del kinds["neighbour's"]  # to them even the first is a colleague's
    answers = {kind: visitor.ask(name, row, things) for kind, things in kinds.items()}
    nobodys = told(visitor.ask(name, row, None))
    for kind, answer in answers.items():
        may, may_know = rights(role, row, kind)
        yield from fault_of(f"{told_of}, {kind}", answer, row, may=may)
        if not may_know and told(answer) != nobodys:
            yield f"{told_of}, {kind}: {answer.status_code}, and {nobodys[0]} where there is none"
    if role in row.roles and nobodys[0] != 404:
        yield f"{told_of}, nobody's: {nobodys[0]}"


def rights(role: Role, row: Row, kind: str) -> tuple[bool, bool]:
    """Whether the role may, and whether it may know that the thing is there."""
    if kind == "another municipality's":
        return False, False
    if role in OUTSIDE or row.private:
        return role in row.roles and kind == "own", kind == "own"
    return role in row.roles, role in row.roles or role in KNOWING


def fault_of(told_of: str, answer: Any, row: Row, *, may: bool) -> Iterator[str]:
    if answer.status_code not in (row.answers if may else DENIED):
        yield f"{told_of}: {answer.stumbled or answer.status_code}"


# Signed out


def test_signed_out_only_the_open_pages_answer(world: World) -> None:
    assert faults_signed_out(world) == []


def faults_signed_out(world: World) -> list[str]:
    """Everything else leads to the sign-in, whether or not the thing is there."""
    faults, nobody = [], Visitor()
    for name, row in CASES:
        for things in (world.own, world.foreign, None) if row.thing else (world.own,):
            answer = nobody.ask(name, row, things)
            is_led = answer.status_code == 302 and answer.url.startswith("/log-ind/?next=")
            if is_led == row.open:
                faults.append(f"{row.method} {name}: {answer.status_code}")
    return faults


# Seen from elsewhere


def test_another_municipalitys_staff_reach_nothing_here(world: World) -> None:
    """The same borders seen from the other side: Bo's role reaches cases, but not these."""
    bo, reached = Visitor(world.cast.bo), []
    for name, row in CASES:
        if row.thing and Role.JOB_CONSULTANT in row.roles and not row.open:
            answers = [bo.ask(name, row, things) for things in (world.own, world.neighbours, None)]
            reached += [name] if len({told(answer) for answer in answers}) > 1 else []
    assert reached == []


@pytest.mark.parametrize(
    ("name", "role", "sent"),
    [
        ("payments:assign", Role.FINANCE, ASSIGNED),
        ("citizens:confirm_all", Role.CITIZEN, {"contact": "{contact}"}),
        ("hours:register", Role.MENTOR, {"mentorship": "{mentorship}"}),
        ("grants:new", Role.JOB_CONSULTANT, {"act": "pick:{citizen}"}),
        ("grants:new", Role.JOB_CONSULTANT, {"draft": "{draft}"}),
        ("grants:new_panel", Role.JOB_CONSULTANT, {"mentor": "{mentor}", "organisation": "{organisation}"}),
        ("people:edit_mentor", Role.COORDINATOR, {"organisation": "{organisation}"}),
        ("web:user", Role.ADMINISTRATOR, {"team": "{team}", "roles": "FINANCE"}),
    ],
)
def test_an_id_sent_along_reaches_nothing_of_others(
    world: World, name: str, role: Role, sent: dict[str, str]
) -> None:
    """One's own page, with another's id in the form: the answer is that to an id that is nobody's."""
    row, visitor, own = ROUTES[name], Visitor(world.user_of(role)), ids_of(world.own)

    def answer(things: Things | None) -> tuple[int, str]:
        ids = ids_of(things)
        body = {field.format_map(own): value.format_map(ids) for field, value in sent.items()}
        return told(visitor.post(row.address(name, world.own), body))

    assert answer(world.foreign) == answer(None) != answer(world.own)
    if role in OUTSIDE or "draft" in sent:
        assert answer(world.neighbours) == answer(None)


def test_a_message_is_answered_on_its_own_case_only(world: World) -> None:
    row, anna = ROUTES["mentorships:answer"], Visitor(world.cast.anna)
    mixed = Things({**world.own.found, "message": world.neighbours["message"]})
    assert anna.ask("mentorships:answer", row, mixed).status_code == 404
    assert anna.ask("mentorships:answer", row, world.own).status_code == 302


# Who asked does not decide


@pytest.mark.parametrize("thing", list(DECIDERS))
def test_who_asked_never_decides(world: World, thing: str) -> None:
    assert decided_by_who_asked(world, thing) == []


def test_a_service_that_lets_who_asked_decide_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "_require_decider", lambda application, by: None)
    assert decided_by_who_asked(world, "application") == ["grants:approve", "grants:refuse"]


def decided_by_who_asked(world: World, thing: str) -> list[str]:
    """What the person with the deciding role could do to an application of their own."""
    who = world.user_of(DECIDERS[thing])
    Application.objects.filter(public_id=world.own[thing]).update(requested_by=who)
    visitor = Visitor(who)
    return [
        name
        for name, row in CASES
        if row.method == "POST"
        and row.thing == thing
        and name in ("grants:approve", "grants:refuse")
        and visitor.ask(name, row, world.own).status_code != 422
    ]


# Controls of the tests themselves


def test_a_planted_lie_in_the_table_is_found(world: World) -> None:
    """A table that says too much, or too little, fails."""
    anna = Visitor(world.cast.anna)
    for name, row in {
        "web:users": page(EVERYBODY),
        "web:case": page([], "mentorship"),
        "people:citizen": page([], "citizen"),
        "grants:withdraw": act([], "application"),
    }.items():
        assert list(faults_of(anna, world, Role.JOB_CONSULTANT, name, row)), name


@pytest.mark.parametrize(
    ("module", "name", "role"),
    [
        (administration, "web:users", Role.ANALYST),
        (rulebook, "rulebook:new_frame", Role.JOB_CONSULTANT),
        (payments, "payments:invoices", Role.MENTOR),
    ],
)
def test_a_check_taken_out_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, role: Role
) -> None:
    assert found_by(world, role, name) == []
    monkeypatch.setattr(module, "require", lambda user, permission: None)
    assert found_by(world, role, name) == [f"GET {name}: 200"]


def test_a_page_that_tells_what_others_have_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal where there is something and a 404 where there is nothing tells as much as the page."""
    real, away = pattern_of("web:case").callback, world.cast.other_municipality

    def telling(request: HttpRequest, public_id: Any) -> HttpResponse:
        with tenancy.acting(tenancy.system_actor(away.pk)):
            if Mentorship.objects.filter(public_id=public_id).exists():
                raise PermissionDenied
        return real(request, public_id=public_id)

    monkeypatch.setattr(pattern_of("web:case"), "callback", telling)
    assert found_by(world, Role.FINANCE, "web:case") == [
        "GET web:case, another municipality's: 403, and 404 where there is none"
    ]


def test_a_page_that_shows_a_neighbours_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pattern_of("citizens:agreed").callback

    def careless(request: HttpRequest, public_id: Any) -> HttpResponse:
        return real(request, public_id=world.own["mentorship"])

    monkeypatch.setattr(pattern_of("citizens:agreed"), "callback", careless)
    assert "GET citizens:agreed, neighbour's: 200" in found_by(world, Role.CITIZEN, "citizens:agreed")


def test_a_page_that_forgets_to_ask_for_a_sign_in_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pattern_of("web:looks"), "callback", lambda request: HttpResponse("Alle opslag"))
    assert faults_signed_out(world) == ["GET web:looks: 200"]


def found_by(world: World, role: Role, name: str) -> list[str]:
    return list(faults_of(Visitor(world.user_of(role)), world, role, name, ROUTES[name]))


def pattern_of(name: str) -> URLPattern:
    *spaces, last = name.split(":")
    patterns = get_resolver().url_patterns
    found = [each for each in _all(patterns, tuple(spaces)) if each.name == last]
    assert len(found) == 1, name
    return found[0]


def _all(patterns: Iterable[Any], spaces: tuple[str, ...]) -> Iterator[URLPattern]:
    for each in patterns:
        if isinstance(each, URLResolver):
            if not each.namespace or (each.namespace,) == spaces[:1]:
                yield from _all(each.url_patterns, spaces[1:] if each.namespace else spaces)
        elif not spaces:
            yield each


def test_the_page_on_access_is_current() -> None:
    assert PAGE.read_text() == written(), "Write it again: python -m tests.repository.access_page"
