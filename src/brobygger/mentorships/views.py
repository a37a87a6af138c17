"""The list of mentorships, and what is done on the case page in its own sections."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, Role, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.mentorships import presenters, selectors, services
from brobygger.mentorships.forms import AnswerForm, JournalForm, ListForm
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.ui import toasts

PER_PAGE = 25


@login_required
@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """The mentorships a member of staff works with, those that end first on top."""
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.SEE_CASES)
    form = ListForm(request.GET)
    form.is_valid()
    wanted = _wanted(form.cleaned_data, user)
    is_cpr = selectors.looks_like_cpr(wanted.text)
    found = selectors.listed(user, wanted)
    page = Paginator(found.none() if is_cpr else found, PER_PAGE).get_page(request.GET.get("side"))
    mentorships = list(page.object_list)
    people.note_looks(citizens=[each.citizen for each in mentorships], by=user, page=_("Forløb"))
    context = {
        "form": ListForm(
            initial={"hvis": wanted.whose, "status": _status_word(wanted), "q": "" if is_cpr else wanted.text}
        ),
        "tabs": _tabs(request, wanted, user),
        "page": page,
        "rows": presenters.rows(mentorships, today),
        "wanted": wanted,
        "is_cpr": is_cpr,
        "may_create": user.may(Permission.REQUEST_GRANT),
    }
    return render(request, "mentorships/list.html", context)


def _wanted(data: dict[str, Any], user: User) -> selectors.Wanted:
    whose = {"mine": "mine", "team": "team", "alle": "all"}.get(data.get("hvis") or "")
    if whose is None:
        whose = "mine" if Role.JOB_CONSULTANT in user.roles else "all"
    status = data.get("status") or "aabne"
    status = {"aabne": "open", "alle": "all"}.get(status, status)
    return selectors.Wanted(whose=whose, status=status, text=(data.get("q") or "").strip())


def _status_word(wanted: selectors.Wanted) -> str:
    return {"open": "aabne", "all": "alle"}.get(wanted.status, wanted.status)


def _tabs(request: HttpRequest, wanted: selectors.Wanted, user: User) -> list[dict[str, Any]]:
    choices = [("mine", "mine", _("Mine")), ("alle", "all", _("Hele kommunen"))]
    if user.team_id:
        choices.insert(1, ("team", "team", _("Holdet")))
    tabs = []
    for word, whose, label in choices:
        query = request.GET.copy()
        query.pop("side", None)
        query["hvis"] = word
        tabs.append({"label": label, "url": f"?{query.urlencode()}", "current": wanted.whose == whose})
    return tabs


# The journal


@login_required
@require_POST
def journal(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Adds an entry; with htmx the section comes back with it in place."""
    user, now = user_of(request), timezone.now()
    mentorship = _mentorship(user, public_id)
    form = JournalForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, timezone.now()):
                    services.journalise(mentorship=mentorship, by=user, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            return _journal_done(request, mentorship, _("Notatet er gemt i journalen."))
    return _journal_section(request, mentorship, journal_form=form, status=422)


@login_required
@require_POST
def answer(request: HttpRequest, public_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    """Answers a citizen's message."""
    user, now = user_of(request), timezone.now()
    mentorship = _mentorship(user, public_id)
    message = get_object_or_404(
        selectors.message_visible_to(user), public_id=message_id, mentorship=mentorship
    )
    form = AnswerForm(request.POST, auto_id=f"id_{message_id}_%s")
    if form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, timezone.now()):
                    services.handle_citizen_message(
                        message=message, answer=form.cleaned_data["answer"], by=user, at=now
                    )
        except Refused as refusal:
            form.add_error("answer" if refusal.field == "answer" else None, refusal.message)
        else:
            return _journal_done(request, mentorship, _("Svaret er sendt og står i journalen."))
    return _journal_section(request, mentorship, answer_form=form, answered=message.public_id, status=422)


def _journal_done(request: HttpRequest, mentorship: Mentorship, sentence: str) -> HttpResponse:
    if not getattr(request, "htmx", False):
        toasts.say(request, sentence)
        return redirect(f"{reverse('web:case', args=[mentorship.public_id])}#journal")
    response = _journal_section(request, mentorship)
    response.write(toasts.fragment(request, sentence))
    return response


def _journal_section(
    request: HttpRequest, mentorship: Mentorship, *, status: int = 200, **forms: Any
) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    if not presenters.may_read_journal(user):
        raise NotAllowed(_("Din rolle giver ikke adgang til at læse journalen."))
    people.note_look(citizen=mentorship.citizen, by=user, page=_("Journal"))
    context = {
        "mentorship": mentorship,
        "section": {"journal": presenters.journal(mentorship, user, today)},
        "journal_form": JournalForm(initial={"dated_on": today}),
        "answer_form": AnswerForm(auto_id=False),
        **forms,
    }
    is_part = getattr(request, "htmx", False)
    template = "mentorships/case_journal.html" if is_part else "mentorships/journal_page.html"
    return render(request, template, context, status=status)


# CPR number and documents


@login_required
@require_POST
def cpr(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The whole CPR number, for who may see it; the look is logged."""
    user = user_of(request)
    mentorship = _mentorship(user, public_id)
    require(user, Permission.SEE_CPR)
    try:
        digits = people.reveal_cpr(citizen=mentorship.citizen, by=user)
        shown, said = f"{digits[:6]}-{digits[6:]}", ""
    except Refused as refusal:
        shown, said = "", refusal.message
    context = {"mentorship": mentorship, "cpr": shown, "said": said}
    is_part = getattr(request, "htmx", False)
    return render(request, "mentorships/cpr.html" if is_part else "mentorships/cpr_page.html", context)


@login_required
@require_http_methods(["GET"])
def document(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A copy of a letter or agreement, always as a download; taking it is logged."""
    user = user_of(request)
    found = get_object_or_404(selectors.documents_visible_to(user), public_id=public_id)
    if user.kind == "staff" and not presenters.may_read_journal(user):
        raise NotAllowed(_("Din rolle giver ikke adgang til sagens dokumenter."))
    people.note_look(citizen=found.mentorship.citizen, by=user, page=_("Dokument"))
    services.note_download(document=found, by=user)
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    name = f"{found.mentorship.code} {found.title}{_ending(found.content_type)}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _ending(content_type: str) -> str:
    return ".pdf" if content_type == "application/pdf" else ""


def _mentorship(user: User, public_id: uuid.UUID) -> Mentorship:
    require(user, Permission.SEE_CASES)
    found: Mentorship = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    return found
