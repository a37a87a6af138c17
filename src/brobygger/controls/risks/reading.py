"""Reads what the signs need from PostgreSQL, one mentor at a time, so that memory holds one mentor and not a town."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.utils.crypto import salted_hmac

from brobygger import einvoice
from brobygger.review.signs import (
    Answer,
    Billed,
    Clash,
    Limits,
    Meeting,
    Phase,
    Plans,
    Study,
    holidays_between,
)
from brobygger.review.signs.facts import Sign
from brobygger.values.moment import day_start

Row = TypeVar("Row", bound=tuple[Any, ...])
AT_A_TIME = 20_000
NEMKONTO = "NemKonto"

_DAY = "((k.starts_at at time zone 'Europe/Copenhagen')::date - date '0001-01-01') + 1"
_LIVE = "k.state in ('REGISTERED', 'CONFIRMED', 'DISPUTED', 'ACCEPTED')"
_WINDOW = "k.municipality_id = %(here)s and k.starts_at >= %(first)s and k.starts_at < %(end)s"
_MEETING = f"""
select k.id, k.mentor_id, k.mentorship_id, k.citizen_id, coalesce(m.organisation_id, 0),
  case k.kind when 'FACE_TO_FACE' then 0 when 'TELEPHONE' then 1 when 'VIDEO' then 1 else 2 end,
  floor(extract(epoch from k.starts_at) / 60)::bigint, floor(extract(epoch from k.ends_at) / 60)::bigint, {_DAY},
  (extract(hour from k.starts_at at time zone 'Europe/Copenhagen') * 60
    + extract(minute from k.starts_at at time zone 'Europe/Copenhagen'))::int, k.minutes
  from hours_contact k
  join mentorships_mentorship m on m.municipality_id = k.municipality_id and m.id = k.mentorship_id
 where {_WINDOW} and {_LIVE}"""
MEETINGS = _MEETING + " order by k.mentor_id, k.starts_at"
SHARED_CITIZENS = f"""{_MEETING} and k.citizen_id in (
  select k.citizen_id from hours_contact k where {_WINDOW} and {_LIVE}
   group by k.citizen_id having count(distinct k.mentor_id) > 1)
 order by k.citizen_id, k.starts_at"""
ANSWERS = f"""
select k.id, k.mentor_id, k.mentorship_id, k.citizen_id, {_DAY}, floor(extract(epoch from a.at))::bigint,
  floor(extract(epoch from k.registered_at))::bigint, a.answer = 'NO', a.strength = 'STAFF_NOTE',
  case a.answer when 'NO' then a.reason else '' end,
  coalesce(('x' || left(nullif(a.device_hash, ''), 16))::bit(64)::bigint, 0)
  from hours_contact k
  join hours_confirmation a on a.municipality_id = k.municipality_id and a.contact_id = k.id
   and a.answer in ('YES', 'NO')
 where {_WINDOW}
 order by k.mentor_id, a.at"""
CLASHES = """
select c.contact_id, k.mentor_id, k.mentorship_id, c.is_overlap
  from sec.own_clashes(%(first)s, %(end)s) c join hours_contact k on k.id = c.contact_id
 order by k.mentor_id, k.starts_at"""
PHASES = """
select g.mentorship_id, g.starts_on, g.ends_before, g.plan from grants_grant g
 where g.municipality_id = %(here)s and g.ends_before > %(first_day)s and g.starts_on <= %(on)s
 order by g.mentorship_id, g.starts_on"""
BILLS = """
select i.id, i.supplier_cvr, l.mentorship_id, (i.issued_on - date '0001-01-01') + 1, sum(l.claimed_minutes)::bigint,
  (select coalesce(sum(k.minutes), 0) from hours_contact k
    where k.municipality_id = i.municipality_id and k.mentorship_id = l.mentorship_id
      and k.state in ('REGISTERED', 'CONFIRMED', 'DISPUTED', 'ACCEPTED')
      and k.starts_at >= coalesce(min(l.period_start), i.period_start, date '2003-01-01')::timestamp
            at time zone 'Europe/Copenhagen'
      and k.starts_at < (least(coalesce(max(l.period_end), i.period_end, i.issued_on), i.issued_on) + 1)::timestamp
            at time zone 'Europe/Copenhagen')::bigint
  from payments_invoice i
  join payments_invoiceline l on l.municipality_id = i.municipality_id and l.invoice_id = i.id
 where i.municipality_id = %(here)s and i.kind = 'INVOICE' and i.state <> 'REJECTED'
   and i.issued_on >= %(first_day)s and i.issued_on <= %(on)s
   and l.mentorship_id is not null and l.claimed_minutes > 0
 group by i.id, l.mentorship_id"""
NEWEST_INVOICES = """
select distinct on (i.supplier_cvr) i.supplier_cvr, i.id, i.content from payments_invoice i
 where i.municipality_id = %(here)s and i.received_at >= %(first)s and i.received_at < %(end)s
 order by i.supplier_cvr, i.received_at desc"""


class Window(NamedTuple):
    """The municipality and the days looked at: from ``first`` up to and with ``on``."""

    municipality_id: int
    first: date
    on: date

    @property
    def values(self) -> dict[str, Any]:
        return {
            "here": self.municipality_id,
            "first": day_start(self.first),
            "end": day_start(self.on + timedelta(days=1)),
            "first_day": self.first,
            "on": self.on,
        }


def signs_of(municipality_id: int, on: date, limits: Limits) -> list[Sign]:
    """All signs in the municipality's contacts and invoices up to and with ``on``.

    Needs a transaction that acts for the municipality's staff, with time enough: a large town takes a minute.
    """
    window = Window(municipality_id, on - timedelta(days=limits.window_days), on)
    study = Study(limits, _plans(window), holidays_between(window.first.year, on.year))
    clashes: dict[int, list[Clash]] = defaultdict(list)
    for clash in _rows(CLASHES, window, Clash):
        clashes[clash.mentor].append(clash)
    mentor_of: Callable[[Any], int] = attrgetter("mentor")
    groups = _side_by_side(
        groupby(_rows(MEETINGS, window, Meeting), mentor_of),
        groupby(_rows(ANSWERS, window, Answer), mentor_of),
    )
    for mentor, meetings, answers in groups:
        study.add_mentor(mentor, meetings, answers, clashes.get(mentor, ()))
    for citizen, met in groupby(_rows(SHARED_CITIZENS, window, Meeting), attrgetter("citizen")):
        study.add_citizen(citizen, list(met))
    study.add_bills(_rows(BILLS, window, Billed))
    study.add_accounts(_accounts(window))
    return study.signs()


def _rows(statement: str, window: Window, made: Callable[..., Row]) -> Iterator[Row]:
    """Row by row from a cursor in the database, so that nothing is held but what is looked at."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, window.values)
        while rows := cursor.fetchmany(AT_A_TIME):
            for row in rows:
                yield made(*row)


def _side_by_side(
    meetings: Iterator[tuple[int, Iterable[Meeting]]], answers: Iterator[tuple[int, Iterable[Answer]]]
) -> Iterator[tuple[int, Sequence[Meeting], Sequence[Answer]]]:
    """Both streams come in order of the mentor; a mentor may be in only one of them."""
    nobody: tuple[None, tuple[()]] = (None, ())
    met, said = next(meetings, nobody), next(answers, nobody)
    while met[0] is not None or said[0] is not None:
        mentor = min(each for each in (met[0], said[0]) if each is not None)
        held: list[Meeting] = []
        told: list[Answer] = []
        if met[0] == mentor:
            held = list(met[1])
            met = next(meetings, nobody)
        if said[0] == mentor:
            told = list(said[1])
            said = next(answers, nobody)
        yield mentor, held, told


def _plans(window: Window) -> Plans:
    """The weeks of each grant's plan, one after another from its first day."""
    phases: dict[int, list[Phase]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(PHASES, window.values)
        for case, starts_on, ends_before, plan in cursor.fetchall():
            first = starts_on.toordinal()
            for part in _plan(plan):
                end = min(first + round(7 * float(part["weeks"])), ends_before.toordinal())
                phases[case].append(Phase(first, end, int(part["minutes_per_week"])))
                first = end
    return Plans({case: tuple(found) for case, found in phases.items()})


def _plan(stored: Any) -> list[dict[str, Any]]:
    """A plain cursor leaves JSON as text."""
    plan: list[dict[str, Any]] = json.loads(stored) if isinstance(stored, str) else stored
    return plan


def _accounts(window: Window) -> Iterator[tuple[str, str, int]]:
    """The account of each supplier's newest invoice, as a keyed hash: what must be known is whether two are equal."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(NEWEST_INVOICES, window.values)
        while rows := cursor.fetchmany(100):
            for supplier, invoice, content in rows:
                for account in _accounts_in(bytes(content)):
                    yield _hashed(account, window.municipality_id), supplier, invoice


def _accounts_in(content: bytes) -> list[str]:
    """NemKonto is everyone's and says nothing."""
    try:
        stated = einvoice.read(content).payment_account
    except einvoice.Refused:
        return []
    return [account for account in stated.split("; ") if account and account != NEMKONTO]


def _hashed(account: str, municipality_id: int) -> str:
    kept = "".join(each for each in account if each.isalnum()).upper()
    return salted_hmac(f"risk-account:{municipality_id}", kept, algorithm="sha256").hexdigest()
