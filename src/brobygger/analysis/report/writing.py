"""What a run leaves behind: a page, results for machines, tables, and two lists that are for the analyst alone."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.rates import status_name
from brobygger.analysis.report.carry import Carried
from brobygger.analysis.report.page import to_html
from brobygger.analysis.weeks import iso_label

PAGE, RESULTS, TABLES = "rapport.html", "results.json", "tabeller"
BAD_ROWS, UNKNOWN_CODES = "raekker-med-fejl.csv", "ukendte-koder.csv"
PRIVATE = (BAD_ROWS, UNKNOWN_CODES)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Table = tuple[Sequence[str], list[Sequence[Any]]]


def write(carried: Carried) -> list[Path]:
    """Writes everything into the run's folder, over what an earlier run left, and returns the paths.

    Files are readable by the owner alone. Raises RegisterError when the folder cannot be written to.
    """
    folder = carried.run.out
    files = {PAGE: to_html(carried.results).encode(), RESULTS: to_json(carried.results)}
    files |= {f"{TABLES}/{name}.csv": to_csv(*table) for name, table in tables(carried.results).items()}
    files |= _private(carried)
    try:
        (folder / TABLES).mkdir(parents=True, exist_ok=True)
        for old in [*(folder / TABLES).glob("*.csv"), *(folder / name for name in PRIVATE)]:
            old.unlink(missing_ok=True)
        for name, content in files.items():
            _write(folder / name, content)
    except OSError as error:
        raise RegisterError(f"Mappen {folder.name} kan ikke skrives: {error.strerror}.") from error
    return [folder / name for name in files]


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def to_json(results: dict[str, Any]) -> bytes:
    """The results as UTF-8, keys in their order; the same results give the same bytes."""
    return (json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def to_csv(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table for a Danish spreadsheet: semicolons, decimal comma, a mark of UTF-8. Texts are never formulas."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    text = str(value)
    return f"'{text}" if not isinstance(value, int) and text.startswith(_FORMULA) else text


def _private(carried: Carried) -> dict[str, bytes]:
    files = {}
    if carried.bad_rows:
        rows = [
            (each.file, each.row or "", each.person, each.column, each.reason) for each in carried.bad_rows
        ]
        files[BAD_ROWS] = to_csv(("fil", "række", "person", "kolonne", "hvad der er galt"), rows)
    if carried.unknown:
        codes = [
            (c.code, c.weeks, c.persons, iso_label(c.first_week), iso_label(c.last_week))
            for c in carried.unknown
        ]
        files[UNKNOWN_CODES] = to_csv(("kode", "personuger", "personer", "første uge", "sidste uge"), codes)
    return files


def tables(results: dict[str, Any]) -> dict[str, Table]:
    """Every table of the report by file name: heading and rows. What is hidden is an empty cell."""
    found: dict[str, Table] = {}
    first = results["happened"]
    found["status-uge-for-uge"] = (
        ("uge", "status", "antal", "andel", "set i alt"),
        [
            (row["week"], status_name(cell["label"]), cell["count"], cell["share"], row["seen"])
            for row in first["by_week"]["weeks"]
            for cell in row["statuses"]
        ],
    )
    found["undergrupper"] = (
        ("inddeling", "gruppe", "antal med udfald", "personer", "andel"),
        [(r["division"], r["group"], r["count"], r["people"], r["share"]) for r in first["groups"]["rows"]],
    )
    if "table" in first["flows"]:
        found["veje"] = (
            ("fra", "status", "til", "næste status", "antal"),
            [(r["from"], status_name(r["status"]), r["to"], status_name(r["next"]), r["count"])
             for r in first["flows"]["table"]],
        )  # fmt: skip
    if first["after_end"]:
        found["status-efter-afslutning"] = (
            ("måneder efter", "status", "antal", "personer"),
            [(row["months"], status_name(cell["label"]), cell["count"], row["people"])
             for row in first["after_end"]["months"] for cell in row["statuses"]],
        )  # fmt: skip
    if first["retention"] and "marks" in first["retention"]:
        found["fastholdelse"] = (
            ("uge", "andel", "lav", "høj", "fulgt mindst"),
            [(m["week"], m["share"], m["low"], m["high"], m["at_risk"]) for m in first["retention"]["marks"]],
        )
    return found | _comparison_tables(results["comparisons"]) | _more_tables(results)


def _comparison_tables(comparisons: list[dict[str, Any]]) -> dict[str, Table]:
    heading = ("sammenligning", "ord", "uge", "med mentor", "uden", "forskel", "lav", "høj")
    curves, gates, groups = list[Sequence[Any]](), list[Sequence[Any]](), list[Sequence[Any]]()
    for each in (one for one in comparisons if "refused" not in one):
        curves += [
            (
                each["name"],
                each["word"],
                row["week"],
                row["happened"],
                *(row.get(k) for k in ("without", "estimate", "low", "high")),
            )
            for row in each["curve"]
        ]
        gates += [(each["name"], c["heading"], c["colour"], c["sentence"]) for c in each["gate"]["checks"]]
        groups += [
            (each["name"], row["division"], row["group"], row["declared"], row.get("word"), row.get("treated"),
             row.get("estimate"), row.get("low"), row.get("high"), row.get("adjusted_p"))
            for row in each.get("groups", [])
        ]  # fmt: skip
    found: dict[str, Table] = {}
    if curves:
        found["sammenligninger"] = (heading, curves)
        found["port"] = (("sammenligning", "prøve", "farve", "hvad den siger"), gates)
    if groups:
        found["sammenligninger-undergrupper"] = (
            ("sammenligning", "inddeling", "gruppe", "valgt på forhånd", "ord", "med mentor ca.", "forskel", "lav",
             "høj",
             "p efter Holm"),
            groups,
        )  # fmt: skip
    return found


def _more_tables(results: dict[str, Any]) -> dict[str, Table]:
    found: dict[str, Table] = {}
    money = results["money"]
    if money and "purses" in money:
        found["penge"] = (
            ("kasse", "uge", "kroner pr. borger", "lav", "høj", "antaget"),
            [
                (purse["name"], week, value, low, high, assumed)
                for purse in money["purses"]
                for week, value, low, high, assumed in zip(
                    money["weeks"], purse["by_week"], purse["low_by_week"], purse["high_by_week"], money["projected"],
                    strict=True,
                )
            ],
        )  # fmt: skip
    told = [each for each in results["surveys"] if "pairs" in each]
    if told:
        keys = ("wave", "words", "pairs", "mentor", "citizen", "difference", "low", "high", "p_value")
        heading = ("måned", "spørgsmål", "par", "mentor ja", "borger ja", "forskel", "lav", "høj", "p")
        found["begge-sider"] = (heading, [tuple(each[key] for key in keys) for each in told])
    return found
