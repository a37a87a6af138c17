"""One file of a kind, read by the pure library and cleansed: what is kept of a report names nobody."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from brobygger import analysis
from brobygger.accounts.errors import Refused
from brobygger.analysis.codes import NOT_SEEN
from brobygger.analysis.outside_totals import TableName
from brobygger.analysis.register_progress import Progress, silent
from brobygger.registers.models import Kind
from brobygger.review.intake.cells import without_cpr

NAMED_ROWS = 200
"""So many bad rows are named in the report; the others are counted."""

Texts = npt.NDArray[np.str_]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """A file's content and what to say about it. One of ``registers``, ``rows`` and ``totals`` is there."""

    kind: Kind
    read: int
    bad: int
    repeated: int
    bad_rows: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)
    registers: analysis.Registers | None = None
    rows: analysis.Rows | None = None
    totals: analysis.OutsideTotals | None = None

    @property
    def persons(self) -> Texts:
        """The person of each row, as the file writes them; nobody for totals."""
        if self.registers is not None:
            return np.asarray(self.registers.weekly.ids).astype(np.str_)
        if self.rows is not None:
            return np.asarray(self.rows.columns["person"]).astype(np.str_)
        return np.array([], dtype=np.str_)


def read(path: Path, kind: Kind | str, *, as_of: date, table: str = "", progress: Progress = silent) -> Found:
    """Reads the file, telling the share that is read.

    Raises Refused with a sentence for a file that is not what it is said to be.
    """
    kind = Kind(kind)
    try:
        if kind in (Kind.WEEKLY, Kind.BRANCHES):
            return _weekly(path, kind, progress)
        if kind == Kind.OUTSIDE_TOTALS:
            return _totals(path, as_of, table)
        return _rows(path, kind, progress)
    except analysis.AnalysisError as error:
        raise Refused(without_cpr(str(error)), field="file") from None
    except Refused:
        raise
    except (
        Exception
    ) as error:  # whatever a file does to its reader, the page has a sentence and the worker goes on
        log.error(
            "A register file broke its reader: %s", type(error).__name__
        )  # the message may hold a CPR number
        raise Refused(_("Filen kan ikke læses. Måske er den ødelagt."), field="file") from None


def said_of(report: analysis.ImportReport) -> list[str]:
    """Sentences on what no figure of the import tells."""
    notes = [
        _("Kolonnen %(name)s er ikke en uge eller måned og er ikke læst.") % {"name": without_cpr(column)}
        for column in report.bad_columns
    ]
    notes += [
        _("Koden %(code)s står i %(weeks)s personuger, hvor kodelisten ikke giver den betydning.")
        % {"code": code, "weeks": f"{weeks:_}".replace("_", ".")}
        for code, weeks in report.outside_dates.items()
    ]
    return notes


def _weekly(path: Path, kind: Kind, progress: Progress) -> Found:
    found = analysis.read_weekly([path], quiet=True, progress=progress)
    if kind == Kind.BRANCHES and found.branches is None:
        raise Refused(
            _("Filen har ingen kolonner med brancher (branche_ÅÅÅÅ_MM). Vælg en anden art."), field="kind"
        )
    if kind == Kind.WEEKLY and set(found.weekly.codes) == {NOT_SEEN} and found.weekly.width == 1:
        raise Refused(_("Filen har ingen ugekolonner (y_ÅÅUU). Vælg en anden art."), field="kind")
    return _found(kind, found.report, registers=found)


def _rows(path: Path, kind: Kind, progress: Progress) -> Found:
    readers = {
        Kind.PAYMENTS: analysis.read_payments,
        Kind.MANUAL_STATUS: analysis.read_manual_status,
        Kind.SURVEY: analysis.read_survey_answers,
    }
    rows = readers[kind]([path], quiet=True, progress=progress)
    return _found(kind, rows.report, rows=rows)


def _totals(path: Path, as_of: date, table: str) -> Found:
    names: Mapping[str, TableName] = {"AUH03": "AUH03", "AUK03": "AUK03"}
    if table not in names:
        raise Refused(_("Vælg, om tabellen er AUH03 eller AUK03."), field="table")
    totals = analysis.read_outside_totals(path, table=names[table], read_on=as_of)
    return _found(Kind.OUTSIDE_TOTALS, totals.report, totals=totals)


def _found(kind: Kind, report: analysis.ImportReport, **content: Any) -> Found:
    named = [
        {"row": bad.row, "column": without_cpr(bad.column)[:80], "reason": without_cpr(bad.reason)}
        for bad in report.bad_rows[:NAMED_ROWS]
    ]
    return Found(kind, report.rows, report.bad, report.repeated, named, said_of(report), **content)
