"""Chapter C: the agreement, what the case must show, and who decides."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.authority import authority
from brobygger.law.facts import AgreementFacts, Content, Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.registry import BOTH_ACTS, DECISION_STAGES, START_STAGES, rule
from brobygger.law.target_groups import NEW_ACT
from brobygger.law.wording import listing

_SOURCES = ((at.CASH_BENEFIT_REFORM, at.agreement_rule()), (NEW_ACT, at.agreement_rule_2020()))


@rule(
    "C01",
    title="Skriftlig aftale",
    text="Når der bevilges mentor, indgås en skriftlig aftale mellem borgeren og jobcenteret eller kommunen.",
    in_force=at.FROM_REFORM,
    sources=_SOURCES,
    stages=START_STAGES,
    note="Paragraffen er ikke læst; efter 2020 står kravet på styrelsens og kommunernes sider.",
)
def agreement_is_written(facts: Facts) -> Answer | None:
    other = authority(facts.on).name
    if facts.agreement is None:
        return cannot_tell(
            f"Der er ingen aftale mellem borgeren og {other}.",
            "Lav aftalen, og få borgerens accept.",
            field="agreement",
            used=(("Aftale", "ingen"),),
        )
    used = (("Aftale", "skriftlig" if facts.agreement.written else "ikke skriftlig"),)
    if not facts.agreement.written:
        return not_satisfied(
            f"Aftalen mellem borgeren og {other} er ikke skriftlig.",
            "Lav aftalen skriftligt, og få borgerens accept.",
            field="agreement",
            used=used,
        )
    return satisfied(f"Aftalen mellem borgeren og {other} er skriftlig.", field="agreement", used=used)


def _contents(agreement: AgreementFacts) -> tuple[tuple[str, Content], ...]:
    return (
        ("parterne", agreement.parties),
        ("datoen", agreement.date),
        ("målet", agreement.goal),
        ("mentorens navn", agreement.mentor_name),
        ("mentorens kontaktoplysninger", agreement.mentor_contact),
        ("mentorens opgaver", agreement.tasks),
        ("startdatoen", agreement.starts_on),
        ("slutdatoen", agreement.ends_on),
        ("timetallet", agreement.hours),
        ("klagevejledningen", agreement.complaint_guidance),
    )


def missing_contents(agreement: AgreementFacts) -> tuple[str, ...]:
    """What the agreement lacks, in Danish words and the order of the agreement."""
    return tuple(words for words, content in _contents(agreement) if not _is_there(content))


def _is_there(content: Content) -> bool:
    if isinstance(content, str):
        return bool(content.strip())
    if isinstance(content, tuple):
        return any(part.strip() for part in content)
    return bool(content)


@rule(
    "C02",
    title="Aftalens indhold",
    text=(
        "Aftalen skal have parter og dato, mål, mentorens navn og kontaktoplysninger, mentorens "
        "opgaver, varighed, timetal og klagevejledning."
    ),
    in_force=at.FROM_REFORM,
    sources=(
        (at.CASH_BENEFIT_REFORM, at.agreement_rule()),
        (NEW_ACT, at.agreement_rule_2020(at.HIGH)),
    ),
    stages=START_STAGES,
    note="Styrelsens opregning; paragraffen er ikke læst.",
)
def agreement_is_whole(facts: Facts) -> Answer | None:
    if facts.agreement is None:
        return cannot_tell(
            "Der er ingen aftale at se efter i.",
            "Lav aftalen.",
            field="agreement",
            used=(("Aftale", "ingen"),),
        )
    missing = missing_contents(facts.agreement)
    if missing:
        return not_satisfied(
            f"Aftalen mangler {listing(missing)}.",
            f"Skriv {listing(missing)} i aftalen.",
            field="agreement",
            used=(("Mangler", listing(missing)),),
        )
    return satisfied("Aftalen har alt det, den skal have.", field="agreement", used=(("Mangler", "intet"),))


@rule(
    "C03",
    title="Formål, opgaver og kvalifikationer",
    text="Sagen skal vise formålet med støtten, mentorens opgaver og mentorens kvalifikationer.",
    in_force=at.FROM_REFORM,
    sources=(
        (at.CASH_BENEFIT_REFORM, at.agreement_rule()),
        (NEW_ACT, at.agreement_rule_2020(at.HIGH)),
    ),
    acts=BOTH_ACTS,
    note="Kravet gjaldt senest fra 2014; fokusrevisionen kalder det lovens krav, paragraffen er ikke læst.",
)
def case_shows_purpose_tasks_and_qualifications(facts: Facts) -> Answer | None:
    parts = (
        ("purpose", "formålet", facts.has_purpose),
        ("tasks", "mentorens opgaver", facts.has_tasks),
        ("qualifications", "mentorens kvalifikationer", facts.has_qualifications),
    )
    used = tuple(
        (words.capitalize(), "skrevet" if is_known else "ikke skrevet") for _, words, is_known in parts
    )
    missing = [(field, words) for field, words, is_known in parts if not is_known]
    if missing:
        lacking = listing([words for _, words in missing])
        return cannot_tell(f"Sagen mangler {lacking}.", f"Skriv {lacking}.", field=missing[0][0], used=used)
    return satisfied(
        "Formålet, mentorens opgaver og mentorens kvalifikationer er skrevet.", field="purpose", used=used
    )


@rule(
    "C05",
    title="Myndigheden bevilger",
    text="Jobcenteret eller kommunen bevilger mentoren; mentoren, virksomheden og andre kan ikke.",
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.agency("LAB §§ 78-81")),
        (at.CASH_BENEFIT_REFORM, at.agency("LAB kap. 9 b")),
        (NEW_ACT, at.agency("LAB kap. 26")),
    ),
    acts=BOTH_ACTS,
    stages=DECISION_STAGES,
    note=at.NOTE_2003,
)
def the_authority_decides(facts: Facts) -> Answer | None:
    name = authority(facts.on).name
    known = {True: "ja", False: "nej", None: "ikke oplyst"}[facts.decided_by_municipality]
    used = ((f"{name.capitalize()} afgør", known),)
    if facts.decided_by_municipality is None:
        return cannot_tell(
            "Det er ikke oplyst, hvem der afgør sagen.", f"Lad {name} afgøre sagen.", used=used
        )
    if not facts.decided_by_municipality:
        return not_satisfied(
            f"Sagen er afgjort af andre end {name}.", f"Lad {name} afgøre sagen på ny.", used=used
        )
    return satisfied(f"Sagen afgøres af {name}.", used=used)
