"""Mentor and company are asked for a follow-up, answer once, and the consultant reads it prefilled."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import NotAllowed
from brobygger.followups import forms, selectors, services, themes
from brobygger.followups.hearings import presenters
from brobygger.followups.hearings import selectors as hearing_selectors
from brobygger.followups.hearings import services as hearings
from brobygger.followups.hearings.services import Said
from brobygger.followups.models import Concern, FollowUp, Hearing
from brobygger.mentorships.models import Goal, GoalReading, JournalEntry, Mentorship
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast
from tests.factories.invoices import make_contact

SignedIn = Callable[[User], Client]
WELL = Said("WELL", "TOO_FEW", "Han tager selv bussen nu.")


@pytest.fixture
def of_mentor(planned: Mentorship) -> Hearing:
    return Hearing.objects.select_related("mentorship__citizen").get(mentorship=planned, party="MENTOR")


@pytest.fixture
def of_company(planned: Mentorship) -> Hearing:
    found = Hearing.objects.select_related("mentorship__citizen", "organisation", "municipality")
    return found.get(mentorship=planned, party="COMPANY")


def test_the_plan_opens_a_hearing_for_each(cast: Cast, of_mentor: Hearing, of_company: Hearing) -> None:
    assert of_mentor.mentor == cast.mentor and of_mentor.follow_up.kind == "MENTOR"
    assert of_company.organisation == cast.company and of_company.follow_up.kind == "COMPANY"
    assert of_mentor.due_on == of_mentor.follow_up.planned_for


def test_it_waits_a_week_before_on_the_own_page(cast: Cast, of_mentor: Hearing) -> None:
    week_before = of_mentor.due_on - timedelta(days=7)
    assert presenters.asks_of(cast.carla, week_before - timedelta(days=1)) == []
    [ask] = presenters.asks_of(cast.carla, week_before)
    assert "D. D." in ask.sentence and "David" not in ask.sentence
    assert presenters.asks_of(cast.david, of_mentor.due_on) == []
    assert presenters.asks_of(cast.anna, of_mentor.due_on) == []


def test_each_sees_only_the_own(cast: Cast, of_mentor: Hearing, of_company: Hearing, acting: Any) -> None:
    for user, own in ((cast.carla, [of_mentor]), (cast.signe, [of_company]), (cast.david, []), (cast.bo, [])):
        with acting(user):
            assert list(Hearing.objects.all()) == own, user
            assert list(hearing_selectors.visible_to(user)) == own, user
            assert not FollowUp.objects.exists() or user == cast.bo


def test_the_answer_fills_the_consultants_form(
    cast: Cast, of_mentor: Hearing, now: datetime, acting: Any
) -> None:
    with acting(cast.carla):
        hearings.answer(hearing=of_mentor, said=WELL, by=cast.carla, at=now)
    follow_up = of_mentor.follow_up
    first = forms.first_record(follow_up, hearing_selectors.of_follow_up(follow_up), now.date())
    assert (first["how"], first["hours_fit"], first["done_on"]) == ("WRITTEN", "TOO_FEW", date(2026, 11, 23))
    assert "Han tager selv bussen nu." in first["note"] and "godt" in first["note"]
    rows = selectors.needs_attention(cast.anna, follow_up.planned_for)
    assert "hearing_answered" in {row.kind for row in rows}
    assert follow_up.done_at is None, "The consultant reads it before it is done."


def test_bad_news_is_a_concern_as_well(cast: Cast, of_mentor: Hearing, now: datetime, acting: Any) -> None:
    with acting(cast.carla):
        with pytest.raises(Refused, match="Skriv kort"):
            hearings.answer(hearing=of_mentor, said=Said("BADLY"), by=cast.carla, at=now)
        hearings.answer(hearing=of_mentor, said=Said("BADLY", "", "Han er væk."), by=cast.carla, at=now)
    assert Concern.objects.get().text == "Han er væk."


def test_it_is_answered_once_and_by_the_one_asked(
    cast: Cast, of_mentor: Hearing, of_company: Hearing, now: datetime
) -> None:
    for hearing, user in ((of_mentor, cast.signe), (of_company, cast.carla), (of_mentor, cast.david)):
        with pytest.raises(NotAllowed):
            hearings.answer(hearing=hearing, said=WELL, by=user, at=now)
    hearings.answer(hearing=of_mentor, said=WELL, by=cast.carla, at=now)
    with pytest.raises(Conflict):
        hearings.answer(hearing=of_mentor, said=WELL, by=cast.carla, at=now)


def test_recording_and_moving_follow_the_follow_up(cast: Cast, of_mentor: Hearing, now: datetime) -> None:
    services.move(follow_up=of_mentor.follow_up, to=date(2027, 1, 12), reason="Ferie", by=cast.anna, at=now)
    of_mentor.refresh_from_db()
    assert of_mentor.due_on == date(2027, 1, 12)
    with pytest.raises(Refused, match="Skriv, hvad der blev sagt"):
        record(of_mentor.follow_up, cast, now, note="")
    record(of_mentor.follow_up, cast, now, note="Talt i telefon.")
    with pytest.raises(Conflict):
        hearings.answer(hearing=of_mentor, said=WELL, by=cast.carla, at=now)


def record(follow_up: FollowUp, cast: Cast, now: datetime, **fields: Any) -> FollowUp:
    return services.record(
        **{
            "follow_up": follow_up,
            "form": "CALL",
            "note": "",
            "service_delivered": True,
            "done_on": date(2026, 11, 23),
            "by": cast.anna,
            "at": now,
            **fields,
        }
    )


def test_a_new_plan_asks_anew_and_closes_the_old(cast: Cast, planned: Mentorship, now: datetime) -> None:
    planned.ends_before = date(2027, 6, 1)
    services.plan_for(mentorship=planned, on=date(2026, 11, 23), at=now, by=cast.anna)
    open_ = Hearing.objects.filter(closed_at=None, party="MENTOR")
    assert open_.count() == 1
    assert open_.get().follow_up.cancelled_at is None
    services.cancel_open(mentorship=planned, at=now, by=cast.anna)
    assert not Hearing.objects.filter(closed_at=None).exists()


# The company by link


def test_the_company_answers_by_link_and_code(
    cast: Cast,
    of_company: Hearing,
    now: datetime,
    client: Client,
    acting: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    hearings.ask_company(hearing=of_company, by=cast.anna, at=now)
    [mail] = OutgoingMessage.objects.filter(address="signe@example.org")
    told = f"{mail.subject} {mail.body}"
    for secret in ("David", "Dalsgaard", of_company.mentorship.code, "Carla", "D. D."):
        assert secret not in told
    [path] = re.findall(r"/opfoelgning/status/link/[\w-]+/", mail.body)
    closed = client.get(path).content.decode()
    assert "David" not in closed
    client.post(path, {"act": "send"})
    with acting(cast.anna):  # the company cannot read what is sent
        code = OutgoingMessage.objects.latest("id")
    [digits] = re.findall(r"\d{6}", code.body)
    client.post(path, {"act": "code", "code": digits})
    assert "David Dalsgaard" in client.get(path).content.decode()
    assert client.post(path, {"going": "PARTLY"}).status_code == 422
    assert "Tak for dit svar" in client.post(path, {"going": "WELL", "text": "Fin fyr."}).content.decode()
    with acting(cast.anna):
        _require_answered(of_company, cast, now)


def _require_answered(of_company: Hearing, cast: Cast, now: datetime) -> None:
    of_company.refresh_from_db()
    assert (of_company.going, of_company.strength, of_company.answered_by) == ("WELL", "LINK_AND_CODE", None)
    with pytest.raises(Conflict):
        hearings.ask_company(hearing=of_company, by=cast.anna, at=now)
    assert not OneTimeLink.objects.filter(used_at=None, subject_id=of_company.pk).exists()


def test_a_new_link_kills_the_old(cast: Cast, of_company: Hearing, now: datetime) -> None:
    for _time in range(2):
        hearings.ask_company(hearing=of_company, by=cast.anna, at=now)
    assert OneTimeLink.objects.filter(used_at=None, subject_id=of_company.pk).count() == 1


def test_a_company_nothing_reaches(cast: Cast, of_company: Hearing, now: datetime) -> None:
    of_company.organisation.contact_email = of_company.organisation.contact_phone = ""
    with pytest.raises(Refused, match="hverken e-mail eller telefon"):
        hearings.ask_company(hearing=of_company, by=cast.anna, at=now)


# What the record form asks and keeps


def test_the_mentors_page_leads_to_the_form(
    cast: Cast, of_mentor: Hearing, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    near = now + (of_mentor.due_on - now.date())
    monkeypatch.setattr("django.utils.timezone.now", lambda: near)
    client, page = signed_in(cast.carla), reverse("followups:hearing", args=[of_mentor.public_id])
    assert page in client.get("/", follow=True).content.decode()
    assert client.post(page, {"going": ""}).status_code == 422
    assert client.post(page, {"going": "WELL"}).status_code == 302
    assert signed_in(cast.anna).get(page).status_code == 404
    assert signed_in(cast.david).get(page).status_code == 404


def test_the_fit_check_asks_whether_they_suit(
    cast: Cast, planned: Mentorship, now: datetime, signed_in: SignedIn
) -> None:
    fit = FollowUp.objects.select_related("mentorship").get(mentorship=planned, kind="FIT")
    page = reverse("followups:record", args=[fit.public_id])
    client = signed_in(cast.anna)
    text = client.get(page).content.decode()
    assert "Passer mentor og borger sammen?" in text and "Er støtten givet" not in text
    sent = {"done_on": "20.11.2026", "how": "CALL", "pair_fits": "no"}
    assert "Skriv, hvad der ikke passer" in client.post(page, sent).content.decode()
    client.post(page, {**sent, "note": "De taler forbi hinanden."})
    fit.refresh_from_db()
    assert (fit.pair_fits, fit.service_delivered) == (False, None)
    assert "passer ikke sammen" in JournalEntry.objects.get(mentorship=planned).text
    case = client.get(reverse("web:case", args=[planned.public_id])).content.decode()
    assert reverse("grants:change", args=[planned.public_id]) in case


def test_the_status_reads_the_goals(
    cast: Cast,
    planned: Mentorship,
    now: datetime,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    status = FollowUp.objects.create(
        municipality=cast.municipality,
        mentorship=planned,
        kind="STATUS",
        due_on=date(2026, 11, 23),
        planned_for=date(2026, 11, 23),
    )
    page = reverse("followups:record", args=[status.public_id])
    client, goal = signed_in(cast.anna), Goal.objects.get(mentorship=planned)
    assert goal.text in client.get(page).content.decode()
    sent = {
        "done_on": "23.11.2026",
        "how": "VISIT",
        "service_delivered": "yes",
        "hours_fit": "TOO_MANY",
        "note": "Godt på vej.",
    }
    assert client.post(page, {**sent, "goal_1": "11"}).status_code == 422
    assert client.post(page, {**sent, "goal_1": "6"}).status_code == 302
    reading = GoalReading.objects.get(goal=goal)
    assert (reading.score, reading.side, reading.read_by) == (6, "STAFF", cast.anna)
    assert selectors.goals_with_reading(planned) == [(goal, reading)]
    assert "Timer: for mange." in JournalEntry.objects.get(mentorship=planned).text


def test_themes_of_a_case_are_questions(cast: Cast, planned: Mentorship, signed_in: SignedIn) -> None:
    today = date(2026, 11, 23)
    for number in range(5):
        make_contact(cast, planned, day=today - timedelta(days=number + 1), done_by_whom="MENTOR")
    [outside, does] = themes.themes_of(planned, today)
    assert themes.in_words(outside).startswith("5 af 5 møder")
    assert themes.in_words(does).endswith("?")
    page = signed_in(cast.anna).get(
        reverse("followups:record", args=[selectors.open_of(planned)[0].public_id])
    )
    assert "Temaer til samtalen" in page.content.decode()
    for user in (cast.carla, cast.david, cast.signe):
        assert "Temaer til samtalen" not in signed_in(user).get("/", follow=True).content.decode()
