"""The letter that claims money back from a supplier."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from brobygger.accounts.models import Municipality, User
from brobygger.grants.letters.render import decision_pdf
from brobygger.grants.letters.sections import Section, as_data, filled
from brobygger.grants.letters.wording import contact_of
from brobygger.law.wording import danish_date
from brobygger.payments.ledger.models import Clawback
from brobygger.ui.formats import kroner
from brobygger.values.moment import danish_day

TITLE = "Krav om tilbagebetaling"


def pdf(clawback: Clawback, *, by: User, at: datetime) -> bytes:
    """The letter as PDF; the same claim and instant give the same bytes."""
    return decision_pdf(content_of(clawback, by=by, at=at), at=at)


def content_of(clawback: Clawback, *, by: User, at: datetime) -> dict[str, Any]:
    """The letter as data. It names the case by its number and never the citizen."""
    home, line = Municipality.objects.get(pk=clawback.municipality_id), clawback.line
    invoice, due = line.invoice, danish_date(clawback.due_on) if clawback.due_on else ""
    return {
        "title": TITLE,
        "keywords": ["mentorstøtte", "tilbagebetaling"],
        "sender": {"name": home.name, "contact": contact_of(home)},
        "recipient": [invoice.supplier_name or invoice.supplier_cvr, f"CVR-nummer {invoice.supplier_cvr}"],
        "meta": [
            ["Dato", danish_date(danish_day(at))],
            ["Faktura", invoice.number],
            ["Forløb", clawback.mentorship.code],
            ["Sagsbehandler", by.name],
        ],
        "lead": f"{home.name} beder om at få {kroner(clawback.total)} tilbage senest den {due}.",
        "sections": as_data([_claim(clawback), _how(clawback, home, due)]),
        "signature": [by.name, by.title],
        "footer": f"{home.name} · Faktura {invoice.number}",
    }


def _claim(clawback: Clawback) -> Section:
    line = clawback.line
    return Section(
        "Hvad vi kræver tilbage",
        rows=filled(
            [
                ("Fakturalinje", f"{line.line_number}: {line.text}"),
                ("Uden moms", kroner(clawback.amount)),
                ("Moms", kroner(clawback.vat) if clawback.vat else None),
                ("I alt", kroner(clawback.total)),
            ]
        ),
        closing=(f"Begrundelse: {clawback.reason}",),
    )


def _how(clawback: Clawback, home: Municipality, due: str) -> Section:
    sentence = (
        f"Betal {kroner(clawback.total)} senest den {due}, og skriv fakturaens nummer {clawback.line.invoice.number}. "
        f"Ring eller skriv til os, hvis I er uenige eller vil aftale en anden måde: {contact_of(home)}."
    )
    return Section("Sådan gør I", paragraphs=(sentence,))
