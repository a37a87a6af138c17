"""A whole analysis from files alone: ``read_run`` what is asked, ``carry_out`` the run, ``write`` what it found.

``write_example`` makes a small world of people who do not exist, to try it on. See ``docs/analysis/run.md``.
"""

from __future__ import annotations

from brobygger.analysis.report.carry import Carried, carry_out
from brobygger.analysis.report.engines import Engine, Here
from brobygger.analysis.report.example import write_example
from brobygger.analysis.report.runfile import RunError, RunFile, read_run
from brobygger.analysis.report.writing import write

__all__ = [
    "Carried",
    "Engine",
    "Here",
    "RunError",
    "RunFile",
    "carry_out",
    "read_run",
    "write",
    "write_example",
]
