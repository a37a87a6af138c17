"""What needs somebody now: the rows of the work list, offered by each app's selectors and put together by ``web``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Scope = Literal["mine", "team"]


@dataclass(frozen=True)
class Act:
    """What can be done from the row. ``in_place``: the address answers htmx with a form for the row itself."""

    label: str
    url: str
    method: Literal["get", "post"] = "get"
    primary: bool = False
    in_place: bool = False


@dataclass(frozen=True)
class Attention:
    """One row. ``kind`` groups, ``heading`` is what it asks, such as "Uenighed om 2 timer".

    ``when`` is the day it is due, or with ``happened`` the day it came about. ``urgency`` runs from -1 (a concern)
    and 0 (overdue or in dispute) to 9. ``note`` replaces the words about the day where something else says more.
    """

    kind: str
    heading: str
    case_code: str
    initials: str
    when: date
    url: str
    acts: tuple[Act, ...] = ()
    urgency: int = 5
    scope: Scope = "mine"
    happened: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """Tells the row from every other, and is the same when the list is drawn again."""
        return f"{self.kind}:{self.case_code}:{self.acts[0].url if self.acts else self.url}"
