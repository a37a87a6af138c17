"""Lines without a reference, and lines of which a part is refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from brobygger.accounts.errors import Conflict, Refused
from brobygger.einvoice import read
from brobygger.einvoice.sample import SampleCharge
from brobygger.mentorships.models import Mentorship
from brobygger.payment.ledger import Account
from brobygger.payments import services
from brobygger.payments.guessing import Candidate, Hours, Told, guess
from brobygger.payments.intake import answers
from brobygger.payments.ledger.store import balances
from brobygger.payments.models import Invoice, InvoiceLine, LedgerEntry, Payment
from tests.cast import Cast
from tests.einvoice import samples
from tests.factories.invoices import RECEIVED, file_of, hours, make_contact, pay, receive, versions_of
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

State = InvoiceLine.State


def only(invoice: Invoice) -> InvoiceLine:
    line: InvoiceLine = invoice.lines.get()
    return line


def nameless(minutes: int = 120, text: str = "Mentortimer for D.D.", **fields: Any) -> Any:
    return hours(None, minutes, text=text, **fields)


# Which mentorship


def test_supplier_period_initials_and_amount_together_are_enough(cast: Cast, case: Mentorship) -> None:
    line = only(receive(cast, nameless()))
    assert (line.state, line.mentorship, line.covered_minutes) == (State.PAYABLE, case, 120)
    assert line.matched_by == "leverandør, periode, initialer og beløb, som kun passer på dette forløb"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (nameless(text="Mentortimer"), "Periode og beløb passer kun på"),
        (nameless(60), "Initialer og periode passer kun på"),
    ],
)
def test_where_something_lacks_one_is_suggested_and_a_person_decides(
    cast: Cast, case: Mentorship, line: Any, told: str
) -> None:
    found = only(receive(cast, line))
    assert (found.state, found.mentorship, found.suggested) == (State.WAITING, None, case)
    assert told in found.reason
    assert case.code in found.reason


def test_two_that_fit_alike_are_named_and_none_is_chosen(cast: Cast, case: Mentorship) -> None:
    twin = make_active(cast, citizen=make_citizen(cast, name="Dorte Dam"))
    make_contact(cast, twin, 120, day=date(2026, 11, 11))
    line = only(receive(cast, nameless()))
    assert (line.state, line.mentorship, line.suggested) == (State.WAITING, None, None)
    assert case.code in line.reason
    assert twin.code in line.reason


def test_two_lines_that_look_like_the_same_are_both_for_a_person(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, nameless(), nameless())
    assert {line.state for line in invoice.lines.all()} == {State.WAITING}


def test_one_that_another_line_names_is_never_sure(cast: Cast, case: Mentorship) -> None:
    first, second = receive(cast, nameless(), hours(case, 120)).lines.order_by("position")
    assert (first.state, first.mentorship) == (State.WAITING, None)
    assert (second.state, second.mentorship) == (State.PAYABLE, case)


def test_another_suppliers_hours_are_never_guessed(cast: Cast, case: Mentorship) -> None:
    from brobygger.einvoice.sample import SampleParty

    line = only(receive(cast, nameless(), supplier=SampleParty("Fremmed ApS", "87654338")))
    assert (line.mentorship, line.suggested, line.reason_code) == (None, None, "NO_MENTORSHIP")


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Timer S.A. uge 45", True),
        ("Timer S. A.", True),
        ("Timer SA november", True),
        ("sara, 2 timer", True),
        ("SAMTALE", False),
        ("Saras mor", False),
        ("s.a.", False),
    ],
)
def test_initials_and_first_names_are_words_of_their_own(text: str, is_named: bool) -> None:
    assert Told(text).names("Sara Ahmadi") is is_named


def names_slowly(text: str, citizen: str) -> bool:
    """The same question, asked of the text itself."""
    first, last = citizen.split()
    initials = rf"(?<!\w){first[0]}\.?\s?{last[0]}(?:\.|(?!\w))"
    is_said = re.search(rf"(?<!\w){re.escape(first)}(?!\w)", text, re.IGNORECASE)
    return bool(is_said or re.search(initials, text))


@given(
    st.text("SsAaBb. -·1Å", max_size=14),
    st.sampled_from(["Sara Ahmadi", "Sa Sa", "Bo Aa", "A-B Bb", "Å Sas"]),
)
def test_the_quick_way_to_look_for_a_citizen_agrees_with_a_slow_one(text: str, citizen: str) -> None:
    assert Told(text).names(citizen) is names_slowly(text, citizen)


def test_an_oere_or_a_minute_off_is_not_sure() -> None:
    """The planted fault: what is sure at the very amount no longer is beside it."""
    candidate = Candidate(1, "7F3K", "Sara Ahmadi", (Hours(date(2026, 11, 3), 480, Decimal(300)),))
    for line, is_sure in (
        (samples.line(text="Timer S.A."), True),
        (samples.line(text="Timer S.A.", amount=Decimal("2400.01")), False),
        (samples.line(text="Timer S.A.", quantity=Decimal("7.75")), False),
        (samples.line(text="Timer"), False),
    ):
        assert guess(line, samples.document(line), [candidate]).is_sure is is_sure


def test_queries_are_the_same_for_one_line_and_many(cast: Cast, case: Mentorship) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(number: str, count: int) -> int:
        data = file_of(cast, *[nameless(120 + 15 * place) for place in range(count)], number=number)
        with CaptureQueriesContext(connection) as seen:
            services.receive(data=data, by=cast.finn, at=RECEIVED)
        return len(seen)

    assert asked("F-1", 1) == asked("F-2", 12)


def test_the_book_of_a_run_says_the_same_as_the_question_for_each_supplier(
    cast: Cast, case: Mentorship
) -> None:
    from brobygger.payments import selectors

    make_active(cast, citizen=make_citizen(cast))
    book = selectors.book_of(cast.finn)
    assert book.own == {"12345674": selectors.codes_of_supplier(cast.finn, "12345674")}
    assert selectors.codes_of_supplier(cast.finn, "12345674") == {
        each.code: each.pk for each in selectors.of_supplier(cast.finn, "12345674")
    }
    assert book.codes == set(book.own["12345674"])


# A part of a line


def part(cast: Cast, line: InvoiceLine, minutes: int, **changes: Any) -> InvoiceLine:
    given = {"version": line.version, "reason_code": "NOT_DELIVERED", "reason": "Aflyst.", **changes}
    return services.refuse_part(
        line=line, left=services.left_of(line, minutes=minutes), by=cast.finn, at=RECEIVED, **given
    )


def standing(line: InvoiceLine) -> tuple[Decimal, Decimal, Decimal]:
    """Waiting, paid and refused kroner of a line in the ledger."""
    found = balances(line.municipality_id, line.pk)
    return found[Account.LINE_WAITING], found[Account.LINE_PAID], found[Account.LINE_REFUSED]


def test_a_part_is_refused_and_the_rest_is_paid(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 180))
    line = only(invoice)
    assert line.state == State.REFUSED  # only 120 minutes are confirmed
    left = part(cast, line, 120)
    assert (left.state, left.part_amount, left.refused_part) == (State.PAYABLE, 500, 250)
    assert standing(left) == (500, 0, 250)
    pay(cast, invoice)
    payment = Payment.objects.get()
    assert (payment.amount, payment.vat) == (500, 125)
    assert standing(left) == (0, 500, 250)
    answer = answers.newest(invoice)
    assert answer
    assert answer.text == (
        "Faktura F-1001 er behandlet. Disse linjer betales ikke:\n\n"
        "Linje 1, 250,00 kr. af 750,00 kr. uden moms: Timerne er ikke leveret. Aflyst.\n\n"
        "Send en kreditnota på linjerne. Skriv forløbets nummer på næste faktura."
    )
    assert LedgerEntry.objects.aggregate(sum=Sum("amount"))["sum"] == 0


def test_it_is_taken_back_and_the_whole_line_is_asked_for_again(cast: Cast, case: Mentorship) -> None:
    line = part(cast, only(receive(cast, hours(case, 120))), 60)
    whole = services.take_part_back(line=line, version=line.version, by=cast.finn, at=RECEIVED)
    assert (whole.part_amount, whole.state) == (None, State.PAYABLE)
    assert standing(whole) == (500, 0, 0)


def test_the_rest_can_be_refused_too_and_taken_back(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 120))
    line = part(cast, only(invoice), 60)
    services.refuse(
        invoice=invoice,
        versions=versions_of(invoice),
        reason_code="NOT_AGREED",
        reason="",
        by=cast.finn,
        at=RECEIVED,
    )
    assert standing(line) == (0, 0, 500)
    line = only(invoice)
    services.reopen(line=line, version=line.version, by=cast.finn, at=RECEIVED)
    assert standing(line) == (250, 0, 250)


def test_the_discount_goes_down_in_step(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 120), charges=(SampleCharge(Decimal(50)),))
    line = part(cast, only(invoice), 60)
    assert standing(line) == (225, 0, 225)
    pay(cast, invoice)
    assert (Payment.objects.get().amount, Payment.objects.get().vat) == (225, Decimal("56.25"))


def test_all_nothing_and_twice_are_refused(cast: Cast, case: Mentorship) -> None:
    line = only(receive(cast, hours(case, 120)))
    for minutes in (0, 120, 121):
        with pytest.raises(Refused, match="mindre, end linjen"):
            part(cast, line, minutes)
    with pytest.raises(Refused, match="Vælg en årsag"):
        part(cast, line, 60, reason_code="")
    parted = part(cast, line, 60)
    with pytest.raises(Refused, match="allerede afvist"):
        part(cast, parted, 30)


def test_two_clerks_at_once(cast: Cast, case: Mentorship) -> None:
    line = only(receive(cast, hours(case, 120)))
    stale = InvoiceLine.objects.get(pk=line.pk)
    part(cast, line, 60)
    with pytest.raises(Conflict):
        part(cast, stale, 30)


def test_by_the_page(cast: Cast, case: Mentorship, signed_in: Any) -> None:
    invoice = receive(cast, hours(case, 120))
    line = only(invoice)
    client, key = signed_in(cast.finn), f"p{line.public_id.hex}"
    url = f"/oekonomi/linje/{line.public_id}/del/"
    sent = {f"{key}-version": line.version, f"{key}-part_code": "NOT_DELIVERED", f"{key}-part_reason": ""}
    wrong = client.post(url, {**sent, f"{key}-left": "mange"})
    assert wrong.status_code == 422
    assert "Skriv timer og minutter" in wrong.content.decode()
    assert client.post(url, {**sent, f"{key}-left": "1:30"}).status_code == 302
    page = client.get(f"/oekonomi/faktura/{invoice.public_id}/").content.decode()
    assert "125,00 kr. af linjen er afvist. Timerne er ikke leveret." in page
    line.refresh_from_db()
    back = {f"back_version_{line.public_id.hex}": line.version}
    assert client.post(f"/oekonomi/linje/{line.public_id}/hele/", back).status_code == 302


def test_an_independent_reading_of_a_parted_document(cast: Cast, case: Mentorship) -> None:
    """What is stored of the document is as it came: the part is ours, not the supplier's."""
    invoice = receive(cast, hours(case, 120))
    part(cast, only(invoice), 60)
    assert read(bytes(Invoice.objects.get().content)).lines[0].amount == 500
