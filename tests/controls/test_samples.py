"""Drawing a sample, asking and reminding, and what is answered, found, replied and concluded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.audit.models import Event
from brobygger.controls.models import ControlFailure
from brobygger.controls.samples import selectors, services
from brobygger.controls.samples.models import Party, Sample, SampleCase, Strata
from brobygger.controls.samples.selectors import Population
from brobygger.controls.samples.services import Plan
from brobygger.mentorships.models import Mentorship
from brobygger.notices.models import OutgoingMessage
from tests.cast import Cast, make_cast
from tests.factories.invoices import hours, make_contact, pay, receive
from tests.factories.mentorships import make_active, make_mentorship

Acting = Callable[[User | None], AbstractContextManager[None]]
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
DEADLINE = date(2026, 12, 14)
PLAN = Plan(
    name="Efterår",
    population=Population(date(2026, 1, 1), ON),
    strata=Strata.TEAM.value,
    is_weighted=True,
    size=5,
    protocol="Er støtten givet?",
)


def drawn(cast: Cast, **changes: Any) -> Sample:
    return services.draw_sample(plan=replace(PLAN, **changes), by=cast.tove, at=AT, on=ON, seed="frø")


def only_case(cast: Cast, **changes: Any) -> SampleCase:
    return SampleCase.objects.get(sample=drawn(cast, **changes))


def answer(case: SampleCase, by: User, *, yes: bool = True, **changes: Any) -> None:
    said: dict[str, Any] = {
        "was_delivered": yes,
        "strength": "TELEPHONE",
        "answer": "" if yes else "Vi mødtes aldrig.",
        "version": case.version,
        **changes,
    }
    services.note_answer(case=case, **said, by=by, at=AT)


def find(case: SampleCase, by: User, **changes: Any) -> None:
    said: dict[str, Any] = {
        "finding": "Intet at bemærke.",
        "clawback": False,
        "kroner": None,
        "version": case.version,
        **changes,
    }
    services.write_finding(case=case, **said, by=by, at=AT)


def actions() -> list[str]:
    found = Event.objects.filter(action__startswith="sample").order_by("id")
    return list(found.values_list("action", flat=True))


# Drawing


def test_a_drawing_keeps_what_it_was_drawn_from_and_asks_the_citizen(
    cast: Cast, mentorship: Mentorship
) -> None:
    make_mentorship(cast)  # granted and not begun: cannot be drawn
    sample = drawn(cast)
    case = SampleCase.objects.get(sample=sample)
    assert sample.frame == [[mentorship.code, "Team Ung", 1.0]] and sample.deadline == DEADLINE
    assert (case.mentorship, case.party, case.inclusion) == (mentorship, Party.CITIZEN, 1.0)
    message = OutgoingMessage.objects.get()
    assert (message.channel, message.address) == ("DIGITAL_POST", str(cast.citizen.public_id))
    assert "14. dec. 2026" in message.body
    for word in (cast.citizen.name, cast.mentor.name, mentorship.code):
        assert word not in message.body + message.subject
    event = Event.objects.get(action="sample.drawn")
    assert event.detail["seed"] == "frø" and event.detail["frame_sha256"] == selectors.seal_of(sample.frame)


def test_it_is_drawn_again_the_same_and_a_changed_case_shows(cast: Cast) -> None:
    for _number in range(12):
        make_active(cast)
    sample = drawn(cast, size=4)
    assert SampleCase.objects.filter(sample=sample).count() == 4
    make_active(cast)  # what comes later does not move the drawing
    assert selectors.is_redrawn_the_same(sample)
    # The control: another case in the place of a drawn one is found.
    kept = set(SampleCase.objects.filter(sample=sample).values_list("mentorship_id", flat=True))
    other = Mentorship.objects.exclude(pk__in=kept).first()
    SampleCase.objects.filter(pk=SampleCase.objects.filter(sample=sample).values("pk")[:1]).update(
        mentorship=other
    )
    assert not selectors.is_redrawn_the_same(sample)


def test_without_a_seed_one_is_made(cast: Cast, mentorship: Mentorship) -> None:
    seeds = {services.draw_sample(plan=PLAN, by=cast.tove, at=AT, on=ON).seed for _number in range(2)}
    assert len(seeds) == 2 and all(len(seed) == 32 for seed in seeds)


def test_failures_and_signs_weigh_and_even_drawing_does_not_ask_them(
    cast: Cast, mentorship: Mentorship
) -> None:
    for question in ("K01", "K02"):
        ControlFailure.objects.create(
            municipality=cast.municipality, mentorship=mentorship, question=question, sentence="x", remedy="y", since=ON
        )  # fmt: skip
    (weighted,) = selectors.candidates(cast.tove, PLAN.population, Strata.NONE, is_weighted=True)
    (even,) = selectors.candidates(cast.tove, PLAN.population, Strata.NONE, is_weighted=False)
    assert (weighted.weight, even.weight, even.stratum) == (3.0, 1.0, "")


@pytest.mark.parametrize("strata", Strata)
def test_every_way_of_dividing_names_its_parts(cast: Cast, mentorship: Mentorship, strata: Strata) -> None:
    (found,) = selectors.candidates(cast.tove, PLAN.population, strata, is_weighted=False)
    assert bool(found.stratum) is (strata is not Strata.NONE) and "_" not in found.stratum


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"protocol": ""}, "protocol"),
        ({"size": 0}, "size"),
        ({"size": 501}, "size"),
        ({"days": 6}, "days"),
        ({"population": Population(ON, ON - timedelta(days=1))}, "last"),
        ({"population": Population(date(2020, 1, 1), date(2020, 2, 1))}, "first"),
    ],
)
def test_a_plan_that_makes_no_sense_leaves_nothing(
    cast: Cast, mentorship: Mentorship, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        drawn(cast, **changes)
    assert refused.value.field == field
    assert not Sample.objects.exists() and not OutgoingMessage.objects.exists() and actions() == []


def test_a_population_that_changed_since_it_was_shown_is_shown_again(
    cast: Cast, mentorship: Mentorship
) -> None:
    with pytest.raises(Conflict):
        services.draw_sample(plan=PLAN, by=cast.tove, at=AT, on=ON, seen=7)
    assert not Sample.objects.exists()


def test_who_may_draw(cast: Cast, mentorship: Mentorship) -> None:
    services.draw_sample(plan=PLAN, by=cast.eva, at=AT, on=ON)
    for user in (cast.anna, cast.finn, cast.adam, cast.david):
        with pytest.raises(NotAllowed):
            services.draw_sample(plan=PLAN, by=user, at=AT, on=ON)


def test_a_drawn_sample_cannot_be_rewritten(cast: Cast, mentorship: Mentorship) -> None:
    sample = drawn(cast)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(seed="andet")


def test_nobody_outside_the_municipality_and_its_staff_sees_a_sample(
    cast: Cast, mentorship: Mentorship, acting: Acting
) -> None:
    drawn(cast)
    for user in (cast.bo, cast.carla, cast.david, cast.signe):
        with acting(user):
            assert not Sample.objects.exists() and not SampleCase.objects.exists()


@pytest.mark.parametrize(("party", "reached"), [(Party.MENTOR, "MENTOR"), (Party.COMPANY, "COMPANY")])
def test_mentor_or_company_is_asked_where_it_can_be_reached(
    cast: Cast, mentorship: Mentorship, party: Party, reached: str
) -> None:
    cast.mentor.email = "mentor@example.org"  # type: ignore[attr-defined]
    cast.mentor.save()
    cast.company.contact_email = "firma@example.org"  # type: ignore[attr-defined]
    cast.company.save()
    case = only_case(cast, party=party.value)
    message = OutgoingMessage.objects.get()
    assert case.party == reached and message.channel == "EMAIL"
    assert message.recipient == str(party.label) and message.address.endswith("@example.org")


def test_without_the_party_the_citizen_is_asked_and_on_paper_when_exempt(cast: Cast) -> None:
    make_active(cast, organisation=None)
    cast.citizen.is_exempt_from_digital_post = True  # type: ignore[attr-defined]
    cast.citizen.save()
    assert only_case(cast, party="COMPANY").party == Party.CITIZEN
    assert OutgoingMessage.objects.get().channel == "PAPER"


# Reminders


def test_reminders_go_at_half_time_and_at_the_deadline_once_each(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    sent = [
        services.remind(municipality=cast.municipality, on=ON + timedelta(days=days))
        for days in (0, 9, 10, 11, 20, 21, 40)
    ]
    assert sent == [0, 0, 1, 0, 0, 1, 0]
    case.refresh_from_db()
    assert case.reminders == 2 and OutgoingMessage.objects.count() == 3
    assert actions().count("sample_case.reminded") == 2


def test_the_worker_reminds_by_day_only(
    cast: Cast, mentorship: Mentorship, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(cast)
    # The owner's role sees no row of an unfinished transaction; which municipality waits is told here instead.
    monkeypatch.setattr(selectors, "municipality_to_remind", lambda on: cast.municipality)
    assert services.remind_next(at=datetime(2026, 12, 14, 6, 0, tzinfo=UTC)) == 0
    assert services.remind_next(at=datetime(2026, 12, 14, 8, 0, tzinfo=UTC)) == 1


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_owner_finds_what_is_due_and_two_workers_remind_once() -> None:
    with transaction.atomic():
        cast = make_cast()
        make_active(cast)
        drawn(cast)
    assert selectors.municipality_to_remind(date(2026, 12, 2)) is None
    assert selectors.municipality_to_remind(date(2026, 12, 3)) == cast.municipality

    def work() -> int:
        try:
            return services.remind(municipality=cast.municipality, on=DEADLINE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = [each.result() for each in [pool.submit(work) for _number in range(2)]]
    assert sorted(sent) == [0, 1]
    assert selectors.municipality_to_remind(DEADLINE) is None


def test_who_has_answered_is_not_reminded(cast: Cast, mentorship: Mentorship) -> None:
    answer(only_case(cast), cast.tove)
    assert services.remind(municipality=cast.municipality, on=DEADLINE) == 0
    assert OutgoingMessage.objects.count() == 1


def test_the_work_list_asks_from_half_time_on(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)

    def asks(user: User, on: date) -> list[tuple[str, str]]:
        return [(row.kind, row.scope) for row in selectors.needs_attention(user, on)]

    assert asks(cast.tove, ON) == []
    assert asks(cast.tove, date(2026, 12, 3)) == [("sample_waiting", "mine")]
    assert asks(cast.eva, date(2026, 12, 15)) == [("sample_overdue", "team")]
    assert asks(cast.anna, date(2026, 12, 15)) == []
    answer(case, cast.tove, yes=False)
    assert asks(cast.tove, ON) == [("sample_objected", "mine")]
    find(case, cast.tove)
    assert asks(cast.tove, DEADLINE) == []


# Answer, finding, reply, conclusion


def test_from_answer_to_conclusion(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    answer(case, cast.tove)
    find(case, cast.tove)
    services.close(case=case, version=case.version, by=cast.tove, at=AT, on=ON)
    assert case.state == SampleCase.State.CLOSED and case.closed_by == cast.tove
    assert actions() == ["sample.drawn", "sample_case.answered", "sample_case.found", "sample_case.closed"]
    with pytest.raises(Conflict):
        find(case, cast.tove, finding="Alligevel.")


def test_a_no_needs_words(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    with pytest.raises(Refused) as refused:
        answer(case, cast.tove, yes=False, answer=" ")
    assert refused.value.field == "answer"
    case.refresh_from_db()
    assert case.state == SampleCase.State.AWAITING and actions() == ["sample.drawn"]


def test_who_was_quicker_is_not_overwritten(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    late = SampleCase.objects.get(pk=case.pk)
    find(case, cast.tove, finding="Først.")
    with pytest.raises(Conflict):
        find(late, cast.tove, finding="Sidst.")
    case.refresh_from_db()
    assert case.finding == "Først." and actions().count("sample_case.found") == 1


def test_nobody_judges_what_they_have_decided_themselves(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)  # Eva made the decision
    with pytest.raises(Refused, match="har afgjort det"):
        find(case, cast.eva)
    find(case, cast.tove)
    answer(case, cast.eva)
    with pytest.raises(Refused, match="har afgjort det"):
        services.close(case=case, version=case.version, by=cast.eva, at=AT, on=ON)


def test_money_is_claimed_back_up_to_what_was_paid_and_after_a_reply(
    cast: Cast, mentorship: Mentorship
) -> None:
    make_contact(cast, mentorship)
    invoice = receive(cast, hours(mentorship))
    pay(cast, invoice)
    paid = selectors.paid_kroner(mentorship)
    assert paid >= Decimal(250)
    case = only_case(cast)
    answer(case, cast.tove, yes=False)
    for kroner, field in ((None, "kroner"), (paid + 1, "kroner")):
        with pytest.raises(Refused) as refused:
            find(case, cast.tove, clawback=True, kroner=kroner)
        assert refused.value.field == field
    find(case, cast.tove, finding="Timen er ikke givet.", clawback=True, kroner=paid)
    with pytest.raises(Refused, match="før penge kan kræves tilbage"):
        services.close(case=case, version=case.version, by=cast.tove, at=AT, on=ON)
    with pytest.raises(Refused, match="ikke også svare"):
        services.write_reply(case=case, reply="Enig.", version=case.version, by=cast.tove, at=AT)
    services.write_reply(case=case, reply="Enig.", version=case.version, by=cast.eva, at=AT)
    services.close(case=case, version=case.version, by=cast.tove, at=AT, on=ON)
    closed = Event.objects.get(action="sample_case.closed")
    assert closed.detail["clawback"] is True and Decimal(closed.detail["kroner"]) == paid


def test_a_new_finding_asks_for_a_new_reply(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    find(case, cast.tove)
    services.write_reply(case=case, reply="Enig.", version=case.version, by=cast.eva, at=AT)
    find(case, cast.tove, finding="Andet.")
    assert case.replied_at is None and case.reply == ""


def test_without_an_answer_the_case_waits_until_the_deadline(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    find(case, cast.tove, finding="Intet svar.")
    with pytest.raises(Refused, match="Vent på svaret"):
        services.close(case=case, version=case.version, by=cast.tove, at=AT, on=DEADLINE)
    services.close(case=case, version=case.version, by=cast.tove, at=AT, on=DEADLINE + timedelta(days=1))


def test_only_those_who_draw_write(cast: Cast, mentorship: Mentorship) -> None:
    case = only_case(cast)
    for user in (cast.anna, cast.adam, cast.finn):
        with pytest.raises(NotAllowed):
            answer(case, user)
        with pytest.raises(NotAllowed):
            find(case, user)
