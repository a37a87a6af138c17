"""What a follow-up found stands in the form for a change, until something is decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brobygger.accounts.models import User
from brobygger.followups import presenters
from brobygger.followups.models import FollowUp
from brobygger.grants.models import Decision
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.grants.test_change_of_mentor import LATER, LATER_AT
from tests.grants.test_renew_change_end import under_way

SignedIn = Callable[[User], Client]
NOTE = "Borgeren når ikke det aftalte."


@pytest.fixture
def mentorship(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Mentorship:
    monkeypatch.setattr(timezone, "now", lambda: LATER_AT)
    return under_way(cast)


def found(mentorship: Mentorship, **fields: Any) -> FollowUp:
    """A follow-up that was done on the eighth of January."""
    usual = {
        "kind": "MONTHLY",
        "due_on": date(2027, 1, 8),
        "planned_for": date(2027, 1, 8),
        "done_on": date(2027, 1, 8),
        "done_at": datetime(2027, 1, 8, 9, tzinfo=UTC),
        "form": "CALL",
        "note": NOTE,
    }
    row = {**usual, **fields}
    return FollowUp.objects.create(municipality_id=mentorship.municipality_id, mentorship=mentorship, **row)


def change_page(client: Client, mentorship: Mentorship) -> str:
    answer = client.get(reverse("grants:change", args=[mentorship.public_id]))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"hours_fit": "TOO_FEW"}, f"Der er for få timer. {NOTE}"),
        ({"hours_fit": "TOO_MANY", "note": ""}, "Der er for mange timer."),
        ({"kind": "FIT", "pair_fits": False}, f"Mentor og borger passer ikke sammen. {NOTE}"),
    ],
)
def test_the_reason_stands_in_the_form(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship, fields: dict[str, Any], told: str
) -> None:
    found(mentorship, **fields)
    page = change_page(signed_in(cast.anna), mentorship)
    assert f"Opfølgning 8. jan. 2027: {told}" in page
    assert "Hentet fra opfølgningen." in page


def test_what_fits_or_is_decided_since_gives_no_reason(
    cast: Cast, signed_in: SignedIn, mentorship: Mentorship
) -> None:
    found(mentorship, hours_fit="FITS")
    assert "Hentet fra opfølgningen." not in change_page(signed_in(cast.anna), mentorship)
    found(mentorship, hours_fit="TOO_FEW", due_on=date(2027, 1, 7))
    assert NOTE in change_page(signed_in(cast.anna), mentorship)
    Decision.objects.filter(mentorship=mentorship).update(decided_at=LATER_AT)
    assert NOTE not in change_page(signed_in(cast.anna), mentorship)


def test_only_those_who_follow_up_read_it(cast: Cast, mentorship: Mentorship) -> None:
    found(mentorship, hours_fit="TOO_FEW")
    assert presenters.reason_for_change(cast.anna, mentorship)
    assert presenters.reason_for_change(cast.finn, mentorship) == ""
    assert date(2027, 1, 8) < LATER
