"""What staff must look at: disputes, silence, hours nobody has answered for, months not handed in."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.hours.models import Contact, MonthHandIn
from brobygger.hours.states import LIVE, NO_SHOWS, State
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship, Status
from brobygger.ui.attention import Act, Attention, Scope
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day, day_start
from brobygger.values.period import Period, add_months

SILENT_AFTER = timedelta(days=14)
UNANSWERED_AFTER = timedelta(days=7)
MONTH_DUE_ON_DAY = 6
MOST_ROWS = 200


def needs_attention(user: User, today: date) -> list[Attention]:
    """The rows of the user's own cases and the team's. Five queries, however many rows."""
    if user.kind != "staff" or not user.may(Permission.RESOLVE_DISPUTE):
        return []
    cases = mentorships.visible_to(user).filter(_near(user))
    return [
        *_disputes(user, cases),
        *_silences(user, cases, today),
        *_unanswered(user, cases, today),
        *_months(user, cases, today),
    ]


def silent(
    cases: QuerySet[Mentorship], today: date, *, after: timedelta = SILENT_AFTER
) -> QuerySet[Mentorship]:
    """Those under way so long in which mentor and citizen have had no contact; ``last_contact`` may be None."""
    real = Contact.objects.filter(
        municipality_id=OuterRef("municipality_id"), mentorship_id=OuterRef("pk"), state__in=LIVE
    ).exclude(kind__in=NO_SHOWS)
    recent = real.filter(starts_at__gte=day_start(today - after))
    return (
        cases.filter(~Exists(recent), status=Status.ACTIVE, starts_on__lte=today - after)
        .filter(Q(ends_before__gt=today) | Q(ends_before=None))
        .annotate(last_contact=Subquery(real.order_by("-starts_at").values("starts_at")[:1]))
    )


def _near(user: User) -> Q:
    if user.team_id is None:
        return Q()
    return Q(consultant_id=user.pk) | Q(team_id=user.team_id)


def _scope(user: User, mentorship: Mentorship) -> Scope:
    return "mine" if mentorship.consultant_id == user.pk else "team"


def _disputes(user: User, cases: QuerySet[Mentorship]) -> list[Attention]:
    contacts = (
        Contact.objects.filter(
            municipality_id=mentorships.municipality_of(user),
            state=State.DISPUTED,
            mentorship__in=_keys(cases),
        )
        .annotate(since=Max("confirmations__at"))
        .select_related("mentorship__citizen")
        .order_by("since")[:MOST_ROWS]
    )
    return [
        Attention(
            kind="dispute",
            heading=_("Uenighed om %(hours)s") % {"hours": _hours_in_words(contact)},
            case_code=contact.mentorship.code,
            initials=contact.mentorship.citizen.initials,
            when=danish_day(contact.since),
            url=_case(contact.mentorship),
            acts=(Act(_("Se begge"), reverse("hours:resolve", args=[contact.public_id]), "get", True),),
            urgency=0,
            scope=_scope(user, contact.mentorship),
            happened=True,
        )
        for contact in contacts
    ]


def _hours_in_words(contact: Contact) -> str:
    return format_minutes(contact.minutes) if contact.minutes else _("et fremmøde")


def _silences(user: User, cases: QuerySet[Mentorship], today: date) -> list[Attention]:
    quiet = silent(cases, today).order_by(F("last_contact").asc(nulls_first=True), "pk")[:MOST_ROWS]
    return [
        Attention(
            kind="silence",
            heading=_("Ingen kontakt i 14 dage"),
            case_code=mentorship.code,
            initials=mentorship.citizen.initials,
            when=_last_sign(mentorship),
            url=_case(mentorship),
            acts=(Act(_("Se timerne"), _case(mentorship)),),
            urgency=2,
            scope=_scope(user, mentorship),
            happened=True,
        )
        for mentorship in quiet
    ]


def _last_sign(mentorship: Mentorship) -> date:
    last = getattr(mentorship, "last_contact", None)
    return danish_day(last) if last else mentorship.starts_on or danish_day(mentorship.created_at)


def _unanswered(user: User, cases: QuerySet[Mentorship], today: date) -> list[Attention]:
    late = Q(contacts__state=State.REGISTERED, contacts__starts_at__lt=day_start(today - UNANSWERED_AFTER))
    waiting = (
        cases.filter(late)
        .annotate(
            oldest=Min("contacts__starts_at", filter=late),
            unanswered=Count("contacts", filter=late),
            minutes=Sum("contacts__minutes", filter=late, default=0),
        )
        .order_by("oldest")[:MOST_ROWS]
    )
    return [
        Attention(
            kind="unanswered",
            heading=ngettext(
                "Borgeren har ikke svaret på %(count)d møde",
                "Borgeren har ikke svaret på %(count)d møder",
                each.unanswered,
            )
            % {"count": each.unanswered},
            case_code=each.code,
            initials=each.citizen.initials,
            when=danish_day(each.oldest),
            url=_case(each),
            acts=(Act(_("Notér svar"), reverse("hours:answers", args=[each.public_id])),),
            urgency=4,
            scope=_scope(user, each),
            happened=True,
        )
        for each in waiting
    ]


def _months(user: User, cases: QuerySet[Mentorship], today: date) -> list[Attention]:
    """Last month where it has contacts and the mentor has not handed it in, from the sixth on."""
    if today.day < MONTH_DUE_ON_DAY:
        return []
    month = Period.of_months(add_months(today.replace(day=1), -1), 1)
    within = Contact.objects.filter(
        municipality_id=OuterRef("municipality_id"),
        mentorship_id=OuterRef("pk"),
        state__in=LIVE,
        minutes__gt=0,
        starts_at__gte=day_start(month.start),
        starts_at__lt=day_start(today.replace(day=1)),
    )
    handed_in = MonthHandIn.objects.filter(
        municipality_id=OuterRef("municipality_id"),
        mentorship_id=OuterRef("mentorship_id"),
        mentor_id=OuterRef("mentor_id"),
        month=month.start,
    )
    lacking = cases.filter(Exists(within.filter(~Exists(handed_in)))).order_by("pk")[:MOST_ROWS]
    return [
        Attention(
            kind="month",
            heading=_("Måneden er ikke afleveret"),
            case_code=mentorship.code,
            initials=mentorship.citizen.initials,
            when=month.last_day or today,
            url=_case(mentorship),
            acts=(Act(_("Se timerne"), _case(mentorship)),),
            urgency=5,
            scope=_scope(user, mentorship),
            happened=True,
        )
        for mentorship in lacking
    ]


def _keys(cases: QuerySet[Mentorship]) -> QuerySet[Mentorship, int]:
    return cases.order_by().values_list("pk", flat=True)


def _case(mentorship: Mentorship) -> str:
    return f"{reverse('web:case', args=[mentorship.public_id])}#timer"
