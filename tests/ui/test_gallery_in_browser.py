"""The gallery in a real browser: accessible, inside the policy, within the width, by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path
from playwright.sync_api import Browser, Page

from brobygger.ui import toasts

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def failing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


def toast(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "<p>ok</p>" + toasts.fragment(request, "Opfølgningen er flyttet.", undo_url="/fortryd")
    )


urlpatterns = [
    path("galleri/", include("brobygger.ui.urls")),
    path("fejler", failing),
    path("toast", toast),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gallery alone, without a database: only the policy and the static files before it."""
    settings = override_settings(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        MIDDLEWARE=["csp.middleware.CSPMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware"],
    )
    with settings:
        server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=Threaded, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture(params=[1280, 390, 320])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 844}, locale="da-DK")
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
    )
    opened.goto(f"{address}/galleri/")
    yield opened
    opened.close()
    assert complaints == []


def violations(page: Page) -> list[str]:
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]]


def test_the_gallery_is_accessible_and_never_wider_than_the_screen(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_a_planted_fault(page: Page) -> None:
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
    assert any("button-name" in each for each in violations(page))


def test_a_long_select_is_searched_by_keyboard_and_keeps_its_value(page: Page) -> None:
    box = page.get_by_label("Hvad støtter mentoren?").nth(1)
    native = page.locator("#id_empty-context-native")
    box.fill("udd")
    assert violations(page) == []
    box.press("Enter")
    assert (box.input_value(), native.evaluate("each => each.value")) == ("Uddannelse", "UDDANNELSE")
    box.fill("sludder")
    box.press("Tab")
    assert box.input_value() == "Uddannelse"
    box.fill("")
    box.press("Tab")
    assert native.evaluate("each => each.value") == ""


def test_a_link_in_the_summary_leads_to_the_field(page: Page) -> None:
    for target in ("id_wrong-hours", "id_wrong-context", "id_wrong-way_0"):
        page.locator(f'a[href="#{target}"]').click()
        assert page.evaluate("document.activeElement.id") == target


def test_a_dialogue_opens_is_accessible_and_gives_the_focus_back(page: Page) -> None:
    opener = page.get_by_role("button", name="Bevilg").first
    opener.click()
    assert page.get_by_role("dialog").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Bevilg"


def test_a_toast_comes_offers_the_way_back_and_goes(page: Page) -> None:
    page.evaluate("htmx.ajax('GET', '/toast', {target: '#ingenting', swap: 'beforeend'})")
    page.get_by_text("Opfølgningen er flyttet.").wait_for()
    assert page.get_by_role("button", name="Fortryd").last.is_visible()
    page.locator("#toasts").get_by_role("button", name="Luk").click()
    assert page.locator("#toasts .toast").count() == 0


def test_a_failed_request_says_so_and_what_was_typed_comes_back_without_the_cpr_number(page: Page) -> None:
    page.evaluate(
        "() => { const form = document.querySelectorAll('form.bb-form')[1];"
        " form.setAttribute('hx-post', '/fejler'); htmx.process(form); }"
    )
    page.locator("#id_empty-name").fill("Aksel Holm")
    page.locator("#id_empty-cpr").fill("610190-1234")
    page.evaluate("document.querySelectorAll('form.bb-form')[1].requestSubmit()")
    page.get_by_text("Handlingen lykkedes ikke").wait_for()
    assert page.locator("#id_empty-name").input_value() == "Aksel Holm"
    kept = page.evaluate("JSON.stringify({...sessionStorage})")
    assert "Aksel Holm" in kept
    assert "610190" not in kept


def test_the_same_form_is_sent_once(page: Page, address: str) -> None:
    sent: list[str] = []

    def answer(route: Any) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route(f"{address}/galleri/**", answer)
    page.evaluate(
        "() => { const f = document.querySelector('form.bb-form'); f.requestSubmit(); f.requestSubmit(); }"
    )
    page.wait_for_timeout(200)
    assert len(sent) == 1


def test_rows_are_walked_by_keyboard(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(".bb-picked .bb-work-what").inner_text() == "Opfølgning overskredet"
    page.keyboard.press("k")
    assert page.locator(".bb-picked .bb-work-what").inner_text() == "Uenighed om 2 timer"
