"""Contacts made through the services, as the people themselves make them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from brobygger.hours import services
from brobygger.hours.models import Contact

if TYPE_CHECKING:
    from brobygger.mentorships.models import Mentorship
    from tests.cast import Cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONDAY_BEFORE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def register(cast: Cast, mentorship: Mentorship, **fields: Any) -> Contact:
    """Carla met David on Monday 16 November from 10 to 11 Danish time, unless told otherwise."""
    minutes = fields.pop("minutes", 60)
    starts_at = fields.pop("starts_at", MONDAY_BEFORE)
    return services.register(
        **{
            "mentorship": mentorship,
            "kind": Contact.Kind.FACE_TO_FACE,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "task": None,
            "note": "",
            "public_id": uuid.uuid4(),
            "by": cast.carla,
            "at": NOW,
            **fields,
        }
    )


def correct(cast: Cast, contact: Contact, **fields: Any) -> Contact:
    """The same contact, for half an hour."""
    minutes = fields.pop("minutes", 30)
    starts_at = fields.pop("starts_at", contact.starts_at)
    return services.correct(
        **{
            "contact": contact,
            "kind": Contact.Kind(contact.kind),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=minutes),
            "task": None,
            "note": "",
            "reason": "Skrev forkert.",
            "public_id": uuid.uuid4(),
            "by": cast.carla,
            "at": NOW,
            **fields,
        }
    )
