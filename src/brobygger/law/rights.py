"""Chapter A: the two rights to mentor support since 2020."""

from __future__ import annotations

from datetime import date

from brobygger.law import regimes as at
from brobygger.law.codes import Context
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters, ParameterValue
from brobygger.law.registry import rule
from brobygger.law.target_groups import OUTSIDE, RIGHT_AT_EDUCATION_START, SELF_SUPPORTING
from brobygger.law.wording import danish_date, lasts_at_most, months_after, months_in_words, span
from brobygger.values.period import ONE_DAY, Period

_EXPECTED_END = "Retten ventes at ophøre med udgangen af 2026."


@rule(
    "A11",
    title="Ret ved udskrivning fra psykiatrisk indlæggelse",
    text=(
        "Den, der er i § 6 og udskrives fra en psykiatrisk indlæggelse, har ret til mentorstøtte i op "
        "til 3 måneder før udskrivningen og i mindst 6 måneder i alt."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.lab_2020("§ 167, stk. 2"),
    note=f"{_EXPECTED_END} Om en lignende ret gjaldt før 2020 (§ 31 b, stk. 2), er ikke bekræftet.",
)
def right_at_psychiatric_discharge(facts: Facts, parameters: Parameters) -> Answer | None:
    if facts.context is not Context.PSYCHIATRIC_DISCHARGE:
        return _notice_of_the_right(facts)
    return _group_has_the_right(facts) or _time_around_discharge(facts, parameters)


def _notice_of_the_right(facts: Facts) -> Answer | None:
    """A word to the case worker; the support is judged by subsection 1."""
    is_discharged = facts.psychiatric_admitted is True or facts.discharge_on is not None
    if not is_discharged or facts.context is None or not (facts.target_group or "").startswith("6."):
        return None
    return satisfied(
        "Borgeren kan have ret til støtte ved udskrivningen. Her gives støtten efter § 167, stk. 1.",
        field="context",
        used=(("Psykiatrisk indlæggelse", "ja"), ("Sammenhæng", facts.context.label)),
    )


def _group_has_the_right(facts: Facts) -> Answer | None:
    """None where the group has the right."""
    used = (("Målgruppe", facts.target_group or "ikke valgt"),)
    if facts.target_group is None or facts.target_group == SELF_SUPPORTING:
        return cannot_tell(
            "Retten gælder kun personer i § 6.",
            "Vælg borgerens nummer i § 6.",
            field="target_group",
            used=used,
        )
    if not facts.target_group.startswith("6."):
        where = "uden for målgrupperne" if facts.target_group == OUTSIDE else "uden for § 6"
        return not_satisfied(
            f"Borgeren er {where} og har ikke retten.",
            "Vælg borgerens nummer i § 6, eller vælg en anden sammenhæng.",
            field="target_group",
            used=used,
        )
    return None


def _time_around_discharge(facts: Facts, numbers: Parameters) -> Answer:
    before, total = numbers.on("P04.before", facts.on), numbers.on("P04", facts.on)
    parameters = (before, total)
    if facts.discharge_on is None:
        return cannot_tell(
            "Dagen for udskrivningen kendes ikke.",
            "Skriv den dag, borgeren udskrives eller ventes udskrevet.",
            field="context",
            parameters=parameters,
        )
    used: tuple[tuple[str, str], ...] = (("Udskrivning", danish_date(facts.discharge_on)),)
    if facts.period is None or facts.period.end is None:
        return cannot_tell(
            "Perioden er ikke fastlagt.",
            "Skriv start og slut.",
            field="ends_on",
            used=used,
            parameters=parameters,
        )
    used = (*used, ("Periode", span(facts.period)))
    earliest = months_after(facts.discharge_on, -before.whole)
    if facts.period.start < earliest:
        return not_satisfied(
            f"Perioden begynder mere end {months_in_words(before.whole)} før udskrivningen.",
            f"Begynd tidligst {danish_date(earliest)}, eller vælg en anden sammenhæng for tiden før.",
            field="starts_on",
            used=used,
            parameters=parameters,
        )
    in_all = _with_previous(facts.period, facts.previous_period)
    shortest_end = months_after(in_all.start, total.whole)
    if in_all.end is not None and in_all.end < shortest_end:
        return not_satisfied(
            f"Retten er mindst {months_in_words(total.whole)} i alt; perioden er kortere.",
            f"Lad perioden vare til og med {danish_date(shortest_end - ONE_DAY)}.",
            field="ends_on",
            used=used,
            parameters=parameters,
        )
    return satisfied(
        f"Perioden begynder højst {months_in_words(before.whole)} før udskrivningen og varer mindst "
        f"{months_in_words(total.whole)} i alt.",
        field="ends_on",
        used=used,
        parameters=parameters,
    )


def _with_previous(period: Period, previous: Period | None) -> Period:
    """The two as one where the period continues the earlier one without a gap."""
    if previous is None or previous.end is None or previous.end < period.start:
        return period
    return Period(min(previous.start, period.start), period.end)


@rule(
    "A12",
    title="Retten ved udskrivning har samme formål",
    text=(
        "Støtten ved udskrivning gives med samme formål som anden mentorstøtte. Dagen i 2023, hvor "
        "ordene kom ind i loven, er ikke bekræftet."
    ),
    in_force=Period(at.PURPOSE_OF_PSYCHIATRIC_RIGHT),
    sources=at.act_295(),
    note="Lovens dato er brugt; dagen, den trådte i kraft, er ikke læst.",
)
def psychiatric_right_has_the_same_purpose(facts: Facts) -> Answer | None:
    if facts.context is not Context.PSYCHIATRIC_DISCHARGE:
        return None
    used = (("Formål", "skrevet" if facts.has_purpose else "ikke skrevet"),)
    if not facts.has_purpose:
        return cannot_tell(
            "Støtten ved udskrivning skal have et formål, der peger mod job, uddannelse eller aktiviteter.",
            "Skriv, hvad støtten skal hjælpe borgeren med at opnå eller fastholde efter udskrivningen.",
            field="purpose",
            used=used,
        )
    return satisfied("Støtten ved udskrivning har et skrevet formål.", field="purpose", used=used)


@rule(
    "A13",
    title="Ret ved start på uddannelse",
    text=(
        "Personer i § 6, nr. 4 og 5, har ret til mentorstøtte i op til 6 måneder fra optagelsen på en "
        "studie- eller erhvervskompetencegivende uddannelse. Tiden regnes fra den dag, retten bruges, og kan "
        "forlænges efter en konkret vurdering."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.lab_2020("§ 167, stk. 3"),
    note=_EXPECTED_END,
)
def right_at_education_start(facts: Facts, parameters: Parameters) -> Answer | None:
    if facts.context is not Context.EDUCATION or facts.target_group not in RIGHT_AT_EDUCATION_START:
        return None
    limit = parameters.on("P05", facts.on)
    if facts.period is None or facts.period.end is None:
        return cannot_tell(
            "Borgeren har ret til støtte ved start på uddannelsen, men perioden er ikke fastlagt.",
            "Skriv start og slut.",
            field="ends_on",
            parameters=(limit,),
        )
    used_from = facts.right_used_from or facts.period.start
    used = (("Retten bruges fra", danish_date(used_from)), ("Periode", span(facts.period)))
    if facts.right_used_from and facts.education_admission_on and used_from < facts.education_admission_on:
        return not_satisfied(
            f"Retten begynder ved optagelsen den {danish_date(facts.education_admission_on)}.",
            "Lad retten begynde ved optagelsen; giv støtte før den dag efter § 167, stk. 1.",
            field="starts_on",
            used=used,
            parameters=(limit,),
        )
    if facts.period.end <= months_after(used_from, limit.whole) and lasts_at_most(facts.period, limit.whole):
        return satisfied(
            f"Borgeren har ret til støtte i op til {months_in_words(limit.whole)} fra optagelsen, og "
            f"perioden ligger inden for.",
            field="ends_on",
            used=used,
            parameters=(limit,),
        )
    return _prolonged(facts, used, limit)


def _prolonged(facts: Facts, used: tuple[tuple[str, str], ...], limit: ParameterValue) -> Answer:
    if facts.previous_period is None or facts.reassessed is False:
        last = months_after(facts.right_used_from or _start(facts), limit.whole) - ONE_DAY
        return not_satisfied(
            f"Retten varer op til {months_in_words(limit.whole)}, regnet fra den bruges.",
            f"Slut senest {danish_date(last)}, eller forlæng efter en ny konkret vurdering.",
            field="ends_on",
            used=used,
            parameters=(limit,),
        )
    if facts.reassessed is None:
        return cannot_tell(
            "Perioden forlænger retten, og den nye konkrete vurdering mangler.",
            "Vurder borgerens behov igen, og bekræft vurderingen.",
            field="starts_on",
            used=used,
            parameters=(limit,),
        )
    return satisfied(
        "Retten er brugt, og støtten er forlænget efter en ny konkret vurdering.",
        field="starts_on",
        used=used,
        parameters=(limit,),
    )


def _start(facts: Facts) -> date:
    assert facts.period is not None
    return facts.period.start
