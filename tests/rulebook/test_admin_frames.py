"""Dated frames and ways of working: added, never rewritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.rulebook import selectors, services
from brobygger.rulebook.frames import WayOfWorking
from brobygger.rulebook.models import LocalFrame, LocalWayOfWorking
from brobygger.rulebook.services import Limits
from tests.cast import Cast

SignedIn = Callable[[User], Client]
LIST, NEW, WAY = "/rammer/", "/rammer/ny/", "/rammer/arbejdsgang/"


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def frame(**changes: str) -> dict[str, str]:
    return {
        "valid_from": "1/12-2026",
        "name": "Fire måneder",
        "max_months": "4",
        "max_minutes_total": "80",
        "max_kroner_total": "17.000",
        "exceeded_by": "TEAM_LEADER",
        "idempotency_key": str(uuid4()),
        **changes,
    }


def add(cast: Cast, now: datetime, valid_from: date, **limits: Any) -> LocalFrame:
    return services.add_frame(
        name="Ramme", valid_from=valid_from, limits=Limits(**limits), exceeded_by="", by=cast.eva, at=now
    )


def test_a_new_frame_takes_over_from_its_own_day(cast: Cast, now: datetime) -> None:
    add(cast, now, date(2026, 1, 1), max_months=3)
    add(cast, now, date(2026, 12, 1), max_months=4, max_kroner_total=Decimal(17_000))
    assert selectors.frame_on(cast.anna, date(2026, 11, 30)).max_months == 3
    assert selectors.frame_on(cast.anna, date(2026, 12, 1)).max_months == 4
    assert selectors.frame_on(cast.anna, date(2025, 12, 31)).max_months is None
    event = Event.objects.filter(action="frame.added").latest("id")
    assert event.detail["limits"]["max_kroner_total"] == "17000"


def test_two_frames_cannot_begin_on_one_day(cast: Cast, now: datetime) -> None:
    add(cast, now, date(2026, 12, 1), max_months=3)
    with pytest.raises(Conflict, match="Vælg en anden dag") as refusal:
        add(cast, now, date(2026, 12, 1), max_months=4)
    assert refusal.value.field == "valid_from"
    assert (
        LocalFrame.objects.get().max_months == 3 and Event.objects.filter(action="frame.added").count() == 1
    )


@pytest.mark.parametrize(
    "wrong", [{"valid_from": date(2003, 6, 9)}, {"name": " "}, {"exceeded_by": "CITIZEN"}]
)
def test_what_makes_no_sense_is_refused(cast: Cast, now: datetime, wrong: dict[str, Any]) -> None:
    asked = {"name": "Ramme", "valid_from": date(2026, 12, 1), "exceeded_by": "", **wrong}
    with pytest.raises(Refused) as refusal:
        services.add_frame(limits=Limits(), by=cast.eva, at=now, **asked)
    assert refusal.value.field in wrong and not LocalFrame.objects.exists()


def test_a_way_of_working_is_dated_too(cast: Cast, now: datetime) -> None:
    services.set_way(way=WayOfWorking.CENTRAL_GRANTER, valid_from=date(2026, 12, 1), by=cast.adam, at=now)
    assert selectors.way_on(cast.anna, date(2026, 11, 30)) is WayOfWorking.CONSULTANT_GRANTS
    assert selectors.way_on(cast.anna, date(2026, 12, 1)) is WayOfWorking.CENTRAL_GRANTER
    with pytest.raises(Conflict):
        services.set_way(
            way=WayOfWorking.CASE_WORKER_GRANTS, valid_from=date(2026, 12, 1), by=cast.adam, at=now
        )
    assert Event.objects.filter(action="way_of_working.set").count() == 1


def test_only_who_sets_frames_may(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    for user in (cast.anna, cast.freja, cast.klara, cast.finn, cast.tove, cast.carla, cast.david):
        with pytest.raises(NotAllowed):
            services.set_way(way=WayOfWorking.CENTRAL_GRANTER, valid_from=date(2026, 12, 1), by=user, at=now)
        assert [signed_in(user).get(page).status_code for page in (LIST, NEW, WAY)] == [403, 403, 403]
    for user in (cast.eva, cast.adam):
        assert [signed_in(user).get(page).status_code for page in (LIST, NEW, WAY)] == [200, 200, 200]


def test_a_frame_by_the_form(cast: Cast, signed_in: SignedIn) -> None:
    client, sent = signed_in(cast.eva), frame()
    assert client.post(NEW, sent).status_code == 302
    assert client.post(NEW, sent).status_code == 302
    row = LocalFrame.objects.get()
    assert (row.max_months, row.max_minutes_total, row.max_kroner_total) == (4, 4800, Decimal(17_000))
    assert row.max_weeks is None
    page = client.get(LIST).content.decode()
    assert "højst 4 måneder ad gangen, højst 80 t. i alt, højst 17.000 kr. i alt" in page and "Kommer" in page


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("valid_from", "", "Skriv datoen."),
        ("valid_from", "1/1-1999", "Mentorordningen begyndte"),
        ("max_months", "tre", "Skriv et helt tal."),
        ("max_months", "0", "Skriv mindst 1."),
        ("max_minutes_per_week", "200", "Skriv højst"),
        ("max_kroner_total", "mange", "Skriv et tal"),
        ("exceeded_by", "KONGEN", ""),
    ],
)
def test_bad_input_stands_with_a_sentence(
    cast: Cast, signed_in: SignedIn, field: str, text: str, sentence: str
) -> None:
    answer = signed_in(cast.eva).post(NEW, frame(**{field: text}))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "Fire måneder" in page
    assert not LocalFrame.objects.exists()


def test_the_three_real_frames_are_points_to_start_from(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.eva)
    page = client.get(NEW, {"start": "3"}).content.decode()
    assert "15.450" in page and 'value="2.950"' in page and 'value="10"' in page
    assert client.get(NEW, {"start": "x"}).status_code == 200
    assert client.get(NEW, {"start": "9"}).status_code == 200


def test_a_way_by_the_form(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.adam)
    assert client.post(WAY, {"valid_from": "1.12.2026"}).status_code == 422
    answer = client.post(WAY, {"valid_from": "1.12.2026", "way": "CENTRAL_GRANTER"})
    assert answer.status_code == 302 and LocalWayOfWorking.objects.get().way == "CENTRAL_GRANTER"


def test_another_municipality_sees_none_of_it(cast: Cast, now: datetime) -> None:
    add(cast, now, date(2026, 1, 1), max_months=3)
    assert not selectors.frames_visible_to(cast.bo).exists()
    assert selectors.frame_on(cast.bo, date(2026, 12, 1)).max_months is None


def test_many_frames_take_as_many_queries_as_one(cast: Cast, now: datetime, signed_in: SignedIn) -> None:
    client = signed_in(cast.eva)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(LIST)
        return len(counted)

    add(cast, now, date(2026, 1, 1))
    one = queries()
    for month in range(2, 10):
        add(cast, now, date(2026, month, 1), max_months=month)
    assert queries() == one


def test_signed_out_one_is_sent_to_sign_in(db: None, client: Client) -> None:
    assert [client.get(page).status_code for page in (LIST, NEW, WAY)] == [302, 302, 302]
