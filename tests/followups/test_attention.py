"""What follow-up puts on the work list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from brobygger.followups import selectors, services
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

MONDAY = date(2026, 11, 16)  # the fourth contact is due, three are overdue


def kinds(cast: Cast, day: date, user: Any = None) -> list[str]:
    return [row.kind for row in selectors.needs_attention(user or cast.anna, day)]


def test_overdue_due_and_soon(cast: Cast, planned: Mentorship) -> None:
    assert kinds(cast, MONDAY) == ["follow_up_overdue"] * 3 + ["follow_up_today"]
    assert kinds(cast, date(2026, 12, 10))[-1] == "follow_up_soon"
    first = selectors.needs_attention(cast.anna, MONDAY)[0]
    assert (first.case_code, first.initials, first.urgency, first.scope) == (planned.code, "D. D.", 0, "mine")
    assert [act.label for act in first.acts] == ["Registrér", "Flyt"]


def test_what_is_done_or_moved_leaves(cast: Cast, planned: Mentorship, now: datetime) -> None:
    first, second, *_rest = selectors.open_of(planned).select_related("mentorship")
    services.record(
        follow_up=first,
        form="CALL",
        note="",
        service_delivered=True,
        done_on=date(2026, 11, 20),
        by=cast.anna,
        at=now,
    )
    services.move(follow_up=second, to=date(2026, 12, 9), reason="Syg", by=cast.anna, at=now)
    assert len(kinds(cast, MONDAY)) == 2


def test_colleagues_see_it_as_the_teams_and_others_not(cast: Cast, planned: Mentorship) -> None:
    assert {row.scope for row in selectors.needs_attention(cast.freja, MONDAY)} == {"team"}
    for user in (cast.finn, cast.tove, cast.adam, cast.carla, cast.david, cast.bo):
        assert kinds(cast, MONDAY, user) == []


def test_one_that_ended_without_a_conclusion_asks_for_it(cast: Cast) -> None:
    make_active(cast)
    ended = make_active(cast, status=Status.ENDED, starts_on=date(2026, 6, 1), ends_before=date(2026, 9, 1))
    long_ago = make_active(
        cast, status=Status.ENDED, starts_on=date(2018, 6, 1), ends_before=date(2018, 9, 1)
    )
    rows = [row for row in selectors.needs_attention(cast.anna, MONDAY) if row.kind == "unconcluded"]
    assert [row.case_code for row in rows] == [ended.code]
    assert long_ago.code not in {row.case_code for row in rows}
    assert [row.case_code for row in selectors.needs_attention(cast.anna, date(2027, 2, 1))][-1] != ended.code


def test_many_cost_no_more_queries_than_one(
    cast: Cast, planned: Mentorship, now: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(4):
        other = make_active(cast, citizen=make_citizen(cast, name=f"Mia {number}"))
        services.plan_for(mentorship=other, on=date(2026, 11, 2), at=now, by=cast.anna)
    with django_assert_num_queries(2):
        assert len(selectors.needs_attention(cast.anna, MONDAY)) == 20
