"""Min dag: what needs the signed-in person now, with the act on the row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.requests import user_of
from brobygger.controls.samples import selectors as samples
from brobygger.followups import selectors as followups
from brobygger.followups.substitutes import selectors as absences
from brobygger.grants import selectors as grants
from brobygger.hours import selectors as hours
from brobygger.meetings import selectors as meetings
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Status
from brobygger.payments import selectors as payments
from brobygger.payments.budget import selectors as budgets
from brobygger.ui.attention import Attention
from brobygger.ui.formats import danish_weekday, days_away, days_since

OWN_PAGE = {"mentor": "hours:mentor", "citizen": "citizens:overview", "company": "hours:company"}
TODAY, WEEK, TEAM = "i-dag", "uge", "holdet"
PRESSING = 2
"""Rows up to this urgency need somebody today, whatever their date."""
A_WEEK = timedelta(days=7)
FOLDED_ROWS = 100
DONE = "work_done"


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The work list of staff; mentors, citizens and companies are led to their own page."""
    user, today = user_of(request), timezone.localdate()
    if user.kind in OWN_PAGE:
        return redirect(OWN_PAGE[user.kind])
    heaps = sort_out(everything(user, today), today)
    tab = _tab(request, heaps)
    context: dict[str, Any] = {
        "tab": tab,
        "rows": _lines(heaps[tab], today),
        "later": _lines(heaps["later"], today)[:FOLDED_ROWS] if tab == WEEK else [],
        "tabs": _tabs(heaps, tab, user),
        "done": _done_today(request, heaps[TODAY], today),
        "works_cases": works_cases(user),
        "on_time": _on_time(user, today) if tab == TEAM else None,
        "can_start": user.may(Permission.REQUEST_GRANT),
        "shortcuts": shortcuts(user),
    }
    # A tab or a refreshed list asks for the list alone.
    if getattr(request, "htmx", None) and request.htmx.target == "arbejde":  # type: ignore[attr-defined]
        return render(request, "web/home_work.html", context)
    return render(request, "web/home.html", {**context, **_head(user, today)})


CASE_SOURCES = (mentorships, grants, hours, meetings, followups)
SOURCES = (*CASE_SOURCES, payments, budgets, samples)
NO_TEAM = 0
"""Nobody's team. One who has none at all sees the rows of every team."""
NOT_FOR_SUBSTITUTES = {"draft", "to_decide"}
"""A draft is nobody else's, and whoever may decide has the row as their own already."""


def everything(user: User, today: date) -> list[Attention]:
    """All that any part of the system wants somebody to look at, and what absent colleagues would look at.

    A constant number of queries for the user and for each colleague the user stands in for.
    """
    own = [row for source in SOURCES for row in source.needs_attention(user, today)]
    if not works_cases(user):
        return own
    theirs = [
        row for absent in absences.absent_colleagues(user, today) for row in _rows_of(absent, user, today)
    ]
    taken_over = {row.key for row in theirs}
    mine = {row.key for row in own if row.scope == "mine"}
    kept = [row for row in own if row.scope == "mine" or row.key not in taken_over]
    return kept + [row for row in theirs if row.key not in mine]


def _rows_of(absent: User, user: User, today: date) -> list[Attention]:
    """The absent colleague's own rows, as the substitute's permissions show them.

    The person asked about has the colleague's cases and the substitute's roles: standing in gives nobody a right they
    do not have.
    """
    stand_in = copy(absent)
    stand_in.roles, stand_in.is_active = list(user.roles), user.is_active
    stand_in.team_id = NO_TEAM  # only the colleague's own rows are wanted
    rows = [row for source in CASE_SOURCES for row in source.needs_attention(stand_in, today)]
    return [
        replace(row, initials=_("%(who)s · for %(name)s") % {"who": row.initials, "name": absent.name})
        for row in rows
        if row.scope == "mine" and row.kind not in NOT_FOR_SUBSTITUTES
    ]


def sort_out(rows: Iterable[Attention], today: date) -> dict[str, list[Attention]]:
    """Today, this week, later, and the team's: grouped by what they ask, oldest first."""
    heaps: dict[str, list[Attention]] = {TODAY: [], WEEK: [], TEAM: [], "later": []}
    for row in rows:
        heaps[_heap(row, today)].append(row)
    return {name: grouped(heap) for name, heap in heaps.items()}


def _heap(row: Attention, today: date) -> str:
    if row.scope == "team":
        return TEAM
    if row.when <= today or row.urgency <= PRESSING:
        return TODAY
    return WEEK if row.when <= today + A_WEEK else "later"


def grouped(rows: Sequence[Attention]) -> list[Attention]:
    """Rows that ask the same stand together, the most pressing kind first, the oldest first in each."""
    pressing: dict[str, tuple[int, date]] = {}
    for row in rows:
        place = (row.urgency, row.when)
        pressing[row.kind] = min(pressing.get(row.kind, place), place)
    return sorted(rows, key=lambda row: (pressing[row.kind], row.kind, row.when, row.case_code))


# What the page shows


@dataclass(frozen=True)
class Line:
    """One row as it is drawn."""

    row: Attention
    when: str
    tone: str
    id: str


def _lines(rows: Sequence[Attention], today: date) -> list[Line]:
    return [Line(row, _when(row, today), _tone(row), f"raekke-{place}") for place, row in enumerate(rows, 1)]


def _when(row: Attention, today: date) -> str:
    return row.note or (days_since(row.when, today) if row.happened else days_away(row.when, today))


def _tone(row: Attention) -> str:
    return "danger" if row.urgency <= 0 else "warning" if row.urgency <= PRESSING else ""


def _tab(request: HttpRequest, heaps: dict[str, list[Attention]]) -> str:
    wanted = request.GET.get("vis", "")
    return wanted if wanted in (TODAY, WEEK, TEAM) else TODAY


def _tabs(heaps: dict[str, list[Attention]], tab: str, user: User) -> list[dict[str, Any]]:
    labels = [(TODAY, _("Kræver dig i dag")), (WEEK, _("Denne uge")), (TEAM, _("Holdet"))]
    return [
        {
            "label": label,
            "url": f"{reverse('web:home')}?vis={name}",
            "current": name == tab,
            "count": len(heaps[name]),
            "target": "#arbejde",
        }
        for name, label in labels
        if name != TEAM or works_cases(user)
    ]


def _head(user: User, today: date) -> dict[str, Any]:
    day = danish_weekday(today)
    under_way = None
    if works_cases(user):
        cases = mentorships.visible_to(user).filter(status=Status.ACTIVE)
        under_way = (cases.filter(team_id=user.team_id) if user.team_id else cases).count()
    return {"day": day[:1].upper() + day[1:], "team": user.team, "under_way": under_way}


def _on_time(user: User, today: date) -> dict[str, Any] | None:
    """How much of the own team's follow-up is done on time; none where nothing has fallen due."""
    rows = followups.on_time_of_teams(user, today) if user.team else []
    own = next((row for row in rows if row.team == (user.team and user.team.name)), None)
    return {"share": own.share, "due": own.due, "days": followups.RATE_DAYS} if own else None


def works_cases(user: User) -> bool:
    return user.may(Permission.FOLLOW_UP)


def shortcuts(user: User) -> list[dict[str, str]]:
    """Where somebody without cases of the own begins."""
    if works_cases(user):
        return []
    places = (
        (Permission.SEE_CASES, _("Forløb"), _("Alle kommunens forløb, søg og filtrér."), "mentorships:list"),
        (Permission.SEE_MONEY, _("Fakturaer"), _("Modtag, kontrollér og betal."), "payments:invoices"),
        (Permission.HANDLE_INVOICES, _("Bogføring"), _("Filer til økonomisystemet."), "payments:ledger"),
        (
            Permission.SEE_CONTROLS,
            _("Opslag på borgere"),
            _("Hvem har set på hvem, og hvorfor."),
            "web:looks",
        ),
        (Permission.MANAGE_USERS, _("Brugere og hold"), _("Opret brugere, og giv dem roller."), "web:users"),
        (
            Permission.SET_FRAMES,
            _("Rammer"),
            _("Hvad der kan bevilges, og hvem der bevilger."),
            "rulebook:frames",
        ),
    )
    return [
        {"label": label, "text": text, "url": reverse(name)}
        for permission, label, text, name in places
        if user.may(permission)
    ]


def _done_today(request: HttpRequest, rows: Sequence[Attention], today: date) -> list[dict[str, str]]:
    """What stood on today's list earlier in the day and is gone. Kept in the session: heading, code, address."""
    kept = request.session.get(DONE)
    if not isinstance(kept, dict) or kept.get("day") != today.isoformat():
        kept = {"day": today.isoformat(), "seen": {}, "done": {}}
    here = {row.key for row in rows}
    gone = {key: row for key, row in {**kept["done"], **kept["seen"]}.items() if key not in here}
    seen = {
        row.key: {"heading": row.heading, "code": row.case_code, "url": row.url} for row in rows[:FOLDED_ROWS]
    }
    fresh = {"day": kept["day"], "seen": seen, "done": dict(list(gone.items())[-FOLDED_ROWS:])}
    if fresh != request.session.get(DONE):
        request.session[DONE] = fresh
    return list(reversed(fresh["done"].values()))
