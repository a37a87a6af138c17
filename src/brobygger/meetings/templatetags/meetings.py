"""The next meetings of whoever reads the page, for the own pages of packages that do not know of meetings."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from brobygger.meetings import presenters

register = template.Library()


@register.inclusion_tag("meetings/next_meetings.html", takes_context=True)
def next_meetings(context: Context) -> dict[str, Any]:
    """``{% load meetings %}{% next_meetings %}``: needs ``request`` and ``today``, which every page has."""
    user, today = context["request"].user, context["today"]
    return {"next": presenters.next_meetings(user, today), "today": today}
