"""`brobygger serve` as an operator has it in a terminal: started, stopped by Ctrl-C, started again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from tests.journeys.visitor import ROOT

READY_SECONDS = 240
"""Patience for a machine that has much else to do; a quiet one needs a tenth of it."""
STOP_SECONDS = 60


def clean_environment() -> dict[str, str]:
    """Without what the tests' own database has set."""
    own = ("DATABASE_URL", "BROBYGGER", "DJANGO", "PYTEST")
    return {key: value for key, value in os.environ.items() if not key.startswith(own)}


def run(*words: str, seconds: float = 180) -> subprocess.CompletedProcess[str]:
    """A command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "brobygger.web.cli", *words],
        capture_output=True,
        text=True,
        env=clean_environment(),
        cwd=ROOT,
        timeout=seconds,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """One installation: its folder, its address, and the processes that serve it."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data, self.log, self.port = data, log, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """In a process group of its own, as a terminal does it, so that Ctrl-C reaches what it would reach."""
        command = [sys.executable, "-m", "brobygger.web.cli", "serve"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--data", str(self.data)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=clean_environment(),
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=_listen_to_ctrl_c,
            )

    def start(self) -> None:
        self.begin()
        self.wait_until(self._answers, "answer")

    def wait_until(self, condition: object, what: str, *, seconds: float = READY_SECONDS) -> None:
        """Until ``condition()`` holds. Raises AssertionError with the log, also when the process has ended."""
        assert callable(condition)
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.is_running:
            if condition():
                return
            time.sleep(0.1)
        ended = self.process.poll() if self.process else None
        raise AssertionError(f"The product did not {what} (exit status {ended}):\n{self.said}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return answer.status == 200 and "Ctrl-C" in self.said
        except OSError:
            return False

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def logins(self) -> dict[str, tuple[str, str]]:
        """Role to login, from what `serve` printed."""
        rows = re.findall(r"^  (\S.*?)\s{2,}(\S+)\s+(\S+)$", self.said, flags=re.M)
        return {role: (username, password) for role, username, password in rows}

    def processes(self) -> list[psutil.Process]:
        """All that runs for it: the command, web servers, worker, database."""
        assert self.process
        own = psutil.Process(self.process.pid)
        database = psutil.Process(self.database_pid() or own.pid)
        return [each for root in (own, database) for each in (root, *root.children(recursive=True))]

    def database_pid(self) -> int:
        """0 while there is none."""
        file = self.data / "postgres" / "postmaster.pid"
        try:
            return int(file.read_text().split()[0])
        except (OSError, IndexError):
            return 0

    def presses_ctrl_c(self) -> int:
        """The exit status. A terminal sends the signal to everything in its foreground."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=STOP_SECONDS)

    def end(self) -> None:
        if self.process and self.is_running:
            self.process.terminate()
            self.process.wait(timeout=STOP_SECONDS)


def _listen_to_ctrl_c() -> None:
    """As a terminal starts it: what a script starts in the background is born deaf to Ctrl-C, with its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def still_running(processes: list[psutil.Process], *, seconds: float = STOP_SECONDS) -> list[str]:
    """Those of them that do not end in a while, as their command lines."""
    _ended, alive = psutil.wait_procs(processes, timeout=seconds)
    return [" ".join(each.cmdline()) for each in alive if each.status() != psutil.STATUS_ZOMBIE]
