"""How long a citizen who came by link stays, and the language of the citizen's pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from brobygger.accounts import by_link
from brobygger.accounts.models import User
from brobygger.citizens import languages, presenters, selectors

BEFORE_THE_CODE = frozenset({"citizens:link", "accounts:login"})
"""Pages a citizen meets before anybody knows who it is: there the browser's own earlier choice counts."""
_KEPT = "citizen_language"


class CitizenPages:
    """After the database context: the short stay, then the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and by_link.came_by_link(request):
            by_link.stay(request, timezone.now())
        if not isinstance(request.user, User) or request.user.kind != "citizen":
            return _told(self.get_response(request))
        with translation.override(_language_of(request, request.user)):
            return _told(self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Nobody is signed in yet: the language chosen in this browser before."""
        match = request.resolver_match
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if match and match.view_name in BEFORE_THE_CODE and languages.is_ready(chosen):
            # Every request begins in a language of its own: what is switched on here ends with this one.
            translation.activate(chosen)
        return None


def forget_language(request: HttpRequest) -> None:
    """The citizen has chosen anew: the next page asks what."""
    request.session.pop(_KEPT, None)


def menu_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The languages the signed-in citizen can choose between."""
    kept = request.session.get(_KEPT) or {}
    known = languages.languages()
    offered = [known[code] for code in kept.get("offered", ()) if code in known]
    return presenters.languages_of(offered, kept.get("code", ""))


def _language_of(request: HttpRequest, user: User) -> str:
    """The citizen's own choice where the municipality offers it; asked of the database once for each stay."""
    kept = request.session.get(_KEPT)
    if kept is None:
        offered = [each.code for each in selectors.offered_languages(user.municipality_id or 0)]
        kept = {"code": _choice(request, user, offered), "offered": offered}
        request.session[_KEPT] = kept
    return str(kept["code"])


def _choice(request: HttpRequest, user: User, offered: list[str]) -> str:
    on_file = selectors.language_on_file(user)
    in_browser = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    wanted = on_file if on_file != languages.OWN else in_browser
    return wanted if wanted in offered else languages.OWN


def _told(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Content-Language", translation.get_language() or languages.OWN)
    return response
