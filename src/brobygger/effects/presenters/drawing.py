"""Where the parts of the pictures go, as texts for SVG: a point as decimal sign, whatever the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from brobygger.analysis import shares_to_100

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 12, 44
FLOW_WIDTH, FLOW_HEIGHT, NODE, FLOW_TOP = 760, 380, 12, 28
FEWEST_PIXELS_OF_LABEL = 13

Series = Sequence[tuple[float, float]]


def number(value: float) -> str:
    return f"{value:.1f}"


def path(points: Series) -> str:
    """``M x y L x y``."""
    return " ".join(f"{'L' if at else 'M'}{number(x)} {number(y)}" for at, (x, y) in enumerate(points))


class Frame:
    """A picture with axes: ``low`` to ``high`` upwards, 0 to ``until`` along."""

    def __init__(self, low: float, high: float, until: float) -> None:
        self.low, self.high, self.until = low, high if high > low else low + 1, until or 1

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value / self.until

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - self.low) / (self.high - self.low))

    def line(self, xs: Sequence[float], ys: Sequence[float | None]) -> str:
        """A path; where a value is missing the line goes straight to the next."""
        return path([(self.x(x), self.y(y)) for x, y in zip(xs, ys, strict=True) if y is not None])

    def band(self, xs: Sequence[float], low: Sequence[float | None], high: Sequence[float | None]) -> str:
        """A closed area between two lines."""
        there = [(x, a, b) for x, a, b in zip(xs, low, high, strict=True) if a is not None and b is not None]
        if not there:
            return ""
        over = [(self.x(x), self.y(b)) for x, _a, b in there]
        under = [(self.x(x), self.y(a)) for x, a, _b in reversed(there)]
        return f"{path([*over, *under])} Z"

    def picture(
        self,
        kind: str,
        *,
        title: str,
        lines: Sequence[dict[str, str]],
        bands: Sequence[str],
        ticks: Sequence[tuple[float, str]],
        along: Sequence[tuple[float, str]],
        axis: str,
        description: str = "",
        shade: float = 0,
        dots: Series = (),
    ) -> dict[str, Any]:
        """What ``effects/pictures/curve.html`` draws.

        ``shade`` ends the weeks in which a mentorship still runs; ``dots`` are the points that were measured.
        """
        return {
            "kind": kind,
            "title": title,
            "description": description,
            "lines": lines,
            "bands": bands,
            "ticks": [{"y": number(self.y(value)), "label": label} for value, label in ticks],
            "along": [{"x": number(self.x(value)), "label": label} for value, label in along],
            "axis": axis,
            "shade": number(self.x(shade) - LEFT) if shade else "",
            "dots": [{"x": number(self.x(x)), "y": number(self.y(y))} for x, y in dots],
            "zero": number(self.y(0)) if self.low < 0 < self.high else "",
        }


def shares(top: float = 1.0) -> list[tuple[float, str]]:
    """Ticks from 0 to ``top`` of 1, in per cent."""
    step = 0.25 if top > 0.5 else 0.1
    return [(step * at, f"{100 * step * at:.0f} %") for at in range(int(top / step + 1e-9) + 1)]


def weeks(until: int, step: int = 26) -> list[tuple[float, str]]:
    return [(week, str(week)) for week in range(0, until + 1, step)]


def stack(
    rows: Sequence[tuple[str, Sequence[tuple[str, str, float | None]]]], *, title: str
) -> dict[str, Any]:
    """Bars of shares: (label, [(css, label, share)]); what is not shown is one open part at the end."""
    drawn = []
    for label, parts in rows:
        start, found = 0.0, []
        whole = _of_100([share for _css, _name, share in parts])
        for (css, name, share), of_100 in zip(parts, whole, strict=True):
            if not share:
                continue
            width = 100 * share
            found.append(
                {
                    "css": css,
                    "name": name,
                    "x": f"{start:.2f}%",
                    "width": f"{width:.2f}%",
                    "text": f"{of_100}" if width >= 7 else "",
                    "middle": f"{start + width / 2:.2f}%",
                }
            )
            start += width
        rest = 100 - start
        open_part = {"x": f"{start:.2f}%", "width": f"{rest:.2f}%"} if rest > 0.5 else None
        drawn.append({"label": label, "parts": found, "open": open_part})
    legend = {(css, name): None for _label, parts in rows for css, name, _share in parts}
    has_open = any(row["open"] for row in drawn)
    return {
        "kind": "stack",
        "title": title,
        "rows": drawn,
        "legend": [{"css": css, "name": name} for css, name in legend],
        "has_open": has_open,
    }


def _of_100(found: Sequence[float | None]) -> list[int]:
    """The numbers on the bars: they sum to 100, as in the sentence above, where all are shown."""
    known = [share or 0.0 for share in found]
    if None in found or not any(known):
        return [round(100 * share) for share in known]
    return [int(each) for each in shares_to_100([round(share * 1_000_000) for share in known])]


def flow(
    picture: dict[str, Any], *, points: Sequence[str], names: dict[str, str], title: str
) -> dict[str, Any]:
    """Nodes and ribbons of ``analysis.sankey`` in pixels, with the names of points and statuses."""
    columns = max(len(points) - 1, 1)
    step = (FLOW_WIDTH - NODE - 140) / columns
    tall = FLOW_HEIGHT - FLOW_TOP - 8

    def x(point: int) -> float:
        return step * point

    def y(share: float) -> float:
        return FLOW_TOP + tall * share

    ribbons = [
        {
            "css": target,
            "path": _ribbon(x(at) + NODE, x(at + 1), y(a), y(b), y(c), y(d)),
            "label": f"{names[source]} → {names[target]}: {count}",
        }
        for at, source, target, a, b, c, d, count in picture["ribbons"]
    ]
    nodes = []
    for point, status, top, bottom, count in picture["nodes"]:
        tallness = tall * (bottom - top)
        nodes.append(
            {
                "css": status,
                "x": number(x(point)),
                "y": number(y(top)),
                "height": number(max(tallness, 2)),
                "text_x": number(x(point) + NODE + 4),
                "text_y": number(y(top) + tallness / 2 + 4),
                "label": f"{names[status]} {count}"
                if count is not None and tallness >= FEWEST_PIXELS_OF_LABEL
                else "",
            }
        )
    heads = [{"x": number(x(at)), "label": label} for at, label in enumerate(points)]
    return {
        "kind": "flow",
        "title": title,
        "ribbons": ribbons,
        "nodes": nodes,
        "heads": heads,
        "description": _(
            "Strømme mellem status på hvert tidspunkt. De samme tal står i tabellen under billedet."
        ),
    }


def _ribbon(left: float, right: float, a: float, b: float, c: float, d: float) -> str:
    """A band from (left, a-b) to (right, c-d)."""
    m = (left + right) / 2
    n = number
    return (
        f"M{n(left)} {n(a)} C{n(m)} {n(a)} {n(m)} {n(c)} {n(right)} {n(c)} "
        f"L{n(right)} {n(d)} C{n(m)} {n(d)} {n(m)} {n(b)} {n(left)} {n(b)} Z"
    )
