"""Budgets and forecasts of a municipality, the alarms they give, and the account of a posting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db import connections
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission
from brobygger.law.accounts import OTHERS_SERIES, account_of
from brobygger.law.codes import Context
from brobygger.law.parameters import Parameters
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment.budget import Alarm, Level, alarm_of
from brobygger.payment.forecast import Figures, Method
from brobygger.payments.budget.models import BudgetAlarm, BudgetRow, Dimension, YearFacts
from brobygger.payments.budget.sums import Group, Seen, cases, expected_until, groups
from brobygger.rulebook import selectors as rulebook
from brobygger.ui.attention import Act, Attention
from brobygger.ui.formats import kroner
from brobygger.values.money import ZERO
from brobygger.values.period import add_months

RIGHT_AND_DUTY = Context.ONLY_EFFORT.value
"""A right-and-duty mentor stands alone: the citizen cannot take part in anything else (E01)."""

NO_KEY = ""


def account_for(
    target_group: str | None, on: date, *, numbers: Parameters | None = None, user: User | None = None
) -> str:
    """The account that a mentor's cost is booked on, by target group and day (P19); "" where none is known.

    ``numbers`` are the municipality's; without them they are read for ``user``.
    """
    known = numbers if numbers is not None else rulebook.numbers_of(user) if user is not None else None
    if known is None:
        raise ValueError("Give the numbers, or the user whose municipality has them.")
    return account_of(target_group, on, known) or ""


def chart_days(user: User) -> list[date]:
    """First days of the accounts the municipality has recorded."""
    found = rulebook.parameters_visible_to(user).filter(parameter=OTHERS_SERIES)
    return sorted(set(found.values_list("valid_from", flat=True)))


def require_money(user: User) -> None:
    """Raises NotAllowed for those who may not see money."""
    if not (user.kind == "staff" and user.may(Permission.SEE_MONEY)):
        raise NotAllowed(_("Din rolle giver ikke adgang til at se budgettet."))


# What was set


def budgets(user: User, years: Sequence[int]) -> dict[tuple[int, str, str], Decimal]:
    """The budget of each year, dimension and key that has one. One query."""
    require_money(user)
    return _budgets_of(municipality_of(user), years)


def _budgets_of(municipality_id: int, years: Sequence[int]) -> dict[tuple[int, str, str], Decimal]:
    found = BudgetRow.objects.filter(municipality_id=municipality_id, year__in=years).order_by("id")
    newest = {(year, dimension, key): amount for year, dimension, key, amount in found.values_list(*_BUDGET)}
    return {place: amount for place, amount in newest.items() if amount is not None}


_BUDGET = ("year", "dimension", "key", "amount")


def facts_of(user: User, year: int) -> YearFacts:
    """The newest facts of a year; one with the usual values where none were written."""
    require_money(user)
    return _facts_of(municipality_of(user), year)


def _facts_of(municipality_id: int, year: int) -> YearFacts:
    found = YearFacts.objects.filter(municipality_id=municipality_id, year=year).order_by("-id").first()
    return found or YearFacts(year=year, other_guidance=ZERO, close_at_percent=Decimal(90))


# What it comes to


@dataclass(frozen=True)
class Outlook:
    """Every group of a municipality seen from a day, for ``first_year`` and the next."""

    seen: Seen
    first_year: int
    groups: tuple[Group, ...]

    def figures(self, year: int) -> Figures:
        """All of it."""
        return total(each.years[year - self.first_year] for each in self.groups)

    def by(self, dimension: Dimension, year: int) -> dict[str, Figures]:
        """The figures by key; together they are ``figures``."""
        parts: dict[str, list[Figures]] = defaultdict(list)
        for each in self.groups:
            parts[key_of(each, dimension)].append(each.years[year - self.first_year])
        return {key: total(found) for key, found in parts.items()}

    def right_and_duty(self, year: int) -> Figures:
        found = (each for each in self.groups if each.context == RIGHT_AND_DUTY)
        return total(each.years[year - self.first_year] for each in found)


def outlook(
    user: User,
    *,
    on: date,
    first_year: int,
    method: Method = Method.BY_PLAN,
    factor: Decimal = Decimal(1),
) -> Outlook:
    """Committed, spent and expected, put together by the database.

    A grant without an account is told of under the one that its target group has on the day."""
    require_money(user)
    seen = Seen(municipality_of(user), on, method, factor)
    return Outlook(seen, first_year, tuple(_booked(user, groups(seen, first_year=first_year), on)))


def cases_of(
    user: User, *, on: date, year: int, method: Method, dimension: Dimension, key: str
) -> dict[int, Figures]:
    """The figures of the year for each mentorship that a row of the table is made of; together they are the row."""
    require_money(user)
    found = cases(Seen(municipality_of(user), on, method), first_year=year)
    booked = zip(found, _booked(user, found.values(), on), strict=True)
    return {
        mentorship_id: each.years[0]
        for mentorship_id, each in booked
        if key_of(each, dimension) == key and each.years[0] != Figures()
    }


def _booked(user: User, found: Iterable[Group], on: date) -> list[Group]:
    numbers = rulebook.numbers_of(user)
    return [
        each if each.account else replace(each, account=account_for(each.target_group, on, numbers=numbers))
        for each in found
    ]


def key_of(group: Group, dimension: Dimension) -> str:
    keys = {
        Dimension.WHOLE: NO_KEY,
        Dimension.ACCOUNT: group.account,
        Dimension.TEAM: str(group.team_id) if group.team_id else NO_KEY,
        Dimension.TARGET_GROUP: group.target_group,
        Dimension.CONTEXT: group.context,
    }
    return keys[dimension]


def total(parts: Iterable[Figures]) -> Figures:
    """Figures put together."""
    committed = spent = expected = ZERO
    count = free = 0
    for each in parts:
        committed, spent, expected = committed + each.committed, spent + each.spent, expected + each.expected
        count, free = count + each.mentorships, free + each.without_subsidy
    return Figures(committed, spent, expected, count, free)


# Alarms


def alarm_of_year(found: Outlook, year: int, budget: Decimal, close_at: Decimal) -> Alarm:
    """The alarm of the whole budget; where it does not hold, two more queries find the day."""
    of_the_year = found.figures(year)
    passed = (
        day_passed(found.seen, budget - of_the_year.spent, year) if of_the_year.outcome > budget else None
    )
    return alarm_of(of_the_year, budget, passed_on=passed, on=found.seen.on, close_at=close_at)


def alarm_now(found: Outlook, year: int, budget: Decimal, close_at: Decimal) -> Alarm:
    """``alarm_of_year``, with the day taken from what was seen earlier the same day where the figures are the same."""
    seen, of_the_year = found.seen, found.figures(year)
    if of_the_year.outcome > budget and seen == Seen(seen.municipality_id, seen.on):
        known = newest_alarms(seen.municipality_id, [year]).get(year)
        if known and (known.seen_on, known.outcome, known.budget) == (seen.on, of_the_year.outcome, budget):
            return alarm_of(of_the_year, budget, passed_on=known.passed_on, on=seen.on, close_at=close_at)
    return alarm_of_year(found, year, budget, close_at)


def day_passed(seen: Seen, room: Decimal, year: int) -> date | None:
    """The first day of the year whose work takes more than ``room`` kroner, looked for by month, then by day."""
    first = max(seen.on, date(year, 1, 1))
    if room < 0:
        return first
    months = [date(year, number, 1) for number in range(1, 13) if date(year, number, 1) > first]
    ends = [*months, date(year + 1, 1, 1)]
    reached = expected_until(seen, [date(year, 1, 1), *ends])
    before = reached[date(year, 1, 1)]
    month_end = next((end for end in ends if reached[end] - before > room), None)
    if month_end is None:
        return None
    start = max(first, add_months(month_end, -1))
    days = [start + timedelta(days=step) for step in range(1, (month_end - start).days + 1)]
    by_day = expected_until(seen, days)
    return next(day - timedelta(days=1) for day in days if by_day[day] - before > room)


def watched_years(on: date) -> tuple[int, int]:
    """The years whose budgets are watched: the one of the day and the next."""
    return on.year, on.year + 1


def alarms_on(municipality_id: int, on: date) -> list[BudgetAlarm]:
    """How the whole budgets of the watched years stand, not saved; for whoever acts for the municipality.

    A year without a budget is told of only where it had one when it was last looked at.
    """
    years = watched_years(on)
    newest = newest_alarms(municipality_id, years)
    set_aside = {
        year: amount
        for (year, kind, _key), amount in _budgets_of(municipality_id, years).items()
        if kind == Dimension.WHOLE
    }
    gone = [year for year, row in newest.items() if row.budget is not None and year not in set_aside]
    rows = [BudgetAlarm(year=year, level=Level.FINE.value, outcome=ZERO, seen_on=on) for year in gone]
    if set_aside:
        seen = Seen(municipality_id, on)
        found = Outlook(seen, on.year, tuple(groups(seen, first_year=on.year)))
        rows += [_alarm_row(found, year, amount) for year, amount in sorted(set_aside.items())]
    for row in rows:
        row.municipality_id = municipality_id
    return rows


def _alarm_row(found: Outlook, year: int, budget: Decimal) -> BudgetAlarm:
    close_at = _facts_of(found.seen.municipality_id, year).close_at_percent
    alarm = alarm_of_year(found, year, budget, close_at)
    return BudgetAlarm(
        year=year,
        level=alarm.level.value,
        outcome=found.figures(year).outcome,
        budget=budget,
        passed_on=alarm.passed_on,
        seen_on=found.seen.on,
    )


def newest_alarms(municipality_id: int, years: Sequence[int]) -> dict[int, BudgetAlarm]:
    """The newest alarm of each year that has one. One query."""
    rows = BudgetAlarm.objects.filter(municipality_id=municipality_id, year__in=years)
    return {row.year: row for row in rows.order_by("year", "-id").distinct("year")}


def needs_watching(on: date) -> int | None:
    """A municipality with a budget that has not been looked at on the day. The owner's role, only for the key."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            _UNWATCHED, {"years": list(watched_years(on)), "on": on, "whole": Dimension.WHOLE.value}
        )
        row = cursor.fetchone()
    return row[0] if row else None


_UNWATCHED = """
select b.municipality_id
from (select distinct on (municipality_id, year) municipality_id, year, amount from payments_budgetrow
      where dimension = %(whole)s and year = any(%(years)s) order by municipality_id, year, id desc) b
where b.amount is not null and not exists (
  select 1 from payments_budgetalarm a
  where a.municipality_id = b.municipality_id and a.year = b.year and a.seen_on = %(on)s)
order by 1 limit 1
"""


def needs_attention(user: User, today: date) -> list[Attention]:
    """For those who set the budget: this year's and next year's, as they stood when they were last looked at."""
    if not (user.kind == "staff" and user.may(Permission.SET_BUDGET) and user.may(Permission.SEE_MONEY)):
        return []
    newest = newest_alarms(municipality_of(user), watched_years(today))
    rows = (_row(alarm, today) for _year, alarm in sorted(newest.items()))
    return [row for row in rows if row]


def _row(alarm: BudgetAlarm, today: date) -> Attention | None:
    if alarm.level == Level.FINE or alarm.budget is None:
        return None
    url = f"{reverse('payments:budget')}?aar={alarm.year}"
    is_over = alarm.level == Level.OVER
    heading = (
        _("Budgettet for %(year)s overskrides") if is_over else _("Budgettet for %(year)s er snart brugt")
    )
    return Attention(
        kind="budget",
        heading=heading % {"year": alarm.year},
        case_code="",
        initials=_("%(outcome)s af %(budget)s")
        % {"outcome": kroner(alarm.outcome, 0), "budget": kroner(alarm.budget, 0)},
        when=alarm.passed_on or today,
        url=url,
        acts=(Act(_("Se budgettet"), url),),
        urgency=2 if is_over else 5,
    )
