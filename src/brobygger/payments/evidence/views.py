"""Pay evidence: the list, a new paper with its hour beside it, one record and its paper."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.payment.pay_items import BadPay
from brobygger.payments import presenters as money
from brobygger.payments.evidence import forms, presenters, selectors, services
from brobygger.payments.evidence.models import PayRecord
from brobygger.payments.evidence.reading import ENDINGS
from brobygger.ui import toasts
from brobygger.values.ids import uuid_or_none

INVALID = 422
PER_PAGE = 50


@login_required
@require_GET
def pay_records(request: HttpRequest) -> HttpResponse:
    """The records of all companies, and whom to ask for one."""
    user, today = _reader(request), timezone.localdate()
    text, only = request.GET.get("q", ""), request.GET.get("vis", "")
    found = selectors.listed(user, text=text, on=today, only=only)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "area_tabs": money.area_tabs("pay"),
        "page": page,
        "rows": presenters.rows(list(page.object_list), today),
        "lacking": selectors.without_record(user, today) if not text else [],
        "filter": forms.FindForm({"q": text}),
        "text": text,
        "only": only,
        "may_record": user.may(Permission.RECORD_PAY),
    }
    return render(request, "payments/evidence/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_pay(request: HttpRequest) -> HttpResponse:
    """The page of a new paper. Its buttons all post here, so that it works without a script."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.RECORD_PAY)
    if request.method == "GET":
        return _page(request, forms.NewPay(_beginning(request, user), user=user, judged=False))
    act, _colon, place = request.POST.get("act", "").partition(":")
    data = request.POST.dict()
    if act == "save":
        return _save(request, user, now)
    if act == "more":
        return _lines(request, forms.NewPay(data, user=user, judged=False, more=True))
    if act == "less" and place.isdecimal():
        return _lines(request, forms.NewPay(forms.without_row(data, int(place)), user=user, judged=False))
    return _page(request, forms.NewPay(data, user=user, judged=False))


@login_required
@require_POST
def pay_panel(request: HttpRequest) -> HttpResponse:
    """The hour alone, for what has been typed so far."""
    user = user_of(request)
    require(user, Permission.RECORD_PAY)
    return render(request, "payments/evidence/panel.html", _hour(request.POST.dict(), user))


def _beginning(request: HttpRequest, user: User) -> dict[str, Any]:
    """Nothing, the company of ``?hos=``, or the record of ``?fra=`` to begin from."""
    if earlier := uuid_or_none(request.GET.get("fra", "")):
        record = selectors.visible_to(user).select_related("organisation").filter(public_id=earlier).first()
        return forms.data_of(record) if record else {}
    return {"organisation": str(where)} if (where := uuid_or_none(request.GET.get("hos", ""))) else {}


def _save(request: HttpRequest, user: User, now: datetime) -> HttpResponse:
    read = forms.NewPay(request.POST.dict(), request.FILES, user=user, judged=True)
    try:
        evidence = read.evidence(otherwise_from=timezone.localdate())
    except BadPay as problem:
        read.add_error(problem.field, str(problem))
    if not read.is_valid():
        return _page(request, read, status=INVALID)
    try:
        with transaction.atomic():
            record = _record_once(request, read, evidence, user, now)
    except Refused as refusal:
        read.add_error(refusal.field, refusal.message)
        return _page(request, read, status=INVALID)
    if record is None:
        return redirect("payments:pay_records")
    toasts.say(request, _("Lønoplysningen er gemt."))
    return redirect("payments:pay_record", record.public_id)


def _record_once(
    request: HttpRequest, read: forms.NewPay, evidence: Any, user: User, now: datetime
) -> PayRecord | None:
    """None when the very same form, file and all, has been sent before."""
    paper = read.main.cleaned_data.get("paper")
    digest = hashlib.sha256(paper.content).hexdigest() if paper else ""
    if not comes_first(request, now, paper=digest):
        return None
    return services.record_pay(owner=read.owner, evidence=evidence, paper=paper, by=user, at=now)


def _page(request: HttpRequest, new: forms.NewPay, status: int = 200) -> HttpResponse:
    context = {
        "area_tabs": money.area_tabs("pay"),
        "new": new,
        "wrong": [new.main, *new.rows],
        **_hour(dict(new.data), user_of(request)),
    }
    return render(request, "payments/evidence/new.html", context, status=status)


def _lines(request: HttpRequest, new: forms.NewPay) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "payments/evidence/lines.html", {"new": new})
    return _page(request, new)


def _hour(data: dict[str, Any], user: User) -> dict[str, Any]:
    read = forms.NewPay(data, user=user, judged=True)
    try:
        cost, lacks = presenters.preview(read.evidence(otherwise_from=timezone.localdate()))
    except BadPay as problem:
        cost, lacks = None, str(problem)
    return {"cost": cost, "lacks": lacks}


@login_required
@require_http_methods(["GET", "POST"])
def pay_record(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One record; a post gives its last day."""
    user, now, today = _reader(request), timezone.now(), timezone.localdate()
    record = _visible(user, public_id)
    form = forms.EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(user, Permission.RECORD_PAY)
        if form.is_valid():
            try:
                services.end_pay(record=record, last_day=form.cleaned_data["last_day"], by=user, at=now)
            except Refused as refusal:
                form.add_error(refusal.field or None, refusal.message)
            else:
                toasts.say(request, _("Sidste dag er gemt."))
                return redirect("payments:pay_record", record.public_id)
    context = {
        "area_tabs": money.area_tabs("pay"),
        "end_form": form,
        **presenters.record_page(user, record, today),
    }
    return render(request, "payments/evidence/record.html", context, status=INVALID if form.errors else 200)


@login_required
@require_GET
def pay_paper(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The paper as it came, never shown by the browser itself."""
    user = _reader(request)
    record = _visible(user, public_id)
    try:
        content = services.open_paper(record=record, by=user)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="info")
        return redirect("payments:pay_record", record.public_id)
    name = f"loen-{record.valid_from:%Y%m%d}.{ENDINGS.get(record.paper_type, 'bin')}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=record.paper_type, headers=headers)


def _reader(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_MONEY)
    return user


def _visible(user: User, public_id: uuid.UUID) -> PayRecord:
    found = selectors.visible_to(user).select_related("organisation", "recorded_by")
    return get_object_or_404(found, public_id=public_id)
