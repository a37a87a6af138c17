"""The auditor's file of a case (revisionsmappe): a PDF to read, the attachments, and a copy for programs.

Danish: an authority's file is not translated.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import translation

from brobygger.accounts.models import User
from brobygger.controls.samples import case_data
from brobygger.grants.letters import wording
from brobygger.grants.letters.render import compile_pdf
from brobygger.mentorships.models import Goal, Mentorship
from brobygger.ui.formats import danish_clock, danish_date, kroner
from brobygger.values.duration import format_minutes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_OUTCOMES = {"SATISFIED": "I orden", "NOT_SATISFIED": "Fejler", "CANNOT_TELL": "Kan ikke afgøres"}
_SUMS = "SHA256SUMS"


def make_pdf(mentorship: Mentorship, *, user: User, at: datetime, on: date) -> bytes:
    """The file to read. The same case, reader and instant give the same bytes."""
    with translation.override("da"):
        data = case_data.data_of(mentorship, user=user, at=at, on=on)
        return _compile(content_of(data, mentorship), at)


def make_archive(mentorship: Mentorship, *, user: User, at: datetime, on: date) -> bytes:
    """A ZIP with the PDF, every document, ``case.json``, and the SHA-256 of each in the form ``sha256sum -c`` reads."""
    with translation.override("da"):
        data = case_data.data_of(mentorship, user=user, at=at, on=on)
        files = {
            f"{stem(mentorship)}.pdf": _compile(content_of(data, mentorship), at),
            "case.json": json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        }
    for place, document in enumerate(case_data.documents_with_content(mentorship), 1):
        files[case_data.file_name(place, document)] = bytes(document.content)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    return _zip({**files, _SUMS: sums.encode()}, at)


def stem(mentorship: Mentorship) -> str:
    """What the files are called."""
    return f"revision-{mentorship.code}"


def _zip(files: dict[str, bytes], at: datetime) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return written.getvalue()


def _compile(content: dict[str, Any], at: datetime) -> bytes:
    return compile_pdf(HERE / "audit_file.typ", content, root=ROOT, at=at)


# What the PDF says


def content_of(data: dict[str, Any], mentorship: Mentorship) -> dict[str, Any]:
    """The file as data: what the template draws."""
    case = data["case"]
    made = datetime.fromisoformat(data["made_at"])
    sections = [
        _section("Sagen", _facts(_about(data))),
        _section("Mål og opgaver", _goals(data), empty="Der er ingen mål."),
        _section("Afgørelser", *map(_decision, data["decisions"]), empty="Der er ingen afgørelse."),
        _section("Bevilling", _grants(data), empty="Der er ingen bevilling."),
        _section("Aftale", *map(_agreement, data["agreements"]), empty="Der er ingen aftale."),
        _section("Kontakter og borgerens svar", _contacts(data), empty="Der er ingen kontakter."),
        _section("Fakturaer", _invoices(data), empty="Der er ingen fakturaer."),
        _section("Betalinger", _payments(data), empty="Der er ikke betalt noget."),
        _section("Opfølgning", _follow_ups(data), empty="Der er ikke planlagt opfølgning."),
        _section("Afslutning", *_conclusion(data), empty="Forløbet er ikke gjort op."),
        _section("Revisionens spørgsmål", _controls(data), empty="Ingen spørgsmål kan svares for."),
        _section(
            "Tegn på fejl og snyd",
            _signs(data),
            empty="Der er ingen tegn.",
            lead="Et tegn er en grund til at spørge. Det siger ikke, at nogen har gjort noget forkert.",
        ),
        _section("Stikprøver", *map(_sample, data["samples"]), empty="Forløbet er ikke udtaget."),
        _section("Journal", _journal(data), empty="Journalen er tom."),
        _section("Hændelser", _events(data), empty="Der er ingen hændelser."),
        _section("Bilag", _documents(data), empty="Der er ingen dokumenter."),
    ]
    municipality = mentorship.municipality
    return {
        "title": f"Revisionsmappe: forløb {case['code']}",
        "keywords": ["revision", "mentorstøtte"],
        "sender": {"name": municipality.name, "contact": wording.contact_of(municipality)},
        "lead": f"Dannet {wording.day_and_time(made)} af {data['made_by']}. CPR-nummeret er skjult.",
        "sections": sections,
        "footer": f"{municipality.name} · Sag {case['code']}",
    }


_Block = dict[str, Any]


def _section(heading: str, *blocks: _Block, empty: str = "", lead: str = "") -> dict[str, Any]:
    filled = [each for each in blocks if each["facts"] or each["rows"]]
    paragraphs = [text for text in (lead if filled else "", "" if filled else empty) if text]
    return {"heading": heading, "paragraphs": paragraphs, "blocks": filled}


def _facts(rows: Iterable[tuple[str, Any]], title: str = "") -> _Block:
    kept = [[label, str(value)] for label, value in rows if value not in (None, "")]
    return {"title": title, "facts": kept, "head": [], "widths": [], "rows": []}


def _table(head: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[Any]]) -> _Block:
    return {
        "title": "",
        "facts": [],
        "head": list(head),
        "widths": list(widths),
        "rows": [["" if cell is None else str(cell) for cell in row] for row in rows],
    }


def _day(text: str | None) -> str:
    """The Danish day of an ISO date or instant; nothing of nothing."""
    if not text:
        return ""
    return danish_date(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))


def _moment(text: str | None) -> str:
    return f"{_day(text)} {danish_clock(datetime.fromisoformat(text))}" if text else ""


def _kroner(text: str) -> str:
    return kroner(Decimal(text))


def _about(data: dict[str, Any]) -> list[tuple[str, Any]]:
    case, people = data["case"], data["people"]
    mentor, place = people["mentor"], people["place"]
    return [
        ("Forløb", case["code"]),
        ("Status", case["status_label"]),
        ("Borger", f"{people['citizen']['name']} ({people['citizen']['cpr']})"),
        ("Mentor", mentor and f"{mentor['name']}, {mentor['kind_label'].lower()}"),
        ("Mentorens kvalifikationer", mentor and mentor["qualifications"]),
        ("Sted", place and place["name"]),
        ("Jobkonsulent", people["consultant"]),
        ("Hold", people["team"]),
        *((label, value) for label, value in data["facts"]),
        ("Formål", case["purpose"]),
    ]


def _goals(data: dict[str, Any]) -> _Block:
    words = {value: str(label) for value, label in Goal.Attainment.choices}
    rows = [("Mål", goal["text"], words.get(goal["attainment"], "Ikke gjort op")) for goal in data["goals"]]
    return _table(
        ("Art", "Tekst", "Opfyldt"), (1, 5, 2), [*rows, *(("Opgave", task, "") for task in data["tasks"])]
    )


def _decision(decision: dict[str, Any]) -> _Block:
    used = decision["rules_used"]
    findings = used.get("findings", []) if isinstance(used, dict) else []
    block = _facts(
        [
            ("Afgjort", f"{_day(decision['decided_on'])} af {decision['decided_by']}"),
            ("Meddelt", _day(decision["notified_on"])),
            ("Sidste dag for klage", _day(decision["complaint_last_day"])),
            ("Begrundelse", decision["reasons"]),
            ("Partshøring", decision["hearing"] or "Der er ikke foretaget partshøring."),
        ],
        title=decision["kind_label"],
    )
    rules = _table(
        ("Regel", "Svar", "Hvad der er konstateret"),
        (1, 2, 6),
        (
            (
                each["rule_id"],
                _OUTCOMES.get(each["outcome"], each["outcome"]),
                each["sentence"] if each.get("confirmed", True) else f"{each['sentence']} (Ikke bekræftet.)",
            )
            for each in findings
        ),
    )
    return {**block, **{key: rules[key] for key in ("head", "widths", "rows")}}


def _grants(data: dict[str, Any]) -> _Block:
    return _table(
        ("Periode", "Timer", "Brugt", "Sats", "Beløb", "Betalt", "Konto"),
        (4, 2, 2, 2, 3, 3, 3),
        (
            (
                f"{_day(each['starts_on'])} – {_day(each['last_day'])}",
                format_minutes(each["minutes"]),
                format_minutes(each["used_minutes"]),
                _kroner(each["hourly_rate"]),
                _kroner(each["kroner"]),
                _kroner(each["paid_kroner"]),
                " · ".join(filter(None, [each["account"], "" if each["is_current"] else "afløst"])),
            )
            for each in data["grants"]
        ),
    )


def _agreement(agreement: dict[str, Any]) -> _Block:
    rows = [
        ("Sendt", _moment(agreement["sent_at"])),
        ("Alle har sagt ja", _moment(agreement["completed_at"]) or "Nej"),
        ("Afløst", _moment(agreement["replaced_at"])),
    ]
    for party in agreement["parties"]:
        said = "Har ikke svaret"
        if party["accepted_at"]:
            said = f"Ja, {_moment(party['accepted_at'])} ({party['strength_label'].lower()})"
        elif party["declined_at"]:
            said = f"Nej, {_moment(party['declined_at'])}: {party['declined_reason']}"
        rows.append((party["party_label"], f"{party['name']}. {said}"))
    return _facts(rows)


def _contacts(data: dict[str, Any]) -> _Block:
    return _table(
        ("Tid", "Hvordan", "Timer", "Betalt", "Status", "Registreret", "Svar"),
        (4, 2, 2, 2, 3, 3, 4),
        (
            (
                f"{_moment(each['starts_at'])}–{danish_clock(datetime.fromisoformat(each['ends_at']))}",
                each["kind_label"],
                format_minutes(each["minutes"]),
                format_minutes(each["paid_minutes"]),
                each["state_label"],
                _moment(each["registered_at"]),
                "; ".join(
                    f"{said['answer_label']} {_moment(said['at'])} ({said['strength_label'].lower()})"
                    + (f": {said['reason']}" if said["reason"] else "")
                    for said in each["answers"]
                ),
            )
            for each in data["contacts"]
        ),
    )


def _invoices(data: dict[str, Any]) -> _Block:
    return _table(
        ("Faktura", "Leverandør", "Dato", "Tekst", "Timer", "Beløb", "Status"),
        (2, 3, 3, 4, 2, 3, 4),
        (
            (
                each["invoice"],
                each["supplier"],
                _day(each["issued_on"]),
                each["text"],
                "" if each["claimed_minutes"] is None else format_minutes(each["claimed_minutes"]),
                _kroner(each["amount"]),
                f"{each['state_label']}. {each['reason']}" if each["reason"] else each["state_label"],
            )
            for each in data["invoice_lines"]
        ),
    )


def _payments(data: dict[str, Any]) -> _Block:
    return _table(
        ("Faktura", "Beløb", "Moms", "Godkendt", "Af", "Bogføringsfil"),
        (2, 2, 2, 3, 3, 2),
        (
            (
                each["invoice"],
                _kroner(each["amount"]),
                _kroner(each["vat"]),
                _moment(each["approved_at"]),
                each["approved_by"],
                each["ledger_file"],
            )
            for each in data["payments"]
        ),
    )


def _follow_ups(data: dict[str, Any]) -> _Block:
    given = {True: "Ja", False: "Nej", None: ""}
    return _table(
        ("Art", "Senest", "Holdt", "Af", "Støtten givet", "Notat"),
        (3, 2, 2, 2, 2, 5),
        (
            (
                each["kind_label"],
                _day(each["due_on"]),
                _day(each["done_on"]),
                each["done_by"],
                given[each["service_delivered"]],
                " ".join(text for text in (each["note"], each["moved_reason"]) if text),
            )
            for each in data["follow_ups"]
        ),
    )


def _conclusion(data: dict[str, Any]) -> list[_Block]:
    end = data["conclusion"]
    if not end:
        return []
    return [
        _facts(
            [
                ("Sluttede", _day(end["ended_on"])),
                ("Hvorfor", end["reason_label"]),
                ("Hvad der følger", end["what_follows_label"]),
                ("Notat", end["note"]),
                ("Skrevet", f"{_moment(end['recorded_at'])} {end['recorded_by']}"),
            ]
        )
    ]


def _controls(data: dict[str, Any]) -> _Block:
    return _table(
        ("Nr.", "Spørgsmål", "Svar", "Hvad der er set", "Kilde"),
        (1, 4, 2, 6, 3),
        (
            (
                each["question"],
                each["title"],
                _OUTCOMES.get(each["outcome"], each["outcome"]),
                " ".join(text for text in (each["sentence"], each["remedy"]) if text),
                each["source"] if each["is_confirmed"] else f"{each['source']} (ikke bekræftet)",
            )
            for each in data["controls"]
        ),
    )


def _signs(data: dict[str, Any]) -> _Block:
    return _table(
        ("Tegn", "Hvad der er set", "Forklaring"),
        (2, 5, 3),
        (
            (each["title"], each["sentence"], each["explanation"] or "Ikke forklaret")
            for each in data["signs"]
        ),
    )


def _sample(each: dict[str, Any]) -> _Block:
    said = {True: "Støtten er givet, som den er registreret.", False: "Støtten er ikke bekræftet.", None: ""}
    return _facts(
        [
            ("Trukket", _day(each["drawn_on"])),
            ("Status", each["state_label"]),
            (
                each["party_label"],
                " ".join(text for text in (said[each["was_delivered"]], each["answer"]) if text),
            ),
            ("Fund", each["finding"]),
            ("Kommunens svar", each["reply"]),
            ("Kræves tilbage", _kroner(each["clawback_kroner"]) if each["clawback"] else ""),
            ("Afsluttet", each["closed_at"] and f"{_moment(each['closed_at'])} af {each['closed_by']}"),
        ],
        title=each["sample"],
    )


def _journal(data: dict[str, Any]) -> _Block:
    return _table(
        ("Dato", "Emne", "Tekst", "Skrevet af"),
        (2, 3, 8, 3),
        ((_day(each["dated_on"]), each["subject"], each["text"], each["by"]) for each in data["journal"]),
    )


def _events(data: dict[str, Any]) -> _Block:
    return _table(
        ("Tid", "Hændelse", "Hvem"),
        (3, 4, 4),
        ((_moment(each["at"]), each["action"], each["by"]) for each in data["events"]),
    )


def _documents(data: dict[str, Any]) -> _Block:
    return _table(
        ("Fil", "Dato", "SHA-256"),
        (5, 2, 6),
        ((each["file"], _day(each["created_at"]), f"{each['sha256'][:32]}…") for each in data["documents"]),
    )
