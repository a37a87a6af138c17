"""Chapter B: the conditions of the support, and its hours."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.codes import MentorKind
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.registry import BOTH_ACTS, rule
from brobygger.law.target_groups import NEW_ACT
from brobygger.values.duration import format_minutes

_SUPPORTED_ORGANISATION = (MentorKind.COMPANY_EMPLOYEE, MentorKind.SCHOOL_EMPLOYEE)


@rule(
    "B01",
    title="Mentoren er afgørende",
    text=(
        "Mentoren skal være afgørende for, at borgeren kan deltage i tilbuddet eller få eller beholde jobbet."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.lab_2003()),
        (at.WIDENING, at.lab_2009("§ 78")),
        (at.CASH_BENEFIT_REFORM, at.lab_2014("kap. 9 b", at.MEDIUM)),
        (NEW_ACT, at.lab_2020("kap. 26", at.MEDIUM)),
    ),
    acts=BOTH_ACTS,
    note=f"{at.NOTE_2003} Paragraffen efter 2008 er ikke læst.",
)
def mentor_is_decisive(facts: Facts) -> Answer | None:
    used = (("Begrundelse", "skrevet" if facts.has_decisive_reason else "ikke skrevet"),)
    if not facts.has_decisive_reason:
        return cannot_tell(
            "Det er ikke skrevet, hvorfor mentoren er afgørende.",
            "Skriv hvorfor borgeren ikke kan deltage eller få eller beholde jobbet uden mentoren.",
            field="decisive_reason",
            used=used,
        )
    return satisfied("Det er begrundet, at mentoren er afgørende.", field="decisive_reason", used=used)


@rule(
    "B02",
    title="Ud over det sædvanlige",
    text=(
        "Når en virksomhed eller uddannelsesinstitution får støtte, skal mentorens indsats ligge ud "
        "over det, som arbejdsgiveren eller institutionen sædvanligvis forventes at gøre."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.lab_2003()),
        (at.WIDENING, at.lab_2009("§ 78")),
        (at.CASH_BENEFIT_REFORM, at.lab_2014("kap. 9 b", at.MEDIUM)),
        (NEW_ACT, at.lab_2020("§ 169")),
    ),
    acts=BOTH_ACTS,
    note=at.NOTE_2003,
)
def effort_is_beyond_the_normal(facts: Facts) -> Answer | None:
    if facts.mentor_kind not in _SUPPORTED_ORGANISATION:
        return None
    is_written = bool(facts.beyond_normal_reason.strip())
    used = (
        ("Mentor", facts.mentor_kind.label),
        ("Begrundelse", "skrevet" if is_written else "ikke skrevet"),
    )
    if not is_written:
        return cannot_tell(
            "Det er ikke skrevet, hvorfor indsatsen er mere end stedet sædvanligvis selv skal gøre.",
            "Skriv hvorfor indsatsen ligger ud over stedets sædvanlige introduktion og oplæring.",
            field="beyond_normal_reason",
            used=used,
        )
    return satisfied(
        "Det er begrundet, at indsatsen ligger ud over det sædvanlige.",
        field="beyond_normal_reason",
        used=used,
    )


@rule(
    "B11",
    title="Timer efter en individuel vurdering",
    text=(
        "Loven har intet timetal: timerne fastsættes efter en individuel vurdering af borgerens behov og "
        "forudsætninger."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.agency("LAB §§ 78-81")),
        (at.CASH_BENEFIT_REFORM, at.agency("LAB kap. 9 b")),
        (NEW_ACT, at.agency("LAB kap. 26")),
    ),
    acts=BOTH_ACTS,
    note=at.NOTE_2003,
)
def hours_rest_on_an_assessment(facts: Facts) -> Answer | None:
    is_written = bool(facts.hours_reason.strip())
    hours = "ikke skrevet" if facts.minutes_total is None else format_minutes(facts.minutes_total)
    used = (("Timer i alt", hours), ("Vurdering", "skrevet" if is_written else "ikke skrevet"))
    if facts.minutes_total is None:
        return cannot_tell(
            "Timerne er ikke fastsat.", "Skriv antal uger og timer om ugen.", field="phases", used=used
        )
    if facts.minutes_total <= 0:
        return not_satisfied(
            "Der er ingen timer i planen.", "Skriv mindst én periode med timer.", field="phases", used=used
        )
    if not is_written:
        return cannot_tell(
            "Det er ikke skrevet, hvorfor borgeren har brug for netop de timer.",
            "Skriv hvorfor timetallet passer til borgerens behov og forudsætninger.",
            field="phases",
            used=used,
        )
    return satisfied(f"{hours} er begrundet i borgerens behov.", field="phases", used=used)


@rule(
    "B12",
    title="Timer pr. plads",
    text="Når én mentor hjælper flere borgere, kan timerne fastsættes pr. plads i stedet for pr. borger.",
    in_force=at.FROM_REFORM,
    sources=((at.CASH_BENEFIT_REFORM, at.places()), (NEW_ACT, at.places_today())),
    acts=BOTH_ACTS,
    note="Efter 2019 står det på kommunernes sider; paragraffen er ikke læst.",
)
def hours_per_place(facts: Facts) -> Answer | None:
    if facts.per_place is not True:
        return None
    used = (
        ("Borgere hos mentoren", _count(facts.people_served)),
        ("Pladser", _count(facts.places)),
    )
    if facts.people_served is not None and facts.people_served < 2:
        return not_satisfied(
            "Timerne er fastsat pr. plads, men mentoren hjælper kun én borger.",
            "Fastsæt timerne for borgeren.",
            field="phases",
            used=used,
        )
    if facts.places is not None and facts.places < 1:
        return not_satisfied(
            "Timerne er fastsat pr. plads, men der er ingen pladser.",
            "Skriv, hvor mange pladser mentoren har.",
            field="phases",
            used=used,
        )
    if facts.people_served is None or facts.places is None:
        return cannot_tell(
            "Timerne er fastsat pr. plads, men det er ikke oplyst, hvor mange borgere og pladser mentoren har.",
            "Skriv, hvor mange borgere mentoren hjælper, og hvor mange pladser der er.",
            field="phases",
            used=used,
        )
    return satisfied(
        "Mentoren hjælper flere borgere, og timerne er fastsat pr. plads.", field="phases", used=used
    )


def _count(number: int | None) -> str:
    return "ikke oplyst" if number is None else str(number)
