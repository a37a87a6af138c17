"""An hour's cost in words: the parts with their rules, and what is left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.grants.known_prices import KnownPrice
from brobygger.law.codes import MentorKind
from brobygger.law.parameters import MissingParameter
from brobygger.mentorships.need import Need
from brobygger.payment.pay_evidence import PayBasis, PayEvidence
from brobygger.payment.pay_items import ITEM_RULES, PayItemKind
from brobygger.payment.wage_cost import HourlyCost, hourly_cost
from brobygger.payments.evidence import selectors
from brobygger.payments.evidence.forms import HOLIDAYS, PERS
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import price_lines
from brobygger.ui.formats import danish_date, number
from brobygger.values.duration import format_minutes
from brobygger.values.source import Source


@dataclass(frozen=True)
class PartRow:
    """A line that is counted, as the table shows it."""

    text: str
    counted_as: str
    per_hour: Decimal
    rule_id: str
    sentence: str
    source: Source
    own_source: Source | None
    confirmed: bool


@dataclass(frozen=True)
class LeftOut:
    """A line that is not counted: refused by a rule, or already inside the wage."""

    text: str
    sentence: str
    rule_id: str
    source: Source
    is_refused: bool


@dataclass(frozen=True)
class CostPage:
    rate: Decimal
    parts: list[PartRow]
    left_out: list[LeftOut]

    @property
    def has_own_way(self) -> bool:
        return any(not part.confirmed for part in self.parts)

    @property
    def refused(self) -> list[LeftOut]:
        return [each for each in self.left_out if each.is_refused]


def cost_page(cost: HourlyCost) -> CostPage:
    parts = [
        PartRow(
            part.text,
            part.counted_as.label,
            part.per_hour,
            part.rule.rule_id,
            part.rule.sentence_da,
            part.rule.source,
            part.rule.own_source,
            part.confirmed,
        )
        for part in cost.parts
    ]
    refused = [LeftOut(e.item.label, e.sentence_da, e.rule_id, e.source, True) for e in cost.refused]
    return CostPage(cost.rate, parts, refused + [_inside(item.kind) for item in cost.already_counted])


def _inside(kind: PayItemKind) -> LeftOut:
    rule = ITEM_RULES[kind]
    return LeftOut(kind.label, rule.sentence_da, rule.rule_id, rule.source, False)


def preview(evidence: PayEvidence) -> tuple[CostPage | None, str]:
    """The hour of what has been typed so far, or the sentence that says what lacks."""
    try:
        return cost_page(hourly_cost(evidence, on=evidence.valid.start)), ""
    except MissingParameter:
        return None, no_rate()


def no_rate() -> str:
    return _("Feriesatserne er ikke læst for den dag. Skriv ferien som en linje i kroner.")


# The list and the page of one


@dataclass(frozen=True)
class RecordRow:
    record: PayRecord
    basis: str
    rate: Decimal | None
    state: str
    state_word: str


def rows(records: list[PayRecord], on: date) -> list[RecordRow]:
    return [_row(each, on) for each in records]


def _row(record: PayRecord, on: date) -> RecordRow:
    cost = selectors.cost_of(record, on)
    state, word = _state(record, on)
    return RecordRow(record, PayBasis(record.basis).label, cost.rate if cost else None, state, word)


def _state(record: PayRecord, on: date) -> tuple[str, str]:
    if record.valid_from > on:
        return "waiting", _("Gælder senere")
    if record.valid_before is not None and record.valid_before <= on:
        return "ended", _("Afløst eller slut")
    return "ok", _("Gælder")


def record_page(user: User, record: PayRecord, on: date) -> dict[str, Any]:
    """All that the page of one record shows. A constant number of queries."""
    cost = selectors.cost_of(record, on)
    history = list(selectors.of_group(user, record.organisation, record.staff_group))
    state, word = _state(record, on)
    return {
        "record": record,
        "cost": cost_page(cost) if cost else None,
        "no_rate": "" if cost else no_rate(),
        "facts": _facts(record),
        "lines": _typed_lines(record),
        "state": state,
        "state_word": word,
        "history": rows(list(reversed(history)), on) if len(history) > 1 else [],
        "used_by": selectors.mentorships_at(user, record.organisation),
        "may_record": user.may(Permission.RECORD_PAY),
    }


def _facts(record: PayRecord) -> list[tuple[str, Any]]:
    until = danish_date(record.last_day) if record.last_day else _("til den ændrer sig")
    found = [
        (_("Bygger på"), PayBasis(record.basis).label),
        (_("Gælder fra"), danish_date(record.valid_from)),
        (_("Gælder til"), until),
        (_("Timer, lønnen dækker"), format_minutes(record.minutes) if record.minutes else ""),
        (_("Ferie"), "" if record.basis in selectors.OF_A_FEE else dict(HOLIDAYS)[record.holiday]),
        (_("Hvor satsen kommer fra"), record.reason),
        (_("Papir"), record.reference),
        (_("Skrevet ind"), _recorded(record)),
    ]
    return [(label, value) for label, value in found if value]


def _recorded(record: PayRecord) -> str:
    told = {
        "day": danish_date(record.recorded_at),
        "name": record.recorded_by.name if record.recorded_by else "",
    }
    return _("%(day)s af %(name)s") % told if told["name"] else told["day"]


def _typed_lines(record: PayRecord) -> list[dict[str, Any]]:
    pers = dict(PERS)
    return [
        {
            "text": row["text"] or PayItemKind(row["kind"]).label,
            "amount": number(Decimal(row["amount"])),
            "per": pers[row["per"]],
        }
        for row in record.items
    ]


# What a new mentorship may take over


def known_prices(user: User, need: Need, on: date) -> list[KnownPrice]:
    """The prices of the mentor's company that count on a day: filled in once, for any citizen there."""
    mentor = need.mentor
    if mentor is not None and not MentorKind(mentor.kind).is_paid:
        return []
    is_fee = MentorKind(mentor.kind).is_external if mentor is not None else None
    places = [mentor.organisation] if mentor is not None and mentor.organisation else [need.organisation]
    return [
        known
        for record in selectors.counting_on(user, places, on, is_fee=is_fee)
        if (known := _known(record, on))
    ]


def _known(record: PayRecord, on: date) -> KnownPrice | None:
    cost = selectors.cost_of(record, on)
    if cost is None or not cost.rate:
        return None
    basis = PayBasis(record.basis).label
    return KnownPrice(
        key=str(record.public_id),
        name=f"{record} · {basis}",
        rate=cost.rate,
        valid_from=record.valid_from,
        lines=price_lines(cost, record.reference or basis),
        refused=tuple(f"{each.item.label}: {each.sentence_da} ({each.source})" for each in cost.refused),
        url=reverse("payments:pay_record", args=[record.public_id]),
    )
