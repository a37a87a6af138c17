"""Whatever mentor, citizen and staff do, in any order: the grant has used exactly the minutes that live."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brobygger.accounts.errors import Refused
from brobygger.grants.models import Grant
from brobygger.hours import services
from brobygger.hours.models import Contact
from brobygger.hours.states import LIVE
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import NOW
from tests.factories.mentorships import make_active

START = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
KINDS = st.sampled_from(list(Contact.Kind))

slots = st.integers(0, 30)
minutes = st.sampled_from([15, 60, 90, 240])
picks = st.integers(0, 9)
acts = st.one_of(
    st.tuples(st.just("register"), KINDS, slots, minutes),
    st.tuples(st.just("correct"), picks, KINDS, slots, minutes),
    st.tuples(st.just("withdraw"), picks),
    st.tuples(st.just("confirm"), picks),
    st.tuples(st.just("dispute"), picks),
    st.tuples(st.just("resolve"), picks, st.booleans()),
    st.tuples(st.just("pay"), picks, st.integers(1, 60)),
)


class _Undo(Exception):
    """Takes the example's rows away again."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(acts, min_size=1, max_size=14))
def test_the_grant_always_says_what_the_contacts_say(cast: Cast, sequence: list[tuple[Any, ...]]) -> None:
    with pytest.raises(_Undo), transaction.atomic():
        mentorship = make_active(cast)
        Grant.objects.filter(mentorship=mentorship).update(minutes=600)
        for act in sequence:
            with suppress(Refused):
                _do(cast, mentorship, *act)
            _check(mentorship)
        raise _Undo


def _do(cast: Cast, mentorship: Mentorship, act: str, *details: Any) -> None:
    if act == "register":
        kind, slot, length = details
        services.register(
            mentorship=mentorship, **_entry(kind, slot, length), public_id=uuid.uuid4(), by=cast.carla, at=NOW
        )
        return
    contacts = list(Contact.objects.filter(mentorship=mentorship).order_by("pk"))
    if not contacts:
        return
    contact = contacts[details[0] % len(contacts)]
    if act == "correct":
        _pick, kind, slot, length = details
        services.correct(
            contact=contact,
            **_entry(kind, slot, length),
            reason="Rettelse.",
            public_id=uuid.uuid4(),
            by=cast.carla,
            at=NOW,
        )
    elif act == "withdraw":
        services.withdraw(contact=contact, reason="Fejl.", by=cast.carla, at=NOW)
    elif act == "confirm":
        services.confirm(contacts=[contact], by=cast.david, at=NOW)
    elif act == "dispute":
        services.dispute(contact=contact, reason="Nej.", by=cast.david, at=NOW)
    elif act == "resolve":
        services.resolve(contact=contact, pay=details[1], reason="Talt med begge.", by=cast.anna, at=NOW)
    else:
        services.mark_paid(contact=contact, minutes=details[1])


def _entry(kind: Contact.Kind, slot: int, length: int) -> dict[str, Any]:
    starts_at = START + timedelta(minutes=30 * slot)
    return {
        "kind": kind,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=length),
        "task": None,
        "note": "",
    }


def _check(mentorship: Mentorship) -> None:
    """A slow and obvious second count, by hand."""
    live = [each for each in Contact.objects.filter(mentorship=mentorship) if each.state in LIVE]
    grant = Grant.objects.get(mentorship=mentorship)
    assert sum(each.minutes for each in live) == grant.used_minutes <= grant.minutes
    assert all(each.paid_minutes <= each.minutes for each in live)
    assert all(not each.paid_minutes or each.state in ("CONFIRMED", "ACCEPTED") for each in live)
    meetings = sorted(
        (each.starts_at, each.ends_at) for each in live if each.kind not in ("MESSAGE", "NO_SHOW_MENTOR")
    )
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(meetings))
