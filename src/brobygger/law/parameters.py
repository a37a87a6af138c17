"""Numbers of the law that change with the date, one TOML file each in ``data/``.

A missing number is an error, never 0. "Not confirmed" and "ended" are written down, never an absence.
An administrator's own dated rows lie on top of the shipped series (``with_local``) and never rewrite them.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source


class Status(StrEnum):
    IN_FORCE = "in force"
    NOT_CONFIRMED = "not confirmed"
    ENDED = "ended"
    DRAFT = "draft"
    EXAMPLE = "example"

    @property
    def is_settled(self) -> bool:
        """Whether the law has spoken: a draft, an example and a gap leave room for an administrator's row."""
        return self in (Status.IN_FORCE, Status.ENDED)


class MissingParameter(LookupError):
    """No dated row of the parameter covers the date."""

    def __init__(self, parameter_id: str, on: date) -> None:
        super().__init__(f"Parameteren {parameter_id} har ingen værdi den {on:%d.%m.%Y}.")
        self.parameter_id, self.on = parameter_id, on


@dataclass(frozen=True)
class Step:
    """One step of a ladder: the amount from a week on, the first week is 1."""

    week: int
    amount: Decimal


@dataclass(frozen=True)
class ParameterValue:
    """A number on a date. ``amount`` is None where it is not confirmed or has ended; ``unit`` is English.

    ``steps`` is a ladder by week, ``text`` a value in words (an account code), ``draft`` a figure of a bill that is
    shown and never used as a limit. ``recorded_on`` is set on an administrator's own row.
    """

    id: str
    amount: Decimal | None
    unit: str
    start: date
    source: Source
    confirmed_on: date
    status: Status = Status.IN_FORCE
    note: str = ""
    text: str = ""
    steps: tuple[Step, ...] = ()
    draft: Decimal | None = None
    recorded_on: date | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.status.is_settled and self.source.confidence is not Confidence.NOT_CONFIRMED

    @property
    def is_local(self) -> bool:
        """Whether an administrator recorded it."""
        return self.recorded_on is not None

    def in_week(self, week: int) -> Decimal:
        """The amount of a ladder in a week, the first week is 1. Raises ValueError where there is none."""
        reached = [step.amount for step in self.steps if step.week <= week]
        if not reached:
            raise ValueError(f"{self.id} har intet trin i uge {week}.")
        return reached[-1]

    @cached_property
    def whole(self) -> int:
        """The number as a whole one. Raises ValueError where there is none."""
        if self.amount is None or self.amount != int(self.amount):
            raise ValueError(f"{self.id} er ikke et helt tal fra {self.start}.")
        return int(self.amount)


@dataclass(frozen=True)
class Parameter:
    """A series of dated values, oldest first. ``series`` is the id whose values this one shares, or ''."""

    id: str
    text: str
    unit: str
    values: tuple[ParameterValue, ...]
    series: str = ""

    def period_of(self, value: ParameterValue) -> Period:
        """The days on which ``value`` is the one that counts."""
        later = [each.start for each in self.values if each.start > value.start]
        return Period(value.start, min(later, default=None))

    def on(self, day: date) -> ParameterValue:
        """Raises MissingParameter."""
        current = [each for each in self.values if each.start <= day]
        if not current:
            raise MissingParameter(self.id, day)
        return current[-1]


def parse(text: str) -> Parameter:
    """A parameter from the text of its file. Raises KeyError and ValueError for a file that is not whole."""
    data = tomllib.loads(text, parse_float=Decimal)
    rows = tuple(_value(data, row) for row in data.get("value", []))
    starts = [row.start for row in rows]
    if starts != sorted(set(starts)):
        raise ValueError(f"{data['id']}: datoerne skal stå i rækkefølge og kun én gang.")
    if not rows and "series" not in data:
        raise ValueError(f"{data['id']}: der er ingen værdier.")
    return Parameter(data["id"], data["text"], data["unit"], rows, data.get("series", ""))


_VALUE_KEYS = ("amount", "steps", "words", "draft")
_VALUE_OF: Mapping[Status, tuple[set[str], ...]] = {
    Status.IN_FORCE: ({"amount"}, {"steps"}, {"words"}),
    Status.NOT_CONFIRMED: (set(),),
    Status.ENDED: (set(),),
    Status.DRAFT: ({"draft"},),
    Status.EXAMPLE: ({"words"},),
}
"""Which keys carry the value of a row, by its status."""


def _value(data: dict[str, Any], row: dict[str, Any]) -> ParameterValue:
    status = Status(row["status"])
    if {*_VALUE_KEYS} & {*row} not in _VALUE_OF[status]:
        raise ValueError(f"{data['id']}: værdien passer ikke til, at den er {status.value}.")
    source = row["source"]
    return ParameterValue(
        id=data["id"],
        amount=Decimal(row["amount"]) if "amount" in row else None,
        unit=data["unit"],
        start=row["from"],
        source=Source(source["act"], source["paragraph"], source["url"], Confidence(source["confidence"])),
        confirmed_on=row["confirmed_on"],
        status=status,
        note=row.get("note", ""),
        text=row.get("words", ""),
        steps=tuple(Step(each["week"], Decimal(each["amount"])) for each in row.get("steps", [])),
        draft=Decimal(row["draft"]) if "draft" in row else None,
    )


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by id; an id that shares another's values carries them under its own name."""
    folder = files("brobygger.law") / "data"
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    read = [parse((folder / name).read_text(encoding="utf-8")) for name in names]
    own = {each.id: each for each in read}
    return {each.id: _with_series(each, own) for each in read}


def _with_series(parameter: Parameter, own: dict[str, Parameter]) -> Parameter:
    if not parameter.series:
        return parameter
    shared = own[parameter.series]
    return Parameter(parameter.id, parameter.text, shared.unit, shared.values, parameter.series)


@dataclass(frozen=True)
class LocalParameterRow:
    """What an administrator records: a value from a day on, where it stands, and the day it was recorded.

    Raises ValueError for a row without value, with two values, or without the name of a source.
    """

    parameter_id: str
    start: date
    source: Source
    recorded_on: date
    amount: Decimal | None = None
    text: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if (self.amount is None) == (not self.text.strip()):
            raise ValueError("Skriv et tal eller en tekst, og kun én af dem.")
        if self.amount is not None and not self.amount.is_finite():
            raise ValueError("Skriv et tal.")
        if not self.source.act.strip():
            raise ValueError("Skriv, hvor tallet står.")


WHOLE_UNITS = frozenset({"months", "days", "weeks", "periods", "employees"})
WORD_UNITS = frozenset({"words", "account", "percent by week"})
"""The units whose value is written in words by an administrator."""


class Parameters:
    """The numbers that count on each day: the shipped series and the administrators' own rows.

    The row with the latest first day counts. On the same day a shipped row that the law has settled goes before
    a local one, and a local one before a shipped row that is not confirmed; of two local ones the one recorded last.
    """

    def __init__(self, shipped: Mapping[str, Parameter], local: Iterable[LocalParameterRow] = ()) -> None:
        """Raises ValueError for a local row of a parameter that does not exist, or whose value does not fit it."""
        self._shipped = shipped
        self._local = tuple(local)
        self._rows: dict[str, list[ParameterValue]] = defaultdict(list)
        for row in self._local:
            series = self._series_of(row)
            self._rows[series].append(_local_value(row, shipped[series]))
        self._timelines: dict[str, tuple[list[date], list[ParameterValue]]] = {}

    def _series_of(self, row: LocalParameterRow) -> str:
        known = self._shipped.get(row.parameter_id)
        if known is None:
            raise ValueError(f"Parameteren {row.parameter_id} findes ikke.")
        return known.series or known.id

    @property
    def local(self) -> tuple[LocalParameterRow, ...]:
        return self._local

    def with_local(self, rows: Iterable[LocalParameterRow], *, known_on: date | None = None) -> Parameters:
        """These numbers with further rows; ``known_on`` leaves out what was recorded after that day."""
        added = (row for row in rows if known_on is None or row.recorded_on <= known_on)
        return Parameters(self._shipped, (*self._local, *added))

    def on(self, parameter_id: str, day: date) -> ParameterValue:
        """The value that counts on a day. Raises MissingParameter, which names id and date."""
        starts, values = self._timelines.get(parameter_id) or self._timeline(parameter_id, day)
        index = bisect_right(starts, day)
        if not index:
            raise MissingParameter(parameter_id, day)
        return values[index - 1]

    def rows(self, parameter_id: str) -> tuple[ParameterValue, ...]:
        """Every row, shipped and local, oldest first; also those that another one goes before."""
        known = self._shipped[parameter_id]
        return tuple(sorted((*known.values, *self._rows.get(known.series or known.id, ())), key=_order))

    def _timeline(self, parameter_id: str, day: date) -> tuple[list[date], list[ParameterValue]]:
        if parameter_id not in self._shipped:
            raise MissingParameter(parameter_id, day)
        counting = {value.start: value for value in self.rows(parameter_id)}
        timeline = (list(counting), list(counting.values()))
        self._timelines[parameter_id] = timeline
        return timeline


def _order(value: ParameterValue) -> tuple[date, int, date]:
    rank = 1 if value.is_local else (2 if value.status.is_settled else 0)
    return (value.start, rank, value.recorded_on or date.min)


def _local_value(row: LocalParameterRow, parameter: Parameter) -> ParameterValue:
    if (parameter.unit in WORD_UNITS) == (row.amount is not None):
        raise ValueError(f"{parameter.id} skrives {'med ord' if row.amount is not None else 'som et tal'}.")
    if row.amount is not None and parameter.unit in WHOLE_UNITS and not _is_whole(row.amount):
        raise ValueError(f"{parameter.id} er et helt tal over 0.")
    return ParameterValue(
        id=parameter.id,
        amount=row.amount,
        unit=parameter.unit,
        start=row.start,
        source=row.source,
        confirmed_on=row.recorded_on,
        note=row.note,
        text=row.text,
        recorded_on=row.recorded_on,
    )


def _is_whole(amount: Decimal) -> bool:
    return amount == amount.to_integral_value() and 0 < amount <= 10_000


@cache
def shipped() -> Parameters:
    """The numbers as they come with the product, without local rows."""
    return Parameters(parameters())


def with_local(rows: Iterable[LocalParameterRow], *, known_on: date | None = None) -> Parameters:
    """The shipped numbers with an administrator's rows. Raises ValueError for an unknown parameter."""
    return shipped().with_local(rows, known_on=known_on)


@lru_cache(maxsize=4096)
def parameter(parameter_id: str, on: date) -> ParameterValue:
    """The shipped value on a date; ``amount`` is None where the law is not confirmed or has ended.

    Raises MissingParameter, which names id and date, when no dated row covers the date or no file has the id.
    """
    return shipped().on(parameter_id, on)
