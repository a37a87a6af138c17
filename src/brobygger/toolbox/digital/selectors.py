"""Reading the catalogue of digital tools."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from brobygger.accounts.models import User
from brobygger.mentorships.selectors import municipality_of
from brobygger.toolbox.models import DigitalTool


def visible_to(user: User) -> QuerySet[DigitalTool]:
    """The municipality's tools, by kind and name."""
    found = DigitalTool.objects.filter(municipality_id=municipality_of(user))
    return found.order_by("kind", "name", "valid_from")


def catalogue_on(user: User, on: date) -> QuerySet[DigitalTool]:
    """The tools that can be used on a day."""
    return visible_to(user).filter(Q(ends_before=None) | Q(ends_before__gt=on), valid_from__lte=on)
