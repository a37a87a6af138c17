"""Making an assessment, and the picture over time."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.toolbox.assessments import presenters, selectors, services
from brobygger.toolbox.assessments.forms import AssessmentForm
from brobygger.toolbox.pages import INVALID, Opened, opened
from brobygger.toolbox.plan import selectors as plans
from brobygger.ui import toasts

ENDING = timedelta(days=28)


@login_required
@require_GET
def progress(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = opened(request, public_id)
    context = presenters.page(
        selectors.progress_of(page.mentorship),
        list(selectors.assessments_of(page.mentorship)),
        plans.goals_of(page.mentorship),
        viewer=page.side,
    )
    return page.draw("toolbox/progress.html", **context)


@login_required
@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = opened(request, public_id)
    is_sent = request.method == "POST"
    first = {} if is_sent else {"moment": _moment(page)}
    form = AssessmentForm(request.POST if is_sent else None, side=page.side, initial=first)
    if is_sent and form.is_valid():

        def act() -> object:
            return services.assess(
                mentorship=page.mentorship, **form.facts, by=page.user, on=page.today, at=page.now
            )

        if page.did(form, act):
            toasts.say(request, _("Vurderingen er gemt."))
            return redirect("toolbox:progress", public_id)
    return page.draw("toolbox/assess.html", INVALID if is_sent else 200, form=form)


def _moment(page: Opened) -> str:
    ends = page.mentorship.ends_before
    is_ending = ends is not None and ends - page.today <= ENDING
    return presenters.next_moment(selectors.assessments_of(page.mentorship), page.side, is_ending=is_ending)
