"""What every answer carries, and that no address makes the product stumble."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver

from brobygger.accounts.permissions import Role
from tests.repository.access import CASES, ROUTES, Row
from tests.repository.sources import PACKAGE
from tests.repository.test_access_matrix import pattern_of
from tests.repository.visitor import Visitor, visitors
from tests.repository.world import World

PAGES = {name: row for name, row in ROUTES.items() if row.sent is None}

TAKEN = re.compile(
    r"<(?!a\s)[^>]*\s(?:src|href|action|formaction|srcset|poster|data|hx-\w+)=[\"'](?:https?:)?//", re.I
)
"""Anything but a link that leads to, or takes something from, a whole address."""

NONSENSE = ["", "-1", "9" * 20, "2026-13", "' or 1=1 -- <script>æøå" * 20]
NO_IDS = ["0", "x", "%00", "..", "7aa67040", "7AA67040-A6DD-4C10-BB18-B8C6BFB1D1E6", "ø" * 90]
ASKED_BY_THE_GUIDE = {"on", "person", "context", "place", "mentor", "course"}

# Headers


def test_every_page_keeps_the_policies(world: World) -> None:
    assert answers_with_faults(world, ROUTES.items()) == []


def test_a_page_that_sets_its_own_policy_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def loose(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<p>", headers={"Cache-Control": "max-age=600"})

    monkeypatch.setattr(pattern_of("web:looks"), "callback", loose)
    planted = [("web:looks", ROUTES["web:looks"])]
    assert answers_with_faults(world, planted) == ["web:looks: may be kept by a cache"]


def answers_with_faults(world: World, cases: Iterable[tuple[str, Row]]) -> list[str]:
    """Each page as somebody sees it who may; acts too, since many answer with a page."""
    found, known = [], visitors(world, Role)
    for name, row in cases:
        answer = known[sorted(row.roles)[0]].ask(name, row, world.own)
        found += [f"{name}: {fault}" for fault in faults_of(answer)]
    return found


@pytest.mark.parametrize("address", ["/", "/findes-ikke/", "/forloeb/7aa67040-a6dd-4c10-bb18-b8c6bfb1d1e6/"])
def test_pages_of_what_went_wrong_keep_them_too(world: World, address: str) -> None:
    anna = Visitor(world.cast.anna)
    for answer in (Visitor().get(address), anna.get(address), anna.delete(address)):
        assert faults_of(answer) == []


@pytest.mark.parametrize(
    ("header", "value", "named"),
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self' 'unsafe-inline'", "inline"),
        ("Content-Security-Policy", "default-src 'none'; script-src https://cdn.example", "inline"),
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
    assert TAKEN.search('<script src="https://cdn.example/x.js">')
    assert TAKEN.search('<img src="//tracker.example/pixel.png">')
    assert TAKEN.search('<form method="post" action="https://elsewhere.example/">')
    assert not TAKEN.search('<link rel="stylesheet" href="/static/ui/brobygger.css">')
    # a link is followed by the person alone
    assert not TAKEN.search('<a href="https://www.retsinformation.dk/">')


def faults_of(answer: Any) -> list[str]:
    """What is wrong with an answer's headers, and with the addresses in its page."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    wrong = {
        "inline scripts or others' allowed": "default-src 'none'" not in policy
        or any(word in policy for word in ("unsafe", "*", "http:", "https:", "//")),
        "may be kept by a cache": "no-store" not in headers.get("Cache-Control", ""),
        "may be sniffed": headers.get("X-Content-Type-Options") != "nosniff",
        "may be framed": headers.get("X-Frame-Options") != "DENY" or "frame-ancestors 'none'" not in policy,
        "sends the referrer to others": headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"),
        "takes something from another site": bool(TAKEN.search(answer.content.decode(errors="replace"))),
    }
    return [fault for fault, is_so in wrong.items() if is_so]


# Addresses


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_after_the_question_mark_is_harmless(world: World, nonsense: str) -> None:
    """Each page, by somebody who may see it, with the nonsense under every name that any page reads."""
    assert stumbled(world, PAGES, dict.fromkeys(query_names(), nonsense)) == []


def test_a_page_that_stumbles_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting(request: HttpRequest) -> HttpResponse:
        return HttpResponse(int(request.GET.get("side", "1")))

    monkeypatch.setattr(pattern_of("web:looks"), "callback", trusting)
    assert stumbled(world, ["web:looks"], {"side": "x"}) == [
        """web:looks: ValueError("invalid literal for int() with base 10: 'x'")"""
    ]


def stumbled(world: World, names: Iterable[str], query: dict[str, str]) -> list[str]:
    found, known = [], visitors(world, Role)
    for name in names:
        answer = known[sorted(PAGES[name].roles)[0]].get(PAGES[name].address(name, world.own), query)
        found += [f"{name}: {answer.stumbled}"] if answer.status_code >= 500 else []
    return found


def test_the_names_that_pages_read_are_found_in_the_source() -> None:
    """The control: names read by hand, and fields of the forms that read the address."""
    assert {"side", "q", "maaned", "foer", "forloeb"} <= query_names()
    assert {"relation", "days", "hvis", "group"} <= query_names()


@functools.cache
def query_names() -> frozenset[str]:
    """Every name that some view reads from the address."""
    get_resolver().url_patterns  # noqa: B018  the views and their forms are imported, whatever ran before
    text = "\n".join(file.read_text() for file in PACKAGE.rglob("*.py"))
    by_hand = set(re.findall(r"GET\.get(?:list)?\(\s*\"(\w+)\"", text))
    forms = set(re.findall(r"(\w+)\(request\.GET\b", text))
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("brobygger.")]
    fields = {
        field
        for module in modules
        for form in forms
        for field in getattr(getattr(module, form, None), "base_fields", ())
    }
    return frozenset(by_hand | fields | ASKED_BY_THE_GUIDE)


def test_what_no_database_can_hold_is_a_bad_request(world: World) -> None:
    eva = Visitor(world.cast.eva)
    assert eva.get("/forloeb/", {"q": "a\0b"}).status_code == 400
    assert eva.post("/soeg/", {"q": "a\0b"}).status_code == 400


@pytest.mark.parametrize("nonsense", NO_IDS)
def test_ids_that_are_none_are_not_found(world: World, nonsense: str) -> None:
    known = visitors(world, Role)
    for name, row in PAGES.items():
        if row.thing:
            address = row.address(name, None)
            ids = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}|x{43}", address)
            assert ids
            answer = known[sorted(row.roles)[0]].get(address.replace(ids[0], nonsense))
            assert answer.status_code in (404, 410), f"{name}: {answer.status_code} {answer.stumbled}"


@pytest.mark.parametrize("nonsense", ["-1", "9" * 20, "<script>æøå" * 500])
def test_nonsense_in_what_is_sent_is_harmless(world: World, nonsense: str) -> None:
    """Each act, with the nonsense in every field that makes it succeed, and under the names that pages read."""
    known, found = visitors(world, Role), []
    names = dict.fromkeys(query_names(), nonsense)
    for name, row in CASES:
        if row.sent is None:
            continue
        sent = {**names, **dict.fromkeys(row.body(world.own), nonsense)}
        answer = known[sorted(row.roles)[0]].post(row.address(name, world.own), sent)
        found += [f"{name}: {answer.stumbled}"] if answer.status_code >= 500 else []
    assert found == []
