"""Takes in the invoices of a folder. Each file ends in ``modtaget`` or ``afvist``, also when the program is killed.

A file is received in one transaction and moved afterwards. Killed in between, it is met again, known by its content,
and only moved. A refused file gets a text beside it that says why.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from brobygger import einvoice
from brobygger.accounts.errors import Refused
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.einvoice import safe_xml
from brobygger.payments import selectors
from brobygger.payments.intake.sender import Sender
from brobygger.payments.models import Invoice
from brobygger.payments.services.receiving import receive_from

DONE, REFUSED = "modtaget", "afvist"
_LOCK = ".brobygger-lock"


class FolderBusy(RuntimeError):
    """Another run works in the folder."""


@dataclass(frozen=True)
class Taken:
    """A file and what came of it: the invoice's number and state, or why it was refused."""

    name: str
    is_received: bool
    sentence: str


def take_in(folder: Path, sender: Sender, clock: Callable[[], datetime]) -> Iterator[Taken]:
    """Each file of the folder in the order of the names. Raises FolderBusy, and OSError for a folder that is none."""
    with _alone(folder):
        sender = with_book(sender)
        for path in waiting(folder):
            yield take_one(path, sender, clock())


def with_book(sender: Sender) -> Sender:
    """The same sender, who has looked up once what every invoice asks."""
    with acting(system_actor(sender.municipality_id)):
        return replace(sender, book=selectors.book_of(sender.reader))


def waiting(folder: Path) -> list[Path]:
    """Ordinary files that end in .xml, by name; links are left, so that nothing outside the folder is read."""
    found = (Path(each.path) for each in os.scandir(folder) if each.is_file(follow_symlinks=False))
    return sorted(path for path in found if path.suffix.lower() == ".xml" and not path.name.startswith("."))


def take_one(path: Path, sender: Sender, at: datetime) -> Taken:
    """Receives one file and moves it."""
    try:
        data = safe_xml.read_bytes(path)
        taken = _receive(path.name, data, sender, at)
    except einvoice.Refused as refusal:
        taken = Taken(path.name, False, refusal.sentence_da)
    except Refused as refusal:
        taken = Taken(path.name, False, f"{refusal.message} {refusal.remedy}".strip())
    _move(path, DONE if taken.is_received else REFUSED, taken)
    return taken


def _receive(name: str, data: bytes, sender: Sender, at: datetime) -> Taken:
    with acting(system_actor(sender.municipality_id)):
        if known := _known(data, sender):
            return Taken(name, True, _told(known))
        return Taken(name, True, _told(receive_from(data=data, sender=sender, at=at)))


def _known(data: bytes, sender: Sender) -> Invoice | None:
    """The invoice that this very file became, if it has come before."""
    rows = Invoice.objects.filter(
        municipality_id=sender.municipality_id,
        channel=Invoice.Channel.FOLDER,
        sha256=hashlib.sha256(data).digest(),
    )
    return rows.defer("content").first()


def _told(invoice: Invoice) -> str:
    return f"{invoice.get_kind_display()} {invoice.number}: {invoice.get_state_display()}"


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
