"""What the controls have found: shares by team and question, their trend, and the cases that fail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection, connections
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from brobygger.accounts.models import Municipality, Team, User
from brobygger.accounts.permissions import NotAllowed
from brobygger.controls.models import ControlFailure, ControlRun, ControlShare
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Mentor
from brobygger.review.questionnaire import Counts, MunicipalityData
from brobygger.rulebook.models import LocalFrame, LocalWayOfWorking

TREND_RUNS = 12


def municipality_of(user: User) -> int:
    """The border the user works inside. Raises NotAllowed for somebody without a municipality."""
    if user.municipality_id is None:
        raise NotAllowed(_("Du hører ikke til nogen kommune."))
    return user.municipality_id


def runs_visible_to(user: User) -> QuerySet[ControlRun]:
    """The runs that are done, newest first."""
    found = ControlRun.objects.filter(municipality_id=municipality_of(user)).exclude(finished_at=None)
    return found.select_related("asked_by").order_by("-id")


def waiting_run(user: User) -> ControlRun | None:
    return ControlRun.objects.filter(municipality_id=municipality_of(user), finished_at=None).first()


def trend_runs(user: User) -> list[ControlRun]:
    """The newest run of each of the latest days, newest first."""
    newest = runs_visible_to(user).order_by().values("on").annotate(newest=Max("id")).order_by("-on")
    ids = [row["newest"] for row in newest[:TREND_RUNS]]
    return list(runs_visible_to(user).filter(pk__in=ids))


def shares_of(user: User, runs: Iterable[ControlRun]) -> QuerySet[ControlShare]:
    return ControlShare.objects.filter(
        municipality_id=municipality_of(user), run__in=[run.pk for run in runs]
    ).select_related("team")


def teams_visible_to(user: User) -> QuerySet[Team]:
    return Team.objects.filter(municipality_id=municipality_of(user)).order_by("name")


def failures_visible_to(user: User) -> QuerySet[ControlFailure]:
    """What fails now, the oldest first."""
    found = ControlFailure.objects.filter(municipality_id=municipality_of(user), mended_on=None)
    return found.select_related("mentorship__citizen", "mentorship__team", "mentorship__consultant").order_by(
        "since", "id"
    )


def failures_of(
    user: User, question: str, team: Team | None = None, *, without_team: bool = False
) -> QuerySet[ControlFailure]:
    """The open failures of a question: of the whole municipality, a team, or the cases that have none."""
    found = failures_visible_to(user).filter(question=question)
    if without_team:
        return found.filter(mentorship__team=None)
    return found.filter(mentorship__team=team) if team else found


def kept_of(mentorship: Mentorship) -> dict[str, date]:
    """Question -> the day since which the case fails it, of what fails now."""
    found = ControlFailure.objects.filter(
        municipality_id=mentorship.municipality_id, mentorship=mentorship, mended_on=None
    )
    return dict(found.values_list("question", "since"))


class Kept(NamedTuple):
    """A failure as it stands in the table."""

    id: int
    words: tuple[str, str]
    is_open: bool


def kept_failures(municipality_id: int) -> dict[tuple[int, str], Kept]:
    """Every failure that was ever written, by case and question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select mentorship_id, question, id, sentence, remedy, mended_on is null from controls_controlfailure"
            " where municipality_id = %s",
            [municipality_id],
        )
        return {(row[0], row[1]): Kept(row[2], (row[3], row[4]), row[5]) for row in cursor.fetchall()}


def due(on: date, *, is_night: bool) -> int | None:
    """The key of the next municipality that waits: one that asked, else at night one without a run of the day.

    Asked by the owner's role, and only for keys: which municipality it is, nothing of what is in it.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select m.id from accounts_municipality m"
            " left join controls_controlrun r on r.municipality_id = m.id and r.finished_at is null"
            " where r.id is not null or %s and not exists (select 1 from controls_controlrun d"
            '   where d.municipality_id = m.id and d."on" = %s and d.finished_at is not null)'
            " order by r.id is null, m.id limit 1",
            [is_night, on],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def municipality(municipality_id: int) -> Municipality:
    return Municipality.objects.get(pk=municipality_id)


def questionnaire_data(user: User, on: date) -> MunicipalityData:
    """What the answers to the questionnaire are drawn from."""
    here = municipality_of(user)
    runs = runs_visible_to(user)
    newest = runs.first()
    counts: dict[str, Counts] = {}
    if newest is not None:
        totals: dict[str, list[int]] = {}
        for share in shares_of(user, [newest]):
            row = totals.setdefault(share.question, [0, 0, 0, 0])
            for place, number in enumerate(
                (share.passed, share.failed, share.cannot_tell, share.not_relevant)
            ):
                row[place] += number
        counts = {question: Counts(*row) for question, row in totals.items()}
    frames = LocalFrame.objects.filter(municipality_id=here, valid_from__lte=on).order_by("-valid_from")
    ways = LocalWayOfWorking.objects.filter(municipality_id=here, valid_from__lte=on).order_by("-valid_from")
    frame, way = frames.first(), ways.first()
    year_ago = on.replace(year=on.year - 1, day=min(on.day, 28))
    held = runs.filter(on__gt=year_ago).aggregate(runs=Count("id"), first=Min("on"), last=Max("on"))
    cases = Mentorship.objects.filter(municipality_id=here)
    by_status = dict(cases.values_list("status").annotate(number=Count("id")))
    kinds = (
        Mentor.objects.filter(municipality_id=here, mentorships__status="ACTIVE")
        .values_list("kind")
        .annotate(number=Count("mentorships", filter=Q(mentorships__status="ACTIVE")))
        .order_by("-number")
    )
    name = user.municipality.name if user.municipality else ""
    return MunicipalityData(
        municipality=name,
        on=on,
        checked_on=newest.on if newest else None,
        checked_cases=newest.cases if newest else 0,
        counts=counts,
        cases_by_status=by_status,
        active_by_mentor_kind=dict(kinds),
        teams=teams_visible_to(user).count(),
        way_of_working=str(way.get_way_display()) if way else "",
        frame_name=frame.name if frame else "",
        frame_from=frame.valid_from if frame else None,
        runs_last_year=held["runs"],
        open_failures=ControlFailure.objects.filter(municipality_id=here, mended_on=None).count(),
        mended_last_year=ControlFailure.objects.filter(municipality_id=here, mended_on__gt=year_ago).count(),
    )
