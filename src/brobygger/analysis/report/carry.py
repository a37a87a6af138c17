"""A run from its file to its results. Same files and same seed give the same results; only ``made_at`` differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tqdm import tqdm

from brobygger.analysis.register_report import BadRow, ImportReport, UnknownCode
from brobygger.analysis.report.aside import beside, money, payments_beside, surveys
from brobygger.analysis.report.compared import Compared, compared
from brobygger.analysis.report.engines import Engine, Here
from brobygger.analysis.report.happened import happened
from brobygger.analysis.report.inputs import Inputs, read_inputs
from brobygger.analysis.report.published import enough, plain
from brobygger.analysis.report.runfile import RunFile
from brobygger.analysis.result import Word
from brobygger.analysis.weeks import iso_label

SCHEMA = "brobygger.effects/1"


@dataclass(frozen=True)
class Carried:
    """What a run found. ``results`` may be published; ``bad_rows`` and ``unknown`` name people and may not."""

    run: RunFile
    results: dict[str, Any]
    bad_rows: tuple[BadRow, ...]
    unknown: tuple[UnknownCode, ...]
    said: tuple[str, ...]


def carry_out(run: RunFile, *, at: datetime, engine: Engine | None = None, quiet: bool = False) -> Carried:
    """Reads the files, works everything out, and guards it. ``at`` is stamped on the results and used for nothing.

    Raises AnalysisError for files that cannot be read; a comparison that cannot be carried says so in the results.
    """
    where = engine or Here()
    with tqdm(total=5 + len(run.comparisons), disable=quiet or None, unit="trin", leave=False) as bar:

        def step(name: str, do: Callable[[], Any]) -> Any:
            bar.set_description(name)
            found = do()
            bar.update()
            return found

        inputs: Inputs = step("Læser filerne", lambda: read_inputs(run, where, quiet=quiet))
        first = step("Skete", lambda: happened(run, inputs, where))
        records, found = list[dict[str, Any]](), dict[str, Compared]()
        for asked in run.comparisons:
            record, whole = step(asked.name, partial(compared, run, inputs, asked))
            records.append(record)
            if whole is not None:
                found[asked.name] = whole
        priced = step("Penge", lambda: money(run, inputs, found))
        answers = step("Svar", lambda: surveys(run, inputs))
        others = step("Andres undersøgelser", lambda: beside(found))
    results = {
        "schema": SCHEMA,
        "made_at": at.isoformat(timespec="seconds"),
        "run": _about(run),
        "summary": _summary(first, records),
        "happened": first,
        "comparisons": records,
        "money": priced,
        "surveys": answers,
        "payments": plain(payments_beside(inputs)),
        "beside": others,
        "thresholds": run.settings.to_record(),
        "files": [_file(report) for report in inputs.reports],
        "window": _window(inputs),
    }
    bad = tuple(row for report in inputs.reports for row in report.bad_rows)
    unknown = tuple(code for report in inputs.reports for code in report.unknown)
    said = tuple(line for report in inputs.reports for line in report.lines() if not line.startswith("Læst"))
    return Carried(run, results, bad, unknown, said)


def _about(run: RunFile) -> dict[str, Any]:
    return {
        "title": run.title,
        "note": run.note,
        "on": run.on.isoformat(),
        "seed": run.seed,
        "digest": run.digest,
        "cohort": {
            "from": run.start.isoformat(),
            "until": run.stop.isoformat(),
            "before": run.before,
            "after": run.after,
        },
        "outcome": {
            "name": run.outcome.name,
            "states": list(run.outcome.states),
            "headline": run.outcome.headline,
            "relevant": run.outcome.relevant,
        },
        "subgroups": [
            {
                "name": each.name,
                "column": each.column,
                "groups": {name: list(values) for name, values in each.groups.items()},
                "declared": None if each.declared is None else each.declared.isoformat(),
                "in_time": each.in_time,
            }
            for each in run.subgroups
        ],
    }


def _summary(first: dict[str, Any], records: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The most important, in words people count with; each under its own word."""
    told = [
        {"word": Word.HAPPENED.value, "name": "Mentorforløb i perioden", "text": first["groups"]["in_words"]}
    ]
    for each in records:
        if "refused" in each:
            told.append({"word": "", "name": each["name"], "text": f"Ikke regnet. {each['refused']}"})
        else:
            told.append({"word": each["word"], "name": each["name"], "text": each["in_words"]})
    return told


def _file(report: ImportReport) -> dict[str, Any]:
    return {
        "kind": report.kind,
        "names": [{"name": each.name, "sha256": each.digest, "rows": each.rows} for each in report.files],
        "rows": report.rows,
        "kept": report.kept,
        "repeated": report.repeated,
        "conflicts": report.conflicts,
        "bad": report.bad,
        "bad_columns": list(report.bad_columns),
        "unknown": [
            {
                "code": each.code,
                "weeks": each.weeks if enough(each.persons) else None,
                "persons": each.persons if enough(each.persons) else None,
                "first": iso_label(each.first_week),
                "last": iso_label(each.last_week),
            }
            for each in report.unknown
        ],
        "outside_dates": dict(report.outside_dates),
    }


def _window(inputs: Inputs) -> dict[str, Any]:
    weekly = inputs.registers.weekly
    return {
        "first": iso_label(weekly.first_week),
        "last": iso_label(weekly.stop_week - 1),
        "persons": weekly.persons,
        "has_jobs": inputs.has_jobs,
    }
