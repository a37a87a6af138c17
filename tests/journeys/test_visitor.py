"""The visitor's own eyes: each kind of fault, planted in a page, is seen, and a page without any is let through."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route

from tests.journeys.visitor import DESKTOP, PHONE, Product, Visitor
from tests.journeys.walking import walk

HOST = "http://planted.test"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src *"
PAGE = (
    '<!doctype html><html lang="da"><head><title>Prøve</title></head>'
    "<body><main><h1>Prøve</h1>{}</main></body></html>"
)
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'
OWN = {"/picture.svg": ("image/svg+xml", PICTURE), "/fails.js": ("text/javascript", "notThere();")}

FAULTS = {
    "a picture without words": ('<img src="/picture.svg">', "image-alt"),
    "a field without a label": ('<input type="text" name="q">', "label"),
    "a script inside the page": ("<script>document.title = 'x'</script>", "Content Security Policy"),
    "a style inside the page": ('<p style="color: red">Rød</p>', "Content Security Policy"),
    "a script that fails": ('<script src="/fails.js" defer></script>', "notThere is not defined"),
    "a file that is not there": ('<img src="/gone.svg" alt="">', "404.*gone.svg"),
    "a file from elsewhere": ('<img src="http://elsewhere.test/a.svg" alt="">', "elsewhere.test"),
    "something too wide": ('<img src="/picture.svg" alt="" width="2000">', "scrolls \\d+ pixels sideways"),
    "a fault in what is folded away": (
        '<details><summary>Mere</summary><img src="/picture.svg"></details>',
        "image-alt",
    ),
}


@pytest.fixture
def planted(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """``planted({"/": body})`` is a visitor to a site with these pages."""
    contexts = []

    def open_site(pages: dict[str, str], size: dict[str, int] = DESKTOP) -> Visitor:
        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(HOST)
            if path in OWN:
                kind, content = OWN[path]
                route.fulfill(body=content, content_type=kind)
            elif path in pages:
                headers = {"Content-Security-Policy": POLICY}
                route.fulfill(body=PAGE.format(pages[path]), content_type="text/html", headers=headers)
            else:
                route.fulfill(status=404, body="Borte", content_type="text/html")

        context = browser.new_context(viewport=size)  # type: ignore[arg-type]
        context.route("**/*", answer)
        contexts.append(context)
        return Visitor(context, Product(HOST, {}))

    yield open_site
    for context in contexts:
        context.close()


def test_a_page_without_faults_is_let_through(planted: Callable[..., Visitor]) -> None:
    body = (
        '<p>I orden.</p><img src="/picture.svg" alt=""><details><summary>Mere</summary><p>Mere.</p></details>'
    )
    somebody = planted({"/": body})
    somebody.goes_to("/")
    somebody.checks_at_both_widths()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(planted: Callable[..., Visitor], fault: str) -> None:
    body, named = FAULTS[fault]
    somebody = planted({"/": body})
    somebody.opens("/")
    with pytest.raises(AssertionError, match=named):
        somebody.checks_at_both_widths()


def test_what_is_too_wide_for_a_telephone_only_is_seen_from_a_desk(planted: Callable[..., Visitor]) -> None:
    somebody = planted({"/": '<img src="/picture.svg" alt="" width="800">'})
    somebody.goes_to("/")
    with pytest.raises(AssertionError, match="sideways"):
        somebody.checks_at_both_widths()
    assert somebody.page.viewport_size == DESKTOP


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_link_that_leads_nowhere_is_found(planted: Callable[..., Visitor], size: dict[str, int]) -> None:
    somebody = planted({"/": '<a href="/naeste/">Næste</a>', "/naeste/": '<a href="/borte/">Borte</a>'}, size)
    somebody.opens("/")
    with pytest.raises(AssertionError, match="/borte/: 404"):
        walk(somebody, begins=["/"])


def test_a_walk_follows_one_address_of_each_kind(planted: Callable[..., Visitor]) -> None:
    links = "".join(f'<a href="/sag/{number}/">Sag {number}</a> ' for number in range(5))
    somebody = planted({"/": links, **{f"/sag/{number}/": "<p>Sag.</p>" for number in range(5)}})
    somebody.opens("/")
    assert walk(somebody, begins=["/"]) == {"/": "/", "/sag/*/": "/sag/0/"}
