"""A thousand orders of what can happen: no hour is lost, doubled or paid twice.

A telephone sends entries, sends them again, corrects and deletes; the citizen answers, staff settles and pays; the
month is handed in and the mentorship ends, whenever. Beside the database a slow and obvious account is kept by hand,
and the two are held together after every step.

The thousand are the paths of a tree: what two orders begin with alike is done once, in a savepoint, and each goes on
from there. Hypothesis draws some more that share nothing, and makes the shortest of one that fails.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from brobygger.accounts.errors import Refused
from brobygger.grants.models import Grant
from brobygger.hours import selectors, services
from brobygger.hours.models import Contact
from brobygger.hours.states import LIVE
from brobygger.mentorships.models import Mentorship, Status
from brobygger.values.period import Period
from tests.cast import Cast
from tests.factories.hours import NOW
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen
from tests.factories.phone import entry, receive

ORDERS = int(os.environ.get("ORDERS_OF_EVENTS", "60"))
"""Those that share nothing, by Hypothesis."""
WAYS_ON = (8, 2, 2, 2, 2, 2, 2, 2)
"""How many different steps follow each beginning of the tree: 1,024 orders of eight steps, made in 2,040 steps."""
STEPS = len(WAYS_ON)
SEED = 2026
NOVEMBER = Period.of_month(2026, 11)
LATER = NOW + timedelta(days=10)

CASES, PICKS = (0, 1), (0, 1, 2, 3, 4, 5)
DAYS = ("16.11.2026", "17.11.2026", "18.11.2026")
CLOCKS = ("8", "8.30", "9.15", "10")
LENGTHS = ("30", "60", "90")
KINDS = ("FACE_TO_FACE", "FACE_TO_FACE", "TELEPHONE", "MESSAGE", "NO_SHOW_CITIZEN")

days, clocks, lengths, kinds, picks = map(st.sampled_from, (DAYS, CLOCKS, LENGTHS, KINDS, PICKS))


@dataclass
class World:
    cast: Cast
    cases: list[Mentorship]


@dataclass
class Account:
    """What is known by hand of one contact: its minutes, whether they count, how many are paid."""

    minutes: int
    counts: bool = True
    is_agreed: bool = False
    paid: int = 0
    disputed: bool = False


class Orders(RuleBasedStateMachine):
    """One order of events, in a savepoint that is taken back at its end."""

    world: World
    count = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).count += 1
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.book: dict[uuid.UUID, Account] = {}
        self.sent: list[tuple[dict[str, Any], str]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- The telephone ---

    @rule(case=st.sampled_from(CASES), day=days, clock=clocks, length=lengths, kind=kinds)
    def registers(self, case: int, day: str, clock: str, length: str, kind: str) -> None:
        typed = entry(self.world.cases[case], day=day, clock=clock, length=length, kind=kind)
        if self._sends(typed) == "saved":
            self._enters(uuid.UUID(typed["id"]), 0 if kind == "NO_SHOW_CITIZEN" else int(length))

    @rule(day=days, clock=clocks, length=lengths)
    def registers_for_both(self, day: str, clock: str, length: str) -> None:
        both = [str(case.public_id) for case in self.world.cases]
        typed = entry(self.world.cases[0], others=both, day=day, clock=clock, length=length)
        if self._sends(typed) == "saved":
            for place, case in enumerate(self.world.cases):
                part = services.part_id(uuid.UUID(typed["id"]), case)
                self._enters(part, (int(length) + 1 - place) // 2)

    @precondition(lambda self: self.sent)
    @rule(pick=picks)
    def sends_again(self, pick: int) -> None:
        typed, result = self.sent[pick % len(self.sent)]
        if result == "saved":
            (answer,) = receive(self.world.cast, typed, at=LATER)
            target = self.book.get(uuid.UUID(typed["target"])) if typed.get("target") else None
            assert answer.result in ("known", "conflict"), (answer, target)
            assert answer.result == "known" or typed["act"] != "register", answer

    @precondition(lambda self: self.book)
    @rule(pick=picks, clock=clocks, length=lengths)
    def corrects(self, pick: int, clock: str, length: str) -> None:
        contact = self._picked(pick)
        typed = entry(
            contact.mentorship,
            act="correct",
            target=str(contact.public_id),
            clock=clock,
            length=length,
            reason="Skrev forkert.",
            insists=True,
        )
        if self._sends(typed) == "saved":
            self._leaves(contact.public_id)
            self._enters(uuid.UUID(typed["id"]), int(length))

    @precondition(lambda self: self.book)
    @rule(pick=picks)
    def deletes(self, pick: int) -> None:
        contact = self._picked(pick)
        typed = {
            "id": str(uuid.uuid4()),
            "act": "withdraw",
            "target": str(contact.public_id),
            "fields": {"reason": "Fejl."},
            "insists": True,
        }
        if self._sends(typed) == "saved":
            self._leaves(contact.public_id)

    # --- Citizen and municipality ---

    @precondition(lambda self: self.book)
    @rule(pick=picks)
    def is_confirmed(self, pick: int) -> None:
        contact = self._picked(pick)
        if self._did(
            lambda: services.confirm_on_behalf(
                contacts=[contact], reason="Ringede.", by=self.world.cast.anna, at=LATER
            )
        ):
            self.book[contact.public_id].is_agreed = True

    @precondition(lambda self: self.book)
    @rule(pick=picks)
    def is_disputed(self, pick: int) -> None:
        contact = self._picked(pick)
        if contact.citizen_id != self.world.cast.david.person_id:
            return
        if self._did(
            lambda: services.dispute(contact=contact, reason="Nej.", by=self.world.cast.david, at=LATER)
        ):
            self.book[contact.public_id].is_agreed = False
            self.book[contact.public_id].disputed = True

    @precondition(lambda self: any(each.disputed for each in self.book.values()))
    @rule(pay=st.booleans())
    def is_settled(self, pay: bool) -> None:
        key = next(key for key, each in self.book.items() if each.disputed)
        contact = Contact.objects.select_related("mentorship", "mentor").get(public_id=key)
        assert self._did(
            lambda: services.resolve(
                contact=contact, pay=pay, reason="Talt med begge.", by=self.world.cast.anna, at=LATER
            )
        )
        account = self.book[key]
        account.disputed, account.is_agreed, account.counts = False, pay, pay

    @precondition(lambda self: any(each.is_agreed for each in self.book.values()))
    @rule(share=st.sampled_from([1, 2]))
    def is_paid(self, share: int) -> None:
        """All that can be paid, or half of it; whatever is asked for, nothing beyond the agreed minutes."""
        for case in self.world.cases:
            for contact in selectors.payable_contacts(case, NOVEMBER):
                left = contact.minutes - contact.paid_minutes
                services.mark_paid(contact=contact, minutes=max(1, left // share))
                self.book[contact.public_id].paid += max(1, left // share)

    @precondition(lambda self: self.book)
    @rule(pick=picks)
    def is_paid_too_much(self, pick: int) -> None:
        contact, account = self._picked(pick), self.book
        left = contact.minutes - account[contact.public_id].paid
        assert not self._did(lambda: services.mark_paid(contact=contact, minutes=left + 1))

    @rule(case=st.sampled_from(CASES))
    def is_handed_in(self, case: int) -> None:
        self._did(
            lambda: services.hand_in_month(
                mentorship=self.world.cases[case], month=date(2026, 11, 1), by=self.world.cast.carla, at=LATER
            )
        )

    @rule(case=st.sampled_from(CASES))
    def ends(self, case: int) -> None:
        Mentorship.objects.filter(pk=self.world.cases[case].pk).update(status=Status.ENDED)

    # --- The account and the database are held together ---

    @invariant()
    def nothing_is_lost_doubled_or_paid_twice(self) -> None:
        found = {each.public_id: each for each in Contact.objects.filter(mentorship__in=self.world.cases)}
        assert set(found) == set(self.book), "Each entry that was answered for is there, once."
        for key, account in self.book.items():
            contact = found[key]
            assert contact.minutes == account.minutes
            assert (contact.state in LIVE) == account.counts, (contact.state, account)
            assert contact.paid_minutes == account.paid <= account.minutes
            assert not account.paid or contact.state in ("CONFIRMED", "ACCEPTED")
        by_hand = {case.pk: 0 for case in self.world.cases}
        for contact in found.values():
            by_hand[contact.mentorship_id] += contact.minutes if self.book[contact.public_id].counts else 0
        used = dict(
            Grant.objects.filter(mentorship__in=self.world.cases).values_list("mentorship_id", "used_minutes")
        )
        assert used == by_hand

    # --- Helpers ---

    def _sends(self, typed: dict[str, Any]) -> str:
        (answer,) = receive(self.world.cast, typed, at=LATER)
        self.sent.append((typed, answer.result.value))
        assert answer.result != "invalid", answer
        assert answer.result in ("saved", "known") or answer.sentence.endswith("."), answer
        return answer.result.value

    def _enters(self, key: uuid.UUID, minutes: int) -> None:
        assert key not in self.book
        self.book[key] = Account(minutes)

    def _leaves(self, key: uuid.UUID) -> None:
        account = self.book[key]
        assert not account.paid, "What is paid is not taken out."
        account.counts = account.is_agreed = account.disputed = False

    def _picked(self, pick: int) -> Contact:
        key = list(self.book)[pick % len(self.book)]
        found: Contact = Contact.objects.select_related("mentorship__citizen", "mentor", "grant", "task").get(
            public_id=key
        )
        return found

    @staticmethod
    def _did(act: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                act()
        except Refused:
            return False
        return True


# --- The same steps as a tree ---

Step = tuple[str, tuple[tuple[str, Any], ...]]
"""The name of a rule and what it is told."""
ASKS: dict[str, dict[str, Sequence[Any]]] = {
    "registers": {"case": CASES, "day": DAYS, "clock": CLOCKS, "length": LENGTHS, "kind": KINDS},
    "registers_for_both": {"day": DAYS, "clock": CLOCKS, "length": LENGTHS},
    "sends_again": {"pick": PICKS},
    "corrects": {"pick": PICKS, "clock": CLOCKS, "length": LENGTHS},
    "deletes": {"pick": PICKS},
    "is_confirmed": {"pick": PICKS},
    "is_disputed": {"pick": PICKS},
    "is_settled": {"pay": (False, True)},
    "is_paid": {"share": (1, 2)},
    "is_paid_too_much": {"pick": PICKS},
    "is_handed_in": {"case": CASES},
    "ends": {"case": CASES},
}


def _possible(order: Orders) -> list[str]:
    """The rules whose preconditions hold."""
    accounts = order.book.values()
    closed = {
        "sends_again": not order.sent,
        **dict.fromkeys(
            ("corrects", "deletes", "is_confirmed", "is_disputed", "is_paid_too_much"), not order.book
        ),
        "is_settled": not any(each.disputed for each in accounts),
        "is_paid": not any(each.is_agreed for each in accounts),
    }
    return [name for name in ASKS if not closed.get(name)]


def _different_steps(order: Orders, count: int, chance: Random) -> list[Step]:
    found: dict[Step, None] = {}
    while len(found) < count:
        name = chance.choice(_possible(order))
        found[name, tuple((asked, chance.choice(of)) for asked, of in ASKS[name].items())] = None
    return list(found)


def _goes_on(
    order: Orders, ways_on: Sequence[int], chance: Random, done: tuple[Step, ...] = ()
) -> set[tuple[Step, ...]]:
    """All orders that begin as ``order`` has begun; each step in a savepoint that is taken back after it."""
    if not ways_on:
        return {done}
    found: set[tuple[Step, ...]] = set()
    for name, told in _different_steps(order, ways_on[0], chance):
        before = deepcopy(order.book), list(order.sent)
        with transaction.atomic():
            getattr(order, name)(**dict(told))
            order.nothing_is_lost_doubled_or_paid_twice()
            found |= _goes_on(order, ways_on[1:], chance, (*done, (name, told)))
            transaction.set_rollback(True)
        order.book, order.sent = before
    return found


@contextmanager
def _world(cast: Cast) -> Iterator[type[Orders]]:
    cases = [make_active(cast), make_active(cast, citizen=make_citizen(cast, name="Mia Krag"))]
    Grant.objects.update(minutes=400)
    yield type("OrdersOfToday", (Orders,), {"world": World(cast, cases), "count": 0})


@contextmanager
def _begun(orders: type[Orders]) -> Iterator[Orders]:
    order = orders()
    try:
        yield order
    finally:
        order.teardown()


def test_a_thousand_orders_keep_the_account(cast: Cast) -> None:
    with _world(cast) as orders, _begun(orders) as order:
        made = _goes_on(order, WAYS_ON, Random(SEED))
    assert len(made) == prod(WAYS_ON) >= 1000
    assert {name for steps in made for name, _told in steps} == set(ASKS)


def test_orders_that_share_nothing_keep_the_account(cast: Cast) -> None:
    with _world(cast) as orders:
        run_state_machine_as_test(
            orders,
            settings=settings(
                max_examples=ORDERS,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert orders.count >= ORDERS


FAULTS = ["doubled", "lost", "paid twice"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_in_the_tree(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    _plant(monkeypatch, fault)
    with _world(cast) as orders, _begun(orders) as order, pytest.raises(AssertionError):
        _goes_on(order, WAYS_ON, Random(SEED))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    _plant(monkeypatch, fault)
    with _world(cast) as orders, pytest.raises(AssertionError):
        run_state_machine_as_test(
            orders,
            settings=settings(
                max_examples=100,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=True,
                report_multiple_bugs=False,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )


def _paid_without_looking(*, contact: Contact, minutes: int) -> None:
    Contact.objects.filter(pk=contact.pk).update(
        paid_minutes=min(contact.minutes, contact.paid_minutes + minutes)
    )


def _plant(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """A register that forgets ids, a grant that forgets minutes, a payment without a limit."""
    if fault == "doubled":
        real = services.register
        monkeypatch.setattr(services, "register", lambda **told: real(**{**told, "public_id": uuid.uuid4()}))
    elif fault == "lost":
        monkeypatch.setattr("brobygger.grants.services.use.give_back", lambda **told: None)
    else:
        monkeypatch.setattr(services, "mark_paid", _paid_without_looking)
