"""Who hands in an invoice: a clerk, a folder on their behalf, another system by its token, or the supplier."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Role
from brobygger.payments.facts import Book
from brobygger.payments.models import Invoice


@dataclass(frozen=True)
class Sender:
    """``user`` is None for a system. With ``supplier_cvr`` only invoices of that supplier are taken.

    With a ``book`` the supplier's mentorships are looked up there instead of in the database. Serves as the doer in
    the audit trail.
    """

    municipality: Municipality
    channel: Invoice.Channel
    name: str
    user: User | None = None
    supplier_cvr: str = ""
    book: Book | None = None

    @property
    def pk(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def municipality_id(self) -> int:
        return int(self.municipality.pk)

    @property
    def roles(self) -> list[str]:
        return list(self.user.roles) if self.user else []

    @property
    def staff(self) -> User | None:
        """Who stands in the books and on the invoice: a member of staff, or nobody."""
        return self.user if self.user and self.user.kind == "staff" else None

    @cached_property
    def reader(self) -> User:
        """Reads what the invoice is held against. An outsider reads none of it; the system does, as finance would."""
        if self.staff:
            return self.staff
        return User(municipality=self.municipality, name=self.name, roles=[Role.FINANCE.value])


def clerk(user: User, channel: Invoice.Channel = Invoice.Channel.UPLOAD) -> Sender:
    assert user.municipality is not None
    return Sender(user.municipality, channel, user.name, user)
