"""The mentor registers a contact."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants.models import Agreement, Grant
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship, Status, Task
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor

Kind = Contact.Kind


def test_a_contact_uses_the_grant_and_is_recorded(
    cast: Cast, mentorship: Mentorship, grant: Grant, actions: Callable[[], list[str]]
) -> None:
    task = mentorship.tasks.get()
    contact = register(cast, mentorship, minutes=90, task=task, note=" Talte om vagtplanen ")
    grant.refresh_from_db()
    assert (contact.minutes, contact.state, contact.note) == (90, "REGISTERED", "Talte om vagtplanen")
    assert contact.mentor_identity == cast.mentor.identity
    assert grant.used_minutes == 90
    assert actions() == ["contact.registered"]


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        (Kind.FACE_TO_FACE, 60),
        (Kind.TELEPHONE, 60),
        (Kind.VIDEO, 60),
        (Kind.MESSAGE, 60),
        (Kind.NO_SHOW_CITIZEN, 0),
        (Kind.NO_SHOW_MENTOR, 0),
    ],
)
def test_somebody_who_did_not_come_costs_no_minutes(
    cast: Cast, mentorship: Mentorship, grant: Grant, kind: Contact.Kind, minutes: int
) -> None:
    assert register(cast, mentorship, kind=kind).minutes == minutes
    grant.refresh_from_db()
    assert grant.used_minutes == minutes


def test_it_stops_at_the_hours_left_and_says_how_many(
    cast: Cast, mentorship: Mentorship, grant: Grant, actions: Callable[[], list[str]]
) -> None:
    Grant.objects.filter(pk=grant.pk).update(used_minutes=grant.minutes - 45)
    with pytest.raises(Refused, match=r"^Der er kun 45 min\.? tilbage af bevillingen\.$"):
        register(cast, mentorship, minutes=60)
    grant.refresh_from_db()
    assert grant.minutes_left == 45
    assert Contact.objects.count() == 0
    assert actions() == []
    assert register(cast, mentorship, minutes=45).minutes == 45


def test_the_same_contact_sent_twice_arrives_once(cast: Cast, mentorship: Mentorship, grant: Grant) -> None:
    key = uuid.uuid4()
    first = register(cast, mentorship, public_id=key)
    assert register(cast, mentorship, public_id=key) == first
    grant.refresh_from_db()
    assert grant.used_minutes == 60


def test_a_key_used_for_another_mentorship_is_a_conflict(cast: Cast, mentorship: Mentorship) -> None:
    key = register(cast, mentorship).public_id
    other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    with pytest.raises(Conflict, match="allerede sendt"):
        register(cast, other, public_id=key)


def test_an_overlap_names_the_time_and_never_the_other_citizen(cast: Cast, mentorship: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    register(cast, other, starts_at=MONDAY_BEFORE, minutes=90)
    with pytest.raises(Refused) as refusal:
        register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(minutes=60))
    assert refusal.value.message == (
        "Du har allerede registreret et møde den 16. nov. 2026 kl. 10.00–11.30. Ret et af tidspunkterne."
    )
    assert refusal.value.field == "clock"
    assert "Mia" not in refusal.value.message


def test_meetings_may_follow_each_other_without_a_break(cast: Cast, mentorship: Mentorship) -> None:
    register(cast, mentorship)
    register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(minutes=60))
    assert Contact.objects.count() == 2


@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.NO_SHOW_MENTOR])
def test_a_message_may_lie_on_top_of_a_meeting(
    cast: Cast, mentorship: Mentorship, kind: Contact.Kind
) -> None:
    register(cast, mentorship)
    register(cast, mentorship, kind=kind)
    assert Contact.objects.count() == 2


def test_an_overlap_in_another_municipality_is_refused_without_a_word_of_where(
    cast: Cast, mentorship: Mentorship, acting: Callable[..., Any]
) -> None:
    _same_mentor_elsewhere(cast, acting)
    with pytest.raises(Refused) as refusal:
        register(cast, mentorship)
    assert (
        refusal.value.message == "Tidspunktet overlapper et andet møde, du har registreret. Ret tidspunktet."
    )


def _same_mentor_elsewhere(cast: Cast, acting: Callable[..., Any]) -> None:
    """Carla meets somebody in the other municipality at the same time."""
    with acting(cast.bo):
        there = Cast(cast.other_municipality, cast.municipality, cast.team, {"anna": cast.bo, "eva": cast.bo})
        mentor = make_mentor(there, identity=cast.mentor.identity, organisation=None)
        citizen = make_citizen(there, consultant=cast.bo, team=None)
        there.__dict__.update(mentor=mentor, citizen=citizen, company=None)
        case = make_active(there, team=None)
        Contact.objects.create(
            municipality=cast.other_municipality,
            mentorship=case,
            grant=Grant.objects.get(mentorship=case),
            mentor=mentor,
            citizen=citizen,
            mentor_identity=mentor.identity,
            kind=Kind.FACE_TO_FACE,
            starts_at=MONDAY_BEFORE,
            ends_at=MONDAY_BEFORE + timedelta(hours=1),
            minutes=60,
            registered_at=NOW,
        )


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        ({"starts_at": NOW, "minutes": 60}, "Mødet er ikke slut endnu. Registrér det bagefter.", "clock"),
        ({"minutes": 0}, "Mødet skal slutte, efter det begynder.", "length"),
        ({"minutes": -30}, "Mødet skal slutte, efter det begynder.", "length"),
        ({"minutes": 24 * 60 + 1}, "Et møde kan højst vare 24 timer.", "length"),
        (
            {"starts_at": datetime(2026, 11, 1, 12, 0, tzinfo=UTC)},
            "Der er ingen bevilling, der gælder den 1. nov. 2026.",
            "day",
        ),
    ],
)
def test_what_cannot_have_happened_is_refused(
    cast: Cast, mentorship: Mentorship, grant: Grant, fields: dict[str, object], sentence: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        register(cast, mentorship, **fields)
    assert (refusal.value.message, refusal.value.field) == (sentence, field)
    grant.refresh_from_db()
    assert (Contact.objects.count(), grant.used_minutes) == (0, 0)


def test_ten_minutes_ahead_is_a_matter_of_clocks(cast: Cast, mentorship: Mentorship) -> None:
    ends_at = NOW + timedelta(minutes=10)
    assert register(cast, mentorship, starts_at=ends_at - timedelta(hours=1)).minutes == 60
    with pytest.raises(Refused):
        register(cast, mentorship, starts_at=ends_at, minutes=1)


def test_a_task_of_another_mentorship_is_refused(cast: Cast, mentorship: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    with pytest.raises(Refused, match="Vælg en af opgaverne i aftalen"):
        register(cast, mentorship, task=Task.objects.get(mentorship=other))


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(Status.GRANTED, "Forløbet er ikke begyndt"), (Status.ENDED, "Forløbet er afsluttet")],
)
def test_only_a_mentorship_under_way_takes_hours(
    cast: Cast, mentorship: Mentorship, status: Status, sentence: str
) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(status=status)
    with pytest.raises(Refused, match=sentence):
        register(cast, mentorship)
    assert Contact.objects.count() == 0


def test_another_mentor_cannot_register(cast: Cast, mentorship: Mentorship) -> None:
    cast.carla.person_id = make_mentor(cast, name="En anden").pk
    with pytest.raises(Mentorship.DoesNotExist):
        register(cast, mentorship)


@pytest.mark.parametrize("who", ["david", "signe", "anna", "eva"])
def test_nobody_but_a_mentor_registers(cast: Cast, mentorship: Mentorship, who: str) -> None:
    with pytest.raises(NotAllowed):
        register(cast, mentorship, by=getattr(cast, who))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "minutes"),
    [
        # 29 March 2026: 01.30 to 03.30 on the clock is one hour.
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 60),
        # 25 October 2026: 01.30 to 03.30 on the clock is three hours.
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC), 180),
    ],
)
def test_a_night_of_clock_change_counts_the_time_that_passed(
    cast: Cast, starts_at: datetime, ends_at: datetime, minutes: int
) -> None:
    mentorship = make_active(cast, starts_on=date(2026, 1, 5), ends_before=date(2027, 1, 4))
    Agreement.objects.update(completed_at=datetime(2026, 1, 2, 9, 0, tzinfo=UTC))
    assert register(cast, mentorship, starts_at=starts_at, ends_at=ends_at).minutes == minutes


def test_the_database_itself_refuses_an_overlap(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    contact.pk, contact.public_id = None, uuid.uuid4()
    with pytest.raises(IntegrityError, match="mentor_meets_one_citizen_at_a_time"), transaction.atomic():
        contact.save(force_insert=True)


def test_the_planted_fault_is_noticed(
    cast: Cast, mentorship: Mentorship, balances: Callable[..., Any]
) -> None:
    """The balance that other tests rely on does tell when minutes are lost."""
    register(cast, mentorship)
    assert balances(mentorship) == (60, 60)
    with connection.cursor() as cursor:
        cursor.execute("update grants_grant set used_minutes = used_minutes - 1")
    assert balances(mentorship) == (60, 59)
