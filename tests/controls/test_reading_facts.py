"""The facts of a case as the database adds them up, held against the rows they come from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger.controls.selectors import cases
from brobygger.followups.models import Conclusion, FollowUp
from brobygger.grants.models import Agreement, Application, Decision, Grant
from brobygger.hours.models import Contact
from brobygger.law.catalogue import assess
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind
from brobygger.law.facts import Facts
from brobygger.mentorships.models import Goal, Mentorship, Status
from brobygger.people.models import Mentor
from brobygger.review.facts import AGREEMENT_ITEMS, FollowUpSeen, GrantedPeriod
from tests.cast import Cast
from tests.controls.conftest import ON
from tests.factories.invoices import make_contact
from tests.factories.mentorships import AT, ENDS_BEFORE, STARTED, make_active, make_mentorship

ITEMS = {
    "goal": ["At komme"],
    "mentor_name": "Carla",
    "mentor_contact": "+4534567890",
    "tasks": ["Introducere"],
    "starts_on": "2026-11-02",
    "ends_on": "2027-01-31",
    "hours": 3900,
    "complaint_guidance": "Klag til kommunen.",
}


def add_application(cast: Cast, mentorship: Mentorship, **fields: Any) -> Application:
    return Application.objects.create(
        **{
            "municipality": cast.municipality,
            "mentorship": mentorship,
            "kind": "GRANT",
            "state": "GRANTED",
            "starts_on": STARTED,
            "ends_before": ENDS_BEFORE,
            "plan": [],
            "price_lines": [{"kind": "WAGE", "text": "Løn", "amount": "250.00", "basis": "PER_HOUR"}],
            "minutes": 3900,
            "minutes_per_week_max": 300,
            "hourly_rate": 250,
            "fixed_kroner": 0,
            "kroner": 16_250,
            "hours_reason": "Fem timer er nok.",
            "findings": {},
            "frame_check": {},
            "requested_at": AT,
            "requested_by": cast.anna,
            **fields,
        }
    )


def test_the_case_and_its_law(cast: Cast, mentorship: Mentorship) -> None:
    facts = cases.facts_of(mentorship, ON)
    assert (facts.case_code, facts.municipality_code) == (mentorship.code, "9901")
    assert (facts.act, facts.context, facts.mentor_kind) == (
        Act.LAB,
        Context.COMPANY_PLACEMENT,
        MentorKind.COMPANY_EMPLOYEE,
    )
    assert (facts.target_group, facts.age, facts.employees, facts.at_school) == ("6.3", 32, 25, False)
    assert facts.purpose and facts.tasks and facts.qualifications and facts.decisive and facts.beyond_normal
    assert (facts.decided_on, facts.started_on, facts.begun, facts.ended_on) == (
        AT.date(),
        STARTED,
        True,
        None,
    )
    assert facts.periods == (GrantedPeriod(STARTED, ENDS_BEFORE),)


def test_blank_texts_are_not_written(cast: Cast, mentorship: Mentorship) -> None:
    Mentorship.objects.update(purpose=" \n", decisive_reason="", beyond_normal_reason=" ")
    Mentor.objects.update(qualifications="")
    mentorship.tasks.update(text="  ")
    facts = cases.facts_of(mentorship, ON)
    assert (facts.purpose, facts.decisive, facts.beyond_normal, facts.qualifications, facts.tasks) == (
        False,
    ) * 5


@pytest.mark.parametrize("text", ["Åben dør.", "  Med luft foran", "\n\t–", "0"])
def test_texts_are_written_however_they_begin(cast: Cast, mentorship: Mentorship, text: str) -> None:
    Mentorship.objects.update(purpose=text, decisive_reason="\t", beyond_normal_reason=text)
    facts = cases.facts_of(mentorship, ON)
    assert (facts.purpose, facts.decisive, facts.beyond_normal) == (True, False, True)


def test_what_was_decided(cast: Cast, mentorship: Mentorship) -> None:
    facts = cases.facts_of(mentorship, ON)
    assert (facts.decision_kind, facts.reasons, facts.rules_named, facts.fully_upheld) == (
        "GRANT",
        True,
        None,
        True,
    )
    assert facts.complaint_last_day == AT.date() + timedelta(weeks=4)
    assert (facts.decided_by_ref, facts.mentor_is_decider) == (str(cast.eva.pk), False)
    first = Decision.objects.get()
    first.pk, first.kind, first.rules_used = None, "REFUSAL", assess(Facts(on=ON)).to_dict()
    first.public_id, first.complaint_last_day = mentorship.public_id, first.notified_on + timedelta(days=20)
    first.save()
    facts = cases.facts_of(mentorship, ON)
    assert (facts.fully_upheld, facts.hearing_needed, facts.hearing, facts.rules_named) == (
        False,
        True,
        False,
        True,
    )
    assert facts.complaint_last_day == AT.date() + timedelta(days=20)


def test_an_assessment_that_names_no_rule_is_not_taken_for_one_that_does(
    cast: Cast, mentorship: Mentorship
) -> None:
    Decision.objects.update(
        rules_used={"on": "2020-01-01", "act": "LAB", "stage": "DECISION", "findings": [], "facts": {}}
    )
    assert cases.facts_of(mentorship, ON).rules_named is None
    one = assess(Facts(on=ON))
    Decision.objects.update(rules_used={**one.to_dict(), "findings": [one.findings[0].to_dict()]})
    assert cases.facts_of(mentorship, ON).rules_named is True


def test_the_mentor_who_decides_is_known_by_the_address(cast: Cast, mentorship: Mentorship) -> None:
    cast.eva.email = "CARLA@example.org"
    cast.eva.save()
    assert cases.facts_of(mentorship, ON).mentor_is_decider is True


def test_the_agreement(cast: Cast, mentorship: Mentorship) -> None:
    facts = cases.facts_of(mentorship, ON)
    assert (facts.agreement_on, facts.citizen_informed_on) == (AT.date(), AT.date())
    assert facts.agreement_items is None and facts.agreement_written is True
    Agreement.objects.update(content={"items": ITEMS})
    assert cases.facts_of(mentorship, ON).agreement_items == set(AGREEMENT_ITEMS)
    Agreement.objects.update(content={"items": {**ITEMS, "tasks": [], "hours": 0, "mentor_contact": " "}})
    assert cases.facts_of(mentorship, ON).agreement_items == set(AGREEMENT_ITEMS) - {
        "tasks",
        "hours",
        "mentor_contact",
    }
    Agreement.objects.update(completed_at=None)
    assert cases.facts_of(mentorship, ON).agreement_written is False


def test_hours_and_money(cast: Cast, mentorship: Mentorship) -> None:
    state = Contact.State
    make_contact(cast, mentorship, 60, day=date(2026, 11, 4), paid_minutes=60)
    make_contact(cast, mentorship, 30, day=date(2026, 11, 5), state=state.ACCEPTED)
    make_contact(cast, mentorship, 45, day=date(2026, 11, 6), state=state.DISPUTED)
    make_contact(cast, mentorship, 20, day=date(2026, 11, 3), state=state.REGISTERED)
    make_contact(cast, mentorship, 25, day=date(2026, 11, 20), state=state.REGISTERED)
    make_contact(cast, mentorship, 90, day=date(2026, 11, 2), state=state.WITHDRAWN)
    Grant.objects.update(paid_kroner=Decimal(250))
    add_application(cast, mentorship)
    facts = cases.facts_of(mentorship, ON)
    assert (facts.confirmed_minutes, facts.disputed_minutes, facts.unconfirmed_minutes) == (90, 45, 20)
    assert (facts.paid_minutes, facts.paid_kroner, facts.granted_kroner) == (60, 250, 16_250)
    assert (facts.granted_minutes, facts.hourly_rate, facts.first_contact_on) == (
        3_900,
        250,
        date(2026, 11, 3),
    )
    assert facts.price_line_kinds == {PriceLineKind.WAGE} and facts.hours_reason is True


def test_follow_up_goals_and_end(cast: Cast, mentorship: Mentorship) -> None:
    due = date(2026, 11, 9)
    for day, done, told in ((due, due, True), (date(2026, 12, 9), None, None)):
        FollowUp.objects.create(
            municipality=cast.municipality,
            mentorship=mentorship,
            kind="MONTHLY",
            due_on=day,
            planned_for=day,
            done_on=done,
            done_at=AT if done else None,
            service_delivered=told,
        )
    FollowUp.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        kind="END",
        due_on=due,
        planned_for=due,
        cancelled_at=AT,
    )
    Goal.objects.update(attainment=0)
    facts = cases.facts_of(mentorship, ON)
    assert facts.follow_ups == (FollowUpSeen(due, due, True), FollowUpSeen(date(2026, 12, 9)))
    assert (facts.goals, facts.goals_with_attainment, facts.has_ended) == (1, 1, False)
    Conclusion.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        ended_on=ON,
        reason="PERIOD_OVER",
        what_follows="NOTHING",
        recorded_at=AT,
    )
    facts = cases.facts_of(mentorship, ON)
    assert (facts.ended_on, facts.conclusion_recorded) == (ON, True)


def test_a_case_that_waits_and_one_that_was_refused(cast: Cast) -> None:
    waits = make_mentorship(cast, status=Status.FOR_APPROVAL)
    facts = cases.facts_of(waits, ON)
    assert (facts.periods, facts.decision_kind, facts.begun, facts.decided_on) == ((), None, False, None)


def test_the_days_of_contact_where_the_law_had_a_least_number(cast: Cast) -> None:
    old = make_active(
        cast,
        context=Context.ONLY_EFFORT,
        target_group="2.3",
        starts_on=date(2017, 1, 9),
        ends_before=date(2017, 4, 1),
    )
    make_contact(cast, old, 60, day=date(2017, 1, 10))
    # Half past midnight in Denmark is still the day before in UTC.
    late = datetime(2017, 1, 16, 23, 30, tzinfo=UTC)
    make_contact(cast, old, 30, starts_at=late, ends_at=late + timedelta(minutes=30))
    assert cases.facts_of(old, ON).contact_dates == (date(2017, 1, 10), date(2017, 1, 17))
    assert cases.facts_of(make_active(cast), ON).contact_dates is None


def test_all_are_read_as_each_is_read(cast: Cast) -> None:
    made = [make_active(cast), make_mentorship(cast, status=Status.FOR_APPROVAL), make_active(cast)]
    for each in made:
        add_application(cast, each)
    read = {case.id: case.facts for case in cases.facts_of_all(cast.municipality.pk, "9901", ON)}
    assert read == {each.pk: cases.facts_of(each, ON) for each in made}


def test_another_municipality_reads_nothing(cast: Cast, mentorship: Mentorship, acting: Any) -> None:
    with acting(cast.bo):
        assert list(cases.facts_of_all(cast.municipality.pk, "9901", ON)) == []


def test_as_many_statements_for_many_cases_as_for_one(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as counted:
            list(cases.facts_of_all(cast.municipality.pk, "9901", ON))
        return len(counted)

    make_active(cast)
    few = statements()
    for _ in range(5):
        make_active(cast)
    assert statements() == few
