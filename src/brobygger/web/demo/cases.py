"""The mentorships of a municipality: who, when, why, how many hours, and where each stands on the day of loading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

import numpy as np

from brobygger.law.codes import Context, MentorKind, SupportType
from brobygger.web.demo.copying import Array
from brobygger.web.demo.drawing import DAY, Draw, as_days, working_day

WEEKS_AT_A_TIME = 12
"""Inside the demonstration's frame of three months, whichever months they are."""

NEW_ACT = np.datetime64("2020-01-01")
RESOURCE_CLOSED = np.datetime64("2026-02-01")

# (former code, present code, weight, only under 30 years)
GROUPS = (
    ("2.3", "6.3", 40, False),
    ("2.13", "6.5", 19, True),
    ("2.2", "6.2", 5, False),
    ("2.12", "6.4", 6, True),
    ("2.5", "6.6", 9, False),
    ("2.11", "6.7", 6, False),
    ("2.11", "6.8", 5, False),
    ("2.7", "6.9", 4, False),
    ("2.1", "6.1", 4, False),
    ("INL", "INL", 2, False),
)
ON_CASH_BENEFIT, INTEGRATION = (0, 2), 9
CODES = tuple(dict.fromkeys([code for former, present, *_ in GROUPS for code in (former, present)]))

CONTEXTS = (
    (Context.ONLY_EFFORT, 52),
    (Context.GUIDANCE, 10),
    (Context.COMPANY_PLACEMENT, 15),
    (Context.WAGE_SUBSIDY, 4),
    (Context.ORDINARY_EMPLOYMENT, 6),
    (Context.FLEX_JOB, 4),
    (Context.EDUCATION, 12),
)
"""Somewhat more than half have no other measure, close to four in ten are in one (evaluation of 2015)."""
AT_WORK = (Context.COMPANY_PLACEMENT, Context.WAGE_SUBSIDY, Context.ORDINARY_EMPLOYMENT, Context.FLEX_JOB)
GUIDANCE, EDUCATION = 1, 6

SUPPORT = tuple(SupportType)
KINDS = tuple(MentorKind)
MINUTES_PER_WEEK = (90, 120, 180, 240, 300, 480)
MINUTES_WEIGHTS = (10, 22, 25, 20, 20, 3)
"""3.4 hours a week on average."""
WEEKS_ALONE, WEEKS_BESIDE = 28.2, 15.4
LONGEST, SHORTEST = 78, 3
LONGEST_BREAK_DAYS = 400

FOR_APPROVAL, REFUSED, GRANTED, ACTIVE, ENDED = range(5)
STATUSES = ("FOR_APPROVAL", "REFUSED", "GRANTED", "ACTIVE", "ENDED")

COMPANY_EMPLOYEE, SCHOOL_EMPLOYEE, MUNICIPAL_EMPLOYEE, EXTERNAL, PROVIDER, VOLUNTEER, PRISON = range(7)
CITIZENS_AT_A_TIME = {
    COMPANY_EMPLOYEE: 2,
    SCHOOL_EMPLOYEE: 4,
    MUNICIPAL_EMPLOYEE: 7,
    EXTERNAL: 8,
    PROVIDER: 8,
    VOLUNTEER: 2,
    PRISON: 4,
}
RATES = {
    COMPANY_EMPLOYEE: (210, 290),
    SCHOOL_EMPLOYEE: (260, 330),
    MUNICIPAL_EMPLOYEE: (230, 290),
    EXTERNAL: (390, 520),
    PROVIDER: (360, 480),
    VOLUNTEER: (0, 1),
    PRISON: (0, 1),
}
"""Kroner an hour, in steps of ten. Volunteers are not paid, and probation officers not by the municipality."""
NEW_MENTOR = {
    COMPANY_EMPLOYEE: 0.7,
    SCHOOL_EMPLOYEE: 0.3,
    MUNICIPAL_EMPLOYEE: 0.08,
    EXTERNAL: 0.1,
    PROVIDER: 0.08,
    VOLUNTEER: 0.5,
    PRISON: 0.2,
}
"""How often somebody not used before is found; consultants and providers come again."""


@dataclass
class Cases:
    """One row per mentorship, in order of start. ``citizen`` and ``mentor`` are row numbers, not keys."""

    starts: Array
    weeks: Array
    ends: Array
    status: Array
    group: Array
    code: Array
    context: Array
    support: Array
    kind: Array
    minutes_per_week: Array
    rate: Array
    citizen: Array
    mentor: Array
    slot: Array
    consultant: Array
    has_agreement: Array
    in_group_since: Array

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def is_given(self) -> Array:
        return self.status >= GRANTED


@dataclass
class Crowd:
    """The citizens and mentors that the mentorships need."""

    born: Array
    group: Array
    mentor_kinds: Array


def draw_cases(
    draw: Draw, count: int, *, first_day: date, today: date, consultants: int, weeks_at_a_time: int
) -> tuple[Cases, Crowd]:
    starts = _starts(draw, count, first_day, today)
    group = draw.pick([weight for _, _, weight, _ in GROUPS], count)
    context = draw.pick([weight for _, weight in CONTEXTS], count)
    young = np.array([young for *_, young in GROUPS])
    alone = context == 0
    mean = np.where(alone, WEEKS_ALONE, WEEKS_BESIDE)
    weeks = np.clip(np.rint(draw.rng.gamma(3.0, mean / 3.0)), SHORTEST, LONGEST).astype(int)
    status, weeks = _status(draw, starts, weeks, today, weeks_at_a_time)
    ends = starts + weeks * 7 * DAY
    citizen, group = _citizens(draw, starts, ends, group)
    context = _lawful(context, group, young)
    support = _support(draw, context)
    kind = _mentor_kinds(draw, context, support)
    mentor, slot, mentor_kinds = _mentors(draw, starts, ends, kind, status)
    minutes = np.array(MINUTES_PER_WEEK)[draw.pick(MINUTES_WEIGHTS, count)]
    first_of_citizen = np.unique(citizen, return_index=True)[1]
    cases = Cases(
        in_group_since=working_day(starts - draw.whole(60, 2_000, count) * DAY),
        starts=starts,
        weeks=weeks,
        ends=ends,
        status=status,
        group=group,
        code=_codes(group, starts, ends),
        context=context,
        support=support,
        kind=kind,
        minutes_per_week=minutes,
        rate=_rates(draw, kind),
        citizen=citizen,
        mentor=mentor,
        slot=slot,
        consultant=_consultants(draw, citizen, consultants),
        has_agreement=(status >= ACTIVE) | (status == GRANTED) & draw.chance(0.2, count),
    )
    born = _born(draw, group[first_of_citizen], starts[first_of_citizen], young)
    last_group = group[first_of_citizen]
    return cases, Crowd(born, last_group, mentor_kinds)


def _starts(draw: Draw, count: int, first_day: date, today: date) -> Array:
    """Working days, few of them in July and around Christmas, in order; some lie a little ahead."""
    days = int((as_days(today) - as_days(first_day)) / DAY) + 18
    drawn = as_days(first_day) + draw.whole(0, days, count) * DAY
    month = drawn.astype("datetime64[M]").astype(int) % 12
    again = np.isin(month, (6, 11)) & draw.chance(0.45, count)
    drawn[again] = as_days(first_day) + draw.whole(0, days, int(again.sum())) * DAY
    return np.sort(working_day(drawn))


def _status(
    draw: Draw, starts: Array, weeks: Array, today: date, weeks_at_a_time: int
) -> tuple[Array, Array]:
    """Where each stands, and how many weeks have been granted so far."""
    count, now = len(starts), as_days(today)
    begun = np.maximum(0, ((now - starts) / DAY).astype(int) // 7)
    granted = (begun // weeks_at_a_time + 1) * weeks_at_a_time
    weeks = np.minimum(weeks, granted)
    ends = starts + weeks * 7 * DAY
    status = np.where(ends <= now, ENDED, ACTIVE)
    late = (status == ENDED) & (ends > now - 25 * DAY) & draw.chance(0.35, count)
    status[late] = ACTIVE
    fresh = (starts > now - 6 * DAY) & (status == ACTIVE)
    status[fresh] = np.where(draw.chance(0.55, int(fresh.sum())), FOR_APPROVAL, GRANTED)
    status[(starts <= now) & (status == FOR_APPROVAL)] = GRANTED
    waits = (starts > now - 24 * DAY) & (status == ACTIVE) & draw.chance(0.55, count)
    status[waits] = GRANTED
    refused = (starts < now) & draw.chance(0.03, count)
    status[refused] = REFUSED
    return status, weeks


def _citizens(draw: Draw, starts: Array, ends: Array, group: Array) -> tuple[Array, Array]:
    """One citizen in three comes back for another mentorship, never two at the same time."""
    count = len(starts)
    again = draw.chance(0.4, count).tolist()
    lot = draw.rng.random(count).tolist()
    free: list[tuple[int, int]] = []  # (citizen, last day)
    busy: list[tuple[int, int]] = []
    begins, stops = starts.astype(int).tolist(), ends.astype(int).tolist()
    citizen = np.empty(count, int)
    group = group.copy()
    known = 0

    for row in range(count):
        while busy and busy[0][0] <= begins[row]:
            until, number = heappop(busy)
            free.append((number, until))
        number = -1
        if again[row] and free:
            number, until = free.pop(int(lot[row] * len(free)))
            number = number if begins[row] - until < LONGEST_BREAK_DAYS else -1
        if number < 0:
            number, known = known, known + 1
        citizen[row] = number
        heappush(busy, (stops[row], number))
    first = np.unique(citizen, return_index=True)[1]
    return citizen, group[first[citizen]]


def _lawful(context: Array, group: Array, young: Array) -> Array:
    """Education is for the young, and integration has mentors in jobs and training."""
    context = context.copy()
    context[(context == EDUCATION) & ~young[group]] = GUIDANCE
    context[(group == INTEGRATION) & (context == 0)] = 2
    return context


def _support(draw: Draw, context: Array) -> Array:
    """Daily life is the most frequent support, introduction at work the least."""
    count = len(context)
    at_work = np.isin(context, [2, 3, 4, 5])
    alone = draw.pick([92, 8, 0], count)
    beside = draw.pick([25, 75, 0], count)
    work = draw.pick([10, 45, 45], count)
    return np.where(context == 0, alone, np.where(at_work, work, beside))


def _mentor_kinds(draw: Draw, context: Array, support: Array) -> Array:
    count = len(context)
    kind = draw.pick([0, 0, 26, 24, 38, 9, 3], count)
    kind[support == 2] = COMPANY_EMPLOYEE
    at_school = (context == EDUCATION) & draw.chance(0.6, count)
    kind[at_school] = SCHOOL_EMPLOYEE
    return kind


def _mentors(
    draw: Draw, starts: Array, ends: Array, kind: Array, status: Array
) -> tuple[Array, Array, Array]:
    """A mentor with a free place in the week for each mentorship: (mentor, place in the week, kind of each mentor)."""
    mentor, slot = np.empty(len(starts), int), np.empty(len(starts), int)
    lots = draw.rng.random((len(starts), 6)).tolist()
    new = draw.chance(
        np.array([NEW_MENTOR[each] for each in range(len(NEW_MENTOR))])[kind], len(starts)
    ).tolist()
    begins, stops, kinds = starts.astype(int).tolist(), ends.astype(int).tolist(), kind.tolist()
    of_kind: dict[int, list[int]] = {each: [] for each in CITIZENS_AT_A_TIME}
    taken_until: list[list[int]] = []
    made: list[int] = []
    for row, (begin, each) in enumerate(zip(begins, kinds, strict=True)):
        candidates = of_kind[each]
        found = -1
        for lot in lots[row] if candidates and not new[row] else ():
            number = candidates[int(lot * len(candidates))]
            found = next((place for place, until in enumerate(taken_until[number]) if until <= begin), -1)
            if found >= 0:
                break
        if found < 0:
            number, found = len(made), 0
            made.append(each)
            candidates.append(number)
            taken_until.append([0] * CITIZENS_AT_A_TIME[each])
        mentor[row], slot[row] = number, found
        taken_until[number][found] = stops[row]
    return mentor, slot, np.array([KINDS[each].value for each in made])


def _rates(draw: Draw, kind: Array) -> Array:
    low = np.array([RATES[each][0] for each in range(len(RATES))])
    high = np.array([RATES[each][1] for each in range(len(RATES))])
    rates: Array = low[kind] + (draw.rng.random(len(kind)) * (high - low)[kind]).astype(int) // 10 * 10
    return rates


def _consultants(draw: Draw, citizen: Array, consultants: int) -> Array:
    """A citizen keeps the same consultant; the first, whom the shared login belongs to, has more than the others."""
    weights = np.ones(consultants)
    weights[0] = max(1.0, consultants / 8)
    return draw.pick(weights.tolist(), int(citizen.max()) + 1)[citizen]


def _codes(group: Array, starts: Array, ends: Array) -> Array:
    """Index in ``CODES``: the group's number in the list that was in force."""
    former = np.array([CODES.index(code) for code, *_ in GROUPS])
    present = np.array([CODES.index(code) for _, code, *_ in GROUPS])
    codes = np.where(starts < NEW_ACT, former[group], present[group])
    closed = (codes == CODES.index("6.8")) & (ends >= RESOURCE_CLOSED)
    codes[closed] = CODES.index("6.7")
    return codes


def _born(draw: Draw, group: Array, starts: Array, young: Array) -> Array:
    """Under 30 where the group asks for it; on cash benefit mostly over."""
    count = len(group)
    lot = draw.rng.beta(1.6, 1.9, count)
    grown = np.where(np.isin(group, ON_CASH_BENEFIT), 28 + lot * 35, 20 + lot * 43)
    age = np.where(young[group], 18.2 + draw.rng.random(count) * 7.5, grown)
    return (starts - (age * 365.25).astype(int) * DAY).astype("datetime64[D]")
