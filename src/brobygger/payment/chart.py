"""Import of a municipality's chart of accounts: which account a mentor's cost is booked on, by target group and date.

The account of the insured was read (P19); every other is the municipality's own. A chart becomes dated rows of
P19.others, which ``law.accounts.account_of`` reads, so there is one place where an account is looked up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import pairwise

from brobygger.law.accounts import OTHERS_SERIES, REST, accounts_by_group
from brobygger.law.parameters import LocalParameterRow
from brobygger.law.reimbursement import INSURED, MENTOR_ACCOUNT
from brobygger.law.wording import danish_date
from brobygger.values.period import Period
from brobygger.values.source import Source

COLUMNS = ("konto", "målgruppe", "fra", "til")
EVERY_OTHER_GROUP = "*"
MAX_ROWS = 2_000


@dataclass(frozen=True)
class ChartRow:
    """An account for a target group (its code such as "6.3", or "*" for every other) in a period."""

    account: str
    target_group: str
    period: Period


class BadChart(ValueError):
    """The file is no chart of accounts. ``problems`` are sentences, each with the number of its row."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


def read_chart(text: str) -> tuple[ChartRow, ...]:
    """A chart from a CSV file with semicolons and the columns ``COLUMNS``; dates as 2026-01-31, ``til`` may be empty.

    Raises BadChart that names every bad row; nothing is taken from a file with one.
    """
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")), delimiter=";")
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise BadChart([f"Den første række skal være {';'.join(COLUMNS)}."])
    rows: list[ChartRow] = []
    problems: list[str] = []
    for row_number, row in enumerate(reader, start=2):
        if row_number > MAX_ROWS + 1:
            raise BadChart([f"Filen har mere end {MAX_ROWS} rækker."])
        try:
            rows.append(_row(row))
        except ValueError as problem:
            problems.append(f"Række {row_number}: {problem}")
    problems += _collisions(rows)
    if problems or not rows:
        raise BadChart(problems or ["Filen har ingen rækker."])
    return tuple(rows)


def parameter_rows(
    chart: Iterable[ChartRow], *, source: Source, recorded_on: date, also_on: Iterable[date] = ()
) -> tuple[LocalParameterRow, ...]:
    """The chart as an administrator's rows of P19.others, one for each day on which an account changes.

    ``also_on`` are the days of rows recorded before: those inside the chart are written anew, so that it takes over
    whole. Raises BadChart where no account counts from a day on: a row cannot say "none".
    """
    kept = tuple(chart)
    starts = {row.period.start for row in kept}
    ends = {row.period.end for row in kept if row.period.end is not None}
    changes = sorted(starts | ends | {day for day in also_on if day >= min(starts)})
    found = []
    for day in changes:
        accounts = {row.target_group: row.account for row in kept if day in row.period}
        if not accounts:
            raise BadChart(
                [f"Der er ingen konto fra den {danish_date(day)}. Skriv en, eller lad den sidste være åben."]
            )
        found.append(LocalParameterRow(OTHERS_SERIES, day, source, recorded_on, text=_in_words(accounts)))
    return tuple(found)


def _in_words(accounts: Mapping[str, str]) -> str:
    """As ``law.accounts.accounts_by_group`` reads it: groups first, the account of all others last."""
    own = [f"{group}: {accounts[group]}" for group in sorted(accounts) if group != EVERY_OTHER_GROUP]
    rest = [accounts[EVERY_OTHER_GROUP]] if EVERY_OTHER_GROUP in accounts else []
    return "; ".join(own + rest)


def _row(row: Mapping[str, str | None]) -> ChartRow:
    account, group, start, end = ((row.get(column) or "").strip() for column in COLUMNS)
    if not _is_account(account):
        raise ValueError("Kontoen skal være tal med punktummer imellem og begynde med 5.")
    if not group or ":" in group:
        raise ValueError("Skriv en målgruppe, for eksempel 6.3, eller * for alle andre.")
    if group in INSURED:
        raise ValueError("Kontoen for forsikrede er kendt og skal ikke stå i kontoplanen.")
    first = _day(start, "fra")
    return ChartRow(account, group, Period.through(first, _day(end, "til")) if end else Period(first))


def _is_account(text: str) -> bool:
    try:
        return set(accounts_by_group(text)) == {REST} and text.startswith(f"{MENTOR_ACCOUNT}.")
    except ValueError:
        return False


def _day(text: str, column: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Datoen i kolonnen {column} skal skrives som 2026-01-31.") from None


def _collisions(rows: Iterable[ChartRow]) -> list[str]:
    in_order = sorted(rows, key=lambda row: (row.target_group, row.period.start))
    return [
        f"Målgruppe {earlier.target_group} har to konti på samme dag: {earlier.account} og {later.account}."
        for earlier, later in pairwise(in_order)
        if earlier.target_group == later.target_group and earlier.period.overlaps(later.period)
    ]
