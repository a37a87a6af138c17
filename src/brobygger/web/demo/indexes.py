"""Takes keys and indexes aside while the whole country is loaded, and makes them again from what was read.

All in the caller's transaction: if anything goes wrong, everything is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from tqdm import tqdm

MEMORY = "256MB"
"""For each index that is built; two can be at work at once."""
LOOSE = "buffering = on, fillfactor = 25"
"""Pages of the index against overlap, when it is made. Making the rule looks each row up, and a look costs as much as
the pages on the way hold; only the buffered way to build leaves them loosely filled. Later rows fill them as usual."""

# Foreign keys first, because they need the unique ones; primary keys stay.
_CONSTRAINTS = """
select c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid)
  from pg_constraint c join pg_class t on t.oid = c.conrelid
 where c.connamespace = 'public'::regnamespace and c.contype in ('f', 'u', 'x') and t.relname not like 'django%'
 order by array_position(array['f', 'u', 'x']::"char"[], c.contype), c.conrelid::regclass::text, c.conname
"""
_INDEXES = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class t on t.oid = i.indrelid
 where t.relnamespace = 'public'::regnamespace and t.relname not like 'django%'
   and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)
 order by 1
"""


@contextmanager
def set_aside(connection: psycopg.Connection[Any], *, enabled: bool, quiet: bool) -> Iterator[None]:
    """Inside, the tables have only their primary keys; afterwards every key and index holds again."""
    if not enabled:
        yield
        return
    constraints = connection.execute(_CONSTRAINTS).fetchall()
    indexes = connection.execute(_INDEXES).fetchall()
    for table, name, _ in constraints:
        connection.execute(f"alter table {table} drop constraint {name}".encode())
    for name, _ in indexes:
        connection.execute(f"drop index {name}".encode())
    yield
    connection.execute(f"set local maintenance_work_mem = '{MEMORY}'".encode())
    again = [statement for _, statement in indexes]
    again += [
        f"alter table {table} add constraint {name} {_loosely(text)}"
        for table, name, text in reversed(constraints)
    ]
    exclusions = [name for _, name, text in constraints if text.startswith("EXCLUDE")]
    again += [f"alter index {name} reset (buffering, fillfactor)" for name in exclusions]
    for statement in tqdm(again, unit=" indeks", disable=quiet or None):
        connection.execute(statement.encode())


def _loosely(definition: str) -> str:
    """An exclusion with loosely filled pages; anything else as it is."""
    if not definition.startswith("EXCLUDE"):
        return definition
    return definition.replace(") WHERE (", f") with ({LOOSE}) WHERE (", 1)
