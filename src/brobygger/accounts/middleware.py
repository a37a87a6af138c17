"""One transaction per request, with the signed context set before any view runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

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
