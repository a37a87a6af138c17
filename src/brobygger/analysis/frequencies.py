"""Shares as people count them: "Af 100 …". Points, never a ratio alone; nothing about too few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brobygger.analysis.errors import DesignError
from brobygger.analysis.outcomes import shares_to_100

FEWEST_PEOPLE = 20
"""With fewer people one of them would be more than 5 of 100."""
TOO_FEW = "Der er for få personer til at regne om til af 100."


def of_100(count: int, total: int, what: str, *, who: str = "") -> str:
    """``Af 100 unge er 16 i job.`` The words of ``what`` complete "er … "; ``who`` names the people.

    >>> of_100(33, 200, "i job", who="unge")
    'Af 100 unge er 17 i job.'
    """
    _check(count, total)
    if total < FEWEST_PEOPLE:
        return TOO_FEW
    return f"{_of(who)} er {_number(count, total)} {what}."


def each_of_100(counts: Sequence[int], names: Sequence[str], *, who: str = "") -> str:
    """Every status in one sentence; the numbers sum to 100.

    >>> each_of_100((30, 30, 30), ("i job", "i uddannelse", "på ydelse"))
    'Af 100 er 34 i job, 33 i uddannelse og 33 på ydelse.'
    """
    total = sum(counts)
    if total < FEWEST_PEOPLE:
        return TOO_FEW
    shares = [int(share) for share in shares_to_100(np.asarray(counts, dtype=np.int64))]
    parts = [f"{share} {name}" for share, name in zip(shares, names, strict=True)]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} og {parts[-1]}"
    return f"{_of(who)} er {listed}."


def two_of_100(
    first: float, second: float, what: str, *, names: tuple[str, str], span: tuple[float, float] | None = None
) -> str:
    """Two shares (0-1) beside each other, with the limits of the difference; how much more stands last, if at all.

    >>> two_of_100(0.16, 0.12, "i uddannelse", names=("med mentor", "uden"), span=(0.013, 0.067))
    'Af 100 med mentor er 16 i uddannelse; af 100 uden er 12. Forskellen er 4 af 100, med usikkerhed mellem 1 og 7.'
    """
    for share in (first, second):
        if not 0 <= share <= 1:
            raise DesignError("En andel skal ligge mellem 0 og 1.")
    one, other = round(100 * first), round(100 * second)
    said = f"Af 100 {names[0]} er {one} {what}; af 100 {names[1]} er {other}."
    more = f" Forskellen er {_signed(100 * (first - second))} af 100"
    if span is None:
        return f"{said}{more}."
    return f"{said}{more}, med usikkerhed mellem {_signed(100 * span[0])} og {_signed(100 * span[1])}."


def _check(count: int, total: int) -> None:
    if not 0 <= count <= total:
        raise DesignError("Antallet skal ligge mellem 0 og alle.")


def _of(who: str) -> str:
    return f"Af 100 {who}".strip()


def _number(count: int, total: int) -> str:
    """Halves go up; something is never nothing, and not everyone is never everyone."""
    share = (200 * count + total) // (2 * total)
    if share == 0 and count:
        return "færre end 1"
    return "flere end 99" if share == 100 and count < total else str(share)


def _signed(points: float) -> str:
    return f"{points:.0f}".replace("-0", "0").replace("-", "−")
