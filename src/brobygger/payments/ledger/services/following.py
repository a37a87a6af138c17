"""The ledger follows what happens to grants, hours and invoice lines, in the transaction in which it happens.

``web`` connects the first three with the lists of ``grants.events`` and ``hours.events``; the payment services call
the rest. Nobody is ever stopped from confirming or disputing an hour by the ledger: where less is committed than an
hour is worth, more is committed, and that shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from brobygger.accounts.models import User
from brobygger.grants.models import Agreement, Grant
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE
from brobygger.mentorships.models import Mentorship, Status
from brobygger.payment import postings
from brobygger.payment.ledger import Account, Entry, Transaction
from brobygger.payments.ledger.models import LedgerEntry, LedgerTransaction
from brobygger.payments.ledger.store import balances, books_of, post
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO, price_of_minutes

Act = postings.Act
_USES = (Act.ACCRUED, Act.ADJUSTMENT, Act.OPENING)
"""Acts in which confirmed work uses the commitment."""


# Grants


def grants_changed(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    """Something was granted, agreed, cut or ended: what is reserved and committed follows the grants as they are."""
    with books_of(mentorship.municipality_id, [mentorship.pk]):
        follow_grants(mentorship.municipality_id, mentorship.pk, on=on, at=at, by=by)


def follow_grants(
    municipality_id: int, mentorship_id: int, *, on: date, at: datetime, by: User | None
) -> None:
    """Books the difference between the grants and the ledger; none where there is none. Inside ``books_of``."""
    wanted_granted, reserved = _reserved(municipality_id, mentorship_id)
    standing = balances(municipality_id, mentorship_id)
    wanted_committed = max(ZERO, reserved - _used(municipality_id, mentorship_id))
    moves = grant_moves(
        granted=wanted_granted - standing[Account.GRANTED],
        committed=wanted_committed - standing[Account.COMMITTED],
    )
    number = _number_of_transactions(municipality_id, mentorship_id)
    made = [
        _move(
            act,
            amount,
            committed,
            key=f"{act.lower()}:{mentorship_id}:{number + step}",
            on=on,
            m=mentorship_id,
        )
        for step, (act, amount, committed) in enumerate(moves, start=1)
    ]
    post(*made, municipality_id=municipality_id, by=by, at=at)


def grant_moves(*, granted: Decimal, committed: Decimal) -> list[tuple[Act, Decimal, bool]]:
    """The acts that move the two accounts by these amounts: (act, kroner, whether it is the committed ones).

    >>> grant_moves(granted=Decimal(-50), committed=Decimal(80))
    [(<Act.COMMITMENT: 'COMMITMENT'>, Decimal('50'), True), (<Act.GRANT: 'GRANT'>, Decimal('30'), True), \
(<Act.COMMITMENT: 'COMMITMENT'>, Decimal('30'), True)]
    """
    moves: list[tuple[Act, Decimal, bool]] = []
    if granted < 0 < committed:
        agreed = min(-granted, committed)
        moves.append((Act.COMMITMENT, agreed, True))
        granted, committed = granted + agreed, committed - agreed
    if granted < 0:
        moves.append((Act.RELEASE, -granted, False))
    if committed < 0:
        moves.append((Act.RELEASE, -committed, True))
    if granted > 0:
        moves.append((Act.GRANT, granted, False))
    if committed > 0:
        moves += [(Act.GRANT, committed, True), (Act.COMMITMENT, committed, True)]
    return moves


def _move(act: Act, amount: Decimal, committed: bool, *, key: str, on: date, m: int) -> Transaction:
    if act is Act.RELEASE:
        return postings.release(key=key, day=on, mentorship=str(m), amount=amount, committed=committed)
    make = postings.grant if act is Act.GRANT else postings.commitment
    return make(key=key, day=on, mentorship=str(m), amount=amount)


def _reserved(municipality_id: int, mentorship_id: int) -> tuple[Decimal, Decimal]:
    """Kroner granted and not agreed, and kroner agreed: the whole of a grant that counts, else what is used of it."""
    grants = Grant.objects.filter(municipality_id=municipality_id, mentorship_id=mentorship_id)
    agreed = set(
        Agreement.objects.filter(
            municipality_id=municipality_id, mentorship_id=mentorship_id, completed_at__isnull=False
        ).values_list("grant_id", flat=True)
    )
    status = Mentorship.objects.filter(pk=mentorship_id).values_list("status", flat=True).get()
    waiting = reserved = ZERO
    for grant in grants:
        counts = grant.is_current and status != Status.ENDED
        if grant.pk in agreed or grant.used_minutes or grant.paid_kroner:
            reserved += grant.kroner if counts else _worth_of_use(grant)
        elif counts:
            waiting += grant.kroner
    return waiting, reserved


def _worth_of_use(grant: Grant) -> Decimal:
    return max(price_of_minutes(grant.used_minutes, grant.hourly_rate), grant.paid_kroner)


def _used(municipality_id: int, mentorship_id: int) -> Decimal:
    """Kroner that confirmed work has taken of the commitment; what was reclaimed later does not come back to it."""
    rows = LedgerEntry.objects.filter(
        municipality_id=municipality_id,
        account=Account.USED,
        transaction__mentorship_id=mentorship_id,
        transaction__act__in=_USES,
    )
    return rows.aggregate(all=Sum("amount"))["all"] or ZERO


def _number_of_transactions(municipality_id: int, mentorship_id: int) -> int:
    return LedgerTransaction.objects.filter(
        municipality_id=municipality_id, mentorship_id=mentorship_id
    ).count()


def commit_enough(
    municipality_id: int, mentorship_id: int, amount: Decimal, *, on: date, at: datetime, by: User | None
) -> None:
    """Sees to it that ``amount`` is committed before it is used: by the grants, and else by what is missing."""
    if balances(municipality_id, mentorship_id)[Account.COMMITTED] >= amount:
        return
    follow_grants(municipality_id, mentorship_id, on=on, at=at, by=by)
    missing = amount - balances(municipality_id, mentorship_id)[Account.COMMITTED]
    if missing > 0:
        number = _number_of_transactions(municipality_id, mentorship_id)
        made = [
            _move(act, missing, True, key=f"more:{mentorship_id}:{number + step}", on=on, m=mentorship_id)
            for step, act in enumerate((Act.GRANT, Act.COMMITMENT), start=1)
        ]
        post(*made, municipality_id=municipality_id, by=by, at=at)


# Hours


def hours_confirmed(contacts: Sequence[Contact], at: datetime, by: User | None) -> None:
    """Both sides, or staff, have said yes to the contacts: what they are worth is owed."""
    on = danish_day(at)
    for (municipality_id, mentorship_id), own in _by_mentorship(contacts).items():
        with books_of(municipality_id, [mentorship_id]):
            steps = _steps(own, taken_back=False)
            commit_enough(municipality_id, mentorship_id, sum(steps.values(), ZERO), on=on, at=at, by=by)
            booked = _accruals_of(municipality_id, mentorship_id)
            made = [
                postings.accrued(
                    key=_accrual_key(each, booked),
                    day=on,
                    mentorship=str(mentorship_id),
                    amount=steps[each.pk],
                )
                for each in own
                if steps[each.pk]
            ]
            post(*made, municipality_id=municipality_id, by=by, at=at)


def hours_taken_back(contacts: Sequence[Contact], at: datetime, by: User | None) -> None:
    """Contacts that were confirmed no longer are: what they were worth is reversed, never more than is owed."""
    on = danish_day(at)
    for (municipality_id, mentorship_id), own in _by_mentorship(contacts).items():
        with books_of(municipality_id, [mentorship_id]):
            steps = _steps(own, taken_back=True)
            owed = -balances(municipality_id, mentorship_id)[Account.ACCRUED]
            booked = _accruals_of(municipality_id, mentorship_id)
            made = []
            for each in own:
                amount = min(steps[each.pk], owed)
                owed -= amount
                if amount:
                    made.append(_taken_back(each, amount, booked, on))
            post(*made, municipality_id=municipality_id, by=by, at=at)


def _by_mentorship(contacts: Iterable[Contact]) -> dict[tuple[int, int], list[Contact]]:
    """Contacts with time in them, by municipality and mentorship, in the order of their keys."""
    found: dict[tuple[int, int], list[Contact]] = defaultdict(list)
    for contact in sorted(contacts, key=lambda each: (each.mentorship_id, each.pk)):
        if contact.minutes:
            found[contact.municipality_id, contact.mentorship_id].append(contact)
    return found


def _steps(contacts: Sequence[Contact], *, taken_back: bool) -> dict[int, Decimal]:
    """What each contact adds to, or takes from, what the confirmed hours of its grant are worth together.

    The whole of a grant is rounded, and a contact is a difference, so that the sum of all never exceeds the grant.
    """
    grants = {contact.grant_id for contact in contacts}
    municipality_id = contacts[0].municipality_id
    rates = dict(
        Grant.objects.filter(municipality_id=municipality_id, pk__in=grants).values_list("pk", "hourly_rate")
    )
    reached: dict[int, int] = defaultdict(int)
    confirmed = Contact.objects.filter(
        municipality_id=municipality_id, grant_id__in=grants, state__in=PAYABLE
    )
    reached.update(confirmed.order_by().values_list("grant_id").annotate(Sum("minutes")))
    for contact in contacts:  # back to how it was before, or, for what is taken back, with them
        reached[contact.grant_id] += contact.minutes if taken_back else -contact.minutes
    steps = {}
    for contact in contacts:
        before, rate = reached[contact.grant_id], rates[contact.grant_id]
        after = before + (-contact.minutes if taken_back else contact.minutes)
        steps[contact.pk] = abs(price_of_minutes(after, rate) - price_of_minutes(before, rate))
        reached[contact.grant_id] = after
    return steps


def _accruals_of(municipality_id: int, mentorship_id: int) -> dict[str, Decimal | None]:
    """Kroner owed by each accrual of the mentorship, by key; None for one that has been reversed or is a reversal."""
    rows = LedgerEntry.objects.filter(
        municipality_id=municipality_id,
        account=Account.COST,
        transaction__mentorship_id=mentorship_id,
        transaction__act=Act.ACCRUED,
    ).values_list("transaction__key", "amount", "transaction__reverses__key", "transaction__id")
    undone = {reverses for _key, _amount, reverses, _id in rows if reverses}
    return {key: None if reverses or key in undone else amount for key, amount, reverses, _id in rows}


def _accrual_key(contact: Contact, booked: Mapping[str, Decimal | None]) -> str:
    stem = f"accrued:{contact.public_id}:"
    return f"{stem}{sum(key.startswith(stem) for key in booked) + 1}"


def _taken_back(
    contact: Contact, amount: Decimal, booked: Mapping[str, Decimal | None], on: date
) -> Transaction:
    """The reversal of the contact's own accrual where one of that amount stands, else its opposite."""
    stem, back = f"accrued:{contact.public_id}:", f"back:{contact.public_id}:"
    key = f"{back}{sum(each.startswith(back) for each in booked) + 1}"
    up = postings.accrued(key=key, day=on, mentorship=str(contact.mentorship_id), amount=amount)
    standing = (each for each, worth in booked.items() if each.startswith(stem) and worth == amount)
    return Transaction(key, on, Act.ACCRUED, opposite(up.entries), next(standing, ""))


def opposite(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(each.negated() for each in entries)
