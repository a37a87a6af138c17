"""What each line of a document costs when it is paid: its share of discounts taken off, its VAT put on.

Plain Python. Shares are rounded as a running total, so that the lines always add up to the whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from brobygger.einvoice import Document
from brobygger.einvoice.checks import vat_tolerance
from brobygger.values.money import ZERO, price_of_minutes, round_to_oere


@dataclass(frozen=True)
class LineAmount:
    """Kroner of one line without VAT, after discount, and the VAT on it."""

    net: Decimal
    vat: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.vat


def line_amounts(document: Document, parts: Mapping[int, Decimal] | None = None) -> tuple[LineAmount, ...]:
    """One entry for each line, in order. Additions on the whole document cover no hours and are in none of them.

    The VAT adds up to what the document states, where that lies within the tolerance of the checks. ``parts`` are
    kroner left of lines that are partly refused, by position: discount and VAT go down in step.
    """
    whole = _whole_amounts(document)
    if not parts:
        return whole
    return tuple(
        _part(amount, parts[position], document.lines[position].amount) if position in parts else amount
        for position, amount in enumerate(whole)
    )


def _part(amount: LineAmount, left: Decimal, stated: Decimal) -> LineAmount:
    return LineAmount(round_to_oere(amount.net * left / stated), round_to_oere(amount.vat * left / stated))


def _whole_amounts(document: Document) -> tuple[LineAmount, ...]:
    nets = _less_discount([round_to_oere(line.amount) for line in document.lines], document.allowance_total)
    taxes = _tax(nets, [line.vat_percent or Decimal(0) for line in document.lines])
    if taxes and not document.charge_total:
        _fit(nets, taxes, document.totals.tax)
    return tuple(LineAmount(net, vat) for net, vat in zip(nets, taxes, strict=True))


def _less_discount(amounts: list[Decimal], discount: Decimal) -> list[Decimal]:
    whole = sum(amounts, ZERO)
    if not discount or not whole:
        return amounts
    kept, reached, taken = [], ZERO, ZERO
    for amount in amounts:
        reached += amount
        share = round_to_oere(discount * reached / whole) - taken
        taken += share
        kept.append(amount - share)
    return kept


def _tax(nets: Sequence[Decimal], rates: Sequence[Decimal]) -> list[Decimal]:
    reached: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    found = []
    for net, rate in zip(nets, rates, strict=True):
        before = round_to_oere(reached[rate] * rate / 100)
        reached[rate] += net
        found.append(round_to_oere(reached[rate] * rate / 100) - before)
    return found


def _fit(nets: Sequence[Decimal], taxes: list[Decimal], stated: Decimal) -> None:
    """Puts the øre that the supplier rounded otherwise on the dearest line that bears VAT."""
    difference = round_to_oere(stated) - sum(taxes, ZERO)
    bearing = [index for index, vat in enumerate(taxes) if vat]
    if bearing and difference and abs(difference) <= vat_tolerance(len(taxes)):
        taxes[max(bearing, key=lambda index: nets[index])] += difference


def worth(minutes_at: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Kroner for minutes at agreed rates: (minutes, kroner an hour); rounded once for each rate."""
    by_rate: dict[Decimal, int] = defaultdict(int)
    for minutes, rate in minutes_at:
        by_rate[rate] += minutes
    return sum((price_of_minutes(minutes, rate) for rate, minutes in by_rate.items()), ZERO)


def spread(amount: Decimal, room: Sequence[tuple[int, Decimal]]) -> dict[int, Decimal]:
    """Fills ``amount`` into (key, room) from the first on; what does not fit goes to the last. Empty for no room."""
    shares: dict[int, Decimal] = defaultdict(lambda: ZERO)
    left = amount
    for key, size in room:
        share = min(left, size)
        shares[key] += share
        left -= share
    if room:
        shares[room[-1][0]] += left
    return {key: share for key, share in shares.items() if share}
