"""What higher packages want to do when contacts change. ``web`` adds to the lists; no signals.

``when_changed`` hears of a contact that was registered, corrected or deleted; the other two of contacts that became,
or stopped being, confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from brobygger.accounts.models import User
from brobygger.hours.models import Contact

Reaction = Callable[[Contact, User, datetime], None]
"""Called with the contact as it is now, who did it and the instant, in the same transaction."""

Confirmations = Callable[[Sequence[Contact], datetime, User | None], None]
"""Called with the contacts, already changed, the instant and who did it, in the same transaction."""

when_changed: list[Reaction] = []
when_confirmed: list[Confirmations] = []
"""Both sides have said yes, or staff has settled a dispute so."""
when_no_longer_confirmed: list[Confirmations] = []
"""A confirmed contact was disputed, corrected or withdrawn."""


def announce(contact: Contact, *, by: User, at: datetime) -> None:
    for react in when_changed:
        react(contact, by, at)


def announce_confirmed(contacts: Sequence[Contact], *, at: datetime, by: User | None) -> None:
    for react in when_confirmed:
        react(contacts, at, by)


def announce_no_longer_confirmed(contacts: Sequence[Contact], *, at: datetime, by: User | None) -> None:
    for react in when_no_longer_confirmed:
        react(contacts, at, by)
