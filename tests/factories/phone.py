"""Entries as a mentor's telephone sends them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from brobygger.hours import syncing
from tests.factories.hours import NOW

if TYPE_CHECKING:
    from brobygger.mentorships.models import Mentorship
    from tests.cast import Cast


def entry(mentorship: Mentorship, **fields: Any) -> dict[str, Any]:
    """Monday 16 November from 10 to 11.30, face to face, unless told otherwise; ``id`` and ``act`` of the entry too."""
    outside = {
        name: fields.pop(name) for name in ("id", "act", "target", "born_here", "insists") if name in fields
    }
    typed = {
        "mentorship": str(mentorship.public_id),
        "day": "16.11.2026",
        "clock": "10.00",
        "length": "90",
        "other_length": "",
        "kind": "FACE_TO_FACE",
        **fields,
    }
    return {"id": str(uuid.uuid4()), "act": "register", "fields": typed, **outside}


def receive(cast: Cast, *entries: dict[str, Any], **more: Any) -> list[syncing.Answer]:
    """Carla's telephone sends them in one go."""
    items = syncing.read_items({"items": list(entries)})
    return syncing.receive(items, **{"by": cast.carla, "at": NOW, **more})
