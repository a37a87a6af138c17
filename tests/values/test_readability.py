"""The readability index against texts counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.values.readability import lix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("... 12 !", 0),
        ("Vi mødes i dag. Du kan sige ja.", 4),  # 8 words, 2 sentences, none long
        ("Kommunen ser på det.", 4 + 25),  # 4 words, one of them long
        (
            "Skriv\n\nKommunen svarer dig.",
            2 + 25,
        ),  # a heading is a sentence of its own; "svarer" has six letters
        ("Kl. 10.00 er der åbent den 3. maj.", 6),  # one sentence: these stops end nothing
    ],
)
def test_texts_counted_by_hand(text: str, expected: float) -> None:
    assert lix(text) == pytest.approx(expected)


@given(st.lists(st.sampled_from(["ja", "nej", "kommunen", "mentorordning"]), min_size=1, max_size=30))
def test_it_lies_between_the_shortest_and_the_hardest_there_is(words: list[str]) -> None:
    assert 1 <= lix(" ".join(words) + ".") <= len(words) + 100
