"""The auditor's file of a case: all of it, no CPR number, sealed and recorded."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.controls.samples import audit_file, case_data
from brobygger.followups.models import FollowUp
from brobygger.hours.models import Confirmation
from brobygger.mentorships.models import Document, JournalEntry, Mentorship
from tests.cast import Cast
from tests.controls.test_samples import drawn
from tests.factories.invoices import hours, make_contact, pay, receive

SignedIn = Callable[[User], Client]
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
CPR = "010190-1234"


@pytest.fixture
def full(cast: Cast, mentorship: Mentorship) -> Mentorship:
    """A case with something in every part, and a CPR number where it should not be."""
    here = cast.municipality
    contact = make_contact(cast, mentorship, note=f"Ringede om {CPR}.")
    Confirmation.objects.create(
        municipality=here, contact=contact, answer="YES", strength="SIGNED_IN", at=AT, by=cast.david
    )
    pay(cast, receive(cast, hours(mentorship)))
    FollowUp.objects.create(
        municipality=here, mentorship=mentorship, kind="MONTHLY", due_on=ON, planned_for=ON, done_at=AT, done_on=ON,
        done_by=cast.anna, form="CALL", note="Går godt.", service_delivered=True,
    )  # fmt: skip
    JournalEntry.objects.create(
        municipality=here, mentorship=mentorship, dated_on=ON, subject="Opkald", recorded_at=AT,
        text=f"Borgeren (0101901234, {CPR}) ringede fra 12345678.", recorded_by=cast.anna,
    )  # fmt: skip
    content = b"%PDF-1.7 brev"
    for title in ("Afgørelse", f"Kopi ../{CPR}"):
        Document.objects.create(
            municipality=here, mentorship=mentorship, kind="OTHER", title=title, content=content,
            sha256=hashlib.sha256(content).digest(), created_at=AT, created_by=cast.anna,
        )  # fmt: skip
    drawn(cast)
    return Mentorship.objects.select_related("municipality").get(pk=mentorship.pk)


def test_the_data_hold_every_part_and_no_cpr_number(cast: Cast, full: Mentorship) -> None:
    data = case_data.data_of(full, user=cast.tove, at=AT, on=ON)
    parts = ("goals", "tasks", "decisions", "grants", "agreements", "contacts", "invoice_lines", "payments")
    others = ("follow_ups", "controls", "samples", "journal", "documents", "events", "status_history")
    assert [part for part in (*parts, *others) if not data[part]] == []
    assert data["contacts"][0]["answers"][0]["answer"] == "YES"
    assert data["invoice_lines"][0]["covers"][0]["contact"] == data["contacts"][0]["id"]
    text = json.dumps(data, ensure_ascii=False)
    assert "0101901234" not in text and CPR not in text and case_data.MASKED in text
    assert "12345678" in text  # a telephone number is left alone


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("nr. 010190-1234.", False),
        ("nr. 010190 1234", False),
        ("nr. 0101901234", False),
        ("nr. 610190-1234", False),  # a replacement number
        ("nr. 991399-1234", True),  # no day
        ("tlf. 12345678", True),
        ("EAN 5790000000012", True),
    ],
)
def test_what_reads_as_a_cpr_number_is_masked(text: str, kept: bool) -> None:
    assert (case_data.without_cpr(text) == text) is kept


def test_the_archive_holds_all_and_its_sums_are_right(cast: Cast, full: Mentorship) -> None:
    made = audit_file.make_archive(full, user=cast.tove, at=AT, on=ON)
    assert made == audit_file.make_archive(full, user=cast.tove, at=AT, on=ON)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    data = json.loads(files["case.json"])
    assert data["format"] == "brobygger-case-1" and data["case"]["code"] == full.code
    assert {each["file"] for each in data["documents"]} <= set(files)
    assert all(".." not in name and CPR not in name for name in files)
    for line in files.pop("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(files.pop(name)).hexdigest() == digest
    assert files == {}


def test_the_pdf_says_all_parts_in_words(cast: Cast, full: Mentorship) -> None:
    data = case_data.data_of(full, user=cast.tove, at=AT, on=ON)
    content = audit_file.content_of(data, full)
    headings = {section["heading"]: section for section in content["sections"]}
    for filled in (
        "Kontakter og borgerens svar",
        "Betalinger",
        "Opfølgning",
        "Journal",
        "Bilag",
        "Stikprøver",
    ):
        assert headings[filled]["blocks"] and not headings[filled]["paragraphs"], filled
    assert headings["Afslutning"]["paragraphs"] == ["Forløbet er ikke gjort op."]
    answer = headings["Kontakter og borgerens svar"]["blocks"][0]["rows"][0][-1]
    assert answer.startswith("Vi mødtes") and "logget ind" in answer
    assert audit_file.make_pdf(full, user=cast.tove, at=AT, on=ON).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "content_type"), [("case_pdf", "application/pdf"), ("case_zip", "application/zip")]
)
def test_taking_the_file_is_recorded(
    cast: Cast, full: Mentorship, signed_in: SignedIn, name: str, content_type: str
) -> None:
    answer = signed_in(cast.tove).get(reverse(f"controls:{name}", args=[full.public_id]))
    assert answer["Content-Type"] == content_type
    assert f"revision-{full.code}." in answer["Content-Disposition"]
    event = Event.objects.get(action="audit.file_made")
    assert (event.subject, event.actor_id) == (str(full.public_id), cast.tove.pk)
    assert event.detail["sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert Event.objects.filter(action="citizen.seen", purpose="Revisionsmappe").exists()
