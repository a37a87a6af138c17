"""Setting a budget, the figures of a year, and the chart of accounts. Nothing is changed: a new row takes over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment.chart import BadChart, parameter_rows, read_chart
from brobygger.payments.budget import selectors
from brobygger.payments.budget.models import BudgetAlarm, BudgetRow, Dimension, YearFacts
from brobygger.payments.ledger.services import budgets as ledger
from brobygger.rulebook import services as rulebook
from brobygger.rulebook.services import Reference
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO
from brobygger.values.source import Source

YEARS = range(2003, 2100)
LIFETIME_SECONDS = 600


@transaction.atomic
def set_budget(
    *, year: int, dimension: Dimension, amounts: Mapping[str, Decimal | None], by: User, at: datetime
) -> int:
    """The budget of a year for these keys; only what is another than before is written. How many that was.

    Raises Refused for a year that cannot be, and NotAllowed.
    """
    require(by, Permission.SET_BUDGET)
    _require_year(year)
    _one_at_a_time(municipality_of(by))
    before = selectors.budgets(by, [year])
    changed = {
        key: amount for key, amount in amounts.items() if before.get((year, dimension.value, key)) != amount
    }
    if any(amount is not None and amount < 0 for amount in changed.values()):
        raise Refused(_("Skriv et beløb på 0 kr. eller mere."))
    BudgetRow.objects.bulk_create(
        BudgetRow(
            municipality_id=municipality_of(by),
            year=year,
            dimension=dimension.value,
            key=key,
            amount=amount,
            set_at=at,
            set_by=by,
        )
        for key, amount in changed.items()
    )
    if changed:
        audit.record("budget.set", by=by, year=year, dimension=dimension.value, amounts=changed)
    if changed and dimension is Dimension.WHOLE:
        ledger.follow_budget(year=year, amount=next(iter(changed.values())) or ZERO, by=by, at=at)
        _look_again(year, by, at)
    return len(changed)


def watch_next(*, at: datetime) -> int:
    """The worker's duty: the budgets of one municipality, once a day each. How many rows were written."""
    on = danish_day(at)
    municipality_id = selectors.needs_watching(on)
    if municipality_id is None:
        return 0
    with acting(system_actor(municipality_id), lifetime=LIFETIME_SECONDS), transaction.atomic():
        return len(BudgetAlarm.objects.bulk_create(selectors.alarms_on(municipality_id, on)))


def _look_again(year: int, by: User, at: datetime) -> None:
    """What was just set shows on the work list at once."""
    on = danish_day(at)
    if year in selectors.watched_years(on):
        BudgetAlarm.objects.bulk_create(selectors.alarms_on(municipality_of(by), on))


def _one_at_a_time(municipality_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('budget', %s))", [municipality_id])


@transaction.atomic
def set_year_facts(
    *,
    year: int,
    full_time_persons: Decimal | None,
    other_guidance: Decimal,
    close_at_percent: Decimal,
    by: User,
    at: datetime,
) -> None:
    """What a year is held against. Raises Refused for figures that cannot be, and NotAllowed."""
    require(by, Permission.SET_BUDGET)
    _require_year(year)
    if full_time_persons is not None and full_time_persons <= 0:
        raise Refused(_("Skriv antal fuldtidspersoner. Det skal være over 0."), field="full_time_persons")
    if not 1 <= close_at_percent <= 100:
        raise Refused(_("Skriv en procent mellem 1 og 100."), field="close_at_percent")
    YearFacts.objects.create(
        municipality_id=municipality_of(by),
        year=year,
        full_time_persons=full_time_persons,
        other_guidance=other_guidance,
        close_at_percent=close_at_percent,
        recorded_at=at,
        recorded_by=by,
    )
    audit.record("budget.year_facts", by=by, year=year)
    _look_again(year, by, at)


def _require_year(year: int) -> None:
    if year not in YEARS:
        raise Refused(_("Skriv et år fra 2003 og frem."), field="year")


@transaction.atomic
def import_chart(*, text: str, name: str, by: User, at: datetime) -> int:
    """A chart of accounts from CSV takes over from its first day on. The number of its dated rows.

    Raises BadChart with every bad row, and NotAllowed; nothing is taken from a file with one bad row.
    """
    require(by, Permission.SET_BUDGET)
    chart = read_chart(text)
    source = Source(name.strip()[:160] or _("Kommunens kontoplan"), "")
    rows = parameter_rows(chart, source=source, recorded_on=danish_day(at), also_on=selectors.chart_days(by))
    for row in rows:
        rulebook.add_parameter(
            parameter=row.parameter_id,
            valid_from=_first_day(row.start),
            value=row.text,
            source=Reference(source.act),
            note="",
            by=by,
            at=at,
        )
    audit.record("chart.imported", by=by, accounts=len(chart), rows=len(rows))
    return len(rows)


def _first_day(day: date) -> date:
    """Raises BadChart for a day before the accounts were named apart."""
    if day < date(2014, 1, 1):
        raise BadChart(
            [_("Kontiene er kendt fra den 1. januar 2014. Skriv den dag eller en senere i kolonnen fra.")]
        )
    return day
