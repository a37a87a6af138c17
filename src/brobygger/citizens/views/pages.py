"""The citizen's phone."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts import by_link, devices
from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import once, page_asked_for, user_of
from brobygger.citizens import languages, presenters, services
from brobygger.citizens.forms import AloneForm, DisputeForm, HelpForm, HowItGoesForm, MessageForm
from brobygger.citizens.middleware import forget_language
from brobygger.grants import selectors as grants
from brobygger.hours import selectors
from brobygger.hours import services as hours
from brobygger.hours.asks import asks_of
from brobygger.hours.models import Confirmation, Contact
from brobygger.hours.views.common import INVALID
from brobygger.mentorships import services as mentorship_services
from brobygger.mentorships.models import CitizenMessage, Mentorship
from brobygger.ui import toasts
from brobygger.values.ids import uuid_or_none

KINDS = {
    "spoergsmaal": CitizenMessage.Kind.QUESTION,
    "anden-mentor": CitizenMessage.Kind.DECLINE_MENTOR,
    "klage": CitizenMessage.Kind.COMPLAINT,
}
LOOKS_SHOWN = timedelta(days=365)
LANGUAGE_KEPT_SECONDS = 400 * 24 * 3600


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.CONFIRM_HOURS)
    page = presenters.citizen_page(user, now)
    more = {
        "agreements": grants.waiting_for(user),
        "asks": asks_of(user, timezone.localdate(now)),
        "mood": HowItGoesForm(),
        "came_by_link": by_link.came_by_link(request),
    }
    return render(request, "citizens/overview.html", {**page, **more})


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    contact = _own_contact(request, public_id)
    return _say_yes(request, [contact])


@login_required
@require_POST
def confirm_all(request: HttpRequest) -> HttpResponse:
    """Says yes to the meetings the page showed, not to any that came after."""
    sent = [uuid_or_none(text) for text in request.POST.getlist("contact")]
    keys = {key for key in sent if key}
    found = {
        each.public_id: each for each in selectors.visible_to(user_of(request)).filter(public_id__in=keys)
    }
    if not keys or None in sent or keys - set(found):
        raise Http404
    return _say_yes(request, list(found.values()))


def _say_yes(request: HttpRequest, contacts: Sequence[Contact]) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    value = devices.value_of(request)
    mark = devices.mark(value, user.municipality_id or 0)
    try:
        once(request, lambda: _confirm(request, contacts, mark, now), at=now)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
    else:
        toasts.say(request, _("Tak. Dit svar er gemt."))
    return _back(value)


def _confirm(request: HttpRequest, contacts: Sequence[Contact], mark: str, now: datetime) -> None:
    hours.confirm(contacts=contacts, by=user_of(request), at=now, device=mark, strength=_strength(request))


def _strength(request: HttpRequest) -> Confirmation.Strength:
    came_by_link = by_link.came_by_link(request)
    return Confirmation.Strength.LINK_AND_CODE if came_by_link else Confirmation.Strength.SIGNED_IN


def _back(value: str) -> HttpResponse:
    """To the page of meetings, with the mark of the browser kept for the next answer."""
    response = redirect("citizens:overview")
    devices.keep(response, value)
    return response


@login_required
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.CONFIRM_HOURS)
    contact = _own_contact(request, public_id)
    form = DisputeForm(request.POST or None)
    context = {"form": form, "meeting": presenters.meeting(contact)}
    if request.method != "POST":
        return render(request, "citizens/dispute.html", context)
    if form.is_valid():
        reason, value = form.cleaned_data["reason"], devices.value_of(request)
        mark = devices.mark(value, user.municipality_id or 0)
        try:
            once(
                request,
                lambda: hours.dispute(
                    contact=contact, reason=reason, by=user, at=now, device=mark, strength=_strength(request)
                ),
                at=now,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            toasts.say(request, _("Tak. Kommunen ser på det."))
            return _back(value)
    return render(request, "citizens/dispute.html", context, status=INVALID)


@login_required
@require_GET
def agreed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    case = _own_case(request, public_id)
    return render(
        request, "citizens/agreed.html", presenters.agreed(user_of(request), case, timezone.localdate())
    )


@login_required
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    user, now, case = user_of(request), timezone.now(), _own_case(request, public_id)
    if kind not in KINDS:
        raise Http404
    form = MessageForm(request.POST or None, kind=KINDS[kind])

    def send() -> None:
        mentorship_services.send_citizen_message(
            mentorship=case, kind=KINDS[kind], text=form.cleaned_data["text"], by=user, at=now
        )

    thanks = _("Tak. Kommunen har fået din besked og svarer dig.")
    return _asked(request, case, form, send, thanks, "citizens/message.html", kind=KINDS[kind])


@login_required
@require_http_methods(["GET", "POST"])
def get_help(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Words that reach the consultant at once."""
    user, now, case = user_of(request), timezone.now(), _own_case(request, public_id)
    form = HelpForm(request.POST or None)

    def send() -> None:
        services.ask_for_help(mentorship=case, text=form.cleaned_data["text"], by=user, at=now)

    thanks = _("Tak. Din kontakt i kommunen har fået besked.")
    return _asked(request, case, form, send, thanks, "citizens/help.html")


@login_required
@require_http_methods(["GET", "POST"])
def alone(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A talk without the mentor."""
    user, now, case = user_of(request), timezone.now(), _own_case(request, public_id)
    form = AloneForm(request.POST if request.method == "POST" else None)

    def send() -> None:
        services.ask_to_be_heard_alone(mentorship=case, by=user, at=now)

    thanks = _("Tak. Kommunen kontakter dig inden for en uge.")
    return _asked(request, case, form, send, thanks, "citizens/alone.html")


@login_required
@require_http_methods(["GET", "POST"])
def how_it_goes(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Five faces. Nobody has to answer."""
    user, now, case = user_of(request), timezone.now(), _own_case(request, public_id)
    form = HowItGoesForm(request.POST if request.method == "POST" else None)

    def send() -> None:
        said = form.cleaned_data
        services.say_how_it_goes(
            mentorship=case, score=said["score"] or None, words=said["words"], by=user, at=now
        )

    return _asked(request, case, form, send, _thanks_for(form), "citizens/how_it_goes.html")


def _thanks_for(form: HowItGoesForm) -> str:
    score = form.cleaned_data.get("score") if form.is_bound and form.is_valid() else None
    if score and score <= services.LOW:
        return _("Tak. Din kontakt i kommunen har fået besked.")
    return _("Tak. Dit svar er gemt.") if score else _("Du har ikke svaret. Det er helt i orden.")


def _asked(
    request: HttpRequest,
    case: Mentorship,
    form: Any,
    send: Callable[[], object],
    thanks: str,
    template: str,
    **more: Any,
) -> HttpResponse:
    """A form about one mentorship: shown, sent once, and the thanks on the first page."""
    now = timezone.now()
    card = presenters.mentor_cards([case], timezone.localdate(now))[0]
    context = {"form": form, "mentorship": case, "card": card, **more}
    if request.method != "POST":
        return render(request, template, context)
    if form.is_valid():
        try:
            once(request, send, at=now)
        except Refused as refusal:
            form.show(refusal)
        else:
            toasts.say(request, thanks)
            return redirect("citizens:overview")
    return render(request, template, context, status=INVALID)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the pages, kept for next time: for the citizen, and in this browser before the code."""
    code = request.POST.get("language", "")
    if not languages.is_ready(code):
        raise Http404
    if request.user.is_authenticated and user_of(request).kind == "citizen":
        services.choose_language(code=code, by=user_of(request))
        forget_language(request)
    response = redirect(page_asked_for(request) or "citizens:overview")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=LANGUAGE_KEPT_SECONDS,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return response


@login_required
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    require(user_of(request), Permission.CONFIRM_HOURS)
    found = selectors.looks_at(since=timezone.now() - LOOKS_SHOWN)
    return render(request, "citizens/looks.html", {"looks": presenters.looks(found)})


def _own_contact(request: HttpRequest, public_id: uuid.UUID) -> Contact:
    require(user_of(request), Permission.CONFIRM_HOURS)
    found = selectors.visible_to(user_of(request)).select_related("mentorship", "mentor", "task")
    return get_object_or_404(found, public_id=public_id)


def _own_case(request: HttpRequest, public_id: uuid.UUID) -> Mentorship:
    require(user_of(request), Permission.CONFIRM_HOURS)
    return get_object_or_404(selectors.own_mentorships(user_of(request)), public_id=public_id)
