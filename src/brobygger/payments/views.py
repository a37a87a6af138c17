"""Invoices, months and the ledger. Views choose, services decide."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.mentorships import selectors as mentorships
from brobygger.payments import controls, forms, presenters, selectors, services
from brobygger.payments.intake import answers
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.payments.portal.selectors import statements_in
from brobygger.payments.selectors import Wanted
from brobygger.people import services as people
from brobygger.ui import toasts
from brobygger.ui.formats import kroner
from brobygger.values.moment import danish_day
from brobygger.values.money import ZERO

INVALID = 422
PER_PAGE = 50


# Invoices


@login_required
@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    return _list(request, user, forms.UploadForm())


def _list(
    request: HttpRequest,
    user: User,
    upload: forms.UploadForm,
    *,
    results: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    wanted = Wanted(request.GET.get("vis", "open"), request.GET.get("q", ""))
    page = Paginator(selectors.listed(user, wanted, today), PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "area_tabs": presenters.area_tabs("invoices"),
        "tabs": presenters.list_tabs(user, wanted, today),
        "page": page,
        "rows": presenters.invoice_rows(list(page.object_list)),
        "wanted": wanted,
        "filter": forms.ListFilter({"q": wanted.text}),
        "upload": upload,
        "results": results or [],
        "may_handle": user.may(Permission.HANDLE_INVOICES),
    }
    return render(request, "payments/invoices.html", context, status=status)


@login_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """One or more files; each is received or refused by itself."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.HANDLE_INVOICES)
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, user, form, status=INVALID)
    files = form.cleaned_data["file"]
    if not _files_come_first(request, files, now):
        return redirect("payments:invoices")
    results = [_receive_one(file, user, now) for file in files]
    received = [invoice for _name, invoice, _sentence in results if invoice]
    if len(received) == len(results) == 1:
        toasts.say(request, _told_of(received[0]), kind=_tone_of(received[0]))
        return redirect("payments:invoice", received[0].public_id)
    refused = [(name, sentence) for name, invoice, sentence in results if invoice is None]
    for name, sentence in refused:
        form.add_error("file", f"{name}: {sentence}" if len(results) > 1 else sentence)
    return _list(request, user, form, results=received, status=INVALID if refused else 200)


def _receive_one(file: UploadedFile[Any], user: User, now: datetime) -> tuple[str, Invoice | None, str]:
    if sentence := forms.too_large(file):
        return file.name or "", None, sentence
    try:
        return file.name or "", services.receive(data=file.read(), by=user, at=now), ""
    except Refused as refusal:
        return file.name or "", None, f"{refusal.message} {refusal.remedy}".strip()


def _files_come_first(request: HttpRequest, files: list[UploadedFile[Any]], now: datetime) -> bool:
    """The key of the form covers the content of the files too; those too large are not read."""
    digests = [hashlib.sha256(b"" if forms.too_large(file) else file.read()).hexdigest() for file in files]
    for file in files:
        file.seek(0)
    return comes_first(request, now, files=",".join(digests))


def _told_of(invoice: Invoice) -> str:
    told = {"kind": invoice.get_kind_display(), "number": invoice.number}
    if invoice.state == Invoice.State.REJECTED:
        return _("%(kind)s %(number)s er modtaget og afvist.") % told
    return _("%(kind)s %(number)s er modtaget og afstemt.") % told


def _tone_of(invoice: Invoice) -> str:
    return "warning" if invoice.state == Invoice.State.REJECTED else "success"


@login_required
@require_GET
def invoice(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = _reader(request)
    return _invoice(request, user, _visible_invoice(user, public_id))


def _invoice(
    request: HttpRequest, user: User, shown: Invoice, form: forms.DecideForm | None = None, status: int = 200
) -> HttpResponse:
    page = controls.page_of(user, shown, form)
    people.note_looks(citizens=page.citizens, by=user, page=_("Faktura"))
    context = {
        "page": page,
        "invoice": shown,
        "area_tabs": presenters.area_tabs("invoices"),
        "answer": presenters.answer_to_supplier(page) if page.refused else "",
        "has_answer": (given := answers.newest(shown)) is not None and bool(given.content),
    }
    return render(request, "payments/invoice.html", context, status=status)


@login_required
@require_POST
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Pays or refuses the chosen lines."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.HANDLE_INVOICES)
    shown = _visible_invoice(user, public_id)
    may_pay = user.may(Permission.APPROVE_PAYMENT)
    is_credit = shown.kind == Invoice.Kind.CREDIT_NOTE
    form = forms.DecideForm(selectors.lines_of(shown), request.POST, may_pay=may_pay, is_credit=is_credit)
    if form.is_valid():
        try:
            _once(request, now, lambda: _decide(request, shown, form, user, now))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return redirect("payments:invoice", shown.public_id)
    return _invoice(request, user, _visible_invoice(user, public_id), form, status=INVALID)


def _decide(request: HttpRequest, shown: Invoice, form: forms.DecideForm, user: User, now: datetime) -> None:
    if form.cleaned_data["act"] == forms.PAY:
        settled = services.pay(invoice=shown, versions=form.chosen(forms.PAY), by=user, at=now)
        _say_settled(request, settled)
        return
    count = services.refuse(
        invoice=shown,
        versions=form.chosen(forms.REFUSE),
        reason_code=form.cleaned_data["reason_code"],
        reason=form.cleaned_data["reason"],
        by=user,
        at=now,
    )
    toasts.say(request, ngettext("%(n)s linje er afvist.", "%(n)s linjer er afvist.", count) % {"n": count})


def _say_settled(request: HttpRequest, settled: services.Settled) -> None:
    if settled.paid:
        told = ngettext(
            "%(n)s linje er godkendt til betaling, i alt %(total)s",
            "%(n)s linjer er godkendt til betaling, i alt %(total)s",
            settled.paid,
        )
        toasts.say(request, told % {"n": settled.paid, "total": kroner(settled.total)})
    if settled.left:
        count = len(settled.left)
        told = ngettext("%(n)s linje kunne ikke betales.", "%(n)s linjer kunne ikke betales.", count)
        toasts.say(request, f"{told % {'n': count}} {_('Årsagen står ved linjen.')}", kind="warning")


@login_required
@require_POST
def rematch(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    shown = _visible_invoice(user, public_id)
    changed = services.rematch(invoice=shown, by=user, at=now)
    told = ngettext("Afstemt igen. %(n)s linje er ændret.", "Afstemt igen. %(n)s linjer er ændret.", changed)
    toasts.say(request, told % {"n": changed})
    return redirect("payments:invoice", shown.public_id)


@login_required
@require_GET
def original(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file as it came, never shown by the browser itself."""
    user = _reader(request)
    shown = _visible_invoice(user, public_id)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{shown.supplier_cvr}-{shown.number}").strip("-") or "faktura"
    return _download(services.open_original(invoice=shown, by=user), f"{name}.xml", "application/xml")


@login_required
@require_POST
def assign(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The line's mentorship, in place with htmx, else by the page."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.HANDLE_INVOICES)
    line = _visible_line(user, public_id)
    form = forms.AssignForm(
        presenters.mentorship_choices(user, line.invoice), request.POST, prefix=controls.assign_prefix(line)
    )
    if form.is_valid():
        mentorship = get_object_or_404(
            mentorships.visible_to(user), public_id=form.cleaned_data["mentorship"]
        )
        try:
            line = services.assign(
                line=line, mentorship=mentorship, version=form.cleaned_data["version"], by=user, at=now
            )
        except Refused as refusal:
            form.add_error("mentorship", refusal.message)
        else:
            return _after_line(
                request, user, line, _("Forløbet er valgt. %(reason)s") % {"reason": line.reason}
            )
    return _row_with_errors(request, user, line, form)


@login_required
@require_POST
def reopen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.HANDLE_INVOICES)
    line = _visible_line(user, public_id)
    try:
        version = int(request.POST.get(f"reopen_version_{line.public_id.hex}", ""))
    except ValueError:
        raise Http404 from None
    try:
        services.reopen(line=line, version=version, by=user, at=now)
    except Refused as refusal:
        return _whole_page(request, line.invoice, refusal.message)
    return _after_line(request, user, line, _("Afvisningen er taget tilbage."))


@login_required
@require_POST
def refuse_part(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Pays only a part of a line, in place with htmx, else by the page."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.HANDLE_INVOICES)
    line = _visible_line(user, public_id)
    form = forms.PartForm(line, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            line = services.refuse_part(
                line=line,
                left=data["left"],
                version=data["version"],
                reason_code=data["part_code"],
                reason=data["part_reason"],
                by=user,
                at=now,
            )
        except Refused as refusal:
            form.add_error("part_reason" if refusal.field == "reason" else "left", refusal.message)
        else:
            return _after_line(request, user, line, _("Resten af linjen er afvist."))
    return _row_with_errors(request, user, line, part=form)


@login_required
@require_POST
def take_part_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.HANDLE_INVOICES)
    line = _visible_line(user, public_id)
    try:
        version = int(request.POST.get(f"back_version_{line.public_id.hex}", ""))
    except ValueError:
        raise Http404 from None
    try:
        line = services.take_part_back(line=line, version=version, by=user, at=now)
    except Refused as refusal:
        return _whole_page(request, line.invoice, refusal.message)
    return _after_line(request, user, line, _("Hele linjen er med igen."))


@login_required
@require_GET
def response(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The ApplicationResponse that the supplier is given."""
    user = _reader(request)
    shown = _visible_invoice(user, public_id)
    answer = answers.newest(shown)
    if answer is None or not answer.content:
        raise Http404
    return _download(
        bytes(answer.content), f"svar-{shown.supplier_cvr}-{answer.number}.xml", "application/xml"
    )


def _after_line(request: HttpRequest, user: User, line: InvoiceLine, told: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        toasts.say(request, told)
        return redirect("payments:invoice", line.invoice.public_id)
    page = controls.page_of(user, _visible_invoice(user, line.invoice.public_id))
    row = next(row for row in page.rows if row.line.pk == line.pk)
    people.note_looks(
        citizens=[row.line.mentorship.citizen] if row.line.mentorship else [], by=user, page=_("Faktura")
    )
    context = {"row": row, "page": page, "invoice": page.invoice, "in_place": True}
    answer = render(request, "payments/_line_answer.html", context)
    answer.write(toasts.fragment(request, told))
    return answer


def _row_with_errors(
    request: HttpRequest,
    user: User,
    line: InvoiceLine,
    form: forms.AssignForm | None = None,
    part: forms.PartForm | None = None,
) -> HttpResponse:
    shown = _visible_invoice(user, line.invoice.public_id)
    page = controls.page_of(user, shown)
    row = next(row for row in page.rows if row.line.pk == line.pk)
    sent = form or part
    if (row.assign if form else row.part) is None:
        # Somebody else has decided the line meanwhile: the page as it is now says how.
        errors = sent.errors.values() if sent else []
        told = next((each for every in errors for each in every), _("Linjen er allerede afgjort."))
        return _whole_page(request, shown, str(told))
    row.assign, row.part = form or row.assign, part or row.part
    if getattr(request, "htmx", False):
        context = {"row": row, "page": page, "invoice": shown, "in_place": True}
        return render(request, "payments/_line.html", context, status=INVALID)
    people.note_looks(citizens=page.citizens, by=user, page=_("Faktura"))
    context = {"page": page, "invoice": shown, "area_tabs": presenters.area_tabs("invoices"), "answer": ""}
    return render(request, "payments/invoice.html", context, status=INVALID)


def _whole_page(request: HttpRequest, shown: Invoice, told: str) -> HttpResponse:
    """Back to the page as it is now, with what went wrong."""
    toasts.say(request, told, kind="error")
    if getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    return redirect("payments:invoice", shown.public_id)


# Months


@login_required
@require_GET
def months(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    first = _month(request.GET.get("maaned", "")) or timezone.localdate().replace(day=1)
    page = presenters.month_page(user, first, request.GET.get("vis", "all"))
    shown = Paginator(page.rows, PER_PAGE).get_page(request.GET.get("side"))
    people.note_looks(
        citizens=[row.mentorship.citizen for row in shown.object_list], by=user, page=_("Måneder")
    )
    context = {
        "area_tabs": presenters.area_tabs("months"),
        "month": page,
        "page": shown,
        "name": presenters.danish_month(first),
        "statements": statements_in(user, first),
    }
    return render(request, "payments/months.html", context)


def _month(text: str) -> date | None:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return date(int(found[1]), int(found[2]), 1) if found else None


# The ledger


@login_required
@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    user, now = _reader(request), timezone.now()
    if request.method == "POST":
        require(user, Permission.APPROVE_PAYMENT)
        try:
            _once(request, now, lambda: _make_file(request, user, now))
        except Refused as refusal:
            toasts.say(request, refusal.message, kind="info")
        return redirect("payments:ledger")
    waiting = list(
        selectors.not_exported(user)
        .select_related("line__invoice", "mentorship", "approved_by")
        .defer("line__invoice__content")
    )
    files = selectors.ledger_files_visible_to(user).defer("content").select_related("made_by")
    context = {
        "area_tabs": presenters.area_tabs("ledger"),
        "waiting": waiting,
        "total": sum((payment.total for payment in waiting), ZERO),
        "page": Paginator(files, PER_PAGE).get_page(request.GET.get("side")),
        "may_make": user.may(Permission.APPROVE_PAYMENT),
    }
    return render(request, "payments/ledger.html", context)


def _make_file(request: HttpRequest, user: User, now: datetime) -> None:
    made = services.make_ledger_file(by=user, at=now)
    told = _("Bogføringsfil %(number)s er dannet med %(total)s") % {
        "number": made.number,
        "total": kroner(made.total),
    }
    toasts.say(request, told)


@login_required
@require_GET
def ledger_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same bytes each time."""
    user = _reader(request)
    found = get_object_or_404(selectors.ledger_files_visible_to(user), public_id=public_id)
    name = f"bogfoering-{found.number:05d}-{danish_day(found.made_at):%Y%m%d}.csv"
    return _download(bytes(found.content), name, "text/csv; charset=utf-8")


# What the views share


def _reader(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_MONEY)
    return user


def _visible_invoice(user: User, public_id: uuid.UUID) -> Invoice:
    return get_object_or_404(selectors.visible_to(user), public_id=public_id)


def _visible_line(user: User, public_id: uuid.UUID) -> InvoiceLine:
    lines = selectors.lines_visible_to(user).select_related("invoice", "mentorship").defer("invoice__content")
    return get_object_or_404(lines, public_id=public_id)


def _once(request: HttpRequest, at: datetime, act: Callable[[], None]) -> None:
    """Acts unless this very form came before. A refusal forgets the key, so that it can be sent again."""
    with transaction.atomic():
        if comes_first(request, at):
            act()


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
