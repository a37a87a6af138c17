"""A made-up municipality: mentorships, meetings and registers from a seed. Nothing resembles a real person."""

from __future__ import annotations

from datetime import date

import numpy as np

from brobygger.analysis import Meetings, Panel, dream_codes, labour_states
from brobygger.analysis.weeks import mondays, week_of
from brobygger.effects.figures.cohort import GOALS, Told, World

FIRST, STOP = week_of(date(2020, 1, 6)), week_of(date(2026, 11, 23))
CODES = ("730", "720", "738", "651", "899")
"""Cash benefit, educational help, company placement, student grant, sickness benefit."""


CONTEXTS = np.array(["ONLY_EFFORT", "EDUCATION", "COMPANY_PLACEMENT"])


def make_world(*, people: int = 260, others: int = 0, seed: int = 1, effect: float = 0.0) -> World:
    """``people`` start a mentor in 2023 or 2024; ``others`` are on benefit and never do."""
    rng = np.random.default_rng(seed)
    count = people + others
    start = rng.integers(week_of(date(2023, 1, 2)), week_of(date(2024, 12, 30)), count)
    length = rng.integers(6, 40, count)
    is_treated = np.arange(count) < people
    weekly, branches = _registers(rng, start, length, is_treated, effect)
    told = _told(rng, start[:people], length[:people])
    return world_of(weekly, branches, told)


def world_of(weekly: Panel, branches: Panel, told: Told) -> World:
    return World(labour_states(weekly, branches), dream_codes().classify(weekly, "kind"), branches, told)


def _registers(
    rng: np.random.Generator, start: np.ndarray, length: np.ndarray, treated: np.ndarray, effect: float
) -> tuple[Panel, Panel]:
    """Everyone is on benefit until some weeks after the start; then job, education, benefit or nothing."""
    rows: list[tuple[int, int, int, int]] = []
    jobs: list[tuple[int, int, int]] = []
    for person in range(len(start)):
        benefit = int(rng.integers(0, 2))
        out = int(start[person] + length[person] + rng.integers(0, 30))
        what = rng.choice(4, p=[0.3 + effect * treated[person], 0.12, 0.48 - effect * treated[person], 0.1])
        middle = int(start[person] + length[person] // 2)
        rows.append((person, FIRST, middle, benefit))
        rows.append((person, middle, middle + 3, 2 if rng.random() < 0.4 else benefit))
        if what == 2:
            rows.append((person, middle + 3, STOP, benefit))
            continue
        rows.append((person, middle + 3, out, benefit))
        until = min(out + int(rng.geometric(0.015)), STOP)
        if what == 0:
            jobs.append((person, out, until))
        elif what == 1:
            rows.append((person, out, until, 3))
        if until < STOP and what != 3:
            rows.append((person, until, STOP, benefit))
    return _panel(rows, len(start), CODES), _panel([(*job, 0) for job in jobs], len(start), ("620000",))


def _panel(rows: list[tuple[int, int, int, int]], persons: int, codes: tuple[str, ...]) -> Panel:
    kept = np.array([row for row in rows if row[1] < row[2]])
    return Panel.build(
        person=kept[:, 0], start=kept[:, 1], stop=kept[:, 2], status=kept[:, 3], codes=codes, persons=persons,
        first_week=FIRST, stop_week=STOP, ids=np.arange(persons),
    )  # fmt: skip


def _told(rng: np.random.Generator, start: np.ndarray, length: np.ndarray) -> Told:
    count = len(start)
    of = np.repeat(np.arange(count), length)
    week = np.concatenate([np.arange(s, s + n) for s, n in zip(start, length, strict=True)])
    meetings = Meetings(
        of.astype(np.int32),
        mondays(week) + np.timedelta64(2, "D"),
        rng.choice([60, 120, 240, 360], len(of)).astype(np.int32),
        rng.random(len(of)) < 0.7,
        np.ones(len(of), dtype=bool),
    )
    return Told(
        key=np.arange(count) + 1000,
        person=np.arange(count, dtype=np.int32),
        ended=np.ones(count, dtype=bool),
        born=np.datetime64("1975-01-01") + rng.integers(0, 11_000, count).astype("timedelta64[D]"),
        goals=np.array(GOALS)[rng.choice(4, count, p=[0.3, 0.3, 0.2, 0.2])],
        traits={
            "target": np.array(["6.3", "6.5", "6.2", "6.6"])[rng.choice(4, count, p=[0.5, 0.3, 0.15, 0.05])],
            "support": np.array(["DAILY_LIFE", "HOLD_ACTIVITY", "WORKPLACE_INTRODUCTION"])[rng.integers(0, 3, count)],
            "context": CONTEXTS[rng.choice(3, count, p=[0.6, 0.2, 0.2])],
        },
        meetings=meetings,
        kroner_per_hour=300.0,
    )  # fmt: skip
