"""Choosing to share, and putting what is shared where others read it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.effects.figures.alike import shared_record
from brobygger.effects.models import SharedFigures, SharingChoice, StoredResult
from brobygger.effects.sharing import selectors
from brobygger.effects.sharing.process import process_in
from brobygger.values.period import Period

Subject = StoredResult.Subject


@transaction.atomic
def choose(*, is_on: bool, by: User, at: datetime) -> None:
    """From now the municipality shares, or no longer: then what it shared is gone at once. Raises NotAllowed."""
    require(by, Permission.SHARE_FIGURES)
    own = municipality_of(by)
    _lock(own)
    before = selectors.choice_of(own)
    if is_on == bool(before and before.is_on):
        return
    SharingChoice.objects.create(municipality_id=own, is_on=is_on, chosen_at=at, chosen_by=by)
    audit.record("effects.sharing_chosen", by=by, is_on=is_on)
    _share(own, at)


@transaction.atomic
def share_newest(*, municipality_id: int, at: datetime) -> None:
    """Others read the newest figures from now, where the municipality shares; the caller has set its context."""
    _lock(municipality_id)
    _share(municipality_id, at)


def _lock(municipality_id: int) -> None:
    """A run that ends while somebody stops sharing must not put the figures back."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('sharing'), %s)", [municipality_id])


def _share(municipality_id: int, at: datetime) -> None:
    SharedFigures.objects.filter(municipality_id=municipality_id).delete()
    choice, found = selectors.choice_of(municipality_id), selectors.newest_results(municipality_id)
    if choice is None or not choice.is_on or found is None:
        return
    run, stored = found
    status = stored[Subject.STATUS]
    assert status.starts_on and status.ends_before and run.data_until, (
        "A period has its days, and a run its data."
    )
    process = process_in(municipality_id, Period(status.starts_on, status.ends_before))
    SharedFigures.objects.create(
        municipality_id=municipality_id,
        starts_on=status.starts_on,
        ends_before=status.ends_before,
        horizon=status.payload["horizon"],
        data_until=run.data_until,
        code_version=run.code_version,
        shared_at=at,
        payload=shared_record(
            status.payload, stored[Subject.SUBGROUPS].payload, stored[Subject.DOSAGE].payload, process
        ),
    )
