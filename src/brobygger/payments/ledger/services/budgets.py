"""What the council set aside in the books: the free budget is what was set aside less what is granted and used."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum

from brobygger.accounts.models import User
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment import postings
from brobygger.payment.ledger import Account, Transaction
from brobygger.payments.ledger.models import LedgerEntry
from brobygger.payments.ledger.services.following import opposite
from brobygger.payments.ledger.store import post
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO


def follow_budget(*, year: int, amount: Decimal, by: User, at: datetime) -> None:
    """Books the difference between the whole budget of a year and what is booked of it; none where there is none.

    The caller sees to it that one budget of the municipality is set at a time.
    """
    booked, number = _booked(municipality_of(by), year)
    moved = amount - booked
    if not moved:
        return
    key, day = f"budget:{year}:{number + 1}", danish_day(at)
    up = postings.budget(key=key, day=day, amount=abs(moved))
    made = up if moved > 0 else Transaction(key, day, up.act, opposite(up.entries))
    post(made, municipality_id=municipality_of(by), by=by, at=at)


def _booked(municipality_id: int, year: int) -> tuple[Decimal, int]:
    """Kroner booked of a year's budget, and in how many transactions."""
    of_year = Q(transaction__key__startswith=f"budget:{year}:") | Q(transaction__key=f"opening:budget:{year}")
    rows = LedgerEntry.objects.filter(
        of_year, municipality_id=municipality_id, account=Account.FREE, transaction__act=postings.Act.BUDGET
    )
    told = rows.aggregate(kroner=Sum("amount"), number=Count("id"))
    return told["kroner"] or ZERO, told["number"]
