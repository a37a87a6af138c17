"""One mentorship under way, and helpers to look at what a test left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Sum

from brobygger.audit.models import Event
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.hours.states import LIVE
from brobygger.mentorships.models import Mentorship
from tests.cast import Cast
from tests.factories.mentorships import make_active


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


@pytest.fixture
def grant(mentorship: Mentorship) -> Grant:
    return Grant.objects.get(mentorship=mentorship)


@pytest.fixture
def actions(cast: Cast) -> Callable[[], list[str]]:
    """The actions recorded so far on contacts and months."""

    def read() -> list[str]:
        found = Event.objects.order_by("id").values_list("action", flat=True)
        return [action for action in found if action.startswith(("contact.", "month."))]

    return read


@pytest.fixture
def balances() -> Callable[[Mentorship], tuple[int, int]]:
    """(minutes of live contacts, minutes the grants say are used): always equal."""

    def read(mentorship: Mentorship) -> tuple[int, int]:
        live = Contact.objects.filter(mentorship=mentorship, state__in=LIVE).aggregate(sum=Sum("minutes"))
        used = Grant.objects.filter(mentorship=mentorship).aggregate(sum=Sum("used_minutes"))
        return live["sum"] or 0, used["sum"] or 0

    return read
