"""The product works where scripts do not: old telephones, strict browsers, a failed download."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from tests.journeys.story import today, written
from tests.journeys.test_controls import LIST
from tests.journeys.visitor import PHONE, Visitor


def test_a_new_mentorship_with_mistakes_keeps_all_that_was_written(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(scripts=False)
    page = somebody.signs_in_as("Jobkonsulent")
    somebody.opens("/bevilling/nyt/")
    page.locator("select[name=context]").select_option("Fleksjob")
    page.get_by_label("Formål").fill("At borgeren bliver i fleksjobbet.")
    page.get_by_label("Mål 1").fill("Møder alle aftalte dage")
    page.get_by_label("Mentorens opgaver").fill("Tale dagen igennem hver morgen\nØve aftaler med lederen")
    page.get_by_label("Begynder").fill("den 32.")
    page.get_by_role("textbox", name="Uger").fill("mange")
    page.get_by_role("textbox", name="Timer om ugen").fill("5")

    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.locator("#new_submit button[value=submit]").first.click()
    assert answer.value.status == 422
    page.locator("[data-module='error-summary'], .alert-error, [role=alert]").first.wait_for()
    assert page.locator("select[name=context]").input_value() == "FLEX_JOB"
    assert page.get_by_label("Mål 1").input_value() == "Møder alle aftalte dage"
    assert "Øve aftaler" in page.get_by_label("Mentorens opgaver").input_value()
    assert page.get_by_label("Begynder").input_value() == "den 32."
    assert page.get_by_role("textbox", name="Uger").input_value() == "mange"

    # A row more, and the law asked, by buttons alone
    page.get_by_role("textbox", name="Uger").fill("2")
    page.get_by_role("button", name="Tilføj en fase").click()
    assert page.get_by_role("textbox", name="Uger").count() == 2
    page.get_by_role("textbox", name="Uger").nth(1).fill("10")
    page.get_by_role("textbox", name="Timer om ugen").nth(1).fill("2")
    page.get_by_role("button", name="Spørg loven og rammen").click()
    page.locator("#new_panel").get_by_text("30 t.", exact=True).wait_for()
    assert page.get_by_label("Mål 1").input_value() == "Møder alle aftalte dage"


def test_a_mentor_registers_a_meeting(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(PHONE, scripts=False)
    page = somebody.signs_in_as("Mentor")
    page.locator("section.bb-card").first.get_by_role("link", name=re.compile("^Registrér for")).click()
    page.get_by_label("Dag").fill("i forgårs")
    page.get_by_label("Et par ord").fill("Talte om ugen.")
    page.get_by_role("button", name="Gem", exact=True).click()
    assert page.get_by_label("Et par ord").input_value() == "Talte om ugen."
    page.get_by_label("Dag").fill(written(today() - timedelta(days=1)))
    page.get_by_label("Fra kl.").fill("22.30")
    page.get_by_role("radio", name="30 min.", exact=True).check()
    page.get_by_role("button", name="Gem", exact=True).click()
    page.wait_for_url("**/timer/mentor/")
    page.get_by_text("Gemt.").wait_for()
    assert page.get_by_text("22.30").count() >= 1


def test_a_citizen_says_yes(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(PHONE, scripts=False)
    page = somebody.signs_in_as("Borger")
    waiting = page.locator(".hours-answers")
    before = waiting.count()
    assert before, "The demonstration has a meeting that waits for the citizen's answer."
    waiting.first.get_by_role("button", name=re.compile("^Ja")).click()
    page.get_by_text("Tak. Dit svar er gemt.").wait_for()
    assert page.locator(".hours-answers").count() == before - 1


def test_the_leader_approves(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(scripts=False)
    page = somebody.signs_in_as("Leder")
    somebody.opens("/bevilling/godkendelser/")
    button = page.get_by_role("button", name=re.compile("^Godkend forløb")).first
    label = button.get_attribute("aria-label") or ""
    button.click()
    page.get_by_text(re.compile(re.escape(label.removeprefix("Godkend f")) + " er bevilget")).wait_for()


def test_the_guide_answers_when_asked(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(PHONE, scripts=False)
    page = somebody.goes_to("/vejviser/")
    everything = page.locator("#answer").inner_text()
    page.locator("select[name=context]").select_option("FLEX_JOB")
    page.get_by_role("button", name="Vis mulighederne").click()
    page.wait_for_url("**context=FLEX_JOB**")
    assert page.locator("#answer").inner_text() != everything
    somebody.checks_at_both_widths()


def test_searching_gives_a_page(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(scripts=False)
    page = somebody.signs_in_as("Jobkonsulent")
    somebody.opens("/forloeb/?hvis=alle&status=ACTIVE")
    code = page.locator("main table a").first.inner_text()
    field = page.get_by_role("searchbox").first
    field.fill(code)
    field.press("Enter")
    page.wait_for_url("**/soeg/")
    page.locator("main").get_by_role("link", name=re.compile(f"^{code}")).wait_for()
    somebody.checks_at_both_widths()


def test_what_if_is_asked_with_a_button(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(scripts=False)
    page = somebody.signs_in_as("Jobkonsulent")
    somebody.opens("/forloeb/?hvis=alle&status=ACTIVE")
    page.locator("main table a").first.click()
    page.wait_for_url("**/forloeb/*/")
    somebody.checks_at_both_widths()
    somebody.opens(f"{page.url}hvad-nu-hvis/")
    page.get_by_role("textbox", name="Dag").fill("1.3.2019")
    page.get_by_role("button", name="Spørg loven").click()
    page.locator("#result").get_by_text("Det, du har ændret").wait_for()
    somebody.checks_at_both_widths()


def test_a_list_of_cases_is_read_by_buttons_alone(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(scripts=False)
    page = somebody.signs_in_as("Tilsyn")
    somebody.opens("/tilsyn/andres-sager/")
    file = {"name": "sager.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    page.get_by_label("Regneark med sager").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Læs filen").click()
    somebody.sees("2 sager kan prøves.", "Vælg filen igen")
    page.get_by_label("Regneark med sager").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Prøv sagerne").click()
    page.get_by_role("table", name="Sager at rette").get_by_text("M-2").wait_for()
    somebody.checks_at_both_widths()
