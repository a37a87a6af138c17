"""The mentor's phone."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import once, user_of
from brobygger.grants import selectors as grants
from brobygger.hours import selectors, services
from brobygger.hours.asks import asks_of
from brobygger.hours.forms import ContactForm, CorrectionForm, WithdrawForm, lengths
from brobygger.hours.models import Contact
from brobygger.hours.planned import preset_from
from brobygger.hours.presenters import mentor as presenter
from brobygger.hours.syncing import register_entry
from brobygger.hours.views.common import INVALID
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.ui import toasts
from brobygger.values.duration import format_minutes


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.REGISTER_HOURS)
    page = presenter.mentor_page(user, today)
    people.note_looks(
        citizens=[case.mentorship.citizen for case in page["cases"]], by=user, page=_("Mentors side")
    )
    return render(
        request,
        "hours/mentor.html",
        {**page, "agreements": grants.waiting_for(user), "asks": asks_of(user, today)},
    )


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.REGISTER_HOURS)
    form = _new_form(request)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid() or form.case is None:
        return _page(request, form, status=INVALID)
    try:
        register_entry(form.entry(), public_id=form.cleaned_data["public_id"], by=user, at=now)
    except Refused as refusal:
        form.show(refusal)
        return _page(request, form, status=INVALID)
    toasts.say(request, _saved(user_left(request, form.case)))
    return redirect("hours:mentor")


@login_required
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks of another citizen, when the mentor picks one."""
    require(user_of(request), Permission.REGISTER_HOURS)
    form = _new_form(request)
    return render(request, "hours/tasks.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.REGISTER_HOURS)
    contact = _own_contact(request, public_id)
    form = CorrectionForm(request.POST or None, contact=contact)
    if request.method != "POST":
        return _page(request, form, contact=contact)
    if not form.is_valid():
        return _page(request, form, contact=contact, status=INVALID)
    entry = form.entry()
    try:
        services.correct(
            contact=contact,
            kind=entry.kind,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            task=entry.task,
            note=entry.note,
            done_by_whom=entry.done_by_whom,
            reason=form.cleaned_data["reason"],
            public_id=form.cleaned_data["public_id"],
            by=user,
            at=now,
        )
    except Refused as refusal:
        form.show(refusal)
        return _page(request, form, contact=contact, status=INVALID)
    toasts.say(request, _("Rettet. Borgeren bliver spurgt igen."))
    return redirect("hours:mentor")


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.REGISTER_HOURS)
    contact = _own_contact(request, public_id)
    form = WithdrawForm(request.POST or None)
    context = {"form": form, "contact": contact}
    if request.method != "POST":
        return render(request, "hours/withdraw.html", context)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            once(
                request,
                lambda: services.withdraw(contact=contact, reason=reason, by=user, at=now),
                at=now,
            )
        except Refused as refusal:
            form.show(refusal)
        else:
            toasts.say(request, _("Slettet. Timerne er lagt tilbage."))
            return redirect("hours:mentor")
    return render(request, "hours/withdraw.html", context, status=INVALID)


@login_required
@require_POST
def hand_in(request: HttpRequest, year: int, month: int) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.REGISTER_HOURS)
    try:
        first = date(year, month, 1)
    except ValueError:
        raise Http404 from None
    try:
        once(request, lambda: services.hand_in_all(month=first, by=user, at=now), at=now)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
    else:
        toasts.say(request, _("Måneden er afleveret. Tak."))
    return redirect("hours:mentor")


def user_left(request: HttpRequest, case: Mentorship) -> int | None:
    return presenter.week_left_of(user_of(request), case, timezone.localdate())


def _saved(left: int | None) -> str:
    if left is None:
        return _("Gemt.")
    return _("Gemt. %(left)s tilbage i ugen.") % {"left": format_minutes(left)}


def _new_form(request: HttpRequest) -> ContactForm:
    user = user_of(request)
    cases = presenter.may_register(user, list(selectors.mentorships_under_way(user)), timezone.localdate())
    wanted = request.GET.get("forloeb") or request.GET.get("mentorship") or ""
    preset = presenter.preset(user, cases, wanted, timezone.now())
    preset |= preset_from(request.GET, {str(minutes) for minutes in lengths(selectors.usual_minutes(user))})
    data = request.POST if request.method == "POST" else None
    return ContactForm(data, cases=cases, usual=selectors.usual_minutes(user), initial=preset)


def _own_contact(request: HttpRequest, public_id: uuid.UUID) -> Contact:
    return get_object_or_404(selectors.to_change(user_of(request)), public_id=public_id)


def _page(request: HttpRequest, form: ContactForm, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "hours/register.html", {"form": form, **context}, status=status)
