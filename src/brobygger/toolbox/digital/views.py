"""The catalogue of digital tools, and its editor's form."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.toolbox.digital import presenters, selectors, services
from brobygger.toolbox.digital.forms import EntryForm, values_of
from brobygger.toolbox.models import DigitalTool
from brobygger.toolbox.pages import INVALID
from brobygger.ui import toasts

_READERS = (Permission.KEEP_CATALOGUE, Permission.FOLLOW_UP, Permission.REGISTER_HOURS)


@login_required
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """The editor sees what has ended and what is to come; everybody else what can be used today."""
    user, today = user_of(request), timezone.localdate()
    if not any(user.may(permission) for permission in _READERS):
        raise NotAllowed(_("Din rolle giver ikke adgang til kataloget."))
    may_keep = user.may(Permission.KEEP_CATALOGUE)
    tools = selectors.visible_to(user) if may_keep else selectors.catalogue_on(user, today)
    layout = "layouts/phone.html" if user.kind == "mentor" else "layouts/staff.html"
    context = presenters.page(tools, today, may_keep=may_keep)
    return render(request, "toolbox/catalogue.html", {"layout": layout, **context})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    require(user, Permission.KEEP_CATALOGUE)
    return _entry(request, user, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = user_of(request)
    require(user, Permission.KEEP_CATALOGUE)
    return _entry(request, user, get_object_or_404(selectors.visible_to(user), public_id=public_id))


def _entry(request: HttpRequest, user: User, tool: DigitalTool | None) -> HttpResponse:
    is_sent = request.method == "POST"
    first = values_of(tool) if tool else {"valid_from": timezone.localdate()}
    form = EntryForm(request.POST if is_sent else None, initial=first)
    if is_sent and form.is_valid():
        try:
            _keep(request, user, tool, form)
        except Refused as refusal:
            form.show(refusal)
        else:
            toasts.say(request, _("Kataloget er gemt."))
            return redirect("toolbox:catalogue")
    return render(
        request, "toolbox/entry.html", {"form": form, "tool": tool}, status=INVALID if is_sent else 200
    )


def _keep(request: HttpRequest, user: User, tool: DigitalTool | None, form: EntryForm) -> None:
    now = timezone.now()
    with transaction.atomic():
        if not comes_first(request, now):
            return
        if tool is None:
            services.add(entry=form.entry, by=user, at=now)
        else:
            version = form.cleaned_data["version"] or 0
            services.change(tool=tool, version=version, entry=form.entry, by=user, at=now)
