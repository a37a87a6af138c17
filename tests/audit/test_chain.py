"""The hash chain finds every kind of tampering; each tamper is first shown to have changed something."""

from __future__ import annotations

import pytest
from django.db import connections, transaction

from brobygger.audit import seal
from brobygger.audit import services as audit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def sealed() -> str:
    """Nine events under three seals; returns the newest root, as if kept outside."""
    for batch in range(3):
        with transaction.atomic():
            for number in range(3):
                audit.record("test.done", by=audit.NamedJob("test", None), batch=batch, number=number)
        seal.seal_new_events()
    return seal.verify().root


def test_an_untouched_chain_holds(sealed: str) -> None:
    verdict = seal.verify(expected_root=sealed)
    assert (verdict.broken, verdict.events, verdict.unsealed) == ("", 9, 0)


TAMPERS = {
    "a changed column": (
        "update audit_event set actor_name = 'En anden' where id = (select min(id) + 4 from audit_event)"
    ),
    "a changed detail": (
        "update audit_event set detail = '{\"number\": 99}' where id = (select min(id) + 4 from audit_event)"
    ),
    "a changed time": (
        "update audit_event set at = at - interval '1 day' where id = (select min(id) + 4 from audit_event)"
    ),
    "a deleted event": "delete from audit_event where id = (select min(id) + 4 from audit_event)",
    "a removed seal in the middle": "delete from audit_seal where id = (select min(id) + 1 from audit_seal)",
    "a rewritten root": "update audit_seal set root = sha256('x') where id = (select min(id) + 1 from audit_seal)",
}


@pytest.mark.parametrize("tamper", list(TAMPERS))
def test_tampering_is_named(sealed: str, tamper: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(TAMPERS[tamper])
        assert cursor.rowcount > 0
    assert seal.verify().broken


def test_two_events_that_changed_places_are_named(sealed: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select event_id from audit_sealentry where sequence in (4, 5) order by sequence")
        (fourth,), (fifth,) = cursor.fetchall()
        cursor.execute("update audit_sealentry set event_id = 0 where sequence = 4")
        cursor.execute("update audit_sealentry set event_id = %s where sequence = 5", [fourth])
        cursor.execute("update audit_sealentry set event_id = %s where sequence = 4", [fifth])
        assert cursor.rowcount == 1
    assert "plads 4" in seal.verify().broken


def test_an_event_removed_with_its_place_is_named(sealed: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "delete from audit_event where id = (select event_id from audit_sealentry where sequence = 5)"
        )
        cursor.execute("delete from audit_sealentry where sequence = 5")
        assert cursor.rowcount == 1
    assert "Plads 5" in seal.verify().broken


def test_a_cut_tail_is_found_only_with_a_root_kept_outside(sealed: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "delete from audit_event where id in (select event_id from audit_sealentry where sequence > 6)"
        )
        cursor.execute("delete from audit_sealentry where sequence > 6")
        cursor.execute("delete from audit_seal where first_sequence > 6")
        assert cursor.rowcount == 1
    assert not seal.verify().broken
    assert "findes ikke i kæden" in seal.verify(expected_root=sealed).broken


def test_a_back_dated_insert_cannot_enter_a_sealed_batch(sealed: str) -> None:
    """A forged event gets its place at the end, after what was already sealed."""
    with transaction.atomic():
        audit.record("test.forged", by=audit.NamedJob("test", None))
    assert seal.verify().unsealed == 1
    seal.seal_new_events()
    verdict = seal.verify(expected_root=sealed)
    assert (verdict.broken, verdict.events) == ("", 10)
