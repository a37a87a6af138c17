"""The second party sees the hours that were drawn, and answers on its own page or by one-time link."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.controls.attest import selectors, services
from brobygger.controls.samples import services as samples
from brobygger.controls.samples.models import Attestation, SampleCase
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from brobygger.values.duration import format_minutes
from tests.cast import Cast
from tests.controls.test_samples import AT, DEADLINE, ON, answer, drawn, find
from tests.factories.invoices import make_contact
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
Staff = Callable[[], AbstractContextManager[None]]
MINUTES = 180


@pytest.fixture
def staff(cast: Cast, acting: Acting) -> Staff:
    """Reads as staff after a request has acted as somebody else."""
    return lambda: acting(cast.tove)


@pytest.fixture
def met(cast: Cast, mentorship: Mentorship) -> Mentorship:
    """Three meetings of an hour; one the day after those asked about, and one the mentor took back."""
    for day in (3, 10, 17):
        make_contact(cast, mentorship, 60, day=date(2026, 11, day))
    make_contact(cast, mentorship, 60, day=date(2026, 11, 24))
    make_contact(cast, mentorship, 60, day=date(2026, 11, 5), state=Contact.State.WITHDRAWN)
    return mentorship


@pytest.fixture
def question(cast: Cast, met: Mentorship) -> Attestation:
    drawn(cast)
    return Attestation.objects.get()


def said(question: Attestation, by: User, **changes: Any) -> None:
    words: dict[str, Any] = {"was_delivered": True, "answer": "", "seen": MINUTES, **changes}
    services.attest(attestation=question, **words, by=by, at=AT)


def case() -> SampleCase:
    return SampleCase.objects.get()


def page_of(question: Attestation) -> str:
    return reverse("controls:attest", args=[question.public_id])


def link_sent() -> str:
    found = re.search(r"https?://[^/]+(/tilsyn/svar/link/\S+/)", OutgoingMessage.objects.latest("id").body)
    assert found is not None
    return found[1]


def code_sent() -> str:
    found = re.search(r"\d{6}", OutgoingMessage.objects.filter(subject="Din kode").latest("id").body)
    assert found is not None
    return found[0]


def open_link(client: Client, link: str, staff: Staff) -> None:
    client.post(link, {"act": "send"})
    with staff():
        code = code_sent()
    assert client.post(link, {"act": "code", "code": code}).status_code == 302


# Asking


def test_who_is_drawn_is_asked_once_with_a_deadline_and_a_link(cast: Cast, question: Attestation) -> None:
    assert (question.citizen, question.mentor_id, question.organisation_id) == (cast.citizen, None, None)
    assert (question.deadline, question.first_day, question.last_day) == (DEADLINE, date(2026, 1, 1), ON)
    message = OutgoingMessage.objects.get()
    assert message.channel == "DIGITAL_POST" and "14. dec. 2026" in message.body and link_sent()
    for word in (cast.citizen.name, cast.mentor.name, question.mentorship.code):
        assert word not in message.body + message.subject


def test_each_reminder_has_a_link_of_its_own_and_the_old_one_dies(cast: Cast, question: Attestation) -> None:
    links = [link_sent()]
    for days in (10, 21):
        assert samples.remind(municipality=cast.municipality, on=ON + timedelta(days=days)) == 1
        links.append(link_sent())
    assert len(set(links)) == 3 and Attestation.objects.count() == 1
    assert OneTimeLink.objects.filter(purpose="ATTEST_HOURS", used_at=None).count() == 1


@pytest.mark.parametrize(
    ("changes", "is_linked"),
    [
        ({"is_exempt_from_digital_post": True}, False),
        ({"phone": "", "email": ""}, False),
        ({"phone": "", "email": "b@example.org"}, True),
    ],
)
def test_a_link_is_sent_only_where_a_code_can_be(
    cast: Cast, met: Mentorship, changes: dict[str, Any], is_linked: bool
) -> None:
    for name, value in changes.items():
        setattr(cast.citizen, name, value)
    cast.citizen.save()
    drawn(cast)
    body = OutgoingMessage.objects.get().body
    assert ("/svar/link/" in body) is is_linked and ("ring eller skriv" in body) is not is_linked


def test_what_staff_notes_or_closes_is_asked_no_more(cast: Cast, question: Attestation) -> None:
    answer(case(), cast.tove)
    question.refresh_from_db()
    assert question.withdrawn_at == AT and not question.is_open
    assert not OneTimeLink.objects.filter(used_at=None).exists()
    with pytest.raises(Conflict):
        said(question, cast.david)
    assert case().strength == "TELEPHONE"


def test_closing_after_the_deadline_asks_no_more(cast: Cast, question: Attestation) -> None:
    find(case(), cast.tove)
    late = DEADLINE + timedelta(days=1)
    samples.close(case=case(), version=case().version, by=cast.tove, at=AT, on=late)
    question.refresh_from_db()
    assert not question.is_open


# Answering


def test_a_yes_is_kept_with_what_was_shown_and_reaches_the_drawn_case(
    cast: Cast, question: Attestation, acting: Acting
) -> None:
    before = case().version
    with acting(cast.david):
        said(question, cast.david)
    question.refresh_from_db()
    assert (question.was_delivered, question.meetings, question.minutes) == (True, 3, MINUTES)
    found = case()
    assert (found.state, found.strength, found.answered_to) == ("ATTESTED", "SIGNED_IN", None)
    assert (found.answered_at, found.version) == (AT, before + 1)
    event = Event.objects.get(action="sample_case.attested")
    assert event.actor_id == cast.david.pk and event.detail["delivered"] is True
    assert samples.remind(municipality=cast.municipality, on=DEADLINE) == 0


def test_a_no_needs_words_and_goes_to_staff(cast: Cast, question: Attestation, acting: Acting) -> None:
    with acting(cast.david):
        with pytest.raises(Refused) as refused:
            said(question, cast.david, was_delivered=False, answer=" ")
        assert refused.value.field == "answer"
        said(question, cast.david, was_delivered=False, answer="Vi mødtes ikke den 10.")
    found = case()
    assert (found.state, found.answer) == ("OBJECTED", "Vi mødtes ikke den 10.")


def test_hours_that_changed_since_they_were_shown_are_shown_again(
    cast: Cast, question: Attestation, acting: Acting
) -> None:
    with acting(cast.david), pytest.raises(Conflict, match="ændret"):
        said(question, cast.david, seen=MINUTES - 60)
    assert case().state == "AWAITING"


def test_an_answer_is_given_once(cast: Cast, question: Attestation, acting: Acting) -> None:
    with acting(cast.david):
        said(question, cast.david)
        with pytest.raises(Conflict, match="allerede"):
            said(question, cast.david, was_delivered=False, answer="Alligevel ikke.")
    assert case().state == "ATTESTED"


def test_nobody_answers_for_another(cast: Cast, question: Attestation) -> None:
    for user in (cast.tove, cast.anna, cast.carla, cast.signe, cast.bo):
        with pytest.raises(NotAllowed):
            said(question, user)
    assert case().state == "AWAITING"


def test_the_database_lets_only_the_one_who_is_asked_reach_the_question(
    cast: Cast, question: Attestation, acting: Acting
) -> None:
    for user, sees in ((cast.david, 1), (cast.carla, 0), (cast.signe, 0), (cast.bo, 0)):
        with acting(user):
            assert Attestation.objects.count() == sees, user
            assert not SampleCase.objects.exists()
    with acting(cast.carla):
        assert Attestation.objects.filter(pk=question.pk).update(was_delivered=True, answered_at=AT) == 0
    with acting(cast.david), pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Attestation.objects.filter(pk=question.pk).update(was_delivered=True)


@pytest.mark.parametrize(("party", "who"), [("MENTOR", "carla"), ("COMPANY", "signe")])
def test_mentor_and_company_answer_too(
    cast: Cast, met: Mentorship, acting: Acting, signed_in: SignedIn, staff: Staff, party: str, who: str
) -> None:
    cast.company.contact_email = "firma@example.org"  # type: ignore[attr-defined]
    cast.company.save()
    drawn(cast, party=party)
    question, user = Attestation.objects.get(), getattr(cast, who)
    assert question.party == party
    with acting(user):
        hours = selectors.hours_of(question)
    assert hours.minutes == MINUTES
    assert hours.meetings == (3 if party == "MENTOR" else None)
    client = signed_in(user)
    text = client.get(page_of(question)).content.decode()
    assert format_minutes(MINUTES) in text and cast.citizen.name not in text
    assert client.post(page_of(question), {"act": "yes", "seen": str(MINUTES)}).status_code == 302
    with staff():
        assert case().state == "ATTESTED"
        assert Event.objects.filter(action="citizen.seen", purpose="Stikprøve", actor_id=user.pk).exists()


# The pages


def test_it_stands_on_the_own_page_until_it_is_answered(
    cast: Cast, question: Attestation, signed_in: SignedIn, staff: Staff
) -> None:
    client = signed_in(cast.david)
    own = reverse("citizens:overview")
    assert "Passer de? Svar senest 14. dec. 2026." in client.get(own).content.decode()
    page = client.get(page_of(question)).content.decode()
    assert f"3 møder, i alt {format_minutes(MINUTES)}" in page and "Carla" in page
    assert "17. november" in page and "24. november" not in page
    refused = client.post(page_of(question), {"act": "no", "seen": str(MINUTES), "answer": ""})
    assert refused.status_code == 422 and "Skriv, hvad der ikke passer." in refused.content.decode()
    sent = {"act": "no", "seen": str(MINUTES), "answer": "Ikke den 10."}
    assert client.post(page_of(question), sent).status_code == 302
    assert "Passer de?" not in client.get(own).content.decode()
    assert "at noget ikke passer" in client.get(page_of(question)).content.decode()
    with staff():
        assert case().answer == "Ikke den 10."


def test_what_was_typed_stays_when_the_hours_have_changed(
    cast: Cast, question: Attestation, signed_in: SignedIn
) -> None:
    sent = {"act": "no", "seen": "x", "answer": "Ikke den 10."}
    page = signed_in(cast.david).post(page_of(question), sent)
    assert page.status_code == 422
    assert "Ikke den 10." in page.content.decode() and "Se på dem igen" in page.content.decode()


def test_by_link_and_code(question: Attestation, client: Client, staff: Staff) -> None:
    with staff():
        link = link_sent()
    closed = client.get(link).content.decode()
    assert "Du har fået et link fra Brøndsted Kommune" in closed and "Carla" not in closed
    refused = client.post(link, {"act": "yes", "seen": str(MINUTES)}).content.decode()
    assert "Tak for dit svar" not in refused
    open_link(client, link, staff)
    assert "3 møder" in client.get(link).content.decode()
    assert "Tak for dit svar" in client.post(link, {"act": "yes", "seen": str(MINUTES)}).content.decode()
    with staff():
        found = case()
        assert (found.state, found.strength) == ("ATTESTED", "LINK_AND_CODE")
        assert Event.objects.get(action="sample_case.attested").actor_name == "Borgeren via link"
    assert "Tak for dit svar" in client.post(link, {"act": "yes", "seen": "0"}).content.decode()
    assert Client().get(link).status_code == 410


def test_a_link_opens_only_what_it_was_made_for(question: Attestation, client: Client, staff: Staff) -> None:
    with staff():
        link = link_sent()
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert client.get(reverse("grants:agreement_link", args=[token])).status_code == 410
    assert client.get(link).status_code == 200


def test_the_drawn_case_says_who_answered(
    cast: Cast, question: Attestation, acting: Acting, signed_in: SignedIn
) -> None:
    with acting(cast.david):
        said(question, cast.david)
    text = signed_in(cast.tove).get(reverse("controls:sample_case", args=[case().public_id])).content.decode()
    assert "Borgeren svarede selv 23. nov. 2026 (logget ind)." in text


def test_other_peoples_pages_are_not_there(
    cast: Cast, question: Attestation, signed_in: SignedIn, client: Client
) -> None:
    address = page_of(question)
    assert client.get(address).status_code == 302
    for user in (cast.tove, cast.anna, cast.carla, cast.signe, cast.bo):
        assert signed_in(user).get(address).status_code == 404, user


def test_as_many_queries_for_many_as_for_one(
    cast: Cast, question: Attestation, signed_in: SignedIn, acting: Acting
) -> None:
    client, pages = signed_in(cast.david), [reverse("citizens:overview"), page_of(question)]

    def queries(page: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(page).status_code == 200
        return len(counted)

    client.get(pages[0])  # the first page of a stay asks for the language
    few = [queries(page) for page in pages]
    with acting(cast.tove):
        for day in (4, 11, 18):
            make_contact(cast, question.mentorship, 30, day=date(2026, 11, day))
        drawn(cast, name="Igen")
        drawn(cast, name="Og igen")
    assert [queries(page) for page in pages] == few


def test_the_own_page_says_nothing_to_those_who_are_not_asked(cast: Cast, question: Attestation) -> None:
    """The control: a neighbour's question never shows."""
    neighbour = make_citizen(cast, name="Nabo")
    other = User.objects.create(
        municipality=cast.municipality, username="nabo", name="Nabo", roles=["CITIZEN"], person_id=neighbour.pk,
        password="!",
    )  # fmt: skip
    assert not selectors.waiting_for(other).exists() and selectors.waiting_for(cast.david).count() == 1
    assert not selectors.visible_to(cast.tove).exists()


def test_without_hours_the_page_says_so(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    drawn(cast)
    page = signed_in(cast.david).get(page_of(Attestation.objects.get())).content.decode()
    assert "Der er ikke registreret nogen møder." in page and "0 møder" in page


def test_the_time_of_the_answer_is_the_views(
    cast: Cast, question: Attestation, signed_in: SignedIn, staff: Staff
) -> None:
    signed_in(cast.david).post(page_of(question), {"act": "yes", "seen": str(MINUTES)})
    with staff():
        found: datetime | None = case().answered_at
        assert found == timezone.now()


def test_another_mentors_case_is_not_mixed_in(cast: Cast, question: Attestation, acting: Acting) -> None:
    other = make_active(cast, mentor=make_mentor(cast, name="Karl Kok", email="karl@example.org"))
    make_contact(cast, other, 60, day=date(2026, 11, 12))
    with acting(cast.david):
        assert selectors.hours_of(question).minutes == MINUTES
