"""What every answer carries, and how a refusal of the domain becomes a page."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from brobygger.accounts.errors import Refused

EVERYWHERE = ("da", "en")
"""Languages that every page has; citizens' pages have more (``citizens.middleware``)."""


class ChosenLanguage:
    """Danish, unless the reader has chosen another language; a browser's own setting is no choice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in EVERYWHERE else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


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


class NoNulCharacters:
    """No text that PostgreSQL can hold has a NUL, and no person types one: such a request is a bad one (400)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(
            "\0" in value
            for sent in (request.GET, request.POST)
            for _, values in sent.lists()
            for value in values
        ):
            raise SuspiciousOperation("NUL in a parameter.")
        return self.get_response(request)


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
