"""Deciding, withdrawing, and asking for a new period or other hours."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.grants import selectors
from brobygger.grants.forms.decision import ApproveForm, ChangeForm, ProposalForm, RefuseForm, RenewForm, tell
from brobygger.grants.known_reasons import known_reason
from brobygger.grants.models import Application, Kind
from brobygger.grants.presenters import application as presenter
from brobygger.grants.proposals import Proposal, proposal_of
from brobygger.grants.services import apply, decide
from brobygger.grants.views.answers import done, is_htmx
from brobygger.grants.views.queue import application_page
from brobygger.mentorships import selectors as cases
from brobygger.mentorships.models import Mentorship
from brobygger.people import services as people
from brobygger.ui import toasts

Decide = Callable[..., object]


@login_required
@require_POST
def approve(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """From the page with reasons, or from a row with those the case gives."""
    user, now, on = user_of(request), timezone.now(), timezone.localdate()
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    require(user, selectors.permission_to_decide(found))
    form = ApproveForm(_with_version(request), auto_id="approve_%s")
    if not form.is_valid():
        return _refused(request, found, approve_form=form)
    said = _("Forløb %(code)s er bevilget. Brev og aftale er sendt.") % {"code": found.mentorship.code}
    try:
        _decide_once(request, decide.approve, found, form.cleaned_data, by=user, at=now, on=on)
    except Refused as refusal:
        tell(form, refusal)
        return _refused(request, found, approve_form=form, refusal=refusal)
    return done(request, found.mentorship, said)


@login_required
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """With reasons. GET gives the form: for the row by htmx, else as a page."""
    user, now, on = user_of(request), timezone.now(), timezone.localdate()
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    require(user, selectors.permission_to_decide(found))
    if request.method == "GET":
        form = RefuseForm(initial={"version": found.version}, auto_id=f"refuse_{found.pk}_%s")
        if is_htmx(request):
            return render(request, "grants/refuse_form.html", {"refuse_form": form, "application": found})
        people.note_look(citizen=found.mentorship.citizen, by=user, page=_("Indstilling"))
        return application_page(request, found, refuse_form=form)
    form = RefuseForm(_with_version(request), auto_id=f"refuse_{found.pk}_%s")
    if not form.is_valid():
        return _refused(request, found, refuse_form=form)
    said = _("Forløb %(code)s: der er givet afslag. Brevet er sendt.") % {"code": found.mentorship.code}
    try:
        _decide_once(request, decide.refuse, found, form.cleaned_data, by=user, at=now, on=on)
    except Refused as refusal:
        tell(form, refusal)
        return _refused(request, found, refuse_form=form, refusal=refusal)
    return done(request, found.mentorship, said)


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Takes an application back."""
    user, now = user_of(request), timezone.now()
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    with transaction.atomic():
        if comes_first(request, now):
            apply.withdraw(application=found, reason=request.POST.get("reason", ""), by=user, at=now)
    said = _("Indstillingen på forløb %(code)s er trukket tilbage.") % {"code": found.mentorship.code}
    return done(request, found.mentorship, said)


def _decide_once(
    request: HttpRequest,
    act: Decide,
    found: Application,
    cleaned: dict[str, object],
    *,
    by: User,
    at: datetime,
    on: date,
) -> None:
    """Nothing of a refused act stays, not even the form's key: the same form can be sent again."""
    with transaction.atomic():
        if comes_first(request, at):
            act(
                application=found,
                version=cleaned["version"],
                reasons=cleaned["reasons"],
                hearing=cleaned["hearing"],
                by=by,
                at=at,
                on=on,
            )


def _with_version(request: HttpRequest) -> dict[str, str]:
    """A row's button carries the version in its address."""
    data = request.POST.dict()
    data.setdefault("version", request.GET.get("version", ""))
    return data


def _refused(
    request: HttpRequest,
    found: Application,
    *,
    approve_form: ApproveForm | None = None,
    refuse_form: RefuseForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    """What was typed is kept; the state is read again, since somebody may have been first."""
    status = 409 if isinstance(refusal, Conflict) else 422
    user = user_of(request)
    found = get_object_or_404(selectors.visible_to(user), pk=found.pk)
    if not is_htmx(request):
        return application_page(
            request, found, approve_form=approve_form, refuse_form=refuse_form, status=status
        )
    errors = (
        []
        if approve_form is None
        else [str(text) for texts in approve_form.errors.values() for text in texts]
    )
    context = {
        "row": presenter.queue_row(found, user),
        "application": found,
        "problems": errors,
        "refuse_form": refuse_form,
    }
    response = render(request, "grants/queue_row.html", context, status=status)
    if errors and "next" in request.POST:
        # The work list keeps its own row; what is wrong must still be said.
        response.write(toasts.fragment(request, errors[0], kind="error"))
    return response


# A new period, other hours


@login_required
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Forlæng: a new period after the current one."""
    return _propose(request, public_id, Kind.RENEWAL)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ændr: other hours, price, end, mentor or more tasks."""
    return _propose(request, public_id, Kind.CHANGE)


def _propose(request: HttpRequest, public_id: uuid.UUID, kind: Kind) -> HttpResponse:
    user, on = user_of(request), timezone.localdate()
    require(user, Permission.REQUEST_GRANT)
    mentorship = get_object_or_404(cases.visible_to(user), public_id=public_id)
    people.note_look(citizen=mentorship.citizen, by=user, page=str(kind.label))
    known = known_proposal(mentorship)
    if request.method == "GET":
        return _proposal_page(request, mentorship, kind, _first_form(mentorship, kind, known, on, user))
    form: ProposalForm
    if kind is Kind.RENEWAL:
        form = RenewForm(request.POST, price_lines=known.price_lines)
    else:
        form = ChangeForm(request.POST, price_lines=known.price_lines, user=user, mentorship=mentorship)
    if not form.is_valid():
        return _proposal_page(request, mentorship, kind, form, status=422)
    try:
        application = _ask_once(request, mentorship, kind, form, by=user, at=timezone.now(), on=on)
    except Refused as refusal:
        tell(form, refusal)
        return _proposal_page(request, mentorship, kind, form, status=422)
    if application is not None:
        toasts.say(request, _what_came_of_it(application))
    return redirect("web:case", mentorship.public_id)


def _ask_once(
    request: HttpRequest,
    mentorship: Mentorship,
    kind: Kind,
    form: ProposalForm,
    *,
    by: User,
    at: datetime,
    on: date,
) -> Application | None:
    ask = apply.renew if kind is Kind.RENEWAL else apply.change
    with transaction.atomic():
        if not comes_first(request, at):
            return None
        return ask(mentorship=mentorship, proposal=form.proposal(), by=by, at=at, on=on)


def _what_came_of_it(application: Application) -> str:
    if application.state == Application.State.GRANTED:
        return _("Bevilget. Brev og aftale er sendt.")
    return _("Indstillingen er sendt til afgørelse.")


def known_proposal(mentorship: Mentorship) -> Proposal:
    """What was granted last: it fills the form, so nothing is typed twice."""
    granted = selectors.applications_of(mentorship).filter(state=Application.State.GRANTED).first()
    if granted is not None:
        return proposal_of(granted)
    return selectors.proposal_of_last_grant(mentorship)


def _first_form(
    mentorship: Mentorship, kind: Kind, known: Proposal, today: date, user: User
) -> ProposalForm | None:
    last = selectors.last_grant(mentorship)
    if last is None:
        return None
    if kind is Kind.RENEWAL:
        return RenewForm.after(last, known)
    reason = known_reason(user, mentorship)
    return ChangeForm.inside(last, known, today, reason=reason, user=user, mentorship=mentorship)


def _proposal_page(
    request: HttpRequest,
    mentorship: Mentorship,
    kind: Kind,
    form: ProposalForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "mentorship": mentorship,
        "form": form,
        "is_renewal": kind is Kind.RENEWAL,
        "tasks": cases.tasks_of(mentorship),
        "grants": [each for each in selectors.grants_of(mentorship) if each.is_current],
    }
    return render(request, "grants/proposal.html", context, status=status)
