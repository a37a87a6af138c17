"""The municipality's follow-up plans and alarm, a new one of each, and how many follow-ups are on time."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import tell
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.accounts.selectors import municipality_of
from brobygger.followups import selectors as followups
from brobygger.followups.local import presenters, selectors, services
from brobygger.followups.local.forms import AlarmForm, PlanForm, first_plan
from brobygger.ui import toasts


@login_required
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.SET_FRAMES)
    steps = selectors.steps_on(municipality_of(user), "", today)
    context = {
        "plans": presenters.plans(user, today),
        "alarm": presenters.alarm_line(user, today),
        "example": presenters.example(steps, today),
    }
    return render(request, "followups/plans.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """Begins from the plan that counts now for the kind in the address."""
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.SET_FRAMES)
    kind = request.GET.get("slags", "")
    steps = selectors.steps_on(municipality_of(user), kind, today)
    initial = {"support_type": kind, "valid_from": today, **first_plan(steps)}
    form = PlanForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, now):
                    services.lay_plan(
                        support_type=form.cleaned_data["support_type"],
                        valid_from=form.cleaned_data["valid_from"],
                        steps=form.steps,
                        note=form.cleaned_data["note"],
                        by=user,
                        at=now,
                        on=today,
                    )
            toasts.say(request, _("Planen er gemt."))
            return redirect("followups:plans")
        except Refused as refusal:
            tell(form, refusal)
    return render(request, "followups/new_plan.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def new_alarm(request: HttpRequest) -> HttpResponse:
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.SET_FRAMES)
    days = selectors.days_to_leader(municipality_of(user), today)
    form = AlarmForm(request.POST or None, initial={"days": days, "valid_from": today})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, now):
                    services.set_alarm(**form.cleaned_data, by=user, at=now, on=today)
            toasts.say(request, _("Alarmen er gemt."))
            return redirect("followups:plans")
        except Refused as refusal:
            tell(form, refusal)
    return render(request, "followups/new_alarm.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_GET
def on_time(request: HttpRequest) -> HttpResponse:
    """How many follow-ups each team has done on time."""
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.FOLLOW_UP)
    context = {"rows": followups.on_time_of_teams(user, today), "days": followups.RATE_DAYS}
    return render(request, "followups/on_time.html", context)
