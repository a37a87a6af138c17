"""More tasks in a mentorship under way: asked for as a change, stated in the letter, agreed anew by all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.grants.models import Agreement, Application, Decision
from brobygger.mentorships.models import Mentorship, Task
from tests.cast import Cast
from tests.grants import cases
from tests.grants.pdf_text import words_of
from tests.grants.test_renew_change_end import change, under_way

SignedIn = Callable[[User], Client]
NEW = ("Øve busturen til arbejdet", "Gå med til lægen første gang")
KNOWN = ["Introducere til arbejdet", "Tale om mødetider hver mandag"]


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 1, 11, 9, 0, tzinfo=UTC))


def tasks_of(mentorship: Mentorship) -> list[str]:
    found = Task.objects.filter(mentorship=mentorship).order_by("position")
    return list(found.values_list("text", flat=True))


def test_they_stand_in_letter_and_agreement_and_on_the_case(cast: Cast) -> None:
    mentorship = under_way(cast)
    application = change(cast, mentorship, new_tasks=NEW, reason="David tager nu selv bussen.")
    assert application.state == "GRANTED"
    assert tasks_of(mentorship) == [*KNOWN, *NEW]
    letter = Decision.objects.get(kind="CHANGE").letter
    assert letter
    text = words_of(bytes(letter.content))
    assert "Din mentor får flere opgaver." in text
    assert "Øve busturen til arbejdet; Gå med til lægen første gang" in text
    agreement = Agreement.objects.latest("id")
    assert agreement.content["items"]["tasks"] == [*KNOWN, *NEW]
    assert agreement.completed_at is None
    cases.all_accept(cast, application)
    agreement.refresh_from_db()
    assert agreement.completed_at is not None
    assert Event.objects.get(action="mentorship.tasks_added").detail == {"count": 2}


def test_without_new_tasks_nothing_is_said_of_them(cast: Cast) -> None:
    mentorship = under_way(cast)
    change(cast, mentorship)
    letter = Decision.objects.get(kind="CHANGE").letter
    assert letter
    text = words_of(bytes(letter.content))
    assert "flere opgaver" not in text and "Nye opgaver" not in text
    assert tasks_of(mentorship) == KNOWN


def test_what_waits_for_a_leader_changes_no_task_before_it_is_granted(
    cast: Cast, signed_in: SignedIn
) -> None:
    mentorship = under_way(cast)
    application = change(cast, mentorship, new_tasks=NEW, plan=cases.plan(weeks=4, hours=6))
    assert application.state == "PENDING" and tasks_of(mentorship) == KNOWN
    page = signed_in(cast.eva).get(reverse("grants:application", args=[application.public_id]))
    assert "Øve busturen til arbejdet; Gå med til lægen første gang" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"new_tasks": ("introducere til Arbejdet",)}, "new_tasks"),
        ({"new_tasks": ("Øve busturen", "øve busturen")}, "new_tasks"),
        ({"new_tasks": ("x" * 301,)}, "new_tasks"),
        ({"new_tasks": NEW, "reason": ""}, "reason"),
    ],
)
def test_what_is_no_new_task_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    mentorship = under_way(cast)
    with pytest.raises(Refused) as refused:
        change(cast, mentorship, **changes)
    assert refused.value.field == field
    assert tasks_of(mentorship) == KNOWN and Application.objects.count() == 1


def test_the_form_takes_one_task_a_line_and_keeps_what_it_cannot_use(cast: Cast, signed_in: SignedIn) -> None:
    mentorship = under_way(cast)
    client, address = signed_in(cast.anna), reverse("grants:change", args=[mentorship.public_id])
    page = client.get(address).content.decode()
    assert "Nye opgaver til mentoren" in page and "Introducere til arbejdet" in page
    assert re.search(r'name="weeks_1"[^>]*value="4"|value="4"[^>]*name="weeks_1"', page), (
        "Four of ten weeks are left."
    )
    told = {
        "idempotency_key": str(uuid4()),
        "starts_on": "12.01.2027",
        "ends_on": "08.02.2027",
        "weeks_1": "4",
        "hours_1": "3",
        "hours_reason": "Mindre støtte nu.",
        "price_0": "250",
        "reason": "David tager nu selv bussen.",
    }
    refused = client.post(address, {**told, "new_tasks": "Introducere til arbejdet"})
    assert refused.status_code == 422
    assert "»Introducere til arbejdet« er allerede en opgave." in refused.content.decode()
    told |= {"idempotency_key": str(uuid4()), "new_tasks": " Øve busturen til arbejdet \r\n\r\n"}
    assert client.post(address, told).status_code == 302
    assert tasks_of(mentorship) == [*KNOWN, NEW[0]]
    assert Application.objects.latest("id").starts_on == date(2027, 1, 12)
