"""Where the facts are found in each standard, and what people are told about a file."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from brobygger.einvoice import Kind, Refused, Standard, read, read_file
from brobygger.einvoice.checks import check
from brobygger.einvoice.report import USAGE, check_files, examine_files, main, unpack_test_set
from tests.einvoice.samples import CVR, FILES, GLN, Hours, invoice_xml

OIOUBL = FILES / "oioubl-2.1/schematron-1.17.2-eksempler"
SCENARIOS = FILES / "oioubl-2.0-scenarier"
PEPPOL = FILES / "peppol-bis-billing-3/2026.5-eksempler"
SETS = FILES / "peppol-bis-billing-3/unit-UBL-DK"


def test_an_oioubl_invoice() -> None:
    made = read_file(OIOUBL / "OIOUBL_Invoice_v2p2.xml")
    assert (made.kind, made.standard, made.number) == (Kind.INVOICE, Standard.OIOUBL_2_1, "A00095678")
    assert (made.issued_on, made.due_on, made.currency) == (date(2005, 11, 20), date(2005, 11, 25), "DKK")
    assert (made.supplier.name, made.supplier.cvr, made.supplier.endpoint_scheme) == (
        "Tavleverandøren", "16356706", "DK:CVR",
    )  # fmt: skip
    assert (made.customer.name, made.customer.gln) == ("Den Lille Skole", "5798009811578")
    assert (made.order_reference, made.contact_reference, made.accounting_reference) == (
        "5002701",
        "7778",
        "5250124502",
    )
    assert made.payment_account == "1234 1234567890"
    assert (made.totals.oioubl_tax, made.totals.tax_exclusive, made.totals.tax) == (
        Decimal("1262.50"), None, Decimal("1262.50"),
    )  # fmt: skip
    second = made.lines[1]
    assert (second.text, second.quantity, second.unit, second.unit_price) == (
        "Beslag",
        Decimal(2),
        "EA",
        Decimal(25),
    )
    assert (second.vat_percent, second.vat_category, second.order_line_ref) == (Decimal(25), "S", "2")


def test_a_peppol_invoice_with_discounts() -> None:
    made = read_file(PEPPOL / "Allowance-example.xml")
    assert made.standard is Standard.PEPPOL_BIS_3
    assert (made.allowance_total, made.charge_total, made.totals.prepaid) == (200, 200, 1000)
    assert made.totals.tax == Decimal(1225), "the tax in the currency of the books is not added"
    assert [line.vat_category for line in made.lines] == ["S", "E", "S"]
    assert made.lines[1].unit_price == Decimal(100), "200 for a base quantity of 2"
    assert [each.signed for each in made.lines[0].allowances_charges] == [Decimal(1), Decimal(-101)]
    assert made.lines[1].stated_period is not None
    assert made.lines[1].stated_period.last == date(2017, 12, 5)


def test_a_credit_note_names_its_invoice() -> None:
    made = read_file(OIOUBL / "OIOUBL_CreditNote_v2p2.xml")
    assert (made.kind, made.billing_reference) == (Kind.CREDIT_NOTE, "A00095678")


def test_every_way_to_be_paid_is_kept() -> None:
    accounts = read_file(SCENARIOS / "InvoiceStor_v2p2.xml").payment_account.split("; ")
    assert {"+71 +12345678", "1234567", "1234 12345678", "NemKonto"} <= set(accounts)


def test_a_persons_endpoint_is_masked() -> None:
    made = read_file(SCENARIOS / "COMORG_03_03_00_Invoice_v2p2.xml")
    parties = (made.supplier, made.customer)
    content = invoice_xml().replace(f'schemeID="0088">{GLN}'.encode(), b'schemeID="DK:CPR">1807670000')
    masked = read(content).customer
    assert (masked.endpoint, masked.gln) == ("180767-••••", "")
    assert all("1807670000" not in str(party) for party in (*parties, masked))


def test_the_hash_is_of_the_bytes_as_received() -> None:
    assert read(invoice_xml()).raw_sha256 == hashlib.sha256(invoice_xml()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_common_character_sets_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = invoice_xml(Hours(text="Mentortimer på skole")).decode().replace("UTF-8", declared)
    assert read(text.encode(encoding)).lines[0].text == "Mentortimer på skole"


def test_prefixes_may_be_anything_but_names_must_be_right() -> None:
    other = invoice_xml().replace(b"cbc:", b"q:").replace(b"xmlns:cbc", b"xmlns:q")
    assert read(other.replace(b":cbc=", b":q=")).number == "F-1001"
    with pytest.raises(Refused) as refused:
        read(invoice_xml().replace(b"CommonBasicComponents-2", b"CommonBasicComponents-3"))
    assert refused.value.code == "UNKNOWN_FORMAT"


@pytest.mark.parametrize(("old", "new", "sentence"), [
    (b"<cbc:ID>F-1001</cbc:ID>", b"", "Fakturaen mangler nummer."),
    (b"<cbc:IssueDate>2026-11-30", b"<cbc:IssueDate>2026-02-30", "En dato i fakturaen kan ikke læses: fakturadato."),
    (b"3000.00</cbc:PayableAmount>", b"3.000,00</cbc:PayableAmount>",
     "Et tal i fakturaen kan ikke læses: beløb til betaling (PayableAmount)."),
    (b'<cbc:PayableAmount currencyID="DKK"', b'<cbc:PayableAmount currencyID="EUR"',
     "Fakturaen blander valutaer: beløb til betaling (PayableAmount)."),
    (b"<cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode>", b"", "Fakturaen mangler valuta."),
])  # fmt: skip
def test_what_is_missing_or_unreadable_is_named(old: bytes, new: bytes, sentence: str) -> None:
    content = invoice_xml()
    assert old in content
    with pytest.raises(Refused) as refused:
        read(content.replace(old, new))
    assert refused.value.sentence_da == sentence


def test_a_proforma_invoice_is_refused() -> None:
    with pytest.raises(Refused, match="proforma"):
        read(invoice_xml(inside="<cbc:InvoiceTypeCode>325</cbc:InvoiceTypeCode>"))


def test_oioubl_3_is_refused_with_what_is_received_instead() -> None:
    for path in (FILES / "oioubl-3.0.1-udgaaet").iterdir():
        with pytest.raises(Refused) as refused:
            read_file(path)
        assert "opgivet" in refused.value.sentence_da
        assert "OIOUBL 2.1 og Peppol BIS Billing 3" in refused.value.sentence_da


def test_the_sample_passes_every_check() -> None:
    made = read(invoice_xml(Hours("1.33"), Hours("7.5", "287.35"), Hours("90", "5.00", unit="MIN")))
    assert (made.supplier.cvr, made.customer.gln) == (CVR, GLN)
    assert check(made, our_gln={GLN}) == ()


# The report


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_report_of_a_right_invoice(tmp_path: Path) -> None:
    path = written(tmp_path, "faktura.xml", invoice_xml(Hours("8"), Hours("1.5")))
    texts, exit_code = check_files([path])
    assert exit_code == 0
    assert texts == [
        f"{path}\n"
        "  Faktura F-1001 af 30.11.2026, forfalder 30.12.2026 (Peppol BIS Billing 3)\n"
        "  Fra: Mentorhuset, CVR 56781234\n"
        "  Til: uden navn, EAN 5798000416604\n"
        "  Periode: 01.11.2026 til og med 30.11.2026\n"
        "  Beløb: 3.562,50 kr. for 2 linjer, heraf moms 712,50 kr.\n"
        "  Timer: 9,5 timer på 2 af linjerne.\n"
        "  Resultat: Tallene passer. Timerne skal stadig holdes op mod det bekræftede."
    ]


def test_every_example_gets_a_report_in_one_run() -> None:
    paths = sorted(FILES.rglob("*.xml"))
    texts, exit_code = check_files(paths)
    assert exit_code == 1
    assert [text.partition("\n")[0] for text in texts] == list(map(str, paths))
    assert all("Resultat: " in text or "Afvist: " in text for text in texts)


def test_a_set_of_tests_is_unpacked_and_each_snippet_named() -> None:
    content = (SETS / "DK_Validation_DKR016.xml").read_bytes()
    assert len(unpack_test_set(content)) == 4
    (text,), exit_code = check_files([SETS / "DK_Validation_DKR016.xml"])
    assert exit_code == 1
    assert text.count("Prøve ") == 4


def test_a_whole_invoice_inside_a_set_is_read(tmp_path: Path) -> None:
    whole = invoice_xml().decode().partition("?>")[2]
    wrapped = f'<testSet xmlns="http://difi.no/xsd/vefa/validator/1.0"><test>{whole}</test></testSet>'
    (text,), _ = check_files([written(tmp_path, "set.xml", wrapped.encode())])
    assert "Prøve 1: Faktura F-1001 kan læses." in text


def test_the_same_invoice_twice_in_one_run_is_a_duplicate(tmp_path: Path) -> None:
    paths = [written(tmp_path, name, invoice_xml(number=name)) for name in ("f-1", "F-1")]
    first, second = examine_files(paths)
    assert first.is_ok
    assert [remark.code for remark in second.remarks] == ["DUPLICATE"]


def test_a_file_name_cannot_play_with_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path, "a\x1b[2Jb", b"")
    (text,), _ = check_files([path])
    assert "\x1b" not in text


def test_the_command_writes_reports_and_gives_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = written(tmp_path, "right.xml", invoice_xml())
    assert main([str(right)]) == 0
    assert capsys.readouterr().out.endswith("det bekræftede.\n")
    assert main([str(right), str(tmp_path / "gone.xml")]) == 1
    assert "Afvist: Filen findes ikke eller kan ikke læses." in capsys.readouterr().out
    assert main([]) == 2
    assert capsys.readouterr().err == USAGE
