"""Writing the audit trail: explicit, in the caller's transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

_request: ContextVar[uuid.UUID | None] = ContextVar("audit_request", default=None)


class Doer(Protocol):
    """Whoever acts: a user, or a named job."""

    @property
    def pk(self) -> Any: ...
    @property
    def municipality_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> list[str]: ...


class Subject(Protocol):
    public_id: uuid.UUID


class NamedJob:
    """A job of the system, with a name: nobody acts without one."""

    def __init__(self, name: str, municipality_id: int | None) -> None:
        self.pk = None
        self.name = name
        self.municipality_id = municipality_id
        self.roles = ["SYSTEM"]


@contextmanager
def request_scope(request_id: uuid.UUID) -> Iterator[uuid.UUID]:
    """All events inside carry the same request id."""
    token = _request.set(request_id)
    try:
        yield request_id
    finally:
        _request.reset(token)


@dataclass(frozen=True)
class Recorded:
    """One of many events that are recorded together; ``detail`` as for ``record``."""

    action: str
    subject: Subject
    detail: Mapping[str, Any]


def record(
    action: str,
    *,
    by: Doer,
    subject: Subject | None = None,
    subject_kind: str = "",
    relation: str = "",
    purpose: str = "",
    **detail: Any,
) -> None:
    """Inserts one event; ``detail`` must be serialisable and hold no CPR number."""
    kind = subject_kind or (type(subject).__name__ if subject else "")
    name = str(subject.public_id) if subject else ""
    _insert([[*_who(by), action, kind, name, relation, purpose, _request_id(), _as_json(detail)]])


def record_all(events: Sequence[Recorded], *, by: Doer) -> None:
    """Inserts many events by the same doer with one statement, in their order."""
    who = _who(by)
    _insert(
        [
            [*who, each.action, type(each.subject).__name__, str(each.subject.public_id), "", "",
             _request_id(), _as_json(each.detail)]
            for each in events
        ]
    )  # fmt: skip


def _who(by: Doer) -> list[Any]:
    return [by.municipality_id, by.pk, by.name, ",".join(by.roles)]


def _request_id() -> str:
    return str(_request.get() or uuid.uuid4())


def _as_json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, default=str, ensure_ascii=False)


def _insert(rows: Sequence[Sequence[Any]]) -> None:
    """Plain SQL because the application may insert but a mentor's or citizen's transaction may not read back.

    The time is the database's own clock.
    """
    if not rows:
        return
    row = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())"
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_event (municipality_id, actor_id, actor_name, acting_role, action, subject_kind,"
            f" subject, relation, purpose, request_id, detail, at) values {', '.join([row] * len(rows))}",
            [value for each in rows for value in each],
        )
