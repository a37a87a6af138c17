"""Udvikling: the trend by team."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.controls.trends import presenters
from brobygger.controls.trends.forms import MONTHS, TrendForm


@login_required
@require_GET
def trends(request: HttpRequest) -> HttpResponse:
    """Figures only: nobody's case is shown here."""
    user = user_of(request)
    require(user, Permission.SEE_CONTROLS)
    wanted = TrendForm(request.GET)
    data = wanted.cleaned_data if wanted.is_valid() else {}
    found = presenters.page(user, question=data.get("question", ""), monthly=data.get("step") == MONTHS)
    return render(request, "controls/trends.html", {**found, "filter": wanted})
