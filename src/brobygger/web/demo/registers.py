"""What a weekly register would tell of the demonstration's citizens: benefits and wages by week, as runs.

Everything is drawn. Each citizen's weeks are pieced together from stretches in one state: before the first mentorship
backwards from its start, during it by what it stood beside, and afterwards onwards to today. Stretches of all
citizens are drawn at once, so the cost follows the number of stretches and not that of weeks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np

from brobygger.analysis.codes import BLANK, dream_codes
from brobygger.analysis.panel import Panel
from brobygger.analysis.weeks import monday, mondays, months_of_weeks, week_of
from brobygger.web.demo.cases import AT_WORK, CONTEXTS, EDUCATION, GROUPS, GUIDANCE, INTEGRATION
from brobygger.web.demo.chain import Tables, Town
from brobygger.web.demo.copying import Array, Pool, Table
from brobygger.web.demo.drawing import Draw, as_days, instants
from brobygger.web.demo.waiting import Waiting

WEEKS_BEFORE = 156
"""So long before the first mentorship of the municipality the register begins, for everyone."""
SHARE_IN_COUNTRY = 0.1
"""Of the citizens of a municipality nobody signs in to: the register tells of so many."""
NOTED_SHARE = 0.6
EARLY = 390
"""Minutes after midnight at which the registers were imported."""
GENERATED = "Opdigtede tal til demonstration"

(
    PASSIVE,
    GUIDED,
    PLACED,
    SUBSIDISED,
    STUDYING_ON_BENEFIT,
    IN_JOB,
    ON_OWN,
    STUDENT,
    SICK,
    FLEX,
    PENSION,
    ABROAD,
) = range(12)
NOT_LISTED = "72X"
"""A code no list has, as new codes come before the lists know them."""
MEAN_WEEKS = np.array([24, 9, 8, 22, 20, 42, 14, 60, 12, 150, 900, 900])
SHORTEST = np.array([2, 2, 3, 8, 8, 3, 1, 18, 1, 20, 400, 40])
GOES_ON = np.array(
    # to: passive guided placed subsidised studying job on-own student sick flex pension abroad
    [
        [0.00, 0.27, 0.22, 0.05, 0.03, 0.22, 0.05, 0.06, 0.07, 0.015, 0.01, 0.005],
        [0.55, 0.00, 0.27, 0.03, 0.03, 0.12, 0.00, 0.00, 0.00, 0.000, 0.00, 0.000],
        [0.48, 0.07, 0.00, 0.13, 0.00, 0.32, 0.00, 0.00, 0.00, 0.000, 0.00, 0.000],
        [0.36, 0.00, 0.00, 0.00, 0.00, 0.60, 0.04, 0.00, 0.00, 0.000, 0.00, 0.000],
        [0.45, 0.00, 0.00, 0.00, 0.00, 0.10, 0.00, 0.45, 0.00, 0.000, 0.00, 0.000],
        [0.52, 0.00, 0.00, 0.00, 0.00, 0.00, 0.28, 0.08, 0.11, 0.000, 0.00, 0.010],
        [0.45, 0.00, 0.00, 0.00, 0.00, 0.50, 0.00, 0.05, 0.00, 0.000, 0.00, 0.000],
        [0.40, 0.00, 0.00, 0.00, 0.00, 0.45, 0.15, 0.00, 0.00, 0.000, 0.00, 0.000],
        [0.70, 0.00, 0.00, 0.00, 0.00, 0.25, 0.02, 0.00, 0.00, 0.020, 0.01, 0.000],
        [0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.60, 0.000, 0.40, 0.000],
        [0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.000, 0.00, 1.000],
        [0.60, 0.00, 0.00, 0.00, 0.00, 0.30, 0.10, 0.00, 0.00, 0.000, 0.00, 0.000],
    ]
)
LASTING = [FLEX, PENSION]
AFTERWARDS = {  # what follows the last week of a mentorship, by what it stood beside
    "alone": {PASSIVE: 0.60, GUIDED: 0.09, PLACED: 0.13, IN_JOB: 0.11, STUDENT: 0.04, SICK: 0.03},
    "guided": {PASSIVE: 0.50, PLACED: 0.20, IN_JOB: 0.17, STUDENT: 0.08, SICK: 0.05},
    "at work": {PASSIVE: 0.36, PLACED: 0.12, SUBSIDISED: 0.08, IN_JOB: 0.38, SICK: 0.06},
    "studying": {PASSIVE: 0.30, STUDENT: 0.52, IN_JOB: 0.15, SICK: 0.03},
}
DURING = (PASSIVE, GUIDED, PLACED, SUBSIDISED, IN_JOB, FLEX, STUDYING_ON_BENEFIT)
"""The state inside a mentorship, by ``CONTEXTS``."""
PREFIX = {
    "6.1": "21", "6.2": "13", "6.3": "73", "6.4": "14", "6.5": "72",
    "6.6": "89", "6.7": "87", "6.8": "81", "6.9": "74", "INL": "16",
}  # fmt: skip
DIGIT = {PASSIVE: "0", GUIDED: "3", PLACED: "7", SUBSIDISED: "5", STUDYING_ON_BENEFIT: "4"}
SAME_FOR_ALL = {
    IN_JOB: "",
    ON_OWN: "",
    STUDENT: "652",
    SICK: "890",
    FLEX: "771",
    PENSION: "783",
    ABROAD: "997",
}
BRANCHES = ("471120", "561110", "812100", "494100", "873010", "109900", "432200", "782000")
STATUS_WORDS = {
    IN_JOB: "job", FLEX: "job", STUDENT: "education", ON_OWN: "self_support", SICK: "other_benefit",
    PENSION: "other", ABROAD: "other",
}  # fmt: skip


@dataclass(frozen=True)
class Stretches:
    """Weeks ``[start, stop)`` of a citizen (row number) in a state."""

    citizen: Array
    start: Array
    stop: Array
    state: Array


@dataclass(frozen=True)
class _Life:
    """Each mentorship as weeks, in order of citizen and start; ``first`` and ``last`` of the citizen are marked."""

    row: Array
    citizen: Array
    start: Array
    stop: Array
    until: Array
    is_first: Array
    is_last: Array


@dataclass(frozen=True)
class _Known:
    """Everybody the register tells of, those with a mentor first: key and target group by row number."""

    ids: Array
    group: Array


def make(town: Town, *, share: float = 1.0, waiting: Waiting | None = None) -> Tables:
    """Imports, spells, statuses noted by people and outside totals, for a share of the citizens and all who wait."""
    town = replace(town, draw=town.draw.apart())
    begins, ends = _window(town)
    told = np.flatnonzero(town.draw.rng.random(len(town.citizens.ids)) < share)
    if not len(told):
        return []
    known = _known(town, waiting)
    never = np.arange(len(town.citizens.ids), len(known.ids))
    life = _life(town, told, ends)
    stretches = _joined(
        _stretches(town, life, begins, ends), _without_a_mentor(town.draw, never, begins, ends)
    )
    weekly = _weekly(town, stretches, known, begins, ends)
    branches = _branches(town.draw, stretches, len(known.ids), begins, ends)
    count = len(told) + len(never)
    imports, keys = _imports(town, ends, {"WEEKLY": count, "BRANCHES": count}, weekly)
    tables: Tables = [imports]
    for source, panel, key in (("WEEKLY", weekly, keys[0]), ("BRANCHES", branches, keys[1])):
        tables.append(_spells(town, source, panel, known, key))
    return [*tables, _noted(town, life, stretches), _totals(town, keys[2:])]


def _known(town: Town, waiting: Waiting | None) -> _Known:
    group = np.full(len(town.citizens.ids), INTEGRATION)
    group[town.cases.citizen] = town.cases.group
    if waiting is None:
        return _Known(town.citizens.ids, group)
    return _Known(
        np.concatenate((town.citizens.ids, waiting.citizens.ids)), np.concatenate((group, waiting.group))
    )


def _window(town: Town) -> tuple[int, int]:
    first = town.cases.starts.min().astype(object)
    return week_of(first) - WEEKS_BEFORE, week_of(town.today)


def _life(town: Town, told: Array, ends: int) -> _Life:
    cases = town.cases
    row = np.flatnonzero(np.isin(cases.citizen, told))
    row = row[np.argsort(cases.citizen[row], kind="stable")]
    citizen = cases.citizen[row]
    start = np.minimum(_week(cases.starts[row]), ends)
    weeks = np.where(cases.is_given[row], cases.weeks[row], 0)
    is_first = np.concatenate(([True], citizen[1:] != citizen[:-1]))
    is_last = np.concatenate((citizen[1:] != citizen[:-1], [True]))
    following = np.concatenate((start[1:], [ends]))
    until = np.where(is_last, ends, following)
    stop = np.minimum(start + weeks, until)
    return _Life(row, citizen, start, stop, until, is_first, is_last)


def _week(days: Array) -> Array:
    weeks: Array = (days.astype("datetime64[D]") - np.datetime64(monday(0))).astype(np.int64) // 7
    return weeks


def _stretches(town: Town, life: _Life, begins: int, ends: int) -> Stretches:
    first = life.is_first
    before = _onwards(
        town.draw,
        life.citizen[first],
        -life.start[first],
        np.full(int(first.sum()), -begins),
        np.zeros(int(first.sum()), int),
        may_last=np.zeros(int(first.sum()), bool),
        first_mean=44,
    )
    before = Stretches(before.citizen, -before.stop, -before.start, before.state)
    after = _onwards(
        town.draw, life.citizen, life.stop, life.until, _next_state(town, life), may_last=life.is_last
    )
    return _joined(before, *_inside(town, life), after)


def _without_a_mentor(draw: Draw, never: Array, begins: int, ends: int) -> Stretches:
    """From the first week of the register to the last, from state to state as everybody else."""
    count = len(never)
    return _onwards(
        draw,
        never,
        np.full(count, begins),
        np.full(count, ends),
        np.zeros(count, int),
        may_last=np.ones(count, bool),
    )


def _joined(*parts: Stretches) -> Stretches:
    names = ("citizen", "start", "stop", "state")
    return Stretches(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _onwards(
    draw: Draw, citizen: Array, at: Array, until: Array, state: Array, *, may_last: Array, first_mean: int = 0
) -> Stretches:
    """Stretch after stretch from ``at`` to ``until``, for all at once; those who have arrived drop out."""
    found: list[tuple[Array, ...]] = []
    ladder = np.cumsum(GOES_ON / GOES_ON.sum(axis=1, keepdims=True), axis=1)
    while len(citizen):
        mean = MEAN_WEEKS[state] if found or not first_mean else np.full(len(state), first_mean)
        length = np.maximum(SHORTEST[state], np.rint(draw.rng.gamma(1.4, mean / 1.4))).astype(int)
        stop = np.minimum(at + length, until)
        found.append((citizen, at, stop, state))
        lot = draw.rng.random(len(state))
        following = np.minimum((lot[:, None] > ladder[state]).sum(axis=1), len(MEAN_WEEKS) - 1)
        following[np.isin(following, LASTING) & ~may_last] = PASSIVE
        on = stop < until
        citizen, at, until, state, may_last = citizen[on], stop[on], until[on], following[on], may_last[on]
    columns = zip(*found, strict=True) if found else ([np.zeros(0, int)],) * 4
    return Stretches(*(np.concatenate(list(column)) for column in columns))


def _inside(town: Town, life: _Life) -> tuple[Stretches, Stretches]:
    """Some weeks of waiting, then what the mentorship stands beside; a fifth of those alone begin something late."""
    context = town.cases.context[life.row]
    state = np.array(DURING)[context]
    length = life.stop - life.start
    waits = np.where(
        np.isin(state, (IN_JOB, FLEX)), 0, np.minimum(length, town.draw.whole(0, 6, len(length)))
    )
    late = (state == PASSIVE) & town.draw.chance(0.2, len(length))
    state = np.where(late, PLACED, state)
    turn = life.start + np.where(late, length * 2 // 3, waits)
    return (
        Stretches(life.citizen, life.start, turn, np.zeros(len(turn), int)),
        Stretches(life.citizen, turn, life.stop, state),
    )


def _next_state(town: Town, life: _Life) -> Array:
    context = town.cases.context[life.row]
    at_work = [place for place, (each, _) in enumerate(CONTEXTS) if each in AT_WORK]
    kind = np.select(
        [np.isin(context, at_work), context == EDUCATION, context == GUIDANCE], [2, 3, 1], default=0
    )
    state = np.zeros(len(context), int)
    for number, name in enumerate(AFTERWARDS):
        mine = np.flatnonzero(kind == number)
        choices = list(AFTERWARDS[name])
        state[mine] = np.array(choices)[town.draw.pick(list(AFTERWARDS[name].values()), len(mine))]
    never = life.stop == life.start
    state[never] = PASSIVE
    return state


def _weekly(town: Town, stretches: Stretches, known: _Known, begins: int, ends: int) -> Panel:
    """The codes by week; a week without any is a row of its own."""
    table, codes = _code_table()
    status = table[known.group[stretches.citizen], stretches.state]
    status = np.where(
        (stretches.state == GUIDED) & town.draw.chance(0.004, len(status)), codes.index(NOT_LISTED), status
    )
    return _panel(stretches, status, codes, len(known.ids), begins, ends)


def _code_table() -> tuple[Array, list[str]]:
    """Which code each group has in each state, as a place in the codes."""
    known = dream_codes().known
    rows = []
    for _, present, *_ in GROUPS:
        prefix = PREFIX[present]
        own = [
            SAME_FOR_ALL[state] if state in SAME_FOR_ALL else prefix + DIGIT[state]
            for state in range(len(MEAN_WEEKS))
        ]
        if prefix == "21":
            own[PASSIVE] = "111"
        rows.append([code if not code or code in known else own[PASSIVE] for code in own])
    codes = sorted({code for row in rows for code in row} | {NOT_LISTED})
    return np.array([[codes.index(code) for code in row] for row in rows]), codes


def _branches(draw: Draw, stretches: Stretches, citizens: int, begins: int, ends: int) -> Panel:
    """A wage in every month a job touches, from the citizen's own branch; told to the end of the last whole month."""
    ends = int(_first_week_of(np.array([months_of_weeks(np.array([ends - 1]))[0]]))[0])
    works = np.isin(stretches.state, (IN_JOB, FLEX, SUBSIDISED)) & (stretches.start < stretches.stop)
    citizen = stretches.citizen[works]
    low = _first_week_of(months_of_weeks(stretches.start[works]))
    high = _first_week_of(months_of_weeks(stretches.stop[works] - 1) + 1)
    low, high = np.clip(low, begins, ends), np.clip(high, begins, ends)
    citizen, low, high = _united(citizen[low < high], low[low < high], high[low < high])
    told = np.unique(stretches.citizen)
    branch = draw.whole(0, len(BRANCHES), citizens)
    jobs = Stretches(citizen, low, high, branch[citizen] + 1)
    return _panel(_with_blanks(jobs, told, begins, ends), None, ["", *BRANCHES], citizens, begins, ends)


def _first_week_of(months: Array) -> Array:
    """The first week whose Thursday lies in each running month."""
    days = (np.datetime64("1991-08", "M") + months.astype(np.int64)).astype("datetime64[D]")
    return _week(days + np.timedelta64(3, "D"))


def _united(citizen: Array, low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Overlapping and touching stretches of one citizen as one."""
    if not len(citizen):
        return citizen, low, high
    span = int(high.max()) + 1
    order = np.lexsort((low, citizen))
    begin, stop = (citizen * span + low)[order], (citizen * span + high)[order]
    reached = np.maximum.accumulate(stop)
    new = np.concatenate(([True], begin[1:] > reached[:-1]))
    place = np.flatnonzero(new)
    last = np.concatenate((place[1:], [len(begin)])) - 1
    return begin[place] // span, begin[place] % span, reached[last] % span


def _with_blanks(jobs: Stretches, told: Array, begins: int, ends: int) -> Stretches:
    """The same with the weeks between as stretches of state 0."""
    count = len(told)
    citizen = np.concatenate((jobs.citizen, told, told))
    low = np.concatenate((jobs.start, np.full(count, ends), np.full(count, begins)))
    high = np.concatenate((jobs.stop, np.full(count, ends), np.full(count, begins)))
    order = np.lexsort((high, low, citizen))
    citizen, low, high = citizen[order], low[order], high[order]
    free = (citizen[1:] == citizen[:-1]) & (low[1:] > high[:-1])
    blank = Stretches(citizen[1:][free], high[:-1][free], low[1:][free], np.zeros(int(free.sum()), int))
    return _joined(jobs, blank)


def _panel(
    stretches: Stretches, status: Array | None, codes: list[str], persons: int, begins: int, ends: int
) -> Panel:
    kept = stretches.start < stretches.stop
    return Panel.build(
        person=stretches.citizen[kept],
        start=stretches.start[kept],
        stop=stretches.stop[kept],
        status=(stretches.state if status is None else status)[kept],
        codes=codes,
        persons=persons,
        first_week=begins,
        stop_week=ends,
        gap=BLANK,
    )


def _spells(town: Town, source: str, panel: Panel, known: _Known, key: int) -> tuple[str, Table, int]:
    count = len(panel)
    table: Table = {
        "id": town.ids.take("registers_statusspell", count),
        "municipality_id": town.municipality_id,
        "citizen_id": known.ids[panel.person],
        "source": source,
        "code": Pool(panel.codes, panel.status.astype(np.int64)),
        "first_week": mondays(panel.start),
        "before_week": mondays(panel.stop),
        "came_with_id": key,
        "noted_on": None,
    }
    return "registers_statusspell", table, count


def _noted(town: Town, life: _Life, stretches: Stretches) -> tuple[str, Table, int]:
    """What the consultant noted when a mentorship had ended: mostly what the register says of that week."""
    ended = (life.stop < life.until) & (life.stop > life.start)
    chosen = np.flatnonzero(ended & town.draw.chance(NOTED_SHARE, len(life.row)))
    words = [STATUS_WORDS.get(state, "same_benefit") for state in range(len(MEAN_WEEKS))]
    span = int(stretches.stop.max()) + 1
    kept = np.flatnonzero(stretches.start < stretches.stop)
    key = (stretches.citizen * span + stretches.start)[kept]
    order = kept[np.argsort(key)]
    place = np.searchsorted(np.sort(key), life.citizen[chosen] * span + life.stop[chosen])
    state = stretches.state[order[np.minimum(place, len(order) - 1)]]
    names = sorted(set(words))
    count = len(chosen)
    week = mondays(life.stop[chosen])
    table: Table = {
        "id": town.ids.take("registers_statusspell", count),
        "municipality_id": town.municipality_id,
        "citizen_id": town.citizens.ids[life.citizen[chosen]],
        "source": "MANUAL",
        "code": Pool(names, np.array([names.index(word) for word in words])[state]),
        "first_week": week,
        "before_week": week + np.timedelta64(7, "D"),
        "came_with_id": None,
        "noted_on": week + np.timedelta64(1, "D"),
    }
    return "registers_statusspell", table, count


def _imports(
    town: Town, ends: int, rows: dict[str, int], weekly: Panel
) -> tuple[tuple[str, Table, int], list[int]]:
    """One import of each register, and the two tables of totals; each file says that it is generated."""
    as_of = as_days(monday(ends))
    kinds = [*rows, "OUTSIDE_TOTALS", "OUTSIDE_TOTALS"]
    names = ["opdigtet-ugeregister.parquet", "opdigtede-brancher.parquet"]
    names += [f"opdigtede-tal-{table}.csv" for table in ("AUH03", "AUK03")]
    figures = [*rows.values(), len(_figures(town, "AUH03")), len(_figures(town, "AUK03"))]
    details = [{"generated": True}] * 2
    totals = [
        {"generated": True, "table": table, "title": f"{GENERATED}, ikke fra Danmarks Statistik"}
        for table in ("AUH03", "AUK03")
    ]
    count, every = len(kinds), np.arange(len(kinds))
    keys = town.ids.take("registers_registerimport", count)
    counts = np.array(figures)
    table: Table = {
        "id": keys,
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(count),
        "kind": Pool(kinds, every),
        "file_name": Pool(names, every),
        "sha256": Pool([f"{town.municipality_id:08x}{number:056x}" for number in range(count)], every),
        "rows_read": counts,
        "rows_kept": counts,
        "rows_bad": 0,
        "rows_unknown": 0,
        "rows_repeated": 0,
        "unknown_codes": Pool([_unknown(weekly), "{}"], np.array([0, 1, 1, 1])),
        "bad_rows": "[]",
        "detail": Pool([json.dumps(each) for each in (*details, *totals)], every),
        "data_as_of": np.full(count, as_of),
        "imported_by_id": None,
        "imported_at": instants(np.full(count, as_of), EARLY),
    }
    return ("registers_registerimport", table, count), [int(key) for key in keys]


def _unknown(weekly: Panel) -> str:
    """The weeks with the code no list has, as an import counts them."""
    rows = weekly.status == weekly.codes.index(NOT_LISTED)
    weeks = int((weekly.stop - weekly.start)[rows].sum())
    return json.dumps({NOT_LISTED: weeks} if weeks else {})


def _figures(town: Town, table: str) -> list[tuple[str, str, float]]:
    """(measure, period, value): full-time persons with a mentor, loosely after the demonstration's own number."""
    size = len(town.citizens.ids) / 6
    year = town.today.year
    periods = [f"{y}" for y in range(year - 5, year)]
    if table == "AUK03":
        periods = [f"{y}K{quarter}" for y in range(year - 3, year) for quarter in (1, 2, 3, 4)]
    rows = []
    for measure, part in (("MEK Mentorstøtte (kontanthjælp)", 0.9), ("MED Mentorstøtte (dagpenge)", 0.05)):
        for place, period in enumerate(periods):
            wave = 1 + 0.12 * np.sin(place + len(measure))
            rows.append((measure, period, float(round(size * part * wave))))
    return rows


def _totals(town: Town, keys: list[int]) -> tuple[str, Table, int]:
    rows = [
        (key, table, measure, period, value)
        for key, table in zip(keys, ("AUH03", "AUK03"), strict=True)
        for measure, period, value in _figures(town, table)
    ]
    count, every = len(rows), np.arange(len(rows))
    labels = [
        json.dumps([["OMRÅDE", "Kommunen"], ["YDELSESTYPE", row[2]], ["ALDER", "I alt"], ["KØN", "I alt"]])
        for row in rows
    ]
    values = np.array([row[4] for row in rows])
    table: Table = {
        "id": town.ids.take("registers_outsidetotal", count),
        "municipality_id": town.municipality_id,
        "came_with_id": np.array([row[0] for row in rows]),
        "table": Pool([row[1] for row in rows], every),
        "labels": Pool(labels, every),
        "period": Pool([row[3] for row in rows], every),
        "value": values.astype(">f8").view(np.uint8).reshape(count, 8),
        "is_provisional": False,
        "is_mentor": True,
        "line": every + 2,
    }
    return "registers_outsidetotal", table, count
