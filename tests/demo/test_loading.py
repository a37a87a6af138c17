"""The small demonstration in a real database: all its constraints hold, and every role finds work to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from brobygger.accounts import security
from brobygger.accounts.models import Municipality
from brobygger.web import demo
from brobygger.web.demo import indexes
from brobygger.web.demo.loading import RealData, _connect

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    """Without anything, also what other tests left."""
    _clear()
    yield
    _clear()


def _clear() -> None:
    with _connect() as owner:
        owner.execute("truncate accounts_municipality cascade")


def _row(sql: str) -> tuple[int, ...]:
    with _connect() as owner:
        row = owner.execute(sql.encode()).fetchone()
    assert row is not None
    return row


def test_the_small_demonstration_loads_and_every_role_can_sign_in() -> None:
    demo.load("small", today=TODAY, quiet=True)
    assert not demo.is_empty()
    assert security.guard_faults() == []
    assert _row("select count(*) from mentorships_mentorship") == (200,)
    shared = "select count(*), count(distinct citizen_id), min(minutes), max(minutes) from hours_contact"
    assert _row(f"{shared} where shared_id is not null") == (2, 2, 45, 45)
    assert {username for _, username, _ in demo.logins()} >= {
        "jobkonsulent",
        "leder",
        "mentor",
        "borger",
        "virksomhed",
    }
    for _role, username, password in demo.logins():
        client = Client()
        answer = client.post(reverse("accounts:login"), {"username": username, "password": password})
        assert answer.status_code == 302, username
        assert client.get("/", follow=True).status_code == 200, username


def test_every_step_of_the_chain_has_something_open() -> None:
    demo.load("small", today=TODAY, quiet=True)
    consultant = "(select id from accounts_user where username = 'jobkonsulent')"
    citizen = "(select person_id from accounts_user where username = 'borger')"
    for what, sql in {
        "applications": "select count(*) from grants_application where state = 'PENDING'",
        "agreements": "select count(*) from grants_agreement where completed_at is null",
        "disputes": "select count(*) from hours_contact where state = 'DISPUTED'",
        "follow-ups": f"select count(*) from followups_followup where due_on < '{TODAY}' and done_at is null"
        " and cancelled_at is null",
        "invoices": "select count(*) from payments_invoice where state = 'OPEN'",
        "payable": "select count(*) from payments_invoiceline where state = 'PAYABLE'",
        "refused": "select count(*) from payments_invoiceline where state = 'REFUSED'",
        "drafts": f"select count(*) from mentorships_mentorshipdraft where owner_id = {consultant}",
        "unanswered": f"select count(*) from hours_contact where state = 'REGISTERED' and citizen_id = {citizen}",
        "letters": "select count(*) from mentorships_document",
    }.items():
        assert _row(sql)[0] > 0, what


def test_new_rows_go_on_after_the_loaded_ones() -> None:
    demo.load("small", today=TODAY, quiet=True)
    newest = _row("select max(id) from mentorships_mentorship")[0]
    assert _row("select nextval(pg_get_serial_sequence('mentorships_mentorship', 'id'))") == (newest + 1,)


def test_a_demonstration_is_not_loaded_beside_real_data() -> None:
    with _connect() as owner:
        owner.execute(
            "insert into accounts_municipality (code, name, cvr, gln, address, phone, email, is_demo)"
            " values ('0001', 'Rigtig Kommune', '', '', '', '', '', false)"
        )
    with pytest.raises(RealData):
        demo.load("small", today=TODAY, quiet=True)
    assert Municipality.objects.count() == 1
    assert demo.logins() == []


def test_a_demonstration_is_loaded_once() -> None:
    demo.load("small", today=TODAY, quiet=True)
    with pytest.raises(ValueError, match="already"):
        demo.load("small", today=TODAY, quiet=True)
    assert _row("select count(*) from mentorships_mentorship") == (200,)
    shared = "select count(*), count(distinct citizen_id), min(minutes), max(minutes) from hours_contact"
    assert _row(f"{shared} where shared_id is not null") == (2, 2, 45, 45)


def test_what_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_all: object, **_named: object) -> None:
        raise psycopg.Error

    monkeypatch.setattr("brobygger.web.demo.loading.copy_rows", broken)
    with pytest.raises(psycopg.Error):
        demo.load("small", today=TODAY, quiet=True)
    assert demo.is_empty()


def test_a_day_without_history_is_refused() -> None:
    with pytest.raises(ValueError, match="no history"):
        demo.load("small", today=date(2015, 1, 1), quiet=True)


def _keys(owner: psycopg.Connection[Any]) -> list[tuple[str, ...]]:
    """Names of all constraints and indexes and their definitions, spelt as a second reading spells them."""
    rows = owner.execute(indexes._CONSTRAINTS).fetchall() + owner.execute(indexes._INDEXES).fetchall()
    return sorted(tuple(re.sub(r"[()]|::text\b|\[\]", "", part) for part in row) for row in rows)


def test_keys_and_indexes_come_back() -> None:
    with _connect() as owner:
        before = _keys(owner)
        with indexes.set_aside(owner, enabled=True, quiet=True):
            assert _keys(owner) == []
        after = _keys(owner)
        owner.rollback()
    assert len(before) > 150
    assert after == before


@override_settings(DEMO=True)
def test_the_sign_in_page_offers_the_logins_of_a_demonstration() -> None:
    assert "jobkonsulent" not in Client().get(reverse("accounts:login")).content.decode()
    demo.load("small", today=TODAY, quiet=True)
    page = Client().get(reverse("accounts:login")).content.decode()
    assert 'value="jobkonsulent"' in page
    assert demo.DEMO_PASSWORD in page


@override_settings(DEMO=False)
def test_the_sign_in_page_is_silent_elsewhere() -> None:
    demo.load("small", today=TODAY, quiet=True)
    assert demo.DEMO_PASSWORD not in Client().get(reverse("accounts:login")).content.decode()
    assert connection.vendor == "postgresql"
