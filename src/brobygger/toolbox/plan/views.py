"""The shared plan, the consultant's form, and how far the goals are."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.mentorships import selectors as mentorships
from brobygger.toolbox.pages import INVALID, opened
from brobygger.toolbox.plan import presenters, selectors, services
from brobygger.toolbox.plan.forms import NewGoalForm, PlanForm, ReadingForm, first_values
from brobygger.ui import toasts


@login_required
@require_GET
def plan(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = opened(request, public_id)
    may_change = page.user.may(Permission.REQUEST_GRANT)
    return page.draw(
        "toolbox/plan.html", may_change=may_change, **presenters.page(page.mentorship, page.side)
    )


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    require(user_of(request), Permission.FOLLOW_UP)
    page = opened(request, public_id)
    goals = list(mentorships.goals_of(page.mentorship))
    tasks = list(mentorships.tasks_of(page.mentorship))
    is_sent = request.method == "POST"
    first = {} if is_sent else first_values(selectors.plan_of(page.mentorship), goals, tasks)
    form = PlanForm(request.POST if is_sent else None, goals=goals, tasks=tasks, initial=first)
    if is_sent and form.is_valid():

        def act() -> object:
            return services.set_plan(
                mentorship=page.mentorship, **form.facts, by=page.user, on=page.today, at=page.now
            )

        if page.did(form, act):
            toasts.say(request, _("Planen er gemt."))
            return redirect("toolbox:plan", public_id)
    return page.draw("toolbox/edit_plan.html", INVALID if is_sent else 200, form=form)


@login_required
@require_http_methods(["GET", "POST"])
def new_goal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    require(user_of(request), Permission.FOLLOW_UP)
    page = opened(request, public_id)
    is_sent = request.method == "POST"
    form = NewGoalForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():

        def act() -> object:
            return services.add_goal(
                mentorship=page.mentorship, **form.facts, by=page.user, on=page.today, at=page.now
            )

        if page.did(form, act):
            toasts.say(request, _("Målet er sat på planen."))
            return redirect("toolbox:plan", public_id)
    return page.draw("toolbox/new_goal.html", INVALID if is_sent else 200, form=form)


@login_required
@require_http_methods(["GET", "POST"])
def read_goals(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = opened(request, public_id)
    goals = list(mentorships.goals_of(page.mentorship))
    is_sent = request.method == "POST"
    form = ReadingForm(request.POST if is_sent else None, goals=goals, side=page.side)
    if is_sent and form.is_valid():

        def act() -> object:
            return services.read_goals(
                mentorship=page.mentorship, **form.facts, by=page.user, on=page.today, at=page.now
            )

        if page.did(form, act):
            toasts.say(request, _("Dine svar er gemt."))
            return redirect("toolbox:plan", public_id)
    return page.draw("toolbox/reading.html", INVALID if is_sent else 200, form=form)
