"""From rows in the database to the arrays: column by column on a handful of mentorships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger.effects import reading
from brobygger.effects.figures.cohort import Told, World
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Goal, Mentorship, Status
from brobygger.people.models import Citizen
from brobygger.registers.models import RegisterImport, StatusSpell
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.factories.mentorships import make_grant, make_mentorship
from tests.factories.people import make_citizen

MONDAY = date(2026, 3, 2)
WEEKS = 30


@dataclass
class Rows:
    """Ada's mentorship has ended, Birk's runs, Cleo's is only granted, and no register tells of Dina."""

    cast: Cast
    ada: Mentorship
    birk: Mentorship
    cleo: Mentorship
    dina: Mentorship


def in_registers(cast: Cast, citizen: Citizen, came_with: RegisterImport) -> None:
    """Cash benefit, then a job from the eleventh week."""
    job = MONDAY + timedelta(weeks=10)
    end = MONDAY + timedelta(weeks=WEEKS)
    for source, code, first, before in (
        ("WEEKLY", "730", MONDAY, job),
        ("WEEKLY", "", job, end),
        ("BRANCHES", "", MONDAY, job),
        ("BRANCHES", "620000", job, end),
    ):
        StatusSpell.objects.create(
            municipality=cast.municipality,
            citizen=citizen,
            source=source,
            code=code,
            first_week=first,
            before_week=before,
            came_with=came_with,
        )


def met(mentorship: Mentorship, at: datetime, minutes: int, **fields: object) -> None:
    Contact.objects.create(
        **{
            "municipality": mentorship.municipality,
            "mentorship": mentorship,
            "grant": mentorship.grants.get(),
            "mentor": mentorship.mentor,
            "citizen": mentorship.citizen,
            "mentor_identity": mentorship.mentor.identity if mentorship.mentor else 0,
            "kind": Contact.Kind.FACE_TO_FACE,
            "starts_at": at,
            "ends_at": at + timedelta(minutes=max(minutes, 30)),
            "minutes": minutes,
            "state": Contact.State.CONFIRMED,
            "registered_at": NOW,
            **fields,
        }
    )


@pytest.fixture
def rows(cast: Cast) -> Rows:
    came_with = RegisterImport.objects.create(
        municipality=cast.municipality, kind="WEEKLY", file_name="fil.csv", sha256="0" * 64,
        data_as_of=TODAY, imported_at=NOW,
    )  # fmt: skip
    made = {}
    for name, status, born in (
        ("ada", Status.ENDED, date(2001, 5, 2)),
        ("birk", Status.ACTIVE, date(1960, 1, 1)),
        ("cleo", Status.GRANTED, date(1990, 1, 1)),
        ("dina", Status.ENDED, date(1985, 1, 1)),
    ):
        citizen = make_citizen(cast, name=f"{name.title()} Aagaard", birth_date=born)
        if name != "dina":
            in_registers(cast, citizen, came_with)
        made[name] = make_mentorship(
            cast, citizen=citizen, status=status, starts_on=MONDAY, ends_before=MONDAY + timedelta(weeks=20)
        )
    for name, rate, used in (("ada", 200, 60), ("birk", 300, 180), ("cleo", 900, 0), ("dina", 400, 0)):
        make_grant(cast, made[name], hourly_rate=Decimal(rate), used_minutes=used)
    Mentorship.objects.filter(pk=made["ada"].pk).update(target_group="6.5", support_type="DAILY_LIFE")
    for position, (name, attainment) in enumerate((("ada", 3), ("ada", 1), ("birk", None)), start=2):
        Goal.objects.create(
            municipality=cast.municipality,
            mentorship=made[name],
            position=position,
            text="Møde",
            attainment=attainment,
        )
    meet(made)
    return Rows(cast, **made)


def meet(made: dict[str, Mentorship]) -> None:
    def at(day: int, hour: int = 9) -> datetime:
        return datetime(2026, 3, 3, hour, tzinfo=UTC) + timedelta(days=day)

    met(made["ada"], at(0), 60)
    met(made["ada"], at(0, 11), 30)
    met(made["ada"], at(0, 13), 20, kind=Contact.Kind.TELEPHONE)
    met(made["ada"], at(7, 23), 45, state=Contact.State.ACCEPTED)
    for day, state in enumerate(("REGISTERED", "DISPUTED", "REJECTED", "SUPERSEDED", "WITHDRAWN"), start=14):
        met(made["ada"], at(day), 500, state=state)
    met(made["ada"], at(21), 0, kind=Contact.Kind.NO_SHOW_CITIZEN)
    met(made["birk"], at(1), 90, kind=Contact.Kind.VIDEO)
    met(made["cleo"], at(2), 90)
    met(made["dina"], at(3), 90)


def told_in(cast: Cast) -> tuple[World, Told]:
    world = reading.world_in(cast.municipality.pk)
    assert isinstance(world, World)
    return world, world.told


def check_people(rows: Rows) -> None:
    world, told = told_in(rows.cast)
    assert told.key.tolist() == [rows.ada.pk, rows.birk.pk]
    panel = world.states
    assert panel.ids is not None
    assert [int(panel.ids[row]) for row in told.person] == [rows.ada.citizen_id, rows.birk.citizen_id]
    assert told.ended.tolist() == [True, False]
    assert told.born.astype(str).tolist() == ["2001-05-02", "1960-01-01"]
    assert told.goals.tolist() == ["some", "open"]
    assert told.traits["target"].tolist() == ["6.5", "6.3"]
    assert told.traits["support"].tolist() == ["DAILY_LIFE", "WORKPLACE_INTRODUCTION"]
    assert told.traits["context"].tolist() == ["COMPANY_PLACEMENT", "COMPANY_PLACEMENT"]
    assert told.kroner_per_hour == pytest.approx((200 * 60 + 300 * 180) / 240)


def check_meetings(rows: Rows) -> None:
    """One row a day and way of meeting, in Danish days; only what both stand by, and only of those who are known."""
    _world, told = told_in(rows.cast)
    meetings = told.meetings
    found = zip(
        meetings.agreement.tolist(),
        meetings.day.astype(str).tolist(),
        meetings.minutes.tolist(),
        meetings.face_to_face.tolist(),
        strict=True,
    )
    assert sorted(found) == [
        (0, "2026-03-03", 20, False),
        (0, "2026-03-03", 90, True),
        (0, "2026-03-11", 45, True),
        (1, "2026-03-04", 90, False),
    ]
    assert meetings.confirmed.all()


def check_registers(rows: Rows) -> None:
    world, told = told_in(rows.cast)
    first = world.states.first_week
    assert world.states.stop_week - first == WEEKS
    ada = int(told.person[0])
    names = [
        str(world.states.names(world.states.status_at(np.array([ada]), np.array([week])))[0])
        for week in (first + 9, first + 10)
    ]
    assert names[1] == "job" and names[0] != "job"
    assert (
        str(world.wages.names(world.wages.status_at(np.array([ada]), np.array([first + 10])))[0]) == "620000"
    )


CHECKS = {"people": check_people, "meetings": check_meetings, "registers": check_registers}


@pytest.mark.parametrize("name", CHECKS)
def test_every_column_says_what_the_rows_say(rows: Rows, name: str) -> None:
    CHECKS[name](rows)


FAULTS: dict[str, tuple[str, str, str, str]] = {
    "mentorships that have not begun": ("_CASES", "'ENDED')", "'ENDED', 'GRANTED')", "people"),
    "everyone has ended": ("_CASES", "m.status = 'ENDED'", "true", "people"),
    "traits in another order": ("_CASES", "m.target_group, m.support", "m.support_type, m.support", "people"),
    "partly reached is reached": ("_CASES", "attainment >= 2", "attainment >= 1", "people"),
    "the citizen's row for the mentorship's": ("_CASES", "m.id, m.citizen_id", "m.id, m.id", "people"),
    "contacts nobody has confirmed": ("_MEETINGS", "'ACCEPTED'", "'REGISTERED'", "meetings"),
    "days of Greenwich": ("_MEETINGS", "'Europe/Copenhagen'", "'UTC'", "meetings"),
    "a telephone call is a meeting": ("_MEETINGS", "kind = 'FACE_TO_FACE'", "kind <> 'VIDEO'", "meetings"),
    "one contact a day": ("_MEETINGS", "sum(minutes)", "max(minutes)", "meetings"),
    "a mean of rates, not of hours": (
        "_PRICE",
        "sum(hourly_rate * used_minutes)",
        "sum(hourly_rate)",
        "people",
    ),
    "branches are benefits": (
        "_SPELLS",
        "(source = 'BRANCHES')::int",
        "(source = 'WEEKLY')::int",
        "registers",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_put_in_is_found(rows: Rows, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statement, right, wrong, check = FAULTS[name]
    module = reading if hasattr(reading, statement) else reading.registers
    text = getattr(module, statement)
    assert text.count(right) == 1
    monkeypatch.setattr(module, statement, text.replace(right, wrong))
    with pytest.raises((AssertionError, IndexError, ValueError)):
        CHECKS[check](rows)


def test_the_queries_are_as_many_for_one_as_for_many(rows: Rows) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            told_in(rows.cast)
        return len(found)

    two = queries()
    Mentorship.objects.filter(pk=rows.birk.pk).update(status=Status.GRANTED)
    _world, told = told_in(rows.cast)
    assert told.key.tolist() == [rows.ada.pk]
    assert queries() == two == 5


def test_what_is_lacking_is_named(cast: Cast, rows: Rows) -> None:
    StatusSpell.objects.filter(source="BRANCHES").delete()
    assert reading.world_in(cast.municipality.pk) == reading.Lacking(reading.ResultRun.Trouble.NO_BRANCHES)
    StatusSpell.objects.all().delete()
    assert reading.world_in(cast.municipality.pk) == reading.Lacking(reading.ResultRun.Trouble.NO_REGISTERS)
