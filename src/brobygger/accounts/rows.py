"""What the second lock (row-level security) lets each kind of actor reach of a table.

Each tenant model declares one; ``accounts.security`` turns it into policies. The municipality is always the
border; this says what mentors, citizens and companies see inside it. Staff see the municipality's rows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RowAccess:
    """Who besides staff reaches a row.

    ``everyone``: all in the municipality. ``columns``: actor kind -> column that holds the actor's own person.
    ``via``: (table, column): whoever sees the row this column points at. ``through``: whoever sees a mentorship
    whose column of this name points here.
    """

    everyone: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    via: tuple[str, str] | None = None
    through: str = ""


STAFF_ONLY = RowAccess()
MUNICIPALITY = RowAccess(everyone=True)


def via(table: str, column: str) -> RowAccess:
    return RowAccess(via=(table, column))


def own(*, through: str = "", **columns: str) -> RowAccess:
    """``own(mentor="mentor_id", citizen="citizen_id")``; kinds not named see no row."""
    return RowAccess(columns=tuple(columns.items()), through=through)
