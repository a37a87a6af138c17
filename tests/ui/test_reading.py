"""What people type is read the way they meant it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.ui import formats, reading


@pytest.mark.parametrize(
    "text",
    [
        "3/2-2026",
        "03.02.2026",
        "2026-02-03",
        "3. feb. 2026",
        "3. februar 2026",
        "3-2-26",
        "030226",
        "03022026",
        " 3.2.2026 ",
    ],
)
def test_a_date_in_every_usual_spelling(text: str) -> None:
    assert reading.read_date(text) == date(2026, 2, 3)


@pytest.mark.parametrize("text", ["31.02.2026", "2026-13-01", "00.01.2026", "3. hat 2026", "i morgen", "3.2"])
def test_what_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        reading.read_date(text)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_a_date_shown_is_read_back(day: date) -> None:
    assert reading.read_date(f"{day:%d.%m.%Y}") == day
    assert reading.read_date(day.isoformat()) == day
    assert reading.read_date(formats.danish_date(day)) == day


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        ("1.234,50", "1234.50"),
        ("12.345", "12345"),
        ("12.345,60 kr.", "12345.60"),
        ("250,-", "250"),
        ("1 250", "1250"),
        ("-3,5", "-3.5"),
        ("12.34", "12.34"),
    ],
)
def test_a_number_with_comma_or_point(text: str, value: str) -> None:
    assert reading.read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["to", "1,2,3", "NaN", "Infinity", "", "1e999999999999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Skriv et tal"):
        reading.read_number(text)


@given(st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2))
def test_kroner_shown_are_read_back(amount: Decimal) -> None:
    assert reading.read_number(formats.kroner(amount)) == amount


@pytest.mark.parametrize("text", ["10.30", "10:30", "1030", "kl. 10.30", "10 30"])
def test_a_clock_time(text: str) -> None:
    assert reading.read_clock(text) == time(10, 30)


@pytest.mark.parametrize("text", ["24.00", "10.60", "halv elleve", "10.3"])
def test_what_is_no_clock_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="klokkeslættet"):
        reading.read_clock(text)


def test_three_figures_are_an_hour_and_its_minutes() -> None:
    assert reading.read_clock("930") == time(9, 30)
