"""Cases and dated rows of the law as lines of JSON, for machines that cannot reach the database.

A line holds one case: ``{"municipality", "team", "key", "case"}``; ``key`` and ``team`` are the sender's own and come
back with the findings. Of a case only the known facts are written, so that an older file reads as it was meant.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, SupportType
from brobygger.law.parameters import LocalParameterRow
from brobygger.review.facts import CaseFacts, FollowUpSeen, GrantedPeriod
from brobygger.values.source import Confidence, Source


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _periods(rows: list[list[str]]) -> tuple[GrantedPeriod, ...]:
    return tuple(GrantedPeriod(*map(date.fromisoformat, row)) for row in rows)


def _follow_ups(rows: list[list[Any]]) -> tuple[FollowUpSeen, ...]:
    return tuple(FollowUpSeen(date.fromisoformat(due), _day(done_on), told) for due, done_on, told in rows)


_READ: Mapping[str, Callable[[Any], Any]] = {
    "date | None": date.fromisoformat,
    "Decimal | None": Decimal,
    "Act | None": Act,
    "Context | None": Context,
    "SupportType | None": SupportType,
    "MentorKind | None": MentorKind,
    "frozenset[str] | None": frozenset,
    "frozenset[PriceLineKind] | None": lambda kinds: frozenset(map(PriceLineKind, kinds)),
    "tuple[date, ...] | None": lambda days: tuple(map(date.fromisoformat, days)),
    "tuple[GrantedPeriod, ...] | None": _periods,
    "tuple[FollowUpSeen, ...] | None": _follow_ups,
}
"""How a fact is read again, by how it is declared; numbers, texts and marks are the same in JSON."""

_READERS = {each.name: _READ.get(str(each.type)) for each in fields(CaseFacts)}


class Sent(NamedTuple):
    """A case with the keys that its findings go back to."""

    municipality: str
    team: int | None
    key: int
    case: CaseFacts


def to_line(sent: Sent) -> str:
    """One case on one line, without its end."""
    case = {name: _plain(value) for name in _READERS if (value := getattr(sent.case, name)) is not None}
    record = {"municipality": sent.municipality, "team": sent.team, "key": sent.key, "case": case}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def from_line(line: str) -> Sent:
    """The case of a line. Raises ValueError for a line that ``to_line`` did not write."""
    try:
        record = json.loads(line)
        case = CaseFacts(**{name: _read(name, value) for name, value in record["case"].items()})
        return Sent(record["municipality"], record["team"], record["key"], case)
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"Linjen er ikke en sag: {line[:80]}") from error


def _read(name: str, value: Any) -> Any:
    reader = _READERS[name]
    return reader(value) if reader else value


def rows_to_text(rows: Mapping[str, Iterable[LocalParameterRow]]) -> str:
    """Municipality -> its own dated rows of the law, as JSON."""
    return json.dumps(
        {code: [_row(each) for each in own] for code, own in rows.items()}, ensure_ascii=False, indent=1
    )


def _row(row: LocalParameterRow) -> dict[str, Any]:
    source = row.source
    return {
        "parameter": row.parameter_id,
        "start": row.start.isoformat(),
        "source": [source.act, source.paragraph, source.url, source.confidence.value],
        "recorded_on": row.recorded_on.isoformat(),
        "amount": None if row.amount is None else str(row.amount),
        "text": row.text,
        "note": row.note,
    }


def rows_from_text(text: str) -> dict[str, tuple[LocalParameterRow, ...]]:
    """As ``rows_to_text`` wrote them. Raises KeyError and ValueError for another text."""
    return {code: tuple(map(_row_from, own)) for code, own in json.loads(text).items()}


def _row_from(data: Mapping[str, Any]) -> LocalParameterRow:
    act, paragraph, url, confidence = data["source"]
    return LocalParameterRow(
        parameter_id=data["parameter"],
        start=date.fromisoformat(data["start"]),
        source=Source(act, paragraph, url, Confidence(confidence)),
        recorded_on=date.fromisoformat(data["recorded_on"]),
        amount=None if data["amount"] is None else Decimal(data["amount"]),
        text=data["text"],
        note=data["note"],
    )
