"""The plan and every tool as the citizen David reads them: empty, answered by one, and answered by all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse

from brobygger.accounts.permissions import Role
from brobygger.mentorships.models import Goal, GoalReading, Mentorship, SupportPlan, Task
from brobygger.toolbox.assessments.areas import AREAS
from brobygger.toolbox.digital.screening import MUCH, NO, QUESTIONS, SOME
from brobygger.toolbox.models import Assessment, AssessmentScore, Sheet, Side
from brobygger.toolbox.tools.definitions import BY_SLUG, DIGITAL, Answer, Item, Tool
from tests.repository.visitor import Visitor
from tests.repository.world import NOW, World

OF_THE_CASE = ("case", "plan", "read_goals", "progress", "assess", "logbook")
SCREENED = (
    dict.fromkeys(QUESTIONS, NO),
    {**dict.fromkeys(QUESTIONS, MUCH), "phone": NO},
    {**dict.fromkeys(QUESTIONS, NO), "wish": MUCH, "phone": MUCH},
    dict.fromkeys(QUESTIONS, SOME),
    dict.fromkeys(QUESTIONS, MUCH),
)
"""Answers that together bring out every reason and every kind of digital tool."""


def tool_pages(world: World) -> Iterator[tuple[str, Any]]:
    """(name, answer) of each."""
    case = Mentorship.objects.get(public_id=world.own["mentorship"])
    yield from _all_pages(world, case, "empty")
    _fill_all(world, case, Side.CITIZEN)
    yield from _all_pages(world, case, "the own")
    _fill_all(world, case, Side.MENTOR)
    _set_plan(world, case)
    for side in Side:
        _assess(world, case, side)
    yield from _all_pages(world, case, "all")
    yield from _suggestions(world, case)


def _all_pages(world: World, case: Mentorship, when: str) -> Iterator[tuple[str, Any]]:
    david = Visitor(world.user_of(Role.CITIZEN))
    for route in OF_THE_CASE:
        yield f"{route}, {when}", david.get(reverse(f"toolbox:{route}", args=[case.public_id]))
    for slug, tool in BY_SLUG.items():
        yield f"{slug}, {when}", david.get(reverse("toolbox:tool", args=[case.public_id, slug]))
        if Side.CITIZEN in tool.sides:
            form = reverse("toolbox:fill", args=[case.public_id, slug])
            yield f"{slug} as a form", david.get(form)
            yield f"{slug} without answers", david.post(form, {})


def _suggestions(world: World, case: Mentorship) -> Iterator[tuple[str, Any]]:
    david = Visitor(world.user_of(Role.CITIZEN))
    for place, answers in enumerate(SCREENED, 1):
        _keep(world, case, DIGITAL, Side.CITIZEN, answers, minutes=place)
        address = reverse("toolbox:tool", args=[case.public_id, DIGITAL.slug])
        yield f"suggestion {place}", david.get(address)


def _fill_all(world: World, case: Mentorship, side: Side) -> None:
    for tool in BY_SLUG.values():
        who = side if side in tool.sides else Side.MENTOR
        for again in range(2):
            answers = {item.key: _answer(item, who) for item in tool.items}
            _keep(world, case, tool, who, answers, minutes=-again)


def _answer(item: Item, side: Side) -> Any:
    """The mentor chooses otherwise than the citizen, so that there is something to talk about."""
    if item.answer is Answer.CHOICE:
        return item.choices[0 if side is Side.CITIZEN else -1][0]
    return {Answer.SCALE: 5, Answer.TICK: True, Answer.TEXT: "x"}[item.answer]


def _keep(world: World, case: Mentorship, tool: Tool, side: Side, answers: Any, *, minutes: int) -> None:
    Sheet.objects.create(
        municipality=world.cast.municipality,
        mentorship=case,
        citizen=world.cast.citizen,
        mentor=world.cast.mentor,
        tool=tool.code,
        side=side,
        answers=answers,
        filled_on=NOW.date(),
        filled_at=NOW + timedelta(minutes=minutes),
    )


def _set_plan(world: World, case: Mentorship) -> None:
    """Goals with scales and readings, tasks with limits of every kind, and how often to meet."""
    shared: dict[str, Any] = {
        "municipality": world.cast.municipality,
        "mentorship": case,
    }
    citizen = world.cast.citizen
    SupportPlan.objects.create(
        **shared,
        citizen=citizen,
        sessions=12,
        rhythm="x",
        other_support="x",
        changed_at=NOW,
        changed_by=world.cast.users["anna"],
    )
    Goal.objects.filter(mentorship=case).update(
        own_words="x", target_on=NOW.date() + timedelta(days=20), scale_start=2, scale_wanted=8
    )
    for goal in Goal.objects.filter(mentorship=case):
        for side in Side:
            GoalReading.objects.create(
                **shared,
                goal=goal,
                citizen=world.cast.citizen,
                side=side,
                score=4,
                read_on=NOW.date(),
                read_at=NOW,
            )
    for place, whose in enumerate(Task.Beyond.values, 50):
        Task.objects.create(**shared, position=place, text="x", boundary="x", beyond=whose)


def _assess(world: World, case: Mentorship, side: Side) -> None:
    """Twice, with every area; the numbers rise, fall and stay."""
    change = {Side.CITIZEN: 3, Side.MENTOR: -3, Side.STAFF: 0}[side]
    for place, (moment, level) in enumerate(
        zip(Assessment.Moment.values, Assessment.Language.values, strict=False)
    ):
        assessment = Assessment.objects.create(
            municipality=world.cast.municipality,
            mentorship=case,
            citizen=world.cast.citizen,
            side=side,
            moment=moment,
            language=level,
            note="x",
            assessed_on=NOW.date() - timedelta(days=20 - place),
            assessed_at=NOW - timedelta(days=20 - place),
        )
        for area in AREAS:
            AssessmentScore.objects.create(
                municipality=world.cast.municipality,
                assessment=assessment,
                area=area,
                score=4 + change * bool(place),
            )
