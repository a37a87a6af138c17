"""The worker does everything that somebody wrote a duty for."""

from __future__ import annotations

import inspect

from brobygger.web import worker

ROUNDS = {"run_forever", "run_once"}


def test_no_duty_is_forgotten() -> None:
    written = {
        name
        for name, found in inspect.getmembers(worker, inspect.isfunction)
        if found.__module__ == worker.__name__ and name not in ROUNDS
    }
    called = {duty.__name__ for duty in worker.DUTIES}
    assert "make_results" in written, "The control: the duties of the module are found."
    assert written <= called, sorted(written - called)
