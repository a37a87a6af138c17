"""Every page that a citizen reaches, as the table of access knows them: a new one is looked at by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Role
from tests.repository.access import CASES, EVERYBODY, Row
from tests.repository.visitor import Visitor
from tests.repository.world import World

ON_THE_WAY_IN = {"citizens:link", "accounts:login"}
"""Pages before anybody is signed in."""
_ENDS = re.compile(r"</(?:p|li|h1|h2|h3|button|a|label|legend|span|summary|dt|dd|th|td)>")


def pages(world: World, *, only_own: bool = False) -> Iterator[tuple[str, Any]]:
    """(route and method, answer) of each, as the citizen David gets them. Letters and files are left out.

    ``only_own``: pages made for citizens alone, without those that mentors, companies or staff read too.
    """
    david = world.user_of(Role.CITIZEN)
    for name, row in CASES:
        if _is_for_citizens(name, row, only_own):
            answer = _visitor(name, david).ask(name, row, world.own)
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
                yield f"{row.method} {name}", answer


def _visitor(name: str, david: User) -> Visitor:
    return Visitor(None if name in ON_THE_WAY_IN else david)


def _is_for_citizens(name: str, row: Row, only_own: bool) -> bool:
    is_shared = Role.CITIZEN in row.roles and not row.open and set(row.roles) != EVERYBODY
    return set(row.roles) == {Role.CITIZEN} or name in ON_THE_WAY_IN or (is_shared and not only_own)


def visible(answer: Any) -> str:
    """The words of the page itself, a blank line after each piece; what people have written stays in."""
    main = unescape(answer.content.decode()).split("<main", 1)[1].split("</main>", 1)[0].split(">", 1)[1]
    return re.sub(r"<[^>]+>", " ", _ENDS.sub("\n\n", main))
