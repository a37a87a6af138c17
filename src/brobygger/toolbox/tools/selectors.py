"""Reading filled tools. Whoever calls has found the mentorship through ``parties.case_for``."""

from __future__ import annotations

from django.db.models import QuerySet

from brobygger.mentorships.models import Mentorship
from brobygger.toolbox.models import Sheet, Side
from brobygger.toolbox.tools.definitions import Seen, Tool


def sheets_of(mentorship: Mentorship) -> QuerySet[Sheet]:
    """Everything filled in on a mentorship, newest first."""
    found = Sheet.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("filled_by").order_by("-filled_at", "-id")


def newest_of(sheets: list[Sheet], tool: Tool, *, mentor_id: int | None) -> dict[Side, Sheet]:
    """The newest of each side, out of what ``sheets_of`` gave. What both answer counts with the mentor of now only."""
    found: dict[Side, Sheet] = {}
    for sheet in sheets:
        is_current = tool.seen is Seen.AT_ONCE or sheet.mentor_id == mentor_id
        if sheet.tool == tool.code and is_current:
            found.setdefault(Side(sheet.side), sheet)
    return found


def open_to(newest: dict[Side, Sheet], tool: Tool) -> bool:
    """Whether everybody may see what the others answered."""
    return tool.seen is Seen.AT_ONCE or all(Side(side) in newest for side in tool.sides)


def seen_by(viewer: Side, sheets: list[Sheet], tool: Tool, *, mentor_id: int | None) -> list[Sheet]:
    """The sheets of a tool that ``viewer`` may read: the own always, the others' when it is time."""
    filled = [sheet for sheet in sheets if sheet.tool == tool.code]
    if tool.seen is Seen.AT_ONCE:
        return filled
    is_time = open_to(newest_of(sheets, tool, mentor_id=mentor_id), tool)
    return [
        sheet
        for sheet in filled
        if _is_own(sheet, viewer, mentor_id) or (is_time and sheet.mentor_id == mentor_id)
    ]


def _is_own(sheet: Sheet, viewer: Side, mentor_id: int | None) -> bool:
    return sheet.side == viewer and (viewer is Side.CITIZEN or sheet.mentor_id == mentor_id)
