"""How the answers have gone by team, night by night and month by month."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brobygger.accounts.models import Team, User
from brobygger.controls.models import ControlRun, ControlShare
from brobygger.controls.trends import presenters, selectors
from tests.cast import Cast
from tests.controls.conftest import NIGHT

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
PAGE = "/tilsyn/udvikling/"
FIRST = date(2026, 9, 28)


def night(cast: Cast, on: date, *shares: tuple[Team | None, str, int, int]) -> ControlRun:
    """A run with (team, question, passed, failed)."""
    run = ControlRun.objects.create(municipality=cast.municipality, on=on, asked_at=NIGHT, finished_at=NIGHT)
    for team, question, passed, failed in shares:
        ControlShare.objects.create(
            municipality=cast.municipality, run=run, team=team, question=question, passed=passed, failed=failed,
            cannot_tell=1, not_relevant=0,
        )  # fmt: skip
    return run


@pytest.fixture
def other_team(cast: Cast) -> Team:
    return Team.objects.create(municipality=cast.municipality, name="Afklaring")


def three_nights(cast: Cast, other: Team | None) -> None:
    night(cast, FIRST, (cast.team, "K03", 5, 5), (other, "K03", 10, 0), (cast.team, "K04", 0, 10))
    night(cast, FIRST + timedelta(days=1), (cast.team, "K03", 7, 3), (other, "K03", 8, 2))
    night(cast, FIRST + timedelta(days=7), (cast.team, "K03", 9, 1), (other, "K03", 6, 4))


def test_each_team_has_its_line_and_the_whole_is_their_sum(cast: Cast, other_team: Team) -> None:
    three_nights(cast, other_team)
    found = presenters.trend(cast.tove, question="K03", monthly=False)
    assert [line.name for line in found.teams] == ["Afklaring", "Team Ung"]
    assert [[point.value for point in line.points] for line in found.teams] == [
        [100.0, 80.0, 60.0],
        [50.0, 70.0, 90.0],
    ]
    assert [(line.now, line.change, line.failed) for line in found.teams] == [
        ("60,0 %", "40 point ned", 4),
        ("90,0 %", "40 point op", 1),
    ]
    assert found.whole is not None
    assert [point.value for point in found.whole.points] == [75.0, 75.0, 75.0]
    assert found.whole.change == "uændret" and found.whole.failed == 5


def test_all_questions_together(cast: Cast, other_team: Team) -> None:
    three_nights(cast, other_team)
    found = presenters.trend(cast.tove, question="", monthly=False)
    assert found.teams[1].points[0].value == 25.0 and found.teams[1].url == ""


def test_a_month_is_its_last_night_and_a_night_its_last_run(cast: Cast) -> None:
    night(cast, FIRST, (cast.team, "K03", 0, 10))
    night(cast, FIRST, (cast.team, "K03", 2, 8))
    night(cast, date(2026, 9, 30), (cast.team, "K03", 4, 6))
    night(cast, date(2026, 10, 5), (cast.team, "K03", 10, 0))
    nights = presenters.trend(cast.tove, question="", monthly=False).teams[0].points
    months = presenters.trend(cast.tove, question="", monthly=True).teams[0].points
    assert [point.value for point in nights] == [20.0, 40.0, 100.0]
    assert [(point.label, point.value) for point in months] == [
        ("september 2026", 40.0),
        ("oktober 2026", 100.0),
    ]


def test_only_the_latest_nights_are_drawn(cast: Cast) -> None:
    for days in range(selectors.NIGHTS + 4):
        night(cast, FIRST + timedelta(days=days))
    through = selectors.runs(cast.tove, monthly=False)
    assert len(through) == selectors.NIGHTS and through[0].on == FIRST + timedelta(days=4)


def test_a_run_that_waits_is_no_part_of_it(cast: Cast) -> None:
    night(cast, FIRST)
    ControlRun.objects.create(municipality=cast.municipality, on=FIRST + timedelta(days=1), asked_at=NIGHT)
    assert len(selectors.runs(cast.tove, monthly=False)) == 1


def test_the_page_draws_the_lines_with_their_figures(
    cast: Cast, other_team: Team, signed_in: SignedIn
) -> None:
    client = signed_in(cast.tove)
    assert "Ingen udvikling endnu" in client.get(PAGE).content.decode()
    three_nights(cast, None)
    text = client.get(PAGE, {"question": "K03"}).content.decode()
    assert text.count('<svg class="bb-line"') == 3
    assert "Uden hold" in text and "Hele kommunen" in text and "Afklaring" not in text
    assert "/tilsyn/fejl/K03/?hold=uden" in text and f"/tilsyn/fejl/K03/?hold={cast.team.public_id}" in text
    assert re.search(r"28\. sep\. 2026.*?50,0 %", text, re.DOTALL)
    monthly = client.get(PAGE, {"step": "maaneder"}).content.decode()
    assert "oktober 2026" in monthly and "september 2026" in monthly
    assert client.get(PAGE, {"question": "K99", "step": "x"}).status_code == 200


def test_who_does_not_see_cases_gets_no_link_to_them(cast: Cast, signed_in: SignedIn) -> None:
    three_nights(cast, None)
    text = signed_in(cast.adam).get(PAGE, {"question": "K03"}).content.decode()
    assert "Team Ung" in text and "/tilsyn/fejl/" not in text


def test_others_and_other_municipalities(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    three_nights(cast, None)
    assert client.get(PAGE).status_code == 302
    for user in (cast.anna, cast.finn, cast.david):
        assert signed_in(user).get(PAGE).status_code == 403
    User.objects.filter(pk=cast.bo.pk).update(roles=["CONTROLLER"])
    cast.bo.refresh_from_db()
    assert "Ingen udvikling endnu" in signed_in(cast.bo).get(PAGE).content.decode()


def test_as_many_queries_for_many_as_for_one(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.tove)
    three_nights(cast, None)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(PAGE).status_code == 200
        return len(counted)

    few = queries()
    with acting(cast.tove):
        teams = [Team.objects.create(municipality=cast.municipality, name=f"Hold {n}") for n in range(4)]
        for days in range(9, 15):
            night(cast, FIRST + timedelta(days=days), *((team, "K03", 1, 1) for team in teams))
    assert queries() == few


def test_the_clock_of_a_run_is_no_part_of_its_day(cast: Cast) -> None:
    """A run of the night belongs to its own day, however late it ended."""
    run = night(cast, FIRST, (cast.team, "K03", 1, 0))
    ControlRun.objects.filter(pk=run.pk).update(finished_at=datetime(2026, 10, 1, 1, 0, tzinfo=UTC))
    night(cast, FIRST + timedelta(days=1), (cast.team, "K03", 1, 0))
    points = presenters.trend(cast.tove, question="", monthly=False).teams[0].points
    assert [point.label for point in points] == ["28. sep. 2026", "29. sep. 2026"]
