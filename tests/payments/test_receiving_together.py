"""Many invoices at once: the same comes of each as alone, nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from brobygger.accounts import tenancy
from brobygger.audit.models import Event
from brobygger.einvoice.sample import SampleParty
from brobygger.mentorships.models import Mentorship
from brobygger.payments import selectors
from brobygger.payments.guessing import Candidate
from brobygger.payments.intake import folder
from brobygger.payments.intake.models import SupplierAnswer
from brobygger.payments.intake.sender import Sender, clerk
from brobygger.payments.ledger import selectors as books
from brobygger.payments.ledger.models import LedgerBalance
from brobygger.payments.models import Invoice, InvoiceLine
from brobygger.payments.services import receiving
from tests.cast import Cast, make_cast
from tests.factories.invoices import (
    RECEIVED,
    credit_note,
    file_of,
    hours,
    make_contact,
    pay,
    receive,
)
from tests.factories.mentorships import make_active
from tests.factories.people import make_citizen, make_organisation
from tests.journeys.serving import clean_environment
from tests.journeys.visitor import ROOT
from tests.payments.crash_run import BEFORE_MOVING, IN_TRANSACTION, TAKEN

OTHER = SampleParty("Mentorhuset", "87654338")
NUMBERS = ("F-1", "F-2", "F-3", "F-4")


def finns(cast: Cast) -> Sender:
    return clerk(cast.finn, Invoice.Channel.FOLDER)


def take_in(inbox: Path, sender: Sender) -> dict[str, bool]:
    return {each.name: each.is_received for each in folder.take_in(inbox, sender, lambda: RECEIVED)}


def fill(inbox: Path, files: dict[str, bytes]) -> Path:
    inbox.mkdir(exist_ok=True)
    for name, data in files.items():
        (inbox / name).write_bytes(data)
    return inbox


# The same as alone


def a_bit_of_everything(cast: Cast, case: Mentorship) -> dict[str, bytes]:
    """Files of two suppliers: with number, without, wrong in every way, twice the same, a credit note."""
    pay(cast, receive(cast, hours(case, 60), number="F-0"))
    theirs = make_active(cast, citizen=make_citizen(cast, name="Olga Olsen"))
    assert theirs.mentor
    theirs.organisation = theirs.mentor.organisation = make_organisation(cast, name=OTHER.name, cvr=OTHER.cvr)
    theirs.mentor.save()
    theirs.save()
    make_contact(cast, theirs, 90, day=date(2026, 11, 17))
    both = hours(case, 60), hours(None, 240, text="Uden navn")
    plain = file_of(cast, *both, number="F-1")
    return {
        "01.xml": plain,
        "02.xml": file_of(cast, hours(None, 90, text="Timer O.O."), number="M-1", supplier=OTHER),
        "03.xml": file_of(cast, hours(None, 60, text="Timer S.A."), number="F-2"),
        "04.xml": file_of(cast, hours(theirs, 90), number="F-3"),
        "05.xml": file_of(cast, hours(case, 60, 251), number="F-4"),
        "06.xml": file_of(cast, hours(case), number="F-5").replace(b">312.50<", b">412.50<"),
        "07.xml": file_of(
            cast, hours(case), number="F-6", customer=SampleParty("Fjernby", "", "5798000416604")
        ),
        "08.xml": credit_note(cast, hours(case, 30), credits="F-0"),
        "09.xml": credit_note(cast, hours(case, 30), number="K-2", credits="F-1"),
        "10.xml": file_of(cast, *both, number="f-1", contact="En anden"),
        "11.xml": plain,
        "12.xml": b"%PDF-1.7",
        "13.xml": file_of(cast, hours(theirs, 90), number="F-1", supplier=OTHER),
        "14.xml": file_of(cast, hours(None, 90, text="Timer O.O."), number="F-8"),
    }


def all_there_is() -> dict[str, Any]:
    """Every invoice with its lines, answers, balances and event, without the keys."""
    lines = InvoiceLine.objects.order_by("invoice__supplier_cvr", "invoice__number", "position")
    names = {
        str(line.pk): f"{line.invoice.number}/{line.position}" for line in lines.select_related("invoice")
    }
    fields = "kind", "number", "supplier_cvr", "state", "channel", "payable", "remarks", "credited_number"
    told = (
        "invoice__number", "position", "state", "mentorship", "suggested", "matched_by", "reason_code", "reason",
        "covered_minutes", "decided_at",
    )  # fmt: skip
    held = LedgerBalance.objects.values_list("account", "key", "amount")
    return {
        "invoices": list(Invoice.objects.order_by("supplier_cvr", "number", "kind").values_list(*fields)),
        "lines": list(lines.values_list(*told)),
        "answers": sorted(SupplierAnswer.objects.values_list("invoice__number", "number", "text")),
        "balances": sorted((account, names.get(key, key), amount) for account, key, amount in held),
        "events": sorted(
            (each.action, json.dumps(each.detail))
            for each in Event.objects.filter(action__in=["invoice.received", "invoice.rejected"])
        ),
    }


def came_of(cast: Cast, inbox: Path, most: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What there is after a run that takes so many files together, undone again."""
    with transaction.atomic():
        sid = transaction.savepoint()
        monkeypatch.setattr(folder, "MOST_TOGETHER", most)
        outcome: dict[str, Any] = {"files": take_in(inbox, finns(cast)), **all_there_is()}
        assert books.faults(cast.finn) == []
        transaction.savepoint_rollback(sid)
    return outcome


def test_the_same_comes_of_many_as_of_each_alone(
    cast: Cast, case: Mentorship, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = a_bit_of_everything(cast, case)
    alone = came_of(cast, fill(tmp_path / "alone", files), 1, monkeypatch)
    together = came_of(cast, fill(tmp_path / "together", files), 50, monkeypatch)
    assert together == alone
    assert {name for name, is_received in alone["files"].items() if not is_received} == {"10.xml", "12.xml"}
    states = {(number, position): state for number, position, state, *_rest in alone["lines"]}
    assert states[("M-1", 0)] == states[("F-1", 0)] == InvoiceLine.State.PAYABLE
    assert len(alone["invoices"]) == 12


def test_hours_that_one_may_not_see_are_found(
    cast: Cast, case: Mentorship, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: were a supplier's invoice held against all hours that were asked for, it would be seen."""
    files = a_bit_of_everything(cast, case)
    alone = came_of(cast, fill(tmp_path / "alone", files), 1, monkeypatch)
    monkeypatch.setattr(
        selectors,
        "_candidates",
        lambda _asked, names, known: [
            Candidate(key, *names[key], tuple(each.hours for each in rows))
            for key, rows in sorted(known.items())
        ],
    )
    together = came_of(cast, fill(tmp_path / "together", files), 50, monkeypatch)
    assert together != alone


def test_the_number_of_questions_is_the_same_for_two_and_many(
    cast: Cast, case: Mentorship, tmp_path: Path
) -> None:
    def asked(name: str, numbers: range) -> int:
        files = {
            f"{number}.xml": file_of(cast, hours(case), hours(None, 30), number=f"F-{number}")
            for number in numbers
        }
        inbox = fill(tmp_path / name, files)
        with CaptureQueriesContext(connection) as seen:
            assert all(take_in(inbox, finns(cast)).values())
        return len(seen)

    assert asked("few", range(10, 12)) == asked("many", range(20, 32)) < 35


def test_one_that_fails_takes_no_other_with_it(
    cast: Cast, case: Mentorship, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database says no to all of them together; one by one they all come in."""
    files = {f"{number}.xml": file_of(cast, hours(case), number=number) for number in NUMBERS}
    inbox = fill(tmp_path / "inbox", files)
    alone = receiving._write

    def write(drafts: list[Any], sender: Sender, at: Any) -> None:
        alone(drafts, sender, at)
        if len(drafts) > 1:
            raise DatabaseError

    monkeypatch.setattr(receiving, "_write", write)
    assert all(take_in(inbox, finns(cast)).values())
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(NUMBERS)


def test_large_files_are_taken_fewer_at_a_time(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = fill(tmp_path / "inbox", {f"{name}.xml": b"x" * 10 for name in "abcde"})
    monkeypatch.setattr(folder, "MOST_BYTES_TOGETHER", 25)
    assert [len(part) for part in folder._parts(folder.waiting(inbox))] == [2, 2, 1]


# On real connections


def _set_up(inboxes: list[Path], count: int) -> Cast:
    """An own installation with confirmed hours, and the same invoices in each folder."""
    with transaction.atomic():
        cast = make_cast()
        tenancy.set_context(tenancy.system_actor(cast.municipality.pk), lifetime=3600)
        case = make_active(cast)
        make_contact(cast, case, 60)
        files = {
            f"{place:02d}.xml": file_of(cast, hours(case, 60), number=f"F-{place:02d}")
            for place in range(count)
        }
    for inbox in inboxes:
        fill(inbox, files)
    return cast


def _kept(cast: Cast) -> list[tuple[str, int]]:
    """(number, events) of each invoice there is; the books add up."""
    with tenancy.acting(tenancy.actor_of(cast.finn)):
        assert books.faults(cast.finn) == []
        rows = Invoice.objects.order_by("number").values_list("number", "public_id")
        return [(number, Event.objects.filter(subject=str(key)).count()) for number, key in rows]


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_folders_with_the_same_invoices_at_once(tmp_path: Path) -> None:
    inboxes, count = [tmp_path / "one", tmp_path / "other"], 12
    cast = _set_up(inboxes, count)
    gate, found = threading.Barrier(2), []

    def run(inbox: Path) -> None:
        gate.wait(timeout=10)
        found.append(take_in(inbox, finns(cast)))
        connection.close()

    threads = [threading.Thread(target=run, args=(inbox,)) for inbox in inboxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [len(each) for each in found] == [count, count]
    assert all(all(each.values()) for each in found), "The same file is known by what is in it."
    assert _kept(cast) == [(f"F-{place:02d}", 1) for place in range(count)]


@pytest.mark.concurrent
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_killed_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """SIGKILL between the end of a transaction and the moving of its files, then inside a transaction."""
    inbox, count = tmp_path / "inbox", TAKEN
    cast = _set_up([inbox], count)
    _run_and_kill(inbox, BEFORE_MOVING)
    after_first = len(_kept(cast))
    assert len(list(inbox.glob("*.xml"))) > count - after_first, "Some were received and not moved."
    _run_and_kill(inbox, IN_TRANSACTION)
    assert after_first <= len(_kept(cast)) < count
    left = len(list(inbox.glob("*.xml")))
    assert left >= count - len(_kept(cast)) > 0
    assert sorted(take_in(inbox, finns(cast)).values()) == [True] * left
    assert _kept(cast) == [(f"F-{place:02d}", 1) for place in range(count)]
    assert len(list((inbox / folder.DONE).iterdir())) == count
    assert not (inbox / folder.REFUSED).exists()


def test_without_knowing_the_file_it_would_be_refused(
    cast: Cast, case: Mentorship, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what was received before the kill ends among the refused, where the test above looks."""
    receive(cast, hours(case), number="F-1")
    inbox = fill(tmp_path / "inbox", {"a.xml": file_of(cast, hours(case), number="F-1")})
    monkeypatch.setattr(folder, "_known", lambda *_given: {})
    assert take_in(inbox, finns(cast)) == {"a.xml": False}
    assert (inbox / folder.REFUSED / "a.xml").exists()


def _run_and_kill(inbox: Path, where: str) -> None:
    given = connections["owner"].settings_dict
    signed_in = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    address = f"postgresql://{signed_in}@/{given['NAME']}?host={quote(given['HOST'], safe='')}"
    environment = {**clean_environment(), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DATABASE_URL": address}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.payments.crash_run", "take", str(inbox)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    ) as taking:
        assert taking.stdout
        next(line for line in taking.stdout if line.strip() == where)
        os.kill(taking.pid, signal.SIGKILL)
