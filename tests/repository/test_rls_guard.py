"""The database repeats the borders: a catalogue query finds every table, policy, key or role that does not."""

from __future__ import annotations

import pytest
from django.db import connections

from brobygger.accounts import security

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_no_table_is_without_its_border() -> None:
    assert security.guard_faults() == []


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("alter table people_citizen disable row level security", "no RLS"),
        ("drop policy border on hours_contact", "no policy for"),
        ("create view everyone as select * from people_citizen", "view not security_invoker"),
        ("grant truncate on people_citizen to brobygger_app", "TRUNCATE granted"),
        ("alter role brobygger_app bypassrls", "can bypass"),
        ("create policy border_shown on people_citizen for select using (true)", "lets others read"),
        ("alter policy border_shown on effects_sharedfigures using (true)", "lets others read"),
        ("grant select on sec.ctx_key to brobygger_app", "secret table"),
        ("create table loose (id int primary key, municipality_id int)", "no RLS"),
        (
            "alter table mentorships_goal add foreign key (mentorship_id) references mentorships_mentorship (id)",
            "foreign key",
        ),
    ],
)
def test_a_planted_fault_is_found(fault: str, named: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(fault)
    assert any(named in found for found in security.guard_faults())


def test_tests_run_as_a_role_that_owns_and_bypasses_nothing() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == (False, False)
