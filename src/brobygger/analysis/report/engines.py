"""Where the heavy steps of a register are done: on this machine (DuckDB and numpy) or on Apache Spark (``cluster``).

Both give the same panel, persons in order of their number, and the same table by week.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from brobygger.analysis.codes import CodeList
from brobygger.analysis.outcomes import Counts, Windows, edges_here
from brobygger.analysis.panel import Panel, Spells
from brobygger.analysis.registers import Registers, read_weekly


class Engine(Protocol):
    """The steps whose cost follows the register."""

    def read_wide(self, paths: Sequence[Path], codes: CodeList, *, quiet: bool) -> Registers:
        """Wide weekly files as run-length panels."""

    def count_edges(self, states: Panel, spells: Spells, windows: Windows) -> Counts:
        """As ``outcomes.edges_here``."""


class Here:
    """This machine."""

    def read_wide(self, paths: Sequence[Path], codes: CodeList, *, quiet: bool) -> Registers:
        return in_order(read_weekly(paths, codes=codes, quiet=quiet))

    def count_edges(self, states: Panel, spells: Spells, windows: Windows) -> Counts:
        return edges_here(states, spells, windows)


def in_order(found: Registers) -> Registers:
    """Persons in the order of their number, so that no later step depends on the order of a file."""
    order = np.argsort(np.asarray(found.weekly.ids), kind="stable")
    if (np.diff(order) == 1).all():
        return found
    branches = None if found.branches is None else found.branches.only(order)
    columns = {name: column[order] for name, column in found.columns.items()}
    return Registers(found.weekly.only(order), branches, columns, found.report)
