"""Min dag: everyone's first page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.followups import services as followups
from brobygger.followups.models import FollowUp
from brobygger.mentorships.models import Mentorship
from brobygger.ui.attention import Act, Attention
from brobygger.web import home
from tests.cast import Cast
from tests.factories.mentorships import STARTED, make_active
from tests.factories.people import make_citizen

SignedIn = Callable[[User], Client]
DAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true", "HX-Target": "arbejde"}


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages read the clock; the cast's case runs around the fixed day."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def planned(cast: Cast, now: datetime) -> Mentorship:
    mentorship = make_active(cast)
    followups.plan_for(mentorship=mentorship, on=STARTED, at=now, by=cast.anna)
    return mentorship


def row(kind: str, when: date, *, urgency: int = 5, scope: Any = "mine", code: str = "7F3K") -> Attention:
    url = f"/{kind}/{when}"
    return Attention(kind, kind, code, "S. A.", when, url, (Act("Gør", url),), urgency, scope)


# Sorting out


def test_today_is_what_is_due_or_pressing() -> None:
    heaps = home.sort_out(
        [
            row("due", DAY),
            row("dispute", DAY + timedelta(days=40), urgency=0),
            row("soon", DAY + timedelta(days=7)),
            row("later", DAY + timedelta(days=8)),
            row("team", DAY, scope="team", urgency=0),
        ],
        DAY,
    )
    found = {name: [each.kind for each in heap] for name, heap in heaps.items()}
    assert found == {"i-dag": ["dispute", "due"], "uge": ["soon"], "later": ["later"], "holdet": ["team"]}


def test_rows_that_ask_the_same_stand_together_oldest_first() -> None:
    rows = [
        row("b", DAY),
        row("a", DAY, urgency=2),
        row("b", DAY - timedelta(days=3)),
        row("a", DAY - timedelta(days=1), urgency=2),
        row("b", DAY - timedelta(days=1), urgency=0),
    ]
    days = [(each.kind, (DAY - each.when).days) for each in home.grouped(rows)]
    assert days == [("b", 3), ("b", 1), ("b", 0), ("a", 1), ("a", 0)]


def test_nothing_is_lost_on_the_way() -> None:
    rows = [
        row(
            f"k{number % 3}",
            DAY + timedelta(days=number - 10),
            urgency=number % 10,
            scope=("mine", "team")[number % 2],
        )
        for number in range(30)
    ]
    heaps = home.sort_out(rows, DAY)
    assert sorted(each.key for heap in heaps.values() for each in heap) == sorted(each.key for each in rows)


# The page


def test_the_consultant_sees_what_needs_her(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    text = signed_in(cast.anna).get("/").content.decode()
    assert "Mandag 23. november" in text
    assert "Team Ung" in text
    assert "1 forløb i gang" in text
    assert text.count("Opfølgning overskredet") >= 4
    record = reverse("followups:record", args=[FollowUp.objects.order_by("due_on")[0].public_id])
    assert f'hx-get="{record}?fra=dag"' in text
    assert "18 dage over" in text


def test_colleagues_see_it_under_the_team(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    client = signed_in(cast.freja)
    assert "Opfølgning overskredet" not in client.get("/").content.decode()
    assert "Opfølgning overskredet" in client.get("/", {"vis": "holdet"}).content.decode()


def test_another_municipality_sees_nothing(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    client = signed_in(cast.bo)
    for tab in ("i-dag", "uge", "holdet"):
        assert planned.code not in client.get("/", {"vis": tab}).content.decode()


def test_a_tab_answers_with_the_list_alone(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    text = signed_in(cast.anna).get("/", {"vis": "uge"}, headers=HTMX).content.decode()
    assert text.lstrip().startswith('<section id="arbejde"')
    assert "<html" not in text


def test_what_is_done_folds_away_with_a_count(
    cast: Cast, planned: Mentorship, now: datetime, signed_in: SignedIn
) -> None:
    client = signed_in(cast.anna)
    assert "Klaret i dag" not in client.get("/").content.decode()
    first, second, *_rest = FollowUp.objects.select_related("mentorship").order_by("due_on")
    for follow_up in (first, second):
        followups.record(
            follow_up=follow_up,
            form="CALL",
            note="",
            service_delivered=True,
            done_on=DAY,
            by=cast.anna,
            at=now,
        )
    assert "Klaret i dag (2)" in client.get("/").content.decode()
    assert "Klaret i dag (2)" in client.get("/").content.decode()


def test_done_is_forgotten_the_next_day(
    cast: Cast, planned: Mentorship, now: datetime, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.anna)
    client.get("/")
    first = FollowUp.objects.select_related("mentorship").order_by("due_on")[0]
    followups.record(
        follow_up=first, form="CALL", note="", service_delivered=True, done_on=DAY, by=cast.anna, at=now
    )
    assert "Klaret i dag (1)" in client.get("/").content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=1))
    assert "Klaret i dag" not in client.get("/").content.decode()


def test_an_empty_day_teaches(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    assert "Intet kræver dig i dag" in client.get("/").content.decode()
    assert "Intet kræver noget af holdet" in client.get("/", {"vis": "holdet"}).content.decode()


@pytest.mark.parametrize(
    ("who", "name"), [("carla", "hours:mentor"), ("david", "citizens:overview"), ("signe", "hours:company")]
)
def test_people_outside_go_to_their_own_page(cast: Cast, signed_in: SignedIn, who: str, name: str) -> None:
    assert signed_in(getattr(cast, who)).get("/")["Location"] == reverse(name)


@pytest.mark.parametrize(
    ("who", "shown", "hidden"),
    [
        ("finn", ["Fakturaer", "Bogføring"], ["Brugere og hold", "Holdet", "Nyt forløb"]),
        ("tove", ["Opslag på borgere", "Fakturaer"], ["Bogføring", "Brugere og hold", "Nyt forløb"]),
        ("adam", ["Brugere og hold", "Rammer"], ["Fakturaer", "Nyt forløb"]),
        ("eva", ["Holdet", "Nyt forløb"], ["Dine sider"]),
    ],
)
def test_each_role_finds_its_own_things(
    cast: Cast, signed_in: SignedIn, who: str, shown: list[str], hidden: list[str]
) -> None:
    text = signed_in(getattr(cast, who)).get("/").content.decode()
    page = text[text.index("<main") : text.index("</main>")]
    assert [word for word in shown if word not in page] == []
    assert [word for word in hidden if word in page] == []


def test_signed_out_leads_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.get("/")["Location"].startswith(reverse("accounts:login"))


def test_many_rows_cost_no_more_queries_than_few(
    cast: Cast,
    planned: Mentorship,
    now: datetime,
    signed_in: SignedIn,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(cast.anna)
    client.get("/")
    with django_assert_max_num_queries(40) as few:
        client.get("/")
    count = len(few)
    for number in range(6):
        other = make_active(cast, citizen=make_citizen(cast, name=f"Mia {number}"))
        followups.plan_for(mentorship=other, on=STARTED, at=now, by=cast.anna)
    client.get("/")
    with django_assert_num_queries(count):
        client.get("/")


def test_a_row_is_known_again_by_its_key() -> None:
    assert row("a", DAY).key == row("a", DAY).key
    assert len({row("a", DAY).key, row("b", DAY).key, row("a", DAY, code="9QX2").key}) == 3


def test_a_post_form_on_a_row_carries_key_and_way_back(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = Act("Send igen", f"/send/{uuid.UUID(int=1)}/", "post", primary=True)
    asked = Attention(
        "agreement", "Aftale mangler borger", "1B8D", "A. H.", DAY, "/x/", (act,), 2, happened=True
    )
    monkeypatch.setattr(home, "everything", lambda user, today: [asked])
    text = signed_in(cast.anna).get("/").content.decode()
    assert f'hx-post="{act.url}"' in text
    assert 'name="idempotency_key"' in text
    assert "i dag" in text
