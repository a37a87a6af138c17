"""Chapter B: how long the support lasts, and how it goes on."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters
from brobygger.law.registry import BOTH_ACTS, rule
from brobygger.law.target_groups import NEW_ACT
from brobygger.law.wording import danish_date, lasts_at_most, length, months_after, months_in_words, span
from brobygger.values.period import ONE_DAY, Period


def _period_is_missing(period: Period | None) -> Answer:
    if period is None:
        return cannot_tell("Perioden er ikke fastlagt.", "Skriv start og slut.", field="starts_on")
    return cannot_tell(
        f"Støtten begynder {danish_date(period.start)}, men har ingen slutdato.",
        "Skriv slutdatoen.",
        field="ends_on",
        used=(("Periode", span(period)),),
    )


@rule(
    "B09",
    title="Højst seks måneder ad gangen",
    text=(
        "En periode med mentorstøtte varer højst 6 måneder; derefter kan der gives en ny periode på op til "
        "6 måneder."
    ),
    in_force=at.FROM_REFORM,
    sources=(
        (at.CASH_BENEFIT_REFORM, at.agreement_rule()),
        (NEW_ACT, at.lab_2020("§ 167, stk. 1")),
    ),
    note=(
        "I 2014-2019 stod grænsen som krav til aftalen. Om den gælder efter integrationsloven, er ikke "
        "bekræftet."
    ),
)
def period_lasts_at_most_six_months(facts: Facts, parameters: Parameters) -> Answer | None:
    period = facts.period
    if period is None or period.end is None:
        return _period_is_missing(period)
    limit = parameters.on("P01", facts.on)
    used = (("Periode", span(period)), ("Længde", length(period)))
    if not lasts_at_most(period, limit.whole):
        last = months_after(period.start, limit.whole) - ONE_DAY
        return not_satisfied(
            f"Perioden er på {length(period)}; den må højst være på {months_in_words(limit.whole)}.",
            f"Slut senest {danish_date(last)}. Støtten kan fortsætte i en ny periode efter en konkret "
            f"vurdering.",
            field="ends_on",
            used=used,
            parameters=(limit,),
        )
    return satisfied(
        f"Perioden er på {length(period)} og dermed højst {months_in_words(limit.whole)}.",
        field="ends_on",
        used=used,
        parameters=(limit,),
    )


@rule(
    "B10",
    title="Varighed før 2014",
    text="Der er ikke fundet en lovbestemt længste varighed før 2014; kommunerne satte selv grænser.",
    in_force=Period(at.INTRODUCTION, at.CASH_BENEFIT_REFORM),
    sources=at.lab_2003(at.MEDIUM),
    acts=BOTH_ACTS,
    note=f"{at.NOTE_2003} Et loft er hverken fundet eller udelukket.",
)
def duration_before_2014(facts: Facts, parameters: Parameters) -> Answer | None:
    period = facts.period
    if period is None or period.end is None:
        return _period_is_missing(period)
    return satisfied(
        f"Perioden er på {length(period)}. Der er ikke fundet en lovbestemt grænse; kommunens ramme "
        f"afgør længden.",
        field="ends_on",
        used=(("Periode", span(period)),),
        parameters=(parameters.on("P01", facts.on),),
        confirmed=False,
    )


@rule(
    "P02",
    title="Ny periode efter en ny vurdering",
    text=(
        "En ny periode på op til 6 måneder kræver en konkret vurdering, når den første slutter. Der er "
        "ikke fundet et højeste antal nye perioder."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.lab_2020("§ 167, stk. 1, 2. pkt."),
)
def renewal_needs_a_new_assessment(facts: Facts, parameters: Parameters) -> Answer | None:
    if facts.previous_period is None:
        return None
    if facts.period is None:
        return _period_is_missing(None)
    limit = parameters.on("P02", facts.on)
    known = {True: "ja", False: "nej", None: "ikke oplyst"}[facts.reassessed]
    used = (
        ("Forrige periode", span(facts.previous_period)),
        ("Periode", span(facts.period)),
        ("Ny konkret vurdering", known),
    )
    previous_end = facts.previous_period.end
    if previous_end is None or facts.period.start < previous_end:
        return not_satisfied(
            "Den nye periode begynder, før den forrige er slut.",
            "Lad den nye periode begynde, når den forrige slutter.",
            field="starts_on",
            used=used,
            parameters=(limit,),
        )
    if facts.reassessed is None:
        return cannot_tell(
            "En ny periode kræver en ny konkret vurdering, og den mangler.",
            "Vurder borgerens behov igen, og bekræft vurderingen.",
            field="starts_on",
            used=used,
            parameters=(limit,),
        )
    if not facts.reassessed:
        return not_satisfied(
            "Der er ikke lavet en ny konkret vurdering.",
            "Vurder borgerens behov igen, eller lad støtten slutte.",
            field="starts_on",
            used=used,
            parameters=(limit,),
        )
    return satisfied(
        "Den nye periode hviler på en ny konkret vurdering.",
        field="starts_on",
        used=used,
        parameters=(limit,),
    )
