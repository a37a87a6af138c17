"""An application as the decision maker sees it: in the queue and on its own page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.grants import selectors
from brobygger.grants.models import Application, Kind
from brobygger.grants.proposals import price_lines_from_data
from brobygger.law.catalogue import Assessment
from brobygger.law.finding import Finding
from brobygger.law.target_groups import ALL as TARGET_GROUPS
from brobygger.mentorships.models import Mentorship
from brobygger.payment.hour_plan import HourPlan
from brobygger.payment.price import Basis
from brobygger.rulebook.frames import SELF
from brobygger.ui.formats import danish_date, kroner
from brobygger.values.duration import format_minutes
from brobygger.values.period import ONE_DAY


@dataclass(frozen=True)
class FrameBar:
    """One limit of the frame as a bar."""

    label: str
    value: Decimal
    allowed: Decimal
    text: str
    sentence: str
    is_over: bool


@dataclass(frozen=True)
class QueueRow:
    application: Application
    title: str
    plan: str
    price: str
    excess: str
    is_outside: bool
    unsure: int
    may_decide: bool
    blocked: str


def queue_rows(applications: list[Application], user: User) -> list[QueueRow]:
    return [queue_row(each, user) for each in applications]


def queue_row(application: Application, user: User) -> QueueRow:
    plan = HourPlan.from_data(application.plan)
    is_pending = application.state == Application.State.PENDING
    may_decide = is_pending and selectors.may_decide(user, application)
    return QueueRow(
        application=application,
        title=_("%(kind)s, forløb %(code)s · %(initials)s")
        % {
            "kind": Kind(application.kind).label,
            "code": application.mentorship.code,
            "initials": application.mentorship.citizen.initials,
        },
        plan=plan.describe(),
        price=kroner(application.kroner, 0),
        excess=selectors.excess_of(application),
        is_outside=not application.frame_check.get("inside", True),
        unsure=sum(1 for each in findings_of(application) if not each.confirmed),
        may_decide=may_decide,
        blocked="" if may_decide else why_not(application, user),
    )


def why_not(application: Application, user: User) -> str:
    """Why the user cannot decide, in a sentence."""
    if application.state != Application.State.PENDING:
        state = Application.State(application.state).label.lower()
        return _("Indstillingen er %(state)s.") % {"state": state}
    if application.requested_by_id == user.pk and application.decided_by_role != SELF:
        return _("Du har selv indstillet. En kollega afgør sagen.")
    role = application.decided_by_role
    label = Role(role).label if role in Role.values else role
    return _("Afgøres af rollen %(role)s.") % {"role": label}


def findings_of(application: Application) -> tuple[Finding, ...]:
    """What the law said when it was asked."""
    if not application.findings:
        return ()
    return Assessment.from_dict(application.findings).findings


def frame_bars(application: Application) -> list[FrameBar]:
    """The limits of the frame, those that are exceeded first."""
    bars = [
        FrameBar(
            label=row["label"],
            value=Decimal(row["used"] or 0),
            allowed=Decimal(row["allowed"]),
            text=_("%(used)s af %(allowed)s")
            % {"used": _amount(row["used"], row["unit"]), "allowed": _amount(row["allowed"], row["unit"])},
            sentence=row["sentence"],
            is_over=Decimal(row["over"]) > 0,
        )
        for row in application.frame_check.get("results", [])
    ]
    return sorted(bars, key=lambda bar: not bar.is_over)


def _amount(value: str | None, unit: str) -> str:
    if value is None:
        return "–"
    number = Decimal(value)
    if unit == "MINUTES":
        return format_minutes(int(number))
    if unit == "DAYS":
        return _("%(days)s dage") % {"days": int(number)}
    return kroner(number, 0)


def asked_for(application: Application) -> list[tuple[str, str]]:
    """What is asked for, as facts."""
    plan = HourPlan.from_data(application.plan)
    rows = [
        (_("Art"), str(Kind(application.kind).label)),
        (
            _("Periode"),
            _("%(start)s til og med %(end)s")
            % {
                "start": danish_date(application.starts_on),
                "end": danish_date(application.ends_before - ONE_DAY),
            },
        ),
        (_("Timer"), plan.describe()),
        (_("Timer i alt"), format_minutes(application.minutes)),
        (_("Pris"), _price(application)),
        (_("I alt"), kroner(application.kroner)),
    ]
    if mentor := application.mentor:
        rows.insert(1, (_("Ny mentor"), f"{mentor.name}, {mentor.get_kind_display().lower()}"))
        rows.insert(2, (_("Den nye mentors kvalifikationer"), mentor.qualifications))
    if application.new_tasks:
        rows.append((_("Nye opgaver"), "; ".join(application.new_tasks.splitlines())))
    if application.reason:
        rows.append((_("Begrundelse"), application.reason))
    if application.hours_reason:
        rows.append((_("Hvorfor netop de timer"), application.hours_reason))
    return rows


def _price(application: Application) -> str:
    parts = []
    for line in price_lines_from_data(application.price_lines):
        basis = _("pr. time") if line.basis is Basis.PER_HOUR else _("i alt")
        parts.append(f"{line.text or line.kind.label}: {kroner(line.amount)} {basis}")
    return "; ".join(parts) or _("Ingen betaling")


def the_need(mentorship: Mentorship) -> list[tuple[str, str]]:
    """What the support is for, as facts."""
    labels = {group.code: group.label for group in TARGET_GROUPS}
    mentor, organisation = mentorship.mentor, mentorship.organisation
    rows = [
        (_("Målgruppe"), labels.get(mentorship.target_group, mentorship.target_group)),
        (_("Sammenhæng"), mentorship.get_context_display()),
        (_("Støtte"), mentorship.get_support_type_display()),
        (_("Formål"), mentorship.purpose),
        (_("Hvorfor afgørende"), mentorship.decisive_reason),
        (_("Ud over det sædvanlige"), mentorship.beyond_normal_reason),
        (_("Mentor"), f"{mentor.name}, {mentor.get_kind_display().lower()}" if mentor else ""),
        (_("Mentorens kvalifikationer"), mentor.qualifications if mentor else ""),
        (_("Sted"), organisation.name if organisation else ""),
    ]
    return [row for row in rows if row[1]]


def full_picture(application: Application, user: User) -> dict[str, Any]:
    """Everything the page of an application shows."""
    mentorship = application.mentorship
    return {
        "application": application,
        "mentorship": mentorship,
        "row": queue_row(application, user),
        "asked": asked_for(application),
        "need": the_need(mentorship),
        "goals": list(mentorship.goals.all()),
        "tasks": list(mentorship.tasks.all()),
        "findings": findings_of(application),
        "frame": application.frame_check,
        "bars": frame_bars(application),
        "grants": list(selectors.grants_of(mentorship).filter(is_current=True)),
        "is_pending": application.state == Application.State.PENDING,
        "may_withdraw": application.requested_by_id == user.pk,
    }
