"""Signs found in the database, kept from night to night, and what is known of work elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from brobygger.accounts import tenancy
from brobygger.accounts.models import Team
from brobygger.audit.models import Event
from brobygger.controls.risks import reading, services
from brobygger.controls.risks.models import RiskSetting, RiskSign
from brobygger.grants.models import Grant
from brobygger.hours.models import Confirmation, Contact
from brobygger.mentorships.models import Mentorship
from brobygger.review.signs import Limits, SignKind
from tests.cast import Cast
from tests.factories import people
from tests.factories.invoices import hours, make_contact, receive, sample
from tests.factories.mentorships import make_active

ON = date(2026, 12, 20)
MONDAY = date(2026, 11, 9)
AT = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def mentorship(cast: Cast) -> Mentorship:
    return make_active(cast)


def hold(cast: Cast, mentorship: Mentorship, day: date, clock: str = "09:07", **fields: Any) -> Contact:
    """A contact of 47 minutes at a Danish clock time in the winter."""
    hour, minute = map(int, clock.split(":"))
    starts = datetime.combine(day, time(hour, minute), tzinfo=UTC) - timedelta(hours=1)
    minutes = fields.pop("minutes", 47)
    ends = starts + timedelta(minutes=minutes)
    return make_contact(cast, mentorship, minutes, day=day, starts_at=starts, ends_at=ends, **fields)


def answer(contact: Contact, reason: str = "", at: datetime = AT, **fields: Any) -> Confirmation:
    said = Confirmation.Answer.NO if reason else Confirmation.Answer.YES
    return Confirmation.objects.create(
        municipality=contact.municipality,
        contact=contact,
        answer=said,
        reason=reason,
        strength="SIGNED_IN",
        at=at,
        **fields,
    )


def run(cast: Cast, on: date = ON) -> int:
    return services.run_risks(cast.municipality, on)


@contextmanager
def elsewhere(cast: Cast) -> Iterator[Cast]:
    """The other municipality with people of its own, among them somebody who is Carla too."""
    with tenancy.acting(tenancy.system_actor(cast.other_municipality.pk), lifetime=3600):
        team = Team.objects.create(municipality=cast.other_municipality, name="Holdet")
        away = Cast(cast.other_municipality, cast.municipality, team, {"anna": cast.bo, "eva": cast.bo})
        company = people.make_organisation(away)
        away.__dict__.update(
            company=company,
            mentor=people.make_mentor(away, organisation=company),
            citizen=people.make_citizen(away),
        )
        yield away


def test_an_ordinary_mentorship_gives_no_sign(cast: Cast, mentorship: Mentorship) -> None:
    for week in range(5):
        answer(hold(cast, mentorship, MONDAY + timedelta(days=7 * week), f"09:{10 + 7 * week}"))
    assert run(cast) == 0
    assert RiskSign.objects.count() == 0
    assert Event.objects.filter(action="risks.run").latest("id").actor_name == services.JOB


def test_a_sign_is_kept_with_what_to_look_at(cast: Cast, mentorship: Mentorship) -> None:
    contact = hold(cast, mentorship, MONDAY)
    answer(contact, "Jeg har aldrig mødt hende.")
    assert run(cast) == 1
    sign = RiskSign.objects.get()
    assert (sign.kind, sign.mentorship, sign.evidence) == ("NEVER_MET", mentorship, [[contact.pk]])
    assert (sign.cases, sign.first_seen_on, sign.state) == ([mentorship.pk], ON, RiskSign.State.OPEN)


def test_the_same_night_twice_changes_nothing(cast: Cast, mentorship: Mentorship) -> None:
    answer(hold(cast, mentorship, MONDAY), "Jeg har aldrig mødt hende.")
    run(cast)
    before = RiskSign.objects.values().get()
    run(cast)
    assert RiskSign.objects.values().get() == before


def test_a_sign_that_is_no_longer_there_is_put_away_and_may_come_back(
    cast: Cast, mentorship: Mentorship
) -> None:
    answer(hold(cast, mentorship, MONDAY), "Jeg har aldrig mødt hende.")
    run(cast)
    run(cast, ON + timedelta(days=500))
    assert RiskSign.objects.get().gone_on == ON + timedelta(days=500)
    run(cast)
    assert RiskSign.objects.get().gone_on is None


def test_what_is_explained_stays_so_until_there_is_twice_as_much(cast: Cast, mentorship: Mentorship) -> None:
    answer(hold(cast, mentorship, MONDAY), "Jeg har aldrig mødt hende.")
    run(cast)
    services.explain(sign=RiskSign.objects.get(), explanation="Talte om en anden.", by=cast.tove, at=AT)
    run(cast)
    assert RiskSign.objects.get().state == RiskSign.State.EXPLAINED
    answer(hold(cast, mentorship, MONDAY + timedelta(days=1)), "Jeg kender ikke hende.")
    run(cast)
    sign = RiskSign.objects.get()
    assert (sign.state, sign.explanation) == (RiskSign.State.OPEN, "Talte om en anden.")


@pytest.mark.parametrize("state", [Contact.State.WITHDRAWN, Contact.State.SUPERSEDED, Contact.State.REJECTED])
def test_contacts_that_do_not_count_are_not_looked_at(
    cast: Cast, mentorship: Mentorship, state: Contact.State
) -> None:
    for day in range(3):
        for part in range(6):
            clock = f"{8 + 2 * part}:03"
            hold(cast, mentorship, MONDAY + timedelta(days=day), clock, minutes=117, state=state)
    assert run(cast) == 0
    Contact.objects.update(state=Contact.State.CONFIRMED)
    run(cast)
    assert "LONG_DAY" in RiskSign.objects.values_list("kind", flat=True)


def test_the_day_is_the_danish_day(cast: Cast, mentorship: Mentorship) -> None:
    contact = hold(cast, mentorship, MONDAY, "00:30")  # the evening before, in UTC
    window = reading.Window(cast.municipality.pk, MONDAY, MONDAY)
    [meeting] = reading._rows(reading.MEETINGS, window, reading.Meeting)
    assert (meeting.id, meeting.day, meeting.minute) == (contact.pk, MONDAY.toordinal(), 30)


def test_a_limit_of_ones_own_holds_from_its_day(cast: Cast, mentorship: Mentorship) -> None:
    for day in range(3):
        for part in range(6):
            hold(cast, mentorship, MONDAY + timedelta(days=day), f"{8 + 2 * part}:03", minutes=117)
    services.set_limit(
        name="day_minutes", value=900, valid_from=ON, reason="Vi har døgnmentorer.", by=cast.eva, at=AT
    )
    run(cast, ON - timedelta(days=1))
    assert RiskSign.objects.get(kind="LONG_DAY").gone_on is None
    run(cast)
    assert RiskSign.objects.get(kind="LONG_DAY").gone_on == ON


def test_a_limit_cannot_be_rewritten(cast: Cast) -> None:
    services.set_limit(name="day_minutes", value=900, valid_from=ON, reason="Vi prøver.", by=cast.eva, at=AT)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        RiskSetting.objects.update(value=1)


# Elsewhere


def test_meetings_elsewhere_at_the_same_time_are_a_sign_here(cast: Cast, mentorship: Mentorship) -> None:
    own = [hold(cast, mentorship, MONDAY + timedelta(days=day)) for day in range(4)]
    with elsewhere(cast) as away:
        other = make_active(away)
        for day in range(3):
            hold(away, other, MONDAY + timedelta(days=day), "09:20")
    run(cast)
    sign = RiskSign.objects.get(kind=SignKind.OVERLAP.value)
    assert (sign.mentor, sign.count) == (cast.mentor, 3)
    assert sign.evidence == [[contact.pk] for contact in own[:3]]
    assert sign.cases == [mentorship.pk]


@pytest.mark.parametrize(
    "other_person",
    [
        {"name": "Clara Clausen"},
        {"email": "en.anden@example.org", "phone": "+4511223344"},
        {"email": "", "phone": ""},
    ],
)
def test_somebody_else_elsewhere_is_no_sign(
    cast: Cast, mentorship: Mentorship, other_person: dict[str, str]
) -> None:
    for day in range(4):
        hold(cast, mentorship, MONDAY + timedelta(days=day))
    with elsewhere(cast) as away:
        away.mentor.__class__.objects.filter(pk=away.mentor.pk).update(**other_person)
        other = make_active(away)
        for day in range(4):
            hold(away, other, MONDAY + timedelta(days=day))
    assert run(cast) == 0


def test_hours_here_and_elsewhere_make_an_impossible_day(cast: Cast, mentorship: Mentorship) -> None:
    for day in range(2):
        for part in range(3):
            hold(cast, mentorship, MONDAY + timedelta(days=day), f"{6 + 3 * part}:00", minutes=130 + part)
    with elsewhere(cast) as away:
        other = make_active(away)
        for day in range(2):
            for part in range(3):
                hold(away, other, MONDAY + timedelta(days=day), f"{15 + 3 * part}:00", minutes=130)
    run(cast)
    assert RiskSign.objects.get(kind="LONG_DAY").mentor == cast.mentor


def test_only_own_contacts_come_out_of_the_question(cast: Cast, mentorship: Mentorship) -> None:
    """Whatever is asked, nothing of the other municipality's rows is in the answer, and others may not ask."""
    own = hold(cast, mentorship, MONDAY)
    with elsewhere(cast) as away:
        other = hold(away, make_active(away), MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("select contact_id, is_overlap from sec.own_clashes('2020-01-01', '2030-01-01')")
        assert cursor.fetchall() == [(own.pk, True)]
        cursor.execute("select count(*) from hours_contact where id = %s", [other.pk])
        assert cursor.fetchone() == (0,)
    with tenancy.acting(tenancy.actor_of(cast.carla), lifetime=3600), connection.cursor() as cursor:
        cursor.execute("select * from sec.own_clashes('2020-01-01', '2030-01-01')")
        assert cursor.fetchall() == []


# Invoices


def test_the_account_is_read_from_the_invoice_and_kept_as_a_hash_only(
    cast: Cast, mentorship: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(cast, hours(mentorship))
    receive(
        cast,
        hours(mentorship),
        number="F-2",
        supplier=sample(cast).supplier.__class__("En anden", "10000009"),
    )
    accounts = iter(["1234 0001112223", "1234-0001112223"])
    monkeypatch.setattr(reading, "_accounts_in", lambda content: [next(accounts)])
    run(cast)
    sign = RiskSign.objects.get(kind="SHARED_ACCOUNT")
    assert sign.count == 2 and "0001112223" not in sign.key


@pytest.mark.parametrize("device", ["", "f" * 16 + "0" * 16], ids=["unknown", "negative as a number"])
def test_confirmations_from_one_device_are_seen_and_the_device_stays_unknown(cast: Cast, device: str) -> None:
    cases = [make_active(cast, citizen=people.make_citizen(cast, name=f"Borger {n}")) for n in range(3)]
    for week in range(6):
        for place, case in enumerate(cases):
            contact = hold(cast, case, MONDAY + timedelta(days=7 * week), f"{9 + 2 * place:02}:0{week}")
            answer(contact, at=AT - timedelta(days=7 * week, hours=place), device_hash=device)
    run(cast)
    if not device:
        assert not RiskSign.objects.filter(kind="SHARED_DEVICE").exists()
        return
    sign = RiskSign.objects.get(kind="SHARED_DEVICE")
    assert (sign.count, sign.out_of, sign.limit) == (18, 18, 3) and sign.mentor == cast.mentor
    assert set(sign.cases) == {case.pk for case in cases} and device[:16] not in str(sign.evidence) + sign.key


def test_nemkonto_is_everyones(monkeypatch: pytest.MonkeyPatch) -> None:
    class Read:
        payment_account = "NemKonto; 1234 56"

    monkeypatch.setattr(reading.einvoice, "read", lambda data: Read)
    assert reading._accounts_in(b"") == ["1234 56"]


def test_an_invoice_counts_what_was_held_until_it_was_written(cast: Cast, mentorship: Mentorship) -> None:
    for day in (3, 10, 29):
        hold(cast, mentorship, date(2026, 11, day), minutes=60)
    receive(cast, hours(mentorship, 180), issued_on=date(2026, 11, 15), due_on=date(2026, 12, 15))
    window = reading.Window(cast.municipality.pk, date(2026, 1, 1), ON)
    [billed] = reading._rows(reading.BILLS, window, reading.Billed)
    assert (billed.claimed, billed.held, billed.case) == (180, 120, mentorship.pk)


def test_the_weeks_of_a_plan_follow_one_another(cast: Cast, mentorship: Mentorship) -> None:
    Grant.objects.update(
        plan=[{"weeks": "2", "minutes_per_week": 300}, {"weeks": "11", "minutes_per_week": 60}],
        minutes=F("minutes"),
    )
    plans = reading._plans(reading.Window(cast.municipality.pk, date(2026, 1, 1), ON))
    first = date(2026, 11, 2).toordinal()
    assert [plans.week(mentorship.pk, first + 7 * week) for week in (0, 1, 2, 12, 13)] == [
        300,
        300,
        60,
        60,
        0,
    ]


def test_mentors_with_answers_only_and_with_meetings_only_are_both_seen() -> None:
    meetings = iter([(1, ["m1"]), (3, ["m3"])])
    answers = iter([(2, ["a2"]), (3, ["a3"])])
    sides = list(reading._side_by_side(meetings, answers))  # type: ignore[arg-type]
    assert sides == [(1, ["m1"], []), (2, [], ["a2"]), (3, ["m3"], ["a3"])]


def test_the_product_has_limits_without_a_municipality_setting_any() -> None:
    assert Limits().window_days == 365
