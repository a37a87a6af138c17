"""Seeing and filling in a tool, and the log of all that happened."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from brobygger.accounts.permissions import NotAllowed
from brobygger.toolbox.digital import selectors as digital
from brobygger.toolbox.pages import INVALID, opened
from brobygger.toolbox.tools import presenters, selectors, services
from brobygger.toolbox.tools.definitions import BY_SLUG, DIGITAL, Tool
from brobygger.toolbox.tools.forms import ToolForm
from brobygger.ui import toasts


@login_required
@require_GET
def tool(request: HttpRequest, public_id: uuid.UUID, slug: str) -> HttpResponse:
    page, shown = opened(request, public_id), _tool(slug)
    context = presenters.page(
        shown,
        list(selectors.sheets_of(page.mentorship)),
        viewer=page.side,
        mentor_id=page.mentor_id,
        catalogue=digital.catalogue_on(page.user, page.today) if shown is DIGITAL else (),
    )
    may_fill = page.side in shown.sides and page.is_open
    return page.draw("toolbox/tool.html", slug=slug, may_fill=may_fill, **context)


@login_required
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, public_id: uuid.UUID, slug: str) -> HttpResponse:
    page, shown = opened(request, public_id), _tool(slug)
    if page.side not in shown.sides:
        raise NotAllowed(_("Det redskab udfyldes af andre i forløbet."))
    form = ToolForm(request.POST if request.method == "POST" else None, tool=shown, side=page.side)
    if request.method == "POST" and form.is_valid():

        def act() -> object:
            return services.fill(
                mentorship=page.mentorship,
                tool=shown,
                answers=form.cleaned_data,
                by=page.user,
                on=page.today,
                at=page.now,
            )

        if page.did(form, act):
            toasts.say(request, _("Dine svar er gemt."))
            return redirect("toolbox:tool", public_id, slug)
    may_skip = not all(item.required for item in shown.items)
    status = INVALID if request.method == "POST" else 200
    return page.draw("toolbox/fill.html", status, form=form, tool=shown, slug=slug, may_skip=may_skip)


def _tool(slug: str) -> Tool:
    try:
        return BY_SLUG[slug]
    except KeyError:
        raise Http404 from None
