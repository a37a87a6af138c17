"""Reading a period's released cells: counts, shares and sentences, never more than was released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.analysis import FIVE, shares_to_100
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.effects.figures.kept import DIVISION
from brobygger.effects.presenters import words
from brobygger.effects.presenters.blocks import Cell
from brobygger.effects.selectors import Shown
from brobygger.ui.formats import danish_date, number
from brobygger.values.period import Period

HIDDEN = "·"


@dataclass(frozen=True)
class Cells:
    """The released cells of one stored result, read for one user."""

    shown: Shown
    payload: dict[str, Any]
    user: User

    @property
    def people(self) -> int:
        return int(self.payload.get("people") or 0)

    @property
    def points(self) -> list[str]:
        return list(self.payload.get("points") or [])

    @property
    def last(self) -> str:
        return self.points[-1]

    def at(self, point: str, status: str) -> int | None:
        """People in a status at a point."""
        return self._cell(f"at|{point}|{status}")

    def within(self, division: str, label: str, status: str = words.ALL) -> int | None:
        """People of a category, in a status at the last point."""
        return self._cell(f"in|{division}|{label}|{status}")

    def kept(self, label: str) -> int | None:
        """People by how long they kept a first job."""
        return self._cell(f"of|{DIVISION}|{label}")

    def flow(self, point: str, source: str, target: str) -> int | None:
        """People who went from a status at a point to one at the next."""
        value = self.payload["links"].get(f"link|{point}|{source}|{target}")
        return None if value is None else int(value)

    def _cell(self, key: str) -> int | None:
        value = self.payload["cells"].get(key)
        return None if value is None else int(value)

    def cell(self, count: int | None, *, part: str = "", label: str = "", status: str = "") -> Cell:
        """A count as a cell, with the cases behind it for those who see cases and where there are enough."""
        if count is None:
            return Cell(HIDDEN)
        url = self._cases(part, label, status) if self._opens(count) else ""
        return Cell(number(count), url)

    def _opens(self, count: int) -> bool:
        """Whether the cases are listed: enough of them, and somebody who sees cases."""
        return count >= FLOOR and self.user.may(Permission.SEE_CASES)

    def _cases(self, part: str, label: str, status: str) -> str:
        if not part or self.shown.period is None:
            return ""
        wanted = {
            "periode": self.shown.period.start.isoformat(),
            "del": part,
            "vaerdi": label,
            "status": status,
        }
        return f"{reverse('effects:cases')}?{urlencode({k: v for k, v in wanted.items() if v})}"


def of_100(part: int | None, whole: int | None) -> str:
    """A share as a whole number of 100; hidden unless both may be shown and there are enough."""
    share = whole_of_100(part, whole)
    return HIDDEN if share is None else str(share)


def whole_of_100(part: int | None, whole: int | None) -> int | None:
    if part is None or not whole or whole < FEWEST_PEOPLE:
        return None
    return (200 * part + whole) // (2 * whole)


def each_of_100(counts: Sequence[int | None], people: int) -> list[int | None]:
    """Each part of everyone as a whole number, where it is shown; together 100 when all are."""
    known = np.array([-1 if count is None else count for count in counts], dtype=np.int64)
    if (known < 0).any() or people < FEWEST_PEOPLE:
        return [whole_of_100(count, people) for count in counts]
    return [int(share) for share in shares_to_100(known)]


def shares_at(cells: Cells, point: str) -> list[tuple[str, float | None]]:
    """Each of the five statuses at a point as a share of everyone."""
    return [
        (status, None if count is None or not cells.people else count / cells.people)
        for status in FIVE
        for count in [cells.at(point, status)]
    ]


def sentence_at(cells: Cells, point: str) -> str:
    """Of 100 …, every status that may be shown."""
    if cells.people < FEWEST_PEOPLE:
        return _("Der er for få forløb til at regne om til af 100.")
    shares = each_of_100([cells.at(point, status) for status in FIVE], cells.people)
    parts = [
        f"{share} {words.is_in(status)}"
        for status, share in zip(FIVE, shares, strict=True)
        if share is not None
    ]
    said = _("Af 100 er %(parts)s %(when)s forløbet.") % {
        "parts": listed(parts),
        "when": words.point(point).lower(),
    }
    if len(parts) < len(FIVE):
        said += " " + _("Resten vises ikke, fordi nogle grupper er for små.")
    return said


def listed(parts: Sequence[str]) -> str:
    """ "a, b og c"."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s og %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def period_words(period: Period) -> str:
    """A period as people read it: whole days, both ends included."""
    assert period.last_day is not None
    return f"{danish_date(period.start)} – {danish_date(period.last_day)}"


def period_in_short(period: Period) -> str:
    """A period of whole months, for a menu: "jan. – jun. 2025"."""
    assert period.last_day is not None
    first, last = (danish_date(day).partition(" ")[2] for day in (period.start, period.last_day))
    if period.start.year == period.last_day.year:
        first = first.rpartition(" ")[0]
    return f"{first} – {last}"
