"""What happened: states by week, the five statuses, status after a pathway, and how long a job was kept.

Nothing here is causal. The definitions follow DREAM and Jobindsats as described in ``docs/analysis/registers.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import NOT_SEEN, UNKNOWN, UNSEEN_GROUP, CodeList, dream_codes
from brobygger.analysis.errors import CohortError
from brobygger.analysis.panel import (
    GAP,
    UNSEEN,
    Column,
    Ints,
    Panel,
    Spells,
    first_week_in,
    rows_in_windows,
    segments,
)
from brobygger.analysis.registers import job_weeks
from brobygger.analysis.weeks import (
    Days,
    add_months,
    first_days,
    mondays,
    months_of,
    weeks_of,
)

JOB, SELF_SUPPORT = "job", "self_support"
FIVE = ("job", "education", "benefit", "self_support", "other")
"""The statuses of Jobindsats after a pathway, in the order they are shown."""
AFTER_ENTRY = ("job", "education", "same_benefit", "other_benefit", "self_support")
"""Jobindsats' shares after new unemployment; the last one also holds what fits nowhere else."""

_EDUCATION = ("student_grant", "adult_education_support", "apprentice")
_BENEFIT = (
    "unemployment_benefit",
    "holiday_benefit",
    "transitional_allowance",
    "cash_benefit",
    "educational_help",
    "integration_benefit",
    "flex_waiting",
    "pre_rehabilitation",
    "rehabilitation",
    "resource_course",
    "job_clarification",
    "sickness_benefit",
)
_PENSION = ("early_exit", "disability_pension", "pension")
_OTHER = (
    *_PENSION,
    "flex_job",
    "sheltered_job",
    "leave",
    "service_job",
    "rotation",
    "maternity",
    "abroad",
    "dead",
)

FIVE_OF: Mapping[str, str] = {
    JOB: "job",
    SELF_SUPPORT: "self_support",
    **dict.fromkeys(_EDUCATION, "education"),
    **dict.fromkeys(_BENEFIT, "benefit"),
    **dict.fromkeys((*_OTHER, UNKNOWN), "other"),
    UNSEEN_GROUP: UNSEEN_GROUP,
}
"""States to the five statuses. Dead and abroad are ``other``, never "not in a job" of those who could have one."""

_ENDS_JOB = {
    **dict.fromkeys(_BENEFIT, "benefit"),
    **dict.fromkeys(_EDUCATION, "education"),
    **dict.fromkeys(_PENSION, "pension"),
    "abroad": "away",
    "dead": "away",
    UNSEEN_GROUP: UNSEEN_GROUP,
}
CAUSES = ("censored", "benefit", "education", "pension", "away")
_LASTING = 4
_APPRENTICE_AGE = 30
_LATE_MONTHS = 3

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]


def labour_states(weekly: Panel, branches: Panel | None, codes: CodeList | None = None) -> Panel:
    """The weekly register in states: the family of each code, ``job``, and ``self_support`` for the weeks between.

    A job is a week without benefit, or in a flex job, with a wage in the month; self-support is a week with neither.
    Weeks without benefit in months the branch columns do not cover are ``unseen``. Without ``branches`` the weeks
    without benefit stay ``blank``, and what needs a job raises CohortError.
    """
    family = (codes or dream_codes()).classify(weekly, "family")
    if branches is None:
        return family
    wages = job_weeks(branches).widened(
        first_week=family.first_week, stop_week=family.stop_week, outside=NOT_SEEN
    )
    person, start, stop = segments([family, wages])
    state, names = _with_jobs(family, wages, person, start)
    return Panel.build(
        person=person,
        start=start,
        stop=stop,
        status=state,
        codes=names,
        persons=family.persons,
        first_week=family.first_week,
        stop_week=family.stop_week,
        gap=SELF_SUPPORT,
        ids=family.ids,
    ).trimmed()


def _with_jobs(family: Panel, wages: Panel, person: Ints, start: Ints) -> tuple[Column, list[str]]:
    names = [*family.codes, JOB, SELF_SUPPORT]
    if UNSEEN_GROUP not in names:
        names.append(UNSEEN_GROUP)
    benefit, wage = family.status_at(person, start), wages.status_at(person, start)
    paid = wage == (wages.codes.index("wage") if "wage" in wages.codes else GAP - 100)
    dark = wage == (wages.codes.index(NOT_SEEN) if NOT_SEEN in wages.codes else GAP - 100)
    flex = family.codes.index("flex_job") if "flex_job" in family.codes else GAP - 100
    state = np.where(benefit == GAP, names.index(SELF_SUPPORT), benefit)
    state = np.where((benefit == GAP) & dark, names.index(UNSEEN_GROUP), state)
    return np.where(((benefit == GAP) | (benefit == flex)) & paid, names.index(JOB), state), names


@dataclass(frozen=True)
class WeekTable:
    """How many spells are in each state, week by week around the index week.

    ``weeks`` (W,); ``counts`` (G, W, S) spells in each of ``states``; ``seen`` (G, W) spells the data tell about that
    week, which is what shares are of; ``spells`` and ``people`` (G,), people counted once however many spells.
    """

    weeks: Ints
    states: tuple[str, ...]
    groups: tuple[str, ...]
    counts: Counts
    seen: Counts
    spells: Counts
    people: Counts

    @property
    def shares(self) -> Shares:
        """(G, W, S) between 0 and 1, NaN where nobody is seen."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.counts / self.seen[:, :, None], dtype=np.float64)

    def percent(self, decimals: int = 0) -> Shares:
        """(G, W, S) rounded so that the states of a week sum to 100."""
        return shares_to_100(self.counts, decimals)

    def at(self, week: int) -> int:
        """Where a week stands in ``weeks``. Raises CohortError outside them."""
        place = week - int(self.weeks[0])
        if not 0 <= place < len(self.weeks):
            raise CohortError(f"Tabellen går ikke til uge {week}.")
        return place


@dataclass(frozen=True)
class Windows:
    """Windows ``[low, high)`` (S,) of ``width`` weeks, one a spell, in ``group`` (S,) of ``groups``.

    ``lookup`` puts the panel's states in ``kinds``.
    """

    low: Ints
    high: Ints
    group: Ints
    lookup: Ints
    kinds: int
    groups: int
    width: int


CountEdges = Callable[[Panel, Spells, Windows], Counts]


def edges_here(states: Panel, spells: Spells, windows: Windows) -> Counts:
    """+1 for each run that enters a spell's window and -1 where it leaves: (groups × kinds × (width + 1),)."""
    low, high, width = windows.low, windows.high, windows.width
    rows, spell = rows_in_windows(states, spells.person, low, high)
    enters = np.maximum(states.start[rows], low[spell]) - low[spell]
    leaves = np.minimum(states.stop[rows], high[spell]) - low[spell]
    kind = windows.lookup[states.status[rows]]
    cell = (windows.group[spell] * windows.kinds + kind) * np.int32(width + 1)
    return _edges(cell, enters, leaves, windows.groups * windows.kinds * (width + 1))


def status_by_week(
    states: Panel,
    spells: Spells,
    *,
    mapping: Mapping[str, str] | None = FIVE_OF,
    order: Sequence[str] = FIVE,
    before: int = 52,
    after: int = 104,
    by: str | npt.ArrayLike | None = None,
    index: Literal["start", "end"] = "start",
    count: CountEdges | None = None,
) -> WeekTable:
    """States by week from ``-before`` to ``after`` around the first week of each spell, or the first week after it.

    ``mapping`` joins states (None: as they are); ``by`` is a column of the spells or labels (S,). Weeks outside the
    data, and ``unseen`` ones, are not counted as anything. Each spell counts; see ``people`` for persons. Cost follows
    the number of spells: +1 where a run enters the window, -1 where it leaves, summed over weeks at the end.
    ``count`` adds those up elsewhere (``edges_here`` here).
    Raises CohortError when a spell's person is not in the panel or a state has no place in ``mapping``.
    """
    _check_persons(states, spells)
    groups, group = _groups(spells, by)
    names, lookup = _lookup(states, mapping, order)
    zero = spells.start if index == "start" else spells.stop
    width = before + after + 1
    low, high = zero - before, zero + after + 1
    kinds = len(names) + 1
    windows = Windows(low, high, group, lookup, kinds, len(groups), width)
    change = (count or edges_here)(states, spells, windows)
    counts = np.cumsum(change.reshape(len(groups), kinds, width + 1), axis=2)[:, :, :width]
    covered = _covered(states, low, high, group, len(groups), width)
    in_gap = covered - counts.sum(axis=1)
    counts[:, lookup[len(states.codes)]] += in_gap
    return WeekTable(
        weeks=np.arange(-before, after + 1, dtype=np.int32),
        states=names,
        groups=groups,
        counts=np.ascontiguousarray(counts[:, : len(names)].transpose(0, 2, 1)),
        seen=covered - counts[:, -1],
        spells=np.bincount(group, minlength=len(groups)).astype(np.int64),
        people=_people(spells, group, len(groups)),
    )


def shares_to_100(counts: npt.ArrayLike, decimals: int = 0) -> Shares:
    """Percentages along the last axis that sum to exactly 100 at the given number of decimals.

    Largest remainders (Hamilton): everyone gets the whole units, those with the largest remainders one more; ties go
    to the first. Rows that sum to 0 are NaN. Whole-number counts only.
    """
    whole = np.asarray(counts, dtype=np.int64)
    units = 100 * 10**decimals
    total = whole.sum(axis=-1, keepdims=True)
    share, rest = np.divmod(whole * units, np.maximum(total, 1))
    left = units - share.sum(axis=-1, keepdims=True)
    rank = np.argsort(np.argsort(-rest, axis=-1, kind="stable"), axis=-1, kind="stable")
    rounded = (share + (rank < left)) / 10**decimals
    return np.where(total > 0, rounded, np.nan)


@dataclass(frozen=True)
class StatusAfter:
    """One status per spell and number of months: ``status`` (S, M) indices into ``names``, UNSEEN where not known.

    ``days`` (S, M) the day asked about; ``provisional`` (S, M) wages of that month may still be registered late.
    """

    months: tuple[int, ...]
    names: tuple[str, ...]
    status: npt.NDArray[np.int16]
    days: Days
    provisional: npt.NDArray[np.bool_]

    def counts(self, *, settled_only: bool = True) -> Counts:
        """(M, names) spells in each status; provisional ones are left out unless asked for."""
        known = self.status != UNSEEN
        if settled_only:
            known &= ~self.provisional
        kinds = range(len(self.names))
        return np.array([((self.status == kind) & known).sum(axis=0) for kind in kinds], dtype=np.int64).T


def benefit_pathways(family: Panel, benefit: str) -> Spells:
    """Pathways on one benefit, as Jobindsats counts them: ended by a whole calendar month without it.

    ``family`` is the register by family (``labour_states`` or ``CodeList.classify``). Columns: ``last_day``, the last
    Sunday with the benefit; ``running``, no whole month without it has passed yet; ``from_before``, it began on or
    before the first week of the data. A later payment is a new pathway. Shorter gaps belong to the pathway.
    """
    known = family.code_index(benefit) if benefit in family.codes else UNSEEN
    rows = np.flatnonzero(family.status == known)
    person, start, stop = family.person[rows], family.start[rows], family.stop[rows]
    follows = person[1:] == person[:-1]
    ended = ~follows | _whole_month_between(stop[:-1], start[1:])
    first = np.concatenate((np.ones(min(len(person), 1), bool), ended))
    last = np.concatenate((ended, np.ones(min(len(person), 1), bool)))
    ends = stop[last]
    return Spells(
        person[first],
        start[first],
        ends,
        {
            "last_day": mondays(ends) - 1,
            "running": ~_whole_month_between(ends, np.full_like(ends, family.stop_week)),
            "from_before": start[first] == family.first_week,
        },
    )


def _whole_month_between(stop: Ints, start: Ints) -> npt.NDArray[np.bool_]:
    """Whether the days from week ``stop`` to before week ``start`` hold a whole calendar month."""
    free = months_of(mondays(stop) - np.timedelta64(1, "D")) + 1
    result: npt.NDArray[np.bool_] = first_days(free + 1) <= mondays(start)
    return result


def status_after_end(
    states: Panel,
    wages: Panel,
    spells: Spells,
    *,
    months: Sequence[int] = (1, 3, 6, 12),
    birth: Days | None = None,
    late_months: int = _LATE_MONTHS,
) -> StatusAfter:
    """The five statuses on one day 1, 3, 6 and 12 months after the last day of each spell (Jobindsats).

    ``wages`` are the branches by week. Job needs a wage in the calendar month of the day; an apprentice of 30 or more
    (``birth``, days (S,)) is in a job. Spells still ``running`` have no end and no status. Uses the column
    ``last_day`` when there is one, else the Sunday of the last week.
    """
    last = spells.attributes.get("last_day", mondays(spells.stop) - 1)
    days = np.stack([add_months(last, number) for number in months], axis=1)
    found = _on_days(states, wages, spells.person, days)
    mapped = _five_of(found, days, birth)
    status = _status(mapped, FIVE, without=spells.attributes.get("running"))
    return StatusAfter(tuple(months), FIVE, status, days, _provisional(states, days, late_months))


def status_after_entry(
    states: Panel,
    wages: Panel,
    pathways: Spells,
    *,
    benefit: str,
    months: Sequence[int] = (3, 6),
    late_months: int = _LATE_MONTHS,
) -> StatusAfter:
    """Job, education, same benefit, other benefit, self-support and the rest, months after a pathway began.

    Jobindsats' RM01AK convention. Pathways that began before the data (``from_before``) have no known beginning and no
    status.
    """
    days = np.stack([add_months(mondays(pathways.start), number) for number in months], axis=1)
    found = _on_days(states, wages, pathways.person, days)
    mapped = _five_of(found, days, None)
    mapped = np.where(
        mapped == "benefit", np.where(found == benefit, "same_benefit", "other_benefit"), mapped
    )
    mapped = np.where(mapped == "other", SELF_SUPPORT, mapped)
    status = _status(mapped, AFTER_ENTRY, without=pathways.attributes.get("from_before"))
    return StatusAfter(tuple(months), AFTER_ENTRY, status, days, _provisional(states, days, late_months))


def _status(
    mapped: Column, kinds: Sequence[str], *, without: npt.NDArray[Any] | None
) -> npt.NDArray[np.int16]:
    """The place (S, M) among ``kinds`` of each status in words; unseen, too, for spells (S,) that are ``without``."""
    names = np.array([*kinds, UNSEEN_GROUP])
    hidden = mapped == UNSEEN_GROUP
    if without is not None:
        hidden = hidden | without[:, None]
    return np.where(hidden, UNSEEN, np.argmax(mapped[:, :, None] == names, axis=2)).astype(np.int16)


def _on_days(states: Panel, wages: Panel, person: Ints, days: Days) -> Column:
    """The state on each day (S, M): that of its week, but job or not by the wage in the day's calendar month."""
    _require_jobs(states)
    found = states.names(states.status_at(person[:, None], weeks_of(days)))
    inside_month = weeks_of(first_days(months_of(days)) + np.timedelta64(3, "D"))
    pay = wages.names(wages.status_at(person[:, None], inside_month))
    without = np.isin(found, [JOB, SELF_SUPPORT])
    paid = ~np.isin(pay, [wages.gap, NOT_SEEN, ""])
    judged = np.where(paid, JOB, np.where(pay == wages.gap, SELF_SUPPORT, UNSEEN_GROUP))
    result = np.where(without, judged, found)
    return np.where(result == "", UNSEEN_GROUP, result)


def _five_of(found: Column, days: Days, birth: Days | None) -> Column:
    names, place = np.unique(found, return_inverse=True)
    mapped = np.array([FIVE_OF.get(str(name), "other") for name in names])[place].reshape(found.shape)
    if birth is not None:
        older = add_months(birth, _APPRENTICE_AGE * 12)[:, None] <= days
        mapped = np.where((found == "apprentice") & older, JOB, mapped)
    return np.asarray(mapped)


def _provisional(states: Panel, days: Days, late_months: int) -> npt.NDArray[np.bool_]:
    newest = months_of(mondays(np.array(states.stop_week)) - np.timedelta64(1, "D"))
    result: npt.NDArray[np.bool_] = months_of(days) > newest - late_months
    return result


@dataclass(frozen=True)
class Durations:
    """Times to one of several ends: ``time`` (n,) whole weeks, ``cause`` (n,) index into ``causes``, 0 not ended.

    ``row`` (n,) the spell each belongs to, ``person`` and ``start`` (n,) who and the running week it began.
    """

    row: npt.NDArray[np.int64]
    person: Ints
    start: Ints
    time: Ints
    cause: npt.NDArray[np.int8]
    causes: tuple[str, ...] = CAUSES


def job_retention(
    states: Panel,
    spells: Spells,
    *,
    since: Literal["start", "end"] = "start",
    within: int | None = None,
) -> Durations:
    """How long the first job at or after the spell's start (or end) was kept, in weeks.

    A job has ended in the first of at least four consecutive weeks with a benefit. Four weeks of education, any week
    of pension, and abroad or dead are other ends. A short stretch of benefit that the data stop in leaves the end
    unknown from where it began. Spells without a job inside ``within`` weeks are left out. A job before the reference
    week never counts.
    """
    _require_jobs(states)
    _check_persons(states, spells)
    zero = spells.start if since == "start" else spells.stop
    entry = first_week_in(states, {JOB}, spells.person, zero)
    limit = states.stop_week if within is None else within
    row = np.flatnonzero((entry >= 0) & (entry - zero <= limit))
    person, start = spells.person[row], entry[row]
    ends = _ends_of_jobs(states)
    place = np.searchsorted(ends.key, ends.key_of(person, start), "left")
    safe = np.minimum(place, max(len(ends.key) - 1, 0))
    hit = (
        (place < len(ends.key)) & (ends.person[safe] == person) if len(ends.key) else np.zeros(len(row), bool)
    )
    stop = np.where(hit, ends.week[safe] if len(ends.key) else 0, states.stop_week)
    cause = np.where(hit, ends.cause[safe] if len(ends.key) else 0, 0)
    return Durations(row, person, start, (stop - start).astype(np.int32), cause.astype(np.int8))


@dataclass(frozen=True)
class _Ends:
    person: Ints
    week: Ints
    cause: npt.NDArray[np.int8]
    width: int
    first_week: int

    def key_of(self, person: Ints, week: Ints) -> Counts:
        return person.astype(np.int64) * (self.width + 1) + (week - self.first_week)

    @property
    def key(self) -> Counts:
        return self.key_of(self.person, self.week)


def _ends_of_jobs(states: Panel) -> _Ends:
    """Weeks in which a job, had there been one, would count as ended, and why."""
    panel = states.mapped({code: _ENDS_JOB.get(code, "neither") for code in states.codes}, gap="neither")
    name = np.array([*panel.codes, ""])[panel.status]
    length = panel.stop - panel.start
    needs_weeks = np.isin(name, ["benefit", "education"])
    open_end = needs_weeks & (length < _LASTING) & (panel.stop == panel.stop_week)
    counts = np.where(
        needs_weeks, (length >= _LASTING) | open_end, np.isin(name, ["pension", "away", UNSEEN_GROUP])
    )
    rows = np.flatnonzero(counts)
    cause = np.array([CAUSES.index(n) if n in CAUSES else 0 for n in (*panel.codes, "")], dtype=np.int8)
    causes = np.where(open_end, 0, cause[panel.status]).astype(np.int8)
    return _Ends(panel.person[rows], panel.start[rows], causes[rows], panel.width, panel.first_week)


def _require_jobs(states: Panel) -> None:
    if states.gap != SELF_SUPPORT:
        raise CohortError("Uden branchekolonner kan job og selvforsørgelse ikke skilles ad.")


def _check_persons(states: Panel, spells: Spells) -> None:
    if len(spells) and (spells.person.min() < 0 or spells.person.max() >= states.persons):
        raise CohortError("Et forløb peger på en person, som ikke er i registret.")


def _groups(spells: Spells, by: str | npt.ArrayLike | None) -> tuple[tuple[str, ...], Ints]:
    if by is None:
        return ("",), np.zeros(len(spells), dtype=np.int32)
    labels = spells.column(by) if isinstance(by, str) else np.asarray(by)
    if len(labels) != len(spells):
        raise CohortError("Der er ikke en gruppe til hvert forløb.")
    names, place = np.unique(labels, return_inverse=True)
    return tuple(str(name) for name in names), place.astype(np.int32)


def _lookup(
    states: Panel, mapping: Mapping[str, str] | None, order: Sequence[str]
) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Names of the columns, and the column of each code and then of the gap; the one after the last is unseen."""
    own = {code: code for code in (*states.codes, states.gap)} if mapping is None else dict(mapping)
    hidden = {UNSEEN_GROUP, NOT_SEEN}
    missing = [c for c in (*states.codes, states.gap) if c not in own and c not in hidden]
    if missing:
        raise CohortError(f"Tilstandene {', '.join(missing)} er ikke fordelt på en status.")
    used = [own.get(code, UNSEEN_GROUP) for code in (*states.codes, states.gap)]
    wanted = () if mapping is None else tuple(order)
    names = tuple(dict.fromkeys((*wanted, *(n for n in used if n not in hidden))))
    place = [names.index(name) if name in names else len(names) for name in used]
    return names, np.array(place, dtype=np.int32)


def _edges(cell: Ints, enters: Ints, leaves: Ints, size: int) -> Counts:
    """+1 where a run enters, -1 where it leaves."""
    change = np.bincount(cell + enters, minlength=size)
    change -= np.bincount(cell + leaves, minlength=size)
    return change


def _covered(states: Panel, low: Ints, high: Ints, group: Ints, groups: int, width: int) -> Counts:
    """(G, W): spells whose week lies inside the data's window."""
    enters = np.clip(states.first_week - low, 0, width)
    leaves = np.maximum(np.clip(states.stop_week - low, 0, width), enters)
    change = _edges(group * np.int32(width + 1), enters, leaves, groups * (width + 1))
    return np.cumsum(change.reshape(groups, width + 1), axis=1)[:, :width]


def _people(spells: Spells, group: Ints, groups: int) -> Counts:
    pairs = np.sort(group.astype(np.int64) << 32 | spells.person)
    new = np.ones(len(pairs), dtype=bool)
    new[1:] = pairs[1:] != pairs[:-1]
    return np.bincount(pairs[new] >> 32, minlength=groups).astype(np.int64)
