"""The areas that are assessed, each on a scale from 0 to 10 where more is better. Plain data.

The seven of everyday life are the difficulties that mentors most often help with according to the national evaluation
of the scheme (SFI 2015, report 15:10); the four of work are what a workplace or school asks of everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HIGHEST = 10
SMALL = 2
"""Differences below this are not read as a change: people place themselves a step higher or lower from day to day."""


class Change(StrEnum):
    """What the first and the last score of one side say together."""

    TOO_FEW = "TOO_FEW"
    SAME = "SAME"
    HIGHER = "HIGHER"
    LOWER = "LOWER"


class Group(StrEnum):
    LIFE = "LIFE"
    WORK = "WORK"


@dataclass(frozen=True)
class Area:
    """``ask`` is the question to the citizen, ``lowest`` and ``highest`` what 0 and 10 mean."""

    code: str
    group: Group
    label: str | Promise
    ask: str | Promise
    lowest: str | Promise
    highest: str | Promise


def _all(*areas: Area) -> Mapping[str, Area]:
    return {area.code: area for area in areas}


AREAS = _all(
    Area("DAILY", Group.LIFE, _("Struktur i hverdagen"), _("Hvordan går det med at få dagen til at hænge sammen?"),
         _("Dagene flyder ud"), _("Jeg har en fast rytme")),
    Area("ECONOMY", Group.LIFE, _("Økonomi"), _("Hvordan går det med dine penge?"),
         _("Jeg har mistet overblikket"), _("Jeg har styr på det")),
    Area("HEALTH", Group.LIFE, _("Helbred og behandling"), _("Hvordan går det med dit helbred og din behandling?"),
         _("Det fylder alt"), _("Det går godt")),
    Area("NETWORK", Group.LIFE, _("Netværk"), _("Hvordan går det med de mennesker, du har omkring dig?"),
         _("Jeg er meget alene"), _("Jeg har nogen at tale med")),
    Area("APPEARANCE", Group.LIFE, _("Fremtræden"), _("Hvordan går det med at gøre sig klar og møde andre?"),
         _("Det er meget svært"), _("Det er let for mig")),
    Area("LANGUAGE", Group.LIFE, _("Sprog"), _("Hvordan går det med at forstå dansk og blive forstået?"),
         _("Det er meget svært"), _("Det er let for mig")),
    Area("WORK", Group.LIFE, _("Arbejde og uddannelse"), _("Hvor tæt er du på arbejde eller uddannelse?"),
         _("Langt fra"), _("Jeg er i gang")),
    Area("ATTENDANCE", Group.WORK, _("Møder som aftalt"), _("Møder borgeren til aftalt tid?"),
         _("Næsten aldrig"), _("Hver gang")),
    Area("COOPERATION", Group.WORK, _("Samarbejder"), _("Hvordan arbejder borgeren sammen med andre?"),
         _("Det går ikke endnu"), _("Det går godt med alle")),
    Area("INITIATIVE", Group.WORK, _("Tager selv fat"), _("Går borgeren selv i gang med en opgave?"),
         _("Kun med hjælp"), _("Af sig selv")),
    Area("LEARNING", Group.WORK, _("Lærer nyt"), _("Hvordan går det med at lære en ny opgave?"),
         _("Det går ikke endnu"), _("Hurtigt og sikkert")),
)  # fmt: skip


def areas_of(group: Group) -> list[Area]:
    """The areas of a group in the order they are shown."""
    return [area for area in AREAS.values() if area.group is group]


def change_of(scores: Iterable[int]) -> Change:
    """What one side's scores, oldest first, say from the first to the last.

    >>> change_of([3, 9, 4]), change_of([3, 5]), change_of([6, 2]), change_of([5])
    (<Change.SAME: 'SAME'>, <Change.HIGHER: 'HIGHER'>, <Change.LOWER: 'LOWER'>, <Change.TOO_FEW: 'TOO_FEW'>)
    """
    found = list(scores)
    if len(found) < 2:
        return Change.TOO_FEW
    difference = found[-1] - found[0]
    if abs(difference) < SMALL:
        return Change.SAME
    return Change.HIGHER if difference > 0 else Change.LOWER
