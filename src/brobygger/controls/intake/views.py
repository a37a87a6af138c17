"""A file in, its columns settled, a report out. The file lives in the browser until it is sent, and here not at all."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.controls.intake import presenters, selectors, services
from brobygger.controls.intake.forms import AuditForm, FileForm
from brobygger.review import intake
from brobygger.review.intake import Report, Sheet, export
from brobygger.ui import toasts

INVALID = 422
PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: dict[str, tuple[str, Callable[[Report], bytes]]] = {
    "xlsx": (XLSX, export.to_xlsx),
    "json": ("application/json", export.to_json),
    "html": ("text/html; charset=utf-8", lambda report: export.to_html(report).encode()),
}
LOOK, RUN, FAULTS = "look", "run", "faults"


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The page, and every act on the file that comes along with it."""
    user = _reader(request)
    if request.method == "GET":
        return _page(request, user, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, user, form, status=INVALID)
    data = form.cleaned_data["file"].read()
    try:
        sheet = services.open_sheet(data=data, by=user)
    except Refused as refusal:
        form.add_error("file", refusal.message)
        return _page(request, user, form, status=INVALID)
    guessed = intake.guess(sheet, selectors.remembered(user))
    chosen = AuditForm(sheet, guessed, request.POST)
    act = request.POST.get("act", LOOK)
    if act == LOOK or not chosen.is_bound:
        return _look(request, user, form, sheet, chosen)
    return _act(request, user, form, sheet, chosen, act, hashlib.sha256(data).hexdigest())


def _reader(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_CONTROLS)
    return user


def _look(
    request: HttpRequest, user: User, form: FileForm, sheet: Sheet, chosen: AuditForm, status: int = 200
) -> HttpResponse:
    """What the columns are taken for and which rows cannot be read, before anything is asked."""
    context: dict[str, Any] = {"sheet": sheet, "chosen": chosen}
    try:
        context["found"] = presenters.found(services.read(sheet=sheet, mapping=chosen.mapping, by=user))
    except Refused as refusal:
        context["refusal"] = refusal
        status = INVALID
    return _page(request, user, form, status=status, **context)


def _act(
    request: HttpRequest, user: User, form: FileForm, sheet: Sheet, chosen: AuditForm, act: str, digest: str
) -> HttpResponse:
    if not chosen.is_valid():
        return _look(request, user, form, sheet, chosen, status=INVALID)
    try:
        if act == FAULTS:
            reading = services.read(sheet=sheet, mapping=chosen.mapping, by=user)
            return _download(export.faults_to_xlsx(sheet, reading), "raekker-med-fejl.xlsx", XLSX)
        return _run(request, user, form, sheet, chosen, act, digest)
    except Refused:
        return _look(request, user, form, sheet, chosen, status=INVALID)


def _run(
    request: HttpRequest, user: User, form: FileForm, sheet: Sheet, chosen: AuditForm, act: str, digest: str
) -> HttpResponse:
    now, keep = timezone.now(), act == RUN and chosen.cleaned_data["keep"]
    if keep and not comes_first(request, now, file=digest):
        return redirect("controls:audit_file")
    audited = services.run(
        sheet=sheet,
        mapping=chosen.mapping,
        title=chosen.cleaned_data["title"],
        keep=keep,
        by=user,
        on=timezone.localdate(),
        at=now,
    )
    if act in FILES:
        return _report_file(audited.report, act)
    if audited.kept is None:
        return _page(request, user, form, sheet=sheet, chosen=chosen, **_shown(audited.report))
    toasts.say(request, _("Rapporten er gemt. Filen er ikke gemt."))
    address = reverse("controls:audit_report", args=[audited.kept.public_id])
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)


def _shown(report: Report) -> dict[str, Any]:
    """A report that is not kept: the first cases are on the page, all of them in the files."""
    cases = presenters.failing_cases(report)
    return {
        "summary": presenters.summary(report),
        "cases": cases[: presenters.MOST_SHOWN],
        "more_cases": max(len(cases) - presenters.MOST_SHOWN, 0),
    }


def _page(
    request: HttpRequest, user: User, form: FileForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"form": form}
    if getattr(request, "htmx", False):
        if "summary" in context:
            return render(request, "controls/intake/shown.html", context, status=status)
        # Whatever act it answers, what is to be mended belongs beside the columns.
        response = render(request, "controls/intake/found.html", context, status=status)
        return retarget(reswap(response, "innerHTML"), "#intake-found")
    context["kept"] = selectors.listed(user)
    return render(request, "controls/intake/upload.html", context, status=status)


@login_required
@require_GET
def report(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A kept report; ``sp`` narrows the cases to one question."""
    user = _reader(request)
    kept = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    content = selectors.report_of(kept)
    question = request.GET.get("sp", "")
    page = Paginator(presenters.failing_cases(content, question), PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "kept": kept,
        "summary": presenters.summary(content),
        "page": page,
        "cases": list(page.object_list),
        "asked": next((each for each in content.questions if each.id == question), None),
    }
    return render(request, "controls/intake/report.html", context)


@login_required
@require_GET
def report_file(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    user = _reader(request)
    kept = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    if kind not in FILES:
        raise Http404
    services.note_download(kept=kept, kind=kind, by=user)
    return _report_file(selectors.report_of(kept), kind)


def _report_file(content: Report, kind: str) -> HttpResponse:
    media_type, write = FILES[kind]
    return _download(write(content), f"rapport-{content.on:%Y-%m-%d}.{kind}", media_type)


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
