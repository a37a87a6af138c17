"""How an act is answered: in place for htmx, else on the page one came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from brobygger.mentorships.models import Mentorship
from brobygger.ui import toasts


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def done(request: HttpRequest, mentorship: Mentorship, said: str) -> HttpResponse:
    """The row, folded away, for htmx; else the page one came from, or the case, with the same sentence."""
    if is_htmx(request):
        response = render(request, "grants/row_done.html", {"mentorship": mentorship, "said": said})
        response.write(toasts.fragment(request, said))
        return response
    toasts.say(request, said)
    came_from = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("web:case", mentorship.public_id)
