"""From the municipality's own tables and registers to the arrays the figures are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from brobygger.analysis import Meetings, dream_codes
from brobygger.effects.figures.answers import BELIEF, BELIEF_CHANGE, DAILY, NO, NONE, NOT_UP, UP, YES
from brobygger.effects.figures.cohort import Told, World
from brobygger.effects.models import ResultRun
from brobygger.evaluations.rhythm import END, RHYTHMS, START
from brobygger.evaluations.surveys.items import BY_KEY, as_yes
from brobygger.registers import selectors as registers
from brobygger.registers.selectors import CitizenPanels

_EPOCH = "date '1970-01-01'"
_NO_DAY = np.iinfo(np.int64).min
"""What numpy reads as no day."""
_CASES = f"""
select m.id, m.citizen_id, m.status = 'ENDED', c.birth_date - {_EPOCH},
 m.target_group, m.support_type, m.context, g.reached, g.judged
from mentorships_mentorship m
join people_citizen c on c.municipality_id = m.municipality_id and c.id = m.citizen_id
left join lateral (
 select count(*) filter (where attainment >= 2) reached, count(attainment) judged
 from mentorships_goal where municipality_id = m.municipality_id and mentorship_id = m.id
) g on true
where m.municipality_id = %s and m.status in ('ACTIVE', 'ENDED') order by m.id"""
_MEETINGS = f"""
select mentorship_id, (starts_at at time zone 'Europe/Copenhagen')::date - {_EPOCH}, kind = 'FACE_TO_FACE',
 sum(minutes)
from hours_contact
where municipality_id = %s and state in ('CONFIRMED', 'ACCEPTED') and minutes > 0
group by 1, 2, 3"""
_PRICE = """
select sum(hourly_rate * used_minutes) / nullif(sum(used_minutes), 0) from grants_grant where municipality_id = %s"""

_ANSWERS = f"""
with asked as (
 select distinct on (mentorship_id, moment) mentorship_id, moment, in_time,
  answers->>'{BELIEF}' as belief, answers->>'{DAILY}' as daily
 from evaluations_surveyask
 where municipality_id = %s and party = 'CITIZEN' and moment in ('{START}', '{END}') and dropped_at is null
 order by mentorship_id, moment, due_on desc, id desc
), elsewhere as (
 select distinct on (a.citizen_id, a.item) m.id as mentorship_id, a.item, a.answer::text as answer
 from registers_importedanswer a
 join mentorships_mentorship m on m.municipality_id = a.municipality_id and m.citizen_id = a.citizen_id
 where a.municipality_id = %s and a.party = 'citizen' and a.wave = 0 and a.item in ('{BELIEF}', '{DAILY}')
  and abs(a.answered_on - m.starts_on) <= %s
  and not exists (select 1 from asked s where s.mentorship_id = m.id and s.moment = '{START}')
 order by a.citizen_id, a.item, abs(a.answered_on - m.starts_on), m.id
)
select mentorship_id, moment, belief, daily from asked where in_time
union all
select mentorship_id, '{START}', max(answer) filter (where item = '{BELIEF}'),
 max(answer) filter (where item = '{DAILY}')
from elsewhere group by 1"""
"""The citizens' answers in time; of a start or an end that was moved only the last counts, as on the surveys' page.

What was imported counts for the mentorship whose start it lies nearest, when nobody was asked here.
"""
_SCALE = tuple("12345")


@dataclass(frozen=True)
class Lacking:
    """Why there is nothing to make figures from."""

    trouble: ResultRun.Trouble


def world_in(municipality_id: int) -> World | Lacking:
    """Everything the figures need, in a handful of queries; the caller has set the context."""
    panels = registers.panels_in(municipality_id)
    if not len(panels.citizens) or not panels.weekly.width:
        return Lacking(ResultRun.Trouble.NO_REGISTERS)
    if panels.branches is None:
        return Lacking(ResultRun.Trouble.NO_BRANCHES)
    return World(
        panels.states(),
        dream_codes().classify(panels.weekly, "kind"),
        panels.branches,
        _told(municipality_id, panels),
    )


def _told(municipality_id: int, panels: CitizenPanels) -> Told:
    rows = _rows(_CASES, municipality_id)
    person = panels.rows([row[1] for row in rows]) if rows else np.zeros(0, dtype=np.int32)
    known = [row for row, at in zip(rows, person.tolist(), strict=True) if at >= 0]
    keys = np.array([row[0] for row in known], dtype=np.int64)
    price = _rows(_PRICE, municipality_id)[0][0]
    return Told(
        key=keys,
        person=person[person >= 0],
        ended=np.array([row[2] for row in known], dtype=bool),
        born=np.array([_NO_DAY if row[3] is None else row[3] for row in known], np.int64).astype(
            "datetime64[D]"
        ),
        goals=np.array([_goals(row[7], row[8]) for row in known], dtype=np.str_),
        traits={
            name: np.array([row[at] for row in known], dtype=np.str_)
            for name, at in (("target", 4), ("support", 5), ("context", 6))
        },
        meetings=_meetings(municipality_id, keys),
        kroner_per_hour=None if price is None else float(price),
        answers=_answers(municipality_id, keys),
    )


def _answers(municipality_id: int, keys: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Each question's code by mentorship."""
    window = RHYTHMS[-1].window
    said = {
        (key, moment): {BELIEF: _scale(belief), DAILY: _scale(daily)}
        for key, moment, belief, daily in _rows(_ANSWERS, municipality_id, municipality_id, window)
    }
    nothing = dict[str, int | None]()
    both = [(said.get((key, START), nothing), said.get((key, END), nothing)) for key in keys.tolist()]
    codes = {
        **{name: [_answered(name, start) for start, _end in both] for name in (BELIEF, DAILY)},
        BELIEF_CHANGE: [_changed(start.get(BELIEF), end.get(BELIEF)) for start, end in both],
    }
    return {name: np.array(column, dtype=np.str_) for name, column in codes.items()}


def _scale(text: str | None) -> int | None:
    return int(text) if text in _SCALE else None


def _answered(name: str, said: Mapping[str, int | None]) -> str:
    return {True: YES, False: NO, None: NONE}[as_yes(BY_KEY[name], said.get(name))]


def _changed(start: int | None, end: int | None) -> str:
    if start is None or end is None:
        return NONE
    return UP if end > start else NOT_UP


def _goals(reached: int, judged: int) -> str:
    if not judged:
        return "open"
    return "all" if reached == judged else "some" if reached else "none"


def _meetings(municipality_id: int, keys: np.ndarray[Any, Any]) -> Meetings:
    """The days on which there was a confirmed contact; what belongs to an unknown mentorship is left out."""
    rows = _rows(_MEETINGS, municipality_id)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    place = np.minimum(np.searchsorted(keys, columns[:, 0]), max(len(keys) - 1, 0))
    own = keys[place] == columns[:, 0] if len(keys) else np.zeros(len(columns), dtype=bool)
    return Meetings(
        place[own].astype(np.int32),
        columns[own, 1].astype("datetime64[D]"),
        columns[own, 3].astype(np.int32),
        columns[own, 2].astype(bool),
        np.ones(int(own.sum()), dtype=bool),
    )


def _rows(statement: str, *values: int) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return rows
