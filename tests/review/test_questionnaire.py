"""The agency's seven themes, answered from figures and never rounded up."""

from __future__ import annotations

from datetime import date

import pytest

from brobygger.review.questionnaire import Counts, MunicipalityData, answers, percent_words

DATA = MunicipalityData(
    municipality="Brøndsted Kommune",
    on=date(2026, 11, 23),
    checked_on=date(2026, 11, 22),
    checked_cases=300,
    counts={"K14": Counts(199, 1, 3, 97), "K15": Counts(0, 0, 5, 295)},
    cases_by_status={"ACTIVE": 12, "ENDED": 288},
    active_by_mentor_kind={"COMPANY_EMPLOYEE": 7, "VOLUNTEER": 5},
    teams=2,
    way_of_working="Konsulenten bevilger inden for rammen",
    frame_name="3 måneder, 5 timer om ugen",
    frame_from=date(2026, 1, 1),
    open_failures=4,
)


def test_seven_themes_in_order() -> None:
    assert [each.number for each in answers(DATA)] == [1, 2, 3, 4, 5, 6, 7]
    assert all(each.sentence.endswith(".") and each.evidence for each in answers(DATA))


def test_the_figures_stand_in_the_answers() -> None:
    found = {each.number: each for each in answers(DATA)}
    assert found[1].sentence == "Konsulenten bevilger inden for rammen. Der er 12 forløb i gang på 2 hold."
    assert found[2].sentence == "Rammen 3 måneder, 5 timer om ugen gælder fra 1. januar 2026."
    assert found[3].sentence == "Opfølgningen er holdt til tiden i 99 procent (199 af 200 sager)."
    assert found[4].sentence == "Ingen sager kan besvare det endnu."
    assert found[5].sentence == "Alle 300 sager blev kontrolleret 22. november 2026; 4 fejl er åbne."


def test_without_controls_nothing_is_claimed() -> None:
    sentences = [each.sentence for each in answers(MunicipalityData("Ny", date(2026, 1, 1)))]
    assert sentences[1] == "Kommunen har ikke skrevet en ramme i systemet."
    assert sentences[2:] == ["Kontrollerne er ikke kørt endnu."] * 5


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (Counts(999, 1), "99 procent (999 af 1000 sager)"),
        (Counts(5, 0), "100 procent (5 af 5 sager)"),
        (Counts(0, 0, 9, 9), "ingen sager kan besvares"),
        (None, "ingen sager kan besvares"),
    ],
)
def test_only_all_is_a_hundred(counts: Counts | None, words: str) -> None:
    assert percent_words(counts) == words
