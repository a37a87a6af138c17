"""A meeting with two citizens at once (fælles møde), so that the shared mentor's and citizens' pages show one."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from brobygger.followups.plan import is_working_day
from brobygger.values.moment import instant
from brobygger.values.period import ONE_DAY

BEGINS, EACH, CITIZENS = time(18, 0), timedelta(minutes=45), 2
"""After the windows of all other meetings of the demonstration; the time is shared out equally."""

_OWN = """
select m.id as mentorship_id, m.municipality_id, m.mentor_id, m.citizen_id, n.identity, g.id as grant_id,
       u.id as user_id, row_number() over (order by c.id is null, m.id) - 1 as place
  from accounts_user u
  join people_mentor n on n.id = u.person_id and n.municipality_id = u.municipality_id
  join mentorships_mentorship m on m.mentor_id = n.id and m.status = 'ACTIVE'
  join grants_grant g on g.mentorship_id = m.id and g.is_current and g.starts_on <= %(day)s and g.ends_before > %(day)s
   and g.minutes - g.used_minutes >= %(minutes)s
  left join accounts_user c on c.username = 'borger' and c.person_id = m.citizen_id
 where u.username = 'mentor' order by c.id is null, m.id limit %(citizens)s
"""
_CONTACTS = f"""
with own as ({_OWN}), meeting as (select gen_random_uuid() as id where (select count(*) from own) = %(citizens)s)
insert into hours_contact
  (municipality_id, public_id, mentorship_id, grant_id, mentor_id, citizen_id, mentor_identity, kind, starts_at,
   ends_at, minutes, paid_minutes, note, done_by_whom, state, correction_reason, registered_at, registered_by_id,
   shared_id, shared_starts_at, shared_ends_at, shared_among)
select municipality_id, gen_random_uuid(), mentorship_id, grant_id, mentor_id, citizen_id, identity, 'FACE_TO_FACE',
       %(at)s + place * %(each)s, %(at)s + (place + 1) * %(each)s, %(minutes)s, 0, 'Lavede mad og talte om ugen.',
       'TOGETHER', 'REGISTERED', '', %(at)s + %(citizens)s * %(each)s, user_id, meeting.id, %(at)s,
       %(at)s + %(citizens)s * %(each)s, %(citizens)s
  from own, meeting returning grant_id
"""
_USED = "update grants_grant set used_minutes = used_minutes + %(minutes)s where id = any(%(grants)s)"


def make(cursor: Any, today: date) -> None:
    """On the last working day before ``today``, the shared citizen among them; nothing with one citizen only."""
    day = today - ONE_DAY
    while not is_working_day(day):
        day -= ONE_DAY
    minutes = int(EACH.total_seconds()) // 60
    told = {"day": day, "at": instant(day, BEGINS), "each": EACH, "minutes": minutes, "citizens": CITIZENS}
    cursor.execute(_CONTACTS, told)
    grants = [row[0] for row in cursor.fetchall()]
    cursor.execute(_USED, {"minutes": minutes, "grants": grants})
