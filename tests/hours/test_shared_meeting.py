"""One meeting with several citizens: shared out in whole minutes, answered for one by one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from brobygger.accounts.errors import Conflict, Refused
from brobygger.grants.models import Grant
from brobygger.hours import services
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, correct, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

Kind = Contact.Kind


@pytest.fixture
def three(cast: Cast, mentorship: Mentorship) -> list[Mentorship]:
    names = ("Mia Krag", "Nor Lund")
    return [mentorship, *(make_active(cast, citizen=make_citizen(cast, name=name)) for name in names)]


def _share(cast: Cast, mentorships: list[Mentorship], minutes: int = 100, **fields: Any) -> list[Contact]:
    return services.register_shared(
        **{
            "mentorships": mentorships,
            "kind": Kind.FACE_TO_FACE,
            "starts_at": MONDAY_BEFORE,
            "ends_at": MONDAY_BEFORE + timedelta(minutes=minutes),
            "note": "Besøg på pladsen",
            "public_id": uuid.uuid4(),
            "by": cast.carla,
            "at": NOW,
            **fields,
        }
    )


def test_the_parts_lie_end_to_end_and_the_first_get_the_odd_minutes(
    cast: Cast, three: list[Mentorship], balances: Callable[[Mentorship], tuple[int, int]]
) -> None:
    parts = _share(cast, three)
    assert [each.minutes for each in parts] == [34, 33, 33]
    assert [each.mentorship for each in parts] == three
    assert parts[0].starts_at == MONDAY_BEFORE
    assert [each.starts_at for each in parts[1:]] == [each.ends_at for each in parts[:-1]]
    assert parts[-1].ends_at == MONDAY_BEFORE + timedelta(minutes=100)
    assert {(each.shared_starts_at, each.shared_ends_at, each.shared_among) for each in parts} == {
        (MONDAY_BEFORE, MONDAY_BEFORE + timedelta(minutes=100), 3)
    }
    assert [balances(each) for each in three] == [(34, 34), (33, 33), (33, 33)]


def test_each_citizen_answers_for_the_own_part_alone(cast: Cast, three: list[Mentorship]) -> None:
    parts = _share(cast, three)
    services.confirm(contacts=[parts[0]], by=cast.david, at=NOW)
    states = [Contact.objects.get(pk=each.pk).state for each in parts]
    assert states == ["CONFIRMED", "REGISTERED", "REGISTERED"]


def test_the_same_meeting_again_is_the_same_parts(cast: Cast, three: list[Mentorship]) -> None:
    key = uuid.uuid4()
    first = _share(cast, three, public_id=key)
    assert _share(cast, three, public_id=key) == first
    assert Contact.objects.count() == 3
    with pytest.raises(Conflict, match="med et andet indhold"):
        _share(cast, three, public_id=key, minutes=60)


def test_one_who_has_no_hours_left_stops_all(
    cast: Cast, three: list[Mentorship], balances: Callable[[Mentorship], tuple[int, int]]
) -> None:
    Grant.objects.filter(mentorship=three[2]).update(minutes=20)
    with pytest.raises(Refused, match=r"kun 20 min\. tilbage"):
        _share(cast, three)
    assert Contact.objects.count() == 0
    assert [balances(each) for each in three] == [(0, 0)] * 3


def test_the_mentor_is_in_no_other_meeting_meanwhile(cast: Cast, three: list[Mentorship]) -> None:
    register(cast, three[0], starts_at=MONDAY_BEFORE + timedelta(minutes=80), minutes=30)
    with pytest.raises(Refused, match="allerede registreret et møde"):
        _share(cast, three)
    later = MONDAY_BEFORE + timedelta(hours=2)
    _share(cast, three, starts_at=later, ends_at=later + timedelta(minutes=100))
    with pytest.raises(Refused, match="allerede registreret et møde"):
        register(cast, three[1], starts_at=later + timedelta(minutes=50), minutes=10)


def test_the_database_permits_no_other_overlap_of_parts(cast: Cast, three: list[Mentorship]) -> None:
    """The planted fault: a part moved onto its neighbour, and a part outside its meeting."""
    part = _share(cast, three)[1]
    with pytest.raises(IntegrityError, match="mentor_meets_one_citizen_at_a_time"), transaction.atomic():
        Contact.objects.filter(pk=part.pk).update(starts_at=part.starts_at - timedelta(minutes=1))
    with (
        pytest.raises(IntegrityError, match="contact_is_a_slice_of_its_shared_meeting"),
        transaction.atomic(),
    ):
        Contact.objects.filter(pk=part.pk).update(shared_starts_at=part.starts_at + timedelta(minutes=1))
    with (
        pytest.raises(IntegrityError, match="contact_is_a_slice_of_its_shared_meeting"),
        transaction.atomic(),
    ):
        Contact.objects.filter(pk=part.pk).update(shared_among=None)


def test_a_correction_is_of_one_part(cast: Cast, three: list[Mentorship]) -> None:
    parts = _share(cast, three)
    shorter = correct(cast, parts[0], minutes=20)
    assert (shorter.minutes, shorter.shared_id) == (20, parts[0].shared_id)
    assert Contact.objects.get(pk=parts[1].pk).minutes == 33
    alone = correct(cast, shorter, starts_at=MONDAY_BEFORE - timedelta(hours=2), minutes=20)
    assert alone.shared_id is None
    assert alone.shared_among is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": Kind.NO_SHOW_CITIZEN}, "Registrér den, der ikke kom, for sig."),
        ({"minutes": 2}, "Mødet er for kort til at dele."),
    ],
)
def test_what_cannot_be_shared_is_said(
    cast: Cast, three: list[Mentorship], fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        _share(cast, three, **fields)


def test_two_at_least_and_each_once(cast: Cast, three: list[Mentorship]) -> None:
    for few in ([three[0]], [three[0], three[0]], []):
        with pytest.raises(Refused, match="mindst to borgere"):
            _share(cast, few)


def test_somebody_elses_mentorship_is_not_found(cast: Cast, three: list[Mentorship]) -> None:
    foreign = make_active(
        cast, citizen=make_citizen(cast, name="Ole Mø"), mentor=make_mentor(cast, name="Ida")
    )
    with pytest.raises(Mentorship.DoesNotExist):
        _share(cast, [three[0], foreign])
    assert Contact.objects.count() == 0
