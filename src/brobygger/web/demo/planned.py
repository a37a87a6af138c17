"""Planned meetings of the mentorships under way: those of the last weeks as they were held, and those to come."""

from __future__ import annotations

import numpy as np

from brobygger.web.demo.cases import ACTIVE
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Key, Nullable, Pool, Table
from brobygger.web.demo.drawing import DAY, MINUTE, instants, is_working
from brobygger.web.demo.meetings import CITIZEN_ABSENT, FACE, MENTOR_ABSENT, SUPERSEDED, WITHDRAWN, Contacts

BACK = 42 * DAY
WEEKS_AHEAD = 4
HOUR = 60
HOWS = ("FACE_TO_FACE", "TELEPHONE", "VIDEO")
STATES = ("PLANNED", "HELD", "NO_SHOW_CITIZEN", "NO_SHOW_MENTOR")
PLACES = ("Biblioteket", "Jobcentret, lokale 2", "Kantinen", "Gåtur ved havnen", "")
ABSENCES = ("Var syg og fik ikke ringet.", "Glemte aftalen.", "Bussen kom ikke.", "")
MOVES = ("Borgeren havde en tid hos lægen.", "Mentoren skulle passe en vagt.", "Begge var optaget den dag.")
MOVED_SHARE, WITH_CONSULTANT, WITH_COMPANY = 0.12, 0.08, 0.06
NEVER = np.datetime64("NaT", "us")


def make_planned(town: Town, chain: Chain, contacts: Contacts) -> Tables:
    """Meetings and their moves. Each contact of the last weeks had been planned; the weekday goes on from there."""
    under_way = town.cases.status[contacts.case] == ACTIVE
    kinds = np.asarray(contacts.table["kind"].codes)  # type: ignore[union-attr]
    wanted = (
        under_way
        & (contacts.day > town.now - BACK)
        & np.isin(kinds, (FACE, CITIZEN_ABSENT, MENTOR_ABSENT))
        & ~np.isin(contacts.state, (SUPERSEDED, WITHDRAWN))
    )
    behind = np.flatnonzero(wanted)
    case, day, minute, length = _ahead(town, contacts, behind)
    starts = np.asarray(contacts.table["starts_at"])
    ends = np.asarray(contacts.table["ends_at"])
    ahead_starts = instants(day, minute)
    ahead_ends = ahead_starts + length * MINUTE
    state = np.select([kinds[behind] == CITIZEN_ABSENT, kinds[behind] == MENTOR_ABSENT], [2, 3], default=1)
    count = len(behind) + len(case)
    meetings = _rows(
        town,
        chain,
        np.concatenate((contacts.case[behind], case)),
        np.concatenate((starts[behind], ahead_starts)),
        np.concatenate((ends[behind], ahead_ends)),
        np.concatenate((state, np.zeros(len(case), int))),
        np.concatenate((contacts.public_ids[behind], np.zeros((len(case), 16), np.uint8))),
        np.concatenate((contacts.registered_at[behind], np.full(len(case), NEVER))),
    )
    return [("meetings_meeting", meetings, count), *_moves(town, meetings, count)]


def _ahead(town: Town, contacts: Contacts, behind: Array) -> tuple[Array, Array, Array, Array]:
    """(mentorship, day, minute of the day, length) of the coming weeks, by each mentorship's last meeting."""
    cases, place = np.unique(contacts.case[behind][::-1], return_index=True)
    last = behind[::-1][place]
    starts = np.asarray(contacts.table["starts_at"])[last]
    minute = ((starts - instants(contacts.day[last], 0)) / MINUTE).astype(int)
    length = ((np.asarray(contacts.table["ends_at"])[last] - starts) / MINUTE).astype(int)
    weeks = np.arange(1, WEEKS_AHEAD + 1)
    row = np.repeat(np.arange(len(cases)), WEEKS_AHEAD)
    day = contacts.day[last][row] + np.tile(weeks, len(cases)) * 7 * DAY
    inside = day < town.cases.ends[cases[row]]
    inside[inside] = is_working(day[inside])
    row, day = row[inside], day[inside]
    return cases[row], day, minute[row], length[row]


def _rows(
    town: Town,
    chain: Chain,
    case: Array,
    starts: Array,
    ends: Array,
    state: Array,
    contact: Array,
    registered: Array,
) -> Table:
    draw, count, is_settled = town.draw, len(case), state > 0
    how = np.where(is_settled, 0, draw.pick([80, 14, 6], count))
    moved = draw.chance(MOVED_SHARE, count)
    is_absence = state > 1
    place_of_case = chain.organisation[case]
    with_company = (place_of_case >= 0) & draw.chance(WITH_COMPANY, count)
    consultant = town.staff.consultants[town.cases.consultant[case]]
    return {
        "id": town.ids.take("meetings_meeting", count),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "mentorship_id": chain.ids[case],
        "mentor_id": town.mentors.ids[town.cases.mentor[case]],
        "citizen_id": town.citizens.ids[town.cases.citizen[case]],
        "organisation_id": Key(np.where(with_company, town.places.ids[place_of_case], 0)),
        "with_consultant": with_company | draw.chance(WITH_CONSULTANT, count),
        "starts_at": starts,
        "ends_at": ends,
        "first_starts_at": np.where(moved, starts - DAY, starts),
        "how": Pool(HOWS, how),
        "place": Pool(PLACES, np.where(how == 0, draw.whole(0, len(PLACES) - 1, count), len(PLACES) - 1)),
        "series": None,
        "sequence": moved.astype(int),
        "state": Pool(STATES, state),
        "reason": Pool(
            ABSENCES,
            np.where(is_absence, draw.whole(0, len(ABSENCES) - 1, count), len(ABSENCES) - 1),
        ),
        "settled_at": registered,
        "settled_by_id": None,
        "held_at": np.where(state == 1, starts, NEVER),
        "contact_public_id": Nullable(contact, ~is_settled),
        "reminded_for": np.where(is_settled, starts, NEVER),
        "planned_at": starts - 9 * DAY,
        "planned_by_id": consultant,
    }


def _moves(town: Town, meetings: Table, count: int) -> Tables:
    starts = np.asarray(meetings["starts_at"])
    ends, first = np.asarray(meetings["ends_at"]), np.asarray(meetings["first_starts_at"])
    row = np.flatnonzero(starts != first)
    if not count or not len(row):
        return []
    table: Table = {
        "id": town.ids.take("meetings_meetingmove", len(row)),
        "municipality_id": town.municipality_id,
        "meeting_id": np.asarray(meetings["id"])[row],
        "from_starts_at": first[row],
        "from_ends_at": first[row] + (ends[row] - starts[row]),
        "to_starts_at": starts[row],
        "to_ends_at": ends[row],
        "asked_by": Pool(("CITIZEN", "MENTOR"), town.draw.whole(0, 2, len(row))),
        "reason": town.draw.from_pool(MOVES, len(row)),
        "at": first[row] - DAY,
        "by_id": np.asarray(meetings["planned_by_id"])[row],
    }
    return [("meetings_meetingmove", table, len(row))]
