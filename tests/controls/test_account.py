"""The account a grant is booked on: written when it is decided or first paid, and held against the law each night."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from brobygger.accounts.errors import Refused
from brobygger.controls.selectors import cases as facts
from brobygger.grants.models import Grant
from brobygger.law.finding import Outcome
from brobygger.mentorships.models import Mentorship
from brobygger.review.questions import review
from brobygger.rulebook import selectors as numbers
from brobygger.rulebook import services as rulebook
from brobygger.rulebook.services import Reference
from tests.cast import Cast
from tests.controls.conftest import ON
from tests.factories.invoices import hours, make_contact, pay, receive
from tests.factories.mentorships import make_grant
from tests.grants import cases

INSURED, OWN = "5.68.90.018", "5.68.90.012"
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def record_account(cast: Cast, value: str) -> None:
    rulebook.add_parameter(
        parameter="P19.others", valid_from=date(2026, 1, 1), value=value, source=Reference("Kommunens kontoplan"),
        note="", by=cast.adam, at=AT,
    )  # fmt: skip


def answer(cast: Cast, mentorship: Mentorship) -> Outcome | None:
    """What K22 says of the case, once something has been paid."""
    found = review(facts.facts_of(mentorship, ON), ON, numbers.numbers_of(cast.tove))
    return next((each.outcome for each in found if each.question_id == "K22"), None)


def paid(mentorship: Mentorship, account: str = "") -> Mentorship:
    Grant.objects.filter(mentorship=mentorship).update(paid_kroner=Decimal(250), account=account)
    return mentorship


@pytest.mark.parametrize(("group", "account"), [("6.1", INSURED), ("6.3", "")])
def test_a_grant_is_booked_on_the_account_that_is_known(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, group: str, account: str
) -> None:
    need = cases.need
    monkeypatch.setattr(cases, "need", lambda cast: need(cast, target_group=group))
    application = cases.granted(cast)
    assert Grant.objects.get(mentorship=application.mentorship).account == account


def test_a_grant_is_booked_on_the_account_the_municipality_has_recorded(cast: Cast) -> None:
    record_account(cast, f"6.2: 5.68.90.099; 6.3: {OWN}")
    assert Grant.objects.get(mentorship=cases.granted(cast).mentorship).account == OWN


def test_what_is_no_account_is_not_recorded(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        record_account(cast, "hovedkonto fem")
    assert refused.value.field == "value"


def test_an_account_recorded_later_is_written_when_the_first_line_is_paid(
    cast: Cast, mentorship: Mentorship
) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(target_group="6.3")
    make_contact(cast, mentorship)
    invoice = receive(cast, hours(mentorship))
    record_account(cast, OWN)
    assert pay(cast, invoice).paid == 1
    assert Grant.objects.get(mentorship=mentorship).account == OWN
    assert answer(cast, mentorship) is Outcome.SATISFIED


def test_an_account_that_was_written_is_not_moved_by_a_payment(cast: Cast, mentorship: Mentorship) -> None:
    Grant.objects.update(account="5.68.90.077")
    make_contact(cast, mentorship)
    invoice = receive(cast, hours(mentorship))
    record_account(cast, OWN)
    pay(cast, invoice)
    assert Grant.objects.get(mentorship=mentorship).account == "5.68.90.077"


def test_the_question_says_yes_no_or_that_it_cannot_tell(cast: Cast, mentorship: Mentorship) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(target_group="6.1")
    told = [answer(cast, paid(mentorship, account)) for account in (INSURED, "5.68.98.019", "6.45.53", "")]
    wrong = Outcome.NOT_SATISFIED
    assert told == [Outcome.SATISFIED, wrong, wrong, Outcome.CANNOT_TELL]
    Mentorship.objects.filter(pk=mentorship.pk).update(target_group="6.3")
    assert answer(cast, paid(mentorship, OWN)) is Outcome.CANNOT_TELL
    record_account(cast, OWN)
    assert answer(cast, paid(mentorship, OWN)) is Outcome.SATISFIED
    assert answer(cast, paid(mentorship, INSURED)) is wrong


def test_two_grants_on_different_accounts_are_both_told(cast: Cast, mentorship: Mentorship) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(target_group="6.1")
    paid(mentorship, INSURED)
    make_grant(cast, mentorship, account="5.68.90.099", paid_kroner=Decimal(1))
    assert facts.facts_of(mentorship, ON).account == f"{INSURED} og 5.68.90.099"
    assert answer(cast, mentorship) is Outcome.NOT_SATISFIED
    Grant.objects.filter(account="5.68.90.099").update(account="")
    assert facts.facts_of(mentorship, ON).account == INSURED
