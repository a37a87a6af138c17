"""The way in by a link and a code. Before the code nothing is shown but which municipality sent the link."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from brobygger.accounts import by_link
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import OneTimeLink
from brobygger.citizens import presenters, selectors, services


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """First only that there is something; after the code the citizen's own page, for half an hour."""
    now = timezone.now()
    if request.method == "POST" and request.POST.get("act") == "renew":
        services.renew_link(token=token, at=now)
        return render(request, "citizens/link_renewed.html")
    try:
        found = services.enter(token=token, at=now)
        before = by_link.before_the_matter(request, found, now, **_languages(found))
        if not by_link.is_open(request, found, now):
            assert before is not None
            return before
        if request.method == "POST":
            by_link.sign_in(request, services.sign_in(link=found, at=now), now)
            return redirect("citizens:overview")
    except Refused as refusal:
        return render(request, "citizens/link_dead.html", {"refusal": refusal}, status=410)
    return render(request, "citizens/link_open.html", _languages(found))


def _languages(found: OneTimeLink) -> dict[str, Any]:
    offered = selectors.offered_languages(found.municipality_id)
    return {"languages": presenters.languages_of(offered, get_language() or "")}
