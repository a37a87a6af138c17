"""What the work list gets from here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from brobygger.mentorships import selectors, services
from brobygger.mentorships.models import CitizenMessage, Status
from tests.cast import Cast
from tests.factories.mentorships import make_active, make_mentorship


def kinds(cast: Cast, who: str, today: date) -> list[tuple[str, str]]:
    return [(row.kind, row.scope) for row in selectors.needs_attention(getattr(cast, who), today)]


@pytest.mark.parametrize(("days", "is_shown"), [(-1, False), (0, True), (12, True), (28, True), (29, False)])
def test_what_ends_within_four_weeks(cast: Cast, today: date, days: int, is_shown: bool) -> None:
    last_day = today + timedelta(days=days)
    make_active(cast, ends_before=last_day + timedelta(days=1))
    rows = selectors.needs_attention(cast.anna, today)
    assert bool(rows) is is_shown
    if is_shown:
        assert rows[0].when == last_day
        assert rows[0].heading == {0: "Slutter i dag"}.get(days, f"Slutter om {days} dage")


def test_what_is_over_or_not_granted_does_not_end(cast: Cast, today: date) -> None:
    for status in (Status.FOR_APPROVAL, Status.REFUSED, Status.ENDED):
        make_mentorship(cast, status=status, ends_before=today + timedelta(days=5))
    assert kinds(cast, "anna", today) == []


def test_an_unanswered_message_is_the_consultants_and_the_teams(
    cast: Cast, today: date, now: datetime
) -> None:
    mentorship = make_active(cast)
    message = CitizenMessage.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        citizen=cast.citizen,
        kind=CitizenMessage.Kind.COMPLAINT,
        text="Hemmeligt",
        sent_at=now,
    )
    row = selectors.needs_attention(cast.anna, today)[0]
    assert (row.kind, row.urgency, row.initials) == ("message_complaint", 0, "D. D.")
    assert "Hemmeligt" not in repr(row) and "David" not in repr(row)
    assert kinds(cast, "freja", today) == [("message_complaint", "team")]
    services.handle_citizen_message(message=message, answer="Ja.", by=cast.anna, at=now)
    assert kinds(cast, "anna", today) == []


def test_drafts_are_the_owners_alone(cast: Cast, today: date, now: datetime) -> None:
    services.save_draft(draft=None, data={"purpose": "x"}, title="D. D. fleksjob", by=cast.anna, at=now)
    assert kinds(cast, "anna", today) == [("draft", "mine")]
    assert kinds(cast, "freja", today) == []


def test_other_roles_and_another_municipality_have_nothing_here(
    cast: Cast, today: date, now: datetime
) -> None:
    make_active(cast, ends_before=today + timedelta(days=3))
    for who in ("finn", "tove", "adam", "carla", "david", "signe", "bo"):
        assert kinds(cast, who, today) == []
