"""What the registers told of the municipality's citizens.

* ``panels_of(user)`` / ``panels_in(municipality_id)`` → ``CitizenPanels``: ``weekly`` and ``branches`` as
  ``analysis.Panel`` (``branches`` None without any), ``citizens`` the primary key of each panel row, ``rows(pks)``
  back again, ``states()`` = ``analysis.labour_states``. One query. ``panels_in`` is for named jobs that have set
  their own context.
* ``panel_of(user)`` → the weekly panel alone; its ``ids`` are citizens' primary keys.
* ``benefits_in(municipality_id, citizens)`` → ``analysis.Panel`` of benefits the municipality paid.
* ``manual_statuses_in(municipality_id)`` → ``ManualStatuses``: citizen, day, status, as people noted them.
* ``imported_waves(user)``, ``imported_answers(user, wave)`` → answers to surveys made elsewhere.
* ``outside_totals(user, table)`` → ``analysis.OutsideTotals`` of the newest import, or None.
* ``newest(user, kind)`` → the ``RegisterImport`` with the newest data, or None.
* ``visible_to(user)``: the imports; ``files_waiting(user)``: the files on their way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, connections
from django.db.models import QuerySet

from brobygger import analysis
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.analysis.codes import BLANK, NOT_SEEN
from brobygger.analysis.outside_totals import period_of
from brobygger.mentorships.models import Mentorship
from brobygger.registers.models import (
    BenefitPayment,
    ImportedAnswer,
    Kind,
    OutsideTotal,
    RegisterImport,
    StatusSpell,
    WaitingFile,
)

READERS = (Permission.IMPORT_REGISTERS, Permission.SEE_EFFECTS)
"""The permissions of which one lets a person read what registers tell."""
STATUS_AFTER_CONCLUSION = {
    "ORDINARY_JOB": "job",
    "FLEX_JOB": "job",
    "EDUCATION": "education",
    "COMPANY_MEASURE": "benefit",
    "OTHER_MEASURE": "benefit",
}
CODE_BYTES = 8
_ROW = np.dtype([("citizen", ">i8"), ("start", ">i4"), ("stop", ">i4"), ("code", f"S{CODE_BYTES}")])
"""``start`` is twice the week, and one more for a branch."""
_SPELLS = """
select string_agg(
    int8send(citizen_id)
    || int4send((first_week - date '1991-08-05') / 7 * 2 + (source = 'BRANCHES')::int)
    || int4send((before_week - date '1991-08-05') / 7)
    || convert_to(rpad(code, 8), 'UTF8'), '')
  from registers_statusspell where municipality_id = %s and source in ('WEEKLY', 'BRANCHES')"""

Keys = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CitizenPanels:
    """The registers of the municipality's citizens: both panels number persons alike and carry their keys as ids."""

    weekly: analysis.Panel
    branches: analysis.Panel | None

    @property
    def citizens(self) -> Keys:
        """(persons,) the citizen's primary key of each panel row, ascending."""
        return np.asarray(self.weekly.ids, dtype=np.int64)

    def rows(self, citizens: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """The panel row of each citizen's primary key, -1 where no register tells of the citizen."""
        return self.weekly.find(np.asarray(citizens, dtype=np.int64))

    def states(self, codes: analysis.CodeList | None = None) -> analysis.Panel:
        """Benefit families, ``job`` and ``self_support`` by week; see ``analysis.labour_states``."""
        return analysis.labour_states(self.weekly, self.branches, codes)


@dataclass(frozen=True)
class ManualStatuses:
    """What people noted at follow-up: columns of equal length, by day."""

    citizen: Keys
    day: npt.NDArray[np.datetime64]
    status: npt.NDArray[np.str_]


def may_read(user: User) -> bool:
    """Whether the person may read what registers tell: staff with one of ``READERS``."""
    return user.kind == "staff" and any(map(user.may, READERS))


def visible_to(user: User) -> QuerySet[RegisterImport]:
    """The municipality's imports, newest first; nothing for those who may not read registers."""
    imports = RegisterImport.objects.filter(municipality_id=municipality_of(user))
    return imports.order_by("-imported_at", "-pk") if may_read(user) else imports.none()


def newest(user: User, kind: Kind | str) -> RegisterImport | None:
    """The import of a kind with the newest data."""
    return visible_to(user).filter(kind=kind).order_by("-data_as_of", "-imported_at", "-pk").first()


def files_waiting(user: User) -> QuerySet[WaitingFile]:
    """The municipality's files on their way in, for those who may import."""
    files = WaitingFile.objects.filter(municipality_id=municipality_of(user))
    return files.order_by("-uploaded_at", "-pk") if user.may(Permission.IMPORT_REGISTERS) else files.none()


def next_waiting(at: datetime, *, lease: timedelta, keep: timedelta) -> tuple[int, int] | None:
    """(municipality, file) of the next file the worker has something to do with.

    Asked by the owner's role, and only for keys: which municipality and file it is, nothing of what is in it.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select municipality_id, id from registers_waitingfile"
            " where (state in ('TO_LOOK_AT', 'TO_IMPORT') and (taken_at is null or taken_at < %s)) or uploaded_at < %s"
            " order by uploaded_at, id limit 1",
            [at - lease, at - keep],
        )
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None


def panel_of(user: User) -> analysis.Panel:
    """The weekly benefit codes of the municipality's citizens; ``ids`` are their primary keys."""
    return panels_of(user).weekly


def panels_of(user: User) -> CitizenPanels:
    """What the registers told of the municipality's citizens; empty panels for those who may not read registers."""
    return panels_in(municipality_of(user)) if may_read(user) else _panels(np.empty(0, _ROW))


def panels_in(municipality_id: int) -> CitizenPanels:
    """The same for a job that has set its own context. One query, whose answer numpy reads as it stands."""
    with connection.cursor() as cursor:
        cursor.execute(_SPELLS, [municipality_id])
        content = cursor.fetchone()[0]
    return _panels(np.frombuffer(bytes(content or b""), _ROW))


def _panels(rows: npt.NDArray[Any]) -> CitizenPanels:
    citizens = np.unique(rows["citizen"]).astype(np.int64)
    is_branch = (rows["start"] & 1).astype(bool)
    weekly, monthly = _panel(rows[~is_branch], citizens), rows[is_branch]
    return CitizenPanels(weekly, _panel(monthly, citizens) if len(monthly) else None)


def _panel(rows: npt.NDArray[Any], citizens: Keys) -> analysis.Panel:
    """Weeks no spell covers are ``?``; covered weeks with nothing in them are the gap."""
    person = np.searchsorted(citizens, rows["citizen"])
    start, stop = rows["start"].astype(np.int64) >> 1, rows["stop"].astype(np.int64)
    first, last = int(start.min(initial=1 << 30)), int(stop.max(initial=0))
    first = min(first, last)
    names, status = _codes(rows)
    dark = _not_covered(person, start, stop, len(citizens), first, last)
    return analysis.Panel.build(
        person=np.concatenate((person, dark[0])),
        start=np.concatenate((start, dark[1])),
        stop=np.concatenate((stop, dark[2])),
        status=np.concatenate((status, np.full(len(dark[0]), len(names)))),
        codes=(*names, NOT_SEEN),
        persons=len(citizens),
        first_week=first,
        stop_week=last,
        gap=BLANK,
        ids=citizens,
    ).trimmed()


def _codes(rows: npt.NDArray[Any]) -> tuple[list[str], Keys]:
    """The codes there are, and each row's place among them. Eight bytes sort faster as one number."""
    raw = np.ascontiguousarray(rows["code"]).view(np.uint64)
    numbers, status = np.unique(raw, return_inverse=True)
    texts = [text.decode("ascii").strip() for text in numbers.view(f"S{CODE_BYTES}").tolist()]
    return [text or BLANK for text in texts], status.astype(np.int64)


def _not_covered(
    person: Keys, start: Keys, stop: Keys, persons: int, first: int, last: int
) -> tuple[Keys, Keys, Keys]:
    """The stretches of the window ``[first, last)`` between the spells of each person, and around them."""
    everyone = np.arange(persons, dtype=np.int64)
    who = np.concatenate((person, everyone, everyone))
    begins = np.concatenate((start, np.full(persons, last), np.full(persons, first)))
    ends = np.concatenate((stop, np.full(persons, last), np.full(persons, first)))
    order = np.lexsort((ends, begins, who))
    who, begins, ends = who[order], begins[order], ends[order]
    open_ = (who[1:] == who[:-1]) & (begins[1:] > ends[:-1])
    return who[1:][open_], ends[:-1][open_], begins[1:][open_]


def benefits_in(
    municipality_id: int,
    citizens: npt.ArrayLike,
    *,
    names: dict[str, str] | None = None,
    first_week: int | None = None,
    stop_week: int | None = None,
) -> analysis.Panel:
    """Benefits paid to these citizens by week; see ``analysis.payments_to_panel``. A week without one is the gap."""
    found = BenefitPayment.objects.filter(municipality_id=municipality_id)
    rows = list(found.values_list("citizen_id", "benefit", "first_day", "last_day"))
    columns = {
        "person": np.array([row[0] for row in rows], dtype=np.int64),
        "benefit": np.array([row[1] for row in rows], dtype=np.str_),
        "first": np.array([row[2] for row in rows], dtype="datetime64[D]"),
        "last": np.array([row[3] for row in rows], dtype="datetime64[D]"),
    }
    paid = analysis.Rows(columns, np.arange(len(rows)).astype(np.str_), analysis.ImportReport("payments"))
    return analysis.payments_to_panel(
        paid,
        np.asarray(citizens, dtype=np.int64),
        names=names,
        first_week=first_week,
        stop_week=stop_week,
    )


def manual_statuses_in(municipality_id: int) -> ManualStatuses:
    """What people noted of the citizens, by day: at follow-up, in files, and in the conclusion of a mentorship.

    ``benefit`` is from sources that do not tell which benefit. A conclusion that tells no status is left out.
    """
    spells = StatusSpell.objects.filter(municipality_id=municipality_id, source=StatusSpell.Source.MANUAL)
    rows = list(spells.values_list("citizen_id", "noted_on", "code"))
    # Conclusions live in a higher package: only their columns are named.
    ended = Mentorship.objects.filter(
        municipality_id=municipality_id, conclusion__what_follows__in=STATUS_AFTER_CONCLUSION
    ).values_list("citizen_id", "conclusion__ended_on", "conclusion__what_follows")
    rows += [(citizen, day, STATUS_AFTER_CONCLUSION[follows]) for citizen, day, follows in ended]
    rows.sort(key=lambda row: (row[1], row[0]))
    return ManualStatuses(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype="datetime64[D]"),
        np.array([row[2] for row in rows], dtype=np.str_),
    )


def noted_for(user: User, citizen_id: int) -> list[StatusSpell]:
    """What people noted of one citizen, newest first; for staff who see cases."""
    if user.kind != "staff" or not user.may(Permission.SEE_CASES):
        return []
    noted = StatusSpell.objects.filter(
        municipality_id=municipality_of(user), citizen_id=citizen_id, source=StatusSpell.Source.MANUAL
    )
    return list(noted.order_by("-noted_on", "-pk"))


def imported_waves(user: User) -> list[int]:
    """How many months after the start the imported surveys asked, for those who may read registers."""
    return sorted(set(_answers(user).values_list("wave", flat=True)))


def imported_answers(user: User, wave: int) -> list[ImportedAnswer]:
    """The imported answers of one wave, by item."""
    return list(_answers(user).filter(wave=wave).order_by("item", "citizen_id", "party"))


def _answers(user: User) -> QuerySet[ImportedAnswer]:
    found = ImportedAnswer.objects.filter(municipality_id=municipality_of(user), wave__gte=0)
    return found if may_read(user) else found.none()


def outside_totals(user: User, table: str) -> analysis.OutsideTotals | None:
    """Statistics Denmark's table (AUH03 or AUK03) as it stood in the newest import; None without one."""
    imports = visible_to(user).filter(kind=Kind.OUTSIDE_TOTALS, detail__table=table)
    latest = imports.order_by("-data_as_of", "-imported_at", "-pk").first()
    return _totals(latest, table) if latest else None


def _totals(latest: RegisterImport, table: str) -> analysis.OutsideTotals:
    rows = tuple(_total(row) for row in latest.totals.order_by("line", "pk"))
    report = analysis.ImportReport("outside_totals", kept=latest.rows_kept, bad=latest.rows_bad)
    dimensions = tuple(rows[0].labels) if rows else ()
    return analysis.OutsideTotals(
        "AUH03" if table == "AUH03" else "AUK03",
        str(latest.detail.get("title", "")),
        latest.data_as_of,
        dimensions,
        rows,
        report,
    )


def _total(row: OutsideTotal) -> analysis.OutsideTotal:
    period = period_of(row.period)
    assert period is not None, "an import keeps only periods that can be read"
    return analysis.OutsideTotal(
        dict(row.labels), row.period, period, row.value, row.is_provisional, row.line
    )
