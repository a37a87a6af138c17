"""The texts of each case, made by the product's own law, frames and letters from the generated facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from brobygger.accounts.models import Municipality, User
from brobygger.grants import judgement, stored_facts
from brobygger.grants.letters import agreement as agreements
from brobygger.grants.letters.decision import Decided
from brobygger.grants.models import Decision, Grant, Kind
from brobygger.grants.proposals import Proposal, facts_of, frame_request_of
from brobygger.law.catalogue import Assessment, Stage, assess
from brobygger.law.codes import Act, PriceLineKind
from brobygger.law.deadlines import complaint_last_day
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.need import Need
from brobygger.organisations.models import Organisation
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.price import PriceLine
from brobygger.people.models import Citizen, Mentor
from brobygger.rulebook import frames
from brobygger.values.moment import danish_day
from brobygger.values.period import Period
from brobygger.web.demo import words
from brobygger.web.demo.cases import CODES, CONTEXTS, INTEGRATION, KINDS, SUPPORT
from brobygger.web.demo.copying import Array, Pool

if TYPE_CHECKING:
    from brobygger.web.demo.chain import Grants, Town

FRAME_NAME = "3 måneder, 5 timer om ugen"


@dataclass(frozen=True)
class Texts:
    """``rules`` are the findings with the facts they rest on, as a decision keeps them."""

    findings: Pool
    frame_checks: Pool
    rules: Pool


class Papers:
    """Knows the cases as unsaved model instances, so that the same functions write here as in the product."""

    SHORT_AGREEMENT: ClassVar[str] = json.dumps(
        {"title": "Mentoraftale", "keywords": [], "lead": "", "sections": [], "footer": "", "items": {}}
    )

    def __init__(self, town: Town, municipality: Municipality, born: Array) -> None:
        self.town, self.municipality = town, municipality
        self.born = born.tolist()
        self.users = {
            user: User(pk=user, name=name, email="", phone="", title="Jobkonsulent")
            for user, name in town.staff.names.items()
        }
        self.frame = frames.Frame(
            FRAME_NAME,
            Period(date(2020, 1, 1)),
            max_months=3,
            max_minutes_per_week=300,
            exceeded_by=frames.TEAM_LEADER,
        )

    @staticmethod
    def short(count: int) -> Texts:
        """For the whole country: nothing that fills."""
        nothing = np.zeros(count, int)
        findings = json.dumps({"on": "2020-01-01", "act": "LAB", "stage": "GRANT", "findings": []})
        frame = json.dumps({"frame": FRAME_NAME, "inside": True, "sentence": "", "results": []})
        return Texts(Pool([findings], nothing), Pool([frame], nothing), Pool([findings], nothing))

    def know(
        self,
        purposes: Pool,
        decisive: Pool,
        beyond: Pool,
        organisation: Array,
        goals: tuple[Array, Array],
        tasks: tuple[Array, Array, Array],
        codes: list[str],
    ) -> None:
        """Builds the needs once the cases' texts are drawn."""
        goals_of = _texts_of(goals[0], goals[1], words.GOALS, len(codes))
        tasks_of = _texts_of(tasks[1], tasks[2], words.TASKS, len(codes))
        places = self.town.places
        self.organisations = [
            Organisation(name=name, cvr=cvr, employees=employees, kind=kind)
            for name, cvr, employees, kind in zip(
                places.names, places.cvrs, places.employees.tolist(), places.kinds.tolist(), strict=True
            )
        ]
        self.needs = [
            self._need(row, purposes, decisive, beyond, int(organisation[row]), goals_of[row], tasks_of[row])
            for row in range(len(codes))
        ]
        self.mentorships = [self._mentorship(row, code) for row, code in enumerate(codes)]

    def of_applications(
        self,
        rows: Array,
        is_renewal: Array,
        starts: Array,
        weeks: Array,
        minutes_per_week: Array,
        asked_on: Array,
        reasons: Pool,
    ) -> Texts:
        findings, checks, rules = [], [], []
        for place, row in enumerate(rows.tolist()):
            on = asked_on[place].item()
            proposal = self._proposal(
                row,
                starts[place].item(),
                int(weeks[place]),
                int(minutes_per_week[place]),
                bool(is_renewal[place]),
                reasons.values[int(reasons.codes[place])],
            )
            facts = facts_of(self.needs[row], proposal, on=on, decider=self.users[self._consultant(row)])
            assessment = assess(facts, stage=Stage.GRANT)
            check = frames.check(self.frame, frame_request_of(proposal, on=on))
            route = frames.route(check, frames.WayOfWorking.CONSULTANT_GRANTS, [frames.JOB_CONSULTANT])
            judged = judgement.Judgement(assessment, check, route)
            answers = assessment.to_dict()
            findings.append(json.dumps(answers, ensure_ascii=False))
            kept = {**answers, "facts": stored_facts.as_data(facts)}
            rules.append(json.dumps(kept, ensure_ascii=False))
            checks.append(json.dumps(judgement.as_data(judged), ensure_ascii=False))
        every = np.arange(len(rows))
        return Texts(Pool(findings, every), Pool(checks, every), Pool(rules, every))

    def of_agreements(self, grants: Grants, decided_on: Array) -> Pool:
        contents = [
            self._agreement(grants, place, decided_on[place].item()) for place in range(len(grants.row))
        ]
        return Pool(contents, np.arange(len(contents)))

    def _agreement(self, grants: Grants, place: int, on: date) -> str:
        row = int(grants.row[place])
        mentorship = self.mentorships[row]
        rate, minutes = int(grants.rate[place]), int(grants.minutes[place])
        grant = Grant(
            mentorship=mentorship,
            decision=Decision(decided_on=on, complaint_last_day=complaint_last_day(on)),
            starts_on=grants.starts[place].item(),
            ends_before=grants.ends[place].item(),
            plan=_plan(int(grants.weeks[place]), minutes // int(grants.weeks[place])).as_data(),
            minutes=minutes,
            hourly_rate=Decimal(rate),
            fixed_kroner=Decimal(0),
            kroner=Decimal(minutes * rate) / 60,
        )
        content: dict[str, Any] = agreements.content_of(
            mentorship=mentorship, municipality=self.municipality, need=self.needs[row], grant=grant, on=on
        )
        return json.dumps(content, ensure_ascii=False)

    def decided(
        self, grants: Grants, place: int, *, kind: Kind, assessment: Assessment, reasons: str, at: datetime
    ) -> Decided:
        """What the letter of one grant tells."""
        row, part, on = int(grants.row[place]), int(grants.part[place]), danish_day(at)
        minutes = int(grants.minutes[place]) // int(grants.weeks[place])
        proposal = self._proposal(
            row,
            grants.starts[place].item(),
            int(grants.weeks[place]),
            minutes,
            bool(part),
            words.HOURS_REASONS[0],
        )
        return Decided(
            mentorship=self.mentorships[row],
            municipality=self.municipality,
            need=self.needs[row],
            kind=kind,
            asked=kind,
            proposal=proposal,
            assessment=assessment,
            reasons=reasons,
            hearing="",
            journal_number=f"{self.mentorships[row].code}-{part + 1}",
            complaint_last_day=complaint_last_day(on),
            by=self.users[self._consultant(row)],
            on=on,
            at=at,
        )

    def _consultant(self, row: int) -> int:
        return int(self.town.staff.consultants[self.town.cases.consultant[row]])

    def _need(
        self,
        row: int,
        purposes: Pool,
        decisive: Pool,
        beyond: Pool,
        organisation: int,
        goals: tuple[str, ...],
        tasks: tuple[str, ...],
    ) -> Need:
        town, cases = self.town, self.town.cases
        citizen, mentor = int(cases.citizen[row]), int(cases.mentor[row])
        kind = int(cases.kind[row])
        return Need(
            citizen=Citizen(name=town.citizens.names[citizen], birth_date=self.born[citizen]),
            act=Act.INL if cases.group[row] == INTEGRATION else Act.LAB,
            target_group=CODES[int(cases.code[row])],
            context=CONTEXTS[int(cases.context[row])][0],
            support_type=SUPPORT[int(cases.support[row])],
            organisation=self.organisations[organisation] if organisation >= 0 else None,
            mentor=Mentor(
                name=town.mentors.names[mentor],
                kind=KINDS[kind].value,
                email=town.mentors.emails[mentor],
                qualifications=town.mentors.qualifications.values[
                    int(town.mentors.qualifications.codes[mentor])
                ],
            ),
            purpose=purposes.values[int(purposes.codes[row])],
            goals=goals,
            tasks=tasks,
            decisive_reason=decisive.values[int(decisive.codes[row])],
            beyond_normal_reason=beyond.values[int(beyond.codes[row])],
            not_usual_work=True,
            in_group_since=cases.in_group_since[row].item(),
        )

    def _mentorship(self, row: int, code: str) -> Mentorship:
        need = self.needs[row]
        return Mentorship(
            code=code,
            municipality=self.municipality,
            citizen=need.citizen,
            mentor=need.mentor,
            organisation=need.organisation,
            consultant=self.users[self._consultant(row)],
            act=need.act.value,
            target_group=need.target_group,
            context=need.context or "",
            support_type=need.support_type or "",
        )

    def _proposal(
        self, row: int, starts_on: date, weeks: int, minutes: int, is_renewal: bool, reason: str
    ) -> Proposal:
        kind = KINDS[int(self.town.cases.kind[row])]
        line = PriceLineKind.FEE if kind.is_external else PriceLineKind.WAGE
        lines = (
            (PriceLine(line, "", Decimal(int(self.town.cases.rate[row]))),)
            if self.town.cases.rate[row]
            else ()
        )
        plan = _plan(weeks, minutes)
        return Proposal(
            kind=Kind.RENEWAL if is_renewal else Kind.GRANT,
            starts_on=starts_on,
            ends_before=plan.period(starts_on).end,
            plan=plan,
            price_lines=lines,
            hours_reason=reason,
            is_reassessed=is_renewal or None,
        )


def _plan(weeks: int, minutes: int) -> HourPlan:
    return HourPlan((Phase(weeks, minutes),))


def _texts_of(rows: Array, texts: Array, pool: tuple[str, ...], count: int) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[] for _ in range(count)]
    for row, text in zip(rows.tolist(), texts.tolist(), strict=True):
        found[row].append(pool[text])
    return [tuple(each) for each in found]
