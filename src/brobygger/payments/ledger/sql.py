"""What the database itself guards in the ledger: balance at commit, nothing changed, and the sides of accounts."""

from __future__ import annotations

from collections.abc import Iterable

from brobygger.payment.ledger import ACCOUNTS, Account, Book, Dimension


def _listed(accounts: Iterable[Account]) -> str:
    return ", ".join(f"'{account.value}'" for account in accounts)


def _in_book(book: Book) -> str:
    return _listed(account for account, rule in ACCOUNTS.items() if rule.book is book)


def _kept_by(dimension: Dimension) -> str:
    return _listed(account for account, rule in ACCOUNTS.items() if rule.by is dimension)


KEY = f"""case
         when e.account in ({_kept_by(Dimension.MENTORSHIP)}) then t.mentorship_id::text
         when e.account in ({_kept_by(Dimension.LINE)}) then t.line_id::text
         else t.supplier end"""
"""What the balance of an entry ``e`` of a transaction ``t`` is kept for."""

MOVED = f"""select e.municipality_id, e.account, {KEY} as key, sum(e.amount) as amount
      from added e
      join payments_ledgertransaction t on t.municipality_id = e.municipality_id and t.id = e.transaction_id
     where e.account not in ({_kept_by(Dimension.NONE)})
     group by 1, 2, 3"""

# Both look with the owner's eyes: at commit the one who acts may be a citizen, who sees no row of the ledger.
FUNCTIONS = f"""
create or replace function ledger_must_balance() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare
  wanted bigint := (case when tg_table_name = 'payments_ledgerentry' then to_jsonb(new)->>'transaction_id'
                         else to_jsonb(new)->>'id' end)::bigint;
  found record;
begin
  select t.key, t.size, count(e.id) as entries,
         coalesce(sum(e.amount) filter (where e.account in ({_in_book(Book.BUDGET)})), 0) as budget,
         coalesce(sum(e.amount) filter (where e.account in ({_in_book(Book.CLAIMS)})), 0) as claims,
         coalesce(sum(e.amount) filter (where e.account in ({_in_book(Book.FINANCE)})), 0) as finance
    into found
    from payments_ledgertransaction t
    left join payments_ledgerentry e on e.municipality_id = t.municipality_id and e.transaction_id = t.id
   where t.municipality_id = new.municipality_id and t.id = wanted
   group by t.key, t.size;
  if found.key is null or found.entries < 2 or found.entries <> found.size
     or found.budget <> 0 or found.claims <> 0 or found.finance <> 0 then
    raise exception 'ledger transaction % does not balance', found.key
      using errcode = 'check_violation', constraint = 'ledger_must_balance';
  end if;
  return null;
end $$;
create or replace function ledger_add_to_balances() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
declare
  moved record;
begin
  for moved in {MOVED} having sum(e.amount) <> 0
             order by 1, 2, 3 loop  -- in order: two at once never wait for each other
    update payments_ledgerbalance b set amount = b.amount + moved.amount
     where b.municipality_id = moved.municipality_id and b.account = moved.account and b.key = moved.key;
    if not found then
      insert into payments_ledgerbalance as b (municipality_id, account, key, amount)
      values (moved.municipality_id, moved.account, moved.key, moved.amount)
      on conflict (municipality_id, account, key) do update set amount = b.amount + excluded.amount;
    end if;
  end loop;
  return null;
end $$;
create or replace function ledger_never_changes() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is only added to'
    using errcode = 'check_violation', constraint = 'ledger_never_changes';
end $$;
"""

TRIGGERS = """
create constraint trigger ledger_must_balance after insert on payments_ledgertransaction
  deferrable initially deferred for each row execute function ledger_must_balance();
create constraint trigger ledger_must_balance after insert on payments_ledgerentry
  deferrable initially deferred for each row execute function ledger_must_balance();
create trigger ledger_add_to_balances after insert on payments_ledgerentry
  referencing new table as added for each statement execute function ledger_add_to_balances();
create trigger ledger_never_changes before update or delete on payments_ledgertransaction
  for each statement execute function ledger_never_changes();
create trigger ledger_never_changes before update or delete on payments_ledgerentry
  for each statement execute function ledger_never_changes();
"""

DROP = """
drop trigger ledger_must_balance on payments_ledgertransaction;
drop trigger ledger_must_balance on payments_ledgerentry;
drop trigger ledger_add_to_balances on payments_ledgerentry;
drop trigger ledger_never_changes on payments_ledgertransaction;
drop trigger ledger_never_changes on payments_ledgerentry;
drop function ledger_must_balance();
drop function ledger_add_to_balances();
drop function ledger_never_changes();
"""
