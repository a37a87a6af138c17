"""brobygger import-register: a register into one municipality, where the file lies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from brobygger.web.commands import Commands, add_data_option, start_django

if TYPE_CHECKING:
    from brobygger.accounts.models import User
    from brobygger.registers.models import RegisterImport

KINDS = ("weekly", "branches", "payments", "manual_status", "survey", "outside_totals")
SHOWN = 20
LINE_EVERY = 10
"""Where nobody looks at a bar, a line is written each time so many per cent more are done."""

Show = Callable[[str, int], None]
"""Shows the step, in words, and how many per cent of the whole are done."""


def register(commands: Commands) -> None:
    parser = commands.add_parser("import-register", help="importér et register om kommunens borgere")
    parser.add_argument("file", metavar="FIL", type=Path, help="CSV, Parquet, SAS eller SPSS")
    parser.add_argument("--kind", choices=KINDS, required=True, help="hvad filen er")
    parser.add_argument("--user", metavar="NAVN", required=True, help="brugernavnet på den, der importerer")
    parser.add_argument(
        "--table", choices=("AUH03", "AUK03"), default="", help="tabellen hos Danmarks Statistik"
    )
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="DATO",
        help="den dag, registret er trukket (ellers i dag)",
    )
    add_data_option(parser)
    parser.set_defaults(run=import_register)


def import_register(options: argparse.Namespace) -> int:
    """Imports the file and prints the report in short; exit status 1 when it is refused."""
    start_django()
    from django.utils import timezone

    from brobygger.accounts.errors import Refused
    from brobygger.accounts.permissions import NotAllowed

    today = timezone.localdate()
    try:
        kept = _import(options, _user(options.user), options.as_of or today, today)
    except (Refused, NotAllowed) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("\n".join(_lines(kept)))
    return 0


def _import(options: argparse.Namespace, user: User, as_of: date, today: date) -> RegisterImport:
    from django.utils import timezone

    from brobygger.registers import services
    from brobygger.registers.progress import percent_of

    with shown(sys.stderr) as show:

        def say(step: str, share: float) -> None:
            show(str(services.Step(step).label), percent_of(services.State.TO_IMPORT, step, share))

        return services.import_path(
            path=options.file,
            kind=options.kind.upper(),
            table=options.table,
            data_as_of=as_of,
            by=user,
            at=timezone.now(),
            on=today,
            say=say,
        )


@contextmanager
def shown(out: TextIO) -> Iterator[Show]:
    """A bar on a terminal; elsewhere a line for each step, and for each tenth of the whole."""
    if not out.isatty():
        yield _lines_to(out)
        return
    from tqdm import tqdm

    with tqdm(total=100, file=out, bar_format="{desc}: {percentage:3.0f} %|{bar}|") as bar:

        def show(step: str, percent: int) -> None:
            bar.set_description_str(step, refresh=False)
            bar.n = max(bar.n, percent)
            bar.refresh()

        yield show


def _lines_to(out: TextIO) -> Show:
    told = ("", -LINE_EVERY)

    def show(step: str, percent: int) -> None:
        nonlocal told
        if step != told[0] or percent >= told[1] + LINE_EVERY:
            told = (step, max(percent, told[1]))
            print(f"{step}: {told[1]} %", file=out, flush=True)

    return show


def _user(name: str) -> User:
    from brobygger.accounts.errors import Refused
    from brobygger.accounts.models import User

    user = User.objects.filter(username__iexact=name, is_active=True).first()
    if user is None:
        raise Refused(f"Der er ingen aktiv bruger, der hedder {name}.")
    return user


def _lines(kept: RegisterImport) -> list[str]:
    from brobygger.registers.presenters import report_of

    report = report_of(kept)
    lines = [f"{label}: {value}" for label, value in report.figures]
    lines += report.notes
    lines += [f"Koden {line.code} er ukendt: {line.weeks} personuger." for line in report.unknown]
    lines += [
        f"Række {row['row']}{', ' + row['column'] if row['column'] else ''}: {row['reason']}"
        for row in report.bad_rows[:SHOWN]
    ]
    return lines
