"""The administrator's page of how invoices come in: tokens of other systems, and rule packages."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.einvoice import rules
from brobygger.mentorships.selectors import municipality_of
from brobygger.organisations.models import Organisation
from brobygger.payments.intake import forms, services
from brobygger.payments.intake.models import ApiToken, RulePackage
from brobygger.ui import toasts

INVALID = 422


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user = _administrator(request)
    return _page(request, user, _token_form(user), forms.RulesForm())


@login_required
@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    """Makes a token and shows it, this once."""
    user = _administrator(request)
    form = _token_form(user, request.POST)
    if form.is_valid():
        try:
            token = services.make_token(**form.cleaned_data, by=user, at=timezone.now())
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            return _page(request, user, _token_form(user), forms.RulesForm(), token=token)
    return _page(request, user, form, forms.RulesForm(), status=INVALID)


@login_required
@require_POST
def revoke_token(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = _administrator(request)
    services.revoke_token(
        token=get_object_or_404(_tokens(user), public_id=public_id), by=user, at=timezone.now()
    )
    toasts.say(request, _("Nøglen er lukket."))
    return redirect("payments:intake")


@login_required
@require_POST
def upload_rules(request: HttpRequest) -> HttpResponse:
    """Takes a package into use in the place of the one before."""
    user = _administrator(request)
    form = forms.RulesForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.upload_rules(
                standard=RulePackage.Standard(data["standard"]),
                name=data["rules_name"],
                is_binding=data["is_binding"],
                data=data["file"].read(),
                by=user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            toasts.say(request, _("Reglerne bruges fra nu af."))
            return redirect("payments:intake")
    return _page(request, user, _token_form(user), form, status=INVALID)


@login_required
@require_POST
def withdraw_rules(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user = _administrator(request)
    found = get_object_or_404(_packages(user), public_id=public_id)
    services.withdraw_rules(package=found, by=user, at=timezone.now())
    toasts.say(request, _("Reglerne bruges ikke længere."))
    return redirect("payments:intake")


def _page(
    request: HttpRequest,
    user: User,
    token_form: forms.TokenForm,
    rules_form: forms.RulesForm,
    *,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "token_form": token_form,
        "rules_form": rules_form,
        "token": token,
        "tokens": _tokens(user).select_related("organisation").order_by("-id"),
        "packages": _packages(user).filter(withdrawn_at=None).order_by("standard"),
        "has_engine": rules.has_engine(),
    }
    return render(request, "payments/intake/overview.html", context, status=status)


def _administrator(request: HttpRequest) -> User:
    user = user_of(request)
    require(user, Permission.MANAGE_USERS)
    return user


def _token_form(user: User, *data: object) -> forms.TokenForm:
    suppliers = Organisation.objects.filter(municipality_id=municipality_of(user)).exclude(cvr="")
    return forms.TokenForm(suppliers.order_by("name"), *data)


def _tokens(user: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(municipality_id=municipality_of(user))


def _packages(user: User) -> QuerySet[RulePackage]:
    return RulePackage.objects.filter(municipality_id=municipality_of(user)).defer("content")
