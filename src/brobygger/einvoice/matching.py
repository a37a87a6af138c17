"""Line by line: which invoice lines are covered by hours that both sides confirmed, and which are not.

The caller finds the mentorship of each line and hands over its contacts. A line is paid in full or not at
all; the others go on. No minute of a contact is used twice, and never more is paid than the confirmed minutes
at the agreed rates are worth. Where a person has to look first, the line waits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from brobygger.einvoice.document import Document, Kind, Line, claimed_minutes
from brobygger.einvoice.texts import danish_date, full_stop, hours, kroner
from brobygger.values.money import ZERO, price_of_minutes, round_to_oere
from brobygger.values.period import Period

# The order on what may be paid was read as it stood on this day; before it, the agreement decided (D07).
COST_ORDER_READ_FROM = date(2020, 12, 11)
_ORDER = "bekendtgørelse om en aktiv beskæftigelsesindsats § 122, stk. 2"


class State(StrEnum):
    """How far a registered contact is: only confirmed minutes can be paid."""

    CONFIRMED = "CONFIRMED"
    UNCONFIRMED = "UNCONFIRMED"
    DISPUTED = "DISPUTED"


class Outcome(StrEnum):
    PAYABLE = "PAYABLE"
    REFUSED = "REFUSED"
    WAITING = "WAITING"

    @property
    def label(self) -> str:
        return {"PAYABLE": "Kan betales", "REFUSED": "Afvist", "WAITING": "Afventer"}[self.value]


class Reason(StrEnum):
    """Why a line is not paid; COVERED and TRAINING are why it is."""

    COVERED = "COVERED"
    TRAINING = "TRAINING"
    CREDIT_NOTE = "CREDIT_NOTE"
    NO_MENTORSHIP = "NO_MENTORSHIP"
    NO_HOURS = "NO_HOURS"
    NOT_PAYABLE_KIND = "NOT_PAYABLE_KIND"
    OUTSIDE_PERIOD = "OUTSIDE_PERIOD"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    DISPUTED = "DISPUTED"
    OVER_GRANT = "OVER_GRANT"
    RATE_TOO_HIGH = "RATE_TOO_HIGH"


@dataclass(frozen=True)
class Cover:
    """Minutes of one contact that no earlier line has used, and the agreed kroner an hour without VAT."""

    contact_id: str
    minutes_left: int
    hourly_rate: Decimal
    day: date
    state: State = State.CONFIRMED


@dataclass(frozen=True)
class MentorshipCover:
    """What can be paid for one mentorship.

    ``grant_minutes_left`` None means that the caller keeps the grant's limit elsewhere; ``training_left`` is
    granted kroner for the mentor's training that are not paid. Raises ValueError for a contact given twice.
    """

    covers: tuple[Cover, ...] = ()
    period: Period | None = None
    grant_minutes_left: int | None = None
    training_left: Decimal = ZERO

    def __post_init__(self) -> None:
        if len({cover.contact_id for cover in self.covers}) != len(self.covers):
            raise ValueError("A contact may be given only once.")


@dataclass(frozen=True)
class Use:
    """Minutes of a contact that a line takes."""

    contact_id: str
    minutes: int


@dataclass(frozen=True)
class LineDecision:
    """What happens to one line. ``covered_minutes`` of a refused line says how many it could have had."""

    index: int
    line_number: str
    mentorship_id: str | None
    outcome: Outcome
    code: Reason
    sentence_da: str
    claimed_minutes: int
    covered_minutes: int
    amount: Decimal
    uses: tuple[Use, ...] = ()

    @property
    def is_payable(self) -> bool:
        return self.outcome is Outcome.PAYABLE


@dataclass(frozen=True)
class Settlement:
    """Kroner to pay for the payable lines, and what is left out."""

    net: Decimal
    vat: Decimal
    prepaid: Decimal
    not_paid_net: Decimal
    charges_not_paid: Decimal

    @property
    def total(self) -> Decimal:
        """What is to be paid now; never below 0."""
        return max(ZERO, self.net + self.vat - self.prepaid)


# What the supplier writes, and what it pays for. A clear word refuses; a doubtful one makes a person look.
_CLEAR = (
    (r"transporttid|køretid|rejsetid|travel time", "løn for mentorens transporttid"),
    (
        r"kørsel\w*|køregodtgørelse|kørepenge|befordring\w*|kilometer\w*|km-?(?:penge|godtgørelse|takst)"
        r"|rejseudgift\w*|rejseomkostning\w*|transportudgift\w*|transportomkostning\w*|togbillet\w*|busbillet\w*"
        r"|broafgift|brobizz|mileage",
        "mentorens rejseudgifter",
    ),
    (
        r"overhead|administrationsbidrag|administrationsgebyr|faktureringsgebyr",
        "udgifter til at levere ydelsen",
    ),
    (r"sygeløn|sygefravær\w*|løn under sygdom|sygedag(?:e|en|ene)?", "løn under mentorens sygdom"),
)
_DOUBTFUL = re.compile(
    r"\b(?:transport|rejse|rejser|km|parkering|taxa|administration|adm|gebyr|sygdom|diæter)\b", re.IGNORECASE
)
_CLEAR_KINDS = tuple((re.compile(rf"\b(?:{words})\b", re.IGNORECASE), what) for words, what in _CLEAR)
_WITHOUT = re.compile(r"\b(?:ekskl(?:usive)?\.?|eks\.?|uden|ikke|excl(?:uding)?\.?)\s+\w+", re.IGNORECASE)
_TRAINING = re.compile(r"\b(?:mentor)?(?:kursus\w*|kurser\w*|uddannelse\w*)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-/]{2,39}")


def references(line: Line, document: Document) -> tuple[str, ...]:
    """Texts that may name the mentorship, the line's own before the document's, each once."""
    texts = (
        line.accounting_reference,
        line.order_line_ref,
        *_REFERENCE.findall(line.note),
        *_REFERENCE.findall(line.text),
        document.order_reference,
        document.contact_reference,
        document.accounting_reference,
    )
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def match(
    document: Document, mentorship_of: Sequence[str | None], covers: Mapping[str, MentorshipCover]
) -> tuple[LineDecision, ...]:
    """A decision for every line, in the lines' order; ``mentorship_of`` has one entry for each line.

    Confirmed contacts are used from the oldest day on. Raises ValueError when the lengths differ.
    """
    if len(mentorship_of) != len(document.lines):
        raise ValueError("mentorship_of must have one entry for each line.")
    ledger = _Ledger(covers)
    return tuple(
        _Decider(document, index, line, mentorship_id, ledger).decide()
        for index, (line, mentorship_id) in enumerate(zip(document.lines, mentorship_of, strict=True))
    )


def settle(document: Document, decisions: Iterable[LineDecision]) -> Settlement:
    """Kroner to pay: the payable lines, their share of the document's discounts, and tax at each line's rate.

    A discount is shared by amount and rounded to øre. Additions on the whole document cover no hours and are
    never paid. Tax is rounded once for each rate; where everything is payable it is the stated tax. For
    documents that ``checks`` found without errors.
    """
    kept = tuple(decisions)
    payable = [document.lines[decision.index] for decision in kept if decision.is_payable]
    all_lines = sum((line.amount for line in document.lines), ZERO)
    paid = sum((line.amount for line in payable), ZERO)
    share = paid / all_lines if all_lines else Decimal(0)
    discount = round_to_oere(document.allowance_total * share)
    by_rate: dict[Decimal, Decimal] = defaultdict(lambda: ZERO)
    for line in payable:
        by_rate[line.vat_percent or Decimal(0)] += line.amount * (1 - discount / paid if paid else 1)
    vat = sum((round_to_oere(net * rate / 100) for rate, net in by_rate.items()), ZERO)
    if kept and all(decision.is_payable for decision in kept) and not document.charge_total:
        vat = document.totals.tax
    return Settlement(
        net=paid - discount,
        vat=vat,
        prepaid=document.totals.prepaid - document.totals.rounding,
        not_paid_net=all_lines - paid,
        charges_not_paid=document.charge_total,
    )


class _Ledger:
    """What is left of each contact, grant and training while the lines of one document are decided."""

    def __init__(self, covers: Mapping[str, MentorshipCover]) -> None:
        self._covers = covers
        self._used: dict[str, int] = defaultdict(int)
        self._granted: dict[str, int] = defaultdict(int)
        self._training: dict[str, Decimal] = defaultdict(lambda: ZERO)

    def of(self, mentorship_id: str | None) -> MentorshipCover | None:
        return None if mentorship_id is None else self._covers.get(mentorship_id)

    def left(self, cover: Cover) -> int:
        return max(0, cover.minutes_left - self._used[cover.contact_id])

    def grant_left(self, mentorship_id: str) -> int | None:
        granted = self._covers[mentorship_id].grant_minutes_left
        return None if granted is None else max(0, granted - self._granted[mentorship_id])

    def training_left(self, mentorship_id: str) -> Decimal:
        return self._covers[mentorship_id].training_left - self._training[mentorship_id]

    def take(self, mentorship_id: str, uses: Iterable[Use]) -> None:
        for use in uses:
            self._used[use.contact_id] += use.minutes
            self._granted[mentorship_id] += use.minutes

    def take_training(self, mentorship_id: str, amount: Decimal) -> None:
        self._training[mentorship_id] += amount


class _Decider:
    """Decides one line; the questions come in the order in which a person would ask them."""

    def __init__(
        self, document: Document, index: int, line: Line, mentorship_id: str | None, ledger: _Ledger
    ) -> None:
        self.document, self.index, self.line, self.ledger = document, index, line, ledger
        self.mentorship_id, self.known = mentorship_id, ledger.of(mentorship_id)
        self.claimed = claimed_minutes(line) or 0
        self.period = line.period or document.period

    def decide(self) -> LineDecision:
        if self.document.kind is Kind.CREDIT_NOTE:
            return self._wait(Reason.CREDIT_NOTE, "Vælg selv, hvilke timer kreditnotaen tilbagefører.")
        if self.known is None or self.mentorship_id is None:
            sentence = "Linjen kan ikke henføres til et forløb. Bed leverandøren skrive forløbets nummer."
            return self._refuse(Reason.NO_MENTORSHIP, sentence)
        return self._kind() or self._time() or self._hours(self.known, self.mentorship_id)

    def _kind(self) -> LineDecision | None:
        """A line for something that may not be paid (D06), or perhaps so."""
        text = _WITHOUT.sub(" ", f"{self.line.text} {self.line.note}")
        what = next((what for pattern, what in _CLEAR_KINDS if pattern.search(text)), "")
        if not what:
            doubtful = _DOUBTFUL.search(text)
            if not doubtful:
                return None
            sentence = f"Linjen nævner »{doubtful[0]}«. Se efter, om den dækker mere end mentorens timer."
            return self._wait(Reason.NOT_PAYABLE_KIND, sentence)
        if self._day() < COST_ORDER_READ_FROM:
            sentence = f"Linjen er {what}. Dengang afhang det af aftalen. Se efter i den."
            return self._wait(Reason.NOT_PAYABLE_KIND, sentence)
        return self._refuse(Reason.NOT_PAYABLE_KIND, f"Linjen er {what}, som ikke kan betales ({_ORDER}).")

    def _day(self) -> date:
        return self.period.start if self.period else self.document.issued_on

    def _time(self) -> LineDecision | None:
        """A line that is not hours: training that was granted, or nothing we can hold against hours."""
        if self.claimed > 0 and self.line.amount >= 0:
            return None
        training = self.ledger.training_left(self.mentorship_id or "")
        if not self.claimed and _TRAINING.search(self.line.text) and 0 < self.line.amount <= training:
            self.ledger.take_training(self.mentorship_id or "", self.line.amount)
            sentence = f"Linjen er mentorkursus, som er bevilget med {kroner(training)}"
            return self._decision(Outcome.PAYABLE, Reason.TRAINING, sentence, 0)
        sentence = (
            "Linjen siger ikke, hvor mange timer den dækker. Bed om en linje med antal timer og timepris."
        )
        return self._refuse(Reason.NO_HOURS, sentence)

    def _hours(self, known: MentorshipCover, mentorship_id: str) -> LineDecision:
        if self.period and known.period and not known.period.overlaps(self.period):
            return self._refuse(
                Reason.OUTSIDE_PERIOD, f"Linjens periode ({self._days()}) ligger uden for bevillingen."
            )
        grant_left = self.ledger.grant_left(mentorship_id)
        if grant_left is not None and self.claimed > grant_left:
            sentence = (
                f"Linjen er på {hours(self.claimed)}, men bevillingen har kun {hours(grant_left)} tilbage."
            )
            return self._refuse(Reason.OVER_GRANT, sentence, min(grant_left, self._minutes(State.CONFIRMED)))
        confirmed = self._minutes(State.CONFIRMED)
        if self.claimed > confirmed:
            return self._not_enough(known, confirmed)
        uses, worth = self._choose(known)
        if self.line.amount > worth:
            sentence = (
                f"Linjen er på {kroner(self.line.amount)} for {hours(self.claimed)}. "
                f"Efter aftalen er de {kroner(worth)} værd, så timeprisen er for høj."
            )
            return self._refuse(Reason.RATE_TOO_HIGH, sentence, self.claimed)
        self.ledger.take(mentorship_id, uses)
        sentence = f"{hours(self.claimed)} er bekræftet af begge parter."
        return self._decision(Outcome.PAYABLE, Reason.COVERED, sentence, self.claimed, uses)

    def _not_enough(self, known: MentorshipCover, confirmed: int) -> LineDecision:
        counted = f"Linjen er på {hours(self.claimed)}, og {hours(confirmed)} er bekræftet"
        if confirmed == 0 and known.covers and not any(map(self._in_period, known.covers)):
            sentence = f"Der er ingen timer i forløbet i linjens periode ({self._days()}). 0 timer er dækket."
            return self._refuse(Reason.OUTSIDE_PERIOD, sentence)
        unconfirmed, disputed = self._minutes(State.UNCONFIRMED), self._minutes(State.DISPUTED)
        if disputed and self.claimed <= confirmed + unconfirmed + disputed:
            sentence = (
                f"{counted}. Borgeren er uenig i {hours(disputed)}. Linjen venter, til nogen har set på det."
            )
            return self._wait(Reason.DISPUTED, sentence, confirmed)
        if unconfirmed and self.claimed <= confirmed + unconfirmed:
            sentence = f"{counted}. Linjen venter på, at borgeren bekræfter resten."
            return self._wait(Reason.NOT_CONFIRMED, sentence, confirmed)
        reason = Reason.DISPUTED if disputed else Reason.NOT_CONFIRMED
        sentence = f"{counted}. Resten er ikke dækket, så linjen er afvist i sin helhed."
        return self._refuse(reason, sentence, confirmed)

    def _choose(self, known: MentorshipCover) -> tuple[tuple[Use, ...], Decimal]:
        """The contacts that the line takes, oldest first, and their worth, rounded once for each rate."""
        uses: list[Use] = []
        by_rate: dict[Decimal, int] = defaultdict(int)
        missing = self.claimed
        for cover in sorted(known.covers, key=lambda each: (each.day, each.contact_id)):
            if missing == 0 or cover.state is not State.CONFIRMED or not self._in_period(cover):
                continue
            minutes = min(missing, self.ledger.left(cover))
            if minutes:
                uses.append(Use(cover.contact_id, minutes))
                by_rate[cover.hourly_rate] += minutes
                missing -= minutes
        worth = sum((price_of_minutes(minutes, rate) for rate, minutes in by_rate.items()), ZERO)
        return tuple(uses), worth

    def _minutes(self, state: State) -> int:
        """Minutes left in the line's period."""
        covers = self.known.covers if self.known else ()
        return sum(self.ledger.left(each) for each in covers if each.state is state and self._in_period(each))

    def _in_period(self, cover: Cover) -> bool:
        granted = self.known.period if self.known else None
        return all(period is None or cover.day in period for period in (self.period, granted))

    def _days(self) -> str:
        if self.period is None or self.period.last_day is None:
            return "uden datoer"
        return f"{danish_date(self.period.start)} til og med {danish_date(self.period.last_day)}"

    def _refuse(self, code: Reason, sentence: str, covered: int = 0) -> LineDecision:
        return self._decision(Outcome.REFUSED, code, sentence, covered)

    def _wait(self, code: Reason, sentence: str, covered: int = 0) -> LineDecision:
        return self._decision(Outcome.WAITING, code, sentence, covered)

    def _decision(
        self, outcome: Outcome, code: Reason, sentence: str, covered: int, uses: tuple[Use, ...] = ()
    ) -> LineDecision:
        return LineDecision(
            index=self.index,
            line_number=self.line.number,
            mentorship_id=self.mentorship_id,
            outcome=outcome,
            code=code,
            sentence_da=full_stop(sentence),
            claimed_minutes=self.claimed,
            covered_minutes=covered,
            amount=self.line.amount,
            uses=uses,
        )
