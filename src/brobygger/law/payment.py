"""Chapter D: what the grant may pay for."""

from __future__ import annotations

from decimal import Decimal

from brobygger.law import regimes as at
from brobygger.law.codes import PriceLineKind
from brobygger.law.facts import Facts, PriceLineFact
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.mentor import RELEASED_KINDS
from brobygger.law.registry import BOTH_ACTS, PRICE_STAGES, rule
from brobygger.law.target_groups import NEW_ACT
from brobygger.law.wording import listing
from brobygger.values.period import Period

INCLUDED_CONTRIBUTIONS = frozenset(
    {PriceLineKind.HOLIDAY_PAY, PriceLineKind.PENSION, PriceLineKind.EMPLOYER_CONTRIBUTION}
)
"""What may be added to the wage (D05)."""

WAGE_KINDS = INCLUDED_CONTRIBUTIONS | {PriceLineKind.WAGE}

REFUSED_KINDS = frozenset(
    {
        PriceLineKind.OVERHEAD,
        PriceLineKind.ILLNESS_WAGE,
        PriceLineKind.TRANSPORT_TIME,
        PriceLineKind.TRAVEL_EXPENSES,
    }
)
"""What may not be paid (D06)."""

_JOURNEYS = frozenset({PriceLineKind.TRANSPORT_TIME, PriceLineKind.TRAVEL_EXPENSES})


def _lines(facts: Facts, kinds: frozenset[PriceLineKind]) -> tuple[PriceLineFact, ...]:
    return tuple(line for line in facts.price_lines if line.kind in kinds)


def _names(lines: tuple[PriceLineFact, ...]) -> str:
    return listing(list(dict.fromkeys(line.kind.label.lower() for line in lines)))


def _price_used(facts: Facts, lines: tuple[PriceLineFact, ...]) -> tuple[tuple[str, str], ...]:
    kind = facts.mentor_kind.label if facts.mentor_kind else "ikke valgt"
    return (("Mentor", kind), ("Prislinjer", _names(lines)))


@rule(
    "D01",
    title="Løn ved frikøb eller honorar",
    text="Bevillingen dækker løn til frikøb af en medarbejder eller honorar til en ekstern konsulent.",
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.lab_2003()),
        (at.WIDENING, at.lab_2009("§ 78")),
        (at.CASH_BENEFIT_REFORM, at.lab_2014("§ 31 e, stk. 1")),
        (NEW_ACT, at.lab_2020("kap. 26", at.MEDIUM)),
    ),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note=at.NOTE_2003,
)
def wage_or_fee(facts: Facts) -> Answer | None:
    wage, fee = _lines(facts, WAGE_KINDS), _lines(facts, frozenset({PriceLineKind.FEE}))
    if not wage and not fee:
        return None
    kind, used = facts.mentor_kind, _price_used(facts, wage + fee)
    if kind is None:
        return cannot_tell(
            "Det er ikke valgt, hvem mentoren er, så prisen kan ikke vurderes.",
            "Vælg mentoren.",
            field="mentor",
            used=used,
        )
    if not kind.is_paid:
        return not_satisfied(
            "En frivillig får hverken løn ved frikøb eller honorar.",
            "Fjern prislinjen, eller vælg en anden mentor.",
            field="price_lines",
            used=used,
        )
    if kind.is_external and wage:
        return not_satisfied(
            f"En ekstern konsulent får honorar, og prisen har {_names(wage)}.",
            "Skriv beløbet som honorar.",
            field="price_lines",
            used=used,
        )
    if kind in RELEASED_KINDS and fee:
        return not_satisfied(
            "En ansat frikøbes for sin løn og får ikke honorar.",
            "Skriv beløbet som løn.",
            field="price_lines",
            used=used,
        )
    return satisfied(
        "Prisen passer til mentoren: løn ved frikøb eller honorar.", field="price_lines", used=used
    )


@rule(
    "D02",
    title="Uddannelse af mentoren",
    text="Bevillingen kan dække køb af uddannelse, der gør medarbejderen bedre i stand til at være mentor.",
    in_force=at.FROM_INTRODUCTION,
    sources=(
        (at.INTRODUCTION, at.lab_2003()),
        (at.WIDENING, at.lab_2009("§ 78")),
        (at.CASH_BENEFIT_REFORM, at.lab_2014("§ 31 e, stk. 1")),
        (NEW_ACT, at.lab_2020("kap. 26", at.MEDIUM)),
    ),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note=at.NOTE_2003,
)
def training_of_the_mentor(facts: Facts) -> Answer | None:
    lines = _lines(facts, frozenset({PriceLineKind.TRAINING}))
    if not lines:
        return None
    kind, used = facts.mentor_kind, _price_used(facts, lines)
    if kind is None or kind.is_external:
        return cannot_tell(
            "Loven nævner uddannelse af en medarbejder, der er mentor.",
            "Vælg en medarbejder som mentor, eller fjern linjen med mentorkurset.",
            field="mentor" if kind is None else "price_lines",
            used=used,
        )
    return satisfied("Mentorkurset kan betales.", field="price_lines", used=used)


@rule(
    "D03",
    title="Faktisk løn gange faktiske timer",
    text="Lønudgiften er den faktiske løn i timen gange de timer, der faktisk er brugt som mentor.",
    in_force=at.FROM_ORDER,
    sources=at.order("§ 122, stk. 1"),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note="Gælder senest fra bekendtgørelsen af 11. december 2020.",
)
def actual_wage(facts: Facts) -> Answer | None:
    lines = _lines(facts, frozenset({PriceLineKind.WAGE}))
    if not lines or facts.mentor_kind not in RELEASED_KINDS:
        return None
    return _amounts(facts, lines, "Lønnen er den faktiske løn i timen.", "mentorens løn i timen")


@rule(
    "D04",
    title="Honorar til ekstern konsulent",
    text="For en ekstern konsulent er udgiften honoraret.",
    in_force=at.FROM_ORDER,
    sources=at.order("§ 122, stk. 1"),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note="Gælder senest fra bekendtgørelsen af 11. december 2020.",
)
def external_mentor_gets_a_fee(facts: Facts) -> Answer | None:
    kind = facts.mentor_kind
    wage, fee = _lines(facts, WAGE_KINDS), _lines(facts, frozenset({PriceLineKind.FEE}))
    if kind is None or not kind.is_external or not (wage or fee):
        return None
    if wage:
        return not_satisfied(
            f"Udgiften til en ekstern konsulent er honoraret; {_names(wage)} regnes ikke med.",
            "Skriv beløbet som honorar.",
            field="price_lines",
            used=_price_used(facts, wage),
        )
    return _amounts(facts, fee, "Udgiften er konsulentens honorar.", "honoraret")


def _amounts(facts: Facts, lines: tuple[PriceLineFact, ...], sentence: str, what: str) -> Answer:
    used = _price_used(facts, lines)
    if any(line.amount is None for line in lines):
        return cannot_tell("Beløbet er ikke skrevet.", f"Skriv {what}.", field="price_lines", used=used)
    if any(line.amount is not None and not _is_positive(line.amount) for line in lines):
        return not_satisfied("Beløbet skal være over 0 kr.", f"Ret {what}.", field="price_lines", used=used)
    return satisfied(sentence, field="price_lines", used=used)


def _is_positive(amount: Decimal) -> bool:
    return amount.is_finite() and amount > 0


@rule(
    "D05",
    title="Feriepenge, pension og arbejdsgiverbidrag",
    text="Feriepenge, pensionsbidrag og andre arbejdsgiverbidrag kan regnes med i lønudgiften.",
    in_force=at.FROM_ORDER,
    sources=at.order("§ 122, stk. 2"),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note="Gælder senest fra bekendtgørelsen af 11. december 2020.",
)
def contributions_are_included(facts: Facts) -> Answer | None:
    lines = _lines(facts, INCLUDED_CONTRIBUTIONS)
    if not lines:
        return None
    return satisfied(
        f"Lønudgiften kan omfatte {_names(lines)}.", field="price_lines", used=_price_used(facts, lines)
    )


@rule(
    "D06",
    title="Det, der ikke kan betales",
    text=(
        "Overhead, løn under mentorens sygdom, løn for mentorens transporttid og mentorens "
        "rejseudgifter kan ikke regnes med."
    ),
    in_force=at.FROM_ORDER,
    sources=at.order("§ 122, stk. 2"),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note="Gælder senest fra bekendtgørelsen af 11. december 2020; før den dag er kun kørsel belyst (D07).",
)
def refused_costs(facts: Facts) -> Answer | None:
    if not facts.price_lines:
        return None
    refused = _lines(facts, REFUSED_KINDS)
    if refused:
        return not_satisfied(
            f"Prisen har {_names(refused)}, og det kan ikke betales.",
            "Fjern linjen.",
            field="price_lines",
            used=_price_used(facts, refused),
        )
    return satisfied(
        "Prisen er uden overhead, sygeløn, transporttid og rejseudgifter.",
        field="price_lines",
        used=_price_used(facts, facts.price_lines),
    )


@rule(
    "D07",
    title="Kørsel afhang af aftalen",
    text=(
        "Der var ingen særlig regel om mentorens kørsel; det afhang af aftalen. Ændringen ligger "
        "mellem februar 2018 og december 2020, og dagen er ikke bekræftet."
    ),
    in_force=Period(at.CASH_BENEFIT_REFORM, at.ORDER_2020),
    sources=(
        (at.CASH_BENEFIT_REFORM, at.mileage_answer(at.MEDIUM)),
        (NEW_ACT, at.mileage_answer(at.LOW)),
    ),
    acts=BOTH_ACTS,
    stages=PRICE_STAGES,
    note=(
        "Fra 2020 til bekendtgørelsen af 11. december 2020 er det ikke bekræftet, hvad der gjaldt "
        "(sikkerhed L)."
    ),
)
def journeys_depended_on_the_agreement(facts: Facts) -> Answer | None:
    journeys = _lines(facts, _JOURNEYS)
    if not journeys:
        return None
    return cannot_tell(
        f"Om {_names(journeys)} kunne betales, afhang af aftalen.",
        "Se efter i aftalen, om den dækker kørsel.",
        field="price_lines",
        used=_price_used(facts, journeys),
    )
