"""Numbers of the law that change with the date, one TOML file each in ``data/``.

A missing number is an error, never 0. "Not confirmed" and "ended" are written down, never an absence.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source


class Status(StrEnum):
    IN_FORCE = "in force"
    NOT_CONFIRMED = "not confirmed"
    ENDED = "ended"


class MissingParameter(LookupError):
    """No dated row of the parameter covers the date."""

    def __init__(self, parameter_id: str, on: date) -> None:
        super().__init__(f"Parameteren {parameter_id} har ingen værdi den {on:%d.%m.%Y}.")
        self.parameter_id, self.on = parameter_id, on


@dataclass(frozen=True)
class ParameterValue:
    """A number on a date. ``amount`` is None where it is not confirmed or has ended; ``unit`` is English."""

    id: str
    amount: Decimal | None
    unit: str
    start: date
    source: Source
    confirmed_on: date
    status: Status = Status.IN_FORCE
    note: str = ""

    @property
    def is_confirmed(self) -> bool:
        return (
            self.status is not Status.NOT_CONFIRMED and self.source.confidence is not Confidence.NOT_CONFIRMED
        )

    @property
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


def _value(data: dict[str, Any], row: dict[str, Any]) -> ParameterValue:
    status = Status(row["status"])
    if (status is Status.IN_FORCE) != ("amount" in row):
        raise ValueError(f"{data['id']}: en værdi i kraft har et tal, og kun den.")
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


@lru_cache(maxsize=4096)
def parameter(parameter_id: str, on: date) -> ParameterValue:
    """The value on a date; ``amount`` is None where the law is not confirmed or has ended.

    Raises MissingParameter, which names id and date, when no dated row covers the date or no file has the id.
    """
    known = parameters().get(parameter_id)
    if known is None:
        raise MissingParameter(parameter_id, on)
    return known.on(on)
