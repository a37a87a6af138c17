"""The gallery of components, and the pages for what went wrong."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from brobygger.ui.gallery import gallery_context

log = logging.getLogger("brobygger.errors")

# Letters and figures that are not mistaken for each other on the telephone.
_REFERENCE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def gallery(request: HttpRequest) -> HttpResponse:
    layout = "layouts/phone.html" if request.GET.get("visning") == "telefon" else "layouts/staff.html"
    return render(request, "ui/gallery/gallery.html", {**gallery_context(), "layout": layout})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 400, "400.html")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 403, "403.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 404, "404.html")


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, 413, "413.html")


def server_error(request: HttpRequest) -> HttpResponse:
    return _error_page(request, 500, "500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error_page(request, 403, "csrf.html")


def _error_page(request: HttpRequest, status: int, template: str) -> HttpResponse:
    reference = getattr(request, "reference", "") or new_reference()
    log.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "error page shown",
        exc_info=status >= 500,
        extra={"reference": reference, "status_code": status, "method": request.method},
    )
    # Without the request no context processor runs, so the page cannot fail for the reason the first one did.
    return HttpResponse(render_to_string(template, {"reference": reference}), status=status)


def new_reference() -> str:
    """A number to quote to support, such as "7F3K-9QX2"."""
    signs = "".join(secrets.choice(_REFERENCE_SIGNS) for _sign in range(8))
    return f"{signs[:4]}-{signs[4:]}"
