"""Who is asked when, what waits for an answer, and the answers as rows for the leader's page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connections
from django.db.models import Max, Q, QuerySet

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.selectors import municipality_of
from brobygger.evaluations.models import SurveyAsk, SurveyChoice
from brobygger.evaluations.rhythm import AFTER, END, RHYTHMS
from brobygger.mentorships.models import Mentorship, Status
from brobygger.values.period import add_months

_OWN_COLUMN = {"citizen": "citizen_id", "mentor": "mentor_id"}
SHOWN_FOR = timedelta(days=60)
"""So long after the day the first page still asks; the questions can be answered later by their address."""


def asks_visible_to(user: User) -> QuerySet[SurveyAsk]:
    """The own of a citizen or a mentor; none for anybody else, who see shares and no answer."""
    found = SurveyAsk.objects.filter(municipality_id=municipality_of(user))
    column = _OWN_COLUMN.get(user.kind)
    if column is None or not user.person_id:
        return found.none()
    return found.filter(**{column: user.person_id}, dropped_at=None)


def waiting_for(user: User, today: date) -> QuerySet[SurveyAsk]:
    """Those that wait for the user's answer, the oldest first."""
    found = asks_visible_to(user).filter(answered_at=None, due_on__lte=today, due_on__gte=today - SHOWN_FOR)
    return found.order_by("due_on", "id")


def mentorship_of(ask: SurveyAsk) -> Mentorship | None:
    """What it is about; None where the reader no longer sees the mentorship, as a mentor half a year later."""
    found = Mentorship.objects.filter(municipality_id=ask.municipality_id, pk=ask.mentorship_id)
    return found.select_related("citizen", "mentor").first()


def choice_of(municipality_id: int) -> SurveyChoice | None:
    """Whether the municipality asks, and since when; None until somebody has chosen."""
    return SurveyChoice.objects.filter(municipality_id=municipality_id).order_by("-id").first()


def mentorships_in_rhythm(municipality: Municipality, on: date) -> QuerySet[Mentorship]:
    """Those under way, and those that ended so lately that something can still be asked of them."""
    reach = max(each.after for each in RHYTHMS) + 1
    since = add_months(on, -reach) - timedelta(days=max(each.window for each in RHYTHMS))
    found = Mentorship.objects.filter(
        municipality_id=municipality.pk, starts_on__lte=on, ends_before__isnull=False
    )
    under_way = Q(status=Status.ACTIVE)
    ended = Q(status=Status.ENDED, ends_before__gte=since)
    return found.filter(under_way | ended).select_related("citizen__municipality", "mentor").order_by("id")


def asks_of(mentorships: Iterable[Mentorship]) -> QuerySet[SurveyAsk]:
    return SurveyAsk.objects.filter(mentorship__in=[each.pk for each in mentorships])


def unanswered(mentorships: Iterable[Mentorship], on: date) -> QuerySet[SurveyAsk]:
    """Asks that wait for an answer that would be in time, and of which nobody has been reminded; the oldest first."""
    found = asks_of(mentorships).filter(answered_at=None, dropped_at=None, reminded_at=None, last_day__gte=on)
    return found.order_by("due_on", "id")


def municipality_to_ask(day: date) -> Municipality | None:
    """One that asks and has not done so on this day. Looks across the border, at no person."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c.municipality_id from evaluations_surveychoice c where c.is_on and c.valid_from <= %(day)s"
            " and c.id = (select max(l.id) from evaluations_surveychoice l"
            "             where l.municipality_id = c.municipality_id)"
            " and not exists (select 1 from evaluations_surveyround r"
            "                 where r.municipality_id = c.municipality_id and r.day = %(day)s)"
            " order by c.municipality_id limit 1",
            {"day": day},
        )
        row = cursor.fetchone()
    return Municipality.objects.get(pk=row[0]) if row else None


# For the leader: never one answer, only what is counted


def moments_asked(user: User) -> list[str]:
    """The moments that somebody has been asked at, by name."""
    found = SurveyAsk.objects.filter(municipality_id=municipality_of(user), dropped_at=None)
    return sorted(set(found.values_list("moment", flat=True)))


class AskedRow(NamedTuple):
    """One side asked at a moment, with what is known of it. Values and no models: there are thousands."""

    mentorship: int
    party: str
    answers: dict[str, object]
    answered_at: datetime | None
    in_time: bool | None
    reminded_at: datetime | None
    due_on: date
    born: date | None
    target_group: str
    starts_on: date | None
    ends_before: date | None
    employer: int | None


def rows_of(user: User, moment: str) -> list[AskedRow]:
    """Everybody asked at a moment. Of an end that was moved only the last counts."""
    found = SurveyAsk.objects.filter(municipality_id=municipality_of(user), moment=moment, dropped_at=None)
    columns = found.order_by("id").values_list(
        "mentorship_id",
        "party",
        "answers",
        "answered_at",
        "in_time",
        "reminded_at",
        "due_on",
        "mentorship__citizen__birth_date",
        "mentorship__target_group",
        "mentorship__starts_on",
        "mentorship__ends_before",
        "mentorship__mentor__organisation_id",
    )
    rows = [AskedRow(*row) for row in columns]
    if moment not in (END, AFTER):
        return rows
    last = dict(found.values_list("mentorship_id").annotate(last=Max("due_on")))
    return [each for each in rows if each.due_on == last[each.mentorship]]
