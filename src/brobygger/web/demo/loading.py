"""Loads a demonstration by COPY, as the owner of the tables, one transaction per municipality."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.utils import timezone
from tqdm import tqdm

from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import Role
from brobygger.web.demo import books, evaluations, indexes, intake, results, shared
from brobygger.web.demo.copying import copy_rows
from brobygger.web.demo.drawing import Draw, Ids
from brobygger.web.demo.people import STAFF, example_cvr
from brobygger.web.demo.sizes import EARLIEST_TODAY, SEED, SIZES, Size
from brobygger.web.demo.town import Home, make_town

DEMO_PASSWORD = "brobyg-demo-2026"  # noqa: S105 - public on purpose: it opens invented data only
OUTSIDERS = (
    ("mentor", Role.MENTOR),
    ("borger", Role.CITIZEN),
    ("virksomhed", Role.COMPANY),
)
MUNICIPALITIES = Path(__file__).parent / "data" / "kommuner.csv"
HOME = ("9000", "Brobyg Kommune")
NEIGHBOURS = (
    *("Askebro", "Birkholt", "Dalsted", "Egelund", "Fuglevig", "Granbæk"),
    *("Højmark", "Klintby", "Lindevad", "Mosebæk", "Nordeng", "Overdrup"),
)
SHOWN_IN_COUNTRY = "0630"
"""Vejle, of middling size: where the shared logins belong when the whole country is loaded."""


class RealData(RuntimeError):
    """The database holds a municipality that is no demonstration."""


def load(size: str, *, today: date | None = None, quiet: bool = False) -> None:
    """Adds the demonstration of a size as it stands on ``today`` (else the day itself).

    Raises RealData where somebody works for real, and ValueError for a database that holds a demonstration already
    or a day before the demonstration's own time.
    """
    plan, day = SIZES[size], today or timezone.localdate()
    if day < EARLIEST_TODAY:
        raise ValueError(f"The demonstration has no history to show on {day}.")
    _require_empty()
    with closing(_connect()) as connection:
        with (
            connection.transaction(),
            indexes.set_aside(connection, enabled=not plan.is_detailed, quiet=quiet),
        ):
            _load(connection, plan, day, quiet)
            _go_on_after_loaded_keys(connection)
            shared.make(connection.cursor(), day)
            books.make(connection.cursor(), day)
            intake.make(connection.cursor(), day)
            evaluations.draw_lots(connection.cursor(), day)
            _add_neighbours(connection, plan)
            results.share(connection.cursor(), day, horizon=plan.months_followed)
        connection.autocommit = True
        connection.execute("analyze")  # so that the planner knows what the tables hold


def is_empty() -> bool:
    """Whether no municipality has been made yet."""
    return not Municipality.objects.using("owner").exists()


def logins() -> list[tuple[str, str, str]]:
    """(role, user name, password) of the shared logins, for those that exist."""
    labels = {username: str(role.label) for username, _, role, _ in STAFF}
    labels |= {username: str(role.label) for username, role in OUTSIDERS}
    known = User.objects.filter(municipality__is_demo=True, username__in=labels).values_list(
        "username", flat=True
    )
    found = set(known)
    return [(label, username, DEMO_PASSWORD) for username, label in labels.items() if username in found]


def _require_empty() -> None:
    known = Municipality.objects.using("owner")
    if known.filter(is_demo=False).exists():
        raise RealData(
            "The database holds a real municipality. A demonstration is loaded into a database of its own."
        )
    if known.exists():
        raise ValueError("The database holds a demonstration already. Load into an empty one.")


def _connect() -> psycopg.Connection[Any]:
    settings = connections["owner"].get_connection_params()
    ours = {"cursor_factory", "context", "client_encoding", "prepare_threshold"}
    return psycopg.connect(**{key: value for key, value in settings.items() if key not in ours})


@dataclass(frozen=True)
class _Task:
    home: Home
    mentorships: int


def _load(connection: psycopg.Connection[Any], size: Size, today: date, quiet: bool) -> None:
    password = make_password(DEMO_PASSWORD, salt="brobyg")
    ids = Ids({"mentor_identity": _next_identity(connection)})
    tasks = list(_tasks(connection, size, password))
    total = sum(task.mentorships for task in tasks)
    with tqdm(total=total, unit=" forløb", disable=quiet or None) as bar:
        for task in tasks:
            draw = Draw(SEED, int(task.home.municipality.code))
            tables = make_town(draw, ids, task.home, size, task.mentorships, today)
            with connection.cursor() as cursor:
                while tables:  # each table is let go of once it is written
                    table, columns, count = tables.pop(0)
                    copy_rows(cursor, table, columns, count)
            bar.update(task.mentorships)


def _tasks(connection: psycopg.Connection[Any], size: Size, password: str) -> Iterator[_Task]:
    if size.first_day is None:
        home = Home(_insert(connection, *HOME, 1), password, shared=True)
        yield _Task(home, size.mentorships)
        return
    named = _municipalities()
    shares = _shares([code for code, _ in named], size.mentorships)
    for number, ((code, name), count) in enumerate(zip(named, shares, strict=True), 1):
        municipality = _insert(connection, code, name, number)
        yield _Task(Home(municipality, password, shared=code == SHOWN_IN_COUNTRY), count)


def _add_neighbours(connection: psycopg.Connection[Any], size: Size) -> None:
    """Made-up municipalities that a single one can stand beside. They have nothing but what they share."""
    for number, name in enumerate(NEIGHBOURS if size.first_day is None else (), 11):
        _insert(connection, f"{9000 + number}", f"{name} Kommune", number)


def _municipalities() -> list[tuple[str, str]]:
    with MUNICIPALITIES.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        return [(row["kommunekode"], f"{row['navn']} Kommune") for row in rows if row["er_kommune"] == "ja"]


def _shares(codes: list[str], total: int) -> list[int]:
    """How many mentorships each municipality has: a few large, many small, all together ``total``."""
    sizes = np.random.default_rng(SEED).lognormal(0.0, 0.55, len(codes))
    large = {"0101": 11.0, "0751": 6.5, "0461": 4.5, "0851": 4.5}
    sizes = np.array([large.get(code, size) for code, size in zip(codes, sizes, strict=True)])
    reached = np.rint(np.cumsum(sizes) / sizes.sum() * total).astype(int)
    return [int(each) for each in np.diff(reached, prepend=0)]


def _insert(connection: psycopg.Connection[Any], code: str, name: str, number: int) -> Municipality:
    municipality = Municipality(
        code=code,
        name=name,
        cvr=example_cvr(number * 977),
        gln=_example_gln(number),
        address="Rådhustorvet 1",
        phone="+4500000000",
        email=f"jobcenter.{code}@example.org",
        is_demo=True,
    )
    fields = ("code", "name", "cvr", "gln", "address", "phone", "email", "is_demo")
    values = ", ".join(f"%({field})s" for field in fields)
    row = connection.execute(
        f"insert into accounts_municipality ({', '.join(fields)}) values ({values}) returning id".encode(),
        {field: getattr(municipality, field) for field in fields},
    ).fetchone()
    assert row is not None
    municipality.pk = int(row[0])
    return municipality


def _example_gln(number: int) -> str:
    """A GLN with a valid check digit in a series of examples."""
    body = f"579000{900_000 + number:06}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def _next_identity(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select nextval('mentor_identity')").fetchone()
    assert row is not None
    return int(row[0])


def _go_on_after_loaded_keys(connection: psycopg.Connection[Any]) -> None:
    keys = [(model._meta.db_table, str(model._meta.pk.column)) for model in apps.get_models()]
    for table, column in keys:
        row = connection.execute("select pg_get_serial_sequence(%s, %s)", [table, column]).fetchone()
        if row and row[0]:
            _go_on(connection, row[0], table, column)
    _go_on(connection, "mentor_identity", "people_mentor", "identity")


def _go_on(connection: psycopg.Connection[Any], sequence: str, table: str, column: str) -> None:
    following = f"(select coalesce(max({column}), 0) + 1 from {table})"
    connection.execute(f"select setval('{sequence}', {following}, false)".encode())
