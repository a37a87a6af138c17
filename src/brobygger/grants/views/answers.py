"""How an act is answered: in place for htmx, else on the page one came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from brobygger.accounts.requests import page_asked_for
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
    came_from = page_asked_for(request)
    return redirect(came_from) if came_from else redirect("web:case", mentorship.public_id)
