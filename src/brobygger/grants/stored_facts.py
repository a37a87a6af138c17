"""The facts of a decision as JSON holds them, so that the law can be asked again in ten years.

Each value that JSON has no word for says what it is: ``{"is": "date", "value": "2026-11-23"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from brobygger.law.codes import (
    Act,
    Context,
    Labelled,
    MentorKind,
    PriceLineKind,
    RightAndDutyEnd,
    SupportType,
)
from brobygger.law.facts import AgreementFacts, DecisionFacts, Facts, PriceLineFact, RightAndDutyFacts
from brobygger.values.period import Period

_ENUMS: Mapping[str, type[Labelled]] = {
    each.__name__: each for each in (Act, Context, SupportType, MentorKind, PriceLineKind, RightAndDutyEnd)
}
_PARTS: Mapping[str, type[Any]] = {
    each.__name__: each for each in (AgreementFacts, PriceLineFact, RightAndDutyFacts, DecisionFacts)
}


def as_data(facts: Facts) -> dict[str, Any]:
    """Plain values for JSON; ``from_data`` gives the same facts back."""
    return _fields(facts)


def from_data(data: Mapping[str, Any]) -> Facts:
    """The facts. A fact that the law no longer has a name for is left out. Raises KeyError for an unknown kind."""
    return Facts(**_known(Facts, data))


def _fields(holder: Any) -> dict[str, Any]:
    """What is said; a field at its default is not written."""
    told = ((each.name, getattr(holder, each.name), each.default) for each in fields(holder))
    return {name: _pack(value) for name, value, default in told if value != default}


def _known(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: _unpack(value) for name, value in data.items() if name in names}


def _pack(value: Any) -> Any:
    if isinstance(value, Labelled):
        return _marked(type(value).__name__, value.value)
    if isinstance(value, Decimal):
        return _marked("Decimal", str(value))
    if isinstance(value, date):
        return _marked("date", value.isoformat())
    if isinstance(value, Period):
        return _marked("Period", [_pack(value.start), _pack(value.end)])
    if isinstance(value, tuple):
        return [_pack(each) for each in value]
    if type(value).__name__ in _PARTS:
        return _marked(type(value).__name__, _fields(value))
    return value


def _marked(kind: str, value: Any) -> dict[str, Any]:
    return {"is": kind, "value": value}


def _unpack(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_unpack(each) for each in data)
    if not isinstance(data, dict):
        return data
    kind, value = data["is"], data["value"]
    if kind == "Decimal":
        return Decimal(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "Period":
        start, end = value
        return Period(_unpack(start), _unpack(end))
    if kind in _ENUMS:
        return _ENUMS[kind](value)
    part = _PARTS[kind]
    return part(**_known(part, value))
