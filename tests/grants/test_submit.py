"""Asking for a grant: the law first, then the frame, which says who decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants.models import Agreement, Application, Decision, Grant
from brobygger.grants.services import apply
from brobygger.law.codes import MentorKind, PriceLineKind
from brobygger.mentorships.models import Mentorship, Status
from brobygger.payment.price import PriceLine
from tests.cast import Cast
from tests.factories.people import make_citizen
from tests.grants import cases


def test_inside_the_frame_the_consultant_grants_at_once(cast: Cast) -> None:
    application = cases.granted(cast)

    grant = Grant.objects.get()
    assert (grant.minutes, grant.kroner, grant.hourly_rate) == (3000, Decimal(12_500), Decimal(250))
    assert (grant.starts_on, grant.ends_before) == (date(2026, 12, 1), date(2027, 2, 9))
    assert Mentorship.objects.get().status == Status.GRANTED
    assert application.decided_by_role == "SELF"
    assert Agreement.objects.get().parties.count() == 3
    done = cases.actions()
    assert [each for each in done if each.startswith(("application", "decision", "agreement"))] == [
        "application.submitted",
        "decision.grant",
        "agreement.sent",
    ]


def test_outside_the_frame_it_waits_for_a_leader(cast: Cast) -> None:
    application = cases.pending(cast)

    assert application.decided_by_role == "TEAM_LEADER"
    assert not application.frame_check["inside"]
    assert "1 t. mere end rammens" in application.frame_check["sentence"]
    assert Mentorship.objects.get().status == Status.FOR_APPROVAL
    assert not Grant.objects.exists()
    assert not Decision.objects.exists()
    assert "application.submitted" in cases.actions()


@pytest.mark.parametrize(
    ("way", "role"), [("CASE_WORKER_GRANTS", "CASE_WORKER"), ("CENTRAL_GRANTER", "COORDINATOR")]
)
def test_the_way_of_working_names_the_role(cast: Cast, way: str, role: str) -> None:
    cases.set_frame(cast)
    cases.set_way(cast, way)
    assert cases.submit(cast).decided_by_role == role


def test_a_leader_who_asks_inside_the_frame_leaves_it_to_a_consultant(cast: Cast) -> None:
    cases.set_frame(cast)
    assert cases.submit(cast, by=cast.eva).decided_by_role == "JOB_CONSULTANT"


def test_a_broken_rule_is_named_with_paragraph_and_field_and_leaves_nothing(cast: Cast) -> None:
    cases.set_frame(cast)
    before = cases.actions()
    line = PriceLine(PriceLineKind.TRANSPORT_TIME, "Kørsel", Decimal(250))
    with pytest.raises(Refused) as caught:
        cases.submit(cast, price_lines=(cases.WAGE, line))
    assert "§ 122, stk. 2" in caught.value.message
    assert caught.value.field == "price_lines"
    assert caught.value.remedy
    assert not Mentorship.objects.exists()
    assert cases.actions() == before


def test_what_cannot_be_told_yet_stops_the_grant(cast: Cast) -> None:
    cases.set_frame(cast)
    lacking = cases.need(cast, decisive_reason="")
    with pytest.raises(Refused) as caught:
        apply.submit(need=lacking, proposal=cases.proposal(), by=cast.anna, at=cases.AT, on=cases.ON)
    assert caught.value.field == "decisive_reason"
    assert not Mentorship.objects.exists()


def test_an_external_mentor_in_a_company_of_25_is_refused_in_2007_and_not_in_2021(cast: Cast) -> None:
    cast.mentor.kind = MentorKind.EXTERNAL_CONSULTANT
    cast.mentor.save()
    fee = PriceLine(PriceLineKind.FEE, "Honorar", Decimal(400))
    for on, group in ((date(2007, 5, 1), "2.3"), (date(2021, 5, 3), "6.3")):
        need = cases.need(cast, target_group=group)
        asked = cases.proposal(starts_on=on, price_lines=(fee,))
        if on.year == 2007:
            with pytest.raises(Refused) as caught:
                apply.submit(need=need, proposal=asked, by=cast.anna, at=cases.AT, on=on)
            assert caught.value.field in ("mentor", "organisation")
        else:
            assert apply.submit(need=need, proposal=asked, by=cast.anna, at=cases.AT, on=on)


def test_seven_months_is_refused_by_the_law_whatever_the_frame(cast: Cast) -> None:
    cases.set_frame(cast, max_months=None)
    with pytest.raises(Refused) as caught:
        cases.submit(cast, ends_before=date(2027, 7, 1))
    assert caught.value.field == "ends_on"
    assert "31. maj 2027" in caught.value.remedy


def test_where_nobody_may_exceed_the_frame_it_says_what_to_change(cast: Cast) -> None:
    cases.set_frame(cast, exceeded_by="")
    with pytest.raises(Refused, match="Det kan bevilges, hvis du sætter timer om ugen ned med 1 t"):
        cases.submit(cast, plan=cases.plan(hours=6))
    assert not Mentorship.objects.exists()


def test_where_nobody_has_the_role_it_is_refused(cast: Cast) -> None:
    cases.set_frame(cast)
    cast.eva.is_active = False
    cast.eva.save()
    with pytest.raises(Refused, match="Ingen anden i kommunen"):
        cases.submit(cast, plan=cases.plan(hours=6))


def test_a_plan_longer_than_the_period_is_refused(cast: Cast) -> None:
    cases.set_frame(cast)
    with pytest.raises(Refused) as caught:
        cases.submit(cast, ends_before=date(2027, 1, 1))
    assert caught.value.field == "phases"


def test_only_those_who_may_ask_can_ask(cast: Cast) -> None:
    cases.set_frame(cast)
    with pytest.raises(NotAllowed):
        cases.submit(cast, by=cast.finn)
    assert not Mentorship.objects.exists()


def test_the_mentor_who_handles_the_case_is_refused(cast: Cast) -> None:
    cases.set_frame(cast)
    cast.mentor.email = cast.anna.email
    cast.mentor.save()
    with pytest.raises(Refused) as caught:
        cases.submit(cast)
    assert caught.value.field == "mentor"
    assert "ikke bekræftet" in caught.value.message


def test_withdrawing_ends_a_mentorship_that_was_never_granted(cast: Cast) -> None:
    application = cases.pending(cast)
    apply.withdraw(application=application, reason="", by=cast.anna, at=cases.AT)
    assert Application.objects.get().state == "WITHDRAWN"
    assert Mentorship.objects.get().status == Status.ENDED
    assert "application.withdrawn" in cases.actions()
    with pytest.raises(Refused, match="En anden var først"):
        apply.withdraw(application=application, reason="", by=cast.anna, at=cases.AT)


def test_a_case_without_organisation_has_two_parties(cast: Cast) -> None:
    cases.set_frame(cast)
    cast.mentor.kind, cast.mentor.organisation = MentorKind.MUNICIPAL_EMPLOYEE, None
    cast.mentor.save()
    other = replace(cases.need(cast), organisation=None, citizen=make_citizen(cast, name="Ane Bo"))
    apply.submit(need=other, proposal=cases.proposal(), by=cast.anna, at=cases.AT, on=cases.ON)
    assert {party.party for party in Agreement.objects.get().parties.all()} == {"CITIZEN", "MENTOR"}
