"""Pictures as plain numbers for SVG: scores over time, and the wheel. Plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 28, 12, 12, 24
HIGHEST = 10


@dataclass(frozen=True)
class Reading:
    """A score from 0 to 10 on a day, and whose line it belongs to."""

    who: str
    day: date
    score: int


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    reading: Reading


@dataclass(frozen=True)
class Track:
    """One side's line with its dots. ``number`` tells the lines apart by stroke and shape."""

    who: str
    number: int
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Picture:
    """Lines in a box of 320 by 150, the days at its ends, and the heights of the scale's marks."""

    tracks: tuple[Track, ...]
    first: date
    last: date
    marks: tuple[tuple[int, str], ...]
    wanted: str = ""


def picture(
    readings: Iterable[Reading], order: Sequence[str], *, wanted: int | None = None
) -> Picture | None:
    """The lines of each side in ``order`` on one scale of days; None without a reading. ``wanted`` is a level to reach.

    The scale goes from 0 to 10 whatever the scores are, so that a small step looks small.
    """
    found = sorted(readings, key=lambda reading: reading.day)
    if not found:
        return None
    first, last = found[0].day, found[-1].day
    tracks = []
    for number, who in enumerate(order):
        own = tuple(
            Dot(_across(each.day, first, last), _up(each.score), each) for each in found if each.who == who
        )
        if own:
            tracks.append(Track(who, number, _path(own), own))
    marks = tuple((mark, _up(mark)) for mark in (0, 5, 10))
    return Picture(tuple(tracks), first, last, marks, "" if wanted is None else _up(wanted))


def _across(day: date, first: date, last: date) -> str:
    span = (last - first).days
    share = (day - first).days / span if span else 0.5
    return f"{LEFT + share * (WIDTH - LEFT - RIGHT):.1f}"


def _up(score: int) -> str:
    return f"{HEIGHT - BOTTOM - score / HIGHEST * (HEIGHT - TOP - BOTTOM):.1f}"


def _path(dots: Sequence[Dot]) -> str:
    return " ".join(f"{'L' if place else 'M'}{dot.x} {dot.y}" for place, dot in enumerate(dots))


# The wheel

CENTRE, RADIUS = 160, 104
LABEL_RADIUS = 124


@dataclass(frozen=True)
class Spoke:
    """One field of the wheel: where its line ends and its words stand."""

    label: str
    x: str
    y: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True)
class Wheel:
    """Spokes, rings and outlines in a box of 320 by 320."""

    spokes: tuple[Spoke, ...]
    rings: tuple[str, ...]
    now: str
    before: str


def wheel(labels: Mapping[str, str], now: Mapping[str, int], before: Mapping[str, int]) -> Wheel:
    """The wheel of the fields ``labels`` (key to words). A field without a score is left out of the outline."""
    count = len(labels)
    places = {key: number / count * 2 * math.pi - math.pi / 2 for number, key in enumerate(labels)}
    spokes = tuple(_spoke(labels[key], angle) for key, angle in places.items())
    return Wheel(
        spokes,
        tuple(f"{RADIUS * ring / HIGHEST:.1f}" for ring in (2, 4, 6, 8, 10)),
        _outline(places, now),
        _outline(places, before),
    )


def _spoke(label: str, angle: float) -> Spoke:
    across = math.cos(angle)
    anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
    x, y = _at(angle, RADIUS)
    # Words at the sides would run out of the box at the full radius.
    label_x, label_y = _at(angle, LABEL_RADIUS if anchor == "middle" else RADIUS + 8)
    return Spoke(label, x, y, label_x, label_y, anchor)


def _at(angle: float, radius: float) -> tuple[str, str]:
    return f"{CENTRE + radius * math.cos(angle):.1f}", f"{CENTRE + radius * math.sin(angle):.1f}"


def _outline(places: Mapping[str, float], scores: Mapping[str, int]) -> str:
    """Points of a polygon; nothing for fewer than three fields."""
    points = [
        ",".join(_at(angle, RADIUS * scores[key] / HIGHEST)) for key, angle in places.items() if key in scores
    ]
    return " ".join(points) if len(points) > 2 else ""
