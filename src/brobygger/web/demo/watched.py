"""What makes the pages of follow-up real: hearings, a concern, a substitute and a plan of the municipality's own."""

from __future__ import annotations

import json

import numpy as np

from brobygger.followups.plan import STANDARD
from brobygger.web.demo.cases import ACTIVE
from brobygger.web.demo.chain import NEVER, Chain, Tables, Town
from brobygger.web.demo.copying import Array, Column, Key, Pool, Table
from brobygger.web.demo.drawing import DAY, instants

ASKED = 6
WORRIES = (
    "Borgeren er ikke kommet de seneste to gange og tager ikke telefonen.",
    "Der bliver lagt flere opgaver på os, end vi har aftalt.",
)
STATUSES = (
    "Vi har øvet bussen sammen. Nu tager borgeren den selv to dage om ugen.",
    "Det går fremad, men morgenerne er stadig svære.",
)


def make(town: Town, chain: Chain) -> Tables:
    """Of the mentorships under way the first few: asked mentors, some of them with an answer, and two concerns."""
    active = np.flatnonzero(town.cases.status == ACTIVE)
    # The first consultant is whom the shared login belongs to.
    active = active[np.argsort(town.cases.consultant[active], kind="stable")][:ASKED]
    if not len(active):
        return []
    follow_ups, hearings = _hearings(town, chain, active)
    return [follow_ups, hearings, _concerns(town, chain, active[:2]), _plan(town), _substitute(town)]


def _hearings(town: Town, chain: Chain, row: Array) -> tuple[tuple[str, Table, int], tuple[str, Table, int]]:
    """Every other mentor has answered; the status waits for the consultant to read it."""
    count, ids = len(row), town.ids
    due = town.now + np.arange(count) % 3 * DAY
    answered = np.arange(count) % 2 == 0
    at = instants(np.where(answered, town.now - DAY, NEVER), 18 * 60)
    follow_up_ids = ids.take("followups_followup", count)
    shared: dict[str, Column] = {"municipality_id": town.municipality_id, "mentorship_id": chain.ids[row]}
    follow_ups: Table = {
        **shared,
        "id": follow_up_ids,
        "public_id": town.draw.public_ids(count),
        "kind": "MENTOR",
        "wanted_form": "WRITTEN",
        "due_on": due,
        "planned_for": due,
        "moved_reason": "",
        "form": "",
        "note": "",
    }
    hearings: Table = {
        **shared,
        "id": ids.take("followups_hearing", count),
        "public_id": town.draw.public_ids(count),
        "follow_up_id": follow_up_ids,
        "party": "MENTOR",
        "mentor_id": town.mentors.ids[town.cases.mentor[row]],
        "due_on": due,
        "going": Pool(["", "WELL", "PARTLY"], np.where(answered, 1 + np.arange(count) % 4 // 2, 0)),
        "hours_fit": Pool(["", "FITS"], answered.astype(int)),
        "text": Pool(["", *STATUSES], np.where(answered, 1 + np.arange(count) % 4 // 2, 0)),
        "answered_at": at,
        "strength": Pool(["", "SIGNED_IN"], answered.astype(int)),
    }
    return ("followups_followup", follow_ups, count), ("followups_hearing", hearings, count)


def _concerns(town: Town, chain: Chain, row: Array) -> tuple[str, Table, int]:
    """The first waits for an answer, the second has got one."""
    count = len(row)
    open_ = np.arange(count) == 0
    table: Table = {
        "id": town.ids.take("followups_concern", count),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(count),
        "mentorship_id": chain.ids[row],
        "who": "MENTOR",
        "mentor_id": town.mentors.ids[town.cases.mentor[row]],
        "text": Pool(WORRIES, np.arange(count) % len(WORRIES)),
        "raised_at": instants(np.full(count, town.now - DAY), 16 * 60),
        "answer": Pool(
            ["", "Tak. Jeg har talt med borgeren i dag, og vi mødes alle tre på torsdag."], 1 - open_
        ),
        "answered_at": instants(np.where(open_, NEVER, town.now), 9 * 60),
        "answered_by_id": Key(np.where(open_, 0, town.staff.consultants[town.cases.consultant[row]])),
    }
    return "followups_concern", table, count


def _plan(town: Town) -> tuple[str, Table, int]:
    """The standard, laid as the municipality's own a year ago."""
    day = town.now - 365 * DAY
    table: Table = {
        "id": town.ids.take("followups_localplan", 1),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(1),
        "valid_from": np.array([day]),
        "support_type": "",
        "steps": json.dumps([step.to_row() for step in STANDARD]),
        "note": "Vedtaget af ledelsen (genereret eksempel).",
        "recorded_at": instants(np.array([day]), 10 * 60),
        "recorded_by_id": town.staff.by_role["TEAM_LEADER"],
    }
    return "followups_localplan", table, 1


def _substitute(town: Town) -> tuple[str, Table, int]:
    """The second consultant is away this week; the first stands in."""
    here, away = town.staff.consultants[0], town.staff.consultants[1]
    table: Table = {
        "id": town.ids.take("followups_substitute", 1),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(1),
        "absent_id": away,
        "substitute_id": here,
        "first_day": np.array([town.now], "datetime64[D]"),
        "last_day": np.array([town.now + 4 * DAY], "datetime64[D]"),
        "set_at": instants(np.array([town.now - DAY]), 14 * 60),
        "set_by_id": town.staff.by_role["TEAM_LEADER"],
    }
    return "followups_substitute", table, 1
