"""The command palette and the search page: citizens, mentors, mentorships, pages."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission
from brobygger.accounts.requests import user_of
from brobygger.mentorships import selectors as mentorships
from brobygger.people import selectors as people
from brobygger.people import services as people_services
from brobygger.people.models import Citizen
from brobygger.web.context import navigation

SHORTEST = 2
MOST = 8

Group = dict[str, Any]


@login_required
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Sent by POST, so that what is typed, perhaps a CPR number, comes into no address; GET serves old links."""
    user = user_of(request)
    if user.kind != "staff":
        raise NotAllowed(_("Søgning er kun for medarbejdere."))
    text = " ".join((request.POST.get("q") or request.GET.get("q") or "").split())[:120]
    by_post = request.method == "POST"
    groups: list[Group] = []
    refused = ""
    if looks_like_cpr(text):
        if by_post:
            groups = _by_cpr(user, text)
        else:
            refused, text = _("Skriv CPR-nummeret i feltet herunder, så det ikke kommer i adressen."), ""
    elif len(text) >= SHORTEST:
        groups = _by_text(request, user, text)
    htmx = bool(request.htmx)  # type: ignore[attr-defined]
    template = (
        "ui/palette_results.html"
        if htmx and groups
        else "web/search_results.html"
        if htmx
        else "web/search.html"
    )
    context = {
        "groups": groups,
        "q": "" if looks_like_cpr(text) else text,
        "refused": refused,
        "sought": bool(text),
    }
    return render(request, template, context)


def looks_like_cpr(text: str) -> bool:
    """Whether the digits of ``text`` could be a CPR number, however they are spaced."""
    return re.fullmatch(r"\d{6}\D{0,3}\d{4}", text.strip()) is not None


def _by_cpr(user: User, text: str) -> list[Group]:
    if not user.may(Permission.SEE_CPR):
        return []
    citizen = people_services.find_by_cpr(cpr=re.sub(r"\D", "", text), by=user)
    return [_group(_("Borger"), [_citizen_item(citizen)])] if citizen else []


def _by_text(request: HttpRequest, user: User, text: str) -> list[Group]:
    groups = [_group(_("Sider"), _pages(request, user, text))]
    if user.may(Permission.SEE_CASES):
        citizens = people.citizens_named(user, text, limit=MOST)
        people_services.note_search(criterion=text, citizens=citizens, by=user)
        groups.insert(0, _group(_("Borgere"), [_citizen_item(each) for each in citizens]))
        groups.insert(0, _group(_("Forløb"), _cases(user, text)))
    if user.may(Permission.MANAGE_MENTORS):
        groups.insert(2, _group(_("Mentorer"), _mentors(user, text)))
    return [group for group in groups if group["items"]]


def _group(label: str, items: list[dict[str, str]]) -> Group:
    return {"label": label, "items": items}


def _citizen_item(citizen: Citizen) -> dict[str, str]:
    born = citizen.birth_date.strftime("%d.%m.%Y") if citizen.birth_date else ""
    hint = _("født %(day)s") % {"day": born} if born else ""
    return {"label": citizen.name, "url": reverse("people:citizen", args=[citizen.public_id]), "hint": hint}


def _cases(user: User, text: str) -> list[dict[str, str]]:
    found = mentorships.visible_to(user).filter(code__istartswith=text).order_by("code")[:MOST]
    return [
        {
            "label": f"{case.code} · {case.citizen.initials}",
            "url": reverse("web:case", args=[case.public_id]),
            "hint": str(case.get_status_display()),
        }
        for case in found
    ]


def _mentors(user: User, text: str) -> list[dict[str, str]]:
    return [
        {
            "label": mentor.name,
            "url": reverse("people:mentor", args=[mentor.public_id]),
            "hint": mentor.organisation.name if mentor.organisation else str(mentor.get_kind_display()),
        }
        for mentor in people.mentors_named(user, text, limit=MOST)
    ]


def _pages(request: HttpRequest, user: User, text: str) -> list[dict[str, str]]:
    pages = [(str(item["label"]), str(item["url"])) for item in navigation(user, request.path)]
    more = (
        (_("Nyt forløb"), "grants:new", Permission.REQUEST_GRANT),
        (_("Ny mentor"), "people:new_mentor", Permission.MANAGE_MENTORS),
        (_("Brugere og hold"), "web:users", Permission.MANAGE_USERS),
        (_("Rammer"), "rulebook:frames", Permission.SET_FRAMES),
        (_("Opslag på borgere"), "web:looks", Permission.SEE_CONTROLS),
        (_("Bogføring"), "payments:ledger", Permission.HANDLE_INVOICES),
    )
    pages += [(label, reverse(name)) for label, name, permission in more if user.may(permission)]
    wanted = text.casefold()
    return [{"label": label, "url": url} for label, url in pages if wanted in label.casefold()]
