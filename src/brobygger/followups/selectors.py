"""Follow-ups a user may see, and those that need somebody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.concerns import selectors as concerns
from brobygger.followups.local.selectors import days_to_leader
from brobygger.followups.models import Concern, Conclusion, FollowUp, Hearing
from brobygger.followups.plan import longest_silence
from brobygger.followups.substitutes.services import is_leader
from brobygger.grants import selectors as grants
from brobygger.hours import selectors as hours
from brobygger.law.codes import Context
from brobygger.law.target_groups import RIGHT_AND_DUTY_CASH_BENEFIT, RIGHT_AND_DUTY_EDUCATION
from brobygger.mentorships.models import Goal, GoalReading, Mentorship, Status
from brobygger.mentorships.selectors import case_address
from brobygger.ui.attention import Act, Attention, Scope
from brobygger.values.moment import danish_day

AHEAD = timedelta(days=7)
LOOK_BACK = timedelta(days=365)
"""Mentorships that ended longer ago without a conclusion are history, not work."""
MOST_ROWS = 300
MOST_PRESSING = -1
"""Before what is overdue or in dispute."""
RATE_DAYS = 90

_OPEN = Q(done_at=None, cancelled_at=None)


def visible_to(user: User) -> QuerySet[FollowUp]:
    """Staff who see cases: the municipality's. Others none."""
    found = FollowUp.objects.filter(municipality_id=municipality_of(user))
    return found if user.kind == "staff" and user.may(Permission.SEE_CASES) else found.none()


def get(user: User, public_id: uuid.UUID) -> FollowUp:
    """Raises FollowUp.DoesNotExist."""
    return visible_to(user).get(public_id=public_id)


def with_case(user: User) -> QuerySet[FollowUp]:
    return visible_to(user).select_related("mentorship__citizen", "mentorship__consultant", "done_by")


def of_mentorship(mentorship: Mentorship) -> QuerySet[FollowUp]:
    """All that are not cancelled, in order."""
    found = FollowUp.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.filter(cancelled_at=None).select_related("done_by").order_by("planned_for", "id")


def open_of(mentorship: Mentorship) -> QuerySet[FollowUp]:
    found = FollowUp.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.filter(_OPEN).order_by("planned_for", "id")


def conclusion_of(mentorship: Mentorship) -> Conclusion | None:
    found = Conclusion.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("recorded_by", "report").defer("report__content").first()


def goals_of(mentorship: Mentorship) -> list[Goal]:
    return list(
        Goal.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship).order_by(
            "position"
        )
    )


def last_done(mentorship: Mentorship) -> FollowUp | None:
    """The one done last, with its note."""
    return of_mentorship(mentorship).filter(done_at__isnull=False).order_by("-done_on", "-id").first()


def wanting_change(mentorship: Mentorship) -> FollowUp | None:
    """The newest follow-up that found wrong hours or a pair that does not fit, if nothing was decided since."""
    doubts = Q(hours_fit__in=(FollowUp.HoursFit.TOO_FEW, FollowUp.HoursFit.TOO_MANY)) | Q(pair_fits=False)
    found = of_mentorship(mentorship).filter(doubts, done_at__isnull=False)
    decided = grants.decisions_of(mentorship).first()
    if decided:
        found = found.filter(done_at__gt=decided.decided_at)
    return found.order_by("-done_at", "-id").first()


def goals_with_reading(mentorship: Mentorship) -> list[tuple[Goal, GoalReading | None]]:
    """Each goal with the municipality's latest reading of it. Two queries."""
    here = GoalReading.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    own = here.filter(side=GoalReading.Side.STAFF).order_by("read_on", "id")
    latest = {reading.goal_id: reading for reading in own}
    return [(goal, latest.get(goal.pk)) for goal in goals_of(mentorship)]


def done_count(mentorship: Mentorship) -> int:
    return of_mentorship(mentorship).filter(done_at__isnull=False).count()


def minutes_of(mentorship: Mentorship) -> dict[str, int]:
    """Minutes granted and used, and of the contacts: confirmed, disputed, waiting for the citizen.

    Contacts live beside this app; only their columns are named here.
    """
    used = mentorship.grants.filter(is_current=True).aggregate(
        granted=Sum("minutes"), used=Sum("used_minutes")
    )
    contacts = Mentorship.objects.filter(pk=mentorship.pk).aggregate(
        confirmed=Sum("contacts__minutes", filter=Q(contacts__state__in=("CONFIRMED", "ACCEPTED"))),
        disputed=Sum("contacts__minutes", filter=Q(contacts__state="DISPUTED")),
        waiting=Sum("contacts__minutes", filter=Q(contacts__state="REGISTERED")),
    )
    return {name: value or 0 for name, value in {**used, **contacts}.items()}


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """Concerns, follow-ups overdue, due, or due within a week, and mentorships that ended without a conclusion.

    What is overdue for longer than the municipality's alarm stands among the leader's own rows. A constant number of
    queries.
    """
    if user.kind != "staff" or not user.may(Permission.FOLLOW_UP):
        return []
    answered = Hearing.objects.filter(
        municipality_id=OuterRef("municipality_id"), follow_up_id=OuterRef("pk"), answered_at__isnull=False
    )
    due = (
        visible_to(user)
        .filter(_OPEN, _near(user, "mentorship__"), planned_for__lte=today + AHEAD)
        .annotate(is_answered=Exists(answered))
        .select_related("mentorship__citizen")
        .order_by("planned_for", "id")[:MOST_ROWS]
    )
    alarm = today - timedelta(days=days_to_leader(municipality_of(user), today)) if is_leader(user) else None
    rows = [_row(user, follow_up, today, alarm) for follow_up in due]
    return _concerns(user) + rows + _unconcluded(user, today) + _below_contact_minimum(user, today)


def _concerns(user: User) -> list[Attention]:
    """Before everything else: somebody has said that something is wrong."""
    return [
        _concern_row(user, each) for each in concerns.open_near(user, _near(user, "mentorship__"))[:MOST_ROWS]
    ]


def _concern_row(user: User, concern: Concern) -> Attention:
    mentorship = concern.mentorship
    address = reverse("followups:concern", args=[concern.public_id])
    return Attention(
        # Rows of the same urgency stand by age, then by this word: a concern goes first.
        kind="concern",
        heading=_("Bekymring fra %(who)s") % {"who": concern.get_who_display().lower()},
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=danish_day(concern.raised_at),
        url=address,
        acts=(Act(_("Læs og svar"), address, "get", True),),
        urgency=MOST_PRESSING,
        scope=_scope(user, mentorship),
        happened=True,
    )


def _below_contact_minimum(user: User, today: date) -> list[Attention]:
    """Silences that broke the law's contact minimum before the usual alarm of silence: on days in 2014 and 2015.

    Asked only where the law's number is confirmed and shorter; a case says no more of right and duty than its target
    group and that the mentor is the only effort.
    """
    usual = hours.SILENT_AFTER.days
    days = longest_silence(today, is_right_and_duty=True, usual=usual)
    if days >= usual:
        return []
    could_be = Mentorship.objects.filter(
        _near(user),
        municipality_id=municipality_of(user),
        context=Context.ONLY_EFFORT,
        target_group__in=RIGHT_AND_DUTY_CASH_BENEFIT | RIGHT_AND_DUTY_EDUCATION,
    ).select_related("citizen")
    quiet = hours.silent(could_be, today, after=timedelta(days=days)).order_by("pk")[:MOST_ROWS]
    return [
        Attention(
            kind="contact_minimum",
            heading=_("Ingen kontakt i %(days)d dage: ret og pligt-mentor") % {"days": days},
            case_code=mentorship.code,
            initials=mentorship.citizen.initials,
            when=today,
            url=f"{case_address(mentorship)}#timer",
            acts=(Act(_("Se timerne"), f"{case_address(mentorship)}#timer"),),
            urgency=1,
            scope=_scope(user, mentorship),
            happened=True,
        )
        for mentorship in quiet
    ]


def _near(user: User, prefix: str = "") -> Q:
    """The user's own cases and the team's; those without a team see the municipality's."""
    if user.team_id is None:
        return Q()
    return Q(**{f"{prefix}consultant_id": user.pk}) | Q(**{f"{prefix}team_id": user.team_id})


def _scope(user: User, mentorship: Mentorship) -> Scope:
    return "mine" if mentorship.consultant_id == user.pk else "team"


def _row(user: User, follow_up: FollowUp, today: date, alarm: date | None) -> Attention:
    mentorship = follow_up.mentorship
    kind, heading, urgency = _state(follow_up, today)
    scope = _scope(user, mentorship)
    if alarm and follow_up.planned_for < alarm and scope == "team":
        kind, heading, scope = "follow_up_alarm", _("Opfølgning glemt på holdet"), "mine"
    record = reverse("followups:record", args=[follow_up.public_id])
    move = reverse("followups:move", args=[follow_up.public_id])
    return Attention(
        kind=kind,
        heading=heading,
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=follow_up.planned_for,
        url=f"{case_address(mentorship)}#opfoelgning",
        acts=(
            Act(_("Registrér"), record, "get", True, in_place=True),
            Act(_("Flyt"), move, "get", in_place=True),
        ),
        urgency=urgency,
        scope=scope,
    )


def _state(follow_up: FollowUp, today: date) -> tuple[str, str, int]:
    """Which group the row stands in, its heading, and how urgent it is."""
    when, words = follow_up.planned_for, str(follow_up.get_kind_display())
    if getattr(follow_up, "is_answered", False):
        return "hearing_answered", _("Læs: %(kind)s") % {"kind": words[0].lower() + words[1:]}, 2
    if when < today:
        return "follow_up_overdue", _("Opfølgning overskredet"), 0
    if follow_up.origin == FollowUp.Origin.CITIZEN:
        return "wish_to_be_heard", _("Borgeren vil høres alene"), 1
    if when == today:
        return "follow_up_today", _("Opfølgning i dag"), 2
    return "follow_up_soon", words, 6


def _unconcluded(user: User, today: date) -> list[Attention]:
    ended = Q(status=Status.ENDED) | Q(status=Status.ACTIVE, ends_before__lte=today)
    found = (
        Mentorship.objects.filter(municipality_id=municipality_of(user), conclusion=None)
        .filter(ended, _near(user), ends_before__gt=today - LOOK_BACK)
        .exclude(starts_on=None)
        .select_related("citizen")
        .order_by("ends_before", "id")[:MOST_ROWS]
    )
    return [
        Attention(
            kind="unconcluded",
            heading=_("Mangler afslutning"),
            case_code=mentorship.code,
            initials=mentorship.citizen.initials,
            when=mentorship.last_day or today,
            url=f"{case_address(mentorship)}#opfoelgning",
            acts=(
                Act(_("Afslut"), reverse("followups:conclude", args=[mentorship.public_id]), primary=True),
            ),
            urgency=1,
            scope=_scope(user, mentorship),
            happened=True,
        )
        for mentorship in found
    ]


# How many are on time


@dataclass(frozen=True)
class OnTime:
    """Follow-ups of a team that fell due in the period: how many were done on the planned day or before.

    ``moved``: of those in time, how many had been given another day. ``open``: fallen due and not done.
    """

    team: str
    due: int
    in_time: int
    moved: int
    late: int
    open: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.in_time) / self.due if self.due else None


def on_time_of_teams(user: User, today: date, *, days: int = RATE_DAYS) -> list[OnTime]:
    """One row a team by name, over the last ``days``. What falls due today is not counted yet. One query."""
    done, in_time = Q(done_on__isnull=False), Q(done_on__lte=F("planned_for"))
    rows = (
        visible_to(user)
        .filter(cancelled_at=None, planned_for__gte=today - timedelta(days=days), planned_for__lt=today)
        .values("mentorship__team__name")
        .annotate(
            due=Count("id"),
            in_time=Count("id", filter=in_time),
            moved=Count("id", filter=in_time & ~Q(planned_for=F("due_on"))),
            late=Count("id", filter=done & Q(done_on__gt=F("planned_for"))),
            open=Count("id", filter=~done),
        )
        .order_by("mentorship__team__name")
    )
    return [
        OnTime(
            row["mentorship__team__name"] or _("Uden hold"),
            *(row[name] for name in ("due", "in_time", "moved", "late", "open")),
        )
        for row in rows
    ]
