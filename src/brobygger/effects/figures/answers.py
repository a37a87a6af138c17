"""The citizens' own answers beside how it went: counted, opened for nobody, and shown only where they tell of no one.

An answer is the citizen's own, and those who see cases can put names on everybody counted in a page. So a group in
which nobody gave an answer says too much: that each of those named did not give it. A question is therefore shown in
whole or not at all: when every answer has at least ``FLOOR`` people both among those in job or education at the last
point and among the others, and when how many those are is shown already.

That keeps the answers out of the system of ``cells``: the sums they share with it, everyone and those in job or
education, are known to the reader beforehand, so no other hidden number is any nearer with them than without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.numeric import Flags, Integers
from brobygger.analysis.panel import Column

YES, NO, NONE = "yes", "no", "none"
UP, NOT_UP = "up", "not_up"
BELIEF, DAILY, BELIEF_CHANGE = "belief", "daily", "belief_change"
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    BELIEF: (YES, NO, NONE),
    DAILY: (YES, NO, NONE),
    BELIEF_CHANGE: (UP, NOT_UP, NONE),
}
"""Each question and its answers, in the order of the page. ``NONE``: not asked, or not answered in time."""
CONFIDENTIAL = frozenset(QUESTIONS)
"""Divisions whose numbers open no cases and of which nothing is kept for the single mentorship."""


def answers_shown(
    said: Mapping[str, Column], is_well: Flags, *, shown_well: int | None
) -> list[dict[str, Any]]:
    """Question by question its rows [answer, people, of them in job or education]; no rows where they are not shown.

    ``said`` has codes (S,) by question, ``is_well`` (S,) who is in job or education at the last point, and
    ``shown_well`` how many those are, where the pages show it. Nothing at all where nobody has answered anything.
    """
    if all((codes == NONE).all() for codes in said.values()):
        return []
    return [
        {"name": name, "rows": _rows(kinds, said[name], is_well) if shown_well is not None else []}
        for name, kinds in QUESTIONS.items()
        if name in said
    ]


def _rows(kinds: tuple[str, ...], codes: Column, is_well: Flags) -> list[list[Any]]:
    counts = _counts(kinds, codes, is_well)
    if counts.min() < FLOOR:
        return []
    return [[kind, int(row.sum()), int(row[1])] for kind, row in zip(kinds, counts, strict=True)]


def _counts(kinds: tuple[str, ...], codes: Column, is_well: Flags) -> Integers:
    """(K, 2): people by answer, those who are not in job or education and those who are."""
    place = np.array([kinds.index(str(code)) for code in codes], dtype=np.int64)
    return np.bincount(2 * place + is_well, minlength=2 * len(kinds)).reshape(-1, 2).astype(np.int64)
