"""Rule packages: opened within limits, refused when they reach out, and run with the right answer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from brobygger.einvoice import Refused, read, rules
from brobygger.einvoice.document import Kind
from tests.einvoice.samples import Hours, invoice_xml

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMES = (
    f'<ns prefix="i" uri="{UBL}Invoice-2"/><ns prefix="cbc" uri="{UBL}CommonBasicComponents-2"/>'
    f'<ns prefix="cac" uri="{UBL}CommonAggregateComponents-2"/>'
)
SCHEMA = f"""<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">{NAMES}
<let name="most" value="2"/><include href="parts/lines.sch"/>
<pattern abstract="true" id="few"><rule context="$what">
  <assert id="OWN-1" flag="fatal" test="count($parts) le $most">More than <value-of select="$most"/> in <name/></assert>
</rule></pattern>
<pattern is-a="few"><param name="what" value="i:Invoice"/><param name="parts" value="cac:InvoiceLine"/></pattern>
</schema>""".encode()
LINES = b"""<pattern xmlns="http://purl.oclc.org/dsdl/schematron">
<rule abstract="true" id="noted"><assert test="cbc:Note" flag="warning">[OWN-2]-A note is missing</assert></rule>
<rule context="cac:InvoiceLine[cbc:InvoicedQuantity &gt; 9]">
  <report id="OWN-3" test="true()">Too many hours</report></rule>
<rule context="cac:InvoiceLine"><extends rule="noted"/></rule></pattern>"""
FILES = {"own.sch": SCHEMA, "parts/lines.sch": LINES}
XSLT = f"""<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:i="{UBL}Invoice-2"
 xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><xsl:template match="/"><svrl:schematron-output>%s
</svrl:schematron-output></xsl:template></xsl:stylesheet>"""

needs_engine = pytest.mark.skipif(not rules.has_engine(), reason="needs brobygger[einvoice]")


@pytest.fixture(autouse=True)
def _no_engine_left() -> Iterator[None]:
    yield
    rules.stop_engine()


def package(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def judged(data: bytes, files: dict[str, bytes] = FILES) -> list[tuple[str, str, str]]:
    found = rules.judge(rules.open_package(package(files)), read(data), data)
    return [(each.code, each.severity.value, each.line) for each in found]


@needs_engine
def test_schematron_with_includes_and_abstract_parts_is_run() -> None:
    three = invoice_xml(Hours(), Hours(quantity="10"), Hours())
    assert judged(three) == [
        ("OWN-3", "ERROR", "2"),
        ("OWN-1", "ERROR", ""),
        ("OWN-2", "WARNING", "1"),
        ("OWN-2", "WARNING", "3"),
    ]
    told = rules.judge(rules.open_package(package(FILES)), read(three), three)
    assert "Regel OWN-1: More than 2 in Invoice." in {each.sentence_da for each in told}


@needs_engine
def test_what_keeps_the_rules_passes_and_one_line_more_does_not() -> None:
    """The control: the very same rules and one line more."""
    two = invoice_xml(Hours(), Hours())
    assert {code for code, _severity, _line in judged(two)} == {"OWN-2"}
    assert "OWN-1" in {code for code, _severity, _line in judged(invoice_xml(Hours(), Hours(), Hours()))}


@needs_engine
def test_another_character_set_is_judged_alike() -> None:
    data = invoice_xml(Hours(text="Rådgivning")).decode().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert judged(data) == [("OWN-2", "WARNING", "1")]


@needs_engine
def test_ready_xslt_is_run_and_taken_before_its_schema() -> None:
    ready = (
        XSLT % '<svrl:failed-assert id="READY" location="/x"><svrl:text>No</svrl:text></svrl:failed-assert>'
    )
    files = {**FILES, "own.xslt": ready.encode()}
    assert judged(invoice_xml(), files) == [("READY", "ERROR", "")]


@needs_engine
def test_rules_that_never_end_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SECONDS", 1.0)
    loop = (
        '<xsl:iterate select="1 to 2000000000"><xsl:param name="n" select="0"/>'
        '<xsl:on-completion><xsl:value-of select="$n"/></xsl:on-completion>'
        '<xsl:next-iteration><xsl:with-param name="n" select="($n + .) mod 7"/></xsl:next-iteration></xsl:iterate>'
    )
    with pytest.raises(Refused) as refused:
        judged(invoice_xml(), {"own.xslt": (XSLT % loop).encode()})
    assert refused.value.code == "RULES_FAILED"


def test_a_package_for_something_else_says_nothing_of_invoices() -> None:
    opened = rules.open_package(package(FILES))
    assert [each.name for each in opened.for_kind(Kind.INVOICE)] == ["own.sch.xslt"]
    assert opened.for_kind(Kind.CREDIT_NOTE) == []
    other = {"order.sch": SCHEMA.replace(b"Invoice-2", b"Order-2"), "parts/lines.sch": LINES}
    assert code_of(package(other)) == "RULES_EMPTY"


def code_of(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        rules.open_package(data)
    return refused.value.code


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<xsl:value-of select="unparsed-text(&quot;/etc/passwd&quot;)"/>', "RULES_REACH_OUT"),
        ('<xsl:value-of select="doc(&quot;http://x&quot;)"/>', "RULES_REACH_OUT"),
        ('<xsl:value-of select="document(&quot;../../secret&quot;)"/>', "RULES_REACH_OUT"),
        ('<xsl:value-of select="environment-variable(&quot;HOME&quot;)"/>', "RULES_REACH_OUT"),
        ('<xsl:result-document href="/tmp/x"/>', "RULES_REACH_OUT"),
        ('<xsl:evaluate xpath="1"/>', "RULES_REACH_OUT"),
        ('<x xmlns:j="java:java.lang.Runtime"/>', "RULES_REACH_OUT"),
        ("<unclosed>", "RULES_BROKEN"),
    ],
)
def test_rules_that_reach_out_are_refused(inside: str, code: str) -> None:
    assert code_of(package({"own.xslt": (XSLT % inside).encode()})) == code


def test_harmless_rules_with_like_names_are_taken() -> None:
    plain = XSLT % '<xsl:value-of select="document-uri(/)"/>'
    assert rules.open_package(package({"own.xslt": plain.encode()})).stylesheets


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"own.sch": SCHEMA}, "RULES_REACH_OUT"),
        ({"../own.sch": SCHEMA, "parts/lines.sch": LINES}, "RULES_BROKEN"),
        ({"readme.txt": b"x"}, "RULES_EMPTY"),
        ({"own.sch": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, "RULES_REACH_OUT"),
        ({"big.xslt": b" " * (rules.MAX_UNPACKED + 1)}, "RULES_TOO_LARGE"),
    ],
)
def test_packages_that_cannot_be_used(files: dict[str, bytes], code: str) -> None:
    assert code_of(package(files)) == code


def test_what_is_no_zip() -> None:
    assert code_of(b"PK\x03\x04 not really") == "RULES_NOT_ZIP"
    assert code_of(b"x" * (rules.MAX_PACKED + 1)) == "RULES_TOO_LARGE"
