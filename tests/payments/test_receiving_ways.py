"""Invoices that come by folder, by another system and from the supplier; and the answers that go back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from brobygger.accounts import tenancy
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.einvoice import rules
from brobygger.einvoice.response import ResponseParty
from brobygger.einvoice.sample import SampleCharge, SampleParty
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.intake import answers, folder
from brobygger.payments.intake import services as intake
from brobygger.payments.intake.models import ApiToken, RulePackage, SupplierAnswer
from brobygger.payments.intake.sender import clerk
from brobygger.payments.models import Invoice, InvoiceLine, Payment
from brobygger.payments.portal import services as portal
from tests.cast import Cast
from tests.factories.invoices import RECEIVED, file_of, hours, make_contact, pay, receive
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

Acting = Callable[[User | None], AbstractContextManager[None]]
SignIn = Callable[[User], Client]
State = InvoiceLine.State
STRANGER = SampleParty("Fremmed ApS", "87654338")
NOVEMBER = date(2026, 11, 1)


def back(cast: Cast) -> None:
    """A request leaves its own context in the test's transaction; from here the test acts again."""
    tenancy.set_context(tenancy.system_actor(cast.municipality.pk), lifetime=3600)


def lines(invoice: Invoice) -> list[InvoiceLine]:
    return list(invoice.lines.order_by("position"))


# A folder


@pytest.fixture
def inbox(tmp_path: Path, cast: Cast, case: Mentorship) -> Path:
    (tmp_path / "b.xml").write_bytes(file_of(cast, hours(case)))
    (tmp_path / "a.xml").write_bytes(b"%PDF-1.7")
    (tmp_path / "readme.txt").write_text("ikke en faktura")
    return tmp_path


def take_in(inbox: Path, cast: Cast) -> list[folder.Taken]:
    return list(folder.take_in(inbox, clerk(cast.finn, Invoice.Channel.FOLDER), lambda: RECEIVED))


def test_each_file_ends_in_one_of_two_folders_with_the_reason(inbox: Path, cast: Cast) -> None:
    assert [(each.name, each.is_received) for each in take_in(inbox, cast)] == [
        ("a.xml", False),
        ("b.xml", True),
    ]
    assert Invoice.objects.get().channel == "FOLDER"
    assert (inbox / "modtaget/b.xml").exists()
    assert (inbox / "afvist/a.xml").exists()
    assert "PDF" in (inbox / "afvist/a.xml.txt").read_text()
    assert (inbox / "readme.txt").exists()
    assert take_in(inbox, cast) == []


def test_killed_before_the_file_was_moved_it_is_only_moved(
    inbox: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_given: object) -> None:
        raise Killed

    (inbox / "a.xml").unlink()
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(folder, "_move", killed)
        take_in(inbox, cast)
    assert (inbox / "b.xml").exists()
    assert Invoice.objects.count() == 1
    assert [each.is_received for each in take_in(inbox, cast)] == [True]
    assert Invoice.objects.count() == 1
    assert (inbox / "modtaget/b.xml").exists()


def test_the_same_invoice_in_another_file_is_a_duplicate(inbox: Path, cast: Cast, case: Mentorship) -> None:
    (inbox / "c.xml").write_bytes(file_of(cast, hours(case), contact="En anden"))
    assert [each.is_received for each in take_in(inbox, cast)] == [False, True, False]
    assert "allerede modtaget" in (inbox / "afvist/c.xml.txt").read_text()


def test_links_are_not_followed_and_two_runs_do_not_meet(inbox: Path, cast: Cast, tmp_path: Path) -> None:
    (inbox / "link.xml").symlink_to("/etc/passwd")
    assert inbox / "link.xml" not in folder.waiting(inbox)
    with folder._alone(inbox), pytest.raises(folder.FolderBusy):
        take_in(inbox, cast)


def test_names_that_meet_again_are_kept_apart(inbox: Path, cast: Cast) -> None:
    take_in(inbox, cast)
    (inbox / "a.xml").write_bytes(b"PK\x03\x04")
    take_in(inbox, cast)
    assert "pakket" in (inbox / "afvist/a-2.xml.txt").read_text()


# Another system


@pytest.fixture
def token(cast: Cast) -> str:
    return intake.make_token(
        name="Fakturahotellet", organisation=None, ends_before=date(2028, 1, 1), by=cast.adam, at=RECEIVED
    )


def send(client: Client, data: bytes, token: str = "") -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.post("/api/v1/invoices/", data, content_type="application/xml", headers=headers)
    return answer.status_code, json.loads(answer.content)


def test_a_system_hands_in_and_reads_what_came_of_it(
    cast: Cast, case: Mentorship, token: str, client: Client
) -> None:
    data = file_of(cast, hours(case, 120), hours(case, 60))
    status, told = send(client, data, token)
    assert (status, told["state"]) == (201, "OPEN")
    assert [each["state"] for each in told["lines"]] == ["PAYABLE", "REFUSED"]  # type: ignore[attr-defined]
    assert send(client, data, token)[0] == 200
    invoice = Invoice.objects.get()
    assert (invoice.channel, invoice.received_by) == ("API", None)
    assert Event.objects.get(action="invoice.received").actor_name == "Fakturahotellet"
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"/api/v1/invoices/{invoice.public_id}/", headers=headers).status_code == 200
    answer = client.get(f"/api/v1/invoices/{invoice.public_id}/response/", headers=headers)
    assert answer.status_code == 404  # something still waits
    pay(cast, invoice)
    answer = client.get(f"/api/v1/invoices/{invoice.public_id}/response/", headers=headers)
    assert b"ApplicationResponse" in answer.content


def test_no_token_a_closed_one_and_one_out_of_date_open_nothing(
    cast: Cast, case: Mentorship, token: str, client: Client
) -> None:
    data = file_of(cast, hours(case))
    old = intake.make_token(
        name="Gammel",
        organisation=None,
        ends_before=date(2026, 11, 3),
        by=cast.adam,
        at=RECEIVED - timedelta(days=30),
    )
    ApiToken.objects.filter(name="Gammel").update(ends_before=date(2020, 1, 1))
    assert [send(client, data, each)[0] for each in ("", "bb_x", old)] == [401, 401, 401]
    back(cast)
    intake.revoke_token(token=ApiToken.objects.get(name="Fakturahotellet"), by=cast.adam, at=RECEIVED)
    assert send(client, data, token)[0] == 401
    back(cast)
    assert not Invoice.objects.exists()


def test_a_suppliers_token_speaks_for_that_supplier_only(
    cast: Cast, case: Mentorship, client: Client
) -> None:
    token = intake.make_token(
        name="Bageriet", organisation=cast.company, ends_before=date(2028, 1, 1), by=cast.adam, at=RECEIVED
    )
    status, told = send(client, file_of(cast, hours(case), supplier=STRANGER), token)
    assert (status, told["sentence"]) == (
        422,
        "Fakturaen er fra CVR-nummer 87654338. Du kan kun sende fakturaer fra 12345674.",
    )
    assert send(client, file_of(cast, hours(case)), token)[0] == 201


def test_what_cannot_be_read_is_said(cast: Cast, token: str, client: Client) -> None:
    status, told = send(client, b"<html/>", token)
    assert status == 422
    assert "hjemmeside" in str(told["sentence"])
    assert send(client, b"<" + b"x" * (5 * 1024 * 1024 + 1), token)[0] == 413


def test_the_description_names_every_route_and_only_those(cast: Cast, client: Client) -> None:
    described = json.loads(client.get("/api/v1/").content)["paths"]
    assert sorted(described) == [
        "/api/v1/invoices/",
        "/api/v1/invoices/{id}/",
        "/api/v1/invoices/{id}/response/",
    ]


def test_only_the_administrator_makes_tokens(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        intake.make_token(
            name="x", organisation=None, ends_before=date(2027, 1, 1), by=cast.finn, at=RECEIVED
        )
    with pytest.raises(Refused, match="højst to år"):
        intake.make_token(
            name="x", organisation=None, ends_before=date(2030, 1, 1), by=cast.adam, at=RECEIVED
        )


# The supplier


def test_the_supplier_hands_in_the_month_once(cast: Cast, case: Mentorship, acting: Acting) -> None:
    make_contact(cast, case, 45, day=date(2026, 11, 12), state=Contact.State.REGISTERED)
    with acting(cast.signe):
        made = portal.hand_in_month(month=NOVEMBER, by=cast.signe, at=RECEIVED)
        again = portal.hand_in_month(month=NOVEMBER, by=cast.signe, at=RECEIVED)
    assert made == again
    assert (made.minutes, made.amount, made.version) == (120, 500, 1)
    assert made.lines[0]["code"] == case.code
    assert cast.citizen.name not in json.dumps(made.lines)
    make_contact(cast, case, 30, day=date(2026, 11, 13))
    with acting(cast.signe):
        assert portal.hand_in_month(month=NOVEMBER, by=cast.signe, at=RECEIVED).version == 2


def test_a_month_that_runs_or_is_empty_is_not_handed_in(cast: Cast, case: Mentorship, acting: Acting) -> None:
    with acting(cast.signe):
        with pytest.raises(Refused, match="når den er slut"):
            portal.hand_in_month(month=date(2026, 12, 1), by=cast.signe, at=RECEIVED)
        with pytest.raises(Refused, match="ingen bekræftede"):
            portal.hand_in_month(month=date(2026, 10, 1), by=cast.signe, at=RECEIVED)
    with pytest.raises(NotAllowed):
        portal.hand_in_month(month=NOVEMBER, by=cast.finn, at=RECEIVED)


def test_the_suppliers_page_shows_sends_and_answers(cast: Cast, case: Mentorship, signed_in: SignIn) -> None:
    client = signed_in(cast.signe)
    page = client.get("/oekonomi/leverandoer/?maaned=2026-11").content.decode()
    assert f"Forløb {case.code}" in page
    assert cast.citizen.name not in page
    file = SimpleUploadedFile("f.xml", file_of(cast, hours(case)))
    answer = client.post("/oekonomi/leverandoer/", {"file": file}, follow=True)
    assert "er modtaget" in answer.content.decode()
    back(cast)
    invoice = Invoice.objects.get()
    assert (invoice.channel, invoice.received_by) == ("PORTAL", None)
    pay(cast, invoice)
    assert "er godkendt" in client.get("/oekonomi/leverandoer/").content.decode()
    assert b"BusinessAccept" in client.get(f"/oekonomi/leverandoer/svar/{invoice.public_id}/").content


def test_somebody_elses_invoice_is_neither_taken_nor_shown(
    cast: Cast, case: Mentorship, signed_in: SignIn
) -> None:
    receive(cast, hours(None), supplier=STRANGER, customer=SampleParty("Fjernby", "", "5798000416604"))
    client = signed_in(cast.signe)
    file = SimpleUploadedFile("f.xml", file_of(cast, hours(case), supplier=STRANGER, number="F-2"))
    assert client.post("/oekonomi/leverandoer/", {"file": file}).status_code == 422
    assert "Fremmed" not in client.get("/oekonomi/leverandoer/").content.decode()
    back(cast)
    foreign = Invoice.objects.get()
    assert SupplierAnswer.objects.filter(invoice=foreign).exists()
    assert client.get(f"/oekonomi/leverandoer/svar/{foreign.public_id}/").status_code == 404


def test_queries_do_not_grow_with_the_suppliers_rows(cast: Cast, case: Mentorship, signed_in: SignIn) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.signe)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get("/oekonomi/leverandoer/?maaned=2026-11")
        return len([each for each in seen if "audit_event" not in each["sql"]])

    asked()
    back(cast)
    receive(cast, hours(case), number="F-1")
    few = asked()
    back(cast)
    for number in range(2, 5):
        receive(cast, hours(case), number=f"F-{number}")
    make_contact(cast, case, 30, day=date(2026, 11, 13))
    assert asked() == few


# Answers


def test_the_answer_is_kept_when_nothing_waits_and_again_when_it_changes(
    cast: Cast, case: Mentorship
) -> None:
    invoice = receive(cast, hours(case, 120), hours(None))
    assert answers.newest(invoice) is None
    pay(cast, invoice)
    undecided = {line.public_id: line.version for line in lines(invoice) if line.state == State.WAITING}
    services.refuse(
        invoice=invoice, versions=undecided, reason_code="NOT_DELIVERED", reason="", by=cast.finn, at=RECEIVED
    )
    answer = answers.newest(invoice)
    assert answer
    assert "Linje 2, 250,00 kr. uden moms: Timerne er ikke leveret." in answer.text
    root = etree.fromstring(bytes(answer.content))
    assert root.findtext(".//{*}DocumentResponse/{*}Response/{*}ResponseCode") == "BusinessAccept"
    assert (
        root.findtext(".//{*}LineResponse/{*}Response/{*}Description")
        == "[NOT_DELIVERED] Timerne er ikke leveret."
    )


def test_a_rejected_document_is_answered_at_once(cast: Cast, case: Mentorship) -> None:
    invoice = receive(cast, hours(case), currency="EUR")
    answer = answers.newest(invoice)
    assert invoice.state == "REJECTED"
    assert answer
    assert not answer.is_accepted
    assert b"BusinessReject" in bytes(answer.content)


def test_without_a_number_of_our_own_the_sentence_is_given_and_no_file(
    cast: Cast, case: Mentorship, signed_in: SignIn
) -> None:
    assert not answers._has_address(ResponseParty("Kommune"))
    invoice = receive(cast, hours(case), currency="EUR")
    client, url = signed_in(cast.finn), f"/oekonomi/faktura/{invoice.public_id}/"
    assert client.get(f"{url}svar/").status_code == 200
    assert "ApplicationResponse" in client.get(url).content.decode()


# Families that the scheme treats in its own way


@pytest.mark.parametrize(
    ("change", "code", "state"),
    [
        ({"prepaid": Decimal(10)}, "PREPAID", "REJECTED"),
        ({"currency": "EUR"}, "CURRENCY", "REJECTED"),
        ({"rounding": Decimal("0.25")}, "ROUNDED", "OPEN"),
        ({"reverse_charge": True}, "REVERSE_CHARGE", "OPEN"),
        ({"charges": (SampleCharge(Decimal(20), "Gebyr", is_charge=True),)}, "CHARGES", "OPEN"),
    ],
)
def test_what_is_said_of_each_family(
    cast: Cast, case: Mentorship, change: dict[str, object], code: str, state: str
) -> None:
    invoice = receive(cast, hours(case), **change)
    assert code in {each["code"] for each in invoice.remarks}
    assert invoice.state == state


def test_several_mentorships_rates_of_vat_and_periods_in_one_invoice(cast: Cast, case: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast))
    make_contact(cast, other, 90, day=date(2026, 11, 17))
    early, late = (date(2026, 11, 1), date(2026, 11, 15)), (date(2026, 11, 16), date(2026, 11, 30))
    invoice = receive(
        cast,
        hours(case, 120, period=early),
        hours(other, 90, period=late, vat_percent=Decimal(0)),
        hours(case, 60, period=late),
    )
    pay(cast, invoice)
    rows = Payment.objects.order_by("line__position").values_list("mentorship", "amount", "vat")
    assert list(rows) == [(case.pk, 500, 125), (other.pk, 375, 0)]
    assert lines(invoice)[2].reason_code == "OUTSIDE_PERIOD", "The hours of the case are of the first half."


# Official rules


MINE = b"""<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
<ns prefix="i" uri="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>
<ns prefix="cbc" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"/>
<ns prefix="cac" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"/>
<pattern><rule context="i:Invoice"><assert id="OWN-1" flag="fatal" test="cbc:Note">A note is needed</assert></rule>
<rule context="cac:InvoiceLine"><assert id="OWN-2" flag="warning" test="cbc:Note">Line needs a note</assert></rule>
</pattern></schema>"""


def package(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return made.getvalue()


def upload(cast: Cast, *, binding: bool) -> RulePackage:
    return intake.upload_rules(
        standard=RulePackage.Standard.OIOUBL,
        name="Egne regler 1",
        is_binding=binding,
        data=package(own__sch=MINE),
        by=cast.adam,
        at=RECEIVED,
    )


@pytest.mark.skipif(not rules.has_engine(), reason="needs brobygger[einvoice]")
@pytest.mark.parametrize(("binding", "state"), [(True, "REJECTED"), (False, "OPEN")])
def test_an_uploaded_package_is_held_against_what_comes(
    cast: Cast, case: Mentorship, binding: bool, state: str
) -> None:
    upload(cast, binding=binding)
    invoice = receive(cast, hours(case))
    found = {each["code"]: each for each in invoice.remarks if each["code"].startswith("OWN")}
    assert set(found) == {"OWN-1", "OWN-2"}
    assert (invoice.state, found["OWN-2"]["line"]) == (state, "1")
    assert "A note is needed" in found["OWN-1"]["sentence"]


def test_without_the_engine_the_package_is_told_of_and_nothing_lost(
    cast: Cast, case: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(cast, binding=True)
    monkeypatch.setattr(rules, "has_engine", lambda: False)
    invoice = receive(cast, hours(case))
    assert invoice.state == "OPEN"
    assert "RULES_NO_ENGINE" in {each["code"] for each in invoice.remarks}


def test_a_new_package_takes_the_place_of_the_one_before(cast: Cast) -> None:
    first, second = upload(cast, binding=True), upload(cast, binding=False)
    assert list(RulePackage.objects.filter(withdrawn_at=None)) == [second]
    intake.withdraw_rules(package=second, by=cast.adam, at=RECEIVED)
    assert first.pk
    assert not RulePackage.objects.filter(withdrawn_at=None).exists()
    with pytest.raises(Refused, match="ikke en ZIP"):
        intake.upload_rules(
            standard=RulePackage.Standard.OIOUBL,
            name="x",
            is_binding=True,
            data=b"x",
            by=cast.adam,
            at=RECEIVED,
        )


def test_the_administrators_page(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.adam)
    made = client.post("/oekonomi/modtagelse/noegle/", {"name": "ERP", "ends_before": "1.1.2027"})
    assert made.status_code == 200
    assert "bb_" in made.content.decode()
    assert "bb_" not in client.get("/oekonomi/modtagelse/").content.decode()
    file = SimpleUploadedFile("r.zip", package(own__sch=MINE))
    sent = {"standard": "OIOUBL", "rules_name": "Egne 1", "is_binding": "on", "file": file}
    assert client.post("/oekonomi/modtagelse/regler/", sent).status_code == 302
    assert "Egne 1" in client.get("/oekonomi/modtagelse/").content.decode()
