"""How the work was done in a period: as much of it as is shared, in whole per cent and days."""

from __future__ import annotations

from typing import Any

from django.db import connection

from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.payments.budget.selectors import RIGHT_AND_DUTY
from brobygger.values.moment import day_start
from brobygger.values.period import Period

_CONFIRMED = """
select count(distinct mentorship_id),
 round(100.0 * sum(minutes) filter (where state in ('CONFIRMED', 'ACCEPTED')) / nullif(sum(minutes), 0))
from hours_contact
where municipality_id = %(municipality)s and starts_at >= %(begins)s and starts_at < %(stops)s
 and minutes > 0 and state not in ('SUPERSEDED', 'WITHDRAWN')"""
_FOLLOWED_UP = """
select count(distinct mentorship_id), round(100.0 * count(done_on) / nullif(count(*), 0))
from followups_followup
where municipality_id = %(municipality)s and due_on >= %(first)s and due_on < %(end)s and cancelled_at is null"""
_RIGHT_AND_DUTY = """
select count(distinct c.mentorship_id),
 round(100.0 * sum(c.minutes * g.hourly_rate) filter (where m.context = %(alone)s)
  / nullif(sum(c.minutes * g.hourly_rate), 0))
from hours_contact c
join grants_grant g on g.municipality_id = c.municipality_id and g.id = c.grant_id
join mentorships_mentorship m on m.municipality_id = c.municipality_id and m.id = c.mentorship_id
where c.municipality_id = %(municipality)s and c.starts_at >= %(begins)s and c.starts_at < %(stops)s
 and c.state in ('CONFIRMED', 'ACCEPTED')"""
_DAYS_TO_START = """
select count(*), percentile_disc(0.5) within group (order by greatest(met_on - made_on, 0))
from (
 select (m.created_at at time zone 'Europe/Copenhagen')::date as made_on,
  (min(c.starts_at) at time zone 'Europe/Copenhagen')::date as met_on
 from mentorships_mentorship m
 join hours_contact c on c.municipality_id = m.municipality_id and c.mentorship_id = m.id
  and c.state in ('CONFIRMED', 'ACCEPTED') and c.minutes > 0
 where m.municipality_id = %(municipality)s
 group by m.id, m.created_at
 having min(c.starts_at) >= %(begins)s and min(c.starts_at) < %(stops)s
) started"""
_MEASURES = {
    "confirmed": _CONFIRMED,
    "followed_up": _FOLLOWED_UP,
    "right_and_duty": _RIGHT_AND_DUTY,
    "days_to_start": _DAYS_TO_START,
}


def process_in(municipality_id: int, period: Period) -> dict[str, Any]:
    """Per cent of registered minutes that were confirmed, of follow-ups that were done and of the confirmed hours'
    price that went to right-and-duty mentors (the budget's definition), and the middle number of days from a mentorship
    was made to its first confirmed meeting; None for each that is about too few mentorships.
    """
    assert period.end is not None
    named: dict[str, Any] = {
        "municipality": municipality_id,
        "first": period.start,
        "end": period.end,
        "alone": RIGHT_AND_DUTY,
        "begins": day_start(period.start),
        "stops": day_start(period.end),
    }
    found: dict[str, Any] = {}
    for name, statement in _MEASURES.items():
        with connection.cursor() as cursor:
            cursor.execute(statement, named)
            people, value = cursor.fetchone()
        found[name] = int(value) if value is not None and people >= FEWEST_PEOPLE else None
    return found
