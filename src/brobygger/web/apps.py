from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from brobygger.accounts.models import User
    from brobygger.grants.known_prices import KnownPrice
    from brobygger.hours.asks import Ask
    from brobygger.hours.models import Contact
    from brobygger.mentorships.models import Mentorship
    from brobygger.mentorships.need import Need


class WebConfig(AppConfig):
    name = "brobygger.web"
    label = "web"
    verbose_name = "Brobygger"

    def ready(self) -> None:
        """Tells the chain who wants to know when a mentorship starts or ends, and what else the phone pages ask."""
        from brobygger.grants import events, known_prices, known_reasons
        from brobygger.hours import asks
        from brobygger.hours import events as hours_events
        from brobygger.people import reading

        if _offers_language not in reading.offering:
            reading.offering.append(_offers_language)
        for asking in (_sample_asks, _hearing_asks, _survey_asks):
            if asking not in asks.asking:
                asks.asking.append(asking)
        if _known_prices not in known_prices.asking:
            known_prices.asking.append(_known_prices)
        if _reason_for_change not in known_reasons.asking:
            known_reasons.asking.append(_reason_for_change)
        reacting = (
            (events.when_started, _started),
            (events.when_prolonged, _prolonged),
            (events.when_ended, _ended),
            (events.when_mentor_changed, _mentor_changed),
            (events.when_granted, _books_follow),
            (events.when_started, _books_follow),
            (events.when_prolonged, _books_follow),
            (events.when_ended, _books_follow),
        )
        for reactions, reaction in reacting:
            if reaction not in reactions:
                reactions.append(reaction)
        if _contact_changed not in hours_events.when_changed:
            hours_events.when_changed.append(_contact_changed)
        confirming = (
            (hours_events.when_confirmed, _hours_confirmed),
            (hours_events.when_no_longer_confirmed, _hours_taken_back),
        )
        for confirmations, confirmation in confirming:
            if confirmation not in confirmations:
                confirmations.append(confirmation)


# The services are read when something happens, so that a command that needs none of them starts at once.


def _offers_language(municipality_id: int, code: str) -> bool:
    from brobygger.citizens import selectors

    return any(each.code == code for each in selectors.offered_languages(municipality_id))


def _sample_asks(user: User, today: date) -> Sequence[Ask]:
    from brobygger.controls.attest import presenters

    return presenters.asks_of(user, today)


def _hearing_asks(user: User, today: date) -> Sequence[Ask]:
    from brobygger.followups.hearings import presenters

    return presenters.asks_of(user, today)


def _survey_asks(user: User, today: date) -> Sequence[Ask]:
    from brobygger.evaluations.surveys import presenters

    return presenters.asks_of(user, today)


def _known_prices(user: User, need: Need, on: date) -> list[KnownPrice]:
    from brobygger.payments.evidence import presenters

    return presenters.known_prices(user, need, on)


def _reason_for_change(user: User, mentorship: Mentorship) -> str:
    from brobygger.followups import presenters

    return presenters.reason_for_change(user, mentorship)


def _started(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.followups import services

    services.when_started(mentorship, on, at, by)


def _prolonged(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.followups import services

    services.when_prolonged(mentorship, on, at, by)


def _ended(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.followups import services
    from brobygger.meetings import services as meetings

    services.when_ended(mentorship, on, at, by)
    meetings.when_ended(mentorship, on, at, by)


def _mentor_changed(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.meetings import services

    services.when_mentor_changed(mentorship, on, at, by)


def _contact_changed(contact: Contact, by: User, at: datetime) -> None:
    from brobygger.meetings import services

    services.when_contact_changed(contact, by, at)


def _books_follow(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    from brobygger.payments.ledger.services import following

    following.grants_changed(mentorship, on, at, by)


def _hours_confirmed(contacts: Sequence[Contact], at: datetime, by: User | None) -> None:
    from brobygger.payments.ledger.services import following

    following.hours_confirmed(contacts, at, by)


def _hours_taken_back(contacts: Sequence[Contact], at: datetime, by: User | None) -> None:
    from brobygger.payments.ledger.services import following

    following.hours_taken_back(contacts, at, by)
