from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from brobygger.audit.models import Event

CPR = "6205941234"  # day + 60: no registered person has it


@pytest.fixture
def cpr() -> str:
    return CPR


@pytest.fixture
def events() -> Callable[..., list[dict[str, Any]]]:
    """What the audit trail holds of an action, oldest first."""

    def of(action: str) -> list[dict[str, Any]]:
        return list(
            Event.objects.filter(action=action)
            .order_by("id")
            .values("actor_id", "subject", "relation", "purpose", "detail")
        )

    return of
