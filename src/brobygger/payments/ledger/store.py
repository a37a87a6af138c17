"""Putting transactions in the books: the one place that inserts, and says in words why the database said no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.payment.ledger import Account, BalanceKey, LedgerRefuses, Transaction, changes, check_balances
from brobygger.payments.ledger.models import LedgerBalance, LedgerEntry, LedgerTransaction
from brobygger.values.money import ZERO


def post(*transactions: Transaction, municipality_id: int, by: User | None, at: datetime) -> None:
    """Books the transactions together, or none of them.

    Raises Conflict for a key that is booked already or a second reversal, and Refused where an account would come
    across zero. Whether each transaction adds up is asked again by the database when the work is committed.
    """
    if not transactions:
        return
    try:
        with transaction.atomic():
            _insert(transactions, municipality_id, by, at)
    except IntegrityError as error:
        raise _explained(error, transactions, municipality_id) from None


@contextmanager
def books_of(municipality_id: int, mentorship_ids: Iterable[int]) -> Iterator[None]:
    """The mentorships' books, for one at a time, seen by the municipality whoever it is that acts.

    A citizen who confirms an hour sees no row of the ledger and still has it booked.
    """
    with acting(system_actor(municipality_id)):
        lock(mentorship_ids)
        yield


def lock(mentorship_ids: Iterable[int | None]) -> None:
    """Lets one transaction at a time book on a mentorship; always in the order of their keys."""
    with connection.cursor() as cursor:
        for mentorship_id in sorted({each for each in mentorship_ids if each is not None}):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended('books', %s))", [mentorship_id])


def balances(municipality_id: int, key: int | str) -> dict[Account, Decimal]:
    """What stands on the guarded accounts of one mentorship, line or supplier; an account that is missing is 0.

    Mentorships and lines have numbers that may be the same, so ask only for accounts of the kind you mean.
    """
    rows = LedgerBalance.objects.filter(municipality_id=municipality_id, key=str(key))
    found = {Account(account): amount for account, amount in rows.values_list("account", "amount")}
    return {account: found.get(account, ZERO) for account in Account}


def _insert(
    transactions: tuple[Transaction, ...], municipality_id: int, by: User | None, at: datetime
) -> None:
    undone = _ids([each.reverses for each in transactions if each.reverses], municipality_id)
    rows = LedgerTransaction.objects.bulk_create(
        _row(each, undone.get(each.reverses), municipality_id, by, at) for each in transactions
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            municipality_id=municipality_id,
            transaction=row,
            account=entry.account.value,
            amount=entry.amount,
        )
        for row, each in zip(rows, transactions, strict=True)
        for entry in each.entries
    )


def _row(
    each: Transaction, reverses: int | None, municipality_id: int, by: User | None, at: datetime
) -> LedgerTransaction:
    """Raises ValueError for a transaction about several mentorships, lines or suppliers."""
    about = {entry.about for entry in each.entries}
    if len(about) > 1:
        raise ValueError(f"{each.key} is about several things.")
    what = about.pop()
    return LedgerTransaction(
        municipality_id=municipality_id,
        key=each.key,
        day=each.day,
        act=each.act,
        size=len(each.entries),
        mentorship_id=int(what.mentorship) if what.mentorship else None,
        line_id=int(what.line) if what.line else None,
        supplier=what.supplier,
        reverses_id=reverses,
        posted_at=at,
        posted_by=by,
    )


def _ids(keys: list[str], municipality_id: int) -> dict[str, int]:
    if not keys:
        return {}
    rows = LedgerTransaction.objects.filter(municipality_id=municipality_id, key__in=keys)
    return dict(rows.values_list("key", "pk"))


def _explained(
    error: IntegrityError, transactions: tuple[Transaction, ...], municipality_id: int
) -> Exception:
    """The constraint that said no, as a sentence; anything unforeseen stays what it is."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name in ("ledger_posted_once", "ledger_reversed_once"):
        return Conflict(_("Det er allerede bogført. Hent siden igen."))
    if name != "ledger_balance_side":
        return error
    try:
        before = _balances_before(transactions, municipality_id)
        for each in transactions:
            check_balances(before, each)
            for key, moved in changes(each.entries).items():
                before[key] = before.get(key, ZERO) + moved
    except LedgerRefuses as refusal:
        return Refused(str(refusal))
    return Conflict(_("En anden har bogført på det samme. Prøv igen."))


def _balances_before(
    transactions: tuple[Transaction, ...], municipality_id: int
) -> dict[BalanceKey, Decimal]:
    keys = {key for each in transactions for _account, key in changes(each.entries)}
    rows = LedgerBalance.objects.filter(municipality_id=municipality_id, key__in=keys)
    return {
        (Account(account), key): amount
        for account, key, amount in rows.values_list("account", "key", "amount")
    }
