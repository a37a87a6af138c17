"""The postings go to the finance system, each transaction once, on the accounts that the municipality has named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment.ledger import Account
from brobygger.payments.ledger import selectors
from brobygger.payments.ledger.finance_file import FINANCE_ACCOUNTS, FinanceRow, to_csv
from brobygger.payments.ledger.models import FinanceAccount, FinanceFile, FinanceFileRow, LedgerTransaction
from brobygger.values.money import ZERO

MOST_TRANSACTIONS = 50_000
_NUMBER = re.compile(r"[0-9A-ZÆØÅa-zæøå][0-9A-ZÆØÅa-zæøå.\- ]{0,39}")


def make_file(*, by: User, at: datetime) -> FinanceFile:
    """A numbered file with every posting of the finances that no file has yet; it can be fetched again.

    What stood when the ledger began is not in it: the finance system knows that. At most ``MOST_TRANSACTIONS``, the
    rest go into the next. Raises NotAllowed, and Refused when there is nothing new.
    """
    require(by, Permission.APPROVE_PAYMENT)
    with transaction.atomic():
        _one_at_a_time(municipality_of(by))
        found = list(selectors.not_exported(by)[:MOST_TRANSACTIONS])
        if not found:
            raise Refused(_("Der er ingen nye posteringer at sende."))
        rows = _rows(found, by)
        made = FinanceFile.objects.create(
            municipality_id=municipality_of(by),
            number=selectors.last_file_number(by) + 1,
            made_at=at,
            made_by=by,
            content=b"",
            transactions=len(found),
            debit=sum((row.amount for row in rows if row.amount > 0), ZERO),
        )
        made.content = to_csv(made.number, rows)
        made.save(update_fields=["content"])
        FinanceFileRow.objects.bulk_create(
            FinanceFileRow(municipality_id=made.municipality_id, file=made, transaction=each)
            for each in found
        )
        audit.record("finance_file.made", by=by, subject=made, number=made.number, transactions=len(found))
    return made


def name_account(*, account: Account, number: str, by: User, at: datetime) -> FinanceAccount:
    """Says which account of the municipality one of the ledger's is from now on. Raises NotAllowed and Refused."""
    require(by, Permission.APPROVE_PAYMENT)
    told = number.strip()
    if account not in FINANCE_ACCOUNTS:
        raise Refused(_("Vælg en konto, der sendes til økonomisystemet."), field="account")
    if not _NUMBER.fullmatch(told):
        raise Refused(_("Skriv kontoen med tal og bogstaver, for eksempel 9.59.90."), field="number")
    with transaction.atomic():
        made = FinanceAccount.objects.create(
            municipality_id=municipality_of(by), account=account, number=told, recorded_at=at, recorded_by=by
        )
        audit.record("finance_account.named", by=by, account=account.value, number=told)
    return made


def _one_at_a_time(municipality_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended('finance-file', %s))", [municipality_id]
        )


def _rows(found: Sequence[LedgerTransaction], by: User) -> list[FinanceRow]:
    named = selectors.account_numbers(by)
    costs = selectors.cost_accounts(by, found)
    rows = []
    for post, each in enumerate(found, start=1):
        for entry in each.finance_entries:  # type: ignore[attr-defined]
            account = Account(entry.account)
            own = costs.get(each.pk, "") if account is Account.COST else ""
            rows.append(_row(post, each, account, own or named.get(account, ""), entry.amount))
    return rows


def _row(post: int, each: LedgerTransaction, account: Account, number: str, amount: Decimal) -> FinanceRow:
    return FinanceRow(
        post=post,
        day=each.day,
        act=str(each.get_act_display()),
        account=account,
        number=number,
        amount=amount,
        case_code=each.mentorship.code if each.mentorship else "",
        supplier=each.supplier,
        voucher=each.line.invoice.number if each.line else "",
        key=each.key,
    )
