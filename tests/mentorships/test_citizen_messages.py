"""What the citizen writes, and the one answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.mentorships import services
from brobygger.mentorships.models import CitizenMessage, JournalEntry, Mentorship
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

Acting = Callable[[User | None], AbstractContextManager[None]]
SignedIn = Callable[[User], Client]
Kind = CitizenMessage.Kind
SECRET = "Jeg har fået konstateret en sygdom."


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


@pytest.fixture
def message(cast: Cast, mentorship: Mentorship, now: datetime, acting: Acting) -> CitizenMessage:
    with acting(cast.david):
        return services.send_citizen_message(
            mentorship=mentorship, kind=Kind.QUESTION, text=SECRET, by=cast.david, at=now
        )


def test_the_consultant_is_told_without_what_was_written(
    message: CitizenMessage, mentorship: Mentorship, actions: Callable[[], list[str]]
) -> None:
    mail = OutgoingMessage.objects.get()
    assert mail.address == "anna@example.org" and mentorship.code in mail.subject
    assert SECRET not in mail.body and "David" not in mail.body + mail.subject
    assert actions() == ["citizen_message.sent"]


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.COMPLAINT])
def test_a_question_or_complaint_needs_words(
    cast: Cast, mentorship: Mentorship, now: datetime, acting: Acting, kind: CitizenMessage.Kind
) -> None:
    with acting(cast.david), pytest.raises(Refused):
        services.send_citizen_message(mentorship=mentorship, kind=kind, text="  ", by=cast.david, at=now)
    assert not CitizenMessage.objects.exists()


def test_another_mentor_can_be_wished_for_without_a_reason(
    cast: Cast, mentorship: Mentorship, now: datetime, acting: Acting
) -> None:
    with acting(cast.david):
        services.send_citizen_message(
            mentorship=mentorship, kind=Kind.DECLINE_MENTOR, text="", by=cast.david, at=now
        )
    assert CitizenMessage.objects.get().kind == Kind.DECLINE_MENTOR


def test_only_the_citizen_writes_and_only_on_the_own_case(cast: Cast, now: datetime) -> None:
    others = make_active(cast, citizen=make_citizen(cast, name="Sara Ahmadi"))
    with pytest.raises(Mentorship.DoesNotExist):
        services.send_citizen_message(
            mentorship=others, kind=Kind.QUESTION, text="Hej", by=cast.david, at=now
        )
    with pytest.raises(NotAllowed):
        services.send_citizen_message(mentorship=others, kind=Kind.QUESTION, text="Hej", by=cast.anna, at=now)


def test_the_answer_goes_by_digital_post_and_both_stand_in_the_journal(
    cast: Cast, message: CitizenMessage, now: datetime, actions: Callable[[], list[str]]
) -> None:
    services.handle_citizen_message(message=message, answer="Vi ringer i morgen.", by=cast.anna, at=now)
    letter = OutgoingMessage.objects.get(channel="DIGITAL_POST")
    assert letter.body == "Vi ringer i morgen."
    entry = JournalEntry.objects.get()
    assert SECRET in entry.text and "Vi ringer i morgen." in entry.text
    assert actions() == ["citizen_message.sent", "journal.added", "citizen_message.handled"]


def test_who_is_exempt_gets_it_on_paper(cast: Cast, now: datetime, acting: Acting) -> None:
    citizen = make_citizen(cast, name="Karen Holm", is_exempt_from_digital_post=True)
    mentorship = make_active(cast, citizen=citizen)
    message = CitizenMessage.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        citizen=citizen,
        kind=Kind.QUESTION,
        sent_at=now,
    )
    services.handle_citizen_message(message=message, answer="Ja.", by=cast.anna, at=now)
    assert OutgoingMessage.objects.get().channel == "PAPER"


def test_it_is_answered_once(cast: Cast, message: CitizenMessage, now: datetime) -> None:
    services.handle_citizen_message(message=message, answer="Ja.", by=cast.anna, at=now)
    with pytest.raises(Conflict, match="En anden var først"):
        services.handle_citizen_message(message=message, answer="Nej.", by=cast.freja, at=now)
    assert JournalEntry.objects.count() == 1
    assert CitizenMessage.objects.get().answer == "Ja."


def test_an_empty_answer_leaves_the_message_open(cast: Cast, message: CitizenMessage, now: datetime) -> None:
    with pytest.raises(Refused):
        services.handle_citizen_message(message=message, answer=" ", by=cast.anna, at=now)
    assert CitizenMessage.objects.get().handled_at is None


def test_answered_in_place(
    cast: Cast, message: CitizenMessage, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    url = reverse("mentorships:answer", args=[mentorship.public_id, message.public_id])
    client = signed_in(cast.anna)
    wrong = client.post(url, {"answer": ""}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422 and "Skriv svaret til borgeren." in wrong.content.decode()
    answer = client.post(
        url, {"answer": "Vi ringer.", "idempotency_key": str(uuid4())}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200 and "Besvaret" in answer.content.decode()


def test_another_municipality_and_another_case_get_404(
    cast: Cast, message: CitizenMessage, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    other = make_active(cast)
    wrong_case = reverse("mentorships:answer", args=[other.public_id, message.public_id])
    assert signed_in(cast.anna).post(wrong_case, {"answer": "Ja."}).status_code == 404
    url = reverse("mentorships:answer", args=[mentorship.public_id, message.public_id])
    assert signed_in(cast.bo).post(url, {"answer": "Ja."}).status_code == 404
