"""Everything that changes invoices, payments and ledger files."""

from brobygger.payments.services.ledger import make_ledger_file
from brobygger.payments.services.parts import Left, left_of, refuse_part, take_part_back
from brobygger.payments.services.receiving import open_original, receive, receive_from, receive_together
from brobygger.payments.services.settle import Settled, assign, pay, refuse, rematch, reopen

__all__ = [
    "Left",
    "Settled",
    "assign",
    "left_of",
    "make_ledger_file",
    "open_original",
    "pay",
    "receive",
    "receive_from",
    "receive_together",
    "refuse",
    "refuse_part",
    "rematch",
    "reopen",
    "take_part_back",
]
