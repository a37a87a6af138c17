"""Reading invoices, payments and months: always from the user, who sees one municipality's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.einvoice import normalise_number
from brobygger.einvoice.matching import Cover as EinvoiceCover
from brobygger.einvoice.matching import MentorshipCover, Reason, State
from brobygger.grants.models import Grant
from brobygger.hours import selectors as hours
from brobygger.hours.models import Contact
from brobygger.hours.states import LIVE
from brobygger.hours.states import PAYABLE as CONFIRMED
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.mentorships.selectors import municipality_of
from brobygger.payments.amounts import worth
from brobygger.payments.facts import Basis, Book, Money
from brobygger.payments.guessing import Candidate, Hours
from brobygger.payments.ledger import selectors as books
from brobygger.payments.models import Cover, Invoice, InvoiceLine, LedgerFile, Payment
from brobygger.people.models import Mentor
from brobygger.ui.attention import Act, Attention
from brobygger.ui.formats import danish_date
from brobygger.values.moment import danish_day, day_start
from brobygger.values.money import ZERO
from brobygger.values.period import Period

UNDECIDED = (InvoiceLine.State.WAITING, InvoiceLine.State.PAYABLE)
DUE_SOON_DAYS = 7
MOST_ROWS = 100
MOST_CHOICES = 300
_KRONER = DecimalField(max_digits=14, decimal_places=2)
_HOW_FAR = {
    Contact.State.CONFIRMED: State.CONFIRMED,
    Contact.State.ACCEPTED: State.CONFIRMED,
    Contact.State.REGISTERED: State.UNCONFIRMED,
    Contact.State.DISPUTED: State.DISPUTED,
}


# Who sees what


def visible_to(user: User) -> QuerySet[Invoice]:
    """The municipality's invoices without the files themselves, for those who see money."""
    found = Invoice.objects.filter(municipality_id=municipality_of(user))
    return found.defer("content") if _sees_money(user) else found.none()


def lines_visible_to(user: User) -> QuerySet[InvoiceLine]:
    found = InvoiceLine.objects.filter(municipality_id=municipality_of(user))
    return found if _sees_money(user) else found.none()


def payments_visible_to(user: User) -> QuerySet[Payment]:
    found = Payment.objects.filter(municipality_id=municipality_of(user))
    return found if _sees_money(user) else found.none()


def ledger_files_visible_to(user: User) -> QuerySet[LedgerFile]:
    """Newest first."""
    found = LedgerFile.objects.filter(municipality_id=municipality_of(user))
    return (found if _sees_money(user) else found.none()).order_by("-number")


def _sees_money(user: User) -> bool:
    return user.kind == "staff" and user.may(Permission.SEE_MONEY)


# Invoices


@dataclass(frozen=True)
class Wanted:
    """What the list of invoices is narrowed to. ``state`` is open, waiting, due, done, rejected or all."""

    state: str = "open"
    text: str = ""


def listed(user: User, wanted: Wanted, today: date) -> QuerySet[Invoice]:
    """The invoices of the list with the number of their lines in each state; those due first on top while open."""
    found = with_counts(visible_to(user))
    conditions = {
        "open": Q(state=Invoice.State.OPEN),
        "waiting": Q(state=Invoice.State.OPEN, lines_waiting__gt=0),
        "due": Q(state=Invoice.State.OPEN, due_on__lte=today + timedelta(days=DUE_SOON_DAYS)),
        "done": Q(state=Invoice.State.DONE),
        "rejected": Q(state=Invoice.State.REJECTED),
    }
    found = found.filter(conditions.get(wanted.state, Q()))
    if text := wanted.text.strip():
        found = found.filter(_matches(text))
    by_due = [F("due_on").asc(nulls_last=True), "-id"]
    return found.order_by(*by_due if wanted.state in ("open", "waiting", "due") else ["-id"])


def _matches(text: str) -> Q:
    return (
        Q(supplier_name__icontains=text)
        | Q(supplier_cvr=text.replace(" ", ""))
        | Q(normalised_number__icontains=normalise_number(text) or text)
        | Q(Exists(InvoiceLine.objects.filter(invoice_id=OuterRef("pk"), mentorship__code__iexact=text)))
    )


def with_counts(found: QuerySet[Invoice]) -> QuerySet[Invoice]:
    return found.annotate(
        **{
            f"lines_{state.lower()}": Count("lines", filter=Q(lines__state=state), distinct=True)
            for state in InvoiceLine.State.values
        }
    )


def counts_of_list(user: User, today: date) -> dict[str, int]:
    """How many invoices each tab of the list holds, in one query."""
    waiting = InvoiceLine.objects.filter(invoice_id=OuterRef("pk"), state=InvoiceLine.State.WAITING)
    is_open = Q(state=Invoice.State.OPEN)
    return visible_to(user).aggregate(
        open=Count("pk", filter=is_open),
        waiting=Count("pk", filter=is_open & Q(Exists(waiting))),
        due=Count("pk", filter=is_open & Q(due_on__lte=today + timedelta(days=DUE_SOON_DAYS))),
    )


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    """In the invoice's order, with mentorship and citizen."""
    found = InvoiceLine.objects.filter(municipality_id=invoice.municipality_id, invoice=invoice)
    related = ("mentorship__citizen", "mentorship__mentor", "suggested", "decided_by", "payment")
    return list(found.select_related(*related).order_by("position"))


def content_of(invoice: Invoice) -> bytes:
    """The file as it came."""
    rows = Invoice.objects.filter(municipality_id=invoice.municipality_id, pk=invoice.pk)
    return bytes(rows.values_list("content", flat=True).get())


def received_before(user: User, *, supplier_cvr: str, kind: str, number: str) -> Invoice | None:
    found = visible_to(user).filter(supplier_cvr=supplier_cvr, kind=kind)
    return found.filter(normalised_number=normalise_number(number)).first()


InvoiceKey = tuple[str, str, str]
"""CVR number of the supplier, normalised number, kind: what makes an invoice the same as another."""


def received_already(user: User, keys: Collection[InvoiceKey]) -> set[InvoiceKey]:
    """Those of the keys that the municipality has received, in one query."""
    if not keys:
        return set()
    rows = visible_to(user).filter(
        supplier_cvr__in={key[0] for key in keys}, normalised_number__in={key[1] for key in keys}
    )
    return set(keys) & set(rows.values_list("supplier_cvr", "normalised_number", "kind"))


def knows_invoice(user: User, supplier_cvr: str, number: str) -> bool:
    """Whether an invoice of this normalised number came from the supplier and was not turned away."""
    found = visible_to(user).filter(supplier_cvr=supplier_cvr, kind=Invoice.Kind.INVOICE)
    return found.filter(normalised_number=number).exclude(state=Invoice.State.REJECTED).exists()


def credited_invoice(user: User, credit_note: Invoice) -> Invoice | None:
    """The invoice that a credit note takes back from."""
    found = visible_to(user).filter(supplier_cvr=credit_note.supplier_cvr, kind=Invoice.Kind.INVOICE)
    return found.filter(normalised_number=credit_note.credited_number).first()


# Which mentorship a line is about


def of_supplier(user: User, supplier_cvr: str) -> QuerySet[Mentorship]:
    """Mentorships whose mentor, of now or of other days, works for the supplier, or whose company it is."""
    of_other_days = Grant.objects.filter(
        municipality_id=municipality_of(user), mentor__isnull=False, mentor__organisation__cvr=supplier_cvr
    )
    mine = Q(mentor__organisation__cvr=supplier_cvr) | Q(organisation__cvr=supplier_cvr)
    mine |= Q(pk__in=of_other_days.order_by().values("mentorship_id"))
    return mentorships.visible_to(user).filter(mine) if supplier_cvr else mentorships.visible_to(user).none()


@dataclass(frozen=True)
class Asked:
    """Whose hours a line without a reference may be about: the supplier's CVR number, mentorships and days."""

    supplier_cvr: str
    mentorship_ids: Collection[int]
    days: Period | None

    def may_be_about(self, payee: str, day: date) -> bool:
        return payee in ("", self.supplier_cvr) and self.days is not None and day in self.days


@dataclass(frozen=True)
class _Unpaid:
    """Hours that nobody has been paid for, and the only firm that may be, where there is one."""

    payee: str
    hours: Hours


def candidates(user: User, asked: Sequence[Asked]) -> list[list[Candidate]]:
    """For each that asks, its mentorships with confirmed hours in its days that nobody is paid for, in one query."""
    spans = [each.days for each in asked if each.days and each.days.end]
    if not spans:
        return [[] for _each in asked]
    names: dict[int, tuple[str, str]] = {}
    known: dict[int, list[_Unpaid]] = defaultdict(list)
    rows = _unpaid(user, {key for each in asked for key in each.mentorship_ids}, spans)
    for key, code, name, starts_at, minutes, paid, rate, payee in rows:
        names[key] = code, name
        known[key].append(_Unpaid(payee, Hours(danish_day(starts_at), minutes - paid, rate)))
    return [_candidates(each, names, known) for each in asked]


def _unpaid(
    user: User, mentorship_ids: Collection[int], spans: Collection[Period]
) -> Iterable[tuple[Any, ...]]:
    found = hours.visible_to(user).filter(
        mentorship__in=mentorship_ids,
        state__in=CONFIRMED,
        minutes__gt=F("paid_minutes"),
        starts_at__gte=day_start(min(each.start for each in spans)),
        starts_at__lt=day_start(max(each.end for each in spans if each.end)),
    )
    return found.order_by("starts_at", "pk").values_list(
        "mentorship_id",
        "mentorship__code",
        "mentorship__citizen__name",
        "starts_at",
        "minutes",
        "paid_minutes",
        "grant__hourly_rate",
        PAYEE,
    )


def _candidates(
    asked: Asked, names: Mapping[int, tuple[str, str]], known: Mapping[int, Sequence[_Unpaid]]
) -> list[Candidate]:
    found = []
    for key in sorted(asked.mentorship_ids):
        rows = known.get(key, ())
        if own := tuple(each.hours for each in rows if asked.may_be_about(each.payee, each.hours.day)):
            found.append(Candidate(key, *names[key], own))
    return found


PAYEE = Case(
    When(grant__mentor=None, then=Value("")),
    default=Coalesce("mentor__organisation__cvr", Value("")),
    output_field=CharField(),
)
"""CVR number of the only firm that a contact may be paid to: where the mentor was changed; else empty."""


def suppliers_own(cvr: str) -> Q:
    """Contacts that the supplier may be paid for: where the mentor was changed, not another firm's."""
    return Q(In(PAYEE, ("", cvr)))


def parts_of(lines: Iterable[InvoiceLine]) -> dict[int, Decimal]:
    """Kroner left of the lines that a person has refused a part of, by position."""
    return {line.position: line.part_amount for line in lines if line.part_amount is not None}


def codes_of_supplier(user: User, supplier_cvr: str) -> dict[str, int]:
    """The same mentorships as ``of_supplier``, by code in capitals: for matching, at a tenth of the cost.

    Each way to be the supplier's is a part of one question, so that each part can use its own index.
    """
    home = municipality_of(user)
    if not supplier_cvr:
        return {}
    own = mentorships.visible_to(user).select_related(None).order_by()
    mentors = Mentor.objects.filter(municipality_id=home, organisation__cvr=supplier_cvr).order_by()
    granted = Grant.objects.filter(municipality_id=home, mentor__in=mentors.values("pk")).order_by()
    by_mentor = own.filter(mentor__in=mentors.values("pk")).values_list("pk", "code")
    found = by_mentor.union(
        own.filter(organisation__cvr=supplier_cvr).values_list("pk", "code"),
        own.filter(pk__in=granted.values("mentorship_id")).values_list("pk", "code"),
    )
    return {code.upper(): pk for pk, code in found}


def book_of(user: User) -> Book:
    """All suppliers' mentorships of the municipality, in two queries: for taking in many invoices in one go."""
    rows = mentorships.visible_to(user).select_related(None).order_by()
    granted = Grant.objects.filter(municipality_id=municipality_of(user), mentor__isnull=False).order_by()
    own: dict[str, dict[str, int]] = defaultdict(dict)
    codes: set[str] = set()
    for pk, code, *numbers in rows.values_list(
        "pk", "code", "mentor__organisation__cvr", "organisation__cvr"
    ):
        codes.add(code.upper())
        for cvr in filter(None, numbers):
            own[cvr][code.upper()] = pk
    before = granted.values_list("mentorship_id", "mentorship__code", "mentor__organisation__cvr").distinct()
    for pk, code, cvr in before:
        if cvr:
            own[cvr][code.upper()] = pk
    return Book(dict(own), frozenset(codes))


def known_codes(user: User, codes: Collection[str]) -> set[str]:
    """Those of the codes that a mentorship of the municipality has."""
    found = mentorships.visible_to(user).filter(code__in=codes).select_related(None)
    return {code.upper() for code in found.values_list("code", flat=True)} if codes else set()


def choices_for(user: User, invoice: Invoice) -> list[Mentorship]:
    """What a person may choose a line to be about: the supplier's, or else those with unpaid confirmed hours."""
    own = list(of_supplier(user, invoice.supplier_cvr).order_by("-id")[:MOST_CHOICES])
    if own:
        return own
    unpaid = Contact.objects.filter(
        mentorship_id=OuterRef("pk"), state__in=CONFIRMED, minutes__gt=F("paid_minutes")
    )
    return list(mentorships.visible_to(user).filter(Exists(unpaid)).order_by("-id")[:MOST_CHOICES])


# What a decision rests on


def basis_of(
    user: User, invoice: Invoice, mentorship_ids: Collection[int | None], *, lock: bool = False
) -> Basis:
    """Contacts, grants and payments of the lines' mentorships.

    With ``lock`` nobody else can pay for the same until the transaction ends. Rows are locked in the order of
    their keys, contacts before grants, so that two clerks never wait for each other.
    """
    ids = sorted({each for each in mentorship_ids if each is not None})
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        return Basis(grants=_grants(ids, user, lock), credit_left=_credit_left(user, invoice, ids, lock))
    return _Hours(user, ids, lock).basis(invoice, ids)


def bases_of(user: User, asked: Sequence[tuple[Invoice, Collection[int]]]) -> list[Basis]:
    """The basis of each invoice that stands with its mentorships; three queries for all that are no credit notes."""
    hours_of = {key for invoice, ids in asked if invoice.kind == Invoice.Kind.INVOICE for key in ids}
    known = _Hours(user, sorted(hours_of), lock=False)
    return [
        basis_of(user, invoice, ids)
        if invoice.kind == Invoice.Kind.CREDIT_NOTE
        else known.basis(invoice, sorted(set(ids)))
        for invoice, ids in asked
    ]


class _Hours:
    """What the hours of mentorships can bear, for any supplier's invoice."""

    def __init__(self, user: User, mentorship_ids: Collection[int], lock: bool) -> None:
        self.contacts = _contacts(user, mentorship_ids, lock)
        self.grants = _grants(mentorship_ids, user, lock)
        self.trained = _training_paid(user, mentorship_ids)

    def basis(self, invoice: Invoice, mentorship_ids: Collection[int]) -> Basis:
        """Where the mentor was changed, nobody is paid for another firm's hours."""
        contacts, grants, covers = {}, {}, {}
        for key in mentorship_ids:
            own = [each for payee, each in self.contacts.get(key, ()) if payee in ("", invoice.supplier_cvr)]
            contacts[key] = own
            grants[key] = self.grants.get(key, [])
            covers[str(key)] = _cover(own, grants[key], self.trained.get(key, ZERO))
        return Basis(contacts, grants, covers)


def _contacts(
    user: User, mentorship_ids: Collection[int], lock: bool
) -> Mapping[int, list[tuple[str, Contact]]]:
    """(payee, contact) of each live contact, by mentorship."""
    if not mentorship_ids:
        return {}
    found = hours.visible_to(user).filter(mentorship_id__in=mentorship_ids, state__in=LIVE, minutes__gt=0)
    if lock:
        list(found.select_related(None).select_for_update().order_by("pk").values_list("pk"))
    by_mentorship: dict[int, list[tuple[str, Contact]]] = defaultdict(list)
    for contact in found.annotate(payee=PAYEE).select_related("grant").order_by("starts_at", "pk"):
        by_mentorship[contact.mentorship_id].append((contact.payee, contact))
    return by_mentorship


def _grants(mentorship_ids: Collection[int], user: User, lock: bool) -> dict[int, list[Grant]]:
    if not mentorship_ids:
        return {}
    found = Grant.objects.filter(municipality_id=municipality_of(user), mentorship_id__in=mentorship_ids)
    if lock:
        list(found.select_for_update().order_by("pk").values_list("pk"))
    by_mentorship: dict[int, list[Grant]] = defaultdict(list)
    for grant in found.order_by("pk"):
        by_mentorship[grant.mentorship_id].append(grant)
    return dict(by_mentorship)


def _training_paid(user: User, mentorship_ids: Collection[int]) -> dict[int, Decimal]:
    if not mentorship_ids:
        return {}
    found = payments_of(user, mentorship_ids).filter(line__reason_code=Reason.TRAINING)
    return dict(found.values_list("mentorship_id").annotate(paid=Sum("amount")).order_by())


def payments_of(user: User, mentorship_ids: Collection[int]) -> QuerySet[Payment]:
    return Payment.objects.filter(municipality_id=municipality_of(user), mentorship_id__in=mentorship_ids)


def _cover(contacts: Sequence[Contact], grants: Sequence[Grant], trained: Decimal) -> MentorshipCover:
    training = sum((grant.fixed_kroner for grant in grants if grant.is_current), ZERO)
    return MentorshipCover(
        covers=tuple(
            EinvoiceCover(
                contact_id=str(contact.pk),
                minutes_left=contact.minutes - contact.paid_minutes,
                hourly_rate=contact.grant.hourly_rate,
                day=danish_day(contact.starts_at),
                state=_HOW_FAR[Contact.State(contact.state)],
            )
            for contact in contacts
        ),
        period=Period(min(grant.starts_on for grant in grants), max(grant.ends_before for grant in grants))
        if grants
        else None,
        training_left=max(ZERO, training - trained),
    )


def _credit_left(
    user: User, credit_note: Invoice, mentorship_ids: Collection[int], lock: bool
) -> dict[int, Decimal]:
    """Kroner paid on the credited invoice for each mentorship, less what other credit notes took back."""
    invoice = credited_invoice(user, credit_note)
    if invoice is None:
        return {}
    if lock:
        list(visible_to(user).select_for_update().filter(pk=invoice.pk).values_list("pk"))
    found = payments_of(user, mentorship_ids).filter(_paid_or_credited(invoice))
    return dict(found.values_list("mentorship_id").annotate(left=Sum("amount")).order_by())


def _paid_or_credited(invoice: Invoice) -> Q:
    return Q(line__invoice=invoice) | Q(
        line__invoice__kind=Invoice.Kind.CREDIT_NOTE,
        line__invoice__supplier_cvr=invoice.supplier_cvr,
        line__invoice__credited_number=invoice.normalised_number,
    )


def paid_lines_of(user: User, invoice: Invoice, mentorship_id: int) -> list[InvoiceLine]:
    """The paid lines of one mentorship on an invoice, with their covers."""
    found = lines_visible_to(user).filter(
        invoice=invoice, mentorship_id=mentorship_id, state=InvoiceLine.State.PAID
    )
    return list(
        found.select_related("payment").prefetch_related("covers__contact__grant").order_by("position")
    )


def covers_of(user: User, lines: Iterable[InvoiceLine]) -> dict[int, list[Cover]]:
    """What paid lines rest on, by line."""
    found = Cover.objects.filter(municipality_id=municipality_of(user), line__in=list(lines))
    by_line: dict[int, list[Cover]] = defaultdict(list)
    for cover in found.select_related("contact__grant").order_by("contact__starts_at"):
        by_line[cover.line_id].append(cover)
    return dict(by_line)


def paid_on(user: User, contact_ids: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """(invoice number, minutes) that each contact is paid on."""
    found = Cover.objects.filter(municipality_id=municipality_of(user), contact_id__in=contact_ids)
    by_contact: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for contact_id, number, minutes in found.values_list("contact_id", "line__invoice__number", "minutes"):
        by_contact[contact_id].append((number, minutes))
    return dict(by_contact)


# Months: they make themselves from the contacts


@dataclass(frozen=True)
class MonthRow:
    """One mentorship in one month. Minutes by state; kroner without VAT at the agreed rate."""

    mentorship: Mentorship
    confirmed: int
    waiting: int
    disputed: int
    paid: int
    accrued: Decimal
    paid_kroner: Decimal

    @property
    def unpaid(self) -> int:
        """Confirmed minutes that no invoice has been paid for."""
        return self.confirmed - self.paid

    @property
    def unpaid_kroner(self) -> Decimal:
        return self.accrued - self.paid_kroner


@dataclass(frozen=True)
class _Minutes:
    confirmed: int = 0
    waiting: int = 0
    disputed: int = 0
    paid: int = 0
    accrued: Decimal = ZERO
    paid_kroner: Decimal = ZERO

    def is_wanted(self, wanted: str) -> bool:
        """``wanted`` is unpaid, disputed (or waiting for the citizen), or anything else for all."""
        if wanted == "unpaid":
            return self.confirmed > self.paid
        return wanted != "disputed" or self.disputed > 0 or self.waiting > 0

    def plus(self, other: _Minutes) -> _Minutes:
        return _Minutes(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def month(user: User, first: date, *, wanted: str = "all") -> list[MonthRow]:
    """The statement of the month that begins on ``first``, by case code; ``wanted`` is all, unpaid or disputed.

    Three queries whatever the number of mentorships.
    """
    period = Period.of_months(first, 1)
    assert period.end
    inside = hours.visible_to(user).filter(
        starts_at__gte=day_start(period.start), starts_at__lt=day_start(period.end), state__in=LIVE
    )
    found = _by_mentorship(inside)
    kept = {key: row for key, row in found.items() if row.is_wanted(wanted)}
    known = mentorships.visible_to(user).in_bulk(kept)
    rows = [
        MonthRow(known[key], row.confirmed, row.waiting, row.disputed, row.paid, row.accrued, row.paid_kroner)
        for key, row in kept.items()
        if key in known
    ]
    return sorted(rows, key=lambda row: row.mentorship.code)


def months_of(user: User, mentorship: Mentorship) -> list[tuple[date, MonthRow]]:
    """Each month with contacts of one mentorship, newest first, in one query."""
    contacts = hours.visible_to(user).filter(mentorship=mentorship, state__in=LIVE).select_related("grant")
    by_month: dict[date, _Minutes] = defaultdict(_Minutes)
    for contact in contacts:
        first = danish_day(contact.starts_at).replace(day=1)
        by_month[first] = by_month[first].plus(_minutes_of(contact))
    return [
        (
            first,
            MonthRow(
                mentorship, row.confirmed, row.waiting, row.disputed, row.paid, row.accrued, row.paid_kroner
            ),
        )
        for first, row in sorted(by_month.items(), reverse=True)
    ]


def _minutes_of(contact: Contact) -> _Minutes:
    state, rate = _HOW_FAR[Contact.State(contact.state)], contact.grant.hourly_rate
    confirmed = contact.minutes if state is State.CONFIRMED else 0
    return _Minutes(
        confirmed=confirmed,
        waiting=contact.minutes if state is State.UNCONFIRMED else 0,
        disputed=contact.minutes if state is State.DISPUTED else 0,
        paid=contact.paid_minutes,
        accrued=worth([(confirmed, rate)]),
        paid_kroner=worth([(contact.paid_minutes, rate)]),
    )


def _by_mentorship(contacts: QuerySet[Contact]) -> dict[int, _Minutes]:
    def minutes(*states: Contact.State) -> Coalesce:
        return Coalesce(Sum("minutes", filter=Q(state__in=states)), 0)

    rows = (
        contacts.select_related(None)
        .order_by()
        .values("mentorship_id", "grant__hourly_rate")
        .annotate(
            confirmed=minutes(*CONFIRMED),
            waiting=minutes(Contact.State.REGISTERED),
            disputed=minutes(Contact.State.DISPUTED),
            paid=Coalesce(Sum("paid_minutes"), 0),
        )
    )
    found: dict[int, _Minutes] = defaultdict(_Minutes)
    for row in rows:
        rate = row["grant__hourly_rate"]
        found[row["mentorship_id"]] = found[row["mentorship_id"]].plus(
            _Minutes(
                confirmed=row["confirmed"],
                waiting=row["waiting"],
                disputed=row["disputed"],
                paid=row["paid"],
                accrued=worth([(row["confirmed"], rate)]),
                paid_kroner=worth([(row["paid"], rate)]),
            )
        )
    return dict(found)


def money_of(user: User, mentorship: Mentorship) -> Money:
    """What the mentorship costs: grants, confirmed hours at their rates, and approved payments, without VAT."""
    grants = Grant.objects.filter(municipality_id=municipality_of(user), mentorship=mentorship)
    committed = sum((grant.kroner if grant.is_current else grant.paid_kroner for grant in grants), ZERO)
    confirmed = hours.visible_to(user).filter(mentorship=mentorship, state__in=CONFIRMED)
    by_rate = (
        confirmed.select_related(None).order_by().values_list("grant__hourly_rate").annotate(Sum("minutes"))
    )
    paid = payments_of(user, [mentorship.pk]).aggregate(
        all=Coalesce(Sum("amount"), ZERO, output_field=_KRONER),
        training=Coalesce(
            Sum("amount", filter=Q(line__reason_code=Reason.TRAINING)), ZERO, output_field=_KRONER
        ),
    )
    accrued = worth([(minutes, rate) for rate, minutes in by_rate]) + paid["training"]
    return Money(committed, accrued, paid["all"])


def lines_about(user: User, mentorship: Mentorship) -> list[InvoiceLine]:
    """Invoice lines of one mentorship, newest first, for those who see money."""
    found = lines_visible_to(user).filter(mentorship=mentorship).select_related("payment")
    return list(found.select_related("invoice").defer("invoice__content").order_by("-id")[:MOST_ROWS])


# The ledger


def not_exported(user: User) -> QuerySet[Payment]:
    """Approved payments that no ledger file carries yet, oldest first."""
    return payments_visible_to(user).filter(exported_in=None).order_by("id")


# What needs somebody now


def needs_attention(user: User, today: date) -> list[Attention]:
    """For finance: open invoices with what they wait for, and payments that no ledger file carries."""
    if not (user.kind == "staff" and user.may(Permission.HANDLE_INVOICES)):
        return []
    found = with_counts(visible_to(user).filter(state=Invoice.State.OPEN))
    by_due = F("due_on").asc(nulls_last=True)
    rows = [_invoice_row(invoice, today) for invoice in found.order_by(by_due, "id")[:MOST_ROWS]]
    return rows + _ledger_row(user, today) + books.needs_attention(user, today)


def _invoice_row(invoice: Invoice, today: date) -> Attention:
    overdue = invoice.due_on is not None and invoice.due_on < today
    soon = invoice.due_on is not None and invoice.due_on <= today + timedelta(days=DUE_SOON_DAYS)
    waiting, ready = count_of(invoice, "waiting"), count_of(invoice, "payable")
    url = reverse("payments:invoice", args=[invoice.public_id])
    received = danish_day(invoice.received_at)
    return Attention(
        kind="invoice_due" if soon else "invoice_open",
        heading=_asks(invoice, waiting, ready, overdue=overdue),
        case_code="",
        initials=f"{invoice.supplier_name} · {invoice.number}",
        when=invoice.due_on or received,
        url=url,
        acts=(Act(_("Behandl"), url, "get", primary=overdue),),
        urgency=0 if overdue else 2 if soon else 5,
        happened=invoice.due_on is None,
        note="" if invoice.due_on is None else _("forfalder %(day)s") % {"day": danish_date(invoice.due_on)},
    )


def _asks(invoice: Invoice, waiting: int, ready: int, *, overdue: bool) -> str:
    counts = {"ready": ready, "waiting": waiting}
    if overdue:
        return _("%(kind)s er forfalden") % {"kind": invoice.get_kind_display()}
    if waiting and ready:
        both = ngettext(
            "%(ready)s linje kan betales, %(waiting)s venter",
            "%(ready)s linjer kan betales, %(waiting)s venter",
            ready,
        )
        return both % counts
    if waiting:
        return ngettext("%(waiting)s linje venter", "%(waiting)s linjer venter", waiting) % counts
    return ngettext("%(ready)s linje kan betales", "%(ready)s linjer kan betales", ready) % counts


def _ledger_row(user: User, today: date) -> list[Attention]:
    waiting = not_exported(user).aggregate(count=Count("pk"), oldest=Min("approved_at"))
    count = waiting["count"]
    if not count:
        return []
    url = reverse("payments:ledger")
    heading = ngettext(
        "%(count)s betaling er ikke sendt til bogføring",
        "%(count)s betalinger er ikke sendt til bogføring",
        count,
    )
    return [
        Attention(
            kind="ledger",
            heading=heading % {"count": count},
            case_code="",
            initials="",
            when=danish_day(waiting["oldest"]),
            url=url,
            acts=(Act(_("Dan bogføringsfil"), url, "post"),),
            urgency=4,
            happened=True,
        )
    ]


def count_of(invoice: Invoice, state: str) -> int:
    """How many lines are in a state (lower case), on an invoice read by ``with_counts``."""
    return int(getattr(invoice, f"lines_{state}"))
