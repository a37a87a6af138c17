"""Cases from any other system's list: columns mapped, rows read, the auditor's questions asked, a report made.

>>> from datetime import date
>>> sheet = open_sheet("Sagsnr;Bevillingsdato;Formål\\nM-1;03-02-2025;\\nM-2;04-02-2025;Fastholde job".encode())
>>> report = audit(sheet, guess(sheet), date(2026, 1, 5))
>>> report.cases, [each.case_code for each in report.failures if each.question == "K01"]
(2, ['M-1'])
"""

from brobygger.review.intake.audit import Failure, QuestionResult, Report, audit
from brobygger.review.intake.mapping import Column, Sheet, guess, read_mapping, sheet_of, write_mapping
from brobygger.review.intake.refusal import FileRefused
from brobygger.review.intake.rows import Fault, Pseudonyms, Reading, read_cases
from brobygger.review.intake.sheet import MAX_BYTES, MEGABYTE, read, read_path

__all__ = [
    "MAX_BYTES",
    "MEGABYTE",
    "Column",
    "Failure",
    "Fault",
    "FileRefused",
    "Pseudonyms",
    "QuestionResult",
    "Reading",
    "Report",
    "Sheet",
    "audit",
    "guess",
    "open_sheet",
    "read",
    "read_cases",
    "read_mapping",
    "read_path",
    "sheet_of",
    "write_mapping",
]


def open_sheet(data: bytes, *, max_bytes: int = MAX_BYTES) -> Sheet:
    """The table in an .xlsx workbook or delimited text, with its headings found. Raises FileRefused."""
    return sheet_of(read(data, max_bytes=max_bytes))
