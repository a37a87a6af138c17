"""Prices that are known already for the mentor of a new mentorship. ``web`` adds who knows them; no signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from brobygger.accounts.models import User
from brobygger.mentorships.need import Need
from brobygger.payment.price import PriceLine
from brobygger.ui.formats import number


@dataclass(frozen=True)
class KnownPrice:
    """Kroner an hour that somebody has shown, as the lines of a price; ``refused`` says what was left out and why."""

    key: str
    name: str
    rate: Decimal
    valid_from: date
    lines: tuple[PriceLine, ...]
    refused: tuple[str, ...] = ()
    url: str = ""


Asking = Callable[[User, Need, date], list[KnownPrice]]
asking: list[Asking] = []


def known_prices(user: User, need: Need, on: date) -> list[KnownPrice]:
    """All that is known for the mentor, or the company, chosen so far."""
    return [price for ask in asking for price in ask(user, need, on)]


def with_price(data: Mapping[str, Any], price: KnownPrice) -> dict[str, Any]:
    """The form's data with its price lines replaced by the known ones; a course that was typed stays."""
    kept = {name: value for name, value in data.items() if not name.startswith("price-")}
    typed = [_row(data, place) for place in range(20) if data.get(f"price-{place}-kind") == "TRAINING"]
    known = [
        {"kind": line.kind.value, "amount": number(line.amount, 2), "text": line.text} for line in price.lines
    ]
    for place, row in enumerate([*known, *typed]):
        kept |= {f"price-{place}-{name}": value for name, value in row.items()}
    return kept


def _row(data: Mapping[str, Any], place: int) -> dict[str, Any]:
    return {name: data.get(f"price-{place}-{name}", "") for name in ("kind", "amount", "text")}
