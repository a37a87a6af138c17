"""The pages of invoices, months and the ledger, as people meet them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import presenters, selectors, services
from brobygger.payments.models import Invoice, InvoiceLine, LedgerFile, Payment
from tests.cast import Cast
from tests.factories.invoices import RECEIVED, file_of, hours, make_contact, pay, receive
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen
from tests.payments.test_receive import HOSTILE

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
State = InvoiceLine.State
TODAY = date(2026, 12, 1)


def upload(client: Client, *files: bytes, key: str = "") -> Any:
    given = [SimpleUploadedFile(f"faktura-{place}.xml", data) for place, data in enumerate(files)]
    return client.post(
        reverse("payments:receive"), {"file": given, "idempotency_key": key or str(uuid.uuid4())}
    )


def address(invoice: Invoice, name: str = "invoice") -> str:
    return reverse(f"payments:{name}", args=[invoice.public_id])


def choices(invoice: Invoice, choice: str, **more: str) -> dict[str, str]:
    """What the form of the invoice sends when every undecided line has this choice."""
    sent = {"act": choice, "idempotency_key": str(uuid.uuid4()), **more}
    for line in invoice.lines.filter(state__in=[State.PAYABLE, State.WAITING]):
        sent |= {f"choice_{line.public_id.hex}": choice, f"version_{line.public_id.hex}": str(line.version)}
    return sent


# Receiving


def test_one_file_leads_to_its_invoice(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    answer = upload(signed_in(cast.finn), file_of(cast, hours(case)))
    with acting(cast.finn):
        assert answer.url == address(Invoice.objects.get())


def test_several_files_are_each_received_or_refused(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    good, other = file_of(cast, hours(case)), file_of(cast, hours(case), number="F-2")
    answer = upload(signed_in(cast.finn), good, b"%PDF-1.7", other)
    assert answer.status_code == 422
    assert "faktura-1.xml: Filen er en PDF" in answer.content.decode()
    with acting(cast.finn):
        assert Invoice.objects.count() == 2


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_told_of_and_leaves_nothing(
    cast: Cast, signed_in: SignedIn, acting: Acting, data: bytes
) -> None:
    answer = upload(signed_in(cast.finn), data)
    assert answer.status_code == 422
    assert "form-error-message" in answer.content.decode()
    with acting(cast.finn):
        assert not Invoice.objects.exists()
        assert not Event.objects.filter(action__startswith="invoice").exists()


def test_no_file_at_all_is_told_of(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.finn).post(reverse("payments:receive"), {})
    assert (answer.status_code, "Vælg mindst én fil." in answer.content.decode()) == (422, True)


def test_the_same_form_sent_twice_reads_the_file_once(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client, key, data = signed_in(cast.finn), str(uuid.uuid4()), file_of(cast, hours(case))
    assert [upload(client, data, key=key).status_code for _time in range(2)] == [302, 302]
    with acting(cast.finn):
        assert Invoice.objects.count() == 1


# Line by line


def test_the_invoice_shows_line_and_hours_side_by_side(
    cast: Cast, case: Mentorship, signed_in: SignedIn
) -> None:
    invoice = receive(cast, hours(case, 90), hours(case, 30, 251), hours(None))
    page = signed_in(cast.finn).get(address(invoice)).content.decode()
    for text in (
        "tirs. 3. nov.",
        "10.00–11.00",
        "30 min. af 1 t.",
        "Timer og pris stemmer.",
        "Betal 1 linje",
    ):
        assert text in page, text
    assert "så timeprisen er for høj" in page
    assert "Vælg forløb" in page


def test_the_difference_is_told_in_hours_and_kroner(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case, 180))
    row = presenters.invoice_page(cast.finn, invoice).rows[0]
    assert (row.difference_minutes, row.difference, row.tone) == (60, 250, "differs")
    assert row.comparison == "1 t. og 250,00 kr. for meget"


def test_hours_confirmed_since_are_told_of(cast: Cast) -> None:
    mentorship = make_active(cast)
    make_contact(cast, mentorship, 60, state=Contact.State.REGISTERED)
    invoice = receive(cast, hours(mentorship))
    Contact.objects.update(state=Contact.State.CONFIRMED)
    assert "Afstem igen" in presenters.invoice_page(cast.finn, invoice).rows[0].news


def test_paying_from_the_page(cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting) -> None:
    invoice = receive(cast, hours(case, 60), hours(case, 60))
    sent = choices(invoice, "pay")
    client = signed_in(cast.finn)
    answer = client.post(address(invoice, "decide"), sent, follow=True)
    assert "2 linjer er godkendt til betaling, i alt 625,00 kr." in answer.content.decode()
    assert client.post(address(invoice, "decide"), sent).status_code == 302, (
        "The same form again is answered alike."
    )
    with acting(cast.finn):
        assert Payment.objects.count() == 2


def test_somebody_was_first(cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting) -> None:
    invoice = receive(cast, hours(case, 60), hours(case, 60))
    sent = choices(invoice, "pay")
    line = invoice.lines.get(position=0)
    services.pay(invoice=invoice, versions={line.public_id: 1}, by=cast.frida, at=RECEIVED)
    answer = signed_in(cast.finn).post(address(invoice, "decide"), sent)
    assert (answer.status_code, "En anden var først" in answer.content.decode()) == (422, True)
    with acting(cast.finn):
        assert Payment.objects.count() == 1


def test_refusing_without_a_reason_keeps_what_was_typed(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    invoice = receive(cast, hours(case))
    answer = signed_in(cast.finn).post(
        address(invoice, "decide"), choices(invoice, "refuse", reason="Borgeren var på ferie.")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Vælg en årsag til afvisningen." in page
    assert "Borgeren var på ferie." in page
    with acting(cast.finn):
        assert InvoiceLine.objects.get().state == State.PAYABLE


def test_refusing_from_the_page_gives_a_text_for_the_supplier(
    cast: Cast, case: Mentorship, signed_in: SignedIn
) -> None:
    invoice = receive(cast, hours(case))
    sent = choices(invoice, "refuse", reason_code="OTHER", reason="Timerne hører til december.")
    page = signed_in(cast.finn).post(address(invoice, "decide"), sent, follow=True).content.decode()
    assert "1 linje er afvist." in page
    assert "Linje 1, 250,00 kr. uden moms: Timerne hører til december." in page


@pytest.mark.parametrize("htmx", [True, False])
def test_choosing_the_mentorship_in_place(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting, htmx: bool
) -> None:
    line = receive(cast, hours(None)).lines.get()
    prefix = f"l{line.public_id.hex}"
    answer = signed_in(cast.finn).post(
        reverse("payments:assign", args=[line.public_id]),
        {f"{prefix}-mentorship": str(case.public_id), f"{prefix}-version": "1"},
        headers={"HX-Request": "true"} if htmx else {},
    )
    assert answer.status_code == (200 if htmx else 302)
    if htmx:
        assert "pay-agrees" in answer.content.decode()
        assert "<html" not in answer.content.decode()
    with acting(cast.finn):
        assert InvoiceLine.objects.get().state == State.PAYABLE


def test_choosing_nothing_is_told_of(cast: Cast, case: Mentorship, signed_in: SignedIn) -> None:
    line = receive(cast, hours(None)).lines.get()
    answer = signed_in(cast.finn).post(reverse("payments:assign", args=[line.public_id]), {})
    assert (answer.status_code, "Vælg det forløb" in answer.content.decode()) == (422, True)


def test_taking_a_refusal_back(cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting) -> None:
    line = receive(cast, hours(case, 180)).lines.get()
    sent = {f"reopen_version_{line.public_id.hex}": str(line.version)}
    client = signed_in(cast.finn)
    assert client.post(reverse("payments:reopen", args=[line.public_id]), sent).status_code == 302
    late = client.post(
        reverse("payments:reopen", args=[line.public_id]), sent, headers={"HX-Request": "true"}
    )
    assert late.headers["HX-Refresh"] == "true"
    with acting(cast.finn):
        assert InvoiceLine.objects.get().state == State.WAITING


def test_matching_again_from_the_page(cast: Cast, case: Mentorship, signed_in: SignedIn) -> None:
    invoice = receive(cast, hours(case))
    answer = signed_in(cast.finn).post(address(invoice, "rematch"), follow=True)
    assert "Afstemt igen. 0 linjer er ændret." in answer.content.decode()


def test_the_original_is_a_download(cast: Cast, case: Mentorship, signed_in: SignedIn) -> None:
    data = file_of(cast, hours(case), number='F-1"\r\nX: y/../1')
    invoice = services.receive(data=data, by=cast.finn, at=RECEIVED)
    answer = signed_in(cast.finn).get(address(invoice, "original"))
    assert answer.content == data
    assert answer.headers["Content-Disposition"] == 'attachment; filename="12345674-F-1-X-y-..-1.xml"'


def test_each_look_at_the_citizens_is_logged(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    signed_in(cast.finn).get(address(receive(cast, hours(case))))
    with acting(cast.finn):
        event = Event.objects.get(action="citizens.listed")
        assert event.detail["citizens"] == [str(case.citizen.public_id)]


# Months and ledger


def test_the_month_makes_itself(cast: Cast, case: Mentorship, signed_in: SignedIn) -> None:
    make_contact(cast, case, 30, hour=13, state=Contact.State.DISPUTED)
    make_contact(cast, case, 45, hour=15, state=Contact.State.REGISTERED)
    make_contact(cast, case, 60, day=date(2026, 12, 3))
    pay(cast, receive(cast, hours(case, 60)))
    (row,) = selectors.month(cast.finn, date(2026, 11, 1))
    assert (row.confirmed, row.waiting, row.disputed, row.paid, row.unpaid) == (120, 45, 30, 60, 60)
    assert (row.accrued, row.paid_kroner, row.unpaid_kroner) == (500, 250, 250)
    page = signed_in(cast.finn).get(reverse("payments:months"), {"maaned": "2026-11"}).content.decode()
    assert "Timer i november 2026" in page
    assert case.code in page


def test_a_month_can_be_narrowed(cast: Cast, case: Mentorship) -> None:
    assert len(selectors.month(cast.finn, date(2026, 11, 1), wanted="unpaid")) == 1
    assert selectors.month(cast.finn, date(2026, 11, 1), wanted="disputed") == []
    pay(cast, receive(cast, hours(case, 120)))
    assert selectors.month(cast.finn, date(2026, 11, 1), wanted="unpaid") == []


def test_the_months_of_a_case_are_the_same_figures(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    ((first, row),) = selectors.months_of(cast.finn, case)
    (same,) = selectors.month(cast.finn, date(2026, 11, 1))
    assert (first, row) == (date(2026, 11, 1), same)


def test_a_ledger_file_is_made_and_fetched(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    pay(cast, receive(cast, hours(case)))
    client, sent = signed_in(cast.finn), {"idempotency_key": str(uuid.uuid4())}
    for _time in range(2):
        assert client.post(reverse("payments:ledger"), sent).status_code == 302
    with acting(cast.finn):
        made = LedgerFile.objects.get()
    answer = client.get(reverse("payments:ledger_file", args=[made.public_id]))
    assert answer.content == bytes(made.content)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bogfoering-00001-' + (
        f'{made.made_at:%Y%m%d}.csv"'
    )


def test_the_money_of_a_case(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    section = presenters.case_section(case, cast.anna, TODAY)
    assert (section["money"].committed, section["money"].accrued, section["money"].paid) == (16_250, 500, 250)
    assert presenters.case_section(case, cast.adam, TODAY) == {"visible": False}


# What needs somebody


def test_open_invoices_are_on_the_work_list(cast: Cast, case: Mentorship) -> None:
    receive(cast, hours(case), hours(None))
    overdue = receive(cast, hours(case), number="F-2", due_on=date(2026, 11, 30))
    rows = selectors.needs_attention(cast.finn, TODAY)
    assert [(row.heading, row.urgency) for row in rows] == [
        ("Faktura er forfalden", 0),
        ("1 linje kan betales, 1 venter", 5),
    ]
    assert rows[0].url == address(overdue)
    assert selectors.needs_attention(cast.anna, TODAY) == []


def test_payments_that_are_not_booked_are_on_the_work_list(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case)))
    (row,) = selectors.needs_attention(cast.finn, TODAY)
    assert (row.heading, row.acts[0].method) == ("1 betaling er ikke sendt til bogføring", "post")


# Who may not


PAGES = ["payments:invoices", "payments:months", "payments:ledger"]


@pytest.mark.parametrize("name", PAGES)
def test_signed_out_people_are_asked_to_sign_in(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["adam", "carla", "david", "signe"])
def test_those_who_see_no_money_see_no_page(cast: Cast, signed_in: SignedIn, name: str, who: str) -> None:
    assert signed_in(cast.users[who]).get(reverse(name)).status_code == 403


def test_another_municipality_finds_nothing(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    invoice = receive(cast, hours(case))
    line = invoice.lines.get()
    pay(cast, invoice)
    file = services.make_ledger_file(by=cast.finn, at=RECEIVED)
    with acting(cast.bo):
        cast.bo.roles = ["FINANCE"]
        cast.bo.save()
    client = signed_in(cast.bo)
    gets = [
        address(invoice),
        address(invoice, "original"),
        reverse("payments:ledger_file", args=[file.public_id]),
    ]
    posts = [
        address(invoice, "decide"),
        address(invoice, "rematch"),
        reverse("payments:assign", args=[line.public_id]),
        reverse("payments:reopen", args=[line.public_id]),
    ]
    assert {client.get(url).status_code for url in gets} == {404}
    assert {client.post(url).status_code for url in posts} == {404}
    for name in PAGES:
        page = client.get(reverse(name), {"vis": "all", "maaned": "2026-11"}).content.decode()
        assert "F-1001" not in page
        assert case.code not in page


def test_a_consultant_reads_and_decides_nothing(cast: Cast, case: Mentorship, signed_in: SignedIn) -> None:
    invoice = receive(cast, hours(case))
    client = signed_in(cast.anna)
    page = client.get(address(invoice)).content.decode()
    assert "Timer og pris stemmer." in page
    assert "Betal" not in page
    assert client.post(address(invoice, "decide"), {"act": "pay"}).status_code == 403


# As quick for many as for one


def queries(client: Client, url: str, **query: str) -> int:
    client.get(url, query)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url, query).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("payments:invoices", {"vis": "all"}),
        ("payments:months", {"maaned": "2026-11"}),
        ("payments:ledger", {}),
    ],
)
def test_a_list_asks_the_same_number_of_questions_for_many(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting, name: str, query: dict[str, str]
) -> None:
    pay(cast, receive(cast, hours(case, 30)))
    client = signed_in(cast.finn)
    few = queries(client, reverse(name), **query)
    with acting(cast.finn):
        for place in range(4):
            other = make_active(cast, citizen=make_citizen(cast))
            make_contact(cast, other, 60, day=date(2026, 11, 16 + place))
            pay(cast, receive(cast, hours(other), hours(None), number=f"G-{place}"))
    assert queries(client, reverse(name), **query) == few


def test_an_invoice_asks_the_same_number_of_questions_for_many_lines(
    cast: Cast, case: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.finn)
    with acting(cast.finn):
        one = receive(cast, hours(case, 30), hours(None))
        many = receive(cast, *(hours(case, 10) for _line in range(6)), hours(None), hours(None), number="F-2")
    assert queries(client, address(one)) == queries(client, address(many))
