from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brobygger.accounts.models import User
    from brobygger.hours.asks import Ask
    from brobygger.mentorships.models import Mentorship


class WebConfig(AppConfig):
    name = "brobygger.web"
    label = "web"
    verbose_name = "Brobygger"

    def ready(self) -> None:
        """Tells the chain who wants to know when a mentorship starts or ends, and what else the phone pages ask."""
        from brobygger.grants import events
        from brobygger.hours import asks

        if _sample_asks not in asks.asking:
            asks.asking.append(_sample_asks)
        for reactions, reaction in ((events.when_started, _started), (events.when_ended, _ended)):
            if reaction not in reactions:
                reactions.append(reaction)


# The services are read when something happens, so that a command that needs none of them starts at once.


def _sample_asks(user: User, today: date) -> Sequence[Ask]:
    from brobygger.controls.attest import presenters

    return presenters.asks_of(user, today)


def _started(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.followups import services

    services.when_started(mentorship, on, at, by)


def _ended(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.followups import services

    services.when_ended(mentorship, on, at, by)
