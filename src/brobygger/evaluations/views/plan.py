"""Planning an evaluation: first what it can show, then the protocol, then it is registered, drawn and closed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.requests import once, user_of
from brobygger.evaluations import forms, presenters, selectors, services
from brobygger.evaluations.models import Design, Evaluation
from brobygger.hours.forms import SomeForm
from brobygger.hours.views.common import INVALID
from brobygger.people import services as people
from brobygger.ui import toasts

PER_PAGE, CANDIDATES_PER_PAGE = 50, 100
DESIGNS = {"lodtraekning": Design.LOTTERY, "indfasning": Design.ROLL_OUT}


def leader(request: HttpRequest) -> User:
    """Who plans evaluations. Raises NotAllowed."""
    user = user_of(request)
    require(user, Permission.RUN_EVALUATIONS)
    return user


def reader(request: HttpRequest) -> User:
    """Who plans evaluations, or puts citizens in their lots. Raises NotAllowed."""
    user = user_of(request)
    if not user.may(Permission.RUN_EVALUATIONS):
        require(user, Permission.REQUEST_GRANT)
    if user.kind != "staff":
        raise NotAllowed
    return user


def one(user: User, public_id: uuid.UUID) -> Evaluation:
    found: Evaluation = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    return found


@login_required
@require_GET
def evaluations(request: HttpRequest) -> HttpResponse:
    user = reader(request)
    page = Paginator(selectors.listed(user), PER_PAGE).get_page(request.GET.get("side"))
    context = {
        "page": page,
        "rows": presenters.rows(list(page.object_list)),
        "may_run": user.may(Permission.RUN_EVALUATIONS),
    }
    return render(request, "evaluations/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """How much an evaluation of a size can show; nothing else can be filled in before that is seen."""
    user, now = leader(request), timezone.now()
    form = _size_form(request, kind)
    if request.method == "POST" and form.is_valid() and request.POST.get("act") == "go_on":
        made: list[Evaluation] = []
        try:
            once(request, lambda: made.append(services.plan(size=form.size(), by=user, at=now)), at=now)
            return (
                redirect("evaluations:protocol", made[0].public_id) if made else redirect("evaluations:list")
            )
        except Refused as refusal:
            form.show(refusal)
    context = {"form": form, "kind": kind, "design": DESIGNS[kind], **_power(form)}
    return render(request, "evaluations/new.html", context, status=INVALID if form.errors else 200)


@login_required
@require_POST
def new_power(request: HttpRequest, kind: str) -> HttpResponse:
    """The panel beside the form, as one types."""
    leader(request)
    return render(request, "evaluations/power.html", _power(_size_form(request, kind)))


def _size_form(request: HttpRequest, kind: str) -> Any:
    if kind not in DESIGNS:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    today = timezone.localdate()
    if DESIGNS[kind] is Design.LOTTERY:
        return forms.LotterySizeForm(sent, initial=forms.LOTTERY_EXAMPLE)
    return forms.RollOutSizeForm(sent, initial=forms.ROLL_OUT_EXAMPLE, today=today)


def _power(form: Any) -> dict[str, Any]:
    """What the form's size can show, or why that cannot be told yet. An unsent form tells of its example."""
    shown = form if form.is_bound else form.as_sent()
    if not shown.is_valid():
        return {"power": None, "refusal": ""}
    size = shown.size()
    try:
        return {"power": presenters.power_said(services.power_of(size), size.outcome), "refusal": ""}
    except Refused as refusal:
        return {"power": None, "refusal": refusal.message}


@login_required
@require_http_methods(["GET", "POST"])
def protocol(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What is laid down of a draft."""
    user, now = leader(request), timezone.now()
    found = one(user, public_id)
    if found.state != Evaluation.State.DRAFT:
        return redirect("evaluations:evaluation", found.public_id)
    if request.method != "POST":
        form = forms.ProtocolForm(initial=forms.protocol_initial(found), evaluation=found)
        return render(request, "evaluations/protocol.html", {**presenters.page(found, user), "form": form})
    form = forms.ProtocolForm(request.POST, evaluation=found)

    def write(data: dict[str, Any], version: int) -> None:
        services.write_protocol(evaluation=found, protocol=form.written(), version=version, by=user)

    if _done(request, form, write, now):
        toasts.say(request, _("Kladden er gemt."))
        return redirect("evaluations:evaluation", found.public_id)
    context = {**presenters.page(one(user, public_id), user), "form": form}
    return render(request, "evaluations/protocol.html", context, status=INVALID)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks first, and then lets go of a draft."""
    user, now = leader(request), timezone.now()
    found = one(user, public_id)
    if found.state != Evaluation.State.DRAFT:
        return redirect("evaluations:evaluation", found.public_id)
    form = forms.VersionForm(request.POST or None, initial={"version": found.version})

    def write(data: dict[str, Any], version: int) -> None:
        services.delete_draft(evaluation=found, version=version, by=user)

    if request.method == "POST" and _done(request, form, write, now):
        toasts.say(request, _("Kladden er slettet."))
        return redirect("evaluations:list")
    context = {**presenters.page(found, user), "form": form}
    status = INVALID if request.method == "POST" else 200
    return render(request, "evaluations/delete.html", context, status=status)


def _done(
    request: HttpRequest, form: SomeForm, write: Callable[[dict[str, Any], int], object], now: datetime
) -> bool:
    """Whether the form was in order and has been acted on, once."""
    if not form.is_valid():
        return False
    try:
        once(request, lambda: write(form.cleaned_data, form.cleaned_data.get("version", 0)), at=now)
    except Refused as refusal:
        form.show(refusal)
        return False
    return True


@login_required
@require_GET
def evaluation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One evaluation; ``?igen=1`` draws the lot again from the seed and compares."""
    user = reader(request)
    return page(request, user, one(user, public_id))


def page(
    request: HttpRequest, user: User, found: Evaluation, typed: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of one evaluation, with what was typed where something was wrong."""
    version = {"version": found.version}
    context = {
        **presenters.page(found, user),
        "draw_form": forms.DrawForm(initial={"seen": 0}, auto_id="draw_%s"),
        **_lot(request, user, found),
        "register_form": forms.VersionForm(initial=version, auto_id="register_%s"),
        "close_form": forms.CloseForm(initial=version, auto_id="close_%s"),
        **(typed or {}),
    }
    return render(request, "evaluations/evaluation.html", context, status=INVALID if typed else 200)


def _lot(request: HttpRequest, user: User, found: Evaluation) -> dict[str, Any]:
    """Who stands in the lot, a page at a time; showing them is recorded."""
    if not found.is_lottery or found.state == Evaluation.State.DRAFT:
        return {}
    candidates = selectors.candidates_of(found)
    listing = Paginator(candidates, CANDIDATES_PER_PAGE).get_page(request.GET.get("side"))
    shown = list(listing.object_list)
    people.note_looks(citizens=[each.citizen for each in shown], by=user, page=_("Lodtrækning"))
    in_it = selectors.in_the_lot(found).count()
    again = selectors.is_redrawn_the_same(found) if request.GET.get("igen") and found.drawn_at else None
    return {
        "listing": listing,
        "candidates": presenters.candidate_rows(shown, found, user),
        "shares": presenters.shares(list(candidates)),
        "in_the_lot": in_it,
        "draw_form": forms.DrawForm(initial={"seen": in_it}, auto_id="draw_%s"),
        "drawn_again": again,
    }


@login_required
@require_POST
def register(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Lays the protocol down for good."""

    def write(found: Evaluation, data: dict[str, Any], user: User, now: datetime) -> None:
        services.register(evaluation=found, version=data["version"], by=user, at=now)

    said = _("Protokollen er registreret og kan ikke ændres.")
    return _act(request, public_id, "register_form", forms.VersionForm, write, said)


@login_required
@require_POST
def draw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Draws the lot, or starts the roll-out."""

    def write(found: Evaluation, data: dict[str, Any], user: User, now: datetime) -> None:
        if found.is_lottery:
            services.draw_lot(evaluation=found, seen=data["seen"], by=user, at=now)
        else:
            services.start_roll_out(evaluation=found, by=user, at=now)

    return _act(request, public_id, "draw_form", forms.DrawForm, write, _("Der er trukket lod."))


@login_required
@require_POST
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ends the evaluation."""

    def write(found: Evaluation, data: dict[str, Any], user: User, now: datetime) -> None:
        services.close(evaluation=found, note=data["note"], version=data["version"], by=user, at=now)

    return _act(request, public_id, "close_form", forms.CloseForm, write, _("Evalueringen er afsluttet."))


def _act(
    request: HttpRequest,
    public_id: uuid.UUID,
    place: str,
    kind: type[SomeForm],
    write: Callable[[Evaluation, dict[str, Any], User, datetime], None],
    said: str,
) -> HttpResponse:
    """One of the page's forms: acted on, or shown again with what stands in the way."""
    user, now = leader(request), timezone.now()
    found, form = one(user, public_id), kind(request.POST)
    if _done(request, form, lambda data, _version: write(found, data, user, now), now):
        toasts.say(request, said)
        return redirect("evaluations:evaluation", found.public_id)
    return page(request, user, one(user, public_id), {place: form})


@login_required
@require_GET
def export(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The lot or the plan as a file for the analysis; taking it is recorded."""
    user = leader(request)
    found = one(user, public_id)
    if found.drawn_at is None:
        raise Http404
    services.note_list_taken(evaluation=found, by=user)
    content = presenters.lot_csv(found) if found.is_lottery else presenters.plan_csv(found)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"{'lodtraekning' if found.is_lottery else 'indfasning'}-{found.drawn_at:%Y-%m-%d}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
