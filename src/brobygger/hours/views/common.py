"""What the views of this app share."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from brobygger.accounts import services as accounts
from brobygger.accounts.models import User

INVALID = 422


def who(request: HttpRequest) -> User:
    """The signed-in user; the view requires one."""
    assert isinstance(request.user, User)
    return request.user


def once(request: HttpRequest, act: Callable[[], object], *, at: datetime) -> None:
    """Acts unless this very form has come before. A refusal forgets the key, so that it can be sent again."""
    user = who(request)
    with transaction.atomic():
        is_first = accounts.use_key(
            key=_key(request),
            body=request.POST.dict(),
            by=user,
            municipality_id=user.municipality_id or 0,
            at=at,
        )
        if is_first:
            act()


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("idempotency_key", ""))
    except ValueError:
        return None
