"""The citizen's phone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts import devices
from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import Permission, require
from brobygger.grants import selectors as grants
from brobygger.hours import selectors, services
from brobygger.hours.asks import asks_of
from brobygger.hours.forms import DisputeForm, MessageForm
from brobygger.hours.models import Contact
from brobygger.hours.presenters import citizen as presenter
from brobygger.hours.views.common import INVALID, once, who
from brobygger.mentorships import services as mentorship_services
from brobygger.mentorships.models import CitizenMessage, Mentorship
from brobygger.ui import toasts

KINDS = {
    "spoergsmaal": CitizenMessage.Kind.QUESTION,
    "anden-mentor": CitizenMessage.Kind.DECLINE_MENTOR,
    "klage": CitizenMessage.Kind.COMPLAINT,
}
LOOKS_SHOWN = timedelta(days=365)


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user, today = who(request), timezone.localdate()
    require(user, Permission.CONFIRM_HOURS)
    page = presenter.citizen_page(user, today)
    return _overview(request, {**page, "agreements": grants.waiting_for(user), "asks": asks_of(user, today)})


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    contact = _own_contact(request, public_id)
    return _say_yes(request, [contact])


@login_required
@require_POST
def confirm_all(request: HttpRequest) -> HttpResponse:
    """Says yes to the meetings the page showed, not to any that came after."""
    keys = [_uuid(text) for text in request.POST.getlist("contact")]
    found = {each.public_id: each for each in selectors.visible_to(who(request)).filter(public_id__in=keys)}
    if not keys or set(keys) - set(found):
        raise Http404
    return _say_yes(request, list(found.values()))


def _say_yes(request: HttpRequest, contacts: Sequence[Contact]) -> HttpResponse:
    user, now = who(request), timezone.now()
    value = devices.value_of(request)
    mark = devices.mark(value, user.municipality_id or 0)
    try:
        once(request, lambda: services.confirm(contacts=contacts, by=user, at=now, device=mark), at=now)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
    else:
        toasts.say(request, _("Tak. Dit svar er gemt."))
    return _back(value)


def _back(value: str) -> HttpResponse:
    """To the page of meetings, with the mark of the browser kept for the next answer."""
    response = redirect("hours:citizen")
    devices.keep(response, value)
    return response


@login_required
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = who(request), timezone.now()
    require(user, Permission.CONFIRM_HOURS)
    contact = _own_contact(request, public_id)
    form = DisputeForm(request.POST or None)
    context = {"form": form, "meeting": presenter.meeting(contact)}
    if request.method != "POST":
        return render(request, "hours/dispute.html", context)
    if form.is_valid():
        reason, value = form.cleaned_data["reason"], devices.value_of(request)
        mark = devices.mark(value, user.municipality_id or 0)
        try:
            once(
                request,
                lambda: services.dispute(contact=contact, reason=reason, by=user, at=now, device=mark),
                at=now,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            toasts.say(request, _("Tak. Kommunen ser på det."))
            return _back(value)
    return render(request, "hours/dispute.html", context, status=INVALID)


@login_required
@require_GET
def agreed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    require(who(request), Permission.CONFIRM_HOURS)
    case = _own_case(request, public_id)
    return render(request, "hours/agreed.html", presenter.agreed(who(request), case, timezone.localdate()))


@login_required
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    user, now = who(request), timezone.now()
    require(user, Permission.CONFIRM_HOURS)
    case = _own_case(request, public_id)
    if kind not in KINDS:
        raise Http404
    form = MessageForm(request.POST or None, kind=KINDS[kind])
    context = {
        "form": form,
        "mentorship": case,
        "kind": KINDS[kind],
        "card": presenter.mentor_cards([case], timezone.localdate())[0],
    }
    if request.method != "POST":
        return render(request, "hours/message.html", context)
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            once(
                request,
                lambda: mentorship_services.send_citizen_message(
                    mentorship=case, kind=KINDS[kind], text=text, by=user, at=now
                ),
                at=now,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            toasts.say(request, _("Tak. Kommunen har fået din besked og svarer dig."))
            return redirect("hours:citizen")
    return render(request, "hours/message.html", context, status=INVALID)


@login_required
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    require(who(request), Permission.CONFIRM_HOURS)
    found = selectors.looks_at(since=timezone.now() - LOOKS_SHOWN)
    return render(request, "hours/looks.html", {"looks": presenter.looks(found)})


def _overview(request: HttpRequest, page: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "hours/citizen.html", page, status=status)


def _own_contact(request: HttpRequest, public_id: uuid.UUID) -> Contact:
    require(who(request), Permission.CONFIRM_HOURS)
    found = selectors.visible_to(who(request)).select_related("mentorship", "mentor", "task")
    return get_object_or_404(found, public_id=public_id)


def _own_case(request: HttpRequest, public_id: uuid.UUID) -> Mentorship:
    return get_object_or_404(selectors.own_mentorships(who(request)), public_id=public_id)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
