"""Two mentors one after the other: what each registers, hands in and sees, and what the citizen reads."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from brobygger.audit.models import Event
from brobygger.grants.models import Agreement, AgreementParty, Grant
from brobygger.hours import selectors, services
from brobygger.hours.models import Contact, MonthHandIn
from brobygger.mentorships.models import Document, Mentorship
from brobygger.people.models import Mentor
from tests.cast import Cast
from tests.factories.hours import MONDAY_BEFORE, NOW, correct, register
from tests.factories.mentorships import AT, make_active, make_grant
from tests.factories.people import make_citizen, make_mentor

Acting = Callable[[User | None], AbstractContextManager[None]]
SignedIn = Callable[[User], Client]
CHANGE_DAY = date(2026, 11, 19)
"""Thursday: Carla until Wednesday 18 November, Mona from then on."""
ON_MONAS_DAY = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
LAST_OF_MONTH = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)


@dataclass
class Two:
    """David's mentorship with both grants, and Mona with a login."""

    case: Mentorship
    first: Grant
    second: Grant
    mona: Mentor
    login: User


def hand_over(cast: Cast, case: Mentorship, mona: Mentor, on: date = CHANGE_DAY) -> tuple[Grant, Grant]:
    """The rows as a decided and agreed change of mentor leaves them."""
    first = Grant.objects.get(mentorship=case)
    Grant.objects.filter(pk=first.pk).update(ends_before=on, mentor=case.mentor)
    second = make_grant(cast, case, starts_on=on, mentor=mona)
    agreement = Agreement.objects.create(
        municipality=cast.municipality, mentorship=case, grant=second, content={}, sent_at=AT, completed_at=AT
    )
    AgreementParty.objects.create(
        municipality=cast.municipality, agreement=agreement, party="MENTOR", name=mona.name, person_id=mona.pk,
        accepted_at=AT, strength="PAPER",
    )  # fmt: skip
    case.mentor = mona
    case.save(update_fields=["mentor"])
    first.refresh_from_db()
    return first, second


@pytest.fixture
def two(cast: Cast, mentorship: Mentorship) -> Two:
    mona = make_mentor(cast, name="Mona Munk", email="mona@example.org", phone="+4556789012")
    login = User.objects.create(
        municipality=cast.municipality, username="mona", name=mona.name, roles=[Role.MENTOR.value],
        person_id=mona.pk, password="!",
    )  # fmt: skip
    first, second = hand_over(cast, mentorship, mona)
    return Two(mentorship, first, second, mona, login)


@pytest.fixture
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def _text(response: Any) -> str:
    return unescape(response.content.decode())


# Registering


def test_each_registers_on_the_own_days_only(cast: Cast, two: Two) -> None:
    before = register(cast, two.case)
    after = register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY)
    assert (before.mentor, before.grant) == (cast.mentor, two.first)
    assert (after.mentor, after.grant, after.mentor_identity) == (two.mona, two.second, two.mona.identity)


@pytest.mark.parametrize(("who", "starts_at"), [("carla", ON_MONAS_DAY), ("mona", MONDAY_BEFORE)])
def test_nobody_registers_on_the_others_days(
    cast: Cast, two: Two, who: str, starts_at: datetime, actions: Callable[[], list[str]]
) -> None:
    by = two.login if who == "mona" else cast.carla
    with pytest.raises(Refused, match="Du er ikke mentor i forløbet den") as refusal:
        register(cast, two.case, by=by, starts_at=starts_at)
    assert refusal.value.field == "day"
    assert not Contact.objects.exists()
    assert Grant.objects.filter(used_minutes__gt=0).count() == 0
    assert actions() == []


def test_with_the_borders_of_the_database_it_is_the_same(cast: Cast, two: Two, acting: Acting) -> None:
    with acting(cast.carla):
        register(cast, two.case)
        with pytest.raises(Refused, match="Du er ikke mentor i forløbet den"):
            register(cast, two.case, starts_at=ON_MONAS_DAY)
    with acting(two.login):
        register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY)
        with pytest.raises(Refused, match="Du er ikke mentor i forløbet den"):
            register(cast, two.case, by=two.login, starts_at=MONDAY_BEFORE)
    assert {contact.mentor.name: contact.minutes for contact in Contact.objects.all()} == {
        "Carla Clausen": 60,
        "Mona Munk": 60,
    }


def test_a_third_mentor_has_no_mentorship_here(cast: Cast, two: Two) -> None:
    two.login.person_id = make_mentor(cast, name="Tredje").pk
    with pytest.raises(Mentorship.DoesNotExist):
        register(cast, two.case, by=two.login)


def test_the_former_corrects_the_own_and_never_onto_the_others_days(cast: Cast, two: Two) -> None:
    contact = register(cast, two.case)
    newer = correct(cast, contact)
    assert (newer.mentor, newer.grant, newer.minutes) == (cast.mentor, two.first, 30)
    with pytest.raises(Refused, match="Du er ikke mentor"):
        correct(cast, newer, starts_at=ON_MONAS_DAY)
    newer.refresh_from_db()
    assert newer.state == Contact.State.REGISTERED
    services.withdraw(contact=newer, reason="Fejl.", by=cast.carla, at=NOW)
    two.first.refresh_from_db()
    assert two.first.used_minutes == 0


def test_a_meeting_earlier_on_the_day_of_the_change_can_be_corrected(
    cast: Cast, mentorship: Mentorship
) -> None:
    contact = register(cast, mentorship, starts_at=ON_MONAS_DAY)
    first, _second = hand_over(cast, mentorship, make_mentor(cast, name="Mona Munk"))
    newer = correct(cast, contact)
    assert (newer.grant, newer.mentor) == (first, cast.mentor)


def test_nobody_touches_the_others_contacts(cast: Cast, two: Two) -> None:
    own = register(cast, two.case)
    with pytest.raises(Contact.DoesNotExist):
        correct(cast, own, by=two.login)
    with pytest.raises(Contact.DoesNotExist):
        services.withdraw(contact=own, reason="Nej.", by=two.login, at=NOW)


def test_both_may_meet_the_citizen_and_each_is_in_one_place(cast: Cast, two: Two) -> None:
    """Overlap is the person's, not the mentorship's."""
    other = make_active(cast, citizen=make_citizen(cast, name="Sara Ahmadi"), mentor=two.mona)
    register(cast, two.case)
    register(cast, other, by=two.login)
    register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY)
    with pytest.raises(Refused, match="allerede registreret et møde"):
        register(cast, other, by=two.login, starts_at=ON_MONAS_DAY + timedelta(minutes=30))


# The month


def test_each_hands_in_the_own_month(cast: Cast, two: Two) -> None:
    register(cast, two.case)
    register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY, minutes=90)
    with pytest.raises(Refused, match="fra den 30"):
        services.hand_in_all(month=CHANGE_DAY, by=two.login, at=NOW)
    [handed] = services.hand_in_all(month=CHANGE_DAY, by=cast.carla, at=NOW)
    assert (handed.mentor, handed.minutes) == (cast.mentor, 60), "Carla's last day has come."
    [statement] = selectors.month_statements(two.case)
    assert (statement.minutes, statement.handed_in_at) == (150, None), "Mona has not handed in."
    services.hand_in_all(month=CHANGE_DAY, by=two.login, at=LAST_OF_MONTH)
    [statement] = selectors.month_statements(two.case)
    assert (statement.handed_in_minutes, statement.changed_since) == (150, False)
    assert Event.objects.filter(action="month.handed_in").count() == 2


def test_the_list_misses_the_month_until_both_have_handed_in(cast: Cast, two: Two) -> None:
    contacts = [register(cast, two.case), register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY)]
    services.confirm(contacts=contacts, by=cast.david, at=NOW)

    def missing() -> bool:
        return "month" in {row.kind for row in selectors.needs_attention(cast.anna, date(2026, 12, 6))}

    services.hand_in_all(month=CHANGE_DAY, by=two.login, at=LAST_OF_MONTH)
    assert missing()
    services.hand_in_all(month=CHANGE_DAY, by=cast.carla, at=LAST_OF_MONTH)
    assert not missing()


# What each sees: the database's own border, both ways


def test_contacts_and_grants_and_months_of_the_other_are_not_seen(
    cast: Cast, two: Two, acting: Acting
) -> None:
    own, others = register(cast, two.case), register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY)
    for by in (cast.carla, two.login):
        services.hand_in_all(month=CHANGE_DAY, by=by, at=LAST_OF_MONTH)
    for user, contact, grant, mentor in (
        (cast.carla, own, two.first, cast.mentor),
        (two.login, others, two.second, two.mona),
    ):
        with acting(user):
            assert list(Contact.objects.all()) == [contact]
            assert list(Grant.objects.all()) == [grant]
            assert [each.mentor_id for each in MonthHandIn.objects.all()] == [mentor.pk]
            assert list(Mentorship.objects.all()) == [two.case]
            assert list(Mentor.objects.all()) == [mentor]
    with acting(cast.anna):
        assert (Contact.objects.count(), Grant.objects.count(), MonthHandIn.objects.count()) == (2, 2, 2)


def test_the_control_sees_both_without_the_rule_on_grants(cast: Cast, two: Two, acting: Acting) -> None:
    """Planted: the border as it was before, by the mentorship alone. The test above would find it."""
    with acting(cast.anna):
        Grant.objects.filter(pk=two.second.pk).update(mentor=None)
    with acting(cast.carla):
        assert Grant.objects.count() == 2, "A grant without a mentor is everybody's in the mentorship."


LONG_AGO = date(2020, 3, 1)


def _long_ago(cast: Cast, two: Two) -> Contact:
    """Carla's part ended years ago by any clock; one hour of it is confirmed and not paid."""
    Grant.objects.filter(pk=two.first.pk).update(starts_on=date(2020, 1, 1), ends_before=LONG_AGO)
    at = datetime(2020, 2, 3, 9, 0, tzinfo=UTC)
    return Contact.objects.create(
        municipality=cast.municipality, mentorship=two.case, grant=two.first, mentor=cast.mentor,
        citizen=cast.citizen, mentor_identity=cast.mentor.identity, kind="FACE_TO_FACE", starts_at=at,
        ends_at=at + timedelta(hours=1), minutes=60, state="CONFIRMED", registered_at=at,
    )  # fmt: skip


def test_the_former_keeps_the_own_history_until_it_is_paid(cast: Cast, two: Two, acting: Acting) -> None:
    contact = _long_ago(cast, two)
    with acting(cast.carla):
        assert list(Mentorship.objects.all()) == [two.case]
        assert selectors.last_contacts(cast.carla, date(2020, 1, 1)).get() == contact
    Contact.objects.update(paid_minutes=60)
    with acting(cast.carla):
        assert not Mentorship.objects.exists()
        assert list(selectors.last_contacts(cast.carla, date(2020, 1, 1))) == []
        assert not Agreement.objects.exists()
    with acting(two.login):
        assert list(Mentorship.objects.all()) == [two.case]


@pytest.mark.parametrize("paid", [False, True])
def test_before_the_last_day_the_former_sees_it_paid_or_not(
    cast: Cast, two: Two, acting: Acting, paid: bool
) -> None:
    """The day lies beyond any clock this test will meet."""
    contact = _long_ago(cast, two)
    Grant.objects.filter(pk=two.first.pk).update(ends_before=date(2100, 1, 1))
    Contact.objects.filter(pk=contact.pk).update(paid_minutes=60 if paid else 0)
    with acting(cast.carla):
        assert list(Mentorship.objects.all()) == [two.case]


def test_what_is_never_paid_does_not_stay_open_for_ever(cast: Cast, two: Two, acting: Acting) -> None:
    _long_ago(cast, two)
    Grant.objects.filter(pk=two.first.pk).update(hourly_rate=0)
    with acting(cast.carla):
        assert not Mentorship.objects.exists()


def test_the_citizen_still_confirms_the_formers_meetings(
    cast: Cast, two: Two, acting: Acting, signed_in: SignedIn
) -> None:
    contact = register(cast, two.case)
    with acting(cast.david):
        assert {each.name for each in Mentor.objects.all()} == {"Carla Clausen", "Mona Munk"}
        assert list(selectors.awaiting_answer(cast.david)) == [contact]
    client = signed_in(cast.david)
    assert client.post(reverse("citizens:confirm", args=[contact.public_id])).status_code == 302
    contact.refresh_from_db()
    assert contact.state == Contact.State.CONFIRMED


def test_the_agreement_of_the_other_is_not_handed_out(
    cast: Cast, two: Two, signed_in: SignedIn, acting: Acting
) -> None:
    documents = []
    for grant in (two.first, two.second):
        document = Document.objects.create(
            municipality=cast.municipality, mentorship=two.case, kind="AGREEMENT", title="Mentoraftale",
            content=b"%PDF", sha256=b"", created_at=AT,
        )  # fmt: skip
        Agreement.objects.filter(grant=grant).update(document=document)
        documents.append(reverse("mentorships:document", args=[document.public_id]))

    def answers(user: User) -> list[int]:
        client = signed_in(user)
        return [client.get(each).status_code for each in documents]

    assert answers(cast.carla) == [200, 404]
    assert answers(two.login) == [404, 200]
    assert answers(cast.david) == answers(cast.signe) == answers(cast.anna) == [200, 200]


# The pages


@pytest.mark.usefixtures("_clock")
def test_the_formers_page_keeps_the_own_and_says_until_when(
    cast: Cast, two: Two, signed_in: SignedIn, acting: Acting
) -> None:
    register(cast, two.case, note="Talte om vagter")
    register(cast, two.case, by=two.login, starts_at=ON_MONAS_DAY, note="Monas møde")
    client = signed_in(cast.carla)
    page = _text(client.get(reverse("hours:mentor")))
    assert "Du var mentor til og med den 18. nov. 2026." in page
    assert "Aflever november" in page
    assert page.count("bb-card") == 1
    form = client.get(reverse("hours:register")).context["form"]
    assert list(form.cases) == [str(two.case.public_id)]
    typed = {
        "mentorship": str(two.case.public_id), "day": "17.11.2026", "clock": "10", "length": "60",
        "kind": "TELEPHONE", "task": "", "note": "", "public_id": str(uuid.uuid4()),
    }  # fmt: skip
    assert client.post(reverse("hours:register"), typed).status_code == 302
    late = client.post(
        reverse("hours:register"), {**typed, "day": "20.11.2026", "public_id": str(uuid.uuid4())}
    )
    assert late.status_code == 422
    assert "Du er ikke mentor i forløbet den 20. nov. 2026." in _text(late)
    with acting(cast.anna):
        assert Contact.objects.filter(mentor=cast.mentor).count() == 2


@pytest.mark.usefixtures("_clock")
def test_before_the_day_the_new_mentor_waits_and_the_citizen_reads_both(
    cast: Cast, mentorship: Mentorship, signed_in: SignedIn
) -> None:
    mona = make_mentor(cast, name="Mona Munk", organisation=cast.company)
    login = User.objects.create(
        municipality=cast.municipality, username="mona", name=mona.name, roles=[Role.MENTOR.value],
        person_id=mona.pk, password="!",
    )  # fmt: skip
    hand_over(cast, mentorship, mona, on=date(2026, 12, 1))
    new = _text(signed_in(login).get(reverse("hours:mentor")))
    assert "Du er mentor fra den 1. dec. 2026" in new
    assert "Registrér kontakt" not in new
    former = _text(signed_in(cast.carla).get(reverse("hours:mentor")))
    assert "65 t. tilbage af bevillingen, til og med 30. nov. 2026" in former
    citizen = _text(signed_in(cast.david).get(reverse("citizens:overview")))
    assert "Din mentor er <strong>Carla</strong>" in citizen
    assert "Fra den 1. december 2026 er din mentor <strong>Mona</strong>." in citizen
    assert "Mentor Carla" in _text(signed_in(cast.signe).get(reverse("hours:company")))


@pytest.mark.usefixtures("_clock")
def test_from_the_day_on_everybody_reads_the_new_name(cast: Cast, two: Two, signed_in: SignedIn) -> None:
    citizen = _text(signed_in(cast.david).get(reverse("citizens:overview")))
    assert "Din mentor er <strong>Mona</strong>" in citizen
    assert "Carla" not in citizen
    agreed = _text(signed_in(cast.david).get(reverse("citizens:agreed", args=[two.case.public_id])))
    assert "Din mentor er Mona." in agreed
    assert "Mentor Mona" in _text(signed_in(cast.signe).get(reverse("hours:company")))


@pytest.mark.usefixtures("_clock")
def test_the_pages_take_the_same_queries_for_one_and_for_many(
    cast: Cast, two: Two, signed_in: SignedIn, acting: Acting
) -> None:
    pages = [(cast.carla, "hours:mentor"), (cast.david, "citizens:overview"), (cast.signe, "hours:company")]

    def counts() -> list[int]:
        found = []
        for user, name in pages:
            client = signed_in(user)
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(name))
            found.append(len(queries))
        return found

    one = counts()
    with acting(cast.anna):
        for _number in range(3):
            hand_over(cast, make_active(cast), two.mona)
    assert counts() == one
