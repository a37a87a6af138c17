"""From what was computed to what may be written down: counts guarded, sizes rounded, numbers plain.

Everything in ``results.json``, the tables and the page has been through here. The page is made from the results alone,
so it cannot show what they do not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger.analysis.disclosure import FLOOR, Dimension, Release

OTHERS = "Øvrige"
_DIGITS = 10


def plain(value: Any) -> Any:
    """Numbers, texts, lists and dicts only; floats with ten digits that count, what is not known as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value.tolist()]
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.bool_ | bool):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{float(value):.{_DIGITS}g}") if isfinite(value) else None
    return value


def about(count: int) -> int:
    """A number of people to the nearest 5, so that two of them beside each other give no single person away.

    >>> about(412), about(413), about(2)
    (410, 415, 0)
    """
    return int(FLOOR * ((count + FLOOR // 2) // FLOOR))


def enough(count: int) -> bool:
    """Whether a count may be shown by itself: none, or at least five."""
    return count == 0 or count >= FLOOR


def counted(name: str, labels: Sequence[str], counts: npt.ArrayLike) -> list[dict[str, Any]]:
    """One division of people, each label with its count or None; the total may be shown beside it."""
    table = np.asarray(counts, dtype=np.int64)
    release = Release.of([Dimension(name, tuple(labels))], table)
    return [{"label": label, "count": release.cell(**{name: label})} for label in labels]


def total_of(name: str, labels: Sequence[str], counts: npt.ArrayLike) -> int | None:
    """The number in all, None when it may not be shown."""
    return Release.of([Dimension(name, tuple(labels))], np.asarray(counts, dtype=np.int64)).cell()


def share(count: int | None, total: int | None) -> float | None:
    """A share (0-1) of two numbers that may both be shown."""
    return None if count is None or not total else count / total
