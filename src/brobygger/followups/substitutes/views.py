"""Who stands in for whom: the list, a new one, and calling one off."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from brobygger.accounts.errors import Refused
from brobygger.accounts.forms import tell
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import comes_first, once_and_say, user_of
from brobygger.followups.substitutes import selectors, services
from brobygger.followups.substitutes.forms import SubstituteForm
from brobygger.ui import toasts


@login_required
@require_http_methods(["GET", "POST"])
def substitutes(request: HttpRequest) -> HttpResponse:
    user, now, today = user_of(request), timezone.now(), timezone.localdate()
    require(user, Permission.FOLLOW_UP)
    form = SubstituteForm(
        request.POST or None,
        initial={"first_day": today, "absent": str(user.public_id)},
        user=user,
        colleagues=selectors.colleagues_of(user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                if comes_first(request, now):
                    services.set_substitute(**form.facts(), by=user, at=now, on=today)  # type: ignore[arg-type]
            toasts.say(request, _("Vikaren er sat på."))
            return redirect("followups:substitutes")
        except Refused as refusal:
            tell(form, refusal)
    rows = [(each, services.may_call_off(user, each)) for each in selectors.coming(user, today)]
    context = {"form": form, "rows": rows, "today": today}
    return render(request, "followups/substitutes.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def call_off(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, now = user_of(request), timezone.now()
    require(user, Permission.FOLLOW_UP)
    found = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    once_and_say(
        request,
        lambda: services.call_off(substitute=found, by=user, at=now),
        _("Vikaren er aflyst."),
        at=now,
    )
    return redirect("followups:substitutes")
