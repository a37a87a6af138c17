from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from brobygger.people import services as people
from brobygger.people.models import Citizen
from brobygger.registers import services
from brobygger.registers.models import RegisterImport
from tests.cast import Cast

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

ADA, BIRK, STRANGER = "6101901234", "6202911235", "6303921236"

WIDE = f"""pnr;y_2601;y_2602;y_2603;y_2604;branche_2026_01
{ADA};730;730;737;;471120
{BIRK};130;;;ABC;
{STRANGER};730;730;XYZ;730;
"""

Import = Callable[..., RegisterImport]


@pytest.fixture
def citizens(cast: Cast, now: datetime) -> dict[str, Citizen]:
    """Ada and Birk live here; the stranger is a number of somebody else's."""
    return {
        number: people.register_citizen(name=name, cpr=number, by=cast.anna, at=now)
        for name, number in (("Ada Aagaard", ADA), ("Birk Bonde", BIRK))
    }


@pytest.fixture
def bring(cast: Cast, tmp_path: Path) -> Import:
    """Imports a file of the given text (or bytes) as the leader does from the command line."""

    def bring(
        content: str | bytes, kind: str = "WEEKLY", *, name: str = "fil.csv", **more: Any
    ) -> RegisterImport:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return services.import_path(
            path=path,
            kind=kind,
            table=more.get("table", ""),
            data_as_of=more.get("as_of", TODAY),
            by=more.get("by", cast.eva),
            at=more.get("at", NOW),
            on=TODAY,
        )

    return bring
