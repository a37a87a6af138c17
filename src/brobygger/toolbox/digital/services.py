"""Keeping the catalogue of digital tools."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.toolbox.digital import selectors
from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.models import DigitalTool


@dataclass(frozen=True)
class Entry:
    """What the editor says of a tool. ``ends_before`` is the first day it is no longer used, None while it is."""

    kind: Kind
    name: str
    what_for: str
    who_for: str
    price: str
    data_protection: str
    address: str
    valid_from: date
    ends_before: date | None


@transaction.atomic
def add(*, entry: Entry, by: User, at: datetime) -> DigitalTool:
    """A new tool in the catalogue. Raises Refused and NotAllowed."""
    require(by, Permission.KEEP_CATALOGUE)
    _check(entry)
    tool = DigitalTool.objects.create(
        municipality_id=municipality_of(by), changed_at=at, changed_by=by, **_fields(entry)
    )
    audit.record("digital_tool.added", by=by, subject=tool, name=tool.name, after=_fields(entry))
    return tool


@transaction.atomic
def change(*, tool: DigitalTool, version: int, entry: Entry, by: User, at: datetime) -> None:
    """Changes a tool that nobody else has changed since ``version``. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.KEEP_CATALOGUE)
    _check(entry)
    changed = (
        selectors.visible_to(by)
        .filter(pk=tool.pk, version=version)
        .update(changed_at=at, changed_by=by, version=F("version") + 1, **_fields(entry))
    )
    if not changed:
        raise Conflict(_("En anden har rettet værktøjet imens. Hent siden igen."))
    before = {name: getattr(tool, name) for name in _fields(entry)}
    audit.record("digital_tool.changed", by=by, subject=tool, before=before, after=_fields(entry))


def _check(entry: Entry) -> None:
    if entry.ends_before is not None and entry.ends_before <= entry.valid_from:
        raise Refused(_("Den sidste dag kan ikke ligge før den første."), field="last_day")


def _fields(entry: Entry) -> dict[str, Any]:
    return {**asdict(entry), "kind": entry.kind.value}
