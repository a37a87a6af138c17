"""The catalogue as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.models import DigitalTool
from brobygger.ui.formats import danish_date
from brobygger.values.period import ONE_DAY


@dataclass(frozen=True)
class Row:
    """A tool and whether it can be used today."""

    tool: DigitalTool
    state: str
    tone: str


def groups(tools: Iterable[DigitalTool], today: date) -> list[tuple[str, list[Row]]]:
    """The tools under their kinds; kinds without any are left out."""
    rows = [_row(tool, today) for tool in tools]
    found = [(str(kind.label), [row for row in rows if row.tool.kind == kind]) for kind in Kind]
    return [(label, own) for label, own in found if own]


def _row(tool: DigitalTool, today: date) -> Row:
    if tool.valid_from > today:
        return Row(tool, _("Fra %(day)s") % {"day": danish_date(tool.valid_from)}, "planned")
    if tool.ends_before is None:
        return Row(tool, _("Kan bruges"), "done")
    last = {"day": danish_date(tool.ends_before - ONE_DAY)}
    if tool.ends_before <= today:
        return Row(tool, _("Udgik %(day)s") % last, "expired")
    return Row(tool, _("Til og med %(day)s") % last, "expiring")


def page(tools: Iterable[DigitalTool], today: date, *, may_keep: bool) -> dict[str, Any]:
    return {"groups": groups(tools, today), "may_keep": may_keep}
