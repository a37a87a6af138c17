"""Who reaches which row in the database itself, were every selector to forget its filter; and what is never changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError

from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.mentorships.models import GoalReading, Mentorship, SupportPlan
from brobygger.toolbox.digital import services as digital
from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.models import Assessment, AssessmentScore, DigitalTool, Sheet
from brobygger.toolbox.plan import services as plans
from brobygger.toolbox.selectors import progress_of
from brobygger.toolbox.tools.definitions import GUIDE, WHEEL
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor
from tests.toolbox.filling import NOW, TODAY, assess, fill

Acting = Callable[[User], AbstractContextManager[None]]
TABLES = (Sheet, Assessment, AssessmentScore, GoalReading, SupportPlan)


@pytest.fixture
def filled(cast: Cast, mentorship: Mentorship) -> Mentorship:
    """One row of each, and a neighbour's mentorship with one of each."""
    _one_of_each(cast, mentorship)
    neighbour = make_active(
        cast,
        citizen=make_citizen(cast, name="Dagny Dam", email="d@example.org"),
        mentor=make_mentor(cast, name="Karl Kær", email="k@example.org"),
    )
    neighbour.grants.update(mentor=neighbour.mentor)
    _one_of_each(cast, neighbour)
    return mentorship


def _one_of_each(cast: Cast, mentorship: Mentorship) -> None:
    sheet = {"mentorship": mentorship, "citizen": mentorship.citizen, "mentor": mentorship.mentor}
    Sheet.objects.create(
        municipality=cast.municipality, tool="WHEEL", side="CITIZEN", answers={"money": 3},
        filled_on=TODAY, filled_at=NOW, **sheet,
    )  # fmt: skip
    assess(mentorship, cast.anna, DAILY=4)
    plans.set_plan(
        mentorship=mentorship, frame=plans.Frame(12), goals={}, tasks={}, by=cast.anna, on=TODAY, at=NOW
    )
    plans.read_goals(mentorship=mentorship, scores={1: 3}, own_words={}, by=cast.anna, on=TODAY, at=NOW)


def _counts() -> list[int]:
    return [table.objects.count() for table in TABLES]


@pytest.mark.parametrize(
    ("key", "seen"),
    [("anna", [2] * 5), ("david", [1] * 5), ("carla", [1] * 5), ("signe", [0] * 5), ("bo", [0] * 5)],
)
def test_each_reaches_the_rows_of_their_own(
    cast: Cast, acting: Acting, filled: Mentorship, key: str, seen: list[int]
) -> None:
    """The company sees the mentorship and none of what is said in it."""
    with acting(cast.users[key]):
        assert _counts() == seen


def test_a_policy_that_follows_the_mentorship_would_be_found(
    cast: Cast, acting: Acting, filled: Mentorship
) -> None:
    """The control: the company would see the sheet with the usual policy, for it sees the mentorship."""
    with acting(cast.signe):
        assert Mentorship.objects.filter(pk=filled.pk).exists()
        assert not Sheet.objects.filter(mentorship_id=filled.pk).exists()


@pytest.mark.parametrize("table", [Sheet, Assessment, AssessmentScore, GoalReading])
def test_what_was_said_is_never_changed(cast: Cast, filled: Mentorship, table: Any) -> None:
    name = table._meta.db_table
    for sql in (f"update {name} set id = id", f"delete from {name}"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_citizen_cannot_write_in_another_citizens_name(
    cast: Cast, acting: Acting, filled: Mentorship
) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Eva Ea", email="e@example.org"))
    with acting(cast.david), pytest.raises(Mentorship.DoesNotExist):
        fill(other, WHEEL, cast.david)


def test_a_tool_of_the_mentors_is_not_the_citizens_to_fill_in(cast: Cast, mentorship: Mentorship) -> None:
    with pytest.raises(NotAllowed):
        fill(mentorship, GUIDE, cast.david)


@pytest.mark.parametrize("score", [11, -1])
def test_the_database_refuses_what_is_off_the_scale(cast: Cast, filled: Mentorship, score: int) -> None:
    assessment = Assessment.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentScore.objects.create(
            municipality=cast.municipality, assessment=assessment, area="WORK", score=score
        )


def test_progress_is_each_score_once_the_later_of_a_day_counting(cast: Cast, mentorship: Mentorship) -> None:
    assess(mentorship, cast.anna, DAILY=2)
    assess(mentorship, cast.anna, DAILY=5, WORK=1)
    assess(mentorship, cast.david, DAILY=7)
    found = [(each.barrier, each.who.value, each.when, each.score) for each in progress_of(mentorship)]
    assert sorted(found) == [
        ("DAILY", "CITIZEN", TODAY, 7),
        ("DAILY", "STAFF", TODAY, 5),
        ("WORK", "STAFF", TODAY, 1),
    ]


# The catalogue


def _entry(**own: Any) -> digital.Entry:
    return digital.Entry(**{
        "kind": Kind.CALENDAR, "name": "Prøvekalender", "what_for": "Minder.", "who_for": "", "price": "Gratis",
        "data_protection": "Kun på telefonen.", "address": "", "valid_from": TODAY, "ends_before": None, **own,
    })  # fmt: skip


def test_the_catalogue_is_kept_by_its_editors_and_read_in_the_whole_municipality(
    cast: Cast, acting: Acting
) -> None:
    tool = digital.add(entry=_entry(), by=cast.eva, at=NOW)
    digital.change(tool=tool, version=1, entry=_entry(price="20 kr."), by=cast.adam, at=NOW)
    with pytest.raises(digital.Conflict):
        digital.change(tool=tool, version=1, entry=_entry(price="30 kr."), by=cast.eva, at=NOW)
    for by in (cast.anna, cast.carla, cast.finn):
        with pytest.raises(NotAllowed):
            digital.add(entry=_entry(), by=by, at=NOW)
    for user in (cast.carla, cast.david):
        with acting(user):
            assert DigitalTool.objects.get().price == "20 kr."
    with acting(cast.bo):
        assert not DigitalTool.objects.exists()


def test_a_tool_cannot_end_before_it_begins(cast: Cast) -> None:
    with pytest.raises(digital.Refused, match="sidste dag"):
        digital.add(entry=_entry(ends_before=TODAY), by=cast.eva, at=NOW)
