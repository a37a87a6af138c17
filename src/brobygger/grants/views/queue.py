"""The approvals queue and the page of one application."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.grants import selectors
from brobygger.grants.forms.decision import ApproveForm, RefuseForm
from brobygger.grants.models import Application
from brobygger.grants.presenters import application as presenter
from brobygger.grants.services.decide import default_reasons
from brobygger.people import services as people

PAGE_SIZE = 50


@login_required
@require_http_methods(["GET"])
def queue(request: HttpRequest) -> HttpResponse:
    """What waits: first what the user may decide, then what waits for others."""
    user = user_of(request)
    require(user, Permission.SEE_CASES)
    page = Paginator(selectors.queue(user), PAGE_SIZE).get_page(request.GET.get("side"))
    rows = presenter.queue_rows(list(page), user)
    people.note_looks(
        citizens=[row.application.mentorship.citizen for row in rows], by=user, page=_("Godkendelser")
    )
    context = {
        "mine": [row for row in rows if row.may_decide],
        "others": [row for row in rows if not row.may_decide],
        "page": page,
    }
    return render(request, "grants/queue.html", context)


@login_required
@require_http_methods(["GET"])
def application(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The full picture of one application, with the decision beside it."""
    user = user_of(request)
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    people.note_look(citizen=found.mentorship.citizen, by=user, page=_("Indstilling"))
    return application_page(request, found)


def application_page(
    request: HttpRequest,
    found: Application,
    *,
    approve_form: ApproveForm | None = None,
    refuse_form: RefuseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, also with a form that was not in order."""
    asked = {"version": found.version}
    context = {
        **presenter.full_picture(found, user_of(request)),
        "approve_form": approve_form
        or ApproveForm(initial={**asked, "reasons": default_reasons(found)}, auto_id="approve_%s"),
        "refuse_form": refuse_form or RefuseForm(initial=asked, auto_id="refuse_%s"),
        "is_refusing": refuse_form is not None,
        "problems": [
            str(text) for form in (approve_form, refuse_form) if form for text in form.non_field_errors()
        ],
    }
    return render(request, "grants/application.html", context, status=status)
