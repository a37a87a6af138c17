"""What staff does about contacts: settles disputes, notes answers given by telephone."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import once, user_of
from brobygger.hours import selectors, services
from brobygger.hours.forms import AnswersForm, ResolveForm
from brobygger.hours.presenters.case import dispute_page
from brobygger.hours.views.common import INVALID
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.ui import toasts


@login_required
@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    found = selectors.visible_to(user).select_related(
        "mentorship__citizen",
        "mentorship__consultant",
        "mentor",
        "task",
        "grant",
        "supersedes",
        "registered_by",
    )
    contact = get_object_or_404(found, public_id=public_id)
    require(user, Permission.RESOLVE_DISPUTE)
    form = ResolveForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                once(
                    request,
                    lambda: services.resolve(
                        contact=contact, pay=data["pay"] == "YES", reason=data["reason"], by=user, at=now
                    ),
                    at=now,
                )
            except Refused as refusal:
                form.show(refusal)
            else:
                toasts.say(request, _("Uenigheden er afgjort."))
                return redirect(_hours_of(contact.mentorship))
        status = INVALID
    people.note_look(citizen=contact.mentorship.citizen, by=user, page=_("Uenighed om timer"))
    return render(request, "hours/resolve.html", {"form": form, **dispute_page(contact)}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.RESOLVE_DISPUTE)
    case = get_object_or_404(mentorships.visible_to(user), public_id=public_id)
    waiting = list(selectors.awaiting_answer(user).filter(mentorship=case))
    form = AnswersForm(request.POST or None, waiting=waiting)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            chosen = [contact for contact in waiting if str(contact.public_id) in data["contacts"]]
            try:
                once(
                    request,
                    lambda: services.confirm_on_behalf(
                        contacts=chosen, reason=data["reason"], by=user, at=now
                    ),
                    at=now,
                )
            except Refused as refusal:
                form.show(refusal)
            else:
                toasts.say(request, _("Borgerens svar er noteret."))
                return redirect(_hours_of(case))
        status = INVALID
    people.note_look(citizen=case.citizen, by=user, page=_("Borgerens svar på møder"))
    context = {"form": form, "mentorship": case, "waiting": waiting}
    return render(request, "hours/answers.html", context, status=status)


def _hours_of(case: Mentorship) -> str:
    return f"{reverse('web:case', args=[case.public_id])}#timer"
