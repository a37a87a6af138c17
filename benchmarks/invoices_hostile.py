"""Refuses one file and says what it took: ``python -m benchmarks.invoices_hostile FILE``."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from brobygger.einvoice import Refused, read_file


def main() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    try:
        read_file(Path(sys.argv[1]))
        told = "received"
    except Refused as refusal:
        told = refusal.code
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{told} in {seconds * 1000:.1f} ms, {memory / 1024:.0f} MB, {(memory - before) / 1024:.0f} MB for the file"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
