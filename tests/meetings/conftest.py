from __future__ import annotations

from datetime import datetime

import pytest
from django.utils import timezone

from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.mentorships import make_active


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    """David with Carla at the bakery, from 2 November to 31 January."""
    return make_active(cast)


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages read the clock; the case of the cast runs around the fixed day."""
    monkeypatch.setattr(timezone, "now", lambda: now)
