"""Tilsyn: the grid, the cases that fail, and the questionnaire."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import once_and_say, user_of
from brobygger.controls import presenters, services
from brobygger.controls.selectors import results
from brobygger.people import services as people
from brobygger.review.questions import QUESTIONS
from brobygger.values.ids import uuid_or_none

PER_PAGE = 50


def _user(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_CONTROLS)
    return user


@login_required
@require_GET
def grid(request: HttpRequest) -> HttpResponse:
    """Question by team."""
    return render(request, "controls/grid.html", {"grid": presenters.grid(_user(request))})


@login_required
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Asks for the controls now."""
    user, now = _user(request), timezone.now()
    once_and_say(
        request,
        lambda: services.ask(by=user, at=now, on=timezone.localdate()),
        _("Kontrollerne er sat i gang. De er færdige om lidt."),
        at=now,
    )
    return redirect("controls:grid")


@login_required
@require_GET
def failures(request: HttpRequest, question: str) -> HttpResponse:
    """The cases that fail a question, with what mends it."""
    user = _user(request)
    require(user, Permission.SEE_CASES)
    asked = QUESTIONS.get(question)
    if asked is None:
        raise Http404
    without_team = request.GET.get("hold") == presenters.WITHOUT_TEAM
    team = None if without_team else _team(request, user)
    found = results.failures_of(user, question, team, without_team=without_team)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    rows = list(page.object_list)
    people.note_looks(citizens=[each.mentorship.citizen for each in rows], by=user, page=_("Tilsyn"))
    context: dict[str, Any] = {
        "question": asked,
        "team": team,
        "without_team": without_team,
        "teams": results.teams_visible_to(user),
        "page": page,
        "rows": presenters.failure_rows(rows),
    }
    return render(request, "controls/failures.html", context)


def _team(request: HttpRequest, user: User) -> Team | None:
    wanted = request.GET.get("hold", "")
    if not wanted:
        return None
    if (key := uuid_or_none(wanted)) is None:
        raise Http404
    return get_object_or_404(results.teams_visible_to(user), public_id=key)


@login_required
@require_GET
def questionnaire(request: HttpRequest) -> HttpResponse:
    """The agency's themes answered from the data, to read, print or fetch."""
    return render(
        request, "controls/questionnaire.html", presenters.questionnaire(_user(request), timezone.localdate())
    )


@login_required
@require_GET
def questionnaire_file(request: HttpRequest) -> HttpResponse:
    found = presenters.questionnaire(_user(request), timezone.localdate())
    name = _("spoergeguide-%(day)s.csv") % {"day": timezone.localdate().isoformat()}
    response = HttpResponse(
        presenters.questionnaire_csv(found["answers"]), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
