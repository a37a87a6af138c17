"""What every view needs of a request: who is signed in, and to act once on a form that may come twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.services import use_key
from brobygger.ui import toasts
from brobygger.values.ids import uuid_or_none


def user_of(request: HttpRequest) -> User:
    """The signed-in user of a view behind ``login_required``."""
    if not isinstance(request.user, User):
        raise TypeError("The view needs login_required.")
    return request.user


def page_asked_for(request: HttpRequest) -> str:
    """Where a form says one came from or was going; nothing for another site, or for what is no address."""
    wanted = request.POST.get("next", "")
    is_here = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_here else ""


def comes_first(request: HttpRequest, at: datetime, **beyond: str) -> bool:
    """False when the very same form has been sent before: then the view answers as if it had just been done.

    ``beyond`` is what the form holds beyond its fields, such as the digest of a file. Raises Conflict when the form's
    key comes again with other content.
    """
    user = user_of(request)
    return use_key(
        key=uuid_or_none(request.POST.get("idempotency_key", "")),
        body={**request.POST.dict(), **beyond},
        by=user,
        municipality_id=user.municipality_id or 0,
        at=at,
    )


def once_and_say(request: HttpRequest, act: Callable[[], object], said: str, *, at: datetime) -> None:
    """As ``once``, and tells on the next page what was done, or why it was refused."""
    try:
        once(request, act, at=at)
        toasts.say(request, said)
    except Refused as refusal:
        toasts.say(request, refusal.message)


def once(request: HttpRequest, act: Callable[[], object], *, at: datetime) -> None:
    """Acts unless this very form has come before. A refusal forgets the key, so that it can be sent again."""
    with transaction.atomic():
        if comes_first(request, at):
            act()
