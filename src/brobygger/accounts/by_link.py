"""What every page behind a one-time link does before its own matter: only that there is something, then the code.

GET and HEAD change nothing, since mail programs open links by themselves.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brobygger.accounts import services
from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import CodeForm, tell
from brobygger.accounts.models import OneTimeLink

OPEN_FOR = timedelta(minutes=10)
"""How long a browser that gave the code may read and answer."""
_OPENED, _ANSWERED = "link_opened", "link_answered"


def before_the_matter(request: HttpRequest, link: OneTimeLink, now: datetime) -> HttpResponse | None:
    """The page that comes before what the link points at; None when this browser has given the code."""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "send":
            return _send_code(request, link, now)
        if act == "code":
            return _check_code(request, link, now)
    return None if _is_open(request, link, now) else _closed_page(request, link, now)


def close(request: HttpRequest, token: str, **said: Any) -> None:
    """The answer is in: the browser may read no more, but is thanked again when it sends the same form twice."""
    request.session.pop(_OPENED, None)
    request.session[_ANSWERED] = {"token": _fingerprint(token), **said}


def answered(request: HttpRequest, token: str) -> dict[str, Any] | None:
    """What this browser said through the link, as ``close`` kept it."""
    kept: dict[str, Any] = request.session.get(_ANSWERED) or {}
    return kept if kept.get("token") == _fingerprint(token) else None


def dead_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "accounts/link_dead.html", {"refusal": refusal}, status=410)


def _send_code(request: HttpRequest, link: OneTimeLink, now: datetime) -> HttpResponse:
    try:
        services.ask_for_code(link=link, at=now)
    except Refused as refusal:
        form = CodeForm({"code": ""})
        form.full_clean()
        form.errors.clear()
        tell(form, refusal)
        return _closed_page(request, link, now, form=form, status=422)
    return redirect(request.path)


def _check_code(request: HttpRequest, link: OneTimeLink, now: datetime) -> HttpResponse:
    """A wrong code is counted, so nothing is rolled back here."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            if services.check_code(link=link, code=form.cleaned_data["code"], at=now):
                request.session[_OPENED] = {"link": link.pk, "until": (now + OPEN_FOR).timestamp()}
                return redirect(request.path)
            form.add_error("code", _("Koden passer ikke. Se efter, og skriv den igen."))
        except Refused as refusal:
            tell(form, refusal)
    return _closed_page(request, link, now, form=form, status=422)


def _is_open(request: HttpRequest, link: OneTimeLink, now: datetime) -> bool:
    opened = request.session.get(_OPENED) or {}
    return opened.get("link") == link.pk and float(opened.get("until", 0)) > now.timestamp()


def _closed_page(
    request: HttpRequest, link: OneTimeLink, now: datetime, *, form: CodeForm | None = None, status: int = 200
) -> HttpResponse:
    """No name and no matter: whoever holds the link alone learns only which municipality sent it."""
    context = {
        "municipality_name": link.municipality.name,
        "is_sent": link.code_expires_at is not None and link.code_expires_at > now,
        "by_sms": bool(link.phone),
        "form": form or CodeForm(),
    }
    return render(request, "accounts/link_closed.html", context, status=status)


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
