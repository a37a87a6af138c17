"""All outgoing messages of the municipality. In a demonstration with their text, links and codes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.notices import selectors
from brobygger.notices.models import OutgoingMessage

PER_PAGE = 50


@login_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Newest first. Outside a demonstration the text stays closed: a code in it would let staff answer for others."""
    user = user_of(request)
    require(user, Permission.SEE_OUTBOX)
    channel = request.GET.get("kanal", "")
    channel = channel if channel in OutgoingMessage.Channel.values else ""
    text = request.GET.get("modtager", "").strip()[:80]
    found = selectors.of_municipality(municipality_of(user), channel=channel, text=text)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    audit.record("outbox.seen", by=user, purpose=_("Beskeder"), channel=channel, page=page.number)
    context = {
        "page": page,
        "tabs": _tabs(channel),
        "channel": channel,
        "recipient": text,
        "shows_text": bool(user.municipality and user.municipality.is_demo),
    }
    return render(request, "web/outbox.html", context)


def _tabs(channel: str) -> list[dict[str, object]]:
    address = reverse("web:outbox")
    every = [("", _("Alle")), *[(value, str(label)) for value, label in OutgoingMessage.Channel.choices]]
    return [
        {"label": label, "url": f"{address}?kanal={value}" if value else address, "current": value == channel}
        for value, label in every
    ]
