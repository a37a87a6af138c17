"""Puts the forms on the page of an invoice: a choice and where needed a mentorship for each undecided line."""

from __future__ import annotations

from brobygger.accounts.models import User
from brobygger.payments import presenters
from brobygger.payments.forms import LEAVE, PAY, AssignForm, DecideForm, PartForm
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.payments.presenters import InvoicePage, LineView

State = InvoiceLine.State


def page_of(user: User, invoice: Invoice, form: DecideForm | None = None) -> InvoicePage:
    """The page with its controls; ``form`` carries what was typed when something was wrong."""
    page = presenters.invoice_page(user, invoice)
    lines = [row.line for row in page.rows]
    page.form = shown = form or DecideForm(lines, may_pay=page.may_pay, is_credit=page.is_credit)
    if page.may_handle:
        choices = presenters.mentorship_choices(user, invoice) if page.waits else []
        for row in page.rows:
            _add(row, shown, choices)
        page.to_pay = sum(row.choice is not None and row.choice.initial == PAY for row in page.rows)
    return page


def assign_prefix(line: InvoiceLine) -> str:
    return f"l{line.public_id.hex}"


def _add(row: LineView, form: DecideForm, choices: list[tuple[str, str]]) -> None:
    line = row.line
    if f"choice_{line.public_id.hex}" in form.fields:
        row.choice = form.choice_of(line)
        if row.news:
            row.choice.field.initial = LEAVE
    if line.state == State.WAITING:
        about = line.mentorship or line.suggested
        known = about.public_id if about else ""
        initial = {"mentorship": known, "version": line.version}
        row.assign = AssignForm(choices, initial=initial, prefix=assign_prefix(line))
    if line.state in (State.WAITING, State.PAYABLE, State.REFUSED) and _can_be_parted(line, row):
        row.part = PartForm(line, initial={"version": line.version})
    row.can_reopen = line.state == State.REFUSED and line.reason_code != presenters.WHOLE_DOCUMENT


def _can_be_parted(line: InvoiceLine, row: LineView) -> bool:
    """A person can refuse a part of what stands on an invoice, once, unless all of the document was turned away."""
    if row.is_credit or line.amount <= 0 or line.part_amount is not None:
        return False
    return line.reason_code != presenters.WHOLE_DOCUMENT
