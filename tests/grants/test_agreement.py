"""Nothing starts without a whole agreement that all parties have said yes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.permissions import NotAllowed
from brobygger.grants import events
from brobygger.grants.letters.agreement import facts_of
from brobygger.grants.models import Agreement, AgreementParty
from brobygger.grants.services import agree, use
from brobygger.law.agreement import missing_contents
from brobygger.mentorships.models import Document, Mentorship, Status
from tests.cast import Cast
from tests.grants import cases

PAPER, SIGNED_IN = AgreementParty.Strength.PAPER, AgreementParty.Strength.SIGNED_IN


@pytest.fixture
def started() -> Iterator[list[tuple[str, date]]]:
    seen: list[tuple[str, date]] = []

    def react(mentorship: Mentorship, on: date, *_rest: object) -> None:
        seen.append((mentorship.code, on))

    events.when_started.append(react)
    yield seen
    events.when_started.remove(react)


def test_the_agreement_holds_every_item_and_is_kept_as_pdf(cast: Cast) -> None:
    cases.granted(cast)
    agreement = Agreement.objects.get()
    assert missing_contents(facts_of(agreement.content, is_written=True)) == ()
    assert Document.objects.filter(kind="AGREEMENT").count() == 1


def test_the_last_yes_starts_the_mentorship_and_tells_others_once(
    cast: Cast, started: list[tuple[str, date]]
) -> None:
    application = cases.granted(cast)
    for party in ("CITIZEN", "MENTOR"):
        agree.accept_on_paper(party=cases.party_of(application, party), by=cast.anna, at=cases.AT)
    mentorship = Mentorship.objects.get()
    assert mentorship.status == Status.GRANTED
    assert use.grant_on(mentorship, cases.STARTS) is None

    agree.accept_on_paper(party=cases.party_of(application, "COMPANY"), by=cast.anna, at=cases.AT)
    mentorship.refresh_from_db()
    assert mentorship.status == Status.ACTIVE
    assert use.grant_on(mentorship, cases.STARTS) is not None
    assert started == [(mentorship.code, cases.ON)]
    assert cases.actions().count("agreement.completed") == 1


def test_signed_in_one_answers_only_for_oneself(cast: Cast) -> None:
    application = cases.granted(cast)
    citizen = cases.party_of(application, "CITIZEN")
    for stranger in (cast.carla, cast.signe, cast.anna, None):
        with pytest.raises(NotAllowed):
            agree.accept(party=citizen, strength=SIGNED_IN, by=stranger, at=cases.AT)
    agree.accept(party=citizen, strength=SIGNED_IN, by=cast.david, at=cases.AT)
    assert AgreementParty.objects.get(party="CITIZEN").accepted_at == cases.AT


def test_the_citizens_own_yes_can_be_the_one_that_starts(cast: Cast, acting: object) -> None:
    application = cases.granted(cast)
    for party in ("MENTOR", "COMPANY"):
        agree.accept_on_paper(party=cases.party_of(application, party), by=cast.anna, at=cases.AT)
    with acting(cast.david):  # type: ignore[operator]
        party = cases.party_of(application, "CITIZEN")
        agree.accept(party=party, strength=SIGNED_IN, by=cast.david, at=cases.AT)
    assert Mentorship.objects.get().status == Status.ACTIVE


def test_an_answer_counts_once(cast: Cast) -> None:
    application = cases.granted(cast)
    party = cases.party_of(application, "CITIZEN")
    agree.accept(party=party, strength=PAPER, by=cast.anna, at=cases.AT)
    with pytest.raises(Conflict):
        agree.accept(party=cases.party_of(application, "CITIZEN"), strength=PAPER, by=cast.anna, at=cases.AT)
    with pytest.raises(Conflict):
        agree.decline(party=party, reason="Fortrudt", strength=PAPER, by=cast.anna, at=cases.AT)


def test_a_no_stops_the_start_tells_the_consultant_and_a_new_agreement_replaces_it(cast: Cast) -> None:
    application = cases.granted(cast)
    party = cases.party_of(application, "CITIZEN")
    with pytest.raises(Refused, match="Skriv, hvorfor"):
        agree.decline(party=party, reason=" ", by=cast.david, at=cases.AT)
    agree.decline(party=party, reason="Jeg kender ikke mentoren.", by=cast.david, at=cases.AT)
    for other in ("MENTOR", "COMPANY"):
        agree.accept_on_paper(party=cases.party_of(application, other), by=cast.anna, at=cases.AT)
    assert Mentorship.objects.get().status == Status.GRANTED
    assert [each for each in cases.messages() if each[1] == cast.anna.email]

    old = Agreement.objects.get()
    agree.send(grant=old.grant, by=cast.anna, at=cases.AT + timedelta(days=1))
    old.refresh_from_db()
    assert old.replaced_at is not None
    with pytest.raises(Conflict):
        agree.accept_on_paper(
            party=AgreementParty.objects.filter(agreement=old, party="COMPANY").get(),
            by=cast.anna,
            at=cases.AT,
        )
    cases.all_accept(cast, application)
    assert Mentorship.objects.get().status == Status.ACTIVE


def test_an_agreement_that_lacks_an_item_starts_nothing(cast: Cast) -> None:
    """The planted fault: the same answers on an agreement without tasks."""
    application = cases.granted(cast)
    agreement = Agreement.objects.get()
    agreement.content["items"]["tasks"] = []
    agreement.save()
    cases.all_accept(cast, application)
    assert Mentorship.objects.get().status == Status.GRANTED
    assert Agreement.objects.get().completed_at is None
    assert "agreement.start_blocked" in cases.actions()


def test_sending_again_kills_the_old_link(cast: Cast) -> None:
    application = cases.granted(cast)
    party = cases.party_of(application, "MENTOR")
    links_before = [each for each in cases.messages() if each[1] == cast.mentor.email]
    agree.resend(party=party, by=cast.anna, at=cases.AT + timedelta(days=3))
    links = [each for each in cases.messages() if each[1] == cast.mentor.email]
    assert len(links) == len(links_before) + 1
    assert "agreement.link_resent" in cases.actions()
    agree.accept_on_paper(party=party, by=cast.anna, at=cases.AT)
    with pytest.raises(Conflict):
        agree.resend(party=cases.party_of(application, "MENTOR"), by=cast.anna, at=cases.AT)


def test_only_case_workers_send_and_register_paper(cast: Cast) -> None:
    application = cases.granted(cast)
    party = cases.party_of(application, "MENTOR")
    for act in (agree.resend, agree.accept_on_paper):
        with pytest.raises(NotAllowed):
            act(party=party, by=cast.finn, at=cases.AT)


def test_before_the_first_agreement_no_day_can_be_used(cast: Cast) -> None:
    application = cases.granted(cast)
    cases.all_accept(cast, application, at=cases.AT + timedelta(days=20))
    mentorship = Mentorship.objects.get()
    assert use.grant_on(mentorship, date(2026, 12, 12)) is None
    assert use.grant_on(mentorship, date(2026, 12, 13)) is not None
    assert use.grant_on(mentorship, date(2027, 2, 8)) is not None
    assert use.grant_on(mentorship, date(2027, 2, 9)) is None
