"""Pages for recording and moving a follow-up and for the end of a mentorship."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from brobygger.accounts.errors import Refused
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.followups import forms, presenters, selectors, services
from brobygger.followups.ending import selectors as ending
from brobygger.followups.hearings import selectors as hearings
from brobygger.followups.models import FollowUp
from brobygger.mentorships import selectors as mentorships
from brobygger.people.services import note_look
from brobygger.ui import toasts
from brobygger.ui.forms import UiForm

# Where a form was opened: the case page's timeline or a row of the work list.
_ROWS = {"dag": "followups/work_row.html", "forloeb": "followups/row.html"}


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record that a follow-up was done: a page, and in place on a row."""
    now, today = timezone.now(), timezone.localdate()
    follow_up = _find(request, public_id, _("Registrér opfølgning"))
    hearing = hearings.of_follow_up(follow_up)
    form = forms.RecordForm(
        request.POST or None,
        initial=forms.first_record(follow_up, hearing, today),
        auto_id=_ids(follow_up),
        follow_up=follow_up,
        goals=selectors.goals_of(follow_up.mentorship),
    )
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                services.record(follow_up=follow_up, **form.facts(), by=user_of(request), at=now)
            return _done(request, follow_up, today, _("Opfølgningen er registreret."))
        except Refused as refusal:
            form.add_error(_field(form, refusal), refusal.message)
    known = presenters.known(follow_up, hearing, user_of(request), today)
    return _page(request, follow_up, form, "record", known)


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Move a follow-up to another day: a page, and in place on a row."""
    now, today = timezone.now(), timezone.localdate()
    follow_up = _find(request, public_id, _("Flyt opfølgning"))
    form = forms.MoveForm(request.POST or None, auto_id=_ids(follow_up))
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                services.move(follow_up=follow_up, **form.cleaned_data, by=user_of(request), at=now)
            return _done(request, follow_up, today, _("Opfølgningen er flyttet."))
        except Refused as refusal:
            form.add_error(_field(form, refusal), refusal.message)
    return _page(request, follow_up, form, "move")


@login_required
@require_http_methods(["GET", "POST"])
def conclude(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End a mentorship, with its hours and goals in view."""
    now, today, user = timezone.now(), timezone.localdate(), user_of(request)
    require(user, Permission.FOLLOW_UP)
    mentorship = get_object_or_404(mentorships.visible_to(user), public_id=public_id)
    note_look(citizen=mentorship.citizen, by=user, page=_("Afslut forløb"))
    words = ending.words_of(mentorship)
    form = forms.ConcludeForm(
        request.POST or None,
        initial=forms.first_values(mentorship, today),
        goals=selectors.goals_of(mentorship),
        citizen_has_written=bool(words and words.is_own),
    )
    if request.method == "POST" and form.is_valid():
        try:
            if comes_first(request, now):
                services.conclude(mentorship=mentorship, **form.facts(), by=user, at=now, on=today)
            toasts.say(request, _("Forløbet er afsluttet."))
            return redirect("web:case", mentorship.public_id)
        except Refused as refusal:
            form.add_error(_field(form, refusal), refusal.message)
    context = {
        "mentorship": mentorship,
        "form": form,
        "summary": ending.figures_of(mentorship, at=now),
        "conclusion": selectors.conclusion_of(mentorship),
        "free_from": ending.free_from(mentorship),
        "words": words,
    }
    return render(request, "followups/conclude.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, public_id: uuid.UUID, page: str) -> FollowUp:
    user = user_of(request)
    follow_up = get_object_or_404(selectors.with_case(user), public_id=public_id)
    require(user, Permission.FOLLOW_UP)
    note_look(citizen=follow_up.mentorship.citizen, by=user, page=page)
    return follow_up


def _ids(follow_up: FollowUp) -> str:
    """Several forms can stand on one page, so their fields are numbered by the follow-up."""
    return f"id_{follow_up.public_id.hex[:8]}_%s"


def _field(form: UiForm, refusal: Refused) -> str | None:
    return refusal.field if refusal.field in form.fields else None


def _place(request: HttpRequest) -> str:
    wanted = request.POST.get("fra") or request.GET.get("fra") or "forloeb"
    return wanted if wanted in _ROWS else "forloeb"


def _page(
    request: HttpRequest,
    follow_up: FollowUp,
    form: UiForm,
    act: str,
    known: dict[str, Any] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "known": known,
        "follow_up": follow_up,
        "mentorship": follow_up.mentorship,
        "form": form,
        "act": act,
        "fra": _place(request),
        "in_place": bool(request.htmx),  # type: ignore[attr-defined]
    }
    status = 422 if form.errors else 200
    if not context["in_place"]:
        return render(request, "followups/act.html", context, status=status)
    answer = render(request, "followups/act_form.html", context, status=status)
    return retarget(reswap(answer, "outerHTML"), "this") if request.method == "POST" else answer


def _done(request: HttpRequest, follow_up: FollowUp, today: date, told: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        toasts.say(request, told)
        return redirect("web:case", follow_up.mentorship.public_id)
    follow_up.refresh_from_db()
    context = {
        "row": presenters.row_of(follow_up, today),
        "mentorship": follow_up.mentorship,
        "may_act": True,
        "told": told,
    }
    answer = render(request, _ROWS[_place(request)], context)
    answer.write(toasts.fragment(request, told))
    return trigger_client_event(answer, "bb:acted", after="settle")
