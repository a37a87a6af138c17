"""New mentorship: the form, the live panel beside it, and drafts that save themselves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import replace_url, trigger_client_event

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.grants import known_prices
from brobygger.grants.forms.new import NewMentorship, looks_like_cpr, typed, without_row
from brobygger.grants.models import Application
from brobygger.grants.presenters import new as presenter
from brobygger.grants.services import apply
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships import services as mentorship_services
from brobygger.mentorships.models import Mentorship, MentorshipDraft
from brobygger.people import selectors as people
from brobygger.people import services as people_services
from brobygger.people.models import Citizen
from brobygger.ui import toasts
from brobygger.values.ids import uuid_or_none

PAGE = "Nyt forløb"


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The page. Its buttons all post here, so that it works without a script."""
    user, now, on = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.REQUEST_GRANT)
    if request.method == "GET":
        return _page(request, _shown({}, user, on))
    act, _colon, place = request.POST.get("act", "").partition(":")
    data = request.POST.dict()
    if act == "submit":
        return _submit(request, data, user=user, at=now, on=on)
    if act == "find":
        return _find(request, data, user=user, on=on)
    if act == "pick":
        data.update(citizen=place, cpr="", new_name="")
        return _part(request, "citizen", _with_group(_shown(data, user, on), user), has_sought=True)
    if act == "other":
        data.update(citizen="", cpr="")
        return _part(request, "citizen", _shown(data, user, on))
    if act in ("more_phase", "more_price"):
        kind = act.removeprefix("more_")
        more = NewMentorship.shown(data, user=user, on=on, more=kind)
        return _part(request, kind, more, grew=True)
    if act in ("less_phase", "less_price") and place.isdecimal():
        kind = act.removeprefix("less_")
        less = _shown(without_row(data, kind, int(place)), user, on)
        return _part(request, kind, less, shrank=True)
    if act == "known_price":
        return _part(request, "price", _with_known_price(_shown(data, user, on), place, user), grew=True)
    if act == "draft":
        draft = _save(request, data, user=user, at=now, on=on)
        toasts.say(request, _("Kladden er gemt."))
        return redirect("grants:draft", draft.public_id)
    return _page(request, _shown(data, user, on), draft=_draft(user, data))


@login_required
@require_POST
def panel(request: HttpRequest) -> HttpResponse:
    """The right side alone, for what has been typed so far."""
    user, on = user_of(request), timezone.localdate()
    require(user, Permission.REQUEST_GRANT)
    read = NewMentorship.read(request.POST.dict(), user=user, on=on)
    need = read.need()
    shown = presenter.panel(need, read.proposal(), user=user, on=on)
    context = {
        "panel": shown,
        "mentor": need.mentor,
        "workplace": need.organisation,
        "known_prices": known_prices.known_prices(user, need, on),
        "is_live": True,
    }
    return render(request, "grants/new_panel.html", context)


@login_required
@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Saves what has been typed so far; the answer carries the draft's id back into the form."""
    user, now, on = user_of(request), timezone.now(), timezone.localdate()
    draft = _save(request, request.POST.dict(), user=user, at=now, on=on)
    response = render(request, "grants/new_draft.html", {"draft": draft, "is_live": True})
    return replace_url(response, reverse("grants:draft", args=[draft.public_id]))


@login_required
@require_http_methods(["GET"])
def resume(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A draft where it was left."""
    user, on = user_of(request), timezone.localdate()
    require(user, Permission.REQUEST_GRANT)
    draft = get_object_or_404(mentorships.drafts_of(user), public_id=public_id)
    return _page(request, _shown(draft.data, user, on), draft=draft)


@login_required
@require_POST
def discard(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Throws the user's own draft away."""
    user = user_of(request)
    draft = get_object_or_404(mentorships.drafts_of(user), public_id=public_id)
    mentorship_services.discard_draft(draft=draft, by=user)
    toasts.say(request, _("Kladden er slettet."))
    return redirect("grants:new")


# Sending it in


def _submit(
    request: HttpRequest, data: dict[str, str], *, user: User, at: datetime, on: date
) -> HttpResponse:
    read = NewMentorship.read(data, user=user, on=on)
    if not read.is_valid():
        return _page(request, read, draft=_draft(user, data), status=422)
    for finding in presenter.panel(read.need(), read.proposal(), user=user, on=on).open_findings:
        read.add_error(finding.field, presenter.error_of(finding))
    read.demand()
    if read.has_errors:
        return _page(request, read, draft=_draft(user, data), status=422)
    try:
        with transaction.atomic():
            application = _apply_once(request, read, user=user, at=at, on=on)
            if application and (draft := _draft(user, data)):
                mentorship_services.discard_draft(draft=draft, by=user)
    except Refused as refusal:
        read.add_error(refusal.field, f"{refusal.message} {refusal.remedy}".strip())
        return _page(request, read, draft=_draft(user, data), status=422)
    if application is None:
        return _to_the_newest(user)
    is_granted = application.state == Application.State.GRANTED
    toasts.say(request, presenter.done_sentence(application.mentorship, is_granted=is_granted))
    return redirect("web:case", application.mentorship.public_id)


def _apply_once(
    request: HttpRequest, read: NewMentorship, *, user: User, at: datetime, on: date
) -> Application | None:
    """None when the same form has already been sent."""
    if not comes_first(request, at):
        return None
    need = read.need()
    if read.is_new_citizen:
        cpr = read.main.cleaned_data["cpr"]
        data = read.main.cleaned_data
        citizen = people_services.register_citizen(
            name=data["new_name"], cpr=cpr, by=user, at=at, target_group=data.get("target_group", "")
        )
        need = read.need_for(citizen)
    return apply.submit(need=need, proposal=read.proposal(), by=user, at=at, on=on)


def _to_the_newest(user: User) -> HttpResponse:
    made = mentorships.visible_to(user).filter(created_by=user).order_by("-id").first()
    return redirect("web:case", made.public_id) if made else redirect("mentorships:list")


# Finding the citizen


def _find(request: HttpRequest, data: dict[str, str], *, user: User, on: date) -> HttpResponse:
    """By CPR number or by name; what comes back stands in the first part of the form."""
    wanted = data.get("cpr", "").strip()
    said, found = "", list[Citizen]()
    if looks_like_cpr(wanted):
        try:
            citizen = people_services.find_by_cpr(cpr=wanted, by=user)
        except Refused as refusal:
            citizen, said = None, refusal.message
        else:
            said = (
                "" if citizen else _("Ingen borger i registret har det CPR-nummer. Opret borgeren nedenfor.")
            )
        if citizen:
            data.update(citizen=str(citizen.public_id), cpr="", new_name="")
    elif wanted:
        found = people.citizens_named(user, wanted)
        people_services.note_looks(citizens=found, by=user, page=PAGE)
        said = "" if found else _("Ingen borger i registret har det navn. Opret borgeren nedenfor.")
    else:
        said = _("Skriv et CPR-nummer eller et navn.")
    new = _with_group(_shown(data, user, on), user)
    return _part(request, "citizen", new, found=found, said=said, has_sought=True)


def _with_group(new: NewMentorship, user: User) -> NewMentorship:
    """The target group that is known of the citizen, where none has been chosen: nothing is typed twice."""
    citizen = NewMentorship.read(new.data, user=user, on=new.on).citizen
    if citizen is None or not citizen.target_group or new.data.get("target_group"):
        return new
    return _shown({**new.data, "target_group": citizen.target_group}, user, new.on)


def _with_known_price(new: NewMentorship, key: str, user: User) -> NewMentorship:
    """The price lines of a paper that the mentor's company has shown."""
    need = NewMentorship.read(new.data, user=user, on=new.on).need()
    for price in known_prices.known_prices(user, need, new.on):
        if price.key == key:
            return _shown(known_prices.with_price(new.data, price), user, new.on)
    return new


# Drawing


def _shown(data: Mapping[str, Any], user: User, on: date) -> NewMentorship:
    return NewMentorship.shown(data, user=user, on=on)


def _page(
    request: HttpRequest,
    new: NewMentorship,
    *,
    draft: MentorshipDraft | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    user = user_of(request)
    # Read anew: an error takes its field out of what could be read, and the panel would forget it.
    read = NewMentorship.read(new.data, user=user, on=new.on)
    need = read.need()
    context = {
        "new": new,
        "panel": presenter.panel(need, read.proposal(), user=user, on=new.on),
        "mentor": need.mentor,
        "workplace": need.organisation,
        "known_prices": known_prices.known_prices(user, need, new.on),
        "draft": draft,
        "drafts": [each for each in mentorships.drafts_of(user)[:10] if draft is None or each.pk != draft.pk],
        **_citizen(read, user),
        **more,
    }
    return render(request, "grants/new.html", context, status=status)


def _part(request: HttpRequest, part: str, new: NewMentorship, **more: Any) -> HttpResponse:
    """One part of the form for htmx; the whole page without it."""
    user = user_of(request)
    if not getattr(request, "htmx", False):
        return _page(request, new, draft=_draft(user, dict(new.data)), **more)
    context: dict[str, Any] = {"new": new, **more}
    if part == "price":
        need = NewMentorship.read(new.data, user=user, on=new.on).need()
        context["known_prices"] = known_prices.known_prices(user, need, new.on)
    if part == "citizen":
        context |= _citizen(NewMentorship.read(new.data, user=user, on=new.on), user)
    response = render(request, f"grants/new_{part}.html", context)
    return trigger_client_event(response, "bb:rows", after="settle")


def _citizen(read: NewMentorship, user: User) -> dict[str, Any]:
    """The citizen found, with the mentorships already under way. Showing a citizen is a look, and is noted."""
    citizen = read.citizen
    if citizen is None or citizen.pk is None:
        return {"citizen": None, "others": []}
    people_services.note_look(citizen=citizen, by=user, page=PAGE)
    others: list[Mentorship] = list(
        mentorships.visible_to(user).filter(citizen=citizen, status__in=mentorships.OPEN)[:5]
    )
    return {"citizen": citizen, "others": others}


# Drafts


def _save(
    request: HttpRequest, data: dict[str, str], *, user: User, at: datetime, on: date
) -> MentorshipDraft:
    read = NewMentorship.read(data, user=user, on=on)
    return mentorship_services.save_draft(
        draft=_draft(user, data),
        data=typed(data),
        title=presenter.draft_title(read.need()),
        by=user,
        at=at,
    )


def _draft(user: User, data: Mapping[str, Any]) -> MentorshipDraft | None:
    key = uuid_or_none(str(data.get("draft", "")))
    return mentorships.drafts_of(user).filter(public_id=key).first() if key else None
