"""Frames, ways of working and numbers of the law: the dated lists, and a new row."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.rulebook import presenters, services
from brobygger.rulebook.forms import FrameForm, ParameterForm, WayForm
from brobygger.rulebook.frames import WayOfWorking
from brobygger.ui import toasts
from brobygger.ui.forms import UiForm


@login_required
@require_GET
def frames(request: HttpRequest) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.SET_FRAMES)
    context = {"frames": presenters.frames(user, today), "ways": presenters.ways(user, today)}
    return render(request, "rulebook/frames.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_frame(request: HttpRequest) -> HttpResponse:
    """A new frame, blank or from one of the three real ones."""
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.SET_FRAMES)
    if request.method == "GET":
        start = presenters.starting_point(request.GET.get("start", ""), today)
        return _frame_page(request, FrameForm.starting_from(start))
    form = FrameForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, timezone.now()):
                    services.add_frame(
                        name=form.cleaned_data["name"],
                        valid_from=form.cleaned_data["valid_from"],
                        limits=form.limits,
                        exceeded_by=form.cleaned_data["exceeded_by"],
                        by=user,
                        at=now,
                    )
        except Refused as refusal:
            _tell(form, refusal)
        else:
            toasts.say(request, _("Rammen er gemt."))
            return redirect("rulebook:frames")
    return _frame_page(request, form, status=422)


def _frame_page(request: HttpRequest, form: FrameForm, status: int = 200) -> HttpResponse:
    points = presenters.starting_points(timezone.localdate())
    context = {"form": form, "starting_points": points}
    return render(request, "rulebook/new_frame.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def new_way(request: HttpRequest) -> HttpResponse:
    """Another way of working from a day on."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.SET_FRAMES)
    form = WayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, timezone.now()):
                    services.set_way(
                        way=WayOfWorking(form.cleaned_data["way"]),
                        valid_from=form.cleaned_data["valid_from"],
                        by=user,
                        at=now,
                    )
        except Refused as refusal:
            _tell(form, refusal)
        else:
            toasts.say(request, _("Arbejdsgangen er gemt."))
            return redirect("rulebook:frames")
    status = 422 if request.method == "POST" else 200
    return render(request, "rulebook/new_way.html", {"form": form}, status=status)


@login_required
@require_GET
def parameters(request: HttpRequest) -> HttpResponse:
    """Every number of the law and every rate with all its rows, and what nobody has confirmed."""
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.SET_FRAMES)
    context = {
        "numbers": presenters.numbers(user, today),
        "rates": presenters.rates(user, today),
        "not_confirmed": presenters.not_confirmed(today),
    }
    return render(request, "rulebook/parameters.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_parameter(request: HttpRequest) -> HttpResponse:
    """A dated row of a number, with its source."""
    user, now = user_of(request), timezone.now()
    require(user, Permission.SET_FRAMES)
    if request.method == "GET":
        form = ParameterForm(initial={"parameter": request.GET.get("tal", "")})
        return render(request, "rulebook/new_parameter.html", {"form": form})
    form = ParameterForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, timezone.now()):
                    services.add_parameter(
                        parameter=form.cleaned_data["parameter"],
                        valid_from=form.cleaned_data["valid_from"],
                        value=form.value_read,
                        source=form.source,
                        note=form.cleaned_data["note"],
                        by=user,
                        at=now,
                    )
        except Refused as refusal:
            _tell(form, refusal)
        else:
            toasts.say(request, _("Tallet er gemt."))
            return redirect("rulebook:parameters")
    return render(request, "rulebook/new_parameter.html", {"form": form}, status=422)


def _tell(form: UiForm, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
