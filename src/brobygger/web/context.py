"""What every template knows: today, the navigation, whether this is a demonstration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, Role

_Item = tuple[str, str, tuple[Permission, ...]]
"""Label, name of the page, and the permissions of which one is enough."""

_THEMES = {"mentor": "citizen", "citizen": "citizen", "company": "company"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Cheap for everyone: no query beyond the signed-in user that the request already has."""
    context = {
        "today": timezone.localdate(),
        "is_demo": settings.DEMO,
        "request_id": getattr(request, "request_id", None),
        "language_url": _address("set_language"),
        "accessibility_url": _address("web:accessibility"),
    }
    user = getattr(request, "user", None)
    return context | (_of(user, request) if user is not None and user.is_authenticated else {})


def _of(user: User, request: HttpRequest) -> dict[str, Any]:
    return {
        "theme": _THEMES.get(user.kind, "staff"),
        "navigation": navigation(user, request.path),
        "user_menu": user_menu(user),
        "municipality_name": user.municipality.name if user.municipality else "",
        "role_name": ", ".join(str(Role(role).label) for role in user.roles),
        "search_url": _address("web:search") if user.may(Permission.SEE_CASES) else "",
        "session_seconds": settings.SESSION_COOKIE_AGE,
        "keepalive_url": _address("web:keepalive"),
    }


def navigation(user: User, path: str) -> list[dict[str, Any]]:
    """The main menu for the user's permissions: label, url, whether one is there."""
    if user.kind != "staff":
        return []
    items: list[_Item] = [
        (_("Min dag"), "web:home", ()),
        (_("Forløb"), "mentorships:list", (Permission.SEE_CASES,)),
        # A frame may route an application to those who ask: they decide on each other's.
        (_("Godkendelser"), "grants:queue", (Permission.DECIDE_GRANT, Permission.REQUEST_GRANT)),
        (_("Mentorer"), "people:mentors", (Permission.MANAGE_MENTORS,)),
        (_("Økonomi"), "payments:invoices", (Permission.SEE_MONEY,)),
        (_("Tilsyn"), "controls:grid", (Permission.SEE_CONTROLS,)),
        (_("Resultater"), "effects:overview", (Permission.SEE_EFFECTS,)),
    ]
    return [
        {**item, "current": path == item["url"] if item["url"] == "/" else path.startswith(item["url"])}
        for item in _open_to(user, items)
    ]


def user_menu(user: User) -> list[dict[str, str]]:
    """What one needs now and then: under the own name, so that the main menu stays on one line."""
    items: list[_Item] = [
        (_("Administration"), "web:administration", (Permission.SET_FRAMES,)),
        (_("Vikarer"), "followups:substitutes", (Permission.FOLLOW_UP,)),
        (_("Opfølgning til tiden"), "followups:on_time", (Permission.FOLLOW_UP,)),
        (_("Evalueringer"), "evaluations:list", (Permission.RUN_EVALUATIONS, Permission.REQUEST_GRANT)),
        (_("Digitale værktøjer"), "toolbox:catalogue", (Permission.KEEP_CATALOGUE,)),
        (_("Registre"), "registers:imports", (Permission.IMPORT_REGISTERS,)),
        (_("Udgående beskeder"), "web:outbox", (Permission.SEE_OUTBOX,)),
        (_("Måneder og fakturaer"), "payments:supplier", (Permission.SEE_COMPANY,)),
        (_("Opslag på borgere"), "web:looks", (Permission.SEE_CONTROLS,)),
        (_("Vejviser"), "web:guide", ()),
        (_("Regn mentortimer ud"), "web:calculator", ()),
        *([(_("Skift adgangskode"), "accounts:password", ())] if user.has_usable_password() else []),
    ]
    return _open_to(user, items)


def _open_to(user: User, items: Iterable[_Item]) -> list[dict[str, str]]:
    """Label and url of the items the user has one of the permissions for; an item without permissions is everyone's."""
    return [
        {"label": label, "url": url}
        for label, name, any_of in items
        if (not any_of or any(map(user.may, any_of))) and (url := _address(name))
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
