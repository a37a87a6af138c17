"""Pay evidence: one payslip, statement, fee or contract price, good until it changes.

A company shows it once for all its citizens; it is asked for again only where a period has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from brobygger.law.codes import Labelled
from brobygger.law.wording import danish_date
from brobygger.payment.pay_items import ALREADY_IN_THE_WAGE, NEVER_PAID, BadPay, PayItem, PayItemKind, Per
from brobygger.values.period import Period, gaps

FULL_TIME_MONTH_MINUTES = 9620
"""37 hours in 52 weeks over 12 months: 160 hours and 20 minutes, the usual measure of a full month's pay."""

MAX_MINUTES = 31 * 24 * 60
_K = PayItemKind


class PayBasis(Labelled):
    """What the hourly cost rests on. Only the first two are papers that show a wage that was paid."""

    PAYSLIP = "PAYSLIP", "Lønseddel"
    WAGE_STATEMENT = "WAGE_STATEMENT", "Lønopgørelse fra arbejdsgiveren"
    SELF_EMPLOYED = "SELF_EMPLOYED", "Selvstændig: fastsat timesats"
    UNION_RATE = "UNION_RATE", "Overenskomstens timesats"
    CONSULTANT_FEE = "CONSULTANT_FEE", "Ekstern konsulents honorar"
    PROVIDER_CONTRACT = "PROVIDER_CONTRACT", "Kontrakt med leverandør"


class Holiday(StrEnum):
    """How the mentor is paid for holidays, where no line says it in kroner."""

    STATED = "STATED"
    ALLOWANCE = "ALLOWANCE"
    ALLOWANCE_BY_CHOICE = "ALLOWANCE_BY_CHOICE"
    WITH_PAY = "WITH_PAY"


_EMPLOYEE = frozenset(_K) - {_K.FEE}
_RATE_ONLY = frozenset({_K.WAGE}) | NEVER_PAID
_FEE_ONLY = frozenset({_K.FEE}) | NEVER_PAID
_ALLOWED: Mapping[PayBasis, tuple[frozenset[PayItemKind], str]] = {
    PayBasis.PAYSLIP: (_EMPLOYEE, "En ansat frikøbes for sin løn. Skriv beløbet som løn."),
    PayBasis.WAGE_STATEMENT: (_EMPLOYEE, "En ansat frikøbes for sin løn. Skriv beløbet som løn."),
    PayBasis.UNION_RATE: (_EMPLOYEE, "Skriv overenskomstens timesats som løn."),
    PayBasis.SELF_EMPLOYED: (_RATE_ONLY, "Skriv den fastsatte timesats som løn og uden tillæg."),
    PayBasis.CONSULTANT_FEE: (_FEE_ONLY, "En ekstern konsulent får honorar. Skriv beløbet som honorar."),
    PayBasis.PROVIDER_CONTRACT: (_FEE_ONLY, "Skriv kontraktens timepris som honorar."),
}
SET_BY_THE_MUNICIPALITY = frozenset({PayBasis.SELF_EMPLOYED, PayBasis.UNION_RATE})
"""There is no payslip, so the municipality sets the amount and must say from what (D08)."""

_HOLIDAY_LINES = {_K.HOLIDAY_ALLOWANCE, _K.HOLIDAY_SUPPLEMENT, _K.HOLIDAY_WITH_PAY}


@dataclass(frozen=True)
class PayEvidence:
    """Lines from one paper. ``minutes`` is the working time that the period's amounts pay for.

    ``holiday_days`` is used only with Holiday.WITH_PAY. ``reason`` says where a rate without payslip comes from,
    ``reference`` names the paper. Raises BadPay with a sentence for the field.
    """

    basis: PayBasis
    items: tuple[PayItem, ...]
    valid: Period
    minutes: int | None = None
    holiday: Holiday = Holiday.STATED
    holiday_days: int = 25
    reason: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        self._check_items()
        self._check_time()
        if self.basis in SET_BY_THE_MUNICIPALITY and not self.reason.strip():
            raise BadPay("Skriv, hvor timesatsen kommer fra, for eksempel gennemsnittet i faget.", "reason")
        if self.holiday is not Holiday.STATED and (
            self.basis is PayBasis.SELF_EMPLOYED or not any(item.kind is _K.WAGE for item in self.items)
        ):
            raise BadPay(
                "Feriepenge regnes kun af en ansats løn. Vælg, at ferien står på linjerne.", "holiday"
            )
        if not 0 <= self.holiday_days <= 60:
            raise BadPay("Skriv feriedage om året mellem 0 og 60.", "holiday_days")

    def _check_items(self) -> None:
        kinds = [item.kind for item in self.items]
        allowed, sentence = _ALLOWED[self.basis]
        if not set(kinds) - NEVER_PAID - ALREADY_IN_THE_WAGE:
            raise BadPay("Skriv mindst én linje, der kan betales, fra papiret.", "items")
        if not set(kinds) <= allowed:
            raise BadPay(sentence, "items")
        if self.holiday is not Holiday.STATED and _HOLIDAY_LINES & set(kinds):
            raise BadPay(
                "Ferien står på en linje. Fjern linjen, eller vælg, at ferien står på linjerne.", "holiday"
            )

    def _check_time(self) -> None:
        needs_time = any(item.per in (Per.PERIOD, Per.QUARTER) for item in self.items)
        if needs_time and self.minutes is None:
            raise BadPay("Skriv, hvor mange timer lønnen dækker.", "minutes")
        if self.minutes is not None and not 0 < self.minutes <= MAX_MINUTES:
            raise BadPay("Skriv timer mellem 0 og 744.", "minutes")


class NoEvidence(LookupError):
    """No paper covers the day; the message can be shown."""

    def __init__(self, on: date) -> None:
        super().__init__(f"Der er ingen lønoplysning, som gælder den {danish_date(on)}.")
        self.on = on


def evidence_on(evidences: Iterable[PayEvidence], on: date) -> PayEvidence:
    """The paper that counts on a day. Raises NoEvidence, and BadPay where two count."""
    found = [each for each in evidences if on in each.valid]
    if len(found) > 1:
        raise BadPay(f"Der er to lønoplysninger, som gælder den {danish_date(on)}. Afslut den ene.")
    if not found:
        raise NoEvidence(on)
    return found[0]


def with_change(evidences: Iterable[PayEvidence], new: PayEvidence) -> tuple[PayEvidence, ...]:
    """The papers when the wage changes: what ran on ends the day before ``new`` begins. Oldest first.

    A paper for the very same first day is replaced. Raises BadPay when ``new`` begins before a later paper.
    """
    kept = []
    for each in evidences:
        if each.valid.start > new.valid.start:
            raise BadPay("Der er allerede en nyere lønoplysning. Vælg en senere dag.", "valid_from")
        if each.valid.start == new.valid.start:
            continue
        runs_into = each.valid.overlaps(new.valid)
        kept.append(replace(each, valid=Period(each.valid.start, new.valid.start)) if runs_into else each)
    return (*sorted(kept, key=lambda each: each.valid.start), new)


def days_without_evidence(evidences: Iterable[PayEvidence], within: Period) -> list[Period]:
    """The parts of a closed period that no paper covers; only for these must the company be asked."""
    return gaps([each.valid for each in evidences], within)
