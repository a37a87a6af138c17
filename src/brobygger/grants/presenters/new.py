"""What stands beside the form of a new mentorship: the law, the frame, the price, and who decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.grants import judgement
from brobygger.grants.proposals import Proposal
from brobygger.law.catalogue import Assessment
from brobygger.law.finding import Finding
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.need import Need
from brobygger.payment.price import Estimate
from brobygger.rulebook import frames
from brobygger.ui.formats import danish_date
from brobygger.values.duration import format_minutes


@dataclass(frozen=True)
class FrameRow:
    """One limit of the frame as a bar. ``used`` is None while it cannot be told."""

    label: str
    sentence: str
    text: str
    used: Decimal | None
    allowed: Decimal
    is_over: bool


@dataclass(frozen=True)
class Blocked:
    """Why the act cannot be done, and the field where it is mended."""

    sentence: str
    link: str


@dataclass(frozen=True)
class Panel:
    """The whole right side. It decides nothing: the service asks law and frame again."""

    on: date
    assessment: Assessment
    frame_name: str
    frame_sentence: str
    frame_tone: str
    frame_rows: tuple[FrameRow, ...]
    route: frames.Route
    estimate: Estimate | None
    plan_words: str
    period_words: str
    blocked: Blocked | None

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        return (*self.assessment.blocking, *self.assessment.unanswered)

    @property
    def met_findings(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.assessment.findings if each.is_satisfied)

    @property
    def button_word(self) -> str:
        """The route's own word; until the route is known, the careful one."""
        return self.route.button_word or frames.RECOMMEND


def panel(need: Need, proposal: Proposal, *, user: User, on: date) -> Panel:
    """Asks law and frame of the date about what has been typed so far. Three queries at most."""
    judged = judgement.judge(need, proposal, by=user, on=on)
    assessment, check, route = _placed(judged.assessment, proposal), judged.frame_check, judged.route
    return Panel(
        on=on,
        assessment=assessment,
        frame_name=check.frame.name,
        frame_sentence=check.sentence,
        frame_tone="over" if check.exceeded else "inside" if check.inside else "unknown",
        frame_rows=tuple(_row(result) for result in check.results),
        route=route,
        estimate=proposal.estimate(on),
        plan_words=proposal.plan.describe() if proposal.plan else "",
        period_words=_period(proposal),
        blocked=_blocked(assessment, check, route),
    )


def _placed(assessment: Assessment, proposal: Proposal) -> Assessment:
    """The findings with the field of this form that mends them, where it is finer than the law's own."""
    finer = {"B03": "not_usual_work", "B04": "not_usual_work"}
    if proposal.plan:
        finer["B11"] = "hours_reason"
    findings = tuple(
        replace(each, field=finer[each.rule_id]) if each.rule_id in finer and each.remedy else each
        for each in assessment.findings
    )
    return replace(assessment, findings=findings)


def _blocked(assessment: Assessment, check: frames.FrameCheck, route: frames.Route) -> Blocked | None:
    if assessment.blocking:
        first = assessment.blocking[0]
        return Blocked(first.sentence, f"#id_{first.field}" if first.field else "")
    if check.exceeded and not route.is_open:
        return Blocked(route.reason, "#id_phases")
    return None


def _row(result: frames.LimitResult) -> FrameRow:
    return FrameRow(
        label=result.label,
        sentence=result.sentence_da,
        text=_held_against(result),
        used=result.used,
        allowed=result.allowed,
        is_over=bool(result.over),
    )


def _held_against(result: frames.LimitResult) -> str:
    allowed = _amount(result.allowed, result.unit)
    if result.used is None:
        return _("højst %(allowed)s") % {"allowed": allowed}
    used = _amount(result.used, result.unit)
    if result.over:
        over = _amount(result.over, result.unit)
        return _("%(used)s af %(allowed)s: %(over)s over") % {"used": used, "allowed": allowed, "over": over}
    return _("%(used)s af %(allowed)s") % {"used": used, "allowed": allowed}


def _amount(number: Decimal, unit: frames.Unit) -> str:
    if unit is frames.Unit.MINUTES:
        return format_minutes(int(number))
    if unit is frames.Unit.KRONER:
        return frames.format_kroner(number)
    return _("1 dag") if number == 1 else _("%(days)d dage") % {"days": int(number)}


def _period(proposal: Proposal) -> str:
    period = proposal.period
    if period is None or period.last_day is None:
        return ""
    return _("%(first)s til og med %(last)s") % {
        "first": danish_date(period.start),
        "last": danish_date(period.last_day),
    }


def error_of(finding: Finding) -> str:
    """What stands by the field when the form is sent in: what to do where something is missing, else what is wrong."""
    if finding.blocks or not finding.remedy:
        return f"{judgement.sentence_of(finding)} {finding.remedy}".strip()
    return judgement.sentence_of(replace(finding, sentence=finding.remedy))


def draft_title(need: Need) -> str:
    """What a draft is called in lists: initials and context, never a number."""
    who = need.citizen.initials if need.citizen else _("Uden borger")
    return f"{who} {need.context.label.lower()}" if need.context else who


def done_sentence(mentorship: Mentorship, *, is_granted: bool) -> str:
    """What the toast says after the button."""
    if is_granted:
        return _("Forløb %(code)s er bevilget, og aftalen er sendt til parterne.") % {"code": mentorship.code}
    return _("Forløb %(code)s er indstillet og venter på afgørelse.") % {"code": mentorship.code}
