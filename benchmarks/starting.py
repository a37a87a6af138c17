"""How long `brobygger serve` takes until it answers: ``python -m benchmarks.starting``.

The first start makes the database and loads the small demonstration; the others find both there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

LONGEST = 600


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.starting", description=__doc__)
    parser.add_argument("--again", type=int, default=3, help="starts after the first")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="brobygger-"))
    try:
        print(f"first start: {seconds_to_start(folder):.1f} s")
        for _each in range(options.again):
            print(f"start on existing data: {seconds_to_start(folder):.1f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def seconds_to_start(folder: Path) -> float:
    """Until the health page answers; then it is stopped as by Ctrl-C. Raises RuntimeError if it never does."""
    port = _free_port()
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    command = [sys.executable, "-m", "brobygger.web.cli", "serve", "--port", str(port), "--data", str(folder)]
    begun = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if server.poll() is not None or time.perf_counter() - begun > LONGEST:
                raise RuntimeError("The product did not start.")
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
