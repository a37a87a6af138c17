from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from brobygger.analysis.errors import CohortError, PanelError
from brobygger.analysis.panel import (
    GAP,
    UNSEEN,
    Panel,
    Spells,
    first_week_in,
    segments,
    weeks_in_states,
)
from tests.analysis import made

FIRST, CODES = 100, ("130", "652", "999")
Wide = npt.NDArray[np.int16]
WIDE = arrays.arrays(np.int16, st.tuples(st.integers(1, 5), st.integers(1, 12)), elements=st.integers(-1, 2))


def panel_of(wide: Wide) -> Panel:
    return made.panel_of(wide, CODES, first=FIRST)


def one_row(**changes: Any) -> Panel:
    row: dict[str, Any] = {
        "person": [0, 0],
        "start": [1, 5],
        "stop": [3, 7],
        "status": [0, 1],
        "codes": CODES,
    }
    return Panel.build(**(row | changes))


@settings(deadline=None)
@given(WIDE)
def test_runs_say_what_the_wide_table_said(wide: Wide) -> None:
    panel = panel_of(wide)
    persons, weeks = np.indices(wide.shape)
    assert np.array_equal(panel.status_at(persons, weeks + FIRST), wide)
    assert (panel.status_at(0, [FIRST - 1, panel.stop_week]) == UNSEEN).all()
    assert panel.offsets[-1] == len(panel)


@settings(deadline=None)
@given(WIDE, st.randoms())
def test_rows_may_come_in_any_order_and_cut_in_pieces(wide: Wide, random: Any) -> None:
    panel = panel_of(wide)
    pieces = [
        (p, week, week + 1, s)
        for p, a, b, s in zip(panel.person, panel.start, panel.stop, panel.status, strict=True)
        for week in range(a, b)
    ]
    random.shuffle(pieces)
    columns = list(zip(*pieces, strict=True)) or [[], [], [], []]
    again = Panel.build(
        person=columns[0],
        start=columns[1],
        stop=columns[2],
        status=columns[3],
        codes=CODES,
        persons=panel.persons,
        first_week=panel.first_week,
        stop_week=panel.stop_week,
    )
    for name in ("person", "start", "stop", "status"):
        assert np.array_equal(getattr(again, name), getattr(panel, name))


@settings(deadline=None)
@given(WIDE, st.integers(-3, 14), st.integers(0, 8))
def test_weeks_in_states_count_every_week_of_the_window(wide: Wide, low: int, length: int) -> None:
    panel = panel_of(wide)
    spent = weeks_in_states(panel, np.arange(panel.persons), FIRST + low, FIRST + low + length)
    weeks = np.arange(FIRST + low, FIRST + low + length)
    for person in range(panel.persons):
        states = panel.status_at(person, weeks) if length else np.array([])
        wanted = [int((states == kind).sum()) for kind in (0, 1, 2, GAP, UNSEEN)]
        assert spent[person].tolist() == wanted


@settings(deadline=None)
@given(WIDE, st.integers(-3, 14))
def test_the_first_week_in_a_state_is_not_before_the_week_asked_about(wide: Wide, since: int) -> None:
    panel = panel_of(wide)
    found = first_week_in(panel, {"130", "999"}, np.arange(panel.persons), FIRST + since)
    for person in range(panel.persons):
        hits = [w + FIRST for w in range(max(since, 0), wide.shape[1]) if wide[person, w] in {0, 2}]
        assert found[person] == (hits[0] if hits else -1)


@settings(deadline=None)
@given(WIDE)
def test_segments_cover_everyone_and_no_panel_changes_inside(wide: Wide) -> None:
    panel, other = panel_of(wide), panel_of(wide[:, ::-1].copy())
    person, start, stop = segments([panel, other])
    assert (stop - start).sum() == wide.size
    for p, a, b in zip(person, start, stop, strict=True):
        for one in (panel, other):
            assert len(set(one.status_at(int(p), np.arange(a, b)).tolist())) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": [1, 2]}, "overlapper"),
        ({"stop": [1, 7]}, "slutter, før den begynder"),
        ({"status": [0, 3]}, "en kode, som ikke findes"),
        ({"person": [0, 1], "persons": 1}, "en person, som ikke findes"),
        ({"first_week": 2}, "uden for de uger"),
        ({"stop": [3]}, "ikke lige lange"),
        ({"codes": ("1", "1")}, "to gange"),
        ({"ids": np.array(["a", "b"])}, "2 numre til 1 personer"),
    ],
)
def test_rows_that_cannot_be_are_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PanelError, match=sentence):
        one_row(**changes)


def test_a_panel_is_the_same_after_being_stored(tmp_path: Path) -> None:
    panel = one_row(ids=np.array(["0101"]), persons=1)
    panel.save(tmp_path / "p.npz")
    again = Panel.load(tmp_path / "p.npz")
    assert again.find(["0101", "x"]).tolist() == [0, -1]
    assert (again.codes, again.gap, again.width) == (panel.codes, panel.gap, panel.width)
    assert np.array_equal(again.start, panel.start)
    (tmp_path / "q.npz").write_bytes(b"not a panel")
    with pytest.raises(PanelError, match=r"q\.npz"):
        Panel.load(tmp_path / "q.npz")


def test_coarser_states_join_rows_and_refuse_codes_without_a_place() -> None:
    panel = one_row(start=[1, 3])
    coarse = panel.mapped({"130": "benefit", "652": "benefit"})
    assert (coarse.start.tolist(), coarse.stop.tolist(), coarse.codes) == ([1], [7], ("benefit",))
    with pytest.raises(PanelError, match="652"):
        panel.mapped({"130": "benefit"})


def test_some_persons_are_numbered_anew() -> None:
    panel = panel_of(np.array([[0, 0], [1, 1], [2, -1]], dtype=np.int16))
    assert panel.only(np.array([2, 0])).status_at([0, 1], FIRST).tolist() == [2, 0]
    with pytest.raises(PanelError, match="to gange"):
        panel.only(np.array([1, 1]))


def test_spells_check_their_columns() -> None:
    spells = Spells.of(person=[0, 1], start=[1, 2], stop=[3, 9], arm=["a", "b"])
    assert spells.take(spells.weeks > 3).column("arm").tolist() == ["b"]
    with pytest.raises(CohortError, match="de har: arm"):
        spells.column("hours")
    with pytest.raises(CohortError, match="lige lange"):
        Spells.of(person=[0], start=[1], stop=[2], arm=["a", "b"])
    with pytest.raises(CohortError, match="slutter"):
        Spells.of(person=[0], start=[1], stop=[1])
