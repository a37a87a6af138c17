"""Resultater: what happened, what resembles it, what it is worth, and what others found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import once, once_and_say, user_of
from brobygger.effects import report, selectors, services
from brobygger.effects.forms import SharingForm, WhatIfForm
from brobygger.effects.presenters import navigation, pages
from brobygger.effects.presenters.alike import sharing_page
from brobygger.effects.presenters.blocks import Page
from brobygger.effects.presenters.comparison import comparison_page
from brobygger.effects.presenters.others import others_page
from brobygger.effects.presenters.worth import worth_page
from brobygger.effects.selectors import Shown, Subject
from brobygger.effects.sharing import selectors as shared
from brobygger.effects.sharing import services as choices
from brobygger.hours.views.common import INVALID
from brobygger.mentorships import presenters as mentorships
from brobygger.people import services as people
from brobygger.registers import selectors as registers
from brobygger.ui import toasts

PER_PAGE = 50
CSV_TYPE = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"


def _user(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.SEE_EFFECTS)
    return user


_SUBJECTS: dict[str, tuple[str, ...]] = {
    "overview": (Subject.RETENTION, Subject.GOALS, Subject.DOSAGE),
    "status": (),
    "retention": (Subject.RETENTION,),
    "pathways": (Subject.PATHWAYS,),
    "dosage": (Subject.DOSAGE,),
    "goals": (Subject.GOALS,),
    "subgroups": (Subject.SUBGROUPS,),
    "worth": (Subject.WORTH,),
    "comparison": (Subject.COMPARISON, Subject.LOTTERY),
    "others": (Subject.OTHERS, Subject.PATHWAYS, Subject.DOSAGE),
}
"""What each page reads besides the status of every period."""


def _shown(request: HttpRequest, user: User, key: str = "") -> Shown | None:
    try:
        wanted = date.fromisoformat(request.GET.get("periode", ""))
    except ValueError:
        wanted = None
    return selectors.newest(user, wanted, _SUBJECTS.get(key, selectors.EVERYTHING))


def _view(key: str) -> Callable[[HttpRequest], HttpResponse]:
    @login_required
    @require_GET
    def view(request: HttpRequest) -> HttpResponse:
        user = _user(request)
        shown = _shown(request, user, key)
        context: dict[str, Any] = {"waiting": selectors.waiting_run(user), "key": key, "shown": shown}
        made = _made(request, user, shown, key) if shown else None
        if shown is None or made is None:
            return render(request, "effects/empty.html", {**context, **navigation.empty(shown, user)})
        page, more = made
        return render(
            request,
            "effects/page.html",
            {**context, **navigation.around(shown, user, key), "page": page, **more},
        )

    view.__name__ = key
    return view


def _made(request: HttpRequest, user: User, shown: Shown, key: str) -> tuple[Page, dict[str, Any]] | None:
    """The page and what its template needs besides; None where there is nothing to draw it from."""
    if key in pages.HAPPENED_PAGES:
        return (pages.HAPPENED_PAGES[key](shown, user), {}) if shown.period else None
    if key == "comparison":
        return comparison_page(shown, user), {}
    if key == "others":
        return others_page(shown, user, _totals(user), shared.sharing_of(user)), {}
    form = _what_if(request, shown.payload(Subject.WORTH))
    asked = form.cleaned_data if form.is_valid() else {}
    return worth_page(shown, user, asked), {"what_if": form, "can_export": _is_priced(shown)}


def _what_if(request: HttpRequest, record: dict[str, Any]) -> WhatIfForm:
    """The form as it was sent, else with what a mentorship costs now."""
    sent = request.GET if set(WhatIfForm.base_fields) & set(request.GET) else None
    known = {"hours": record.get("hours"), "price": record.get("price_per_hour")}
    return WhatIfForm(sent, initial={name: Decimal(str(value)) for name, value in known.items() if value})


def _is_priced(shown: Shown) -> bool:
    return shown.payload(Subject.WORTH).get("state") == "priced"


def _totals(user: User) -> list[Any]:
    found = (registers.outside_totals(user, table) for table in ("AUH03", "AUK03"))
    return [each for each in found if each is not None]


overview, status, retention = _view("overview"), _view("status"), _view("retention")
pathways, dosage, goals = _view("pathways"), _view("dosage"), _view("goals")
subgroups, worth, comparison, others = (
    _view("subgroups"),
    _view("worth"),
    _view("comparison"),
    _view("others"),
)


@login_required
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Asks for new figures."""
    user, now = _user(request), timezone.now()
    once_and_say(
        request,
        lambda: services.ask(by=user, at=now, on=timezone.localdate()),
        _("Tallene regnes ud. Det tager nogle minutter."),
        at=now,
    )
    return redirect("effects:overview")


@login_required
@require_GET
def sharing(request: HttpRequest) -> HttpResponse:
    """What sharing means, and what is shared."""
    return _sharing(request, _user(request), SharingForm())


def _sharing(request: HttpRequest, user: User, form: SharingForm) -> HttpResponse:
    context = {**sharing_page(shared.sharing_of(user), user), "form": form}
    return render(request, "effects/sharing.html", context, status=INVALID if form.is_bound else 200)


@login_required
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """From now the figures are shared, or no longer."""
    user, now = _user(request), timezone.now()
    require(user, Permission.SHARE_FIGURES)
    form = SharingForm(request.POST)
    if not form.is_valid():
        return _sharing(request, user, form)
    is_on = form.cleaned_data["is_on"] == "yes"
    once(request, lambda: choices.choose(is_on=is_on, by=user, at=now), at=now)
    toasts.say(request, _("I deler jeres tal.") if is_on else _("I deler ikke længere jeres tal."))
    return redirect("effects:sharing")


@login_required
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The mentorships behind a figure, for those who see cases; never behind one that is not shown."""
    user = _user(request)
    require(user, Permission.SEE_CASES)
    shown = _shown(request, user)
    if shown is None or shown.period is None:
        return _nothing_yet(request)
    found = navigation.asked_for(shown, request.GET)
    if found is None:
        raise Http404
    behind = selectors.cases_behind(user, shown, found.labels)
    page = Paginator(behind, PER_PAGE).get_page(request.GET.get("side"))
    listed = list(page.object_list)
    people.note_looks(citizens=[each.citizen for each in listed], by=user, page=_("Resultater"))
    context = {
        "page": page,
        "rows": mentorships.rows(listed, timezone.localdate()),
        "about": found,
        "back": found.back,
    }
    return render(request, "effects/cases.html", context)


@login_required
@require_GET
def table(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One table of a page for a spreadsheet."""
    user = _user(request)
    shown = _shown(request, user, key)
    if shown is None:
        return _nothing_yet(request)
    made = _made(request, user, shown, key) if key in navigation.KEYS else None
    tables = [block.table for block in made[0].blocks if block.table] if made else []
    if not 1 <= number <= len(tables):
        raise Http404
    return _file(tables[number - 1].as_csv(), f"resultater-{key}-{number}.csv")


@login_required
@require_GET
def soem(request: HttpRequest) -> HttpResponse:
    """What it is worth, in the terms of SØM."""
    user = _user(request)
    shown = _shown(request, user, "worth")
    if shown is None or not _is_priced(shown):
        return _nothing_yet(request)
    return _file(navigation.soem_csv(shown.payload(Subject.WORTH)), "resultater-soem.csv")


def _nothing_yet(request: HttpRequest) -> HttpResponse:
    toasts.say(request, _("Det er ikke regnet ud endnu."))
    return redirect("effects:overview")


def _file(content: str, name: str) -> HttpResponse:
    response = HttpResponse(BYTE_ORDER_MARK + content, content_type=CSV_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@login_required
@require_GET
def pdf(request: HttpRequest) -> HttpResponse:
    """All pages as one PDF."""
    user = _user(request)
    shown = _shown(request, user)
    if shown is None or user.municipality is None:
        return _nothing_yet(request)
    made = [_made(request, user, shown, key) for key in navigation.KEYS]
    drawn: Sequence[Page] = [each[0] for each in made if each]
    content = report.make_pdf(shown, drawn, user.municipality, at=shown.run.finished_at or shown.run.asked_at)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, _("resultater.pdf"))
    return response
