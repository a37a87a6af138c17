"""Control: a question that fails, a sign of error, a drawn sample, and a list of cases from another system."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.journeys.story import Inspector
from tests.journeys.visitor import DESKTOP, Visitor

LIST = (
    "Sagsnr;Borgers CPR;Mentor navn;Bevillingsdato;Startdato;Slutdato;Bevilgede timer;Forbrugte timer\n"
    "M-1;610190-1234;Carla Mentor;03-02-2025;10-02-2025;09-05-2025;40;38,5\n"
    "M-2;620291-1235;Bo Mentor;04-02-2025;10-02-2025;09-05-2025;20;25\n"
    "M-3;630391-1236;Bo Mentor;i foråret;10-02-2025;09-05-2025;20;10\n"
)
"""Replacement numbers that nobody has. M-2 used more hours than were granted; of M-3 a day cannot be read."""


def test_a_control_that_fails_leads_to_what_mends_it(
    visitor: Callable[..., Visitor], controlled: None
) -> None:
    inspector = Inspector(visitor(DESKTOP))
    page = inspector.visitor.signs_in_as("Tilsyn")
    inspector.visitor.opens("/tilsyn/")
    inspector.runs_the_controls()
    inspector.opens_the_first_failing_control()
    code = page.locator("main table th a").first.inner_text()
    page.locator("main table th a").first.click()
    page.wait_for_url("**/forloeb/**")
    assert page.locator("h1 .bb-code").inner_text() == code


def test_a_sign_is_looked_into_and_explained(visitor: Callable[..., Visitor], controlled: None) -> None:
    inspector = Inspector(visitor(DESKTOP))
    page = inspector.visitor.signs_in_as("Tilsyn")
    address = inspector.opens_the_first_sign()
    page.get_by_role("button", name="Se nærmere").click()
    page.get_by_role("button", name="Se nærmere").wait_for(state="detached")
    inspector.visitor.opens(address)

    # An explanation must say something
    inspector.explains_the_sign("")
    inspector.visitor.sees("Skriv, hvad der forklarer det.")
    inspector.visitor.checks_the_page()

    inspector.explains_the_sign("Timerne er ført samlet efter aftale.")
    page.get_by_role("button", name="Gem forklaringen").wait_for(state="detached")
    inspector.visitor.opens(address)
    inspector.visitor.sees("Timerne er ført samlet efter aftale.")
    inspector.visitor.checks_at_both_widths()


def test_a_sample_is_drawn_answered_and_closed(visitor: Callable[..., Visitor], controlled: None) -> None:
    # Given a controller who forgets the name first
    inspector = Inspector(visitor(DESKTOP))
    page = inspector.visitor.signs_in_as("Tilsyn")
    inspector.fills_in_a_sample("", size="3")
    page.get_by_role("button", name="Vis, hvad der kan trækkes").click()
    page.locator("#draw_errors, [role=alert], .alert-error, .error-summary").first.wait_for()
    inspector.visitor.checks_the_page()
    assert page.get_by_label("Antal forløb").input_value() == "3"
    assert page.get_by_label("Protokol").input_value() != ""

    # When three cases are drawn
    page.get_by_label("Stikprøvens navn").fill("Prøve på tre")
    inspector.draws_it(cases=3)
    inspector.visitor.checks_at_both_widths()

    # Then anybody can draw them again and get the same
    inspector.visitor.chooses("Træk igen og sammenlign")
    inspector.visitor.sees("de samme forløb")
    drawn_from = inspector.downloads("Hent listen, der blev trukket af").decode("utf-8-sig")
    assert len(drawn_from.splitlines()) > 3

    # And a case gets its answer, its finding, and its end
    inspector.opens_a_drawn_case()
    assert inspector.downloads("Hent som PDF").startswith(b"%PDF-")
    assert inspector.downloads("Hent med bilag og data (ZIP)").startswith(b"PK")
    inspector.hears_that_it_was_delivered()
    inspector.writes_what_it_shows("")
    inspector.visitor.sees("Skriv, hvad sagen viser.")
    inspector.writes_what_it_shows("Støtten er givet som skrevet.")
    inspector.visitor.sees("Fundet er gemt.")
    inspector.closes_it()
    inspector.visitor.checks_at_both_widths()


def test_a_list_from_another_system_is_asked_the_same_questions(visitor: Callable[..., Visitor]) -> None:
    inspector = Inspector(visitor(DESKTOP))
    page = inspector.visitor.signs_in_as("Tilsyn")

    # What is no list is refused in words
    inspector.sends_a_list("tom.csv", "kun en overskrift\n")
    page.locator(
        "#intake-found [role=alert], #intake-found .alert, #intake-found .form-error"
    ).first.wait_for()
    inspector.visitor.checks_the_page()

    # Columns are recognised, and the row that cannot be read is named
    inspector.sends_a_list("sager.csv", LIST)
    inspector.visitor.sees("2 sager kan prøves.", "1 række har en fejl")
    faults = page.get_by_role("table", name="Rækker med fejl")
    assert "4" in faults.locator("tbody th").first.inner_text()
    assert "Bevillingsdato" in faults.inner_text()
    inspector.visitor.checks_at_both_widths()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Hent rækkerne med fejl").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")

    # And the report, kept under a name, says what fails and what could not be asked
    page.get_by_label("Gem rapporten").check()
    page.get_by_label("Hvad rapporten skal hedde").fill("Prøve af tre sager")
    page.get_by_role("button", name="Prøv sagerne").click()
    page.wait_for_url("**/tilsyn/andres-sager/*/")
    page.get_by_role("heading", name="Prøve af tre sager", level=1).wait_for()
    assert "M-2" in page.get_by_role("table", name="Sager at rette").inner_text()
    page.get_by_role("heading", name="Det kunne ikke prøves").wait_for()
    assert "610190" not in page.content()
    inspector.visitor.checks_at_both_widths()
    made = json.loads(inspector.downloads("Hent JSON"))
    assert "610190" not in json.dumps(made)
