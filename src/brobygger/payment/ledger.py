"""Double entry: accounts, entries and transactions that balance, and a ledger where nothing is changed.

Three books lie side by side, and each transaction balances in each of them:

- the budget: what is free, granted, committed and used
- the claims: every invoice line, waiting, paid, refused or reclaimed
- the finances: cost, debt, bank and what others owe

Debit is above zero, credit below. Most accounts may only stand on one side for each mentorship, line or supplier; a
transaction that would bring one across zero is refused. That one rule is what keeps paid below confirmed and makes
each line end once. Source: double entry as in any chart of accounts; the books are this system's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from brobygger.law.codes import Labelled
from brobygger.values.money import ZERO, kroner_in_words, round_to_oere


class Book(StrEnum):
    BUDGET = "BUDGET"
    CLAIMS = "CLAIMS"
    FINANCE = "FINANCE"


class Side(StrEnum):
    """The side an account may stand on; ANY is not guarded."""

    DEBIT = "DEBIT"
    CREDIT = "CREDIT"
    ANY = "ANY"


class Dimension(StrEnum):
    """For what a guarded account keeps its balances."""

    NONE = "NONE"
    MENTORSHIP = "MENTORSHIP"
    LINE = "LINE"
    SUPPLIER = "SUPPLIER"


class Account(Labelled):
    """The accounts of all three books."""

    BUDGET = "BUDGET", "Budget"
    FREE = "FREE", "Frit budget"
    GRANTED = "GRANTED", "Bevilget, endnu ikke aftalt"
    COMMITTED = "COMMITTED", "Disponeret"
    USED = "USED", "Brugt af dispositionen"

    CLAIMED = "CLAIMED", "Fakturalinjer i alt"
    LINE_WAITING = "LINE_WAITING", "Fakturalinjer, der venter"
    LINE_PAID = "LINE_PAID", "Fakturalinjer, betalt"
    LINE_REFUSED = "LINE_REFUSED", "Fakturalinjer, afvist"
    LINE_RECLAIMED = "LINE_RECLAIMED", "Fakturalinjer, krævet tilbage"

    COST = "COST", "Udgift til mentor"
    ACCRUED = "ACCRUED", "Skyldige bekræftede timer"
    VAT = "VAT", "Moms"
    SUPPLIER = "SUPPLIER", "Leverandører"
    BANK = "BANK", "Udbetalt"
    RECLAIM = "RECLAIM", "Tilbagebetalingskrav"
    STATE = "STATE", "Tilgodehavende statsrefusion"
    STATE_INCOME = "STATE_INCOME", "Statsrefusion"


@dataclass(frozen=True)
class AccountRule:
    """The book of an account, the side it may stand on, and for what its balances are kept."""

    book: Book
    side: Side = Side.ANY
    by: Dimension = Dimension.NONE


_B, _C, _F = Book.BUDGET, Book.CLAIMS, Book.FINANCE
_DEBIT, _CREDIT = Side.DEBIT, Side.CREDIT
_MENTORSHIP, _LINE, _SUPPLIER = Dimension.MENTORSHIP, Dimension.LINE, Dimension.SUPPLIER

ACCOUNTS: Mapping[Account, AccountRule] = {
    Account.BUDGET: AccountRule(_B),
    Account.FREE: AccountRule(_B),
    Account.GRANTED: AccountRule(_B, _DEBIT, _MENTORSHIP),
    Account.COMMITTED: AccountRule(_B, _DEBIT, _MENTORSHIP),
    Account.USED: AccountRule(_B, _DEBIT, _MENTORSHIP),
    Account.CLAIMED: AccountRule(_C, _CREDIT, _LINE),
    Account.LINE_WAITING: AccountRule(_C, _DEBIT, _LINE),
    Account.LINE_PAID: AccountRule(_C, _DEBIT, _LINE),
    Account.LINE_REFUSED: AccountRule(_C, _DEBIT, _LINE),
    Account.LINE_RECLAIMED: AccountRule(_C, _DEBIT, _LINE),
    Account.COST: AccountRule(_F, _DEBIT, _MENTORSHIP),
    Account.ACCRUED: AccountRule(_F, _CREDIT, _MENTORSHIP),
    Account.VAT: AccountRule(_F, _DEBIT, _LINE),
    Account.SUPPLIER: AccountRule(_F, _CREDIT, _SUPPLIER),
    Account.BANK: AccountRule(_F),
    Account.RECLAIM: AccountRule(_F, _DEBIT, _SUPPLIER),
    Account.STATE: AccountRule(_F, _DEBIT, _MENTORSHIP),
    Account.STATE_INCOME: AccountRule(_F, _CREDIT, _MENTORSHIP),
}
"""FREE may be below zero: a right to a mentor does not end with the budget, and an alarm tells instead."""


_NAMES = {_MENTORSHIP: "et forløb", _LINE: "en fakturalinje", _SUPPLIER: "en leverandør"}


class Unbalanced(ValueError):
    """The entries do not add up to zero in one of the books; nothing was posted."""


class LedgerRefuses(ValueError):
    """The act may not be posted now; the message can be shown, ``account`` is the one that stopped it."""

    def __init__(self, sentence: str, account: Account | None = None) -> None:
        super().__init__(sentence)
        self.account = account


@dataclass(frozen=True)
class About:
    """What an entry is about; keys as text, '' where it does not apply. ``supplier`` is a CVR number or a key."""

    mentorship: str = ""
    line: str = ""
    supplier: str = ""

    def of(self, dimension: Dimension) -> str:
        """The key of one dimension; '' for NONE."""
        keys = {_MENTORSHIP: self.mentorship, _LINE: self.line, _SUPPLIER: self.supplier}
        return keys.get(dimension, "")


@dataclass(frozen=True)
class Entry:
    """Kroner on an account, debit above zero. Raises ValueError for 0, part of an øre, or a key that is missing."""

    account: Account
    amount: Decimal
    about: About = About()

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or not self.amount or self.amount != round_to_oere(self.amount):
            raise ValueError("En postering skal være i hele øre og ikke 0.")
        rule = ACCOUNTS[self.account]
        if rule.by is not Dimension.NONE and not self.about.of(rule.by):
            raise ValueError(f"{self.account.label} skal føres på {_NAMES[rule.by]}.")

    @property
    def key(self) -> BalanceKey:
        rule = ACCOUNTS[self.account]
        return (self.account, self.about.of(rule.by))

    def negated(self) -> Entry:
        return Entry(self.account, -self.amount, self.about)


BalanceKey = tuple[Account, str]


@dataclass(frozen=True)
class Transaction:
    """One act: its key, day, kind and entries. ``reverses`` is the key of the one it undoes, or ''.

    Raises Unbalanced unless every book adds up to zero.
    """

    key: str
    day: date
    act: str
    entries: tuple[Entry, ...]
    reverses: str = ""

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("En postering skal have en nøgle.")
        wrong = [book for book, total in book_totals(self.entries).items() if total]
        if wrong or len(self.entries) < 2:
            raise Unbalanced(f"{self.act} {self.key} går ikke op: {', '.join(sorted(wrong)) or 'tom'}.")

    def reversal(self, *, key: str, day: date) -> Transaction:
        """The transaction that takes this one back, entry by entry."""
        return Transaction(key, day, self.act, tuple(each.negated() for each in self.entries), self.key)


def book_totals(entries: Iterable[Entry]) -> dict[Book, Decimal]:
    """The sum of the entries of each book; all are 0 where the books balance."""
    totals: dict[Book, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        totals[ACCOUNTS[entry.account].book] += entry.amount
    return dict(totals)


def changes(entries: Iterable[Entry]) -> dict[BalanceKey, Decimal]:
    """By how much the entries move each balance."""
    moved: dict[BalanceKey, Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        moved[entry.key] += entry.amount
    return {key: amount for key, amount in moved.items() if amount}


_TOO_MUCH = {
    Account.GRANTED: "Der er ikke bevilget så meget.",
    Account.COMMITTED: "Beløbet er mere, end der er tilbage af bevillingen.",
    Account.USED: "Der er ikke brugt så meget af bevillingen.",
    Account.LINE_WAITING: "Så meget venter ikke på linjen.",
    Account.LINE_PAID: "Så meget er ikke betalt på linjen.",
    Account.ACCRUED: "Beløbet er mere, end de bekræftede timer er værd.",
    Account.COST: "Der er ikke så stor en udgift.",
    Account.SUPPLIER: "Så meget skylder kommunen ikke leverandøren.",
    Account.RECLAIM: "Så meget skylder leverandøren ikke.",
    Account.STATE: "Så meget skylder staten ikke.",
}


def check_balances(before: Mapping[BalanceKey, Decimal], transaction: Transaction) -> None:
    """Raises LedgerRefuses where the transaction would bring a guarded balance across zero.

    ``before`` needs only the balances that the transaction touches, so a database can ask for just those and
    lock them; a balance that is missing is 0.
    """
    for key, moved in changes(transaction.entries).items():
        account = key[0]
        balance = before.get(key, ZERO) + moved
        side = ACCOUNTS[account].side
        if (side is _DEBIT and balance < 0) or (side is _CREDIT and balance > 0):
            over = kroner_in_words(abs(balance))
            sentence = _TOO_MUCH.get(account, f"{account.label} kan ikke være på den side.")
            raise LedgerRefuses(f"{sentence} Det er {over} for meget.", account)


@dataclass(frozen=True)
class Ledger:
    """Transactions in the order they were posted. ``post`` gives a new ledger; an old one never changes.

    It copies itself and is meant for a case, an export or a test; a store that lives on keeps the balances in the
    database and calls ``check_balances`` with the ones it has locked.
    """

    transactions: tuple[Transaction, ...] = ()
    _balances: Mapping[BalanceKey, Decimal] = field(default_factory=dict, repr=False, compare=False)

    def post(self, transaction: Transaction) -> Ledger:
        """The ledger with one more act. Raises LedgerRefuses for a key used before, a second reversal, or a balance.

        Posting exactly the same transaction again is refused too, so a replayed approval pays nothing.
        """
        known = {each.key: each for each in self.transactions}
        if transaction.key in known:
            raise LedgerRefuses("Det er allerede bogført.")
        if transaction.reverses:
            self._check_reversal(transaction, known)
        check_balances(self._balances, transaction)
        balances = dict(self._balances)
        for key, moved in changes(transaction.entries).items():
            balances[key] = balances.get(key, ZERO) + moved
        return Ledger((*self.transactions, transaction), balances)

    def reverse(self, key: str, *, new_key: str, day: date) -> Ledger:
        """The ledger with the act undone. Raises KeyError, and LedgerRefuses where later acts rest on it."""
        found = next((each for each in self.transactions if each.key == key), None)
        if found is None:
            raise KeyError(key)
        return self.post(found.reversal(key=new_key, day=day))

    def balance(self, account: Account, key: str | None = None) -> Decimal:
        """The balance of an account: for one mentorship, line or supplier, or over all of them (None)."""
        if key is not None:
            return self._balances.get((account, key), ZERO)
        return sum((amount for (each, _), amount in self._balances.items() if each is account), ZERO)

    def balances(self) -> dict[BalanceKey, Decimal]:
        """Every balance that is not 0."""
        return {key: amount for key, amount in self._balances.items() if amount}

    def entries(self) -> Iterator[Entry]:
        for transaction in self.transactions:
            yield from transaction.entries

    def book_totals(self) -> dict[Book, Decimal]:
        """The sum of each book over everything posted, counted anew from the entries; always 0."""
        return book_totals(self.entries())

    @staticmethod
    def _check_reversal(transaction: Transaction, known: Mapping[str, Transaction]) -> None:
        original = known.get(transaction.reverses)
        if original is None:
            raise LedgerRefuses("Posteringen, der skal føres tilbage, findes ikke.")
        if original.reverses:
            raise LedgerRefuses("En tilbageførsel føres ikke tilbage. Bogfør på ny.")
        if any(each.reverses == original.key for each in known.values()):
            raise LedgerRefuses("Posteringen er allerede ført tilbage.")
        if changes(original.entries) != changes(each.negated() for each in transaction.entries):
            raise LedgerRefuses("En tilbageførsel skal svare til det, den fører tilbage.")


@dataclass(frozen=True)
class LineStatus:
    """Where the kroner of one invoice line are; they always add up to what was claimed."""

    claimed: Decimal
    waiting: Decimal
    paid: Decimal
    refused: Decimal
    reclaimed: Decimal

    @property
    def is_settled(self) -> bool:
        return not self.waiting

    @property
    def is_whole(self) -> bool:
        """Whether no øre of the line is lost or doubled."""
        return self.claimed == self.waiting + self.paid + self.refused + self.reclaimed


def line_status(ledger: Ledger, line: str) -> LineStatus:
    """What became of an invoice line; all 0 for a line the ledger does not know."""
    return LineStatus(
        claimed=-ledger.balance(Account.CLAIMED, line),
        waiting=ledger.balance(Account.LINE_WAITING, line),
        paid=ledger.balance(Account.LINE_PAID, line),
        refused=ledger.balance(Account.LINE_REFUSED, line),
        reclaimed=ledger.balance(Account.LINE_RECLAIMED, line),
    )
