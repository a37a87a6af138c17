"""One module per group of commands; each has ``register``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Commands = Any


def data_folder() -> Path:
    """Where this installation keeps its data: BROBYGGER_DATA, else ``var`` in the current folder."""
    return Path(os.environ.get("BROBYGGER_DATA", "var")).resolve()


def add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="MAPPE", help="mappen med installationens data (ellers var/)")


def start_django() -> None:
    """Starts the database if it is the embedded one, then Django."""
    from brobygger.web.embedded import ensure_database

    ensure_database(data_folder())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brobygger.web.settings")
    # One request or duty takes one core at most: arithmetic with threads of its own would hold the others up.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import django

    django.setup()
