"""What the state repays: half of the mentor cost until mid-2019, and the ladder of the support benefit.

The two have nothing to do with each other: the first is about the mentor (D11-D13, P09), the second about what the
citizen lives on (D14, P10, P11).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from brobygger.law import regimes
from brobygger.law.codes import Act
from brobygger.law.ladder import ONE_WEEK, LadderWeek, WeekKind, ladder
from brobygger.law.parameters import MissingParameter, Parameters, ParameterValue
from brobygger.law.reimbursement import INSURED, WITH_REIMBURSEMENT, WITHOUT_REIMBURSEMENT
from brobygger.law.target_groups import NEW_ACT
from brobygger.payment.parameters import money_parameters
from brobygger.values.money import ZERO, fraction_to_oere
from brobygger.values.source import Confidence, Source

__all__ = [
    "LadderWeek",
    "Reimbursement",
    "StateShare",
    "WeekKind",
    "ladder",
    "municipality_pays",
    "reimburse",
    "state_pays",
    "state_share",
    "weeks_in_a_row",
]


@dataclass(frozen=True)
class StateShare:
    """Per cent that the state repays of a mentor's cost on a day, and why. None: what was read does not tell.

    ``confirmed`` False: shown with a reservation. That the day of the work decides is our reading.
    """

    percent: Decimal | None
    rule_id: str
    source: Source
    sentence_da: str
    confirmed: bool = True


@dataclass(frozen=True)
class Reimbursement:
    """Kroner that the state repays and that the municipality carries; together exactly the cost."""

    cost: Decimal
    state: Decimal
    share: StateShare

    @property
    def municipality(self) -> Decimal:
        return self.cost - self.state


def state_share(
    *,
    on: date,
    status_at_agreement: str | None,
    employed_at_agreement: bool = False,
    act: Act = Act.LAB,
    parameters: Parameters | None = None,
) -> StateShare:
    """The share for work done on a day; the person's status when the agreement was made decides (D11).

    ``status_at_agreement`` is a target group code such as "2.3". Before 2014 nothing was read.
    """
    if act is Act.INL:
        return _integration()
    if on >= regimes.REIMBURSEMENT_ENDS:
        return _ended(on, status_at_agreement)
    try:
        value = (parameters or money_parameters()).on("P09", on)
    except MissingParameter:
        sentence = "Reglerne om refusion før 2014 er ikke læst."
        return StateShare(None, "D11", regimes.reimbursement("§ 121 a", _UNREAD), sentence, confirmed=False)
    if employed_at_agreement or status_at_agreement in WITHOUT_REIMBURSEMENT:
        sentence = "Staten refunderede ikke for forsikrede, jobparate og ansatte."
        return StateShare(Decimal(0), "D12", regimes.accounts(), sentence)
    return _half(value, status_at_agreement)


_UNREAD = Confidence.NOT_CONFIRMED


def _integration() -> StateShare:
    """D18: an available amount of its own in 2023; whether a mentor is inside it was not read."""
    source = regimes.integration("§ 23 d", _UNREAD)
    sentence = "Integrationsområdet har sit eget rådighedsloft. Om udgiften til mentor hører under det, er ikke læst."
    return StateShare(None, "D18", source, sentence, confirmed=False)


def _ended(on: date, status: str | None) -> StateShare:
    is_unsure = on < NEW_ACT and status in (None, *INSURED)
    sentence = "Staten refunderer ikke længere udgiften til mentor."
    if is_unsure:
        sentence += " For forsikrede er resten af 2019 ikke bekræftet."
    return StateShare(Decimal(0), "D13", regimes.end_of_reimbursement(), sentence, confirmed=not is_unsure)


def _half(value: ParameterValue, status: str | None) -> StateShare:
    if status in WITH_REIMBURSEMENT:
        sentence = "Staten refunderede halvdelen af udgiften inden for et rådighedsbeløb."
        return StateShare(value.amount, "D11", value.source, sentence)
    sentence = "Borgerens målgruppe ved aftalen er ikke nævnt i de læste regler, så andelen kendes ikke."
    return StateShare(None, "D11", value.source, sentence, confirmed=False)


def reimburse(cost: Decimal, share: StateShare, *, left_of_amount: Decimal | None = None) -> Reimbursement:
    """The state's kroner of a cost, rounded once to øre; an unknown share gives none.

    ``left_of_amount`` is what the municipality has left of the available amount (rådighedsbeløb): cost above it is
    its own. None: not limited here. Raises ValueError for an amount left below zero.
    """
    if left_of_amount is not None and left_of_amount < 0:
        raise ValueError("Rådighedsbeløbet er brugt op. Skriv 0.")
    covered = cost if left_of_amount is None else min(cost, left_of_amount)
    percent = Fraction(share.percent or 0)
    return Reimbursement(cost, fraction_to_oere(Fraction(covered) * percent / 100), share)


def state_pays(weeks: Iterable[LadderWeek], benefit_per_week: Decimal) -> Decimal:
    """The state's kroner over the weeks at one weekly benefit, rounded once to øre."""
    percent = sum((Fraction(each.state_percent) for each in weeks), Fraction(0))
    return fraction_to_oere(Fraction(benefit_per_week) * percent / 100)


def municipality_pays(weeks: Iterable[LadderWeek], benefit_per_week: Decimal) -> Decimal:
    """What the municipality carries itself: the whole benefit less the state's share."""
    kept = tuple(weeks)
    return benefit_per_week * len(kept) - state_pays(kept, benefit_per_week) if kept else ZERO


def weeks_in_a_row(first_monday: date, count: int) -> dict[date, WeekKind]:
    """So many weeks with benefit on end, for the economy pages: what does it cost if nothing changes."""
    return {first_monday + step * ONE_WEEK: WeekKind.BENEFIT for step in range(count)}
