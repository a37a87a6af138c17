"""The steps of a register through Ibis give the tables of one machine: in DuckDB for many small files, and on Spark."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from brobygger.analysis.codes import dream_codes
from brobygger.analysis.errors import RegisterError
from brobygger.analysis.outcomes import FIVE, FIVE_OF, labour_states, status_by_week
from brobygger.analysis.panel import Panel, Spells
from brobygger.analysis.registers import Registers
from brobygger.analysis.report import write_example
from brobygger.analysis.report.cluster import MISSING, Cluster
from brobygger.analysis.report.engines import Here
from brobygger.analysis.weeks import dream_column, week_of
from tests.review.test_spark import environment

ibis = pytest.importorskip("ibis")
pytestmark = pytest.mark.filterwarnings("ignore:.*arrow:DeprecationWarning")
CODES = ("", "", "730", "738", "7", "651", "730.0", " 720 ", "abc", ".")
FIRST = week_of(date(2026, 10, 5))


@pytest.fixture
def cluster() -> Cluster:
    return Cluster(ibis.duckdb.connect())


def wide(path: Path, seed: int, *, gap: bool = False, bad: bool = True) -> Path:
    """Persons in no order, one twice, some with a cell that is no code, over the end of a year with a week 53."""
    rng = np.random.default_rng(seed)
    weeks = [week for week in range(FIRST, FIRST + 20) if not (gap and week == FIRST + 7)]
    months = ["branche_2026_10", "br_2026_11", "branche_2026_12", "branche_2027_01", "branche_2027_02"]
    lines = ["pnr;" + ";".join([*map(dream_column, weeks), *months])]
    for person in rng.permutation(40):
        cells = rng.choice(CODES, size=len(weeks) // 4 + 1).repeat(4)[: len(weeks)].tolist()
        if bad and person == 3:
            cells[5] = "65,1"
        wages = rng.choice(["", "431200", "62010", "."], size=len(months)).tolist()
        if bad and person == 9:
            wages[1] = "?!"
        name = "" if bad and person == 20 else f"P{person}"
        lines.append(f"{name};{';'.join(cells)};{';'.join(wages)}")
    lines.append(lines[4])
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def rows(panel: Panel | None) -> Any:
    assert panel is not None and panel.ids is not None
    return (
        panel.ids.tolist(), panel.codes, panel.first_week, panel.stop_week, panel.person.tolist(), panel.start.tolist(),
        panel.stop.tolist(), panel.status.tolist(),
    )  # fmt: skip


def told(found: Registers) -> Any:
    report = found.report
    bad = sorted((each.person, each.column, each.reason) for each in report.bad_rows)
    return report.kept, report.repeated, report.rows, report.bad, bad, report.unknown, report.outside_dates


def same(one: Registers, other: Registers) -> bool:
    return (
        rows(one.weekly) == rows(other.weekly)
        and rows(one.branches) == rows(other.branches)
        and told(one) == told(other)
    )


@pytest.mark.parametrize(("seed", "gap"), [(1, False), (2, True)])
def test_wide_files_become_the_same_panel(cluster: Cluster, tmp_path: Path, seed: int, gap: bool) -> None:
    path = wide(tmp_path / "dream.csv", seed, gap=gap)
    here, there = (engine.read_wide([path], dream_codes(), quiet=True) for engine in (Here(), cluster))
    assert here.report.bad == 3 and here.report.repeated == 1 and len(here.weekly) > 60
    assert same(here, there)


def test_another_register_is_found_to_be_another(cluster: Cluster, tmp_path: Path) -> None:
    """The control: one changed cell is seen by the comparison above."""
    path = wide(tmp_path / "dream.csv", 1)
    here = Here().read_wide([path], dream_codes(), quiet=True)
    text = path.read_text(encoding="utf-8").replace(";738;", ";739;", 1)
    path.write_text(text, encoding="utf-8")
    assert not same(here, cluster.read_wide([path], dream_codes(), quiet=True))


def test_parquet_with_whole_numbers_and_several_files(cluster: Cluster, tmp_path: Path) -> None:
    """Numbers for codes and ids, files of different years: the first that tells is believed."""
    one, other = tmp_path / "a.parquet", tmp_path / "b.parquet"
    a, b, c = (dream_column(FIRST + step) for step in range(3))
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 11 AS id, 730 AS {a}, 7 AS {b} UNION ALL SELECT 12, NULL, 651) TO '{one}'"
        )
        connection.execute(f"COPY (SELECT 12.0::DOUBLE AS id, 730.0 AS {b}, 738.0 AS {c}) TO '{other}'")
    engines = (Here(), cluster)
    here, there = (each.read_wide([one, other, one], dream_codes(), quiet=True) for each in engines)
    assert rows(here.weekly) == rows(there.weekly) and told(here) == told(there)
    assert here.report.conflicts == there.report.conflicts == 1


def test_statuses_by_week_are_the_same_table(cluster: Cluster, tmp_path: Path) -> None:
    found = Here().read_wide([wide(tmp_path / "dream.csv", 5, bad=False)], dream_codes(), quiet=True)
    states = labour_states(found.weekly, found.branches, dream_codes())
    rng = np.random.default_rng(3)
    start = rng.integers(FIRST - 3, FIRST + 18, size=60)
    group = rng.integers(0, 3, size=60)
    spells = Spells.of(person=rng.integers(0, states.persons, 60), start=start, stop=start + 2, group=group)
    options: dict[str, Any] = {"mapping": FIVE_OF, "order": FIVE, "before": 6, "after": 9, "by": "group"}
    here = status_by_week(states, spells, **options)
    there = status_by_week(states, spells, **options, count=cluster.count_edges)
    assert here.counts.sum() > 300
    assert np.array_equal(here.counts, there.counts) and np.array_equal(here.seen, there.seen)


def test_a_person_twice_with_other_codes_stops_it(cluster: Cluster, tmp_path: Path) -> None:
    path = tmp_path / "to.csv"
    path.write_text(f"pnr;{dream_column(FIRST)}\nA;730\nA;651\nB;730", encoding="utf-8")
    with pytest.raises(RegisterError, match="flere gange"):
        cluster.read_wide([path], dream_codes(), quiet=True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "navn;y_2641\nA;730", "personens nummer"),
        ("a.csv", "pnr;kode\nA;730", "ingen ugekolonner"),
        ("a.sav", "x", "på en klynge"),
    ],
)
def test_what_cannot_be_read_says_so(
    cluster: Cluster, tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(RegisterError, match=said):
        cluster.read_wide([tmp_path / name], dream_codes(), quiet=True)


def test_without_the_packages_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ibis", None)
    with pytest.raises(RegisterError, match=r"brobygger\[cluster\]") as missing:
        Cluster.spark("local[1]")
    assert str(missing.value) == MISSING


def narrow(path: Path, heads: tuple[str, ...]) -> None:
    """Keeps some of a file's columns: Spark spends its time on planning wide ones."""
    lines = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [place for place, head in enumerate(lines[0]) if head.startswith(heads)]
    path.write_text("\n".join(";".join(line[place] for place in kept) for line in lines), encoding="utf-8")


def test_a_whole_run_on_spark_gives_the_same_results(tmp_path: Path) -> None:
    """A real Spark, on this machine alone: the same bytes but for the time."""
    run = write_example(tmp_path / "ex", people=120, young=40)
    text = run.read_text(encoding="utf-8")
    kept = text[: text.index("[[comparison]]")] + "[survey]\nyes_from = 4\n"
    run.write_text(kept, encoding="utf-8")
    narrow(run.parent / "register.csv", ("pnr", "y_23", "branche_2023"))
    (tmp_path / "spark-defaults.conf").write_text(
        "spark.sql.shuffle.partitions 1\nspark.ui.enabled false\nspark.ui.showConsoleProgress false\n",
        encoding="utf-8",
    )
    results = []
    for engine in (["--engine", "spark", "--master", "local[1]"], []):
        out = tmp_path / f"ud{len(engine)}"
        done = subprocess.run(
            [sys.executable, "-m", "brobygger.web.cli", "effects", str(run), "--out", str(out), "--quiet", *engine],
            capture_output=True, text=True, env={**environment(), "SPARK_CONF_DIR": str(tmp_path)}, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, f"Kør script/ensure-java. {done.stderr[-2000:]}"
        results.append(json.loads((out / "results.json").read_text(encoding="utf-8")))
        results[-1].pop("made_at")
    assert results[0]["happened"]["people"] > 40
    assert json.dumps(results[0]) == json.dumps(results[1])
