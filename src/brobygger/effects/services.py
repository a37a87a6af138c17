"""Making the figures: asked for by a person or due at night, done part by part, stored and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cache, lru_cache, partial
from importlib.metadata import PackageNotFoundError, version

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.analysis.errors import AnalysisError, HiddenByGate, RateError
from brobygger.analysis.gate import gate_settings_on
from brobygger.analysis.weeks import monday
from brobygger.audit import services as audit
from brobygger.effects import drawn, reading, selectors
from brobygger.effects.figures import compared, happened, lots, outside
from brobygger.effects.figures.cells import release
from brobygger.effects.figures.cohort import Cohort, World, cohort_of
from brobygger.effects.figures.happened import Payload
from brobygger.effects.figures.rates import rates_record
from brobygger.effects.models import ResultCase, ResultRun, StoredResult
from brobygger.effects.sharing import services as sharing
from brobygger.evaluations import selectors as evaluations
from brobygger.rulebook import selectors as rulebook
from brobygger.values.moment import COPENHAGEN
from brobygger.values.period import Period

LIFETIME_SECONDS = 3600
NIGHT_BEGINS = 2
ROWS_AT_A_TIME = 2_000
JOB = "Resultater"
Subject = StoredResult.Subject


class AlreadyRunning(Exception):
    """Another process is at this municipality's figures."""


@transaction.atomic
def ask(*, by: User, at: datetime, on: date) -> ResultRun:
    """Asks for new figures; the worker makes them. Raises Conflict when that has been done already, and NotAllowed."""
    require(by, Permission.SEE_EFFECTS)
    try:
        with transaction.atomic():
            run = ResultRun.objects.create(
                municipality_id=municipality_of(by), on=on, asked_at=at, asked_by=by
            )
    except IntegrityError as error:
        raise Conflict(_("Tallene er allerede ved at blive regnet ud. Vent, til de er færdige.")) from error
    audit.record("effects.asked", by=by, subject=run, on=on)
    return run


def run_next(*, at: datetime) -> ResultRun | None:
    """The worker's duty: one part of one municipality's figures, so that nothing else waits long. None without any."""
    local = at.astimezone(COPENHAGEN)
    waiting = selectors.due(local.date(), is_night=local.hour >= NIGHT_BEGINS)
    if waiting is None:
        return None
    try:
        return advance(municipality=selectors.municipality(waiting), on=local.date(), at=at)
    except AlreadyRunning:
        return None


def make_results(*, municipality: Municipality, on: date, at: datetime) -> ResultRun:
    """All parts at once. Raises AlreadyRunning."""
    run = advance(municipality=municipality, on=on, at=at)
    while run.finished_at is None:
        run = advance(municipality=municipality, on=on, at=at)
    return run


def advance(*, municipality: Municipality, on: date, at: datetime) -> ResultRun:
    """The next part of the run that waits (else of a new one), as a named job under the municipality's own context."""
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        _lock(municipality)
        run = ResultRun.objects.filter(municipality=municipality, finished_at=None).first()
        if run is None:
            run = ResultRun(municipality=municipality, asked_at=at, on=on)
        run.started_at = run.started_at or at
        run.save()
        world = _world(municipality.pk, run.pk, run.started_at)
        if isinstance(world, reading.Lacking):
            return _finish(run, at, world.trouble)
        _note_what_is_used(run, world)
        part = next(_parts_left(run, world), None)
        if part is None:
            return _finish(run, at, "" if _periods(run, world)[1] else ResultRun.Trouble.TOO_EARLY)
        part()
        run.save()
        return run


@lru_cache(maxsize=1)
def _world(municipality_id: int, _run: int, _since: datetime) -> World | reading.Lacking:
    """What a run is made from, kept until it is done: all its parts are about the same rows, which are read once."""
    return reading.world_in(municipality_id)


def _note_what_is_used(run: ResultRun, world: World) -> None:
    run.data_until = date.fromordinal(monday(world.states.stop_week).toordinal() - 1)
    run.code_version = code_version()
    run.settings_dated = gate_settings_on(run.on).dated
    run.seed = compared.SEED


@cache
def code_version() -> str:
    """The version that made the figures."""
    try:
        return version("brobygger")
    except PackageNotFoundError:
        return "0"


def _finish(run: ResultRun, at: datetime, trouble: str) -> ResultRun:
    run.finished_at, run.trouble = at, trouble
    run.save()
    _world.cache_clear()
    sharing.share_newest(municipality_id=run.municipality_id, at=at)
    job = audit.NamedJob(JOB, run.municipality_id)
    audit.record(
        "effects.made", by=job, subject=run, on=run.on, trouble=trouble, data_until=str(run.data_until)
    )
    return run


def _lock(municipality: Municipality) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('effects'), %s)", [municipality.pk])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(municipality.code)


def _parts_left(run: ResultRun, world: World) -> Iterator[Callable[[], None]]:
    """What has not been stored yet: each period, then what is about everyone."""
    stored = selectors.stored_parts(run)
    horizon, periods = _periods(run, world)
    for period in periods:
        if (period.start, Subject.STATUS, "") not in stored:
            before = selectors.run_that_showed(run.municipality_id, period)
            if before is None:
                yield partial(_store_period, run, world, period, horizon)
            else:
                yield partial(_keep_period, run, before, period)
    if (None, Subject.COMPARISON, "") not in stored:
        yield partial(_store_comparison, run, world)
    if (None, Subject.OTHERS, "") not in stored:
        yield partial(_store, run, None, Subject.OTHERS, outside.own_by_period(world))
    waiting = [
        key
        for key in evaluations.drawn_keys(run.municipality_id)
        if (None, Subject.LOTTERY, key) not in stored
    ]
    if waiting:
        yield partial(_store_lotteries, run, world, waiting)


def _periods(run: ResultRun, world: World) -> tuple[int, tuple[Period, ...]]:
    """Those that have been shown stay as they were."""
    return world.periods(selectors.kept_periods(run.municipality_id))


# A period


def _store_period(run: ResultRun, world: World, period: Period, horizon: int) -> None:
    cohort = cohort_of(world, period, horizon)
    for subject, payload in period_payloads(world, cohort).items():
        _store(run, period, subject, {**payload, "made": _made(run)})
    keys = world.keys_of(cohort.rows)
    _store_cases(run, period, ((key, cohort.labels_of(place)) for key, place in keys.items()))


def _made(run: ResultRun) -> Payload:
    """What a period's figures were made with; it follows them into later runs."""
    return {
        "at": run.asked_at.isoformat(),
        "data_until": run.data_until.isoformat() if run.data_until else "",
        "version": run.code_version,
        "seed": run.seed,
    }


def _keep_period(run: ResultRun, before: ResultRun, period: Period) -> None:
    """A period that has been shown stays as it was, and so do those counted in it.

    Were it made again, somebody who kept the former figures could subtract them, and find the one person who has come
    in or been corrected since.
    """
    for subject, payload in selectors.period_stored(before, period):
        _store(run, period, subject, payload)
    _store_cases(run, period, selectors.period_cases(before, period))


def _store_cases(run: ResultRun, period: Period, counted: Iterable[tuple[int, Payload]]) -> None:
    """The number of each mentorship that is counted, and where."""
    rows = [
        ResultCase(
            municipality_id=run.municipality_id,
            run=run,
            mentorship_id=key,
            starts_on=period.start,
            labels=labels,
        )
        for key, labels in counted
    ]
    ResultCase.objects.bulk_create(rows, batch_size=ROWS_AT_A_TIME)


def period_payloads(world: World, cohort: Cohort) -> dict[str, Payload]:
    """What each page may show of a period, all decided at once."""
    counted = cohort.counted()
    released = release(counted)
    head = happened.about(cohort)

    def of(*names: str) -> Payload:
        cells = happened.cells_of(released, "at|", *(f"in|{name}|" for name in names))
        return {**head, "divisions": happened.divisions_of(cohort, *names), "cells": cells}

    return {
        Subject.STATUS: {**head, "cells": happened.cells_of(released, "at|")},
        Subject.RETENTION: {**head, **happened.retention_of(released)},
        Subject.PATHWAYS: {
            **of("offer"),
            "links": happened.cells_of(released, "link|"),
            "picture": happened.sankey_of(counted, released),
        },
        Subject.DOSAGE: {**of("hours", "length"), "averages": happened.averages(cohort)},
        Subject.GOALS: of("goals"),
        Subject.SUBGROUPS: {**of("age", *world.told.traits), **happened.answers_of(cohort, released)},
    }


# Everyone


def _store_comparison(run: ResultRun, world: World) -> None:
    comparison, worth = _compared(run, world)
    _store(run, None, Subject.COMPARISON, comparison)
    _store(run, None, Subject.WORTH, worth)


def _compared(run: ResultRun, world: World) -> tuple[Payload, Payload]:
    """The comparison and what it is worth; without one, what is missing and what a mentorship costs."""
    rates = rulebook.rates_of(run.municipality_id)
    price = {**outside.cost_record(world), "rates": rates_record(rates, run.on)}
    pool = compared.pool_of(world)
    if not pool.is_enough:
        return compared.missing_record(pool), {"state": "missing", "why": "comparison", **price}
    try:
        found, entries, status = compared.compare(world, pool, gate_settings_on(run.on))
    except AnalysisError as error:
        missing = {"state": "missing", "why": "refused", "sentence": str(error)}
        return missing, {"state": "missing", "why": "comparison", **price}
    record = compared.comparison_record(found)
    try:
        worth = compared.worth_record(world, found, entries, status, prices_on=run.on, rates=rates)
    except HiddenByGate:
        worth = {"state": "missing", "why": "red"}
    except RateError as error:
        worth = {"state": "missing", "why": "rates", "sentence": str(error)}
    return record, {**price, **worth}


def _store_lotteries(run: ResultRun, world: World, keys: list[str]) -> None:
    """What came of each drawn lot. A result is made once, of everybody, at the week the protocol names.

    Made again each night it would be looked at again and again until it pleased, and two of them would tell of the one
    who has taken back a consent between them.
    """
    shown = selectors.lotteries_shown(run.municipality_id)
    settings = gate_settings_on(run.on)
    made = {
        lot.key: {**lots.result_of(world.states, lot, settings), "made": _made(run)}
        for lot in drawn.lots_in(run.municipality_id, [key for key in keys if key not in shown])
    }
    rows = [
        StoredResult(
            municipality_id=run.municipality_id, run=run, subject=Subject.LOTTERY, key=key, payload=payload
        )
        for key in keys
        if (payload := shown.get(key) or made.get(key))
    ]
    StoredResult.objects.bulk_create(rows)


def _store(run: ResultRun, period: Period | None, subject: str, payload: Payload) -> None:
    end = period.end if period else None
    StoredResult.objects.create(
        municipality_id=run.municipality_id,
        run=run,
        subject=subject,
        starts_on=period.start if period else None,
        ends_before=end,
        payload={**payload, **({"ends_before": end.isoformat()} if end else {})},
    )
