"""The signs are found after the night's controls, and when somebody asks for these."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from brobygger.web import worker

RUN = SimpleNamespace(municipality=object(), on=date(2026, 11, 23))


@pytest.mark.parametrize(("done", "expected"), [(RUN, [(RUN.municipality, RUN.on)]), (None, [])])
def test_signs_follow_the_controls(monkeypatch: pytest.MonkeyPatch, done: Any, expected: list[Any]) -> None:
    called: list[Any] = []
    monkeypatch.setattr(worker.controls, "run_next", lambda at: done)
    monkeypatch.setattr(worker.risks, "run_risks", lambda municipality, on: called.append((municipality, on)))
    worker.run_controls()
    assert called == expected
