"""brobygger effects RUN.toml: what mentorships led to, from files alone, without the web application or a database."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from brobygger.web.commands import Commands

if TYPE_CHECKING:
    from brobygger.analysis.report import Engine

WRONG, REFUSED = 2, 1


def register(commands: Commands) -> None:
    parser = commands.add_parser(
        "effects",
        help="regn ud, hvad mentorforløb førte til, ud fra filer",
        description="Læser en kørselsfil og skriver en rapport, results.json og tabeller. Bruger ingen database.",
    )
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("run_file", metavar="RUN.toml", type=Path, nargs="?", help="kørselsfilen")
    chosen.add_argument(
        "--example",
        metavar="MAPPE",
        type=Path,
        help="skriv en lille opdigtet verden med kørselsfil i en ny mappe",
    )
    parser.add_argument(
        "--out", metavar="MAPPE", type=Path, help="mappen til resultatet i stedet for kørselsfilens"
    )
    parser.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="hvor registret regnes: her eller på Apache Spark",
    )
    parser.add_argument(
        "--master", metavar="ADRESSE", help="Sparks adresse, for eksempel local[2] eller spark://HOST:7077"
    )
    parser.add_argument("--quiet", action="store_true", help="vis ikke, hvor langt kørslen er")
    parser.set_defaults(run=effects)


def effects(options: argparse.Namespace) -> int:
    """Exit status 0, 1 when a comparison could not be carried, 2 for a run file or input that is refused."""
    from brobygger.analysis.errors import AnalysisError
    from brobygger.analysis.report import write_example

    try:
        if options.example:
            run = write_example(options.example)
            print(f"Eksemplet er skrevet. Kør det med: brobygger effects {run}")
            return 0
        return _run(options)
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return WRONG


def _run(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from brobygger.analysis.report import carry_out, read_run, write

    run = read_run(options.run_file)
    if options.out:
        run = replace(run, out=options.out)
    engine = _engine(options)
    carried = carry_out(run, at=datetime.now().astimezone(), engine=engine, quiet=options.quiet)
    write(carried)
    for line in carried.said:
        print(line)
    for each in carried.results["summary"]:
        print(f"{each['word']}: {each['name']}. {each['text']}".removeprefix(": "))
    print(f"Rapporten ligger i {run.out / 'rapport.html'}.")
    return REFUSED if any("refused" in each for each in carried.results["comparisons"]) else 0


def _engine(options: argparse.Namespace) -> Engine:
    if options.engine == "spark":
        from brobygger.analysis.report.cluster import Cluster

        return Cluster.spark(options.master)
    from brobygger.analysis.report import Here

    return Here()
