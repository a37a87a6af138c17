"""Everyone's pages: whatever a link leads to works, on a desk and on a telephone, in the menus and behind them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.journeys.visitor import DESKTOP, PHONE, Visitor
from tests.journeys.walking import kind_of, links_of, walk

EVERYBODY = {"/", "/vejviser/", "/was/", "/adgangskode/"}
CASES = {"/forloeb/", "/forloeb/*/", "/forloeb/*/loven/", "/forloeb/*/hvad-nu-hvis/"}
MONEY = {"/oekonomi/", "/oekonomi/faktura/*/", "/oekonomi/maaneder/", "/oekonomi/bogfoering/"}
REGISTERS = {
    "/personer/mentorer/",
    "/personer/mentorer/*/",
    "/personer/mentorer/*/ret/",
    "/personer/mentorer/ny/",
}
WORK = {"/bevilling/nyt/", "/beskeder/"} | REGISTERS
FOLLOW_UPS = {"/opfoelgning/*/", "/opfoelgning/*/flyt/"}
CONTROLS = {"/tilsyn/", "/tilsyn/spoergeguide/", "/tilsyn/tegn/graenser/", "/tilsyn/andres-sager/"}
SIGNS_AND_SAMPLES = {"/tilsyn/tegn/", "/tilsyn/tegn/*/", "/tilsyn/stikproever/", "/tilsyn/stikproever/traek/"}
CASE_CONTROLS = {"/tilsyn/fejl/*/"} | SIGNS_AND_SAMPLES
RULES = {
    "/rammer/",
    "/rammer/ny/",
    "/rammer/tal/",
    "/rammer/tal/nyt/",
    "/administration/",
    "/administration/opslag/",
}
USERS = {"/administration/brugere/", "/administration/brugere/*/", "/administration/brugere/ny/"}

DESK = {
    "Jobkonsulent": CASES | MONEY | WORK | FOLLOW_UPS,
    "Sagsbehandler": CASES | MONEY | WORK | {"/bevilling/godkendelser/", "/bevilling/indstilling/*/"},
    "Leder": CASES | MONEY | WORK | CONTROLS | CASE_CONTROLS | RULES | {"/bevilling/godkendelser/"},
    "Mentorkoordinator": CASES | MONEY | WORK | {"/bevilling/godkendelser/"},
    "Økonomi": CASES | MONEY | {"/beskeder/"},
    "Tilsyn": CASES | MONEY | CONTROLS | CASE_CONTROLS | {"/administration/opslag/"},
    "Administrator": CONTROLS | RULES | USERS | {"/beskeder/"},
}
CITIZEN = "/timer/borger/aftale/*/"
PHONES = {
    "Mentor": {"/timer/mentor/", "/timer/mentor/registrer/", "/timer/mentor/kontakt/*/ret/"},
    "Borger": {"/timer/borger/", CITIZEN, f"{CITIZEN}skriv/klage/", "/timer/borger/hvem-har-set/"},
    "Virksomhed": {"/timer/virksomhed/"},
}
"""Kinds of pages that each role must reach at least."""


@pytest.mark.parametrize("role", DESK)
def test_staff_reach_all_that_links_lead_to(
    visitor: Callable[..., Visitor], controlled: None, role: str
) -> None:
    somebody = visitor(DESKTOP)
    somebody.signs_in_as(role)
    menu = links_of(somebody, "#bb-nav a, .bb-user a")
    assert "/" in menu, menu
    active = ["/forloeb/?hvis=alle&status=ACTIVE"] if "/forloeb/" in menu else []
    found = walk(somebody, begins=[*active, *menu])
    assert {kind_of(path) for path in menu} <= set(found)
    assert DESK[role] | EVERYBODY <= set(found), sorted(DESK[role] - set(found))


@pytest.mark.parametrize("role", PHONES)
def test_people_outside_reach_all_that_links_lead_to(visitor: Callable[..., Visitor], role: str) -> None:
    somebody = visitor(PHONE)
    page = somebody.signs_in_as(role)
    found = walk(somebody, begins=[urlsplit(page.url).path])
    assert PHONES[role] | EVERYBODY <= set(found), sorted(PHONES[role] - set(found))


@pytest.mark.parametrize("role", ["Leder", "Administrator"])
def test_the_menus_fold_out_on_a_telephone(visitor: Callable[..., Visitor], role: str) -> None:
    somebody = visitor(PHONE)
    page = somebody.signs_in_as(role)
    entries = page.locator("#bb-nav a")
    assert entries.count() > 1
    assert not entries.first.is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    entries.last.wait_for()
    somebody.checks_the_page()
    page.locator(".bb-user summary").click()
    page.get_by_role("button", name="Log af").wait_for()
    somebody.checks_the_page()
    page.locator(".bb-user").get_by_role("link", name="Vejviser").click()
    page.wait_for_url("**/vejviser/")


def test_the_own_menu_folds_out_on_a_desk(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(DESKTOP)
    page = somebody.signs_in_as("Leder")
    page.locator(".bb-user summary").click()
    page.get_by_role("button", name="Log af").wait_for()
    somebody.checks_the_page()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
def test_what_is_open_to_everybody(visitor: Callable[..., Visitor], size: dict[str, int]) -> None:
    somebody = visitor(size)
    for path in ("/log-ind/", "/vejviser/", "/was/", "/galleri/"):
        assert somebody.opens(path).status == 200
        somebody.checks_at_both_widths()


def test_pages_that_say_no_are_whole_pages(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    somebody.signs_in_as("Økonomi")
    for path, status in {
        "/den/findes/ikke/": 404,
        "/administration/brugere/": 403,
        "/koer-%00/": 404,
    }.items():
        assert somebody.opens(path).status == status
        somebody.checks_at_both_widths()
        assert somebody.page.get_by_role("heading", level=1).count() == 1
        assert somebody.page.locator("main a").count(), "A page that says no says where to go."
