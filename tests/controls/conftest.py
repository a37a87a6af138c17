"""A mentorship that is under way, and the controls run over it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from brobygger.audit.models import Event
from brobygger.controls import services
from brobygger.controls.models import ControlFailure, ControlRun
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.mentorships import make_active

NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ON = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


@pytest.fixture
def run(cast: Cast) -> Callable[..., ControlRun]:
    """The controls of the own municipality, as the worker runs them."""

    def carry_out(on: date = ON) -> ControlRun:
        return services.carry_out(municipality=cast.municipality, on=on, at=NIGHT)

    return carry_out


@pytest.fixture
def failing(cast: Cast) -> Callable[[], dict[str, date]]:
    """What fails now: question -> since."""

    def read() -> dict[str, date]:
        return dict(ControlFailure.objects.filter(mended_on=None).values_list("question", "since"))

    return read


@pytest.fixture
def actions(cast: Cast) -> Callable[[], list[str]]:
    def read() -> list[str]:
        found = Event.objects.order_by("id").values_list("action", flat=True)
        return [action for action in found if action.startswith("controls.")]

    return read
