"""The day of the tests, and what a mentorship is made from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.utils import timezone

from brobygger.audit.models import Event
from brobygger.law.codes import Context, SupportType
from brobygger.mentorships.need import Need
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def need(cast: Cast) -> Need:
    return Need(
        citizen=cast.citizen,
        target_group="6.3",
        context=Context.COMPANY_PLACEMENT,
        support_type=SupportType.WORKPLACE_INTRODUCTION,
        organisation=cast.company,
        mentor=cast.mentor,
        purpose="At David kan gennemføre praktikken.",
        goals=("Møder tre dage om ugen", "Klarer en vagt alene"),
        tasks=("Introducere til arbejdet", " Tage imod om morgenen "),
        qualifications_needed="Kan lære fra sig.",
        decisive_reason="Uden mentor møder David ikke.",
        beyond_normal_reason="Daglig støtte til fremmøde.",
        not_usual_work=True,
        discharge_on=date(2026, 10, 1),
    )


@pytest.fixture
def actions(cast: Cast) -> Callable[[], list[str]]:
    """The actions recorded so far, as staff read them."""
    return lambda: list(Event.objects.order_by("id").values_list("action", flat=True))
