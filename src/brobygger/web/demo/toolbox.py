"""Plans, filled tools, assessments and the catalogue of digital tools, column by column. All of it is generated."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from brobygger.toolbox.tools.definitions import EXPECTATIONS, FIRST, GUIDE, TOOLS, WHEEL, Answer, Tool
from brobygger.web.demo import toolbox_words as words
from brobygger.web.demo.cases import ACTIVE, ENDED
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Key, Pool, Table
from brobygger.web.demo.drawing import DAY, Draw, as_days, instants, spread
from brobygger.web.demo.sizes import SEED

LIFE = ("DAILY", "ECONOMY", "HEALTH", "NETWORK", "WORK")
SIDES = ("CITIZEN", "MENTOR", "STAFF")
MOMENTS = ("START", "ALONG", "END")
VARIANTS = 24
"""Different answers to each tool."""


def make(town: Town, chain: Chain) -> Tables:
    """Rows of those under way or ended. Drawn apart, so that the rest of the demonstration stays as it is."""
    town = replace(town, draw=Draw(SEED, town.municipality_id, 4))
    begun = np.isin(town.cases.status, (ACTIVE, ENDED)) & (town.cases.starts < town.now)
    row = np.flatnonzero(begun)
    tables = [_plans(town, chain, row), _readings(town, chain, row), _sheets(town, chain, row)]
    return [*tables, *_assessments(town, chain, row), _catalogue(town)]


def _parties(town: Town, chain: Chain, row: Array) -> dict[str, Any]:
    cases = town.cases
    return {
        "municipality_id": town.municipality_id,
        "mentorship_id": chain.ids[row],
        "citizen_id": town.citizens.ids[cases.citizen[row]],
        "mentor_id": town.mentors.ids[cases.mentor[row]],
    }


def _plans(town: Town, chain: Chain, row: Array) -> tuple[str, Table, int]:
    draw, cases, count = town.draw, town.cases, len(row)
    weeks = np.maximum(1, ((cases.ends - cases.starts)[row] / DAY).astype(int) // 7)
    length = np.array([60, 90, 120])[draw.pick([5, 3, 2], count)]
    whose = _parties(town, chain, row)
    del whose["mentor_id"]
    table: Table = {
        "id": town.ids.take("mentorships_supportplan", count),
        **whose,
        "sessions": np.clip(weeks * cases.minutes_per_week[row] // length, 1, 400),
        "session_minutes": length,
        "rhythm": draw.from_pool(words.RHYTHMS, count),
        "other_support": draw.from_pool(words.OTHER_SUPPORT, count),
        "changed_at": instants(np.minimum(cases.starts[row] + 3 * DAY, town.now), 11 * 60),
        "changed_by_id": town.staff.consultants[cases.consultant[row]],
    }
    return "mentorships_supportplan", table, count


def _steps(town: Town, row: Array, times: int) -> tuple[Array, Array, Array]:
    """(row, number, day): the start, and months after it, as long as the mentorship and today allow."""
    cases = town.cases
    last = np.minimum(cases.ends[row] - DAY, town.now)
    at_most = ((last - cases.starts[row]) / DAY).astype(int) // 30 + 1
    place, number = spread(np.minimum(np.maximum(at_most, 1), times))
    day = np.minimum(cases.starts[row][place] + (2 + 30 * number) * DAY, last[place])
    return place, number, day


def _readings(town: Town, chain: Chain, row: Array) -> tuple[str, Table, int]:
    """How far the first goal is, as the citizen and the mentor see it each month."""
    draw = town.draw
    place, number, day = _steps(town, row, 4)
    place, number, day = (np.repeat(each, 2) for each in (place, number, day))
    count = len(place)
    side = np.arange(count) % 2
    low = draw.whole(1, 5, len(row))[place]
    score = np.clip(low + number * draw.whole(0, 3, count) + side - draw.whole(0, 2, count), 0, 10)
    table: Table = {
        "id": town.ids.take("mentorships_goalreading", count),
        **_parties(town, chain, row[place]),
        "goal_id": chain.first_goals[row[place]],
        "side": Pool(SIDES, side),
        "score": score,
        "read_on": day,
        "read_at": instants(day, 15 * 60 + side * 7),
    }
    return "mentorships_goalreading", table, count


def _sheets(town: Town, chain: Chain, row: Array) -> tuple[str, Table, int]:
    """The first talk, expectations by both, the wheel twice and some talks by the guide."""
    draw, cases = town.draw, town.cases
    drawn = [
        (FIRST, 1, 0, 0.8), (EXPECTATIONS, 0, 5, 0.6), (EXPECTATIONS, 1, 6, 0.7), (WHEEL, 0, 9, 0.5),
        (GUIDE, 1, 14, 0.6), (WHEEL, 0, 60, 0.4), (GUIDE, 1, 45, 0.4),
    ]  # fmt: skip
    pools = {tool.code: _answers(town, tool) for tool in TOOLS.values()}
    values = [text for tool, *_rest in drawn for text in pools[tool.code]]
    parts = []
    for which, (_tool, who, after, share) in enumerate(drawn):
        own = row[draw.chance(share, len(row))]
        day = cases.starts[own] + after * DAY
        is_past = (day <= town.now) & (day < cases.ends[own])
        own = own[is_past]
        parts.append((own, np.full(len(own), which), np.full(len(own), who), day[is_past]))
    cell, tools, side, day = (np.concatenate(each) for each in zip(*parts, strict=True))
    count = len(cell)
    table: Table = {
        "id": town.ids.take("toolbox_sheet", count),
        "public_id": draw.public_ids(count),
        **_parties(town, chain, cell),
        "tool": Pool([tool.code for tool, *_rest in drawn], tools),
        "side": Pool(SIDES, side),
        "answers": Pool(values, tools * VARIANTS + draw.whole(0, VARIANTS, count)),
        "filled_on": day,
        "filled_at": instants(day, 13 * 60 + draw.whole(0, 120, count)),
    }
    return "toolbox_sheet", table, count


def _answers(town: Town, tool: Tool) -> list[str]:
    """Made answers to a tool as JSON."""
    rng = town.draw.rng
    found = []
    for _variant in range(VARIANTS):
        answers: dict[str, Any] = {}
        for item in tool.items:
            if item.answer is Answer.CHOICE:
                answers[item.key] = item.choices[int(rng.integers(len(item.choices)))][0]
            elif item.answer is Answer.SCALE:
                answers[item.key] = int(rng.integers(2, 9))
            elif item.answer is Answer.TICK:
                answers[item.key] = True
            elif texts := words.TOOL_ANSWERS.get((tool.code, item.key)):
                answers[item.key] = texts[int(rng.integers(len(texts)))]
        found.append(json.dumps(answers, ensure_ascii=False))
    return found


def _assessments(town: Town, chain: Chain, row: Array) -> Tables:
    """The citizen, the mentor and the consultant, each at the start and then some of the months."""
    draw, cases = town.draw, town.cases
    place, number, day = _steps(town, row, 4)
    place, number, day = (np.repeat(each, 3) for each in (place, number, day))
    side = np.arange(len(place)) % 3
    is_made = (number == 0) | draw.chance(0.6, len(place))
    place, number, day, side = (each[is_made] for each in (place, number, day, side))
    count = len(place)
    is_last = (number > 0) & (cases.status[row[place]] == ENDED) & (number == 3)
    ids = town.ids.take("toolbox_assessment", count)
    consultant = town.staff.consultants[cases.consultant[row[place]]]
    table: Table = {
        "id": ids,
        "public_id": draw.public_ids(count),
        **_parties(town, chain, row[place]),
        "side": Pool(SIDES, side),
        "moment": Pool(MOMENTS, np.where(is_last, 2, np.minimum(number, 1))),
        "language": Pool(["", "A2", "B1", "B2"], np.where(side == 0, 0, draw.pick([7, 1, 1, 1], count))),
        "note": "",
        "assessed_on": day,
        "assessed_at": instants(day, 14 * 60 + side * 11),
        "assessed_by_id": Key(np.where(side == 2, consultant, 0)),
    }
    start = draw.whole(1, 6, (len(row) * len(LIFE))).reshape(len(row), len(LIFE))
    cell, area = spread(np.full(count, len(LIFE)))
    rise = number[cell] * draw.whole(0, 3, len(cell)) // 2
    score = np.clip(start[place[cell], area] + rise + (side[cell] == 1) - draw.whole(0, 2, len(cell)), 0, 10)
    scores: Table = {
        "id": town.ids.take("toolbox_assessmentscore", len(cell)),
        "municipality_id": town.municipality_id,
        "assessment_id": ids[cell],
        "area": Pool(LIFE, area),
        "score": score,
    }
    return [("toolbox_assessment", table, count), ("toolbox_assessmentscore", scores, len(cell))]


def _catalogue(town: Town) -> tuple[str, Table, int]:
    tools = words.DIGITAL_TOOLS
    count, each = len(tools), np.arange(len(tools))
    first = as_days(date(2024, 1, 1))
    table: Table = {
        "id": town.ids.take("toolbox_digitaltool", count),
        "public_id": town.draw.public_ids(count),
        "municipality_id": town.municipality_id,
        **{name: Pool([tool[name] for tool in tools], each) for name in tools[0]},
        "address": "",
        "version": 1,
        "valid_from": np.full(count, first),
        "ends_before": np.full(count, np.datetime64("NaT", "D")),
        "changed_at": instants(np.full(count, first), 9 * 60),
        "changed_by_id": town.staff.by_role["ADMINISTRATOR"],
    }
    return "toolbox_digitaltool", table, count
