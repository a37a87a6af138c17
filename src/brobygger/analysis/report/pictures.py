"""Pictures of the report as SVG text, drawn from the published results alone.

Each has a title and a description in words, and stands above a table that says the same. No script, no style attribute,
nothing fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from brobygger.analysis.rates import status_name

WIDE = 500
_LEFT, _RIGHT, _TOP = 46, 14, 14
COLOURS = {
    "job": "#0b6e4f",
    "education": "#2f6fb3",
    "benefit": "#b4532a",
    "self_support": "#b8860b",
    "no_benefit": "#7a5ca8",
    "other": "#5f6368",
    "unseen": "#a9adb3",
}
NAMES = {
    "unseen": "ikke set",
    "no_benefit": "uden ydelse",
    "company": "virksomhedsrettet tilbud",
    "active": "andet aktivt tilbud",
    "away": "pension, død eller udrejst",
    "pension": "pension",
    "nothing": "intet af det inden for et år",
    "not_known": "kendes ikke",
    "censored": "stadig i job, så længe de er fulgt",
}
PURSE_COLOURS = ("#2f6fb3", "#b4532a", "#1d1d1f", "#0b6e4f")
_INK, _SOFT, _BAND = "#1d1d1f", "#d5d9de", "#cfe0f3"


def named(status: str) -> str:
    """A status in Danish words."""
    return NAMES.get(status) or status_name(status)


class Picture:
    """One SVG under construction; ``x`` and ``y`` run in the picture's own units."""

    def __init__(self, title: str, description: str, height: int) -> None:
        self.title, self.description, self.height = title, description, height
        self.parts = list[str]()

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = _SOFT, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'
        )

    def text(self, x: float, y: float, words: str, anchor: str = "start", colour: str = _INK) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{colour}"/>'
        )

    def path(
        self, points: Sequence[tuple[float, float]], colour: str, dash: str = "", width: float = 2
    ) -> None:
        if len(points) < 2:
            return
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'
        )

    def area(self, points: Sequence[tuple[float, float]], colour: str = _BAND) -> None:
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polygon points="{drawn}" fill="{colour}"/>')

    def shape(self, path: str, colour: str) -> None:
        self.parts.append(f'<path d="{path}" fill="{colour}" fill-opacity="0.35"/>')

    def __str__(self) -> str:
        words = f"<title>{escape(self.title)}</title><desc>{escape(self.description)}</desc>"
        label = escape(f"{self.title}. {self.description}", quote=True)
        return (
            f'<svg viewBox="0 0 {WIDE} {self.height}" role="img" aria-label="{label}" '
            f'font-family="sans-serif" font-size="14">{words}{"".join(self.parts)}</svg>'
        )


def legend(statuses: Iterable[str]) -> str:
    """The colours in words, as a list beside the picture."""
    items = "".join(
        f'<li><svg viewBox="0 0 12 12" class="key" aria-hidden="true"><rect width="12" height="12" '
        f'fill="{COLOURS.get(each, "#888888")}"/></svg>{escape(named(each))}</li>'
        for each in statuses
    )
    return f'<ul class="legend">{items}</ul>'


def _percent_axis(picture: Picture, top: float, bottom: float) -> None:
    for share in (0, 25, 50, 75, 100):
        y = bottom - (bottom - top) * share / 100
        picture.line(_LEFT, y, WIDE - _RIGHT, y)
        picture.text(_LEFT - 6, y + 5, str(share), "end")


def bars_by_week(weeks: Sequence[dict[str, Any]]) -> str:
    """Stacked shares by week; a week with something hidden is left grey, since the rest would give it away."""
    picture = Picture(
        "Status før og efter start",
        "Søjler for hver trettende uge: hvor mange af 100 der var i hver status. Tallene står i tabellen under.",
        330,
    )
    top, bottom = _TOP, 270
    _percent_axis(picture, top, bottom)
    room = (WIDE - _LEFT - _RIGHT) / max(len(weeks), 1)
    for place, row in enumerate(weeks):
        x = _LEFT + place * room
        if place % 2 == 0 or row["week"] == 0:
            picture.text(x + room / 2, bottom + 20, str(row["week"]).replace("-", "−"), "middle")
        shares = [cell["share"] for cell in row["statuses"]]
        if any(each is None for each in shares):
            picture.box(x + 4, top, room - 8, bottom - top, "#eef0f2")
            continue
        y = bottom
        for cell in row["statuses"]:
            height = (bottom - top) * cell["share"]
            picture.box(x + 4, y - height, room - 8, height, COLOURS.get(cell["label"], "#888888"))
            y -= height
    picture.text(WIDE / 2, bottom + 46, "uger fra start", "middle")
    return str(picture)


def ways(flows: dict[str, Any]) -> str:
    """Nodes and the flows between them, columns from left to right."""
    picture = Picture(
        "Veje gennem og efter forløbet",
        "Borgernes status på seks tidspunkter og strømmene mellem dem. Tallene står i tabellen under.",
        420,
    )
    columns, top, room = len(flows["points"]), 56, 350
    step = (WIDE - 24) / max(columns - 1, 1)
    for place, words in enumerate(flows["points"]):
        anchor = "start" if place == 0 else "end" if place == columns - 1 else "middle"
        x = 12 + place * step
        for number, part in enumerate(_two_lines(words)):
            picture.text(
                x + (-12 if anchor == "start" else 12 if anchor == "end" else 0),
                18 + 17 * number,
                part,
                anchor,
            )
    for each in flows["ribbons"]:
        x1, x2 = 12 + each["step"] * step + 6, 12 + (each["step"] + 1) * step - 6
        a, b = top + room * each["source_top"], top + room * each["source_bottom"]
        c, d = top + room * each["target_top"], top + room * each["target_bottom"]
        middle = (x1 + x2) / 2
        curve = (
            f"M{x1:.1f} {a:.1f}C{middle:.1f} {a:.1f} {middle:.1f} {c:.1f} {x2:.1f} {c:.1f}"
            f"L{x2:.1f} {d:.1f}C{middle:.1f} {d:.1f} {middle:.1f} {b:.1f} {x1:.1f} {b:.1f}Z"
        )
        picture.shape(curve, COLOURS.get(each["source"], "#888888"))
    for node in flows["nodes"]:
        height = room * (node["bottom"] - node["top"])
        x = 12 + node["point"] * step - 6
        picture.box(x, top + room * node["top"], 12, height, COLOURS.get(node["status"], "#888888"))
    return str(picture)


def _two_lines(words: str) -> list[str]:
    parts = words.split(" ")
    if len(parts) < 3:
        return [words]
    half = (len(parts) + 1) // 2
    return [" ".join(parts[:half]), " ".join(parts[half:])]


def kept_jobs(found: dict[str, Any]) -> str:
    """The retention curve with its band."""
    picture = Picture(
        "Hvor længe jobbet blev holdt",
        "Kurven falder fra 100 af 100 i den første uge; båndet er usikkerheden. Udvalgte uger står i tabellen under.",
        320,
    )
    top, bottom, wide = _TOP, 262, WIDE - _LEFT - _RIGHT
    _percent_axis(picture, top, bottom)

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + wide * x, bottom - (bottom - top) * y

    upper = [at(x, y) for x, y in zip(found["x"], found["high"], strict=True)]
    lower = [at(x, y) for x, y in zip(found["x"], found["low"], strict=True)]
    picture.area([*upper, *reversed(lower)])
    picture.path([at(x, y) for x, y in zip(found["x"], found["y"], strict=True)], COLOURS["job"])
    for week in range(0, int(found["until"]) + 1, 26):
        x, _ = at(week / found["until"], 0)
        picture.text(x, bottom + 20, str(week), "middle")
    picture.text(WIDE / 2, bottom + 44, "uger i job", "middle")
    return str(picture)


def difference(record: dict[str, Any], unit: str) -> str:
    """The difference week by week in points, with its band and a line at no difference."""
    rows = [row for row in record["curve"] if row.get("estimate") is not None]
    picture = Picture(
        f"Forskel i andelen, {record['outcome']}",
        f"Forskellen i point for hver {unit}; båndet er usikkerheden, og stregen ved 0 er ingen forskel. "
        "Udvalgte tal står i tabellen under.",
        320,
    )
    if len(rows) < 2:
        return ""
    ends = [100 * row[key] for row in rows for key in ("low", "high")]
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    pad = max(0.06 * (high - low), 0.5)
    frame = _Frame(picture, rows[0]["week"], rows[-1]["week"], low - pad, high + pad, 262)
    frame.axes(unit, "point")
    upper = [frame.at(row["week"], 100 * row["high"]) for row in rows]
    lower = [frame.at(row["week"], 100 * row["low"]) for row in rows]
    picture.area([*upper, *reversed(lower)])
    frame.zero()
    picture.path([frame.at(row["week"], 100 * row["estimate"]) for row in rows], "#1f4e8c")
    return str(picture)


def happened_curve(record: dict[str, Any], unit: str) -> str:
    """Only what happened to those with a mentor, for a comparison the gate hides."""
    rows = [row for row in record["curve"] if row["happened"] is not None]
    if len(rows) < 2:
        return ""
    picture = Picture(
        f"Skete: andelen, der er {record['outcome']}",
        "Kun dem med mentor, uden sammenligning.",
        320,
    )
    frame = _Frame(picture, rows[0]["week"], rows[-1]["week"], 0, 100, 262)
    frame.axes(unit, "af 100")
    picture.path([frame.at(row["week"], 100 * row["happened"]) for row in rows], COLOURS["other"])
    return str(picture)


def purses(money: dict[str, Any]) -> str:
    """What each payer has gained or lost since the start; assumed weeks are dashed."""
    weeks, seen = money["weeks"], money["projected"].count(False)
    picture = Picture(
        "Kroner pr. borger siden start",
        "En linje for hver kasse: kommune, stat, begge i alt og borger. Over 0 er en gevinst. Tallene står i tabellen.",
        320,
    )
    values = [value for purse in money["purses"] for value in purse["by_week"]]
    low, high = min(*values, 0.0), max(*values, 0.0)
    pad = max(0.06 * (high - low), 100)
    frame = _Frame(picture, weeks[0], weeks[-1], low - pad, high + pad, 262)
    frame.axes("uge", "kr.")
    frame.zero()
    for purse, colour in zip(money["purses"], PURSE_COLOURS, strict=True):
        points = [frame.at(week, value) for week, value in zip(weeks, purse["by_week"], strict=True)]
        picture.path(points[:seen], colour)
        picture.path(points[max(seen - 1, 0) :], colour, dash="5 5")
    return str(picture)


def purse_legend(money: dict[str, Any]) -> str:
    """The payers' colours in words."""
    items = "".join(
        f'<li><svg viewBox="0 0 12 12" class="key" aria-hidden="true"><rect width="12" height="12" fill="{colour}"/>'
        f"</svg>{escape(purse['name'])}</li>"
        for purse, colour in zip(money["purses"], PURSE_COLOURS, strict=True)
    )
    return f'<ul class="legend">{items}</ul>'


class _Frame:
    """Axes around a curve: weeks across, a number up."""

    def __init__(
        self, picture: Picture, first: float, last: float, low: float, high: float, bottom: float
    ) -> None:
        self.picture, self.first, self.last = picture, first, max(last, first + 1)
        self.low, self.high, self.bottom = low, high, bottom
        self.left = _LEFT + 18

    def at(self, x: float, y: float) -> tuple[float, float]:
        wide = WIDE - self.left - _RIGHT
        across = self.left + wide * (x - self.first) / (self.last - self.first)
        return across, self.bottom - (self.bottom - _TOP - 14) * (y - self.low) / (self.high - self.low)

    def axes(self, across: str, up: str) -> None:
        step = _round_step((self.high - self.low) / 5)
        value = step * -(-self.low // step)
        while value <= self.high:
            _, y = self.at(self.first, value)
            self.picture.line(self.left, y, WIDE - _RIGHT, y)
            self.picture.text(self.left - 6, y + 5, _number(value), "end")
            value += step
        self.picture.text(4, 14, up)
        jump = max(1, int(_round_step((self.last - self.first) / 5)))
        for week in range(int(self.first), int(self.last) + 1, jump):
            x, _ = self.at(week, self.low)
            self.picture.text(x, self.bottom + 20, str(week), "middle")
        self.picture.text(
            WIDE / 2, self.bottom + 44, f"{across} efter start" if across == "uge" else across, "middle"
        )

    def zero(self) -> None:
        _, y = self.at(self.first, 0)
        self.picture.line(self.left, y, WIDE - _RIGHT, y, _INK, "2 3")


def _round_step(rough: float) -> float:
    size = 1.0
    while size * 10 <= rough:
        size *= 10
    while size > rough and size > 0.01:
        size /= 10
    steps = [size * each for each in (1, 2, 5, 10)]
    return next((each for each in steps if each >= rough), steps[-1])


def _number(value: float) -> str:
    value = round(value, 6) + 0.0
    text = f"{value:,.0f}" if abs(value) >= 10 or float(value).is_integer() else f"{value:.1f}"
    return text.replace(",", " ").replace(".", ",").replace("-", "−").replace(" ", ".")


__all__ = ["COLOURS", "Picture", "bars_by_week", "difference", "kept_jobs", "legend", "named", "ways"]
