"""What the pages of invoices, months and money show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from brobygger import einvoice
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.einvoice import Document
from brobygger.einvoice.checks import Severity
from brobygger.einvoice.matching import Reason
from brobygger.hours.models import Contact
from brobygger.hours.states import PAYABLE as CONFIRMED
from brobygger.mentorships.models import Mentorship
from brobygger.payments import decisions, selectors
from brobygger.payments.amounts import LineAmount, line_amounts, worth
from brobygger.payments.decisions import Verdict
from brobygger.payments.facts import Basis
from brobygger.payments.intake import answers
from brobygger.payments.models import Cover, Invoice, InvoiceLine
from brobygger.payments.selectors import MonthRow, Wanted
from brobygger.payments.services.settle import RefusalReason
from brobygger.people.models import Citizen
from brobygger.ui.formats import LOCALE, danish_date, kroner
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO
from brobygger.values.period import add_months

State = InvoiceLine.State
WHOLE_DOCUMENT = decisions.DOCUMENT
SHOWN_CONTACTS = 8
_TONES = {State.PAID: "done", State.PAYABLE: "agrees", State.REFUSED: "differs", State.WAITING: "waits"}
_TAGS = {State.PAID: "paid", State.PAYABLE: "ok", State.REFUSED: "refused", State.WAITING: "waiting"}
_CREDIT_LABELS = {State.PAYABLE: gettext_lazy("Kan trækkes fra"), State.PAID: gettext_lazy("Trukket fra")}
_ABOUT_HOURS = {
    Reason.NOT_CONFIRMED,
    Reason.DISPUTED,
    Reason.OVER_GRANT,
    Reason.RATE_TOO_HIGH,
    Reason.OUTSIDE_PERIOD,
    decisions.ALREADY_PAID,
    *RefusalReason.values,
}
INVOICE_TAGS = {
    Invoice.State.OPEN: "in_progress",
    Invoice.State.DONE: "done",
    Invoice.State.REJECTED: "rejected",
}


def area_tabs(current: str) -> list[dict[str, Any]]:
    """The four parts of the area, each with its own pages; ``current`` is the page one is on."""
    parts = (
        (
            _("Fakturaer"),
            (
                ("invoices", _("Fakturaer"), "payments:invoices"),
                ("months", _("Måneder"), "payments:months"),
            ),
        ),
        (
            _("Regnskab"),
            (
                ("books", _("Regnskab"), "payments:books"),
                ("ledger", _("Bogføring"), "payments:ledger"),
                ("reconciliation", _("Afstemning"), "payments:reconciliation"),
                ("clawbacks", _("Tilbagebetaling"), "payments:clawbacks"),
                ("files", _("Filer og konti"), "payments:finance_files"),
            ),
        ),
        (
            _("Budget"),
            (
                ("budget", _("Budget"), "payments:budget"),
                ("chart", _("Kontoplan"), "payments:chart"),
                ("reimbursement", _("Refusion"), "payments:reimbursement"),
            ),
        ),
        (_("Løn og priser"), (("pay", _("Lønoplysninger"), "payments:pay_records"),)),
    )
    return [_part(label, pages, current) for label, pages in parts]


def _part(label: str, pages: Sequence[tuple[str, str, str]], current: str) -> dict[str, Any]:
    links = [
        {"label": name, "url": reverse(address), "current": key == current} for key, name, address in pages
    ]
    return {
        "label": label,
        "url": links[0]["url"],
        "current": any(link["current"] for link in links),
        "pages": links if len(links) > 1 else [],
    }


# The list


def list_tabs(user: User, wanted: Wanted, today: date) -> list[dict[str, Any]]:
    counts = selectors.counts_of_list(user, today)
    url = reverse("payments:invoices")
    states = (
        ("open", _("Åbne")),
        ("waiting", _("Venter på dig")),
        ("due", _("Forfalder snart")),
        ("done", _("Behandlede")),
        ("rejected", _("Afviste")),
        ("all", _("Alle")),
    )
    return [
        {
            "label": label,
            "url": f"{url}?vis={state}",
            "current": state == wanted.state,
            "count": counts.get(state),
        }
        for state, label in states
    ]


def invoice_rows(invoices: Sequence[Invoice]) -> list[dict[str, Any]]:
    return [
        {
            "invoice": invoice,
            "tag": INVOICE_TAGS[Invoice.State(invoice.state)],
            "lines": lines_in_words(invoice),
            "is_credit": invoice.kind == Invoice.Kind.CREDIT_NOTE,
        }
        for invoice in invoices
    ]


def lines_in_words(invoice: Invoice) -> str:
    """ "3 kan betales · 1 venter", from an invoice read with its counts."""
    words = (
        ("payable", _("%(n)s kan betales")),
        ("waiting", _("%(n)s venter")),
        ("paid", _("%(n)s betalt")),
        ("refused", _("%(n)s afvist")),
    )
    counted = ((selectors.count_of(invoice, state), word) for state, word in words)
    return " · ".join(word % {"n": count} for count, word in counted if count)


# One invoice, line by line


@dataclass(frozen=True)
class ContactView:
    """A contact that a line rests on, or that stands where it should have rested."""

    contact: Contact
    counted: int
    note: str

    @property
    def day(self) -> str:
        """ "tirs. 3. nov."."""
        return str(format_date(danish_day(self.contact.starts_at), "EEE d. MMM", locale=LOCALE))

    @property
    def is_confirmed(self) -> bool:
        return self.contact.state in CONFIRMED

    @property
    def state_label(self) -> str:
        return str(self.contact.get_state_display())


@dataclass
class LineView:
    """A line of the invoice on the left, the hours it rests on at the right."""

    line: InvoiceLine
    amount: LineAmount
    contacts: list[ContactView]
    worth: Decimal
    difference: Decimal
    difference_minutes: int
    news: str = ""
    choice: forms.BoundField | None = None
    assign: forms.Form | None = None
    part: forms.Form | None = None
    can_reopen: bool = False
    is_credit: bool = False

    @property
    def is_stale(self) -> bool:
        """The hours no longer cover a line that they covered when it was matched."""
        return bool(self.news) and self.line.state == State.PAYABLE

    @property
    def tone(self) -> str:
        return "waits" if self.is_stale else _TONES[State(self.line.state)]

    @property
    def tag(self) -> str:
        return "attention" if self.is_stale else _TAGS[State(self.line.state)]

    @property
    def state_label(self) -> str:
        if self.is_stale:
            return _("Ikke længere dækket")
        if self.is_credit and self.line.state in _CREDIT_LABELS:
            return str(_CREDIT_LABELS[State(self.line.state)])
        return str(self.line.get_state_display())

    @property
    def oere(self) -> int:
        """The amount with VAT in øre, for the script that adds up."""
        return int(self.amount.total * 100) * (-1 if self.is_credit else 1)

    @property
    def first_contacts(self) -> list[ContactView]:
        return self.contacts[:SHOWN_CONTACTS]

    @property
    def more_contacts(self) -> list[ContactView]:
        return self.contacts[SHOWN_CONTACTS:]

    @property
    def counted(self) -> int:
        return sum(contact.counted for contact in self.contacts)

    @property
    def comparison(self) -> str:
        """One sentence on whether line and hours agree."""
        if self.is_credit or self.line.mentorship_id is None or not _is_about_hours(self.line):
            return ""
        if self.line.reason_code == Reason.TRAINING:
            return _("Mentorkurset er bevilget.")
        if self.difference_minutes > 0:
            told = {"minutes": format_minutes(self.difference_minutes), "kroner": kroner(self.difference)}
            return _("%(minutes)s og %(kroner)s for meget") % told
        if self.difference > 0:
            return _("%(kroner)s for meget") % {"kroner": kroner(self.difference)}
        if self.line.state == State.REFUSED or not self.counted:
            return ""
        if self.difference < 0:
            told = {"kroner": kroner(-self.difference)}
            return _("Timerne stemmer. Prisen er %(kroner)s under det aftalte.") % told
        return _("Timer og pris stemmer.")

    @property
    def part_told(self) -> str:
        """What a person has refused of the line, with the reason."""
        if self.line.part_amount is None:
            return ""
        told = {"amount": kroner(self.line.refused_part), "reason": self.line.part_reason}
        return _("%(amount)s af linjen er afvist. %(reason)s") % told

    @property
    def can_take_back(self) -> bool:
        return self.line.part_amount is not None and self.line.state in selectors.UNDECIDED

    @property
    def differs(self) -> bool:
        return self.difference > 0 or self.difference_minutes > 0


def _is_about_hours(line: InvoiceLine) -> bool:
    """Whether the hours have a say: not for what can never be paid, nor for a line that is wrong in itself."""
    return line.state != State.REFUSED or line.reason_code in _ABOUT_HOURS


@dataclass
class InvoicePage:
    invoice: Invoice
    document: Document
    rows: list[LineView]
    facts: list[dict[str, Any]]
    sums: list[dict[str, str]]
    warnings: list[str]
    errors: list[str]
    may_pay: bool
    may_handle: bool
    is_credit: bool
    form: forms.Form | None = None
    to_pay: int = 0
    citizens: list[Citizen] = field(default_factory=list)
    credited: Invoice | None = None

    @property
    def tag(self) -> str:
        return INVOICE_TAGS[Invoice.State(self.invoice.state)]

    @property
    def about(self) -> str:
        return _("CVR %(cvr)s · %(standard)s") % {
            "cvr": self.invoice.supplier_cvr,
            "standard": self.invoice.standard,
        }

    @property
    def has_open_lines(self) -> bool:
        return any(row.line.state in selectors.UNDECIDED for row in self.rows)

    @property
    def can_rematch(self) -> bool:
        return any(row.line.state in selectors.UNDECIDED and row.line.mentorship_id for row in self.rows)

    @property
    def waits(self) -> bool:
        """Whether a line waits for somebody to say which mentorship it is about, or for the hours."""
        return any(row.line.state == State.WAITING for row in self.rows)

    @property
    def refused(self) -> list[LineView]:
        return [
            row for row in self.rows if row.line.state == State.REFUSED or row.line.part_amount is not None
        ]


def invoice_page(user: User, invoice: Invoice) -> InvoicePage:
    """Everything about one invoice, without the controls."""
    lines = selectors.lines_of(invoice)
    document = einvoice.read(selectors.content_of(invoice))
    basis = selectors.basis_of(user, invoice, [line.mentorship_id for line in lines])
    undecided = [line for line in lines if line.state in selectors.UNDECIDED]
    verdicts = decisions.decide(invoice, document, undecided, basis)
    covers = selectors.covers_of(user, [line for line in lines if line.state == State.PAID])
    paid_on = selectors.paid_on(user, _contacts_to_tell_of(basis))
    maker = _LineViews(invoice, document, basis, verdicts, covers, paid_on, selectors.parts_of(lines))
    rows = [maker.view(line) for line in lines]
    is_credit = invoice.kind == Invoice.Kind.CREDIT_NOTE
    return InvoicePage(
        invoice=invoice,
        document=document,
        rows=rows,
        facts=_facts(invoice, document),
        sums=_sums(rows, is_credit),
        warnings=_remarks(invoice, Severity.WARNING),
        errors=_remarks(invoice, Severity.ERROR),
        may_pay=user.may(Permission.APPROVE_PAYMENT),
        may_handle=user.may(Permission.HANDLE_INVOICES),
        is_credit=is_credit,
        citizens=[line.mentorship.citizen for line in lines if line.mentorship],
        credited=selectors.credited_invoice(user, invoice) if is_credit else None,
    )


def _contacts_to_tell_of(basis: Basis) -> list[int]:
    return [each.pk for contacts in basis.contacts.values() for each in contacts if each.paid_minutes]


def mentorship_choices(user: User, invoice: Invoice) -> list[tuple[str, str]]:
    """(public id, "7F3K · S. A. · Carla Clausen")."""
    return [(str(each.public_id), _case_in_words(each)) for each in selectors.choices_for(user, invoice)]


def _case_in_words(mentorship: Mentorship) -> str:
    mentor = mentorship.mentor.name if mentorship.mentor else ""
    return " · ".join(filter(None, [mentorship.code, mentorship.citizen.initials, mentor]))


class _LineViews:
    """Makes the rows of one invoice from what was read once for all of them."""

    def __init__(
        self,
        invoice: Invoice,
        document: Document,
        basis: Basis,
        verdicts: Mapping[int, Verdict],
        covers: Mapping[int, list[Cover]],
        paid_on: Mapping[int, list[tuple[str, int]]],
        parts: Mapping[int, Decimal],
    ) -> None:
        self.invoice, self.document, self.basis = invoice, document, basis
        self.verdicts, self.covers, self.paid_on = verdicts, covers, paid_on
        self.amounts = line_amounts(document, parts)
        self.taken = Counter({key: minutes for each in verdicts.values() for key, minutes in each.uses})
        self.is_credit = invoice.kind == Invoice.Kind.CREDIT_NOTE

    def view(self, line: InvoiceLine) -> LineView:
        contacts = self._contacts(line)
        counted = sum(each.counted for each in contacts)
        value = worth([(each.counted, each.contact.grant.hourly_rate) for each in contacts if each.counted])
        net = self.amounts[line.position].net
        return LineView(
            line=line,
            amount=self.amounts[line.position],
            contacts=contacts,
            worth=value,
            difference=net - value,
            difference_minutes=max(0, line.asked_minutes - counted),
            news=self._news(line),
            is_credit=self.is_credit,
        )

    def _contacts(self, line: InvoiceLine) -> list[ContactView]:
        if line.mentorship_id is None or self.is_credit or not _is_about_hours(line):
            return []
        if line.state == State.PAID:
            return [ContactView(each.contact, each.minutes, "") for each in self.covers.get(line.pk, [])]
        verdict = self.verdicts.get(line.position)
        known = self.basis.contacts.get(line.mentorship_id, [])
        if line.state == State.PAYABLE and verdict and verdict.uses:
            uses = dict(verdict.uses)
            return [ContactView(each, uses[each.pk], self._note(each)) for each in known if each.pk in uses]
        inside = decisions.in_period(known, decisions.period_of(self.document, line.position))
        return self._as_far_as_they_go(inside, line.asked_minutes)

    def _as_far_as_they_go(self, contacts: Sequence[Contact], claimed: int) -> list[ContactView]:
        """All contacts of the period; confirmed minutes that no other line takes count, oldest first."""
        views = []
        for contact in contacts:
            unpaid = contact.minutes - contact.paid_minutes if contact.state in CONFIRMED else 0
            counted = min(claimed, max(0, unpaid - self.taken[contact.pk]))
            claimed -= counted
            is_taken = unpaid and not counted and self.taken[contact.pk]
            note = _("dækker en anden linje") if is_taken else self._note(contact)
            views.append(ContactView(contact, counted, note))
        return views

    def _note(self, contact: Contact) -> str:
        told = [
            _("%(minutes)s betalt på %(number)s") % {"minutes": format_minutes(minutes), "number": number}
            for number, minutes in self.paid_on.get(contact.pk, [])
        ]
        return ", ".join(told)

    def _news(self, line: InvoiceLine) -> str:
        """What the hours say now, where they say something else than when the line was matched."""
        verdict = self.verdicts.get(line.position)
        if verdict is None or line.mentorship_id is None or verdict.state == line.state:
            return ""
        if verdict.state == State.PAYABLE:
            return _("Timerne er bekræftet, siden fakturaen blev afstemt. Afstem igen.")
        return _("Timerne er ændret, siden fakturaen blev afstemt: %(reason)s") % {"reason": verdict.sentence}


def _facts(invoice: Invoice, document: Document) -> list[dict[str, Any]]:
    period = " – ".join(danish_date(day) for day in (invoice.period_start, invoice.period_end) if day)
    return [
        {"label": _("Leverandør"), "value": invoice.supplier_name or "–"},
        {"label": _("CVR-nummer"), "value": invoice.supplier_cvr},
        {"label": _("Dato"), "value": danish_date(invoice.issued_on)},
        {"label": _("Forfalder"), "value": danish_date(invoice.due_on) if invoice.due_on else ""},
        {"label": _("Periode"), "value": period},
        {"label": _("Reference"), "value": invoice.order_reference or document.contact_reference},
        {"label": _("Konto"), "value": document.payment_account},
        {"label": _("Uden moms"), "value": kroner(invoice.tax_exclusive)},
        {"label": _("Moms"), "value": kroner(invoice.tax)},
        {"label": _("Til betaling"), "value": kroner(invoice.payable)},
        {"label": _("Format"), "value": invoice.standard},
        {"label": _("Modtaget"), "value": invoice.get_channel_display()},
    ]


def _sums(rows: Sequence[LineView], is_credit: bool) -> list[dict[str, str]]:
    """Lines and kroner with VAT in each state."""
    words = (
        (State.PAYABLE, _("kan trækkes fra") if is_credit else _("kan betales")),
        (State.WAITING, _("venter")),
        (State.PAID, _("trukket fra") if is_credit else _("betalt")),
        (State.REFUSED, _("afvist")),
    )
    found = []
    for state, word in words:
        inside = [row for row in rows if row.line.state == state]
        if inside:
            lines = ngettext("%(n)s linje", "%(n)s linjer", len(inside)) % {"n": len(inside)}
            total = sum((row.amount.total for row in inside), ZERO) * (-1 if is_credit else 1)
            found.append({"value": kroner(total), "label": f"{lines} {word}"})
    return found


def _remarks(invoice: Invoice, severity: Severity) -> list[str]:
    return [
        _("Linje %(line)s: %(sentence)s") % {"line": each["line"], "sentence": each["sentence"]}
        if each["line"]
        else each["sentence"]
        for each in invoice.remarks
        if each["severity"] == severity
    ]


# Months


@dataclass(frozen=True)
class MonthPage:
    first: date
    rows: list[MonthRow]
    tabs: list[dict[str, Any]]
    previous: str
    next: str

    @property
    def totals(self) -> dict[str, Any]:
        """Minutes and kroner of all rows, also those on other pages."""
        minutes, amounts = (
            ("confirmed", "waiting", "disputed", "unpaid"),
            ("accrued", "paid_kroner", "unpaid_kroner"),
        )
        return {
            **{name: sum(getattr(row, name) for row in self.rows) for name in minutes},
            **{name: sum((getattr(row, name) for row in self.rows), ZERO) for name in amounts},
        }


def month_page(user: User, first: date, wanted: str) -> MonthPage:
    url = reverse("payments:months")

    def address(day: date, shown: str) -> str:
        return f"{url}?maaned={day:%Y-%m}&vis={shown}"

    shown = (("all", _("Alle")), ("unpaid", _("Ikke betalt")), ("disputed", _("Venter eller uenighed")))
    return MonthPage(
        first=first,
        rows=selectors.month(user, first, wanted=wanted),
        tabs=[
            {"label": label, "url": address(first, key), "current": key == wanted, "count": None}
            for key, label in shown
        ],
        previous=address(add_months(first, -1), wanted),
        next=address(add_months(first, 1), wanted),
    )


# The case page


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """Money of one mentorship: granted, earned, paid; months and invoice lines. Empty for those without the right."""
    if not user.may(Permission.SEE_MONEY):
        return {"visible": False}
    money = selectors.money_of(user, mentorship)
    return {
        "visible": True,
        "money": money,
        "months": selectors.months_of(user, mentorship)[:6],
        "lines": [
            {"line": line, "tag": _TAGS[State(line.state)]}
            for line in selectors.lines_about(user, mentorship)[:10]
        ],
        "note": _("%(paid)s betalt af %(committed)s")
        % {"paid": kroner(money.paid, 0), "committed": kroner(money.committed, 0)},
    }


def answer_to_supplier(page: InvoicePage) -> str:
    """What the supplier is told about what was refused, as things stand."""
    return answers.text_of(page.invoice, [row.line for row in page.rows])


def danish_month(first: date) -> str:
    """ "november 2026"."""
    return str(format_date(first, "MMMM y", locale=LOCALE))
