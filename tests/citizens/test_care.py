"""What the citizen says about how it goes, asks for and chooses; and whom one can ring right now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.citizens import services
from brobygger.citizens.lifeline import Around, lifeline
from brobygger.citizens.models import ContactHours, HowItGoes
from brobygger.followups import selectors as followups
from brobygger.followups.models import Concern, FollowUp
from brobygger.mentorships.models import Mentorship
from brobygger.values.opening_hours import OpeningHours
from tests.cast import Cast
from tests.factories.hours import NOW
from tests.factories.mentorships import make_active

SignedIn = Callable[[Any], Client]
Acting = Callable[..., Any]


def _text(response: Any) -> str:
    return unescape(response.content.decode())


def _answer(cast: Cast, mentorship: Mentorship, score: int) -> Any:
    return services.say_how_it_goes(
        mentorship=mentorship, score=score, words="Jeg er ked af det.", by=cast.david, at=NOW
    )


@pytest.mark.parametrize(("score", "concerns"), [(1, 1), (2, 1), (3, 0), (5, 0)])
def test_a_low_answer_reaches_the_consultants_list_and_others_do_not(
    cast: Cast, mentorship: Mentorship, acting: Acting, score: int, concerns: int
) -> None:
    with acting(cast.david):
        _answer(cast, mentorship, score)
    with acting(cast.anna):
        assert HowItGoes.objects.get().score == score
        assert Concern.objects.count() == concerns
        rows = followups.needs_attention(cast.anna, NOW.date())
        assert any(row.case_code == mentorship.code and row.urgency < 0 for row in rows) == bool(concerns)


def test_nobody_has_to_answer(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.david), reverse("citizens:how_it_goes", args=[mentorship.public_id])
    assert "Hvordan går det?" in _text(client.get(reverse("citizens:overview")))
    assert "Du har ikke svaret. Det er helt i orden." in _text(client.post(address, {}, follow=True))
    assert "Tak. Dit svar er gemt." in _text(client.post(address, {"score": "4"}, follow=True))
    assert "citizens-mood" not in _text(client.get(reverse("citizens:overview")))
    assert client.post(address, {"score": "6"}).status_code == 422


@pytest.mark.parametrize("who", ["carla", "signe", "bo"])
def test_the_answer_is_hidden_from_mentor_company_and_other_municipalities(
    cast: Cast, mentorship: Mentorship, acting: Acting, who: str
) -> None:
    with acting(cast.david):
        _answer(cast, mentorship, 1)
        assert HowItGoes.objects.count() == Concern.objects.count() == 1
    with acting(getattr(cast, who)):
        assert HowItGoes.objects.count() == Concern.objects.count() == 0


def test_the_citizen_asks_for_help_and_reads_the_answer(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client, address = signed_in(cast.david), reverse("citizens:help", args=[mentorship.public_id])
    assert client.post(address, {"text": " "}).status_code == 422
    assert "har fået besked" in _text(client.post(address, {"text": "Jeg mangler penge."}, follow=True))
    assert "Kommunen har ikke svaret endnu." in _text(client.get(reverse("citizens:overview")))
    with acting(cast.anna):
        Concern.objects.update(answer="Vi ringer i morgen.", answered_at=NOW, answered_by=cast.anna)
    assert "Vi ringer i morgen." in _text(client.get(reverse("citizens:overview")))


def test_the_citizen_is_heard_alone_within_a_week(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    client, address = signed_in(cast.david), reverse("citizens:alone", args=[mentorship.public_id])
    for _again in range(2):
        assert "inden for en uge" in _text(client.post(address, {}, follow=True))
    with acting(cast.anna):
        asked = FollowUp.objects.get(kind=FollowUp.Kind.HEARD_ALONE, origin=FollowUp.Origin.CITIZEN)
    assert 0 < (asked.due_on - NOW.date()).days <= 7


def test_what_is_another_citizens_is_refused(cast: Cast, mentorship: Mentorship) -> None:
    mentorship.citizen_id = 0
    with pytest.raises(Mentorship.DoesNotExist):
        _answer(cast, mentorship, 3)
    with pytest.raises(Mentorship.DoesNotExist):
        services.ask_for_help(mentorship=mentorship, text="Hjælp.", by=cast.david, at=NOW)
    with pytest.raises(Mentorship.DoesNotExist):
        services.ask_to_be_heard_alone(mentorship=mentorship, by=cast.david, at=NOW)


# The lifeline

ALL = Around("Carla", "+4534567890", "Anna Andersen", "+4512345678", "+4599887766")
MONDAY_TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 25, 11, 0, tzinfo=UTC)
WEEKENDS = OpeningHours(frozenset({5, 6}), time(10), time(14))


@pytest.mark.parametrize(
    ("hours", "at", "is_open", "phones", "now"),
    [
        (OpeningHours(), MONDAY_TEN, True, ["+4534567890", "+4512345678", "+4599887766"], "til kl. 16.00"),
        (OpeningHours(), MONDAY_NIGHT, False, ["+4599887766"], "tirsdag 24. november kl. 08.00"),
        (OpeningHours(), SATURDAY, False, ["+4599887766"], "mandag 23. november kl. 08.00"),
        (OpeningHours(), CHRISTMAS, False, ["+4599887766"], "mandag 28. december kl. 08.00"),
        (WEEKENDS, SATURDAY, True, ["+4534567890", "+4599887766"], "til kl. 14.00"),
        (WEEKENDS, MONDAY_TEN, False, ["+4512345678", "+4599887766"], "lørdag 28. november kl. 10.00"),
    ],
)
def test_whom_to_ring_now(
    hours: OpeningHours, at: datetime, is_open: bool, phones: list[str], now: str
) -> None:
    line = lifeline(ALL, hours, at)
    assert (line.is_open, [call.phone for call in line.first]) == (is_open, phones)
    assert now in line.now


def test_without_the_mentors_number_the_municipality_is_rung() -> None:
    line = lifeline(Around("Carla", "", "Anna", "", "+4599887766"), OpeningHours(), MONDAY_TEN)
    assert (
        not line.is_open and line.write_to is None and [call.phone for call in line.first] == ["+4599887766"]
    )
    assert "Ring til kommunen" in line.now


def test_the_hours_of_a_mentorship_are_set_and_shown(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    address = reverse("citizens:contact_hours", args=[mentorship.public_id])
    client = signed_in(cast.anna)
    assert client.post(address, {"days": ["0"], "opens": "12", "closes": "10"}).status_code == 422
    assert client.post(address, {"days": ["5", "6"], "opens": "10", "closes": "14"}).status_code == 302
    with acting(cast.anna):
        assert ContactHours.objects.get().days == [5, 6]
    text = _text(signed_in(cast.david).get(reverse("citizens:overview")))
    assert "Lørdag, søndag kl. 10.00–14.00" in text and "Der er lukket nu." in text
    with acting(cast.carla):
        services.set_contact_hours(mentorship=mentorship, hours=OpeningHours(), by=cast.carla, at=NOW)
    with pytest.raises(NotAllowed):
        services.set_contact_hours(mentorship=mentorship, hours=OpeningHours(), by=cast.david, at=NOW)


def test_a_language_without_texts_cannot_be_switched_on(cast: Cast) -> None:
    for code in ("so", "da", "xx"):
        with pytest.raises(Refused):
            services.switch_language(code=code, is_on=True, by=cast.eva, at=NOW)
    with pytest.raises(NotAllowed):
        services.switch_language(code="ar", is_on=True, by=cast.anna, at=NOW)


def test_the_same_mentor_of_two_mentorships_can_be_rung_once(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn, acting: Acting
) -> None:
    other = make_active(cast)
    client, page = signed_in(cast.david), reverse("citizens:overview")
    assert _text(client.get(page)).count("Kontakt min mentor nu") == 1
    with acting(cast.anna):
        ContactHours.objects.create(
            municipality=cast.municipality,
            mentorship=other,
            days=[0],
            opens=time(12),
            closes=time(14),
            changed_at=NOW,
        )
    assert _text(client.get(page)).count("Kontakt min mentor nu") == 2
