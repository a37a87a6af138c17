"""Signs of fraud and error: the list, one sign with its evidence, and the thresholds."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.controls.risks import presenters, selectors, services
from brobygger.controls.risks.forms import ExplanationForm, LimitForm, SignFilter
from brobygger.controls.risks.models import RiskSign
from brobygger.people import services as people
from brobygger.ui import toasts

PER_PAGE = 25


@login_required
@require_GET
def risks(request: HttpRequest) -> HttpResponse:
    """Signs that nobody has explained yet, those somebody is looking into first."""
    user = user_of(request)
    require(user, Permission.SEE_CONTROLS)
    require(user, Permission.SEE_CASES)  # a sign is about people; thresholds are not
    wanted = SignFilter(request.GET)
    data = wanted.cleaned_data if wanted.is_valid() else {}
    found = selectors.listed(user, kind=data.get("kind", ""), state=data.get("state", ""))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    rows = presenters.rows(user, list(page.object_list))
    people.note_looks(citizens=presenters.citizens_of(rows), by=user, page=_("Tegn på fejl og snyd"))
    context = {
        "rows": rows,
        "page": page,
        "filter": wanted,
        "counts": selectors.counts(user),
        "is_narrowed": any(data.values()),
        **_rights(user),
    }
    return render(request, "controls/risks.html", context)


@login_required
@require_GET
def risk(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One sign with its evidence side by side."""
    user = user_of(request)
    require(user, Permission.SEE_CONTROLS)
    require(user, Permission.SEE_CASES)
    return _page(request, user, _sign(user, public_id), ExplanationForm())


@login_required
@require_POST
def look_into(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Takes the sign on, and shows it."""
    user, now = user_of(request), timezone.now()
    sign = _sign(user, public_id)
    try:
        if comes_first(request, now):
            services.look_into(sign=sign, by=user, at=now)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="warning")
    return redirect("controls:risk", sign.public_id)


@login_required
@require_POST
def explain(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What lies behind the sign."""
    user, now = user_of(request), timezone.now()
    sign = _sign(user, public_id)
    form = ExplanationForm(request.POST)
    if form.is_valid():
        try:
            if comes_first(request, now):
                services.explain(sign=sign, explanation=form.cleaned_data["explanation"], by=user, at=now)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            toasts.say(request, _("Forklaringen er gemt."))
            return redirect("controls:risks")
    return _page(request, user, sign, form, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """The thresholds with reasons, and a new value of one of them from a day on."""
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.SEE_CONTROLS)
    form = LimitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                services.set_limit(**form.cleaned_data, by=user, at=now)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            toasts.say(request, _("Grænsen er gemt."))
            return redirect("controls:risk_limits")
    context = {"form": form, "groups": presenters.limit_groups(user, today), **_rights(user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "controls/risk_limits.html", context, status=status)


def _sign(user: User, public_id: uuid.UUID) -> RiskSign:
    sign: RiskSign = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    return sign


def _page(
    request: HttpRequest, user: User, sign: RiskSign, form: ExplanationForm, status: int = 200
) -> HttpResponse:
    row = presenters.rows(user, [sign])[0]
    evidence, seen = presenters.evidence(user, sign)
    people.note_looks(
        citizens=[*presenters.citizens_of([row]), *seen], by=user, page=_("Tegn på fejl og snyd")
    )
    context = {
        "row": row,
        "sign": sign,
        "evidence": evidence,
        "form": form,
        **presenters.page_words(sign),
        **_rights(user),
    }
    return render(request, "controls/risk.html", context, status=status)


def _rights(user: User) -> dict[str, Any]:
    return {"may_weigh": user.may(Permission.WEIGH_SIGNS), "may_set": user.may(Permission.SET_FRAMES)}
