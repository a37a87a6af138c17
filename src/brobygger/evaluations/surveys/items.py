"""What both sides are asked, in the same order and about the same thing, so that the answers can be laid side by side.

Five items ask how the citizen manages, in the areas that studies of vulnerable unemployed have found to predict work:
health, everyday life, belief in a job, working with others, and looking for a job. Four ask about the mentorship.
The words are the product's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from brobygger.evaluations.rhythm import START

YES, NO, UNSURE = "YES", "NO", "UNSURE"
WELL = 4
"""A face of 4 or 5 of 5 counts as "well" where shares are told."""


@dataclass(frozen=True)
class Item:
    """``citizen`` and ``mentor`` are the question to each side; ``told`` is what a yes, or a 4 or 5, says of 100.

    ``is_scale``: five faces instead of yes and no. ``at_start``: asked also on the first day.
    """

    key: str
    citizen: Any
    mentor: Any
    told: Any
    is_scale: bool = False
    at_start: bool = True


ITEMS: tuple[Item, ...] = (
    Item(
        "say",
        gettext_lazy("Var du med til at vælge din mentor?"),
        gettext_lazy("Var borgeren med til at vælge dig?"),
        gettext_lazy("Borgeren var med til at vælge mentoren"),
    ),
    Item(
        "reasons",
        gettext_lazy("Er du blevet bedre til det, du har mentor for?"),
        gettext_lazy("Er borgeren blevet bedre til det, du hjælper med?"),
        gettext_lazy("Borgeren er blevet bedre til det, mentoren hjælper med"),
        at_start=False,
    ),
    Item(
        "trust",
        gettext_lazy("Stoler du på din mentor?"),
        gettext_lazy("Stoler borgeren på dig?"),
        gettext_lazy("Borgeren stoler på mentoren"),
        at_start=False,
    ),
    Item(
        "unwanted",
        gettext_lazy("Var det bedre, om du ikke havde en mentor?"),
        gettext_lazy("Var det bedre for borgeren ikke at have en mentor?"),
        gettext_lazy("Det var bedre uden mentor"),
        at_start=False,
    ),
    Item(
        "health",
        gettext_lazy("Hvordan går det med dit helbred?"),
        gettext_lazy("Hvordan klarer borgeren sit helbred?"),
        gettext_lazy("Borgeren klarer sit helbred godt"),
        is_scale=True,
    ),
    Item(
        "daily",
        gettext_lazy("Hvordan går det med din hverdag?"),
        gettext_lazy("Hvordan klarer borgeren sin hverdag?"),
        gettext_lazy("Borgeren klarer sin hverdag godt"),
        is_scale=True,
    ),
    Item(
        "belief",
        gettext_lazy("Hvordan tror du, det går med at få et job?"),
        gettext_lazy("Hvordan tror du, det går borgeren med at få et job?"),
        gettext_lazy("Tror på, at borgeren får et job"),
        is_scale=True,
    ),
    Item(
        "together",
        gettext_lazy("Hvordan går det med at være sammen med andre?"),
        gettext_lazy("Hvordan går det borgeren med at arbejde sammen med andre?"),
        gettext_lazy("Borgeren arbejder godt sammen med andre"),
        is_scale=True,
    ),
    Item(
        "search",
        gettext_lazy("Hvordan går det med at søge job?"),
        gettext_lazy("Hvordan går det borgeren med at søge job?"),
        gettext_lazy("Borgeren er godt i gang med at søge job"),
        is_scale=True,
    ),
)
BY_KEY: Mapping[str, Item] = {item.key: item for item in ITEMS}


def items_of(moment: str) -> tuple[Item, ...]:
    """What is asked at a moment: on the first day only what can be answered then."""
    return tuple(item for item in ITEMS if item.at_start or moment != START)


def is_allowed(item: Item, value: object) -> bool:
    """Whether an answer is one of those that the item has."""
    if item.is_scale:
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5
    return value in (YES, NO, UNSURE)


def as_yes(item: Item, value: object) -> bool | None:
    """The answer as yes or no: a 4 or 5 is yes; None for none, or for somebody who does not know."""
    if not is_allowed(item, value) or value == UNSURE:
        return None
    return isinstance(value, int) and value >= WELL if item.is_scale else value == YES
