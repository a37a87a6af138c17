"""Two clerks at once, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from brobygger.accounts import tenancy
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.grants.models import Grant
from brobygger.hours.models import Contact
from brobygger.mentorships.models import Mentorship
from brobygger.payments import services
from brobygger.payments.models import Cover, Invoice, InvoiceLine, LedgerFile, Payment
from tests.cast import Cast, make_cast
from tests.factories.invoices import RECEIVED, file_of, hours, make_contact, receive, versions_of
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen

pytestmark = [
    pytest.mark.concurrent,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
State = InvoiceLine.State


def _set_up(*minutes: int) -> tuple[Cast, Mentorship]:
    with transaction.atomic():
        cast = make_cast()
        mentorship = make_active(cast)
        for place, length in enumerate(minutes, start=3):
            make_contact(cast, mentorship, length, day=date(2026, 11, place))
        return cast, mentorship


def _both(*acts: tuple[User, Callable[[], object]]) -> list[object]:
    """Runs the acts at once, each as its user in a transaction of its own; what each gave or was refused with."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, user: User, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            with transaction.atomic():
                tenancy.set_context(tenancy.actor_of(user), lifetime=3600)
                results[place] = act()
        except Refused as refusal:
            results[place] = refusal
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, *act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def _kinds(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def _pay(invoice: Invoice, versions: dict[object, int], user: User) -> tuple[User, Callable[[], object]]:
    return user, lambda: services.pay(invoice=invoice, versions=versions, by=user, at=RECEIVED)


@pytest.mark.parametrize("_round", range(3))
def test_two_clerks_pay_the_same_lines(_round: int) -> None:
    cast, mentorship = _set_up(60, 60)
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        invoice = receive(cast, hours(mentorship, 60), hours(mentorship, 60))
        versions = versions_of(invoice)
    results = _both(_pay(invoice, versions, cast.finn), _pay(invoice, versions, cast.frida))
    assert _kinds(results) == ["Conflict", "Settled"]
    assert "En anden var først" in next(each.message for each in results if isinstance(each, Conflict))
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        assert Payment.objects.count() == 2
        assert Grant.objects.get().paid_kroner == 500
        assert [each.paid_minutes for each in Contact.objects.all()] == [60, 60]


@pytest.mark.parametrize("_round", range(3))
def test_the_same_hour_on_two_invoices_is_paid_once(_round: int) -> None:
    cast, mentorship = _set_up(60)
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        one, two = receive(cast, hours(mentorship)), receive(cast, hours(mentorship), number="F-2")
        first, second = versions_of(one), versions_of(two)
        assert len(first) == len(second) == 1, "Both look payable until one of them is paid."
    results = _both(_pay(one, first, cast.finn), _pay(two, second, cast.frida))
    assert _kinds(results) == ["Settled", "Settled"]
    assert sorted(each.paid for each in results if isinstance(each, services.Settled)) == [0, 1]
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        states = sorted(InvoiceLine.objects.values_list("state", "reason_code"))
        assert states == [(State.PAID, "COVERED"), (State.REFUSED, "ALREADY_PAID")]
        assert (Payment.objects.count(), Cover.objects.count(), Contact.objects.get().paid_minutes) == (
            1,
            1,
            60,
        )
        assert Grant.objects.get().paid_kroner == 250


def test_two_invoices_over_the_same_two_cases_do_not_wait_for_each_other() -> None:
    """The lines come in opposite order; whoever is second waits and then goes on."""
    with transaction.atomic():
        cast = make_cast()
        cases = [make_active(cast), make_active(cast, citizen=make_citizen(cast))]
        for place, case in enumerate(cases):
            for day in (3, 4):
                make_contact(cast, case, 60, day=date(2026, 11, day), hour=9 + 3 * place)
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        one = receive(cast, *(hours(case) for case in cases))
        two = receive(cast, *(hours(case) for case in reversed(cases)), number="F-2")
        first, second = versions_of(one), versions_of(two)
    results = _both(_pay(one, first, cast.finn), _pay(two, second, cast.frida))
    assert [getattr(each, "paid", each) for each in results] == [2, 2]
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        assert set(Grant.objects.values_list("paid_kroner", flat=True)) == {Decimal(500)}


@pytest.mark.parametrize("_round", range(3))
def test_the_same_invoice_is_received_once(_round: int) -> None:
    cast, mentorship = _set_up(60)
    data = file_of(cast, hours(mentorship))
    results = _both(
        *(
            (user, lambda user=user: services.receive(data=data, by=user, at=RECEIVED))
            for user in (cast.finn, cast.frida)
        )  # type: ignore[misc]
    )
    assert _kinds(results) == ["Invoice", "Refused"]
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        assert (Invoice.objects.count(), InvoiceLine.objects.count()) == (1, 1)


def test_a_payment_goes_into_one_ledger_file() -> None:
    cast, mentorship = _set_up(60)
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        invoice = receive(cast, hours(mentorship))
        services.pay(invoice=invoice, versions=versions_of(invoice), by=cast.finn, at=RECEIVED)
    results = _both(
        (cast.finn, lambda: services.make_ledger_file(by=cast.finn, at=RECEIVED)),
        (cast.frida, lambda: services.make_ledger_file(by=cast.frida, at=RECEIVED)),
    )
    assert _kinds(results) == ["LedgerFile", "Refused"]
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        assert LedgerFile.objects.count() == 1


def test_a_dispute_and_a_payment_at_once_never_both_win() -> None:
    from brobygger.hours import services as hour_services

    cast, mentorship = _set_up(60)
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        invoice = receive(cast, hours(mentorship))
        versions = versions_of(invoice)
        contact = Contact.objects.select_related("mentorship__consultant", "mentor").get()
    results = _both(
        _pay(invoice, versions, cast.finn),
        (
            cast.david,
            lambda: hour_services.dispute(
                contact=contact, reason="Vi mødtes ikke.", by=cast.david, at=RECEIVED
            ),
        ),
    )
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        contact.refresh_from_db()
        is_paid = Payment.objects.exists()
        assert is_paid == (contact.paid_minutes == 60) == (contact.state == Contact.State.CONFIRMED), results
