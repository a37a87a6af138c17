"""Electronic invoices: reading OIOUBL 2.x and Peppol BIS Billing 3, checking them, matching their lines.

Plain Python and lxml. Nothing here knows Django, a database, the network or the clock.
"""

from brobygger.einvoice.document import (
    AllowanceCharge,
    Document,
    DocumentKey,
    Kind,
    Line,
    Party,
    Standard,
    StatedPeriod,
    TaxSubtotal,
    TaxTotal,
    Totals,
    normalise_number,
)
from brobygger.einvoice.reading import read, read_file
from brobygger.einvoice.refusal import Refused

__all__ = [
    "AllowanceCharge",
    "Document",
    "DocumentKey",
    "Kind",
    "Line",
    "Party",
    "Refused",
    "Standard",
    "StatedPeriod",
    "TaxSubtotal",
    "TaxTotal",
    "Totals",
    "normalise_number",
    "read",
    "read_file",
]
