"""What mentor and company see of a hearing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.followups.hearings import selectors
from brobygger.followups.models import Hearing
from brobygger.hours.asks import Ask
from brobygger.ui.formats import danish_date


def asks_of(user: User, today: date) -> list[Ask]:
    """What mentor or company is asked now, as a line on their own page. One query; none for others."""
    if user.kind not in ("mentor", "company"):
        return []
    return [
        Ask(
            sentence=_("Kommunen vil gerne vide, hvordan det går med %(who)s. Svar senest %(day)s.")
            % {"who": hearing.mentorship.citizen.initials, "day": danish_date(hearing.due_on)},
            label=_("Skriv status"),
            url=reverse("followups:hearing", args=[hearing.public_id]),
        )
        for hearing in selectors.waiting_for(user, today)
    ]


def page(hearing: Hearing) -> dict[str, Any]:
    """The heading says whom it is about: the mentor knows the citizen by name, the company too."""
    return {
        "hearing": hearing,
        "mentorship": hearing.mentorship,
        "who": hearing.mentorship.citizen.name,
        "municipality": hearing.municipality,
        "is_open": hearing.answered_at is None and hearing.closed_at is None,
        "from_company": hearing.party == Hearing.Party.COMPANY,
    }
