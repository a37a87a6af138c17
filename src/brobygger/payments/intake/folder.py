"""Takes in the invoices of a folder. Each file ends in ``modtaget`` or ``afvist``, also when the program is killed.

Files are received some at a time in one transaction and moved afterwards. Killed before the transaction has ended,
nothing of them is kept and they are met again; killed after it, they are known by their content and only moved. A
refused file gets a text beside it that says why.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError, connection

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.einvoice import safe_xml
from brobygger.payments import selectors
from brobygger.payments.intake.checking import packages_in_use
from brobygger.payments.intake.sender import Sender
from brobygger.payments.models import Invoice
from brobygger.payments.services.receiving import receive_from, receive_together

DONE, REFUSED = "modtaget", "afvist"
MOST_TOGETHER = 50
MOST_BYTES_TOGETHER = 8 * safe_xml.MEGABYTE
_LOCK = ".brobygger-lock"


class FolderBusy(RuntimeError):
    """Another run works in the folder."""


@dataclass(frozen=True)
class Taken:
    """A file and what came of it: the invoice's number and state, or why it was refused."""

    name: str
    is_received: bool
    sentence: str


Outcome = Invoice | Refused
"""What came of a file: an invoice, also one that was turned away, or why there is none."""


def take_in(folder: Path, sender: Sender, clock: Callable[[], datetime]) -> Iterator[Taken]:
    """Each file of the folder in the order of the names. Raises FolderBusy, and OSError for a folder that is none."""
    with _alone(folder):
        sender = with_book(sender)
        for paths in _parts(waiting(folder)):
            yield from take(paths, sender, clock())


def _parts(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """The files in parts that memory and the time of a transaction can bear."""
    part: list[Path] = []
    size = 0
    for path in paths:
        length = path.stat().st_size
        if part and (len(part) == MOST_TOGETHER or size + length > MOST_BYTES_TOGETHER):
            yield part
            part, size = [], 0
        part.append(path)
        size += length
    if part:
        yield part


def with_book(sender: Sender) -> Sender:
    """The same sender, who has looked up once what every invoice asks."""
    with acting(system_actor(sender.municipality_id)):
        return replace(sender, book=selectors.book_of(sender.reader))


def waiting(folder: Path) -> list[Path]:
    """Ordinary files that end in .xml, by name; links are left, so that nothing outside the folder is read."""
    found = (Path(each.path) for each in os.scandir(folder) if each.is_file(follow_symlinks=False))
    return sorted(path for path in found if path.suffix.lower() == ".xml" and not path.name.startswith("."))


def take(paths: Sequence[Path], sender: Sender, at: datetime) -> Iterator[Taken]:
    """Receives the files, and then moves each of them."""
    read = {path: _read(path) for path in paths}
    files = {path: data for path, data in read.items() if isinstance(data, bytes)}
    found = {**read, **_receive(files, sender, at)}
    for path in paths:
        outcome = found[path]
        assert not isinstance(outcome, bytes)
        taken = Taken(path.name, isinstance(outcome, Invoice), _told(outcome))
        _move(path, DONE if taken.is_received else REFUSED, taken)
        yield taken


def _read(path: Path) -> bytes | Refused:
    try:
        return safe_xml.read_bytes(path)
    except einvoice.Refused as refusal:
        return Refused(refusal.sentence_da)


def _receive(files: Mapping[Path, bytes], sender: Sender, at: datetime) -> dict[Path, Outcome]:
    """Together where it can be done, and the rest one by one, so that a file that fails takes no other with it."""
    found: dict[Path, Outcome] = {}
    try:
        found.update(_together(files, sender, at))
    except DatabaseError:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
    for path, data in files.items():
        if path not in found:
            found[path] = _alone_in_transaction(data, sender, at)
    return found


def _together(files: Mapping[Path, bytes], sender: Sender, at: datetime) -> dict[Path, Outcome]:
    """What came of those that could be received in one transaction."""
    with acting(system_actor(sender.municipality_id)):
        if packages_in_use(sender.reader):
            return {}  # running the official rules takes too long to hold a transaction open for many
        known = _known(files.values(), sender)
        found: dict[Path, Outcome] = {
            path: known[digest] for path, data in files.items() if (digest := _digest(data)) in known
        }
        new = [path for path in files if path not in found]
        made = receive_together(files=[files[path] for path in new], sender=sender, at=at)
        return found | {path: each for path, each in zip(new, made, strict=True) if each is not None}


def _alone_in_transaction(data: bytes, sender: Sender, at: datetime) -> Outcome:
    try:
        with acting(system_actor(sender.municipality_id)):
            if known := _known([data], sender):
                return known[_digest(data)]
            return receive_from(data=data, sender=sender, at=at)
    except Refused as refusal:
        return refusal


def _known(files: Iterable[bytes], sender: Sender) -> dict[bytes, Invoice]:
    """The invoices that these very files became, if they have come before, by what is in them."""
    rows = Invoice.objects.filter(
        municipality_id=sender.municipality_id,
        channel=Invoice.Channel.FOLDER,
        sha256__in=[_digest(data) for data in files],
    )
    return {bytes(each.sha256): each for each in rows.defer("content")}


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _told(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return f"{outcome.message} {outcome.remedy}".strip()
    return f"{outcome.get_kind_display()} {outcome.number}: {outcome.get_state_display()}"


def _move(path: Path, into: str, taken: Taken) -> None:
    """The reason is there before the file is moved, and the file is never in two places."""
    target = path.parent / into
    target.mkdir(exist_ok=True)
    name = _free_name(target, path)
    if into == REFUSED:
        reason = target / f"{name}.txt"
        draft = target / f".{name}.txt"
        draft.write_text(f"{taken.sentence}\n", encoding="utf-8")
        draft.replace(reason)
    path.rename(target / name)


def _free_name(target: Path, path: Path) -> str:
    name, number = path.name, 1
    while (target / name).exists():
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    return name


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One run at a time; the lock goes with the process, however it ends."""
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderBusy from None
        yield
