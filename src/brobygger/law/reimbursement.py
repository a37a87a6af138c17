"""Chapter D: what the state repays, and where the cost is booked."""

from __future__ import annotations

from decimal import Decimal

from brobygger.law import regimes as at
from brobygger.law.facts import Facts
from brobygger.law.finding import Answer, cannot_tell, not_satisfied, satisfied
from brobygger.law.parameters import Parameters, ParameterValue
from brobygger.law.registry import BOTH_ACTS, PAYMENT_STAGES, rule
from brobygger.law.target_groups import NEW_ACT
from brobygger.law.wording import number, yes_no
from brobygger.values.period import Period

INSURED = frozenset({"2.1", "6.1"})
WITHOUT_REIMBURSEMENT = frozenset({"2.1", "2.2"})
"""The insured and the job-ready, as the list stood until 2019 (D12)."""

WITH_REIMBURSEMENT = frozenset(f"2.{each}" for each in (3, 4, 5, 6, 7, 8, 9, 10, 12, 13))
"""The numbers that the text of 2016 names (D11); no. 11 is not among them."""

MENTOR_ACCOUNT = "5"
_WHILE_REIMBURSED = Period(at.CASH_BENEFIT_REFORM, at.REIMBURSEMENT_ENDS)


def status_of(facts: Facts) -> str | None:
    """The group when the agreement was made, which decides; the present one where that is not known."""
    return facts.status_at_agreement or facts.target_group


def _claims(facts: Facts) -> bool:
    return facts.reimbursement_percent is not None and _is_over(facts.reimbursement_percent, Decimal(0))


def _is_over(percent: Decimal, limit: Decimal) -> bool:
    """Whether a share is over the limit; a share that is no number never keeps to one."""
    return not percent.is_finite() or percent > limit


def _used(facts: Facts) -> tuple[tuple[str, str], ...]:
    percent = facts.reimbursement_percent
    claimed = "ikke oplyst" if percent is None else f"{number(percent)} procent"
    return (
        ("Målgruppe ved aftalen", status_of(facts) or "ikke valgt"),
        ("I arbejde ved aftalen", yes_no(facts.employed_at_agreement)),
        ("Refusion, der søges", claimed),
    )


@rule(
    "D10",
    title="Mentor bogføres på hovedkonto 5",
    text=(
        "Udgiften til mentor bogføres på hovedkonto 5 og administration på hovedkonto 6. Grænsen og "
        "dokumentationen for den står i vejledningen om driftsudgifter."
    ),
    in_force=Period(at.ACCOUNT_GUIDANCE),
    sources=(
        (at.ACCOUNT_GUIDANCE, at.operating_costs(9100, "28. februar 2018")),
        (at.ACCOUNT_GUIDANCE_2019, at.operating_costs(9399, "6. maj 2019")),
        (at.ACCOUNT_GUIDANCE_2023, at.operating_costs(9260, "30. marts 2023")),
    ),
    acts=BOTH_ACTS,
    stages=PAYMENT_STAGES,
    note="Vejledningens grænse gælder også andre aktører; den ældste læste udgave er fra 2018.",
)
def cost_is_booked_on_main_account_5(facts: Facts) -> Answer | None:
    account = facts.account.strip()
    if not account:
        return None
    used = (("Konto", account if _is_account(account) else "skrevet"),)
    if account.split(".")[0] != MENTOR_ACCOUNT:
        return not_satisfied(
            "Udgiften er ikke bogført på hovedkonto 5.",
            "Bogfør udgiften til mentor på hovedkonto 5; kun administration hører til på hovedkonto 6.",
            used=used,
        )
    return satisfied("Udgiften er bogført på hovedkonto 5.", used=used)


def _is_account(text: str) -> bool:
    return all(part.isdigit() for part in text.split("."))


@rule(
    "P19",
    title="Konto for forsikrede",
    text="Udgiften til mentor for forsikrede ledige har sin egen konto.",
    in_force=Period(at.CASH_BENEFIT_REFORM),
    sources=at.accounts(),
    stages=PAYMENT_STAGES,
    note="Kun kontoen for forsikrede er læst.",
)
def account_of_the_insured(facts: Facts, parameters: Parameters) -> Answer | None:
    account = facts.account.strip()
    if not account or facts.target_group not in INSURED:
        return None
    right = parameters.on("P19", facts.on)
    used = (("Konto", account if _is_account(account) else "skrevet"), ("Målgruppe", facts.target_group))
    if account != right.text:
        return not_satisfied(
            f"Mentor for forsikrede bogføres på konto {right.text}.",
            f"Bogfør udgiften på konto {right.text}.",
            used=used,
            parameters=(right,),
        )
    return satisfied(f"Udgiften er bogført på konto {right.text}.", used=used, parameters=(right,))


@rule(
    "D11",
    title="Staten refunderede halvdelen 2014-2019",
    text=(
        "Staten refunderede 50 procent af kommunens udgift til mentor inden for et rådighedsbeløb. Borgerens status, "
        "da aftalen blev indgået, afgjorde det. Før 2016 stod reglen i § 121 a."
    ),
    in_force=_WHILE_REIMBURSED,
    sources=(
        (at.CASH_BENEFIT_REFORM, at.reimbursement("§ 121 a", at.MEDIUM)),
        (at.FORTNIGHTLY_CONTACT, at.reimbursement("§ 118, stk. 5, og § 118 a, stk. 2", at.HIGH)),
    ),
    stages=PAYMENT_STAGES,
    note=f"{at.NOTE_2016} Teksten nævner også § 31 b, stk. 2, hvis indhold ikke er læst.",
)
def state_repaid_half(facts: Facts, parameters: Parameters) -> Answer | None:
    status = status_of(facts)
    share = parameters.on("P09", facts.on)
    if facts.employed_at_agreement is True or status in WITHOUT_REIMBURSEMENT:
        return None
    if status is None and _claims(facts):
        return cannot_tell(
            "Der søges refusion, men borgerens målgruppe ved aftalen er ikke oplyst.",
            "Skriv, hvilken målgruppe borgeren var i, da aftalen blev indgået.",
            field="target_group",
            used=_used(facts),
            parameters=(share,),
        )
    if status in WITH_REIMBURSEMENT:
        return _share_of(facts, share)
    if not _claims(facts):
        return None
    return not_satisfied(
        "Der søges refusion for en målgruppe, som de læste regler ikke nævner.",
        "Undersøg, om målgruppen giver ret til refusion, eller søg den ikke.",
        field="target_group",
        used=_used(facts),
        parameters=(share,),
        confirmed=False,
    )


def _share_of(facts: Facts, share: ParameterValue) -> Answer:
    limit = share.amount or Decimal(0)
    if facts.reimbursement_percent is not None and _is_over(facts.reimbursement_percent, limit):
        return not_satisfied(
            f"Der søges mere end de {number(limit)} procent, staten refunderede.",
            f"Søg højst {number(limit)} procent.",
            used=_used(facts),
            parameters=(share,),
        )
    return satisfied(
        f"Staten refunderer {number(limit)} procent af udgiften inden for rådighedsbeløbet.",
        used=_used(facts),
        parameters=(share,),
    )


@rule(
    "D12",
    title="Ingen refusion for forsikrede, jobparate og ansatte 2014-2019",
    text="Staten refunderede ikke udgiften til mentor for forsikrede, jobparate (§ 2, nr. 1-2) og ansatte.",
    in_force=_WHILE_REIMBURSED,
    sources=at.accounts(),
    stages=PAYMENT_STAGES,
)
def nothing_for_insured_job_ready_and_employed(facts: Facts) -> Answer | None:
    if facts.employed_at_agreement is not True and status_of(facts) not in WITHOUT_REIMBURSEMENT:
        return None
    return _nothing_is_repaid(facts, "Staten refunderer ikke udgiften for borgere med den status.")


@rule(
    "D13",
    title="Ingen refusion fra juli 2019",
    text="Staten refunderer ikke længere kommunens udgift til mentor.",
    in_force=Period(at.REIMBURSEMENT_ENDS),
    sources=at.end_of_reimbursement(),
    stages=PAYMENT_STAGES,
    note=(
        "Ophøret i juli 2019 er ikke læst i den vedtagne lov. Forslaget lod først refusionen bestå for § 2, nr. 1; "
        "resten af 2019 er derfor ikke bekræftet for dem."
    ),
)
def nothing_since_july_2019(facts: Facts) -> Answer | None:
    is_unsure = facts.on < NEW_ACT and status_of(facts) in (None, *INSURED)
    return _nothing_is_repaid(
        facts, "Staten refunderer ikke længere udgiften til mentor.", confirmed=not is_unsure
    )


def _nothing_is_repaid(facts: Facts, sentence: str, *, confirmed: bool = True) -> Answer:
    if _claims(facts):
        return not_satisfied(
            f"{sentence} Der søges alligevel refusion.",
            "Søg ikke refusion, og ret den, der er søgt.",
            used=_used(facts),
            confirmed=confirmed,
        )
    return satisfied(sentence, used=_used(facts), confirmed=confirmed)
