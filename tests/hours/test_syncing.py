"""What a telephone without a network kept comes in once, in order, each entry with an answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from brobygger.grants.models import Grant
from brobygger.hours import services, syncing
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship, Status
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, register
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_mentor
from tests.factories.phone import entry, receive

LATER = NOW + timedelta(days=10)


def _results(answers: list[syncing.Answer]) -> list[str]:
    return [answer.result.value for answer in answers]


def test_it_is_saved_as_it_was_typed(cast: Cast, mentorship: Mentorship) -> None:
    answers = receive(
        cast,
        entry(
            mentorship,
            length="OTHER",
            other_length="1 time og 30",
            task=f"{mentorship.code}-1",
            done_by_whom="TOGETHER",
            note="x",
        ),
    )
    assert _results(answers) == ["saved"]
    contact = Contact.objects.get()
    assert (contact.starts_at, contact.minutes, contact.note) == (MONDAY_BEFORE, 90, "x")
    assert (contact.task, contact.done_by_whom) == (mentorship.tasks.get(), "TOGETHER")


def test_a_minute_and_a_word_are_enough(cast: Cast, mentorship: Mentorship) -> None:
    assert _results(receive(cast, entry(mentorship, length="OTHER", other_length="1 min", note=""))) == [
        "saved"
    ]
    assert Contact.objects.get().minutes == 1


def test_sent_again_it_is_there_already(
    cast: Cast, mentorship: Mentorship, balances: Callable[[Mentorship], tuple[int, int]]
) -> None:
    sent = entry(mentorship)
    assert _results(receive(cast, sent, sent)) == ["saved", "known"]
    assert _results(receive(cast, sent)) == ["known"]
    assert balances(mentorship) == (90, 90)


def test_the_same_id_with_another_time_is_a_conflict(cast: Cast, mentorship: Mentorship) -> None:
    sent = entry(mentorship)
    other = entry(mentorship, id=sent["id"], length="30")
    answers = receive(cast, sent, other)
    assert _results(answers) == ["saved", "conflict"]
    assert "med et andet indhold" in answers[1].sentence
    assert Contact.objects.get().minutes == 90


def test_what_stands_in_the_way_is_said_and_stops_no_other(cast: Cast, mentorship: Mentorship) -> None:
    Grant.objects.filter(mentorship=mentorship).update(minutes=200)
    answers = receive(
        cast,
        entry(mentorship),
        entry(mentorship, clock="10.30"),
        entry(mentorship, clock="14", length="OTHER", other_length="3"),
        entry(mentorship, clock="14", length="60"),
    )
    assert _results(answers) == ["saved", "conflict", "conflict", "saved"]
    assert "Du har allerede registreret et møde den 16. nov. 2026 kl. 10.00–11.30." in answers[1].sentence
    assert answers[1].fields == {"clock": answers[1].sentence}
    assert "Der er kun 1 t. 50 min. tilbage af bevillingen." in answers[2].sentence
    assert "bed kommunen om flere" in answers[2].sentence


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"day": "31.02.2026"}, "day"),
        ({"clock": "25.10"}, "clock"),
        ({"length": "OTHER", "other_length": "mange"}, "other_length"),
        ({"length": ""}, "length"),
        ({"kind": "DREAM"}, "kind"),
        ({"day": "29.03.2026", "clock": "02.30"}, "clock"),
        ({"day": "25.10.2026", "clock": "02.30"}, "after_change"),
        ({"note": "æ" * 301}, "note"),
        ({"done_by_whom": "NOBODY"}, "done_by_whom"),
        ({"task": "X1-1"}, "task"),
    ],
)
def test_what_cannot_be_read_is_said_by_the_field(
    cast: Cast, mentorship: Mentorship, fields: dict[str, str], field: str
) -> None:
    (answer,) = receive(cast, entry(mentorship, **fields))
    assert answer.result == "invalid"
    assert list(answer.fields) == [field]
    assert answer.sentence.endswith((".", "?"))
    assert Contact.objects.count() == 0


def test_a_meeting_that_has_not_been_waits(cast: Cast, mentorship: Mentorship) -> None:
    """A telephone whose clock is a day ahead."""
    (answer,) = receive(cast, entry(mentorship, day="24.11.2026"))
    assert (answer.result, answer.sentence) == (
        "conflict",
        "Mødet er ikke slut endnu. Registrér det bagefter.",
    )


def test_the_mentorship_that_has_ended_is_said(cast: Cast, mentorship: Mentorship) -> None:
    sent, later = entry(mentorship), entry(mentorship, clock="15")
    receive(cast, sent)
    Mentorship.objects.update(status=Status.ENDED)
    answers = receive(cast, sent, later)
    assert _results(answers) == ["known", "conflict"]
    assert answers[1].sentence == "Forløbet er afsluttet. Ring til kommunen, hvis der mangler timer."


def test_a_month_that_is_handed_in_is_asked_about(cast: Cast, mentorship: Mentorship) -> None:
    receive(cast, entry(mentorship))
    services.hand_in_month(mentorship=mentorship, month=date(2026, 11, 1), by=cast.carla, at=LATER)
    late = entry(mentorship, clock="15")
    (answer,) = receive(cast, late, at=LATER)
    assert (answer.result, answer.may_insist) == ("conflict", True)
    assert answer.sentence.startswith("Du har afleveret november 2026, før kontakten nåede frem.")
    assert _results(receive(cast, {**late, "insists": True}, at=LATER)) == ["saved"]
    assert Contact.objects.count() == 2


def test_somebody_elses_mentorship_is_refused(cast: Cast, mentorship: Mentorship) -> None:
    foreign = make_active(
        cast, citizen=make_citizen(cast, name="Ole Mø"), mentor=make_mentor(cast, name="Ida")
    )
    nowhere = entry(mentorship)
    nowhere["fields"]["mentorship"] = "not an id"
    answers = receive(
        cast,
        entry(foreign),
        entry(mentorship, others=[str(mentorship.public_id), str(foreign.public_id)]),
        nowhere,
        entry(mentorship, act="correct", target=str(uuid.uuid4())),
    )
    assert _results(answers) == ["conflict"] * 4
    assert answers[0].sentence == "Du er ikke længere mentor i forløbet. Ring til kommunen."
    assert Contact.objects.count() == 0


def test_a_correction_keeps_what_the_telephone_did_not_know(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship, note="Talte om vagter")
    change = entry(
        mentorship, act="correct", target=str(contact.public_id), length="30", reason="Skrev forkert."
    )
    assert _results(receive(cast, change, change)) == ["saved", "known"]
    newer = Contact.objects.get(supersedes=contact)
    assert (newer.minutes, newer.note, newer.correction_reason) == (30, "Talte om vagter", "Skrev forkert.")
    (again,) = receive(cast, {**change, "id": str(uuid.uuid4())})
    assert again.sentence == "Kontakten er allerede rettet eller slettet. Hent siden igen."


def test_a_correction_needs_a_reason(cast: Cast, mentorship: Mentorship) -> None:
    contact = register(cast, mentorship)
    (answer,) = receive(cast, entry(mentorship, act="correct", target=str(contact.public_id)))
    assert list(answer.fields) == ["reason"]


def test_what_was_changed_while_it_was_on_its_way_is_one_contact(cast: Cast, mentorship: Mentorship) -> None:
    """The telephone does not know whether the first came; whether it did or not, there is one in the end."""
    first = entry(mentorship)
    change = entry(mentorship, act="correct", target=first["id"], born_here=True, clock="12", length="30")
    assert _results(receive(cast, first, change)) == ["saved", "saved"]
    assert [each.minutes for each in Contact.objects.filter(state="REGISTERED")] == [30]
    never = entry(
        mentorship, act="correct", target=str(uuid.uuid4()), born_here=True, clock="15", length="60"
    )
    assert _results(receive(cast, never, never)) == ["saved", "known"]
    assert sorted(Contact.objects.filter(state="REGISTERED").values_list("minutes", flat=True)) == [30, 60]


def test_deleting_from_the_telephone(
    cast: Cast, mentorship: Mentorship, balances: Callable[[Mentorship], tuple[int, int]]
) -> None:
    contact = register(cast, mentorship)
    gone = {
        "id": str(uuid.uuid4()),
        "act": "withdraw",
        "target": str(contact.public_id),
        "fields": {"reason": "Fejl."},
    }
    never = {**gone, "id": str(uuid.uuid4()), "target": str(uuid.uuid4()), "born_here": True}
    assert _results(receive(cast, gone, gone, never)) == ["saved", "known", "known"]
    assert balances(mentorship) == (0, 0)


def test_several_at_once_are_shared_out(cast: Cast, mentorship: Mentorship) -> None:
    other = make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))
    sent = entry(
        mentorship,
        others=[str(mentorship.public_id), str(other.public_id)],
        length="OTHER",
        other_length="45 min",
    )
    assert _results(receive(cast, sent, sent)) == ["saved", "known"]
    assert list(Contact.objects.order_by("pk").values_list("minutes", flat=True)) == [23, 22]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {},
        {"items": {}},
        {"items": [1]},
        {"items": [{"id": "x", "act": "register", "fields": {}}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "pay", "fields": {}}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "register", "fields": []}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "register", "fields": {"note": 7}}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "register", "fields": {"note": "a\0b"}}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "register", "fields": {"note": "a" * 9_999}}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "correct", "target": "x", "fields": {}}]},
        {"items": [{"id": str(uuid.UUID(int=1)), "act": "register", "fields": {}}] * 51},
    ],
)
def test_what_is_no_list_of_entries_is_unreadable(data: Any) -> None:
    with pytest.raises(syncing.Unreadable, match="kan ikke læses"):
        syncing.read_items(data)
