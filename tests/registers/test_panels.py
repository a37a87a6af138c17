"""The panel from the database is the one the library reads from the same file, in one query for one or many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brobygger import analysis
from brobygger.accounts.errors import Refused
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Citizen
from brobygger.registers import selectors, services
from brobygger.registers.models import StatusSpell
from tests.cast import Cast
from tests.factories.mentorships import make_active
from tests.registers.conftest import ADA, BIRK, NOW, TODAY, WIDE, Import


def weeks_of(panel: analysis.Panel) -> list[list[str]]:
    weeks = np.arange(panel.first_week, panel.stop_week)
    every = np.arange(panel.persons)
    return [[str(name) for name in row] for row in panel.names(panel.status_at(every[:, None], weeks[None]))]


def test_the_panels_equal_those_of_the_library(
    cast: Cast, citizens: dict[str, Citizen], bring: Import, tmp_path: Path
) -> None:
    bring(WIDE)
    pure = analysis.read_weekly([tmp_path / "fil.csv"], quiet=True)
    ours = pure.weekly.find([ADA, BIRK])
    stored = selectors.panels_of(cast.eva)
    rows = stored.rows([citizens[ADA].pk, citizens[BIRK].pk])
    assert stored.rows([0]).tolist() == [-1]
    assert pure.branches is not None and stored.branches is not None
    for mine, theirs in ((stored.weekly, pure.weekly), (stored.branches, pure.branches)):
        assert (mine.first_week, mine.stop_week, mine.gap) == (
            theirs.first_week,
            theirs.stop_week,
            theirs.gap,
        )
        assert weeks_of(mine.only(rows)) == weeks_of(theirs.only(ours))
    expected = analysis.labour_states(pure.weekly.only(ours), pure.branches.only(ours))
    assert weeks_of(stored.states().only(rows)) == weeks_of(expected)


def test_weeks_no_file_tells_of_are_not_blank(
    cast: Cast, citizens: dict[str, Citizen], bring: Import
) -> None:
    bring(f"pnr;y_2601;y_2602\n{ADA};730;\n")
    bring(f"pnr;y_2604\n{ADA};730\n{BIRK};130\n")
    panel = selectors.panel_of(cast.eva)
    rows = panel.find([citizens[ADA].pk, citizens[BIRK].pk])
    assert weeks_of(panel.only(rows)) == [["730", "blank", "?", "730"], ["?", "?", "?", "130"]]


def test_one_query_for_one_citizen_and_for_many(
    cast: Cast, citizens: dict[str, Citizen], bring: Import
) -> None:
    counts = []
    for content in (f"pnr;y_2601\n{ADA};730\n", f"pnr;y_2602\n{ADA};730\n{BIRK};730\n"):
        bring(content)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            selectors.panel_of(cast.eva)
        counts.append(len(captured))
    assert counts == [1, 1]


def test_importing_one_or_many_takes_as_many_queries(
    cast: Cast, citizens: dict[str, Citizen], bring: Import
) -> None:
    counts = []
    for content in (f"pnr;y_2601\n{ADA};730\n", f"pnr;y_2602\n{ADA};730\n{BIRK};730\n"):
        with CaptureQueriesContext(connection) as captured:
            bring(content)
        counts.append(len(captured) - sum("delete from" in q["sql"] for q in captured.captured_queries))
    assert counts[0] == counts[1]


def test_nothing_imported_is_an_empty_panel(cast: Cast) -> None:
    panels = selectors.panels_of(cast.eva)
    assert (panels.weekly.persons, panels.branches) == (0, None)


def test_a_consultant_notes_what_the_citizen_does(cast: Cast) -> None:
    mentorship = make_active(cast)
    note(mentorship, cast, "job")
    note(mentorship, cast, "education")
    spell = StatusSpell.objects.get()
    assert (spell.code, spell.noted_on, spell.first_week) == ("education", TODAY, TODAY)
    assert [each.code for each in selectors.noted_for(cast.anna, mentorship.citizen_id)] == ["education"]
    assert selectors.noted_for(cast.david, mentorship.citizen_id) == []
    with pytest.raises(Refused, match="Vælg, hvad borgeren"):
        note(mentorship, cast, "")


def note(mentorship: Mentorship, cast: Cast, status: str) -> None:
    services.note_status(mentorship=mentorship, status=status, day=TODAY, by=cast.anna, at=NOW, on=TODAY)
