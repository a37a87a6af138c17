"""The end: no mentorship is closed without goal attainment."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.followups import selectors, services
from brobygger.followups.models import Conclusion
from brobygger.grants.models import Decision
from brobygger.mentorships.models import Goal, Mentorship, Status
from tests.cast import Cast
from tests.factories.mentorships import make_mentorship

Events = Callable[..., list[dict[str, Any]]]
SignedIn = Callable[[User], Client]
TODAY = date(2026, 11, 23)


def conclude(cast: Cast, mentorship: Mentorship, at: datetime, **changed: Any) -> Conclusion:
    facts: dict[str, Any] = {
        "ended_on": date(2026, 11, 20),
        "reason": "GOAL_REACHED",
        "what_follows": "ORDINARY_JOB",
        "attainments": {
            goal.public_id: services.Attained(3, "Mødte hver dag.") for goal in selectors.goals_of(mentorship)
        },
        "note": "David har fået fast arbejde.",
        "by": cast.anna,
        "on": TODAY,
    }
    return services.conclude(mentorship=mentorship, at=at, **{**facts, **changed})


def nothing_has_ended(mentorship: Mentorship) -> bool:
    fresh = Mentorship.objects.get(pk=mentorship.pk)
    untouched = all(goal.attainment is None for goal in selectors.goals_of(mentorship))
    return fresh.status == Status.ACTIVE and untouched and not Conclusion.objects.exists()


def test_the_end_is_judged_decided_and_noted(
    cast: Cast, planned: Mentorship, now: datetime, events: Events
) -> None:
    conclusion = conclude(cast, planned, now)
    assert (conclusion.ended_on, conclusion.recorded_by) == (date(2026, 11, 20), cast.anna)
    [goal] = Goal.objects.filter(mentorship=planned)
    assert (goal.attainment, goal.attainment_note) == (3, "Mødte hver dag.")
    planned.refresh_from_db()
    assert planned.status == Status.ENDED
    decision = Decision.objects.get(mentorship=planned, kind="END")
    assert "målet er nået" in decision.reasons
    assert selectors.open_of(planned).count() == 0
    assert events("mentorship.concluded")[0]["detail"]["goals"] == [3]


def test_a_goal_without_judgement_stops_the_end(cast: Cast, planned: Mentorship, now: datetime) -> None:
    open_before = selectors.open_of(planned).count()
    for attainments in ({}, {uuid.uuid4(): services.Attained(3)}):
        with pytest.raises(Refused, match="Uden det kan forløbet ikke afsluttes") as refusal:
            conclude(cast, planned, now, attainments=attainments)
        assert refusal.value.field == "attainment_1"
    assert nothing_has_ended(planned)
    assert selectors.open_of(planned).count() == open_before > 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ended_on": date(2026, 11, 24)}, "ended_on"),
        ({"ended_on": date(2026, 11, 1)}, "ended_on"),
        ({"ended_on": date(2027, 2, 1), "on": date(2027, 2, 2)}, "ended_on"),
        ({"reason": "BORED"}, "reason"),
        ({"what_follows": ""}, "what_follows"),
    ],
)
def test_what_cannot_be_concluded(
    cast: Cast, planned: Mentorship, now: datetime, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        conclude(cast, planned, now, **changed)
    assert refusal.value.field == field
    assert nothing_has_ended(planned)


def test_the_second_is_told_that_somebody_was_first(cast: Cast, planned: Mentorship, now: datetime) -> None:
    conclude(cast, planned, now)
    with pytest.raises(Conflict, match="allerede afsluttet"):
        conclude(cast, planned, now, by=cast.freja)
    assert Decision.objects.filter(mentorship=planned, kind="END").count() == 1


def test_what_has_not_begun_cannot_be_concluded(cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused, match="ikke begyndt"):
        conclude(cast, make_mentorship(cast), now)


def test_those_who_only_look_end_nothing(cast: Cast, planned: Mentorship, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        conclude(cast, planned, now, by=cast.tove)
    assert nothing_has_ended(planned)


def test_one_ended_by_decision_is_concluded_without_another(
    cast: Cast, planned: Mentorship, now: datetime
) -> None:
    Mentorship.objects.filter(pk=planned.pk).update(status=Status.ENDED)
    planned.refresh_from_db()
    conclude(cast, planned, now)
    assert not Decision.objects.filter(mentorship=planned, kind="END").exists()


def form(mentorship: Mentorship, **changed: Any) -> dict[str, Any]:
    typed = {
        "ended_on": "20.11.2026",
        "reason": "GOAL_REACHED",
        "what_follows": "ORDINARY_JOB",
        "attainment_1": "3",
        "attainment_note_1": "Mødte hver dag.",
        "parting_talk": "ALL",
        "parting_talk_on": "19.11.2026",
        "note": "Fast arbejde.",
        "idempotency_key": str(uuid.uuid4()),
    }
    return {**typed, **changed}


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages read the clock; the case of the cast runs around the fixed day."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.mark.usefixtures("on_the_day")
def test_the_page_ends_it_once_and_leads_to_the_case(
    cast: Cast, planned: Mentorship, signed_in: SignedIn
) -> None:
    client, typed = signed_in(cast.anna), form(planned)
    address = reverse("followups:conclude", args=[planned.public_id])
    assert "Møder tre dage om ugen" in client.get(address).content.decode()
    for _time in range(2):
        answer = client.post(address, typed)
        assert answer["Location"] == reverse("web:case", args=[planned.public_id])
    assert Conclusion.objects.count() == 1


@pytest.mark.usefixtures("on_the_day")
def test_the_page_keeps_what_was_typed(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    address = reverse("followups:conclude", args=[planned.public_id])
    answer = signed_in(cast.anna).post(address, form(planned, attainment_1="", note="Det gik godt."))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Vurdér, hvor langt målet er nået." in text
    assert "Det gik godt." in text
    assert nothing_has_ended(planned)


def test_elsewhere_it_does_not_exist(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    address = reverse("followups:conclude", args=[planned.public_id])
    assert signed_in(cast.bo).get(address).status_code == 404
    assert signed_in(cast.carla).get(address).status_code == 403
