"""Which version of an act was in force on a date, in the words a letter uses. Dates from the acts themselves.

Where the version of a time was not read, the text says so and names no number.
"""

from __future__ import annotations

from datetime import date

from brobygger.law.codes import Act

LAB = "lov om en aktiv beskæftigelsesindsats (LAB)"
_UNREAD = "i den udgave, der gælder på afgørelsens dato (udgavens nummer er ikke bekræftet)"

_LAB_VERSIONS: tuple[tuple[date, str], ...] = (
    (date(2003, 6, 10), "lov nr. 419 af 10. juni 2003"),
    (date(2005, 6, 29), "lovbekendtgørelse nr. 685 af 29. juni 2005 med senere ændringer"),
    (date(2008, 1, 1), _UNREAD),
    (date(2020, 1, 1), "lov nr. 548 af 7. maj 2019 med senere ændringer"),
    (date(2022, 5, 22), "lovbekendtgørelse nr. 701 af 22. maj 2022 med senere ændringer"),
    (date(2024, 3, 1), "lovbekendtgørelse nr. 280 af 1. marts 2024 med senere ændringer"),
    (
        date(2026, 2, 1),
        "lovbekendtgørelse nr. 280 af 1. marts 2024 med senere ændringer, "
        "blandt andet lov nr. 1750 af 29. december 2025",
    ),
    # A new main act is expected from this day; until it has been read, no number is named.
    (date(2027, 1, 1), _UNREAD),
)


def version_on(act: Act, on: date) -> str:
    """The act and its version on a date, fit to follow "Afgørelsen er truffet efter"."""
    if act is Act.INL:
        return f"integrationsloven (INL) {_UNREAD}"
    current = [version for start, version in _LAB_VERSIONS if start <= on]
    version = current[-1] if current else _UNREAD
    return f"{LAB}, {version}" if version is not _UNREAD else f"{LAB} {version}"
