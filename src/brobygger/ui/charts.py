"""Small charts drawn on the server as SVG. Each comes with the same figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from brobygger.ui import formats


@dataclass(frozen=True)
class Point:
    """One figure of a chart; ``url`` leads to the cases behind it, ``text`` replaces the plain number."""

    label: str
    value: Decimal | int | float
    text: str = ""
    url: str = ""

    @property
    def shown(self) -> str:
        return self.text or formats.number(self.value)


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: ``width`` in per cent of the longest, or of the whole."""

    point: Point
    width: str


def bars(points: Sequence[Point], whole: float = 0.0) -> list[Bar]:
    """Bars in the order given, the longest 100 per cent wide (or ``whole``); none is wider than 0 when all are 0."""
    top = whole or max((float(point.value) for point in points), default=0.0)
    return [
        Bar(point, f"{100 * max(float(point.value), 0.0) / top:.2f}%" if top else "0%") for point in points
    ]


@dataclass(frozen=True)
class Line:
    """A line through the points in a box of 600 by 160, with the places of the dots."""

    path: str
    dots: tuple[tuple[str, str, Point], ...]


WIDTH, HEIGHT, MARGIN = 600, 160, 12


def line(points: Sequence[Point]) -> Line:
    """A line from left to right on a scale from zero to the highest figure."""
    top = max((float(point.value) for point in points), default=0.0) or 1.0
    step = (WIDTH - 2 * MARGIN) / max(len(points) - 1, 1)
    dots = tuple(
        (
            f"{MARGIN + step * place:.1f}",
            f"{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * float(point.value) / top:.1f}",
            point,
        )
        for place, point in enumerate(points)
    )
    return Line(
        " ".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y, _point) in enumerate(dots)), dots
    )
