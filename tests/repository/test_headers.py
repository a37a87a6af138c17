"""What every answer carries, and that no address makes the product stumble."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from brobygger.accounts.permissions import Role
from tests.cast import Cast
from tests.repository.access import ROUTES
from tests.repository.test_access_matrix import ask, rolled_back, signed_in
from tests.repository.world import World, make_world

PAGES = {name: row for name, row in ROUTES.items() if row.sent is None}

FRAMED = re.compile(
    r"(?:src|href|action|hx-[a-z]+|srcset|poster|data)=[\"'](https?:)?//(?!127\.0\.0\.1|testserver)", re.I
)
NONSENSE = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "x" * 300,
    "\x00",
    "' or 1=1 --",
    "<script>",
    "2026-13",
    "æøå",
    "NaN",
]
QUERIES = (
    "side",
    "q",
    "vis",
    "status",
    "hvis",
    "maaned",
    "kanal",
    "modtager",
    "foer",
    "days",
    "who",
    "relation",
    "group",
    "start",
    "forloeb",
    "fra",
    "version",
    "hold",
    "tal",
    "dag",
    "next",
    "on",
)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def test_every_page_keeps_the_policies(world: World) -> None:
    faults = []
    for name, row in PAGES.items():
        if row.thing and row.thing not in world.own.found:
            continue
        role = sorted(row.roles)[0]
        answer = ask(signed_in(world, role), name, row, world.own)
        faults += [f"{name}: {fault}" for fault in faults_of(answer)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("address", ["/", "/findes-ikke/", "/forloeb/7aa67040-a6dd-4c10-bb18-b8c6bfb1d1e6/"])
def test_pages_of_what_went_wrong_keep_them_too(world: World, address: str) -> None:
    client = signed_in(world, Role.JOB_CONSULTANT)
    for answer in (Client().get(address), client.get(address), client.delete(address)):
        assert faults_of(answer) == []


@pytest.mark.parametrize(
    ("header", "value", "named"),
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-inline'", "inline"),
        ("Cache-Control", "max-age=600", "kept"),
        ("X-Content-Type-Options", "", "sniffed"),
        ("X-Frame-Options", "SAMEORIGIN", "framed"),
        ("Referrer-Policy", "unsafe-url", "referrer"),
    ],
)
def test_a_planted_fault_is_found(client: Client, db: None, header: str, value: str, named: str) -> None:
    answer = client.get("/log-ind/")
    assert faults_of(answer) == []
    answer.headers[header] = value
    assert [fault for fault in faults_of(answer) if named in fault]


def test_a_third_party_in_a_page_is_found() -> None:
    assert FRAMED.search('<script src="https://cdn.example/x.js">')
    assert FRAMED.search('<img src="//tracker.example/pixel.png">')
    assert not FRAMED.search('<a href="/forloeb/">')


@pytest.mark.parametrize(
    "role", [Role.TEAM_LEADER, Role.FINANCE, Role.ADMINISTRATOR, Role.MENTOR, Role.CITIZEN]
)
def test_nonsense_after_the_question_mark_is_harmless(world: World, role: Role) -> None:
    """Each page with each of the names that pages read, filled with nonsense in turn."""
    client = signed_in(world, role)
    stumbled = []
    for name, row in PAGES.items():
        if role not in row.roles or (row.thing and row.thing not in world.own.found):
            continue
        address = row.address(name, world.own)
        for nonsense in NONSENSE:
            answer = get(client, address, dict.fromkeys(QUERIES, nonsense))
            if answer.status_code >= 500:
                stumbled.append(f"{name}: {nonsense!r}")
    assert stumbled == []


@pytest.mark.parametrize(
    "nonsense", ["0", "x", "%00", "..", "7aa67040", "7AA67040-A6DD-4C10-BB18-B8C6BFB1D1E6", "ø" * 90]
)
def test_ids_that_are_none_are_not_found(world: World, nonsense: str) -> None:
    client = signed_in(world, Role.TEAM_LEADER)
    for name, row in PAGES.items():
        if row.thing:
            address = row.address(name, None)
            known = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}|x{43}", address)
            assert known
            answer = get(client, address.replace(known[0], nonsense), {})
            assert answer.status_code in (403, 404, 410), f"{name}: {answer.status_code}"


def get(client: Client, address: str, query: dict[str, str]) -> Any:
    with rolled_back():
        return client.get(address, query)


def faults_of(answer: Any) -> list[str]:
    """What is wrong with an answer's headers, and with the addresses in its page."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    wrong = {
        "inline scripts allowed": "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy,
        "may be kept by a cache": "no-store" not in headers.get("Cache-Control", ""),
        "may be sniffed": headers.get("X-Content-Type-Options") != "nosniff",
        "may be framed": headers.get("X-Frame-Options") != "DENY" or "frame-ancestors 'none'" not in policy,
        "sends the referrer to others": headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"),
        "takes something from another site": bool(FRAMED.search(answer.content.decode(errors="replace"))),
    }
    return [fault for fault, is_so in wrong.items() if is_so]
