"""`brobygger serve` as the person at the terminal has it: Ctrl-C ends all of it, and the next start goes on."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.journeys.serving import Serving, run, still_running
from tests.journeys.visitor import Visitor


@pytest.fixture
def stoppable(serving: Serving) -> Iterator[Serving]:
    """The product of all journeys, which runs again afterwards whatever happened."""
    yield serving
    if not serving.is_running:
        serving.start()


def test_ctrl_c_ends_everything_and_the_next_start_goes_on(
    visitor: Callable[..., Visitor], stoppable: Serving
) -> None:
    # Given somebody in the middle of something
    somebody = visitor()
    page = somebody.signs_in_as("Jobkonsulent")
    somebody.goes_to("/forloeb/?hvis=alle&status=alle")
    code = page.locator("main table a").first.inner_text()

    # When Ctrl-C is pressed, then nothing of it is left running
    processes = stoppable.processes()
    named = " ".join(" ".join(each.cmdline()) for each in processes)
    assert all(part in named for part in ("gunicorn", "worker", "postgres")), named
    before = len(stoppable.said)
    assert stoppable.presses_ctrl_c() == 0
    assert still_running(processes) == []
    last_words = stoppable.said[before:]
    assert "Stopper" in last_words
    assert "Traceback" not in last_words, last_words
    assert stoppable.database_pid() == 0

    # And after the next start the same person is signed in still, and everything is there
    stoppable.start()
    somebody.goes_to("/forloeb/?hvis=alle&status=alle")
    assert page.locator("main table a").first.inner_text() == code


def test_ctrl_c_before_it_has_come_up_leaves_nothing(tmp_path: Path) -> None:
    serving = Serving(tmp_path / "data", tmp_path / "log")
    serving.begin()
    try:
        serving.wait_until(lambda: serving.database_pid() > 0, "start its database")
        processes = serving.processes()
        assert serving.presses_ctrl_c() == 0
        assert still_running(processes) == []
        assert "Traceback" not in serving.said
    finally:
        serving.end()


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        data = tmp_path / "data"
        answer = run("serve", "--port", str(taken.getsockname()[1]), "--data", str(data))
    assert answer.returncode == 1
    assert "port" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not data.exists()


def test_a_process_that_stays_is_seen() -> None:
    """The proof above would find one: this one is left running on purpose."""
    own = psutil.Process()
    assert still_running([own], seconds=0.1) == [" ".join(own.cmdline())]
