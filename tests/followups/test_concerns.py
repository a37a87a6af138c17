"""A concern reaches the consultant at once, is the raiser's own, and is answered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.followups import selectors, services
from brobygger.followups.models import Concern, FollowUp
from brobygger.followups.plan import is_working_day
from brobygger.followups.substitutes.services import set_substitute
from brobygger.mentorships.models import JournalEntry, Mentorship, Status
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast
from tests.factories.people import make_citizen

TODAY = date(2026, 11, 23)
TEXT = "David Dalsgaard drikker igen, og jeg er bange for ham."
Events = Callable[..., list[dict[str, Any]]]
SignedIn = Callable[[User], Client]


def by(user: User, mentorship: Mentorship, now: datetime, who: str = "MENTOR") -> Concern:
    return services.raise_concern(mentorship=mentorship, by=user, who=who, text=TEXT, at=now)


def mails_to(address: str) -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(address=address))


@pytest.mark.parametrize(
    ("name", "who"), [("carla", "MENTOR"), ("david", "CITIZEN"), ("signe", "COMPANY"), ("freja", "STAFF")]
)
def test_anyone_raises_one_and_it_stands_first(
    cast: Cast, planned: Mentorship, now: datetime, acting: Any, name: str, who: str
) -> None:
    with acting(cast.users[name]):
        mentorship = Mentorship.objects.select_related("consultant").get(pk=planned.pk)
        by(cast.users[name], mentorship, now, who)
    first = selectors.needs_attention(cast.anna, TODAY)[0]
    assert (first.kind, first.scope, first.case_code) == ("concern", "mine", planned.code)
    assert all(first.urgency < row.urgency for row in selectors.needs_attention(cast.anna, TODAY)[1:])


def test_the_mail_holds_no_personal_data(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    by(cast.carla, mentorship, now)
    [mail] = mails_to("anna@example.org")
    told = f"{mail.subject} {mail.body}"
    assert mentorship.code in told
    for secret in ("David", "Dalsgaard", "Carla", "drikker", "bange", "mentor"):
        assert secret.lower() not in told.lower()


def test_a_mail_that_told_would_be_found(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    concern = by(cast.carla, mentorship, now)
    OutgoingMessage.objects.filter(address="anna@example.org").update(body=concern.text)
    [mail] = mails_to("anna@example.org")
    assert "drikker" in mail.body


def test_the_substitute_is_told_as_well(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    set_substitute(
        absent=cast.anna,
        substitute=cast.freja,
        first_day=TODAY,
        last_day=TODAY,
        by=cast.anna,
        at=now,
        on=TODAY,
    )
    by(cast.carla, mentorship, now)
    by(cast.carla, mentorship, now + timedelta(days=1))
    assert len(mails_to("anna@example.org")) == 2
    assert len(mails_to("freja@example.org")) == 1


def test_only_the_raiser_and_staff_see_it(
    cast: Cast, mentorship: Mentorship, now: datetime, acting: Any
) -> None:
    """Both locks: the selector, and PostgreSQL for the person's own transaction."""
    with acting(cast.carla):
        concern = by(cast.carla, Mentorship.objects.select_related("consultant").get(pk=mentorship.pk), now)
    for user, sees in ((cast.carla, 1), (cast.david, 0), (cast.signe, 0), (cast.anna, 1), (cast.bo, 0)):
        with acting(user):
            assert Concern.objects.count() == sees, user
    assert concern.mentor == cast.mentor


@pytest.mark.parametrize(("name", "who"), [("carla", "CITIZEN"), ("anna", "MENTOR"), ("bo", "STAFF")])
def test_nobody_speaks_as_another(
    cast: Cast, mentorship: Mentorship, now: datetime, name: str, who: str
) -> None:
    with pytest.raises(Mentorship.DoesNotExist):
        by(cast.users[name], mentorship, now, who)
    assert not Concern.objects.exists()


def test_a_mentor_of_another_case_is_nobody_here(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    other = make_citizen(cast, name="Mia Madsen")
    cast.david.person_id = other.pk
    with pytest.raises(Mentorship.DoesNotExist):
        by(cast.david, mentorship, now, "CITIZEN")


def test_by_link_the_party_is_the_mentorships_own(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    concern = services.raise_concern(mentorship=mentorship, by=None, who="COMPANY", text=TEXT, at=now)
    assert (concern.organisation, concern.raised_by) == (cast.company, None)


def test_an_empty_one_is_refused(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    with pytest.raises(Refused, match="Skriv, hvad der bekymrer dig"):
        services.raise_concern(mentorship=mentorship, by=cast.carla, who="MENTOR", text="  ", at=now)


def test_an_answer_closes_it_once(cast: Cast, mentorship: Mentorship, now: datetime, events: Events) -> None:
    concern = by(cast.carla, mentorship, now)
    with pytest.raises(Refused):
        services.answer_concern(concern=concern, answer=" ", by=cast.anna, at=now)
    services.answer_concern(concern=concern, answer="Jeg ringer til ham.", by=cast.anna, at=now)
    with pytest.raises(Conflict):
        services.answer_concern(concern=concern, answer="Også jeg.", by=cast.freja, at=now)
    assert "concern" not in {row.kind for row in selectors.needs_attention(cast.anna, TODAY)}
    entry = JournalEntry.objects.get(mentorship=mentorship)
    assert TEXT in entry.text and "Jeg ringer" in entry.text
    [mail] = mails_to("carla@example.org")
    assert "Jeg ringer" not in mail.body and "David" not in mail.body
    assert [len(events(f"concern.{act}")) for act in ("raised", "answered")] == [1, 1]


def test_those_who_do_not_follow_up_cannot_answer(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    concern = by(cast.carla, mentorship, now)
    for user in (cast.tove, cast.finn, cast.carla):
        with pytest.raises(NotAllowed):
            services.answer_concern(concern=concern, answer="Ja.", by=user, at=now)


def test_the_pages(cast: Cast, mentorship: Mentorship, now: datetime, signed_in: SignedIn) -> None:
    mentor = signed_in(cast.carla)
    assert (
        reverse("followups:new_concern", args=[mentorship.public_id])
        in mentor.get("/", follow=True).content.decode()
    )
    new = reverse("followups:new_concern", args=[mentorship.public_id])
    assert mentor.post(new, {"text": ""}).status_code == 422
    assert mentor.post(new, {"text": TEXT}).status_code == 302
    concern = Concern.objects.get()
    page = reverse("followups:concern", args=[concern.public_id])
    assert TEXT in mentor.get(page).content.decode()
    staff = signed_in(cast.anna)
    assert TEXT in staff.get(page).content.decode()
    assert "Bekymring fra mentor" in staff.get("/").content.decode()
    assert staff.post(page, {"answer": "Jeg ringer."}).status_code == 302
    assert signed_in(cast.david).get(page).status_code == 404
    assert signed_in(cast.bo).get(page).status_code == 404


# The citizen heard alone


def test_a_citizen_is_heard_within_a_week(
    cast: Cast, planned: Mentorship, now: datetime, acting: Any, events: Events
) -> None:
    with acting(cast.david):
        mentorship = Mentorship.objects.get(pk=planned.pk)
        wish = services.hear_alone(mentorship=mentorship, by=cast.david, at=now, on=TODAY)
        assert wish == services.hear_alone(mentorship=mentorship, by=cast.david, at=now, on=TODAY)
        assert not FollowUp.objects.exists(), "Follow-ups are not the citizen's to read."
    assert (wish.kind, wish.due_on) == ("HEARD_ALONE", date(2026, 11, 30))
    assert "wish_to_be_heard" in {row.kind for row in selectors.needs_attention(cast.anna, TODAY)}
    assert len(events("follow_up.wished")) == 1


def test_a_new_plan_keeps_the_wish(cast: Cast, planned: Mentorship, now: datetime) -> None:
    wish = services.hear_alone(mentorship=planned, by=cast.david, at=now, on=TODAY)
    planned.ends_before = date(2027, 6, 1)
    services.plan_for(mentorship=planned, on=TODAY, at=now, by=cast.anna)
    assert wish in selectors.open_of(planned)


def test_another_citizen_or_an_ended_mentorship(cast: Cast, mentorship: Mentorship, now: datetime) -> None:
    other = make_citizen(cast, name="Mia Madsen")
    cast.david.person_id = other.pk
    with pytest.raises(Mentorship.DoesNotExist):
        services.hear_alone(mentorship=mentorship, by=cast.david, at=now, on=TODAY)
    mentorship.status = Status.ENDED
    with pytest.raises(Refused):
        services.hear_alone(mentorship=mentorship, by=None, at=now, on=TODAY)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 12, 22), date(2026, 12, 29)),
        (date(2026, 12, 18), date(2026, 12, 23)),  # the week ends on Christmas Day
        (date(2026, 3, 29), date(2026, 4, 1)),  # Sunday of the clock change; the week ends in Easter
        (date(2026, 10, 25), date(2026, 10, 30)),  # Sunday of the other clock change
    ],
)
def test_holidays_make_it_sooner_never_later(
    cast: Cast, mentorship: Mentorship, now: datetime, asked: date, due: date
) -> None:
    wish = services.hear_alone(mentorship=mentorship, by=cast.david, at=now, on=asked)
    assert wish.due_on == due
    assert is_working_day(due) and asked < due <= asked + timedelta(days=7)
