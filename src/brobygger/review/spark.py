"""The auditor's questions on a cluster: the rules of one machine, asked of each part of the cases where it lies.

    python -m brobygger.review.spark CASES OUT --on 2026-11-23 --numbers numbers.json

CASES are files of lines (``review.exchange``), packed or not; OUT gets two folders, ``failures`` and ``shares``.
Apache Spark comes with ``pip install brobygger[cluster]`` and needs Java 17 or 21.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from brobygger.law.parameters import LocalParameterRow, shipped, with_local
from brobygger.review.exchange import from_line, rows_from_text
from brobygger.review.questions import QUESTIONS
from brobygger.review.shapes import reviewer_of
from brobygger.review.tally import Tally

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext

LocalRows = Mapping[str, tuple[LocalParameterRow, ...]]


class FailureRow(NamedTuple):
    """A question that a case fails."""

    municipality: str
    key: int
    question: str
    sentence: str
    remedy: str


class ShareRow(NamedTuple):
    """How one question went for cases of one team."""

    municipality: str
    team: int | None
    question: str
    passed: int
    failed: int
    cannot_tell: int
    not_relevant: int


Row = FailureRow | ShareRow


def ask_part(lines: Iterable[str], on: date, local: LocalRows) -> Iterator[Row]:
    """What the questions say of the cases of one part: each failure, then the shares of this part.

    ``local`` are the municipalities' own dated rows of the law. Raises ValueError for a line that is no case.
    """
    tallies: dict[str, Tally[int, int | None]] = {}
    for line in lines:
        municipality, team, key, case = from_line(line)
        tally = tallies.get(municipality)
        if tally is None:
            tally = tallies[municipality] = _new_tally(on, local.get(municipality, ()))
        tally.add(key, team, case)
    for municipality, tally in tallies.items():
        for (key, question), words in tally.failures.items():
            yield FailureRow(municipality, key, question, *words)
        counts = tally.counts()
        for team, cases in tally.by_group.items():
            for question in QUESTIONS:
                count = counts.get((team, question), (0, 0, 0))
                yield ShareRow(municipality, team, question, *count, cases - sum(count))


def _new_tally(on: date, rows: tuple[LocalParameterRow, ...]) -> Tally[int, int | None]:
    return Tally(reviewer_of(on, with_local(rows) if rows else shipped()))


def run(
    context: SparkContext, cases: str, out: str, on: date, local: LocalRows, parts: int | None = None
) -> None:
    """Reads the lines in ``cases``, asks, and writes ``failures`` and ``shares`` into ``out``; both may be anywhere
    that the cluster reaches. ``parts``: into how many at least the cases are dealt, else as the files lie.
    """
    lines = context.textFile(cases, parts)
    rows: RDD[Row] = lines.mapPartitions(partial(ask_part, on=on, local=local)).persist()
    rows.filter(_is_failure).map(_line).saveAsTextFile(f"{out}/failures")
    shares = rows.filter(_is_share).map(_split).reduceByKey(_add, 1).map(_join)
    shares.map(_line).saveAsTextFile(f"{out}/shares")
    rows.unpersist()


def _is_failure(row: Row) -> bool:
    return isinstance(row, FailureRow)


def _is_share(row: Row) -> bool:
    return isinstance(row, ShareRow)


def _split(row: ShareRow) -> tuple[tuple[str, int | None, str], tuple[int, ...]]:
    return (row.municipality, row.team, row.question), row[3:]


def _add(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sum, zip(one, other, strict=True)))


def _join(pair: tuple[tuple[str, int | None, str], tuple[int, int, int, int]]) -> ShareRow:
    key, numbers = pair
    return ShareRow(*key, *numbers)


def _line(row: Row) -> str:
    return json.dumps(row._asdict(), ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """Exit status 2, with a sentence, where Spark or Java is missing or the findings have no place of their own."""
    options = _options(arguments)
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkRuntimeError
    except ImportError:
        return _refuse("Apache Spark er ikke installeret: pip install brobygger[cluster]")
    local = rows_from_text(options.numbers.read_text(encoding="utf-8")) if options.numbers else {}
    conf = SparkConf().setAppName("Brobygger").setIfMissing("spark.ui.enabled", "false")
    if options.master:
        conf.setMaster(options.master)
    try:
        context = SparkContext(conf=conf)
    except PySparkRuntimeError as error:
        return _refuse(f"Spark kunne ikke starte. Java 17 eller 21 skal være installeret. ({error})")
    try:
        run(context, options.cases, options.out, options.on, local, options.parts)
    except Exception as error:
        if "FileAlreadyExistsException" not in str(error):
            raise
        return _refuse(f"Der ligger allerede noget i {options.out}. Vælg en ny mappe.")
    finally:
        context.stop()
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="brobygger.review.spark", description="Stil tilsynets spørgsmål til sager på en klynge."
    )
    parser.add_argument("cases", metavar="SAGER", help="filer skrevet af brobygger controls --facts")
    parser.add_argument("out", metavar="UD", help="mappe til det, der blev fundet")
    parser.add_argument("--on", required=True, type=date.fromisoformat, metavar="DATO")
    parser.add_argument(
        "--numbers", type=Path, metavar="FIL", help="kommunernes egne tal til loven (numbers.json)"
    )
    parser.add_argument("--parts", type=int, metavar="ANTAL", help="hvor mange dele (ellers som filerne)")
    parser.add_argument(
        "--master", metavar="ADRESSE", help="klyngens adresse, eller local[2] på denne maskine"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    # The rows must be of a class that the cluster's workers can import, and none of theirs is called __main__.
    from brobygger.review import spark

    sys.exit(spark.main())
