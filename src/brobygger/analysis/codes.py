"""Dated code lists: what a week's code means, when it means it, and what to do with one nobody knows.

A code belongs to a *family* (which benefit), a *group* (which kind of state) and may tell which *offer* the person
took part in. A code in no list, or outside the dates it holds, is in the family and group ``unknown``: it is kept and
counted, never guessed. Source of the list that comes with the library: see ``data/dream_codes.toml``.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import CodeListError
from brobygger.analysis.panel import Panel
from brobygger.analysis.weeks import week_of

BLANK = "blank"
"""A week without any benefit. Not the same as a job."""
NOT_SEEN = "?"
"""A week no file tells about, for this person: never a state."""
UNKNOWN = "unknown"
UNSEEN_GROUP = "unseen"

Feature = Literal["family", "group", "offer", "kind"]

_DATA = Path(__file__).parent / "data" / "dream_codes.toml"
_COMPANY_OFFERS = {
    "wage_subsidy_private",
    "wage_subsidy_public",
    "work_practice_private",
    "work_practice_public",
    "utility_job",
}
_ALWAYS = (date.min, date.max)

_NOT_RECIPIENT = {"881", "651", "652", "661", "121", BLANK}
_HEALTH_SINGLES = {"771", "775", "781", "783", "785", "890", "893"}
_HEALTH_RANGES = ((750, 768), (810, 818))


@dataclass(frozen=True)
class Code:
    """One meaning of one code. ``offer`` is empty where the code says nothing about an offer.

    ``since`` and ``until`` bound the days it holds, ``[since, until)``.
    """

    code: str
    label: str
    family: str
    group: str
    offer: str = ""
    since: date = date.min
    until: date = date.max

    @property
    def active(self) -> bool:
        """The person takes part in an active offer (last digit 1-9 where the last digit tells)."""
        return self.offer not in {"", "passive"}

    @property
    def company(self) -> bool:
        """The offer is at a workplace (last digit 5-9 where the last digit tells)."""
        return self.offer in _COMPANY_OFFERS

    @property
    def kind(self) -> str:
        """``passive``, ``active``, ``company`` or ``none`` when the code does not tell."""
        if not self.offer:
            return "none"
        if self.company:
            return "company"
        return "active" if self.active else "passive"


@dataclass(frozen=True)
class CodeList:
    """Codes with their meanings over time. Raises CodeListError when two meanings hold on the same day."""

    name: str
    listed: int
    source: str
    entries: tuple[Code, ...]

    def __post_init__(self) -> None:
        for code, meanings in self._by_code().items():
            ordered = sorted(meanings, key=lambda entry: entry.since)
            for earlier, later in pairwise(ordered):
                if later.since < earlier.until:
                    raise CodeListError(f"Koden {code} har to betydninger fra {later.since}.")

    @property
    def known(self) -> frozenset[str]:
        """Every code that has a meaning on some day."""
        return frozenset(entry.code for entry in self.entries)

    def meaning(self, code: str, on: date) -> Code | None:
        """What the code means on a day, or None."""
        found = [e for e in self.entries if e.code == code and e.since <= on < e.until]
        return found[0] if found else None

    def extended(self, entries: Iterable[Code], *, name: str | None = None) -> CodeList:
        """A list with further meanings. An old meaning is cut short by a new one of the same code that begins later."""
        more = tuple(entries)
        starts: dict[str, date] = {}
        for entry in more:
            starts[entry.code] = min(entry.since, starts.get(entry.code, date.max))
        kept = [
            replace(old, until=min(old.until, starts[old.code])) if old.code in starts else old
            for old in self.entries
        ]
        alive = tuple(entry for entry in kept if entry.since < entry.until)
        return replace(self, name=name or self.name, entries=alive + more)

    def mapping(self, codes: Sequence[str], feature: Feature) -> dict[str, str]:
        """The feature of each code where its meaning never changes, for ``Panel.mapped``."""
        by_code = self._by_code()
        return {
            code: self._feature(by_code[code][0] if code in by_code else None, code, feature)
            for code in codes
        }

    def classify(self, panel: Panel, feature: Feature) -> Panel:
        """The panel in the states of a feature; a row is cut in two in the week its code changes meaning.

        The gap of the result is ``blank`` for family and group, ``none`` for offer and kind.
        """
        edges = self._edges(panel.codes)
        gap = BLANK if feature in {"family", "group"} else "none"
        if not edges:
            return panel.mapped(self.mapping(panel.codes, feature), gap=gap)
        return self._dated(panel, feature, edges, gap)

    def outside_dates(self, panel: Panel) -> dict[str, int]:
        """Weeks in the panel with a listed code on days its meaning does not hold: code → person-weeks."""
        family = self.classify(panel, "family")
        if UNKNOWN not in family.codes:
            return {}
        rows = np.flatnonzero(family.status == family.codes.index(UNKNOWN))
        names = panel.names(panel.status_at(family.person[rows], family.start[rows]))
        lengths = (family.stop - family.start)[rows]
        found = {str(n): int(lengths[names == n].sum()) for n in np.unique(names)}
        return {code: weeks for code, weeks in found.items() if code in self.known}

    def _by_code(self) -> dict[str, list[Code]]:
        found: dict[str, list[Code]] = {}
        for entry in self.entries:
            found.setdefault(entry.code, []).append(entry)
        return found

    def _edges(self, codes: Sequence[str]) -> list[int]:
        """Weeks in which some code of the panel begins or stops meaning something."""
        days = {day for e in self.entries if e.code in set(codes) for day in (e.since, e.until)}
        return sorted(week_of(day) for day in days - set(_ALWAYS))

    def _dated(self, panel: Panel, feature: Feature, edges: list[int], gap: str) -> Panel:
        person, start, stop, status = panel.person, panel.start, panel.stop, panel.status
        for edge in edges:
            cut = (start < edge) & (stop > edge)
            person, status = np.concatenate((person, person[cut])), np.concatenate((status, status[cut]))
            start = np.concatenate((start, np.full(int(cut.sum()), edge, dtype=np.int32)))
            stop = np.concatenate((np.where(cut, np.int32(edge), stop), stop[cut]))
        names = self._names_by_edge(panel.codes, feature, edges)
        states = tuple(dict.fromkeys(names.ravel().tolist()))
        place = np.array([states.index(name) for name in names.ravel()]).reshape(names.shape)
        return Panel.build(
            person=person,
            start=start,
            stop=stop,
            status=place[status, np.searchsorted(np.array(edges), start, "right")],
            codes=states,
            persons=panel.persons,
            first_week=panel.first_week,
            stop_week=panel.stop_week,
            gap=gap,
            ids=panel.ids,
        )

    def _names_by_edge(
        self, codes: Sequence[str], feature: Feature, edges: list[int]
    ) -> npt.NDArray[np.object_]:
        """(codes, edges + 1): the feature of each code before the first edge, between them and after the last."""
        by_code = self._by_code()
        names = np.empty((len(codes), len(edges) + 1), dtype=object)
        for row, code in enumerate(codes):
            for column, low in enumerate([None, *edges]):
                meaning = _in_week(by_code.get(code, []), low, edges[0])
                names[row, column] = self._feature(meaning, code, feature)
        return names

    @staticmethod
    def _feature(meaning: Code | None, code: str, feature: Feature) -> str:
        nothing = feature in {"offer", "kind"}
        if code == BLANK:
            return "none" if nothing else BLANK
        if code == NOT_SEEN:
            return UNSEEN_GROUP
        if meaning is None:
            return UNKNOWN
        value: str = getattr(meaning, feature)
        return value or "none"


def dream_codes() -> CodeList:
    """The list that comes with the library: DREAM's weekly codes as publicly listed about 2016."""
    return _built_in()


def load_code_list(path: Path) -> CodeList:
    """A list of one's own: TOML like the built-in one, or CSV (code;label;family;group;offer;since;until).

    Raises CodeListError naming the line and what it lacks.
    """
    if path.suffix.lower() == ".toml":
        return _from_toml(tomllib.loads(path.read_text(encoding="utf-8")))
    return _from_csv(path)


def three_way(code: str) -> str:
    """A published three-way grouping to check against: ``not_recipient``, ``health`` or ``other``."""
    if code in _NOT_RECIPIENT:
        return "not_recipient"
    number = int(code) if code.isdigit() else 0
    if code in _HEALTH_SINGLES or any(low <= number <= high for low, high in _HEALTH_RANGES):
        return "health"
    return "other"


def _in_week(meanings: list[Code], week: int | None, first_edge: int) -> Code | None:
    """The meaning that holds in a week; None stands for the time before the first edge."""
    when = first_edge - 1 if week is None else week
    for meaning in meanings:
        begins = meaning.since == date.min or week_of(meaning.since) <= when
        ends = meaning.until != date.max and week_of(meaning.until) <= when
        if begins and not ends:
            return meaning
    return None


@lru_cache(maxsize=1)
def _built_in() -> CodeList:
    return _from_toml(tomllib.loads(_DATA.read_text(encoding="utf-8")))


def _from_toml(content: Mapping[str, Any]) -> CodeList:
    try:
        entries = [*_family_codes(content), *_single_codes(content)]
        return CodeList(content["name"], int(content["listed"]), content["source"], tuple(entries))
    except KeyError as error:
        raise CodeListError(f"Kodelisten mangler feltet {error}.") from error


def _family_codes(content: Mapping[str, Any]) -> Iterable[Code]:
    digits = content.get("digit", {})
    for family in content.get("family", []):
        for digit in family["digits"]:
            meaning = digits[str(digit)]
            yield Code(
                f"{family['prefix']}{digit}",
                f"{family['label']}, {meaning['label']}",
                family["family"],
                family["group"],
                meaning["offer"],
                family.get("since", date.min),
                family.get("until", date.max),
            )


def _single_codes(content: Mapping[str, Any]) -> Iterable[Code]:
    for block in content.get("codes", []):
        for code, label in block["labels"].items():
            yield Code(
                code,
                label,
                block["family"],
                block["group"],
                block.get("offer", ""),
                block.get("since", date.min),
                block.get("until", date.max),
            )


def _from_csv(path: Path) -> CodeList:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    entries = tuple(_csv_code(number, row) for number, row in enumerate(rows, start=2))
    return CodeList(path.stem, max((e.since.year for e in entries), default=1), path.name, entries)


def _csv_code(number: int, row: Mapping[str, str | None]) -> Code:
    def text(name: str) -> str:
        return (row.get(name) or "").strip()

    missing = [name for name in ("code", "family", "group") if not text(name)]
    if missing:
        raise CodeListError(f"Linje {number} i kodelisten mangler {', '.join(missing)}.")
    try:
        since = date.fromisoformat(text("since")) if text("since") else date.min
        until = date.fromisoformat(text("until")) if text("until") else date.max
    except ValueError as error:
        raise CodeListError(f"Linje {number} i kodelisten har en dato, som ikke er ÅÅÅÅ-MM-DD.") from error
    return Code(text("code"), text("label"), text("family"), text("group"), text("offer"), since, until)
