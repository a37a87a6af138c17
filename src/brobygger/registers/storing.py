"""Rows into the tables and out again, many at a time. Runs in the context and the transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from brobygger import analysis
from brobygger.analysis.register_progress import Progress, silent
from brobygger.registers.models import OutsideTotal, RegisterImport
from brobygger.registers.overlap import Ints, Spells, merged

AT_A_TIME = 20_000

_WEEKS = "date '1991-08-05' + 7 * "
_SPELLS = f"""insert into registers_statusspell
  (municipality_id, citizen_id, source, code, first_week, before_week, came_with_id)
select %s, citizen, %s, code, {_WEEKS}start, {_WEEKS}stop, told_by
  from unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::bigint[])
    as t (citizen, code, start, stop, told_by)"""
_KNOWN = """select citizen_id, (first_week - date '1991-08-05') / 7, (before_week - date '1991-08-05') / 7, code,
       came_with_id
  from registers_statusspell where municipality_id = %s and source = %s and citizen_id = any(%s)"""
_FORGET = (
    "delete from registers_statusspell where municipality_id = %s and source = %s and citizen_id = any(%s)"
)
_NOTED = """insert into registers_statusspell
  (municipality_id, citizen_id, source, code, first_week, before_week, noted_on, came_with_id)
select %s, citizen, 'MANUAL', code,
       day - (extract(isodow from day)::int - 1), day - (extract(isodow from day)::int - 8),
       day, %s
  from unnest(%s::bigint[], %s::text[], %s::date[]) as t (citizen, code, day)
on conflict (municipality_id, source, citizen_id, first_week) do update
  set code = excluded.code, noted_on = excluded.noted_on, came_with_id = excluded.came_with_id
  where registers_statusspell.noted_on < excluded.noted_on"""
_PAYMENTS = """insert into registers_benefitpayment
  (municipality_id, citizen_id, came_with_id, benefit, first_day, last_day, amount)
select %s, citizen, %s, benefit, first, last, oere / 100.0
  from unnest(%s::bigint[], %s::text[], %s::date[], %s::date[], %s::bigint[])
    as t (citizen, benefit, first, last, oere)
on conflict do nothing"""
_ANSWERS = """insert into registers_importedanswer
  (municipality_id, citizen_id, came_with_id, answered_on, wave, party, item, answer)
select %s, citizen, %s, day, wave, party, item, answer
  from unnest(%s::bigint[], %s::date[], %s::int[], %s::text[], %s::text[], %s::int[])
    as t (citizen, day, wave, party, item, answer)
on conflict do nothing"""


def keep_spells(new: Spells, source: str, kept: RegisterImport, say: Progress = silent) -> dict[str, int]:
    """Puts a file's weeks beside those known and keeps the newest data of each.

    Returns weeks of the file that hold, weeks of it that newer data outdo, and weeks of older imports it replaces.
    """
    known = _known(kept.municipality_id, source, np.unique(new.citizen))
    both = Spells(
        *(
            np.concatenate((getattr(known, name), getattr(new, name)))
            for name in ("citizen", "start", "stop", "code", "told_by")
        )
    )
    whole = merged(both, _ranks(kept.municipality_id))
    _forget(kept.municipality_id, source, np.unique(known.citizen))
    _write(whole, source, kept.municipality_id, say)
    mine = whole.take(whole.told_by == kept.pk).weeks
    return {"holds": mine, "outdone": new.weeks - mine, "replaced": known.weeks - (whole.weeks - mine)}


def keep_statuses(
    citizens: Ints, rows: analysis.Rows, known: Any, kept: RegisterImport, say: Progress = silent
) -> int:
    """One status a week: the one noted last."""
    day = rows.columns["day"][known].astype("datetime64[D]")
    week = (day - np.datetime64("1991-08-05")).astype(np.int64) // 7
    order = np.lexsort((day, week, citizens))
    last = np.append(
        (citizens[order][1:] != citizens[order][:-1]) | (week[order][1:] != week[order][:-1]), True
    )
    chosen = order[last] if len(order) else order
    columns = (citizens[chosen], rows.columns["status"][known][chosen], day[chosen])
    return _insert(_NOTED, [kept.municipality_id, kept.pk], columns, say)


def keep_payments(
    citizens: Ints, rows: analysis.Rows, known: Any, kept: RegisterImport, say: Progress = silent
) -> int:
    names = ("benefit", "first", "last", "amount")
    columns = [rows.columns[name][known] for name in names]
    return _insert(_PAYMENTS, [kept.municipality_id, kept.pk], (citizens, *columns), say)


def keep_answers(
    citizens: Ints, rows: analysis.Rows, known: Any, kept: RegisterImport, say: Progress = silent
) -> int:
    names = ("day", "wave", "role", "item", "answer")
    columns = [rows.columns[name][known] for name in names]
    return _insert(_ANSWERS, [kept.municipality_id, kept.pk], (citizens, *columns), say)


def keep_totals(totals: analysis.OutsideTotals, kept: RegisterImport) -> int:
    rows = [
        OutsideTotal(
            municipality_id=kept.municipality_id,
            came_with=kept,
            table=totals.table,
            labels=[list(pair) for pair in row.labels.items()],
            period=row.label,
            value=row.value,
            is_provisional=row.provisional,
            is_mentor=row.is_mentor,
            line=row.line,
        )
        for row in totals.rows
    ]
    OutsideTotal.objects.bulk_create(rows, batch_size=5_000)
    return len(rows)


def lock(municipality_id: int) -> None:
    """One import at a time in a municipality; the next waits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('registers'), %s)", [municipality_id])


def _ranks(municipality_id: int) -> dict[int, int]:
    imports = RegisterImport.objects.filter(municipality_id=municipality_id)
    rows: list[tuple[int, Any, datetime]] = list(imports.values_list("pk", "data_as_of", "imported_at"))
    newest_first = sorted(rows, key=lambda row: (row[1], row[2], row[0]), reverse=True)
    return {row[0]: rank for rank, row in enumerate(newest_first)}


def _known(municipality_id: int, source: str, citizens: Ints) -> Spells:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [municipality_id, source, citizens.tolist()])
        rows: list[tuple[int, int, int, str, int]] = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    whole = [np.array(columns[place], dtype=np.int64) for place in (0, 1, 2, 4)]
    return Spells(whole[0], whole[1], whole[2], np.array(columns[3], dtype=np.str_), whole[3])


def _forget(municipality_id: int, source: str, citizens: Ints) -> None:
    if len(citizens):
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [municipality_id, source, citizens.tolist()])


def _write(spells: Spells, source: str, municipality_id: int, say: Progress) -> None:
    columns = (spells.citizen, spells.code, spells.start, spells.stop, spells.told_by)
    _insert(_SPELLS, [municipality_id, source], columns, say)


def _insert(
    statement: str,
    first: Sequence[Any],
    columns: Sequence[npt.NDArray[Any]],
    say: Progress = silent,
) -> int:
    """Rows from columns, so many at a time; how many were new."""
    count, written = len(columns[0]), 0
    with connection.cursor() as cursor:
        for low in range(0, count, AT_A_TIME):
            part = [column[low : low + AT_A_TIME].tolist() for column in columns]
            cursor.execute(statement, [*first, *part])
            written += cursor.rowcount
            say(min(low + AT_A_TIME, count) / count)
    return written
