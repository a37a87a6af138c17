"""The citizen's pages are easy to read: LIX stays under 35, also with everything filled in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from django.test import Client

from brobygger.accounts.models import User
from brobygger.mentorships.models import Mentorship
from brobygger.toolbox.tools.definitions import TOOLS
from tests.cast import Cast
from tests.toolbox.filling import assess, fill

LIMIT = 35
PAGES = [("case",), ("plan",), ("read_goals",), ("progress",), ("assess",), ("logbook",)]
PAGES += [("tool", tool.slug) for tool in TOOLS.values()]
PAGES += [("fill", tool.slug) for tool in TOOLS.values() if "CITIZEN" in tool.sides]


def lix(text: str) -> float:
    """Words per sentence plus the share of words longer than six letters (Björnsson 1968)."""
    words = re.findall(r"[\wæøåÆØÅ]+", text)
    sentences = [part for part in re.split(r"[.!?:\n]+", text) if re.search(r"\w", part)]
    long = sum(len(word) > 6 for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)


def _visible(page: str) -> str:
    """The words of the main column, one line for each element."""
    main = page.split("<main", 1)[1].split("</main>")[0]
    main = re.sub(r"<svg.*?</svg>|<table.*?</table>", "", main, flags=re.S)
    lines = [html.unescape(line).strip() for line in re.sub(r"<[^>]+>", "\n", main).splitlines()]
    return "\n".join(line for line in lines if re.search(r"\w{2,}", line) and ">" not in line)


def test_the_citizens_pages_are_easy_to_read(
    cast: Cast, signed_in: Callable[[User], Client], mentorship: Mentorship, address: Callable[..., str]
) -> None:
    people = {"CITIZEN": cast.david, "MENTOR": cast.carla, "STAFF": cast.anna}
    for tool in TOOLS.values():
        for side in tool.sides:
            fill(mentorship, tool, people[side])
    assess(mentorship, cast.david, DAILY=4, HEALTH=3)
    client = signed_in(cast.david)
    found = {name: round(lix(_visible(client.get(address(*name)).content.decode())), 1) for name in PAGES}
    assert {name: score for name, score in found.items() if score >= LIMIT} == {}


def test_hard_danish_is_found() -> None:
    assert lix("Du og din mentor mødes. Sig til, hvis I ikke kan nå det.") < 20
    assert (
        lix("Beskæftigelsesindsatsens virksomhedsrettede foranstaltninger tilrettelægges individuelt.")
        > LIMIT
    )
