"""Application and database are killed in the middle of a payment run: nothing is lost and nothing is doubled."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.journeys.serving import clean_environment
from tests.journeys.visitor import ROOT
from tests.payments.crash_run import INVOICES

BEFORE_THE_CRASH = 4
SECONDS = 240
RUN = [sys.executable, "-m", "tests.payments.crash_run"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A database server of its own, in a folder that its user may enter."""
    made = Path(tempfile.mkdtemp(prefix="bb-crash-"))
    made.chmod(0o755)
    yield made
    if pid := _server(made):
        psutil.Process(pid).terminate()
        psutil.Process(pid).wait(timeout=60)
    shutil.rmtree(made, ignore_errors=True)


def test_a_payment_run_that_is_killed_goes_on_where_it_was(folder: Path) -> None:
    assert _run("prepare", folder) == INVOICES
    _pay_and_kill_everything(folder)
    after, paid, whole = _run("resume", folder)
    assert BEFORE_THE_CRASH <= after["done"] < INVOICES, "It was in the middle."
    _agrees(after)
    assert paid == INVOICES - after["done"]
    _agrees(whole)
    assert (whole["done"], whole["paid minutes"]) == (INVOICES, INVOICES * 60)


def _agrees(seen: dict[str, Any]) -> None:
    """Each invoice that is done has one payment, one booking and one file, and no other has any."""
    assert seen["faults"] == []
    assert {seen["done"], seen["payments"], seen["booked"], seen["files"]} == {seen["done"]}
    assert (seen["without file"], seen["paid minutes"]) == (0, seen["done"] * 60)
    assert Decimal(seen["owed"]) == seen["done"] * Decimal("312.50")


def _run(what: str, folder: Path) -> Any:
    done = subprocess.run(
        [*RUN, what, str(folder)],
        capture_output=True,
        text=True,
        env=_environment(),
        cwd=ROOT,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _pay_and_kill_everything(folder: Path) -> None:
    """SIGKILL for the one who pays and for every process of the database, while more is being paid."""
    with subprocess.Popen(
        [*RUN, "pay", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=_environment(),
        cwd=ROOT,
    ) as paying:
        assert paying.stdout
        next(line for line in paying.stdout if int(line) >= BEFORE_THE_CRASH)
        server = psutil.Process(_server(folder))
        for process in (server, *server.children(recursive=True)):
            os.kill(process.pid, signal.SIGKILL)
        paying.kill()
    server.wait(timeout=60)


def _environment() -> dict[str, str]:
    return {**clean_environment(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


def _server(folder: Path) -> int:
    """The process of the folder's database, 0 when there is none."""
    try:
        pid = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError):
        return 0
    return pid if psutil.pid_exists(pid) else 0
