"""A small made-up world written as files, so that a run can be tried at once. Nobody in it exists.

What is built in: a mentor raises the weekly chance of a job by 60 % among those on cash benefit, who are given one by a
readiness that stands in the file of persons; and the weekly chance of education from 0.45 to 1.1 % among the young of
the lottery: large effects, which a small world can show. The change of practice changes nothing. Some rows have errors
on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import RegisterError
from brobygger.analysis.report.example_run import RUN
from brobygger.analysis.simulate import waiting_world
from brobygger.analysis.weeks import dream_column, monday, months_of_weeks, week_of

FIRST, STOP = week_of(date(2020, 1, 6)), week_of(date(2026, 1, 5))
PLACES = 16
_ENTRY = week_of(date(2022, 1, 3)) - FIRST
_DRAWN = date(2023, 3, 6)
_MONTH_ZERO = 1991 * 12 + 7
_BLANK, _HELP, _PRACTICE, _YOUNG, _SU = 0, 1, 2, 3, 4
_CODES = np.array(["", "730", "738", "720", "651"])
_BRANCHES = ("431200", "561020", "881030", "491000")

Grid = npt.NDArray[np.int8]


@dataclass
class _World:
    """Codes (n, W) and whether in a job (n, W), when a mentor began and ended (n,) in weeks from FIRST, -1 for none."""

    codes: Grid
    job: npt.NDArray[np.bool_]
    start: npt.NDArray[np.int64]
    stop: npt.NDArray[np.int64]
    readiness: npt.NDArray[np.float64]
    drawn: npt.NDArray[np.int64]


def write_example(folder: Path, *, people: int = 2400, young: int = 600, seed: int = 20261123) -> Path:
    """Writes the files and ``RUN.toml`` into a new or empty folder, and returns the run file's path.

    The same numbers give the same files. Raises RegisterError when the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RegisterError(f"Mappen {folder.name} er ikke tom. Vælg en ny mappe til eksemplet.")
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    world = _together(_on_help(people, seed, rng), _in_lottery(young, rng))
    names = [f"P{number:05d}" for number in range(1, people + young + 1)]
    places = rng.integers(0, PLACES, size=len(names))
    _weekly(folder / "register.csv", world, names, rng)
    _mentorships(folder / "mentorforloeb.csv", world, names, places, rng)
    _persons(folder / "personer.csv", world, names, places, rng)
    _lottery(folder / "lodtraekning.csv", world, names, rng)
    _roll_out(folder / "indfasning.csv")
    _payments(folder / "ydelser.csv", world, names)
    _surveys(folder / "svar.csv", world, names, rng)
    run = folder / "RUN.toml"
    run.write_text(RUN, encoding="utf-8")
    return run


def _on_help(people: int, seed: int, rng: np.random.Generator) -> _World:
    """Spells on cash benefit that end in a job; a mentor begins sooner for the ready."""
    waiting = waiting_world(seed=seed, people=people, weeks=STOP - FIRST, effect=0.60)
    width = STOP - FIRST
    low, job, start = waiting.low + _ENTRY, waiting.job + _ENTRY, waiting.start.copy()
    start[start >= 0] += _ENTRY
    start[start >= _ENTRY + 120] = -1
    week = np.arange(width)[None]
    before, worked = _past(people, low, rng)
    kept = job + rng.geometric(0.012, people)
    away = kept + rng.geometric(0.03, people)
    on_help = (week >= low[:, None]) & (
        (week < job[:, None]) | ((week >= kept[:, None]) & (week < away[:, None]))
    )
    studies = (rng.random(people) < 0.12)[:, None] & (week >= job[:, None]) & (week < kept[:, None])
    codes = np.where(on_help, _HELP, np.where(studies, _SU, _BLANK)).astype(np.int8)
    working = ((week >= job[:, None]) & ~on_help & ~studies) | worked
    codes[before & ~worked] = _HELP
    length = 8 + rng.geometric(0.045, people)
    stop = np.where(start >= 0, np.minimum(start + length, width), -1)
    practice = (start >= 0) & (rng.random(people) < 0.3)
    inside = practice[:, None] & (week >= (stop + 5)[:, None]) & (week < (stop + 13)[:, None])
    codes[inside & (codes == _HELP)] = _PRACTICE
    return _World(codes, working, start, stop, waiting.trait, np.full(people, -1))


def _past(
    people: int, low: npt.NDArray[np.int64], rng: np.random.Generator
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The weeks before the spell, and in which of them there was a job: stretches of a luck of their own."""
    width, luck = STOP - FIRST, rng.beta(2, 2, people)
    before = np.arange(width)[None] < low[:, None]
    turns = rng.random((people, width // 13 + 1)) < luck[:, None]
    worked = np.repeat(turns, 13, axis=1)[:, :width]
    return before, worked & before


def _in_lottery(young: int, rng: np.random.Generator) -> _World:
    """Young people on educational help; a lot decides who is offered a mentor, and most take it."""
    width, day = STOP - FIRST, week_of(_DRAWN) - FIRST
    week = np.arange(width)[None]
    low = day - rng.integers(13, 60, young)
    drawn = rng.permutation(np.arange(young) % 2)
    took = (drawn == 1) & (rng.random(young) < 0.85)
    studies = day + rng.geometric(np.where(took, 0.011, 0.0045))
    works = day + rng.geometric(np.full(young, 0.003))
    first, until = np.minimum(studies, works), np.minimum(studies, works) + rng.geometric(0.01, young)
    codes = np.full((young, width), _BLANK, dtype=np.int8)
    codes[week >= low[:, None]] = _YOUNG
    moved = (week >= first[:, None]) & (week < until[:, None])
    codes[moved & (studies <= works)[:, None]] = _SU
    codes[moved & (works < studies)[:, None]] = _BLANK
    job = (moved & (works < studies)[:, None]) | ((week < low[:, None]) & (rng.random((young, 1)) < 0.5))
    start = np.where(took, day + rng.integers(1, 5, young), -1)
    stop = np.where(took, start + 12 + rng.geometric(0.04, young), -1)
    return _World(codes, job, start, stop, rng.normal(size=young), drawn)


def _together(one: _World, other: _World) -> _World:
    return _World(
        *(np.concatenate(pair) for pair in zip(vars(one).values(), vars(other).values(), strict=True))
    )


def _weekly(path: Path, world: _World, names: list[str], rng: np.random.Generator) -> None:
    """The wide register, with a code nobody knows, a cell that is no code, and a row that stands twice."""
    weeks = np.arange(FIRST, STOP)
    months = months_of_weeks(weeks.astype(np.int32))
    every = np.unique(months)
    opens = np.searchsorted(months, every)
    in_month = np.logical_or.reduceat(world.job, opens, axis=1)
    branch = np.array(_BRANCHES)[rng.integers(0, len(_BRANCHES), len(names))]
    heads = [dream_column(int(week)) for week in weeks] + [_branch_column(int(month)) for month in every]
    rows = [f"pnr;{';'.join(heads)}"]
    for person, name in enumerate(names):
        cells = _CODES[world.codes[person]].tolist()
        if person % 997 == 3:
            cells[200:204] = ["9X9"] * 4
        if person == 41:
            cells[90] = "65,1"
        wages = np.where(in_month[person], branch[person], "").tolist()
        rows.append(f"{name};{';'.join(cells)};{';'.join(wages)}")
    rows.append(rows[10])
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _branch_column(month: int) -> str:
    year, number = divmod(month + _MONTH_ZERO, 12)
    return f"branche_{year}_{number + 1:02d}"


def _mentorships(
    path: Path, world: _World, names: list[str], places: npt.NDArray[np.int64], rng: np.random.Generator
) -> None:
    """One row each; every ninth in two rows with a short break between. One row ends before it begins."""
    rows = ["person;fra;til;timer;timer_ansigt;kommune"]
    for person in np.flatnonzero(world.start >= 0).tolist():
        begins, ends = int(world.start[person]), int(world.stop[person])
        parts = [(begins, ends)]
        if person % 9 == 0 and ends - begins > 20:
            half = (begins + ends) // 2
            parts = [(begins, half - 2), (half + 1, ends)]
        for low, high in parts:
            hours = round((high - low) * float(rng.uniform(2, 5)), 1)
            face = round(hours * 0.5, 1)
            days = (monday(FIRST + low), monday(FIRST + high) - timedelta(days=3))
            cells = (names[person], *map(str, days), _comma(hours), _comma(face), _place(int(places[person])))
            rows.append(";".join(cells))
    rows.append(f"{names[0]};2024-05-01;2024-04-01;3;1;{_place(0)}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _persons(
    path: Path, world: _World, names: list[str], places: npt.NDArray[np.int64], rng: np.random.Generator
) -> None:
    rows = ["person;foedt;koen;parathed;kommune;flyttet"]
    for person, name in enumerate(names):
        age = rng.integers(19, 29) if world.drawn[person] >= 0 else rng.integers(20, 60)
        born = date(2023, 1, 1) - timedelta(days=int(age) * 365 + int(rng.integers(0, 365)))
        sex = "k" if rng.random() < 0.5 else "m"
        ready = _comma(round(float(world.readiness[person]), 3))
        moved = int(rng.random() < 0.08)
        rows.append(f"{name};{born};{sex};{ready};{_place(int(places[person]))};{moved}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _lottery(path: Path, world: _World, names: list[str], rng: np.random.Generator) -> None:
    rows = ["person;dag;mentor;deltog;gruppe"]
    for person in np.flatnonzero(world.drawn >= 0).tolist():
        took = int(world.start[person] >= 0)
        rows.append(f"{names[person]};{_DRAWN};{world.drawn[person]};{took};{rng.integers(1, 4)}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _roll_out(path: Path) -> None:
    """A third of the places change in 2022, a third in 2023, a third never."""
    days = ("2022-07-01", "2023-01-01", "")
    rows = ["kommune;aendret", *(f"{_place(place)};{days[place % 3]}" for place in range(PLACES))]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _payments(path: Path, world: _World, names: list[str]) -> None:
    """Educational help of some of the young, a calendar year; one amount that cannot be read."""
    rows = ["person;ydelse;fra;til;beløb"]
    low, high = week_of(date(2022, 7, 4)) - FIRST, week_of(date(2023, 7, 3)) - FIRST
    for person in np.flatnonzero(world.drawn >= 0)[:300].tolist():
        on = np.flatnonzero(world.codes[person, low:high] == _YOUNG) + low
        for week in on[::4].tolist():
            first = monday(FIRST + week)
            rows.append(f"{names[person]};720;{first};{first + timedelta(days=6)};1510,50")
    rows.append(f"{names[0]};720;2023-01-02;2023-01-08;mange")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _surveys(path: Path, world: _World, names: list[str], rng: np.random.Generator) -> None:
    """Both sides answer after three months; mentors see more improvement than citizens do."""
    rows = ["person;dato;runde;rolle;spørgsmål;svar"]
    for person in np.flatnonzero(world.start >= 0)[:420].tolist():
        day = monday(FIRST + int(world.start[person]) + 13)
        shared = rng.normal()
        for role, level in (("mentor", 0.75), ("borger", -0.3)):
            if rng.random() < 0.85:
                rows += [
                    f"{names[person]};{day};3;{role};{item};{_answer(level - shift + 0.6 * shared + rng.normal())}"
                    for item, shift in (("bedre", 0.0), ("tillid", -0.5))
                ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _answer(feeling: float) -> int:
    return int(np.clip(round(3.2 + feeling), 1, 5))


def _comma(value: Any) -> str:
    return str(value).replace(".", ",")


def _place(number: int) -> str:
    return str(9901 + number)
