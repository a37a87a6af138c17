"""The forecast of ``payment.forecast`` for a whole municipality, worked out by the database in one question.

The same figures to the øre: minutes of a plan are rounded once, half a minute up, kroner once, half away from zero.
What stands in JSON (the plans) is opened once for each grant, whatever the number of days asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from brobygger.hours.states import PAYABLE
from brobygger.payment.forecast import Figures, Method
from brobygger.values.moment import day_start
from brobygger.values.money import ZERO

OLD_WORK = timedelta(days=365)
"""Confirmed work that nobody has asked to be paid for this long is told of apart, and not expected."""

_CASES = """
with paid as materialized (
  select mentorship_id,
    coalesce(sum(amount) filter (where day < %(on)s and day >= %(first)s and day < %(middle)s), 0) as this_year,
    coalesce(sum(amount) filter (where day < %(on)s and day >= %(middle)s and day < %(last)s), 0) as next_year,
    sum(amount) as ever
  from (select mentorship_id, amount, (approved_at at time zone 'Europe/Copenhagen')::date as day
        from payments_payment where municipality_id = %(here)s) p
  group by 1
), cases as materialized (
  select m.id, m.team_id, m.target_group, m.context, whole.account,
    least(whole.ends, case when m.status = 'ENDED' then m.ends_before end) as ends, whole.starts,
    coalesce(p.this_year, 0) as this_year, coalesce(p.next_year, 0) as next_year,
    greatest(0, whole.paid - coalesce(p.ever, 0)) as earlier
  from mentorships_mentorship m
  join (select mentorship_id, min(starts_on) as starts, max(ends_before) as ends, sum(paid_kroner) as paid,
          (array_agg(account order by id desc))[1] as account
        from grants_grant where municipality_id = %(here)s group by 1) whole on whole.mentorship_id = m.id
  left join paid p on p.mentorship_id = m.id
  where m.municipality_id = %(here)s
), grants as materialized (
  select g.id, g.mentorship_id, g.starts_on as s, least(g.ends_before, c.ends) as e, g.plan, g.hourly_rate as rate,
    g.fixed_kroner as fixed, g.paid_kroner as paid, round(coalesce(work.minutes, 0) * g.hourly_rate / 60, 2) as unpaid
  from grants_grant g join cases c on c.id = g.mentorship_id
  left join lateral (
    select sum(k.minutes - k.paid_minutes) as minutes from hours_contact k
    where k.municipality_id = %(here)s and k.mentorship_id = g.mentorship_id and k.grant_id = g.id
      and k.state = any(%(confirmed)s) and k.minutes > k.paid_minutes
      and k.starts_at >= %(a_year_ago)s and k.starts_at < %(now)s
      and g.used_minutes * g.hourly_rate / 60 > g.paid_kroner - g.fixed_kroner
  ) work on true
  where g.municipality_id = %(here)s and g.is_current and g.starts_on < %(last)s
    and least(g.ends_before, c.ends) > least(%(first)s, %(on)s - 366) and least(g.ends_before, c.ends) > g.starts_on
), phases as materialized (
  select id, s, e, length, minutes, sum(length) over (partition by id order by place) - length as before
  from (select g.id, g.s, g.e, (each ->> 'weeks')::numeric * 7 as length,
          (each ->> 'minutes_per_week')::numeric as minutes, place
        from grants g cross join lateral jsonb_array_elements(g.plan) with ordinality as phase(each, place)
        where %(ended_too)s or g.e > %(on)s) p
), at as (select unnest(%(days)s::text[])::date as day
), planned as (
  select p.id, a.day,
    div(2 * sum(greatest(0, least(greatest(0, least(a.day, p.e) - p.s) - p.before, p.length)) * p.minutes) + 7, 14)
      as minutes
  from phases p cross join at a group by 1, 2
), priced as (
  select g.*, p.day, case when least(p.day, g.e) > g.s then g.fixed + round(p.minutes * g.rate / 60, 2) else 0 end
      as committed
  from planned p join grants g on g.id = p.id
), known as (
  select p.*,
    max(committed) filter (where p.day = 'infinity') over of_grant as whole,
    max(committed) filter (where p.day = %(on)s) over of_grant as so_far
  from priced p
  window of_grant as (partition by p.id)
), seen as (
  select k.id, k.mentorship_id, k.s, k.e, k.whole, k.day, k.committed,
    case when k.day <= %(on)s then 0 else k.unpaid + round(%(factor)s * least(
      greatest(0, k.whole - k.paid - k.unpaid),
      case when least(k.day, k.e) <= greatest(%(on)s, k.s) then 0
           when %(by_plan)s or %(on)s <= k.s then k.committed - k.so_far
           else round(greatest(0, k.paid + k.unpaid - k.fixed) * (least(k.day, k.e) - %(on)s)
                      / least(%(on)s - k.s, k.e - k.s), 2) end), 2) end as ahead
  from known k
)
"""

_LINES = """
, lines as (
  select mentorship_id,
    sum(case day when %(middle)s then committed when %(first)s then -committed else 0 end) as committed_1,
    sum(case day when %(last)s then committed when %(middle)s then -committed else 0 end) as committed_2,
    sum(case day when %(middle)s then ahead when %(first)s then -ahead else 0 end) as expected_1,
    sum(case day when %(last)s then ahead when %(middle)s then -ahead else 0 end) as expected_2,
    bool_or(s < %(middle)s and e > %(first)s) as runs_1, bool_or(s < %(last)s and e > %(middle)s) as runs_2,
    bool_and(whole = 0) as is_free
  from seen group by 1
), earlier as (
  select id, case when earlier > 0 and least(ends, %(on)s) > starts then
      round(earlier * greatest(0, least(%(middle)s, ends, %(on)s) - starts) / (least(ends, %(on)s) - starts), 2)
    - round(earlier * greatest(0, least(%(first)s, ends, %(on)s) - starts) / (least(ends, %(on)s) - starts), 2)
    else 0 end as this_year
  from cases
)
"""

_OF_EACH = """
select c.id, c.account, coalesce(c.team_id, 0), c.target_group, c.context,
  coalesce(l.committed_1, 0), coalesce(l.committed_2, 0),
  c.this_year + x.this_year, c.next_year,
  coalesce(l.expected_1, 0), coalesce(l.expected_2, 0),
  coalesce(l.runs_1, false)::int, coalesce(l.runs_2, false)::int,
  coalesce(l.runs_1 and l.is_free, false)::int, coalesce(l.runs_2 and l.is_free, false)::int
from cases c join earlier x on x.id = c.id left join lines l on l.mentorship_id = c.id
where l.mentorship_id is not null or c.this_year <> 0 or c.next_year <> 0 or x.this_year <> 0
"""

_BY_GROUP = (
    _LINES
    + """
select c.account, coalesce(c.team_id, 0), c.target_group, c.context,
  coalesce(sum(l.committed_1), 0), coalesce(sum(l.committed_2), 0),
  sum(c.this_year + x.this_year), sum(c.next_year),
  coalesce(sum(l.expected_1), 0), coalesce(sum(l.expected_2), 0),
  count(*) filter (where l.runs_1), count(*) filter (where l.runs_2),
  count(*) filter (where l.runs_1 and l.is_free), count(*) filter (where l.runs_2 and l.is_free)
from cases c join earlier x on x.id = c.id left join lines l on l.mentorship_id = c.id
where l.mentorship_id is not null or c.this_year <> 0 or c.next_year <> 0 or x.this_year <> 0
group by 1, 2, 3, 4
"""
)

_UNTIL = (
    _CASES
    + """
select at.day, coalesce(sum(seen.ahead), 0) + case when at.day > %(on)s
    then coalesce((select sum(unpaid) from grants where e <= %(on)s), 0) else 0 end
from at left join seen on seen.day = at.day where at.day = any(%(asked)s) group by 1 order by 1
"""
)

_OLD = """
select coalesce(sum(round(work.minutes * g.hourly_rate / 60, 2)), 0)
from grants_grant g cross join lateral (
  select sum(k.minutes - k.paid_minutes) as minutes from hours_contact k
  where k.municipality_id = %(here)s and k.mentorship_id = g.mentorship_id and k.grant_id = g.id
    and k.state = any(%(confirmed)s) and k.minutes > k.paid_minutes and k.starts_at < %(a_year_ago)s
) work
where g.municipality_id = %(here)s and g.starts_on < %(a_year_ago)s
  and g.used_minutes * g.hourly_rate / 60 > g.paid_kroner - g.fixed_kroner
"""


@dataclass(frozen=True)
class Group:
    """Mentorships alike in all that a budget is split by, with this year's and next year's figures."""

    account: str
    team_id: int
    target_group: str
    context: str
    years: tuple[Figures, Figures]


@dataclass(frozen=True)
class Seen:
    """From where and how one looks: the municipality, the day, the method, and what what-if multiplies by."""

    municipality_id: int
    on: date
    method: Method = Method.BY_PLAN
    factor: Decimal = Decimal(1)


def groups(seen: Seen, *, first_year: int) -> list[Group]:
    """The figures of a year and the next by group, in one question to the database."""
    return [_group(row) for row in _asked(_CASES + _BY_GROUP, _two_years(seen, first_year))]


def cases(seen: Seen, *, first_year: int) -> dict[int, Group]:
    """The same figures for each mentorship by itself: a group of one. Together they are ``groups``."""
    return {
        row[0]: _group(row[1:]) for row in _asked(_CASES + _LINES + _OF_EACH, _two_years(seen, first_year))
    }


def _two_years(seen: Seen, first_year: int) -> dict[str, Any]:
    first, middle, last = (date(first_year + step, 1, 1) for step in range(3))
    return _given(seen, [first, middle, last]) | {"first": first, "middle": middle, "last": last}


def _group(row: Sequence[Any]) -> Group:
    """From account, team, target group and context, and each figure of the year and of the next."""
    this, following = (Figures(*row[4 + step :: 2]) for step in range(2))
    return Group(row[0], row[1], row[2], row[3], (this, following))


def expected_until(seen: Seen, days: Sequence[date]) -> dict[date, Decimal]:
    """Kroner still to be paid for work up to each of these days, over all mentorships."""
    first, last = min(days), max(days) + timedelta(days=1)
    given = _given(seen, days) | {
        "first": first,
        "middle": first,
        "last": last,
        "asked": list(days),
        "ended_too": False,
    }
    found = dict(_asked(_UNTIL, given))
    return {day: found.get(day, ZERO) for day in days}


def never_asked_for(seen: Seen) -> Decimal:
    """Kroner of work confirmed more than a year ago that nobody was ever paid for; no forecast counts it."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD, {"here": seen.municipality_id, "confirmed": _confirmed(), **_edges(seen.on)})
        return Decimal(cursor.fetchone()[0])


def _asked(question: str, given: dict[str, Any]) -> list[Any]:
    """The rows of a question over a whole municipality.

    Behind row-level security the planner expects a single row of each table and would join by comparing every row with
    every other; joins by hash are asked for as long as the question lasts.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local enable_nestloop = off; set local jit = off")
        cursor.execute(question, given)
        rows: list[Any] = cursor.fetchall()
        cursor.execute("set local enable_nestloop = on")
        return rows


def _given(seen: Seen, days: Sequence[date]) -> dict[str, Any]:
    return {
        "here": seen.municipality_id,
        "on": seen.on,
        "by_plan": seen.method is Method.BY_PLAN,
        "factor": seen.factor,
        "confirmed": _confirmed(),
        "ended_too": True,
        "days": [*{day.isoformat() for day in (*days, seen.on)}, "infinity"],
        **_edges(seen.on),
    }


def _edges(on: date) -> dict[str, Any]:
    """The instants between which confirmed work is expected to be paid."""
    return {"now": day_start(on), "a_year_ago": day_start(on - OLD_WORK)}


def _confirmed() -> list[str]:
    return [state.value for state in PAYABLE]
