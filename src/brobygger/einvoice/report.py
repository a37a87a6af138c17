"""A report on invoice files in Danish text, for people without a browser: one block for each file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from brobygger.einvoice import safe_xml
from brobygger.einvoice.checks import Remark, Severity, check, has_errors
from brobygger.einvoice.document import Document, DocumentKey, claimed_minutes
from brobygger.einvoice.reading import read
from brobygger.einvoice.refusal import Refused
from brobygger.einvoice.texts import danish_date, hours, kroner, printable

OK, FAULTY, WRONG_USE = 0, 1, 2
USAGE = "Skriv mindst én fil: brobygger check-invoice FIL...\n"
_WRAPPED = {"Invoice", "CreditNote"}


@dataclass(frozen=True)
class FileReport:
    """What was found in one file. ``code`` is "" when it was read, otherwise why not."""

    path: Path
    text: str
    is_ok: bool
    code: str = ""
    document: Document | None = None
    remarks: tuple[Remark, ...] = ()


def check_files(paths: Iterable[Path | str], *, our_gln: Sequence[str] = ()) -> tuple[list[str], int]:
    """The text about each file, in order, and the exit code: 0 when no file has an error, else 1 (2: no files)."""
    reports = examine_files(paths, our_gln=our_gln)
    if not reports:
        return [], WRONG_USE
    return [report.text for report in reports], OK if all(report.is_ok for report in reports) else FAULTY


def examine_files(paths: Iterable[Path | str], *, our_gln: Sequence[str] = ()) -> list[FileReport]:
    """What was found in each file, in order; a document that came earlier among them is a duplicate."""
    reports: list[FileReport] = []
    for path in paths:
        earlier = {report.document.key for report in reports if report.document}
        reports.append(_check_file(Path(path), our_gln, earlier))
    return reports


def main(argv: Sequence[str]) -> int:
    """Write the reports for the files in ``argv`` to standard output and give the exit code."""
    texts, exit_code = check_files(argv)
    if exit_code == WRONG_USE:
        sys.stderr.write(USAGE)
        return exit_code
    sys.stdout.write("\n\n".join(texts) + "\n")
    return exit_code


def _check_file(path: Path, our_gln: Sequence[str], earlier: set[DocumentKey]) -> FileReport:
    title = printable(str(path))
    try:
        data = safe_xml.read_bytes(path)
        document = read(data)
    except Refused as refused:
        inside = _test_set(data) if refused.code == "TEST_SET" else []
        return FileReport(
            path, _block(title, [f"Afvist: {refused.sentence_da}", *inside]), False, refused.code
        )
    remarks = check(document, our_gln=our_gln, already=earlier)
    lines = [*_facts(document), *_hours(document), *map(_remark, remarks), _conclusion(remarks)]
    return FileReport(path, _block(title, lines), not has_errors(remarks), "", document, remarks)


def _block(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *(f"  {printable(line)}" for line in lines)])


def _facts(document: Document) -> list[str]:
    supplier, customer, totals = document.supplier, document.customer, document.totals
    due = f", forfalder {danish_date(document.due_on)}" if document.due_on else ""
    facts = [
        f"{_name(document)} af {danish_date(document.issued_on)}{due} ({document.standard})",
        f"Fra: {supplier.name or 'uden navn'}, {_number('CVR', supplier.cvr)}",
        f"Til: {customer.name or 'uden navn'}, {_number('EAN', customer.gln)}",
    ]
    if document.billing_references:
        facts.append(f"Henviser til faktura: {', '.join(document.billing_references)}")
    if period := document.period:
        facts.append(
            f"Periode: {danish_date(period.start)} til og med {danish_date(period.last_day or period.start)}"
        )
    money = kroner(totals.payable, document.currency)
    tax = kroner(totals.tax, document.currency)
    count = "1 linje" if len(document.lines) == 1 else f"{len(document.lines)} linjer"
    return [*facts, f"Beløb: {money} for {count}, heraf moms {tax}"]


def _name(document: Document) -> str:
    return f"{document.kind.label} {document.number}"


def _number(name: str, number: str) -> str:
    return f"{name} {number}" if number else f"uden {name}-nummer"


def _hours(document: Document) -> list[str]:
    claimed = [minutes for line in document.lines if (minutes := claimed_minutes(line)) is not None]
    without = len(document.lines) - len(claimed)
    if not claimed:
        return ["Timer: Ingen linje er i timer, så ingen kan holdes op mod bekræftede timer."]
    rest = f" {without} af linjerne er ikke i timer." if without else ""
    return [f"Timer: {hours(sum(claimed))} på {len(claimed)} af linjerne.{rest}"]


def _remark(remark: Remark) -> str:
    place = f" (linje {remark.line})" if remark.line else ""
    return f"{remark.severity.label}: {remark.sentence_da}{place} [{remark.code}]"


def _conclusion(remarks: Sequence[Remark]) -> str:
    errors = sum(remark.severity is Severity.ERROR for remark in remarks)
    if not errors:
        return "Resultat: Tallene passer. Timerne skal stadig holdes op mod det bekræftede."
    return f"Resultat: Kan ikke betales. {'1 fejl' if errors == 1 else f'{errors} fejl'} skal rettes først."


def _test_set(data: bytes) -> list[str]:
    """One line for each snippet of invoice in a set of tests: what a whole invoice would lack."""
    lines: list[str] = []
    for number, snippet in enumerate(unpack_test_set(data), start=1):
        try:
            document = read(snippet)
            lines.append(f"Prøve {number}: {_name(document)} kan læses.")
        except Refused as refused:
            lines.append(f"Prøve {number}: {refused.sentence_da}")
    return lines


def unpack_test_set(data: bytes) -> list[bytes]:
    """The invoices and credit notes inside a set of tests, each as a file of its own. Raises Refused."""
    inside = (each for each in safe_xml.parse(data).iter() if isinstance(each.tag, str))
    return [
        etree.tostring(each, encoding="utf-8", with_tail=False)
        for each in inside
        if etree.QName(each).localname in _WRAPPED
    ]
