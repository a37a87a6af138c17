"""What a decision on invoice lines rests on, as plain data between selectors, decisions and presenters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from brobygger.einvoice.matching import MentorshipCover
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.values.money import ZERO


@dataclass(frozen=True)
class Basis:
    """Contacts, grants and what they cover, by mentorship; for a credit note what is paid on its invoice."""

    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    grants: dict[int, list[Grant]] = field(default_factory=dict)
    covers: dict[str, MentorshipCover] = field(default_factory=dict)
    credit_left: dict[int, Decimal] = field(default_factory=dict)

    def contact(self, mentorship_id: int, contact_id: int) -> Contact:
        return next(each for each in self.contacts[mentorship_id] if each.pk == contact_id)

    def rate(self, mentorship_id: int) -> Decimal:
        """The agreed kroner an hour in the newest grant; 0 where there is none."""
        grants = self.grants.get(mentorship_id, [])
        return grants[-1].hourly_rate if grants else ZERO


@dataclass(frozen=True)
class Book:
    """Which mentorships are whose: by the supplier's CVR number and the code; and all codes of the municipality.

    As things stood when it was made: kept for one run of a folder, never longer.
    """

    own: Mapping[str, Mapping[str, int]]
    codes: frozenset[str]


@dataclass(frozen=True)
class Money:
    """Kroner of one mentorship without VAT: granted, earned by confirmed hours, paid, waiting on invoices."""

    committed: Decimal
    accrued: Decimal
    paid: Decimal

    @property
    def owed(self) -> Decimal:
        """Earned and not yet paid."""
        return max(ZERO, self.accrued - self.paid)
