"""What a supplier's contact may know: the own months by case number, the own invoices and their answers.

The contact reaches none of the rows behind it. What is read here is read for the municipality and given out by the
supplier's own CVR number, and holds no citizen's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.hours import selectors as hours
from brobygger.hours.states import LIVE, PAYABLE, State
from brobygger.mentorships.selectors import municipality_of
from brobygger.organisations.models import Organisation
from brobygger.payments import selectors
from brobygger.payments.amounts import worth
from brobygger.payments.intake.models import MonthStatement, SupplierAnswer
from brobygger.payments.intake.sender import Sender
from brobygger.payments.models import Invoice
from brobygger.people.models import Citizen
from brobygger.values.moment import day_start
from brobygger.values.money import ZERO
from brobygger.values.period import Period

MOST_INVOICES = 50


@dataclass(frozen=True)
class OwnMonth:
    """One mentorship of the supplier in a month: minutes, and kroner without VAT for the confirmed ones."""

    code: str
    mentor: str
    confirmed: int
    waiting: int
    disputed: int
    paid: int
    amount: Decimal


@dataclass(frozen=True)
class OwnInvoice:
    invoice: Invoice
    answer: SupplierAnswer | None


def organisation_of(user: User) -> Organisation | None:
    """The company that the contact belongs to."""
    rows = Organisation.objects.filter(municipality_id=municipality_of(user), pk=user.person_id or 0)
    return rows.first() if user.kind == "company" else None


def supplier_of(user: User) -> Organisation:
    """Raises Refused for a company without a CVR number, which cannot be a supplier."""
    found = organisation_of(user)
    if found is None or not found.cvr:
        raise Refused(
            _("Kommunen kender ikke jeres CVR-nummer. Ring til kommunen, så I kan sende fakturaer.")
        )
    return found


@contextmanager
def on_behalf_of(user: User) -> Iterator[User]:
    """Reads and writes as the municipality's system; the reader sees what finance sees, so give out the own only."""
    home = user.municipality
    assert isinstance(home, Municipality)
    sender = Sender(home, Invoice.Channel.PORTAL, user.name, user)
    with acting(system_actor(home.pk)):
        yield sender.reader


def months(user: User, supplier: Organisation, first: date) -> tuple[list[OwnMonth], list[Citizen]]:
    """The month's rows by case number, and the citizens behind them, whose looks are logged."""
    period = Period.of_months(first, 1)
    assert period.end
    with on_behalf_of(user) as reader:
        own = {each.pk: each for each in selectors.of_supplier(reader, supplier.cvr)}
        found = hours.visible_to(reader).filter(
            selectors.suppliers_own(supplier.cvr),
            mentorship__in=list(own),
            state__in=LIVE,
            starts_at__gte=day_start(period.start),
            starts_at__lt=day_start(period.end),
        )
        rows = list(
            found.select_related(None)
            .order_by()
            .values_list("mentorship_id", "mentor__name", "state", "grant__hourly_rate")
            .annotate(minutes=Sum("minutes"), paid=Sum("paid_minutes"))
        )
    made = [_row(own[key].code, mentor, parts) for (key, mentor), parts in _grouped(rows).items()]
    seen = {key for key, *_rest in rows}
    return sorted(made, key=lambda row: (row.code, row.mentor)), [own[key].citizen for key in sorted(seen)]


Part = tuple[str, Decimal, int, int]


def _grouped(rows: list[tuple[int, str, str, Decimal, int, int]]) -> dict[tuple[int, str], list[Part]]:
    found: dict[tuple[int, str], list[Part]] = defaultdict(list)
    for key, mentor, state, rate, minutes, paid in rows:
        found[key, mentor].append((state, rate, minutes, paid))
    return found


def _row(code: str, mentor: str, parts: list[Part]) -> OwnMonth:
    confirmed = [(minutes, rate) for state, rate, minutes, _paid in parts if state in PAYABLE]
    return OwnMonth(
        code=code,
        mentor=mentor,
        confirmed=sum(minutes for minutes, _rate in confirmed),
        waiting=_minutes(parts, State.REGISTERED),
        disputed=_minutes(parts, State.DISPUTED),
        paid=sum(paid for _state, _rate, _minutes, paid in parts),
        amount=worth(confirmed),
    )


def _minutes(parts: list[Part], wanted: str) -> int:
    return sum(minutes for state, _rate, minutes, _paid in parts if state == wanted)


def total(rows: list[OwnMonth]) -> tuple[int, Decimal]:
    """Confirmed minutes and their kroner without VAT."""
    return sum(row.confirmed for row in rows), sum((row.amount for row in rows), ZERO)


def statements(user: User, supplier: Organisation, first: date) -> list[MonthStatement]:
    """What the supplier has handed in for a month, newest first. The contact reads them in the own name."""
    rows = MonthStatement.objects.filter(
        municipality_id=municipality_of(user), organisation=supplier, month=first
    )
    return list(rows.select_related("handed_in_by").order_by("-version"))


def statements_in(user: User, first: date) -> list[MonthStatement]:
    """For staff: the newest statement of each supplier for a month."""
    rows = MonthStatement.objects.filter(municipality_id=municipality_of(user), month=first)
    newest: dict[int, MonthStatement] = {}
    for each in rows.select_related("organisation").order_by("version"):
        newest[each.organisation_id] = each
    return sorted(newest.values(), key=lambda each: each.organisation.name)


def invoices(user: User, supplier: Organisation) -> list[OwnInvoice]:
    """The supplier's invoices with the answer that stands, newest first."""
    with on_behalf_of(user) as reader:
        rows = selectors.visible_to(reader).filter(supplier_cvr=supplier.cvr)
        found = list(selectors.with_counts(rows).order_by("-id")[:MOST_INVOICES])
        answers = SupplierAnswer.objects.filter(municipality_id=municipality_of(reader), invoice__in=found)
        newest = {each.invoice_id: each for each in answers.order_by("number")}
    return [OwnInvoice(each, newest.get(each.pk)) for each in found]


def answer_of(user: User, supplier: Organisation, public_id: UUID) -> SupplierAnswer | None:
    """The answer that stands about one of the supplier's invoices."""
    with on_behalf_of(user) as reader:
        rows = SupplierAnswer.objects.filter(
            municipality_id=municipality_of(reader),
            invoice__supplier_cvr=supplier.cvr,
            invoice__public_id=public_id,
        )
        return rows.order_by("-number").first()
