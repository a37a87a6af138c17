"""Any sequence of acts through the real services leaves books that balance and that agree with the rows beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brobygger.accounts.errors import Refused
from brobygger.grants.models import Grant
from brobygger.hours import services as hour_services
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE
from brobygger.mentorships.models import Mentorship
from brobygger.payment.ledger import Account
from brobygger.payments import services
from brobygger.payments.ledger import selectors
from brobygger.payments.ledger.models import Clawback, LedgerBalance
from brobygger.payments.ledger.services import clawback, following, lines
from brobygger.payments.models import Invoice, InvoiceLine, Payment
from brobygger.values.money import price_of_minutes
from tests.cast import Cast
from tests.factories import books
from tests.factories.invoices import RECEIVED, credit_note, hours, make_contact, pay, receive, versions_of
from tests.factories.mentorships import make_active
from tests.payments.test_ledger_books import check_now

A, State = Account, InvoiceLine.State
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RATE = Decimal("333.33")


class Life:
    """One mentorship and what people do with it. A number picks among what there is; what cannot be is refused."""

    def __init__(self, cast: Cast, mentorship: Mentorship) -> None:
        self.cast, self.mentorship, self.count = cast, mentorship, 0

    def _next(self) -> int:
        self.count += 1
        return self.count

    def meet(self, number: int) -> None:
        place = self._next()
        day = date(2026, 11, 1) + timedelta(days=place % 28)
        contact = make_contact(
            self.cast,
            self.mentorship,
            10 + number % 90,
            day=day,
            hour=6 + place // 28,
            state=Contact.State.REGISTERED,
        )
        if number % 4:
            hour_services.confirm(contacts=[contact], by=self.cast.david, at=AT)

    def dispute(self, number: int) -> None:
        if found := self._contact(number):
            hour_services.dispute(contact=found, reason="Nej.", by=self.cast.david, at=AT)

    def settle(self, number: int) -> None:
        if found := self._contact(number):
            hour_services.resolve(contact=found, pay=number % 2 == 0, reason="Ja.", by=self.cast.anna, at=AT)

    def invoice(self, number: int) -> None:
        rate = RATE if number % 3 else Decimal(200)
        receive(self.cast, hours(self.mentorship, 10 + number % 120, rate), number=f"F-{self._next()}")

    def pay(self, number: int) -> None:
        if found := self._invoice(number):
            pay(self.cast, found)

    def refuse(self, number: int) -> None:
        if found := self._invoice(number):
            services.refuse(
                invoice=found,
                versions=versions_of(found, State.WAITING, State.PAYABLE),
                reason_code="NOT_AGREED",
                reason="",
                by=self.cast.finn,
                at=RECEIVED,
            )

    def reopen(self, number: int) -> None:
        found = list(InvoiceLine.objects.select_related("invoice").order_by("pk"))
        if found:
            line = found[number % len(found)]
            services.reopen(line=line, version=line.version, by=self.cast.finn, at=RECEIVED)
            services.rematch(invoice=line.invoice, by=self.cast.finn, at=RECEIVED)

    def credit(self, number: int) -> None:
        if found := self._invoice(number, kind="INVOICE"):
            file = credit_note(
                self.cast,
                hours(self.mentorship, 1 + number % 60, RATE),
                credits=found.number,
                number=f"K-{self._next()}",
            )
            pay(self.cast, services.receive(data=file, by=self.cast.finn, at=RECEIVED))

    def claim_back(self, number: int) -> None:
        paid = InvoiceLine.objects.filter(state=State.PAID).select_related("invoice", "mentorship")
        if found := list(paid.order_by("pk")):
            line = found[number % len(found)]
            with transaction.atomic():
                books.approved(self.cast, line, 1 + number)

    def get_back(self, number: int) -> None:
        if made := Clawback.objects.filter(state="APPROVED").first():
            clawback.record_receipt(
                clawback=made,
                amount=Decimal(number + 1),
                received_on=RECEIVED.date(),
                by=self.cast.finn,
                at=books.LATER,
            )

    def send_and_hear(self, number: int) -> None:
        for reference, payment in books.sent(self.cast).items():
            amount = payment.total - (1 if number % 3 == 0 else 0)
            books.receive_answer(self.cast, (reference, f"{amount}", "2026-12-01", "betalt"))

    def grant_less(self, number: int) -> None:
        for grant in Grant.objects.all():
            grant.kroner = max(grant.paid_kroner, grant.kroner - number)
            grant.save(update_fields=["kroner"])
        following.grants_changed(self.mentorship, AT.date(), AT, self.cast.anna)

    def _contact(self, number: int) -> Contact | None:
        found = list(
            Contact.objects.select_related("mentorship__consultant", "mentor", "grant").order_by("pk")
        )
        return found[number % len(found)] if found else None

    def _invoice(self, number: int, **wanted: str) -> Invoice | None:
        found = list(Invoice.objects.filter(**wanted).order_by("pk"))
        return found[number % len(found)] if found else None


ACTS: tuple[Callable[[Life, int], None], ...] = (
    Life.meet,
    Life.meet,
    Life.invoice,
    Life.pay,
    Life.dispute,
    Life.settle,
    Life.refuse,
    Life.reopen,
    Life.credit,
    Life.claim_back,
    Life.get_back,
    Life.send_and_hear,
    Life.grant_less,
)


def wrong(cast: Cast) -> list[str]:
    """What does not agree; empty when all is well."""
    check_now()
    found = selectors.faults(cast.finn)
    kept: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, key, amount in LedgerBalance.objects.values_list("account", "key", "amount"):
        kept[account, key] = amount
    for line in InvoiceLine.objects.filter(invoice__kind="INVOICE"):
        found += _wrong_line(line, kept)
    return found + _wrong_money(kept)


def _wrong_line(line: InvoiceLine, kept: dict[tuple[str, str], Decimal]) -> list[str]:
    claimed, waiting, paid, refused, back = (
        kept[account.value, str(line.pk)]
        for account in (A.CLAIMED, A.LINE_WAITING, A.LINE_PAID, A.LINE_REFUSED, A.LINE_RECLAIMED)
    )
    whole = -claimed
    wanted = {
        State.PAID: (0, whole, 0),
        State.REFUSED: (0, 0, whole),
        State.WAITING: (whole, 0, 0),
        State.PAYABLE: (whole, 0, 0),
    }
    if whole != line.amount or (waiting, paid + back, refused) != wanted[State(line.state)]:
        return [f"line {line.pk} {line.state}: {whole} {waiting} {paid} {refused} {back}"]
    return []


def _wrong_money(kept: dict[tuple[str, str], Decimal]) -> list[str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (account, _key), amount in kept.items():
        sums[account] += amount
    paid = sum((each.amount for each in Payment.objects.filter(amount__gt=0)), Decimal(0))
    confirmed = Contact.objects.filter(state__in=PAYABLE).values_list("grant__hourly_rate")
    minutes = confirmed.annotate(all=Sum("minutes"), paid=Sum("paid_minutes"))
    worth = sum((price_of_minutes(row[1], row[0]) for row in minutes), Decimal(0))
    paid_worth = sum((price_of_minutes(row[2], row[0]) for row in minutes), Decimal(0))
    room = Decimal("0.05")  # each line is rounded by itself
    found = []
    if sums["LINE_PAID"] + sums["LINE_RECLAIMED"] != paid:
        found.append("paid lines are not the payments")
    if paid > paid_worth + room:
        found.append(f"paid {paid}, worth {paid_worth}")
    if abs(-sums["ACCRUED"] - (worth - paid_worth)) > room:
        found.append(f"owed {-sums['ACCRUED']}, confirmed and unpaid {worth - paid_worth}")
    return found


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 240)), min_size=4, max_size=16))
def test_the_books_balance_after_any_sequence_of_acts(
    cast: Cast, acts: list[tuple[Callable[[Life, int], None], int]]
) -> None:
    before = transaction.savepoint()
    try:
        life = Life(cast, _begun(cast))
        for act, number in acts:
            try:
                with transaction.atomic():
                    act(life, number)
            except Refused:
                continue
            assert wrong(cast) == [], act.__name__
    finally:
        transaction.savepoint_rollback(before)


def _begun(cast: Cast) -> Mentorship:
    mentorship = make_active(cast)
    Grant.objects.filter(mentorship=mentorship).update(hourly_rate=RATE, kroner=Decimal("21666.45"))
    following.grants_changed(mentorship, AT.date(), AT, cast.anna)
    return mentorship


def test_a_whole_life_agrees(cast: Cast) -> None:
    """One of each act that succeeds, so that the property is not kept by refusing everything."""
    life = Life(cast, _begun(cast))
    for act, number in (
        (Life.meet, 51), (Life.meet, 51), (Life.meet, 5), (Life.invoice, 50), (Life.pay, 0), (Life.credit, 9),
        (Life.claim_back, 50), (Life.get_back, 10), (Life.send_and_hear, 1), (Life.invoice, 91), (Life.refuse, 2),
        (Life.reopen, 2), (Life.dispute, 1), (Life.settle, 1), (Life.grant_less, 100),
    ):  # fmt: skip
        with suppress(Refused):
            act(life, number)
        assert wrong(cast) == [], act.__name__
    assert Payment.objects.count() == 2
    assert Clawback.objects.get().received == 11


def test_a_refusal_that_is_not_booked_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(cast, _begun(cast))
    for act, number in ((Life.meet, 51), (Life.invoice, 50)):
        act(life, number)
    monkeypatch.setattr(lines, "followed", lambda *args, **options: None)
    life.refuse(0)
    assert "REFUSED" in wrong(cast)[0]
