"""A consultant puts a citizen in a lot, or takes one out."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import once, user_of
from brobygger.evaluations import presenters, selectors, services
from brobygger.evaluations.forms import CandidateForm, LeaveForm
from brobygger.evaluations.models import Candidate, Evaluation
from brobygger.evaluations.views.plan import one
from brobygger.hours.views.common import INVALID
from brobygger.people import selectors as citizens
from brobygger.people import services as people
from brobygger.people.models import Citizen
from brobygger.ui import toasts

SHORTEST = 2
"""Letters to search for at least."""


def _consultant(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.REQUEST_GRANT)
    return user


@login_required
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Finds the citizen by name. The name is sent as a form, so that it stands in no address."""
    user = _consultant(request)
    found = one(user, public_id)
    text = request.POST.get("name", "").strip()[:80]
    people_found: list[Citizen] = []
    if len(text) >= SHORTEST:
        people_found = selectors.citizens_to_add(user, found, text)
        people.note_search(criterion=text, citizens=people_found, by=user)
    context = {
        "evaluation": found,
        "text": text,
        "found": people_found,
        "has_searched": request.method == "POST",
        "is_open": found.state == Evaluation.State.REGISTERED,
    }
    return render(request, "evaluations/find.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, public_id: uuid.UUID, citizen: uuid.UUID) -> HttpResponse:
    """The three questions about rights, and the consent."""
    user, now = _consultant(request), timezone.now()
    found = one(user, public_id)
    somebody: Citizen = get_object_or_404(citizens.citizens_visible_to(user), public_id=citizen)
    sent = request.method == "POST"
    form = CandidateForm(request.POST if sent else None, initial={"consented_on": timezone.localdate()})
    if sent and form.is_valid():
        data = form.cleaned_data
        try:
            once(
                request,
                lambda: services.add_candidate(
                    evaluation=found,
                    citizen=somebody,
                    said=form.said(somebody),
                    consented_on=data["consented_on"],
                    how=data["consent_how"],
                    by=user,
                    at=now,
                ),
                at=now,
            )
            toasts.say(request, _("Borgeren er med i lodtrækningen."))
            return redirect("evaluations:evaluation", found.public_id)
        except Refused as refusal:
            form.show(refusal)
    people.note_look(citizen=somebody, by=user, page=_("Lodtrækning"))
    context = {"evaluation": found, "citizen": somebody, "form": form}
    return render(request, "evaluations/add.html", context, status=INVALID if sent else 200)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Takes a citizen off the list, or notes that the consent has been taken back."""
    user, now = _consultant(request), timezone.now()
    found: Candidate = get_object_or_404(selectors.candidates_visible_to(user), public_id=public_id)
    sent = request.method == "POST"
    form = LeaveForm(request.POST if sent else None, is_drawn=found.is_drawn is not None)
    if sent and form.is_valid():
        why = form.cleaned_data["why"]
        try:
            once(request, lambda: services.leave(candidate=found, why=why, by=user, at=now), at=now)
            toasts.say(request, _("Borgeren er ikke med mere."))
            return redirect("evaluations:evaluation", found.evaluation.public_id)
        except Refused as refusal:
            form.show(refusal)
    people.note_look(citizen=found.citizen, by=user, page=_("Lodtrækning"))
    context = {
        "candidate": found,
        "row": presenters.candidate_rows([found], found.evaluation, user)[0],
        "evaluation": found.evaluation,
        "form": form,
    }
    return render(request, "evaluations/leave.html", context, status=INVALID if sent else 200)
