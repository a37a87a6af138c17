"""Own mentorships beside people who could have started one and had not: ``analysis.StartNow`` on the own registers.

A municipality's own registers tell of people it knows. When nearly all of them get a mentor sooner or later, those who
wait have been chosen by what happened to them afterwards, and there is no one to compare with. Then nothing is
computed, and the page says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger import analysis
from brobygger.analysis import (
    FIVE,
    FIVE_OF,
    Comparison,
    Entries,
    MentorCost,
    Moments,
    Question,
    ShareEffects,
    StartNow,
)
from brobygger.analysis.codes import UNSEEN_GROUP
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.entries import strata_of
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.analysis.gate import Check, CheckName, Colour, Gate, GateSettings, Showing
from brobygger.analysis.money import Fade, Worth
from brobygger.analysis.panel import Ints, Panel
from brobygger.analysis.result import Word
from brobygger.analysis.weeks import monday
from brobygger.effects.figures.cohort import World
from brobygger.effects.figures.rates import PRICES, level_on, week_rows
from brobygger.law.parameters import Parameters

HEADLINE_WEEK = 52
RELEVANT = 0.05
"""The difference declared relevant beforehand: 5 of 100."""
SEED = 2026
FEWEST_TREATED = 100
NEVER_PER_TREATED = 1.0
"""So many who never got a mentor there must be for each who did."""
PAST_WEEKS = 52
LATE_WEEKS = 14
BLOCK = 13
"""One control at most from each stretch and so many weeks: more would be the same people over again."""
SHOWN_EVERY = 4
LADDER_SAMPLE = 400

Payload = dict[str, Any]


@dataclass(frozen=True)
class Pool:
    """Stretches on benefit in which a mentor could begin: ``person``, weeks [``low``, ``high``), ``start`` or -1."""

    person: Ints
    low: Ints
    high: Ints
    start: Ints
    never: int

    @property
    def treated(self) -> int:
        return int(((self.start >= self.low) & (self.start < self.high)).sum())

    @property
    def is_enough(self) -> bool:
        return self.treated >= FEWEST_TREATED and self.never >= NEVER_PER_TREATED * self.treated


def pool_of(world: World) -> Pool:
    """Everyone's stretches on benefit before a first mentor, with a year of past and of future in the register."""
    five = world.states.mapped(FIVE_OF)
    spells = analysis.first_spells(world.spells)
    begun = np.full(five.persons, -1, dtype=np.int32)
    begun[spells.person] = spells.start
    rows = np.flatnonzero(five.status == five.code_index("benefit"))
    person = five.person[rows]
    low = np.maximum(five.start[rows], five.first_week + PAST_WEEKS)
    high = np.minimum(five.stop[rows], five.stop_week - HEADLINE_WEEK - LATE_WEEKS)
    start = begun[person]
    kept = (high > low) & ((start < 0) | (start >= low))
    inside = (start >= low) & (start < high)
    kept &= inside | (start < 0) | (start >= high)
    never = len(np.unique(person[kept & (start < 0)]))
    return Pool(person[kept], low[kept], high[kept], np.where(start < 0, -1, start)[kept], never)


def compare(
    world: World, pool: Pool, settings: GateSettings
) -> tuple[Comparison, Entries, npt.NDArray[np.int64]]:
    """The comparison, its rows and the status by week of each row. Raises DesignError when the data cannot carry it."""
    moments = analysis.start_now_moments(pool.low, pool.high, pool.start, block=BLOCK, seed=SEED)
    weeks = np.arange(HEADLINE_WEEK + 1)
    person, kept = _followed(world.states, pool, moments, weeks)
    found = Moments(
        moments.spell[kept], moments.week[kept], moments.starts[kept], moments.elapsed[kept], moments.seed
    )
    who, week = person[kept], found.week.astype(np.int32)
    last = world.states.names(world.states.status_at(who, week - 1))
    entries = analysis.entries_from_history(
        world.states,
        who,
        week,
        found.starts,
        weeks=weeks.tolist(),
        outcome=_well_states(world.states),
        strata=strata_of(week, found.elapsed, last),
    )
    status = analysis.statuses_after(world.states, who, week, weeks=weeks.tolist())
    question = Question("i job eller uddannelse", HEADLINE_WEEK, RELEVANT)
    return analysis.compare(entries, StartNow(), question, settings), entries, status


def _followed(
    states: Panel, pool: Pool, moments: Moments, weeks: npt.NDArray[np.int64]
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Who each row is, and whether the register tells of every week after it and of the weeks before."""
    person = pool.person[moments.spell]
    week = moments.week.astype(np.int32)
    when = week[:, None] + np.concatenate((np.arange(-26, 0), weeks)).astype(np.int32)[None]
    found = states.status_at(person[:, None], when)
    dark = [states.codes.index(UNSEEN_GROUP)] if UNSEEN_GROUP in states.codes else []
    return person, np.asarray(~np.isin(found, [*dark, -2]).any(axis=1))


def _well_states(states: Panel) -> set[str]:
    known = {*states.codes, states.gap}
    return {name for name, status in FIVE_OF.items() if status in ("job", "education")} & known


def missing_record(pool: Pool | None) -> Payload:
    """What is stored where nothing was computed: why not, with numbers rounded down."""
    if pool is None:
        return {"state": "missing", "why": "registers"}
    why = "few" if pool.treated < FEWEST_TREATED else "no_others"
    return {
        "state": "missing",
        "why": why,
        "treated": pool.treated // FLOOR * FLOOR,
        "others": pool.never // FLOOR * FLOOR,
    }


def comparison_record(found: Comparison) -> Payload:
    """The comparison as it may be shown: what the gate lets be seen, by every fourth week, without exact counts."""
    record = found.to_record()
    keep = shown_places(found)
    for name in ("weeks", "happened", "estimate", "low", "high", "without"):
        if name in record:
            values: Any = record[name]
            record[name] = [_rounded(values[at]) for at in keep]
    for name in ("standard_error", "controls", "treated", "place_error", "extra"):
        record.pop(name, None)
    sample = vars(found.sample) | {}
    record["sample"] = {
        name: int(value) // FLOOR * FLOOR for name, value in sample.items() if name != "places" and value
    }
    treated = found.sample.treated
    record["happened"] = [guarded(share, treated) for share in record["happened"]]  # type: ignore[attr-defined]
    return {"state": "compared", **record}


def shown_places(found: Comparison) -> list[int]:
    """Where the weeks stand that are shown: every fourth, and the one asked for."""
    return [
        at
        for at, week in enumerate(found.weeks.tolist())
        if week % SHOWN_EVERY == 0 or at == found.headline_place
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def guarded(share: float | None, people: int) -> float | None:
    """A share to the whole per cent; None where it stands for 1-4 people, or all but so many."""
    if share is None:
        return None
    count = round(share * people)
    few = 0 < count < FLOOR or 0 < people - count < FLOOR
    return None if few else round(share, 2)


def gate_of(record: Payload) -> Gate:
    """The gate of a stored comparison, judged again from its checks and not from any mark beside them.

    Raises DesignError when a check is missing or the thresholds are looser than they may be.
    """
    checks = tuple(
        Check(CheckName(each["name"]), Colour(each["colour"]), dict(each["values"]), each["sentence"])
        for each in record["gate"]["checks"]
    )
    return Gate(checks, GateSettings.from_record(record["gate"]["settings"]))


def word_of(record: Payload, *, by_lot: bool = False) -> Word:
    """The word a stored comparison may carry, by its own gate. ``by_lot`` is never read from what is stored."""
    gate = gate_of(record)
    if gate.showing is Showing.DESCRIPTION_ONLY:
        return Word.HAPPENED
    is_sure = (by_lot or gate.colour is Colour.GREEN) and gate.showing is Showing.EFFECT
    return Word.EFFECT if is_sure else Word.COMPARED


# What it is worth

FADES: dict[str, float | None] = {"none": None, "26": 26.0, "52": 52.0, "104": 104.0, "inf": float("inf")}
"""What may be assumed of the time after: nothing, that the effect halves every so many weeks, or that it stays."""
UNTIL_WEEK = 260


def worth_record(
    world: World,
    comparison: Comparison,
    entries: Entries,
    status: npt.NDArray[np.int64],
    *,
    prices_on: date,
    rates: Parameters | None = None,
) -> Payload:
    """What the effect is worth to every payer, with and without an assumption of what comes after.

    ``rates`` are those shipped where they are left out. Raises HiddenByGate when the comparison is red, RateError where
    the rates or the refund ladder do not reach back to the start.
    """
    effects = analysis.share_effects(comparison, entries, status, FIVE)
    cost = cost_of(world)
    if cost is None:
        return {"state": "missing", "why": "cost"}
    starts = (
        monday(int(np.median(entries.moment[entries.treated]))) if entries.moment is not None else prices_on
    )
    numbers = rates or analysis.effect_rates()
    level = level_on(numbers, prices_on)
    base = _worth(effects, cost, starts, level, _ladder(world, entries), numbers)
    variants = {"none": _worth_payload(base)}
    for name, half_life in FADES.items():
        if half_life is not None:
            variants[name] = _worth_payload(analysis.what_if(base, fade=Fade(half_life, UNTIL_WEEK)))
    return {
        "state": "priced",
        "word": base.word.value,
        "hours": cost.hours,
        "price_per_hour": cost.price_per_hour,
        "level": base.level,
        "draws": base.draws,
        "seed": base.seed,
        "settled": base.prices.settled,
        "weekly": week_rows(base.prices),
        "variants": variants,
        "soem": [list(row) for row in analysis.soem_rows(base)],
    }


def cost_of(world: World) -> MentorCost | None:
    """The mean hours of mentorships that have ended, at the mean price of an hour; None without either.

    Both are whole numbers, so that the means of two runs do not tell the hours of the one who has ended since; nothing
    is said of fewer than ``FEWEST_PEOPLE``.
    """
    told = world.told
    over = world.spells.take(~world.spells.column("running"))
    if len(over) < FEWEST_PEOPLE or not told.kroner_per_hour:
        return None
    hours = round(float(over.column("minutes").mean()) / 60)
    return MentorCost(float(hours), float(round(told.kroner_per_hour)))


def _ladder(world: World, entries: Entries) -> npt.NDArray[np.int64]:
    assert entries.person is not None and entries.moment is not None
    rows = np.flatnonzero(entries.treated)
    some = rows[:: max(1, len(rows) // LADDER_SAMPLE)]
    return analysis.ladder_weeks_before(world.states, entries.person[some], entries.moment[some])


def _worth(
    effects: ShareEffects,
    cost: MentorCost,
    starts_on: date,
    prices_on: date,
    before: npt.NDArray[np.int64],
    rates: Parameters,
) -> Worth:
    return analysis.worth(
        effects,
        PRICES,
        cost,
        starts_on=starts_on,
        prices_on=prices_on,
        ladder_before=before,
        rates=rates,
        seed=SEED,
    )


def _worth_payload(found: Worth) -> Payload:
    """The courses at every fourth week, and the estimate at each for the break-even."""
    keep = np.flatnonzero((found.weeks % SHOWN_EVERY == 0) | (found.weeks == found.weeks[-1]))
    purses = {}
    for purse in found.purses:
        purses[purse.name] = {
            "cost": purse.cost,
            "path": np.round(purse.by_week).tolist(),
            "low": np.round(purse.low_by_week[keep]).tolist(),
            "high": np.round(purse.high_by_week[keep]).tolist(),
        }
    return {
        "weeks": found.weeks[keep].tolist(),
        "first": int(found.weeks[0]),
        "followed_until": int(found.weeks[~found.projected][-1]),
        "purses": purses,
        "caveats": list(found.caveats),
    }


def break_even(*, cost: float, points: float, saved_per_month: float) -> float | None:
    """Months an assumed effect of ``points`` (of 100) must last to pay the cost back; None for never."""
    months = analysis.months_to_break_even(cost, saved_per_month, points / 100)
    return None if months == float("inf") else months
