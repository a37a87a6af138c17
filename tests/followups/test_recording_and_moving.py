"""One follow-up: recorded, moved, in place and on its page."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.followups import forms, presenters, selectors, services
from brobygger.followups.models import FollowUp
from brobygger.mentorships.models import JournalEntry, Mentorship
from tests.cast import Cast

Events = Callable[..., list[dict[str, Any]]]
SignedIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def follow_up(planned: Mentorship) -> FollowUp:
    return FollowUp.objects.select_related("mentorship").filter(mentorship=planned).order_by("due_on")[0]


def record(cast: Cast, follow_up: FollowUp, at: datetime, **changed: Any) -> FollowUp:
    facts: dict[str, Any] = {
        "form": "VISIT",
        "note": "Mødte til tiden hele ugen.",
        "service_delivered": True,
        "done_on": date(2026, 11, 20),
        "by": cast.anna,
    }
    return services.record(follow_up=follow_up, at=at, **{**facts, **changed})


def typed_form(**changed: Any) -> dict[str, Any]:
    typed = {
        "done_on": "2. nov. 2026",
        "how": "CALL",
        "service_delivered": "yes",
        "note": "Går godt.",
        "idempotency_key": str(uuid.uuid4()),
    }
    return {**typed, **changed}


def test_a_follow_up_is_recorded_and_journalised(
    cast: Cast, follow_up: FollowUp, now: datetime, events: Events
) -> None:
    done = record(cast, follow_up, now)
    assert (done.done_on, done.done_by, done.service_delivered) == (date(2026, 11, 20), cast.anna, True)
    [entry] = JournalEntry.objects.all()
    assert (entry.dated_on, entry.subject) == (date(2026, 11, 20), "Kontakt i opstarten (besøg)")
    assert "Støtten er givet som aftalt." in entry.text
    assert events("follow_up.recorded")[0]["detail"]["days_late"] == 15


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"done_on": date(2026, 11, 24)}, "done_on"),
        ({"done_on": date(2026, 11, 1)}, "done_on"),
        ({"form": "PIGEON"}, "how"),
        ({"service_delivered": False, "note": " "}, "note"),
    ],
)
def test_what_cannot_be_recorded_leaves_nothing(
    cast: Cast, follow_up: FollowUp, now: datetime, changed: dict[str, Any], field: str, events: Events
) -> None:
    with pytest.raises(Refused) as refusal:
        record(cast, follow_up, now, **changed)
    assert refusal.value.field == field
    assert selectors.get(cast.anna, follow_up.public_id).done_at is None
    assert not JournalEntry.objects.exists()
    assert events("follow_up.recorded") == []


@pytest.mark.parametrize("kind", ["STATUS", "END"])
def test_a_written_status_is_written(cast: Cast, follow_up: FollowUp, now: datetime, kind: str) -> None:
    FollowUp.objects.filter(pk=follow_up.pk).update(kind=kind)
    follow_up.kind = kind
    with pytest.raises(Refused, match="Skriv status"):
        record(cast, follow_up, now, note="")


def test_the_second_is_told_that_somebody_was_first(cast: Cast, follow_up: FollowUp, now: datetime) -> None:
    record(cast, follow_up, now)
    with pytest.raises(Conflict, match="En anden var først"):
        record(cast, follow_up, now, by=cast.freja)
    with pytest.raises(Conflict):
        services.move(follow_up=follow_up, to=date(2026, 12, 1), reason="Ferie", by=cast.freja, at=now)
    assert JournalEntry.objects.count() == 1


def test_a_move_keeps_the_first_day(cast: Cast, follow_up: FollowUp, now: datetime, events: Events) -> None:
    due = follow_up.due_on
    moved = services.move(follow_up=follow_up, to=date(2026, 11, 25), reason="Syg", by=cast.anna, at=now)
    assert (moved.due_on, moved.planned_for, moved.moved_reason) == (due, date(2026, 11, 25), "Syg")
    assert events("follow_up.moved")[0]["detail"]["after"] == "2026-11-25"
    assert presenters.row_of(moved, date(2026, 11, 23)).moved_from == due


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [
        (date(2026, 11, 22), "Syg", "to"),
        (date(2027, 2, 1), "Syg", "to"),
        (date(2026, 11, 25), "  ", "reason"),
    ],
)
def test_what_cannot_be_moved(
    cast: Cast, follow_up: FollowUp, now: datetime, to: date, reason: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        services.move(follow_up=follow_up, to=to, reason=reason, by=cast.anna, at=now)
    assert refusal.value.field == field
    assert selectors.get(cast.anna, follow_up.public_id).planned_for == follow_up.due_on


def test_those_who_only_look_record_nothing(
    cast: Cast, follow_up: FollowUp, now: datetime, signed_in: SignedIn
) -> None:
    with pytest.raises(NotAllowed):
        record(cast, follow_up, now, by=cast.tove)
    address = reverse("followups:record", args=[follow_up.public_id])
    assert signed_in(cast.tove).get(address).status_code == 403


def test_the_page_records_once_and_leads_back(cast: Cast, follow_up: FollowUp, signed_in: SignedIn) -> None:
    client, typed = signed_in(cast.anna), typed_form()
    address = reverse("followups:record", args=[follow_up.public_id])
    assert "Registrér opfølgning" in client.get(address).content.decode()
    for _time in range(2):
        answer = client.post(address, typed)
        assert answer["Location"] == reverse("web:case", args=[follow_up.mentorship.public_id])
    assert JournalEntry.objects.count() == 1


def test_the_page_keeps_what_was_typed(cast: Cast, follow_up: FollowUp, signed_in: SignedIn) -> None:
    address = reverse("followups:record", args=[follow_up.public_id])
    answer = signed_in(cast.anna).post(
        address, typed_form(done_on="engang", service_delivered="no", note="Hun kom ikke.")
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "engang" in text
    assert "Hun kom ikke." in text


def test_no_field_hides_a_property_of_the_browsers_form() -> None:
    """An input named "form" made htmx stop without a word."""
    taken = {"form", "action", "method", "submit", "elements", "target", "name", "id"}
    fields = {*forms.RecordForm.base_fields, *forms.MoveForm.base_fields, *forms.ConcludeForm.base_fields}
    assert fields & taken == set()
    assert {"form", "note"} & taken == {"form"}


def test_in_place_on_the_work_list(cast: Cast, follow_up: FollowUp, signed_in: SignedIn) -> None:
    client = signed_in(cast.anna)
    address = reverse("followups:record", args=[follow_up.public_id])
    opened = client.get(address, {"fra": "dag"}, headers=HTMX).content.decode()
    assert "<html" not in opened
    assert 'name="fra" value="dag"' in opened
    wrong = client.post(address, typed_form(fra="dag", done_on=""), headers=HTMX)
    assert (wrong.status_code, wrong["HX-Retarget"], wrong["HX-Reswap"]) == (422, "this", "outerHTML")
    done = client.post(address, typed_form(fra="dag"), headers=HTMX)
    assert "bb:acted" in done["HX-Trigger-After-Settle"]
    assert "Opfølgningen er registreret." in done.content.decode()


def test_in_place_on_the_case_page(cast: Cast, follow_up: FollowUp, signed_in: SignedIn) -> None:
    address = reverse("followups:move", args=[follow_up.public_id])
    soon = date.today() + timedelta(days=1)  # noqa: DTZ011 - the page reads the clock
    client = signed_in(cast.anna)
    if soon >= date(2027, 2, 1):
        pytest.skip("The case of the cast is over.")
    done = client.post(address, {"to": f"{soon:%d.%m.%Y}", "reason": "Syg", "fra": "forloeb"}, headers=HTMX)
    text = done.content.decode()
    assert f'id="follow-up-{follow_up.public_id}"' in text
    assert "Flyttet fra" in text


@pytest.mark.parametrize("name", ["record", "move"])
def test_elsewhere_it_does_not_exist(cast: Cast, follow_up: FollowUp, signed_in: SignedIn, name: str) -> None:
    address = reverse(f"followups:{name}", args=[follow_up.public_id])
    for user in (cast.bo, cast.carla, cast.david):
        assert signed_in(user).get(address).status_code == 404


def test_signed_out_leads_to_the_sign_in_page(follow_up: FollowUp, client: Client) -> None:
    answer = client.get(reverse("followups:record", args=[follow_up.public_id]))
    assert answer["Location"].startswith(reverse("accounts:login"))


def test_the_timeline_tells_the_states(
    cast: Cast, planned: Mentorship, follow_up: FollowUp, now: datetime
) -> None:
    record(cast, follow_up, now)
    section = presenters.case_section(planned, cast.anna, date(2026, 11, 23))
    assert [row.state for row in section["rows"]] == [
        "overdue",
        "overdue",
        "overdue",
        "done",
        *(["planned"] * 5),
    ]
    assert (section["done"], section["overdue"], section["can_conclude"]) == (1, 3, True)
