"""Everything a case worker does often can be done without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.visitor import Visitor

ENOUGH = 150
"""Presses of Tab: more than the page has stops."""

NAME_OF_FOCUS = """() => {
  const el = document.activeElement;
  const native = el.closest('.bb-combobox')?.querySelector('select');
  return (native && native.name) || el.name || el.textContent.trim();
}"""


def test_the_palette_opens_with_a_key_and_finds_a_mentorship(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    page = somebody.signs_in_as("Jobkonsulent")
    page.goto(f"{somebody.product.address}/forloeb/")
    code = page.locator("main table a").first.inner_text()
    page.keyboard.press("/")
    page.get_by_role("dialog", name="Søg").wait_for()
    page.keyboard.type(code)
    page.locator("#palette-results").get_by_role("link", name=re.compile(f"^{code}")).wait_for()
    somebody.checks_the_page()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/forloeb/[0-9a-f-]+/$"))
    assert page.locator("h1 .bb-code").inner_text() == code


def test_escape_closes_the_palette_and_gives_the_focus_back(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    page = somebody.signs_in_as("Leder")
    link = page.locator("#bb-nav a").nth(1)
    link.focus()
    page.keyboard.press("/")
    dialog = page.get_by_role("dialog", name="Søg")
    dialog.wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert link.evaluate("link => link === document.activeElement")


def test_a_new_mentorship_is_written_without_a_mouse(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    page = somebody.signs_in_as("Jobkonsulent")
    page.goto(f"{somebody.product.address}/")
    tab_to(page, "Nyt forløb")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bevilling/nyt/")
    for name, keys in {
        "context": ["fleks", "Enter"],
        "support_type": ["ArrowRight"],
        "purpose": ["Skrevet med tastaturet."],
        "goal_1": ["Møder hver dag"],
        "not_usual_work": ["Space"],
        "phase-0-weeks": ["10"],
        "phase-0-hours": ["4,5"],
    }.items():
        tab_to(page, name)
        for each in keys:
            if each in ("Enter", "Space", "ArrowRight"):
                page.keyboard.press(each)
            else:
                page.keyboard.type(each)
    page.locator("#new_panel").get_by_text("45 t.", exact=True).wait_for()
    assert page.locator("select[name=context]").input_value() == "FLEX_JOB"
    assert page.get_by_role("checkbox", name=re.compile("^Mentoren gør ikke")).is_checked()
    assert page.locator("input[name=support_type]:checked").count() == 1

    # Sent in too early, the page says what is missing, and the focus stands where it is said.
    page.locator("#new_submit").get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    page.locator("[data-module='error-summary'], .bb-blocked, #new_submit [role=status]").first.wait_for()
    somebody.checks_the_page()
    assert page.get_by_label("Mål 1").input_value() == "Møder hver dag"


def test_rows_are_walked_with_j_and_k(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor()
    page = somebody.signs_in_as("Leder")
    page.goto(f"{somebody.product.address}/bevilling/godkendelser/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("[data-bb-row].bb-picked").count() == 1
    assert page.evaluate("document.activeElement.matches('[data-bb-row]')")
    somebody.checks_the_page()


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the focus is there; a field that Tab never reaches fails."""
    for _press in range(ENOUGH):
        page.keyboard.press("Tab")
        if page.evaluate(NAME_OF_FOCUS) == name:
            return
    raise AssertionError(f"Tab never reaches {name}.")
