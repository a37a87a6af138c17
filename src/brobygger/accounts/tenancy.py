"""The signed database context: which municipality and person the transaction acts for.

PostgreSQL repeats the borders under a role that owns nothing; it believes only a context signed with the key
that ``accounts.security`` installed. Always set, also to nothing, in the outermost transaction.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connections, transaction

from brobygger.accounts.models import OneTimeLink, User

LIFETIME_SECONDS = 60
_SET_CONTEXT = "select set_config('app.ctx', %s, true)"
_SET_CONTEXT_AND_PATIENCE = (
    f"{_SET_CONTEXT}, set_config('statement_timeout', %s, true),"
    " set_config('idle_in_transaction_session_timeout', %s, true)"
)
"""A job that lives longer may also wait so long for one answer, and think so long between two."""


@dataclass(frozen=True)
class Actor:
    """Who acts: kind is staff, mentor, citizen, company or system; ``person_id`` the own person, 0 for staff."""

    municipality_id: int
    user_id: int
    kind: str
    person_id: int = 0


def actor_of(user: User | None) -> Actor | None:
    """The actor of a signed-in user; None for somebody without a municipality."""
    if user is None or not user.is_authenticated or user.municipality_id is None:
        return None
    return Actor(user.municipality_id, user.pk, user.kind, user.person_id or 0)


def actor_of_link(link: OneTimeLink) -> Actor:
    return Actor(link.municipality_id, 0, link.actor_kind, link.person_id)


def system_actor(municipality_id: int) -> Actor:
    """A named job that works for one municipality at a time."""
    return Actor(municipality_id, 0, "staff")


def context_key() -> bytes:
    """64 bytes for HMAC-SHA-256, derived from the installation's secret."""
    return hashlib.sha512(b"database-context:" + settings.SECRET_KEY.encode()).digest()


def sign(actor: Actor | None, *, lifetime: int = LIFETIME_SECONDS) -> str:
    """``municipality:user:kind:person:expiry.mac``; the empty string for nobody."""
    if actor is None:
        return ""
    body = f"{actor.municipality_id}:{actor.user_id}:{actor.kind}:{actor.person_id}:{int(time.time()) + lifetime}"
    mac = hmac.new(context_key(), body.encode(), hashlib.sha256).hexdigest()
    return f"{body}.{mac}"


def set_context(actor: Actor | None, *, using: str = "default", lifetime: int = LIFETIME_SECONDS) -> None:
    """Sets the context of the running transaction. Raises RuntimeError outside one, where it would be lost."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("The database context lives in a transaction; open one first.")
    signed, patience = sign(actor, lifetime=lifetime), f"{lifetime}s"
    with connection.cursor() as cursor:
        if lifetime > LIFETIME_SECONDS:
            cursor.execute(_SET_CONTEXT_AND_PATIENCE, [signed, patience, patience])
        else:
            cursor.execute(_SET_CONTEXT, [signed])


@contextmanager
def acting(
    actor: Actor | None, *, using: str = "default", lifetime: int = LIFETIME_SECONDS
) -> Iterator[None]:
    """A transaction that acts for ``actor``; the former context returns afterwards."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute("select coalesce(current_setting('app.ctx', true), '')")
            before = cursor.fetchone()[0]
        set_context(actor, using=using, lifetime=lifetime)
        yield
        with connections[using].cursor() as cursor:
            cursor.execute(_SET_CONTEXT, [before])
