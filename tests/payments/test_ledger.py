"""The file to the finance system."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.einvoice.sample import SampleParty
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.ledger.payment_file import Posting, safe_text, to_csv
from brobygger.payments.models import LedgerFile, Payment
from tests.cast import Cast
from tests.factories.invoices import RECEIVED, credit_note, hours, pay, receive

GOLDEN = Path(__file__).parents[1] / "golden" / "ledger.csv"


def posting(**changes: object) -> Posting:
    made: dict[str, object] = {
        "approved_on": date(2026, 12, 1),
        "approved_by": "Finn Fisker",
        "supplier_cvr": "12345674",
        "supplier_name": "Nordhavn Bageri & Søn; Århus",
        "kind": "Faktura",
        "number": "F-1001",
        "issued_on": date(2026, 11, 30),
        "due_on": date(2026, 12, 30),
        "line_number": "1",
        "case_code": "7F3K",
        "text": 'Mentortimer "november"',
        "minutes": 90,
        "net": Decimal("1234567.50"),
        "vat": Decimal("308641.88"),
        **changes,
    }
    return Posting(**made)  # type: ignore[arg-type]


POSTINGS = (
    posting(),
    posting(
        kind="Kreditnota", number="K-1", minutes=0, net=Decimal(-250), vat=Decimal("-62.50"), due_on=None
    ),
    posting(
        supplier_name='=HYPERLINK("http://ond.example";"Klik")', text="@SUM(A1)\r\n-2+3", approved_by="+45"
    ),
)


def test_the_file_is_the_one_agreed_with_finance() -> None:
    assert to_csv(7, POSTINGS) == GOLDEN.read_bytes()


def test_another_amount_makes_another_file() -> None:
    assert to_csv(7, [posting(net=Decimal("1234567.51")), *POSTINGS[1:]]) != GOLDEN.read_bytes()


def test_a_spreadsheet_reads_the_figures_and_runs_nothing() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(7, POSTINGS).decode("utf-8-sig")), delimiter=";"))
    assert [row["Beløb i alt"] for row in rows] == ["1543209,38", "-312,50", "1543209,38"]
    assert rows[0]["Leverandør"] == "Nordhavn Bageri & Søn; Århus"
    assert rows[2]["Leverandør"].startswith("'=")
    assert rows[2]["Tekst"] == "'@SUM(A1) -2+3"
    assert len(rows) == len(POSTINGS)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "  =1", "\n=1"])
def test_a_formula_is_made_text(text: str) -> None:
    assert safe_text(text).startswith("'")


def test_each_payment_is_exported_once_and_the_numbers_follow(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 60)))
    first = services.make_ledger_file(by=cast.finn, at=RECEIVED)
    with pytest.raises(Refused, match="ingen nye betalinger"):
        services.make_ledger_file(by=cast.finn, at=RECEIVED)
    pay(cast, receive(cast, hours(case, 60), number="F-2"))
    second = services.make_ledger_file(by=cast.frida, at=RECEIVED + timedelta(days=1))
    assert [first.number, second.number] == [1, 2]
    assert (b"F-1001" in bytes(first.content), b"F-1001" in bytes(second.content)) == (True, False)
    assert set(Payment.objects.values_list("exported_in__number", flat=True)) == {1, 2}
    assert Event.objects.filter(action="ledger.made").count() == 2
    assert bytes(LedgerFile.objects.get(number=1).content) == bytes(first.content)


def test_credits_are_negative_and_the_total_says_so(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case, 120)))
    pay(cast, services.receive(data=credit_note(cast, hours(case, 60)), by=cast.finn, at=RECEIVED))
    made = services.make_ledger_file(by=cast.finn, at=RECEIVED)
    assert made.total == Decimal("312.50")
    assert b"-312,50" in bytes(made.content)


def test_a_suppliers_name_cannot_be_a_formula(cast: Cast, case: Mentorship) -> None:
    pay(cast, receive(cast, hours(case), supplier=SampleParty("=cmd|' /C calc'!A0", "12345674")))
    made = services.make_ledger_file(by=cast.finn, at=RECEIVED)
    assert b";'=cmd" in bytes(made.content)


@pytest.mark.parametrize("name", ["anna", "eva", "tove"])
def test_others_may_not(cast: Cast, case: Mentorship, name: str) -> None:
    pay(cast, receive(cast, hours(case)))
    with pytest.raises(NotAllowed):
        services.make_ledger_file(by=cast.users[name], at=RECEIVED)
    assert LedgerFile.objects.count() == 0
