"""Two groups beside each other by week, and the gate they stand behind: what a comparison and a lottery share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from brobygger.analysis.gate import CheckName, Colour, Gate, Showing
from brobygger.effects.presenters import drawing, words
from brobygger.effects.presenters.blocks import Block, Cell, Table
from brobygger.ui.formats import number


@dataclass(frozen=True)
class Sides:
    """What the two groups and their weeks are called. ``shade`` ends the weeks in which most still have a mentor."""

    title: str
    caption: str
    first: str
    first_of_100: str
    other: str
    axis: str
    since: str
    description: str
    shade: int = 0


def gate_block(heading: str, label: str, gate: Gate) -> Block:
    """All nine checks, and what they let be seen."""
    checks = [_check(check.name, check.colour, check.sentence) for check in gate.checks]
    return Block(heading, label, [gate_words(gate.showing)], gate=checks)


def gate_words(showing: Showing) -> str:
    return {
        Showing.EFFECT: _("Ingen prøve er rød. Resultatet må vises."),
        Showing.INTERVAL_ONLY: _("Tallene rækker til et spænd, men ikke til en dom."),
        Showing.DESCRIPTION_ONLY: _("En prøve er rød. Forskellen vises ikke, og det kan ingen slå fra."),
    }[showing]


def _check(name: CheckName, colour: Colour, sentence: str) -> dict[str, str]:
    tones = {
        Colour.GREEN: "good",
        Colour.AMBER: "warning",
        Colour.RED: "danger",
        Colour.NOT_NEEDED: "neutral",
    }
    labels = {
        Colour.GREEN: _("Grøn"),
        Colour.AMBER: _("Gul"),
        Colour.RED: _("Rød"),
        Colour.NOT_NEEDED: _("Ikke nødvendig"),
    }
    return {"name": name.heading, "tone": tones[colour], "label": labels[colour], "sentence": sentence}


def happened_curve(record: dict[str, Any], sides: Sides) -> dict[str, Any]:
    return _weekly_picture(record, sides, [("effects-line", sides.first, record["happened"])], [])


def two_curves(record: dict[str, Any], sides: Sides) -> dict[str, Any]:
    """With and without, the band of the difference drawn around those with a mentor."""
    low = [_plus(without, edge) for without, edge in zip(record["without"], record["low"], strict=True)]
    high = [_plus(without, edge) for without, edge in zip(record["without"], record["high"], strict=True)]
    lines = [
        ("effects-line", sides.first, record["happened"]),
        ("effects-line effects-line-other", sides.other, record["without"]),
    ]
    return _weekly_picture(record, sides, lines, [(low, high)])


def _plus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else min(max(one + other, 0.0), 1.0)


def _weekly_picture(
    record: dict[str, Any],
    sides: Sides,
    lines: Sequence[tuple[str, str, Sequence[float | None]]],
    bands: Sequence[tuple[Sequence[float | None], Sequence[float | None]]],
) -> dict[str, Any]:
    highest = max((v for *_x, values in lines for v in values if v is not None), default=0.0)
    top = max([highest, *(v for _low, high in bands for v in high if v is not None)])
    scale = 1.0 if top > 0.5 else 0.5 if top > 0.2 else 0.2
    frame = drawing.Frame(0, scale, record["weeks"][-1])
    return frame.picture(
        "curve",
        title=sides.title,
        lines=[
            {"path": frame.line(record["weeks"], ys), "css": css, "label": label} for css, label, ys in lines
        ],
        bands=[frame.band(record["weeks"], low, high) for low, high in bands],
        ticks=drawing.shares(scale),
        along=drawing.weeks(record["weeks"][-1], 13),
        axis=sides.axis,
        description=sides.description,
        shade=sides.shade,
    )


def happened_table(record: dict[str, Any], sides: Sides) -> Table:
    rows = [
        [Cell(_week(week), is_number=False), Cell(hundred(share))]
        for week, share in zip(record["weeks"], record["happened"], strict=True)
        if week % 12 == 0 or week == record["weeks"][-1]
    ]
    return Table(sides.caption, [sides.since, sides.first_of_100], rows)


def two_table(record: dict[str, Any], sides: Sides) -> Table:
    columns = zip(
        record["weeks"], record["happened"], record["without"], record["low"], record["high"], strict=True
    )
    rows = [
        [
            Cell(_week(week), is_number=False),
            Cell(hundred(share)),
            Cell(hundred(without)),
            Cell(span(low, high)),
        ]
        for week, share, without, low, high in columns
        if week and (week % 12 == 0 or week == record["weeks"][-1])
    ]
    head = [sides.since, sides.first_of_100, sides.other, _("Forskel, point (95 %)")]
    return Table(sides.caption, head, rows)


def _week(week: int) -> str:
    return _("Uge %(week)d") % {"week": week}


def hundred(share: float | None) -> str:
    return "·" if share is None else str(round(100 * share))


def span(low: float | None, high: float | None) -> str:
    """Both limits of a difference, in points."""
    return "·" if low is None or high is None else words.between(points(low), points(high))


def points(share: float | None) -> str:
    return "·" if share is None else number(round(100 * share, 1)).replace("-", "−")
