"""The numbers of the law on both sides of their dates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.law.contact_minimum import contact_minimum
from brobygger.law.parameters import MissingParameter, Status, parameter, parameters, parse

CONFIRMED, ENDED, UNKNOWN = Status.IN_FORCE, Status.ENDED, Status.NOT_CONFIRMED


def row(parameter_id: str, on: date) -> tuple[Decimal | None, Status]:
    found = parameter(parameter_id, on)
    return found.amount, found.status


def test_P01_six_months_from_2014() -> None:
    assert row("P01", date(2013, 12, 31)) == (None, UNKNOWN)
    assert row("P01", date(2014, 1, 1)) == (6, CONFIRMED)
    assert row("P01", date(2019, 12, 31)) == (6, CONFIRMED)
    assert row("P01", date(2020, 1, 1)) == (6, CONFIRMED)
    assert not parameter("P01", date(2012, 6, 1)).is_confirmed
    assert parameter("P01", date(2026, 1, 1)).unit == "months"


def test_P02_a_new_period_from_2020() -> None:
    assert row("P02", date(2020, 1, 1)) == (6, CONFIRMED)
    with pytest.raises(MissingParameter, match=r"P02.*31\.12\.2019"):
        parameter("P02", date(2019, 12, 31))


def test_P03_no_number_of_renewals_was_found() -> None:
    assert row("P03", date(2026, 1, 1)) == (None, UNKNOWN)
    assert not parameter("P03", date(2026, 1, 1)).is_confirmed
    with pytest.raises(ValueError, match="P03"):
        _ = parameter("P03", date(2026, 1, 1)).whole


def test_P04_three_months_before_and_six_in_all() -> None:
    assert row("P04", date(2020, 1, 1)) == (6, CONFIRMED)
    assert row("P04.before", date(2020, 1, 1)) == (3, CONFIRMED)
    with pytest.raises(MissingParameter):
        parameter("P04", date(2019, 12, 31))


def test_P05_six_months_at_education_start() -> None:
    assert row("P05", date(2020, 1, 1)) == (6, CONFIRMED)
    with pytest.raises(MissingParameter):
        parameter("P05", date(2019, 12, 31))


def test_P06_weekly_contact_2014_and_2015() -> None:
    assert row("P06", date(2014, 1, 1)) == (7, CONFIRMED)
    assert row("P06", date(2015, 12, 31)) == (7, CONFIRMED)
    with pytest.raises(MissingParameter):
        parameter("P06", date(2013, 12, 31))


def test_P07_contact_every_second_week_2016_to_2019() -> None:
    assert row("P07", date(2016, 1, 1)) == (14, CONFIRMED)
    assert row("P06", date(2019, 12, 31)) == (14, CONFIRMED)


def test_P08_nothing_is_confirmed_from_2020() -> None:
    assert row("P08", date(2020, 1, 1)) == (None, UNKNOWN)
    assert not contact_minimum(date(2026, 1, 1)).is_confirmed


def test_E03_E04_E08_the_contact_minimum_is_the_same_series() -> None:
    for on in (date(2015, 12, 31), date(2016, 1, 1), date(2020, 1, 1)):
        assert contact_minimum(on) == parameter("P06", on) == parameter("P07", on) == parameter("P08", on)


def test_P09_the_state_paid_half_until_july_2019() -> None:
    assert row("P09", date(2014, 1, 1)) == (50, CONFIRMED)
    assert row("P09", date(2019, 6, 30)) == (50, CONFIRMED)
    assert row("P09", date(2019, 7, 1)) == (None, ENDED)


LADDER = [(1, 80), (4, 80), (5, 40), (26, 40), (27, 30), (52, 30), (53, 20), (500, 20)]


@pytest.mark.parametrize(("week", "percent"), LADDER)
def test_P10_P11_the_ladder_falls_by_week_and_the_municipality_pays_the_rest(week: int, percent: int) -> None:
    state, municipality = parameter("P10", date(2016, 1, 1)), parameter("P11", date(2016, 1, 1))
    assert state.in_week(week) == percent
    assert municipality.in_week(week) == 100 - percent
    assert (state.amount, state.is_confirmed) == (None, True)


def test_P10_P11_begin_with_2016_and_with_the_first_week() -> None:
    for each in ("P10", "P11"):
        with pytest.raises(MissingParameter):
            parameter(each, date(2015, 12, 31))
        with pytest.raises(ValueError, match="uge 0"):
            parameter(each, date(2016, 1, 1)).in_week(0)


def test_P12_the_ceiling_is_a_draft_and_no_limit() -> None:
    found = parameter("P12", date(2026, 1, 1))
    assert (found.draft, found.amount, found.status) == (10602, None, Status.DRAFT)
    assert not found.is_confirmed
    with pytest.raises(ValueError, match="P12"):
        _ = found.whole
    with pytest.raises(MissingParameter):
        parameter("P12", date(2025, 12, 31))


def test_P13_the_people_the_ceiling_is_counted_from() -> None:
    assert "nr. 1-10" in parameter("P13", date(2026, 1, 1)).text
    with pytest.raises(MissingParameter):
        parameter("P13", date(2025, 12, 31))


def test_P15_four_weeks_to_look_again() -> None:
    assert row("P15.reassessment", date(2026, 1, 1)) == (4, CONFIRMED)
    assert row("P15.reassessment", date(2003, 6, 10)) == (4, CONFIRMED)


def test_P16_P18_examples_of_municipalities_are_not_law() -> None:
    rate = parameter("P16", date(2007, 1, 1))
    assert "250 kr. i timen" in rate.text
    assert parameter("P16", date(2017, 12, 31)) is rate
    assert parameter("P16", date(2018, 1, 1)).text == "200 kr. i timen"
    frame = parameter("P18", date(2007, 1, 1))
    assert "5 timer om ugen" in frame.text
    assert not any(each.is_confirmed or each.amount for each in (rate, frame))
    for each in ("P16", "P18"):
        with pytest.raises(MissingParameter):
            parameter(each, date(2006, 12, 31))


def test_P19_the_account_of_the_insured_moved_in_2016() -> None:
    assert parameter("P19", date(2014, 1, 1)).text == "5.68.98.019"
    assert parameter("P19", date(2015, 12, 31)).text == "5.68.98.019"
    assert parameter("P19", date(2016, 1, 1)).text == "5.68.90.018"
    with pytest.raises(MissingParameter):
        parameter("P19", date(2013, 12, 31))


def test_P19_no_other_account_is_confirmed() -> None:
    for on in (date(2014, 1, 1), date(2026, 1, 1)):
        assert parameter("P19.others", on).text == ""
        assert row("P19.others", on) == (None, UNKNOWN)
    with pytest.raises(MissingParameter):
        parameter("P19.others", date(2013, 12, 31))


def test_P20_the_saving_of_2016() -> None:
    assert row("P20", date(2016, 1, 1)) == (146, CONFIRMED)
    with pytest.raises(MissingParameter):
        parameter("P20", date(2015, 12, 31))


def test_F06_no_limit_is_confirmed_under_the_integration_act() -> None:
    assert row("F06.months", date(2020, 1, 1)) == (None, UNKNOWN)
    with pytest.raises(MissingParameter):
        parameter("F06.months", date(2019, 12, 31))


def test_P14_a_small_company_has_about_ten_employees_until_2014() -> None:
    assert row("P14", date(2003, 6, 10)) == (10, CONFIRMED)
    assert row("P14", date(2013, 12, 31)) == (10, CONFIRMED)
    assert row("P14", date(2014, 1, 1)) == (None, ENDED)


def test_P15_four_weeks_to_complain() -> None:
    assert row("P15", date(2026, 1, 1)) == (4, CONFIRMED)


def test_P17_the_usual_intensity() -> None:
    assert row("P17", date(2026, 1, 1)) == (Decimal("3.4"), CONFIRMED)
    assert row("P17.met", date(2026, 1, 1)) == (Decimal("1.6"), CONFIRMED)
    with pytest.raises(ValueError, match="P17"):
        _ = parameter("P17", date(2026, 1, 1)).whole


def test_an_unknown_parameter_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingParameter, match="P99"):
        parameter("P99", date(2026, 1, 1))


@given(st.sampled_from(sorted(parameters())), st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_the_value_is_the_last_one_that_has_begun(parameter_id: str, on: date) -> None:
    starts = [each.start for each in parameters()[parameter_id].values]
    day, expected = on, None
    while expected is None and day >= date(2000, 1, 1):
        expected = day if day in starts else None
        day -= timedelta(days=1)
    if expected is None:
        with pytest.raises(MissingParameter):
            parameter(parameter_id, on)
    else:
        assert parameter(parameter_id, on).start == expected


def test_every_value_carries_act_paragraph_address_and_the_day_it_was_confirmed() -> None:
    for each in parameters().values():
        assert each.text
        for value in each.values:
            assert (
                value.source.act
                and value.source.paragraph
                and value.source.url.startswith("https://") | (value.source.url.startswith("http://"))
            )
            assert value.confirmed_on > date(2026, 1, 1)
            has_value = value.amount is not None or bool(value.text) or bool(value.steps)
            assert has_value == (value.status in (Status.IN_FORCE, Status.EXAMPLE))
            assert value.draft is None or value.status is Status.DRAFT


FILE = """id = "X"
text = "Prøve"
unit = "days"
[[value]]
from = 2020-01-01
amount = 1.10
status = "in force"
source = { act = "LAB", paragraph = "§ 1", url = "https://example.dk", confidence = "H" }
confirmed_on = 2026-01-01
"""


def test_a_number_in_a_file_is_exact() -> None:
    assert str(parse(FILE).values[0].amount) == "1.10"


@pytest.mark.parametrize(
    "broken",
    [
        FILE.replace("amount = 1.10\n", ""),
        FILE.replace('"in force"', '"ended"'),
        FILE.replace('"in force"', '"draft"'),
        FILE.replace('"in force"', '"example"'),
        FILE.replace("amount = 1.10", 'amount = 1.10\nwords = "to"'),
        FILE + FILE[FILE.index("[[value]]") :],
        FILE[: FILE.index("[[value]]")],
    ],
)
def test_a_file_that_is_not_whole_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="X"):
        parse(broken)
