"""The contacts between mentors and citizens, what the citizens answered, and the months handed in.

Every mentorship has three two-hour windows of the week that no other of its mentor's mentorships has at the same time,
so that no mentor meets two citizens at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brobygger.web.demo import words
from brobygger.web.demo.cases import ACTIVE, ENDED
from brobygger.web.demo.chain import Chain, Tables, Town
from brobygger.web.demo.copying import Array, Bytes, Column, Key, Pool, Table
from brobygger.web.demo.drawing import DAY, MINUTE, instants, is_working, spread

WINDOW_MINUTES = 120
FIRST_MINUTE = 8 * 60
FACE_SHARE = 1.6 / 3.4
"""Of the mentor's 3.4 hours a week 1.6 are spent face to face."""
MEETS, TELEPHONES = 0.95, 0.22

FACE, TELEPHONE, VIDEO, MESSAGE, CITIZEN_ABSENT, MENTOR_ABSENT = range(6)
KINDS = ("FACE_TO_FACE", "TELEPHONE", "VIDEO", "MESSAGE", "NO_SHOW_CITIZEN", "NO_SHOW_MENTOR")
REGISTERED, CONFIRMED, DISPUTED, ACCEPTED, REJECTED, SUPERSEDED, WITHDRAWN = range(7)
STATES = ("REGISTERED", "CONFIRMED", "DISPUTED", "ACCEPTED", "REJECTED", "SUPERSEDED", "WITHDRAWN")
DONE_BY = ("", "CITIZEN", "TOGETHER", "MENTOR")
LIVE = (REGISTERED, CONFIRMED, DISPUTED, ACCEPTED)
PAYABLE = (CONFIRMED, ACCEPTED)

DISPUTED_SHARE, WITHDRAWN_SHARE, CORRECTED_SHARE = 0.028, 0.006, 0.01
SETTLED_AFTER_DAYS = 12
DISPUTED_NOW = 0.08
"""The newest are disputed more often than those that one has talked about since."""


@dataclass
class Contacts:
    """``case`` and ``grant`` are row numbers. Everything else is what the table holds."""

    ids: Array
    case: Array
    grant: Array
    day: Array
    minutes: Array
    state: Array
    paid: Array
    registered_at: Array
    table: dict[str, Column]
    public_ids: Bytes


def make_contacts(
    town: Town, chain: Chain, *, logins: dict[str, Array], waits_for: int | None
) -> tuple[Contacts, Tables]:
    """``logins``: the users of ``mentor`` and ``citizen`` by row number, 0 where they have none.

    ``waits_for``: a citizen who has not answered about the newest meetings yet.
    """
    case, day, window, is_face = _times(town)
    kind, minutes = _kinds_and_lengths(town, case, is_face)
    case, day, window, kind, minutes = _with_order(case, day, window, kind, minutes)
    grant = _grant_of(town, chain, case, day)
    keep = _inside_grant(chain, grant, minutes)
    case, day, window, kind, minutes, grant = (
        part[keep] for part in (case, day, window, kind, minutes, grant)
    )
    state = _states(town, day, kind)
    if waits_for is not None:
        own = np.flatnonzero((town.cases.citizen[case] == waits_for) & (day > town.now - 13 * DAY))
        state[own[-3:]] = REGISTERED
    contacts = _rows(town, chain, case, day, window, kind, minutes, grant, state, logins)
    used = np.bincount(
        contacts.grant, np.where(np.isin(contacts.state, LIVE), contacts.minutes, 0), len(chain.grants.row)
    ).astype(int)
    chain.grants.table["used_minutes"] = used
    answers = _answers(town, contacts, logins["citizen"])
    months = _months(town, chain, contacts, logins["mentor"])
    return contacts, [answers, months]


def _times(town: Town) -> tuple[Array, Array, Array, Array]:
    """(mentorship, day, window of the day, whether face to face) of every planned contact up to today."""
    cases, draw = town.cases, town.draw
    has_met = np.isin(cases.status, (ACTIVE, ENDED))
    last = np.minimum(cases.ends, town.now + DAY)
    monday = cases.starts - ((cases.starts.astype(int) - 4) % 7) * DAY
    weeks = np.where(has_met, np.maximum(0, -(-((last - monday) / DAY).astype(int) // 7)), 0)
    row, week = spread(weeks)
    per_week = cases.minutes_per_week[row]
    plans = (
        (0, draw.chance(MEETS, len(row)), True),
        (1, draw.chance(MEETS, len(row)) & (per_week >= 300), True),
        (2, draw.chance(TELEPHONES, len(row)), False),
    )
    found = []
    for part, happens, is_face in plans:
        rows, at_week = row[happens], week[happens]
        place = cases.slot[rows] * 3 + part
        weekday, window = place % 5, place // 5
        day = monday[rows] + (at_week * 7 + weekday) * DAY
        inside = (day >= cases.starts[rows]) & (day < last[rows]) & (day <= town.now)
        inside[inside] = is_working(day[inside])
        found.append((rows[inside], day[inside], window[inside], np.full(int(inside.sum()), is_face)))
    row, day, window, faces = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return row, day, window, faces


def _kinds_and_lengths(town: Town, case: Array, is_face: Array) -> tuple[Array, Array]:
    draw, count = town.draw, len(case)
    other = np.array([TELEPHONE, VIDEO, MESSAGE])[draw.pick([66, 14, 20], count)]
    met = np.array([FACE, CITIZEN_ABSENT, MENTOR_ABSENT])[draw.pick([93, 6, 1], count)]
    kind = np.where(is_face, met, other)
    per_week = town.cases.minutes_per_week[case]
    meetings = np.where(per_week >= 300, 2, 1)
    usual = per_week * FACE_SHARE / (MEETS * 0.93 * 0.885) / meetings
    face = np.clip(np.rint(usual * (0.75 + 0.5 * draw.rng.random(count)) / 5) * 5, 20, WINDOW_MINUTES)
    length = np.where(is_face, face, np.array([15, 20, 30, 45])[draw.whole(0, 4, count)])
    length = np.where(kind == MESSAGE, 10, length).astype(int)
    return kind, length


def _with_order(case: Array, day: Array, window: Array, *others: Array) -> tuple[Array, ...]:
    order = np.lexsort((window, day, case))
    return tuple(part[order] for part in (case, day, window, *others))


def _grant_of(town: Town, chain: Chain, case: Array, day: Array) -> Array:
    first = np.searchsorted(chain.grants.row, case)
    part = ((day - town.cases.starts[case]) / DAY).astype(int) // (town.weeks_at_a_time * 7)
    place: Array = first + part
    return place


def _inside_grant(chain: Chain, grant: Array, minutes: Array) -> Array:
    """The contacts, in order, that the minutes granted reach for."""
    order = np.argsort(grant, kind="stable")
    running = np.cumsum(minutes[order])
    ordered = grant[order]
    before = np.searchsorted(ordered, ordered)
    used = running - running[before] + minutes[order][before]
    keep = np.empty(len(grant), bool)
    keep[order] = used <= chain.grants.minutes[ordered]
    return keep


def _states(town: Town, day: Array, kind: Array) -> Array:
    draw, count = town.draw, len(day)
    ago = ((town.now - day) / DAY).astype(int)
    silent = np.select([ago <= 2, ago <= 7, ago <= 21], [0.7, 0.22, 0.03], 0.0)
    state = np.where(draw.chance(silent, count), REGISTERED, CONFIRMED)
    lot = np.where(ago <= SETTLED_AFTER_DAYS, DISPUTED_NOW, DISPUTED_SHARE)
    disputed = draw.chance(lot, count) & (kind != MESSAGE)
    settled = np.where(draw.chance(0.62, count), ACCEPTED, REJECTED)
    state[disputed] = np.where(ago > SETTLED_AFTER_DAYS, settled, DISPUTED)[disputed]
    state[(ago > 4) & draw.chance(WITHDRAWN_SHARE, count)] = WITHDRAWN
    return state


def _rows(
    town: Town,
    chain: Chain,
    case: Array,
    day: Array,
    window: Array,
    kind: Array,
    minutes: Array,
    grant: Array,
    state: Array,
    logins: dict[str, Array],
) -> Contacts:
    draw, cases = town.draw, town.cases
    spare = WINDOW_MINUTES - minutes
    begins = (draw.rng.random(len(case)) * (spare // 15 + 1)).astype(int) * 15
    starts_at = instants(day, FIRST_MINUTE + window * WINDOW_MINUTES + begins)
    ends_at = starts_at + minutes * MINUTE
    now = instants(town.now, 18 * 60)
    wait = (draw.rng.random(len(case)) ** 3 * 26 * 60).astype(int)
    registered_at = np.minimum(ends_at + wait * MINUTE, now)
    registered_at = np.maximum(registered_at, ends_at)
    counted = np.where(np.isin(kind, (CITIZEN_ABSENT, MENTOR_ABSENT)), 0, minutes)
    corrected = np.flatnonzero(
        (state == CONFIRMED) & (kind == FACE) & draw.chance(CORRECTED_SHARE, len(case))
    )
    # What was registered first: a quarter of an hour longer on the paper, at the same time.
    again = np.concatenate((np.arange(len(case)), corrected))
    is_old = np.arange(len(again)) >= len(case)
    ids = town.ids.take("hours_contact", len(again))
    supersedes = np.zeros(len(again), np.int64)
    supersedes[corrected] = ids[len(case) :]
    registered = registered_at[again]
    registered[corrected] += 12 * 60 * MINUTE
    registered = np.where(is_old, registered_at[again], registered)
    states = np.where(is_old, SUPERSEDED, state[again])
    row = case[again]
    task = chain.task_begins[row] + draw.whole(0, 1 << 30, len(row)) % chain.task_counts[row]
    public_ids = draw.public_ids(len(again))
    longer = np.where(is_old, 10, 0)
    table: dict[str, Column] = {
        "id": ids,
        "municipality_id": town.municipality_id,
        "public_id": public_ids,
        "mentorship_id": chain.ids[row],
        "grant_id": chain.grants.ids[grant[again]],
        "mentor_id": town.mentors.ids[cases.mentor[row]],
        "citizen_id": town.citizens.ids[cases.citizen[row]],
        "mentor_identity": town.mentors.identities[cases.mentor[row]],
        "kind": Pool(KINDS, kind[again]),
        "starts_at": starts_at[again],
        "ends_at": ends_at[again] + longer * MINUTE,
        "minutes": counted[again] + longer,
        "task_id": chain.task_ids[task],
        "note": draw.from_pool(words.CONTACT_NOTES, len(again)),
        "done_by_whom": Pool(DONE_BY, _done_by(ids, kind[again])),
        "state": Pool(STATES, states),
        "supersedes_id": Key(supersedes),
        "correction_reason": Pool(
            [*words.CORRECTIONS, "", "Registreret på det forkerte forløb."],
            np.select(
                [supersedes > 0, states == WITHDRAWN],
                [draw.whole(0, len(words.CORRECTIONS), len(again)), len(words.CORRECTIONS) + 1],
                len(words.CORRECTIONS),
            ),
        ),
        "registered_at": registered,
        "registered_by_id": Key(logins["mentor"][cases.mentor[row]]),
    }
    return Contacts(
        ids=ids,
        case=row,
        grant=grant[again],
        day=day[again],
        minutes=counted[again] + longer,
        state=states,
        paid=np.zeros(len(again), int),
        registered_at=registered,
        table=table,
        public_ids=public_ids,
    )


def _answers(town: Town, contacts: Contacts, users: Array) -> tuple[str, Table, int]:
    """A yes for each confirmed contact; a no for each dispute, and what staff settled."""
    draw, now = town.draw, instants(town.now, 19 * 60)
    state = contacts.state
    said = np.flatnonzero(np.isin(state, (CONFIRMED, DISPUTED, ACCEPTED, REJECTED)))
    settled = np.flatnonzero(np.isin(state, (ACCEPTED, REJECTED)))
    contact = np.concatenate((said, settled))
    count, is_settled = len(contact), np.arange(len(said) + len(settled)) >= len(said)
    registered = contacts.registered_at[contact]
    wait = (draw.rng.random(count) ** 2 * 60 * 60).astype(int) + np.where(is_settled, 6 * 24 * 60, 0)
    at = np.maximum(np.minimum(registered + wait * MINUTE, now), registered)
    no = ~is_settled & (state[contact] != CONFIRMED)
    answer = np.select([is_settled & (state[contact] == ACCEPTED), is_settled, no], [2, 3, 1], 0)
    by_staff = is_settled | (answer == 0) & draw.chance(0.12, count)
    reasons = [*words.DISPUTES, *words.RESOLUTIONS_PAY, *words.RESOLUTIONS_REFUSE, "", "Oplyst i telefonen."]
    begins = np.array(
        [len(reasons) - 2, 0, len(words.DISPUTES), len(words.DISPUTES) + len(words.RESOLUTIONS_PAY)]
    )
    spans = np.array([1, len(words.DISPUTES), len(words.RESOLUTIONS_PAY), len(words.RESOLUTIONS_REFUSE)])
    reason = begins[answer] + (draw.rng.random(count) * spans[answer]).astype(int)
    reason[by_staff & (answer == 0)] = len(reasons) - 1
    consultant = town.staff.consultants[town.cases.consultant[contacts.case[contact]]]
    citizen = users[town.cases.citizen[contacts.case[contact]]]
    table: Table = {
        "id": town.ids.take("hours_confirmation", count),
        "municipality_id": town.municipality_id,
        "contact_id": contacts.ids[contact],
        "answer": Pool(["YES", "NO", "RESOLVED_PAY", "RESOLVED_REFUSE"], answer),
        "reason": Pool(reasons, reason),
        "strength": Pool(["SIGNED_IN", "STAFF_NOTE"], by_staff.astype(int)),
        "at": at,
        "by_id": Key(np.where(by_staff, consultant, citizen)),
    }
    return "hours_confirmation", table, count


def _months(town: Town, chain: Chain, contacts: Contacts, users: Array) -> tuple[str, Table, int]:
    """Every month that is over, except some of the newest that are still missing."""
    live = np.isin(contacts.state, LIVE) & (contacts.minutes > 0)
    month = contacts.day[live].astype("datetime64[M]").astype(int)
    case = contacts.case[live]
    keys, place = np.unique(case * 10_000 + month, return_inverse=True)
    minutes = np.bincount(place, contacts.minutes[live], len(keys)).astype(int)
    case, month = keys // 10_000, (keys % 10_000).astype("datetime64[M]")
    this_month = town.now.astype("datetime64[M]")
    newest = month == this_month - np.timedelta64(1, "M")
    keep = (month < this_month) & (~newest | town.draw.chance(0.88, len(month)))
    case, month, minutes = case[keep], month[keep], minutes[keep]
    first = month.astype("datetime64[D]")
    handed = (month + np.timedelta64(1, "M")).astype("datetime64[D]") + town.draw.whole(
        0, 5, len(month)
    ) * DAY
    handed_at = instants(np.minimum(handed, town.now), town.draw.whole(8 * 60, 21 * 60, len(month)))
    table: Table = {
        "id": town.ids.take("hours_monthhandin", len(month)),
        "municipality_id": town.municipality_id,
        "mentorship_id": chain.ids[case],
        "mentor_id": town.mentors.ids[town.cases.mentor[case]],
        "month": first,
        "minutes": minutes,
        "handed_in_at": handed_at,
        "handed_in_by_id": Key(users[town.cases.mentor[case]]),
    }
    return "hours_monthhandin", table, len(month)


def _done_by(ids: Array, kind: Array) -> Array:
    """Who did it, for two of three meetings, mostly the two together. From the numbers, so that no other draw moves."""
    lot = ids * 2_654_435_761 % 2**32 % 12
    said = np.select([lot < 4, lot < 6, lot < 10], [0, 1, 2], 3)
    found: Array = np.where(kind == FACE, said, 0)
    return found
