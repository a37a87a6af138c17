"""The citizen on a telephone in Danish, English and Arabic: whole, accessible, and read from the right side."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.visitor import PHONE, Visitor

HOME = "/timer/borger/"


def _chooses_language(page: Page, code: str) -> None:
    page.locator(".bb-header details.bb-menu summary").first.click()
    page.locator(f".bb-header button[name=language][value={code}]").click()
    page.locator(f"html[lang={code}]").wait_for(state="attached")


def test_the_citizen_reads_and_asks_for_help_in_three_languages(visitor: Callable[..., Visitor]) -> None:
    citizen = visitor(PHONE)
    page = citizen.signs_in_as("Borger")
    for code in ("da", "en", "ar"):
        citizen.goes_to(HOME)
        if page.locator("html").get_attribute("lang") != code:
            _chooses_language(page, code)
        citizen.checks_the_page()
        assert page.locator("html").get_attribute("dir") == ("rtl" if code == "ar" else None)
        arrow = page.locator(".bb-doors a").first.evaluate(
            "el => [getComputedStyle(el, '::after').left, getComputedStyle(el, '::after').right].map(parseFloat)"
        )
        assert (arrow[0] < arrow[1]) == (code == "ar")  # the arrow points on, at the line's end
    page.locator(".bb-doors a[href$='/hjaelp/']").first.click()
    page.locator(".bb-primary-action button").click()
    page.locator(".form-error textarea").wait_for()
    citizen.checks_the_page()
    mark = page.locator(".form-error").evaluate("el => getComputedStyle(el).borderRightWidth")
    assert mark == "4px"
    page.locator("textarea").fill("أحتاج إلى مساعدة")
    page.locator(".bb-primary-action button").click()
    page.get_by_text("شكرًا").wait_for()
    citizen.sees("أحتاج إلى مساعدة")
    citizen.goes_to(HOME)
    _chooses_language(page, "da")  # the choice is kept, and others read the same page after this
