"""What is sent is in the language of whoever receives it, whoever it was that caused it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from brobygger.citizens.models import LanguageChoice
from brobygger.followups import services as followups
from brobygger.grants.services import agree
from brobygger.meetings import services
from brobygger.mentorships import services as mentorships
from brobygger.mentorships.models import CitizenMessage, JournalEntry, Mentorship
from brobygger.notices.models import OutgoingMessage
from brobygger.people import reading
from brobygger.people.models import Citizen
from tests.cast import Cast
from tests.factories.meetings import NOW, plan_one

TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def reads_english(cast: Cast) -> None:
    """English is offered until the municipality says otherwise."""
    Citizen.objects.filter(pk=cast.citizen.pk).update(language="en")
    cast.citizen.refresh_from_db()


def _sent_to(address: str) -> OutgoingMessage:
    return OutgoingMessage.objects.filter(address=address).latest("id")


@pytest.mark.usefixtures("reads_english")
@pytest.mark.parametrize("language", ["da", "en", "ar"])
def test_a_meeting_is_told_of_in_each_ones_language(
    cast: Cast, mentorship: Mentorship, language: str
) -> None:
    mentorship.refresh_from_db()
    with translation.override(language):
        plan_one(cast, mentorship)
    to_citizen, to_mentor = _sent_to("david@example.org"), _sent_to("carla@example.org")
    assert "Tuesday 24 November at 10.00–11.00" in to_citizen.body
    assert (to_mentor.subject, "tirsdag 24. november kl. 10.00–11.00" in to_mentor.body) == (
        "Nyt møde i mentorforløb",
        True,
    )


@pytest.mark.usefixtures("reads_english")
def test_a_reminder_is_in_each_ones_language(cast: Cast, mentorship: Mentorship) -> None:
    plan_one(cast, mentorship)
    with translation.override("ar"):
        services.remind(municipality=cast.municipality, at=TEN)
    told = {each.recipient: each.body for each in OutgoingMessage.objects.filter(channel="SMS")}
    assert "Tuesday 24 November" in told["David Dalsgaard"]
    assert "tirsdag 24. november" in told["Carla Clausen"]


@pytest.mark.usefixtures("reads_english")
def test_a_language_that_is_not_offered_is_not_written_in(cast: Cast) -> None:
    assert reading.language_of(cast.citizen) == "en"
    LanguageChoice.objects.create(municipality=cast.municipality, code="en", is_on=False, changed_at=NOW)
    assert reading.language_of(cast.citizen) == "da"
    Citizen.objects.filter(pk=cast.citizen.pk).update(language="so")
    cast.citizen.refresh_from_db()
    assert reading.language_of(cast.citizen) == "da"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_colleagues_are_written_to_in_danish_whatever_the_citizen_reads(
    cast: Cast, mentorship: Mentorship, language: str
) -> None:
    with translation.override(language):
        followups.raise_concern(mentorship=mentorship, by=cast.david, who="CITIZEN", text="x", at=NOW)
        concerned = _sent_to("anna@example.org").subject
        mentorships.send_citizen_message(
            mentorship=mentorship, kind=CitizenMessage.Kind.QUESTION, text="x", by=cast.david, at=NOW
        )
    asked = _sent_to("anna@example.org").subject
    assert (concerned, asked) == (
        f"Bekymring på forløb {mentorship.code}",
        f"Ny besked på forløb {mentorship.code}",
    )


@pytest.mark.usefixtures("reads_english")
def test_the_journal_is_danish_and_the_answer_the_citizens(cast: Cast, mentorship: Mentorship) -> None:
    mentorship.refresh_from_db()
    message = mentorships.send_citizen_message(
        mentorship=mentorship, kind=CitizenMessage.Kind.QUESTION, text="x", by=cast.david, at=NOW
    )
    with translation.override("en"):
        mentorships.handle_citizen_message(message=message, answer="Ja.", by=cast.anna, at=NOW)
    assert JournalEntry.objects.latest("id").subject == "Svar til borgeren: spørgsmål"
    assert _sent_to(str(cast.citizen.public_id)).subject == "Answer from the municipality"


@pytest.mark.usefixtures("reads_english")
def test_the_link_to_an_agreement_is_in_each_ones_language(cast: Cast, mentorship: Mentorship) -> None:
    mentorship.refresh_from_db()
    with translation.override("ar"):
        agree.send(grant=mentorship.grants.get(), by=cast.anna, at=NOW)
    assert _sent_to("david@example.org").subject == "Read and answer an agreement"
    assert _sent_to("carla@example.org").subject == "Læs og svar på en aftale"


def test_a_message_in_the_senders_language_is_found(
    cast: Cast, mentorship: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the receiver's language is that of the moment."""
    monkeypatch.setattr(reading, "language_of", lambda citizen: translation.get_language())
    with translation.override("en"):
        plan_one(cast, mentorship)
    assert "Tuesday" in _sent_to("david@example.org").body
