"""Everything that changes invoices, payments and ledger files."""

from brobygger.payments.services.ledger import make_ledger_file
from brobygger.payments.services.receiving import open_original, receive
from brobygger.payments.services.settle import Settled, assign, pay, refuse, rematch, reopen

__all__ = [
    "Settled",
    "assign",
    "make_ledger_file",
    "open_original",
    "pay",
    "receive",
    "refuse",
    "rematch",
    "reopen",
]
