"""Holding a file against the questions. The file itself is read in memory and forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.controls.intake.models import ColumnMapping, FileAudit
from brobygger.review import intake
from brobygger.review.intake import Reading, Report, Sheet
from brobygger.review.intake.mapping import remembered_by, twice
from brobygger.rulebook import selectors as rulebook

MOST_ROWS = 15_000
"""What one page can wait for; the command line takes longer files."""


@dataclass(frozen=True)
class Audited:
    """What came of a file; ``kept`` is None where the report was only shown."""

    report: Report
    kept: FileAudit | None


def open_sheet(*, data: bytes, by: User) -> Sheet:
    """The table of a file. Raises Refused and NotAllowed."""
    require(by, Permission.SEE_CONTROLS)
    try:
        sheet = intake.open_sheet(data)
    except intake.FileRefused as refused:
        raise Refused(str(refused), field="file") from None
    if len(sheet.rows) > MOST_ROWS:
        raise Refused(
            _("Filen har flere end %(most)s rækker. Del den i flere filer.")
            % {"most": f"{MOST_ROWS:_}".replace("_", ".")},
            field="file",
        )
    return sheet


def read(*, sheet: Sheet, mapping: Mapping[int, str], by: User) -> Reading:
    """The cases of the sheet and what is wrong with its rows. Raises Refused for a field in two columns."""
    require(by, Permission.SEE_CONTROLS)
    if double := twice(mapping):
        raise Refused(
            _("»%(label)s« er valgt for mere end én kolonne. Vælg den kun for én.")
            % {"label": double[0].label}
        )
    if not any(mapping.values()):
        raise Refused(_("Vælg, hvad mindst én kolonne er."))
    return intake.read_cases(sheet, mapping)


def run(
    *, sheet: Sheet, mapping: Mapping[int, str], title: str, keep: bool, by: User, on: date, at: datetime
) -> Audited:
    """Asks the questions, remembers the columns, and keeps the report if ``keep``. Raises Refused and NotAllowed."""
    reading = read(sheet=sheet, mapping=mapping, by=by)
    report = intake.audit(sheet, mapping, on, reading=reading, numbers=rulebook.numbers_of(by))
    with transaction.atomic():
        _remember(sheet, mapping, by, at)
        kept = _keep(report, title, by, at) if keep else None
        audit.record(
            "file_audit.made",
            by=by,
            subject=kept,
            subject_kind="FileAudit",
            rows=report.rows,
            cases=report.cases,
            failing_cases=report.failing_cases,
            bad_rows=report.bad_rows,
            kept=keep,
        )
    return Audited(report, kept)


def note_download(*, kept: FileAudit, kind: str, by: User) -> None:
    """Records that a kept report left the system."""
    audit.record("file_audit.downloaded", by=by, subject=kept, file=kind)


def _remember(sheet: Sheet, mapping: Mapping[int, str], by: User, at: datetime) -> None:
    rows = [
        ColumnMapping(
            municipality_id=municipality_of(by), heading=heading, field=field, chosen_by=by, chosen_at=at
        )
        for heading, field in sorted(remembered_by(sheet.columns, mapping).items())
    ]
    ColumnMapping.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["municipality", "heading"],
        update_fields=["field", "chosen_by", "chosen_at"],
    )


def _keep(report: Report, title: str, by: User, at: datetime) -> FileAudit:
    return FileAudit.objects.create(
        municipality_id=municipality_of(by),
        title=title.strip(),
        on=report.on,
        made_at=at,
        made_by=by,
        cases=report.cases,
        failing_cases=report.failing_cases,
        bad_rows=report.bad_rows,
        report=report.to_dict(),
    )
