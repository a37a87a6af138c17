"""Rows to cases. A cell that cannot be read takes its case out, by row and column; the others go on."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from brobygger.review.facts import CaseFacts, FollowUpSeen, GrantedPeriod
from brobygger.review.intake import cells
from brobygger.review.intake.cells import NotReadable, is_blank
from brobygger.review.intake.choices import plain, target_group_on
from brobygger.review.intake.fields import BY_NAME, FIELDS, ITEM_FIELDS, Field, Kind
from brobygger.review.intake.mapping import Column, Mapping_, Sheet
from brobygger.review.intake.sheet import Cell

ONE_DAY = timedelta(days=1)
_MARKS = frozenset({"x", "✓", "✔", "1", "1.0"})


@dataclass(frozen=True)
class Fault:
    """Why a row is not used. ``row`` counts from 1 as the spreadsheet does; the sentence names no content."""

    row: int
    heading: str
    letter: str
    sentence: str


@dataclass(frozen=True)
class ReadCase:
    """A case and the row of the file it begins in."""

    row: int
    facts: CaseFacts


@dataclass(frozen=True)
class Reading:
    """What was read. ``rows`` counts those that are not empty; ``bad_rows`` are positions in the sheet."""

    cases: tuple[ReadCase, ...]
    faults: tuple[Fault, ...]
    rows: int
    bad_rows: tuple[int, ...]


class Pseudonyms:
    """The same person gets the same reference within one reading, and nobody can reckon back from it."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)
        self._known: dict[str, str] = {}

    def of(self, text: str, letter: str) -> str:
        if text not in self._known:
            digest = hmac.digest(self._key, text.encode(), "sha256").hex()
            self._known[text] = digest[:10].upper()
        return f"{letter}-{self._known[text]}"


Values = dict[str, list[tuple[tuple[int, int], Any]]]
"""Field -> ((row, which of the field's columns), value) of the cells that say something."""


@dataclass
class _Draft:
    """The rows of one case while they are gathered."""

    row: int
    places: list[int]
    values: Values
    clash: Fault | None = None


@dataclass
class _Reader:
    sheet: Sheet
    mapping: Mapping_
    pseudonyms: Pseudonyms
    faults: list[Fault] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.columns: list[tuple[Column, Field]] = [
            (column, BY_NAME[name])
            for column in self.sheet.columns
            if (name := self.mapping.get(column.position, ""))
        ]
        self.counts: dict[str, int] = {}
        self.told = {each.name for column, each in self.columns if column.filled}
        self.plan: list[tuple[Column, Field, int, dict[Any, Any], bool | None]] = []
        for column, each in self.columns:
            ordinal = self.counts.get(each.name, 0)
            self.counts[each.name] = ordinal + 1
            self.plan.append((column, each, ordinal, {}, _blank(self.sheet, column, each)))

    def number(self, place: int) -> int:
        return self.sheet.first_row + place

    def refuse(self, place: int, column: Column, sentence: str) -> None:
        self.faults.append(Fault(self.number(place), column.heading, column.letter, sentence))
        self.bad.add(place)

    def column_of(self, name: str) -> Column:
        return next((column for column, each in self.columns if each.name == name), self.sheet.columns[0])

    def values(self, place: int) -> Values:
        """What the row says. A cell that cannot be read is told of and left out."""
        found: Values = {}
        row = self.sheet.rows[place]
        for column, each, ordinal, known, blank in self.plan:
            cell = row[column.position]
            if isinstance(cell, str) and (not cell or cell.isspace()):
                if blank is None:
                    continue
                value: Any = blank
            else:
                # Lists repeat the same few words and days; each is read once.
                key = cell if isinstance(cell, str) else (type(cell), cell)
                value = known.get(key, self)
                if value is self:
                    try:
                        value = known[key] = self._read(each, cell)
                    except NotReadable as error:
                        self.refuse(place, column, str(error))
                        continue
            found.setdefault(each.name, []).append(((place, ordinal), value))
        return found

    def _read(self, each: Field, cell: Cell) -> Any:
        value = each.read(cell)
        if each.kind is Kind.PERSON:
            return self._person(cell, value)
        if isinstance(value, str) and cells.holds_cpr(value):
            return self.pseudonyms.of(plain(value), "S")
        return value

    def _person(self, cell: Cell, text: str) -> tuple[str, str]:
        """(reference, kind of reference): only references of one kind can be compared."""
        try:
            return self.pseudonyms.of(cells.read_cpr(cell), "P"), "cpr"
        except NotReadable:
            kind = "name" if len(plain(text).split()) > 1 else "short"
            return self.pseudonyms.of(plain(text), "P"), kind


def read_cases(sheet: Sheet, mapping: Mapping_, *, pseudonyms: Pseudonyms | None = None) -> Reading:
    """Every case of the sheet. Rows with the same case number are one case with several periods."""
    reader = _Reader(sheet, mapping, pseudonyms or Pseudonyms())
    drafts: dict[str, _Draft] = {}
    rows = 0
    for place, row in enumerate(sheet.rows):
        if all(is_blank(cell) for cell in row):
            continue
        rows += 1
        _gather(reader, drafts, place)
    cases = tuple(case for draft in drafts.values() if (case := _case(reader, draft)) is not None)
    faults = sorted(reader.faults, key=lambda fault: (fault.row, len(fault.letter), fault.letter))
    return Reading(cases, tuple(faults), rows, tuple(sorted(reader.bad)))


def _blank(sheet: Sheet, column: Column, each: Field) -> bool | None:
    """What an empty cell says. In a column of free text nothing was written; in a column of marks it is a no;
    beside a spoken no, or where the whole column is empty, it says nothing."""
    if each.kind not in (Kind.DOCUMENTED, Kind.YES_NO) or not column.filled or each.several:
        return None
    words = {
        cells.text_of(row[column.position]).lower()
        for row in sheet.rows
        if not is_blank(row[column.position])
    }
    if words <= _MARKS:
        return False
    if each.kind is Kind.YES_NO:
        return None
    return None if words & {"nej", "no", "n", "0", "falsk", "false"} else False


def _gather(reader: _Reader, drafts: dict[str, _Draft], place: int) -> None:
    before = len(reader.faults)
    values = reader.values(place)
    number = reader.number(place)
    code = f"Række {number}"
    if "case_code" in reader.counts:
        if "case_code" not in values:
            if len(reader.faults) == before:
                reader.refuse(place, reader.column_of("case_code"), "Sagsnummeret mangler.")
            return
        code = values["case_code"][0][1]
    draft = drafts.get(code)
    if draft is None:
        drafts[code] = _Draft(number, [place], values)
        return
    draft.places.append(place)
    _join(reader, draft, values, place)


def _join(reader: _Reader, draft: _Draft, values: Values, place: int) -> None:
    for name, several in values.items():
        if BY_NAME[name].several:
            draft.values.setdefault(name, []).extend(several)
            continue
        known = draft.values.setdefault(name, several)
        if known[0][1] != several[0][1]:
            reader.refuse(
                place,
                reader.column_of(name),
                f"Sagen står også i række {draft.row} med noget andet i den kolonne.",
            )


def _case(reader: _Reader, draft: _Draft) -> ReadCase | None:
    if reader.bad.intersection(draft.places):
        # A case of several rows is whole or not at all.
        reader.bad.update(draft.places)
        return None
    values = {name: several[0][1] for name, several in draft.values.items()}
    try:
        facts = _facts(reader, draft.values, values, f"Række {draft.row}")
    except _Contradiction as found:
        reader.refuse(draft.places[0], reader.column_of(found.field_name), str(found))
        reader.bad.update(draft.places)
        return None
    return ReadCase(draft.row, facts)


class _Contradiction(Exception):
    """Two cells of one case cannot both be right."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field_name = field_name


_PLAIN = tuple(
    each.name
    for each in FIELDS
    if each.facts == (each.name,)
    and not each.several
    and each.kind is not Kind.PERSON
    and each.name not in ("case_code", "target_group")
)


def _facts(reader: _Reader, cells_of: Values, values: Mapping[str, Any], fallback: str) -> CaseFacts:
    facts = {name: values[name] for name in _PLAIN if name in values}
    periods = _periods(cells_of)
    day = values.get("decided_on") or (periods[0].start if periods else values.get("started_on"))
    if "target_group" in values:
        facts["target_group"] = target_group_on(values["target_group"], day)
    if periods:
        facts["periods"] = periods
        facts["planned_end_before"] = max(period.end_before for period in periods)
    if "granted_minutes" not in values and "weekly_minutes" in values and periods:
        days = sum((end - start).days for start, end in periods)
        facts["granted_minutes"] = round(values["weekly_minutes"] * days / 7)
    _require_order(values)
    facts |= _people(values)
    facts["follow_ups"] = _follow_ups(reader, cells_of)
    if "contact_dates" in cells_of:
        days_of_contact = {day for _, several in cells_of["contact_dates"] for day in several}
        facts["contact_dates"] = tuple(sorted(days_of_contact))
        facts.setdefault("first_contact_on", min(days_of_contact))
    if "price_line_kinds" in cells_of:
        facts["price_line_kinds"] = frozenset().union(*(kinds for _, kinds in cells_of["price_line_kinds"]))
    if ITEM_FIELDS.keys() <= values.keys():
        facts["agreement_items"] = frozenset(item for name, item in ITEM_FIELDS.items() if values[name])
    return CaseFacts(case_code=str(values.get("case_code", fallback)), **facts)


def _periods(cells_of: Values) -> tuple[GrantedPeriod, ...]:
    """The granted periods; none where a start or an end is missing."""
    starts, ends = dict(cells_of.get("period_start", ())), dict(cells_of.get("period_end", ()))
    if starts.keys() != ends.keys():
        return ()
    periods = {(start, ends[key] + ONE_DAY) for key, start in starts.items()}
    if any(end <= start for start, end in periods):
        raise _Contradiction("period_end", "Den bevilgede periode slutter, før den begynder.")
    return tuple(GrantedPeriod(*each) for each in sorted(periods))


def _require_order(values: Mapping[str, Any]) -> None:
    started, ended = values.get("started_on"), values.get("ended_on")
    if started and ended and ended < started:
        raise _Contradiction("ended_on", "Støtten slutter, før den begynder.")


def _people(values: Mapping[str, Any]) -> dict[str, Any]:
    """References only. Mentor and decision maker are kept apart only where the two can be compared."""
    found: dict[str, Any] = {
        name: values[name][0] for name in ("citizen_ref", "mentor_ref", "decided_by_ref") if name in values
    }
    if "mentor_ref" in found and "decided_by_ref" in found and "mentor_is_decider" not in values:
        mentor, decider = values["mentor_ref"], values["decided_by_ref"]
        comparable = mentor[1] == decider[1] != "short"
        if mentor[0] != decider[0] and not comparable:
            del found["mentor_ref"]
    return found


def _follow_ups(reader: _Reader, cells_of: Values) -> tuple[FollowUpSeen, ...] | None:
    """None unless the list says both when follow-up was due and when it was held, or that there was none."""
    if "follow_up_done" not in reader.told:
        return None
    due, done = _by_place(cells_of, "follow_up_due"), _by_place(cells_of, "follow_up_done")
    if not due:
        return None if done else ()
    delivered = {(*key, 0): value for key, value in cells_of.get("service_delivered", ())}
    if reader.counts["follow_up_due"] != reader.counts["follow_up_done"]:
        # The columns do not stand in pairs, so the days are paired in their order.
        done = dict(zip(sorted(due, key=due.__getitem__), sorted(done.values()), strict=False))
    return tuple(
        FollowUpSeen(day, done.get(key), delivered.get(key))
        for key, day in sorted(due.items(), key=lambda each: each[1])
    )


def _by_place(cells_of: Values, name: str) -> dict[tuple[int, int, int], date]:
    """(row, which column, which in the cell) -> day."""
    return {
        (*key, number): day for key, several in cells_of.get(name, ()) for number, day in enumerate(several)
    }
