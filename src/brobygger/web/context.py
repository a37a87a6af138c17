"""What every template knows: today, the navigation, whether this is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brobygger.accounts.permissions import Permission


def page(request: HttpRequest) -> dict[str, Any]:
    return {
        "today": timezone.localdate(),
        "is_demo": settings.DEMO,
        "navigation": navigation(request),
        "request_id": getattr(request, "request_id", None),
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The main menu for the signed-in user's permissions: label, url, whether one is there."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.kind != "staff":
        return []
    items = [
        (_("Min dag"), "web:home", None),
        (_("Forløb"), "mentorships:list", Permission.SEE_CASES),
        (_("Godkendelser"), "grants:queue", Permission.DECIDE_GRANT),
        (_("Mentorer"), "people:mentors", Permission.MANAGE_MENTORS),
        (_("Økonomi"), "payments:invoices", Permission.SEE_MONEY),
        (_("Administration"), "web:administration", Permission.SET_FRAMES),
        (_("Beskeder"), "web:outbox", Permission.SEE_OUTBOX),
    ]
    return [
        {
            "label": label,
            "url": url,
            "current": request.path == url if url == "/" else request.path.startswith(url),
        }
        for label, name, permission in items
        if (permission is None or user.may(permission)) and (url := _address(name))
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
