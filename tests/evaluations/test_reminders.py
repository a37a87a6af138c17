"""One reminder to each who has not answered: after ten days, in time, in office hours, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client

from brobygger.accounts.models import User
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit.models import Event
from brobygger.evaluations.models import SurveyAsk, SurveyRound
from brobygger.evaluations.rhythm import is_to_be_reminded
from brobygger.evaluations.surveys import services
from brobygger.meetings import services as meetings
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast, make_cast
from tests.evaluations.test_at_the_same_time import at_once
from tests.factories.mentorships import STARTED, make_active
from tests.factories.people import make_mentor

SWITCHED_ON = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TENTH = MONDAY + timedelta(days=10)
SAID = {"say": "YES"}


@pytest.fixture
def case(cast: Cast) -> Mentorship:
    services.choose(is_on=True, by=cast.eva, at=SWITCHED_ON)
    made = make_active(cast)
    services.ask(municipality=cast.municipality, at=MONDAY)
    return made


def ask(cast: Cast, at: datetime) -> int:
    return services.ask(municipality=cast.municipality, at=at)


def reminded() -> set[str]:
    return set(SurveyAsk.objects.exclude(reminded_at=None).values_list("party", flat=True))


def test_both_sides_are_reminded_once_by_messages_that_say_nothing(cast: Cast, case: Mentorship) -> None:
    before = OutgoingMessage.objects.count()
    assert ask(cast, TENTH - timedelta(days=1)) == 0 and reminded() == set()
    assert ask(cast, TENTH) == 2 and reminded() == {"CITIZEN", "MENTOR"}
    for days in (0, 1, 2, 9):
        assert ask(cast, TENTH + timedelta(days=days)) == 0
    messages = list(OutgoingMessage.objects.order_by("-pk"))[: OutgoingMessage.objects.count() - before]
    assert len(messages) == 2
    for word in (cast.citizen.name, cast.mentor.name, case.code, "mentorforløb"):
        assert all(word not in each.body + each.subject for each in messages)
    assert any("mangler dit svar" in each.body for each in messages)
    assert Event.objects.filter(action="survey.asked", detail__reminded=2).count() == 1


def test_who_has_answered_is_not_reminded(cast: Cast, case: Mentorship) -> None:
    row = SurveyAsk.objects.get(party="CITIZEN")
    services.answer(ask=row, said=SAID, by=cast.david, at=MONDAY + timedelta(days=3))
    assert ask(cast, TENTH) == 1 and reminded() == {"MENTOR"}


def test_nobody_is_reminded_when_an_answer_would_be_too_late_or_the_question_is_gone(
    cast: Cast, case: Mentorship
) -> None:
    with transaction.atomic():
        assert ask(cast, MONDAY + timedelta(days=28)) == 2  # the last day in time
        transaction.set_rollback(True)
    assert ask(cast, MONDAY + timedelta(days=29)) == 0
    SurveyAsk.objects.update(dropped_at=MONDAY)
    assert ask(cast, TENTH) == 0 and reminded() == set()


def test_nobody_is_reminded_where_the_municipality_has_stopped_or_at_night(
    cast: Cast, case: Mentorship
) -> None:
    assert services.ask_next(at=TENTH.replace(hour=2)) == 0
    services.choose(is_on=False, by=cast.eva, at=TENTH)
    assert ask(cast, TENTH + timedelta(days=1)) == 0 and reminded() == set()
    services.choose(is_on=True, by=cast.eva, at=TENTH)
    assert ask(cast, TENTH + timedelta(days=2)) == 2  # the control


def test_who_wants_no_reminders_gets_none(cast: Cast, case: Mentorship) -> None:
    meetings.set_reminders(wanted=False, by=cast.david, at=MONDAY)
    assert ask(cast, TENTH) == 1 and reminded() == {"MENTOR"}


def test_a_mentor_who_is_the_mentor_no_more_is_not_reminded(cast: Cast, case: Mentorship) -> None:
    Mentorship.objects.filter(pk=case.pk).update(mentor=make_mentor(cast, name="Ny Mentor"))
    assert ask(cast, TENTH) == 1 and reminded() == {"CITIZEN"}


def test_a_message_that_reaches_nobody_is_not_sent(cast: Cast, case: Mentorship) -> None:
    type(cast.citizen).objects.filter(pk=cast.citizen.pk).update(phone="", email="")
    assert ask(cast, TENTH) == 1 and reminded() == {"MENTOR"}


def test_what_is_kept_is_what_keeps_it_from_going_twice(cast: Cast, case: Mentorship) -> None:
    """The planted fault: a reminder that is not kept is sent again the next day."""
    assert ask(cast, TENTH) == 2
    SurveyAsk.objects.update(reminded_at=None)
    assert ask(cast, TENTH + timedelta(days=1)) == 2


def test_the_rule_by_the_day() -> None:
    def on(days: int, asked: int = 0) -> bool:
        first = STARTED + timedelta(days=asked)
        return is_to_be_reminded(STARTED, first, STARTED + timedelta(days=28), STARTED + timedelta(days=days))

    assert [on(days) for days in (9, 10, 28, 29)] == [False, True, True, False]
    assert not any(on(days, asked=20) for days in range(40)), "Asked so late that ten days more are too late."


def test_the_leaders_page_says_how_many_were_reminded(
    cast: Cast, case: Mentorship, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(cast.eva)
    assert "har fået en påmindelse" not in client.get("/evalueringer/spoergsmaal/").content.decode()
    ask(cast, TENTH)
    page = client.get("/evalueringer/spoergsmaal/").content.decode()
    assert page.count("1 har fået en påmindelse") == 2 and "0 af 1 har svaret" in page
    assert "efter 10 dage, får én påmindelse" in page


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_of_two_workers_one_reminds() -> None:
    """And where the round of the day is gone, so that both go through, the row itself decides."""
    with transaction.atomic():
        cast = make_cast()
        services.choose(is_on=True, by=cast.eva, at=SWITCHED_ON)
        make_active(cast)
    ask(cast, MONDAY)
    written: list[int] = []
    assert at_once(*[lambda: written.append(ask(cast, TENTH))] * 2) == ["done", "done"]
    assert sorted(written) == [0, 2]
    with acting(system_actor(cast.municipality.pk)):
        row = SurveyAsk.objects.get(party="MENTOR")
        SurveyAsk.objects.filter(pk=row.pk).update(reminded_at=None)
        assert SurveyRound.objects.filter(day=TENTH.date()).count() == 1

    marked: list[bool] = []

    def mark() -> None:
        with acting(system_actor(cast.municipality.pk)):
            marked.append(services._mark_reminded(row, TENTH))

    assert at_once(mark, mark) == ["done", "done"] and sorted(marked) == [False, True]
