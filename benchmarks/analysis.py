"""How fast the analysis is at the size of the country, beside the packages others would take: one run, ratios.

    python -m benchmarks.analysis --write             everything, about seven minutes on two quiet cores
    python -m benchmarks.analysis --scale 0.1         a tenth of the country, a few minutes
    python -m benchmarks.analysis --only table wide   some of the tasks

Every way runs in a process of its own on the same seeded data; making the data is not timed. Seconds are the best of
``--repeat`` runs of ours and of one run of the others, memory is the process's peak with the data in it. A way whose
package is not installed is left out and named. ``--write`` puts the table into docs/performance.md. What it compares
with comes from ``requirements/bench.txt``.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import analysis_estimators, analysis_registers
from benchmarks.cases import OURS, Case, Measured, apart, measure

REPORT = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- analysis: begin -->", "<!-- analysis: end -->"
CASES = {case.name: case for case in (*analysis_registers.CASES, *analysis_estimators.CASES)}
HEAD = (
    "| Task | Way | Seconds | Processor | Peak MB | Times ours | Target |\n|---|---|---:|---:|---:|---:|---|"
)
MISSING = 3


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.one:
        return _one(options)
    lines, wrong = [HEAD], list[str]()
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for name in options.only or CASES:
            for line in _told(CASES[name], options, folder, wrong):
                print(line, flush=True)
                lines.append(line)
    print(*wrong, sep="\n")
    if options.write:
        _write("\n".join(lines), options)
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.analysis", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=list(CASES), metavar="TASK", help=", ".join(CASES))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", help="where the wide file is made, 450 MB at full size")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("TASK", "WAY"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _one(options: argparse.Namespace) -> int:
    """In the process of its own: one way of one task, told as JSON."""
    name, way = options.one
    case = CASES[name]
    make = case.ways.get(way) or analysis_registers.BEFOREHAND[name]
    try:
        work = make(options.scale)
    except ImportError as missing:
        print(missing.name)
        return MISSING
    repeat = options.repeat if way.startswith(OURS) and not case.once else 1
    print(measure(way, work, repeat).to_json())
    return 0


def _told(case: Case, options: argparse.Namespace, folder: str, wrong: list[str]) -> Iterator[str]:
    """A line of the table for each way; what does not hold goes into ``wrong``."""
    if case.name in analysis_registers.BEFOREHAND:
        _apart(case, "beforehand", options, folder)
    ours: Measured | None = None
    for way in case.ways:
        found = _apart(case, way, options, folder)
        if isinstance(found, str):
            yield f"| {case.title if way == OURS else ''} | {way}: {found} | | | | | |"
            continue
        ours = ours or found
        if (distance := apart(ours.answer, found.answer)) > case.same:
            wrong.append(f"{case.name}: the answer of {way} lies {distance:.2g} from ours")
        target = _target(case, found, options.scale, ours)
        if "NOT" in target:
            wrong.append(f"{case.name}, {way}: {target}")
        yield (
            f"| {case.title if way == OURS else ''} | {way} | {found.seconds:.3g} | {found.processor:.3g} "
            f"| {found.megabytes:.0f} | {found.seconds / ours.seconds:.3g} | {target} |"
        )


def _apart(case: Case, way: str, options: argparse.Namespace, folder: str) -> Measured | str:
    """What the way's own process told, or why it could not."""
    threads = {name: str(options.threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    sizes = ["--scale", str(options.scale), "--repeat", str(options.repeat)]
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.analysis", "--one", case.name, way, *sizes],
        env=os.environ | threads | {analysis_registers.FOLDER: folder},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if told.returncode == MISSING:
        return f"{told.stdout.strip()} is not installed"
    told.check_returncode()
    return Measured.from_json(told.stdout.splitlines()[-1])


def _target(case: Case, found: Measured, scale: float, ours: Measured) -> str:
    """What was promised and whether it holds; targets are for the whole country."""
    if found.way == OURS:
        wanted = [(case.seconds, found.seconds, "s"), (case.megabytes, found.megabytes, "MB")]
        bounds = [(f"at most {limit:g} {unit}", value <= limit) for limit, value, unit in wanted if limit]
    elif case.times and case.times[0] == found.way:
        bounds = [(f"at least {case.times[1]:g} times ours", found.seconds / ours.seconds >= case.times[1])]
    else:
        bounds = []
    verdicts = {True: "reached", False: "NOT reached"}
    return ", ".join(f"{text}: {verdicts[held]}" if scale >= 1 else text for text, held in bounds)


def _write(table: str, options: argparse.Namespace) -> None:
    """Replaces what stands between the marks in docs/performance.md."""
    text = REPORT.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    load = os.getloadavg()[2]
    scale = "" if options.scale == 1 else f"at {options.scale:g} of the size each task names, "
    about = (
        f"{datetime.now(UTC):%-d %B %Y}, {scale}{options.threads} threads on {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; load of the last 15 minutes {load:.1f} (this run's own is about 1)."
    )
    REPORT.write_text(f"{before}{BEGIN}\n{about}\n\n{table}\n{END}{after}")


if __name__ == "__main__":
    raise SystemExit(main())
