"""What higher packages ask mentor, citizen and company on the page they see first. ``web`` adds to the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from brobygger.accounts.models import User


@dataclass(frozen=True)
class Ask:
    """One thing that waits for the user: a sentence, and the link to answer."""

    sentence: str
    label: str
    url: str


asking: list[Callable[[User, date], Sequence[Ask]]] = []


def asks_of(user: User, today: date) -> list[Ask]:
    return [ask for each in asking for ask in each(user, today)]
