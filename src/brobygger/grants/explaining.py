"""The law of a case on any day, and each decision held against the catalogue. Asks; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from brobygger.grants import selectors, stored_facts
from brobygger.grants.letters import agreement as agreements
from brobygger.grants.models import Application, Decision, Kind
from brobygger.grants.proposals import Proposal, age_on, facts_of, proposal_of
from brobygger.law import explain as law
from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.codes import Act
from brobygger.law.explain import Comparison, Difference, Explanation
from brobygger.law.facts import AgreementFacts, Facts
from brobygger.law.parameters import Parameters
from brobygger.law.target_groups import INTEGRATION
from brobygger.mentorships import selectors as cases
from brobygger.mentorships.models import Mentorship
from brobygger.rulebook import selectors as rulebook
from brobygger.rulebook.models import LocalParameter
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day
from brobygger.values.period import Period


@dataclass(frozen=True)
class Told:
    """The facts of a case on a day. ``decision`` is the one they were kept with, None where the case gives them."""

    facts: Facts
    decision: Decision | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The grant, and the start where there is an agreement."""
        return (Stage.GRANT, Stage.START) if self.facts.agreement else (Stage.GRANT,)


@dataclass(frozen=True)
class Replay:
    """A decision and what the catalogue answers today about its day, with the numbers that were known then."""

    decision: Decision
    stored: Assessment
    now: Assessment
    differences: tuple[Difference, ...]
    facts_were_kept: bool

    @property
    def holds(self) -> bool:
        return not self.differences


@dataclass(frozen=True)
class LawOfCase:
    """All that the page and the command line tell."""

    told: Told
    explanation: Explanation
    replays: tuple[Replay, ...]
    numbers: Parameters


def law_of_case(mentorship: Mentorship, on: date) -> LawOfCase:
    """What the law of a day says about the case, and whether its decisions still read the same."""
    recorded = list(rulebook.recorded_in(mentorship.municipality_id))
    decisions = list(selectors.decisions_of(mentorship).select_related("application"))
    numbers = rulebook.overlay(recorded)
    told = told_on(mentorship, on, decisions)
    return LawOfCase(
        told=told,
        explanation=law.explain(told.facts, stages=told.stages, parameters=numbers),
        replays=tuple(
            _replay(mentorship, each, decisions, recorded) for each in decisions if each.rules_used
        ),
        numbers=numbers,
    )


def told_on(mentorship: Mentorship, on: date, decisions: list[Decision]) -> Told:
    """The facts that the last decision up to the day kept; before any, those the case gives as it stands."""
    kept = (each for each in decisions if each.decided_on <= on and "facts" in each.rules_used)
    decision = next(kept, None)
    if decision is None:
        facts = _from_the_case(mentorship, on, _asked_by(mentorship, on), decisions)
    else:
        facts = _moved(stored_facts.from_data(decision.rules_used["facts"]), on, mentorship)
    return Told(replace(facts, agreement=_agreement_on(mentorship, on)), decision)


def what_if(case: LawOfCase, **changes: Any) -> tuple[Explanation, Comparison]:
    """The law of the case with other facts (``on``, ``context``, ``target_group``, ``mentor_kind``); saves nothing.

    Only what is asked for differs: on another day the citizen is as old as now.
    """
    imagined = replace(case.told.facts, **changes)
    if imagined.target_group != case.told.facts.target_group:
        imagined = replace(
            imagined,
            act=Act.INL if imagined.target_group == INTEGRATION else Act.LAB,
            self_supporting=imagined.target_group == "SELF" if imagined.target_group else None,
        )
    other = law.explain(imagined, stages=case.told.stages, parameters=case.numbers)
    return other, law.compare(case.explanation, other)


def case_with_code(municipality_id: int, code: str) -> Mentorship | None:
    """The case with its number, for a job that works for one municipality."""
    people = ("citizen", "mentor", "organisation")
    found = Mentorship.objects.filter(municipality_id=municipality_id, code=code)
    return found.select_related(*people).first()


# Decisions


def _replay(
    mentorship: Mentorship, decision: Decision, decisions: list[Decision], recorded: list[LocalParameter]
) -> Replay:
    numbers = rulebook.overlay(recorded, known_at=decision.decided_at)
    stored = Assessment.from_dict(decision.rules_used)
    were_kept = "facts" in decision.rules_used
    facts = (
        stored_facts.from_data(decision.rules_used["facts"])
        if were_kept
        else _from_the_case(mentorship, stored.on, decision.application, decisions)
    )
    return Replay(
        decision=decision,
        stored=stored,
        now=assess(replace(facts, on=stored.on, act=stored.act), stage=stored.stage, parameters=numbers),
        differences=law.replay(decision.rules_used, facts, parameters=numbers),
        facts_were_kept=were_kept,
    )


# Facts that no decision kept


def _from_the_case(
    mentorship: Mentorship, on: date, application: Application | None, decisions: list[Decision]
) -> Facts:
    decision = next(
        (each for each in decisions if application and each.application_id == application.pk), None
    )
    proposal = proposal_of(application) if application else selectors.proposal_of_last_grant(mentorship)
    return facts_of(
        cases.need_of(mentorship),
        proposal,
        on=on,
        previous_period=_period_before(mentorship, proposal),
        decider=decision.decided_by if decision else None,
    )


def _asked_by(mentorship: Mentorship, on: date) -> Application | None:
    """The last application up to the day, else the first one."""
    newest_first = list(selectors.applications_of(mentorship))
    until = [each for each in newest_first if danish_day(each.requested_at) <= on]
    return next(iter(until or newest_first[-1:]), None)


def _period_before(mentorship: Mentorship, proposal: Proposal) -> Period | None:
    """The granted period that a renewal goes on from."""
    if proposal.kind is not Kind.RENEWAL or proposal.starts_on is None:
        return None
    before = [
        each
        for each in selectors.grants_of(mentorship)
        if each.is_current and each.ends_before <= proposal.starts_on
    ]
    return Period(before[-1].starts_on, before[-1].ends_before) if before else None


def _agreement_on(mentorship: Mentorship, on: date) -> AgreementFacts | None:
    """The agreement that was last sent up to the day."""
    sent = (each for each in selectors.agreements_of(mentorship) if danish_day(each.sent_at) <= on)
    agreement = next(sent, None)
    if agreement is None:
        return None
    # An agreement is completed only once the law found it in writing.
    is_written = agreement.document_id is not None or agreement.completed_at is not None
    found = agreements.facts_of(agreement.content, is_written=is_written)
    return replace(found, hours=format_minutes(found.hours)) if isinstance(found.hours, int) else found


def _moved(facts: Facts, on: date, mentorship: Mentorship) -> Facts:
    """The same facts on another day; only the age follows."""
    born = mentorship.citizen.birth_date
    if on == facts.on:
        return facts
    return replace(facts, on=on, age=age_on(born, on) if born and born <= on else facts.age)
