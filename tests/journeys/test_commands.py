"""The commands that the README names, run as an operator does, beside the running product."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg

from tests.journeys.visitor import DATA, ROOT, Product


def run(*words: str) -> subprocess.CompletedProcess[str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_URL", "BROBYGGER"))
    }
    command = [sys.executable, "-m", "brobygger.web.cli", *words]
    return subprocess.run(
        command, capture_output=True, text=True, env=clean, cwd=ROOT, timeout=120, check=False
    )


def owner() -> psycopg.Connection[tuple[object, ...]]:
    """The running product's database, as an administrator with bad intentions would reach it."""
    lines = (DATA / "postgres" / "postmaster.pid").read_text().splitlines()
    return psycopg.connect(
        host=lines[4], port=int(lines[3]), user="postgres", dbname="brobygger", autocommit=True
    )


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
    time.sleep(5)  # the worker seals every two seconds
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
