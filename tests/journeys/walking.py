"""Following links through a site: one address of each kind, each looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from playwright.sync_api import Error

from tests.journeys.visitor import Visitor

PLENTY = 140
"""More kinds of addresses than anybody has; more would mean that one page has many."""
ONE_TIME_LINK = "/link/*/"
"""The end of what belongs to whoever holds it and may be spent; the main job and the follow-up use theirs."""
OTHERS_MAIL = "/beskeder/"
"""Shows what was sent to others: its links are theirs to open."""
FOR_MACHINES = "/api/"
"""Answers other systems in their own form."""
LINK = re.compile(r'<a\s[^>]*?href="([^"#]+)')
CLASSES = re.compile(r'\sclass="([^"]*)"')


_looked_at: dict[str, set[str]] = {}
"""The classes of each kind of page that has been looked at."""


def walk(somebody: Visitor, *, begins: Iterable[str]) -> dict[str, str]:
    """Asks for one page of each kind, from ``begins`` and on. Kind to address of all that was found.

    A page is looked at closely when it is the first of its kind, and looked at again when it has parts that no earlier
    visitor's page of that kind had: the same classes have nothing new to show.
    """
    waiting, found = list(begins), dict[str, str]()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in found or kind.endswith(ONE_TIME_LINK):
            continue
        found[kind] = path
        assert len(found) < PLENTY, sorted(found)
        if not opens_as_a_page(somebody, path):
            continue
        waiting += [] if path == OTHERS_MAIL else links_of(somebody)
        classes, known = _classes_of(somebody), _looked_at.get(kind)
        if known is None or classes - known:
            somebody.checks_at_both_widths(closely=known is None)
            _looked_at[kind] = classes | (known or set())
        somebody.fits()
        assert somebody.faults == [], f"{path}: {somebody.faults}"
    return found


def _classes_of(somebody: Visitor) -> set[str]:
    return set(" ".join(CLASSES.findall(somebody.page.content())).split())


def walk_quickly(somebody: Visitor, *, begins: Iterable[str]) -> dict[str, str]:
    """As ``walk``, without a window: each address is asked for, and its links are read."""
    waiting, found = list(begins), dict[str, str]()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in found or kind.endswith(ONE_TIME_LINK):
            continue
        found[kind] = path
        answer = somebody.context.request.get(somebody.product.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        if path != OTHERS_MAIL and answer.headers["content-type"].startswith("text/html"):
            waiting += _in_this_site(somebody, LINK.findall(answer.text()))
    return found


def opens_as_a_page(somebody: Visitor, path: str) -> bool:
    """False for a file, which must be one to keep and not to show, and for what machines read."""
    try:
        answer = somebody.opens(path)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    assert answer.status == 200, f"{path}: {answer.status}"
    form = "application/json" if path.startswith(FOR_MACHINES) else "text/html"
    assert answer.headers["content-type"].startswith(form), path
    return form == "text/html"


def links_of(somebody: Visitor, selector: str = "a[href]") -> list[str]:
    """Addresses in this site, without what only picks a part of the page."""
    return _in_this_site(
        somebody, somebody.page.locator(selector).evaluate_all("links => links.map(link => link.href)")
    )


def _in_this_site(somebody: Visitor, links: Iterable[str]) -> list[str]:
    address = somebody.product.address
    whole = (f"{address}{link}" if link.startswith("/") else link for link in links)
    paths = [urlsplit(link).path for link in whole if link.startswith(f"{address}/")]
    return list(dict.fromkeys(path for path in paths if not path.startswith("/static/")))


def kind_of(path: str) -> str:
    """The address with what differs from case to case taken out."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/link/)[\w-]+|(?<=/fejl/)K\d+|\d+", "*", path)
