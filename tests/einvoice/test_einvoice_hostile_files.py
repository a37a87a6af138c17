"""Files made to harm the reader are refused with a sentence, each within one second and 200 MB."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.einvoice import Document, Refused, read, read_file, safe_xml
from brobygger.einvoice.refusal import SENTENCES
from tests.einvoice import hostile
from tests.einvoice.samples import FILES, invoice_xml

MEGABYTE = 1024 * 1024
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("content", "code"), hostile.small().values(), ids=hostile.small())
def test_hostile_file_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.code == code
    assert re.fullmatch(r"[A-ZÆØÅ].*\.", refused.value.sentence_da)


def test_there_are_many_kinds() -> None:
    assert len(hostile.small()) >= 50


def test_each_takes_at_most_a_second_and_all_at_most_200_megabytes(tmp_path: Path) -> None:
    """In a process of its own, so that its peak of memory is the reader's alone."""
    expected = hostile.write_all(tmp_path)
    measured = subprocess.run(
        [sys.executable, "-m", "tests.einvoice.hostile", *(str(tmp_path / name) for name in expected)],
        cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    result = json.loads(measured.stdout)
    assert {each["name"] for each in result["files"]} == set(expected)
    assert [each for each in result["files"] if each["seconds"] > 1] == []
    assert result["peak"] < 200 * MEGABYTE
    wrong = [each for each in result["files"] if expected[each["name"]] not in ("", each["code"])]
    assert wrong == []


@pytest.mark.parametrize("name", ["external dtd", "utf-16 doctype little", "entity bomb"])
def test_without_the_guard_the_parser_would_have_met_a_document_type(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted fault: the guard before the parser is switched off; then it is no longer the guard that refuses."""
    monkeypatch.setattr(safe_xml, "_DTD", re.compile("(?!)"))
    met: list[str] = []
    monkeypatch.setattr(safe_xml, "_tree", lambda text: met.append(text))
    safe_xml.parse(hostile.small()[name][0])
    assert "<!DOCTYPE" in met[0]


def test_a_document_type_is_refused_a_second_time_after_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "_DTD", re.compile("(?!)"))
    with pytest.raises(Refused) as refused:
        read(hostile.small()["external dtd"][0])
    assert refused.value.code == "DTD"


def test_a_style_sheet_instruction_is_ignored_and_nothing_is_fetched() -> None:
    """Real invoices carry them; the network is blocked in tests, so a fetch would fail."""
    made = read(invoice_xml(before='<?xml-stylesheet type="text/xsl" href="http://evil.example/x.xsl"?>'))
    assert made.number == "F-1001"


def test_a_schema_location_is_ignored() -> None:
    hint = (
        b'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="u http://evil.example/x.xsd"'
    )
    assert read(invoice_xml().replace(b"<Invoice ", b"<Invoice " + hint + b" ")).number == "F-1001"


def test_a_comment_inside_a_value_does_not_cut_it() -> None:
    assert read(invoice_xml().replace(b"F-1001", b"F-10<!-- x -->01")).number == "F-1001"


def test_direction_signs_are_taken_out_of_texts() -> None:
    text = "Mentor\u202etimer\u200b\x85A/S"
    assert read(invoice_xml().replace(b"Mentorhuset", text.encode())).supplier.name == "Mentortimer A/S"


@pytest.mark.parametrize("special", ["folder", "missing", "pipe"])
def test_only_ordinary_files_are_read(special: str, tmp_path: Path) -> None:
    import os

    path = tmp_path / special
    if special == "folder":
        path.mkdir()
    if special == "pipe":
        os.mkfifo(path)
    with pytest.raises(Refused) as refused:
        read_file(path)
    assert refused.value.code == "NOT_A_FILE"


def test_the_size_limit_can_be_set() -> None:
    content = invoice_xml()
    assert read(content, max_bytes=len(content)).number == "F-1001"
    with pytest.raises(Refused) as refused:
        read(content, max_bytes=len(content) - 1)
    assert refused.value.code == "TOO_LARGE"


def test_every_refusal_is_a_whole_danish_sentence() -> None:
    for code, sentence in SENTENCES.items():
        text = sentence.format(limit=5, field="valuta", name="regler.xsl")
        assert re.fullmatch(r"[A-ZÆØÅ].*\.", text), code


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_the_bytes_nothing_but_a_refusal_comes_out(content: bytes) -> None:
    with pytest.raises(Refused):
        read(content)


ORIGINALS = [(FILES / name).read_bytes() for name in (
    "oioubl-2.1/schematron-1.17.2-eksempler/OIOUBL_Invoice_v2p2.xml",
    "peppol-bis-billing-3/2026.5-eksempler/base-creditnote-correction.xml",
)]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(ORIGINALS),
    st.lists(
        st.tuples(st.integers(0, 20_000), st.integers(0, 60), st.binary(max_size=12)), min_size=1, max_size=4
    ),
)
def test_a_damaged_invoice_is_read_or_refused(original: bytes, damages: list[tuple[int, int, bytes]]) -> None:
    for place, length, replacement in damages:
        original = (
            original[: place % len(original)] + replacement + original[place % len(original) + length :]
        )
    try:
        assert isinstance(read(original), Document)
    except Refused as refused:
        assert refused.code in SENTENCES
