"""Plans a municipality lays itself: what they promise whatever the steps, which one counts on a day, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.followups import selectors, services
from brobygger.followups.local.selectors import days_to_leader, steps_on
from brobygger.followups.local.services import lay_plan, set_alarm
from brobygger.followups.models import FollowUp, LocalPlan
from brobygger.followups.plan import (
    BASIC,
    BESIDE,
    MOST,
    STANDARD,
    Anchor,
    Kind,
    Planned,
    Step,
    default_plan,
    is_working_day,
    lay,
    longest_silence,
)
from brobygger.mentorships.models import Mentorship
from brobygger.values.period import add_months
from tests.cast import Cast

TODAY = date(2026, 11, 23)
SignedIn = Callable[[User], Client]
AT_WORK = (
    Step(Kind.CONTACT, Anchor.DAYS_AFTER_START, 5, "VISIT"),
    Step(Kind.MONTHLY, Anchor.EVERY_MONTHS, 2),
    Step(Kind.END, Anchor.DAYS_BEFORE_END, 7),
)

# Any steps at all

kinds = st.sampled_from([kind for kind in Kind if kind is not Kind.END])
early = st.builds(Step, kinds, st.just(Anchor.DAYS_AFTER_START), st.integers(1, 60))
fixed = st.builds(Step, kinds, st.just(Anchor.MONTHS_AFTER_START), st.integers(1, 18))
plans = st.tuples(
    st.lists(early, max_size=4),
    st.lists(fixed, max_size=4),
    st.integers(1, 6),
    st.one_of(st.none(), st.integers(1, MOST[Anchor.DAYS_BEFORE_END])),
)
starts = st.dates(date(2017, 1, 1), date(2035, 12, 31))
lengths = st.integers(1, 800)


def steps_from(parts: tuple[list[Step], list[Step], int, int | None]) -> tuple[Step, ...]:
    early_steps, fixed_steps, months, end = parts
    steps = (*early_steps, *fixed_steps, Step(Kind.MONTHLY, Anchor.EVERY_MONTHS, months))
    return steps if end is None else (*steps, Step(Kind.END, Anchor.DAYS_BEFORE_END, end))


def too_long(days: list[date], months: int) -> list[tuple[date, date]]:
    return [(one, two) for one, two in pairwise(days) if two > add_months(one, months)]


@given(plans, starts, lengths)
def test_no_citizen_is_without_contact_longer_than_the_plan_says(
    parts: tuple[list[Step], list[Step], int, int | None], start: date, length: int
) -> None:
    ends_before = start + timedelta(days=length)
    plan = lay(steps_from(parts), start, ends_before)
    days = [each.due_on for each in plan if each.kind not in BESIDE]
    assert too_long([start, *days, ends_before], parts[2]) == []


@given(plans, starts, lengths, st.booleans())
def test_all_lie_on_working_days_inside_the_period(
    parts: tuple[list[Step], list[Step], int, int | None], start: date, length: int, with_company: bool
) -> None:
    ends_before = start + timedelta(days=length)
    plan = lay(steps_from(parts), start, ends_before, with_company=with_company)
    assert list(plan) == sorted(plan)
    assert all(start < each.due_on < ends_before and is_working_day(each.due_on) for each in plan)
    own = [each.due_on for each in plan if each.kind not in BESIDE]
    assert len(own) == len(set(own)), "Two talks with the citizen on one day are one."
    assert with_company or Kind.COMPANY not in {each.kind for each in plan}
    assert sum(each.kind is Kind.END for each in plan) <= 1


def test_a_planted_gap_is_found() -> None:
    days = [each.due_on for each in default_plan(date(2026, 1, 5), date(2026, 12, 1))]
    assert too_long(days, 1) == []
    assert too_long(days[:4] + days[5:], 1) != []


@given(st.sampled_from(Anchor), st.integers(-5, 120), kinds)
def test_steps_survive_the_way_to_the_database(anchor: Anchor, number: int, kind: Kind) -> None:
    if 1 <= number <= MOST[anchor]:
        step = Step(kind, anchor, number, "CALL")
        assert Step.of_row(step.to_row()) == step
    else:
        with pytest.raises(ValueError, match="takes a number from 1"):
            Step(kind, anchor, number)


def test_the_standard_hears_everybody() -> None:
    plan = lay(STANDARD, date(2026, 2, 2), date(2026, 8, 1))
    assert {each.kind for each in plan} == set(Kind)
    assert Planned(date(2026, 2, 9), Kind.FIT) in plan
    alone = lay(STANDARD, date(2026, 2, 2), date(2026, 8, 1), with_company=False)
    assert {each.kind for each in plan} - {each.kind for each in alone} == {Kind.COMPANY}


@pytest.mark.parametrize(
    ("start", "kind", "due"),
    [
        (
            date(2026, 3, 25),
            Kind.CONTACT,
            date(2026, 3, 30),
        ),  # three days on is a Saturday, before the clock change
        (date(2026, 10, 22), Kind.CONTACT, date(2026, 10, 26)),  # the clock change is the Sunday
        (date(2026, 3, 30), Kind.CONTACT, date(2026, 4, 7)),  # Maundy Thursday to Easter Monday
        (date(2026, 9, 25), Kind.STATUS, date(2026, 12, 23)),  # three months on is Christmas Day
        (date(2026, 10, 1), Kind.STATUS, date(2026, 12, 30)),  # New Year's Day, and New Year's Eve before it
    ],
)
def test_clock_changes_and_holidays(start: date, kind: Kind, due: date) -> None:
    found = [each.due_on for each in lay(BASIC, start, add_months(start, 6)) if each.kind is kind]
    assert found[0] == due


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2013, 12, 31), 14),  # before the rule
        (date(2014, 7, 1), 7),
        (date(2015, 12, 31), 7),
        (date(2016, 1, 1), 14),
        (date(2026, 11, 23), 14),  # not confirmed: never shown as law
    ],
)
def test_the_contact_minimum_follows_the_law_of_the_day(day: date, days: int) -> None:
    assert longest_silence(day, is_right_and_duty=True, usual=14) == days
    assert longest_silence(day, is_right_and_duty=False, usual=14) == 14


# Which plan counts


def lay_one(cast: Cast, now: datetime, **fields: Any) -> LocalPlan:
    return lay_plan(
        **{
            "support_type": "",
            "valid_from": TODAY,
            "steps": AT_WORK,
            "note": "",
            "by": cast.eva,
            "at": now,
            "on": TODAY,
            **fields,
        }
    )


def test_the_plan_of_the_day_and_the_kind(cast: Cast, now: datetime) -> None:
    here, kind = cast.municipality.pk, "WORKPLACE_INTRODUCTION"
    assert steps_on(here, kind, TODAY) == STANDARD
    lay_one(cast, now)
    lay_one(cast, now, valid_from=date(2027, 1, 1), steps=BASIC)
    lay_one(cast, now, support_type=kind, valid_from=date(2026, 12, 1), steps=BASIC[2:])
    assert steps_on(here, kind, date(2026, 11, 22)) == STANDARD
    assert steps_on(here, kind, TODAY) == AT_WORK
    assert steps_on(here, kind, date(2026, 12, 1)) == BASIC[2:]
    assert steps_on(here, "OTHER", date(2026, 12, 1)) == AT_WORK
    assert steps_on(here, "OTHER", date(2027, 1, 1)) == BASIC
    assert steps_on(cast.other_municipality.pk, kind, TODAY) == STANDARD
    lay_one(cast, now + timedelta(minutes=1), steps=STANDARD)
    assert steps_on(here, "OTHER", TODAY) == STANDARD, "Of the same day the one recorded last counts."


def test_a_mentorship_is_planned_by_the_plan_of_its_day(
    cast: Cast, mentorship: Mentorship, now: datetime
) -> None:
    lay_one(cast, now)
    services.plan_for(mentorship=mentorship, on=TODAY, at=now, by=cast.anna)
    first = selectors.open_of(mentorship)[0]
    assert (first.planned_for, first.wanted_form) == (date(2026, 11, 30), "VISIT")
    assert [each.kind for each in selectors.open_of(mentorship)] == ["CONTACT", "END"]


def test_plans_already_laid_stay(cast: Cast, planned: Mentorship, now: datetime) -> None:
    before = list(selectors.open_of(planned).values_list("pk", "planned_for"))
    lay_one(cast, now)
    assert list(selectors.open_of(planned).values_list("pk", "planned_for")) == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"support_type": "NONSENSE"}, "support_type"),
        ({"steps": ()}, "step_1_kind"),
        ({"steps": AT_WORK[:1]}, "step_1_anchor"),  # nobody is seen again
        ({"steps": (AT_WORK[1], replace(AT_WORK[1], kind=Kind.STATUS))}, "step_1_anchor"),
        ({"steps": (*AT_WORK, replace(AT_WORK[2], number=20))}, "step_1_anchor"),
        ({"steps": (*AT_WORK[:2], replace(AT_WORK[2], kind=Kind.STATUS))}, "step_1_kind"),
        ({"steps": (replace(AT_WORK[0], form="PIGEON"), *AT_WORK[1:])}, "step_1_form"),
    ],
)
def test_plans_that_cannot_be(cast: Cast, now: datetime, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        lay_one(cast, now, **changed)
    assert refused.value.field == field
    assert not LocalPlan.objects.exists()


def test_the_standard_can_be_laid_as_it_is(cast: Cast, now: datetime) -> None:
    assert lay_one(cast, now, steps=STANDARD).steps == [step.to_row() for step in STANDARD]


def test_a_plan_is_never_rewritten(cast: Cast, now: datetime) -> None:
    row = lay_one(cast, now)
    row.note = "Rettet."
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        row.save()


def test_only_those_who_set_frames(cast: Cast, now: datetime) -> None:
    for user in (cast.anna, cast.freja, cast.finn):
        with pytest.raises(NotAllowed):
            lay_one(cast, now, by=user)
        with pytest.raises(NotAllowed):
            set_alarm(days=3, valid_from=TODAY, by=user, at=now, on=TODAY)


def test_the_alarm_is_dated(cast: Cast, now: datetime) -> None:
    here = cast.municipality.pk
    set_alarm(days=3, valid_from=date(2026, 12, 1), by=cast.eva, at=now, on=TODAY)
    assert [days_to_leader(here, day) for day in (TODAY, date(2026, 12, 1))] == [14, 3]
    for days in (0, 61):
        with pytest.raises(Refused):
            set_alarm(days=days, valid_from=TODAY, by=cast.eva, at=now, on=TODAY)


# The pages


def test_the_pages(cast: Cast, now: datetime, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client, new = signed_in(cast.eva), reverse("followups:new_plan")
    assert "Standardplan" in client.get(reverse("followups:plans")).content.decode()
    text = client.get(new).content.decode()
    assert 'value="75"' in text, "The form begins with the plan that counts."
    sent = {
        "valid_from": "23.11.2026",
        "step_1_kind": "MONTHLY",
        "step_1_number": "7",
        "step_1_anchor": "EVERY_MONTHS",
    }
    answer = client.post(new, sent)
    assert answer.status_code == 422 and "tal fra 1 til 6" in answer.content.decode()
    assert client.post(new, {**sent, "step_1_number": "2"}).status_code == 302
    page = client.get(reverse("followups:plans")).content.decode()
    assert "hver 2. måned" in page and "Gælder nu" in page
    alarm = reverse("followups:new_alarm")
    assert client.post(alarm, {"days": "99", "valid_from": "23.11.2026"}).status_code == 422
    assert client.post(alarm, {"days": "5", "valid_from": "23.11.2026"}).status_code == 302
    assert "Efter 5 dage" in client.get(reverse("followups:plans")).content.decode()
    assert reverse("followups:plans") in client.get(reverse("web:administration")).content.decode()


def test_the_page_of_those_on_time(
    cast: Cast, planned: Mentorship, now: datetime, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    first = selectors.open_of(planned)[0]
    FollowUp.objects.filter(pk=first.pk).update(done_at=now, done_on=first.planned_for, form="CALL")
    text = signed_in(cast.anna).get(reverse("followups:on_time")).content.decode()
    assert "Team Ung" in text and "25 %" in text
    assert "til tiden 25 %" in signed_in(cast.anna).get("/", {"vis": "holdet"}).content.decode()
    assert signed_in(cast.tove).get(reverse("followups:on_time")).status_code == 403
