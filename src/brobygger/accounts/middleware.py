"""What stands between a request and its view: the database context, and a first password that must go."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from brobygger.accounts.by_link import came_by_link
from brobygger.accounts.tenancy import actor_of, set_context
from brobygger.audit import services as audit


class DatabaseContext:
    """Outermost after authentication; replaces ATOMIC_REQUESTS, which opens its transaction too late."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with audit.request_scope(uuid.uuid4()) as request_id, transaction.atomic():
            request.request_id = request_id  # type: ignore[attr-defined]
            set_context(actor_of(request.user))  # type: ignore[arg-type]
            response = self.get_response(request)
            if response.streaming:
                raise ImproperlyConfigured(
                    "A streamed answer outlives its transaction: build the file first."
                )
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


BEFORE_OWN_PASSWORD = frozenset({"accounts:password", "accounts:logout", "healthz", "set_language"})
"""All that is reached with a first password; static files never come this far."""


class OwnPasswordFirst:
    """Whoever signed in with a password that somebody else has seen chooses an own one before any other view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Whoever came by link and code has used no password that somebody else has seen.
        is_waiting = (
            request.user.is_authenticated and request.user.password_is_first and not came_by_link(request)
        )
        match = request.resolver_match
        if not is_waiting or (match and match.view_name in BEFORE_OWN_PASSWORD):
            return None
        if request.headers.get("HX-Request"):
            # The page around the fragment leaves too; where it stood is where its user was going.
            return HttpResponse(
                headers={"HX-Redirect": _password_page(request.headers.get("HX-Current-URL", ""))}
            )
        going_to = request.get_full_path() if request.method == "GET" else ""
        return HttpResponseRedirect(_password_page(going_to))


def _password_page(going_to: str) -> str:
    return f"{reverse('accounts:password')}{'?' + urlencode({'next': going_to}) if going_to else ''}"
