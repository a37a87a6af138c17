"""The mentorships, grants and looks that the pages of mentor, citizen and company need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet

from brobygger.accounts.models import User
from brobygger.grants.models import Grant
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship, Status


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


def grants_on(cases: Iterable[Mentorship], day: date) -> dict[int, Grant]:
    """The grant of each mentorship whose period holds the day."""
    found = Grant.objects.filter(
        mentorship__in=list(cases), is_current=True, starts_on__lte=day, ends_before__gt=day
    )
    return {grant.mentorship_id: grant for grant in found.order_by("pk")}


def grants_since(mentorship: Mentorship) -> QuerySet[Grant]:
    """All grants of a mentorship, the first first."""
    found = Grant.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.order_by("starts_on", "pk")


def looks_at(*, since: datetime) -> list[Look]:
    """Looks at the citizen that the database context acts for, newest first; empty for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("select at, acting_role, purpose from sec.looks_at_me(%s)", [since])
        return [Look(at, tuple(roles.split(",")), purpose) for at, roles, purpose in cursor.fetchall()]
