"""Lots and roll-outs at the points where tests begin."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from brobygger.evaluations import services, steps
from brobygger.evaluations.models import Candidate, Evaluation
from brobygger.evaluations.rights import Circumstances
from brobygger.evaluations.services import Protocol, Size
from brobygger.people.models import Citizen
from tests.cast import Cast
from tests.factories.people import make_citizen

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 23)
LOTTERY = Size("LOTTERY", "EDUCATION", Decimal(12), Decimal(4), people=8, places=3)
ROLL_OUT = Size(
    "ROLL_OUT", "JOB", Decimal(20), Decimal(5), units=4, never=1, months=9, per_month=30, between=Decimal(3),
    first_month=date(2027, 1, 1),
)  # fmt: skip
PROTOCOL = Protocol(
    name="Mentor til unge",
    question="Kommer flere unge i uddannelse, når de får en mentor?",
    horizon_weeks=52,
    protocol="Alle på ventelisten kan være med. Der ses i registre efter et år.",
    consent_text="Vi trækker lod om pladserne. Du bestemmer selv, om du vil være med.",
    strata="AGE",
)
NOTHING = Circumstances("6.3", leaves_psychiatry=False, starts_education=False, cannot_join_offers=False)


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def registered(cast: Cast, size: Size = LOTTERY, **changes: Any) -> Evaluation:
    """Planned, written and registered by the leader."""
    made = services.plan(size=size, by=cast.eva, at=AT)
    protocol = dataclasses.replace(PROTOCOL, units=steps.plan_of(made.units), **changes)
    services.write_protocol(evaluation=made, protocol=protocol, version=made.version, by=cast.eva)
    services.register(evaluation=made, version=made.version, by=cast.eva, at=AT)
    return made


def put_in(cast: Cast, evaluation: Evaluation, citizen: Citizen, **said: Any) -> Candidate:
    circumstances = dataclasses.replace(NOTHING, target_group=citizen.target_group, **said)
    return services.add_candidate(
        evaluation=evaluation,
        citizen=citizen,
        said=circumstances,
        consented_on=ON,
        how="MEETING",
        by=cast.anna,
        at=AT,
    )


def waiting(cast: Cast, number: int, **fields: Any) -> Citizen:
    born = date(2000 if number % 2 else 1980, 1, 1)
    return make_citizen(
        cast, **{"name": f"Borger {number}", "email": f"b{number}@example.org", "birth_date": born, **fields}
    )


@pytest.fixture
def lot(cast: Cast) -> Callable[..., Evaluation]:
    """A registered lot with so many citizens, half of them young."""

    def make(people: int = 8, **changes: Any) -> Evaluation:
        made = registered(cast, **changes)
        for number in range(people):
            put_in(cast, made, waiting(cast, number))
        return made

    return make
