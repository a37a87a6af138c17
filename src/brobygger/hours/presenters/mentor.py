"""The mentor's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from brobygger.accounts.models import User
from brobygger.grants.models import Grant
from brobygger.grants.selectors import days_as_mentor
from brobygger.hours import selectors
from brobygger.hours.models import Contact
from brobygger.hours.states import CHANGEABLE, LIVE, State
from brobygger.mentorships.models import Mentorship
from brobygger.payment.hour_plan import HourPlan
from brobygger.values.moment import COPENHAGEN, danish_day
from brobygger.values.period import Period, add_months


@dataclass(frozen=True)
class MentorCase:
    """One of the mentor's mentorships. Minutes; ``week_left`` None where no grant covers today.

    ``first_day`` is set before the mentor's own first day and ``last_day`` after the last, where another is the
    mentor now.
    """

    mentorship: Mentorship
    grant: Grant | None
    week_left: int | None
    waiting: int
    disputed: int
    first_day: date | None = None
    last_day: date | None = None

    @property
    def total_left(self) -> int:
        return self.grant.minutes_left if self.grant else 0


@dataclass(frozen=True)
class Row:
    """One contact on the list."""

    contact: Contact
    can_change: bool


@dataclass(frozen=True)
class MonthToHandIn:
    """A month with contacts that is not handed in; ``opens`` is the first day it can be."""

    month: date
    minutes: int
    opens: date
    is_open: bool


def mentor_page(user: User, today: date) -> dict[str, Any]:
    """Cases, this month's and last month's contacts, and months to hand in; a constant number of queries."""
    cases = list(selectors.mentorships_under_way(user))
    first = add_months(today.replace(day=1), -1)
    contacts = list(selectors.last_contacts(user, first - timedelta(days=7)))
    unanswered = list(selectors.awaiting_answer(user))
    grants = selectors.grants_on(user, cases, today)
    own_days = days_as_mentor(user, cases)
    statements = [
        statement
        for month in (today.replace(day=1), first)
        for statement in selectors.statements_of_month(user, Period.of_months(month, 1))
    ]
    return {
        "cases": [
            _case(case, grants.get(case.pk), own_days.get(case.pk), contacts, unanswered, today)
            for case in cases
        ],
        "months": [
            (month, [_row(each) for each in contacts if _month(each.starts_at) == month])
            for month in (today.replace(day=1), first)
        ],
        "to_hand_in": _to_hand_in(statements, cases, own_days, today),
        "has_contacts": bool(contacts),
        "may_register": any(_has_begun(case, own_days, today) for case in cases),
    }


def may_register(user: User, cases: list[Mentorship], today: date) -> list[Mentorship]:
    """The mentorships the mentor can register in: not those where the own first day is still to come."""
    own_days = days_as_mentor(user, cases)
    return [case for case in cases if _has_begun(case, own_days, today)]


def _has_begun(case: Mentorship, own_days: dict[int, Period], today: date) -> bool:
    return case.pk not in own_days or own_days[case.pk].start <= today


def week_left_of(user: User, mentorship: Mentorship, today: date) -> int | None:
    """Minutes left this week after a contact was saved."""
    grant = selectors.grants_on(user, [mentorship], today).get(mentorship.pk)
    if grant is None:
        return None
    contacts = list(selectors.last_contacts(user, today - timedelta(days=7)))
    return _week_left(grant, mentorship, contacts, today)


def preset(user: User, cases: list[Mentorship], wanted: str, now: datetime) -> dict[str, Any]:
    """Who, when, how and what, as they most likely are: the one met last, just now, for as long as usual."""
    last = selectors.visible_to(user).filter(state__in=LIVE).order_by("-registered_at", "-pk").first()
    case = _preset_case(cases, wanted, last)
    usual = selectors.usual_minutes(user)
    begun = _begun(user, usual, now)
    same = last is not None and case is not None and last.mentorship_id == case.pk
    return {
        "mentorship": str(case.public_id) if case else "",
        "day": begun.date(),
        "clock": begun.time(),
        "length": str(usual),
        "kind": last.kind if same and last and last.kind in _USUAL_KINDS else Contact.Kind.FACE_TO_FACE,
        "task": _preset_task(case, last if same else None),
    }


def _begun(user: User, usual: int, now: datetime) -> datetime:
    """Today at the usual time where that has been and nothing is registered there; otherwise it has just ended."""
    clock = selectors.usual_clock(user)
    if clock:
        today = now.astimezone(COPENHAGEN).replace(
            hour=clock.hour, minute=clock.minute, second=0, microsecond=0
        )
        ends_at = today + timedelta(minutes=usual)
        if ends_at <= now and not selectors.is_busy(user, today, ends_at):
            return today
    return _quarter((now - timedelta(minutes=usual)).astimezone(COPENHAGEN))


_USUAL_KINDS = (Contact.Kind.FACE_TO_FACE, Contact.Kind.TELEPHONE, Contact.Kind.VIDEO)


def _preset_case(cases: list[Mentorship], wanted: str, last: Contact | None) -> Mentorship | None:
    for case in cases:
        if wanted and str(case.public_id) == wanted:
            return case
    known = [case for case in cases if last and case.pk == last.mentorship_id]
    return next(iter(known or cases), None)


def _preset_task(case: Mentorship | None, last: Contact | None) -> str:
    tasks = list(case.tasks.all()) if case else []
    before = [task for task in tasks if last and task.pk == last.task_id]
    chosen = next(iter(before or tasks), None)
    return f"{case.code}-{chosen.position}" if case and chosen else ""


def _quarter(local: datetime) -> datetime:
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)


def _case(
    case: Mentorship,
    grant: Grant | None,
    own_days: Period | None,
    contacts: list[Contact],
    unanswered: list[Contact],
    today: date,
) -> MentorCase:
    is_over = own_days is not None and own_days.end is not None and own_days.end <= today
    return MentorCase(
        mentorship=case,
        grant=grant,
        week_left=_week_left(grant, case, contacts, today) if grant else None,
        waiting=sum(contact.mentorship_id == case.pk for contact in unanswered),
        disputed=sum(
            contact.mentorship_id == case.pk and contact.state == State.DISPUTED for contact in contacts
        ),
        first_day=own_days.start if own_days and own_days.start > today else None,
        last_day=own_days.last_day if own_days and is_over else None,
    )


def _week_left(grant: Grant, case: Mentorship, contacts: list[Contact], today: date) -> int:
    """What the plan has for the grant's present week, less what is used in it, within what the grant has left."""
    week = (today - grant.starts_on).days // 7
    weeks = HourPlan.from_data(grant.plan).by_week()
    planned = weeks[week] if week < len(weeks) else 0
    begins = grant.starts_on + timedelta(weeks=week)
    used = sum(
        contact.minutes
        for contact in contacts
        if contact.mentorship_id == case.pk and begins <= danish_day(contact.starts_at) <= today
    )
    return max(0, min(planned - used, grant.minutes_left))


def _to_hand_in(
    statements: list[selectors.MonthStatement],
    cases: list[Mentorship],
    own_days: dict[int, Period],
    today: date,
) -> list[MonthToHandIn]:
    by_key = {case.pk: case for case in cases}
    found: dict[date, MonthToHandIn] = {}
    for statement in statements:
        if statement.handed_in_at is not None or not statement.minutes:
            continue
        case = by_key.get(statement.mentorship_id)
        period = Period.of_months(statement.month, 1)
        opens = selectors.hand_in_opens(case, period, own_days.get(case.pk)) if case else statement.month
        before = found.get(statement.month)
        found[statement.month] = MonthToHandIn(
            month=statement.month,
            minutes=statement.minutes + (before.minutes if before else 0),
            opens=max(opens, before.opens) if before else opens,
            is_open=opens <= today and (before is None or before.is_open),
        )
    return sorted(found.values(), key=lambda each: each.month)


def _row(contact: Contact) -> Row:
    return Row(contact, contact.state in CHANGEABLE and not contact.paid_minutes)


def _month(moment: datetime) -> date:
    return danish_day(moment).replace(day=1)
