"""What staff, and the mentor, set for the citizen's page."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.citizens import languages as known
from brobygger.citizens import selectors, services
from brobygger.citizens.forms import ContactHoursForm, LanguageForm, initial_of_hours
from brobygger.hours.views.common import INVALID
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.people import selectors as people
from brobygger.ui import toasts


@login_required
@require_POST
def send_link(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A link to the citizen's own page, to the telephone on file."""
    user = user_of(request)
    citizen = get_object_or_404(people.citizens_visible_to(user), public_id=public_id)
    try:
        services.send_link(citizen=citizen, by=user, at=timezone.now())
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
    else:
        toasts.say(request, _("Linket er sendt."))
    return redirect("people:citizen", public_id)


@login_required
@require_http_methods(["GET", "POST"])
def contact_hours(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """When the citizen can reach the mentor."""
    user = user_of(request)
    case = get_object_or_404(_cases(user), public_id=public_id)
    form = ContactHoursForm(
        request.POST or None, initial=initial_of_hours(selectors.contact_hours([case])[case.pk])
    )
    back = reverse("hours:mentor") if user.kind == "mentor" else reverse("web:case", args=[public_id])
    if request.method == "POST" and form.is_valid():
        hours = form.cleaned_data["hours"]
        services.set_contact_hours(mentorship=case, hours=hours, by=user, at=timezone.now())
        toasts.say(request, _("Telefontiden er gemt."))
        return redirect(back)
    context = {"form": form, "mentorship": case, "back": back, "layout": _layout(user)}
    return render(request, "citizens/contact_hours.html", context, status=INVALID if form.errors else 200)


def _layout(user: User) -> str:
    return "layouts/phone.html" if user.kind == "mentor" else "layouts/staff.html"


def _cases(user: User) -> QuerySet[Mentorship]:
    """Those the user may set hours for."""
    require(user, Permission.REGISTER_HOURS if user.kind == "mentor" else Permission.FOLLOW_UP)
    return mentorships.visible_to(user)


@login_required
@require_http_methods(["GET", "POST"])
def languages(request: HttpRequest) -> HttpResponse:
    """The languages of citizens' pages: on, off, or not ready."""
    user = user_of(request)
    require(user, Permission.SET_FRAMES)
    form = LanguageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.switch_language(code=said["code"], is_on=said["is_on"], by=user, at=timezone.now())
        except Refused as refusal:
            toasts.say(request, refusal.message, kind="error")
        return redirect("citizens:languages")
    on = {each.code for each in selectors.offered_languages(user.municipality_id or 0)}
    everything = list(known.languages().values())
    context = {
        "ready": [(each, each.code in on, each.code == known.OWN) for each in everything if each.is_ready],
        "not_ready": [each for each in everything if not each.is_ready],
    }
    return render(request, "citizens/languages.html", context, status=INVALID if form.errors else 200)
