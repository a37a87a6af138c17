"""A substitute sees the absent colleague's rows and gets no right they do not have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import NotAllowed, Role
from brobygger.followups.models import Substitute
from brobygger.followups.substitutes import selectors
from brobygger.followups.substitutes.services import call_off, set_substitute
from brobygger.mentorships.models import Mentorship, MentorshipDraft
from brobygger.ui.attention import Attention
from brobygger.web import home
from tests.cast import Cast

TODAY = date(2026, 11, 23)
SignedIn = Callable[[User], Client]


def set_one(cast: Cast, now: datetime, **fields: Any) -> Substitute:
    return set_substitute(
        **{
            "absent": cast.anna,
            "substitute": cast.klara,
            "first_day": TODAY,
            "last_day": TODAY + timedelta(days=4),
            "by": cast.anna,
            "at": now,
            "on": TODAY,
            **fields,
        }
    )


def rows(user: User, day: date = TODAY) -> list[Attention]:
    return home.everything(user, day)


@pytest.fixture
def elsewhere(cast: Cast) -> User:
    """Klara works in another team and sees nothing of Anna's."""
    cast.klara.team = Team.objects.create(municipality=cast.municipality, name="Team Job")
    cast.klara.save(update_fields=["team"])
    return cast.klara


def test_the_absent_ones_rows_are_the_substitutes_own(
    cast: Cast, planned: Mentorship, now: datetime, elsewhere: User
) -> None:
    assert rows(elsewhere) == []
    set_one(cast, now)
    found = rows(elsewhere)
    assert {row.case_code for row in found} == {planned.code}
    assert {row.scope for row in found} == {"mine"}
    assert all(row.initials == "D. D. · for Anna Andersen" for row in found)
    assert {row.key for row in found} == {row.key for row in rows(cast.anna)}


@pytest.mark.parametrize(("day", "sees"), [(-1, False), (0, True), (4, True), (5, False)])
def test_only_in_the_days_both_included(
    cast: Cast, planned: Mentorship, now: datetime, elsewhere: User, day: int, sees: bool
) -> None:
    set_one(cast, now)
    assert bool(rows(elsewhere, TODAY + timedelta(days=day))) is sees


def test_a_colleague_of_the_team_has_each_row_once(cast: Cast, planned: Mentorship, now: datetime) -> None:
    before = {row.key: row.scope for row in rows(cast.freja)}
    assert set(before.values()) == {"team"}
    set_one(cast, now, substitute=cast.freja)
    after = rows(cast.freja)
    assert len(after) == len(before) == len({row.key for row in after})
    assert {row.scope for row in after} == {"mine"}


def test_standing_in_gives_no_right_and_no_draft(
    cast: Cast, planned: Mentorship, now: datetime, elsewhere: User
) -> None:
    MentorshipDraft.objects.create(
        municipality=cast.municipality, owner=cast.anna, title="Ny", started_at=now, saved_at=now
    )
    set_one(cast, now)
    assert "draft" in {row.kind for row in rows(cast.anna)}
    assert "draft" not in {row.kind for row in rows(elsewhere)}
    elsewhere.roles = [Role.FINANCE.value]
    assert not {row.kind for row in rows(elsewhere)} & {"follow_up_overdue", "follow_up_today"}


def test_called_off_it_is_over(cast: Cast, planned: Mentorship, now: datetime, elsewhere: User) -> None:
    one = set_one(cast, now)
    with pytest.raises(NotAllowed):
        call_off(substitute=one, by=cast.freja, at=now)
    call_off(substitute=one, by=elsewhere, at=now)
    assert rows(elsewhere) == []
    with pytest.raises(Conflict):
        call_off(substitute=one, by=cast.anna, at=now)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first_day": TODAY - timedelta(days=1)}, "first_day"),
        ({"last_day": TODAY - timedelta(days=1)}, "last_day"),
        ({"last_day": TODAY + timedelta(days=400)}, "last_day"),
    ],
)
def test_days_that_cannot_be(cast: Cast, now: datetime, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        set_one(cast, now, **changed)
    assert refused.value.field == field
    assert not Substitute.objects.exists()


def test_who_can_be_chosen_and_by_whom(cast: Cast, now: datetime) -> None:
    for wrong in (cast.finn, cast.carla, cast.bo, cast.anna):
        with pytest.raises(Refused):
            set_one(cast, now, substitute=wrong)
    with pytest.raises(NotAllowed):
        set_one(cast, now, by=cast.freja)
    set_one(cast, now, by=cast.eva)
    with pytest.raises(Refused, match="allerede vikar"):
        set_one(cast, now, first_day=TODAY + timedelta(days=4), last_day=TODAY + timedelta(days=9))
    set_one(cast, now, first_day=TODAY + timedelta(days=5), last_day=TODAY + timedelta(days=9))
    assert selectors.standing_in_for(cast.anna, TODAY) == [cast.klara]


def test_a_stand_in_costs_the_same_whatever_the_rows(
    cast: Cast, planned: Mentorship, now: datetime, elsewhere: User
) -> None:
    set_one(cast, now)

    def queries(day: date) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as counted:
            found = rows(elsewhere, day)
        return len(found), len(counted)

    few, many = queries(TODAY), queries(TODAY + timedelta(days=4))
    assert few[1] == many[1]


def test_the_page(cast: Cast, now: datetime, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client, page = signed_in(cast.anna), reverse("followups:substitutes")
    assert 'name="absent"' not in client.get(page).content.decode()
    sent = {
        "substitute": str(cast.klara.public_id),
        "first_day": "23.11.2026",
        "last_day": "22.11.2026",
    }
    answer = client.post(page, sent)
    assert answer.status_code == 422 and "Sidste dag ligger før den første" in answer.content.decode()
    assert client.post(page, {**sent, "last_day": "24.11.2026"}).status_code == 302
    one = Substitute.objects.get()
    assert client.post(reverse("followups:call_off", args=[one.public_id])).status_code == 302
    assert 'name="absent"' in signed_in(cast.eva).get(page).content.decode()
    assert signed_in(cast.finn).get(page).status_code == 403
