"""The books, the files to the finance system, the payer's answers and claims for money back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.payment.ledger import Account
from brobygger.payments import presenters as area
from brobygger.payments.ledger import forms, presenters, selectors
from brobygger.payments.ledger.models import Clawback, PayerAnswerLine
from brobygger.payments.ledger.services import answers, exports, state
from brobygger.payments.ledger.services import clawback as claims
from brobygger.ui import toasts
from brobygger.ui.formats import kroner
from brobygger.ui.forms import UiForm
from brobygger.values.moment import danish_day

INVALID = 422
PER_PAGE = 50


# The books


@login_required
@require_GET
def books(request: HttpRequest) -> HttpResponse:
    return _books(request, _reader(request))


def _books(
    request: HttpRequest,
    user: User,
    *,
    claim: forms.StateForm | None = None,
    received: forms.FromStateForm | None = None,
    status: int = 200,
) -> HttpResponse:
    wanted = selectors.Wanted(request.GET.get("art", ""), request.GET.get("q", ""))
    page = Paginator(selectors.listed(user, wanted), PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "area_tabs": area.area_tabs("books"),
        "books": presenters.books(user),
        "page": page,
        "rows": presenters.transactions(list(page.object_list)),
        "wanted": wanted,
        "filter": forms.ListFilter({"art": wanted.act, "q": wanted.text}),
        "claim": claim or forms.StateForm(prefix="claim"),
        "received": received or forms.FromStateForm(prefix="received"),
        "may_post": user.may(Permission.APPROVE_PAYMENT),
    }
    return render(request, "payments/ledger/books.html", context, status=status)


@login_required
@require_POST
def claim_from_state(request: HttpRequest) -> HttpResponse:
    user, now = _approver(request), timezone.now()
    form = forms.StateForm(request.POST, prefix="claim")

    def act() -> None:
        owed = state.claim_month(month=form.cleaned_data["month"], by=user, at=now)
        toasts.say(request, _("Staten skylder %(amount)s.") % {"amount": kroner(owed)})

    if _done(request, form, act):
        return redirect("payments:books")
    return _books(request, user, claim=form, status=INVALID)


@login_required
@require_POST
def received_from_state(request: HttpRequest) -> HttpResponse:
    user, now = _approver(request), timezone.now()
    form = forms.FromStateForm(request.POST, prefix="received")

    def act() -> None:
        paid = state.receive_from_state(received_on=form.cleaned_data["received_on"], by=user, at=now)
        toasts.say(request, _("Der er modtaget %(amount)s fra staten.") % {"amount": kroner(paid)})

    if _done(request, form, act):
        return redirect("payments:books")
    return _books(request, user, received=form, status=INVALID)


# Files to the finance system


@login_required
@require_http_methods(["GET", "POST"])
def finance_files(request: HttpRequest) -> HttpResponse:
    """The files and the accounts; a POST names an account."""
    user, now = _reader(request), timezone.now()
    form = forms.AccountForm(request.POST or None)
    if request.method == "POST":
        require(user, Permission.APPROVE_PAYMENT)

        def act() -> None:
            told = form.cleaned_data
            exports.name_account(account=Account(told["account"]), number=told["number"], by=user, at=now)
            toasts.say(request, _("Kontoen er gemt og bruges fra næste fil."))

        if _done(request, form, act):
            return redirect("payments:finance_files")
    files = selectors.finance_files_visible_to(user).defer("content").select_related("made_by")
    context = {
        "area_tabs": area.area_tabs("files"),
        "page": Paginator(files, PER_PAGE).get_page(request.GET.get("side")),
        "waiting": selectors.not_exported(user).count(),
        "accounts": presenters.account_rows(user),
        "form": form,
        "may_post": user.may(Permission.APPROVE_PAYMENT),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "payments/ledger/finance_files.html", context, status=status)


@login_required
@require_POST
def make_finance_file(request: HttpRequest) -> HttpResponse:
    user, now = _approver(request), timezone.now()

    def act() -> None:
        made = exports.make_file(by=user, at=now)
        told = ngettext(
            "Fil %(number)s er dannet med %(n)s postering.",
            "Fil %(number)s er dannet med %(n)s posteringer.",
            made.transactions,
        )
        toasts.say(request, told % {"number": made.number, "n": made.transactions})

    try:
        _once(request, act)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="info")
    return redirect("payments:finance_files")


@login_required
@require_GET
def finance_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same bytes each time."""
    user = _reader(request)
    found = get_object_or_404(selectors.finance_files_visible_to(user), public_id=public_id)
    name = f"regnskab-{found.number:05d}-{danish_day(found.made_at):%Y%m%d}.csv"
    return _download(bytes(found.content), name, "text/csv; charset=utf-8")


# The payer's answers


@login_required
@require_http_methods(["GET", "POST"])
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Differences, payments without an answer and the files; a POST reads a file."""
    user = _reader(request)
    form = forms.AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(user, Permission.HANDLE_INVOICES)
        if _done(request, form, lambda: _receive(request, user, form)):
            return redirect("payments:reconciliation")
    return _reconciliation(request, user, form, status=INVALID if request.method == "POST" else 200)


def _receive(request: HttpRequest, user: User, form: forms.AnswerForm) -> None:
    file = form.cleaned_data["file"]
    received = answers.receive(name=file.name or "", data=file.read(), by=user, at=timezone.now())
    told = _("%(agreed)s betalinger stemmer.") % {"agreed": received.agreed}
    if received.differing:
        more = ngettext(
            "%(n)s forskel skal ses efter.", "%(n)s forskelle skal ses efter.", received.differing
        )
        told = f"{told} {more % {'n': received.differing}}"
    toasts.say(request, told, kind="warning" if received.differing else "success")


def _reconciliation(
    request: HttpRequest,
    user: User,
    form: forms.AnswerForm,
    *,
    closing: tuple[PayerAnswerLine, forms.CloseForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = request.GET.get("vis", "open")
    found = selectors.differences_visible_to(user)
    found = found.filter(closed_at=None) if shown != "closed" else found.exclude(closed_at=None)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    wrong, typed = closing or (None, None)
    context = {
        "area_tabs": area.area_tabs("reconciliation"),
        "page": page,
        "rows": [
            (line, typed if typed and wrong == line else forms.CloseForm(prefix=line.public_id.hex))
            for line in page.object_list
        ],
        "shown": shown,
        "missing": selectors.missing_answers(user, timezone.localdate())[:PER_PAGE],
        "answers": selectors.answers_visible_to(user).select_related("received_by")[:PER_PAGE],
        "form": form,
        "summary": typed or form,
        "may_handle": user.may(Permission.HANDLE_INVOICES),
    }
    return render(request, "payments/ledger/reconciliation.html", context, status=status)


@login_required
@require_POST
def close_difference(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = _clerk(request), timezone.now()
    line = get_object_or_404(selectors.differences_visible_to(user), public_id=public_id)
    form = forms.CloseForm(request.POST, prefix=line.public_id.hex)

    def act() -> None:
        answers.close_difference(line=line, reason=form.cleaned_data["reason"], by=user, at=now)
        toasts.say(request, _("Forskellen er lukket."))

    if _done(request, form, act):
        return redirect("payments:reconciliation")
    return _reconciliation(request, user, forms.AnswerForm(), closing=(line, form), status=INVALID)


# Claims for money back


@login_required
@require_GET
def clawbacks(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    page = Paginator(selectors.clawbacks_visible_to(user), PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "area_tabs": area.area_tabs("clawbacks"),
        "page": page,
        "rows": [presenters.clawback(user, each) for each in page.object_list],
    }
    return render(request, "payments/ledger/clawbacks.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def request_clawback(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = _clerk(request), timezone.now()
    line = get_object_or_404(selectors.paid_lines_visible_to(user), public_id=public_id)
    standing = selectors.standing_on(line)
    form = forms.ClawbackForm(request.POST or None, initial={"amount": standing})
    made: list[Clawback] = []

    def act() -> None:
        told = form.cleaned_data
        made.append(claims.request(line=line, amount=told["amount"], reason=told["reason"], by=user, at=now))
        toasts.say(request, _("Kravet er rejst. En kollega skal godkende det."))

    if request.method == "POST" and _done(request, form, act):
        return redirect("payments:clawback", made[0].public_id) if made else redirect("payments:clawbacks")
    context = {
        "area_tabs": area.area_tabs("clawbacks"),
        "line": line,
        "standing": standing,
        "form": form,
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "payments/ledger/request_clawback.html", context, status=status)


@login_required
@require_GET
def clawback(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = _reader(request)
    return _clawback(request, user, _visible_claim(user, public_id))


def _clawback(
    request: HttpRequest,
    user: User,
    claim: Clawback,
    *,
    refusal: forms.RefuseForm | None = None,
    receipt: forms.ReceiptForm | None = None,
    summary: UiForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "area_tabs": area.area_tabs("clawbacks"),
        "view": presenters.clawback(user, claim),
        "claim": claim,
        "facts": presenters.clawback_facts(claim),
        "receipts": presenters.receipt_rows(selectors.receipts_of(claim)),
        "refusal": refusal or forms.RefuseForm(),
        "receipt": receipt or forms.ReceiptForm(initial={"amount": claim.outstanding}),
        "summary": summary or refusal or receipt,
    }
    return render(request, "payments/ledger/clawback.html", context, status=status)


@login_required
@require_POST
def approve_clawback(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = _approver(request), timezone.now()
    claim = _visible_claim(user, public_id)
    try:
        _once(request, lambda: _approve(request, claim, user, now))
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
    return redirect("payments:clawback", claim.public_id)


def _approve(request: HttpRequest, claim: Clawback, user: User, now: Any) -> None:
    claims.approve(clawback=claim, by=user, at=now)
    toasts.say(request, _("Kravet er godkendt. Brevet til leverandøren er klar."))


@login_required
@require_POST
def refuse_clawback(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = _clerk(request), timezone.now()
    claim = _visible_claim(user, public_id)
    form = forms.RefuseForm(request.POST)

    def act() -> None:
        claims.refuse(clawback=claim, note=form.cleaned_data["note"], by=user, at=now)
        toasts.say(request, _("Kravet er ikke godkendt."))

    if _done(request, form, act):
        return redirect("payments:clawback", claim.public_id)
    return _clawback(request, user, claim, refusal=form, status=INVALID)


@login_required
@require_POST
def clawback_receipt(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = _clerk(request), timezone.now()
    claim = _visible_claim(user, public_id)
    form = forms.ReceiptForm(request.POST)

    def act() -> None:
        told = form.cleaned_data
        claims.record_receipt(
            clawback=claim, amount=told["amount"], received_on=told["received_on"], by=user, at=now
        )
        toasts.say(request, _("Indbetalingen er bogført."))

    if _done(request, form, act):
        return redirect("payments:clawback", claim.public_id)
    return _clawback(request, user, claim, receipt=form, status=INVALID)


@login_required
@require_GET
def clawback_letter(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The letter as it was made when the claim was approved."""
    user = _reader(request)
    claim = _visible_claim(user, public_id)
    content = selectors.letter_of(claim)
    if content is None:
        raise Http404
    return _download(content, f"tilbagebetaling-{claim.line.invoice.supplier_cvr}.pdf", "application/pdf")


# What the views share


def _reader(request: HttpRequest) -> User:
    return _allowed(request, Permission.SEE_MONEY)


def _clerk(request: HttpRequest) -> User:
    return _allowed(request, Permission.HANDLE_INVOICES)


def _approver(request: HttpRequest) -> User:
    return _allowed(request, Permission.APPROVE_PAYMENT)


def _allowed(request: HttpRequest, permission: Permission) -> User:
    user = user_of(request)
    require(user, permission)
    return user


def _visible_claim(user: User, public_id: uuid.UUID) -> Clawback:
    return get_object_or_404(selectors.clawbacks_visible_to(user), public_id=public_id)


def _done(request: HttpRequest, form: UiForm, act: Callable[[], None]) -> bool:
    """Acts on a form without faults; a refusal is put by its field, and then nothing has been done."""
    if not form.is_valid():
        return False
    try:
        _once(request, act)
    except Refused as refusal:
        sentence = f"{refusal.message} {refusal.remedy}".strip()
        form.add_error(refusal.field if refusal.field in form.fields else None, sentence)
        return False
    return True


def _once(request: HttpRequest, act: Callable[[], None]) -> None:
    """Acts unless this very form came before. A refusal forgets the key, so that it can be sent again."""
    with transaction.atomic():
        if comes_first(request, timezone.now()):
            act()


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
