"""Documents: who may take a copy, and that taking one is logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.mentorships import services
from brobygger.mentorships.models import Document
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]


def keep(cast: Cast, now: datetime, kind: Document.Kind = Document.Kind.LETTER, **fields: object) -> Document:
    return services.store_document(
        mentorship=make_active(cast, **fields),
        kind=kind,
        title="Bevilling",
        content=b"%PDF-1.7",
        by=cast.anna,
        at=now,
    )


def address(document: Document) -> str:
    return reverse("mentorships:document", args=[document.public_id])


def test_a_document_keeps_its_fingerprint(
    cast: Cast, now: datetime, actions: Callable[[], list[str]]
) -> None:
    document = keep(cast, now)
    assert bytes(document.sha256) == sha256(b"%PDF-1.7").digest()
    assert actions() == ["document.stored"]


def test_it_comes_as_a_download_and_the_look_is_logged(
    cast: Cast, now: datetime, signed_in: SignedIn, actions: Callable[[], list[str]]
) -> None:
    document = keep(cast, now)
    answer = signed_in(cast.anna).get(address(document))
    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Type"] == "application/pdf"
    assert (
        answer["Content-Disposition"].startswith("attachment;")
        and "Bevilling.pdf" in answer["Content-Disposition"]
    )
    assert {"citizen.seen", "document.downloaded"} <= set(actions())


@pytest.mark.parametrize(
    ("who", "letter", "agreement"),
    [
        ("anna", 200, 200),
        ("freja", 200, 200),
        ("eva", 200, 200),
        ("tove", 200, 200),
        ("finn", 403, 403),
        ("adam", 404, 404),
        ("david", 200, 200),
        ("carla", 404, 200),
        ("signe", 404, 200),
        ("bo", 404, 404),
    ],
)
def test_each_role_gets_what_is_meant_for_it(
    cast: Cast, now: datetime, signed_in: SignedIn, who: str, letter: int, agreement: int
) -> None:
    documents = [keep(cast, now), keep(cast, now, Document.Kind.AGREEMENT)]
    client = signed_in(getattr(cast, who))
    assert [client.get(address(each)).status_code for each in documents] == [letter, agreement]


def test_another_citizens_letter_is_not_there(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    document = keep(cast, now, citizen=make_citizen(cast, name="Sara Ahmadi"))
    assert signed_in(cast.david).get(address(document)).status_code == 404


def test_signed_out_one_is_sent_to_sign_in(cast: Cast, now: datetime, client: Client) -> None:
    assert client.get(address(keep(cast, now))).status_code == 302
