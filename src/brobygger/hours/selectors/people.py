"""The mentorships, grants and looks that the pages of mentor, citizen and company need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from brobygger.accounts.models import User
from brobygger.grants import selectors as grants
from brobygger.grants.models import Grant
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship, Status
from brobygger.people.models import Mentor


@dataclass(frozen=True)
class Look:
    """That somebody with a role looked at the citizen, when and for what. Not who."""

    at: datetime
    roles: tuple[str, ...]
    purpose: str


def own_mentorships(user: User) -> QuerySet[Mentorship]:
    """The user's own mentorships with goals, tasks and the mentor's firm.

    The firm is joined and never fetched alone: row-level security may hide it, and then it is None.
    """
    found = mentorships.visible_to(user).select_related("mentor__organisation")
    return found.prefetch_related("goals", "tasks")


def mentorships_under_way(user: User) -> QuerySet[Mentorship]:
    """Those that have begun and not ended."""
    return own_mentorships(user).filter(status=Status.ACTIVE).order_by("starts_on", "pk")


def grants_on(user: User, cases: Iterable[Mentorship], day: date) -> dict[int, Grant]:
    """The grant of each mentorship whose period holds the day; for a mentor the own."""
    found = Grant.objects.filter(
        grants.own_grants(user),
        mentorship__in=list(cases),
        is_current=True,
        starts_on__lte=day,
        ends_before__gt=day,
    )
    return {grant.mentorship_id: grant for grant in found.order_by("pk")}


@dataclass(frozen=True)
class MentorTurn:
    """Who the mentor is today, and who comes next from which day."""

    mentor: Mentor | None
    next_mentor: Mentor | None = None
    next_from: date | None = None


def turns_of(cases: Iterable[Mentorship], today: date) -> dict[int, MentorTurn]:
    """The mentor today of each mentorship, in one query. With one mentor only it is the mentorship's own."""
    cases = list(cases)
    rows = Grant.objects.filter(
        mentorship__in=cases, is_current=True, ends_before__gt=today, mentor__isnull=False
    ).select_related("mentor__organisation")
    by_case: dict[int, list[Grant]] = {}
    for grant in rows.order_by("starts_on", "pk"):
        by_case.setdefault(grant.mentorship_id, []).append(grant)
    return {case.pk: _turn(case, by_case.get(case.pk, []), today) for case in cases}


def _turn(case: Mentorship, grants_left: list[Grant], today: date) -> MentorTurn:
    now = next((each.mentor for each in grants_left if each.starts_on <= today), case.mentor)
    coming = next(
        (each for each in grants_left if each.starts_on > today and each.mentor_id != (now and now.pk)), None
    )
    return MentorTurn(now, coming.mentor, coming.starts_on) if coming else MentorTurn(now)


def grants_since(mentorship: Mentorship) -> QuerySet[Grant]:
    """All grants of a mentorship, the first first."""
    found = Grant.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.order_by("starts_on", "pk")


def looks_at(*, since: datetime) -> list[Look]:
    """Looks at the citizen that the database context acts for, newest first; empty for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("select at, acting_role, purpose from sec.looks_at_me(%s)", [since])
        return [Look(at, tuple(roles.split(",")), purpose) for at, roles, purpose in cursor.fetchall()]
