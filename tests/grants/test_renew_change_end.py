"""A new period, other hours, and the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants import events
from brobygger.grants.models import Agreement, Application, Decision, Grant
from brobygger.grants.services import apply, decide, use
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast
from tests.factories.mentorships import make_mentorship
from tests.grants import cases

LATER = date(2027, 1, 11)
LATER_AT = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
NEXT_START = date(2027, 2, 9)


def under_way(cast: Cast) -> Mentorship:
    """David's ten weeks from 1 December to 8 February, agreed by all."""
    application = cases.granted(cast)
    cases.all_accept(cast, application)
    return application.mentorship


def renew(cast: Cast, mentorship: Mentorship, **changes: object) -> Application:
    asked = cases.proposal(**{"starts_on": NEXT_START, "is_reassessed": True, **changes})
    return apply.renew(mentorship=mentorship, proposal=asked, by=cast.anna, at=LATER_AT, on=LATER)


def change(cast: Cast, mentorship: Mentorship, **changes: object) -> Application:
    asked = cases.proposal(
        **{
            "starts_on": date(2027, 1, 12),
            "ends_before": NEXT_START,
            "plan": cases.plan(weeks=4, hours=3),
            **changes,
        }
    )
    return apply.change(mentorship=mentorship, proposal=asked, by=cast.anna, at=LATER_AT, on=LATER)


# Renewal


def test_a_renewal_is_a_new_grant_with_its_own_agreement(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = renew(cast, mentorship)
    assert application.state == "GRANTED"
    assert [each.starts_on for each in Grant.objects.order_by("id")] == [cases.STARTS, NEXT_START]
    mentorship.refresh_from_db()
    assert (mentorship.starts_on, mentorship.ends_before) == (cases.STARTS, date(2027, 4, 20))
    assert mentorship.status == Status.ACTIVE
    assert Agreement.objects.filter(completed_at=None, replaced_at=None).count() == 1
    assert use.grant_on(mentorship, date(2027, 2, 8)) is not None
    assert use.grant_on(mentorship, NEXT_START) is None


def test_the_new_period_is_usable_when_all_have_agreed(cast: Cast) -> None:
    mentorship = under_way(cast)
    seen: list[str] = []
    react = lambda *told: seen.append(told[0].code)  # noqa: E731
    events.when_prolonged.append(react)
    try:
        application = renew(cast, mentorship)
        cases.all_accept(cast, application, at=LATER_AT)
    finally:
        events.when_prolonged.remove(react)
    assert use.grant_on(mentorship, NEXT_START) is not None
    assert seen == [mentorship.code]


def test_a_renewal_needs_a_new_assessment(cast: Cast) -> None:
    mentorship = under_way(cast)
    for answer in (None, False):
        with pytest.raises(Refused) as caught:
            renew(cast, mentorship, is_reassessed=answer)
        assert caught.value.field == "is_reassessed"


def test_a_renewal_does_not_overlap(cast: Cast) -> None:
    mentorship = under_way(cast)
    with pytest.raises(Refused) as caught:
        renew(cast, mentorship, starts_on=date(2027, 2, 8))
    assert caught.value.field == "starts_on"
    assert Application.objects.count() == 1


def test_a_renewal_lasts_at_most_six_months(cast: Cast) -> None:
    mentorship = under_way(cast)
    with pytest.raises(Refused) as caught:
        renew(cast, mentorship, ends_before=date(2027, 8, 10))
    assert caught.value.field == "ends_on"


def test_only_one_application_waits_at_a_time(cast: Cast) -> None:
    mentorship = under_way(cast)
    renew(cast, mentorship, plan=cases.plan(hours=6))
    with pytest.raises(Conflict, match="venter allerede"):
        change(cast, mentorship, plan=cases.plan(weeks=4, hours=7))


def test_what_was_never_granted_is_not_prolonged(cast: Cast) -> None:
    mentorship = make_mentorship(cast, status=Status.FOR_APPROVAL)
    with pytest.raises(Refused, match="Kun et forløb"):
        renew(cast, mentorship)


def test_withdrawing_a_renewal_leaves_the_mentorship_under_way(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = renew(cast, mentorship, plan=cases.plan(hours=6))
    apply.withdraw(application=application, reason="", by=cast.anna, at=LATER_AT)
    mentorship.refresh_from_db()
    assert mentorship.status == Status.ACTIVE


# Change


def test_a_change_cuts_the_grant_and_keeps_what_was_planned_and_used(cast: Cast) -> None:
    mentorship = under_way(cast)
    first = Grant.objects.get()
    use.take(grant=first, minutes=1700)
    application = change(cast, mentorship)
    assert application.state == "GRANTED"
    first.refresh_from_db()
    second = Grant.objects.exclude(pk=first.pk).get()
    # Six weeks of five hours were planned until the change.
    assert (first.ends_before, first.minutes, first.kroner) == (date(2027, 1, 12), 1800, Decimal(7500))
    assert (second.starts_on, second.minutes, second.kroner) == (date(2027, 1, 12), 720, Decimal(3000))
    assert first.is_current
    assert second.is_current


def test_more_used_than_planned_stays_granted(cast: Cast) -> None:
    mentorship = under_way(cast)
    first = Grant.objects.get()
    use.take(grant=first, minutes=2500)
    change(cast, mentorship)
    first.refresh_from_db()
    assert (first.minutes, first.used_minutes) == (2500, 2500)


def test_the_whole_period_is_held_against_law_and_frame(cast: Cast) -> None:
    """Four weeks are short in themselves; with the six before them they are longer than three months."""
    mentorship = under_way(cast)
    application = change(cast, mentorship, ends_before=date(2027, 3, 2), plan=cases.plan(weeks=7, hours=3))
    assert application.decided_by_role == "TEAM_LEADER"
    apply.withdraw(application=application, reason="", by=cast.anna, at=LATER_AT)
    with pytest.raises(Refused) as caught:
        change(cast, mentorship, ends_before=date(2027, 6, 2))
    assert caught.value.field == "ends_on"


@pytest.mark.parametrize("start", [date(2026, 11, 30), NEXT_START, date(2027, 1, 10)])
def test_a_change_begins_in_the_period_and_not_in_the_past(cast: Cast, start: date) -> None:
    mentorship = under_way(cast)
    with pytest.raises(Refused) as caught:
        change(cast, mentorship, starts_on=start, ends_before=date(2027, 3, 9))
    assert caught.value.field == "starts_on"


def test_a_refused_change_leaves_the_grant(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = change(cast, mentorship, plan=cases.plan(weeks=4, hours=9))
    decide.refuse(
        application=application,
        version=1,
        reasons="Behovet er ikke vokset.",
        hearing="Ingen bemærkninger.",
        by=cast.eva,
        at=LATER_AT,
        on=LATER,
    )
    mentorship.refresh_from_db()
    assert mentorship.status == Status.ACTIVE
    assert Grant.objects.get().minutes == 3000


# End


def end(cast: Cast, mentorship: Mentorship, ended_on: date = LATER) -> Decision:
    return decide.end(
        mentorship=mentorship,
        ended_on=ended_on,
        reasons="Målet er nået.",
        by=cast.anna,
        at=LATER_AT,
        on=LATER,
    )


@pytest.fixture
def ended() -> Iterator[list[date]]:
    seen: list[date] = []

    def react(_mentorship: Mentorship, on: date, *_rest: object) -> None:
        seen.append(on)

    events.when_ended.append(react)
    yield seen
    events.when_ended.remove(react)


def test_the_end_is_a_decision_that_closes_the_grants(cast: Cast, ended: list[date]) -> None:
    mentorship = under_way(cast)
    renew(cast, mentorship)
    decision = end(cast, mentorship)
    assert decision.kind == "END"
    assert decision.complaint_last_day == date(2027, 2, 8)
    mentorship.refresh_from_db()
    assert (mentorship.status, mentorship.ends_before) == (Status.ENDED, date(2027, 1, 12))
    first, second = Grant.objects.order_by("id")
    assert first.ends_before == date(2027, 1, 12)
    assert not second.is_current
    assert use.grant_on(mentorship, date(2027, 1, 12)) is None
    assert not Agreement.objects.filter(completed_at=None, replaced_at=None).exists()
    assert ended == [LATER]
    assert "decision.end" in cases.actions()


def test_the_end_takes_back_what_waits(cast: Cast) -> None:
    mentorship = under_way(cast)
    renew(cast, mentorship, plan=cases.plan(hours=6))
    end(cast, mentorship)
    assert Application.objects.order_by("-id")[0].state == "WITHDRAWN"


def test_an_end_needs_reasons_a_day_that_has_come_and_somebody_who_may(cast: Cast) -> None:
    mentorship = under_way(cast)
    with pytest.raises(Refused, match="fremtiden"):
        end(cast, mentorship, date(2027, 1, 12))
    with pytest.raises(Refused, match="hvorfor støtten slutter"):
        decide.end(mentorship=mentorship, ended_on=LATER, reasons=" ", by=cast.anna, at=LATER_AT, on=LATER)
    with pytest.raises(NotAllowed):
        decide.end(mentorship=mentorship, ended_on=LATER, reasons="Slut", by=cast.finn, at=LATER_AT, on=LATER)
    end(cast, mentorship)
    with pytest.raises(Refused):
        end(cast, Mentorship.objects.get(pk=mentorship.pk))
    assert Decision.objects.filter(kind="END").count() == 1
