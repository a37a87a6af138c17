"""On a cluster the cases get the findings they get on one machine. Runs a real Spark, here on this machine alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.controls import made_cases
from brobygger.law.codes import Context, MentorKind
from brobygger.law.parameters import LocalParameterRow, Parameters, shipped, with_local
from brobygger.review import spark
from brobygger.review.exchange import Sent, rows_to_text, to_line
from brobygger.review.facts import GrantedPeriod
from brobygger.review.questions import QUESTIONS, review
from brobygger.values.source import Source
from tests.review.conftest import ON, right_case

ROOT = Path(__file__).parents[2]
OWN = (LocalParameterRow("P01", date(2025, 1, 1), Source("Ny lov"), date(2025, 1, 1), amount=Decimal(3)),)
NUMBERS = {"9901": shipped(), "9902": with_local(OWN)}
Told = tuple[Counter[tuple[Any, ...]], Counter[tuple[Any, ...]]]


def sent_cases() -> list[Sent]:
    """Two municipalities, one with numbers of its own, teams and cases without one, and much that is wrong."""
    cases = [replace(case, hearing_needed=None) for case in made_cases(60)]
    wrong: list[dict[str, Any]] = [
        {"purpose": False},
        {"periods": (GrantedPeriod(date(2026, 2, 2), date(2026, 8, 3)),)},
        {"periods": (GrantedPeriod(date(2026, 2, 2), date(2026, 6, 3)),)},
        {"paid_kroner": Decimal("12501.01")},
        {"follow_ups": ()},
        {"mentor_kind": MentorKind.VOLUNTEER},
        {"context": None, "target_group": "INL"},
        {"context": Context.EDUCATION, "decided_on": date(2012, 1, 2), "age": 31},
    ]
    cases += [right_case(**each) for each in wrong]
    return [
        Sent(code, None if key % 5 == 0 else key % 3, key, case)
        for code in NUMBERS
        for key, case in enumerate(cases)
    ]


def asked_here(numbers: dict[str, Parameters]) -> Told:
    """The failures and shares, each case asked alone."""
    failures: Counter[tuple[Any, ...]] = Counter()
    shares: Counter[tuple[Any, ...]] = Counter()
    for municipality, team, key, case in sent_cases():
        silent = set(QUESTIONS)
        for each in review(case, ON, numbers[municipality]):
            silent.discard(each.question_id)
            shares[municipality, team, each.question_id, each.outcome.value] += 1
            if each.failed:
                failures[municipality, key, each.question_id, each.sentence, each.remedy] += 1
        for question in silent:
            shares[municipality, team, question, "SILENT"] += 1
    return failures, shares


def environment() -> dict[str, str]:
    """A small Java that starts fast: one job of some hundred lines is done before a clever one has warmed up."""
    small = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "SPARK_SUBMIT_OPTS": small,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the job says of the same cases, read from the lines it wrote."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cases").mkdir()
    cases = sent_cases()
    for part in range(3):
        lines = "\n".join(map(to_line, cases[part::3]))
        (folder / "cases" / f"{part}.jsonl").write_text(lines, encoding="utf-8")
    (folder / "numbers.json").write_text(rows_to_text({"9901": (), "9902": OWN}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "brobygger.review.spark", str(folder / "cases"), str(folder / "out"),
         "--on", ON.isoformat(), "--numbers", str(folder / "numbers.json"), "--master", "local[2]"],
        capture_output=True, text=True, env=environment(), cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, f"Kør script/ensure-java. {done.stderr[-2000:]}"
    failures = Counter(
        (row["municipality"], row["key"], row["question"], row["sentence"], row["remedy"])
        for row in rows_in(folder / "out" / "failures")
    )
    shares: Counter[tuple[Any, ...]] = Counter()
    for row in rows_in(folder / "out" / "shares"):
        for name, outcome in (("passed", "SATISFIED"), ("failed", "NOT_SATISFIED"), ("cannot_tell", "CANNOT_TELL"),
                              ("not_relevant", "SILENT")):  # fmt: skip
            if row[name]:
                shares[row["municipality"], row.get("team"), row["question"], outcome] += row[name]
    return failures, shares


def rows_in(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("part-*")):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def test_the_cluster_finds_what_one_machine_finds(told: Told) -> None:
    failures, shares = asked_here(NUMBERS)
    assert len(failures) > 20 and told[0] == failures
    assert told[1] == shares


def test_a_municipality_without_its_own_numbers_is_told_apart(told: Told) -> None:
    """The control: were the dated rows lost on the way, the two would differ in what K09 says."""
    without, _ = asked_here(dict.fromkeys(NUMBERS, shipped()))
    missing = {key[2] for key in (told[0] - without)}
    assert missing == {"K09"}


def test_the_parts_add_up_in_any_cut() -> None:
    lines = [to_line(each) for each in sent_cases()]

    def asked(parts: list[list[str]]) -> Told:
        rows = [row for part in parts for row in spark.ask_part(part, ON, {"9902": OWN})]
        shares: Counter[tuple[Any, ...]] = Counter()
        for row in rows:
            if isinstance(row, spark.ShareRow):
                for place, number in enumerate(row[3:]):
                    shares[(*row[:3], place)] += number
        return Counter(row for row in rows if isinstance(row, spark.FailureRow)), +shares

    assert asked([lines]) == asked([lines[::4], lines[1::4], lines[2::4], lines[3::4]])
    assert asked([lines]) != asked([lines[:-1]])


def test_a_line_that_is_no_case_stops_the_job() -> None:
    with pytest.raises(ValueError, match="ikke en sag"):
        list(spark.ask_part(["{}"], ON, {}))


def test_without_spark_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("pyspark", "pyspark.errors"):
        monkeypatch.setitem(sys.modules, name, None)
    assert spark.main([str(tmp_path), str(tmp_path / "out"), "--on", "2026-11-23"]) == 2
    assert "pip install brobygger[cluster]" in capsys.readouterr().err
