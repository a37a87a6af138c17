"""Letters and agreements as PDF for the cases that the shared logins meet first."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast

import numpy as np

from brobygger.grants.letters import decision as letters
from brobygger.grants.letters.render import agreement_pdf, decision_pdf
from brobygger.grants.models import Kind
from brobygger.law.catalogue import Assessment
from brobygger.web.demo.cases import ACTIVE, GRANTED
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Column, Key, Pool, Table
from brobygger.web.demo.drawing import MINUTE
from brobygger.web.demo.papers import Papers

LETTER, AGREEMENT = 0, 1
MOST_CASES = 16
TITLES = {
    Kind.GRANT: "Afgørelse: du får mentorstøtte",
    Kind.RENEWAL: "Afgørelse: din mentorstøtte bliver forlænget",
}


def make_letters(town: Town, chain: Chain, papers: Papers, tables: Tables, *, citizen: int) -> Tables:
    """The documents of open cases of the first consultant and of ``citizen``; ``tables`` learn their keys."""
    known = {name: cast("dict[str, Column]", columns) for name, columns, _ in tables}
    agreements, decisions = known["grants_agreement"], known["grants_decision"]
    places = _places(town, chain, citizen)
    documents = [
        (place, kind, content)
        for place in places.tolist()
        for kind, content in (
            (LETTER, _letter(town, chain, papers, known, place)),
            (AGREEMENT, _agreement(town, chain, agreements, place)),
        )
    ]
    count, every = len(documents), np.arange(len(documents))
    ids = town.ids.take("mentorships_document", count)
    letter_ids, agreement_ids = (np.zeros(len(chain.grants.row), np.int64) for _ in range(2))
    for key, (place, kind, _) in zip(ids.tolist(), documents, strict=True):
        (letter_ids, agreement_ids)[kind][place] = key
    more = np.zeros(len(cast("Array", decisions["id"])) - len(letter_ids), np.int64)
    decisions["letter_id"] = Key(np.concatenate((letter_ids, more)))
    agreements["document_id"] = Key(agreement_ids)
    at = np.array([place for place, _, _ in documents], int)
    kinds = np.array([kind for _, kind, _ in documents], int)
    table: Table = {
        "id": ids,
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(count),
        "mentorship_id": chain.ids[chain.grants.row[at]],
        "kind": Pool(["LETTER", "AGREEMENT"], kinds),
        "title": Pool([_title(chain, place, kind) for place, kind, _ in documents], every),
        "content_type": "application/pdf",
        "content": Pool([content for _, _, content in documents], every),
        "sha256": Pool([sha256(content).digest() for _, _, content in documents], every),
        "created_at": chain.decided_at[at] + kinds * MINUTE,
        "created_by_id": town.staff.consultants[town.cases.consultant[chain.grants.row[at]]],
    }
    return [("mentorships_document", table, count)]


def _places(town: Town, chain: Chain, citizen: int) -> Array:
    """Places of the grants whose papers are made."""
    cases = town.cases
    own = (cases.consultant == 0) & np.isin(cases.status, (GRANTED, ACTIVE))
    chosen = np.flatnonzero(own)[-MOST_CASES:]
    chosen = np.union1d(chosen, np.flatnonzero((cases.citizen == citizen) & cases.is_given))
    return np.flatnonzero(np.isin(chain.grants.row, chosen))


def _title(chain: Chain, place: int, kind: int) -> str:
    return "Mentoraftale" if kind == AGREEMENT else TITLES[_kind(chain, place)]


def _kind(chain: Chain, place: int) -> Kind:
    return Kind.RENEWAL if chain.grants.part[place] else Kind.GRANT


def _at(chain: Chain, place: int) -> datetime:
    return cast("datetime", chain.decided_at[place].item()).replace(tzinfo=UTC)


def _agreement(town: Town, chain: Chain, agreements: dict[str, Column], place: int) -> bytes:
    contents = cast("Pool", agreements["content"])
    return agreement_pdf(json.loads(contents.values[int(contents.codes[place])]), at=_at(chain, place))


def _letter(
    town: Town, chain: Chain, papers: Papers, known: dict[str, dict[str, Column]], place: int
) -> bytes:
    findings, reasons = (
        cast("Pool", known[table][column])
        for table, column in (("grants_application", "findings"), ("grants_decision", "reasons"))
    )
    decided = papers.decided(
        chain.grants,
        place,
        kind=_kind(chain, place),
        assessment=Assessment.from_dict(json.loads(findings.values[int(findings.codes[place])])),
        reasons=reasons.values[int(reasons.codes[place])],
        at=_at(chain, place),
    )
    return decision_pdf(letters.content_of(decided), at=_at(chain, place))
