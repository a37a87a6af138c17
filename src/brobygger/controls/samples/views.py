"""Samples: the list, the drawing, one sample, one of its cases, and the auditor's file of a case."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.controls.samples import audit_file, forms, presenters, selectors, services
from brobygger.controls.samples.models import SampleCase
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.ui import toasts
from brobygger.ui.forms import UiForm

PER_PAGE = 50
DRAW = "draw"


def _reader(request: HttpRequest) -> User:
    """Who sees controls and cases. Raises NotAllowed."""
    user = user_of(request)
    require(user, Permission.SEE_CONTROLS)
    require(user, Permission.SEE_CASES)
    return user


@login_required
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """Every sample, newest first."""
    user = _reader(request)
    page = Paginator(selectors.listed(user), PER_PAGE).get_page(request.GET.get("side"))
    context = {"page": page, "rows": list(page.object_list), "may_draw": user.may(Permission.DRAW_SAMPLES)}
    return render(request, "controls/samples/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest) -> HttpResponse:
    """First what can be drawn, then the drawing."""
    user, now, today = _reader(request), timezone.now(), timezone.localdate()
    require(user, Permission.DRAW_SAMPLES)
    sent = request.method == "POST"
    form = forms.DrawForm(request.POST if sent else None, initial=forms.first_values(today), user=user)
    shown = None
    if sent and form.is_valid():
        plan = form.plan()
        if request.POST.get("act") == DRAW:
            try:
                if comes_first(request, now):
                    seen = int(request.POST.get("seen", "-1"))
                    made = services.draw_sample(plan=plan, by=user, at=now, on=today, seen=seen)
                    toasts.say(request, _("Stikprøven er trukket, og der er spurgt."))
                    return redirect("controls:sample", made.public_id)
                return redirect("controls:samples")
            except (Refused, ValueError) as refusal:
                _tell(form, refusal)
        if not form.errors or form.non_field_errors():
            shown = presenters.preview(user, plan)
    context = {"form": form, "preview": shown}
    return render(request, "controls/samples/draw.html", context, status=422 if form.errors else 200)


def _tell(form: UiForm, refusal: Refused | ValueError) -> None:
    if isinstance(refusal, Refused):
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, " ".join(part for part in (refusal.message, refusal.remedy) if part))
    else:
        form.add_error(None, _("Se tallene igen, og træk så."))


@login_required
@require_GET
def sample(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One sample with its cases; ``?igen=1`` draws it again from the seed and compares."""
    user, today = _reader(request), timezone.localdate()
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    page = Paginator(selectors.cases_of(user, found), PER_PAGE).get_page(request.GET.get("side"))
    rows = presenters.case_rows(user, list(page.object_list), today)
    people.note_looks(citizens=[row.case.mentorship.citizen for row in rows], by=user, page=_("Stikprøve"))
    context = {
        "sample": found,
        "facts": presenters.sample_facts(found),
        "counts": selectors.counts_of(found),
        "page": page,
        "rows": rows,
        "drawn_again": selectors.is_redrawn_the_same(found) if request.GET.get("igen") else None,
    }
    return render(request, "controls/samples/sample.html", context)


@login_required
@require_GET
def frame(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the sample was drawn from, so that anybody can draw it again."""
    user = _reader(request)
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    services.note_frame_taken(sample=found, by=user)
    name = f"traekning-{found.drawn_on.isoformat()}.csv"
    return _file(presenters.frame_csv(found), name, "text/csv; charset=utf-8")


@login_required
@require_GET
def case(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One drawn case: what fails, the signs, and what is written about it."""
    user = _reader(request)
    return _case_page(request, user, _case(user, public_id))


@login_required
@require_POST
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the second party says."""

    def write(found: SampleCase, form: forms.AnswerForm, user: User, now: Any) -> None:
        services.note_answer(case=found, **form.facts(), by=user, at=now)

    return _write(request, public_id, "answer_form", forms.AnswerForm, write, _("Svaret er noteret."))


@login_required
@require_POST
def finding(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the case shows."""

    def write(found: SampleCase, form: forms.FindingForm, user: User, now: Any) -> None:
        services.write_finding(case=found, **form.cleaned_data, by=user, at=now)

    return _write(request, public_id, "finding_form", forms.FindingForm, write, _("Fundet er gemt."))


@login_required
@require_POST
def reply(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The municipality's answer to the finding."""

    def write(found: SampleCase, form: forms.ReplyForm, user: User, now: Any) -> None:
        services.write_reply(case=found, **form.cleaned_data, by=user, at=now)

    return _write(request, public_id, "reply_form", forms.ReplyForm, write, _("Kommunens svar er gemt."))


@login_required
@require_POST
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ends the case."""
    today = timezone.localdate()

    def write(found: SampleCase, form: forms.CloseForm, user: User, now: Any) -> None:
        services.close(case=found, **form.cleaned_data, by=user, at=now, on=today)

    return _write(request, public_id, "close_form", forms.CloseForm, write, _("Sagen er afsluttet."))


@login_required
@require_GET
def case_pdf(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The auditor's file of a case as a PDF; taking it is recorded."""
    return _audit_file(request, public_id, "pdf", audit_file.make_pdf, "application/pdf")


@login_required
@require_GET
def case_zip(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The auditor's file with every document and a copy for programs; taking it is recorded."""
    return _audit_file(request, public_id, "zip", audit_file.make_archive, "application/zip")


def _audit_file(
    request: HttpRequest, public_id: uuid.UUID, kind: str, make: Callable[..., bytes], content_type: str
) -> HttpResponse:
    user, now = _reader(request), timezone.now()
    mentorship: Mentorship = get_object_or_404(mentorships.visible_to(user), public_id=public_id)
    require(user, Permission.SEE_MONEY)
    people.note_look(citizen=mentorship.citizen, by=user, page=_("Revisionsmappe"))
    content = make(mentorship, user=user, at=now, on=timezone.localdate())
    services.note_file_made(
        mentorship=mentorship, kind=kind, sha256=hashlib.sha256(content).hexdigest(), by=user
    )
    return _file(content, f"{audit_file.stem(mentorship)}.{kind}", content_type)


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _case(user: User, public_id: uuid.UUID) -> SampleCase:
    found: SampleCase = get_object_or_404(selectors.cases_visible_to(user), public_id=public_id)
    return found


def _write(
    request: HttpRequest,
    public_id: uuid.UUID,
    place: str,
    kind: type[Any],
    write: Callable[[SampleCase, Any, User, Any], None],
    said: str,
) -> HttpResponse:
    """One of the case's forms: written, or shown again with what was typed."""
    user, now = _reader(request), timezone.now()
    found = _case(user, public_id)
    require(user, Permission.DRAW_SAMPLES)
    form = kind(request.POST)
    if form.is_valid():
        try:
            if comes_first(request, now):
                write(found, form, user, now)
            toasts.say(request, said)
            return redirect("controls:sample_case", found.public_id)
        except Refused as refusal:
            _tell(form, refusal)
    return _case_page(request, user, _case(user, public_id), {place: form}, status=422)


def _case_page(
    request: HttpRequest,
    user: User,
    found: SampleCase,
    typed: dict[str, UiForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    people.note_look(citizen=found.mentorship.citizen, by=user, page=_("Stikprøve"))
    version = {"version": found.version}
    fresh = {
        "answer_form": forms.AnswerForm(initial=version, auto_id="svar_%s"),
        "finding_form": forms.FindingForm(
            initial={
                **version,
                "finding": found.finding,
                "clawback": found.clawback,
                "kroner": found.clawback_kroner or None,
            }
        ),
        "reply_form": forms.ReplyForm(initial={**version, "reply": found.reply}, auto_id="reply_%s"),
        "close_form": forms.CloseForm(initial=version, auto_id="close_%s"),
    }
    context = {**presenters.case_page(found, user, timezone.localdate()), **fresh, **(typed or {})}
    return render(request, "controls/samples/case.html", context, status=status)
