"""What stands in a decision letter: every item that law and practice ask for, made from what the case knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from brobygger.accounts.models import Municipality, User
from brobygger.grants.letters import acts
from brobygger.grants.letters import wording as say
from brobygger.grants.letters.sections import Section, as_data, filled
from brobygger.grants.models import Kind
from brobygger.grants.proposals import Proposal
from brobygger.law.catalogue import Assessment
from brobygger.law.finding import Finding
from brobygger.law.target_groups import ALL as TARGET_GROUPS
from brobygger.law.wording import danish_date
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.need import Need
from brobygger.people.models import Mentor
from brobygger.values.duration import format_minutes
from brobygger.values.period import ONE_DAY

CORE_RULES = ("A01", "A02", "A03", "A04", "A07", "A11", "A13", "B01", "B02", "B09", "B10", "P02")
"""What a refusal and an end rest on: purpose, rights, necessity and length."""

_TITLES = {
    Kind.GRANT: "Afgørelse: du får mentorstøtte",
    Kind.RENEWAL: "Afgørelse: din mentorstøtte bliver forlænget",
    Kind.CHANGE: "Afgørelse: din mentorstøtte bliver ændret",
    Kind.REFUSAL: "Afgørelse: afslag på mentorstøtte",
    Kind.END: "Afgørelse: din mentorstøtte slutter",
}


@dataclass(frozen=True)
class Decided:
    """All that a letter tells. ``asked`` is the kind that was asked for; ``ended_on`` the last day of support.

    ``former_mentor`` is the one who goes, where another mentor was asked for; the need then names the one who comes.
    """

    mentorship: Mentorship
    municipality: Municipality
    need: Need
    kind: Kind
    asked: Kind
    proposal: Proposal
    assessment: Assessment
    reasons: str
    hearing: str
    journal_number: str
    complaint_last_day: date
    by: User
    on: date
    at: datetime
    ended_on: date | None = None
    former_mentor: Mentor | None = None

    @property
    def title(self) -> str:
        return _TITLES[self.kind]

    @property
    def authority(self) -> str:
        return say.authority_in(self.municipality, self.on)

    @property
    def by_digital_post(self) -> bool:
        return not self.mentorship.citizen.is_exempt_from_digital_post

    @property
    def is_given(self) -> bool:
        return self.kind in (Kind.GRANT, Kind.RENEWAL, Kind.CHANGE)


def content_of(decided: Decided) -> dict[str, Any]:
    """The letter as data: what the template draws and the golden test compares."""
    sections = [
        _what_was_decided(decided),
        _facts_given_weight(decided),
        _legal_basis(decided),
        _hearing(decided),
        _what_happens_now(decided),
        _complaint(decided),
    ]
    return {
        "title": decided.title,
        "keywords": ["mentorstøtte", "afgørelse"],
        "sender": {"name": decided.municipality.name, "contact": say.contact_of(decided.municipality)},
        "recipient": _recipient(decided),
        "meta": [
            ["Dato", danish_date(decided.on)],
            ["Sag", decided.mentorship.code],
            ["Journalnummer", decided.journal_number],
            ["Sagsbehandler", decided.by.name],
        ],
        "lead": _lead(decided),
        "sections": as_data(section for section in sections if section),
        "signature": [decided.by.name, decided.by.title],
        "footer": f"{decided.municipality.name} · Sag {decided.mentorship.code}",
    }


def _recipient(decided: Decided) -> list[str]:
    citizen = decided.mentorship.citizen
    address = "" if citizen.has_protected_address else citizen.address
    return [line for line in (citizen.name, *address.split(", ")) if line]


def _lead(decided: Decided) -> str:
    period = decided.proposal.period
    span = say.through(period.start, period.last_day) if period and period.last_day else ""
    return {
        Kind.GRANT: f"{decided.authority} har bevilget dig mentorstøtte fra {span}.",
        Kind.RENEWAL: f"{decided.authority} har forlænget din mentorstøtte med en ny periode fra {span}.",
        Kind.CHANGE: f"{decided.authority} har ændret din mentorstøtte. Ændringen gælder fra {span}."
        + _who_comes(decided)
        + (" Din mentor får flere opgaver." if decided.proposal.new_tasks else ""),
        Kind.REFUSAL: f"{decided.authority} har afslået {_what_was_asked(decided)}.",
        Kind.END: f"Din mentorstøtte slutter {danish_date(decided.ended_on or decided.on)}.",
    }[decided.kind]


def _who_comes(decided: Decided) -> str:
    mentor = decided.need.mentor
    return f" Din nye mentor er {mentor.name}." if decided.former_mentor and mentor else ""


def _what_was_asked(decided: Decided) -> str:
    if decided.former_mentor:
        return "at give dig en anden mentor"
    return {
        Kind.RENEWAL: "at forlænge din mentorstøtte",
        Kind.CHANGE: "at ændre din mentorstøtte",
    }.get(decided.asked, "at give dig mentorstøtte")


def _what_was_decided(decided: Decided) -> Section:
    need, proposal = decided.need, decided.proposal
    period, plan = proposal.period, proposal.plan
    hours = f"{plan.describe()}, i alt {format_minutes(plan.total_minutes)}" if plan else ""
    rows: list[tuple[str, str | None]] = [
        ("Periode", say.through(period.start, period.last_day) if period and period.last_day else ""),
        ("Timer", hours),
        ("Sammenhæng", need.context.label if need.context else ""),
        ("Støtte", need.support_type.label if need.support_type else ""),
        ("Sted", need.organisation.name if need.organisation else ""),
        ("Ny mentor" if decided.former_mentor else "Mentor", need.mentor.name if need.mentor else ""),
        ("Din mentor indtil da", decided.former_mentor.name if decided.former_mentor else ""),
    ]
    if not decided.is_given:
        heading = "Det handler sagen om" if decided.kind is Kind.REFUSAL else "Støtten, der slutter"
        return Section(heading, rows=filled([*rows[:5], ("Formål", need.purpose)]))
    rows += [("Formål", need.purpose), ("Nye opgaver", "; ".join(proposal.new_tasks))]
    return Section(
        "Det har vi besluttet",
        rows=filled(rows),
        closing=tuple(
            ["Mentorens opgaver: " + "; ".join(need.tasks).rstrip(".") + "."] if need.tasks else []
        ),
    )


def _facts_given_weight(decided: Decided) -> Section:
    need = decided.need
    labels = {group.code: group.label for group in TARGET_GROUPS}
    group = ("Målgruppe", labels.get(need.target_group, need.target_group))
    if not decided.is_given:
        # What was written in favour of the support is not what a refusal rests on.
        return Section("Det har vi lagt vægt på", rows=filled([group]), closing=_paragraphs(decided.reasons))
    facts = filled(
        [
            group,
            ("Hvorfor en mentor er afgørende", need.decisive_reason),
            ("Ud over det sædvanlige", need.beyond_normal_reason),
            ("Hvorfor netop de timer", decided.proposal.hours_reason),
            ("Mentorens kvalifikationer", need.mentor.qualifications if need.mentor else ""),
        ]
    )
    return Section("Det har vi lagt vægt på", rows=facts, closing=_paragraphs(decided.reasons))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _legal_basis(decided: Decided) -> Section:
    findings = [
        each
        for each in decided.assessment.findings
        if decided.is_given or each.rule_id in CORE_RULES or each.blocks
    ]
    return Section(
        "Reglerne",
        paragraphs=(
            f"Afgørelsen er truffet efter {acts.version_on(decided.need.act, decided.on)}. "
            "Om klage gælder retssikkerhedslovens §§ 60 og 67.",
        ),
        head=("Bestemmelse", "Hvad vi har konstateret" if decided.is_given else "Hvad den handler om"),
        table=tuple(_by_source(findings, with_facts=decided.is_given)),
    )


def _by_source(findings: Iterable[Finding], *, with_facts: bool) -> Iterable[tuple[str, str]]:
    """One row for each provision; guidance from the agency is no legal basis and stays in the case.

    A refusal and an end name the provision and what it is about; that a condition is met would confuse.
    """
    said: dict[str, list[str]] = {}
    for finding in findings:
        if finding.source.act.startswith("Styrelsen"):
            continue
        place = str(finding.source) if finding.confirmed else f"{finding.source} (ikke bekræftet)"
        tells = with_facts or finding.blocks
        said.setdefault(place, []).append(finding.sentence if tells else f"{finding.title}.")
    return ((place, " ".join(texts)) for place, texts in said.items())


def _hearing(decided: Decided) -> Section:
    return Section(
        "Partshøring", paragraphs=(decided.hearing or "Der er ikke foretaget partshøring i sagen.",)
    )


def _what_happens_now(decided: Decided) -> Section | None:
    if decided.is_given and decided.former_mentor:
        first = _how_a_new_mentor_begins(decided, decided.former_mentor)
    elif decided.is_given:
        first = (
            "Du og din mentor får hver et link til en skriftlig mentoraftale. Støtten begynder først, når alle parter "
            "har sagt ja til aftalen."
        )
    elif decided.kind is Kind.END:
        first = f"Du har ikke længere en mentor efter {danish_date(decided.ended_on or decided.on)}."
    elif decided.asked in (Kind.RENEWAL, Kind.CHANGE):
        first = "Den støtte, du har nu, fortsætter som bevilget."
    else:
        first = "Du får ikke en mentor på grundlag af denne sag. Du kan altid tale med os om anden hjælp."
    return Section("Det sker der nu", paragraphs=(first, _how_it_was_sent(decided)))


def _how_a_new_mentor_begins(decided: Decided, former: Mentor) -> str:
    """Who is the mentor until when, and what the new one waits for."""
    first, mentor = decided.proposal.starts_on, decided.need.mentor
    assert first is not None and mentor is not None
    return (
        f"{former.name} er din mentor til og med {danish_date(first - ONE_DAY)}. Du, {mentor.name} og de andre "
        f"parter får hver et link til en ny mentoraftale. {mentor.name} begynder først, når alle parter har sagt ja "
        "til den."
    )


def _how_it_was_sent(decided: Decided) -> str:
    if decided.by_digital_post:
        return f"Brevet er sendt til din Digital Post den {say.day_and_time(decided.at)}."
    return f"Du er fritaget for Digital Post. Brevet er sendt på papir den {danish_date(decided.on)}."


def _complaint(decided: Decided) -> Section:
    return Section(
        "Sådan klager du",
        paragraphs=say.complaint_guidance(
            decided.municipality,
            on=decided.on,
            last_day=decided.complaint_last_day,
            by_digital_post=decided.by_digital_post,
        ),
    )
