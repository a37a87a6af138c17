"""One mentorship under way, at a fixed time, and what citizens get by SMS."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast
from tests.factories.hours import NOW
from tests.factories.mentorships import make_active


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


@pytest.fixture
def newest_message(cast: Cast, acting: Callable[..., object]) -> Callable[[], OutgoingMessage]:
    def read() -> OutgoingMessage:
        with acting(cast.anna):  # type: ignore[attr-defined]
            return OutgoingMessage.objects.order_by("-id")[0]

    return read


@pytest.fixture
def sent_link(newest_message: Callable[[], OutgoingMessage]) -> Callable[[], str]:
    """The address in the newest message, without the host."""

    def read() -> str:
        found = re.search(r"https?://[^/\s]+(/\S+)", newest_message().body)
        assert found
        return found[1]

    return read
