"""Reasons for a change that somebody has written already. ``web`` adds who knows them; no signals."""

from __future__ import annotations

from collections.abc import Callable

from brobygger.accounts.models import User
from brobygger.mentorships.models import Mentorship

Asking = Callable[[User, Mentorship], str]
asking: list[Asking] = []
"""Each gives its words, or "" where it knows of no reason."""


def known_reason(user: User, mentorship: Mentorship) -> str:
    """All that is known, so that nothing is typed twice."""
    return "\n\n".join(words for ask in asking if (words := ask(user, mentorship)))
