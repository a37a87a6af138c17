"""The mentor register, a citizen's page, and finding a citizen."""

from __future__ import annotations

import uuid
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
from brobygger.organisations import selectors as organisations
from brobygger.organisations import services as organisation_services
from brobygger.organisations.forms import OrganisationForm, initial_of
from brobygger.organisations.models import Organisation
from brobygger.people import forms, presenters, selectors, services
from brobygger.people.models import Mentor
from brobygger.ui import toasts

PER_PAGE = 50

# Mentors


@login_required
@require_GET
def mentors(request: HttpRequest) -> HttpResponse:
    """The register: who they are, what they can, how much they have now."""
    user = user_of(request)
    require(user, Permission.MANAGE_MENTORS)
    wanted = forms.RegisterFilter(request.GET)
    found = Paginator(selectors.register(user, **wanted.wanted()), PER_PAGE).get_page(request.GET.get("side"))
    is_narrowed = any(request.GET.get(name) for name in ("q", "kind", "state"))
    context = {"page": found, "filter": wanted, "is_narrowed": is_narrowed}
    return render(request, "people/mentors.html", context)


@login_required
@require_GET
def mentor(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One mentor with the mentorships, now and before."""
    user = user_of(request)
    require(user, Permission.MANAGE_MENTORS)
    shown = get_object_or_404(selectors.visible_to(user).select_related("organisation"), public_id=public_id)
    return render(request, "people/mentor.html", _mentor_context(request, user, shown))


def _mentor_context(request: HttpRequest, user: User, shown: Mentor, password: str = "") -> dict[str, Any]:
    cases = presenters.cases_of(shown) if user.may(Permission.SEE_CASES) else []
    return {
        "mentor": shown,
        "facts": presenters.mentor_facts(shown),
        "cases": cases,
        "under_way": sum(case.status == "ACTIVE" for case in cases),
        "free_from": selectors.opening_of(shown),
        "login_name": presenters.login_name(user, shown),
        "password": password,
    }


@login_required
@require_http_methods(["GET", "POST"])
def new_mentor(request: HttpRequest) -> HttpResponse:
    """A new mentor, with a new place of work where needed."""
    user = user_of(request)
    require(user, Permission.MANAGE_MENTORS)
    return _mentor_form(request, user, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit_mentor(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """New facts about a mentor."""
    user = user_of(request)
    require(user, Permission.MANAGE_MENTORS)
    shown = get_object_or_404(selectors.visible_to(user).select_related("organisation"), public_id=public_id)
    return _mentor_form(request, user, shown)


def _mentor_form(request: HttpRequest, user: User, shown: Mentor | None) -> HttpResponse:
    form = forms.MentorForm(
        request.POST or None,
        initial=forms.initial_of_mentor(shown) if shown else {},
        user=user,
        is_new=shown is None,
    )
    wants_new = bool(request.POST.get("new_organisation"))
    workplace = OrganisationForm(request.POST if wants_new else None, prefix="org")
    if request.method == "POST" and form.is_valid() and (not wants_new or workplace.is_valid()):
        kept = _keep_mentor(request, user, shown, form, workplace if wants_new else None)
        if kept:
            toasts.say(request, _("Mentoren er gemt."))
            return redirect("people:mentor", kept.public_id)
    context = {"form": form, "workplace": workplace, "mentor": shown, "wants_new": wants_new}
    wrong = form.errors or (wants_new and workplace.errors)
    return render(request, "people/mentor_form.html", context, status=422 if wrong else 200)


def _keep_mentor(
    request: HttpRequest,
    user: User,
    shown: Mentor | None,
    form: forms.MentorForm,
    workplace: OrganisationForm | None,
) -> Mentor | None:
    """The mentor as kept; None when a service refused and the form says why."""
    now = timezone.now()
    speaking: forms.MentorForm | OrganisationForm = form
    try:
        with transaction.atomic():  # a new place of work goes if its mentor is refused
            if not comes_first(request, now):
                return shown or selectors.newest(user)
            made: Organisation | None = None
            if workplace:
                speaking = workplace
                made = organisation_services.add_organisation(**workplace.facts(), by=user, at=now)
                speaking = form
            if shown is None:
                return services.add_mentor(**form.facts(made), by=user, at=now)
            services.change_mentor(mentor=shown, **form.facts(made), by=user, at=now)
            return shown
    except Refused as refusal:
        speaking.add_error(refusal.field if refusal.field in speaking.fields else None, refusal.message)
        return None


@login_required
@require_POST
def mentor_login(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A login for the mentor; the first password is shown once."""
    user = user_of(request)
    require(user, Permission.MANAGE_MENTORS)
    shown = get_object_or_404(selectors.visible_to(user).select_related("organisation"), public_id=public_id)
    try:
        _login, password = services.give_mentor_login(mentor=shown, by=user)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
        return redirect("people:mentor", shown.public_id)
    return render(request, "people/mentor.html", _mentor_context(request, user, shown, password))


@login_required
@require_http_methods(["GET", "POST"])
def edit_organisation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """New facts about a place of work."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.MANAGE_MENTORS)
    shown = get_object_or_404(organisations.visible_to(user), public_id=public_id)
    form = OrganisationForm(request.POST or None, initial=initial_of(shown))
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                organisation_services.change_organisation(organisation=shown, **form.facts(), by=user, at=now)
            toasts.say(request, _("Arbejdsstedet er gemt."))
            return redirect("people:mentors")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return _organisation_page(request, user, shown, form)


@login_required
@require_POST
def organisation_login(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A login for the contact of a place of work; the first password is shown once."""
    user = user_of(request)
    require(user, Permission.MANAGE_MENTORS)
    shown = get_object_or_404(organisations.visible_to(user), public_id=public_id)
    form = OrganisationForm(initial=initial_of(shown))
    try:
        login, password = organisation_services.give_contact_login(organisation=shown, by=user)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
        return redirect("people:edit_organisation", shown.public_id)
    return _organisation_page(request, user, shown, form, login_name=login.username, password=password)


def _organisation_page(
    request: HttpRequest, user: User, shown: Organisation, form: OrganisationForm, **more: str
) -> HttpResponse:
    """``more``: user name and first password of a login just made."""
    logins = list(organisations.logins_of(user, shown))
    context = {
        "form": form,
        "organisation": shown,
        "logins": logins,
        "has_login": any(each.username == shown.contact_email.lower() for each in logins),
        **more,
    }
    return render(request, "people/organisation_form.html", context, status=422 if form.errors else 200)


# Citizens


@login_required
@require_GET
def citizen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A citizen's contact details and mentorships."""
    user = user_of(request)
    shown = get_object_or_404(
        selectors.citizens_visible_to(user).select_related("consultant"), public_id=public_id
    )
    require(user, Permission.SEE_CASES)
    services.note_look(citizen=shown, by=user, page=_("Borger"))
    return render(request, "people/citizen.html", _citizen_context(user, shown))


def _citizen_context(user: User, shown: Any, password: str = "") -> dict[str, Any]:
    return {
        "citizen": shown,
        "facts": presenters.citizen_facts(shown),
        "cases": presenters.cases_of(shown),
        "may_edit": user.may(Permission.FOLLOW_UP),
        "may_see_cpr": user.may(Permission.SEE_CPR) and selectors.cpr_row(shown) is not None,
        "login_name": presenters.login_name(user, shown),
        "password": password,
    }


@login_required
@require_http_methods(["GET", "POST"])
def edit_citizen(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """New contact details."""
    user, now = user_of(request), timezone.now()
    shown = get_object_or_404(selectors.citizens_visible_to(user), public_id=public_id)
    require(user, Permission.FOLLOW_UP)
    services.note_look(citizen=shown, by=user, page=_("Ret borger"))
    form = forms.CitizenForm(request.POST or None, initial=forms.initial_of_citizen(shown))
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                services.change_citizen(citizen=shown, **form.facts(), by=user, at=now)
            toasts.say(request, _("Oplysningerne er gemt."))
            return redirect("people:citizen", shown.public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    context = {"form": form, "citizen": shown}
    return render(request, "people/citizen_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def citizen_login(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A login for the citizen; the first password is shown once."""
    user = user_of(request)
    shown = get_object_or_404(
        selectors.citizens_visible_to(user).select_related("consultant"), public_id=public_id
    )
    services.note_look(citizen=shown, by=user, page=_("Giv borgeren login"))
    try:
        _login, password = services.give_citizen_login(citizen=shown, by=user)
    except Refused as refusal:
        toasts.say(request, refusal.message, kind="error")
        return redirect("people:citizen", shown.public_id)
    return render(request, "people/citizen.html", _citizen_context(user, shown, password))


@login_required
@require_POST
def reveal_cpr(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The full CPR number, for a click that is recorded. Only ever as an answer to a POST."""
    user = user_of(request)
    shown = get_object_or_404(selectors.citizens_visible_to(user), public_id=public_id)
    digits = services.reveal_cpr(citizen=shown, by=user)
    template = "people/cpr.html" if request.htmx else "people/cpr_page.html"  # type: ignore[attr-defined]
    return render(request, template, {"citizen": shown, "cpr": f"{digits[:6]}-{digits[6:]}"})


@login_required
@require_POST
def citizen_lookup(request: HttpRequest) -> HttpResponse:
    """Finds a citizen by CPR number or name: a fragment for the page of a new mentorship."""
    user = user_of(request)
    require(user, Permission.REQUEST_GRANT)
    form = forms.LookupForm(request.POST)
    context: dict[str, Any] = {"form": form, "found": [], "sought_by": ""}
    if form.is_valid():
        cpr, name = form.cleaned_data["cpr"], form.cleaned_data["name"].strip()
        if cpr:
            hit = services.find_by_cpr(cpr=cpr, by=user)
            context |= {"found": [hit] if hit else [], "sought_by": "cpr"}
        elif len(name) >= 2:
            context |= {"found": selectors.citizens_named(user, name), "sought_by": "name"}
            services.note_looks(citizens=context["found"], by=user, page=_("Søg borger"))
    return render(request, "people/citizen_lookup.html", context, status=422 if form.errors else 200)
