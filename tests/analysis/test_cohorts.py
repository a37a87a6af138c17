from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brobygger.analysis.cohorts import (
    NOT_KNOWN,
    Agreements,
    Meetings,
    age_bands,
    dosage,
    dosage_at_landmark,
    first_spells,
    history_before,
    in_two_arms,
    mentor_spells,
    one_arm_each,
    only_offer,
    only_offer_summary,
)
from brobygger.analysis.errors import CohortError
from brobygger.analysis.panel import Spells
from brobygger.analysis.weeks import mondays, week_of
from brobygger.values.period import add_months
from tests.analysis.made import FIRST, drawn, spell

KINDS = {"p": "passive", "a": "active", "k": "company", "?": "unseen"}


def meetings(*held: tuple[int, int], confirmed: bool = True, minutes: int = 60) -> Meetings:
    """Meetings as (agreement, weeks into the drawing), on Wednesdays."""
    agreement, week = (np.array(part, dtype=np.int32) for part in zip(*held, strict=True))
    size = len(held)
    return Meetings(
        agreement,
        mondays(FIRST + week) + np.timedelta64(2, "D"),
        np.full(size, minutes, dtype=np.int32),
        np.arange(size) % 2 == 0,
        np.full(size, confirmed),
    )


def agreed(*person: int, extends: tuple[int, ...] = (), **columns: list[str]) -> Agreements:
    flags = np.isin(np.arange(len(person)), extends)
    attributes = {name: np.array(value) for name, value in columns.items()}
    return Agreements(np.array(person, dtype=np.int32), flags, attributes)


def weeks_of_spells(agreements: Agreements, held: Meetings) -> list[tuple[int, int, int]]:
    spells, _ = mentor_spells(agreements, held)
    return list(
        zip(
            spells.person.tolist(),
            (spells.start - FIRST).tolist(),
            (spells.stop - FIRST).tolist(),
            strict=True,
        )
    )


def test_a_spell_runs_from_first_to_last_confirmed_meeting() -> None:
    assert weeks_of_spells(agreed(0), meetings((0, 3), (0, 1), (0, 20))) == [(0, 1, 21)]
    assert weeks_of_spells(agreed(0), meetings((0, 3), confirmed=False)) == []


@pytest.mark.parametrize(("week", "spells"), [(8, 1), (9, 2)])
def test_four_empty_weeks_join_and_five_do_not(week: int, spells: int) -> None:
    held = meetings((0, 1), (0, 3), (1, week))
    assert len(weeks_of_spells(agreed(0, 0), held)) == spells
    assert len(weeks_of_spells(agreed(0, 0, extends=(1,)), held)) == 1
    assert len(weeks_of_spells(agreed(0, 1, extends=(1,)), held)) == 2


def test_a_long_agreement_around_a_short_one_is_one_spell() -> None:
    held = meetings((0, 0), (0, 30), (1, 5), (2, 33))
    assert weeks_of_spells(agreed(0, 0, 0), held) == [(0, 0, 34)]


def test_a_move_or_a_birthday_does_not_split_a_spell() -> None:
    """The fault to find: a new spell for each municipality or age (what made a published measure be withdrawn)."""
    agreements = agreed(0, 0, municipality=["101", "147"])
    spells, spell_of = mentor_spells(agreements, meetings((0, 0), (0, 6), (1, 8), (1, 14)))
    assert (len(spells), spells.column("municipality").tolist()) == (1, ["101"])
    assert spell_of.tolist() == [0, 0]
    split_by_place = agreed(0, 1, municipality=["101", "147"])
    assert len(mentor_spells(split_by_place, meetings((0, 0), (1, 8)))[0]) == 2


def test_spells_sum_up_their_meetings() -> None:
    spells, _ = mentor_spells(agreed(0, 0), meetings((0, 0), (0, 2), (1, 3), (1, 9)))
    assert spells.column("minutes").tolist() == [240]
    assert spells.column("face_minutes").tolist() == [120]
    assert (spells.column("meetings")[0], spells.column("agreements")[0]) == (4, 2)
    given_hours = dosage(spells)
    assert given_hours.hours_per_week[0] == pytest.approx(4 / 10)
    assert given_hours.months[0] == pytest.approx(64 / 30.436875)


def test_a_meeting_without_an_agreement_is_refused() -> None:
    with pytest.raises(CohortError, match="bevilling"):
        mentor_spells(agreed(0), meetings((1, 0)))


def flags(drawing: str, length: int = 6) -> tuple[int, int, int, int]:
    kinds = drawn(drawing, gap="none", letters=KINDS)
    found = only_offer(kinds, spell(0, 0, length))
    names = ("passive_weeks", "started_only", "followed", "followed_company")
    return tuple(int(found.column(name)[0]) for name in names)  # type: ignore[return-value]


def test_mentor_as_the_only_offer() -> None:
    quiet = "p" * 40
    assert flags(quiet) == (6, 1, 0, 0)
    assert flags("ppppap" + quiet) == (5, 1, 1, 0)
    assert flags("pppapp" + quiet) == (5, 0, 1, 0)
    assert flags("pppppp" + "p" * 20 + "k" + quiet) == (6, 1, 1, 1)


def test_the_weeks_that_count_as_following_are_5_to_26() -> None:
    """Week 1 is the first after the spell."""

    def active_in(week: int) -> str:
        return "p" * 6 + "p" * (week - 1) + "a" + "p" * 40

    assert [flags(active_in(week))[2] for week in (4, 5, 26, 27)] == [0, 1, 1, 0]


def test_what_the_data_do_not_reach_is_not_known() -> None:
    assert flags("p" * 10) == (6, 1, NOT_KNOWN, NOT_KNOWN)
    assert flags("p?pppp" + "p" * 40)[1] == NOT_KNOWN
    assert flags("p" * 6 + "p" * 8 + "a")[2:] == (1, NOT_KNOWN)


def test_only_offer_in_sum() -> None:
    kinds = drawn("p" * 60, "p" * 38 + "k" * 22, "a" * 60, "p" * 60, gap="none", letters=KINDS)
    spells = Spells.of(
        person=[0, 1, 2, 3], start=[FIRST] * 4, stop=[FIRST + 30, FIRST + 30, FIRST + 30, FIRST + 50]
    )
    summed = only_offer_summary(only_offer(kinds, spells))
    assert (summed.spells, summed.started_only, summed.followed_known) == (4, 3, 2)
    assert (summed.followed, summed.company_of_followed, summed.over_six_months) == (0.5, 1.0, 1.0)


def test_dosage_is_compared_among_those_still_there() -> None:
    """The fault to find: hours of whole spells against outcomes, where longer spells belong to those who stayed."""
    held = meetings(*[(0, week) for week in range(26)], *[(1, week) for week in range(5)])
    spells, spell_of = mentor_spells(agreed(0, 1), held)
    rows, hours = dosage_at_landmark(spells, held, spell_of)
    assert (rows.tolist(), hours.tolist()) == ([0], [1.0])
    assert len(dosage(spells).hours_per_week) == 2


@settings(deadline=None)
@given(st.dates(date(1940, 1, 1), date(2020, 12, 31)), st.dates(date(2021, 1, 1), date(2030, 12, 31)))
def test_age_bands_by_the_last_day(birth: date, on: date) -> None:
    age = max(years for years in range(95) if add_months(birth, 12 * years) <= on)
    band = age_bands(np.array([birth], "datetime64[D]"), np.array([on], "datetime64[D]"))[0]
    if age < 16:
        assert band == "under 16"
    elif age >= 65:
        assert band == "65+"
    else:
        low, high = map(int, band.split("-"))
        assert low <= age <= high


def test_nobody_is_in_two_arms_at_once() -> None:
    columns = {
        "start": [FIRST, FIRST + 3, FIRST, FIRST + 9],
        "stop": [FIRST + 5, FIRST + 8, FIRST + 5, FIRST + 12],
    }
    spells = Spells.of(person=[0, 0, 1, 1], arm=["mentor", "control", "mentor", "control"], **columns)
    assert in_two_arms(spells, "arm").tolist() == [0]
    with pytest.raises(CohortError, match="1 personer er i to grupper"):
        one_arm_each(spells, "arm")
    assert len(one_arm_each(spells.take(spells.person == 1), "arm")) == 2


def test_one_observation_per_person() -> None:
    spells = Spells.of(person=[1, 0, 1], start=[9, 5, 3], stop=[10, 6, 4])
    assert first_spells(spells).start.tolist() == [5, 3]


TEXT = st.text(alphabet="jec..", min_size=40, max_size=40)


@settings(deadline=None)
@given(TEXT, st.integers(10, 40))
def test_history_counts_what_came_before(text: str, week: int) -> None:
    history = history_before(drawn(text), [0], [FIRST + week], years=1)
    value = dict(zip(history.names, history.values[0].tolist(), strict=True))
    past = text[:week]
    assert value["share_cash_benefit_y1"] == pytest.approx(past.count("c") / week)
    assert value["share_self_support_y1"] == pytest.approx(past.count(".") / week)
    assert value["changes"] == sum(a != b for a, b in pairwise(past))
    assert value["weeks_in_last"] == len(past) - len(past.rstrip(past[-1]))
    assert value["job_5y"] == ("j" in past)


@settings(deadline=None)
@given(TEXT, TEXT, st.integers(10, 30))
def test_history_knows_nothing_of_what_came_after(past: str, future: str, week: int) -> None:
    """The fault to find: a covariate from after the start. Another future gives the same history."""
    one = history_before(drawn(past), [0], [FIRST + week])
    other = history_before(drawn(past[:week] + future[week:]), [0], [FIRST + week])
    assert np.array_equal(one.values, other.values)
    assert one.last_state.tolist() == other.last_state.tolist()
    peeking = history_before(drawn(past[:week] + "j" * 10 + past[week:]), [0], [FIRST + week + 10])
    assert peeking.values[0][list(peeking.names).index("job_5y")] == 1


def test_drawings_begin_on_a_monday() -> None:
    assert week_of(date(2010, 10, 4)) == FIRST
