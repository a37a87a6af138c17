"""What stood when the ledger began: one transaction for each mentorship and each invoice line, made in the database.

Run by the owner of the tables, for municipalities whose books are empty: after a demonstration is loaded, and when an
installation gets the ledger. Payments that a file carries are taken to be paid out.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

from brobygger.payment.ledger import ACCOUNTS, Book
from brobygger.payments.ledger.sql import MOVED


class Cursor(Protocol):
    """Django's cursor or psycopg's own."""

    def execute(self, sql: Any, params: Any = None) -> Any: ...
    def fetchone(self) -> Any: ...


_EMPTY = """
create temp table opening_town on commit drop as
select m.id from accounts_municipality m
 where not exists (select 1 from payments_ledgertransaction t where t.municipality_id = m.id)
"""

_CASES = """
create temp table opening_case on commit drop as
with confirmed as (
  select k.municipality_id, k.grant_id, sum(k.minutes) as minutes
    from hours_contact k where k.state in ('CONFIRMED', 'ACCEPTED') and k.minutes > 0 group by 1, 2),
agreed as (
  select distinct a.municipality_id, a.grant_id from grants_agreement a where a.completed_at is not null),
granted as (
  select g.municipality_id, g.mentorship_id, sum(g.paid_kroner) as paid,
         sum(round(coalesce(c.minutes, 0) * g.hourly_rate / 60, 2)) as worth,
         sum(case when not (a.grant_id is not null or g.used_minutes > 0 or g.paid_kroner > 0) then 0
                  when g.is_current and m.status <> 'ENDED' then g.kroner
                  else greatest(round(g.used_minutes * g.hourly_rate / 60, 2), g.paid_kroner) end) as reserved,
         sum(case when a.grant_id is null and g.used_minutes = 0 and g.paid_kroner = 0
                   and g.is_current and m.status <> 'ENDED' then g.kroner else 0 end) as waiting
    from grants_grant g
    join opening_town o on o.id = g.municipality_id
    join mentorships_mentorship m on m.id = g.mentorship_id
    left join confirmed c on c.municipality_id = g.municipality_id and c.grant_id = g.id
    left join agreed a on a.municipality_id = g.municipality_id and a.grant_id = g.id
   group by 1, 2),
paid as (
  select p.municipality_id, p.mentorship_id,
         coalesce(sum(p.amount) filter (where p.amount > 0), 0) as by_line,
         coalesce(-sum(p.amount) filter (where p.amount < 0), 0) as credited,
         coalesce(-sum(p.vat) filter (where p.amount < 0), 0) as credited_vat,
         coalesce(sum(p.amount) filter (where p.amount > 0 and l.reason_code = 'TRAINING'), 0) as training
    from payments_payment p join payments_invoiceline l on l.id = p.line_id group by 1, 2),
together as (
  select g.*, coalesce(p.by_line, 0) as by_line, coalesce(p.credited, 0) as credited,
         coalesce(p.credited_vat, 0) as credited_vat,
         greatest(g.worth + coalesce(p.training, 0), g.paid + coalesce(p.credited, 0), coalesce(p.by_line, 0)) as used
    from granted g left join paid p on p.municipality_id = g.municipality_id and p.mentorship_id = g.mentorship_id)
select municipality_id, mentorship_id, waiting, used, credited, credited_vat,
       greatest(reserved - used, 0) as committed,
       greatest(paid + credited - by_line, 0) as paid_before
  from together
"""

_LINES = """
create temp table opening_line on commit drop as
select l.municipality_id, l.id as line_id, case when p.id is not null then l.mentorship_id end as mentorship_id,
       i.supplier_cvr, coalesce(p.amount, l.amount) as claimed, coalesce(p.vat, 0) as vat, p.id is not null as paid,
       l.state = 'REFUSED' as refused,
       case when c.credited_vat > 0 then greatest(0, least(coalesce(p.vat, 0), c.credited_vat - coalesce(sum(p.vat)
         over (partition by l.municipality_id, l.mentorship_id order by l.id desc
               rows between unbounded preceding and 1 preceding), 0))) else 0 end as vat_back,
       p.exported_in_id is not null as paid_out
  from payments_invoiceline l
  join opening_town o on o.id = l.municipality_id
  join payments_invoice i on i.id = l.invoice_id
  left join payments_payment p on p.line_id = l.id
  left join opening_case c on c.municipality_id = l.municipality_id and c.mentorship_id = l.mentorship_id
       and p.id is not null
 where i.kind = 'INVOICE' and coalesce(p.amount, l.amount) > 0
"""

_CASE_ENTRIES = """(values ('GRANTED', o.waiting), ('COMMITTED', o.committed), ('USED', o.used),
  ('FREE', -o.waiting - o.committed - o.used), ('COST', o.used), ('ACCRUED', o.paid_before - o.used),
  ('BANK', -o.paid_before)) v(account, amount)"""

_CREDIT_ENTRIES = """(values ('COST', -o.credited), ('BANK', o.credited), ('USED', -o.credited), ('FREE', o.credited))
  v(account, amount)"""

_LINE_ENTRIES = """(values ('CLAIMED', -o.claimed),
  (case when o.paid then 'LINE_PAID' when o.refused then 'LINE_REFUSED' else 'LINE_WAITING' end, o.claimed),
  ('ACCRUED', case when o.paid then o.claimed else 0 end), ('VAT', case when o.paid then o.vat - o.vat_back else 0 end),
  ('BANK', o.vat_back - case when o.paid and o.paid_out then o.claimed + o.vat else 0 end),
  ('SUPPLIER', case when o.paid and not o.paid_out then -o.claimed - o.vat else 0 end))
  v(account, amount)"""


def _transactions(source: str, entries: str, *, act: str, key: str, about: str) -> str:
    return f"""
insert into payments_ledgertransaction
  (municipality_id, key, day, act, size, mentorship_id, line_id, supplier, posted_at)
select o.municipality_id, {key}, %(day)s, '{act}',
       (select count(*) from {entries} where v.amount <> 0), {about}, %(at)s
  from {source} o where exists (select 1 from {entries} where v.amount <> 0)"""


def _entries(source: str, entries: str, *, key: str) -> str:
    return f"""
insert into payments_ledgerentry (municipality_id, transaction_id, account, amount)
select t.municipality_id, t.id, v.account, v.amount
  from {source} o
  join payments_ledgertransaction t on t.municipality_id = o.municipality_id and t.key = {key}
 cross join lateral {entries} where v.amount <> 0"""


_OPENED = MOVED.replace(
    "from added e", "from payments_ledgerentry e join opening_town o on o.id = e.municipality_id"
)
_BALANCES = f"""
insert into payments_ledgerbalance (municipality_id, account, key, amount)
select * from ({_OPENED}) moved
 where amount <> 0"""

_WRONG = """
select count(*) from (
  select e.transaction_id from payments_ledgerentry e join opening_town o on o.id = e.municipality_id
   group by 1 having {sums}) wrong""".format(
    sums=" or ".join(
        "sum(e.amount) filter (where e.account in ({})) <> 0".format(
            ", ".join(f"'{account}'" for account, rule in ACCOUNTS.items() if rule.book is book)
        )
        for book in Book
    )
)

_CASE_KEY = "'opening:case:' || o.mentorship_id"
_CREDIT_KEY = "'opening:credit:' || o.mentorship_id"
_LINE_KEY = "'opening:line:' || o.line_id"
_OF_CASE, _OF_LINE = "o.mentorship_id, null, ''", "o.mentorship_id, o.line_id, o.supplier_cvr"
_CREDITED = "(select * from opening_case where credited > 0)"
_PARTS = (
    ("opening_case", _CASE_ENTRIES, "OPENING", _CASE_KEY, _OF_CASE),
    (_CREDITED, _CREDIT_ENTRIES, "CREDIT", _CREDIT_KEY, _OF_CASE),
    ("opening_line", _LINE_ENTRIES, "OPENING", _LINE_KEY, _OF_LINE),
)
_BUDGETS = """
create temp table opening_budget on commit drop as
select b.municipality_id, b.year, b.amount
  from (select distinct on (municipality_id, year) municipality_id, year, amount
          from payments_budgetrow where dimension = 'WHOLE' order by municipality_id, year, id desc) b
 where b.amount > 0 and not exists (
   select 1 from payments_ledgertransaction t where t.municipality_id = b.municipality_id and t.act = 'BUDGET'
      and (t.key = 'opening:budget:' || b.year or t.key like 'budget:' || b.year || ':%%'))
"""
_BUDGET_ENTRIES = "(values ('FREE', o.amount), ('BUDGET', -o.amount)) v(account, amount)"
_BUDGET_KEY = "'opening:budget:' || o.year"
_TABLES = ("payments_ledgertransaction", "payments_ledgerentry")
_READ = (
    "accounts_municipality", "mentorships_mentorship", "grants_grant", "grants_agreement", "hours_contact",
    "payments_invoice", "payments_invoiceline", "payments_payment",
)  # fmt: skip


def open_books(cursor: Cursor, *, day: date, at: datetime) -> None:
    """Writes the opening transactions, in the caller's transaction.

    Row by row the guards would take minutes for a whole country: they are set aside, and what they guard is asked of
    all rows at once. Raises RuntimeError where anything does not add up.
    """
    cursor.execute("set constraints all immediate")  # what waits from before would stop the altering
    for table in _TABLES:
        cursor.execute(f"alter table {table} disable trigger user")
    for table in _READ:
        cursor.execute(
            f"analyze {table}"
        )  # rows just loaded are unknown to the planner, which would join in loops
    for statement in (_EMPTY, _CASES, _LINES):
        cursor.execute(statement)
    cursor.execute("analyze opening_case, opening_line")
    for source, entries, act, key, about in _PARTS:
        made = _transactions(source, entries, act=act, key=key, about=about)
        cursor.execute(made, {"day": day, "at": at})
        cursor.execute("analyze payments_ledgertransaction")
        cursor.execute(_entries(source, entries, key=key))
    cursor.execute(_BALANCES)
    cursor.execute(_WRONG)
    if wrong := cursor.fetchone()[0]:
        raise RuntimeError(f"{wrong} opening transactions do not balance.")
    cursor.execute("set constraints all immediate")
    for table in _TABLES:
        cursor.execute(f"alter table {table} enable trigger user")
    for temporary in ("opening_line", "opening_case", "opening_town"):
        cursor.execute(f"drop table {temporary}")
    cursor.execute("set constraints all deferred")


def open_budgets(cursor: Cursor, *, day: date, at: datetime) -> None:
    """Books the whole budgets that were set before the ledger knew of them; doing it again books nothing."""
    told = {"day": day, "at": at}
    cursor.execute(_BUDGETS, told)
    made = _transactions(
        "opening_budget", _BUDGET_ENTRIES, act="BUDGET", key=_BUDGET_KEY, about="null, null, ''"
    )
    cursor.execute(made, told)
    cursor.execute(_entries("opening_budget", _BUDGET_ENTRIES, key=_BUDGET_KEY))
    cursor.execute("set constraints all immediate")
    cursor.execute("drop table opening_budget")
    cursor.execute("set constraints all deferred")
