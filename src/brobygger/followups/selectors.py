"""Follow-ups a user may see, and those that need somebody."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.models import Conclusion, FollowUp
from brobygger.mentorships.models import Goal, Mentorship, Status
from brobygger.mentorships.selectors import case_address
from brobygger.ui.attention import Act, Attention, Scope

AHEAD = timedelta(days=7)
LOOK_BACK = timedelta(days=365)
"""Mentorships that ended longer ago without a conclusion are history, not work."""
MOST_ROWS = 300

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
    return found.select_related("recorded_by").first()


def goals_of(mentorship: Mentorship) -> list[Goal]:
    return list(
        Goal.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship).order_by(
            "position"
        )
    )


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
    """Follow-ups overdue, due, or due within a week, and mentorships that ended without a conclusion."""
    if user.kind != "staff" or not user.may(Permission.FOLLOW_UP):
        return []
    due = (
        visible_to(user)
        .filter(_OPEN, _near(user, "mentorship__"), planned_for__lte=today + AHEAD)
        .select_related("mentorship__citizen")
        .order_by("planned_for", "id")[:MOST_ROWS]
    )
    return [_row(user, follow_up, today) for follow_up in due] + _unconcluded(user, today)


def _near(user: User, prefix: str = "") -> Q:
    """The user's own cases and the team's; those without a team see the municipality's."""
    if user.team_id is None:
        return Q()
    return Q(**{f"{prefix}consultant_id": user.pk}) | Q(**{f"{prefix}team_id": user.team_id})


def _scope(user: User, mentorship: Mentorship) -> Scope:
    return "mine" if mentorship.consultant_id == user.pk else "team"


def _row(user: User, follow_up: FollowUp, today: date) -> Attention:
    mentorship, when = follow_up.mentorship, follow_up.planned_for
    if when < today:
        kind, heading, urgency = "follow_up_overdue", _("Opfølgning overskredet"), 0
    elif when == today:
        kind, heading, urgency = "follow_up_today", _("Opfølgning i dag"), 2
    else:
        kind, heading, urgency = "follow_up_soon", str(follow_up.get_kind_display()), 6
    record = reverse("followups:record", args=[follow_up.public_id])
    move = reverse("followups:move", args=[follow_up.public_id])
    return Attention(
        kind=kind,
        heading=heading,
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=when,
        url=f"{case_address(mentorship)}#opfoelgning",
        acts=(
            Act(_("Registrér"), record, "get", True, in_place=True),
            Act(_("Flyt"), move, "get", in_place=True),
        ),
        urgency=urgency,
        scope=_scope(user, mentorship),
    )


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
