"""Small registers drawn as text: one letter per week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from brobygger.analysis.panel import GAP, Panel, Spells
from brobygger.analysis.register_cells import runs_in

FIRST = 1_000
"""The running week the drawings begin in: the week of Monday 4 October 2010."""

LETTERS = {
    "j": "job",
    "e": "student_grant",
    "a": "apprentice",
    "c": "cash_benefit",
    "u": "unemployment_benefit",
    "s": "sickness_benefit",
    "p": "pension",
    "d": "dead",
    "w": "abroad",
    "m": "maternity",
    "f": "flex_job",
    "?": "unseen",
}


def drawn(
    *persons: str, gap: str = "self_support", letters: Mapping[str, str] = LETTERS, first: int = FIRST
) -> Panel:
    """A panel of one person per text; a dot is a week in the gap state."""
    codes = list(letters.values())
    place = {letter: index for index, letter in enumerate(letters)} | {".": -1}
    matrix = np.array([[place[letter] for letter in person] for person in persons], dtype=np.int16)
    return panel_of(matrix, codes, first=first, gap=gap)


def panel_of(matrix: npt.NDArray[np.int16], codes: Sequence[str], *, first: int, gap: str = "blank") -> Panel:
    """A panel of one person per row of codes by number, week by week."""
    edges = np.arange(first, first + matrix.shape[1] + 1, dtype=np.int32)
    meanings = np.arange(len(codes) + 1, dtype=np.int16) + GAP
    runs = runs_in((matrix.T - GAP).astype(np.uint16), meanings)
    runs = runs.take(runs.value != GAP)
    return Panel.build(
        person=runs.row,
        start=edges[runs.slot],
        stop=edges[runs.last],
        status=runs.value,
        codes=codes,
        persons=len(matrix),
        first_week=first,
        stop_week=int(edges[-1]),
        gap=gap,
    )


def spell(person: int, start: int, weeks: int = 4, **columns: object) -> Spells:
    """One spell that begins so many weeks into the drawing."""
    return Spells.of(
        person=[person],
        start=[FIRST + start],
        stop=[FIRST + start + weeks],
        **{name: np.array([value]) for name, value in columns.items()},
    )
