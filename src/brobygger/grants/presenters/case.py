"""Law and decisions, agreement and grants as the case page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.grants import selectors
from brobygger.grants.models import Agreement, AgreementParty, Application, Decision, Grant, Kind
from brobygger.law.catalogue import Assessment
from brobygger.law.finding import Finding
from brobygger.mentorships.models import Mentorship, Status
from brobygger.payment.hour_plan import HourPlan
from brobygger.values.duration import format_minutes

_TONES = {Kind.REFUSAL: "refused", Kind.END: "ended"}


@dataclass(frozen=True)
class DecisionRow:
    decision: Decision
    label: str
    tone: str
    findings: tuple[Finding, ...]
    can_still_complain: bool


@dataclass(frozen=True)
class PartyRow:
    party: AgreementParty
    label: str
    tone: str
    when: Any
    detail: str
    is_waiting: bool
    can_resend: bool


@dataclass(frozen=True)
class GrantRow:
    grant: Grant
    plan: str
    left: str
    is_now: bool


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """For the template ``grants/case_section.html``. A constant number of queries."""
    agreements = list(selectors.agreements_of(mentorship))
    agreement = next((each for each in agreements if each.replaced_at is None), None)
    applications = list(selectors.applications_of(mentorship))
    pending = next((each for each in applications if each.state == Application.State.PENDING), None)
    parties = [_party_row(each) for each in agreement.parties.all()] if agreement else []
    may_act = user.may(Permission.REQUEST_GRANT)
    note = _note(pending, agreement, parties)
    return {
        "decisions": [_decision_row(each, today) for each in selectors.decisions_of(mentorship)],
        "grants": [_grant_row(each, today) for each in selectors.grants_of(mentorship) if each.is_current],
        "pending": pending,
        "may_decide": pending is not None and selectors.may_decide(user, pending),
        "agreement": agreement,
        "parties": parties,
        "agreement_word": _agreement_word(agreement, parties),
        "needs_new_agreement": _needs_new_agreement(agreement),
        "may_act": may_act,
        "may_go_on": may_act and pending is None and mentorship.status in (Status.GRANTED, Status.ACTIVE),
        "may_end": may_act and mentorship.status in (Status.GRANTED, Status.ACTIVE),
        "attention": bool(note),
        "note": note,
        "today": today,
    }


def _decision_row(decision: Decision, today: date) -> DecisionRow:
    kind = Kind(decision.kind)
    return DecisionRow(
        decision=decision,
        label=str(kind.label),
        tone=_TONES.get(kind, "granted"),
        findings=Assessment.from_dict(decision.rules_used).findings if decision.rules_used else (),
        can_still_complain=decision.complaint_last_day >= today,
    )


def _party_row(party: AgreementParty) -> PartyRow:
    if party.accepted_at:
        how = str(AgreementParty.Strength(party.strength).label) if party.strength else ""
        return PartyRow(party, _("Har sagt ja"), "accepted", party.accepted_at, how, False, False)
    if party.declined_at:
        return PartyRow(
            party, _("Har sagt nej"), "refused", party.declined_at, party.declined_reason, False, False
        )
    reachable = bool(party.email or party.phone)
    detail = "" if reachable else _("Der er hverken e-mail eller telefon. Indhent en underskrift på papir.")
    return PartyRow(party, _("Mangler svar"), "waiting", party.last_sent_at, detail, True, reachable)


def _grant_row(grant: Grant, today: date) -> GrantRow:
    return GrantRow(
        grant=grant,
        plan=HourPlan.from_data(grant.plan).describe(),
        left=format_minutes(grant.minutes_left),
        is_now=grant.starts_on <= today < grant.ends_before,
    )


def _agreement_word(agreement: Agreement | None, parties: list[PartyRow]) -> tuple[str, str]:
    """The state of the agreement: tone and word."""
    if agreement is None:
        return "neutral", _("Ingen aftale endnu")
    if agreement.completed_at:
        return "agreed", _("På plads")
    if any(row.party.declined_at for row in parties):
        return "refused", _("Der er sagt nej")
    lacking = [row.party.get_party_display().lower() for row in parties if row.is_waiting]
    return "waiting", _("Mangler %(who)s") % {"who": ", ".join(lacking)} if lacking else _("Kan ikke begynde")


def _needs_new_agreement(agreement: Agreement | None) -> bool:
    """Somebody said no, or all said yes and the law still stops it: a new agreement is the way on."""
    if agreement is None or agreement.completed_at:
        return False
    answers = list(agreement.parties.all())
    return any(each.declined_at for each in answers) or all(each.accepted_at for each in answers)


def _note(pending: Application | None, agreement: Agreement | None, parties: list[PartyRow]) -> str:
    """What the section's heading says while it is folded; empty when nothing needs anybody."""
    if pending:
        return _("venter på en afgørelse")
    if agreement and not agreement.completed_at:
        return _agreement_word(agreement, parties)[1].lower()
    return ""
