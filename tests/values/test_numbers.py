"""CPR, CVR and GLN numbers, and the Danish alphabet."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brobygger.values.cpr import NotACpr, birth_date, is_replacement, mask_cpr, parse_cpr
from brobygger.values.cvr import NotACvr, NotAGln, parse_cvr, parse_gln
from brobygger.values.sorting import danish_sort_key
from brobygger.values.source import Source

CENTURIES: dict[tuple[str, range], int] = {
    ("0123", range(100)): 1900,
    ("4", range(37)): 2000,
    ("4", range(37, 100)): 1900,
    ("5678", range(58)): 2000,
    ("5678", range(58, 100)): 1800,
    ("9", range(37)): 2000,
    ("9", range(37, 100)): 1900,
}
"""The table of the CPR office: seventh digit and year."""


def slow_birth_date(cpr: str) -> date | None:
    day, month, year, seventh = int(cpr[:2]), int(cpr[2:4]), int(cpr[4:6]), cpr[6]
    century = next(
        first for (digits, years), first in CENTURIES.items() if seventh in digits and year in years
    )
    for candidate in (day, day - 60):
        try:
            return date(century + year, month, candidate)
        except ValueError:
            continue
    return None


@given(st.from_regex(r"\A[0-9]{10}\Z"))
def test_any_ten_digits_give_the_birth_date_of_the_table_or_a_refusal(cpr: str) -> None:
    expected = slow_birth_date(cpr)
    if expected is None:
        with pytest.raises(NotACpr):
            parse_cpr(cpr)
    else:
        assert birth_date(parse_cpr(cpr)) == expected


@given(st.dates(date(1858, 1, 1), date(2057, 12, 31)), st.integers(0, 9999), st.booleans())
def test_every_date_is_read_back_whatever_the_check_digit(born: date, serial: int, replacement: bool) -> None:
    cpr = f"{born.day + 60 * replacement:02d}{born:%m}{born.year % 100:02d}{serial:04d}"
    assume(slow_birth_date(cpr) is not None)  # 29 February of the century the seventh digit names
    assert parse_cpr(f"{cpr[:6]}-{cpr[6:]}") == parse_cpr(f" {cpr[:6]} {cpr[6:]} ") == cpr
    assert (birth_date(cpr).month, birth_date(cpr).day) == (born.month, born.day)
    assert is_replacement(cpr) == replacement
    assert mask_cpr(cpr) == f"{cpr[:6]}-••••"


@pytest.mark.parametrize(
    "text", ["", "123", "0101901", "010190-12345", "010190_1234", "abcdefghij", "٠١٠١٩٠١٢٣٤x"]
)
def test_what_has_not_ten_digits_says_how_to_write_it(text: str) -> None:
    with pytest.raises(NotACpr, match="ti cifre"):
        parse_cpr(text)


@pytest.mark.parametrize("text", ["3202901234", "0013901234", "9201901234", "3002901234"])
def test_a_day_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotACpr, match="ikke en dato"):
        parse_cpr(text)


@given(st.integers(10_000_000, 99_999_999))
def test_a_cvr_number_has_a_weighted_sum_that_eleven_divides(number: int) -> None:
    digits = [int(digit) for digit in str(number)]
    weighted = sum(weight * digit for weight, digit in zip((2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True))
    if weighted % 11 == 0:
        assert parse_cvr(f"DK {number}") == str(number)
    else:
        with pytest.raises(NotACvr, match="otte cifre"):
            parse_cvr(str(number))


@given(st.from_regex(r"\A[0-9]{12}\Z"))
def test_a_gln_number_ends_with_the_right_check_digit(first_twelve: str) -> None:
    odd = sum(map(int, first_twelve[0::2]))
    even = sum(map(int, first_twelve[1::2]))
    check = (10 - (odd + 3 * even) % 10) % 10
    assert parse_gln(f"{first_twelve}{check}") == f"{first_twelve}{check}"
    with pytest.raises(NotAGln, match="tretten cifre"):
        parse_gln(f"{first_twelve}{(check + 1) % 10}")


def test_an_ean_of_eight_digits_is_no_gln() -> None:
    with pytest.raises(NotAGln):
        parse_gln("73513537")


def test_the_danish_alphabet() -> None:
    names = ["Ørsted", "Aabenraa", "Ærø", "Zorn", "Aalborg", "Århus", "anders", "Émile", "Emil", "Abel"]
    assert sorted(names, key=danish_sort_key) == [
        "Abel",
        "anders",
        "Emil",
        "Émile",
        "Zorn",
        "Ærø",
        "Ørsted",
        "Aabenraa",
        "Aalborg",
        "Århus",
    ]


def test_a_source_is_shown_as_act_and_paragraph() -> None:
    assert str(Source("LAB", "§ 167, stk. 1")) == "LAB § 167, stk. 1"
    assert str(Source("LAB")) == "LAB"
