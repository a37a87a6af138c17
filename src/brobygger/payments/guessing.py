"""Which mentorship a line without a reference is about, from supplier, period, pseudonym and amount. Plain Python.

Only where all four fit one mentorship and no other is the line matched without a person. Otherwise at most one is
suggested, with the reason, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from brobygger.einvoice import Document, Line
from brobygger.einvoice.document import claimed_minutes
from brobygger.payments.amounts import worth
from brobygger.values.period import Period

_MOST_NAMED = 4
_WORD = re.compile(r"\w+")
_INITIALS = re.compile(r"(?<!\w)(?=(\w)\.?\s?(\w)(?:\.|(?!\w)))")


@dataclass(frozen=True)
class Hours:
    """Confirmed minutes of one contact that nobody has been paid for, and the agreed kroner an hour."""

    day: date
    minutes: int
    rate: Decimal


@dataclass(frozen=True)
class Candidate:
    """One of the supplier's mentorships; ``name`` is the citizen's, of which invoices hold initials or a first name."""

    mentorship_id: int
    code: str
    name: str
    hours: tuple[Hours, ...]

    def minutes_in(self, period: Period) -> int:
        return sum(each.minutes for each in self.hours if each.day in period)

    def worth_in(self, period: Period) -> Decimal:
        return worth([(each.minutes, each.rate) for each in self.hours if each.day in period])


class Told:
    """What a line says, taken apart once and then asked about many citizens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = {word.casefold() for word in _WORD.findall(text)}
        self._initials = set(_INITIALS.findall(text))

    def names(self, citizen: str) -> bool:
        """Whether it has the citizen's initials (S.A., S. A., SA) or first name, as words of their own."""
        parts = citizen.split()
        if not parts:
            return False
        if self._says(parts[0]):
            return True
        return len(parts) > 1 and (parts[0][0], parts[-1][0]) in self._initials

    def _says(self, first: str) -> bool:
        if _WORD.fullmatch(first):
            return first.casefold() in self._words
        return bool(re.search(rf"(?<!\w){re.escape(first)}(?!\w)", self._text, re.IGNORECASE))


@dataclass(frozen=True)
class Guess:
    """``mentorship_id`` of what the line looks like it is about, and why; sure, or for a person to decide."""

    mentorship_id: int | None = None
    is_sure: bool = False
    reason: str = ""


def guess(
    line: Line, document: Document, candidates: Sequence[Candidate], *, named: Collection[int] = ()
) -> Guess:
    """What a line that names no mentorship is about. ``named`` are those that other lines name: never sure."""
    period = line.period or document.period
    claimed = claimed_minutes(line)
    if period is None or not claimed or line.amount <= 0:
        return Guess()
    minutes = [(each, each.minutes_in(period)) for each in candidates]
    inside = [each for each, its in minutes if its]
    told = Told(_text(line, document))
    by_amount = [each for each, its in minutes if its == claimed and each.worth_in(period) == line.amount]
    both = [each for each in by_amount if told.names(each.name)]
    if len(both) == 1 and both[0].mentorship_id not in named:
        sentence = _("leverandør, periode, initialer og beløb, som kun passer på dette forløb")
        return Guess(both[0].mentorship_id, is_sure=True, reason=sentence)
    return _suggest(both or by_amount, [each for each in inside if told.names(each.name)])


def _text(line: Line, document: Document) -> str:
    parts = [line.text, line.note, line.accounting_reference, line.order_line_ref]
    if len(document.lines) == 1:
        parts += [document.order_reference, document.accounting_reference, *document.notes]
    return " · ".join(filter(None, parts))


def _suggest(by_amount: Sequence[Candidate], by_name: Sequence[Candidate]) -> Guess:
    if len(by_amount) > 1:
        codes = ", ".join(each.code for each in by_amount[:_MOST_NAMED])
        sentence = _(
            "Linjen nævner intet forløb. Periode og beløb passer på flere: %(codes)s. Vælg det rigtige."
        )
        return Guess(reason=sentence % {"codes": codes})
    if by_amount and by_amount[0] in by_name:
        sentence = _(
            "Linjen nævner intet forløb. Alt passer på %(code)s, men en anden linje nævner det. Se efter, og vælg."
        )
        return Guess(by_amount[0].mentorship_id, reason=sentence % {"code": by_amount[0].code})
    if by_amount:
        sentence = _(
            "Linjen nævner intet forløb. Periode og beløb passer kun på %(code)s, men borgeren er ikke nævnt. "
            "Se efter, og vælg."
        )
        return Guess(by_amount[0].mentorship_id, reason=sentence % {"code": by_amount[0].code})
    if len(by_name) == 1:
        sentence = _(
            "Linjen nævner intet forløb. Initialer og periode passer kun på %(code)s, men beløbet gør ikke. "
            "Se efter, og vælg."
        )
        return Guess(by_name[0].mentorship_id, reason=sentence % {"code": by_name[0].code})
    return Guess()
