"""Our own style sheets place things by start and end, so that a page can be read from right to left."""

from __future__ import annotations

import re
from pathlib import Path

from tests.repository.sources import PACKAGE

SHEETS = (
    "ui/static/ui/brobygger.css",
    "hours/static/hours/hours.css",
    "citizens/static/citizens/citizens.css",
    "toolbox/static/toolbox/toolbox.css",
    "meetings/static/meetings/meetings.css",
)
"""Those that citizens' pages load."""
_BY_SIDE = re.compile(
    r"(?:margin|padding|border)-(?:left|right)\b|text-align:\s*(?:left|right)|float:|(?<=[{;\s])(?:left|right):"
)
_ONE = r"[^\s;{}()!]+"
_FOUR = re.compile(
    rf"(?<=[{{;\s])(?:margin|padding):\s*{_ONE}\s+({_ONE})\s+{_ONE}\s+({_ONE})\s*(?:!important\s*)?[;}}]"
)


def by_side(css: str) -> list[str]:
    """Declarations that say left or right, and the short forms with different sides."""
    found = [hit[0] for hit in _BY_SIDE.finditer(css)]
    return found + [hit[0] for hit in _FOUR.finditer(css) if hit[1] != hit[2]]


def test_nothing_is_placed_by_left_or_right() -> None:
    assert {name: by_side((PACKAGE / name).read_text()) for name in SHEETS} == {name: [] for name in SHEETS}


def test_a_side_is_found() -> None:
    planted = ".a { margin-left: 1px } .b { padding: 0 8px 0 4px; } .c{right:0} .d { text-align: right; }"
    assert len(by_side(planted)) == 4
    assert by_side(".a { padding: 0 8px 4px 8px; inset-inline-end: 0; border-inline-start: 0 }") == []


def test_every_sheet_of_a_citizens_page_is_looked_at() -> None:
    templates = Path(PACKAGE / "citizens" / "templates").rglob("*.html")
    linked = {name for file in templates for name in re.findall(r"static '([^']+\.css)'", file.read_text())}
    assert linked <= {"/".join(name.split("/")[2:]) for name in SHEETS}
