"""The lines that stand on payslips and invoices for a mentor, and the rule by which each is counted or not.

Source: executive order no. 2006 of 11 December 2020, § 122 (rules D03-D06), and the rules of each contribution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from brobygger.law import regimes
from brobygger.law.codes import Labelled, PriceLineKind
from brobygger.payment.price import BEFORE_THE_ORDER, COST_ORDER_READ_FROM, NOT_PAYABLE
from brobygger.values.source import Confidence, Source


class BadPay(ValueError):
    """What was typed is no pay evidence; the message can be shown by ``field``, "" where it is about the whole."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class PayItemKind(Labelled):
    """What one line of a payslip, a wage statement or an offer is for; the last four are not paid (D06)."""

    WAGE = "WAGE", "Løn"
    SUPPLEMENT = "SUPPLEMENT", "Fast tillæg"
    OWN_PENSION = "OWN_PENSION", "Medarbejderens egen pension"
    OWN_ATP = "OWN_ATP", "Medarbejderens egen ATP"
    HOLIDAY_ALLOWANCE = "HOLIDAY_ALLOWANCE", "Feriegodtgørelse"
    HOLIDAY_SUPPLEMENT = "HOLIDAY_SUPPLEMENT", "Ferietillæg"
    HOLIDAY_WITH_PAY = "HOLIDAY_WITH_PAY", "Løn under ferie"
    EMPLOYER_PENSION = "EMPLOYER_PENSION", "Arbejdsgiverens pensionsbidrag"
    EMPLOYER_ATP = "EMPLOYER_ATP", "Arbejdsgiverens ATP"
    WORK_INJURY = "WORK_INJURY", "Arbejdsskade (AES)"
    PARENTAL_FUND = "PARENTAL_FUND", "Barselsudligning (Barsel.dk)"
    EDUCATION_FUND = "EDUCATION_FUND", "Uddannelsesbidrag (AUB)"
    OTHER_CONTRIBUTION = "OTHER_CONTRIBUTION", "Andet arbejdsgiverbidrag"
    FEE = "FEE", "Honorar"
    OVERHEAD = "OVERHEAD", "Overhead"
    ILLNESS_WAGE = "ILLNESS_WAGE", "Løn under mentors sygdom"
    TRANSPORT_TIME = "TRANSPORT_TIME", "Løn for transporttid"
    TRAVEL_EXPENSES = "TRAVEL_EXPENSES", "Rejseudgifter"


class Per(StrEnum):
    """What the amount is for: the pay period, a quarter of a year, an hour, or per cent of the wage."""

    PERIOD = "PERIOD"
    QUARTER = "QUARTER"
    HOUR = "HOUR"
    PERCENT = "PERCENT"


@dataclass(frozen=True)
class PayItem:
    """One line: ``amount`` is kroner, or per cent where ``per`` is PERCENT.

    ``agreed`` says that the agreement covers it, which decided before the order (D07). Raises BadPay.
    """

    kind: PayItemKind
    amount: Decimal
    per: Per = Per.PERIOD
    text: str = ""
    agreed: bool = False

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0:
            raise BadPay("Skriv beløbet. Det kan ikke være under 0.", "amount")
        if self.per is Per.PERCENT and self.kind in (*BASE, *ALREADY_IN_THE_WAGE):
            raise BadPay("Skriv lønnen i kroner.", "per")

    @property
    def label(self) -> str:
        return self.text or self.kind.label


BASE = frozenset({PayItemKind.WAGE, PayItemKind.SUPPLEMENT})
"""What per cent are taken of. The employee's own pension and ATP are paid out of it."""

ALREADY_IN_THE_WAGE = frozenset({PayItemKind.OWN_PENSION, PayItemKind.OWN_ATP})
NEVER_PAID = frozenset(PayItemKind(value) for value in NOT_PAYABLE)

_HOLIDAY_ACT = "https://danskelove.dk/ferieloven/16"
_ATP = "https://virk.dk/vejledning/atp/atp-arbejdsgiver/"
_FUNDS = "https://www.fdr.dk/publikationer/nyheder/340-hvad-er-samlet-betaling"
_PARENTAL = "https://www.elov.dk/bekendtgorelse-om-barselsudligning-pa-det-private-arbejdsmarked/paragraf/4/"


@dataclass(frozen=True)
class ItemRule:
    """How a kind is counted: as which kind of price line (None: not at all), by which rule, and why.

    ``own_source`` is where the contribution itself stands, beside the order that lets it count.
    """

    counted_as: PriceLineKind | None
    rule_id: str
    source: Source
    sentence_da: str
    own_source: Source | None = None


def _wage(sentence: str) -> ItemRule:
    return ItemRule(PriceLineKind.WAGE, "D03", regimes.order("§ 122, stk. 1"), sentence)


def _included(counted_as: PriceLineKind, sentence: str, own: Source | None = None) -> ItemRule:
    return ItemRule(counted_as, "D05", regimes.order("§ 122, stk. 2"), sentence, own)


def _inside(what: str) -> ItemRule:
    sentence = f"Medarbejderens egen {what} er en del af lønnen og tælles ikke igen."
    return ItemRule(None, "D03", regimes.order("§ 122, stk. 1"), sentence)


def _contribution(name: str, own: Source | None = None) -> ItemRule:
    return _included(
        PriceLineKind.EMPLOYER_CONTRIBUTION, f"{name} er et arbejdsgiverbidrag og regnes med.", own
    )


def _holiday(paragraph: str) -> Source:
    return Source("Ferieloven", paragraph, _HOLIDAY_ACT)


def _refused(kind: PayItemKind) -> ItemRule:
    return ItemRule(None, "D06", regimes.order("§ 122, stk. 2"), NOT_PAYABLE[kind.value])


ITEM_RULES: Mapping[PayItemKind, ItemRule] = {
    PayItemKind.WAGE: _wage("Den løn, der faktisk er betalt, fordeles på de timer, den dækker."),
    PayItemKind.SUPPLEMENT: _wage("Et fast tillæg er en del af den løn, der faktisk er betalt."),
    PayItemKind.OWN_PENSION: _inside("pension"),
    PayItemKind.OWN_ATP: _inside("ATP"),
    PayItemKind.HOLIDAY_ALLOWANCE: _included(
        PriceLineKind.HOLIDAY_PAY,
        "Feriegodtgørelse regnes med.",
        _holiday("§ 16, stk. 2 og 3"),
    ),
    PayItemKind.HOLIDAY_SUPPLEMENT: _included(
        PriceLineKind.HOLIDAY_PAY, "Ferietillæg regnes med.", _holiday("§ 16, stk. 1")
    ),
    PayItemKind.HOLIDAY_WITH_PAY: _included(
        PriceLineKind.HOLIDAY_PAY,
        "Løn under ferie fordeles på de timer, der arbejdes.",
        _holiday("§ 16, stk. 1"),
    ),
    PayItemKind.EMPLOYER_PENSION: _included(
        PriceLineKind.PENSION, "Arbejdsgiverens pensionsbidrag regnes med."
    ),
    PayItemKind.EMPLOYER_ATP: _contribution(
        "Arbejdsgiverens del af ATP", Source("ATP", "arbejdsgiverens to tredjedele", _ATP)
    ),
    PayItemKind.WORK_INJURY: _contribution(
        "Bidraget til Arbejdsmarkedets Erhvervssikring",
        Source("Samlet Betaling", "AES", _FUNDS, Confidence.LOW),
    ),
    PayItemKind.PARENTAL_FUND: _contribution(
        "Bidraget til barselsudligning", Source("Bekendtgørelse nr. 1002 af 20. juni 2022", "§ 4", _PARENTAL)
    ),
    PayItemKind.EDUCATION_FUND: _contribution(
        "Arbejdsgivernes uddannelsesbidrag", Source("Samlet Betaling", "AUB", _FUNDS, Confidence.LOW)
    ),
    PayItemKind.OTHER_CONTRIBUTION: _contribution("Beløbet"),
    PayItemKind.FEE: ItemRule(
        PriceLineKind.FEE, "D04", regimes.order("§ 122, stk. 1"), "En ekstern konsulent får sit honorar."
    ),
    **{kind: _refused(kind) for kind in PayItemKind if kind in NEVER_PAID},
}
"""Every kind and its rule. That a named fund is an employer contribution under § 122 is our reading."""

COVERED_BY_THE_AGREEMENT = ItemRule(
    PriceLineKind.WAGE,
    "D07",
    BEFORE_THE_ORDER,
    "Aftalen dækkede linjen, og før bekendtgørelsen afgjorde aftalen det.",
)


@dataclass(frozen=True)
class RefusedItem:
    """A line that may not be paid, with the rule, its paragraph and a sentence to show."""

    item: PayItem
    rule_id: str
    source: Source
    sentence_da: str


def refusal_of(item: PayItem, *, on: date) -> RefusedItem | None:
    """Why the line may not be paid on the day, or None.

    From the order on D06 refuses; before it the agreement decided (D07), so a line it does not cover is refused.
    """
    if item.kind not in NEVER_PAID:
        return None
    if on >= COST_ORDER_READ_FROM:
        rule = ITEM_RULES[item.kind]
        return RefusedItem(item, rule.rule_id, rule.source, rule.sentence_da)
    if item.agreed:
        return None
    sentence = f"Linjen med {item.kind.label.lower()} kan kun betales, hvis aftalen dækker det."
    return RefusedItem(item, "D07", BEFORE_THE_ORDER, sentence)
