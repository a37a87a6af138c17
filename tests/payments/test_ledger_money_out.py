"""Claims for money back, the payer's answers, the files to the finance system, and their pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.mentorships.models import Mentorship
from brobygger.payment.banking_days import is_banking_day
from brobygger.payment.ledger import Account
from brobygger.payments import services
from brobygger.payments.ledger import letter, selectors
from brobygger.payments.ledger.answer_file import BadAnswer, read_answer
from brobygger.payments.ledger.models import Clawback, ClawbackReceipt, FinanceFileRow, LedgerTransaction
from brobygger.payments.ledger.services import answers, clawback, exports
from brobygger.payments.models import InvoiceLine
from tests.cast import Cast
from tests.factories.books import (
    LATER,
    answer,
    approved,
    claim,
    difference,
    finance_file,
    paid_line,
    receive_answer,
    sent,
)
from tests.factories.invoices import RECEIVED, credit_note, hours, pay, receive
from tests.payments.test_ledger_books import check_now, standing

A = Account
Acting = Callable[[User | None], AbstractContextManager[None]]
SignIn = Callable[[User], Client]
TODAY = LATER.date()


@pytest.fixture
def line(cast: Cast, case: Mentorship) -> InvoiceLine:
    """Two paid hours: 500 kroner and 125 in VAT."""
    return paid_line(cast, case, "F-9", 120, day=date(2026, 11, 12))


# Claims for money back


def test_a_claim_is_owed_once_another_has_approved_it(cast: Cast, line: InvoiceLine) -> None:
    asked = claim(cast, line, 200)
    assert (asked.vat, standing("12345674", A.RECLAIM)) == (50, [0])
    made = clawback.approve(clawback=asked, by=cast.frida, at=LATER)
    assert standing("12345674", A.RECLAIM) == [250]
    assert standing(line, A.LINE_PAID, A.LINE_RECLAIMED, A.VAT) == [300, 200, 75]
    assert made.due_on == date(2027, 1, 4)
    assert is_banking_day(made.due_on)
    assert Event.objects.filter(action="clawback.approved").count() == 1
    check_now()


def test_nobody_approves_a_claim_of_ones_own(cast: Cast, line: InvoiceLine) -> None:
    asked = claim(cast, line)
    with pytest.raises(Refused, match="En kollega skal godkende"):
        clawback.approve(clawback=asked, by=cast.finn, at=LATER)
    own = {"state": "APPROVED", "decided_by": cast.finn, "decided_at": LATER}
    with pytest.raises(IntegrityError, match="clawback_approved_by_another"), transaction.atomic():
        Clawback.objects.filter(pk=asked.pk).update(**own)
    assert standing("12345674", A.RECLAIM) == [0]


def test_a_replayed_approval_claims_nothing_more(cast: Cast, line: InvoiceLine) -> None:
    asked = claim(cast, line)
    clawback.approve(clawback=asked, by=cast.frida, at=LATER)
    with pytest.raises(Conflict, match="allerede afgjort"):
        clawback.approve(clawback=asked, by=cast.frida, at=LATER)
    assert LedgerTransaction.objects.filter(act="CLAWBACK").count() == 1


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "500.01", "NaN"])
def test_an_amount_that_cannot_be_claimed(cast: Cast, line: InvoiceLine, amount: str) -> None:
    with pytest.raises(Refused) as refused:
        claim(cast, line, amount)
    assert refused.value.field == "amount"


def test_only_what_is_still_paid_can_be_claimed(cast: Cast, line: InvoiceLine) -> None:
    approved(cast, line, 400)
    with pytest.raises(Refused, match=r"kun 100,00 kr\. betalt"):
        claim(cast, line, 101)
    waiting = claim(cast, line, 100)
    with pytest.raises(Conflict, match="venter allerede"):
        claim(cast, line, 50)
    note = credit_note(cast, hours(line.mentorship, 24), credits="F-9")
    pay(cast, services.receive(data=note, by=cast.finn, at=RECEIVED))
    with pytest.raises(Refused, match="Så meget er ikke betalt på linjen"):
        clawback.approve(clawback=waiting, by=cast.frida, at=LATER)
    assert Clawback.objects.get(pk=waiting.pk).state == "REQUESTED"


def test_a_line_that_is_not_paid_has_nothing_to_claim(cast: Cast, case: Mentorship) -> None:
    with pytest.raises(Refused, match="ikke betalt"):
        claim(cast, receive(cast, hours(case)).lines.get())


def test_a_credit_note_for_what_is_claimed_back_waits_for_a_person(cast: Cast, line: InvoiceLine) -> None:
    approved(cast, line, 500)
    note = services.receive(
        data=credit_note(cast, hours(line.mentorship, 60), credits="F-9"), by=cast.finn, at=RECEIVED
    )
    assert pay(cast, note).paid == 0
    assert "mindre tilbage på de betalte linjer" in note.lines.get().reason


def test_a_claim_can_be_refused_by_whoever_asked(cast: Cast, line: InvoiceLine) -> None:
    asked = claim(cast, line)
    with pytest.raises(Refused, match="hvorfor kravet ikke"):
        clawback.refuse(clawback=asked, note=" ", by=cast.finn, at=LATER)
    clawback.refuse(clawback=asked, note="Det var rigtigt nok.", by=cast.finn, at=LATER)
    with pytest.raises(Conflict):
        clawback.approve(clawback=asked, by=cast.frida, at=LATER)


def test_money_comes_back_in_parts_and_never_too_much(cast: Cast, line: InvoiceLine) -> None:
    made = approved(cast, line, 400)
    about = {"clawback": made, "received_on": TODAY, "by": cast.finn, "at": LATER}
    clawback.record_receipt(amount=Decimal(300), **about)  # type: ignore[arg-type]
    assert (made.outstanding, standing("12345674", A.RECLAIM)) == (200, [200])
    with pytest.raises(Refused, match="mangler kun 200,00 kr"):
        clawback.record_receipt(amount=Decimal("200.01"), **about)  # type: ignore[arg-type]
    clawback.record_receipt(amount=Decimal(200), **about)  # type: ignore[arg-type]
    assert (made.outstanding, ClawbackReceipt.objects.count()) == (0, 2)
    for wrong in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Refused):
            clawback.record_receipt(amount=Decimal(1), **{**about, "received_on": wrong})  # type: ignore[arg-type]


def test_the_letter_names_the_case_and_never_the_citizen(cast: Cast, line: InvoiceLine) -> None:
    made = approved(cast, line, 400)
    assert (selectors.letter_of(made) or b"").startswith(b"%PDF")
    words = str(letter.content_of(made, by=cast.frida, at=LATER))
    assert "500,00 kr. tilbage senest den 4. januar 2027" in words
    assert line.mentorship is not None and line.mentorship.code in words
    assert line.mentorship.citizen.name not in words


@pytest.mark.parametrize("name", ["anna", "eva", "tove"])
def test_others_may_neither_ask_nor_approve(cast: Cast, line: InvoiceLine, name: str) -> None:
    asked = claim(cast, line)
    with pytest.raises(NotAllowed):
        clawback.approve(clawback=asked, by=cast.users[name], at=LATER)
    with pytest.raises(NotAllowed):
        clawback.request(line=line, amount=Decimal(1), reason="x", by=cast.users[name], at=LATER)


# The payer's answers


def test_an_answer_as_expected_is_booked_and_nothing_waits(cast: Cast, line: InvoiceLine) -> None:
    sent(cast)
    told = receive_answer(cast, ("1-1", "625,00", "01-12-2026", "betalt"))
    assert (told.agreed, told.differing, standing("12345674", A.SUPPLIER)) == (1, 0, [0])
    assert selectors.needs_attention(cast.finn, TODAY) == []
    check_now()


def test_a_file_that_came_before_books_nothing(cast: Cast, line: InvoiceLine) -> None:
    sent(cast)
    receive_answer(cast, ("1-1", "625,00", "2026-12-01", "betalt"))
    with pytest.raises(Refused, match="allerede læst ind"):
        receive_answer(cast, ("1-1", "625,00", "2026-12-01", "betalt"), name="igen.csv")
    again = receive_answer(cast, ("1-1", "625.00", "2026-12-01", "BETALT"))
    assert again.answer.lines.get().difference == "TWICE"
    assert LedgerTransaction.objects.filter(act="PAYOUT").count() == 1


@pytest.mark.parametrize(
    ("row", "difference_", "left"),
    [
        (("1-2", "625,00", "2026-12-01", "betalt"), "UNKNOWN", -625),
        (("hej", "625,00", "2026-12-01", "betalt"), "UNKNOWN", -625),
        (("1-1", "600,00", "2026-12-01", "betalt"), "AMOUNT", -25),
        (("1-1", "700,00", "2026-12-01", "betalt"), "AMOUNT", 0),
        (("1-1", "625,00", "2026-12-01", "afvist"), "REJECTED", -625),
        (("1-1", "625,00", "2026-11-29", "betalt"), "CLOSED_DAY", 0),
    ],
)
def test_what_differs_is_listed_until_it_is_closed_with_a_reason(
    cast: Cast, line: InvoiceLine, row: tuple[str, str, str, str], difference_: str, left: int
) -> None:
    sent(cast)
    wrong = receive_answer(cast, row).answer.lines.get()
    assert (wrong.difference, standing("12345674", A.SUPPLIER)) == (difference_, [left])
    assert [each.kind for each in selectors.needs_attention(cast.finn, TODAY)] == ["difference"]
    with pytest.raises(Refused, match="hvad forskellen skyldes"):
        answers.close_difference(line=wrong, reason=" ", by=cast.finn, at=LATER)
    answers.close_difference(line=wrong, reason="Banken har rettet det.", by=cast.frida, at=LATER)
    with pytest.raises(Conflict):
        answers.close_difference(line=wrong, reason="Igen.", by=cast.finn, at=LATER)
    assert selectors.needs_attention(cast.finn, TODAY) == []


def test_a_credit_that_was_netted_is_booked_as_paid_back(cast: Cast, line: InvoiceLine) -> None:
    note = credit_note(cast, hours(line.mentorship, 60), credits="F-9")
    pay(cast, services.receive(data=note, by=cast.finn, at=RECEIVED))
    sent(cast)
    rows = (("1-1", "625,00", "2026-12-01", "betalt"), ("1-2", "-312,50", "2026-12-01", "betalt"))
    assert receive_answer(cast, *rows).differing == 0
    assert standing("12345674", A.SUPPLIER, A.RECLAIM) == [0, 0]


def test_a_payment_without_an_answer_is_missed_after_its_day(cast: Cast, line: InvoiceLine) -> None:
    sent(cast)
    assert selectors.missing_answers(cast.finn, date(2027, 1, 6)) == []
    (missed,) = selectors.missing_answers(cast.finn, date(2027, 1, 8))
    assert (missed.reference, missed.pay_on) == ("1-1", date(2026, 12, 30))
    receive_answer(cast, ("1-1", "625,00", "2026-12-01", "betalt"))
    assert selectors.missing_answers(cast.finn, date(2027, 1, 8)) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Den første række skal være"),
        (b"\xff\xfe", "UTF-8"),
        ("reference;beløb;dato;status".encode(), "ingen rækker"),
        (answer(("1-1", "x", "2026-12-01", "betalt")), "Række 2: Beløbet"),
        (answer(("1-1", "1,005", "2026-12-01", "betalt")), "hele øre"),
        (answer(("1-1", "NaN", "2026-12-01", "betalt")), "hele øre"),
        (answer(("1-1", "1", "2026-12-32", "betalt")), "Datoen"),
        (answer(("1-1", "1", "2026-12-01", "måske")), "betalt eller afvist"),
        (answer(("", "1", "2026-12-01", "betalt")), "Referencen"),
        (answer(("1-1", "1", "2026-12-01", "betalt"), ("2", "", "", "")), "Række 3"),
        (b'reference;bel\xc3\xb8b;dato;status\r\n"a";1;2026-12-01;"betalt', "CSV"),
    ],
)
def test_a_bad_file_says_what_is_wrong(data: bytes, sentence: str) -> None:
    with pytest.raises(BadAnswer, match=sentence):
        read_answer(data)


def test_an_answer_of_tomorrow_is_refused(cast: Cast, line: InvoiceLine) -> None:
    sent(cast)
    with pytest.raises(Refused, match="ude i fremtiden"):
        receive_answer(cast, ("1-1", "625,00", "2026-12-02", "betalt"))


# The files to the finance system


def test_each_posting_is_in_one_file_and_debit_is_credit(cast: Cast, line: InvoiceLine) -> None:
    exports.name_account(account=A.SUPPLIER, number="9.59.90", by=cast.finn, at=RECEIVED)
    first = finance_file(cast)
    with pytest.raises(Refused, match="ingen nye posteringer"):
        finance_file(cast)
    approved(cast, line)
    second = finance_file(cast)
    assert [first.number, second.number] == [1, 2]
    assert FinanceFileRow.objects.count() == first.transactions + second.transactions
    rows = list(csv.DictReader(io.StringIO(bytes(first.content).decode("utf-8-sig")), delimiter=";"))
    debit, credit = (
        sum(Decimal(row[side].replace(",", ".")) for row in rows if row[side]) for side in ("Debet", "Kredit")
    )
    assert debit == credit == first.debit
    assert {row["Kommunens konto"] for row in rows if row["Brobyggers konto"] == "SUPPLIER"} == {"9.59.90"}
    assert {row["Brobyggers konto"] for row in rows} <= {
        account.value for account in exports.FINANCE_ACCOUNTS
    }
    assert "CLAWBACK" not in {row["Nøgle"].split(":")[0].upper() for row in rows}


@pytest.mark.parametrize("number", ["", "=1+1", "-5", "x" * 41])
def test_an_account_that_is_none(cast: Cast, number: str) -> None:
    with pytest.raises(Refused) as refused:
        exports.name_account(account=A.BANK, number=number, by=cast.finn, at=RECEIVED)
    assert refused.value.field == "number"


# The pages


def test_a_claim_from_the_paid_line_to_the_money(cast: Cast, line: InvoiceLine, signed_in: SignIn) -> None:
    finn = signed_in(cast.finn)
    page = finn.get(reverse("payments:invoice", args=[line.invoice.public_id])).content.decode()
    address = reverse("payments:request_clawback", args=[line.public_id])
    assert address in page
    assert "500,00 kr. betalt" in finn.get(address).content.decode()
    refused = finn.post(address, {"amount": "600", "reason": "For meget."})
    assert (refused.status_code, "kun 500,00 kr. betalt" in refused.content.decode()) == (422, True)
    asked = finn.post(address, {"amount": "400", "reason": "For meget."}, follow=True)
    assert "En kollega skal godkende det." in asked.content.decode()
    made = Clawback.objects.get()
    frida = signed_in(cast.frida)
    done = frida.post(reverse("payments:approve_clawback", args=[made.public_id]), follow=True)
    assert "Brevet til leverandøren er klar" in done.content.decode()
    pdf = frida.get(reverse("payments:clawback_letter", args=[made.public_id]))
    assert pdf["Content-Type"] == "application/pdf"
    late = frida.post(
        reverse("payments:clawback_receipt", args=[made.public_id]),
        {"amount": "500", "received_on": "31.12.2999"},
    )
    assert (late.status_code, "fremtiden" in late.content.decode()) == (422, True)
    assert "Nordhavn Bageri" in frida.get(reverse("payments:clawbacks")).content.decode()


def test_the_answer_is_read_and_a_difference_closed(cast: Cast, line: InvoiceLine, signed_in: SignIn) -> None:
    finn, address = signed_in(cast.finn), reverse("payments:reconciliation")
    wrong = finn.post(address, {"file": SimpleUploadedFile("svar.csv", b"a;b")})
    assert (wrong.status_code, "Den første række" in wrong.content.decode()) == (422, True)
    data = answer(("9-1", "625,00", "2026-11-20", "betalt"))
    read = finn.post(address, {"file": SimpleUploadedFile("svar.csv", data)}, follow=True).content.decode()
    assert "1 forskel skal ses efter." in read
    assert "Betalingen findes ikke i Brobygger" in read
    found = selectors.differences_visible_to(cast.finn).get()
    close = reverse("payments:close_difference", args=[found.public_id])
    assert finn.post(close, {}).status_code == 422
    finn.post(close, {f"{found.public_id.hex}-reason": "Den er fra et andet system."})
    assert "Alt stemmer" in finn.get(address).content.decode()
    assert "Den er fra et andet system." in finn.get(f"{address}?vis=closed").content.decode()


def test_the_books_and_the_files_are_shown(cast: Cast, line: InvoiceLine, signed_in: SignIn) -> None:
    finn = signed_in(cast.finn)
    page = finn.get(reverse("payments:books")).content.decode()
    assert page.count("Går op") == 3
    assert "Godkendt betaling" in page
    only = finn.get(reverse("payments:books"), {"art": "REFUSAL"}).content.decode()
    assert "Ingen posteringer svarer" in only
    files = reverse("payments:finance_files")
    assert finn.post(files, {"account": "BANK", "number": ""}).status_code == 422
    finn.post(files, {"account": "BANK", "number": "9.10.1"})
    made = finn.post(reverse("payments:make_finance_file"), follow=True).content.decode()
    assert "Fil 1 er dannet" in made
    assert "9.10.1" in made
    state = finn.post(reverse("payments:claim_from_state"), {"claim-month": "1.5.2019"})
    assert (state.status_code, "ingen statsrefusion" in state.content.decode()) == (422, True)


def test_who_cannot_pay_can_look_and_not_act(cast: Cast, line: InvoiceLine, signed_in: SignIn) -> None:
    wrong = difference(cast)
    anna = signed_in(cast.anna)
    for name in ("books", "finance_files", "reconciliation", "clawbacks"):
        assert anna.get(reverse(f"payments:{name}")).status_code == 200
    assert anna.post(reverse("payments:make_finance_file")).status_code == 403
    assert anna.post(reverse("payments:close_difference", args=[wrong.public_id])).status_code == 403


def test_as_many_questions_for_many_rows_as_for_one(
    cast: Cast, case: Mentorship, django_assert_max_num_queries: Callable[..., AbstractContextManager[object]]
) -> None:
    for place in range(3):
        approved(cast, paid_line(cast, case, f"F-{place}", day=date(2026, 11, 16 + place)))
    sent(cast)
    receive_answer(cast, *((f"1-{place}", "1,00", "2026-12-01", "betalt") for place in (1, 2, 3)))
    with django_assert_max_num_queries(1):
        assert len([each.line.invoice.number for each in selectors.clawbacks_visible_to(cast.finn)]) == 3
    with django_assert_max_num_queries(1):
        found = selectors.differences_visible_to(cast.finn)
        assert len([each.payment and each.payment.line.invoice.number for each in found]) == 3
