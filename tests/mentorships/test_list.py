"""The list of mentorships."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.followups.models import FollowUp
from brobygger.grants.models import Grant
from brobygger.mentorships import presenters
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast
from tests.factories.mentorships import make_active, make_mentorship
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
LIST = "/forloeb/"


def codes(page: str) -> list[str]:
    return [
        mentorship.code
        for mentorship in Mentorship.objects.order_by("ends_before", "id")
        if mentorship.code in page
    ]


def test_a_row_shows_initials_hours_weeks_and_the_next_follow_up(
    cast: Cast, signed_in: SignedIn, today: date
) -> None:
    mentorship = make_active(cast)
    Grant.objects.update(used_minutes=150)
    for days, done in ((-7, True), (9, False), (30, False)):
        day = today + timedelta(days=days)
        FollowUp.objects.create(
            municipality=cast.municipality,
            mentorship=mentorship,
            kind="MONTHLY",
            due_on=day,
            planned_for=day,
            done_on=day if done else None,
            done_at="2026-11-16T09:00Z" if done else None,
        )
    page = signed_in(cast.anna).get(LIST).content.decode()
    assert "D. D." in page and "David" not in page
    assert "2 t. 30 min. af 65 t." in page
    assert "uge 4 af 13" in page
    assert "2. dec. 2026" in page and "om 9 dage" in page


def test_mine_the_teams_and_all(cast: Cast, signed_in: SignedIn) -> None:
    mine = make_active(cast)
    teams = make_active(cast, consultant=cast.freja)
    others = make_active(cast, consultant=cast.freja, team=None)
    client = signed_in(cast.anna)
    shown = {
        whose: codes(client.get(LIST, {"hvis": whose}).content.decode()) for whose in ("mine", "team", "alle")
    }
    assert shown == {
        "mine": [mine.code],
        "team": [mine.code, teams.code],
        "alle": [mine.code, teams.code, others.code],
    }


def test_a_consultant_begins_with_the_own_and_a_leader_with_all(cast: Cast, signed_in: SignedIn) -> None:
    mine, others = make_active(cast), make_active(cast, consultant=cast.freja)
    assert codes(signed_in(cast.anna).get(LIST).content.decode()) == [mine.code]
    assert codes(signed_in(cast.eva).get(LIST).content.decode()) == [mine.code, others.code]


def test_by_status_name_and_code(cast: Cast, signed_in: SignedIn) -> None:
    active, ended = make_active(cast), make_mentorship(cast, status=Status.ENDED)
    sara = make_active(cast, citizen=make_citizen(cast, name="Sara Ahmadi"))
    client = signed_in(cast.eva)

    def found(**query: str) -> list[str]:
        return codes(client.get(LIST, query).content.decode().replace('value="', ""))

    assert found() == [active.code, sara.code]
    assert found(status="ENDED") == [ended.code]
    assert found(status="alle", q="sara") == [sara.code]
    assert found(q=active.code.lower()) == [active.code]
    assert found(q="ingen hedder det") == []


def test_a_cpr_number_is_not_searched_for_in_the_address(cast: Cast, signed_in: SignedIn) -> None:
    make_active(cast)
    page = signed_in(cast.eva).get(LIST, {"q": "620594-1234"}).content.decode()
    assert (
        "Søg ikke på CPR-nummer her" in page
        and "620594-1234" not in page.split("<main")[1].split("bb-tabs")[0]
    )
    assert codes(page) == []


def test_strange_filters_change_nothing(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = make_active(cast)
    answer = signed_in(cast.eva).get(LIST, {"hvis": "x", "status": "<b>", "side": "tusind", "q": "%"})
    assert answer.status_code == 200
    assert codes(signed_in(cast.eva).get(LIST, {"side": "99"}).content.decode()) == [mentorship.code]


def test_the_looks_are_one_event(cast: Cast, signed_in: SignedIn) -> None:
    make_active(cast)
    make_active(cast, citizen=make_citizen(cast, name="Sara Ahmadi"))
    signed_in(cast.eva).get(LIST)
    event = Event.objects.get(action="citizens.listed")
    assert len(event.detail["citizens"]) == 2


@pytest.mark.parametrize(
    ("who", "status"), [("finn", 200), ("tove", 200), ("adam", 403), ("carla", 403), ("david", 403)]
)
def test_who_sees_the_list(cast: Cast, signed_in: SignedIn, who: str, status: int) -> None:
    assert signed_in(getattr(cast, who)).get(LIST).status_code == status


def test_another_municipality_sees_an_empty_list_that_teaches(cast: Cast, signed_in: SignedIn) -> None:
    make_active(cast)
    page = signed_in(cast.bo).get(LIST, {"hvis": "alle"}).content.decode()
    assert codes(page) == [] and "Du har ingen åbne forløb" in page


def test_as_many_queries_for_many_rows_as_for_one(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.eva)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(LIST).status_code == 200
        return len(counted)

    make_active(cast)
    one = queries()
    for number in range(12):
        make_active(cast, citizen=make_citizen(cast, name=f"Borger {number}"))
    assert queries() == one


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 11, 1), "begynder 2. nov. 2026"),
        (date(2026, 11, 2), "uge 1 af 13"),
        (date(2026, 11, 8), "uge 1 af 13"),
        (date(2026, 11, 9), "uge 2 af 13"),
        (date(2027, 1, 31), "uge 13 af 13"),
        (date(2027, 2, 1), "13 uger"),
    ],
)
def test_the_week_in_words(cast: Cast, today: date, words: str) -> None:
    assert presenters.week_words(make_active(cast), today) == words
