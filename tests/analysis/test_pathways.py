from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.analysis.errors import CohortError
from brobygger.analysis.panel import Spells
from brobygger.analysis.pathways import Point, flows, what_follows
from tests.analysis.made import FIRST, drawn, spell

POINTS = (Point("start", "start", 0), Point("slut", "end", 0), Point("senere", "end", 6))
TEXT = st.text(alphabet="jecus.d?", min_size=12, max_size=12)


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=8))
def test_flows_keep_every_spell_at_every_point(persons: list[str]) -> None:
    count = len(persons)
    spells = Spells.of(person=np.arange(count), start=[FIRST + 2] * count, stop=[FIRST + 5] * count)
    found = flows(drawn(*persons), spells, points=POINTS)
    assert (found.totals.sum(axis=1) == count).all()
    assert np.array_equal(found.links.sum(axis=2), found.totals[:-1])
    assert np.array_equal(found.links.sum(axis=1), found.totals[1:])
    assert sum(row[-1] for row in found.rows()) == count * 2


def test_flows_as_a_table() -> None:
    found = flows(drawn("ccccccjjjjjjjj"), spell(0, 2, 3), points=POINTS)
    assert found.rows() == [
        ("start", "benefit", "slut", "benefit", 1),
        ("slut", "benefit", "senere", "job", 1),
    ]
    with pytest.raises(CohortError, match="blank"):
        flows(drawn("cc..", gap="blank"), spell(0, 0, 2), points=POINTS)


KINDS = {"p": "passive", "a": "active", "k": "company", "?": "unseen"}


@pytest.mark.parametrize(
    ("states", "kinds", "what", "weeks"),
    [
        ("cccccccjjjjjj", "ppppppp......", "job", 3),
        ("ccccceeeeeeee", "ppppp........", "education", 1),
        ("ccccccccccccc", "ppppppppkkppp", "company", 4),
        ("ccccccccccccc", "pppppapppkkpp", "active", 1),
        ("ccccccccccccc", "ppppppppppppp", "nothing", -1),
        ("ccccccccddddd", "pppppppp.....", "away", 4),
        ("cccccc???????", "pppppp???????", "not_known", -1),
        ("cccccc??jjjjj", "pppppp??.....", "not_known", -1),
        ("jjjjccccccccc", "....ppppppppp", "nothing", -1),
    ],
)
def test_what_comes_first_after_the_spell(states: str, kinds: str, what: str, weeks: int) -> None:
    panel, offers = drawn(states), drawn(kinds, gap="none", letters=KINDS)
    found = what_follows(panel, offers, spell(0, 0, 4), within=9)
    assert (found.names[found.what[0]], found.weeks[0]) == (what, weeks)
    assert found.counts()[what] == 1


def test_too_little_time_has_passed() -> None:
    found = what_follows(
        drawn("cccccccc"), drawn("pppppppp", gap="none", letters=KINDS), spell(0, 0, 4), within=9
    )
    assert found.counts()["not_known"] == 1
