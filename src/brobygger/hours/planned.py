"""A contact form opened from a planned meeting: what the address says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from brobygger.hours.models import Contact
from brobygger.ui import reading

LONGEST_MINUTES = 24 * 60


def preset_from(asked: Mapping[str, str], lengths: Collection[str]) -> dict[str, Any]:
    """Day, clock, length and kind from ``dag``, ``kl``, ``varighed`` and ``hvordan``; what cannot be read is left out.

    ``lengths`` are the choices of the form; another length goes in the field beside them.
    """
    found: dict[str, Any] = {}
    for field, name, read in (("day", "dag", reading.read_date), ("clock", "kl", reading.read_clock)):
        try:
            found[field] = read(asked.get(name, ""))
        except ValueError:
            continue
    if asked.get("hvordan", "") in Contact.Kind.values:
        found["kind"] = asked["hvordan"]
    minutes = asked.get("varighed", "")
    if minutes.isascii() and minutes.isdigit() and 1 <= int(minutes[:5]) <= LONGEST_MINUTES:
        found |= (
            {"length": minutes} if minutes in lengths else {"length": "OTHER", "other_length": int(minutes)}
        )
    return found
