"""Figures and dates are written the Danish way."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from brobygger.ui import formats

TODAY = date(2026, 2, 3)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(formats).failed == 0


@pytest.mark.parametrize(
    ("days", "deadline", "event"),
    [
        (-3, "3 dage over", "for 3 dage siden"),
        (-1, "1 dag over", "i går"),
        (0, "i dag", "i dag"),
        (1, "i morgen", "i morgen"),
        (12, "om 12 dage", "om 12 dage"),
    ],
)
def test_every_date_says_how_far_away_it_is(days: int, deadline: str, event: str) -> None:
    when = TODAY + timedelta(days=days)
    assert formats.days_away(when, TODAY) == deadline
    assert formats.days_since(when, TODAY) == event


def test_an_instant_late_at_night_belongs_to_the_danish_day() -> None:
    late = datetime(2026, 2, 2, 23, 30, tzinfo=UTC)
    assert formats.days_away(late, TODAY) == "i dag"
    assert formats.danish_clock(late) == "00.30"


def test_money_keeps_its_oere_and_estimates_do_not() -> None:
    assert formats.kroner(Decimal("12345.6")) == "12.345,60 kr."
    assert formats.kroner(Decimal("-0.5")) == "-0,50 kr."
    assert formats.kroner(17000, 0) == "17.000 kr."
