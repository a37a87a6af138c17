"""Registers on their way in: received, looked at, imported, and let go of. And what a person notes of a citizen.

A file with CPR numbers lies encrypted while it waits, for a day at most. It is opened in a folder of its own that is
gone when the reading is over; only the worker and the command line read large files.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brobygger import analysis
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, actor_of, system_actor
from brobygger.analysis.register_files import READERS, TEXT_FILES, digest_of
from brobygger.analysis.register_progress import Progress, part_of, silent
from brobygger.analysis.registers import unknown_codes
from brobygger.analysis.weeks import monday, week_of
from brobygger.audit import services as audit
from brobygger.mentorships.models import Mentorship
from brobygger.people import vault
from brobygger.registers import selectors, storing
from brobygger.registers.matching import Matched, match
from brobygger.registers.models import (
    Kind,
    ManualStatus,
    RegisterImport,
    StatusSpell,
    WaitingFile,
    WaitingPiece,
)
from brobygger.registers.overlap import spells_of
from brobygger.registers.progress import Teller
from brobygger.registers.reading import Found, read
from brobygger.review.intake.cells import without_cpr

MOST_BYTES = 2_000_000_000
AT_ONCE_BYTES = 3_000_000
"""Files up to this size are read while the page waits; the worker reads the others."""
PIECE_BYTES = 4_000_000
WAITS = timedelta(days=1)
LEASE = timedelta(minutes=30)
"""After so long a file that was taken is taken to have been dropped."""
LIFETIME_SECONDS = 3600
JOB = "Registerimport"
SUFFIXES = frozenset({".parquet", *TEXT_FILES, *READERS})

State, Step = WaitingFile.State, WaitingFile.Step
Say = Callable[[str, float], None]
"""Told which step is under way and which share of it is done."""


def tell_nobody(step: str, share: float) -> None:
    """Where nobody waits to hear how far it is."""


@dataclass(frozen=True)
class Looked:
    """What an import of the file would do: figures, bad rows, unknown codes and sentences, without personal data."""

    figures: dict[str, int]
    bad_rows: list[dict[str, Any]]
    unknown_codes: dict[str, int]
    notes: list[str]
    weeks: list[str]

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.figures,
            "bad_rows": self.bad_rows,
            "unknown_codes": self.unknown_codes,
            "notes": self.notes,
            "weeks": self.weeks,
        }


def receive(
    *,
    pieces: Iterable[bytes],
    size: int,
    name: str,
    kind: str,
    table: str,
    data_as_of: date,
    by: User,
    at: datetime,
    on: date,
) -> WaitingFile:
    """Takes a file in, encrypted. Raises Refused for one that is too large, empty, unreadable or known, NotAllowed."""
    require(by, Permission.IMPORT_REGISTERS)
    _check(name, size, kind, table, data_as_of, on)
    with transaction.atomic():
        waiting = WaitingFile.objects.create(
            municipality_id=municipality_of(by),
            kind=kind,
            table=table if kind == Kind.OUTSIDE_TOTALS else "",
            file_name=_plain_name(name),
            size=size,
            sha256=_placeholder(name, at),
            data_as_of=data_as_of,
            uploaded_by=by,
            uploaded_at=at,
        )
        digest = _keep_pieces(waiting, pieces)
        _refuse_known(waiting.municipality_id, kind, digest)
        _forget_same(waiting, digest)
        waiting.sha256 = digest
        waiting.save(update_fields=["sha256"])
        audit.record("register.received", by=by, subject=waiting, kind=kind, size=size)
    return waiting


def look(*, waiting: WaitingFile, by: User, at: datetime) -> WaitingFile:
    """Reads a small file at once, so that the page can show what an import would do."""
    require(by, Permission.IMPORT_REGISTERS)
    _at_once(waiting, at)
    return waiting


def approve(*, waiting: WaitingFile, by: User, at: datetime) -> RegisterImport | None:
    """Imports a file that has been looked at: a small one now, a large one by the worker (then None).

    Raises Refused when it has not been looked at or cannot be imported, and NotAllowed.
    """
    require(by, Permission.IMPORT_REGISTERS)
    moved = WaitingFile.objects.filter(pk=waiting.pk, state=State.LOOKED_AT).update(
        state=State.TO_IMPORT, step=Step.WAITING, percent=0, taken_at=None, uploaded_by=by
    )
    if not moved:
        raise Refused(_("Filen er ikke klar til import. Se, hvor langt den er."))
    waiting.refresh_from_db()
    if waiting.size > AT_ONCE_BYTES:
        return None
    return _at_once(waiting, at)


def discard(*, waiting: WaitingFile, by: User) -> None:
    """Lets go of a file that is not to be imported."""
    require(by, Permission.IMPORT_REGISTERS)
    with transaction.atomic():
        audit.record("register.discarded", by=by, subject=waiting, kind=waiting.kind)
        waiting.delete()


def import_path(
    *,
    path: Path,
    kind: str,
    table: str = "",
    data_as_of: date,
    by: User,
    at: datetime,
    on: date,
    say: Say = tell_nobody,
) -> RegisterImport:
    """Imports a file where it lies, for the command line; ``say`` is told how far. Raises Refused and NotAllowed."""
    require(by, Permission.IMPORT_REGISTERS)
    if not path.is_file():
        raise Refused(_("Filen findes ikke."), field="file")
    _check(path.name, path.stat().st_size, kind, table, data_as_of, on)
    digest = digest_of(path)
    with acting(actor_of(by), lifetime=LIFETIME_SECONDS):
        _refuse_known(municipality_of(by), kind, digest)
    say(Step.READING, 0.0)
    found = read(path, kind, as_of=data_as_of, table=table, progress=_step(say, Step.READING))
    with acting(actor_of(by), lifetime=LIFETIME_SECONDS):
        draft = RegisterImport(
            municipality_id=municipality_of(by),
            kind=kind,
            file_name=_plain_name(path.name),
            sha256=digest,
            data_as_of=data_as_of,
            imported_by=by,
            imported_at=at,
        )
        return _keep(found, draft, by, say)


def work_next(*, at: datetime) -> WaitingFile | None:
    """The worker's duty: one file that waits, in whichever municipality; files nobody wanted for a day are let go."""
    due = selectors.next_waiting(at, lease=LEASE, keep=WAITS)
    if due is None:
        return None
    municipality_id, pk = due
    with acting(system_actor(municipality_id)):
        waiting = WaitingFile.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if waiting is None:
            return None
        if waiting.uploaded_at < at - WAITS:
            audit.record("register.expired", by=audit.NamedJob(JOB, municipality_id), subject=waiting)
            waiting.delete()
            return None
        waiting.taken_at, waiting.percent = at, 0
        waiting.save(update_fields=["taken_at", "percent"])
    with Teller(waiting, at) as say:
        _carry_on(waiting, at, say)
    return waiting


def note_status(
    *, mentorship: Mentorship, status: str, day: date, by: User, at: datetime, on: date
) -> StatusSpell:
    """Notes what the citizen does on a day at or after the mentorship's start. A later note of the week replaces it.

    Raises Refused for a day to come or before the mentorship, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    if status not in ManualStatus.values or status == ManualStatus.BENEFIT:
        raise Refused(_("Vælg, hvad borgeren laver nu."), field="status")
    if day > on or (mentorship.starts_on and day < mentorship.starts_on):
        raise Refused(_("Vælg en dag fra forløbets begyndelse til og med i dag."), field="day")
    week = monday(week_of(day))
    with transaction.atomic():
        spell, _made = StatusSpell.objects.update_or_create(
            municipality_id=mentorship.municipality_id,
            citizen_id=mentorship.citizen_id,
            source=StatusSpell.Source.MANUAL,
            first_week=week,
            defaults={
                "before_week": week + timedelta(days=7),
                "code": status,
                "noted_on": day,
                "came_with": None,
            },
        )
        audit.record("register.status_noted", by=by, subject=mentorship, status=status, day=day)
    return spell


def _check(name: str, size: int, kind: str, table: str, data_as_of: date, on: date) -> None:
    if kind not in Kind.values:
        raise Refused(_("Vælg, hvad filen er."), field="kind")
    if kind == Kind.OUTSIDE_TOTALS and table not in ("AUH03", "AUK03"):
        raise Refused(_("Vælg, om tabellen er AUH03 eller AUK03."), field="table")
    if Path(name).suffix.lower() not in SUFFIXES:
        raise Refused(
            _("Filens type kan ikke læses. Brug CSV, Parquet, SAS (.sas7bdat, .xpt) eller SPSS (.sav)."),
            field="file",
        )
    if not size:
        raise Refused(_("Filen er tom."), field="file")
    if size > MOST_BYTES:
        raise Refused(
            _("Filen er for stor til at sende herfra. Bed driften om at importere den fra kommandolinjen."),
            field="file",
        )
    if data_as_of > on:
        raise Refused(_("Dagen kan ikke ligge i fremtiden."), field="data_as_of")


def _plain_name(name: str) -> str:
    """The name without folders and without a CPR number somebody put in it."""
    bare = re.split(r"[\\/]", name)[-1]
    return without_cpr(bare)[:200]


def _placeholder(name: str, at: datetime) -> str:
    """What stands as digest until the content has been taken in; equal to no real one that waits."""
    return hashlib.sha256(f"{name} {at.isoformat()}".encode()).hexdigest()


def _keep_pieces(waiting: WaitingFile, pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for number, piece in enumerate(_evenly(pieces)):
        digest.update(piece)
        WaitingPiece.objects.create(
            municipality_id=waiting.municipality_id,
            file=waiting,
            number=number,
            ciphertext=vault.seal(piece, _place(waiting, number)),
        )
    return digest.hexdigest()


def _evenly(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES])
            del held[:PIECE_BYTES]
    if held:
        yield bytes(held)


def _place(waiting: WaitingFile, number: int) -> str:
    return f"register:{waiting.public_id}:{number}"


def _refuse_known(municipality_id: int, kind: str, digest: str) -> None:
    known = RegisterImport.objects.filter(municipality_id=municipality_id, kind=kind, sha256=digest).first()
    if known:
        day = f"{known.imported_at:%d.%m.%Y}"
        raise Refused(
            _("Filen er importeret før, den %(day)s. Den importeres ikke igen.") % {"day": day}, field="file"
        )


def _forget_same(waiting: WaitingFile, digest: str) -> None:
    """The same file sent again takes the place of the one that waited, unless that one is being imported."""
    same = WaitingFile.objects.filter(
        municipality_id=waiting.municipality_id, kind=waiting.kind, sha256=digest
    ).exclude(pk=waiting.pk)
    if same.filter(state=State.TO_IMPORT).exists():
        raise Refused(_("Filen er ved at blive importeret."), field="file")
    same.delete()


def _at_once(waiting: WaitingFile, at: datetime) -> RegisterImport | None:
    """Reads the file and does what it waits for, in the caller's transaction."""
    try:
        with tempfile.TemporaryDirectory(prefix="brobygger-") as folder, transaction.atomic():
            found = _read(waiting, _unpacked(waiting, Path(folder)))
            return _settle(waiting, found, at)
    except Refused as refusal:
        _fail(waiting, refusal)
        return None


def _carry_on(waiting: WaitingFile, at: datetime, say: Say) -> None:
    """The same for the worker, who tells how far it is: reading holds no transaction, and saving is one."""
    actor = system_actor(waiting.municipality_id)
    try:
        with tempfile.TemporaryDirectory(prefix="brobygger-") as folder:
            say(Step.READING, 0.0)
            with acting(actor, lifetime=LIFETIME_SECONDS):
                path = _unpacked(waiting, Path(folder))
            found = _read(waiting, path, _step(say, Step.READING))
        with acting(actor, lifetime=LIFETIME_SECONDS):
            _settle(waiting, found, at, say)
    except Refused as refusal:
        with acting(actor):
            _fail(waiting, refusal)


def _step(say: Say, step: str) -> Progress:
    """Tells the shares of one step."""
    return lambda share: say(step, share)


def _unpacked(waiting: WaitingFile, folder: Path) -> Path:
    """The file in the clear, in a folder only this process reads and that is gone when the reading is over."""
    path = folder / f"fil{Path(waiting.file_name).suffix.lower()}"
    with path.open("wb") as file:
        for piece in waiting.pieces.order_by("number").iterator(chunk_size=1):
            file.write(vault.unseal(bytes(piece.ciphertext), _place(waiting, piece.number)))
    return path


def _read(waiting: WaitingFile, path: Path, progress: Progress = silent) -> Found:
    return read(path, waiting.kind, as_of=waiting.data_as_of, table=waiting.table, progress=progress)


def _settle(
    waiting: WaitingFile, found: Found, at: datetime, say: Say = tell_nobody
) -> RegisterImport | None:
    """What an import would do, kept for the page; or the import itself, where somebody has said so."""
    if waiting.state == State.TO_LOOK_AT:
        matched = match(found.persons, waiting.municipality_id, _step(say, Step.MATCHING))
        looked = _looked_at(found, matched)
        waiting.state, waiting.found, waiting.trouble = State.LOOKED_AT, looked.as_dict(), ""
        waiting.step, waiting.taken_at = Step.WAITING, None
        waiting.save(update_fields=["state", "found", "trouble", "step", "taken_at"])
        return None
    draft = RegisterImport(
        public_id=waiting.public_id,  # so that the file's page leads on to the report
        municipality_id=waiting.municipality_id,
        kind=waiting.kind,
        file_name=waiting.file_name,
        sha256=waiting.sha256,
        data_as_of=waiting.data_as_of,
        imported_by=waiting.uploaded_by,
        imported_at=at,
    )
    kept = _keep(found, draft, waiting.uploaded_by, say)
    waiting.delete()
    return kept


def _fail(waiting: WaitingFile, refusal: Refused) -> None:
    waiting.state, waiting.trouble = State.FAILED, refusal.message[:400]
    waiting.step, waiting.taken_at = Step.WAITING, None
    waiting.save(update_fields=["state", "trouble", "step", "taken_at"])


def _looked_at(found: Found, matched: Matched) -> Looked:
    rows, citizens = matched.first_of_each()
    is_wide = found.registers is not None
    known = len(rows) if is_wide else int(matched.known.sum())
    kept = len(found.totals.rows) if found.totals is not None else known
    figures = {
        "rows_read": found.read,
        "rows_kept": kept,
        "rows_bad": found.bad,
        "rows_unknown": matched.unknown_rows,
        "rows_repeated": found.repeated + (int(matched.known.sum()) - len(rows) if is_wide else 0),
        "citizens": len(citizens),
    }
    return Looked(figures, found.bad_rows, _unknown_codes(found, rows), found.notes, _weeks(found))


def _unknown_codes(found: Found, rows: Any) -> dict[str, int]:
    """Codes in no list → weeks of the citizens that are kept."""
    if found.registers is None or found.kind == Kind.BRANCHES:
        return {}
    unknown = unknown_codes(found.registers.weekly.only(rows), analysis.dream_codes())
    return {each.code: each.weeks for each in unknown}


def _weeks(found: Found) -> list[str]:
    """The first week the file covers and the last, for example 2024-W01."""
    if found.registers is None:
        return []
    panel = found.registers.weekly
    if found.kind == Kind.BRANCHES and found.registers.branches is not None:
        panel = found.registers.branches
    return [analysis.iso_label(panel.first_week), analysis.iso_label(panel.stop_week - 1)]


def _keep(found: Found, draft: RegisterImport, by: User, say: Say) -> RegisterImport:
    """Rows into the tables and the report beside them, or nothing of it.

    Raises Refused where the file is known, and where no row can be used: then it may come again when one can.
    """
    storing.lock(draft.municipality_id)
    say(Step.MATCHING, 0.0)
    matched = match(found.persons, draft.municipality_id, _step(say, Step.MATCHING))
    looked = _looked_at(found, matched)
    if not looked.figures["rows_kept"]:
        raise Refused(
            _(
                "Ingen rækker i filen kan bruges. Enten handler de om personer, kommunen ikke kender, "
                "eller også er der fejl i dem."
            ),
            field="file",
        )
    for name in ("rows_read", "rows_kept", "rows_bad", "rows_unknown", "rows_repeated"):
        setattr(draft, name, looked.figures[name])
    draft.bad_rows, draft.unknown_codes = looked.bad_rows, looked.unknown_codes
    draft.detail = {"notes": looked.notes, "weeks": looked.weeks, "citizens": looked.figures["citizens"]}
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("Filen er importeret før. Den importeres ikke igen."), field="file") from None
    say(Step.SAVING, 0.0)
    _store(found, matched, draft, _step(say, Step.SAVING))
    say(Step.SAVING, 1.0)
    draft.save(update_fields=["detail", "rows_kept", "rows_repeated"])
    audit.record(
        "register.imported",
        by=by,
        subject=draft,
        kind=draft.kind,
        read=draft.rows_read,
        kept=draft.rows_kept,
        bad=draft.rows_bad,
        unknown=draft.rows_unknown,
    )
    return draft


def _store(found: Found, matched: Matched, kept: RegisterImport, say: Progress) -> None:
    if found.registers is not None:
        _store_weeks(found.registers, found.kind, matched, kept, say)
    elif found.totals is not None:
        storing.keep_totals(found.totals, kept)
        kept.detail |= {"table": found.totals.table, "title": found.totals.title}
    elif found.rows is not None:
        keep: dict[str, Callable[..., int]] = {
            Kind.PAYMENTS: storing.keep_payments,
            Kind.MANUAL_STATUS: storing.keep_statuses,
            Kind.SURVEY: storing.keep_answers,
        }
        rows = np.flatnonzero(matched.known)
        new = keep[found.kind](matched.citizen[rows], found.rows, rows, kept, say)
        kept.rows_repeated += len(rows) - new
        kept.rows_kept = new


def _store_weeks(
    registers: analysis.Registers, kind: str, matched: Matched, kept: RegisterImport, say: Progress
) -> None:
    rows, citizens = matched.first_of_each()
    if not len(rows):
        return
    wanted = [(StatusSpell.Source.BRANCHES, registers.branches)]
    if kind == Kind.WEEKLY:
        wanted.append((StatusSpell.Source.WEEKLY, registers.weekly))
    panels = [(source, panel) for source, panel in wanted if panel is not None]
    for number, (source, panel) in enumerate(panels):
        spells = spells_of(panel, rows, citizens, kept.pk)
        mine = part_of(say, number / len(panels), (number + 1) / len(panels))
        kept.detail[source.value.lower()] = storing.keep_spells(spells, source.value, kept, mine)
