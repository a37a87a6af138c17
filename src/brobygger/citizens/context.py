"""What every page of a citizen knows beside: the languages to choose between, and how long the stay is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from brobygger.accounts import by_link
from brobygger.accounts.models import User
from brobygger.citizens.middleware import menu_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Nothing for anybody else. No query."""
    user = getattr(request, "user", None)
    if user is None:
        return {}  # a page without people, such as the gallery on its own
    context: dict[str, Any] = {"citizen_language_url": reverse("citizens:language")}
    if isinstance(user, User) and user.kind == "citizen":
        context["languages"] = menu_of(request)
        if by_link.came_by_link(request):
            context["session_seconds"] = int(by_link.STAY.total_seconds())
    return context
