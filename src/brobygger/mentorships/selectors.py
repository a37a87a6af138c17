"""Reading mentorships: always from the user, who sees one municipality or the own person's."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission
from brobygger.audit.models import Event
from brobygger.law.codes import Act, Context, SupportType
from brobygger.mentorships.models import (
    CitizenMessage,
    Document,
    Goal,
    JournalEntry,
    Mentorship,
    MentorshipDraft,
    Status,
    StatusChange,
    Task,
)
from brobygger.mentorships.need import Need
from brobygger.people.models import Mentor
from brobygger.ui.attention import Act as Deed
from brobygger.ui.attention import Attention, Scope
from brobygger.ui.formats import danish_date
from brobygger.values.moment import COPENHAGEN

OPEN = (Status.FOR_APPROVAL, Status.GRANTED, Status.ACTIVE)
ENDS_SOON_DAYS = 28
MOST_ROWS = 200

_OWN_COLUMN = {"citizen": "citizen_id", "company": "organisation_id"}
_PEOPLE = ("citizen", "mentor", "organisation", "consultant", "team")


def municipality_of(user: User) -> int:
    """The border the user works inside. Raises NotAllowed for somebody without a municipality."""
    if user.municipality_id is None:
        raise NotAllowed(_("Du hører ikke til nogen kommune."))
    return user.municipality_id


def visible_to(user: User) -> QuerySet[Mentorship]:
    """What the user may see: the municipality's for staff, the own for mentor, citizen and company.

    A mentor's are also those of other days, until the database closes them (``sec.mentored``).
    """
    found = Mentorship.objects.filter(municipality_id=municipality_of(user))
    if user.kind == "mentor":
        found = found.filter(Q(mentor_id=user.person_id) | Q(pk__in=_of_other_days(user)))
    elif column := _OWN_COLUMN.get(user.kind):
        found = found.filter(**{column: user.person_id})
    return found.select_related(*_PEOPLE)


def _of_other_days(user: User) -> QuerySet[Mentorship, int]:
    """Where the mentor has a grant of the own. Grants live in a higher package; only their columns are named."""
    rows = Mentorship.objects.filter(
        municipality_id=municipality_of(user),
        grants__mentor_id=user.person_id or 0,
        grants__is_current=True,
    )
    return rows.order_by().values_list("pk", flat=True)


def get(user: User, public_id: uuid.UUID) -> Mentorship:
    """Raises Mentorship.DoesNotExist, also for what the user may not see."""
    return visible_to(user).get(public_id=public_id)


def need_of(mentorship: Mentorship) -> Need:
    """The need a mentorship was made from, for asking the law again."""
    return Need(
        citizen=mentorship.citizen,
        act=Act(mentorship.act),
        target_group=mentorship.target_group,
        context=Context(mentorship.context),
        support_type=SupportType(mentorship.support_type),
        organisation=mentorship.organisation,
        mentor=mentorship.mentor,
        purpose=mentorship.purpose,
        goals=tuple(goal.text for goal in goals_of(mentorship)),
        tasks=tuple(task.text for task in tasks_of(mentorship)),
        qualifications_needed=mentorship.qualifications_needed,
        decisive_reason=mentorship.decisive_reason,
        beyond_normal_reason=mentorship.beyond_normal_reason,
        not_usual_work=mentorship.not_usual_work,
        in_group_since=mentorship.in_group_since,
        discharge_on=mentorship.discharge_on,
        education_admission_on=mentorship.education_admission_on,
    )


def mentors_of(mentorship: Mentorship) -> list[tuple[Mentor, date | None, date | None]]:
    """(mentor, first day, last day), the newest on top. The first one has no first day, the newest no last day.

    Grants live in a higher package; only their columns are named.
    """
    grants = mentorship.grants.filter(is_current=True, mentor__isnull=False).select_related("mentor")
    turns: list[tuple[Mentor, date]] = []
    for grant in grants.order_by("starts_on", "id"):
        if not turns or turns[-1][0] != grant.mentor:
            turns.append((grant.mentor, grant.starts_on))
    if not turns:
        return [(mentorship.mentor, None, None)] if mentorship.mentor else []
    found = []
    for place, (mentor, first) in enumerate(turns):
        next_first = turns[place + 1][1] if place + 1 < len(turns) else None
        last = next_first - timedelta(days=1) if next_first else None
        found.append((mentor, first if place else None, last))
    return found[::-1]


def mentor_on(mentorship: Mentorship, day: date) -> Mentor | None:
    """Who the mentor is on a day; the one decided on last where the days do not say."""
    for mentor, first, last in mentors_of(mentorship):
        if (first is None or first <= day) and (last is None or day <= last):
            return mentor
    latest: Mentor | None = mentorship.mentor
    return latest


def goals_of(mentorship: Mentorship) -> QuerySet[Goal]:
    return Goal.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)


def tasks_of(mentorship: Mentorship) -> QuerySet[Task]:
    return Task.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)


def journal_of(mentorship: Mentorship) -> QuerySet[JournalEntry]:
    """Newest first."""
    found = JournalEntry.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("recorded_by").order_by("-dated_on", "-id")


def status_history(mentorship: Mentorship) -> QuerySet[StatusChange]:
    """Newest first."""
    found = StatusChange.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("by").order_by("-id")


def documents_of(mentorship: Mentorship) -> QuerySet[Document]:
    """Newest first, without their bytes."""
    found = Document.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.defer("content").order_by("-id")


def documents_visible_to(user: User) -> QuerySet[Document]:
    """Staff who see cases see all; the citizen the own; mentor and company the agreement and nothing else.

    The agreement with another mentor is no mentor's own.
    """
    found = Document.objects.filter(municipality_id=municipality_of(user)).select_related(
        "mentorship__citizen"
    )
    if user.kind == "staff":
        return found if user.may(Permission.SEE_CASES) else found.none()
    found = found.filter(mentorship__in=visible_to(user).order_by().values("pk"))
    if user.kind == "citizen":
        return found
    found = found.filter(kind=Document.Kind.AGREEMENT)
    if user.kind != "mentor":
        return found
    is_party = Q(agreements__parties__party="MENTOR", agreements__parties__person_id=user.person_id)
    return found.filter(Q(agreements=None) | is_party)


def messages_of(mentorship: Mentorship) -> QuerySet[CitizenMessage]:
    """What the citizen has written, newest first."""
    found = CitizenMessage.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("handled_by").order_by("-id")


def message_visible_to(user: User) -> QuerySet[CitizenMessage]:
    """Messages of the municipality, for those who handle them."""
    found = CitizenMessage.objects.filter(municipality_id=municipality_of(user))
    if user.kind == "citizen":
        return found.filter(citizen_id=user.person_id or 0)
    return found.select_related("mentorship__citizen") if user.may(Permission.SEE_CASES) else found.none()


LOOKS = frozenset({"citizen.seen", "citizen.cpr_shown", "citizen.sought_by_cpr", "document.downloaded"})
"""Events by which somebody saw something and nothing changed."""


def events_of(mentorship: Mentorship, *, also: Iterable[uuid.UUID] = (), limit: int = 100) -> list[Event]:
    """What happened around the case, newest first.

    ``also``: public ids of things that belong to the case and are kept by higher packages.
    """
    return list(_events(mentorship, also).exclude(action__in=LOOKS)[:limit])


def looks_of(mentorship: Mentorship, *, limit: int = 50) -> list[Event]:
    """Who looked at the citizen or took a copy, newest first."""
    return list(_events(mentorship, ()).filter(action__in=LOOKS)[:limit])


def _events(mentorship: Mentorship, also: Iterable[uuid.UUID]) -> QuerySet[Event]:
    subjects = {str(mentorship.public_id), str(mentorship.citizen.public_id), *map(str, also)}
    found = Event.objects.filter(municipality_id=mentorship.municipality_id, subject__in=subjects)
    return found.order_by("-id")


# Drafts


def drafts_of(user: User) -> QuerySet[MentorshipDraft]:
    """The user's own drafts, last saved first. Nobody sees another's."""
    found = MentorshipDraft.objects.filter(municipality_id=municipality_of(user), owner=user)
    return found.order_by("-saved_at")


# The list


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. ``whose`` is mine, team or all; ``status`` open, all or a Status."""

    whose: str = "all"
    status: str = "open"
    text: str = ""


@dataclass(frozen=True)
class CaseFigures:
    """Minutes granted and used in the current grants, and the next follow-up."""

    granted: int
    used: int
    next_follow_up: date | None


def listed(user: User, wanted: Wanted) -> QuerySet[Mentorship]:
    """The mentorships of the list, those that end first on top."""
    found = visible_to(user)
    if wanted.whose == "mine":
        found = found.filter(consultant_id=user.pk)
    elif wanted.whose == "team":
        found = found.filter(team_id=user.team_id) if user.team_id else found.none()
    if wanted.status == "open":
        found = found.filter(status__in=OPEN)
    elif wanted.status in Status.values:
        found = found.filter(status=wanted.status)
    if wanted.text:
        found = found.filter(_matches(wanted.text))
    return found.order_by("ends_before", "id")


def _matches(text: str) -> Q:
    by_name = Q(citizen__name__icontains=text) | Q(mentor__name__icontains=text)
    return by_name | Q(code__iexact=text) | Q(organisation__name__icontains=text)


def looks_like_cpr(text: str) -> bool:
    """Whether somebody typed a CPR number where none belongs."""
    return re.fullmatch(r"\d{6}[-\s]?\d{4}", text.strip()) is not None


def figures_of(mentorships: Iterable[Mentorship]) -> dict[int, CaseFigures]:
    """Figures for the rows of a page, in two queries whatever their number.

    Grants and follow-ups live in higher packages; only their columns are named here.
    """
    ids = [each.pk for each in mentorships]
    rows = Mentorship.objects.filter(pk__in=ids)
    current = Q(grants__is_current=True)
    hours = rows.annotate(
        granted=Sum("grants__minutes", filter=current), used=Sum("grants__used_minutes", filter=current)
    ).values_list("pk", "granted", "used")
    is_open = Q(follow_ups__done_at=None, follow_ups__cancelled_at=None)
    due = dict(rows.annotate(due=Min("follow_ups__planned_for", filter=is_open)).values_list("pk", "due"))
    return {pk: CaseFigures(granted or 0, used or 0, due.get(pk)) for pk, granted, used in hours}


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """Unanswered messages from citizens, mentorships that end within four weeks, and the user's drafts."""
    rows: list[Attention] = []
    if user.kind == "staff" and user.may(Permission.FOLLOW_UP):
        rows += _unanswered(user)
        rows += _ending(user, today)
    if user.kind == "staff" and user.may(Permission.REQUEST_GRANT):
        rows += _unfinished(user)
    return rows


def _near(user: User, prefix: str = "") -> Q:
    """The user's own cases and the team's; those without a team see the municipality's."""
    if user.team_id is None:
        return Q()
    return Q(**{f"{prefix}consultant_id": user.pk}) | Q(**{f"{prefix}team_id": user.team_id})


def _scope(user: User, mentorship: Mentorship) -> Scope:
    return "mine" if mentorship.consultant_id == user.pk else "team"


def _heading(kind: CitizenMessage.Kind) -> str:
    return {
        CitizenMessage.Kind.QUESTION: _("Spørgsmål fra borgeren"),
        CitizenMessage.Kind.DECLINE_MENTOR: _("Borgeren vil gerne have en anden mentor"),
        CitizenMessage.Kind.COMPLAINT: _("Klage fra borgeren"),
    }[kind]


def _unanswered(user: User) -> list[Attention]:
    waiting = (
        CitizenMessage.objects.filter(municipality_id=municipality_of(user), handled_at=None)
        .filter(_near(user, "mentorship__"))
        .select_related("mentorship__citizen")
        .order_by("sent_at")[:MOST_ROWS]
    )
    return [_message_row(user, message) for message in waiting]


def _message_row(user: User, message: CitizenMessage) -> Attention:
    mentorship, kind = message.mentorship, CitizenMessage.Kind(message.kind)
    url = case_address(mentorship)
    return Attention(
        kind=f"message_{kind.lower()}",
        heading=_heading(kind),
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=message.sent_at.astimezone(COPENHAGEN).date(),
        url=f"{url}#journal",
        acts=_answers_to(user, message),
        urgency=0 if kind is CitizenMessage.Kind.COMPLAINT else 1,
        scope=_scope(user, mentorship),
        happened=True,
    )


def _answers_to(user: User, message: CitizenMessage) -> tuple[Deed, ...]:
    answer = Deed(_("Læs og svar"), f"{case_address(message.mentorship)}#journal", "get", True)
    if message.kind != CitizenMessage.Kind.DECLINE_MENTOR or not may_change_mentor(user, message.mentorship):
        return (answer,)
    return (answer, Deed(_("Skift mentor"), reverse("grants:change", args=[message.mentorship.public_id])))


def may_change_mentor(user: User, mentorship: Mentorship) -> bool:
    """Whether the user can ask for another mentor now: a change of what is granted."""
    return user.may(Permission.REQUEST_GRANT) and mentorship.status in (Status.GRANTED, Status.ACTIVE)


def _ending(user: User, today: date) -> list[Attention]:
    ending = (
        visible_to(user)
        .filter(
            _near(user),
            status__in=(Status.GRANTED, Status.ACTIVE),
            ends_before__gt=today,
            ends_before__lte=today + timedelta(days=ENDS_SOON_DAYS + 1),
        )
        .order_by("ends_before")[:MOST_ROWS]
    )
    return [_ending_row(user, mentorship, today) for mentorship in ending]


def _ending_row(user: User, mentorship: Mentorship, today: date) -> Attention:
    last_day = mentorship.last_day or today
    days = (last_day - today).days
    heading = ngettext("Slutter om %(days)s dag", "Slutter om %(days)s dage", days) % {"days": days}
    acts = [Deed(_("Afslut"), reverse("followups:conclude", args=[mentorship.public_id]), "get", False)]
    if user.may(Permission.REQUEST_GRANT):
        acts.insert(0, Deed(_("Forlæng"), reverse("grants:renew", args=[mentorship.public_id]), "get", False))
    return Attention(
        kind="ends_soon",
        heading=heading if days else _("Slutter i dag"),
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=last_day,
        url=case_address(mentorship),
        acts=tuple(acts),
        urgency=3 if days <= 7 else 5,
        scope=_scope(user, mentorship),
        note=_("sidste dag %(day)s") % {"day": danish_date(last_day)},
    )


def _unfinished(user: User) -> list[Attention]:
    return [
        Attention(
            kind="draft",
            heading=_("Kladde til nyt forløb"),
            case_code="",
            initials=draft.title,
            when=draft.saved_at.astimezone(COPENHAGEN).date(),
            url=reverse("grants:draft", args=[draft.public_id]),
            acts=(Deed(_("Skriv videre"), reverse("grants:draft", args=[draft.public_id]), "get", False),),
            urgency=7,
            scope="mine",
            happened=True,
        )
        for draft in drafts_of(user)[:20]
    ]


def case_address(mentorship: Mentorship) -> str:
    return reverse("web:case", args=[mentorship.public_id])
