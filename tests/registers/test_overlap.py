"""When two imports tell of the same week, the newest data hold; nothing is doubled and nothing newer is lost."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brobygger.people.models import Citizen
from brobygger.registers import selectors
from brobygger.registers.models import StatusSpell
from brobygger.registers.overlap import Spells, merged
from tests.cast import Cast
from tests.registers.conftest import ADA, BIRK, NOW, Import

OLD, NEW = date(2026, 3, 1), date(2026, 6, 1)


def codes(cast: Cast) -> list[str]:
    panel = selectors.panel_of(cast.eva)
    weeks = np.arange(panel.first_week, panel.stop_week)
    return [str(name) for name in panel.names(panel.status_at(np.zeros_like(weeks), weeks))]


FIRST = f"pnr;y_2601;y_2602;y_2603\n{ADA};730;730;730\n"
SECOND = f"pnr;y_2602;y_2603;y_2604\n{ADA};130;;130\n"


def test_newer_data_replace_what_they_cover(cast: Cast, citizens: dict[str, Citizen], bring: Import) -> None:
    bring(FIRST, as_of=OLD)
    kept = bring(SECOND, as_of=NEW)
    assert codes(cast) == ["730", "130", "blank", "130"]
    assert kept.detail["weekly"] == {"holds": 3, "outdone": 0, "replaced": 2}


def test_an_older_file_that_comes_late_fills_only_what_is_empty(
    cast: Cast, citizens: dict[str, Citizen], bring: Import
) -> None:
    bring(SECOND, as_of=NEW)
    kept = bring(FIRST, as_of=OLD, at=NOW + timedelta(hours=1))
    assert codes(cast) == ["730", "130", "blank", "130"]
    assert kept.detail["weekly"] == {"holds": 1, "outdone": 2, "replaced": 0}


def test_with_data_of_the_same_day_the_last_import_holds(
    cast: Cast, citizens: dict[str, Citizen], bring: Import
) -> None:
    bring(FIRST, as_of=NEW)
    bring(SECOND, as_of=NEW, at=NOW + timedelta(hours=1))
    assert codes(cast) == ["730", "130", "blank", "130"]


def test_another_citizens_weeks_stay(cast: Cast, citizens: dict[str, Citizen], bring: Import) -> None:
    bring(f"pnr;y_2601\n{BIRK};730\n", as_of=NEW)
    before = list(StatusSpell.objects.values_list("pk", flat=True))
    bring(FIRST, as_of=NEW, at=NOW + timedelta(hours=1))
    assert set(before) <= set(StatusSpell.objects.values_list("pk", flat=True))


PIECE = st.tuples(st.integers(1, 2), st.integers(0, 12), st.integers(1, 6), st.sampled_from("abc"))


@given(st.lists(PIECE, max_size=12))
def test_each_week_is_that_of_the_best_import(pieces: list[tuple[int, int, int, str]]) -> None:
    """Against a table of weeks filled one by one. Import n is the n-th piece, and later pieces outrank earlier ones."""
    spells = Spells(
        np.array([p[0] for p in pieces], dtype=np.int64),
        np.array([p[1] for p in pieces], dtype=np.int64),
        np.array([p[1] + p[2] for p in pieces], dtype=np.int64),
        np.array([p[3] for p in pieces], dtype=np.str_),
        np.arange(1, len(pieces) + 1, dtype=np.int64),
    )
    table: dict[tuple[int, int], tuple[str, int]] = {}
    for number, (citizen, start, length, code) in enumerate(pieces, 1):
        table |= {(citizen, week): (code, number) for week in range(start, start + length)}
    whole = merged(spells, {number: -number for number in range(1, len(pieces) + 1)})
    found = {
        (int(c), week): (str(code), int(by))
        for c, a, b, code, by in zip(
            whole.citizen, whole.start, whole.stop, whole.code, whole.told_by, strict=True
        )
        for week in range(a, b)
    }
    assert found == table
    assert whole.weeks == len(table)
