"""Mentor and citizen answer on their telephone; the leader sees shares."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.requests import once, user_of
from brobygger.evaluations.models import SurveyAsk
from brobygger.evaluations.surveys import presenters, selectors, services
from brobygger.evaluations.surveys.forms import AnswerForm, ChoiceForm
from brobygger.evaluations.views.plan import leader
from brobygger.hours.views.common import INVALID
from brobygger.people import services as people
from brobygger.ui import toasts


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The questions of one day, for the one who is asked."""
    user, now = user_of(request), timezone.now()
    found: SurveyAsk = get_object_or_404(selectors.asks_visible_to(user), public_id=public_id)
    sent = request.method == "POST"
    form = AnswerForm(request.POST if sent else None, ask=found)
    if sent and form.is_valid():
        said = form.cleaned_data
        try:
            once(request, lambda: services.answer(ask=found, said=said, by=user, at=now), at=now)
            toasts.say(request, _("Tak. Dit svar er gemt."))
            return redirect("web:home")
        except Refused as refusal:
            form.show(refusal)
    page = presenters.ask_page(found)
    case = selectors.mentorship_of(found)
    if case is not None:
        people.note_look(citizen=case.citizen, by=user, page=_("Spørgsmål om forløbet"))
    status = INVALID if sent else 200
    return render(request, "evaluations/answer.html", {**page, "form": form}, status=status)


@login_required
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What both sides say, for the leader: shares, never an answer."""
    user = leader(request)
    page = presenters.results_page(user, request.GET.get("tid", ""))
    return render(request, "evaluations/surveys.html", {**page, "form": ChoiceForm()})


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Whether both sides are asked from today."""
    user, now = leader(request), timezone.now()
    form = ChoiceForm(request.POST)
    if form.is_valid():
        is_on = form.cleaned_data["is_on"] == "yes"
        once(request, lambda: services.choose(is_on=is_on, by=user, at=now), at=now)
        toasts.say(
            request, _("Begge sider bliver spurgt fra i dag.") if is_on else _("Der spørges ikke mere.")
        )
        return redirect("evaluations:surveys")
    page = presenters.results_page(user, "")
    return render(request, "evaluations/surveys.html", {**page, "form": form}, status=INVALID)
