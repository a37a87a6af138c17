"""Registers: what has been imported, a file on its way in, the report of an import, the codes, and a noted status."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from brobygger import analysis
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.requests import user_of
from brobygger.mentorships import selectors as mentorships
from brobygger.people import services as people
from brobygger.registers import presenters, selectors, services
from brobygger.registers.forms import FileForm, StatusForm
from brobygger.registers.models import WaitingFile
from brobygger.ui import toasts

INVALID = 422
PER_PAGE = 50


def _importer(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.IMPORT_REGISTERS)
    return user


@login_required
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every import and every file on its way in, and the way to send another."""
    return _list(request, _importer(request), FileForm(today=timezone.localdate()))


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a file in; a small one is read at once, a large one by the worker."""
    user, now, today = _importer(request), timezone.now(), timezone.localdate()
    form = FileForm(request.POST, request.FILES, today=today)
    if not form.is_valid():
        return _list(request, user, form, status=INVALID)
    cleaned, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        waiting = services.receive(
            pieces=file.chunks(),
            size=file.size or 0,
            name=file.name or "",
            kind=cleaned["kind"],
            table=cleaned["table"],
            data_as_of=cleaned["data_as_of"],
            by=user,
            at=now,
            on=today,
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _list(request, user, form, status=INVALID)
    if waiting.size <= services.AT_ONCE_BYTES:
        services.look(waiting=waiting, by=user, at=now)
    return redirect("registers:waiting", waiting.public_id)


def _list(request: HttpRequest, user: User, form: FileForm, *, status: int = 200) -> HttpResponse:
    found = selectors.visible_to(user).select_related("imported_by").defer("bad_rows")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "form": form,
        "page": page,
        "rows": list(page.object_list),
        "waiting": list(selectors.files_waiting(user).select_related("uploaded_by").defer("found")),
    }
    return render(request, "registers/list.html", context, status=status)


@login_required
@require_GET
def waiting(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A file on its way in: how far it is, or what an import of it would do."""
    user = _importer(request)
    file = selectors.files_waiting(user).filter(public_id=public_id).first()
    if file is None:
        return _imported(request, user, public_id)
    context: dict[str, Any] = {
        "file": file,
        "under_way": file.state in (WaitingFile.State.TO_LOOK_AT, WaitingFile.State.TO_IMPORT),
        "steps": presenters.steps_of(file),
        "progress": presenters.progress_of(file),
        "report": presenters.report_of_waiting(file),
    }
    return render(request, "registers/waiting.html", context)


def _imported(request: HttpRequest, user: User, public_id: uuid.UUID) -> HttpResponse:
    """To the report of a file that has been imported since; 404 where there is none."""
    kept = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    address = reverse("registers:report", args=[kept.public_id])
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)


@login_required
@require_POST
def approve(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Imports the file that has been looked at."""
    user = _importer(request)
    file = get_object_or_404(selectors.files_waiting(user), public_id=public_id)
    try:
        kept = services.approve(waiting=file, by=user, at=timezone.now())
    except Refused as refusal:
        toasts.say(request, refusal.message)
        return redirect("registers:waiting", public_id)
    if kept is None:
        return redirect("registers:waiting", public_id)
    toasts.say(request, _("Filen er importeret."))
    return redirect("registers:report", kept.public_id)


@login_required
@require_POST
def discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Lets go of a file."""
    user = _importer(request)
    services.discard(waiting=get_object_or_404(selectors.files_waiting(user), public_id=public_id), by=user)
    toasts.say(request, _("Filen er slettet. Intet er importeret."))
    return redirect("registers:imports")


@login_required
@require_GET
def report(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What an import did."""
    user = _importer(request)
    kept = get_object_or_404(selectors.visible_to(user).select_related("imported_by"), public_id=public_id)
    return render(request, "registers/report.html", {"kept": kept, "report": presenters.report_of(kept)})


@login_required
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """What the weekly register's codes mean, since when, and who says so."""
    if not selectors.may_read(user_of(request)):
        raise NotAllowed(_("Din rolle giver ikke adgang til registrenes koder."))
    text = request.GET.get("q", "")[:40]
    context = {"rows": presenters.code_rows(text), "text": text, "list": analysis.dream_codes()}
    return render(request, "registers/codes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the citizen does now, noted at a follow-up or after the end."""
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.FOLLOW_UP)
    mentorship = get_object_or_404(mentorships.visible_to(user), public_id=public_id)
    form = StatusForm(request.POST or None, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.note_status(
                mentorship=mentorship, by=user, at=timezone.now(), on=today, **form.cleaned_data
            )
            toasts.say(request, _("Det er noteret."))
            return redirect("web:case", public_id)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    people.note_look(citizen=mentorship.citizen, by=user, page=_("Status"))
    context = {
        "form": form,
        "mentorship": mentorship,
        "section": presenters.case_section(mentorship, user),
    }
    return render(request, "registers/status.html", context, status=INVALID if form.errors else 200)
