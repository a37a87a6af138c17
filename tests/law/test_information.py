"""What must be known and cannot be tested, and what is not confirmed: present, dated, and never a finding."""

from datetime import date, timedelta

import pytest

from brobygger.law.catalogue import INFORMATION, RULES, Stage, assess, information_in_force
from brobygger.law.codes import Act
from brobygger.law.information import Information, about, parse
from brobygger.law.parameters import parameters
from brobygger.values.source import Confidence

from .examples import facts, integration_facts

START_2003, YEAR_2014, YEAR_2020 = date(2003, 6, 10), date(2014, 1, 1), date(2020, 1, 1)
END_2019, DATA_ACT = date(2019, 12, 31), date(2024, 3, 8)
FIRST_AND_LAST: dict[str, tuple[date, date | None]] = {
    "A15": (YEAR_2014, END_2019),
    "B13": (YEAR_2014, None),
    "B14": (YEAR_2014, None),
    "C04": (YEAR_2020, None),
    "C06": (YEAR_2014, None),
    "D08": (START_2003, None),
    "D09": (START_2003, None),
    "D14": (date(2016, 1, 1), None),
    "D15": (date(2026, 1, 1), None),
    "D16": (START_2003, None),
    "D17": (YEAR_2020, None),
    "D18": (date(2023, 3, 30), None),
    "E07": (YEAR_2014, END_2019),
    "E08": (YEAR_2020, None),
    "E09": (YEAR_2014, None),
    "E10": (date(2025, 1, 1), None),
    "E11": (YEAR_2014, None),
    "E13": (date(2023, 3, 20), None),
    "E14": (date(2026, 7, 1), None),
    "E15": (date(2025, 1, 1), None),
    "F02": (date(2025, 1, 1), None),
    "F04": (YEAR_2020, None),
    "F05": (YEAR_2020, None),
    "G11": (YEAR_2014, None),
    "G13": (DATA_ACT, None),
    "G14": (DATA_ACT, None),
    "G15": (DATA_ACT, None),
    "G16": (date(2024, 6, 6), None),
    "G17": (DATA_ACT, None),
    "N01": (YEAR_2020, None),
    "N02": (date(2024, 1, 1), None),
    "N03": (date(2023, 3, 21), None),
    "N04": (START_2003, None),
    "N05": (START_2003, date(2013, 12, 31)),
    "N06": (YEAR_2020, None),
    "N07": (date(2019, 3, 1), None),
    "N08": (START_2003, None),
    "N09": (START_2003, None),
    "N10": (YEAR_2014, None),
    "N11": (START_2003, None),
    "N12": (START_2003, None),
    "N13": (START_2003, None),
    "N14": (START_2003, None),
    "N15": (date(2026, 1, 1), None),
    "N16": (START_2003, None),
}
"""Typed by hand, so that a moved date is noticed."""


def is_shown(entry_id: str, on: date) -> bool:
    act = Act.INL if INFORMATION[entry_id].acts == {Act.INL} else Act.LAB
    return entry_id in {each.id for each in information_in_force(on, act)}


def sure(*entry_ids: str) -> list[bool]:
    return [INFORMATION[each].is_confirmed for each in entry_ids]


def test_every_entry_is_in_the_table() -> None:
    assert set(FIRST_AND_LAST) == set(INFORMATION)


@pytest.mark.parametrize("entry_id", sorted(FIRST_AND_LAST))
def test_an_entry_is_shown_from_its_first_day_to_its_last_and_on_no_other(entry_id: str) -> None:
    first, last = FIRST_AND_LAST[entry_id]
    assert not is_shown(entry_id, first - timedelta(days=1))
    assert is_shown(entry_id, first)
    assert is_shown(entry_id, last or date(2027, 12, 31))
    assert last is None or not is_shown(entry_id, last + timedelta(days=1))


def test_an_entry_is_never_a_finding() -> None:
    for on in (date(2007, 1, 1), date(2016, 1, 1), date(2026, 11, 23)):
        for stage in Stage:
            for case in (facts(on), integration_facts(on)):
                found = {each.rule_id for each in assess(case, stage=stage).findings}
                assert found.isdisjoint(INFORMATION)


def test_every_entry_has_both_languages_and_an_address() -> None:
    for each in INFORMATION.values():
        assert each.title and each.title_en and each.text.endswith(".") and each.text_en.endswith(".")
        assert all(source.act and source.url.startswith("http") for source in each.sources)


def test_what_is_not_confirmed_names_what_it_touches() -> None:
    known = {*RULES, *INFORMATION, *parameters()}
    for each in INFORMATION.values():
        assert set(each.touches) <= known, each.id
        if each.chapter == "N" and each.id != "N16":
            assert each.touches


def test_A15_B13_C04_what_practice_and_purpose_say() -> None:
    assert "mest udsatte" in INFORMATION["A15"].text
    assert sure("A15", "B13", "C04") == [True, True, True]
    assert INFORMATION["C04"].acts == {Act.LAB}


def test_B14_C06_E11_G17_duties_that_were_looked_for_and_not_found() -> None:
    assert sure("B14", "C06", "E11", "G17") == [False] * 4
    assert all("ikke" in INFORMATION[each].text for each in ("C06", "E11", "G17"))


def test_D08_D09_D14_D17_D18_money_that_is_practice_or_another_thing() -> None:
    assert sure("D08", "D09", "D14", "D17", "D18") == [True] * 5
    assert "ikke udgiften til mentor" in INFORMATION["D14"].text
    assert INFORMATION["D18"].acts == {Act.INL}


def test_D15_the_ceiling_is_national_and_no_limit_in_a_case() -> None:
    entry = INFORMATION["D15"]
    assert "ikke en grænse i den enkelte sag" in entry.text
    assert entry.source.paragraph == "§ 203 a"
    costly = facts(date(2026, 11, 23), minutes_total=60_000)
    assert not any("P12" in [use.id for use in each.parameters] for each in assess(costly).findings)


def test_D16_state_aid_is_not_confirmed() -> None:
    assert sure("D16") == [False]


def test_E07_E08_E09_E10_contact_and_sanction() -> None:
    assert sure("E07", "E08", "E09", "E10") == [True, False, True, True]
    assert "personlig kontakt" in INFORMATION["E09"].text


def test_E13_E14_E15_later_reforms() -> None:
    assert sure("E13", "E14", "E15") == [True, True, False]
    assert "25 procent" in INFORMATION["E14"].text


def test_F02_F04_F05_what_the_integration_act_says_and_brings_in() -> None:
    assert sure("F02", "F04", "F05") == [False, False, True]
    assert all(INFORMATION[each].acts == {Act.INL} for each in ("F02", "F04", "F05"))
    brought_in = {each for each in INFORMATION["F05"].touches if each in RULES}
    assert all(Act.INL in RULES[each].acts for each in brought_in)
    assert all(Act.INL not in RULES[each].acts for each in ("B09", "P02", "A11", "A13", "B06"))


def test_G11_G13_G14_G15_G16_data_and_log() -> None:
    assert sure("G11", "G13", "G14", "G15", "G16") == [True] * 5
    assert "aldrig offentliggøres" in INFORMATION["G14"].text


def test_N01_N02_N03_texts_that_were_not_read() -> None:
    assert all("B02" in INFORMATION["N01"].touches for _ in [0])
    assert "D06" in INFORMATION["N02"].touches
    assert "A12" in INFORMATION["N03"].touches


def test_N04_N05_N06_days_and_paragraphs() -> None:
    assert {"A16", "P12", "D13"} <= set(INFORMATION["N04"].touches)
    assert "A05" in INFORMATION["N05"].touches
    assert {"P08", "E11"} <= set(INFORMATION["N06"].touches)


def test_N07_N08_N09_audit_bans_and_state_aid() -> None:
    assert "E12" in INFORMATION["N07"].touches
    assert {"B08", "C06"} <= set(INFORMATION["N08"].touches)
    assert "D16" in INFORMATION["N09"].touches


def test_N10_N11_N12_special_mentors_lists_and_integration() -> None:
    assert "A13" in INFORMATION["N10"].touches
    assert "A09" in INFORMATION["N11"].touches
    assert "F06" in INFORMATION["N12"].touches


def test_N13_N14_N15_N16_reporting_deadlines_2027_and_english() -> None:
    assert "D17" in INFORMATION["N13"].touches
    assert {"G03", "G10"} <= set(INFORMATION["N14"].touches)
    assert {"A11", "A13", "P10"} <= set(INFORMATION["N15"].touches)
    assert "2027" in INFORMATION["N15"].text
    assert INFORMATION["N16"].touches == ()


def test_no_point_of_the_list_of_what_is_unknown_is_shown_as_certain() -> None:
    unknown = [each for each in INFORMATION.values() if each.chapter == "N"]
    assert len(unknown) == 16
    assert {each.confidence for each in unknown} == {Confidence.NOT_CONFIRMED}


def test_what_concerns_a_rule_can_be_found_from_the_rule() -> None:
    assert {each.id for each in about("B08")} == {"N08"}
    assert {each.id for each in about("P12")} == {"D15", "N04"}
    assert about("Z99") == ()


ENTRY = """[[information]]
id = "X01"
title = "T"
text = "T."
title_en = "T"
text_en = "T."
from = 2020-01-01
sources = [{ act = "LAB", paragraph = "", url = "https://example.dk", confidence = "H" }]
"""


def test_an_entry_from_its_file() -> None:
    entry = parse(ENTRY)["X01"]
    assert isinstance(entry, Information) and entry.is_confirmed and entry.in_force.end is None


@pytest.mark.parametrize(
    "broken", [ENTRY + ENTRY, ENTRY.replace('"H"', '"?"'), ENTRY.replace("[{", "#[{") + "sources = []"]
)
def test_a_file_that_is_not_whole_is_refused(broken: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        parse(broken)
