"""The supplier's page: a month to hand in, an invoice to send, and the answers."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.payments import forms, presenters
from brobygger.payments.models import Invoice
from brobygger.payments.portal import selectors, services
from brobygger.people import services as people
from brobygger.ui import toasts
from brobygger.values.period import add_months

INVALID = 422
MONTHS_BACK = 6


@login_required
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The month chosen and the invoices; a POST sends one."""
    user = _contact(request)
    form = forms.OneInvoiceForm()
    if request.method == "POST":
        form = forms.OneInvoiceForm(request.POST, request.FILES)
        if form.is_valid() and _send(request, user, form):
            return redirect("payments:supplier")
    return _page(request, user, form, status=INVALID if form.errors else 200)


def _send(request: HttpRequest, user: User, form: forms.OneInvoiceForm) -> bool:
    file = form.cleaned_data["file"]
    try:
        if sentence := forms.too_large(file):
            raise Refused(sentence)
        invoice = services.send_invoice(data=file.read(), by=user, at=timezone.now())
    except Refused as refusal:
        form.add_error("file", f"{refusal.message} {refusal.remedy}".strip())
        return False
    told = {"kind": invoice.get_kind_display(), "number": invoice.number}
    toasts.say(request, _("%(kind)s %(number)s er modtaget. Svaret står herunder.") % told)
    return True


def _page(request: HttpRequest, user: User, form: forms.OneInvoiceForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    choices = [add_months(today.replace(day=1), -back) for back in range(MONTHS_BACK)]
    month = _month(request.GET.get("maaned", ""), choices)
    context = {"theme": "company", "choices": choices, "month": month, "upload": form}
    try:
        supplier = selectors.supplier_of(user)
    except Refused as refusal:
        return render(request, "payments/portal/overview.html", context | {"lacks": refusal.message})
    rows, citizens = selectors.months(user, supplier, month)
    people.note_looks(citizens=citizens, by=user, page=_("Leverandørens side"))
    minutes, amount = selectors.total(rows)
    handed_in = selectors.statements(user, supplier, month)
    context |= {
        "supplier": supplier,
        "rows": rows,
        "minutes": minutes,
        "amount": amount,
        "name": presenters.danish_month(month),
        "handed_in": handed_in[0] if handed_in else None,
        "has_changed": bool(handed_in) and (handed_in[0].minutes, handed_in[0].amount) != (minutes, amount),
        "is_over": month < today.replace(day=1),
        "invoices": [
            {"own": each, "tag": presenters.INVOICE_TAGS[Invoice.State(each.invoice.state)]}
            for each in selectors.invoices(user, supplier)
        ],
    }
    return render(request, "payments/portal/overview.html", context, status=status)


@login_required
@require_POST
def hand_in(request: HttpRequest, month: str) -> HttpResponse:
    """Hands in the month; again gives the same."""
    user = _contact(request)
    first = _first_of(month)
    try:
        made = services.hand_in_month(month=first, by=user, at=timezone.now())
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
    else:
        toasts.say(
            request,
            _("%(month)s er indleveret.") % {"month": presenters.danish_month(made.month).capitalize()},
        )
    return redirect(f"{reverse('payments:supplier')}?maaned={first:%Y-%m}")


@login_required
@require_GET
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The ApplicationResponse about an invoice of the supplier's own."""
    user = _contact(request)
    found = selectors.answer_of(user, selectors.supplier_of(user), public_id)
    if found is None or not found.content:
        raise Http404
    return HttpResponse(
        bytes(found.content),
        content_type="application/xml",
        headers={
            "Content-Disposition": f'attachment; filename="svar-{public_id}.xml"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _contact(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_COMPANY)
    return user


def _month(wanted: str, choices: list[date]) -> date:
    """The month asked for, else the last one that is over."""
    return next((each for each in choices if f"{each:%Y-%m}" == wanted), choices[1])


def _first_of(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404 from None
