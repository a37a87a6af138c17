"""What a mentorship costs: price lines, the hourly rate they make, and the estimate a grant is held against.

Which kinds may be paid follows the executive order on active employment, § 122 (rules D04-D06). Before the
order was in force the answer depended on the agreement (D07), so there a line is only pointed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from brobygger.payment.hour_plan import HourPlan
from brobygger.values.money import ZERO, price_of_minutes, round_to_oere
from brobygger.values.source import Confidence, Source

if TYPE_CHECKING:
    from brobygger.law.codes import PriceLineKind

# The order was read as it stood on this day; the days between the new act and it were not read.
COST_ORDER_READ_FROM = date(2020, 12, 11)
COST_ORDER = Source("Bekendtgørelse om en aktiv beskæftigelsesindsats", "§ 122, stk. 2")
BEFORE_THE_ORDER = Source("Lov om en aktiv beskæftigelsesindsats", "§ 31 e", confidence=Confidence.MEDIUM)

# Bound by value and not by import: law and payment stand side by side. A test holds them together.
NOT_PAYABLE = {
    "OVERHEAD": "Udgifter til at levere ydelsen kan ikke betales som en del af mentorstøtten.",
    "ILLNESS_WAGE": "Løn under mentorens sygdom kan ikke betales som en del af mentorstøtten.",
    "TRANSPORT_TIME": "Løn for mentorens transporttid kan ikke betales som en del af mentorstøtten.",
    "TRAVEL_EXPENSES": "Mentorens rejseudgifter kan ikke betales som en del af mentorstøtten.",
}


class Basis(StrEnum):
    """Whether an amount is paid for each hour or once."""

    PER_HOUR = "PER_HOUR"
    FIXED = "FIXED"


PER_HOUR = Basis.PER_HOUR
FIXED = Basis.FIXED


class BadPrice(ValueError):
    """The amount is no price; the message can be shown by the field."""


@dataclass(frozen=True)
class PriceLine:
    """One line of the price: kroner an hour, or kroner once. Raises BadPrice for an amount below zero."""

    kind: PriceLineKind
    text: str
    amount: Decimal
    basis: Basis = Basis.PER_HOUR

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0:
            raise BadPrice("Skriv beløbet i kroner. Det kan ikke være under 0.")


@dataclass(frozen=True)
class RefusedLine:
    """A price line that may not be paid, with the rule that says so."""

    line: PriceLine
    rule_id: str
    source: Source
    sentence_da: str


@dataclass(frozen=True)
class Estimate:
    """What a plan costs at a price. Amounts in kroner; ``total`` is exactly hours plus fixed."""

    minutes: int
    hourly_rate: Decimal
    hours_amount: Decimal
    fixed_amount: Decimal
    refused: tuple[RefusedLine, ...] = ()

    @property
    def total(self) -> Decimal:
        return self.hours_amount + self.fixed_amount


def is_payable(line: PriceLine, *, on: date | None = None) -> bool:
    """Whether the kind of line may be paid on the date (D06); without a date by the rules of today.

    Before the order was in force nothing is taken out, since the agreement decided (D07).
    """
    return line.kind not in NOT_PAYABLE or (on is not None and on < COST_ORDER_READ_FROM)


def refused_lines(lines: Iterable[PriceLine], *, on: date | None = None) -> tuple[RefusedLine, ...]:
    """The lines that may not be paid, each with rule, paragraph and a sentence to show."""
    return tuple(
        RefusedLine(line, "D06", COST_ORDER, NOT_PAYABLE[line.kind])
        for line in lines
        if not is_payable(line, on=on)
    )


def lines_left_to_the_agreement(lines: Iterable[PriceLine], *, on: date) -> tuple[PriceLine, ...]:
    """Lines that the old rules leave to what was agreed (D07); none once the order is in force."""
    return tuple(line for line in lines if line.kind in NOT_PAYABLE and is_payable(line, on=on))


def hourly_rate(lines: Iterable[PriceLine], *, on: date | None = None) -> Decimal:
    """Kroner for one hour: the payable lines that are paid by the hour, rounded once to øre."""
    return round_to_oere(_sum(line for line in lines if line.basis is PER_HOUR and is_payable(line, on=on)))


def fixed_costs(lines: Iterable[PriceLine], *, on: date | None = None) -> Decimal:
    """Kroner paid once, such as a mentor's training (D02), rounded once to øre."""
    return round_to_oere(_sum(line for line in lines if line.basis is FIXED and is_payable(line, on=on)))


def estimate(plan: HourPlan, lines: Iterable[PriceLine], *, on: date | None = None) -> Estimate:
    """The price of a plan; lines that may not be paid are left out and listed.

    The hours are priced once for the whole plan, so the estimate has one rounding to øre.
    """
    kept = tuple(lines)
    rate = hourly_rate(kept, on=on)
    return Estimate(
        minutes=plan.total_minutes,
        hourly_rate=rate,
        hours_amount=price_of_minutes(plan.total_minutes, rate),
        fixed_amount=fixed_costs(kept, on=on),
        refused=refused_lines(kept, on=on),
    )


def _sum(lines: Iterable[PriceLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
