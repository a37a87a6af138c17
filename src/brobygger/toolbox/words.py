"""Words that several of the toolbox's presenters use."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from brobygger.toolbox.models import Side
from brobygger.ui.formats import reader_short_date


def who(side: Side | str, viewer: Side) -> str:
    """Whose something is, as ``viewer`` says it."""
    if side == viewer and viewer is not Side.STAFF:
        return _("Du")
    return {
        Side.CITIZEN: _("Borgeren"),
        Side.MENTOR: _("Din mentor") if viewer is Side.CITIZEN else _("Mentoren"),
        Side.STAFF: _("Kommunen"),
    }[Side(side)]


def by(side: Side | str, day: date, viewer: Side) -> str:
    """Whose something is and of which day."""
    return _("%(who)s, %(day)s") % {"who": who(side, viewer), "day": reader_short_date(day)}


def in_order(viewer: Side) -> list[tuple[Side, str]]:
    """The sides with their words: citizen, mentor, municipality."""
    return [(side, who(side, viewer)) for side in (Side.CITIZEN, Side.MENTOR, Side.STAFF)]
