"""Who is studied and from when: mentor spells, only offer, dosage, history before, age bands, one arm at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brobygger.analysis.errors import CohortError
from brobygger.analysis.outcomes import JOB
from brobygger.analysis.panel import Column, Ints, Panel, Spells, first_week_in, weeks_in_states
from brobygger.analysis.weeks import Days, add_months, weeks_of

JOINING_GAP = 4
"""Whole weeks without a meeting that do not end a mentor spell."""
PASSIVE_WEEKS = 4
FOLLOWED_FROM, FOLLOWED_TO = 5, 26
LANDMARK = 13
YES, NO, NOT_KNOWN = 1, 0, -1

AGE_BANDS = ("under 16", "16-19", *(f"{low}-{low + 4}" for low in range(20, 65, 5)), "65+")
_BAND_EDGES = (16, *range(20, 70, 5))

Flags = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Agreements:
    """Granted agreements: ``person`` (A,) row in the panel, ``extends`` (A,) it prolongs the person's earlier one.

    ``attributes`` are columns (A,); a spell gets those of its first agreement.
    """

    person: Ints
    extends: npt.NDArray[np.bool_]
    attributes: dict[str, Column]


@dataclass(frozen=True)
class Meetings:
    """Meetings: ``agreement`` (M,) row in the agreements, ``day`` (M,), ``minutes`` (M,), ``face_to_face`` and
    ``confirmed`` (M,) true or false.
    """

    agreement: Ints
    day: Days
    minutes: Ints
    face_to_face: npt.NDArray[np.bool_]
    confirmed: npt.NDArray[np.bool_]

    def only_confirmed(self) -> Meetings:
        """The meetings both sides stand by."""
        ok = self.confirmed
        return Meetings(self.agreement[ok], self.day[ok], self.minutes[ok], self.face_to_face[ok], ok[ok])


def mentor_spells(agreements: Agreements, meetings: Meetings) -> tuple[Spells, Ints]:
    """Mentor spells: each agreement from its first to its last confirmed meeting, joined over short gaps.

    Agreements of one person join when at most four whole weeks lie between them, and when the later one extends the
    earlier; the municipality may change on the way. Agreements without a confirmed meeting make no spell.
    Columns: ``first_day``, ``last_day``, ``minutes``, ``face_minutes``, ``meetings``, ``agreements`` and those of the
    first agreement. Also returns the spell of each agreement (A,), -1 for none.
    Raises CohortError when a meeting points at no agreement.
    """
    if len(meetings.agreement) and not 0 <= meetings.agreement.min() <= meetings.agreement.max() < len(
        agreements.person
    ):
        raise CohortError("Et møde peger på en bevilling, som ikke findes.")
    met = meetings.only_confirmed()
    first, last = _first_and_last(met, len(agreements.person))
    used = np.flatnonzero(~np.isnat(first))
    order = used[np.lexsort((first[used], agreements.person[used]))]
    begins = _begins(agreements.person[order], agreements.extends[order], first[order], last[order])
    number = np.cumsum(begins) - 1
    spell_of = np.full(len(agreements.person), -1, dtype=np.int32)
    spell_of[order] = number
    return _spells(agreements, met, spell_of, order[begins], first, last), spell_of


def _first_and_last(met: Meetings, count: int) -> tuple[Days, Days]:
    far = np.datetime64("9999-12-31", "D")
    first = np.full(count, far)
    last = np.full(count, np.datetime64("0001-01-01", "D"))
    np.minimum.at(first, met.agreement, met.day.astype("datetime64[D]"))
    np.maximum.at(last, met.agreement, met.day.astype("datetime64[D]"))
    nothing = first == far
    first[nothing] = last[nothing] = np.datetime64("NaT", "D")
    return first, last


def _begins(person: Ints, extends: npt.NDArray[np.bool_], first: Days, last: Days) -> npt.NDArray[np.bool_]:
    """Which agreements, in order of person and first meeting, begin a spell of their own."""
    if not len(person):
        return np.zeros(0, dtype=bool)
    low, high = weeks_of(first).astype(np.int64), weeks_of(last).astype(np.int64) + 1
    apart = np.int64(high.max() - low.min() + 1)
    shifted = person.astype(np.int64) * apart
    reached = np.maximum.accumulate(shifted + high - low.min())[:-1] - shifted[1:] + low.min()
    new_person = person[1:] != person[:-1]
    long_gap = low[1:] - reached > JOINING_GAP
    return np.concatenate(([True], new_person | (long_gap & ~extends[1:])))


def _spells(
    agreements: Agreements,
    met: Meetings,
    spell_of: Ints,
    leaders: npt.NDArray[np.int64],
    first: Days,
    last: Days,
) -> Spells:
    count = len(leaders)
    mine = spell_of[met.agreement]
    last_day = np.full(count, np.datetime64("0001-01-01", "D"))
    taking = spell_of >= 0
    np.maximum.at(last_day, spell_of[taking], last[taking])
    first_day = first[leaders]
    own = {name: column[leaders] for name, column in agreements.attributes.items()}
    return Spells(
        agreements.person[leaders],
        weeks_of(first_day),
        weeks_of(last_day) + np.int32(1),
        own
        | {
            "first_day": first_day,
            "last_day": last_day,
            "minutes": np.bincount(mine, met.minutes, count).astype(np.int64),
            "face_minutes": np.bincount(mine, met.minutes * met.face_to_face, count).astype(np.int64),
            "meetings": np.bincount(mine, minlength=count),
            "agreements": np.bincount(spell_of[taking], minlength=count),
        },
    )


def only_offer(kinds: Panel, spells: Spells) -> Spells:
    """Adds how far the mentor was the only offer. ``kinds`` is ``CodeList.classify(weekly, "kind")``.

    ``passive_weeks``: weeks of the spell with a passive code. ``started_only``: the first four weeks (or all, of a
    shorter spell) were passive. ``followed`` and ``followed_company``: an active, or a company-based, offer in a week
    of the spell or in week 5 to 26 after it. The flags are 1 yes, 0 no, -1 when the data do not reach.
    """
    start, stop = spells.start, spells.stop
    inside = weeks_in_states(kinds, spells.person, start, stop)
    opening = weeks_in_states(kinds, spells.person, start, np.minimum(start + PASSIVE_WEEKS, stop))
    later = weeks_in_states(kinds, spells.person, stop + FOLLOWED_FROM - 1, stop + FOLLOWED_TO)
    passive = _column(kinds, inside, "passive")
    unseen = _unseen(kinds, opening)
    whole = _column(kinds, opening, "passive") == opening.sum(axis=1)
    dark = _unseen(kinds, inside) + _unseen(kinds, later)
    company = _column(kinds, inside, "company") + _column(kinds, later, "company")
    active = company + _column(kinds, inside, "active") + _column(kinds, later, "active")
    return spells.with_columns(
        passive_weeks=passive,
        started_only=_flags(whole, unseen > 0),
        followed=_flags(active > 0, (active == 0) & (dark > 0)),
        followed_company=_flags(company > 0, (company == 0) & (dark > 0)),
    )


@dataclass(frozen=True)
class OnlyOffer:
    """Mentor as the only offer: spells that started so, their length, and what followed them (all shares 0-1)."""

    spells: int
    started_only: int
    median_months: float
    over_six_months: float
    followed_known: int
    followed: float
    company_of_followed: float


def only_offer_summary(spells: Spells) -> OnlyOffer:
    """Sums up the columns of ``only_offer``. Shares are of the spells the data can tell; NaN when there are none."""
    only = spells.take(spells.column("started_only") == YES)
    known = only.take(only.column("followed") != NOT_KNOWN)
    followed = known.take(known.column("followed") == YES)
    months = only.weeks / (365.2425 / 12 / 7)
    return OnlyOffer(
        spells=len(spells),
        started_only=len(only),
        median_months=float(np.median(months)) if len(only) else float("nan"),
        over_six_months=_mean(months > 6),
        followed_known=len(known),
        followed=_mean(known.column("followed") == YES),
        company_of_followed=_mean(followed.column("followed_company") == YES),
    )


@dataclass(frozen=True)
class Dosage:
    """Per spell (S,): months from first to last meeting, and confirmed hours per week, all and face to face."""

    months: npt.NDArray[np.float64]
    hours_per_week: npt.NDArray[np.float64]
    face_per_week: npt.NDArray[np.float64]


def dosage(spells: Spells) -> Dosage:
    """Confirmed hours over the weeks of the spell. Describes; longer spells are not thereby better ones."""
    weeks = spells.weeks.astype(np.float64)
    days = (spells.column("last_day") - spells.column("first_day")).astype(np.int64) + 1
    return Dosage(
        months=days / (365.2425 / 12),
        hours_per_week=spells.column("minutes") / 60 / weeks,
        face_per_week=spells.column("face_minutes") / 60 / weeks,
    )


def dosage_at_landmark(
    spells: Spells, meetings: Meetings, spell_of: Ints, *, week: int = LANDMARK
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Rows of spells still running after ``week`` weeks, and their confirmed hours per week until then.

    What happens after the landmark must be counted from it: comparing hours of whole spells compares those who stay
    with those who leave.
    """
    met = meetings.only_confirmed()
    mine = spell_of[met.agreement]
    early = weeks_of(met.day) < spells.start[mine] + week
    hours = np.bincount(mine[early], met.minutes[early] / 60, len(spells)) / week
    rows = np.flatnonzero(spells.weeks >= week)
    return rows, hours[rows]


@dataclass(frozen=True)
class History:
    """What was known before the index week: ``values`` (S, K) float64 with ``names`` (K,), last states apart (S,)."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    last_state: npt.NDArray[np.str_]


def history_before(states: Panel, person: npt.ArrayLike, week: npt.ArrayLike, *, years: int = 3) -> History:
    """The past of each person up to, never including, an index week.

    ``share_STATE_yN``: share of seen weeks in the state N years back (52 weeks each); ``weeks_in_last``: weeks in the
    state of the last week; ``changes``: changes of state in all the years; ``job_5y``: ever in a job in five years.
    """
    who, index = (np.asarray(part, dtype=np.int32) for part in (person, week))
    labels = [code for code in states.codes if code != "unseen"] + [states.gap]
    places = [_place(states, label) for label in labels]
    names, columns = list[str](), list[npt.NDArray[np.float64]]()
    for year in range(1, years + 1):
        spent = weeks_in_states(states, who, index - 52 * year, index - 52 * (year - 1))
        seen = np.maximum(spent.sum(axis=1) - _unseen(states, spent), 1)
        names += [f"share_{label}_y{year}" for label in labels]
        columns += [spent[:, place] / seen for place in places]
    names += ["weeks_in_last", "changes", "job_5y"]
    columns += [_weeks_in_last(states, who, index), _changes(states, who, index, 52 * years)]
    columns.append(_ever(states, who, index - 260, index, JOB))
    return History(tuple(names), np.column_stack(columns), states.names(states.status_at(who, index - 1)))


def age_bands(birth: Days, on: Days) -> npt.NDArray[np.str_]:
    """Five-year bands on one day per spell: the last day, or the last of the period while it runs.

    The day decides the band of the whole spell; a birthday never splits it. Someone born on 29 February is a year
    older on 28 February in a year without the 29th.
    """
    reached = [add_months(birth, 12 * age) <= on for age in _BAND_EDGES]
    result: npt.NDArray[np.str_] = np.array(AGE_BANDS)[np.sum(reached, axis=0)]
    return result


def in_two_arms(spells: Spells, arm: str) -> Ints:
    """Persons with spells in different arms that overlap in time."""
    label = np.unique(spells.column(arm), return_inverse=True)[1]
    order = np.lexsort((spells.start, spells.person))
    found = list[int]()
    for person, rows in _by_person(spells.person, order):
        if len(rows) > 1 and _overlap(spells.start[rows], spells.stop[rows], label[rows]):
            found.append(person)
    return np.array(found, dtype=np.int32)


def one_arm_each(spells: Spells, arm: str) -> Spells:
    """The spells unchanged. Raises CohortError when someone is in two arms in the same week."""
    both = in_two_arms(spells, arm)
    if len(both):
        raise CohortError(f"{len(both)} personer er i to grupper på samme tid.")
    return spells


def first_spells(spells: Spells) -> Spells:
    """The first spell of each person, so that one person is one observation."""
    order = np.lexsort((spells.start, spells.person))
    first = np.concatenate(([True], np.diff(spells.person[order]) != 0)) if len(spells) else np.zeros(0, bool)
    return spells.take(np.sort(order[first]))


def _by_person(person: Ints, order: npt.NDArray[np.int64]) -> Sequence[tuple[int, npt.NDArray[np.int64]]]:
    repeated = np.flatnonzero(np.diff(person[order]) == 0)
    people = np.unique(person[order][repeated])
    low = np.searchsorted(person[order], people, "left")
    high = np.searchsorted(person[order], people, "right")
    return [(int(p), order[a:b]) for p, a, b in zip(people, low, high, strict=True)]


def _overlap(start: Ints, stop: Ints, label: npt.NDArray[np.int64]) -> bool:
    clash = (
        (start[:, None] < stop[None, :])
        & (start[None, :] < stop[:, None])
        & (label[:, None] != label[None, :])
    )
    return bool(clash.any())


def _weeks_in_last(states: Panel, person: Ints, index: Ints) -> npt.NDArray[np.float64]:
    """Weeks without a change up to the index week, as far back as the data go."""
    rows, stops = _last_rows(states, person, index)
    inside = (rows >= 0) & (stops >= index)
    began = np.where(
        inside, states.start[np.maximum(rows, 0)] if len(states) else 0, np.where(rows >= 0, stops, 0)
    )
    since = np.where(rows >= 0, began, states.first_week)
    return np.maximum(index - since, 0).astype(np.float64)


def _last_rows(states: Panel, person: Ints, index: Ints) -> tuple[npt.NDArray[np.int64], Ints]:
    """The last row of each person that begins before the index week, -1 for none, and where it stops."""
    row = states.first_row_after(person, index - 1, states.start) - 1
    own = row >= states.offsets[person]
    stops = states.stop[np.maximum(row, 0)] if len(states) else np.zeros(len(person), dtype=np.int32)
    return np.where(own, row, -1), stops


def _changes(states: Panel, person: Ints, index: Ints, weeks: int) -> npt.NDArray[np.float64]:
    """Changes of state in the weeks before the index week, into and out of the gap state too."""
    begins = _edges_inside(states, person, index, weeks, states.start)
    ends = _edges_inside(states, person, index, weeks, states.stop)
    both = _edges_inside(states, person, index, weeks, states.stop[:-1], touching=True)
    return (begins + ends - both).astype(np.float64)


def _edges_inside(
    states: Panel, person: Ints, index: Ints, weeks: int, edge: Ints, *, touching: bool = False
) -> npt.NDArray[np.int64]:
    """How many run edges fall after the first and before the index week; touching ones only where a run follows."""
    owner = states.person
    if touching:
        meets = (states.person[1:] == states.person[:-1]) & (states.start[1:] == states.stop[:-1])
        owner, edge = states.person[:-1][meets], edge[meets]
    real = (edge > states.first_week) & (edge < states.stop_week)
    keys = states.key(owner[real], edge[real])
    low = states.key(person, np.clip(index - weeks + 1, states.first_week, states.stop_week))
    high = states.key(person, np.clip(index, states.first_week, states.stop_week))
    result: npt.NDArray[np.int64] = np.searchsorted(keys, high, "left") - np.searchsorted(keys, low, "left")
    return np.maximum(result, 0)


def _ever(states: Panel, person: Ints, low: Ints, high: Ints, state: str) -> npt.NDArray[np.float64]:
    hit = first_week_in(states, {state}, person, low)
    return ((hit >= 0) & (hit < high)).astype(np.float64)


def _place(panel: Panel, label: str) -> int:
    return len(panel.codes) if label == panel.gap else panel.codes.index(label)


def _column(panel: Panel, spent: npt.NDArray[np.int32], state: str) -> Ints:
    if state == panel.gap or state in panel.codes:
        return np.asarray(spent[:, _place(panel, state)])
    return np.zeros(len(spent), dtype=np.int32)


def _unseen(panel: Panel, spent: npt.NDArray[np.int32]) -> Ints:
    """Weeks outside the window and weeks no file tells about."""
    hidden = spent[:, -1]
    return np.asarray(hidden + _column(panel, spent, "unseen"), dtype=np.int32)


def _flags(yes: npt.NDArray[np.bool_], unknown: npt.NDArray[np.bool_]) -> Flags:
    return np.where(unknown, NOT_KNOWN, np.where(yes, YES, NO)).astype(np.int8)


def _mean(values: npt.NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
