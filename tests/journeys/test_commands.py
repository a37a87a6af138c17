"""The commands that the README names, run as an operator does, beside the running product."""

from __future__ import annotations

import re
import time
import urllib.request
from pathlib import Path

import psycopg

from tests.journeys.serving import run
from tests.journeys.story import WORKER_SECONDS
from tests.journeys.visitor import DATA, ROOT, Product

UNSEALED = (
    "select count(*) from audit_event e"
    " where not exists (select 1 from audit_sealentry s where s.event_id = e.id)"
)


def owner() -> psycopg.Connection[tuple[object, ...]]:
    """The running product's database, as an administrator with bad intentions would reach it."""
    lines = (DATA / "postgres" / "postmaster.pid").read_text().splitlines()
    return psycopg.connect(
        host=lines[4], port=int(lines[3]), user="postgres", dbname="brobygger", autocommit=True
    )


def wait_until_sealed() -> None:
    """The worker seals every few seconds; while nobody does anything there is soon nothing left."""
    end = time.monotonic() + WORKER_SECONDS
    with owner() as connection:
        while connection.execute(UNSEALED).fetchone() != (0,):
            assert time.monotonic() < end, "The worker does not seal."
            time.sleep(0.2)


def test_the_invoice_that_the_readme_names_is_read() -> None:
    file = re.search(r"check-invoice (\S+)", (ROOT / "README.md").read_text())
    assert file
    answer = run("check-invoice", file[1])
    assert "Faktura" in answer.stdout, answer.stderr


def test_a_file_that_is_no_invoice_is_refused_in_words(tmp_path: Path) -> None:
    bad = tmp_path / "not-an-invoice.xml"
    bad.write_text("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
    answer = run("check-invoice", str(bad))
    assert answer.returncode == 1
    assert "Traceback" not in answer.stdout + answer.stderr


def test_verify_audit_holds_and_names_what_somebody_changed(product: Product) -> None:
    urllib.request.urlopen(f"{product.address}/log-ind/").close()
    wait_until_sealed()
    good = run("verify-audit", "--data", str(DATA))
    assert good.returncode == 0, good.stdout + good.stderr
    assert "Kæden holder" in good.stdout
    with owner() as connection:
        row = connection.execute(
            "select event_id from audit_sealentry order by sequence limit 1 offset 3"
        ).fetchone()
        assert row
        connection.execute("update audit_event set actor_name = actor_name || 'x' where id = %s", [row[0]])
        try:
            bad = run("verify-audit", "--data", str(DATA))
        finally:
            connection.execute(
                "update audit_event set actor_name = left(actor_name, -1) where id = %s", [row[0]]
            )
    assert bad.returncode == 1
    assert f"Hændelse {row[0]} " in bad.stdout


def test_loading_a_second_demonstration_is_refused_in_words(product: Product) -> None:
    answer = run("demo", "--size", "small", "--data", str(DATA))
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "demonstration" in (answer.stdout + answer.stderr).lower()
