"""Writing the audit trail: explicit, in the caller's transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
    """Inserts one event; ``detail`` must be serialisable and hold no CPR number.

    Plain SQL because the application may insert but a mentor's or citizen's transaction may not read back.
    The time is the database's own clock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_event (municipality_id, at, actor_id, actor_name, acting_role, action, subject_kind,"
            " subject, relation, purpose, request_id, detail)"
            " values (%s, clock_timestamp(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                by.municipality_id,
                by.pk,
                by.name,
                ",".join(by.roles),
                action,
                subject_kind or (type(subject).__name__ if subject else ""),
                str(subject.public_id) if subject else "",
                relation,
                purpose,
                str(_request.get() or uuid.uuid4()),
                json.dumps(detail, default=str, ensure_ascii=False),
            ],
        )
