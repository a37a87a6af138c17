"""What others found stands beside, with its design and caveat, and never becomes one number with one's own."""

from __future__ import annotations

from functools import cache

import pytest

from brobygger.analysis.designs import Lottery, StartNow, compare
from brobygger.analysis.errors import DesignError, NotOneNumber
from brobygger.analysis.result import Comparison, Question, Word
from brobygger.analysis.simulate import Selection, people_world
from brobygger.analysis.surveys import unpaired_gap
from brobygger.analysis.yardsticks import Study, beside_yardsticks, one_number, read_studies, yardsticks

ASKED = Question("i job", 52, 0.06)


@cache
def drawn_lots(seed: int) -> Comparison:
    return compare(people_world(Selection.LOT, seed=seed, people=800).entries, Lottery(draws=99), ASKED)


@cache
def adjusted() -> Comparison:
    return compare(people_world(Selection.SEEN, seed=4, people=800).entries, StartNow(), ASKED)


def study(name: str) -> Study:
    return next(each for each in yardsticks() if each.id == name)


def test_the_figures_are_the_published_ones() -> None:
    education, job, weak = study("trial-2012").figures
    assert (education.without, education.with_mentor, job.without, job.with_mentor) == (12, 16, 5, 7)
    assert weak.points == (7, 10)
    assert [each.share for each in study("sfi-2015-survey").figures] == [81, 37, 40]
    follows, company = study("star-2016").figures
    assert follows.at_least and follows.share == 33.3 and company.share == 25


def test_the_recomputed_limits_follow_from_the_shares() -> None:
    """Half of 2,588 in each arm."""
    half = 1294
    for figure in study("trial-2012").figures[:2]:
        yes = (round(half * figure.with_mentor / 100), round(half * figure.without / 100))
        gap = unpaired_gap(yes, (half, half))
        assert figure.recomputed
        assert (100 * gap.low, 100 * gap.high) == pytest.approx((figure.low, figure.high), abs=0.1)


def test_each_has_design_caveat_and_source_and_its_own_word() -> None:
    assert all(each.caveat and each.source and each.by and each.figures for each in yardsticks())
    assert {each.id: each.word for each in yardsticks()} == {
        "trial-2012": Word.EFFECT,
        "sfi-2015-match": Word.COMPARED,
        "sfi-2015-survey": Word.HAPPENED,
        "star-2016": Word.HAPPENED,
    }


def test_the_lines_stand_beside_each_other() -> None:
    lines = beside_yardsticks(adjusted())
    assert [line.is_own for line in lines] == [True] + [False] * (len(lines) - 1)
    said = [line.says for line in lines]
    assert any(s.startswith("16 af 100 med mentor og 12 af 100 uden er i uddannelse") for s in said)
    assert "Over 33,3 af 100 følges af et aktivt tilbud." in said
    assert all(line.caveat for line in lines)


def test_a_study_and_ones_own_are_never_one_number() -> None:
    for stranger in (study("trial-2012"), study("trial-2012").figures[0]):
        with pytest.raises(NotOneNumber, match="ikke lægges sammen"):
            one_number([drawn_lots(1), drawn_lots(2), stranger])


def test_own_results_of_two_kinds_are_never_one_number() -> None:
    with pytest.raises(NotOneNumber, match="svarer ikke på det samme"):
        one_number([drawn_lots(1), drawn_lots(2), adjusted()])
    other = compare(
        people_world(Selection.LOT, seed=3, people=800).entries,
        Lottery(draws=99),
        Question("i job", 26, 0.06),
    )
    with pytest.raises(NotOneNumber):
        one_number([drawn_lots(1), drawn_lots(2), other])
    with pytest.raises(NotOneNumber):
        one_number([])


def test_own_results_of_one_kind_are_pooled() -> None:
    same = [each for each in map(drawn_lots, range(1, 9)) if each.word is Word.EFFECT][:3]
    found = one_number(same)
    estimates = [float(each.effect.estimate[each.headline_place]) for each in same]
    assert min(estimates) <= found.estimate <= max(estimates)
    with pytest.raises(DesignError):
        one_number(same[:2])


def test_a_survey_cannot_be_called_an_effect() -> None:
    text = """[[study]]
id = "x"
title = "X"
by = "Y"
year = 2020
design = "survey"
word = "Virkning"
about = "A."
caveat = "B."
source = "C"
confidence = "M"
[[study.figure]]
what = "tilfredse"
share = 81
"""
    with pytest.raises(NotOneNumber, match="kan ikke kaldes Virkning"):
        read_studies(text)
    assert read_studies(text.replace("Virkning", "Skete"))[0].word is Word.HAPPENED
