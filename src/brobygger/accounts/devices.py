"""The mark of a browser, so that answers given on the same device can be told from others, and nothing else.

A cookie holds a random value that says nothing of the person or the machine. What is stored is a keyed hash of it, with
another key for each municipality: it cannot be turned back, and the marks of two municipalities cannot be compared.
"""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "bb_device"
KEPT_SECONDS = 400 * 24 * 3600
MARK_LENGTH = 32
"""Hexadecimal digits: 128 bits, so that two devices never get the same by chance."""

_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")


def value_of(request: HttpRequest) -> str:
    """The browser's own value; a new one where it brings none, or one that is not ours."""
    brought = request.COOKIES.get(COOKIE, "")
    return brought if _VALUE.fullmatch(brought) else secrets.token_urlsafe(32)


def keep(response: HttpResponse, value: str) -> None:
    """Leaves the value in the browser, where no script can read it."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=KEPT_SECONDS,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def mark(value: str, municipality_id: int) -> str:
    """What is stored: the keyed hash of a browser's value, salted by municipality."""
    return salted_hmac(f"device:{municipality_id}", value, algorithm="sha256").hexdigest()[:MARK_LENGTH]
