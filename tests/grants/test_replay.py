"""A decision keeps the facts it used, and the catalogue answers the same about its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brobygger.grants import explaining, stored_facts
from brobygger.grants.models import Decision
from brobygger.grants.proposals import Proposal
from brobygger.grants.services import apply, decide
from brobygger.law.codes import Act, Context, MentorKind, PriceLineKind, RightAndDutyEnd, SupportType
from brobygger.law.facts import AgreementFacts, DecisionFacts, Facts, PriceLineFact, RightAndDutyFacts
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Citizen, Mentor
from brobygger.rulebook import services as rulebook
from brobygger.rulebook.services import Reference
from brobygger.values.period import Period
from tests.cast import Cast
from tests.grants import cases
from tests.grants.cases import AT, ON

days = st.dates(date(2003, 6, 10), date(2030, 1, 1))
amounts = st.none() | st.decimals(
    allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=9999
)
lines = st.builds(PriceLineFact, st.sampled_from(PriceLineKind), amounts, st.text(max_size=5), st.booleans())
some_facts = st.builds(
    Facts,
    on=days,
    act=st.sampled_from(Act),
    target_group=st.none() | st.sampled_from(["6.3", "2.13", "SELF"]),
    context=st.none() | st.sampled_from(Context),
    support_type=st.none() | st.sampled_from(SupportType),
    age=st.none() | st.integers(0, 110),
    purpose=st.text(max_size=20),
    tasks=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    mentor_kind=st.none() | st.sampled_from(MentorKind),
    reassessed=st.none() | st.booleans(),
    period=st.none() | days.map(lambda day: Period(day, day + timedelta(days=90))) | days.map(Period),
    price_lines=st.lists(lines, max_size=3).map(tuple),
    agreement=st.none()
    | st.builds(AgreementFacts, st.booleans(), date=st.none() | days, parties=st.just(("a",))),
    right_and_duty=st.none()
    | st.builds(RightAndDutyFacts, ending=st.none() | st.sampled_from(RightAndDutyEnd)),
    decision=st.none() | st.builds(DecisionFacts, st.none() | st.booleans(), notified_on=st.none() | days),
)


@given(some_facts)
def test_facts_come_back_as_they_were(facts: Facts) -> None:
    assert stored_facts.from_data(stored_facts.as_data(facts)) == facts


def test_a_fact_without_a_name_today_is_left_out() -> None:
    assert stored_facts.from_data({"on": {"is": "date", "value": "2026-11-23"}, "gone": 3}) == Facts(on=ON)


def only_replay(mentorship: Mentorship) -> explaining.Replay:
    (found,) = explaining.law_of_case(mentorship, ON).replays
    return found


def proposal_after(cast: Cast, mentorship: Mentorship, **changes: Any) -> Proposal:
    last = mentorship.grants.get(is_current=True)
    return cases.proposal(starts_on=last.ends_before, is_reassessed=True, **changes)


def test_every_kind_of_decision_reads_as_it_did(cast: Cast) -> None:
    application = cases.granted(cast)
    mentorship = application.mentorship
    apply.renew(
        mentorship=mentorship, proposal=proposal_after(cast, mentorship, plan=cases.plan(weeks=4)),
        by=cast.anna, at=AT, on=ON,
    )  # fmt: skip
    apply.change(
        mentorship=mentorship, proposal=cases.proposal(starts_on=date(2027, 2, 16), plan=cases.plan(weeks=2)),
        by=cast.anna, at=AT, on=ON,
    )  # fmt: skip
    refused = cases.submit(cast, plan=cases.plan(hours=6))
    decide.refuse(
        application=refused, version=1, reasons="Behovet er mindre.", hearing="Borgeren er hørt.",
        by=cast.eva, at=AT, on=ON,
    )  # fmt: skip
    decide.end(mentorship=mentorship, ended_on=ON, reasons="Borgeren er i job.", by=cast.anna, at=AT, on=ON)
    kinds = set()
    for case in (mentorship, refused.mentorship):
        for replay in explaining.law_of_case(case, ON).replays:
            assert replay.differences == () and replay.facts_were_kept
            kinds.add(str(replay.decision.kind))
    assert kinds == {"GRANT", "RENEWAL", "CHANGE", "REFUSAL", "END"}


def test_it_reads_the_same_after_the_case_has_changed(cast: Cast) -> None:
    mentorship = cases.granted(cast).mentorship
    Mentorship.objects.filter(pk=mentorship.pk).update(purpose="", target_group="6.10")
    Mentor.objects.filter(pk=cast.mentor.pk).update(qualifications="")
    mentorship = Mentorship.objects.get(pk=mentorship.pk)
    assert only_replay(mentorship).holds
    told = explaining.law_of_case(mentorship, ON).told
    assert told.facts.target_group == "6.3" and told.decision is not None


def test_it_reads_the_same_after_a_number_was_recorded(cast: Cast) -> None:
    """The numbers that were known then count, though the new row reaches back before the decision."""
    mentorship = cases.granted(cast).mentorship
    rulebook.add_parameter(
        parameter="P01", valid_from=date(2026, 1, 1), value=Decimal(1), source=Reference("Et brev"), note="",
        by=cast.adam, at=AT + timedelta(minutes=1),
    )  # fmt: skip
    assert only_replay(mentorship).holds
    now = explaining.law_of_case(mentorship, ON).explanation.answer("B09")
    assert now and now.finding and now.finding.blocks
    assert now.finding.parameters[0].local_source == "Et brev"


@pytest.mark.parametrize(
    "plant",
    [
        lambda rules: rules["findings"][0].update(outcome="NOT_SATISFIED"),
        lambda rules: rules["findings"].pop(),
        lambda rules: rules["facts"].pop("purpose"),
        lambda rules: rules["facts"]["period"].update(
            value=[{"is": "date", "value": "2026-12-01"}, {"is": "date", "value": "2028-01-01"}]
        ),
    ],
)
def test_a_planted_change_is_found(cast: Cast, plant: Callable[[dict[str, Any]], Any]) -> None:
    mentorship = cases.granted(cast).mentorship
    decision = Decision.objects.get(mentorship=mentorship)
    rules = decision.rules_used
    plant(rules)
    Decision.objects.filter(pk=decision.pk).update(rules_used=rules)
    assert not only_replay(mentorship).holds


def test_a_decision_without_kept_facts_says_so(cast: Cast) -> None:
    mentorship = cases.granted(cast).mentorship
    decision = Decision.objects.get(mentorship=mentorship)
    del decision.rules_used["facts"]
    decision.save(update_fields=["rules_used"])
    replay = only_replay(mentorship)
    assert replay.holds and not replay.facts_were_kept
    assert explaining.law_of_case(mentorship, ON).told.decision is None


def test_before_any_decision_the_case_itself_is_asked(cast: Cast) -> None:
    mentorship = cases.pending(cast).mentorship
    case = explaining.law_of_case(mentorship, date(2019, 5, 1))
    assert case.told.decision is None and case.told.facts.on == date(2019, 5, 1)
    assert case.explanation.answer("A04") is None and case.explanation.answer("A03") is not None


def test_what_if_moves_the_law_and_saves_nothing(cast: Cast) -> None:
    mentorship = cases.granted(cast).mentorship
    case = explaining.law_of_case(mentorship, ON)
    other, comparison = explaining.what_if(
        case, on=date(2021, 5, 1), target_group="INL", mentor_kind=MentorKind.EXTERNAL_CONSULTANT
    )
    assert other.act is Act.INL and other.on == date(2021, 5, 1)
    assert {each.what for each in comparison.of("fact")} == {"on", "act", "target_group", "mentor_kind"}
    assert not comparison.same_answers
    _, same = explaining.what_if(case, target_group="6.3")
    assert same.changes == ()
    mentorship.refresh_from_db()
    assert (mentorship.act, mentorship.target_group) == ("LAB", "6.3")


def test_on_another_day_of_the_case_the_citizen_is_as_old_as_that_day(cast: Cast) -> None:
    Citizen.objects.filter(pk=cast.citizen.pk).update(birth_date=date(1996, 12, 1))
    cast.citizen.refresh_from_db()
    mentorship = cases.granted(cast).mentorship
    ages = [explaining.law_of_case(mentorship, day).told.facts.age for day in (ON, date(2026, 12, 1))]
    assert ages == [29, 30]
    _, comparison = explaining.what_if(explaining.law_of_case(mentorship, ON), on=date(2026, 12, 1))
    assert [each.what for each in comparison.of("fact")] == ["on"]
