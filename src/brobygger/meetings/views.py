"""Pages of planned meetings, the own calendar, and the address that calendar programs read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission
from brobygger.accounts.requests import comes_first, user_of
from brobygger.meetings import forms, ical, presenters, selectors, services
from brobygger.meetings.models import Meeting
from brobygger.mentorships import selectors as mentorships
from brobygger.people.services import note_look
from brobygger.ui import toasts
from brobygger.ui.forms import UiForm
from brobygger.values.period import ONE_DAY

_PHONE, _STAFF = "layouts/phone.html", "layouts/staff.html"


@login_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The own meetings, the private calendar address, and reminders."""
    return _calendar(request)


@login_required
@require_POST
def make_feed(request: HttpRequest) -> HttpResponse:
    """A new private address; it is shown on this page only."""
    user = _with_calendar(request)
    secret = services.make_feed(by=user, at=timezone.now())
    return _calendar(request, feed_url=settings.PUBLIC_ADDRESS + reverse("meetings:feed", args=[secret]))


@login_required
@require_POST
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """Closes the private address."""
    services.revoke_feed(by=_with_calendar(request), at=timezone.now())
    toasts.say(request, _("Kalenderadressen er lukket."))
    return redirect("meetings:calendar")


@login_required
@require_POST
def reminders(request: HttpRequest) -> HttpResponse:
    """Reminders on or off."""
    user, wanted = _with_calendar(request), request.POST.get("wanted") == "on"
    services.set_reminders(wanted=wanted, by=user, at=timezone.now())
    toasts.say(request, _("Du får påmindelser.") if wanted else _("Du får ingen påmindelser."))
    return redirect("meetings:calendar")


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A new meeting in a mentorship."""
    now, today, user = timezone.now(), timezone.localdate(), _who_changes(request)
    mentorship = get_object_or_404(mentorships.visible_to(user), public_id=public_id)
    note_look(citizen=mentorship.citizen, by=user, page=_("Aftal møde"))
    form = forms.PlanForm(
        request.POST or None,
        initial=forms.first_values(max(today + ONE_DAY, mentorship.starts_on or today)),
        has_company=mentorship.organisation is not None,
    )

    def act() -> str:
        made = services.plan(mentorship=mentorship, **form.facts(), by=user, at=now)
        return _planned(len(made), int(form.cleaned_data["weeks"]))

    back = reverse("hours:mentor") if user.kind == "mentor" else _case(mentorship.public_id)
    page = {"heading": _("Aftal møde"), "label": _("Aftal mødet"), "mentorship": mentorship, "back": back}
    return _form_page(request, form, act, now, page)


@login_required
@require_GET
def meeting(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One meeting: when, where, with whom, and how it has been moved."""
    user = user_of(request)
    shown = _find(user, public_id)
    note_look(citizen=shown.citizen, by=user, page=_("Møde"))
    context = presenters.meeting_page(shown, user, at=timezone.now())
    return render(request, "meetings/meeting.html", {**context, "layout": _layout(user)})


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Another time or place."""
    now, user = timezone.now(), _who_changes(request)
    shown = _find(user, public_id)
    form = forms.MoveForm(request.POST or None, initial=forms.values_of(shown))

    def act() -> str:
        services.move(meeting=shown, **form.facts(), by=user, at=now)
        return _("Mødet er ændret. De andre har fået besked.")

    return _form_page(
        request, form, act, now, _page_of(shown, user, _("Flyt møde"), _("Flyt mødet"), is_open=True)
    )


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Calls a meeting off, and where wanted the rest of its series."""
    now, user = timezone.now(), _who_changes(request)
    shown = _find(user, public_id)
    form = forms.CancelForm(
        request.POST or None, in_series=shown.series is not None, initial={"which": "one"}
    )

    def act() -> str:
        services.cancel(meeting=shown, **form.facts(), by=user, at=now)
        return _("Mødet er aflyst. De andre har fået besked.")

    return _form_page(
        request, form, act, now, _page_of(shown, user, _("Aflys møde"), _("Aflys mødet"), is_open=True)
    )


@login_required
@require_http_methods(["GET", "POST"])
def outcome(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What became of a meeting that has begun."""
    now, user = timezone.now(), _who_changes(request)
    shown = _find(user, public_id)
    form = forms.OutcomeForm(request.POST or None)

    def act() -> str:
        services.settle(meeting=shown, **form.cleaned_data, by=user, at=now)
        return _("Det er gemt.")

    return _form_page(
        request, form, act, now, _page_of(shown, user, _("Hvad skete der?"), _("Gem"), is_open=True)
    )


@login_required
@require_GET
def invitation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The meeting as a file for the user's own calendar."""
    user = user_of(request)
    content = services.invitation_of(meeting=_find(user, public_id), user=user, at=timezone.now())
    return _ics(content, "attachment; filename=moede.ics")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings of whoever owns the address. A dead one is not told from one that never was."""
    now = timezone.now()
    opened = services.open_feed(secret=token, at=now)
    if opened is None:
        raise Http404
    if opened.is_throttled:
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    return _ics(services.calendar_of(user=opened.user, at=now), "inline; filename=mentor.ics")


# What the pages share


def _ics(content: bytes, disposition: str) -> HttpResponse:
    return HttpResponse(content, content_type=ical.CONTENT_TYPE, headers={"Content-Disposition": disposition})


def _calendar(request: HttpRequest, feed_url: str = "") -> HttpResponse:
    user = _with_calendar(request)
    context = presenters.calendar_page(user, timezone.localdate())
    return render(
        request, "meetings/calendar.html", {**context, "feed_url": feed_url, "layout": _layout(user)}
    )


def _with_calendar(request: HttpRequest) -> User:
    """Those who take part in meetings. Raises NotAllowed."""
    user = user_of(request)
    if not presenters.has_calendar(user):
        raise NotAllowed(_("Din rolle deltager ikke i møder."))
    return user


def _who_changes(request: HttpRequest) -> User:
    user = user_of(request)
    if not presenters.changes(user):
        raise NotAllowed(_("Din rolle giver ikke adgang til at aftale møder."))
    return user


def _find(user: User, public_id: uuid.UUID) -> Meeting:
    if user.kind == "staff" and not user.may(Permission.SEE_CASES):
        raise NotAllowed(_("Din rolle giver ikke adgang til at se møder."))
    return get_object_or_404(selectors.visible_to(user), public_id=public_id)


def _layout(user: User) -> str:
    return _STAFF if user.kind == "staff" else _PHONE


def _case(public_id: uuid.UUID) -> str:
    return f"{reverse('web:case', args=[public_id])}#moeder"


def _page_of(shown: Meeting, user: User, heading: str, label: str, *, is_open: bool) -> dict[str, Any]:
    """What a form about one meeting shows around itself."""
    note_look(citizen=shown.citizen, by=user, page=heading)
    return {
        "heading": heading,
        "label": label,
        "meeting": shown,
        "mentorship": shown.mentorship,
        "line": presenters.line(shown, user, timezone.localdate()),
        "is_settled": is_open and shown.state != Meeting.State.PLANNED,
        "back": reverse("meetings:meeting", args=[shown.public_id]),
    }


def _form_page(
    request: HttpRequest, form: UiForm, act: Callable[[], str], now: datetime, page: dict[str, Any]
) -> HttpResponse:
    """Shows a form, or does its act once and leads back with what was done."""
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                toasts.say(request, act())
            return redirect(page["back"])
        except Refused as refusal:
            told = " ".join(part for part in (refusal.message, refusal.remedy) if part)
            form.add_error(refusal.field if refusal.field in form.fields else None, told)
    context = {**page, "form": form, "layout": _layout(user_of(request))}
    return render(request, "meetings/form.html", context, status=422 if form.errors else 200)


def _planned(made: int, wanted: int) -> str:
    if made == 1 and wanted == 1:
        return _("Mødet er aftalt. De andre har fået besked.")
    if made < wanted:
        return _("%(made)d møder er aftalt, til og med forløbets sidste uge.") % {"made": made}
    return _("%(made)d møder er aftalt. De andre har fået besked.") % {"made": made}
