"""The mentor's pages as an app on the telephone: what is installed, what works without a network, what comes in."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.requests import user_of
from brobygger.hours import syncing
from brobygger.hours.forms import ContactForm
from brobygger.hours.models import Contact
from brobygger.hours.presenters import phone as presenter
from brobygger.hours.views.common import INVALID

_ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
_STATIC = re.compile(r'(?:src|href)="(/static/[^"#?]+)"')
_DRAWN = [
    "vendor/dkfds/img/svg-icons/calendar-month.svg",
    *(
        f"vendor/dkfds/fonts/IBMPlexSans/complete/woff2/IBMPlexSans-{weight}.woff2"
        for weight in ("Regular", "Medium", "SemiBold", "Bold")
    ),
]
"""What the styles ask for of their own accord."""
_WORKER = ("hours/queue.js", "hours/worker.js")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What the telephone needs to put the pages on its home screen."""
    start = reverse("hours:mentor")
    described = {
        "name": _("Brobygger for mentorer"),
        "short_name": "Brobygger",
        "lang": get_language() or "da",
        "id": start,
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5c6b",
        "icons": [
            {
                "src": static(f"ui/app-{size}{'-maskable' if purpose == 'maskable' else ''}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in _ICONS
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. A change of the page or its parts makes other bytes here, and so a new worker."""
    html = _shell(request)
    parts = sorted({*_STATIC.findall(html), *map(static, [*_DRAWN, *_WORKER])})
    version = hashlib.sha256(html.encode())
    for part in parts:
        version.update(_content_of(part))
    settings = {"version": version.hexdigest()[:16], "shell": reverse("hours:phone"), "parts": parts}
    scripts = ", ".join(json.dumps(static(name)) for name in _WORKER)
    text = f"self.PHONE = {json.dumps(settings)};\nimportScripts({scripts});\n"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """The page that works without a network: the same for everybody, and nothing in it about anybody."""
    return HttpResponse(_shell(request))


@login_required
@require_GET
def state(request: HttpRequest) -> HttpResponse:
    """Who is signed in, the key to what the telephone keeps, and what it may show without a network."""
    user = user_of(request)
    require(user, Permission.REGISTER_HOURS)
    return JsonResponse(
        {
            "owner": presenter.owner_of(user),
            "key": presenter.key_of(user),
            "token": get_token(request),
            "days": presenter.KEPT_FOR.days,
            "snapshot": presenter.snapshot(user, timezone.now()),
        }
    )


@login_required
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """A list of what the telephone kept; an answer to each. 422 for what is no such list, or is somebody else's."""
    user = user_of(request)
    require(user, Permission.REGISTER_HOURS)
    try:
        data = json.loads(request.body if request.content_type == "application/json" else b"")
        items = syncing.read_items(data)
    except (ValueError, RecursionError):
        return _unread(_("Det, telefonen sendte, kan ikke læses. Hent siden igen."))
    if data.get("owner") != presenter.owner_of(user):
        return _unread(
            _("Telefonen har kontakter fra en anden mentor. De sendes, når den mentor er logget ind.")
        )
    answers = syncing.receive(items, by=user, at=timezone.now())
    return JsonResponse({"answers": [each.as_data() for each in answers]})


def _unread(sentence: str) -> HttpResponse:
    return JsonResponse({"sentence": sentence}, status=INVALID)


def _shell(request: HttpRequest) -> str:
    request.user = AnonymousUser()
    form = ContactForm(cases=[], usual=60, initial={"kind": Contact.Kind.FACE_TO_FACE, "public_id": ""})
    others_hint = ContactForm.base_fields["others"].help_text
    context = {
        "form": form,
        "others_hint": others_hint,
        "csrf_token": "",
        "language_url": "",
        "today": None,
        "messages": (),
    }
    return render(request, "hours/phone.html", context).content.decode()


def _content_of(address: str) -> bytes:
    found = finders.find(address.removeprefix(static("")))
    return Path(str(found)).read_bytes() if found else b""
