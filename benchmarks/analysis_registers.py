"""Registers become a panel, and a panel a table of statuses by week: ours and the natural ways."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.cases import OURS, Case, Way, Work
from brobygger.analysis.codes import dream_codes
from brobygger.analysis.outcomes import status_by_week
from brobygger.analysis.panel import Panel, Spells
from brobygger.analysis.registers import read_weekly
from brobygger.analysis.weeks import dream_column, week_from_iso

PERSONS, SPELLS = 1_000_000, 360_000
SEED, WEEKS, CELLS = 20_261_123, 520, 98 * 8
BEFORE, AFTER = 52, 104
FIRST = week_from_iso(2015, 1)
STATES = ("job", "education", "benefit", "other")
GAP = "self_support"
FOLDER = "BENCHMARK_FOLDER"
"""The variable that says where the wide file lies between the process that writes it and the one that reads it."""
_PIECE = 50_000
_MOST_RUNS, _MEAN_RUN = 40, 38


def made_panel(persons: int) -> Panel:
    """About 10 rows a person; a quarter of the stretches are in the gap state. Made piece by piece, seeded."""
    kinds = (np.int32, np.int32, np.int32, np.int16)
    columns = [
        np.empty(persons * _MOST_RUNS, dtype=kind) for kind in kinds
    ]  # only what is filled takes memory
    size = 0
    for low in range(0, persons, _PIECE):
        piece = _piece(low, min(_PIECE, persons - low))
        for column, part in zip(columns, piece, strict=True):
            column[size : size + len(part)] = part
        size += len(piece[0])
    person, start, stop, status = (column[:size] for column in columns)
    return Panel(person, start, stop, status, STATES, persons, FIRST, FIRST + WEEKS, GAP)


def _piece(low: int, count: int) -> tuple[npt.NDArray[np.int32], ...]:
    random = np.random.default_rng([SEED, low])
    lengths = random.geometric(1 / _MEAN_RUN, (count, _MOST_RUNS))
    lengths[:, -1] = WEEKS
    stop = np.minimum(np.cumsum(lengths, axis=1), WEEKS)
    start = np.concatenate((np.zeros((count, 1), dtype=stop.dtype), stop[:, :-1]), axis=1)
    step = random.integers(1, len(STATES) + 1, start.shape)
    state = np.cumsum(step, axis=1) % (len(STATES) + 1) - 1
    row, column = np.nonzero((start < WEEKS) & (state >= 0))
    chosen = (row, column)
    return (
        (row + low).astype(np.int32),
        (start[chosen] + FIRST).astype(np.int32),
        (stop[chosen] + FIRST).astype(np.int32),
        state[chosen].astype(np.int16),
    )


def made_spells(persons: int, spells: int) -> tuple[Spells, npt.NDArray[np.int32]]:
    random = np.random.default_rng(SEED)
    person = np.sort(random.integers(0, persons, spells)).astype(np.int32)
    start = (FIRST + random.integers(BEFORE, WEEKS - AFTER, spells)).astype(np.int32)
    return Spells(person, start, start + np.int32(20)), random.integers(0, CELLS, spells).astype(np.int32)


def table_by_runs(scale: float, millions: int = 1) -> Work:
    persons = int(millions * PERSONS * scale)
    panel, (spells, cell) = made_panel(persons), made_spells(persons, int(SPELLS * scale))
    assert panel.offsets[-1] == len(panel)

    def work() -> list[float]:
        table = status_by_week(panel, spells, mapping=None, by=cell, before=BEFORE, after=AFTER)
        return summed(table.counts)

    return work


def table_in_pandas(scale: float) -> Work:
    """Windows cut from the wide table, melted to one row per spell and week, grouped and counted."""
    import pandas as pd

    wide, spells, cell = _wide_and_spells(scale)

    def work() -> list[float]:
        offsets = np.arange(-BEFORE, AFTER + 1)
        window = wide[spells.person[:, None], spells.start[:, None] - FIRST + offsets]
        frame = pd.DataFrame(window, columns=offsets)
        frame["cell"] = cell
        long = frame.melt(id_vars="cell", var_name="week", value_name="state")
        sizes = long.groupby(["cell", "week", "state"]).size().unstack(fill_value=0)
        return summed(in_our_order(sizes.to_numpy()))

    return work


def table_in_polars(scale: float) -> Work:
    """The same in polars."""
    import polars as pl

    wide, spells, cell = _wide_and_spells(scale)

    def work() -> list[float]:
        offsets = np.arange(-BEFORE, AFTER + 1)
        window = wide[spells.person[:, None], spells.start[:, None] - FIRST + offsets]
        frame = pl.DataFrame(window, schema=[str(week) for week in offsets]).with_columns(cell=cell)
        long = frame.unpivot(index="cell", variable_name="week", value_name="state")
        sizes = long.with_columns(pl.col("week").cast(pl.Int16)).group_by("cell", "week", "state").len()
        counts = np.zeros((CELLS, len(offsets), len(STATES) + 1), dtype=np.int64)
        counts[sizes["cell"], sizes["week"].to_numpy() + BEFORE, sizes["state"]] = sizes["len"]
        return summed(in_our_order(counts.reshape(-1, len(STATES) + 1)))

    return work


def _wide_and_spells(scale: float) -> tuple[npt.NDArray[np.int8], Spells, npt.NDArray[np.int32]]:
    """(persons, weeks), what the other ways start from, with the spells and the cell of each."""
    panel = made_panel(int(PERSONS * scale))
    spells, cell = made_spells(panel.persons, int(SPELLS * scale))
    wide = np.full((panel.persons, WEEKS + 1), 0, dtype=np.int8)
    np.add.at(wide, (panel.person, panel.start - FIRST), (panel.status + 1).astype(np.int8))
    np.add.at(wide, (panel.person, panel.stop - FIRST), -(panel.status + 1).astype(np.int8))
    return np.cumsum(wide, axis=1, dtype=np.int8)[:, :WEEKS], spells, cell


def in_our_order(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows of (cell, week) with the gap state first, to (cell, week, state) with it last."""
    return np.roll(counts, -1, axis=1).reshape(CELLS, BEFORE + AFTER + 1, len(STATES) + 1)


def summed(counts: npt.NDArray[np.int64]) -> list[float]:
    """A sum that tells where each count stands: two tables that differ anywhere give different ones."""
    weights = np.random.default_rng(SEED).integers(1, 1 << 20, counts.size)
    return [float(counts.ravel().astype(np.int64) @ weights), float(counts.sum())]


def wide_path(scale: float) -> Path:
    folder = Path(os.environ.get(FOLDER) or tempfile.gettempdir())
    return folder / f"brobygger-wide-{int(PERSONS * scale)}.parquet"


def write_wide(scale: float) -> Work:
    """One row a person, 520 text columns y_YYWW, three quarters of the weeks with one of the public codes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = pa.array(sorted(dream_codes().known))
    names = ["person", *(dream_column(FIRST + week) for week in range(WEEKS))]
    persons = int(PERSONS * scale)

    def piece(low: int) -> pa.Table:
        count = min(_PIECE, persons - low)
        weeks = _wide_codes(np.random.default_rng([SEED, low]), count, len(texts))
        columns = [
            pa.DictionaryArray.from_arrays(pa.array(week - 1, mask=week == 0), texts).cast(pa.string())
            for week in weeks
        ]
        return pa.table([pa.array([f"p{low + n:08d}" for n in range(count)]), *columns], names=names)

    def work() -> list[float]:
        first = piece(0)
        with pq.ParquetWriter(wide_path(scale), first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for low in range(_PIECE, persons, _PIECE):
                writer.write_table(piece(low))
        return []

    return work


def _wide_codes(random: np.random.Generator, count: int, codes: int) -> npt.NDArray[np.int16]:
    """(weeks, count): 0 is blank, else a code's number plus one; a new stretch begins in every 38th week."""
    drawn = random.integers(0, codes + 1, (WEEKS, count)).astype(np.int16)
    drawn[random.random((WEEKS, count)) < 0.25] = 0
    begins = random.random((WEEKS, count)) < 1 / _MEAN_RUN
    begins[0] = True
    last = np.maximum.accumulate(np.where(begins, np.arange(WEEKS)[:, None], 0), axis=0)
    return np.take_along_axis(drawn, last, axis=0)


def read_wide(scale: float) -> Work:
    """The file to a panel of runs: every week of every person is in it."""

    def work() -> list[float]:
        panel = read_weekly([wide_path(scale)], quiet=True).weekly
        assert (panel.persons, panel.width) == (int(PERSONS * scale), WEEKS)
        return [len(panel)]

    return work


GROWTH: dict[str, Way] = {
    f"{OURS}, {millions} million persons" if millions > 1 else OURS: partial(table_by_runs, millions=millions)
    for millions in (1, 3, 6)
}

CASES = (
    Case(
        "table",
        "Statuses in 157 weeks, 784 groups; 1 million persons, 520 weeks, 360,000 spells",
        {OURS: table_by_runs, "pandas": table_in_pandas, "polars": table_in_polars},
        seconds=0.3,
        megabytes=500,
        times=("pandas", 40),
        same=0.0,
    ),
    Case("growth", "The same table, the same spells, among more persons", GROWTH, same=float("inf")),
    Case(
        "wide",
        "Wide Parquet, 1 million persons and 520 weeks, to runs",
        {OURS: read_wide},
        seconds=60,
        megabytes=4096,
        once=True,
    ),
)
BEFOREHAND: dict[str, Way] = {"wide": write_wide}
"""What must be made first, in a process of its own."""
