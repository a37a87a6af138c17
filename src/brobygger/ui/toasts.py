"""Short messages about what just happened, with a way back where there is one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string

_LEVELS = {
    "success": messages.SUCCESS,
    "info": messages.INFO,
    "warning": messages.WARNING,
    "error": messages.ERROR,
}
_UNDO = "undo="


def say(request: HttpRequest, text: str, *, kind: str = "success", undo_url: str = "") -> None:
    """Shows ``text`` on the next full page; ``undo_url`` takes a POST that undoes it."""
    messages.add_message(request, _LEVELS[kind], text, extra_tags=f"{_UNDO}{undo_url}" if undo_url else "")


def undo_url_of(tags: str | None) -> str:
    """The address kept by ``say`` among a message's tags."""
    return next((tag.removeprefix(_UNDO) for tag in (tags or "").split() if tag.startswith(_UNDO)), "")


def fragment(request: HttpRequest, text: str, *, kind: str = "success", undo_url: str = "") -> str:
    """A toast to append to the answer of an htmx request; it finds its own place on the page."""
    context = {"text": text, "kind": kind, "undo_url": undo_url, "out_of_band": True}
    return render_to_string("ui/toast.html", context, request)
