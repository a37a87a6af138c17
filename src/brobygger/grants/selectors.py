"""Reading applications, decisions, grants and agreements: always from the user."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import Municipality, OneTimeLink, User
from brobygger.accounts.permissions import Permission, Role
from brobygger.grants.models import Agreement, AgreementParty, Application, Decision, Grant
from brobygger.grants.proposals import Proposal
from brobygger.law.codes import MentorKind, PriceLineKind
from brobygger.mentorships.models import Mentorship, Status
from brobygger.mentorships.selectors import case_address, municipality_of
from brobygger.payment.hour_plan import HourPlan
from brobygger.payment.price import PriceLine
from brobygger.rulebook.frames import SELF
from brobygger.ui.attention import Act, Attention, Scope
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day, day_start
from brobygger.values.period import ONE_DAY, Period

NEARLY_USED_PERCENT = 85
REMIND_AFTER = timedelta(days=2)
MOST_ROWS = 200

_PARTY_OF_KIND = {
    "citizen": AgreementParty.Party.CITIZEN,
    "mentor": AgreementParty.Party.MENTOR,
    "company": AgreementParty.Party.COMPANY,
}
_CASE = ("mentorship__citizen", "mentorship__mentor", "mentorship__organisation", "mentorship__consultant")


def visible_to(user: User) -> QuerySet[Application]:
    """Applications of the municipality, for staff who see cases; nobody else sees any."""
    found = Application.objects.filter(municipality_id=municipality_of(user))
    if user.kind != "staff" or not user.may(Permission.SEE_CASES):
        return found.none()
    return found.select_related(*_CASE, "mentorship__municipality", "requested_by", "mentor")


def get(user: User, public_id: uuid.UUID) -> Application:
    """Raises Application.DoesNotExist, also for what the user may not see."""
    return visible_to(user).get(public_id=public_id)


def queue(user: User) -> QuerySet[Application]:
    """What waits for a decision in the municipality, oldest first."""
    return visible_to(user).filter(state=Application.State.PENDING).order_by("requested_at", "id")


def may_decide(user: User, application: Application) -> bool:
    """Whether the route points at the user, who is not the requester. Where the consultant grants, also alone."""
    is_allowed = user.may(permission_to_decide(application))
    if application.decided_by_role == SELF:
        return application.requested_by_id == user.pk and is_allowed
    has_role = application.decided_by_role in user.roles
    return is_allowed and has_role and application.requested_by_id != user.pk


def permission_to_decide(application: Application) -> Permission:
    """What the route asks for: where job consultants grant, those who may ask may also decide a colleague's."""
    asks_those_who_ask = application.decided_by_role in (SELF, Role.JOB_CONSULTANT)
    return Permission.REQUEST_GRANT if asks_those_who_ask else Permission.DECIDE_GRANT


def others_with_role(user: User, role: str) -> QuerySet[User]:
    """Active colleagues who have a role."""
    found = User.objects.filter(municipality_id=municipality_of(user), is_active=True, roles__contains=[role])
    return found.exclude(pk=user.pk)


def municipality_of_case(mentorship: Mentorship) -> Municipality:
    return Municipality.objects.get(pk=mentorship.municipality_id)


# Of one mentorship


def applications_of(mentorship: Mentorship) -> QuerySet[Application]:
    """Newest first."""
    found = Application.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("requested_by").order_by("-id")


def decisions_of(mentorship: Mentorship) -> QuerySet[Decision]:
    """Newest first, without the bytes of the letters."""
    found = Decision.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("decided_by", "letter").defer("letter__content").order_by("-id")


def grants_of(mentorship: Mentorship) -> QuerySet[Grant]:
    """All grants, in the order of their periods."""
    found = Grant.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("mentor").order_by("starts_on", "id")


def last_grant(mentorship: Mentorship) -> Grant | None:
    """The grant in force that ends last."""
    return grants_of(mentorship).filter(is_current=True).select_related("decision", "mentor").last()


def grant_of_day(mentorship: Mentorship, day: date) -> Grant | None:
    """The last grant in force that had begun on the day, else the first; agreed or not."""
    current = grants_of(mentorship).filter(is_current=True).select_related("decision")
    return current.filter(starts_on__lte=day).last() or current.first()


def grant_on(mentorship: Mentorship, day: date) -> Grant | None:
    """The grant whose period holds the day.

    Nothing counts before the first agreement with the grant's mentor, nor without the grant's own.
    """
    agreed = Agreement.objects.filter(
        municipality_id=mentorship.municipality_id, mentorship=mentorship, completed_at__isnull=False
    ).alias(with_mentor=Coalesce("grant__mentor_id", 0))
    found = grants_of(mentorship).filter(is_current=True, starts_on__lte=day, ends_before__gt=day)
    return (
        found.alias(for_mentor=Coalesce("mentor_id", 0))
        .filter(
            Exists(agreed.filter(grant=OuterRef("pk"))),
            Exists(
                agreed.filter(with_mentor=OuterRef("for_mentor"), completed_at__lt=day_start(day + ONE_DAY))
            ),
        )
        .last()
    )


# Who is the mentor when: the grants say, once there has been more than one


def own_grants(user: User) -> Q:
    """Of a mentor's mentorships the grants that are the mentor's own; for everybody else all."""
    return Q(mentor=None) | Q(mentor_id=user.person_id) if user.kind == "mentor" else Q()


def is_mentor_of(user: User, mentorship: Mentorship) -> bool:
    """Whether the user is, was or will be the mentor."""
    if user.kind != "mentor" or mentorship.municipality_id != user.municipality_id:
        return False
    if mentorship.mentor_id == user.person_id:
        return True
    return grants_of(mentorship).filter(is_current=True, mentor_id=user.person_id or 0).exists()


def days_as_mentor(user: User, mentorships: Iterable[Mentorship]) -> dict[int, Period]:
    """From the mentor's first day to the last, by mentorship; only those that have had another mentor too."""
    rows = (
        Grant.objects.filter(
            municipality_id=municipality_of(user),
            mentorship__in=list(mentorships),
            mentor_id=user.person_id or 0,
            is_current=True,
        )
        .order_by()
        .values_list("mentorship_id")
        .annotate(first=Min("starts_on"), after=Max("ends_before"))
    )
    return {key: Period(first, after) for key, first, after in rows}


def agreements_of(mentorship: Mentorship) -> QuerySet[Agreement]:
    """Newest first, with parties in the order citizen, mentor, company."""
    found = Agreement.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    parties = AgreementParty.objects.order_by("id")
    return (
        found.select_related("grant", "document")
        .defer("document__content")
        .prefetch_related(Prefetch("parties", queryset=parties))
        .order_by("-id")
    )


def agreements_visible_to(user: User) -> QuerySet[Agreement]:
    """Agreements of the municipality, for staff who see cases."""
    found = Agreement.objects.filter(municipality_id=municipality_of(user))
    if user.kind != "staff" or not user.may(Permission.SEE_CASES):
        return found.none()
    return found.select_related("grant__decision", "grant__mentorship", *_CASE).order_by("-id")


def proposal_of_last_grant(mentorship: Mentorship) -> Proposal:
    """The last grant as a proposal, where no application is kept with it; empty where nothing is granted."""
    last = last_grant(mentorship)
    if last is None:
        return Proposal()
    kind = PriceLineKind.FEE if _is_external(mentorship) else PriceLineKind.WAGE
    return Proposal(
        starts_on=last.starts_on,
        ends_before=last.ends_before,
        plan=HourPlan.from_data(last.plan),
        price_lines=(PriceLine(kind, "", last.hourly_rate),) if last.hourly_rate else (),
    )


def _is_external(mentorship: Mentorship) -> bool:
    return mentorship.mentor is not None and MentorKind(mentorship.mentor.kind).is_external


# Parties


def parties_visible_to(user: User) -> QuerySet[AgreementParty]:
    """Staff who see cases see all parties of the municipality; others the own place in an agreement."""
    found = AgreementParty.objects.filter(municipality_id=municipality_of(user)).select_related(
        "agreement__mentorship"
    )
    if own := _PARTY_OF_KIND.get(user.kind):
        return found.filter(party=own, person_id=user.person_id or 0)
    return found if user.may(Permission.SEE_CASES) else found.none()


def party_of_link(link: OneTimeLink) -> AgreementParty:
    """The place in an agreement that a link points at. Raises AgreementParty.DoesNotExist."""
    found = AgreementParty.objects.select_related("agreement__mentorship", "agreement__document")
    return found.defer("agreement__document__content").get(
        municipality_id=link.municipality_id, pk=link.subject_id
    )


def waiting_for(user: User) -> QuerySet[AgreementParty]:
    """Agreements that wait for the user's own answer, for the phone pages."""
    return (
        parties_visible_to(user)
        .select_related("agreement")
        .filter(accepted_at=None, declined_at=None, agreement__replaced_at=None, agreement__completed_at=None)
    )


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """Applications the user may decide, agreements that lack somebody, and grants that are nearly used."""
    if user.kind != "staff":
        return []
    rows: list[Attention] = []
    if user.may(Permission.DECIDE_GRANT) or user.may(Permission.REQUEST_GRANT):
        rows += _to_decide(user)
    if user.may(Permission.REQUEST_GRANT):
        rows += _lacking_a_party(user, today)
        rows += _nearly_used(user, today)
    return rows


def _near(user: User) -> Q:
    """The user's own cases and the team's; those without a team see the municipality's."""
    if user.team_id is None:
        return Q()
    return Q(mentorship__consultant_id=user.pk) | Q(mentorship__team_id=user.team_id)


def _scope(user: User, mentorship: Mentorship) -> Scope:
    return "mine" if mentorship.consultant_id == user.pk else "team"


def _to_decide(user: User) -> list[Attention]:
    waiting = queue(user).filter(decided_by_role__in=user.roles).exclude(requested_by=user)[:MOST_ROWS]
    return [_application_row(each) for each in waiting if may_decide(user, each)]


def _application_row(application: Application) -> Attention:
    mentorship = application.mentorship
    url = reverse("grants:application", args=[application.public_id])
    approve = reverse("grants:approve", args=[application.public_id])
    refuse = reverse("grants:refuse", args=[application.public_id])
    return Attention(
        kind="to_decide",
        heading=_("Til din godkendelse"),
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=danish_day(application.requested_at),
        url=url,
        acts=(
            Act(_("Godkend"), f"{approve}?version={application.version}", "post", True),
            Act(_("Afvis"), refuse, "get", False, True),
        ),
        urgency=1,
        scope="mine",
        happened=True,
        note=excess_of(application),
    )


def excess_of(application: Application) -> str:
    """What is asked for beyond the frame, in short; else how the municipality works."""
    over = [row["sentence"] for row in application.frame_check.get("results", []) if row["over"] != "0"]
    return " ".join(over) or application.route_reason


def _lacking_a_party(user: User, today: date) -> list[Attention]:
    """Said no: at once. Not answered: after two days."""
    sent_by = day_start(today - REMIND_AFTER + ONE_DAY)
    lacking = (
        AgreementParty.objects.filter(municipality_id=municipality_of(user), accepted_at=None)
        .filter(
            Q(declined_at__isnull=False) | Q(agreement__sent_at__lt=sent_by),
            agreement__replaced_at=None,
            agreement__completed_at=None,
            agreement__mentorship__status__in=(Status.GRANTED, Status.ACTIVE),
        )
        .filter(_near_of_party(user))
        .select_related("agreement__mentorship__citizen")
        .order_by("agreement__sent_at", "id")[:MOST_ROWS]
    )
    return [_party_row(user, party, today) for party in lacking]


def _near_of_party(user: User) -> Q:
    if user.team_id is None:
        return Q()
    return Q(agreement__mentorship__consultant_id=user.pk) | Q(agreement__mentorship__team_id=user.team_id)


def _party_row(user: User, party: AgreementParty, today: date) -> Attention:
    mentorship = party.agreement.mentorship
    url = f"{case_address(mentorship)}#afgoerelser"
    who = party.get_party_display().lower()
    if party.declined_at:
        heading, when = _("%(who)s sagde nej til aftalen"), danish_day(party.declined_at)
        acts = (Act(_("Se hvorfor"), url),)
    else:
        heading, when = _("Aftale mangler %(who)s"), danish_day(party.last_sent_at or party.agreement.sent_at)
        acts = (Act(_("Send igen"), reverse("grants:resend", args=[party.public_id]), "post"),)
    days = (today - when).days
    said = heading % {"who": who}
    return Attention(
        kind="agreement_declined" if party.declined_at else "agreement_lacks_party",
        heading=said[0].upper() + said[1:],
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=when,
        url=url,
        acts=acts,
        urgency=1 if party.declined_at else 2,
        scope=_scope(user, mentorship),
        happened=True,
        note=""
        if party.declined_at or days < 1
        else ngettext("sendt for %(days)d dag siden", "sendt for %(days)d dage siden", days) % {"days": days},
    )


def _nearly_used(user: User, today: date) -> list[Attention]:
    nearly = (
        Grant.objects.filter(
            municipality_id=municipality_of(user),
            is_current=True,
            starts_on__lte=today,
            ends_before__gt=today,
            mentorship__status=Status.ACTIVE,
            minutes__gt=0,
        )
        .alias(past_the_mark=F("used_minutes") * 100 - F("minutes") * NEARLY_USED_PERCENT)
        .filter(past_the_mark__gte=0)
        .filter(_near(user))
        .select_related("mentorship__citizen")
        .order_by("ends_before", "id")[:MOST_ROWS]
    )
    return [_nearly_used_row(user, grant) for grant in nearly]


def _nearly_used_row(user: User, grant: Grant) -> Attention:
    mentorship = grant.mentorship
    return Attention(
        kind="hours_nearly_used",
        heading=_("Timer næsten brugt") if grant.minutes_left else _("Alle timer er brugt"),
        case_code=mentorship.code,
        initials=mentorship.citizen.initials,
        when=grant.last_day,
        url=f"{case_address(mentorship)}#timer",
        acts=(
            Act(_("Ændr"), reverse("grants:change", args=[mentorship.public_id])),
            Act(_("Afslut"), reverse("followups:conclude", args=[mentorship.public_id])),
        ),
        urgency=3,
        scope=_scope(user, mentorship),
        note=_("%(left)s tilbage") % {"left": format_minutes(grant.minutes_left)},
    )
