"""The plain rules: the screening, what counts as a change, the pictures, and that each tool hangs together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.toolbox.assessments.areas import AREAS, Change, Group, areas_of, change_of
from brobygger.toolbox.charts import HEIGHT, WIDTH, Reading, picture, wheel
from brobygger.toolbox.digital.kinds import Kind
from brobygger.toolbox.digital.screening import MUCH, NO, QUESTIONS, SOME, Fit, suggest
from brobygger.toolbox.tools.definitions import BY_SLUG, DIGITAL, TOOLS, Answer, Seen

ANSWERS = st.fixed_dictionaries({}, optional={name: st.sampled_from([MUCH, SOME, NO]) for name in QUESTIONS})
YES = {"wish": MUCH, "phone": MUCH, "apps": MUCH}


@given(ANSWERS)
def test_a_kind_always_has_a_need_behind_it_and_no_wish_means_none(answers: dict[str, str]) -> None:
    found = suggest(answers)
    assert found.reasons
    assert (found.fit is Fit.NOT_NOW) == (not found.kinds)
    needs = [answers.get(name, NO) for name in QUESTIONS[3:]]
    assert len(found.kinds) in (0, sum(need != NO for need in needs))
    assert len({suited.kind for suited in found.kinds}) == len(found.kinds)
    if NO in (answers.get("wish", NO), answers.get("phone", NO)):
        assert not found.kinds


@given(ANSWERS, st.sampled_from(QUESTIONS[3:]))
def test_more_need_never_takes_a_kind_away(answers: dict[str, str], question: str) -> None:
    before = {suited.kind for suited in suggest(answers).kinds}
    assert before <= {suited.kind for suited in suggest({**answers, question: MUCH}).kinds}


@pytest.mark.parametrize(
    ("answers", "fit", "kinds"),
    [
        ({}, Fit.NOT_NOW, []),
        (YES, Fit.NOT_NOW, []),
        (YES | {"bills": SOME, "danish": MUCH}, Fit.YES, [Kind.TRANSLATE, Kind.BUDGET]),
        (YES | {"apps": NO, "forgets": MUCH}, Fit.WITH_HELP, [Kind.CALENDAR]),
        (YES | {"phone": SOME, "starts": SOME}, Fit.WITH_HELP, [Kind.DAY_PLAN]),
        (YES | {"wish": SOME, "reading": MUCH}, Fit.WITH_HELP, [Kind.READ_ALOUD]),
        (YES | {"phone": NO, "forgets": MUCH}, Fit.NOT_NOW, []),
    ],
)
def test_the_screening_by_hand(answers: dict[str, str], fit: Fit, kinds: list[Kind]) -> None:
    found = suggest(answers)
    assert (found.fit, [suited.kind for suited in found.kinds]) == (fit, kinds)


def test_the_screening_asks_what_it_uses_and_at_most_eight() -> None:
    assert {item.key for item in DIGITAL.items} == set(QUESTIONS)
    assert len(QUESTIONS) <= 8
    assert {kind for name in QUESTIONS[3:] for kind in [suggest(YES | {name: MUCH}).kinds[0].kind]} == set(
        Kind
    )


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.slug)
def test_each_tool_hangs_together(tool: object) -> None:
    assert isinstance(tool, type(DIGITAL))
    assert len(tool.keys) == len(tool.items) and BY_SLUG[tool.slug] is tool
    assert all(bool(item.choices) == (item.answer is Answer.CHOICE) for item in tool.items)
    assert tool.seen is Seen.AT_ONCE or len(tool.sides) == 2
    assert tool.advice


def test_the_areas_are_those_of_the_evaluation() -> None:
    assert [area.code for area in areas_of(Group.LIFE)] == [
        "DAILY", "ECONOMY", "HEALTH", "NETWORK", "APPEARANCE", "LANGUAGE", "WORK",
    ]  # fmt: skip
    assert len(AREAS) == 11


@pytest.mark.parametrize(
    ("scores", "change"),
    [
        ([], Change.TOO_FEW),
        ([4], Change.TOO_FEW),
        ([4, 5], Change.SAME),
        ([4, 10, 3], Change.SAME),
        ([4, 6], Change.HIGHER),
        ([4, 2], Change.LOWER),
    ],
)
def test_small_differences_are_not_read_as_a_change(scores: list[int], change: Change) -> None:
    assert change_of(scores) is change


@given(
    st.lists(
        st.builds(
            Reading,
            st.sampled_from(["a", "b"]),
            st.integers(0, 400).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
            st.integers(0, 10),
        ),
        min_size=1,
    )
)
def test_every_dot_is_inside_and_higher_is_higher(readings: list[Reading]) -> None:
    drawn = picture(readings, ["a", "b"])
    assert drawn is not None
    dots = [dot for track in drawn.tracks for dot in track.dots]
    assert len(dots) == len(readings)
    assert all(0 <= float(dot.x) <= WIDTH and 0 <= float(dot.y) <= HEIGHT for dot in dots)
    heights = sorted((dot.reading.score, -float(dot.y)) for dot in dots)
    assert heights == sorted(heights, key=lambda pair: pair[1])
    for track in drawn.tracks:
        assert [float(dot.x) for dot in track.dots] == sorted(float(dot.x) for dot in track.dots)


def test_a_step_looks_as_small_as_it_is() -> None:
    """The scale is 0 to 10 whatever the scores, so that 4 to 5 is a tenth of the height."""
    small, large = (
        picture([Reading("a", TODAY, 4), Reading("a", TODAY + timedelta(days=9), score)], ["a"])
        for score in (5, 10)
    )
    assert small and large
    rise = [float(each.tracks[0].dots[0].y) - float(each.tracks[0].dots[1].y) for each in (small, large)]
    assert rise[1] == pytest.approx(6 * rise[0], abs=0.5)
    assert picture([], ["a"]) is None


TODAY = date(2026, 11, 23)


def test_the_wheel_leaves_out_what_has_no_number() -> None:
    labels = {key: key for key in "abcdefgh"}
    drawn = wheel(labels, dict.fromkeys("abcdefg", 10), {"a": 1, "b": 2})
    assert len(drawn.spokes) == 8 and len(drawn.now.split()) == 7 and drawn.before == ""
    assert drawn.now.split()[0] == "160.0,56.0"
