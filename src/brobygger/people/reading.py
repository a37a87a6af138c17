"""The language a message is written in: that of whoever receives it, not of whoever causes it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import translation

from brobygger.people.models import Citizen

OWN = "da"
"""What colleagues, mentors and companies are written to in, and what the journal is kept in."""

Offers = Callable[[int, str], bool]
offering: list[Offers] = []
"""Asked whether a municipality offers its citizens a language. ``web`` adds to the list."""


def language_of(citizen: Citizen) -> str:
    """The citizen's own language where the municipality offers it, else Danish."""
    wanted = citizen.language
    if wanted in ("", OWN):
        return OWN
    return wanted if any(offers(citizen.municipality_id, wanted) for offers in offering) else OWN


def in_language_of(citizen: Citizen) -> translation.override:
    """Texts made inside are in the citizen's language."""
    return translation.override(language_of(citizen))


def in_danish() -> translation.override:
    """Texts made inside are Danish, whoever is signed in: what is kept, and what colleagues and mentors receive.

    Also a decorator, as all such blocks are.
    """
    return translation.override(OWN)
