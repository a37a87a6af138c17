"""The company's page."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.grants import selectors as grants
from brobygger.hours.asks import asks_of
from brobygger.hours.presenters import company as presenter
from brobygger.people import services as people


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    require(user, Permission.SEE_COMPANY)
    choices = presenter.months_to_choose(today)
    page = presenter.company_page(user, _month(request.GET.get("maaned", ""), choices), today)
    people.note_looks(
        citizens=[case.mentorship.citizen for case in page["cases"]], by=user, page=_("Virksomhedens side")
    )
    return render(
        request,
        "hours/company.html",
        {
            **page,
            "choices": choices,
            "agreements": grants.waiting_for(user),
            "asks": asks_of(user, today),
            "theme": "company",
        },
    )


def _month(wanted: str, choices: list[date]) -> date:
    """The month asked for, this month where it is none of the choices."""
    return next((month for month in choices if f"{month:%Y-%m}" == wanted), choices[0])
