"""Chapter F: what the Integration Act does not say it takes from LAB."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters
from brobygger.law.registry import ONLY_INL, rule
from brobygger.law.wording import danish_date, lasts_at_most, length, months_after, months_in_words, span
from brobygger.values.period import ONE_DAY

LIMIT = "F06.months"
"""The longest period under the Integration Act: not confirmed until an administrator records one with a source."""


@rule(
    "F06",
    title="Varighed efter integrationsloven",
    text=(
        "§ 23 d, stk. 3, henter kun LAB § 169 og reglerne efter § 171. Grænsen på 6 måneder og de to rettigheder i "
        "§ 167 og kredsen af mentorer i § 168 er derfor formentlig ikke med; det er en slutning."
    ),
    in_force=at.FROM_NEW_ACT,
    sources=at.integration("§ 23 d, stk. 3", at.LOW),
    acts=ONLY_INL,
    note="En længste varighed kan skrives ind af administratoren med kilde og dato.",
)
def duration_under_the_integration_act(facts: Facts, parameters: Parameters) -> Answer | None:
    limit, period = parameters.on(LIMIT, facts.on), facts.period
    used = (("Periode", span(period) if period else "ikke oplyst"),)
    if limit.amount is None:
        return satisfied(
            "Det er ikke bekræftet, at en periode efter integrationsloven har en længste varighed.",
            field="ends_on",
            used=used,
            parameters=(limit,),
            confirmed=False,
        )
    if period is None or period.end is None:
        return cannot_tell(
            "Perioden er ikke fastlagt.",
            "Skriv start og slut.",
            field="starts_on" if period is None else "ends_on",
            used=used,
            parameters=(limit,),
        )
    if not lasts_at_most(period, limit.whole):
        last = months_after(period.start, limit.whole) - ONE_DAY
        return not_satisfied(
            f"Perioden er på {length(period)}; grænsen er sat til {months_in_words(limit.whole)}.",
            f"Slut senest {danish_date(last)}.",
            field="ends_on",
            used=used,
            parameters=(limit,),
            confirmed=False,
        )
    return satisfied(
        f"Perioden er på {length(period)}; grænsen er sat til {months_in_words(limit.whole)}.",
        field="ends_on",
        used=used,
        parameters=(limit,),
        confirmed=False,
    )
