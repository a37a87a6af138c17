"""The whole CPR number on the case page: by a click that is logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from tests.cast import Cast
from tests.factories.mentorships import make_active

SignedIn = Callable[[User], Client]
CPR = "6505941234"


def case_of_a_known_citizen(cast: Cast, now: datetime) -> Mentorship:
    return make_active(
        cast, citizen=people.register_citizen(name="Sara Ahmadi", cpr=CPR, by=cast.anna, at=now)
    )


def address(mentorship: Mentorship) -> str:
    return reverse("mentorships:cpr", args=[mentorship.public_id])


def test_it_is_shown_once_asked_for_and_logged_without_the_number(
    cast: Cast, now: datetime, signed_in: SignedIn
) -> None:
    mentorship = case_of_a_known_citizen(cast, now)
    answer = signed_in(cast.anna).post(address(mentorship), headers={"HX-Request": "true"})
    assert "650594-1234" in answer.content.decode()
    event = Event.objects.get(action="citizen.cpr_shown")
    assert CPR not in repr(vars(event))


def test_who_lacks_the_right_and_who_is_elsewhere_do_not_get_it(
    cast: Cast, now: datetime, signed_in: SignedIn
) -> None:
    mentorship = case_of_a_known_citizen(cast, now)
    assert signed_in(cast.tove).post(address(mentorship)).status_code == 403
    assert signed_in(cast.bo).post(address(mentorship)).status_code == 404
    assert signed_in(cast.anna).get(address(mentorship)).status_code == 405


def test_a_citizen_without_one_is_said_to_be(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.anna).post(address(make_active(cast)))
    assert "uden CPR-nummer" in answer.content.decode()
