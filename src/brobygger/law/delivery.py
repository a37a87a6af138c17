"""Chapter E: whether the service was delivered."""

from __future__ import annotations

from brobygger.law import regimes as at
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, not_satisfied, satisfied
from brobygger.law.registry import BOTH_ACTS, PAYMENT_STAGES, rule
from brobygger.values.period import Period


@rule(
    "E12",
    title="Opfølgning på, om støtten er leveret",
    text=(
        "Myndigheden følger op på, om støtten er leveret, og om mentor og borger mødtes i de betalte timer, og fører "
        "det nødvendige tilsyn."
    ),
    in_force=Period(at.FOCUS_AUDIT),
    sources=at.focus_audit(),
    acts=BOTH_ACTS,
    stages=PAYMENT_STAGES,
    note="Krav i fokusrevisionen fra marts 2019, som ikke nævner en paragraf; månedens første dag er brugt.",
)
def delivery_is_checked(facts: Facts) -> Answer | None:
    if facts.delivery_checked is None:
        return None
    if not facts.delivery_checked:
        return not_satisfied(
            "Det er ikke undersøgt, om støtten er leveret i de timer, der skal betales.",
            "Hold timerne op mod de kontakter, borgeren har bekræftet.",
            used=(("Leverancen er undersøgt", "nej"),),
        )
    return satisfied(
        "Det er undersøgt, at støtten er leveret i de betalte timer.",
        used=(("Leverancen er undersøgt", "ja"),),
    )
