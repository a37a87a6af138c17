"""Sharing by agreement: off until the leader chooses, read only by those who share, gone when it stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import NotAllowed
from brobygger.accounts.tenancy import acting as acts
from brobygger.accounts.tenancy import system_actor
from brobygger.audit.models import Event
from brobygger.effects import reading
from brobygger.effects import services as effects
from brobygger.effects.models import ResultRun, SharedFigures
from brobygger.effects.sharing import process, selectors, services
from brobygger.followups.models import FollowUp
from brobygger.hours.models import Contact
from brobygger.law.codes import Context
from brobygger.values.period import Period
from brobygger.web.demo.loading import _connect
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.effects.conftest import AT
from tests.effects.test_alike import RATES, record
from tests.factories.invoices import make_contact
from tests.factories.mentorships import make_active

SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], AbstractContextManager[None]]
MakeStored = Callable[..., ResultRun]
State = Contact.State
PAGE, CHOICE = "/resultater/andres-tal/", "/resultater/andres-tal/deling/"
NAMES = [f"Nabo {letter} Kommune" for letter in "ABCDEFGHIJKL"]


@pytest.fixture(scope="module")
def neighbours(django_db_setup: None) -> Iterator[list[int]]:
    """Twelve more municipalities. Only the owner can make them: they outlive a test and are taken away at the end."""
    with _connect() as owner:
        found = [
            owner.execute(
                "insert into accounts_municipality (code, name, cvr, gln, address, phone, email, is_demo)"
                " values (%s, %s, '', '', '', '', '', %s) returning id",
                [f"98{number:02}", name, number == 0],
            ).fetchone()
            for number, name in enumerate(NAMES)
        ]
    keys = [int(row[0]) for row in found if row]
    yield keys
    with _connect() as owner:
        owner.execute("delete from accounts_municipality where id = any(%s)", [keys])


def put(municipality_id: int, *, horizon: int, ends_before: date, **what: Any) -> None:
    """Figures of another municipality, written as itself."""
    with acts(system_actor(municipality_id)):
        SharedFigures.objects.create(
            municipality_id=municipality_id, starts_on=ends_before - timedelta(days=182), ends_before=ends_before,
            horizon=horizon, data_until=TODAY, code_version="1", shared_at=AT, payload=record(**what),
        )  # fmt: skip


@pytest.fixture
def among(cast: Cast, stored: MakeStored, neighbours: list[int]) -> Callable[[int], SharedFigures]:
    """The own municipality shares, and so many neighbours."""

    def share(count: int) -> SharedFigures:
        stored()
        services.choose(is_on=True, by=cast.eva, at=NOW)
        own = SharedFigures.objects.get(municipality=cast.municipality)
        rng = np.random.default_rng(4)
        for number, key in enumerate(neighbours[:count]):
            rates = rng.binomial(40, RATES) / 40
            put(
                key,
                horizon=own.horizon,
                ends_before=own.ends_before,
                rates=rates,
                on_benefit=0.9 - number / 20,
            )
        return own

    return share


def test_nobody_shares_before_the_leader_has_chosen(
    cast: Cast, signed_in: SignedIn, stored: MakeStored
) -> None:
    stored()
    services.share_newest(municipality_id=cast.municipality.pk, at=NOW)
    assert not SharedFigures.objects.exists() and not selectors.sharing_of(cast.eva).is_on
    assert "I deler ikke jeres tal" in signed_in(cast.eva).get(PAGE).content.decode()


def test_the_leader_shares_and_stops(cast: Cast, signed_in: SignedIn, stored: MakeStored) -> None:
    stored()
    client = signed_in(cast.eva)
    assert client.post(f"{CHOICE}vaelg/", {"is_on": "yes"}).status_code == 302
    own = SharedFigures.objects.get()
    assert own.payload["all"] > 40 and own.data_until == TODAY and own.code_version == "1"
    text = client.get(CHOICE).content.decode()
    assert "Det deler I nu" in text and "Hold op med at dele" in text
    assert not re.search(r"\sstyle=|<script(?![^>]*src=)|\son\w+=", text)
    client.post(f"{CHOICE}vaelg/", {"is_on": "no"})
    assert not SharedFigures.objects.exists(), "What was shared is gone at once."
    told = (
        Event.objects.filter(action="effects.sharing_chosen").order_by("id").values_list("detail", flat=True)
    )
    assert [each["is_on"] for each in told] == [True, False]


def test_a_choice_that_is_none_is_told_in_words(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.eva).post(f"{CHOICE}vaelg/", {"is_on": "perhaps"})
    assert answer.status_code == 422 and "Vælg, om I deler." in answer.content.decode()


def test_only_the_leader_chooses(cast: Cast, signed_in: SignedIn) -> None:
    for user in (cast.tove, cast.adam, cast.anna, cast.carla):
        with pytest.raises(NotAllowed):
            services.choose(is_on=True, by=user, at=NOW)
        assert signed_in(user).post(f"{CHOICE}vaelg/", {"is_on": "yes"}).status_code == 403
    assert "Lederen vælger" in signed_in(cast.tove).get(CHOICE).content.decode()
    assert selectors.choice_of(cast.municipality.pk) is None


def test_choosing_twice_is_choosing_once(cast: Cast, stored: MakeStored) -> None:
    stored()
    for _twice in range(2):
        services.choose(is_on=True, by=cast.eva, at=NOW)
    assert Event.objects.filter(action="effects.sharing_chosen").count() == 1


def test_each_run_shares_the_newest_figures(cast: Cast, stored: MakeStored) -> None:
    """And one that finds nothing to follow takes them away, as it does on the own pages."""
    stored()
    services.choose(is_on=True, by=cast.eva, at=NOW)
    SharedFigures.objects.update(payload={})
    services.share_newest(municipality_id=cast.municipality.pk, at=NOW)
    assert SharedFigures.objects.get().payload["all"] > 40
    effects.make_results(municipality=cast.municipality, on=TODAY, at=NOW)
    assert not SharedFigures.objects.exists()


# The second lock


def test_who_shares_reads_others_and_who_does_not_reads_none(
    cast: Cast, acting: Acting, stored: MakeStored
) -> None:
    stored()
    services.choose(is_on=True, by=cast.eva, at=NOW)
    bo = cast.bo
    bo.roles = ["TEAM_LEADER"]
    bo.save()
    with acting(bo):
        assert not SharedFigures.objects.exists(), "Everybody's rows were asked for; the database gives none."
        assert selectors.sharing_of(bo).shared == ()
    put(cast.other_municipality.pk, horizon=12, ends_before=date(2025, 7, 1))
    with acting(bo):
        assert SharedFigures.objects.count() == 2
        assert selectors.sharing_of(bo).shared == (), "The first lock: nobody has chosen."
        services.choose(is_on=True, by=bo, at=NOW)
        assert not SharedFigures.objects.exists(), "Chosen, but there are no figures of one's own yet."
    with acting(cast.eva):
        assert [each.municipality_id for each in SharedFigures.objects.all()] == [cast.municipality.pk]


@pytest.mark.parametrize("act", ["choose", "share_newest"])
def test_stopping_and_a_run_that_ends_wait_for_each_other(cast: Cast, act: str) -> None:
    """Else a run under way could put back what has just been taken away."""
    acts_of: dict[str, Callable[[], None]] = {
        "choose": lambda: services.choose(is_on=True, by=cast.eva, at=NOW),
        "share_newest": lambda: services.share_newest(municipality_id=cast.municipality.pk, at=NOW),
    }
    with _connect() as other, connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '100ms'")
        other.execute("select pg_advisory_lock(hashtext('sharing'), %s)", [cast.municipality.pk])
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            acts_of[act]()
        other.execute("select pg_advisory_unlock_all()")
        acts_of[act]()


def test_nobody_writes_what_another_shares(cast: Cast, acting: Acting) -> None:
    for key in (cast.municipality.pk, cast.other_municipality.pk):
        put(key, horizon=12, ends_before=date(2025, 7, 1))
    others = SharedFigures.objects.filter(municipality=cast.municipality)
    with acting(cast.bo):
        assert others.count() == 1
        assert others.update(horizon=1) == 0 and others.delete()[0] == 0
    with acting(cast.bo), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        put_as_another(cast.municipality)
    with acting(cast.eva):
        assert others.get().horizon == 12


def put_as_another(municipality: Municipality) -> None:
    SharedFigures.objects.create(
        municipality=municipality, starts_on=date(2025, 1, 1), ends_before=date(2025, 7, 1), horizon=12,
        data_until=TODAY, code_version="1", shared_at=AT, payload={},
    )  # fmt: skip


def test_outsiders_read_no_shared_figures(cast: Cast, acting: Acting) -> None:
    for key in (cast.municipality.pk, cast.other_municipality.pk):
        put(key, horizon=12, ends_before=date(2025, 7, 1))
    for user in (cast.carla, cast.david, cast.signe):
        with acting(user):
            assert not SharedFigures.objects.exists()
    with acting(None):
        assert not SharedFigures.objects.exists()


def test_who_may_not_see_results_reads_none(cast: Cast, stored: MakeStored) -> None:
    stored()
    services.choose(is_on=True, by=cast.eva, at=NOW)
    assert selectors.sharing_of(cast.anna).shared == () and not selectors.sharing_of(cast.anna).is_on


# The page


def test_the_page_names_the_eight_and_leaves_the_rest_as_dots(
    cast: Cast, signed_in: SignedIn, among: Callable[[int], SharedFigures]
) -> None:
    among(12)
    client = signed_in(cast.eva)
    text = client.get(PAGE).content.decode()
    part = next(
        each
        for each in html.fromstring(text).xpath("//section")
        if "Kommuner, der ligner jeres" in each.xpath("./h2/text()")
    )
    assert part.get("data-word") == "Skete"
    said = part.xpath(".//p[@class='effects-first']/text()")[0]
    assert re.search(r"er \d+ af 100 i job .* alle 13 kommuner tilsammen, var tallet \d+\.", said)
    assert re.search(r"mellem nr. \d+ og nr. \d+ af 13", " ".join(part.itertext()))
    assert len(part.xpath(".//svg[@role='img']//circle")) == 13
    named = part.xpath(".//tbody/tr/th/text()")
    assert len(named) == 9 and named[0] == f"{cast.municipality.name} (jeres)"
    unnamed = set(NAMES) - set(named)
    assert len(unnamed) == 4 and not any(name in text for name in unnamed)
    assert "frembragt til demonstration" in text
    lines = client.get("/resultater/tabel/others/2/").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 10 and lines[1].startswith(f"{cast.municipality.name} (jeres);")
    assert client.get("/resultater/rapport/").content.startswith(b"%PDF-")


def test_with_too_few_who_share_the_page_says_so(
    cast: Cast, signed_in: SignedIn, among: Callable[[int], SharedFigures]
) -> None:
    among(2)
    text = signed_in(cast.eva).get(PAGE).content.decode()
    assert "3 kommuner, der deler, kan holdes op mod jeres tal" in text and NAMES[0] not in text


def test_with_its_own_ages_hidden_a_municipality_sees_how_the_work_was_done(
    cast: Cast, signed_in: SignedIn, among: Callable[[int], SharedFigures]
) -> None:
    own = among(6)
    payload = {**own.payload, "well": [None] * 5}
    SharedFigures.objects.filter(municipality=cast.municipality).update(payload=payload)
    text = signed_in(cast.eva).get(PAGE).content.decode()
    assert "Jeres aldersgrupper er så små" in text and "Den midterste af alle 7" in text
    assert not any(name in text for name in NAMES) and "tilsammen, var tallet" not in text


def test_queries_do_not_follow_the_number_of_municipalities(
    cast: Cast, signed_in: SignedIn, among: Callable[[int], SharedFigures], neighbours: list[int]
) -> None:
    own = among(4)
    client = signed_in(cast.eva)

    def queries() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        return len(found)

    few = queries()
    for key in neighbours[4:]:
        put(key, horizon=own.horizon, ends_before=own.ends_before)
    assert queries() == few


# How the work was done


def test_how_the_work_was_done_is_counted_in_the_period(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FEWEST_PEOPLE", 1)
    case = make_active(cast, created_at=datetime(2026, 10, 30, 9, 0, tzinfo=UTC))
    states = [(State.CONFIRMED, 60), (State.REGISTERED, 30), (State.SUPERSEDED, 60), (State.ACCEPTED, 30)]
    for day, (state, minutes) in enumerate(states, 9):
        make_contact(cast, case, minutes, day=date(2026, 11, day), state=state)
    alone = make_active(cast, context=Context.ONLY_EFFORT, created_at=NOW)
    make_contact(cast, alone, 30, day=date(2026, 11, 16), state=State.ACCEPTED)
    for done, due in ((True, 10), (False, 12), (True, 25)):
        FollowUp.objects.create(
            municipality=cast.municipality, mentorship=case, kind="MONTHLY", due_on=date(2026, 11, due),
            planned_for=date(2026, 11, due), done_at=NOW if done else None, done_on=TODAY if done else None,
        )  # fmt: skip
    november = Period(date(2026, 11, 1), date(2026, 11, 20))
    found = process.process_in(cast.municipality.pk, november)
    assert found == {"confirmed": 80, "followed_up": 50, "right_and_duty": 25, "days_to_start": 0}
    before = process.process_in(cast.municipality.pk, Period(date(2026, 10, 1), date(2026, 11, 1)))
    assert set(before.values()) == {None}
    monkeypatch.setattr(process, "FEWEST_PEOPLE", 3)
    assert set(process.process_in(cast.municipality.pk, november).values()) == {None}


# A run reads the tables once


def test_a_run_is_made_of_one_reading(cast: Cast, monkeypatch: pytest.MonkeyPatch, world: Any) -> None:
    read: list[int] = []
    monkeypatch.setattr(reading, "world_in", lambda key: read.append(key) or world)
    done: list[int] = []

    def parts(run: ResultRun, _world: Any) -> Iterator[Callable[[], None]]:
        yield from [lambda: done.append(run.pk)] * (3 - done.count(run.pk))

    monkeypatch.setattr(effects, "_parts_left", parts)
    first = effects.make_results(municipality=cast.municipality, on=TODAY, at=NOW)
    assert done == [first.pk] * 3 and read == [cast.municipality.pk]
    second = effects.make_results(municipality=cast.municipality, on=TODAY, at=NOW + timedelta(days=1))
    assert second.pk != first.pk and len(read) == 2, "The next run reads them anew."
