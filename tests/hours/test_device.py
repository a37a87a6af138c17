"""The mark of the browser that a citizen answers on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from brobygger.accounts import devices
from brobygger.accounts.models import User
from brobygger.hours import services
from brobygger.hours.models import Confirmation, Contact
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, register

SignedIn = Callable[[User], Client]


def value(cookie: str | None = None) -> str:
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[devices.COOKIE] = cookie
    return devices.value_of(request)


def test_a_browser_keeps_its_value_and_a_new_one_is_random() -> None:
    mine = value()
    assert value(mine) == mine and value() != mine and len(mine) == 43


@pytest.mark.parametrize("cookie", ["", "x", "a" * 44, "a" * 42 + "/", "' or 1=1 --"])
def test_what_is_not_ours_is_not_believed(cookie: str) -> None:
    assert value(cookie) != cookie


def test_the_mark_says_nothing_and_differs_between_municipalities() -> None:
    mine = value()
    mark = devices.mark(mine, 1)
    assert re.fullmatch(r"[0-9a-f]{32}", mark) and devices.mark(mine, 1) == mark
    assert devices.mark(mine, 2) != mark and devices.mark(value(), 1) != mark and mine not in mark


def test_the_mark_rests_on_the_installations_key(settings: Any) -> None:
    mine = value()
    before = devices.mark(mine, 1)
    settings.SECRET_KEY = "another"
    assert devices.mark(mine, 1) != before


def meetings(cast: Cast, mentorship: Mentorship, count: int) -> list[Contact]:
    return [
        register(cast, mentorship, starts_at=MONDAY_BEFORE + timedelta(hours=2 * n)) for n in range(count)
    ]


def test_answers_on_one_browser_carry_one_mark(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    first, second, third = meetings(cast, mentorship, 3)
    client = signed_in(cast.david)
    answer = client.post(reverse("citizens:confirm", args=[first.public_id]))
    cookie = answer.cookies[devices.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    client.post(reverse("citizens:confirm", args=[second.public_id]))
    elsewhere = Client()
    elsewhere.force_login(cast.david)
    elsewhere.post(reverse("citizens:dispute", args=[third.public_id]), {"reason": "Vi mødtes ikke."})
    marks = list(Confirmation.objects.order_by("id").values_list("device_hash", flat=True))
    assert marks[0] == marks[1] == devices.mark(cookie.value, cast.municipality.pk)
    assert len(marks[2]) == devices.MARK_LENGTH and marks[2] != marks[0]


def test_it_outlives_signing_out(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    first, second = meetings(cast, mentorship, 2)
    client = signed_in(cast.david)
    client.post(reverse("citizens:confirm", args=[first.public_id]))
    client.post(reverse("accounts:logout"))
    client.force_login(cast.david)
    client.post(reverse("citizens:confirm", args=[second.public_id]))
    assert Confirmation.objects.values("device_hash").distinct().count() == 1


def test_what_staff_notes_has_no_mark(cast: Cast, mentorship: Mentorship, signed_in: SignedIn) -> None:
    (contact,) = meetings(cast, mentorship, 1)
    services.confirm_on_behalf(contacts=[contact], reason="Ringede.", by=cast.anna, at=MONDAY_BEFORE)
    assert Confirmation.objects.get().device_hash == ""
