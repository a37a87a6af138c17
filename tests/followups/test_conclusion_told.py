"""Beside the decision: the parting talk, the citizen's own words, what the form knows, the mentor's next citizen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.followups import selectors, services
from brobygger.followups.ending import selectors as ending
from brobygger.followups.ending import services as endings
from brobygger.followups.ending.services import Ending
from brobygger.followups.models import CitizenWords, Conclusion
from brobygger.mentorships.models import Goal, GoalReading, Mentorship
from brobygger.people import selectors as people
from tests.cast import Cast
from tests.factories.mentorships import make_active, make_mentorship

SignedIn = Callable[[User], Client]
TODAY = date(2026, 11, 23)
TOLD = Ending(
    what_worked="At mødes på arbejdspladsen.",
    next_steps="Anna ringer i januar.",
    parting_talk="ALL",
    parting_talk_on=date(2026, 11, 19),
    citizen_words="Jeg tør godt nu.",
    mentor_free_from=date(2027, 1, 4),
)


def conclude(
    cast: Cast, mentorship: Mentorship, at: datetime, told: Ending = TOLD, **changed: Any
) -> Conclusion:
    facts: dict[str, Any] = {
        "ended_on": date(2026, 11, 20),
        "reason": "GOAL_REACHED",
        "what_follows": "ORDINARY_JOB",
        "attainments": {goal.public_id: services.Attained(3) for goal in selectors.goals_of(mentorship)},
        "note": "",
        "by": cast.anna,
        "on": TODAY,
    }
    return services.conclude(mentorship=mentorship, at=at, told=told, **{**facts, **changed})


def test_what_was_told_is_kept(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    conclusion = conclude(cast, mentorship, now)
    kept = Conclusion.objects.get(pk=conclusion.pk)
    assert (kept.what_worked, kept.next_steps) == ("At mødes på arbejdspladsen.", "Anna ringer i januar.")
    assert (kept.parting_talk, kept.parting_talk_on, kept.no_talk_reason) == ("ALL", date(2026, 11, 19), "")
    words = ending.words_of(mentorship)
    assert words and (words.text, words.is_own, words.written_by) == ("Jeg tør godt nu.", False, cast.anna)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"parting_talk": ""}, "parting_talk"),
        ({"parting_talk_on": None}, "parting_talk_on"),
        ({"parting_talk_on": date(2026, 11, 24)}, "parting_talk_on"),
        ({"parting_talk_on": date(2026, 11, 1)}, "parting_talk_on"),
        ({"parting_talk": "NONE"}, "no_talk_reason"),
    ],
)
def test_the_parting_talk_is_answered_for(
    cast: Cast, mentorship: Mentorship, now: datetime, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        conclude(cast, mentorship, now, told=Ending(**{**TOLD.__dict__, **changed}))
    assert refusal.value.field == field
    assert not Conclusion.objects.exists()


def test_no_talk_needs_its_reason_and_keeps_no_day(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    told = Ending(parting_talk="NONE", parting_talk_on=date(2026, 11, 19), no_talk_reason="David er flyttet.")
    conclusion = conclude(cast, mentorship, now, told=told)
    assert (conclusion.parting_talk_on, conclusion.no_talk_reason) == (None, "David er flyttet.")


def test_the_citizen_writes_and_staff_does_not_write_over(
    cast: Cast, mentorship: Mentorship, now: datetime, acting: Any
) -> None:
    endings.note_citizen_words(mentorship=mentorship, text="Det gik fint.", by=cast.anna, at=now)
    with acting(cast.david):
        for text in ("Det var svært.", "Det var svært, men godt."):
            endings.write_citizen_words(mentorship=mentorship, text=text, by=cast.david, at=now)
    with pytest.raises(Refused, match="selv skrevet"):
        endings.note_citizen_words(mentorship=mentorship, text="Alt var godt.", by=cast.anna, at=now)
    conclude(cast, mentorship, now)
    [words] = CitizenWords.objects.all()
    assert (words.text, words.is_own, words.written_by) == ("Det var svært, men godt.", True, cast.david)


def test_nobody_else_writes_the_citizens_words(
    cast: Cast, mentorship: Mentorship, now: datetime, acting: Any
) -> None:
    def write(mentorship: Mentorship, by: User, text: str = "Jeg er glad.") -> None:
        endings.write_citizen_words(mentorship=mentorship, text=text, by=by, at=now)

    for user in (cast.carla, cast.anna, cast.signe):
        with pytest.raises(NotAllowed):
            write(mentorship, user)
    with pytest.raises(Refused, match="hvordan det har været"):
        write(mentorship, cast.david, " ")
    with pytest.raises(Refused, match="ikke begyndt"):
        write(make_mentorship(cast), cast.david)
    write(mentorship, cast.david)
    for user in (cast.carla, cast.signe):
        with acting(user):
            assert not CitizenWords.objects.exists(), "the second lock"


def test_the_form_proposes_the_latest_reading(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    goal = Goal.objects.get(mentorship=mentorship)
    assert ending.proposed_attainments(mentorship) == {}
    for score, word in ((2, 0), (3, 1), (7, 2), (9, 3)):
        GoalReading.objects.create(
            municipality=cast.municipality,
            mentorship=mentorship,
            goal=goal,
            citizen=cast.citizen,
            side="STAFF",
            score=score,
            read_on=TODAY,
            read_at=now,
            read_by=cast.anna,
        )
        assert ending.proposed_attainments(mentorship) == {goal.position: word}


def test_the_mentors_next_citizen_stands_in_the_register(
    cast: Cast, mentorship: Mentorship, now: datetime, django_assert_num_queries: Any
) -> None:
    assert people.opening_of(cast.mentor) is None
    conclude(cast, mentorship, now)
    assert people.opening_of(cast.mentor) == date(2027, 1, 4) == ending.free_from(mentorship)
    with django_assert_num_queries(1):
        [carla] = people.register(cast.anna)
    assert carla.free_from == date(2027, 1, 4)
    make_active(cast, created_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    assert people.opening_of(cast.mentor) is None, "somebody came since"


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.mark.usefixtures("on_the_day")
def test_the_pages(cast: Cast, mentorship: Mentorship, now: datetime, signed_in: SignedIn) -> None:
    endings.write_citizen_words(mentorship=mentorship, text="Tak for alt.", by=cast.david, at=now)
    client, address = signed_in(cast.anna), reverse("followups:conclude", args=[mentorship.public_id])
    page = client.get(address).content.decode()
    assert "Tak for alt." in page and 'name="citizen_words"' not in page
    typed = {
        "ended_on": "20.11.2026",
        "reason": "GOAL_REACHED",
        "what_follows": "ORDINARY_JOB",
        "attainment_1": "3",
        "parting_talk": "NONE",
        "what_worked": "Ro og faste dage.",
        "mentor_free_from": "04.01.2027",
    }
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "hvorfor der ikke var en afskedssamtale" in refused.content.decode()
    assert "Ro og faste dage." in refused.content.decode()
    assert client.post(address, {**typed, "no_talk_reason": "Flyttet."}).status_code == 302
    page = client.get(address).content.decode()
    assert "Carla Clausen kan tage en ny borger fra 4. jan. 2027." in page
    assert "Hent slutrapporten" in page
    assert "Ny borger fra 4. jan. 2027" in client.get(reverse("people:mentors")).content.decode()
