"""brobygger audit FIL: the auditor's questions on cases from another system, without a browser or a database."""

from __future__ import annotations

import argparse
import gc
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from brobygger.web.commands import Commands

if TYPE_CHECKING:
    from brobygger.review.intake import Reading, Report, Sheet

SHOWN = 20


def register(commands: Commands) -> None:
    parser = commands.add_parser("audit", help="stil tilsynets spørgsmål til sager i et regneark")
    parser.add_argument("file", metavar="FIL", type=Path, help="regneark (.xlsx) eller CSV")
    parser.add_argument("--out", metavar="MAPPE", type=Path, help="mappe til rapport og rækker med fejl")
    parser.add_argument("--mapping", metavar="FIL.toml", type=Path, help="hvad kolonnerne er, [kolonner]")
    parser.add_argument(
        "--on", metavar="DATO", type=date.fromisoformat, help="prøv som på den dag (2026-01-31)"
    )
    parser.set_defaults(run=audit_file)


def audit_file(options: argparse.Namespace) -> int:
    """Prints the report in short. Exit status 0, or 1 when a case fails or a row is not read, 2 for a refused file."""
    from brobygger.review.intake import FileRefused

    # A short run that only builds: looking for garbage among its many cells would cost a tenth of it.
    gc.disable()
    try:
        return _audit(options)
    except FileRefused as refused:
        print(refused)
        return 2
    finally:
        gc.enable()


def _audit(options: argparse.Namespace) -> int:
    from brobygger.review import intake

    sheet = intake.sheet_of(intake.read_path(options.file))
    remembered = intake.read_mapping(options.mapping) if options.mapping else {}
    mapping = intake.guess(sheet, remembered)
    reading = intake.read_cases(sheet, mapping)
    report = intake.audit(sheet, mapping, options.on or date.today(), reading=reading)  # noqa: DTZ011
    print("\n".join(_lines(report)))
    if options.out:
        _write(options.out, sheet, mapping, reading, report)
        print(f"Rapporten ligger i {options.out}.")
    return 1 if report.failures or report.faults else 0


def _lines(report: Report) -> list[str]:
    lines = [
        f"{report.cases} sager prøvet, {report.failing_cases} med fejl. "
        f"{report.bad_rows} af {report.rows} rækker kunne ikke læses.",
        "",
        "Kolonner:",
        *(
            f"  {each.letter:>3} {each.heading[:40]:<40} {each.label or '(ikke brugt)'}"
            for each in report.columns
        ),
        "",
        f"{'':<44} bestået  fejler  ikke prøvet",
        *(
            f"{each.id} {each.title[:40]:<40} {each.passed:>7} {each.failed:>7} {each.cannot_tell:>12}"
            for each in report.questions
        ),
    ]
    if report.missing_columns:
        lines += ["", f"Mere kan prøves med: {', '.join(report.missing_columns)}."]
    if report.other_sheets:
        lines += ["", f"Kun arket »{report.sheet}« er læst."]
    shown = report.faults[:SHOWN]
    lines += ["", *(f"Række {each.row}, {each.letter} ({each.heading}): {each.sentence}" for each in shown)]
    if len(report.faults) > SHOWN:
        lines.append(f"… og {len(report.faults) - SHOWN} fejl mere; brug --out for at få dem alle.")
    return lines


def _write(folder: Path, sheet: Sheet, mapping: dict[int, str], reading: Reading, report: Report) -> None:
    """Report as page, workbook and JSON, the mapping that was used, and the rows to mend. Readable by the owner."""
    from brobygger.review import intake
    from brobygger.review.intake import export

    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "rapport.html": export.to_html(report).encode(),
        "rapport.xlsx": export.to_xlsx(report),
        "rapport.json": export.to_json(report),
        "kolonner.toml": intake.write_mapping(sheet.columns, mapping).encode(),
    }
    if reading.bad_rows:
        files["raekker-med-fejl.xlsx"] = export.faults_to_xlsx(sheet, reading)
    else:
        (folder / "raekker-med-fejl.xlsx").unlink(missing_ok=True)
    for name, content in files.items():
        path = folder / name
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
