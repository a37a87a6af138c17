"""How fast registers become a panel, and a panel a table of statuses by week; beside the natural ways.

    python -m benchmarks.analysis_registers table            1 million persons, 360,000 spells: ours, pandas, polars
    python -m benchmarks.analysis_registers growth           ours at 1, 3 and 6 million persons, the same spells
    python -m benchmarks.analysis_registers wide FOLDER      makes a wide Parquet file of 1 million x 520 and reads it

Each way runs in a process of its own on the same seeded data; memory is the process's peak. Prints seconds and MB.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import dream_codes
from brobygger.analysis.outcomes import status_by_week
from brobygger.analysis.panel import Panel, Spells
from brobygger.analysis.registers import read_weekly
from brobygger.analysis.weeks import dream_column, week_from_iso

SEED, WEEKS, SPELLS, CELLS = 20_261_123, 520, 360_000, 98 * 8
BEFORE, AFTER = 52, 104
FIRST = week_from_iso(2015, 1)
STATES = ("job", "education", "benefit", "other")
GAP = "self_support"
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}
CLOCK = os.environ.get("BENCHMARK_CLOCK", "wall")
"""On a busy machine the processor's own time says more; polars then counts both cores."""
_PIECE = 50_000
_MOST_RUNS, _MEAN_RUN = 40, 38


def made_panel(persons: int) -> Panel:
    """About 10 rows a person; a quarter of the stretches are in the gap state. Made piece by piece, seeded."""
    pieces = [_piece(low, min(_PIECE, persons - low)) for low in range(0, persons, _PIECE)]
    person, start, stop, status = (np.concatenate(part) for part in zip(*pieces, strict=True))
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


def made_spells(persons: int) -> tuple[Spells, npt.NDArray[np.int32]]:
    random = np.random.default_rng(SEED)
    person = np.sort(random.integers(0, persons, SPELLS)).astype(np.int32)
    start = (FIRST + random.integers(BEFORE, WEEKS - AFTER, SPELLS)).astype(np.int32)
    return Spells(person, start, start + np.int32(20)), random.integers(0, CELLS, SPELLS).astype(np.int32)


def ours(persons: int) -> tuple[float, npt.NDArray[np.int64]]:
    panel, (spells, cell) = made_panel(persons), made_spells(persons)
    assert panel.offsets[-1] == len(panel)

    def table() -> npt.NDArray[np.int64]:
        return status_by_week(panel, spells, mapping=None, by=cell, before=BEFORE, after=AFTER).counts

    return best_of(5, table)


def wide_of(panel: Panel) -> npt.NDArray[np.int8]:
    """(persons, weeks), what the other ways start from."""
    wide = np.full((panel.persons, WEEKS + 1), 0, dtype=np.int8)
    np.add.at(wide, (panel.person, panel.start - FIRST), (panel.status + 1).astype(np.int8))
    np.add.at(wide, (panel.person, panel.stop - FIRST), -(panel.status + 1).astype(np.int8))
    return np.cumsum(wide, axis=1, dtype=np.int8)[:, :WEEKS]


def pandas_way(persons: int) -> tuple[float, npt.NDArray[np.int64]]:
    """Windows cut from the wide table, melted to one row per spell and week, grouped and counted."""
    import pandas as pd

    (spells, cell), wide = made_spells(persons), wide_of(made_panel(persons))

    def table() -> npt.NDArray[np.int64]:
        offsets = np.arange(-BEFORE, AFTER + 1)
        window = wide[spells.person[:, None], spells.start[:, None] - FIRST + offsets]
        frame = pd.DataFrame(window, columns=offsets)
        frame["cell"] = cell
        long = frame.melt(id_vars="cell", var_name="week", value_name="state")
        sizes = long.groupby(["cell", "week", "state"]).size().unstack(fill_value=0)
        return in_our_order(sizes.to_numpy())

    return best_of(1, table)


def polars_way(persons: int) -> tuple[float, npt.NDArray[np.int64]]:
    """The same in polars."""
    import polars as pl

    (spells, cell), wide = made_spells(persons), wide_of(made_panel(persons))

    def table() -> npt.NDArray[np.int64]:
        offsets = np.arange(-BEFORE, AFTER + 1)
        window = wide[spells.person[:, None], spells.start[:, None] - FIRST + offsets]
        frame = pl.DataFrame(window, schema=[str(week) for week in offsets]).with_columns(cell=cell)
        long = frame.unpivot(index="cell", variable_name="week", value_name="state")
        sizes = long.with_columns(pl.col("week").cast(pl.Int16)).group_by("cell", "week", "state").len()
        counts = np.zeros((CELLS, len(offsets), len(STATES) + 1), dtype=np.int64)
        counts[sizes["cell"], sizes["week"].to_numpy() + BEFORE, sizes["state"]] = sizes["len"]
        return in_our_order(counts.reshape(-1, len(STATES) + 1))

    return best_of(1, table)


def in_our_order(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows of (cell, week) with the gap state first, to (cell, week, state) with it last."""
    return np.roll(counts, -1, axis=1).reshape(CELLS, BEFORE + AFTER + 1, len(STATES) + 1)


def best_of(times: int, work: Callable[[], npt.NDArray[np.int64]]) -> tuple[float, npt.NDArray[np.int64]]:
    """The shortest of some runs, and what the last gave."""
    shortest = float("inf")
    for _ in range(times):
        begun = CLOCKS[CLOCK]()
        result = work()
        shortest = min(shortest, CLOCKS[CLOCK]() - begun)
    return shortest, result


WAYS = {"ours": ours, "pandas": pandas_way, "polars": polars_way}


def one(way: str, persons: int) -> None:
    seconds, counts = WAYS[way](persons)
    digest = hashlib.sha256(np.ascontiguousarray(counts, dtype=np.int64).tobytes()).hexdigest()[:12]
    print(
        f"{way:8} {persons:>9,} persons {seconds:8.3f} s ({CLOCK}) {peak():7.0f} MB  table {digest}",
        flush=True,
    )


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_wide(path: Path, persons: int) -> None:
    """One row a person, 520 text columns y_YYWW, three quarters of the weeks with one of the public codes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = pa.array(sorted(dream_codes().known))
    names = ["person", *(dream_column(FIRST + week) for week in range(WEEKS))]
    writer = None
    for low in range(0, persons, _PIECE):
        count = min(_PIECE, persons - low)
        random = np.random.default_rng([SEED, low])
        codes = _wide_codes(random, count, len(texts))
        columns = [
            pa.DictionaryArray.from_arrays(pa.array(week - 1, mask=week == 0), texts).cast(pa.string())
            for week in codes
        ]
        table = pa.table([pa.array([f"p{low + n:08d}" for n in range(count)]), *columns], names=names)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def _wide_codes(random: np.random.Generator, count: int, codes: int) -> npt.NDArray[np.int16]:
    """(weeks, count): 0 is blank, else a code's number plus one; a new stretch begins in every 38th week."""
    drawn = random.integers(0, codes + 1, (WEEKS, count)).astype(np.int16)
    drawn[random.random((WEEKS, count)) < 0.25] = 0
    begins = random.random((WEEKS, count)) < 1 / _MEAN_RUN
    begins[0] = True
    last = np.maximum.accumulate(np.where(begins, np.arange(WEEKS)[:, None], 0), axis=0)
    return np.take_along_axis(drawn, last, axis=0)


def read_wide(path: Path) -> None:
    begun, used = time.perf_counter(), time.process_time()
    found = read_weekly([path])
    seconds, processor = time.perf_counter() - begun, time.process_time() - used
    print(
        f"wide {found.weekly.persons:,} x {found.weekly.width}: {seconds:.1f} s ({processor:.1f} s of processor), "
        f"{peak():.0f} MB, {len(found.weekly):,} rows from {path.stat().st_size / 2**20:.0f} MB of Parquet",
        flush=True,
    )


def apart(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "benchmarks.analysis_registers", *arguments], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["table", "growth", "wide", "one", "write", "read"])
    parser.add_argument("rest", nargs="*")
    parser.add_argument("--persons", type=int, default=1_000_000)
    given = parser.parse_args()
    persons = ["--persons", str(given.persons)]
    if given.what == "table":
        for way in WAYS:
            apart("one", way, *persons)
    elif given.what == "growth":
        for millions in (1, 3, 6):
            apart("one", "ours", "--persons", str(millions * 1_000_000))
    elif given.what == "wide":
        path = str(Path(given.rest[0]) / "wide.parquet")
        apart("write", path, *persons)
        apart("read", path)
    elif given.what == "one":
        one(given.rest[0], given.persons)
    elif given.what == "write":
        write_wide(Path(given.rest[0]), given.persons)
    else:
        read_wide(Path(given.rest[0]))


if __name__ == "__main__":
    main()
