"""Starts the embedded PostgreSQL before pytest reads Django's settings (a plugin, see pyproject.toml).

DATABASE_URL, where set, is used instead. Workers of a parallel run inherit the address.
"""

from __future__ import annotations

import os
from pathlib import Path

from brobygger.web.embedded import ensure_database

os.environ.setdefault("BROBYGGER_DATA", str(Path("var/test").resolve()))
os.environ.setdefault("BROBYGGER_SECRET", "a-secret-for-tests-only")
os.environ.pop("BROBYGGER_DEMO", None)
ensure_database(Path(os.environ["BROBYGGER_DATA"]))
