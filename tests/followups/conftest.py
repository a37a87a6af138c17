from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from brobygger.audit.models import Event
from brobygger.followups import services
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.mentorships import STARTED, make_active


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


@pytest.fixture
def planned(cast: Cast, mentorship: Mentorship, now: datetime) -> Mentorship:
    """The mentorship with its plan, laid on the first day: two contacts are overdue on the day of the tests."""
    services.plan_for(mentorship=mentorship, on=STARTED, at=now, by=cast.anna)
    return mentorship


@pytest.fixture
def events() -> Callable[..., list[dict[str, Any]]]:
    """What the audit trail holds of an action, oldest first."""

    def of(action: str) -> list[dict[str, Any]]:
        return list(
            Event.objects.filter(action=action).order_by("id").values("actor_id", "subject", "detail")
        )

    return of
