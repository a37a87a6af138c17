"""Raising a concern, reading it, and answering it."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import tell
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.followups.concerns import selectors, services
from brobygger.followups.concerns.forms import AnswerForm, ConcernForm
from brobygger.followups.models import Concern
from brobygger.mentorships import selectors as mentorships
from brobygger.people.services import note_look
from brobygger.ui import toasts


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Somebody writes what worries them about a mentorship they are part of or work with."""
    user, now = user_of(request), timezone.now()
    if user.kind == "staff":
        require(user, Permission.SEE_CASES)
    mentorship = get_object_or_404(mentorships.visible_to(user), public_id=public_id)
    if user.kind == "staff":
        note_look(citizen=mentorship.citizen, by=user, page=_("Bekymring"))
    form = ConcernForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, now):
                    services.raise_concern(
                        mentorship=mentorship,
                        by=user,
                        who=who(user),
                        text=form.cleaned_data["text"],
                        at=now,
                    )
            toasts.say(request, _("Tak. Kommunen har fået din bekymring."))
            return redirect(_home(user, mentorship.public_id))
        except Refused as refusal:
            tell(form, refusal)
    context = {
        "mentorship": mentorship,
        "form": form,
        "is_citizen": user.kind == "citizen",
        "own": selectors.of_mentorship(user, mentorship) if user.kind != "staff" else (),
    }
    page = "followups/concern_staff.html" if user.kind == "staff" else "followups/concern_new.html"
    return render(request, page, context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def concern(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A concern with its answer; those who follow up can answer."""
    user = user_of(request)
    found = selectors.visible_to(user).select_related("mentorship__citizen", "answered_by", "raised_by")
    one: Concern = get_object_or_404(found, public_id=public_id)
    if user.kind != "staff":
        return render(request, "followups/concern_own.html", {"concern": one})
    note_look(citizen=one.mentorship.citizen, by=user, page=_("Bekymring"))
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        require(user, Permission.FOLLOW_UP)
        if form.is_valid() and _answered(request, one, form, user):
            toasts.say(request, _("Svaret er sendt."))
            return redirect("web:case", one.mentorship.public_id)
    context = {
        "concern": one,
        "mentorship": one.mentorship,
        "form": form,
        "may_answer": user.may(Permission.FOLLOW_UP) and one.answered_at is None,
    }
    return render(request, "followups/concern.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, one: Concern, form: AnswerForm, user: User) -> bool:
    now = timezone.now()
    try:
        with transaction.atomic():
            if comes_first(request, now):
                services.answer_concern(concern=one, answer=form.cleaned_data["answer"], by=user, at=now)
        return True
    except Refused as refusal:
        tell(form, refusal)
        return False


def who(user: User) -> str:
    """Which party of a mentorship a user speaks as."""
    kinds = {"mentor": Concern.Who.MENTOR, "citizen": Concern.Who.CITIZEN, "company": Concern.Who.COMPANY}
    if user.kind == "staff":
        return Concern.Who.STAFF.value
    if user.kind not in kinds:
        raise NotAllowed(_("Din rolle giver ikke adgang til at skrive en bekymring."))
    return kinds[user.kind].value


def _home(user: User, public_id: uuid.UUID) -> str:
    return reverse("web:case", args=[public_id]) if user.kind == "staff" else reverse("web:home")
