"""Chapter B: who may be mentor, and on what terms."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.codes import MentorKind
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters
from brobygger.law.registry import BOTH_ACTS, DECISION_STAGES, rule
from brobygger.law.target_groups import NEW_ACT
from brobygger.values.period import Period

RELEASED_KINDS = (
    MentorKind.COMPANY_EMPLOYEE,
    MentorKind.SCHOOL_EMPLOYEE,
    MentorKind.MUNICIPAL_EMPLOYEE,
)
"""The kinds whose wage is paid for released hours (frikøb)."""

_KINDS_OF_2020 = (*RELEASED_KINDS, MentorKind.EXTERNAL_CONSULTANT, MentorKind.PRIVATE_PROVIDER)


def _mentor_used(facts: Facts) -> tuple[tuple[str, str], ...]:
    return (("Mentor", facts.mentor_kind.label if facts.mentor_kind else "ikke valgt"),)


def _not_usual_work(facts: Facts, whose: str) -> Answer:
    known = {True: "erklæret", False: "nej", None: "ikke oplyst"}[facts.not_usual_work]
    used = (*_mentor_used(facts), ("Ikke sædvanligt arbejde i timerne", known))
    if facts.not_usual_work is None:
        return cannot_tell(
            f"Det er ikke oplyst, om {whose} er fri for sit sædvanlige arbejde i mentortimerne.",
            "Indhent mentorens erklæring, og sæt kryds.",
            field="mentor",
            used=used,
        )
    if not facts.not_usual_work:
        return not_satisfied(
            f"{whose.capitalize()} gør sit sædvanlige arbejde i de timer, der skal betales.",
            "Aftal timer, hvor mentoren er fri for sit sædvanlige arbejde, eller vælg en anden mentor.",
            field="mentor",
            used=used,
        )
    return satisfied(
        f"{whose.capitalize()} gør ikke sit sædvanlige arbejde i mentortimerne.", field="mentor", used=used
    )


@rule(
    "B03",
    title="Ikke sædvanligt arbejde i de frikøbte timer",
    text="I de frikøbte timer udfører mentoren ikke sine sædvanlige arbejdsopgaver.",
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.lab_2003()),
        (at.WIDENING, at.lab_2009("§ 78")),
        (at.CASH_BENEFIT_REFORM, at.lab_2014("kap. 9 b", at.MEDIUM)),
        (NEW_ACT, at.lab_2020("kap. 26", at.MEDIUM)),
    ),
    acts=BOTH_ACTS,
    note=f"{at.NOTE_2003} Hvornår kommunens egne ansatte blev nævnt, er ikke bekræftet.",
)
def released_mentor_leaves_usual_work(facts: Facts) -> Answer | None:
    if facts.mentor_kind not in RELEASED_KINDS:
        return None
    return _not_usual_work(facts, "medarbejderen")


@rule(
    "B04",
    title="Ikke sædvanligt arbejde: ekstern konsulent",
    text="Heller ikke en ekstern konsulent udfører sine sædvanlige arbejdsopgaver i mentortimerne.",
    in_force=at.FROM_NEW_ACT,
    sources=at.order("§ 122, stk. 1"),
    acts=BOTH_ACTS,
    note="Læst i bekendtgørelsen af 11. december 2020.",
)
def external_mentor_leaves_usual_work(facts: Facts) -> Answer | None:
    if facts.mentor_kind is None or not facts.mentor_kind.is_external:
        return None
    return _not_usual_work(facts, "konsulenten")


@rule(
    "B05",
    title="Ekstern konsulent kun i små virksomheder",
    text=(
        "Mentoren er som udgangspunkt ansat i virksomheden eller på uddannelsesinstitutionen. En "
        "ekstern konsulent kan kun være mentor på uddannelsesinstitutioner eller i mindre virksomheder "
        "med op til cirka 10 ansatte. Dagen, hvor reglen ophørte, er ikke bekræftet."
    ),
    in_force=Period(at.INTRODUCTION, at.CASH_BENEFIT_REFORM),
    sources=((at.INTRODUCTION, at.lab_2003()), (at.WIDENING, at.lab_2009("§ 78", at.LOW))),
    acts=BOTH_ACTS,
    note=f"{at.NOTE_2003} Reglen ophørte senest med kapitel 9 b i 2014; efter 2009 er den ikke bekræftet.",
)
def external_mentor_only_in_small_companies(facts: Facts, parameters: Parameters) -> Answer | None:
    kind = facts.mentor_kind
    used = _mentor_used(facts)
    if kind is None:
        return cannot_tell(
            "Det er ikke valgt, hvem mentoren er.", "Vælg mentoren.", field="mentor", used=used
        )
    if kind in (MentorKind.COMPANY_EMPLOYEE, MentorKind.SCHOOL_EMPLOYEE):
        return satisfied("Mentoren er ansat på stedet.", field="mentor", used=used)
    if not kind.is_external:
        return cannot_tell(
            "Loven sagde, at mentoren som udgangspunkt er ansat på stedet; den nævnte ikke andre end "
            "eksterne konsulenter.",
            "Vælg en medarbejder på stedet, eller afklar, om en anden kan være mentor.",
            field="mentor",
            used=used,
        )
    return _size_allows_an_external(facts, parameters)


def _size_allows_an_external(facts: Facts, parameters: Parameters) -> Answer:
    limit = parameters.on("P14", facts.on)
    employees = facts.organisation_employees
    used = (*_mentor_used(facts), ("Ansatte", "ukendt" if employees is None else str(employees)))
    if facts.at_school is True:
        return satisfied(
            "En ekstern konsulent kan være mentor på en uddannelsesinstitution.",
            field="organisation",
            used=(*used, ("Uddannelsesinstitution", "ja")),
            parameters=(limit,),
        )
    if employees is None:
        return cannot_tell(
            f"En ekstern konsulent kan kun være mentor i virksomheder med op til cirka {limit.whole} "
            f"ansatte.",
            "Skriv, hvor mange ansatte virksomheden har.",
            field="organisation",
            used=used,
            parameters=(limit,),
        )
    if employees > limit.whole:
        return not_satisfied(
            f"Virksomheden har {employees} ansatte; en ekstern konsulent kunne kun være mentor ved op "
            f"til cirka {limit.whole}.",
            "Vælg en medarbejder i virksomheden som mentor.",
            field="mentor",
            used=used,
            parameters=(limit,),
        )
    return satisfied(
        f"Virksomheden har {employees} ansatte, så en ekstern konsulent kan være mentor.",
        field="organisation",
        used=used,
        parameters=(limit,),
    )


@rule(
    "B06",
    title="Ansat eller ekstern konsulent",
    text=(
        "Mentoren kan være ansat i en virksomhed, på en uddannelsesinstitution eller i kommunen eller "
        "være en ekstern konsulent, uden hensyn til virksomhedens størrelse."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.lab_2020("§ 168"),
)
def mentor_is_employed_or_external(facts: Facts) -> Answer | None:
    kind = facts.mentor_kind
    if kind is None:
        return None
    if kind in _KINDS_OF_2020:
        return satisfied(
            f"En mentor kan være: {kind.label.lower()}.", field="mentor", used=_mentor_used(facts)
        )
    if not facts.price_lines:
        return None
    return cannot_tell(
        f"Loven nævner ikke {kind.label.lower()} blandt dem, der betales for.",
        "Fjern prislinjerne, eller vælg en mentor, der er ansat eller ekstern konsulent.",
        field="mentor",
        used=_mentor_used(facts),
    )


@rule(
    "B07",
    title="Ingen liste over mentorer",
    text=(
        "Ingen regel opregner, hvem der kan være mentor: det vurderes fagligt ved bevillingen. Også en "
        "leder kan være mentor."
    ),
    in_force=at.FROM_REFORM,
    sources=((at.CASH_BENEFIT_REFORM, at.agency("LAB kap. 9 b")), (NEW_ACT, at.agency("LAB kap. 26"))),
    note=(
        "Styrelsens side er uden dato; reglen regnes fra 2014, hvor kravet om små virksomheder senest "
        "ophørte."
    ),
    acts=BOTH_ACTS,
)
def mentor_is_chosen_on_professional_grounds(facts: Facts) -> Answer | None:
    used = _mentor_used(facts)
    if facts.mentor_kind is None:
        return cannot_tell(
            "Det er ikke valgt, hvem mentoren er.", "Vælg mentoren.", field="mentor", used=used
        )
    return satisfied(
        "Mentoren er valgt; loven kræver ikke en bestemt stilling eller uddannelse.",
        field="mentor",
        used=used,
    )


@rule(
    "B08",
    title="Mentoren afgør ikke sagen",
    text=(
        "Ingen må afgøre eller behandle en sag, han selv har en personlig eller økonomisk interesse i. "
        "Derfor kan en mentor være inhabil i sit eget forløb."
    ),
    in_force=at.FROM_INTRODUCTION,
    sources=at.disqualification(),
    acts=BOTH_ACTS,
    stages=DECISION_STAGES,
    note="Paragraffen er sikker. At den udelukker mentoren, er en slutning; intet særligt forbud er fundet.",
)
def mentor_does_not_decide(facts: Facts) -> Answer | None:
    known = {True: "ja", False: "nej", None: "ikke oplyst"}[facts.mentor_decides_case]
    used = (("Mentoren afgør sagen", known),)
    if facts.mentor_decides_case is None:
        return cannot_tell(
            "Det er ikke oplyst, om mentoren selv behandler eller afgør sagen.",
            "Vælg, hvem der afgør sagen, og hvem der er mentor.",
            field="mentor",
            used=used,
        )
    if facts.mentor_decides_case:
        return not_satisfied(
            "Mentoren er med til at afgøre sagen og kan være inhabil.",
            "Lad en anden end mentoren behandle og afgøre sagen.",
            field="mentor",
            used=used,
            confirmed=False,
        )
    return satisfied("En anden end mentoren afgør sagen.", field="mentor", used=used)
