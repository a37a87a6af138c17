"""What the authority is called on a date (A16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from brobygger.values.source import Confidence, Source

LAW_IDS = ("A16",)
MUNICIPALITY_FROM = date(2026, 2, 1)


@dataclass(frozen=True)
class Authority:
    """The authority's name in its forms, and where that stands; ``name`` is definite ("jobcenteret")."""

    indefinite: str
    name: str
    source: Source

    @property
    def genitive(self) -> str:
        return f"{self.name}s"

    @property
    def capitalised(self) -> str:
        return self.name.capitalize()


_JOB_CENTRE = Authority(
    "jobcenter", "jobcenteret", Source("LAB", "", "https://www.retsinformation.dk/Forms/R0710.aspx?id=30223")
)
_MUNICIPALITY = Authority(
    "kommune",
    "kommunen",
    Source(
        "Lov nr. 1750 af 29. december 2025",
        "§ 1, nr. 1",
        "https://star.dk/implementering/beskaeftigelsesreform/svar-paa-spoergsmaal-fra-webinar-den-21-januar-2026",
        Confidence.MEDIUM,
    ),
)


def authority(on: date) -> Authority:
    """The authority as letters and screens name it: the job centre, from 2026-02-01 the municipality.

    Act 1750/2025 § 1 no. 1; which of the reform's two days in 2026 applies was not read (confidence M).

    >>> authority(date(2026, 1, 31)).name, authority(date(2026, 2, 1)).name
    ('jobcenteret', 'kommunen')
    """
    return _MUNICIPALITY if on >= MUNICIPALITY_FROM else _JOB_CENTRE


def authority_name(on: date) -> str:
    """The definite name on a date."""
    return authority(on).name
