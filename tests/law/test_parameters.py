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
            assert (value.amount is None) == (value.status is not Status.IN_FORCE)


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
        FILE + FILE[FILE.index("[[value]]") :],
        FILE[: FILE.index("[[value]]")],
    ],
)
def test_a_file_that_is_not_whole_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="X"):
        parse(broken)
