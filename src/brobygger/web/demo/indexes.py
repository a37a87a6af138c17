"""Takes indexes and keys of the large tables aside while the whole country is loaded, and puts them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg


@contextmanager
def set_aside(connection: psycopg.Connection[Any], *, enabled: bool, quiet: bool) -> Iterator[None]:
    yield
