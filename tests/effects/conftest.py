"""A municipality whose registers and mentorships are made up, and what is made of them: once, then stored as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from brobygger.accounts.models import Municipality
from brobygger.effects import services
from brobygger.effects.figures import compared, outside
from brobygger.effects.figures.cohort import Cohort, World, cohort_of
from brobygger.effects.models import ResultRun, StoredResult
from brobygger.values.period import Period
from tests.cast import Cast
from tests.conftest import TODAY
from tests.effects.made import make_world

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
Stored = dict[tuple[Period | None, str], dict[str, Any]]


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(people=360)


@pytest.fixture(scope="session")
def cohorts(world: World) -> list[Cohort]:
    horizon, periods = world.periods()
    return [cohort_of(world, period, horizon) for period in periods]


@pytest.fixture(scope="session")
def figures(world: World, cohorts: list[Cohort]) -> Stored:
    """Every payload of the made-up municipality, without a comparison: all who are known have had a mentor."""
    found: Stored = {}
    for cohort in cohorts:
        for subject, payload in services.period_payloads(world, cohort).items():
            found[cohort.period, subject] = payload
    found[None, "COMPARISON"] = compared.missing_record(compared.pool_of(world))
    found[None, "WORTH"] = {"state": "missing", "why": "comparison", **outside.cost_record(world)}
    found[None, "OTHERS"] = outside.own_by_period(world)
    return found


@pytest.fixture
def stored(cast: Cast, figures: Stored) -> Callable[..., ResultRun]:
    """Stores payloads as a run that is done."""

    def store(municipality: Municipality | None = None, **other: dict[str, Any]) -> ResultRun:
        own = municipality or cast.municipality
        run = ResultRun.objects.create(
            municipality=own, on=TODAY, asked_at=AT, started_at=AT, data_until=TODAY,
            code_version="1", settings_dated=TODAY, seed=compared.SEED,
        )  # fmt: skip
        for (period, subject), payload in (
            figures | {(None, key): value for key, value in other.items()}
        ).items():
            services._store(run, period, subject, payload)
        ResultRun.objects.filter(pk=run.pk).update(finished_at=AT)
        assert StoredResult.objects.filter(run=run).exists()
        return run

    return store
