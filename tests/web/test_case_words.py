"""Each event that a service records on a case has words of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from brobygger.audit.models import Event
from brobygger.web import case_words
from tests.repository.sources import PACKAGE

ON_A_CASE = (
    "agreement",
    "application",
    "contact",
    "decision",
    "document",
    "follow_up",
    "follow_ups",
    "journal",
)
ON_A_CASE += ("citizen", "citizen_message", "invoice_line", "mentorship", "month")


def recorded() -> set[str]:
    """The actions written in the source of all services."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        if "services" in str(file):
            found |= set(re.findall(r'record\(\s*f?"([a-z_]+\.[a-z_]+)"', file.read_text()))
    return found


def event(action: str, **detail: object) -> Event:
    return Event(action=action, at=datetime(2026, 11, 23, tzinfo=UTC), detail=detail)


def test_the_search_finds_what_services_record() -> None:
    assert {"mentorship.created", "contact.registered", "follow_up.moved"} <= recorded()


@pytest.mark.parametrize("action", sorted(name for name in recorded() if name.partition(".")[0] in ON_A_CASE))
def test_an_event_of_a_case_is_told_in_a_sentence(action: str) -> None:
    sentence = case_words.sentence(event(action))
    assert sentence.endswith(".") and not sentence.startswith("Hændelse:"), action


def test_an_event_nobody_has_put_into_words_is_still_shown() -> None:
    assert case_words.sentence(event("moon.landed")) == "Hændelse: moon.landed."


@pytest.mark.parametrize("kind", ["grant", "renewal", "change", "end", "refusal"])
def test_each_kind_of_decision_has_words(kind: str) -> None:
    assert not case_words.sentence(event(f"decision.{kind}")).startswith("Hændelse:")


def test_a_status_is_told_by_its_word() -> None:
    assert (
        case_words.sentence(event("mentorship.status_changed", after="ACTIVE"))
        == "Forløbets status er nu: i gang."
    )
    assert "UKENDT" not in case_words.sentence(event("mentorship.status_changed", after=""))
