"""What the law, the frame and the way of working say about a proposal on a date. Asks; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.grants.models import Grant
from brobygger.grants.proposals import Proposal, facts_of, frame_request_of
from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.facts import Facts
from brobygger.law.finding import Finding
from brobygger.mentorships.need import Need
from brobygger.payment.hour_plan import HourPlan
from brobygger.rulebook import frames
from brobygger.rulebook import selectors as rulebook
from brobygger.rulebook.frames import FrameCheck, FrameRequest, Route
from brobygger.values.money import price_of_minutes
from brobygger.values.period import Period


@dataclass(frozen=True)
class Kept:
    """What a change leaves of the grant it cuts: its first day, minutes and kroner up to the change."""

    starts_on: date
    minutes: int
    kroner: Decimal


@dataclass(frozen=True)
class Judgement:
    assessment: Assessment
    frame_check: FrameCheck
    route: Route


def judge(
    need: Need,
    proposal: Proposal,
    *,
    by: User,
    on: date,
    previous_period: Period | None = None,
    kept: Kept | None = None,
) -> Judgement:
    """Law, frame and route together. A change is judged as the whole period it becomes part of."""
    request = frame_request_of(proposal, on=on)
    frame_check = frames.check(rulebook.frame_on(by, on), _whole_request(request, kept))
    return Judgement(
        assessment=ask_law(need, proposal, by=by, on=on, previous_period=previous_period, kept=kept),
        frame_check=frame_check,
        route=frames.route(frame_check, rulebook.way_on(by, on), by.roles),
    )


def ask_law(
    need: Need,
    proposal: Proposal,
    *,
    by: User,
    on: date,
    previous_period: Period | None = None,
    kept: Kept | None = None,
) -> Assessment:
    """What the law of the date says to a grant that ``by`` handles."""
    facts = facts_to_judge(need, proposal, by=by, on=on, previous_period=previous_period, kept=kept)
    return assessed(facts, by=by)


def assessed(facts: Facts, *, by: User) -> Assessment:
    """What the law says about facts, by the numbers that count in the municipality of ``by``."""
    return assess(facts, stage=Stage.GRANT, parameters=rulebook.numbers_of(by))


def facts_to_judge(
    need: Need,
    proposal: Proposal,
    *,
    by: User,
    on: date,
    previous_period: Period | None = None,
    kept: Kept | None = None,
) -> Facts:
    """What the law is told about a grant that ``by`` handles; a change as the whole period it becomes part of."""
    facts = facts_of(need, proposal, on=on, previous_period=previous_period, decider=by)
    return _whole_facts(facts, kept)


def require_lawful(assessment: Assessment) -> None:
    """Raises Refused with rule and paragraph for the first condition that is broken, else cannot be answered yet."""
    finding = next(iter(assessment.blocking + assessment.unanswered), None)
    if finding is not None:
        raise Refused(sentence_of(finding), field=finding.field, remedy=finding.remedy)


def require_route(judgement: Judgement) -> None:
    """Raises Refused, with what to change, when nobody may decide."""
    if not judgement.route.is_open:
        raise Refused(judgement.route.reason, field="phases")


def require_plan_inside_period(proposal: Proposal) -> tuple[Period, HourPlan]:
    """The period and plan of a proposal. Raises Refused where one is missing or the plan runs on after the end."""
    period, plan = proposal.period, proposal.plan
    if plan is None:
        raise Refused(_("Skriv mindst én fase med uger og timer om ugen."), field="phases")
    if period is None or period.end is None:
        raise Refused(_("Skriv, hvornår støtten begynder og slutter."), field="starts_on")
    if plan.days > period.days:
        raise Refused(
            _("Timerne er planlagt for %(weeks)s uger, og perioden er kortere.")
            % {"weeks": f"{plan.weeks.normalize():f}".replace(".", ",")},
            field="phases",
            remedy=_("Ret ugerne eller slutdatoen."),
        )
    return period, plan


def sentence_of(finding: Finding) -> str:
    """The finding's sentence with its paragraph; uncertain law is said to be uncertain."""
    source = str(finding.source)
    if not finding.confirmed:
        source = _("%(source)s, ikke bekræftet") % {"source": source}
    return f"{finding.sentence} ({source})"


def kept_until(grant: Grant, cut_on: date) -> Kept:
    """What a grant keeps when a change begins on ``cut_on``: what was planned until then, at least what is used."""
    planned = HourPlan.from_data(grant.plan).minutes_until(cut_on, start=grant.starts_on)
    minutes = min(grant.minutes, max(grant.used_minutes, planned))
    price = price_of_minutes(minutes, grant.hourly_rate) + grant.fixed_kroner
    return Kept(grant.starts_on, minutes, min(grant.kroner, max(grant.paid_kroner, price)))


def as_data(judgement: Judgement) -> dict[str, Any]:
    """The frame check and route as JSON holds them."""
    check = judgement.frame_check
    return {
        "frame": check.frame.name,
        "inside": check.inside,
        "sentence": check.sentence,
        "results": [
            {
                "limit": result.limit.value,
                "label": result.label,
                "unit": result.unit.value,
                "used": None if result.used is None else str(result.used),
                "allowed": str(result.allowed),
                "over": str(result.over),
                "sentence": result.sentence_da,
            }
            for result in check.results
        ],
    }


def _whole_facts(facts: Facts, kept: Kept | None) -> Facts:
    if kept is None or facts.period is None:
        return facts
    minutes = None if facts.minutes_total is None else facts.minutes_total + kept.minutes
    return replace(facts, period=Period(kept.starts_on, facts.period.end), minutes_total=minutes)


def _whole_request(request: FrameRequest, kept: Kept | None) -> FrameRequest:
    if kept is None or request.period is None:
        return request
    return replace(
        request,
        period=Period(kept.starts_on, request.period.end),
        minutes_total=None if request.minutes_total is None else request.minutes_total + kept.minutes,
        kroner_total=None if request.kroner_total is None else request.kroner_total + kept.kroner,
    )
