"""What every page behind a one-time link does before its own matter: only that there is something, then the code.

GET and HEAD change nothing, since mail programs open links by themselves.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from brobygger.accounts import services
from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import CodeForm, tell
from brobygger.accounts.models import OneTimeLink, User

OPEN_FOR = timedelta(minutes=10)
"""How long a browser that gave the code may read and answer."""
STAY = timedelta(minutes=30)
"""How long a citizen who came by link stays signed in after the last page."""
STAY_AT_MOST = timedelta(hours=4)
"""How long after the code, however busy."""
_OPENED, _ANSWERED, _SIGNED_IN_UNTIL = "link_opened", "link_answered", "by_link_until"


def before_the_matter(
    request: HttpRequest, link: OneTimeLink, now: datetime, **more: Any
) -> HttpResponse | None:
    """The page that comes before what the link points at; None when this browser has given the code.

    ``more`` is what the page shows beside.
    """
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "send":
            return _send_code(request, link, now, more)
        if act == "code":
            return _check_code(request, link, now, more)
    return None if is_open(request, link, now) else _closed_page(request, link, now, more)


def close(request: HttpRequest, token: str, **said: Any) -> None:
    """The answer is in: the browser may read no more, but is thanked again when it sends the same form twice."""
    request.session.pop(_OPENED, None)
    request.session[_ANSWERED] = {"token": _fingerprint(token), **said}


def answered(request: HttpRequest, token: str) -> dict[str, Any] | None:
    """What this browser said through the link, as ``close`` kept it."""
    kept: dict[str, Any] = request.session.get(_ANSWERED) or {}
    return kept if kept.get("token") == _fingerprint(token) else None


def sign_in(request: HttpRequest, user: User, now: datetime) -> None:
    """Signs in whoever gave the code of a link to the own page, for a short while and nothing else."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[_SIGNED_IN_UNTIL] = (now + STAY_AT_MOST).timestamp()
    request.session.set_expiry(int(STAY.total_seconds()))
    services.note_sign_in(user=user)


def came_by_link(request: HttpRequest) -> bool:
    """Whether the signed-in user came by link and code, not by a password."""
    return _SIGNED_IN_UNTIL in request.session


def stay(request: HttpRequest, now: datetime) -> None:
    """Another page: the short while begins anew, but never beyond the longest stay."""
    left = float(request.session[_SIGNED_IN_UNTIL]) - now.timestamp()
    if left <= 0:
        logout(request)
    else:
        request.session.set_expiry(max(1, int(min(STAY.total_seconds(), left))))


def dead_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "accounts/link_dead.html", {"refusal": refusal}, status=410)


def _send_code(request: HttpRequest, link: OneTimeLink, now: datetime, more: dict[str, Any]) -> HttpResponse:
    try:
        services.ask_for_code(link=link, at=now)
    except Refused as refusal:
        form = CodeForm({"code": ""})
        form.full_clean()
        form.errors.clear()
        tell(form, refusal)
        return _closed_page(request, link, now, more, form=form, status=422)
    return redirect(request.path)


def _check_code(request: HttpRequest, link: OneTimeLink, now: datetime, more: dict[str, Any]) -> HttpResponse:
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
    return _closed_page(request, link, now, more, form=form, status=422)


def is_open(request: HttpRequest, link: OneTimeLink, now: datetime) -> bool:
    """Whether this browser has given the link's code within the last minutes."""
    opened = request.session.get(_OPENED) or {}
    return opened.get("link") == link.pk and float(opened.get("until", 0)) > now.timestamp()


def _closed_page(
    request: HttpRequest,
    link: OneTimeLink,
    now: datetime,
    more: dict[str, Any],
    *,
    form: CodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """No name and no matter: whoever holds the link alone learns only which municipality sent it."""
    context = {
        "municipality_name": link.municipality.name,
        "is_sent": link.code_expires_at is not None and link.code_expires_at > now,
        "by_sms": bool(link.phone),
        "form": form or CodeForm(),
        **more,
    }
    return render(request, "accounts/link_closed.html", context, status=status)


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
