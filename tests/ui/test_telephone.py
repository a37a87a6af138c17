"""Telephone numbers as Danes read them."""

import pytest

from brobygger.ui.formats import telephone


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+4545678901", "45 67 89 01"),
        ("45678901", "45 67 89 01"),
        ("+46701740605", "+46 70 174 06 05"),
        ("lokal 12", "lokal 12"),
    ],
)
def test_a_number_is_shown_in_pairs(stored: str, shown: str) -> None:
    assert telephone(stored) == shown
