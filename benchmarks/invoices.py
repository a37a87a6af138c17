"""How fast electronic invoices are read, checked and matched, and what a hostile file costs.

    python -m benchmarks.invoices --data FOLDER        10,000 invoices against 360,000 mentorships, own database
    python -m benchmarks.invoices --hostile            one file of 100 MB, refused

The first makes its own municipalities, suppliers, mentorships and confirmed hours in the folder's PostgreSQL (once: it
takes a few minutes), writes each municipality's invoices into a folder of its own, and takes the folders in as
`brobygger invoices` does: kept in the database with lines, ledger and audit trail, and each file moved. Two processes
share the folders. Seconds are by the clock; memory is what the processes held at most, together. Nothing of it is real.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
MENTORSHIPS, MUNICIPALITIES, SUPPLIERS = 360_000, 98, 40
INVOICES, LINES = 10_000, 3
FIRST, LAST, AT = date(2026, 11, 1), date(2026, 11, 30), datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
RATE = Decimal(300)
_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Result:
    """What one process did."""

    invoices: int
    seconds: float
    processor: float
    database: float
    kilobytes: int


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.invoices", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder of its own for the made database")
    parser.add_argument("--mentorships", type=int, default=MENTORSHIPS)
    parser.add_argument("--invoices", type=int, default=INVOICES)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--hostile", action="store_true")
    options = parser.parse_args(arguments)
    if options.hostile:
        hostile()
    if options.data:
        os.environ["BROBYGGER_DATA"] = str(options.data.resolve())
        received(options)
    return 0


# A hostile file


def hostile() -> None:
    """Each in a process of its own, so that its memory is its own."""
    for name, start in (("100 MB of elements", b"<Invoice>" + b"<a/>" * 1000), ("100 MB, XML bomb", _bomb())):
        with tempfile.NamedTemporaryFile(suffix=".xml") as file:
            file.write(start)
            filler = b"<a>x</a>" * 131_072
            while file.tell() < 100 * MEGABYTE:
                file.write(filler)
            file.flush()
            told = subprocess.run(
                [sys.executable, "-m", "benchmarks.invoices_hostile", file.name],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
        print(f"{name:<20} {told.stdout.strip()}")


def _bomb() -> bytes:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<?xml version="1.0"?><!DOCTYPE i [<!ENTITY e0 "ha">' + entities + b"]><Invoice>"


# 10,000 invoices


def received(options: argparse.Namespace) -> None:
    from brobygger.web.commands import start_django

    start_django()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", database="owner", verbosity=0)
    _install()
    _make_world(options.mentorships)
    _forget_invoices()
    folder = Path(tempfile.mkdtemp(prefix="brobygger-invoices-"))
    written = _write_invoices(folder, options.invoices)
    connections.close_all()
    parts = [written[place :: options.processes] for place in range(options.processes)]
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        results = pool.map(_receive, parts)
    seconds = time.perf_counter() - began
    _tell(results, seconds, options)


def _tell(results: list[Result], seconds: float, options: argparse.Namespace) -> None:
    count = sum(each.invoices for each in results)
    program, database = sum(each.processor for each in results), sum(each.database for each in results)
    used = program + database
    with _owner() as cursor:
        cursor.execute("select state, count(*) from payments_invoiceline group by 1")
        states = dict(cursor.fetchall())
    memory = sum(each.kilobytes for each in results) / 1024
    print(
        f"{count} invoices, {options.mentorships} mentorships, {options.processes} processes: {seconds:.1f} s, "
        f"{count / seconds:.0f} a second by the clock; {used:.0f} processor seconds ({program:.0f} program, "
        f"{database:.0f} database), {count / used:.0f} a second per core, {memory:.0f} MB"
    )
    print("lines:", ", ".join(f"{state} {number}" for state, number in sorted(states.items())))


def _receive(folders: list[tuple[int, str]]) -> Result:
    """One process: takes in the folders of its municipalities as the command does."""
    from brobygger.web.commands import start_django

    start_django()
    from django.db import connection

    from brobygger.accounts.models import User
    from brobygger.payments.intake.folder import take_in
    from brobygger.payments.intake.sender import clerk
    from brobygger.payments.models import Invoice

    users = {user.municipality_id: user for user in User.objects.select_related("municipality")}
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        backend = cursor.fetchone()[0]
    began, used, asked, count = time.perf_counter(), time.process_time(), _processor_of(backend), 0
    for municipality, folder in folders:
        sender = clerk(users[municipality], Invoice.Channel.FOLDER)
        count += sum(taken.is_received for taken in take_in(Path(folder), sender, lambda: AT))
    return Result(
        count,
        time.perf_counter() - began,
        time.process_time() - used,
        _processor_of(backend) - asked,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    )


def _processor_of(process: int) -> float:
    """Processor seconds of a process on this machine: the database's own, which works for this one alone."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


# The made world


def _install() -> None:
    from brobygger.accounts import security

    security.install()


def _owner() -> Any:
    from django.db import connections

    return connections["owner"].cursor()


_WORLD = """
insert into accounts_municipality (id, code, name, cvr, gln, address, phone, email, is_demo)
select n, (9000 + n)::text, 'Kommune ' || n, '12345674', '5790000000012', '', '', '', true
  from generate_series(1, %(municipalities)s) n;
insert into accounts_user (id, municipality_id, public_id, username, name, title, email, phone, roles, password,
  is_active, failed_logins, password_is_first)
select n, n, gen_random_uuid(), 'finance' || n, 'Finn', '', '', '', '{FINANCE}', '!', true, 0, false
  from generate_series(1, %(municipalities)s) n;
insert into organisations_organisation (id, municipality_id, public_id, kind, name, cvr, contact_name, contact_email,
  contact_phone)
select n, (n - 1) / %(suppliers)s + 1, gen_random_uuid(), 'PROVIDER', 'Leverandør ' || n,
       (%(cvrs)s::text[])[(n - 1) %% %(suppliers)s + 1], '', '', ''
  from generate_series(1, %(municipalities)s * %(suppliers)s) n;
insert into people_mentor (id, municipality_id, public_id, identity, kind, name, phone, email, organisation_id,
  qualifications, languages, is_active)
select n, municipality_id, gen_random_uuid(), n, 'PROVIDER_EMPLOYEE', 'Mentor ' || n, '', '', n, '', '', true
  from (select id as n, municipality_id from organisations_organisation) o;
insert into people_citizen (id, municipality_id, public_id, name, address, phone, email, language,
  has_protected_address, is_exempt_from_digital_post, target_group)
select n, (n - 1) %% %(municipalities)s + 1, gen_random_uuid(),
       chr(65 + n %% 25) || 'na ' || chr(65 + (n / 25) %% 25) || 'sen', '', '', '', 'da', false, false, '6.3'
  from generate_series(1, %(mentorships)s) n;
"""


def _make_world(mentorships: int) -> None:
    """Every table is filled set by set. Does nothing when it is there."""
    with _owner() as cursor:
        cursor.execute("select count(*) / 2 from hours_contact")
        if cursor.fetchone()[0] >= mentorships:
            return
    from django.db import transaction

    began = time.perf_counter()
    world = {
        "municipalities": MUNICIPALITIES,
        "suppliers": SUPPLIERS,
        "mentorships": mentorships,
        "cvrs": _cvrs(SUPPLIERS),
    }
    with transaction.atomic(using="owner"), _owner() as cursor:
        cursor.execute("truncate accounts_municipality cascade")
        cursor.execute("set local session_replication_role = replica")
        for statement in _WORLD.split(";\n"):
            if statement.strip():
                cursor.execute(statement, world)
        _fill(cursor, "mentorships_mentorship", _mentorship_columns(), world)
        _fill(cursor, "grants_grant", _grant_columns(cursor), world)
        for place in (1, 2):
            _fill(cursor, "hours_contact", _contact_columns(cursor, place), world)
    with _owner() as cursor:
        cursor.execute("analyze")
    print(f"made {mentorships} mentorships in {time.perf_counter() - began:.0f} s")


def _fill(cursor: Any, table: str, known: dict[str, str], world: dict[str, Any]) -> None:
    """Inserts a row for each mentorship; a column that is not named and must not be empty gets its type's nothing."""
    cursor.execute(
        "select column_name, data_type from information_schema.columns where table_name = %s"
        " and is_nullable = 'NO' and column_default is null and is_identity = 'NO'",
        [table],
    )
    nothing = {
        "boolean": "false",
        "jsonb": "'{}'::jsonb",
        "uuid": "gen_random_uuid()",
        "date": "date '2026-09-01'",
    }
    numbers = {"integer", "smallint", "bigint", "numeric"}
    columns = dict(known)
    for name, kind in cursor.fetchall():
        fallback = "0" if kind in numbers else "'2026-09-01T09:00Z'" if "time" in kind else "''"
        columns.setdefault(name, nothing.get(kind, fallback))
    names, values = ", ".join(columns), ", ".join(columns.values())
    cursor.execute(
        f"insert into {table} ({names}) select {values} from generate_series(1, %(mentorships)s) n", world
    )


_MUNICIPALITY = "(n - 1) %% %(municipalities)s + 1"
_PLACE = "((n - 1) / %(municipalities)s)"
_SUPPLIER = f"(({_MUNICIPALITY}) - 1) * %(suppliers)s + {_PLACE} %% %(suppliers)s + 1"


def _mentorship_columns() -> dict[str, str]:
    digits = "'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'"
    code = " || ".join(f"substr({digits}, ({_PLACE} / {32**power} %% 32 + 1)::int, 1)" for power in range(4))
    return {
        "id": "n", "municipality_id": _MUNICIPALITY, "code": code, "status": "'ACTIVE'", "citizen_id": "n",
        "mentor_id": _SUPPLIER, "consultant_id": _MUNICIPALITY, "act": "'LAB'", "target_group": "'6.3'",
        "context": "'COMPANY_PLACEMENT'", "support_type": "'GUIDANCE'", "created_by_id": _MUNICIPALITY,
        "starts_on": "date '2026-09-01'", "ends_before": "date '2027-03-01'",
    }  # fmt: skip


def _grant_columns(cursor: Any) -> dict[str, str]:
    return {
        "id": "n", "municipality_id": _MUNICIPALITY, "mentorship_id": "n", "mentor_id": _SUPPLIER,
        "starts_on": "date '2026-09-01'", "ends_before": "date '2027-03-01'", "minutes": "6000",
        "hourly_rate": "300", "kroner": "30000", "is_current": "true", "decision_id": "n",
        "used_minutes": "240",
    }  # fmt: skip


def _contact_columns(cursor: Any, place: int) -> dict[str, str]:
    """Two hours each, one after the other on a number line of each mentor's own."""
    starts = f"timestamptz '2026-11-0{place + 2}T08:00Z' + make_interval(mins => ({_PLACE} / %(suppliers)s * 7)::int)"
    return {
        "municipality_id": _MUNICIPALITY, "mentorship_id": "n", "grant_id": "n", "mentor_id": _SUPPLIER,
        "citizen_id": "n", "mentor_identity": f"n * 10 + {place}", "kind": "'FACE_TO_FACE'", "starts_at": starts,
        "ends_at": f"{starts} + interval '2 hours'", "minutes": "120", "state": "'CONFIRMED'",
    }  # fmt: skip


def _cvrs(count: int) -> list[str]:
    """Numbers that are formed as CVR numbers are."""
    found, number = [], 10_000_000
    while len(found) < count:
        number += 1
        if (
            sum(int(sign) * weight for sign, weight in zip(str(number), (*_WEIGHTS, 1), strict=True)) % 11
            == 0
        ):
            found.append(str(number))
    return found


def _forget_invoices() -> None:
    with _owner() as cursor:
        cursor.execute(
            "truncate payments_invoice, payments_invoiceline, payments_ledgertransaction, payments_ledgerentry,"
            " payments_ledgerbalance, payments_supplieranswer cascade"
        )


def _write_invoices(folder: Path, count: int) -> list[tuple[int, str]]:
    """(municipality, folder): in turn with reference, without one, in both standards; one in ten does not add up."""
    from brobygger.einvoice import Standard
    from brobygger.einvoice.sample import Sample, SampleLine, SampleParty, write

    customer = SampleParty("Kommune", "12345674", "5790000000012")
    made = {}
    for number, (municipality, cvr, cases) in enumerate(_asked(count)):
        named = number % 3 != 0
        lines = tuple(
            SampleLine(f"Mentortimer {_initials(name)}", 240, RATE, code if named else "")
            for code, name in cases
        )
        sample = Sample(
            f"F-{number}", LAST, date(2026, 12, 30), SampleParty("Leverandør", cvr), customer, lines,
            period=(FIRST, LAST), standard=(Standard.OIOUBL_2_1, Standard.PEPPOL_BIS_3)[number % 2],
        )  # fmt: skip
        data = write(sample)
        if number % 10 == 9:
            data = data.replace(b'PayableAmount currencyID="DKK">', b'PayableAmount currencyID="DKK">1', 1)
        made[municipality] = own = folder / str(municipality)
        own.mkdir(exist_ok=True)
        (own / f"{number:05d}-{uuid.uuid4().hex}.xml").write_bytes(data)
    return [(municipality, str(own)) for municipality, own in sorted(made.items())]


def _initials(name: str) -> str:
    first, last = name.split()
    return f"{first[0]}.{last[0]}."


def _asked(count: int) -> Iterator[tuple[int, str, list[tuple[str, str]]]]:
    """(municipality, CVR number, (code, citizen) of the lines) for each invoice, spread over the country."""
    with _owner() as cursor:
        cursor.execute(
            "select m.municipality_id, o.cvr, array_agg(m.code || '|' || c.name order by m.id)"
            "  from mentorships_mentorship m join people_mentor p on p.id = m.mentor_id"
            "  join organisations_organisation o on o.id = p.organisation_id"
            "  join people_citizen c on c.id = m.citizen_id group by 1, 2 order by 1, 2"
        )
        suppliers = cursor.fetchall()
    for number in range(count):
        municipality, cvr, cases = suppliers[number * 7 % len(suppliers)]
        start = number // len(suppliers) * LINES
        chosen = [cases[(start + place) % len(cases)] for place in range(LINES)]
        yield (
            municipality,
            cvr,
            [(code, name) for code, _bar, name in (each.partition("|") for each in chosen)],
        )


if __name__ == "__main__":
    raise SystemExit(main())
