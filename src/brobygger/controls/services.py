"""Asking every question of every case, and keeping what changed since the last time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.controls.models import ControlFailure, ControlRun, ControlShare
from brobygger.controls.selectors import cases, results
from brobygger.review.exchange import Sent, to_line
from brobygger.review.questions import QUESTIONS
from brobygger.review.shapes import reviewer_of
from brobygger.review.tally import Tally, Words
from brobygger.rulebook import selectors as rulebook
from brobygger.values.moment import COPENHAGEN

LIFETIME_SECONDS = 3600
ROWS_AT_A_TIME = 5_000
NIGHT_BEGINS = 2
JOB = "Tilsyn"

_Key = tuple[int, str]
_Tally = Tally[int, int | None]


class AlreadyRunning(Exception):
    """Another process is at this municipality's controls."""


@transaction.atomic
def ask(*, by: User, at: datetime, on: date) -> ControlRun:
    """Asks for a run now; the worker does it. Raises Conflict when one waits already, and NotAllowed."""
    require(by, Permission.SEE_CONTROLS)
    try:
        with transaction.atomic():
            run = ControlRun.objects.create(
                municipality_id=results.municipality_of(by), on=on, asked_at=at, asked_by=by
            )
    except IntegrityError as error:
        raise Conflict(_("Kontrollerne er allerede sat i gang. Vent, til de er færdige.")) from error
    audit.record("controls.asked", by=by, subject=run, on=on)
    return run


def carry_out(*, municipality: Municipality, on: date, at: datetime) -> ControlRun:
    """Asks every question of every case of one municipality, as a named job under the municipality's own context.

    Takes the run that waits, else makes one. Raises AlreadyRunning.
    """
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        _lock(municipality)
        run = ControlRun.objects.filter(municipality=municipality, finished_at=None).first()
        if run is None:
            run = ControlRun(municipality=municipality, asked_at=at)
        run.on, run.started_at = on, at
        run.save()
        found = tally(municipality, on)
        run.cases = found.cases
        _write_shares(run, found)
        changes = _write_failures(run, found)
        ControlRun.objects.filter(pk=run.pk).update(
            cases=found.cases, finished_at=models.Func(function="clock_timestamp")
        )
        run.refresh_from_db()
        job = audit.NamedJob(JOB, municipality.pk)
        audit.record("controls.done", by=job, subject=run, on=on, cases=found.cases, changes=changes)
        return run


def tally(municipality: Municipality, on: date) -> _Tally:
    """What the questions say of each case, by team; writes nothing. Runs in the caller's transaction and context."""
    found: _Tally = Tally(reviewer_of(on, rulebook.overlay(rulebook.recorded_in(municipality.pk))))
    for key, team, facts in cases.facts_of_all(municipality.pk, municipality.code, on):
        found.add(key, team, facts)
    return found


def hand_over(*, municipality: Municipality, on: date, write: Callable[[str], object]) -> int:
    """Gives ``write`` the facts of each case as a line (``review.exchange``), as a named job; how many there were.

    The lines hold no name and no CPR number, and still they are about people: that they were handed over is logged.
    """
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        number = 0
        for key, team, facts in cases.facts_of_all(municipality.pk, municipality.code, on):
            write(to_line(Sent(municipality.code, team, key, facts)) + "\n")
            number += 1
        audit.record("controls.handed_over", by=audit.NamedJob(JOB, municipality.pk), on=on, cases=number)
        return number


def open_failures(municipality: Municipality) -> int:
    """How many failures are open, counted by the same job."""
    with acting(system_actor(municipality.pk)):
        return ControlFailure.objects.filter(municipality=municipality, mended_on=None).count()


def run_next(*, at: datetime) -> ControlRun | None:
    """The worker's duty: one municipality that asked, or at night one that has not been done; None when none waits.

    The night begins at two o'clock Danish time; what was missed is made up for when the worker is there again.
    """
    local = at.astimezone(COPENHAGEN)
    waiting = results.due(local.date(), is_night=local.hour >= NIGHT_BEGINS)
    if waiting is None:
        return None
    try:
        return carry_out(municipality=results.municipality(waiting), on=local.date(), at=at)
    except AlreadyRunning:
        return None


def _lock(municipality: Municipality) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('controls'), %s)", [municipality.pk])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(municipality.code)


def _write_shares(run: ControlRun, found: _Tally) -> None:
    rows, counts = [], found.counts()
    for team, total in found.by_group.items():
        for question in QUESTIONS:
            passed, failed, unknown = counts.get((team, question), (0, 0, 0))
            rows.append(
                ControlShare(
                    municipality_id=run.municipality_id,
                    run=run,
                    team_id=team,
                    question=question,
                    passed=passed,
                    failed=failed,
                    cannot_tell=unknown,
                    not_relevant=total - passed - failed - unknown,
                )
            )
    ControlShare.objects.bulk_create(rows, batch_size=ROWS_AT_A_TIME)


def _write_failures(run: ControlRun, found: _Tally) -> dict[str, int]:
    """Writes only what changed since the last run: new failures, other sentences, and what is mended."""
    known = results.kept_failures(run.municipality_id)
    fresh, changed, again = [], [], []
    for key, words in found.failures.items():
        kept = known.pop(key, None)
        if kept is None:
            fresh.append((key, words))
        elif not kept.is_open:
            again.append((kept.id, words))
        elif kept.words != words:
            changed.append((kept.id, words))
    mended = [kept.id for kept in known.values() if kept.is_open]
    _insert(run, fresh)
    _reword(run, changed, reopened=False)
    _reword(run, again, reopened=True)
    for part in _parts(mended):
        ControlFailure.objects.filter(municipality_id=run.municipality_id, pk__in=part).update(
            mended_on=run.on
        )
    return {"new": len(fresh) + len(again), "mended": len(mended), "failing": len(found.failures)}


def _insert(run: ControlRun, rows: list[tuple[_Key, Words]]) -> None:
    statement = (
        "insert into controls_controlfailure (municipality_id, mentorship_id, question, sentence, remedy, since)"
        " select %s, m, q, s, r, %s from unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) as x(m, q, s, r)"
    )
    with connection.cursor() as cursor:
        for part in _parts(rows):
            columns: list[list[Any]] = [
                [key[0] for key, _ in part],
                [key[1] for key, _ in part],
                [words[0] for _, words in part],
                [words[1] for _, words in part],
            ]
            cursor.execute(statement, [run.municipality_id, run.on, *columns])


def _reword(run: ControlRun, rows: list[tuple[int, Words]], *, reopened: bool) -> None:
    """Other words for what fails; what had been mended begins again on the day of the run."""
    statement = (
        "update controls_controlfailure f set sentence = x.s, remedy = x.r, mended_on = null,"
        " since = case when %s then %s else f.since end"
        " from unnest(%s::bigint[], %s::text[], %s::text[]) as x(id, s, r)"
        " where f.id = x.id and f.municipality_id = %s"
    )
    with connection.cursor() as cursor:
        for part in _parts(rows):
            columns: list[list[Any]] = [
                [key for key, _ in part],
                [words[0] for _, words in part],
                [words[1] for _, words in part],
            ]
            cursor.execute(statement, [reopened, run.on, *columns, run.municipality_id])


_Row = TypeVar("_Row")


def _parts(rows: list[_Row]) -> Iterable[list[_Row]]:
    return (rows[first : first + ROWS_AT_A_TIME] for first in range(0, len(rows), ROWS_AT_A_TIME))
