"""brobygger controls: every question of every case, now."""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from brobygger.web.commands import Commands, add_data_option, start_django


def register(commands: Commands) -> None:
    parser = commands.add_parser("controls", help="stil revisionens spørgsmål til alle forløb")
    parser.add_argument("--municipality", metavar="KODE", help="kun kommunen med denne kode")
    parser.add_argument(
        "--on", type=date.fromisoformat, metavar="DATO", help="som sagerne ses den dag (ellers i dag)"
    )
    parser.add_argument(
        "--processes", type=int, default=2, metavar="ANTAL", help="hvor mange ad gangen (ellers 2)"
    )
    parser.add_argument(
        "--facts",
        type=Path,
        metavar="MAPPE",
        help="skriv sagerne til en klynge, i stedet for at kontrollere dem",
    )
    add_data_option(parser)
    parser.set_defaults(run=controls)


class Done(NamedTuple):
    """One municipality's run."""

    code: str
    cases: int
    failures: int


def controls(options: argparse.Namespace) -> int:
    """Runs the controls, municipality by municipality, the largest first; exit status 1 for an unknown code."""
    start_django()
    from django.utils import timezone
    from tqdm import tqdm

    on = options.on or timezone.localdate()
    sizes = _sizes(options.municipality)
    if not sizes:
        print(
            f"Der er ingen kommune med koden {options.municipality}."
            if options.municipality
            else "Ingen kommuner."
        )
        return 1
    if options.facts:
        return _hand_over(sizes, on, options.facts)
    began = time.monotonic()
    found: list[Done] = []
    with tqdm(total=sum(sizes.values()), unit=" forløb") as bar:
        for done in _run(sizes, on, options.processes):
            found.append(done)
            bar.update(done.cases)
    seconds = time.monotonic() - began
    cases, failures = sum(done.cases for done in found), sum(done.failures for done in found)
    print(
        f"{cases} forløb i {len(found)} kommuner kontrolleret på {seconds:.1f} sekunder; {failures} fejl er åbne."
    )
    return 0


def _hand_over(sizes: dict[str, int], on: date, folder: Path) -> int:
    """Writes each municipality's cases, and the dated rows of all, for ``brobygger.review.spark``."""
    from tqdm import tqdm

    from brobygger.accounts.models import Municipality
    from brobygger.accounts.tenancy import acting, system_actor
    from brobygger.controls import services
    from brobygger.review.exchange import rows_to_text
    from brobygger.rulebook import selectors as rulebook

    cases = folder / "cases"
    cases.mkdir(parents=True, exist_ok=True)
    rows = {}
    for code in tqdm(sizes, unit=" kommuner"):
        municipality = Municipality.objects.get(code=code)
        with gzip.open(cases / f"{code}.jsonl.gz", "wt", encoding="utf-8", compresslevel=1) as file:
            services.hand_over(municipality=municipality, on=on, write=file.write)
        with acting(system_actor(municipality.pk)):
            rows[code] = rulebook.overlay(rulebook.recorded_in(municipality.pk)).local
    (folder / "numbers.json").write_text(rows_to_text(rows), encoding="utf-8")
    print(f"Sagerne ligger i {cases}. De handler om mennesker: slet dem, når de er brugt.")
    return 0


def _sizes(wanted: str | None) -> dict[str, int]:
    """Municipality -> how many cases, the largest first, each counted under its own context."""
    from brobygger.accounts.models import Municipality
    from brobygger.accounts.tenancy import acting, system_actor
    from brobygger.mentorships.models import Mentorship

    sizes = {}
    for municipality in Municipality.objects.all():
        if wanted in (None, municipality.code):
            with acting(system_actor(municipality.pk)):
                sizes[municipality.code] = Mentorship.objects.filter(municipality=municipality).count()
    return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))


def _run(sizes: dict[str, int], on: date, processes: int) -> Iterator[Done]:
    if processes < 2 or len(sizes) < 2:
        yield from (_one(code, on) for code in sizes)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=start_django) as pool:
        waiting = [pool.submit(_one, code, on) for code in sizes]
        for done in as_completed(waiting):
            yield done.result()


def _one(code: str, on: date) -> Done:
    from django.utils import timezone

    from brobygger.accounts.models import Municipality
    from brobygger.controls import services

    municipality = Municipality.objects.get(code=code)
    run = services.carry_out(municipality=municipality, on=on, at=timezone.now())
    return Done(code, run.cases, services.open_failures(municipality))
