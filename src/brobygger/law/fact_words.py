"""The names and values of facts in Danish and English, for explanations and comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from brobygger.law import english
from brobygger.law.codes import Labelled
from brobygger.law.facts import AgreementFacts, DecisionFacts, Facts, PriceLineFact, RightAndDutyFacts
from brobygger.law.target_groups import BY_CODE
from brobygger.law.wording import danish_date, number, span
from brobygger.values.duration import format_minutes
from brobygger.values.period import Period

Language = Literal["da", "en"]

NAMES: dict[str, tuple[str, str]] = {
    "on": ("Dato", "Date"),
    "act": ("Lov", "Act"),
    "target_group": ("Målgruppe", "Target group"),
    "context": ("Sammenhæng", "Context"),
    "support_type": ("Støtteform", "Support type"),
    "age": ("Alder", "Age"),
    "self_supporting": ("Selvforsørgende", "Self-supporting"),
    "purpose": ("Formål", "Purpose"),
    "decisive_reason": ("Hvorfor mentoren er afgørende", "Why the mentor is decisive"),
    "beyond_normal_reason": (
        "Hvorfor indsatsen er mere end det sædvanlige",
        "Why the effort is beyond the normal",
    ),
    "tasks": ("Mentorens opgaver", "The mentor's tasks"),
    "qualifications": ("Mentorens kvalifikationer", "The mentor's qualifications"),
    "mentor_kind": ("Mentor", "Mentor"),
    "mentor_decides_case": ("Mentoren afgør sagen", "The mentor decides the case"),
    "not_usual_work": ("Ikke sædvanligt arbejde i timerne", "No usual work in the hours"),
    "organisation_employees": ("Ansatte i virksomheden", "Employees of the company"),
    "at_school": ("På en uddannelsesinstitution", "At an educational institution"),
    "period": ("Periode", "Period"),
    "previous_period": ("Forrige periode", "Previous period"),
    "reassessed": ("Ny konkret vurdering", "New concrete assessment"),
    "minutes_total": ("Timer i alt", "Hours in all"),
    "hours_reason": ("Hvorfor netop de timer", "Why these hours"),
    "decided_by_municipality": ("Myndigheden afgør sagen", "The authority decides the case"),
    "price_lines": ("Prislinjer", "Price lines"),
    "psychiatric_admitted": ("Psykiatrisk indlagt", "In psychiatric admission"),
    "discharge_on": ("Udskrives", "Discharged on"),
    "education_admission_on": ("Optages på uddannelse", "Admitted to education on"),
    "right_used_from": ("Retten bruges fra", "The right is used from"),
    "in_group_since": ("I målgruppen siden", "In the target group since"),
    "per_place": ("Timer pr. plads", "Hours per place"),
    "places": ("Pladser", "Places"),
    "people_served": ("Borgere hos mentoren", "Citizens with the mentor"),
    "status_at_agreement": ("Målgruppe ved aftalen", "Target group at the agreement"),
    "employed_at_agreement": ("I arbejde ved aftalen", "Employed at the agreement"),
    "reimbursement_percent": ("Refusion, der søges (procent)", "Reimbursement claimed (per cent)"),
    "account": ("Konto", "Account"),
    "delivery_checked": ("Leverancen er undersøgt", "Delivery has been checked"),
    "agreement": ("Aftale", "Agreement"),
    "agreement.written": ("Aftalen er skriftlig", "The agreement is in writing"),
    "agreement.parties": ("Aftalens parter", "Parties of the agreement"),
    "agreement.date": ("Aftalens dato", "Date of the agreement"),
    "agreement.goal": ("Aftalens mål", "Goal of the agreement"),
    "agreement.mentor_name": ("Mentorens navn i aftalen", "Mentor's name in the agreement"),
    "agreement.mentor_contact": (
        "Mentorens kontaktoplysninger i aftalen",
        "Mentor's contact data in the agreement",
    ),
    "agreement.tasks": ("Mentorens opgaver i aftalen", "Mentor's tasks in the agreement"),
    "agreement.starts_on": ("Start i aftalen", "Start in the agreement"),
    "agreement.ends_on": ("Slut i aftalen", "End in the agreement"),
    "agreement.hours": ("Timetal i aftalen", "Number of hours in the agreement"),
    "agreement.complaint_guidance": ("Klagevejledning i aftalen", "Complaint guidance in the agreement"),
    "right_and_duty": ("Ret og pligt-mentor", "Right-and-duty mentor"),
    "right_and_duty.personal_circumstances": ("Personlige forhold", "Personal circumstances"),
    "right_and_duty.can_join_offers": ("Kan deltage i tilbud", "Can take part in offers"),
    "right_and_duty.contact_interval_days": (
        "Længst mellem to kontakter (dage)",
        "Longest time between two contacts (days)",
    ),
    "right_and_duty.meets_in_person": ("Mødes personligt", "Meets in person"),
    "right_and_duty.not_in_person_reason": ("Særlige forhold", "Special circumstances"),
    "right_and_duty.ending": ("Afslutning", "Ending"),
    "right_and_duty.other_offer_ready": ("Et andet tilbud kan begynde", "Another offer can begin"),
    "right_and_duty.new_offer_given": ("Nyt tilbud om mentorstøtte", "New offer of mentor support"),
    "decision": ("Afgørelse", "Decision"),
    "decision.written": ("Skriftlig afgørelse", "Written decision"),
    "decision.fully_upheld": ("Fuldt medhold", "Fully upheld"),
    "decision.reasons_given": ("Begrundelse", "Reasons"),
    "decision.rules_named": ("Begrundelsen nævner reglerne", "The reasons name the rules"),
    "decision.facts_named": ("Begrundelsen nævner oplysningerne", "The reasons name the facts"),
    "decision.considerations_named": (
        "Begrundelsen nævner hovedhensynene",
        "The reasons name the main considerations",
    ),
    "decision.hearing_needed": ("Høring nødvendig", "Hearing needed"),
    "decision.heard": ("Borgeren er hørt", "The citizen has been heard"),
    "decision.authority": ("Myndighedens navn i brevet", "The authority's name in the letter"),
    "decision.complaint_guidance": ("Klagevejledning", "Complaint guidance"),
    "decision.appeal_body": ("Klageinstans i brevet", "Appeal body in the letter"),
    "decision.complaint_to_authority": (
        "Klagen sendes til myndigheden",
        "The complaint is sent to the authority",
    ),
    "decision.notified_on": ("Besked givet", "Notice given"),
    "decision.complaint_last_day": ("Sidste dag i klagevejledningen", "Last day in the complaint guidance"),
    "decision.complaint_received_on": ("Klage modtaget", "Complaint received"),
    "decision.complaint_refused_as_late": ("Klagen afvist som for sen", "Complaint refused as late"),
    "decision.reassessed_on": ("Set på igen", "Looked at again"),
    "decision.oral_information": ("Mundtlige oplysninger", "Information by word of mouth"),
    "decision.noted": ("Skrevet i et notat", "Written in a note"),
    "decision.journalised_on": ("Journaliseret", "Journalised"),
    "decision.journal_subject": ("Emne i journalen", "Subject in the journal"),
    "decision.by_digital_post": ("Sendt i Digital Post", "Sent by Digital Post"),
    "decision.available_on": ("Tilgængelig i Digital Post", "Available in Digital Post"),
    "decision.closed_on": ("Afsluttet", "Closed"),
    "decision.kept_from": ("Alder regnet fra", "Age counted from"),
    "decision.destroyed_on": ("Slettet", "Deleted"),
    "decision.still_needed": ("Har stadig betydning", "Still matters"),
}
"""Each fact by its path, Danish and English."""

_PARTS = (AgreementFacts, RightAndDutyFacts, DecisionFacts)
_LANGUAGES: tuple[Language, ...] = ("da", "en")


def name(path: str, language: Language) -> str:
    """Raises KeyError for a path that is no fact."""
    return NAMES[path][_LANGUAGES.index(language)]


def known(facts: Facts) -> dict[str, Any]:
    """The facts that are known, by path; the date and the act are always among them."""
    return dict(_known(facts, ""))


def _known(holder: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for each in fields(holder):
        told = getattr(holder, each.name)
        if is_dataclass(told) and isinstance(told, _PARTS):
            yield prefix + each.name, True
            yield from _known(told, f"{prefix}{each.name}.")
        elif is_told(told):
            yield prefix + each.name, told


def is_told(told: object) -> bool:
    """Whether something is known: None, an empty text and an empty list are not."""
    if isinstance(told, str):
        return bool(told.strip())
    return told is not None and told != ()


def value(path: str, told: Any, language: Language) -> str:
    """A fact's value in words. A free text that a person wrote is told only as written: it may hold anything."""
    danish = language == "da"
    if isinstance(told, bool):
        return _yes(told) if danish else english.value(_yes(told))
    if isinstance(told, Labelled):
        return told.label if danish else english.label(told)
    if isinstance(told, Period):
        return span(told) if danish else english.span(told)
    if isinstance(told, date):
        return danish_date(told) if danish else english.english_date(told)
    if path == "minutes_total":
        hours = format_minutes(told)
        return hours if danish else english.value(hours)
    if isinstance(told, Decimal):
        return number(told) if told.is_finite() else "?"
    if isinstance(told, int):
        return str(told)
    if path in ("target_group", "status_at_agreement"):
        return _group(told, language)
    if path == "price_lines":
        return ", ".join(_line(each, language) for each in told)
    return "skrevet" if danish else "written"


def _yes(told: bool) -> str:
    return "ja" if told else "nej"


def _group(code: str, language: Language) -> str:
    group = BY_CODE.get(code)
    if group is None:
        return code
    return f"{group.code} {group.label if language == 'da' else english.GROUP_LABELS[code]}"


def _line(line: PriceLineFact, language: Language) -> str:
    kind = line.kind.label if language == "da" else english.label(line.kind)
    if line.amount is None or not line.amount.is_finite():
        return kind
    unit = {
        ("da", True): "kr. i timen",
        ("da", False): "kr.",
        ("en", True): "kr. an hour",
        ("en", False): "kr.",
    }
    return f"{kind} {number(line.amount)} {unit[language, line.per_hour]}"
