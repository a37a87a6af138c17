"""What the toolbox's views share: finding the mentorship, logging the look, drawing for staff or telephone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.requests import comes_first, user_of
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.toolbox import parties
from brobygger.toolbox.forms import ToolboxForm
from brobygger.toolbox.models import Side

INVALID = 422


@dataclass(frozen=True)
class Opened:
    """One request about one mentorship."""

    request: HttpRequest
    user: User
    mentorship: Mentorship
    side: Side
    now: datetime
    today: date

    @property
    def mentor_id(self) -> int | None:
        return parties.mentor_id_for(self.mentorship, self.user, self.today)

    @property
    def is_open(self) -> bool:
        return parties.is_open(self.mentorship, self.today)

    def draw(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        is_staff = self.side is Side.STAFF
        shared = {
            "layout": "layouts/staff.html" if is_staff else "layouts/phone.html",
            "mentorship": self.mentorship,
            "is_citizen": self.side is Side.CITIZEN,
            "is_mentor": self.side is Side.MENTOR,
            "is_staff": is_staff,
            "is_open": self.is_open,
            "toolbox_url": reverse("toolbox:case", args=[self.mentorship.public_id]),
        }
        return render(self.request, template, {**shared, **context}, status=status)

    def did(self, form: ToolboxForm, act: Callable[[], object]) -> bool:
        """Acts unless this very form has come before. A refusal is shown in the form."""
        try:
            with transaction.atomic():
                if comes_first(self.request, self.now):
                    act()
        except Refused as refusal:
            form.show(refusal)
            return False
        return True


def opened(request: HttpRequest, public_id: uuid.UUID) -> Opened:
    """Raises Http404 for what the user has no part in, and NotAllowed for roles without any."""
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    side = parties.side_of(user)
    try:
        mentorship = parties.case_for(user, public_id, today)
    except Mentorship.DoesNotExist:
        raise Http404 from None
    people.note_look(citizen=mentorship.citizen, by=user, page=_("Plan og redskaber"))
    return Opened(request, user, mentorship, side, now, today)
