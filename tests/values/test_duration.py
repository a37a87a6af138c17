"""Lengths of time as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.duration import NotADuration, format_minutes, parse_minutes


def slow_parse(text: str) -> int:
    """Reads "2 t 30 min" word by word, and a number with a comma digit by digit."""
    if "t" not in text and "m" not in text:
        whole, _, part = text.replace(".", ",").partition(",")
        hundredths = int(whole) * 100 + int((part + "00")[:2])
        minutes, rest = divmod(hundredths * 60, 100)
        return minutes + (1 if rest >= 50 else 0)
    minutes, number = 0, ""
    for letter in text:
        if letter.isdigit():
            number += letter
        elif letter in "tm" and number:
            minutes += int(number) * (60 if letter == "t" else 1)
            number = ""
    return minutes + (int(number) if number else 0)


@given(st.integers(0, 500), st.integers(0, 99), st.sampled_from(",."))
def test_hours_with_a_comma_or_a_full_stop(hours: int, hundredths: int, separator: str) -> None:
    text = f"{hours}{separator}{hundredths:02d}"
    assert parse_minutes(text) == slow_parse(text)


@given(
    st.integers(0, 500),
    st.integers(0, 59),
    st.sampled_from(
        ["{h} t {m}", "{h}t {m}m", "{h} t. {m} min.", "{h} timer og {m} minutter", "{h} T {m} MIN"]
    ),
)
def test_hours_and_minutes_in_words(hours: int, minutes: int, shape: str) -> None:
    text = shape.format(h=hours, m=minutes)
    assert parse_minutes(text) == hours * 60 + minutes == slow_parse(shape.format(h=hours, m=minutes).lower())


@given(st.integers(0, 500), st.integers(0, 59))
def test_a_clock_shape_is_hours_and_minutes(hours: int, minutes: int) -> None:
    assert parse_minutes(f"{hours}:{minutes:02d}") == hours * 60 + minutes


@given(st.integers(0, 59_999))
def test_what_is_shown_can_be_typed(minutes: int) -> None:
    assert parse_minutes(format_minutes(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2,5", 150),
        ("2.5", 150),
        ("2", 120),
        ("1½ t", 90),
        ("1 ½", 90),
        ("½", 30),
        ("90 min", 90),
        ("  2 t ", 120),
    ],
)
def test_common_ways_of_writing(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1 time og 30", 90),
        ("1 time og 30 minutter", 90),
        ("1,5", 90),
        ("1 , 5", 90),
        ("1 . 5 timer", 90),
        ("en komma fem time", 90),
        ("90 min", 90),
        ("90\u00a0min.", 90),
        ("９０\u3000ｍｉｎ", 90),
        ("1\u2009t\u202f30", 90),
        ("halvanden time", 90),
        ("Halvanden", 90),
        ("en time", 60),
        ("To timer", 120),
        ("to en halv time", 150),
        ("to og en halv time", 150),
        ("to timer og en halv", 150),
        ("en halv time", 30),
        ("et kvarter", 15),
        ("tre kvarter", 45),
        ("en time og et kvarter", 75),
        ("tredive minutter", 30),
        ("1 minut", 1),
    ],
)
def test_what_a_telephone_hears(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text", ["", " ", "mange timer", "-1", "2:60", "1,234", "t", "2 t 30 t", "12345", "1e3", "NaN"]
)
def test_what_is_no_length_of_time_gets_a_sentence(text: str) -> None:
    with pytest.raises(NotADuration, match=r"Skriv timerne som 2,5 eller 2 t 30\."):
        parse_minutes(text)


def test_a_third_of_an_hour_is_rounded_to_the_minute() -> None:
    assert parse_minutes("0,33") == 20
    assert Decimal("0.33") * 60 == Decimal("19.80")


def test_a_negative_length_is_shown_with_its_sign() -> None:
    assert format_minutes(-90) == "-1 t. 30 min."
