"""The complaint's last day, and what the authority is called."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.law.authority import authority, authority_name
from brobygger.law.deadlines import complaint_last_day, reassessment_last_day
from brobygger.law.parameters import MissingParameter
from brobygger.values.source import Confidence


def test_A16_jobcenter_until_january_2026_then_kommune() -> None:
    assert authority_name(date(2026, 1, 31)) == "jobcenteret"
    assert authority_name(date(2026, 2, 1)) == "kommunen"
    assert authority(date(2026, 2, 1)).genitive == "kommunens"
    assert authority(date(2020, 1, 1)).capitalised == "Jobcenteret"


def test_A16_the_day_is_not_shown_as_better_known_than_it_is() -> None:
    assert authority(date(2026, 2, 1)).source.confidence is Confidence.MEDIUM


def test_G06_four_weeks_from_notice() -> None:
    assert complaint_last_day(date(2026, 11, 23)) == date(2026, 12, 21)
    with pytest.raises(MissingParameter):
        complaint_last_day(date(2003, 6, 9))


def test_G06_the_authority_looks_again_within_four_weeks() -> None:
    assert reassessment_last_day(date(2026, 11, 23)) == date(2026, 12, 21)


@given(st.dates(date(2003, 6, 10), date(2090, 12, 31)))
def test_G08_the_last_day_is_the_same_weekday_four_weeks_on(notified_on: date) -> None:
    last, weekdays = notified_on, 0
    while weekdays < 4:
        last += timedelta(days=1)
        weekdays += last.weekday() == notified_on.weekday()
    assert complaint_last_day(notified_on) == last
