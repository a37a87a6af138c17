"""The month made from its contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from brobygger.accounts.models import User
from brobygger.hours.models import Contact, MonthHandIn
from brobygger.hours.selectors.contacts import visible_to
from brobygger.hours.states import LIVE, PAYABLE, State
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.values.moment import COPENHAGEN, day_start
from brobygger.values.period import Period


@dataclass(frozen=True)
class MonthStatement:
    """Minutes of one mentorship in one month. ``payable`` is confirmed or settled and not yet paid."""

    mentorship_id: int
    month: date
    waiting: int
    confirmed: int
    disputed: int
    rejected: int
    paid: int
    payable: int
    handed_in_at: datetime | None = None
    handed_in_minutes: int | None = None

    @property
    def minutes(self) -> int:
        """All that counts against the grant."""
        return self.waiting + self.confirmed + self.disputed

    @property
    def changed_since(self) -> bool:
        """Whether contacts were added or changed after the month was handed in."""
        return self.handed_in_minutes is not None and self.handed_in_minutes != self.minutes


def month_statements(mentorship: Mentorship) -> list[MonthStatement]:
    """The mentorship's months with contacts, newest first."""
    rows = Contact.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return _statements(rows, MonthHandIn.objects.filter(mentorship=mentorship))


def statements_of_month(user: User, month: Period) -> list[MonthStatement]:
    """One month of every mentorship the user sees that has contacts in it."""
    rows = visible_to(user).filter(_within(month))
    return _statements(rows, _handed_in(user, month))


def _handed_in(user: User, month: Period) -> QuerySet[MonthHandIn]:
    """Hand-ins of the month: a mentor's own, or all."""
    found = MonthHandIn.objects.filter(municipality_id=mentorships.municipality_of(user), month=month.start)
    return found.filter(mentor_id=user.person_id or 0) if user.kind == "mentor" else found


def _statements(rows: QuerySet[Contact], handed_in: QuerySet[MonthHandIn]) -> list[MonthStatement]:
    hand_ins: dict[tuple[int, date], list[tuple[datetime, int]]] = {}
    for mentorship, month, at, minutes in handed_in.values_list(
        "mentorship_id", "month", "handed_in_at", "minutes"
    ):
        hand_ins.setdefault((mentorship, month), []).append((at, minutes))
    payable = Q(state__in=PAYABLE)
    months = (
        rows.filter(state__in=(*LIVE, State.REJECTED))
        .annotate(month=TruncMonth("starts_at", tzinfo=COPENHAGEN))
        .order_by()
        .values("mentorship_id", "month")
        .annotate(
            waiting=Sum("minutes", filter=Q(state=State.REGISTERED), default=0),
            confirmed=Sum("minutes", filter=payable, default=0),
            disputed=Sum("minutes", filter=Q(state=State.DISPUTED), default=0),
            rejected=Sum("minutes", filter=Q(state=State.REJECTED), default=0),
            paid=Sum("paid_minutes", default=0),
            payable=Sum(F("minutes") - F("paid_minutes"), filter=payable, default=0),
            mentors=Count("mentor_id", distinct=True),
        )
        .order_by("-month", "mentorship_id")
    )
    found = []
    for row in months:
        figures: dict[str, Any] = {**row, "month": row["month"].date()}
        made = hand_ins.get((figures["mentorship_id"], figures["month"]), [])
        if len(made) < figures.pop("mentors"):
            made = []  # one of the month's mentors has not handed in yet
        found.append(
            MonthStatement(
                **figures,
                handed_in_at=max((at for at, _minutes in made), default=None),
                handed_in_minutes=sum(minutes for _at, minutes in made) if made else None,
            )
        )
    return found


def live_minutes(user: User, mentorship: Mentorship, period: Period) -> int:
    """Minutes of the period that count against the grant and are the user's to see: a mentor's own."""
    rows = visible_to(user).filter(_within(period), mentorship=mentorship, state__in=LIVE)
    return int(rows.aggregate(minutes=Sum("minutes", default=0))["minutes"])


def hand_in_opens(mentorship: Mentorship, month: Period, own_days: Period | None = None) -> date:
    """The first day the month can be handed in: its last, or the mentorship's or the mentor's last where earlier."""
    last = month.start + timedelta(days=month.days - 1)
    ends = [each for each in (mentorship.last_day, own_days and own_days.last_day) if each]
    return max(month.start, min(last, *ends))


def is_handed_in(user: User, mentorship: Mentorship, day: date) -> bool:
    """Whether the mentor has handed in the month of the day for the mentorship."""
    return _handed_in(user, Period.of_month(day.year, day.month)).filter(mentorship=mentorship).exists()


def lacking_hand_in(user: User, month: Period) -> list[Mentorship]:
    """The mentor's mentorships with live contacts in the month that is not handed in."""
    with_contacts = visible_to(user).filter(_within(month), state__in=LIVE).values("mentorship_id")
    own = mentorships.visible_to(user).filter(pk__in=with_contacts)
    return list(own.exclude(pk__in=_handed_in(user, month).values("mentorship_id")).order_by("pk"))


def company_minutes(period: Period) -> dict[int, dict[str, int]]:
    """Minutes by mentorship and state for the company that the database context acts for.

    The database adds them up: a company's contact cannot read a meeting.
    """
    end = period.end or date.max
    with connection.cursor() as cursor:
        cursor.execute(
            "select mentorship_id, state, minutes from sec.company_minutes(%s, %s)",
            [day_start(period.start), day_start(end)],
        )
        found: dict[int, dict[str, int]] = {}
        for mentorship, state, minutes in cursor.fetchall():
            found.setdefault(mentorship, {})[state] = int(minutes)
    return found


def _within(period: Period) -> Q:
    within = Q(starts_at__gte=day_start(period.start))
    return within & Q(starts_at__lt=day_start(period.end)) if period.end else within
