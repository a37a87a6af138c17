"""How far a reading is, told as a share from 0 to 1 that never falls."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Told the share that is done. What it raises ends the reading."""


def silent(share: float) -> None:
    """Tells nobody."""


def part_of(progress: Progress, low: float, high: float) -> Progress:
    """Tells the shares of one part as shares ``low`` to ``high`` of the whole.

    >>> part_of(print, 0.5, 1.0)(0.5)
    0.75
    """
    return lambda share: progress(low + (high - low) * min(max(share, 0.0), 1.0))
