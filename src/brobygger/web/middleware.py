"""What every answer carries, and how a refusal of the domain becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brobygger.accounts.errors import Refused


class PersonalPages:
    """Pages may hold personal data: no cache keeps them, and no feature of the browser is lent out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response


class DomainErrors:
    """A service's refusal that no form caught becomes a page that says why; nothing of the request is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        from django.db import transaction

        transaction.set_rollback(True)
        template = "refused_fragment.html" if getattr(request, "htmx", False) else "refused.html"
        return render(request, template, {"refusal": exception}, status=409)
