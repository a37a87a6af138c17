"""Minutes shared out among several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.sharing import equal_minutes


@given(st.integers(1, 1440), st.integers(1, 30))
def test_nobody_gets_more_than_a_minute_more_and_nothing_is_lost(minutes: int, people: int) -> None:
    if minutes < people:
        with pytest.raises(ValueError, match="at least a minute"):
            equal_minutes(minutes, people)
        return
    shares = equal_minutes(minutes, people)
    assert sum(shares) == minutes
    assert len(shares) == people
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True), "The odd minutes go to the first."


@pytest.mark.parametrize("people", [0, -1])
def test_nobody_to_share_with(people: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        equal_minutes(60, people)
