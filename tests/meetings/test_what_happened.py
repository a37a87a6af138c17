"""What became of a meeting: by the contact, by mentor or staff; and counts that add up in any order of events."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants.models import Grant
from brobygger.hours import services as hours
from brobygger.hours.models import Contact
from brobygger.meetings import counting, selectors, services
from brobygger.meetings.models import Meeting, MeetingMove
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import correct, register
from tests.factories.meetings import NOW, asked, plan, plan_one
from tests.factories.mentorships import make_active

State, Kind = Meeting.State, Contact.Kind
TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AFTER = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def registered(cast: Cast, mentorship: Mentorship, **fields: Any) -> Contact:
    return register(cast, mentorship, **{"starts_at": TUESDAY_AT_TEN, "at": AFTER, **fields})


def test_a_registered_contact_says_that_the_meeting_was_held(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship)
    contact = registered(cast, mentorship, starts_at=TUESDAY_AT_TEN + timedelta(minutes=10))
    held = fresh(meeting)
    assert (held.state, held.contact_public_id, held.held_at) == (
        State.HELD,
        contact.public_id,
        contact.starts_at,
    )
    assert (held.settled_by, held.settled_at) == (cast.carla, AFTER)
    counts = selectors.counts_of(mentorship, at=AFTER)
    assert (counts.held, counts.on_time, counts.expected) == (1, 1, 1)


def test_a_no_show_keeps_who_said_it_and_why(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship)
    registered(cast, mentorship, kind=Kind.NO_SHOW_CITIZEN, note="Svarede ikke på telefonen.")
    missed = fresh(meeting)
    assert (missed.state, missed.reason) == (State.NO_SHOW_CITIZEN, "Svarede ikke på telefonen.")
    assert missed.settled_by == cast.carla


def test_correcting_and_deleting_say_it_anew(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship)
    contact = registered(cast, mentorship)
    newer = correct(cast, contact, kind=Kind.NO_SHOW_MENTOR, note="Jeg var syg.", at=AFTER)
    assert (fresh(meeting).state, fresh(meeting).reason) == (State.NO_SHOW_MENTOR, "Jeg var syg.")
    hours.withdraw(contact=newer, reason="Forkert dag.", by=cast.carla, at=AFTER)
    again = fresh(meeting)
    assert (again.state, again.contact_public_id, again.settled_by, again.reason) == (
        State.PLANNED,
        None,
        None,
        "",
    )


def test_the_nearest_meeting_of_the_day_is_meant(cast: Cast, mentorship: Mentorship) -> None:
    early, late = plan_one(cast, mentorship), plan_one(cast, mentorship, clock=time(14))
    registered(cast, mentorship, starts_at=TUESDAY_AT_TEN + timedelta(hours=3, minutes=30))
    assert (fresh(early).state, fresh(late).state) == (State.PLANNED, State.HELD)


def test_a_message_and_another_day_settle_nothing(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship)
    registered(cast, mentorship, kind=Kind.MESSAGE)
    register(cast, mentorship)
    assert fresh(meeting).state == State.PLANNED


def test_staff_writes_what_happened(cast: Cast, mentorship: Mentorship) -> None:
    meeting = plan_one(cast, mentorship)

    def settle(by: Any = cast.anna, at: datetime = AFTER, **fields: Any) -> None:
        told = {"outcome": "NO_SHOW_CITIZEN", "reason": "Var indlagt.", **fields}
        services.settle(meeting=meeting, by=by, at=at, **told)

    with pytest.raises(Refused, match="ikke begyndt"):
        settle(at=NOW)
    with pytest.raises(Refused, match="hvorfor mødet ikke blev holdt"):
        settle(reason=" ")
    with pytest.raises(NotAllowed):
        settle(by=cast.david)
    settle()
    assert (fresh(meeting).state, fresh(meeting).settled_by) == (State.NO_SHOW_CITIZEN, cast.anna)
    with pytest.raises(Conflict, match="En anden var først"):
        settle(by=cast.freja)


def test_a_moved_meeting_is_one_meeting_and_on_time_by_its_new_time(
    cast: Cast, mentorship: Mentorship
) -> None:
    meeting = plan_one(cast, mentorship)
    for clock in (time(12), time(13)):
        services.move(
            meeting=meeting, asked=asked(clock=clock), asked_by="MENTOR", reason="Kø.", by=cast.carla, at=NOW
        )
    registered(cast, mentorship, starts_at=TUESDAY_AT_TEN + timedelta(hours=3))
    counts = selectors.counts_of(mentorship, at=AFTER)
    assert (counts.planned, counts.expected, counts.held, counts.moved, counts.on_time) == (1, 1, 1, 1, 1)


def test_one_query_counts_many(cast: Cast, django_assert_num_queries: Any) -> None:
    cases = [make_active(cast), make_active(cast)]
    plan(cast, cases[0], weeks=3)
    with django_assert_num_queries(1):
        found = selectors.counts_by_mentorship(cases, at=NOW)
    assert [found[case.pk].ahead for case in cases] == [3, 0]


# Any order

steps = st.one_of(
    st.tuples(st.just("plan"), st.integers(1, 20), st.sampled_from([8, 10, 13, 15])),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(1, 20), st.sampled_from([9, 11, 14])),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("hold"), st.integers(0, 9), st.sampled_from([0, 5, 40])),
    st.tuples(st.just("miss"), st.integers(0, 9), st.sampled_from(["CITIZEN", "MENTOR"])),
    st.tuples(
        st.just("settle"), st.integers(0, 9), st.sampled_from(["HELD", "NO_SHOW_CITIZEN", "CANCELLED"])
    ),
    st.tuples(st.just("unsay"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


class _Undo(Exception):
    """Takes the example's rows away again."""


class Course:
    """The same events told to the services and to a plain list beside."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.mentorship, self.at = cast, make_active(cast), NOW
        Grant.objects.filter(mentorship=self.mentorship).update(minutes=100_000)
        self.planned = self.cancelled = 0
        self.moved: set[int] = set()

    def pick(self, number: int) -> Meeting:
        found = list(Meeting.objects.order_by("pk"))
        if not found:
            raise Refused("none")
        return found[number % len(found)]

    def do(self, act: str, *told: Any) -> None:
        getattr(self, act)(*told)

    def plan(self, days: int, hour: int) -> None:
        day = NOW.date() + timedelta(days=days)
        plan(self.cast, self.mentorship, day=day, clock=time(hour), at=self.at)
        self.planned += 1

    def move(self, number: int, days: int, hour: int) -> None:
        day, meeting = NOW.date() + timedelta(days=days), self.pick(number)
        services.move(
            meeting=meeting,
            asked=asked(day=day, clock=time(hour, 15)),
            asked_by="CITIZEN",
            reason="x",
            by=self.cast.carla,
            at=self.at,
        )
        self.moved.add(meeting.pk)

    def cancel(self, number: int) -> None:
        services.cancel(meeting=self.pick(number), reason="x", by=self.cast.anna, at=self.at)
        self.cancelled += 1

    def hold(self, number: int, late: int) -> None:
        meeting = self.pick(number)
        starts_at = meeting.starts_at + timedelta(minutes=late)
        register(self.cast, self.mentorship, starts_at=starts_at, minutes=30, at=self.at)

    def miss(self, number: int, who: str) -> None:
        meeting, kind = self.pick(number), Kind(f"NO_SHOW_{who}")
        register(self.cast, self.mentorship, starts_at=meeting.starts_at, minutes=30, kind=kind, at=self.at)

    def settle(self, number: int, outcome: str) -> None:
        services.settle(meeting=self.pick(number), outcome=outcome, reason="x", by=self.cast.anna, at=self.at)
        self.cancelled += outcome == "CANCELLED"

    def unsay(self, number: int) -> None:
        contacts = list(Contact.objects.filter(state="REGISTERED").order_by("pk"))
        if contacts:
            hours.withdraw(
                contact=contacts[number % len(contacts)], reason="x", by=self.cast.carla, at=self.at
            )

    def wait(self, half_days: int) -> None:
        self.at = min(self.at + timedelta(hours=12 * half_days), NOW + timedelta(days=60))

    def check(self) -> None:
        counts = selectors.counts_of(self.mentorship, at=self.at)
        assert counts.planned == self.planned == Meeting.objects.count()
        assert counts.cancelled == self.cancelled
        assert (
            counts.held + counts.no_shows + counts.waiting + counts.ahead + counts.cancelled == self.planned
        )
        assert counts.on_time <= counts.timed <= counts.held
        assert set(MeetingMove.objects.values_list("meeting_id", flat=True)) == self.moved
        assert counts.moved <= len(self.moved)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(steps, min_size=3, max_size=12))
def test_whatever_happens_in_whatever_order_the_counts_add_up(
    cast: Cast, told: list[tuple[Any, ...]]
) -> None:
    with pytest.raises(_Undo), transaction.atomic():
        course = Course(cast)
        for act in [("plan", 1, 10), *told]:
            with suppress(Refused):
                course.do(*act)
            course.check()
        raise _Undo


def test_a_move_that_makes_two_of_one_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: moving leaves the old meeting behind as called off, as calendars do that only know deleting."""
    real = services.move

    def careless(*, meeting: Meeting, **fields: Any) -> Meeting:
        moved = real(meeting=meeting, **fields)
        Meeting.objects.filter(pk=meeting.pk).update(state=State.CANCELLED, settled_at=NOW)
        return moved

    monkeypatch.setattr(services, "move", careless)
    course = Course(cast)
    course.plan(1, 10)
    course.move(0, 2, 9)
    with pytest.raises(AssertionError):
        course.check()


def test_the_piles_are_told_apart_by_the_instant() -> None:
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    rows = [
        Meeting(state="PLANNED", starts_at=at + timedelta(minutes=off), first_starts_at=at)
        for off in (-1, 0, 1)
    ]
    counts = counting.tally(rows, at=at)
    assert (counts.waiting, counts.ahead, counts.moved) == (2, 1, 2)
