"""The ledger in the database: each act through the services leaves entries that balance, and nothing is changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.einvoice.sample import SampleLine, SampleParty
from brobygger.grants.models import Grant
from brobygger.hours import services as hour_services
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payment import postings
from brobygger.payment.ledger import ACCOUNTS, Account, Side
from brobygger.payments import services
from brobygger.payments.ledger import selectors
from brobygger.payments.ledger.models import LedgerBalance, LedgerEntry, LedgerTransaction
from brobygger.payments.ledger.services import following, state
from brobygger.payments.ledger.store import post
from brobygger.payments.models import InvoiceLine
from tests.cast import Cast
from tests.factories.books import paid_line
from tests.factories.invoices import RECEIVED, credit_note, hours, make_contact, pay, receive
from tests.factories.mentorships import make_active, make_grant, make_mentorship

A = Account
Acting = Callable[[User | None], AbstractContextManager[None]]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)


def standing(key: object, *accounts: Account) -> list[Decimal]:
    """What stands on the accounts of a mentorship, a line or a supplier."""
    number = getattr(key, "pk", key)
    rows = dict(LedgerBalance.objects.filter(key=str(number)).values_list("account", "amount"))
    return [rows.get(account.value, Decimal(0)) for account in accounts]


def registered(cast: Cast, mentorship: Mentorship, minutes: int = 60, **fields: object) -> Contact:
    return make_contact(cast, mentorship, minutes, state=Contact.State.REGISTERED, **fields)  # type: ignore[arg-type]


def acts() -> list[str]:
    return list(LedgerTransaction.objects.order_by("pk").values_list("act", flat=True))


def check_now() -> None:
    """Asks the deferred questions that would be asked when the work is committed."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


# Grants


def test_a_grant_is_reserved_and_an_agreed_one_committed(cast: Cast) -> None:
    mentorship = make_mentorship(cast)
    make_grant(cast, mentorship)
    following.grants_changed(mentorship, DAY, NOW, cast.anna)
    assert standing(mentorship, A.GRANTED, A.COMMITTED) == [16_250, 0]
    active = make_active(cast)
    following.grants_changed(active, DAY, NOW, cast.anna)
    assert standing(active, A.GRANTED, A.COMMITTED) == [0, 16_250]
    following.grants_changed(active, DAY, NOW, cast.anna)
    assert acts() == ["GRANT", "GRANT", "COMMITMENT"], "Doing it again books nothing."


def test_what_is_cut_or_ended_is_released(cast: Cast) -> None:
    mentorship = make_active(cast)
    following.grants_changed(mentorship, DAY, NOW, cast.anna)
    Grant.objects.update(kroner=10_000)
    following.grants_changed(mentorship, DAY, NOW, cast.anna)
    assert standing(mentorship, A.COMMITTED) == [10_000]
    Mentorship.objects.filter(pk=mentorship.pk).update(status="ENDED")
    following.grants_changed(mentorship, DAY, NOW, cast.anna)
    assert standing(mentorship, A.GRANTED, A.COMMITTED) == [0, 0]
    check_now()


# Hours


def test_an_hour_that_the_citizen_confirms_is_owed(cast: Cast, acting: Acting) -> None:
    mentorship = make_active(cast)
    contact = registered(cast, mentorship, 90)
    with acting(cast.david):
        hour_services.confirm(contacts=[contact], by=cast.david, at=NOW)
        assert LedgerTransaction.objects.count() == 0, "The citizen sees no row of the ledger."
    assert standing(mentorship, A.ACCRUED, A.COST, A.USED, A.COMMITTED) == [-375, 375, 375, 15_875]
    accrued = LedgerTransaction.objects.get(act="ACCRUED")
    assert (accrued.key, accrued.posted_by) == (f"accrued:{contact.public_id}:1", cast.david)
    check_now()


def test_the_hours_of_a_grant_are_rounded_together(cast: Cast) -> None:
    mentorship = make_active(cast)
    Grant.objects.update(hourly_rate=Decimal("333.33"), minutes=150, kroner=Decimal("833.33"))
    contacts = [registered(cast, mentorship, 50, day=date(2026, 11, 3 + place)) for place in range(3)]
    hour_services.confirm_on_behalf(contacts=contacts, reason="Ringet.", by=cast.anna, at=NOW)
    amounts = LedgerEntry.objects.filter(account=A.COST).order_by("pk").values_list("amount", flat=True)
    assert [str(each) for each in amounts] == ["277.78", "277.77", "277.78"]
    assert standing(mentorship, A.COMMITTED) == [0], "Not an øre more than was granted."


def test_a_dispute_reverses_the_hour_and_settling_it_books_it_again(cast: Cast) -> None:
    mentorship = make_active(cast)
    contact = registered(cast, mentorship)
    hour_services.confirm(contacts=[contact], by=cast.david, at=NOW)
    hour_services.dispute(contact=contact, reason="Vi mødtes ikke.", by=cast.david, at=NOW)
    assert standing(mentorship, A.ACCRUED, A.USED) == [0, 0]
    back = LedgerTransaction.objects.get(key__startswith="back:")
    assert back.reverses == LedgerTransaction.objects.get(key__startswith="accrued:")
    hour_services.resolve(contact=contact, pay=True, reason="Talt med begge.", by=cast.anna, at=NOW)
    assert standing(mentorship, A.ACCRUED) == [-250]
    keys = LedgerTransaction.objects.filter(act="ACCRUED").order_by("pk").values_list("key", flat=True)
    assert [key.rsplit(":")[-1] for key in keys] == ["1", "1", "2"]


def test_a_dispute_is_never_stopped_by_the_ledger(cast: Cast, case: Mentorship) -> None:
    """The hours of ``case`` were there before the ledger: nothing is owed in it, and nothing can be reversed."""
    contact = Contact.objects.earliest("pk")
    hour_services.dispute(contact=contact, reason="Vi mødtes ikke.", by=cast.david, at=NOW)
    assert Contact.objects.get(pk=contact.pk).state == "DISPUTED"
    assert acts() == []


def test_an_hour_is_never_stopped_by_the_ledger(cast: Cast) -> None:
    mentorship = make_active(cast)
    Grant.objects.update(kroner=100)
    hour_services.confirm(contacts=[registered(cast, mentorship)], by=cast.david, at=NOW)
    assert standing(mentorship, A.ACCRUED, A.COMMITTED) == [-250, 0]
    assert acts() == ["GRANT", "COMMITMENT", "GRANT", "COMMITMENT", "ACCRUED"]


def test_a_mentorship_without_subsidy_books_nothing(cast: Cast) -> None:
    mentorship = make_active(cast)
    Grant.objects.update(hourly_rate=0, kroner=0)
    hour_services.confirm(contacts=[registered(cast, mentorship)], by=cast.david, at=NOW)
    assert acts() == []


# Lines and payments


def test_a_line_waits_is_refused_is_opened_again_and_paid(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case))
    line = invoice.lines.get()
    assert standing(line, A.CLAIMED, A.LINE_WAITING) == [-250, 250]
    services.refuse(
        invoice=invoice,
        versions={line.public_id: 1},
        reason_code="NOT_AGREED",
        reason="",
        by=cast.finn,
        at=RECEIVED,
    )
    assert standing(line, A.LINE_WAITING, A.LINE_REFUSED) == [0, 250]
    services.reopen(line=line, version=2, by=cast.finn, at=RECEIVED)
    assert standing(line, A.LINE_WAITING, A.LINE_REFUSED) == [250, 0]
    assert LedgerTransaction.objects.get(reverses__act="REFUSAL").line == line
    services.rematch(invoice=invoice, by=cast.finn, at=RECEIVED)
    pay(cast, invoice)
    assert standing(line, A.LINE_WAITING, A.LINE_PAID, A.VAT) == [0, 250, Decimal("62.50")]
    assert standing("12345674", A.SUPPLIER) == [Decimal("-312.50")]
    check_now()


def test_a_paid_line_takes_from_what_the_confirmed_hours_are_worth(cast: Cast) -> None:
    mentorship = make_active(cast)
    contacts = [registered(cast, mentorship, 60, day=date(2026, 11, 3 + place)) for place in range(2)]
    hour_services.confirm(contacts=contacts, by=cast.david, at=NOW)
    pay(cast, receive(cast, hours(mentorship, 60)))
    assert standing(mentorship, A.ACCRUED, A.COST) == [-250, 500]
    assert "ADJUSTMENT" not in acts()


def test_hours_paid_for_less_than_agreed_give_the_rest_back(cast: Cast) -> None:
    mentorship = make_active(cast)
    contacts = [registered(cast, mentorship, 60, day=date(2026, 11, 3 + place)) for place in range(2)]
    hour_services.confirm(contacts=contacts, by=cast.david, at=NOW)
    pay(cast, receive(cast, hours(mentorship, 60, rate=200)))
    assert standing(mentorship, A.ACCRUED, A.COST, A.COMMITTED) == [-250, 450, 15_800]
    pay(cast, receive(cast, hours(mentorship, 60, rate=200), number="F-2"))
    assert standing(mentorship, A.ACCRUED, A.COST) == [0, 400]


def test_three_lines_of_an_oere_too_much_are_paid_as_the_grant_allows(cast: Cast) -> None:
    """Each of 277.78 is right; together they are an øre above the grant, and the last one waits for a person."""
    mentorship = make_active(cast)
    Grant.objects.update(hourly_rate=Decimal("333.33"), minutes=150, kroner=Decimal("833.33"))
    contacts = [registered(cast, mentorship, 50, day=date(2026, 11, 3 + place)) for place in range(3)]
    hour_services.confirm(contacts=contacts, by=cast.david, at=NOW)
    paid = [
        pay(cast, receive(cast, hours(mentorship, 50, rate=Decimal("333.33")), number=f"F-{each}")).paid
        for each in range(3)
    ]
    assert paid == [1, 1, 0]
    assert standing(mentorship, A.ACCRUED) == [Decimal("-277.77")]


def test_a_course_is_owed_when_it_is_paid(cast: Cast) -> None:
    mentorship = make_active(cast)
    Grant.objects.update(fixed_kroner=2950, kroner=19_200)
    course = SampleLine("Mentorkursus", None, Decimal(2950), mentorship.code)
    pay(cast, receive(cast, course))
    assert standing(mentorship, A.ACCRUED, A.COST, A.USED, A.COMMITTED) == [0, 2950, 2950, 16_250]


def test_hours_from_before_the_ledger_are_made_good_when_paid(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    assert standing(case, A.ACCRUED, A.COST) == [0, 250]
    assert "ADJUSTMENT" in acts()


def test_a_rejected_document_is_claimed_and_refused_at_once(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), customer=SampleParty("Fjernby", "", "5798000416604"))
    assert invoice.state == "REJECTED"
    assert standing(invoice.lines.get(), A.CLAIMED, A.LINE_WAITING, A.LINE_REFUSED) == [-250, 0, 250]


def test_a_credit_note_takes_from_the_paid_line(cast: Cast, case: Mentorship) -> None:
    line = receive(cast, hours(case, 120)).lines.get()
    pay(cast, line.invoice)
    note = services.receive(data=credit_note(cast, hours(case, 60)), by=cast.finn, at=RECEIVED)
    pay(cast, note)
    assert standing(line, A.LINE_PAID, A.LINE_RECLAIMED, A.VAT) == [250, 250, Decimal("62.50")]
    assert standing("12345674", A.RECLAIM) == [Decimal("312.50")]
    check_now()


# The state


def test_the_state_owes_half_of_the_hours_of_its_time_and_pays_once(cast: Cast) -> None:
    mentorship = make_active(cast, target_group="2.3")
    make_contact(cast, mentorship, 60, day=date(2019, 5, 3))
    assert state.claim_month(month=date(2019, 5, 1), by=cast.finn, at=NOW) == 125
    with pytest.raises(Refused, match="ingen statsrefusion"):
        state.claim_month(month=date(2019, 5, 1), by=cast.finn, at=NOW)
    assert state.receive_from_state(received_on=DAY, by=cast.finn, at=NOW) == 125
    with pytest.raises(Refused, match="skylder ikke noget"):
        state.receive_from_state(received_on=DAY, by=cast.finn, at=NOW)
    assert standing(mentorship, A.STATE, A.STATE_INCOME) == [0, -125]


def test_the_state_owes_nothing_of_today(cast: Cast, case: Mentorship) -> None:
    with pytest.raises(Refused):
        state.claim_month(month=date(2026, 11, 1), by=cast.finn, at=NOW)
    with pytest.raises(NotAllowed):
        state.claim_month(month=date(2019, 5, 1), by=cast.anna, at=NOW)


# What the database itself refuses


def _act(cast: Cast, **fields: object) -> LedgerTransaction:
    made = {"key": str(uuid.uuid4()), "day": DAY, "act": "GRANT", "size": 2, "posted_at": NOW, **fields}
    return LedgerTransaction.objects.create(municipality=cast.municipality, **made)


def _entry(row: LedgerTransaction, account: Account, amount: int) -> None:
    LedgerEntry.objects.create(
        municipality_id=row.municipality_id, transaction=row, account=account, amount=amount
    )


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [(A.BANK, 5), (A.FREE, -5)],
        [(A.FREE, 5), (A.BUDGET, -4)],
        [(A.FREE, 5)],
        [(A.FREE, 5), (A.BUDGET, -5), (A.FREE, 1), (A.BUDGET, -1)],
    ],
    ids=["empty", "two books", "unequal", "one side", "more than its size"],
)
def test_an_unbalanced_transaction_is_refused_at_commit(
    cast: Cast, entries: list[tuple[Account, int]]
) -> None:
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        row = _act(cast)
        for account, amount in entries:
            _entry(row, account, amount)
        check_now()


def test_nothing_is_put_into_an_old_transaction(cast: Cast) -> None:
    post(
        postings.budget(key="b", day=DAY, amount=Decimal(100)),
        municipality_id=cast.municipality.pk,
        by=None,
        at=NOW,
    )
    check_now()
    row = LedgerTransaction.objects.get(key="b")
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        _entry(row, A.FREE, 7)
        _entry(row, A.BUDGET, -7)
        check_now()


@pytest.mark.parametrize("table", ["payments_ledgertransaction", "payments_ledgerentry"])
@pytest.mark.parametrize("act", ["update {} set municipality_id = municipality_id", "delete from {}"])
def test_nothing_is_changed_or_deleted(cast: Cast, case: Mentorship, table: str, act: str) -> None:
    receive(cast, hours(case))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(act.format(table))


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("act", ["update {} set municipality_id = municipality_id", "delete from {}"])
def test_not_even_by_the_owner(act: str) -> None:
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic(using="owner"):
        connections["owner"].cursor().execute(act.format("payments_ledgerentry"))


def test_balances_are_written_by_the_database_alone(cast: Cast, case: Mentorship) -> None:
    receive(cast, hours(case))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        LedgerBalance.objects.update(amount=0)


@pytest.mark.parametrize("account", [each for each, rule in ACCOUNTS.items() if rule.side is not Side.ANY])
def test_no_guarded_account_comes_across_zero(cast: Cast, case: Mentorship, account: Account) -> None:
    rule = ACCOUNTS[account]
    other = next(each for each, its in ACCOUNTS.items() if its.book is rule.book and each is not account)
    amount = -1 if rule.side is Side.DEBIT else 1
    line = receive(cast, hours(case)).lines.get()
    about = {"mentorship": case, "line": line, "supplier": "99999999"}
    with pytest.raises(IntegrityError, match="ledger_balance_side"), transaction.atomic():
        row = _act(cast, **about)
        _entry(row, account, amount * 1_000_000)
        _entry(row, other, -amount * 1_000_000)


def test_a_key_is_used_once_and_says_so(cast: Cast) -> None:
    made = postings.budget(key="2026", day=DAY, amount=Decimal(100_000))
    about = {"municipality_id": cast.municipality.pk, "by": cast.finn, "at": NOW}
    post(made, **about)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="allerede bogført"):
        post(made, **about)  # type: ignore[arg-type]
    post(made.reversal(key="back", day=DAY), **about)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="allerede bogført"):
        post(made.reversal(key="back again", day=DAY), **about)  # type: ignore[arg-type]


def test_too_much_is_refused_with_the_sentence_of_the_account(cast: Cast, case: Mentorship) -> None:
    made = postings.accrued(key="a", day=DAY, mentorship=str(case.pk), amount=Decimal(10))
    with pytest.raises(
        Refused, match=r"mere, end der er tilbage af bevillingen\. Det er 10,00 kr\. for meget"
    ):
        post(made, municipality_id=cast.municipality.pk, by=None, at=NOW)
    assert acts() == []


def test_another_municipality_sees_nothing(cast: Cast, case: Mentorship, acting: Acting) -> None:
    receive(cast, hours(case))
    with acting(cast.bo):
        assert not selectors.visible_to(cast.finn).exists()
        assert not LedgerEntry.objects.exists()
        assert not LedgerBalance.objects.exists()


def test_the_books_add_up_and_a_fault_is_found(cast: Cast, case: Mentorship) -> None:
    paid_line(cast, case, "F-9", day=date(2026, 11, 12))
    assert selectors.faults(cast.finn) == []
    totals = {row.account: row.amount for rows in selectors.trial_balance(cast.finn).values() for row in rows}
    assert totals[A.SUPPLIER] == Decimal("-312.50")
    sid = transaction.savepoint()
    _entry(LedgerTransaction.objects.earliest("pk"), A.BANK, 3)
    assert selectors.faults(cast.finn) != []
    transaction.savepoint_rollback(sid)


def test_the_number_of_questions_is_the_same_for_one_line_and_many(
    cast: Cast, case: Mentorship, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    paid_line(cast, case, "F-1", day=date(2026, 11, 12))
    for place in range(2, 5):
        paid_line(cast, case, f"F-{place}", day=date(2026, 11, 12 + place))
    with django_assert_max_num_queries(3):
        assert len([row.entries.all() for row in selectors.listed(cast.finn, selectors.Wanted())]) > 8
    assert InvoiceLine.objects.count() == 4
