"""Everyone's pages: whatever a link leads to works, on a desk and on a telephone, and nobody sees another's."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from tests.journeys.visitor import DESKTOP, PHONE, Visitor

# Those with most pages first: a kind of page that somebody has looked at closely is only opened by the next.
DESK = ["Leder", "Administrator", "Jobkonsulent", "Sagsbehandler", "Mentorkoordinator", "Økonomi", "Tilsyn"]
PHONES = ["Mentor", "Borger", "Virksomhed"]
PLENTY = 60
"""More kinds of pages than anybody has; more would mean that one page has many addresses."""

ONE_TIME_LINK = "/bevilling/aftale/link/*/"
"""Belongs to whoever holds it and may be spent; the main job follows it."""

_looked_at: set[str] = set()


@pytest.mark.parametrize("role", DESK)
def test_staff_reach_all_that_links_lead_to(visitor: Callable[..., Visitor], role: str) -> None:
    somebody = visitor(DESKTOP)
    somebody.signs_in_as(role)
    menu = links_of(somebody, "#bb-nav a")
    assert "/" in menu and len(menu) > 1, menu
    kinds = walk(somebody, close_looks=menu)
    assert {kind_of(path) for path in menu} <= kinds


@pytest.mark.parametrize("role", PHONES)
def test_people_outside_reach_all_that_links_lead_to(visitor: Callable[..., Visitor], role: str) -> None:
    somebody = visitor(PHONE)
    page = somebody.signs_in_as(role)
    kinds = walk(somebody, close_looks=[urlsplit(page.url).path])
    assert len(kinds) > (3 if role != "Virksomhed" else 0)


def walk(somebody: Visitor, *, close_looks: list[str]) -> set[str]:
    """Opens one page of each kind, from where one is and on. The kinds that were found."""
    waiting = [*close_looks, *links_of(somebody)]
    must = {kind_of(path) for path in close_looks}
    found: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in found or kind == ONE_TIME_LINK:
            continue
        found.add(kind)
        assert len(found) < PLENTY, sorted(found)
        if kind in _looked_at and kind not in must:
            answer = somebody.context.request.get(somebody.product.address + path)
            assert answer.status == 200, f"{path}: {answer.status}"
            continue
        if not opens_as_a_page(somebody, path):
            continue
        somebody.checks_at_both_widths(closely=kind not in _looked_at)
        _looked_at.add(kind)
        waiting += links_of(somebody)
    return found


def opens_as_a_page(somebody: Visitor, path: str) -> bool:
    """False for a file, which must be one to keep and not to show."""
    try:
        answer = somebody.opens(path)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    assert answer.status == 200, f"{path}: {answer.status}"
    assert answer.headers["content-type"].startswith("text/html"), path
    return True


def links_of(somebody: Visitor, selector: str = "a[href]") -> list[str]:
    """Addresses in this site, without what only picks a part of the page."""
    address = somebody.product.address
    found = somebody.page.locator(selector).evaluate_all("links => links.map(link => link.href)")
    paths = [urlsplit(link).path for link in found if link.startswith(f"{address}/")]
    return list(dict.fromkeys(path for path in paths if not path.startswith("/static/")))


def kind_of(path: str) -> str:
    """The address with what differs from case to case taken out."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/link/)[\w-]+|\d+", "*", path)


# Borders


def test_another_persons_page_is_not_there(visitor: Callable[..., Visitor]) -> None:
    """Not even as something forbidden: the answer is the same as for an address that never was."""
    consultant, mentor, citizen = visitor(), visitor(PHONE), visitor(PHONE)
    consultant.signs_in_as("Jobkonsulent")
    mentor.signs_in_as("Mentor")
    citizen.signs_in_as("Borger")
    own = (mentor.own_name(), "".join(f"{name[0]}. " for name in citizen.own_name().split()).strip())
    consultant.opens("/forloeb/?hvis=alle&status=ENDED")
    rows = consultant.page.locator("main tbody tr").all()
    others = [row for row in rows if not any(name in row.inner_text() for name in own)]
    links = [row.locator("a").first.get_attribute("href") or "" for row in others]
    cases = [link.split("/")[2] for link in links]
    assert len(cases) > 3
    for case in cases[:3]:
        assert citizen.opens(f"/timer/borger/aftale/{case}/").status == 404
        assert mentor.opens(f"/opfoelgning/afslut/{case}/").status == 404


def test_a_page_asked_for_signed_out_comes_after_signing_in(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    somebody.goes_to("/oekonomi/maaneder/")
    assert urlsplit(somebody.page.url).path == "/log-ind/"
    username, password = somebody.product.logins["Økonomi"]
    somebody.page.get_by_label("Brugernavn").fill(username)
    somebody.page.get_by_label("Adgangskode").fill(password)
    somebody.page.locator("main form").first.get_by_role("button", name="Log ind", exact=True).click()
    somebody.page.wait_for_url("**/oekonomi/maaneder/")
    somebody.page.locator(".bb-user summary").click()
    somebody.page.get_by_role("button", name="Log af").click()
    somebody.page.wait_for_url("**/log-ind/")
    somebody.opens("/oekonomi/maaneder/")
    assert urlsplit(somebody.page.url).path == "/log-ind/"
