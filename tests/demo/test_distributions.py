"""The demonstration looks as the evaluations say that practice does."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from brobygger.web.demo.copying import Column
from tests.demo.towns import town, values

LIVE = ("REGISTERED", "CONFIRMED", "DISPUTED", "ACCEPTED")
Tables = dict[str, dict[str, Column]]


@pytest.fixture(scope="module")
def made() -> Tables:
    return town(count=2_500, years=10, first_day=date(2017, 1, 2))


def _column(made: Tables, table: str, column: str) -> Any:
    return values(made[table][column])


def _days(made: Tables) -> Any:
    cases = made["mentorships_mentorship"]
    return (values(cases["ends_before"]) - values(cases["starts_on"])).astype(int)


def test_a_mentorship_lasts_just_under_five_months(made: Tables) -> None:
    ended = _column(made, "mentorships_mentorship", "status") == "ENDED"
    months = _days(made)[ended].mean() / 30.44
    assert 4.6 < months < 5.1


def test_a_mentor_has_3_4_hours_a_week_of_which_1_6_face_to_face(made: Tables) -> None:
    minutes = _column(made, "grants_grant", "minutes").sum()
    grants = made["grants_grant"]
    weeks = (values(grants["ends_before"]) - values(grants["starts_on"])).astype(int).sum() / 7
    assert 3.2 < minutes / 60 / weeks < 3.6
    face = _column(made, "hours_contact", "kind") == "FACE_TO_FACE"
    live = np.isin(_column(made, "hours_contact", "state").astype(str), LIVE)
    met = _column(made, "hours_contact", "minutes")[face & live].sum() / 60
    assert 1.45 < met / weeks < 1.75


def test_each_mentorship_has_25_to_30_contacts(made: Tables) -> None:
    with_hours = len(np.unique(_column(made, "hours_contact", "mentorship_id")))
    assert 25 <= len(_column(made, "hours_contact", "id")) / with_hours <= 31


def test_a_third_had_no_follow_up_before_the_audit_and_few_after(made: Tables) -> None:
    cases, follow_ups = made["mentorships_mentorship"], made["followups_followup"]
    done = ~np.isnat(values(follow_ups["done_on"]))
    followed = set(values(follow_ups["mentorship_id"])[done].tolist())
    status, starts = values(cases["status"]), values(cases["starts_on"])
    without = np.array([key not in followed for key in values(cases["id"]).tolist()])
    long_enough = (status == "ENDED") & (_days(made) > 40)
    before, after = starts < np.datetime64("2018-12-01"), starts >= np.datetime64("2019-01-01")
    assert 0.26 < without[long_enough & before].mean() < 0.40
    assert without[long_enough & after].mean() < 0.08


def test_half_had_no_goal_attainment_before_the_audit(made: Tables) -> None:
    cases, goals = made["mentorships_mentorship"], made["mentorships_goal"]
    old = (values(cases["starts_on"]) < np.datetime64("2019-01-01")) & (values(cases["status"]) == "ENDED")
    old_keys = values(cases["id"])[old]
    judged = np.array([each is not None for each in values(goals["attainment"])])
    of_old = np.isin(values(goals["mentorship_id"]), old_keys)
    assert 0.42 < judged[of_old].mean() < 0.58
    of_new = np.isin(
        values(goals["mentorship_id"]), values(cases["id"])[~old & (values(cases["status"]) == "ENDED")]
    )
    assert judged[of_new].mean() > 0.9


def test_what_follows_is_education_or_a_job_as_often_as_found(made: Tables) -> None:
    follows = _column(made, "followups_conclusion", "what_follows")
    assert 0.12 < (follows == "EDUCATION").mean() < 0.19
    assert 0.045 < (follows == "ORDINARY_JOB").mean() < 0.075


def test_somewhat_more_than_half_have_no_other_measure(made: Tables) -> None:
    context = _column(made, "mentorships_mentorship", "context")
    assert 0.46 < (context == "ONLY_EFFORT").mean() < 0.58
    support = _column(made, "mentorships_mentorship", "support_type")
    shares = [(support == each).mean() for each in ("DAILY_LIFE", "HOLD_ACTIVITY", "WORKPLACE_INTRODUCTION")]
    assert shares == sorted(shares, reverse=True)


def test_disputes_are_few(made: Tables) -> None:
    states = _column(made, "hours_contact", "state").astype(str)
    assert 0.01 < np.isin(states, ("DISPUTED", "ACCEPTED", "REJECTED")).mean() < 0.05


def test_a_citizen_comes_back_but_never_twice_at_once(made: Tables) -> None:
    cases = made["mentorships_mentorship"]
    order = np.lexsort((values(cases["starts_on"]), values(cases["citizen_id"])))
    citizen, start, end = (values(cases[name])[order] for name in ("citizen_id", "starts_on", "ends_before"))
    again = citizen[1:] == citizen[:-1]
    assert 1.2 < len(citizen) / len(np.unique(citizen)) < 1.7
    assert (start[1:] >= end[:-1])[again].all()
