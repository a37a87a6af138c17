"""Reading stored figures: always from the user, always the newest that is whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.effects.models import ResultCase, ResultRun, StoredResult
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.values.period import Period

Subject = StoredResult.Subject
EVERYTHING = frozenset(Subject.values)
DAYS_BETWEEN = 7

_DUE = """
select m.id from accounts_municipality m
left join effects_resultrun w on w.municipality_id = m.id and w.finished_at is null
left join lateral (
 select max(asked_at) as made_at, max("on") as made_on from effects_resultrun
 where municipality_id = m.id and finished_at is not null
) r on true
left join lateral (
 select max(imported_at) as told_at from registers_registerimport where municipality_id = m.id
) i on true
where w.id is not null
 or %s and i.told_at is not null and (r.made_at is null or i.told_at > r.made_at or r.made_on <= %s::date - %s)
order by w.id is null, m.id limit 1"""


@dataclass(frozen=True)
class Shown:
    """One run and, of it, one period: everything the pages are drawn from. Two queries."""

    run: ResultRun
    results: dict[tuple[date | None, str], dict[str, Any]]
    wanted: date | None
    lotteries: tuple[dict[str, Any], ...] = ()
    """What may be shown of each lot that has been drawn, newest first."""

    @cached_property
    def periods(self) -> list[Period]:
        """The closed periods, newest first."""
        return sorted(self._ends, reverse=True)

    @cached_property
    def _ends(self) -> list[Period]:
        return [
            Period(start, date.fromisoformat(payload["ends_before"]))
            for (start, subject), payload in self.results.items()
            if start and subject == Subject.STATUS
        ]

    @property
    def period(self) -> Period | None:
        """The period that was asked for, else the newest."""
        asked = [each for each in self.periods if each.start == self.wanted]
        return next(iter(asked or self.periods), None)

    def payload(self, subject: str) -> dict[str, Any]:
        """What a subject may show in the period (or of everyone); empty when there is nothing."""
        start = self.period.start if self.period else None
        return self.results.get((start, subject)) or self.results.get((None, subject)) or {}


def runs_visible_to(user: User) -> QuerySet[ResultRun]:
    """The runs that are done, newest first; none for those who may not see results."""
    found = ResultRun.objects.filter(municipality_id=municipality_of(user)).exclude(finished_at=None)
    found = found if user.may(Permission.SEE_EFFECTS) else found.none()
    return found.select_related("asked_by").order_by("-id")


def waiting_run(user: User) -> ResultRun | None:
    return ResultRun.objects.filter(municipality_id=municipality_of(user), finished_at=None).first()


def newest(user: User, period: date | None = None, subjects: Collection[str] = EVERYTHING) -> Shown | None:
    """The newest run, and of the period that is wanted (else the newest) the subjects asked for.

    A period that has been shown is never made again: what differs from older figures of the same people could tell
    whose row was corrected. New periods hold other people.
    """
    run = runs_visible_to(user).first()
    if run is None:
        return None
    rows = StoredResult.objects.filter(municipality_id=run.municipality_id, run=run)
    wanted = rows.filter(starts_on=period).values("starts_on")[:1] if period else None
    last = rows.exclude(starts_on=None).order_by("-starts_on").values("starts_on")[:1]
    chosen = Coalesce(Subquery(wanted), Subquery(last)) if wanted is not None else Subquery(last)
    needed = Q(starts_on=None) | Q(starts_on=chosen)
    stored = list(
        rows.filter(Q(subject=Subject.STATUS) | needed & Q(subject__in=subjects))
        .order_by("-id")
        .values_list("starts_on", "subject", "payload")
    )
    return Shown(
        run,
        {(start, subject): payload for start, subject, payload in stored if subject != Subject.LOTTERY},
        period,
        tuple(payload for _start, subject, payload in stored if subject == Subject.LOTTERY),
    )


def cases_behind(user: User, shown: Shown, labels: Mapping[str, Sequence[str]]) -> QuerySet[Mentorship]:
    """The mentorships counted in a cell, for those who see cases."""
    if shown.period is None or not user.may(Permission.SEE_CASES):
        return Mentorship.objects.none()
    counted = ResultCase.objects.filter(
        municipality_id=municipality_of(user),
        run=shown.run,
        starts_on=shown.period.start,
        labels__contains=dict(labels),
    )
    found = mentorships.visible_to(user).filter(pk__in=counted.values("mentorship_id"))
    return found.order_by("-ends_before", "id")


# For the worker


def municipality(key: int) -> Municipality:
    return Municipality.objects.get(pk=key)


def due(on: date, *, is_night: bool) -> int | None:
    """The key of the next municipality whose figures wait: asked for, or at night with registers newer than they are.

    Asked by the owner's role, and only for keys.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(_DUE, [is_night, on, DAYS_BETWEEN])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def kept_periods(municipality_id: int) -> tuple[Period, ...]:
    """Periods that have been shown, oldest first."""
    rows = StoredResult.objects.filter(
        municipality_id=municipality_id, subject=Subject.STATUS, run__finished_at__isnull=False
    )
    found = rows.order_by("starts_on").values_list("starts_on", "ends_before").distinct()
    return tuple(Period(start, end) for start, end in found if start)


def run_that_showed(municipality_id: int, period: Period) -> ResultRun | None:
    """The newest run whose figures of exactly this period have been shown."""
    stored = StoredResult.objects.filter(
        municipality_id=municipality_id,
        subject=Subject.STATUS,
        starts_on=period.start,
        ends_before=period.end,
        run__finished_at__isnull=False,
    )
    newest_row = stored.select_related("run").order_by("-run_id").first()
    return newest_row.run if newest_row else None


def period_stored(run: ResultRun, period: Period) -> list[tuple[str, dict[str, Any]]]:
    """Subject and payload of what a run shows of a period."""
    rows = StoredResult.objects.filter(municipality_id=run.municipality_id, run=run, starts_on=period.start)
    return list(rows.order_by("id").values_list("subject", "payload"))


def period_cases(run: ResultRun, period: Period) -> list[tuple[int, dict[str, Any]]]:
    """The key and the labels of each mentorship counted in a period of a run."""
    rows = ResultCase.objects.filter(municipality_id=run.municipality_id, run=run, starts_on=period.start)
    return list(rows.order_by("id").values_list("mentorship_id", "labels"))


def stored_parts(run: ResultRun) -> set[tuple[date | None, str, str]]:
    rows = StoredResult.objects.filter(municipality_id=run.municipality_id, run=run)
    return set(rows.values_list("starts_on", "subject", "key"))


def lotteries_shown(municipality_id: int) -> dict[str, dict[str, Any]]:
    """What has been shown of each lot whose result has been made, by its key."""
    rows = StoredResult.objects.filter(
        municipality_id=municipality_id,
        subject=Subject.LOTTERY,
        payload__state="compared",
        run__finished_at__isnull=False,
    )
    return dict(rows.order_by("run_id").values_list("key", "payload"))
