"""Writes docs/access.md, roles by permission and by page: ``python -m tests.repository.access_page``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brobygger.accounts.permissions import Role
    from tests.repository.access import Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"

HEAD = """# Who may do what

Generated from `accounts/permissions.py` and `tests/repository/access.py`; a test fails when this page is old.

A role is a set of permissions, and a person may have several roles. A permission never reaches beyond the own
municipality, and for mentors, citizens and companies never beyond their own person: what is not theirs answers
exactly as what does not exist. The database repeats both borders (ADR 0005).

## Roles and permissions
"""

PAGES = """
## Roles and pages

GET shows, POST does. Pages that anybody reaches without signing in are marked "open". "Own" says that the role sees
only what is its own. Who decides an application is one of the marked roles: the one that the municipality's frame and
way of working point at, and never the person who asked.
"""


def written() -> str:
    """The whole page."""
    from django.utils.translation import override

    from brobygger.accounts.permissions import ROLE_PERMISSIONS, Permission, Role

    with override("da"):
        roles = [str(role.label) for role in Role]
        permissions = [
            [str(permission.label), *("x" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)]
            for permission in Permission
        ]
    pages = [
        [f"`{name}`", method, f"`{pattern_of(name)}`", *cells(rows, list(Role))]
        for (name, method), rows in by_page().items()
    ]
    tables = [table(["Permission", *roles], permissions), table(["Page", "Method", "Address", *roles], pages)]
    return f"{HEAD}\n{tables[0]}{PAGES}\n{tables[1]}"


def by_page() -> dict[tuple[str, str], list[Row]]:
    """The rows of each page and method, in the order of the table."""
    from tests.repository.access import CASES, ROUTES

    found: dict[tuple[str, str], list[Row]] = {}
    for name, row in sorted(CASES, key=lambda case: list(ROUTES).index(case[0])):
        found.setdefault((name, row.method), []).append(row)
    return found


def cells(rows: Sequence[Row], roles: Iterable[Role]) -> list[str]:
    """What a page says of each role: a role may where one of its rows lets it."""
    from tests.repository.access import OUTSIDE

    if rows[0].open:
        return ["open" for _ in roles]
    marks = {role: "own" if row.private or role in OUTSIDE else "x" for row in rows for role in row.roles}
    return [marks.get(role, "") for role in roles]


def pattern_of(name: str) -> str:
    """The address with a star for what it holds."""
    from tests.repository.access import ROUTES

    address = ROUTES[name].address(name, None)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|x{43}", "*", address)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brobygger.web.settings")
    import django

    django.setup()
    PAGE.write_text(written())
