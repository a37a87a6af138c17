"""The second party sees the hours that were drawn, and says whether they are right: signed in or by one-time link."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brobygger.accounts import by_link
from brobygger.accounts import services as links
from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import tell
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.requests import comes_first, user_of
from brobygger.controls.attest import presenters, selectors, services
from brobygger.controls.attest.forms import ObjectionForm
from brobygger.controls.samples.models import Attestation, SampleCase
from brobygger.ui import toasts

YES = "yes"


@login_required
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Signed in."""
    user, now = user_of(request), timezone.now()
    found: Attestation = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    if request.method == "GET":
        return _page(request, found, by=user)
    form, said_yes = ObjectionForm(request.POST), request.POST.get("act") == YES
    if not said_yes and not form.is_valid():
        return _page(request, found, form, by=user, status=422)
    try:
        with transaction.atomic():
            if comes_first(request, now):
                services.attest(
                    attestation=found,
                    was_delivered=said_yes,
                    answer="" if said_yes else form.cleaned_data["answer"],
                    seen=_seen(request),
                    by=user,
                    at=now,
                    strength=_strength(request),
                )
    except Refused as refusal:
        return _page(request, found, _told(request, refusal), by=user, status=422)
    toasts.say(request, _("Tak. Kommunen har fået dit svar."))
    return redirect("web:home")


def _strength(request: HttpRequest) -> SampleCase.Strength:
    came_by_link = by_link.came_by_link(request)
    return SampleCase.Strength.LINK_AND_CODE if came_by_link else SampleCase.Strength.SIGNED_IN


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """By link: first only that there is something, after the code the hours, after the answer a thank-you."""
    now = timezone.now()
    try:
        found = links.enter_by_link(token=token, purpose=services.PURPOSE, at=now)
    except Refused as refusal:
        if by_link.answered(request, token):
            return _thanks(request)
        return by_link.dead_page(request, refusal)
    before = by_link.before_the_matter(request, found, now)
    if before is not None:
        return before
    if request.method != "POST":
        return _page(request, selectors.of_link(found))
    return _answer_by_link(request, found, token, now)


def _answer_by_link(request: HttpRequest, found: OneTimeLink, token: str, now: datetime) -> HttpResponse:
    form, said_yes = ObjectionForm(request.POST), request.POST.get("act") == YES
    if not said_yes and not form.is_valid():
        return _page(request, selectors.of_link(found), form, status=422)
    try:
        services.attest_by_link(
            link=found,
            was_delivered=said_yes,
            answer="" if said_yes else form.cleaned_data["answer"],
            seen=_seen(request),
            at=now,
        )
    except Refused as refusal:
        return _page(request, selectors.of_link(found), _told(request, refusal), status=422)
    by_link.close(request, token)
    return _thanks(request)


def _seen(request: HttpRequest) -> int:
    """How many minutes the page showed; -1 fits nothing."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _told(request: HttpRequest, refusal: Refused) -> ObjectionForm:
    """The form as it was typed, with what stands in the way."""
    form = ObjectionForm({"answer": request.POST.get("answer", "")})
    form.full_clean()
    form.errors.clear()
    tell(form, refusal)
    return form


def _thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "controls/attest/thanks.html")


def _page(
    request: HttpRequest,
    found: Attestation,
    form: ObjectionForm | None = None,
    *,
    by: User | None = None,
    status: int = 200,
) -> HttpResponse:
    services.note_opened(attestation=found, by=by)
    context = {
        **presenters.page(found, selectors.hours_of(found)),
        "form": form or ObjectionForm(),
        "is_objecting": form is not None and bool(form.errors.get("answer") or form.data.get("answer")),
        "is_signed_in": by is not None,
    }
    return render(request, "controls/attest/hours.html", context, status=status)
