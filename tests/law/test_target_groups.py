"""Two lists with dates: the same number means different people."""

from datetime import date

import pytest

from brobygger.law.target_groups import ALL, target_group, target_groups


def codes(on: date) -> set[str]:
    return {each.code for each in target_groups(on)}


def test_each_code_occurs_once_and_both_lists_have_thirteen_numbers() -> None:
    assert len({each.code for each in ALL}) == len(ALL)
    for prefix in ("2", "6"):
        assert {f"{prefix}.{number}" for number in range(1, 14)} <= {each.code for each in ALL}


def test_the_list_changes_with_the_act_of_2020() -> None:
    assert {code[0] for code in codes(date(2019, 12, 31)) if "." in code} == {"2"}
    assert {code[0] for code in codes(date(2020, 1, 1)) if "." in code} == {"6"}
    assert target_group("2.4").label != target_group("6.4").label


@pytest.mark.parametrize(
    ("code", "before", "first"),
    [
        ("SELF", date(2007, 2, 28), date(2007, 3, 1)),
        ("OUTSIDE", date(2019, 12, 31), date(2020, 1, 1)),
        ("2.9", date(2009, 12, 31), date(2010, 1, 1)),
        ("2.12", date(2013, 12, 31), date(2014, 1, 1)),
        ("2.13", date(2013, 12, 31), date(2014, 1, 1)),
        ("INL", date(2003, 6, 9), date(2003, 6, 10)),
    ],
)
def test_a_group_can_be_chosen_from_its_first_day(code: str, before: date, first: date) -> None:
    assert code not in codes(before)
    assert code in codes(first)


@pytest.mark.parametrize("code", ["2.8", "2.10", "2.11", "2.12", "2.13", "6.12", "6.13"])
def test_a_number_that_was_not_read_says_so(code: str) -> None:
    assert not target_group(code).confirmed
    assert "ikke bekræftet" in target_group(code).label


def test_A17_the_codes_of_two_numbers_are_closed_for_new_people_from_2026() -> None:
    closed = {each.code for each in ALL if each.closed_for_new_from}
    assert closed == {"6.8", "6.10"}
    assert all("lukket for nye fra 2026" in target_group(code).label for code in closed)
    assert closed <= codes(date(2026, 12, 1))


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        target_group("7.1")


def test_the_number_of_a_code() -> None:
    assert target_group("6.13").number == "13"
    assert target_group("SELF").number == ""
