"""Readiness, keeping a session alive, and the accessibility statement."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


def healthz(request: HttpRequest) -> HttpResponse:
    """200 once the application's role reaches the database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@login_required
def keepalive(request: HttpRequest) -> HttpResponse:
    """Prolongs the session of somebody who is still there."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html")
