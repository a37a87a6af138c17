"""The front page of the toolbox and the log."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from brobygger.toolbox import presenters
from brobygger.toolbox.pages import opened


@login_required
@require_GET
def case(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = opened(request, public_id)
    return page.draw("toolbox/case.html", **presenters.front(page.mentorship, page.side, page.mentor_id))


@login_required
@require_GET
def logbook(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = opened(request, public_id)
    rows = presenters.logbook(page.mentorship, page.side, page.mentor_id)
    return page.draw("toolbox/logbook.html", rows=rows)
