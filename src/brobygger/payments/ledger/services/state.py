"""What the state repays of confirmed hours, while it did: owed month by month, and received when it pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE
from brobygger.law.codes import Act as Law
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.selectors import municipality_of
from brobygger.payment import postings
from brobygger.payment.ledger import Account
from brobygger.payment.reimbursement import reimburse, state_share
from brobygger.payments.ledger.models import LedgerBalance, LedgerTransaction
from brobygger.payments.ledger.store import lock, post
from brobygger.rulebook import selectors as rulebook
from brobygger.values.moment import danish_day, day_start
from brobygger.values.money import ZERO, price_of_minutes
from brobygger.values.period import Period


def claim_month(*, month: date, by: User, at: datetime) -> Decimal:
    """Books what the state owes for the confirmed hours of a month, mentorship by mentorship, once; returns kroner.

    The share is that of the day of the work and the citizen's group. Raises NotAllowed, and Refused where the state
    repays nothing of the month or it has been claimed.
    """
    require(by, Permission.APPROVE_PAYMENT)
    period = Period.of_month(month.year, month.month)
    with transaction.atomic():
        owed = {key: kroner for key, kroner in _owed(by, period).items() if kroner}
        lock(owed)
        claimed = _claimed(by, period)
        made = [
            postings.reimbursement(
                key=_key(period, mentorship_id),
                day=danish_day(at),
                mentorship=str(mentorship_id),
                amount=kroner,
            )
            for mentorship_id, kroner in sorted(owed.items())
            if _key(period, mentorship_id) not in claimed
        ]
        if not made:
            raise Refused(_("Der er ingen statsrefusion at bogføre for måneden."), field="month")
        post(*made, municipality_id=municipality_of(by), by=by, at=at)
        total = sum((entry.amount for each in made for entry in each.entries if entry.amount > 0), ZERO)
        audit.record("reimbursement.claimed", by=by, month=period.start, cases=len(made), kroner=str(total))
    return total


def receive_from_state(*, received_on: date, by: User, at: datetime) -> Decimal:
    """The state has paid all that is outstanding; returns kroner. Raises NotAllowed, and Refused where nothing is."""
    require(by, Permission.APPROVE_PAYMENT)
    if received_on > danish_day(at):
        raise Refused(_("Skriv en dag, der ikke ligger ude i fremtiden."), field="received_on")
    municipality_id = municipality_of(by)
    with transaction.atomic():
        lock(int(key) for key in _outstanding(municipality_id))
        outstanding = _outstanding(municipality_id)
        if not outstanding:
            raise Refused(_("Staten skylder ikke noget."))
        number = LedgerTransaction.objects.filter(
            municipality_id=municipality_id, act=postings.Act.RECEIVED
        ).count()
        made = [
            postings.received(
                key=f"received:{key}:{number + place}", day=received_on, mentorship=key, amount=kroner
            )
            for place, (key, kroner) in enumerate(sorted(outstanding.items()), start=1)
        ]
        post(*made, municipality_id=municipality_id, by=by, at=at)
        total = sum(outstanding.values(), ZERO)
        audit.record("reimbursement.received", by=by, received_on=received_on, kroner=str(total))
    return total


def _outstanding(municipality_id: int) -> dict[str, Decimal]:
    rows = LedgerBalance.objects.filter(municipality_id=municipality_id, account=Account.STATE, amount__gt=0)
    return dict(rows.values_list("key", "amount"))


def _owed(by: User, period: Period) -> Mapping[int, Decimal]:
    """The state's kroner for each mentorship: the share of each day applied to the worth of its hours."""
    assert period.end is not None
    rows = (
        Contact.objects.filter(
            municipality_id=municipality_of(by),
            state__in=PAYABLE,
            starts_at__gte=day_start(period.start),
            starts_at__lt=day_start(period.end),
        )
        .order_by()
        .values_list("mentorship_id", "grant__hourly_rate")
        .annotate(Sum("minutes"))
    )
    worth: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for mentorship_id, rate, minutes in rows:
        worth[mentorship_id] += price_of_minutes(minutes, rate)
    return {key: _share(by, mentorship, period, worth[key]) for key, mentorship in _known(worth).items()}


def _known(worth: Mapping[int, Decimal]) -> dict[int, Mentorship]:
    return Mentorship.objects.in_bulk(list(worth))


def _share(by: User, mentorship: Mentorship, period: Period, cost: Decimal) -> Decimal:
    share = state_share(
        on=period.start,
        status_at_agreement=mentorship.target_group,
        act=Law(mentorship.act),
        parameters=rulebook.numbers_of(by),
    )
    return reimburse(cost, share).state


def _key(period: Period, mentorship_id: int) -> str:
    return f"reimbursement:{mentorship_id}:{period.start:%Y-%m}"


def _claimed(by: User, period: Period) -> set[str]:
    rows = LedgerTransaction.objects.filter(
        municipality_id=municipality_of(by), act=postings.Act.REIMBURSEMENT
    ).filter(key__endswith=f":{period.start:%Y-%m}")
    return set(rows.values_list("key", flat=True))
