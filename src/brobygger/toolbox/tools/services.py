"""Filling in a tool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit import services as audit
from brobygger.mentorships.models import Mentorship
from brobygger.toolbox import parties
from brobygger.toolbox.models import Sheet
from brobygger.toolbox.tools.definitions import LONGEST_TEXT, Answer, Item, Tool

HIGHEST = 10


@transaction.atomic
def fill(
    *, mentorship: Mentorship, tool: Tool, answers: Mapping[str, Any], by: User, on: date, at: datetime
) -> Sheet:
    """Keeps one filled tool as a new row. Raises Refused, NotAllowed, and DoesNotExist for others' mentorships."""
    side = parties.require_part(mentorship, by, on)
    if side not in tool.sides:
        raise NotAllowed(_("Det redskab udfyldes af andre i forløbet."))
    sheet = Sheet.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        citizen_id=mentorship.citizen_id,
        mentor_id=parties.mentor_id_for(mentorship, by, on),
        tool=tool.code,
        side=side,
        answers=_clean(tool, answers),
        filled_on=on,
        filled_at=at,
        filled_by=by,
    )
    audit.record("tool.filled", by=by, subject=mentorship, tool=tool.code, sheet=sheet.public_id)
    return sheet


def _clean(tool: Tool, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is answered, item by item; raises Refused for what no item allows and for a tool left empty."""
    kept = {
        item.key: value for item in tool.items if (value := _answer(item, answers.get(item.key))) is not None
    }
    for item in tool.items:
        if item.required and item.key not in kept:
            raise Refused(_("Svar på: %(question)s") % {"question": item.ask}, field=item.key)
    if not kept:
        raise Refused(_("Skriv eller vælg mindst ét svar."), field=tool.items[0].key)
    return kept


def _answer(item: Item, value: Any) -> Any:
    """The answer as it is kept, None for none."""
    if value is None or value == "" or value is False:
        return None
    if item.answer is Answer.TICK:
        return True
    if item.answer is Answer.SCALE:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST:
            raise Refused(_("Vælg et tal fra 0 til 10."), field=item.key)
        return value
    if item.answer is Answer.CHOICE:
        if value not in dict(item.choices):
            raise Refused(_("Vælg et af svarene."), field=item.key)
        return value
    text = str(value).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(
            _("Teksten er for lang. Skriv højst %(limit_value)d tegn.") % {"limit_value": LONGEST_TEXT},
            field=item.key,
        )
    return text or None
