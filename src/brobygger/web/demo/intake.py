"""A month that the demonstration's own company has handed in; its page has the rest from hours and invoices."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from brobygger.values.moment import day_start, instant
from brobygger.values.period import add_months

# Only for companies whose contact can sign in, so that it costs the same in a town and in the whole country.
_STATEMENTS = """
insert into payments_monthstatement
  (municipality_id, public_id, organisation_id, month, version, minutes, amount, lines, handed_in_at, handed_in_by_id)
select municipality_id, gen_random_uuid(), organisation_id, %(month)s, 1, sum(minutes), sum(amount),
       jsonb_agg(jsonb_build_object('code', code, 'mentor', mentor, 'minutes', minutes, 'amount', amount::text)
                 order by code, mentor), %(at)s, user_id
  from (
    select u.municipality_id, o.id as organisation_id, u.id as user_id, s.code, m.name as mentor,
           sum(k.minutes) as minutes, round(sum(k.minutes * g.hourly_rate) / 60, 2) as amount
      from accounts_user u
      join organisations_organisation o on o.id = u.person_id and o.municipality_id = u.municipality_id and o.cvr <> ''
      join people_mentor m on m.municipality_id = o.municipality_id and m.organisation_id = o.id
      join hours_contact k on k.municipality_id = m.municipality_id and k.mentor_id = m.id
       and k.starts_at >= %(from)s and k.starts_at < %(until)s and k.state in ('CONFIRMED', 'ACCEPTED')
      join grants_grant g on g.id = k.grant_id
      join mentorships_mentorship s on s.id = k.mentorship_id
     where u.roles = '{COMPANY}'
     group by 1, 2, 3, 4, 5) own
 group by municipality_id, organisation_id, user_id
"""


def make(cursor: Any, today: date) -> None:
    """The month before the last one: the last is for the visitor to hand in."""
    this_month = today.replace(day=1)
    month = add_months(this_month, -2)
    at: datetime = instant(add_months(this_month, -1), time(9, 0))
    told = {
        "month": month,
        "at": at,
        "from": day_start(month),
        "until": day_start(add_months(this_month, -1)),
    }
    cursor.execute(_STATEMENTS, told)
