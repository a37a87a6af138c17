"""The account of a mentor by target group and date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.law.accounts import account_of, accounts_by_group
from brobygger.law.parameters import LocalParameterRow, Parameters, shipped, with_local
from brobygger.law.reimbursement import INSURED
from brobygger.law.target_groups import ALL
from brobygger.values.source import Source

START, NOW = date(2014, 1, 1), date(2026, 1, 1)


def recorded(text: str) -> Parameters:
    return with_local([LocalParameterRow("P19.others", NOW, Source("Kommunens kontoplan"), NOW, text=text)])


@pytest.mark.parametrize("group", sorted(INSURED))
def test_P19_the_insured_have_a_new_account_from_2016(group: str) -> None:
    days = (date(2013, 12, 31), START, date(2015, 12, 31), date(2016, 1, 1), NOW)
    found = [account_of(group, day, shipped()) for day in days]
    assert found == [None, "5.68.98.019", "5.68.98.019", "5.68.90.018", "5.68.90.018"]


@pytest.mark.parametrize("group", [None, "", *sorted({each.code for each in ALL} - INSURED)])
def test_P19_no_other_groups_account_is_guessed(group: str | None) -> None:
    assert all(account_of(group, day, shipped()) is None for day in (START, date(2016, 1, 1), NOW))


def test_P19_a_municipality_records_its_own() -> None:
    one = recorded("5.68.90.012")
    assert account_of("6.3", NOW, one) == "5.68.90.012"
    assert account_of("6.3", date(2025, 12, 31), one) is None
    assert account_of("6.1", NOW, one) == "5.68.90.018"
    several = recorded("6.2: 5.68.90.012; 6.3: 5.68.90.013; 5.68.90.010")
    assert [account_of(each, NOW, several) for each in ("6.2", "6.3", "6.10")] == [
        "5.68.90.012", "5.68.90.013", "5.68.90.010",
    ]  # fmt: skip
    assert account_of("6.4", NOW, recorded("6.3: 5.68.90.013")) is None
    assert account_of("6.3", NOW, recorded("hovedkonto fem")) is None


@pytest.mark.parametrize(
    "text", ["konto", "5", "6.3: ", "6.3: 5.68.1; 6.3: 5.68.2", "5.68.1; 5.68.2", "6.3 5.68.1"]
)
def test_what_is_no_list_of_accounts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="konto"):
        accounts_by_group(text)


GROUPS = st.sampled_from(["6.2", "6.3", "2.12", "INL", ""])
ACCOUNTS = st.lists(st.integers(0, 99), min_size=2, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(st.dictionaries(GROUPS, ACCOUNTS, min_size=1))
def test_a_written_list_reads_as_it_was(accounts: dict[str, str]) -> None:
    text = "; ".join(f"{group}: {account}" if group else account for group, account in accounts.items())
    assert accounts_by_group(text) == accounts
