"""An electronic invoice comes in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.einvoice.sample import SampleLine, SampleParty
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.models import Invoice, InvoiceLine
from tests.cast import Cast
from tests.einvoice import samples
from tests.factories.invoices import RECEIVED, credit_note, file_of, hours, make_contact, receive
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_organisation

Acting = Callable[[User | None], AbstractContextManager[None]]
State = InvoiceLine.State


def lines(invoice: Invoice) -> list[InvoiceLine]:
    return list(invoice.lines.order_by("position"))


def test_a_covered_line_can_be_paid_and_the_rest_goes_on(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 120), hours(case, 60))
    paid, refused = lines(invoice)
    assert (invoice.state, paid.state, refused.state) == ("OPEN", State.PAYABLE, State.REFUSED)
    assert (paid.mentorship, paid.claimed_minutes, paid.covered_minutes) == (case, 120, 120)
    assert refused.reason == (
        "Linjen er på 1 time, og 0 timer er bekræftet. Resten er ikke dækket, så linjen er afvist i sin helhed."
    )
    assert refused.decided_at == RECEIVED
    assert refused.decided_by is None
    assert (invoice.tax_exclusive, invoice.tax, invoice.payable) == (
        750,
        Decimal("187.50"),
        Decimal("937.50"),
    )


def test_it_is_kept_as_it_came(cast: Cast, case: Mentorship) -> None:
    data = file_of(cast, hours(case))
    invoice = services.receive(data=data, by=cast.finn, at=RECEIVED)
    assert services.open_original(invoice=invoice, by=cast.finn) == data
    assert Event.objects.filter(action="invoice.original_opened", subject=str(invoice.public_id)).exists()


def test_the_event_says_what_came_of_it(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), hours(None))
    event = Event.objects.get(action="invoice.received")
    assert event.subject == str(invoice.public_id)
    assert event.detail["lines"] == {"WAITING": 1, "PAYABLE": 1, "PAID": 0, "REFUSED": 0}
    assert event.actor_name == "Finn Fisker"


@pytest.mark.parametrize(
    "place",
    [
        {"reference": "{code}"},
        {"text": "Mentortimer for forløb {code} i november", "reference": ""},
        {"text": "mentortimer {lower}", "reference": ""},
    ],
)
def test_the_line_names_its_mentorship(cast: Cast, case: Mentorship, place: dict[str, str]) -> None:
    stated = {key: text.format(code=case.code, lower=case.code.lower()) for key, text in place.items()}
    line = lines(receive(cast, hours(None, 60, **stated)))[0]
    assert (line.mentorship, line.state) == (case, State.PAYABLE)
    assert case.code in line.matched_by


def test_the_order_number_of_the_whole_invoice_names_it_too(cast: Cast, case: Mentorship) -> None:
    assert lines(receive(cast, hours(None), reference=f"BB-{case.code}"))[0].mentorship == case


def test_a_line_that_names_nobody_waits_for_a_person(cast: Cast, case: Mentorship) -> None:
    line = lines(receive(cast, hours(None)))[0]
    assert (line.state, line.mentorship, line.reason_code) == (State.WAITING, None, "NO_MENTORSHIP")


def test_two_numbers_in_one_reference_name_nobody(cast: Cast, case: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast))
    line = lines(receive(cast, hours(None, text=f"Timer {case.code}/{other.code}")))[0]
    assert (line.state, line.mentorship) == (State.WAITING, None)


def test_somebody_elses_mentorship_is_never_taken_without_a_person(cast: Cast, case: Mentorship) -> None:
    stranger = SampleParty("Fremmed ApS", "87654338")
    line = lines(receive(cast, hours(case), supplier=stranger))[0]
    assert (line.state, line.mentorship, line.reason_code) == (State.WAITING, None, "NOT_SUPPLIERS")
    assert case.code in line.reason


def test_the_mentors_firm_counts_as_supplier(cast: Cast, case: Mentorship) -> None:
    assert case.mentor
    case.mentor.organisation = make_organisation(cast, name="Mentorhuset", cvr="87654338")
    case.mentor.save()
    line = lines(receive(cast, hours(case), supplier=SampleParty("Mentorhuset", "87654338")))[0]
    assert line.state == State.PAYABLE


@pytest.mark.parametrize(
    ("state", "code"),
    [(Contact.State.REGISTERED, "NOT_CONFIRMED"), (Contact.State.DISPUTED, "DISPUTED")],
)
def test_hours_that_the_citizen_has_not_agreed_to_wait(cast: Cast, state: Contact.State, code: str) -> None:
    mentorship = make_active(cast)
    make_contact(cast, mentorship, 60, state=state)
    line = lines(receive(cast, hours(mentorship)))[0]
    assert (line.state, line.reason_code) == (State.WAITING, code)


@pytest.mark.parametrize("state", [Contact.State.WITHDRAWN, Contact.State.SUPERSEDED, Contact.State.REJECTED])
def test_hours_that_do_not_stand_cover_nothing(cast: Cast, state: Contact.State) -> None:
    mentorship = make_active(cast)
    make_contact(cast, mentorship, 60, state=state)
    assert lines(receive(cast, hours(mentorship)))[0].state == State.REFUSED


def test_a_price_above_the_agreed_is_refused(cast: Cast, case: Mentorship) -> None:
    line = lines(receive(cast, hours(case, 60, 251)))[0]
    assert (line.state, line.reason_code) == (State.REFUSED, "RATE_TOO_HIGH")


def test_transport_is_refused_with_its_paragraph(cast: Cast, case: Mentorship) -> None:
    line = lines(receive(cast, hours(case, 60, text="Mentorens transporttid")))[0]
    assert (line.state, line.reason_code) == (State.REFUSED, "NOT_PAYABLE_KIND")
    assert "§ 122" in line.reason


def test_hours_of_another_month_are_not_used(cast: Cast, case: Mentorship) -> None:
    december = (date(2026, 12, 1), date(2026, 12, 31))
    line = lines(receive(cast, hours(case), period=december, issued_on=date(2026, 12, 31)))[0]
    assert (line.state, line.reason_code) == (State.REFUSED, "OUTSIDE_PERIOD")


def test_granted_training_can_be_paid_once(cast: Cast, case: Mentorship) -> None:
    case.grants.update(fixed_kroner=1000)
    course = SampleLine("Mentorkursus", None, Decimal(1000), case.code)
    first, second = lines(receive(cast, course, course))
    assert (first.state, first.reason_code) == (State.PAYABLE, "TRAINING")
    assert second.state == State.REFUSED


def test_a_wrong_line_is_refused_and_the_others_go_on(cast: Cast, case: Mentorship) -> None:
    """Quantity times price is not the amount of line 1; the sums of the whole invoice follow the amounts."""
    data = file_of(cast, hours(case, 60), hours(case, 60))
    cheaper = data.replace(
        b'<cbc:PriceAmount currencyID="DKK">250.00', b'<cbc:PriceAmount currencyID="DKK">200.00', 1
    )
    invoice = services.receive(data=cheaper, by=cast.finn, at=RECEIVED)
    first, second = lines(invoice)
    assert (first.state, first.reason_code, second.state) == (State.REFUSED, "LINE_AMOUNT", State.PAYABLE)


# The whole document


def test_an_invoice_to_somebody_else_is_kept_as_rejected(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), customer=SampleParty("Fjernby", "", "5798000416604"))
    line = lines(invoice)[0]
    assert (invoice.state, line.state, line.reason_code) == ("REJECTED", State.REFUSED, "DOCUMENT")
    assert line.reason == "Fakturaen er til EAN-nummer 5798000416604, som ikke er vores."
    assert Event.objects.get(action="invoice.rejected").detail["errors"] == ["CUSTOMER_GLN_NOT_OURS"]


def test_sums_that_do_not_add_up_reject_it(cast: Cast, case: Mentorship) -> None:
    data = file_of(cast, hours(case)).replace(b">312.50<", b">412.50<")
    invoice = services.receive(data=data, by=cast.finn, at=RECEIVED)
    assert invoice.state == Invoice.State.REJECTED
    assert {each["code"] for each in invoice.remarks} >= {"TAX_INCLUSIVE"}


def test_a_credit_note_on_an_unknown_invoice_is_rejected(cast: Cast, case: Mentorship) -> None:
    invoice = services.receive(data=credit_note(cast, hours(case)), by=cast.finn, at=RECEIVED)
    assert invoice.state == Invoice.State.REJECTED
    assert "CREDITED_INVOICE_UNKNOWN" in {each["code"] for each in invoice.remarks}


@pytest.mark.parametrize("again", ["F-1001", "f-1001", " F- 1001", "00F-1001"])
def test_the_same_number_comes_once(cast: Cast, case: Mentorship, again: str) -> None:
    receive(cast, hours(case))
    with pytest.raises(Refused, match=r"allerede modtaget den 1\. dec\. 2026") as refusal:
        receive(cast, hours(case, 30), number=again)
    assert refusal.value.field == "file"
    assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 1)


def test_another_supplier_may_use_the_same_number(cast: Cast, case: Mentorship) -> None:
    receive(cast, hours(case))
    receive(cast, hours(case), supplier=SampleParty("Fremmed ApS", "87654338"))
    assert Invoice.objects.count() == 2


def test_a_rejected_one_asks_for_a_new_number(cast: Cast, case: Mentorship) -> None:
    receive(cast, hours(case), customer=SampleParty("Fjernby", "", "5798000416604"))
    with pytest.raises(Refused, match="Bed om en med et nyt nummer"):
        receive(cast, hours(case))


# What is turned away leaves nothing

HOSTILE = {
    "empty": b"",
    "not xml": b"hello",
    "pdf": b"%PDF-1.7 ...",
    "entities": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    "external": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "deep": b"<a>" * 5000 + b"</a>" * 5000,
    "huge": b"<a>" + b" " * (6 * 1024 * 1024) + b"</a>",
    "other currency within": samples.invoice_xml().replace(b'currencyID="DKK">300', b'currencyID="EUR">300'),
    "no supplier": samples.invoice_xml().replace(samples.CVR.encode(), b""),
    "endless number": samples.invoice_xml(number="9" * 81),
    "number that grows": samples.invoice_xml(number="ﷺ" * 20),
    "enormous amount": samples.invoice_xml(samples.Hours(rate="999999999999.00")),
    "enormous quantity": samples.invoice_xml(samples.Hours(quantity="99999999999", rate="0.01")),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_invoice_leaves_nothing(cast: Cast, data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        services.receive(data=data, by=cast.finn, at=RECEIVED)
    assert refusal.value.message.endswith(".")
    assert (Invoice.objects.count(), Event.objects.filter(action__startswith="invoice").count()) == (0, 0)


def test_too_many_lines_are_refused(cast: Cast, case: Mentorship, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brobygger.payments.services.receiving.MOST_LINES", 1)
    receive(cast, hours(case))
    with pytest.raises(Refused, match="flere end 1 linjer"):
        receive(cast, hours(case), hours(case), number="F-2")


def test_a_cpr_number_on_a_line_is_shown_nowhere(cast: Cast, case: Mentorship) -> None:
    line = lines(receive(cast, hours(case, text="Timer for 610190-1234, 6101901234")))[0]
    assert line.text == "Timer for 610190-••••, 610190-••••"
    assert not [event for event in Event.objects.all() if "1901234" in str(event.detail)]


@pytest.mark.parametrize("name", ["anna", "eva", "tove", "adam", "carla", "david", "signe"])
def test_others_may_not(cast: Cast, case: Mentorship, name: str, acting: Acting) -> None:
    data = file_of(cast, hours(case))
    with acting(cast.users[name]), pytest.raises(NotAllowed):
        services.receive(data=data, by=cast.users[name], at=RECEIVED)
    assert Invoice.objects.count() == 0
