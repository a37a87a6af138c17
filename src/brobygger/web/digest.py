"""The weekly digest (ugebrev): how much waits for each colleague, as counts and a link.

Mail is no place for personal data: no name, no case number, nothing about anybody. Sent once a week, by day, a few
colleagues a round, so that the worker's other duties never wait for a whole country.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import translation

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import ROLE_PERMISSIONS, Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.followups.models import WeeklyDigest
from brobygger.followups.plan import is_working_day
from brobygger.notices import services as notices
from brobygger.ui.attention import Attention
from brobygger.values.moment import COPENHAGEN, danish_day
from brobygger.web import home

JOB = "Ugebrev"
DAY_BEGINS, DAY_ENDS = 7, 17
PER_ROUND = 10
LIFETIME_SECONDS = 600

_SUBJECT = "Din uge i Brobygger"
_LINES = (
    (home.TODAY, "Kræver dig i dag"),
    (home.WEEK, "Denne uge"),
    (home.TEAM, "På holdet"),
)
_LINK = "Se listen her: {link}"
_CONCERNS = "Heraf bekymringer, der venter på svar: {count}"


def send_next(*, at: datetime) -> int:
    """The worker's duty: the digests of one municipality that lacks some, at most ten. Returns how many were sent.

    They go out from the first working day of the week on, on working days from 7 to 17 Danish time.
    """
    today, clock = danish_day(at), at.astimezone(COPENHAGEN).hour
    if not is_working_day(today) or not DAY_BEGINS <= clock < DAY_ENDS:
        return 0
    municipality = _municipality_that_lacks(week_of(today))
    return send(municipality=municipality, at=at) if municipality else 0


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def send(*, municipality: Municipality, at: datetime, limit: int = PER_ROUND) -> int:
    """The digests a municipality lacks this week; sending again sends none anew."""
    today = danish_day(at)
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        return sum(_send(each, today, at) for each in _lacking(municipality, week_of(today))[:limit])


def body_of(rows: list[Attention], today: date) -> str:
    """Counts by when they are due, and the link. Nothing else of a row is used."""
    heaps = home.sort_out(rows, today)
    told = [f"{words}: {len(heaps[name])}" for name, words in _LINES]
    if concerns := Counter(row.kind for row in rows)["concern"]:
        told.append(_CONCERNS.format(count=concerns))
    return "\n".join([*told, _LINK.format(link=f"{settings.PUBLIC_ADDRESS}{reverse('web:home')}")])


def _send(user: User, today: date, at: datetime) -> int:
    """Counted as sent also where nothing waits: then there is no mail."""
    # Mails of the authority are Danish whoever's language the worker runs in.
    with translation.override("da"):
        rows = home.everything(user, today)
        body = body_of(rows, today)
    if not _note_sent(user, week_of(today), len(rows), at) or not rows:
        return 0
    notices.mail(
        municipality_id=user.municipality_id or 0,
        to=user,
        subject=_SUBJECT,
        body=body,
    )
    audit.record("digest.sent", by=audit.NamedJob(JOB, user.municipality_id), subject=user, rows=len(rows))
    return 1


def _note_sent(user: User, week: date, rows: int, at: datetime) -> bool:
    """False where another worker was first."""
    try:
        with transaction.atomic():
            WeeklyDigest.objects.create(
                municipality_id=municipality_of(user), user=user, week=week, rows=rows, sent_at=at
            )
    except IntegrityError:
        return False
    return True


def _lacking(municipality: Municipality, week: date) -> list[User]:
    got = WeeklyDigest.objects.filter(municipality=municipality, week=week).values("user_id")
    users = User.objects.filter(municipality=municipality, is_active=True).exclude(email="")
    return [each for each in users.exclude(pk__in=got).order_by("id") if each.may(Permission.FOLLOW_UP)]


def _municipality_that_lacks(week: date) -> Municipality | None:
    """One with a colleague who follows up and has no digest of the week. The owner's role, only for the key."""
    roles = [role.value for role, allowed in ROLE_PERMISSIONS.items() if Permission.FOLLOW_UP in allowed]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select u.municipality_id from accounts_user u where u.is_active and u.email <> ''"
            " and u.municipality_id is not null and u.roles && %(roles)s::varchar[] and not exists ("
            "  select 1 from followups_weeklydigest d where d.municipality_id = u.municipality_id"
            "  and d.user_id = u.id and d.week = %(week)s) order by u.municipality_id limit 1",
            {"roles": roles, "week": week},
        )
        row = cursor.fetchone()
    return Municipality.objects.get(pk=row[0]) if row else None
