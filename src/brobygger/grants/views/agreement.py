"""Answering an agreement by one-time link or signed in, and what staff does for one that lacks an answer."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brobygger.accounts import by_link
from brobygger.accounts import services as links
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import OneTimeLink
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, user_of
from brobygger.grants import selectors
from brobygger.grants.forms.agreement import DeclineForm
from brobygger.grants.forms.decision import tell
from brobygger.grants.models import AgreementParty
from brobygger.grants.services import agree
from brobygger.grants.views.answers import done
from brobygger.mentorships.models import Mentorship
from brobygger.ui import toasts


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """First only that there is something; after the code the agreement; after the answer a thank-you."""
    now = timezone.now()
    try:
        found = links.enter_by_link(token=token, purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT, at=now)
    except Refused as refusal:
        return _dead(request, token, refusal)
    before = by_link.before_the_matter(request, found, now)
    if before is not None:
        return before
    if request.method != "POST":
        return _opened_page(request, found)
    return _answer_by_link(request, found, token, now)


def _answer_by_link(request: HttpRequest, found: OneTimeLink, token: str, now: datetime) -> HttpResponse:
    form = DeclineForm(request.POST)
    try:
        if request.POST.get("act") == "accept":
            party, said_yes = agree.accept_by_link(link=found, at=now), True
        elif form.is_valid():
            reason = form.cleaned_data["reason"]
            party, said_yes = agree.decline_by_link(link=found, reason=reason, at=now), False
        else:
            return _opened_page(request, found, form=form, status=422)
    except Refused as refusal:
        tell(form, refusal)
        return _opened_page(request, found, form=form, status=422)
    by_link.close(request, token, yes=said_yes)
    return _thanks(request, said_yes=said_yes, municipality=party.municipality.name)


def _opened_page(
    request: HttpRequest, found: OneTimeLink, *, form: DeclineForm | None = None, status: int = 200
) -> HttpResponse:
    party = selectors.party_of_link(found)
    return _agreement_page(request, party, form=form, status=status)


def _dead(request: HttpRequest, token: str, refusal: Refused) -> HttpResponse:
    """The same form sent twice: the answer is in, and the page says so again."""
    if answered := by_link.answered(request, token):
        return _thanks(request, said_yes=bool(answered.get("yes")), municipality="")
    return by_link.dead_page(request, refusal)


def _thanks(request: HttpRequest, *, said_yes: bool, municipality: str) -> HttpResponse:
    context = {"said_yes": said_yes, "municipality_name": municipality}
    return render(request, "grants/link_thanks.html", context)


def _agreement_page(
    request: HttpRequest,
    party: AgreementParty,
    *,
    form: DeclineForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    content = party.agreement.content
    context = {
        "party": party,
        "sections": content.get("sections", []),
        "lead": content.get("lead", ""),
        "municipality_name": content.get("sender", {}).get("name", ""),
        "form": form or DeclineForm(),
        "is_declining": form is not None,
        **more,
    }
    return render(request, "grants/agreement.html", context, status=status)


# Signed in


@login_required
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Citizen, mentor or company contact reads and answers the own agreement."""
    user, now = user_of(request), timezone.now()
    parties = selectors.parties_visible_to(user).filter(agreement__public_id=public_id)
    party = get_object_or_404(parties.exclude(person_id=0) if user.kind != "staff" else parties.none())
    if request.method == "GET":
        return _agreement_page(request, party, is_signed_in=True)
    form = DeclineForm(request.POST)
    said_yes = request.POST.get("act") == "accept"
    if not said_yes and not form.is_valid():
        return _agreement_page(request, party, form=form, status=422, is_signed_in=True)
    try:
        with transaction.atomic():
            if comes_first(request, now):
                strength = _strength(request)
                if said_yes:
                    agree.accept(party=party, strength=strength, by=user, at=now)
                else:
                    reason = form.cleaned_data["reason"]
                    agree.decline(party=party, reason=reason, strength=strength, by=user, at=now)
    except Refused as refusal:
        form = DeclineForm({"reason": request.POST.get("reason", "")})
        form.full_clean()
        form.errors.clear()
        tell(form, refusal)
        return _agreement_page(request, party, form=form, status=422, is_signed_in=True)
    toasts.say(request, _("Tak. Du har sagt ja.") if said_yes else _("Tak. Kommunen har fået dit svar."))
    return redirect("web:home")


def _strength(request: HttpRequest) -> AgreementParty.Strength:
    came_by_link = by_link.came_by_link(request)
    return AgreementParty.Strength.LINK_AND_CODE if came_by_link else AgreementParty.Strength.SIGNED_IN


# Staff


@login_required
@require_POST
def resend(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send igen."""
    user, now = user_of(request), timezone.now()
    party = get_object_or_404(selectors.parties_visible_to(user), public_id=public_id)
    require(user, Permission.REQUEST_GRANT)
    with transaction.atomic():
        if comes_first(request, now):
            agree.resend(party=party, by=user, at=now)
    return done(request, _case_of(party), _("Aftalen er sendt igen."))


@login_required
@require_POST
def on_paper(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The signature came on paper."""
    user, now = user_of(request), timezone.now()
    party = get_object_or_404(selectors.parties_visible_to(user), public_id=public_id)
    require(user, Permission.REQUEST_GRANT)
    with transaction.atomic():
        if comes_first(request, now):
            agree.accept_on_paper(party=party, by=user, at=now)
    return done(request, _case_of(party), _("Underskriften er registreret."))


@login_required
@require_POST
def send_new(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A new agreement on the same grant, after somebody said no."""
    user, now = user_of(request), timezone.now()
    agreement = get_object_or_404(selectors.agreements_visible_to(user), public_id=public_id)
    require(user, Permission.REQUEST_GRANT)
    with transaction.atomic():
        if comes_first(request, now):
            agree.send(grant=agreement.grant, by=user, at=now)
    return done(request, agreement.mentorship, _("En ny aftale er sendt til alle parter."))


def _case_of(party: AgreementParty) -> Mentorship:
    mentorship: Mentorship = party.agreement.mentorship
    return mentorship
