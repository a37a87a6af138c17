"""Meetings planned through the services, as the people themselves plan them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from brobygger.meetings import services
from brobygger.meetings.models import Meeting
from brobygger.meetings.services import Asked

if TYPE_CHECKING:
    from brobygger.mentorships.models import Mentorship
    from tests.cast import Cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)


def asked(**fields: Any) -> Asked:
    """Tuesday 24 November from 10 to 11 at the library, unless told otherwise."""
    usual: dict[str, Any] = {
        "day": TUESDAY,
        "clock": time(10),
        "minutes": 60,
        "how": "FACE_TO_FACE",
        "place": "Biblioteket",
    }
    return Asked(**{**usual, **fields})


def plan(cast: Cast, mentorship: Mentorship, *, weeks: int = 1, **fields: Any) -> list[Meeting]:
    """Carla plans to meet David."""
    shared = {
        name: fields.pop(name) for name in ("with_consultant", "with_company", "by", "at") if name in fields
    }
    return services.plan(
        **{
            "mentorship": mentorship,
            "asked": asked(**fields),
            "weeks": weeks,
            "by": cast.carla,
            "at": NOW,
            **shared,
        }
    )


def plan_one(cast: Cast, mentorship: Mentorship, **fields: Any) -> Meeting:
    return plan(cast, mentorship, **fields)[0]
