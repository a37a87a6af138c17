"""Letters and agreements: every item that law and practice ask for, in a file for archives and screen readers."""

from __future__ import annotations

import io
import os
import re
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from brobygger.accounts.models import Municipality
from brobygger.grants.letters import acts, render, wording
from brobygger.grants.letters import decision as letter
from brobygger.grants.letters.render import decision_pdf
from brobygger.grants.letters.sections import as_text
from brobygger.grants.models import Agreement, Decision, Kind
from brobygger.grants.services import decide
from brobygger.law.codes import Act
from brobygger.law.deadlines import complaint_last_day
from brobygger.mentorships.models import Document
from tests.cast import Cast
from tests.grants import cases
from tests.grants.pdf_text import words_of
from tests.grants.test_renew_change_end import change, end, renew, under_way

GOLDEN = Path(__file__).parent.parent / "golden" / "letters"


def kept(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """The content of each letter that is drawn."""
    seen: list[dict[str, object]] = []

    def draw(content: dict[str, object], **rest: object) -> bytes:
        seen.append(content)
        return decision_pdf(content, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(decide, "decision_pdf", draw)
    return seen


def expect_golden(name: str, content: dict[str, object], code: str) -> None:
    """Compares with the kept text; ``GOLDEN=write`` writes it anew for a person to read."""
    text = as_text(content).replace(code, "XXXX")
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad-]+", "", text)


def test_the_texts_of_all_letters(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    mentorship = under_way(cast)
    change(cast, mentorship)
    renew(cast, mentorship)
    end(cast, mentorship)
    code = mentorship.code
    for name, content in zip(("grant", "change", "renewal", "end"), contents, strict=True):
        expect_golden(name, content, code)
    expect_golden("agreement", Agreement.objects.order_by("id")[0].content, code)


def test_the_text_of_a_refusal(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    application = cases.pending(cast)
    decide.refuse(
        application=application,
        version=1,
        reasons="Bageriet kan selv give den introduktion, der er brug for.",
        hearing="Du har skrevet, at du er uenig.",
        by=cast.eva,
        at=cases.AT,
        on=cases.ON,
    )
    expect_golden("refusal", contents[0], application.mentorship.code)


def test_the_letter_is_for_archives_and_for_screen_readers(cast: Cast) -> None:
    application = cases.granted(cast)
    for document in Document.objects.all():
        with pikepdf.open(io.BytesIO(bytes(document.content))) as pdf:
            described = pdf.open_metadata()
            assert described["pdfaid:part"] == "2"
            assert described["pdfaid:conformance"] == "A"
            assert described["pdfuaid:part"] == "1"
            assert described["dc:title"] == document.title
            assert str(pdf.Root.Lang) == "da"
            assert bool(pdf.Root.MarkInfo.Marked)
            assert pdf.Root.ViewerPreferences.DisplayDocTitle
            assert "/StructTreeRoot" in pdf.Root
    assert Document.objects.filter(mentorship=application.mentorship).count() == 2


def test_a_file_that_declares_nothing_would_be_caught(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault for the test above."""
    monkeypatch.setattr(render, "STANDARDS", [])
    cases.granted(cast)
    with pikepdf.open(io.BytesIO(bytes(Document.objects.get(kind="LETTER").content))) as pdf:
        assert "pdfuaid:part" not in pdf.open_metadata()


def test_what_stands_in_the_data_stands_in_the_pdf(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    cases.granted(cast)
    drawn = squeezed(words_of(bytes(Document.objects.get(kind="LETTER").content)))
    for section in contents[0]["sections"]:  # type: ignore[attr-defined]
        for part in (section["heading"], *section["paragraphs"], *section["closing"]):
            assert squeezed(part) in drawn
    assert squeezed("Brøndsted Kommune skal have din klage senest 21. december 2026 kl. 23.59.") in drawn


def test_the_letter_names_every_item_of_a_decision(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    application = cases.granted(cast)
    text = as_text(contents[0])
    for item in (
        "Brøndsted Kommune",
        "23. november 2026",
        application.mentorship.code,
        f"Journalnummer: {application.mentorship.code}-1",
        "David Dalsgaard",
        "1. december 2026 til og med 8. februar 2027",
        "5 timer om ugen i 10 uger",
        "Virksomhedspraktik",
        "lovbekendtgørelse nr. 280 af 1. marts 2024",
        "LAB § 167, stk. 1",
        "David er stoppet i to praktikker uden støtte.",
        "Partshøring",
        "Ankestyrelsens Beskæftigelsesudvalg",
        "21. december 2026",
        "Sagsbehandler: Anna Andersen",
        "Digital Post den 23. november 2026 kl. 10.00",
    ):
        assert item in text, item


def test_a_protected_address_is_not_in_the_letter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    cast.citizen.address, cast.citizen.has_protected_address = "Skjult Vej 1, 9999 Byen", True
    cast.citizen.save()
    cases.granted(cast)
    assert "Skjult" not in as_text(contents[0])


def test_the_same_content_and_instant_give_the_same_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    cases.granted(cast)
    assert decision_pdf(contents[0], at=cases.AT) == decision_pdf(contents[0], at=cases.AT)


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (date(2007, 5, 1), "nr. 685 af 29. juni 2005"),
        (date(2015, 5, 1), "ikke bekræftet"),
        (date(2019, 12, 31), "ikke bekræftet"),
        (date(2020, 1, 1), "lov nr. 548 af 7. maj 2019"),
        (date(2024, 2, 29), "nr. 701 af 22. maj 2022"),
        (date(2024, 3, 1), "nr. 280 af 1. marts 2024"),
        (date(2026, 2, 1), "lov nr. 1750 af 29. december 2025"),
        (date(2027, 1, 1), "ikke bekræftet"),
    ],
)
def test_the_act_is_named_in_the_version_of_the_date(on: date, says: str) -> None:
    assert says in acts.version_on(Act.LAB, on)


def test_the_authority_has_its_name_of_the_date() -> None:
    municipality = Municipality(name="Brøndsted Kommune", code="9901")
    assert wording.authority_in(municipality, date(2026, 1, 31)) == "Jobcenteret i Brøndsted Kommune"
    assert wording.authority_in(municipality, date(2026, 2, 1)) == "Brøndsted Kommune"


def test_on_paper_the_deadline_runs_from_receipt(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = kept(monkeypatch)
    cast.citizen.is_exempt_from_digital_post = True
    cast.citizen.save()
    cases.granted(cast)
    assert "udløber tidligst 21. december 2026" in as_text(contents[0])
    assert "Digital Post den" not in as_text(contents[0])


def test_the_last_day_of_complaint_is_kept_with_the_decision(cast: Cast) -> None:
    cases.granted(cast)
    decision = Decision.objects.get()
    assert decision.complaint_last_day == complaint_last_day(decision.notified_on)
    assert (decision.complaint_last_day - decision.notified_on).days == 28


def test_every_kind_of_decision_has_a_title() -> None:
    assert set(letter._TITLES) == set(Kind)
