"""A browser that forgets: each request is the first after signing in, and whatever it did is undone."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import got_request_exception
from django.db import transaction
from django.test import RequestFactory
from django.test.client import ClientHandler

from brobygger.accounts.models import User
from tests.repository.access import Row
from tests.repository.world import Things, World

_NEW_IN_EACH = re.compile(
    r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}"  # reference numbers
    r'|(?<=name="csrfmiddlewaretoken" value=")[^"]+'
    r'|(?<=X-CSRFToken": ")[^"]+'
    r"|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}"
)


class Visitor(RequestFactory):
    """Somebody signed in, or nobody. Django's own test client would fetch the session anew and keep every template."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        self.handler = _Handler(user)

    def ask(self, name: str, row: Row, things: Things | None) -> Any:
        """The answer to a row of the table, about these things; None asks about what is nobody's."""
        address = row.address(name, things)
        return self.get(address) if row.sent is None else self.post(address, row.body(things))

    def request(self, **environ: Any) -> Any:
        """The answer. What made the product stumble is its ``stumbled``."""
        stumbled: list[str] = []

        def note(**_: Any) -> None:
            stumbled.append(repr(sys.exc_info()[1]))

        got_request_exception.connect(note)
        try:
            with rolled_back():
                answer = self.handler(self._base_environ(**environ))
        finally:
            got_request_exception.disconnect(note)
        answer.stumbled = "; ".join(stumbled)
        return answer


class _Handler(ClientHandler):
    """The product itself, told who has signed in."""

    def __init__(self, user: User | None) -> None:
        super().__init__(enforce_csrf_checks=False)
        self.user = user

    def get_response(self, request: Any) -> Any:
        if self.user is not None:
            request._cached_user = copy.copy(self.user)  # where Django keeps whom the session belongs to
        return super().get_response(request)


def visitors(world: World, roles: Any) -> dict[Any, Visitor]:
    return {role: Visitor(world.user_of(role)) for role in roles}


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(answer: Any) -> tuple[int, str]:
    """Status and text, without what is new in each answer: reference numbers, keys, ids."""
    return answer.status_code, _NEW_IN_EACH.sub("*", answer.content.decode(errors="replace"))
