"""The law where people meet it: the open guide, a case explained, "what if", and a number that changes."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.visitor import DESKTOP, PHONE, Visitor


def test_the_guide_answers_while_one_chooses(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(PHONE)
    page = somebody.goes_to("/vejviser/")
    answer = page.locator("#answer")
    everything = answer.inner_text()
    somebody.picks("Hvad er borgeren i eller på vej til?", "Fleksjob")
    page.wait_for_url("**context=FLEX_JOB**")
    assert answer.inner_text() != everything
    somebody.checks_at_both_widths()

    # A day that the guide does not know is said by the field, and the rest stays answered
    page.get_by_label("Hvilken dag gælder det?").fill("den 32.")
    page.get_by_role("button", name="Vis mulighederne").click()
    somebody.sees("Her står svaret for")
    assert page.locator("select[name=context]").input_value() == "FLEX_JOB"
    somebody.checks_the_page()

    # The address can be sent to a colleague who reads English
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**sprog=en**")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("select[name=context]").input_value() == "FLEX_JOB"
    somebody.checks_at_both_widths()


def test_what_if_changes_nothing_but_the_answer(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(DESKTOP)
    page = somebody.signs_in_as("Jobkonsulent")
    somebody.opens("/forloeb/?hvis=alle&status=ACTIVE")
    page.locator("main table a").first.click()
    page.wait_for_url("**/forloeb/*/")
    somebody.goes_to(f"{page.url}hvad-nu-hvis/")
    result = page.locator("#result")
    assert "Det, du har ændret" not in result.inner_text()
    page.get_by_role("textbox", name="Dag").fill("1.3.2019")
    page.get_by_role("textbox", name="Dag").press("Tab")
    result.get_by_text("Det, du har ændret").wait_for()
    somebody.checks_at_both_widths()
    page.get_by_role("textbox", name="Dag").fill("den 32.")
    page.get_by_role("textbox", name="Dag").press("Tab")
    result.get_by_text("Ret felterne, så svarer loven.").wait_for()
    somebody.opens(page.url)
    assert "Det, du har ændret" not in result.inner_text()


def test_the_law_of_a_case_on_another_day_and_in_english(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(DESKTOP)
    page = somebody.signs_in_as("Leder")
    somebody.opens("/forloeb/?hvis=alle&status=ACTIVE")
    page.locator("main table a").first.click()
    page.wait_for_url("**/forloeb/*/")
    case = page.url
    somebody.goes_to(f"{case}loven/?dag=1.3.2019")
    somebody.sees("1. marts 2019")
    somebody.opens(f"{case}loven/?dag=den+32.")
    assert page.get_by_role("textbox", name="Loven den").input_value() == "den 32."
    somebody.checks_the_page()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**sprog=en**")
    somebody.checks_at_both_widths()


def test_a_number_of_the_law_is_written_with_its_source(visitor: Callable[..., Visitor]) -> None:
    somebody = visitor(DESKTOP)
    page = somebody.signs_in_as("Leder")
    somebody.goes_to("/rammer/tal/nyt/")
    source = page.get_by_role("textbox", name="Hvor står det?")

    # Mistakes are said by each field, and nothing that was written is lost
    source.fill("Vejledning nr. 1 af 2. januar 2090")
    page.get_by_role("button", name="Gem tal").click()
    somebody.sees("Vælg, hvilket tal det er.", "Skriv værdien.", "Vælg, hvor sikkert det er.")
    assert source.input_value() == "Vejledning nr. 1 af 2. januar 2090"
    somebody.checks_at_both_widths()

    somebody.picks("Hvilket tal?", "P01")
    page.get_by_role("textbox", name="Gælder fra").fill("1.1.2090")
    page.get_by_role("textbox", name="Værdi").fill("7")
    page.get_by_role("radio", name="En anden kilde siger det").check()
    page.get_by_role("button", name="Gem tal").click()
    page.wait_for_url("**/rammer/tal/*")
    page.locator("#P01").get_by_text("Vejledning nr. 1 af 2. januar 2090").wait_for(state="attached")
    somebody.checks_at_both_widths()
