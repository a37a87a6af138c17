"""Mentor and company answer, signed in or by link; the consultant sends the company its link."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brobygger.accounts import by_link
from brobygger.accounts import services as links
from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import tell
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.followups.hearings import presenters, selectors, services
from brobygger.followups.hearings.forms import HearingForm
from brobygger.followups.models import Hearing
from brobygger.ui import toasts


@login_required
@require_http_methods(["GET", "POST"])
def hearing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Signed in: mentor or company."""
    user, now = user_of(request), timezone.now()
    own = selectors.visible_to(user) if user.kind != "staff" else selectors.visible_to(user).none()
    found: Hearing = get_object_or_404(own, public_id=public_id)
    form = HearingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, now):
                    services.answer(hearing=found, said=form.said(), by=user, at=now)
            toasts.say(request, _("Tak. Kommunen har fået din status."))
            return redirect("web:home")
        except Refused as refusal:
            tell(form, refusal)
    return _page(request, found, form, by=user)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """By link: first only that there is something, after the code the questions, after the answer a thank-you."""
    now = timezone.now()
    try:
        found = links.enter_by_link(token=token, purpose=services.PURPOSE, at=now)
    except Refused as refusal:
        if by_link.answered(request, token):
            return render(request, "followups/hearing_thanks.html")
        return by_link.dead_page(request, refusal)
    before = by_link.before_the_matter(request, found, now)
    if before is not None:
        return before
    if request.method != "POST":
        return _page(request, selectors.of_link(found), HearingForm())
    return _answer_by_link(request, found, token, now)


def _answer_by_link(request: HttpRequest, found: OneTimeLink, token: str, now: datetime) -> HttpResponse:
    form = HearingForm(request.POST)
    if form.is_valid():
        try:
            services.answer_by_link(link=found, said=form.said(), at=now)
            by_link.close(request, token)
            return render(request, "followups/hearing_thanks.html")
        except Refused as refusal:
            tell(form, refusal)
    return _page(request, selectors.of_link(found), form)


@login_required
@require_POST
def ask_company(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Sends the company its questions."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.FOLLOW_UP)
    found: Hearing = get_object_or_404(
        selectors.visible_to(user).filter(party=Hearing.Party.COMPANY), public_id=public_id
    )
    try:
        with transaction.atomic():
            if comes_first(request, now):
                services.ask_company(hearing=found, by=user, at=now)
        toasts.say(request, _("Spørgsmålene er sendt til virksomheden."))
    except Refused as refusal:
        toasts.say(request, " ".join(filter(None, [refusal.message, refusal.remedy])))
    return redirect("followups:record", found.follow_up.public_id)


def _page(request: HttpRequest, found: Hearing, form: HearingForm, *, by: User | None = None) -> HttpResponse:
    services.note_opened(hearing=found, by=by)
    context = {**presenters.page(found), "form": form, "is_signed_in": by is not None}
    return render(request, "followups/hearing.html", context, status=422 if form.errors else 200)
