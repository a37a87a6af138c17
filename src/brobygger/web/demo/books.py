"""The books of the demonstration: what stood when they began, and something that waits for finance."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from brobygger.payments.ledger.opening import open_books, open_budgets
from brobygger.values.moment import instant

# The shared login approves, so somebody else has asked: a second clerk, who does not sign in.
_CLERK = """
insert into accounts_user
  (municipality_id, public_id, username, name, title, email, phone, roles, password, is_active, failed_logins)
select m.id, gen_random_uuid(), 'bogholder.' || m.code, 'Bente Bogø', 'Økonomi',
       '', '', array['FINANCE'], '!', true, 0
  from accounts_municipality m where exists (select 1 from payments_payment p where p.municipality_id = m.id)
"""

# A claim that waits, on the newest paid line of each municipality that has clerks and payments.
_CLAIM = """
insert into payments_clawback
  (municipality_id, public_id, line_id, mentorship_id, amount, vat, reason, state, requested_at, requested_by_id,
   decision_note, received)
select distinct on (l.municipality_id) l.municipality_id, gen_random_uuid(), l.id, l.mentorship_id, p.amount, p.vat,
       'Timerne er betalt på to fakturaer (eksempel).', 'REQUESTED', %(at)s, u.id, '', 0
  from payments_invoiceline l
  join payments_payment p on p.line_id = l.id
  join accounts_municipality m on m.id = l.municipality_id
  join accounts_user u on u.username = 'bogholder.' || m.code
 where p.amount > 0 order by l.municipality_id, l.id desc
"""

_ANSWER = """
insert into payments_payeranswer (municipality_id, public_id, name, sha256, content, received_at, received_by_id)
select f.municipality_id, gen_random_uuid(), 'eksempel-kvittering.csv', sha256(f.public_id::text::bytea), ''::bytea,
       %(at)s, f.made_by_id
  from payments_ledgerfile f
 where f.number = (select max(n.number) from payments_ledgerfile n where n.municipality_id = f.municipality_id)
"""

# Two differences: a payment that is told of twice, and one that nobody has sent.
_DIFFERENCES = """
insert into payments_payeranswerline
  (municipality_id, public_id, answer_id, position, reference, amount, paid_on, status, payment_id, expected,
   difference, close_reason)
select a.municipality_id, gen_random_uuid(), a.id, place, reference, amount, %(day)s, status, payment_id, expected,
       difference, ''
  from payments_payeranswer a
  join lateral (
    (select 1 as place, f.number || '-1' as reference, p.amount + p.vat as amount, 'PAID' as status,
            p.id as payment_id, p.amount + p.vat as expected, 'TWICE' as difference
       from payments_payment p join payments_ledgerfile f on f.id = p.exported_in_id
      where p.municipality_id = a.municipality_id order by f.number desc, p.id limit 1)
    union all select 2, '999-1', 1250.00, 'PAID', null, null, 'UNKNOWN') told on true
"""


def make(cursor: Any, today: date) -> None:
    """Set-based, for all municipalities at once."""
    at: datetime = instant(today, time(7, 30))
    open_books(cursor, day=today, at=at)
    open_budgets(cursor, day=today, at=at)
    told = {"day": today, "at": at}
    for statement in (_CLERK, _CLAIM, _ANSWER, _DIFFERENCES):
        cursor.execute(statement, told)
