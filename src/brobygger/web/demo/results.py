"""The leader's figures are asked for, so that the worker makes them of the generated registers at once; other
municipalities of the demonstration share figures that are drawn here."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import numpy as np

from brobygger.analysis.disclosure import FLOOR
from brobygger.effects.figures.alike import CONDITIONS
from brobygger.effects.figures.cohort import AGES
from brobygger.effects.figures.periods import LATE_MONTHS, QUARTER
from brobygger.effects.services import code_version
from brobygger.values.moment import instant
from brobygger.values.period import add_months
from brobygger.web.demo.chain import Tables, Town
from brobygger.web.demo.copying import Table
from brobygger.web.demo.drawing import as_days, instants

EARLY = 2 * 60
"""Minutes after midnight."""
OWN_SEED = 607
SHARED_FOR = timedelta(days=120)
AGE_SHARES = (0.17, 0.15, 0.25, 0.23, 0.20)
WELL_SHARES = (0.44, 0.45, 0.42, 0.40, 0.33)
ON_BENEFIT, IN_JOB = 0.86, 0.04
SPREAD = 0.10
"""How much more or less often municipalities see a job or education than others, beyond chance."""
_CHOICES = """
insert into effects_sharingchoice (municipality_id, is_on, chosen_at, chosen_by_id)
select m.id, true, %(at)s, (select min(u.id) from accounts_user u where u.municipality_id = m.id
  and u.roles @> array['TEAM_LEADER']::varchar[]) from accounts_municipality m"""
_WITHOUT_A_RUN = """
select m.id, m.code from accounts_municipality m
where not exists (select 1 from effects_resultrun r where r.municipality_id = m.id) order by m.id"""
_FIGURES = """
insert into effects_sharedfigures
  (municipality_id, starts_on, ends_before, horizon, data_until, code_version, shared_at, payload)
values (%(municipality)s, %(starts)s, %(ends)s, %(horizon)s, %(until)s, %(version)s, %(at)s, %(payload)s)"""


def asked(town: Town) -> Tables:
    """One run that waits."""
    today = np.full(1, as_days(town.today))
    table: Table = {
        "id": town.ids.take("effects_resultrun", 1),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(1),
        "on": today,
        "asked_at": instants(today, EARLY),
        "asked_by_id": None,
        "code_version": "",
        "seed": 0,
        "trouble": "",
    }
    return [("effects_resultrun", table, 1)]


def share(cursor: Any, today: date, *, horizon: int) -> None:
    """Everybody shares. Those whose figures the worker does not make have theirs drawn, of a period that fits."""
    at = instant(today - SHARED_FOR, time(10, 0))
    cursor.execute(_CHOICES, {"at": at})
    cursor.execute(_WITHOUT_A_RUN)
    settled = add_months(today.replace(day=1), -LATE_MONTHS - horizon)
    ends = settled.replace(month=(settled.month - 1) // QUARTER * QUARTER + 1)
    told = {
        "starts": add_months(ends, -2 * QUARTER),
        "ends": ends,
        "horizon": horizon,
        "until": today - timedelta(days=today.weekday() + 1),
        "version": code_version(),
        "at": at,
    }
    for municipality, code in cursor.fetchall():
        payload = _record(np.random.default_rng([OWN_SEED, int(code)]))
        cursor.execute(_FIGURES, {**told, "municipality": municipality, "payload": json.dumps(payload)})


def _record(rng: np.random.Generator) -> dict[str, Any]:
    """What ``figures.alike.shared_record`` would make, drawn."""
    people = rng.multinomial(int(rng.lognormal(5.2, 0.35)), AGE_SHARES)
    shares = np.clip(np.array(WELL_SHARES) * rng.normal(1.0, SPREAD), 0.05, 0.9)
    well = rng.binomial(people, shares)
    everyone = int(people.sum())
    starts = (rng.binomial(everyone, share) for share in (ON_BENEFIT, IN_JOB))
    hours = rng.normal(1.7, 0.3)
    return {
        "ages": list(AGES),
        "people": people.tolist(),
        "well": [int(each) if each >= FLOOR else None for each in well],
        "all": everyone,
        "conditions": dict(
            zip(CONDITIONS, [*map(int, starts), int(people[:2].sum()), int(people[-1])], strict=True)
        ),
        "averages": {
            "months": round(rng.normal(4.1, 0.5), 1),
            "hours": round(hours, 1),
            "face": round(0.85 * hours, 1),
        },
        "process": {
            "confirmed": int(rng.integers(90, 100)),
            "followed_up": int(rng.integers(80, 101)),
            "right_and_duty": int(rng.integers(45, 72)),
            "days_to_start": int(rng.integers(14, 35)),
        },
    }
