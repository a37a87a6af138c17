"""A whole run from files: what it refuses, what it never shows, and that it says the same again."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from brobygger.analysis.codes import dream_codes
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.errors import AnalysisError, RegisterError
from brobygger.analysis.gate import GateSettings, gate_settings_on
from brobygger.analysis.registers import read_weekly
from brobygger.analysis.report import Carried, RunError, carry_out, read_run, write, write_example
from brobygger.analysis.report import compared as comparing
from brobygger.analysis.report.engines import in_order
from brobygger.analysis.report.long_register import read_long
from brobygger.analysis.report.page import to_html
from brobygger.analysis.report.published import about, plain
from brobygger.analysis.report.runfile import NOT_SWITCHABLE
from brobygger.analysis.report.writing import tables, to_csv, to_json
from brobygger.analysis.result import Word
from brobygger.analysis.weeks import iso_label

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = {each.value for each in Word}
OWN_RATE = """
[[rate]]
rate = "rate.educational_help"
from = 2024-01-01
amount = 6777.5
source = "Kommunens satser 2024"
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_example(tmp_path_factory.mktemp("world") / "ex", people=900, young=260)
    text = path.read_text(encoding="utf-8").replace(
        'comparison = "Mentor nu mod ikke endnu"\nrates = ["rate.cash_benefit"]',
        'comparison = "Lodtrækning blandt unge"\nrates = ["rate.educational_help"]',
    )
    path.write_text(text + OWN_RATE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def carried(example: Path) -> Carried:
    found = carry_out(read_run(example), at=AT, quiet=True)
    write(found)
    return found


def changed(example: Path, folder: Path, change: Callable[[str], str]) -> Path:
    """The example's run file with something changed, beside the same files."""
    for file in example.parent.glob("*.csv"):
        (folder / file.name).symlink_to(file)
    path = folder / "RUN.toml"
    path.write_text(change(example.read_text(encoding="utf-8")), encoding="utf-8")
    return path


def refused(example: Path, folder: Path, change: Callable[[str], str]) -> str:
    with pytest.raises(RunError) as told:
        read_run(changed(example, folder, change))
    return str(told.value)


# The run file


@pytest.mark.parametrize(
    "lines",
    [
        "[gate]\nbalance_red = 9\n",
        "[thresholds]\npower = 0.1\n",
        "placebo = false\ngate = false\n",
        "attrition_amber = 1\n",
    ],
)
def test_the_gate_cannot_be_changed_or_switched_off(example: Path, tmp_path: Path, lines: str) -> None:
    inside = lines.startswith("[")
    told = refused(
        example, tmp_path, lambda text: text + lines if inside else text.replace("[run]", f"[run]\n{lines}")
    )
    assert NOT_SWITCHABLE in told


def test_no_threshold_has_a_name_that_gets_through(example: Path, tmp_path: Path) -> None:
    for number, name in enumerate(vars(gate_settings_on(AT.date()))):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert "RunError" not in refused(example, folder, lambda text, name=name: f"{name} = 0.5\n{text}")  # type: ignore[misc]


def test_the_thresholds_are_those_of_the_day(carried: Carried) -> None:
    stored = carried.results["thresholds"]
    assert GateSettings.from_record(stored) == gate_settings_on(carried.run.on)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 20261123", 'seed = "x"', "»seed« skal være et helt tal"),
        ("from = 2022-01-03", "from = 2025-01-03", "»until« skal ligge efter »from«"),
        ('design = "lottery"', 'design = "lotto"', "»design« skal være en af"),
        ('weekly = ["register.csv"]', "", "mangler »weekly« eller »long«"),
        ('"personer.csv"', '"findes-ikke.csv"', "findes-ikke.csv findes ikke"),
        ("relevant = 5.0 ", "relevant = 0 ", "»relevant« skal være over 0"),
        ("on = 2026-06-01", "on = 1999-06-01", "ingen tærskler"),
        ("[cohort]", "[kohorte]", "[kohorte] er ikke en tabel, der kendes"),
        ('birth = "foedt"', "", "mangler »birth«"),
        ('payer = "ladder"', 'payer = "mig"', "»payer« skal være en af"),
        ("[survey]", "[survey", "kan ikke læses som TOML"),
    ],
)
def test_a_wrong_run_file_is_refused_with_a_sentence(
    example: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in example.read_text(encoding="utf-8")
    assert said in refused(example, tmp_path, lambda text: text.replace(old, new, 1))


def test_all_faults_are_told_at_once(example: Path, tmp_path: Path) -> None:
    told = refused(
        example, tmp_path, lambda t: t.replace("seed = 20261123", "seed = -1").replace("hours =", "timer =")
    )
    assert len(told.splitlines()) >= 3


def test_the_example_needs_an_empty_folder(example: Path) -> None:
    with pytest.raises(RegisterError, match="ikke tom"):
        write_example(example.parent)


# The same again


def test_same_files_and_seed_give_the_same_bytes(carried: Carried, example: Path, tmp_path: Path) -> None:
    """The order of the register's rows plays no part either. Another seed is found to differ."""
    lines = (example.parent / "register.csv").read_text(encoding="utf-8").splitlines()
    mixed = [lines[0], *(lines[row] for row in np.random.default_rng(4).permutation(range(1, len(lines))))]
    (tmp_path / "register.csv").write_text("\n".join(mixed) + "\n", encoding="utf-8")
    run = replace(read_run(example), weekly=(tmp_path / "register.csv",))
    again = carry_out(run, at=AT.replace(hour=13), quiet=True)
    one, other = dict(carried.results), dict(again.results)
    assert one.pop("made_at") != other.pop("made_at")
    assert [each["kept"] for each in one.pop("files")] == [each["kept"] for each in other.pop("files")]
    assert to_json(one) == to_json(other)
    seeded = carry_out(
        replace(carried.run, seed=7, comparisons=carried.run.comparisons[:1]), at=AT, quiet=True
    )
    assert seeded.results["comparisons"][0]["gate"] != carried.results["comparisons"][0]["gate"]


def test_results_are_plain_and_whole(carried: Carried) -> None:
    stored = json.loads((carried.run.out / "results.json").read_text(encoding="utf-8"))
    assert stored == carried.results
    assert plain({"a": np.float64("nan"), "b": np.int64(3), "c": np.array([0.1 + 0.2])}) == {
        "a": None,
        "b": 3,
        "c": [0.3],
    }


def test_the_documentation_names_every_part_of_the_results(carried: Carried) -> None:
    page = Path(__file__).parents[2] / "docs" / "analysis" / "run.md"
    named = set(re.findall(r"^\| `(\w+)` \|", page.read_text(encoding="utf-8"), flags=re.M))
    assert set(carried.results) <= named


# Reading


def test_bad_rows_are_named_in_a_file_and_good_ones_kept(carried: Carried) -> None:
    with (carried.run.out / "raekker-med-fejl.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    told = {(row["fil"], row["person"], row["kolonne"]) for row in rows}
    assert {("register.csv", "P00042", "y_2139"), ("ydelser.csv", "P00001", "beløb")} <= told
    assert all(row["hvad der er galt"].endswith(".") for row in rows)
    weekly = carried.results["files"][0]
    assert (weekly["rows"], weekly["kept"], weekly["repeated"], weekly["bad"]) == (1161, 1159, 1, 1)


def test_unknown_codes_are_counted_and_those_of_few_people_hidden(carried: Carried) -> None:
    (unknown,) = carried.results["files"][0]["unknown"]
    assert unknown["code"] == "9X9" and unknown["persons"] is None and unknown["weeks"] is None
    assert "9X9;8;2;" in (carried.run.out / "ukendte-koder.csv").read_text(encoding="utf-8-sig")


def test_what_names_people_is_for_the_owner_alone(carried: Carried) -> None:
    files = [file for file in carried.run.out.rglob("*") if file.is_file()]
    assert len(files) > 8 and all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_long_files_give_the_same_panels_as_wide_ones(example: Path, tmp_path: Path) -> None:
    wide = in_order(read_weekly([example.parent / "register.csv"], quiet=True))
    assert wide.branches is not None
    lines, people = ["person;uge;kode;branche"], 12
    panel = wide.weekly.only(np.arange(people))
    window = {"first_week": panel.first_week, "stop_week": panel.stop_week}
    wages = wide.branches.widened(**window, outside="blank").only(np.arange(people))
    weeks = np.arange(panel.first_week, panel.stop_week)
    for person in range(people):
        told = [
            each.names(each.status_at(np.full(len(weeks), person), weeks)).tolist() for each in (panel, wages)
        ]
        for week, *pair in zip(weeks.tolist(), *told, strict=True):
            code, branch = ("" if each == "blank" else each for each in pair)
            if code or branch:
                lines.append(f"{panel.ids[person]};{iso_label(week)};{code};{branch}")  # type: ignore[index]
    good = len(lines) - 1
    lines += [
        lines[5],
        "P00001;2021-W60;730;",
        "P00001;2021-W05;65,1;",
        ";2021-W05;730;",
        lines[5].replace(";", ";", 1)[:-1] + "9",
    ]
    path = tmp_path / "lang.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    long = read_long([path], dream_codes())
    for one, other in ((long.weekly, panel), (long.branches, wages)):
        assert one is not None
        for week in (panel.first_week + 3, panel.first_week + 111, panel.stop_week - 40):
            ids = np.asarray(one.ids)
            there = other.find(ids)
            who = np.arange(len(ids))
            assert (
                one.names(one.status_at(who, week)).tolist()
                == other.names(other.status_at(there, week)).tolist()
            )
    assert long.report.bad == 4 and long.report.repeated == 1 and long.report.rows == good + 5


# What may be shown


def cells(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in cells(each, name)]
    if isinstance(value, list):
        return [found for each in value for found in cells(each, key)]
    return [(key, value)]


def test_no_count_of_people_is_from_one_to_four(carried: Carried) -> None:
    counts = [
        value
        for key, value in cells(carried.results)
        if key in {"count", "people", "seen", "treated", "outside"}
    ]
    shown = [value for value in counts if value is not None]
    assert len(shown) > 100 and None in counts
    assert [value for value in shown if 0 < value < FLOOR] == []


def test_a_small_count_put_through_unguarded_is_found(carried: Carried) -> None:
    """The control: the same search sees one that slipped by."""
    broken = {"rows": [*carried.results["happened"]["groups"]["rows"], {"count": 3}]}
    assert [v for k, v in cells(broken) if k == "count" and v is not None and 0 < v < FLOOR] == [3]


def test_shares_beside_rounded_sizes_give_no_small_group_away(carried: Carried) -> None:
    for record in carried.results["comparisons"]:
        for row in record["curve"]:
            if record["design"] != "roll_out" and row["happened"] is not None:
                assert row["happened"] == round(row["happened"], 2)
                assert row["happened"] in (0.0, 1.0) or record["sample"]["treated"] >= 20
    assert [about(each) for each in (2, 3, 412, 413)] == [0, 5, 410, 415]


def test_red_hides_the_effect_everywhere(carried: Carried) -> None:
    """In the record, the page and the tables; the control is a comparison that is not red."""
    red = [each for each in carried.results["comparisons"] if each["showing"] == "description_only"]
    seen = [each for each in carried.results["comparisons"] if each["showing"] == "effect"]
    assert red and seen
    for record in red:
        assert record["word"] == "Skete" and "estimate" not in json.dumps(record["curve"])
        assert record["verdict"] is None and record["extra"] == {}
        rows = [row for row in tables(carried.results)["sammenligninger"][1] if row[0] == record["name"]]
        assert rows and all(row[4:] == (None,) * 4 for row in rows)
        page = to_html(carried.results)
        section = page[page.index(f"</span> {record['name']}</h3>") :]
        section = section[: section.index("</section>")]
        assert "Kun beskrivelse" in section and "forskel, point" not in section
    assert "estimate" in seen[0]["curve"][0]


def test_an_own_rate_of_the_run_file_is_what_is_counted_with(
    carried: Carried, example: Path, tmp_path: Path
) -> None:
    said = " ".join(carried.results["money"]["how"])
    assert "6777,5 kr. om måneden fra 01.01.2024 (Kommunens satser 2024, egen sats)" in said
    told = refused(
        example,
        tmp_path,
        lambda text: text.replace(
            OWN_RATE, '[[rate]]\nrate = "rate.educational"\nfrom = "2024"\namount = -1\n'
        ),
    )
    for sentence in (
        "»rate« skal være en af",
        "»from« skal være dagen",
        "»amount« skal være",
        "mangler »source«",
    ):
        assert sentence in told


def test_money_is_not_put_on_a_red_comparison(carried: Carried) -> None:
    name = next(
        each["name"] for each in carried.results["comparisons"] if each["showing"] == "description_only"
    )
    from brobygger.analysis.report.aside import money

    assert carried.run.money is not None
    asked = replace(carried.run, money=replace(carried.run.money, comparison=name))
    told = money(asked, None, {})  # type: ignore[arg-type]
    assert told is not None and "refused" in told and "purses" not in told


def test_every_comparison_shows_its_whole_gate(carried: Carried) -> None:
    page = to_html(carried.results)
    for record in carried.results["comparisons"]:
        assert len(record["gate"]["checks"]) == 9
        assert all(
            check["sentence"][:40] in page.replace("&#x27;", "'") for check in record["gate"]["checks"]
        )


def test_a_subgroup_chosen_too_late_is_an_idea_and_no_answer(carried: Carried) -> None:
    groups = [
        row for each in carried.results["comparisons"] for row in each.get("groups", []) if "word" in row
    ]
    late, early = ([row for row in groups if row["declared"] is told] for told in (False, True))
    assert late and early
    assert all(row["verdict"] is None and row["word"] != "Virkning" for row in late)
    assert carried.results["run"]["subgroups"][1]["in_time"] is False


def test_a_comparison_that_cannot_be_made_says_so_and_the_rest_goes_on(carried: Carried) -> None:
    asked = replace(carried.run.comparisons[0], name="Ingen", eligible=("rehabilitation",))
    run = replace(carried.run, comparisons=(asked,), money=None)
    told = carry_out(run, at=AT, quiet=True).results
    assert "rehabilitation" in told["comparisons"][0]["refused"] and told["happened"]["people"] > 100
    assert "Kunne ikke regnes" in to_html(told)


def test_numbers_in_the_lottery_are_found_again(carried: Carried) -> None:
    """The built-in truth: about 19 more of 100 in education after a year among those the lot gave a mentor."""
    lottery = carried.results["comparisons"][1]
    headline = next(row for row in lottery["curve"] if row["week"] == 52)
    assert lottery["word"] == "Virkning" and headline["low"] < 0.185 < headline["high"]


# The page


def test_the_page_is_self_contained_and_inert(carried: Carried) -> None:
    page = to_html(carried.results)
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\son\w+=|\sstyle=|src=|href=", page)
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) == set()
    assert page.startswith("<!doctype html>") and 'lang="da"' in page and "default-src 'none'" in page


def test_pictures_say_in_words_what_they_show(carried: Carried) -> None:
    page = to_html(carried.results)
    pictures = [each for each in re.findall(r"<svg.*?</svg>", page, flags=re.S) if "aria-hidden" not in each]
    assert len(pictures) >= 6
    assert all("<title>" in each and "<desc>" in each and 'role="img"' in each for each in pictures)


def test_every_figure_tells_how_it_was_worked_out(carried: Carried) -> None:
    found = carried.results
    parts = [
        found["happened"][key]
        for key in ("by_week", "groups", "flows", "after_end", "retention", "only_offer", "dosage")
    ]
    parts += [*found["comparisons"], *found["surveys"], found["money"], found["payments"]]
    assert all(each["how"] for each in parts) and "purses" in found["money"]
    assert to_html(found).count("Sådan er den regnet ud") >= len(parts)


def test_the_three_words_are_never_mixed(carried: Carried) -> None:
    """Where only what happened may be told, nothing on the page calls it an effect."""
    page = to_html(carried.results)
    chapter = page[page.index("Hvad der skete</h2>") : page.index("<h2>Sammenligninger og virkning")]
    assert not re.search(r"virkning|effekt|takket være|førte til", chapter, flags=re.I)
    assert {each["word"] for each in carried.results["beside"]} <= WORDS


def test_text_from_files_is_never_markup_or_a_formula(carried: Carried) -> None:
    nasty = "<script>alert(1)</script>"
    results = {**carried.results, "run": {**carried.results["run"], "title": nasty, "note": nasty}}
    assert nasty not in to_html(results) and "&lt;script&gt;" in to_html(results)
    assert to_csv(("a",), [("=1+1",), (-3,), (0.5,)]).decode("utf-8-sig").splitlines() == [
        "a",
        "'=1+1",
        "-3",
        "0,5",
    ]


def test_without_wages_no_one_is_said_to_have_a_job(carried: Carried, tmp_path: Path, example: Path) -> None:
    rows = [
        line.split(";") for line in (example.parent / "register.csv").read_text(encoding="utf-8").splitlines()
    ]
    kept = [place for place, head in enumerate(rows[0]) if not head.startswith("branche")]
    (tmp_path / "uden.csv").write_text(
        "\n".join(";".join(row[p] for p in kept) for row in rows), encoding="utf-8"
    )
    run = replace(carried.run, weekly=(tmp_path / "uden.csv",), out=tmp_path / "ud",
                  comparisons=carried.run.comparisons[:1], money=None, payments=(), surveys=())  # fmt: skip
    found = carry_out(run, at=AT, quiet=True).results
    assert found["happened"]["statuses"] == ["education", "benefit", "no_benefit", "other"]
    assert found["happened"]["retention"] is None and "refused" in found["comparisons"][0]
    assert "uden ydelse" in to_html(found)


def test_the_example_is_toml_that_says_what_it_is(example: Path) -> None:
    content = tomllib.loads(example.read_text(encoding="utf-8"))
    assert "opdigtede" in content["run"]["note"]
    assert issubclass(RunError, AnalysisError) and comparing.FEWEST >= 20
