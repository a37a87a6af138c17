"""A night: what is counted, what is written, and that nothing is written twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.errors import Conflict
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.controls import services
from brobygger.controls.models import ControlFailure, ControlRun, ControlShare
from brobygger.controls.selectors import cases, results
from brobygger.mentorships.models import Goal, Mentorship
from brobygger.people.models import Mentor
from brobygger.review.exchange import from_line
from brobygger.review.questions import QUESTIONS, review
from tests.cast import Cast
from tests.controls.conftest import NIGHT, ON
from tests.factories.mentorships import make_active

Run = Callable[..., ControlRun]
Failing = Callable[[], dict[str, date]]
LATER = ON + timedelta(days=1)


def test_a_night_counts_every_question_for_every_team(
    cast: Cast, mentorship: Mentorship, run: Run, actions: Callable[[], list[str]]
) -> None:
    make_active(cast, team=None)
    done = run()
    assert (done.cases, done.on, done.started_at) == (2, ON, NIGHT)
    assert done.finished_at is not None and actions() == ["controls.done"]
    shares = ControlShare.objects.filter(run=done)
    assert shares.count() == 2 * len(QUESTIONS)
    for share in shares:
        assert share.passed + share.failed + share.cannot_tell + share.not_relevant == 1
    own = shares.get(team=cast.team, question="K01")
    assert (own.passed, own.failed) == (1, 0)


def test_a_failure_has_its_sentence_and_what_mends_it(
    cast: Cast, mentorship: Mentorship, run: Run, failing: Failing
) -> None:
    run()
    before = failing()
    Mentor.objects.update(qualifications="")
    run(LATER)
    assert set(failing()) - set(before) == {"K03"} and failing()["K03"] == LATER
    row = ControlFailure.objects.get(question="K03")
    assert row.mentorship == mentorship and row.mended_on is None
    assert row.sentence == "Mentorens kvalifikationer er ikke skrevet."
    assert row.remedy == "Skriv mentorens kvalifikationer i mentorregistret."


def test_what_is_mended_is_cleared_and_begins_again_when_it_fails_again(
    cast: Cast, mentorship: Mentorship, run: Run, failing: Failing
) -> None:
    Mentor.objects.update(qualifications="")
    run()
    Mentor.objects.update(qualifications="Bager.")
    run(LATER)
    assert "K03" not in failing()
    assert ControlFailure.objects.get(question="K03").mended_on == LATER
    Mentor.objects.update(qualifications=" ")
    run(LATER + timedelta(days=3))
    assert failing()["K03"] == LATER + timedelta(days=3)
    assert ControlFailure.objects.filter(question="K03").count() == 1


def test_other_words_keep_the_first_day(
    cast: Cast, mentorship: Mentorship, run: Run, failing: Failing
) -> None:
    Mentorship.objects.update(status="ENDED", ends_before=date(2026, 10, 1), starts_on=date(2026, 9, 1))
    run()
    sentence = ControlFailure.objects.get(question="K16").sentence
    Goal.objects.create(municipality=cast.municipality, mentorship=mentorship, position=2, text="Et mål til")
    run(LATER)
    row = ControlFailure.objects.get(question="K16")
    assert (sentence, row.sentence) == ("1 af 1 mål er ikke gjort op.", "2 af 2 mål er ikke gjort op.")
    assert row.since == ON and failing()["K16"] == ON


def test_a_night_in_which_nothing_happened_writes_no_failure(
    cast: Cast, mentorship: Mentorship, run: Run
) -> None:
    run()
    with CaptureQueriesContext(connection) as said:
        run(LATER)
    written = [each["sql"] for each in said if "controls_controlfailure" in each["sql"]]
    assert written and not any(sql.lower().startswith(("insert", "update")) for sql in written)
    detail = Event.objects.filter(action="controls.done").latest("id").detail
    assert detail["changes"]["new"] == detail["changes"]["mended"] == 0


def test_statements_do_not_grow_with_the_cases(cast: Cast, run: Run) -> None:
    make_active(cast)
    with CaptureQueriesContext(connection) as one:
        run()
    for _ in range(6):
        make_active(cast)
    run(LATER)
    with CaptureQueriesContext(connection) as many:
        run(LATER + timedelta(days=1))
    assert len(many) <= len(one)


def test_what_is_handed_over_is_what_is_read(
    cast: Cast, mentorship: Mentorship, actions: Callable[[], list[str]]
) -> None:
    make_active(cast, team=None)
    lines: list[str] = []
    assert services.hand_over(municipality=cast.municipality, on=ON, write=lines.append) == 2
    read = [from_line(line) for line in lines]
    there = {
        each.id: each.facts for each in cases.facts_of_all(cast.municipality.pk, cast.municipality.code, ON)
    }
    assert {each.key: each.case for each in read} == there
    assert {each.municipality for each in read} == {cast.municipality.code}
    assert actions() == ["controls.handed_over"] and mentorship.citizen.name not in "".join(lines)


def test_the_night_says_of_each_case_what_its_own_page_says(
    cast: Cast, mentorship: Mentorship, run: Run
) -> None:
    make_active(cast, target_group="2.3", purpose=" ")
    run()
    kept = set(ControlFailure.objects.values_list("mentorship_id", "question", "sentence", "remedy"))
    said = {
        (each.pk, found.question_id, found.sentence, found.remedy)
        for each in Mentorship.objects.select_related("municipality")
        for found in review(cases.facts_of(each, ON), ON)
        if found.failed
    }
    assert kept == said and {question for _, question, _, _ in kept} >= {"K01", "K09"}


def test_only_the_own_municipality_is_touched(cast: Cast, mentorship: Mentorship, acting: Any) -> None:
    done = services.carry_out(municipality=cast.other_municipality, on=ON, at=NIGHT)
    assert done.cases == 0
    with acting(cast.bo):
        assert ControlRun.objects.count() == 1
    assert ControlRun.objects.count() == ControlShare.objects.count() == 0


def test_asked_for_is_done_by_the_worker(
    cast: Cast, mentorship: Mentorship, actions: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = services.ask(by=cast.tove, at=NIGHT, on=ON)
    assert asked.finished_at is None and actions() == ["controls.asked"]
    monkeypatch.setattr(results, "due", lambda on, is_night: cast.municipality.pk)
    done = services.run_next(at=NIGHT)
    assert done == asked and done.finished_at is not None and done.asked_by == cast.tove
    assert ControlRun.objects.count() == 1


def test_asking_twice_is_refused_and_leaves_one(cast: Cast, mentorship: Mentorship) -> None:
    services.ask(by=cast.tove, at=NIGHT, on=ON)
    with pytest.raises(Conflict, match="allerede sat i gang"):
        services.ask(by=cast.eva, at=NIGHT, on=ON)
    assert ControlRun.objects.count() == 1


@pytest.mark.parametrize("who", ["anna", "finn", "carla", "david", "signe"])
def test_who_may_not_ask(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.ask(by=getattr(cast, who), at=NIGHT, on=ON)
    assert ControlRun.objects.count() == 0


@pytest.mark.parametrize(
    ("at", "is_night"),
    [
        (datetime(2026, 11, 23, 0, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_the_night_begins_at_two_in_denmark(
    cast: Cast, at: datetime, is_night: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(results, "due", lambda on, is_night: told.append(is_night))
    assert services.run_next(at=at) is None
    assert told == [is_night]
