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
    ``via``: (table, column): whoever sees the row this column points at. ``mentor`` beside it names the column of the
    one mentor that such a row belongs to: other mentors of the mentorship do not see it, unless it is empty.
    ``through``: (table, column) of rows that point here: who of the other kinds sees one of them. ``mentored``: the
    column of the mentorship, which its mentors of other days reach as well (``sec.mentored``). ``shown_if``: the
    function in ``sec`` that must be true for staff of other municipalities to read the row, which they never write.
    """

    everyone: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    via: tuple[str, str] | None = None
    mentor: str = ""
    through: tuple[tuple[str, str], ...] = ()
    mentored: str = ""
    shown_if: str = ""


STAFF_ONLY = RowAccess()
MUNICIPALITY = RowAccess(everyone=True)


def via(table: str, column: str, *, mentor: str = "") -> RowAccess:
    return RowAccess(via=(table, column), mentor=mentor)


def shown_to_others_if(function: str) -> RowAccess:
    """Staff's own rows, which staff of other municipalities read where ``sec.function()`` says so of themselves."""
    return RowAccess(shown_if=function)


def own(*, through: str = "", granted: str = "", mentored: str = "", **columns: str) -> RowAccess:
    """``own(mentor="mentor_id", citizen="citizen_id")``; kinds not named see no row.

    ``through`` and ``granted`` name the columns of mentorships and grants that point here.
    """
    pointing = (("mentorships_mentorship", through), ("grants_grant", granted))
    return RowAccess(
        columns=tuple(columns.items()),
        through=tuple((table, column) for table, column in pointing if column),
        mentored=mentored,
    )
