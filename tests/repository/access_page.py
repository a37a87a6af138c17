"""Writes docs/access.md, roles by permission and by page: ``python -m tests.repository.access_page``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

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

Pages that anybody reaches without signing in are marked "open". "Own" says that the role sees only what is its own.
"""


def written() -> str:
    """The whole page."""
    from django.utils.translation import override

    from brobygger.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
    from tests.repository.access import OUTSIDE, ROUTES

    with override("da"):
        roles = [str(role.label) for role in Role]
        permissions = [
            [str(permission.label), *("x" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)]
            for permission in Permission
        ]
    pages = []
    for name, row in ROUTES.items():
        cells = [
            "open" if row.open else "" if role not in row.roles else "own" if role in OUTSIDE else "x"
            for role in Role
        ]
        pages.append([f"`{name}`", f"`{pattern_of(name)}`", *cells])
    tables = [table(["Permission", *roles], permissions), table(["Page", "Address", *roles], pages)]
    return f"{HEAD}\n{tables[0]}{PAGES}\n{tables[1]}"


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
