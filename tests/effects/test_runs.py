"""The figures over time: whoever keeps the old ones and takes them from the new must find nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from django.test import Client

from brobygger.accounts.models import User
from brobygger.analysis import Meetings
from brobygger.effects import reading, services
from brobygger.effects.figures.cohort import Told, World, cohort_of
from brobygger.effects.figures.compared import cost_of
from brobygger.effects.models import ResultCase, ResultRun, StoredResult
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.effects.made import make_world
from tests.factories.mentorships import make_active


def told_of(told: Told, rows: np.ndarray) -> Told:
    """Some of the mentorships and their meetings."""
    place = np.full(len(told.key), -1)
    place[rows] = np.arange(len(rows))
    meetings = told.meetings
    kept = place[meetings.agreement] >= 0
    columns = [
        np.asarray(getattr(meetings, name))[kept] for name in ("day", "minutes", "face_to_face", "confirmed")
    ]
    return replace(
        told,
        key=told.key[rows],
        person=told.person[rows],
        ended=told.ended[rows],
        born=told.born[rows],
        goals=told.goals[rows],
        traits={name: values[rows] for name, values in told.traits.items()},
        meetings=Meetings(place[meetings.agreement[kept]].astype(np.int32), *columns),
    )


@pytest.fixture(scope="module")
def worlds() -> tuple[World, World]:
    """A municipality, and the same in which one more person's mentorship of the last period has come in late."""
    later = make_world(people=70, seed=8)
    horizon, periods = later.periods()
    inside = cohort_of(later, periods[-1], horizon).rows
    late = later.spells.person[inside[len(inside) // 2]]
    others = np.flatnonzero(later.told.person != late)
    earlier = replace(later, told=told_of(later.told, others))
    assert earlier.periods()[1] == periods
    return earlier, later


@pytest.fixture
def runs(
    cast: Cast, worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[ResultRun, ResultRun]]:
    """The figures are made, one more person comes in, and they are made again."""
    mentorship = make_active(cast)
    monkeypatch.setattr(World, "keys_of", lambda self, rows: {mentorship.pk: 0})

    def make() -> tuple[ResultRun, ResultRun]:
        done = []
        for world in worlds:
            monkeypatch.setattr(reading, "world_in", lambda _municipality, world=world: world)
            done.append(services.make_results(municipality=cast.municipality, on=TODAY, at=NOW))
        return done[0], done[1]

    return make


def stored(run: ResultRun) -> dict[tuple[object, str], object]:
    rows = StoredResult.objects.filter(run=run).exclude(starts_on=None)
    return {(row.starts_on, row.subject): row.payload for row in rows}


def test_a_period_that_has_been_shown_is_never_made_again(
    cast: Cast, runs: Callable[[], tuple[ResultRun, ResultRun]], acting: Callable[..., object]
) -> None:
    first, second = runs()
    with acting(cast.eva):  # type: ignore[attr-defined]
        assert stored(first) and stored(first) == stored(second)
        cases = [
            ResultCase.objects.filter(run=run).values_list("mentorship", "labels") for run in (first, second)
        ]
        assert list(cases[0]) == list(cases[1]) and len(cases[0]) == 1


def test_made_again_it_would_tell_who_came_in(worlds: tuple[World, World]) -> None:
    """The control: the difference of two such runs is one person, status by status."""
    payloads = []
    for world in worlds:
        horizon, periods = world.periods()
        payloads.append(services.period_payloads(world, cohort_of(world, periods[-1], horizon)))
    people = [each["STATUS"]["people"] for each in payloads]
    assert people[1] - people[0] == 1
    cells = [each["STATUS"]["cells"] for each in payloads]
    both = [key for key, value in cells[0].items() if value is not None and cells[1][key] is not None]
    apart = {key: cells[1][key] - cells[0][key] for key in both if cells[0][key] != cells[1][key]}
    assert apart and set(apart.values()) == {1}


def test_a_page_says_when_its_period_was_made(
    cast: Cast,
    runs: Callable[[], tuple[ResultRun, ResultRun]],
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "code_version", iter([f"{number}" for number in range(1, 99)]).__next__)
    runs()
    text = signed_in(cast.eva).get("/resultater/status/").content.decode()
    assert "Senere rettelser" in text
    made = StoredResult.objects.filter(subject="STATUS").values_list("payload__made__version", flat=True)
    assert len(made) == 2 and len(set(made)) == 1 and f"Brobygger {made[0]}" in text


def test_what_one_costs_does_not_tell_the_hours_of_the_newest(worlds: tuple[World, World]) -> None:
    """A whole number is off by up to a half: the hours of one person in all lie in a span wider than anyone's."""
    before, after = (cost_of(world) for world in worlds)
    assert before is not None and after is not None and before.hours == round(before.hours)
    counts = [int((~world.spells.column("running")).sum()) for world in worlds]
    longest = max(world.spells.column("minutes").max() for world in worlds) / 60
    told_by = {step: step * sum(counts) for step in (1.0, 0.1)}
    assert (
        told_by[1.0] > longest > told_by[0.1]
    )  # The control: with one decimal the difference would be a person's.
    assert cost_of(make_world(people=15)) is None
