"""A mentorship that runs for as long as the tests are kept, and the day they stand on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from brobygger.grants.models import Grant
from brobygger.mentorships.models import Goal, Mentorship
from tests.cast import Cast
from tests.factories.mentorships import make_active

FAR_AWAY = date(2099, 1, 1)
"""The database's own clock decides how long a mentor of other days reaches a mentorship."""


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    found = make_active(cast, ends_before=FAR_AWAY)
    Grant.objects.filter(mentorship=found).update(mentor=cast.mentor)
    Goal.objects.create(
        municipality=cast.municipality, mentorship=found, position=2, text="Klarer en vagt alene"
    )
    return found


@pytest.fixture
def address(mentorship: Mentorship) -> Callable[..., str]:
    """``address("tool", "mentorhjul")``: a page of the mentorship's toolbox."""

    def make(name: str, *more: Any, of: Mentorship = mentorship) -> str:
        return reverse(f"toolbox:{name}", args=[of.public_id, *more])

    return make
