"""Three ways to compare, one verb: ``compare(data, design, question)``.

``Lottery``: places were fewer than people and a lot was drawn. ``StartNow``: those who start now against those equally
far who have not started, whatever they do later (Sianesi, Rev. Economics and Statistics 86, 2004). ``RollOut``: some
places changed practice at known dates. Each gives the same kind of result with the same nine checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from scipy import stats

from brobygger.analysis.errors import DesignError, HiddenByGate
from brobygger.analysis.estimators import (
    Effect,
    LotteryEffect,
    aipw_for_treated,
    columns,
    lottery_effects,
    outcome_model_effect,
    randomisation_p,
    weighted_effect,
)
from brobygger.analysis.gate import (
    GATE_SETTINGS,
    Evidence,
    GateSettings,
    Looks,
    Reading,
    holm,
    judge,
)
from brobygger.analysis.matching_pairs import Pairs, matched_effect, nearest_controls, rosenbaum_gamma
from brobygger.analysis.numeric import Any1, Flags, Floats, Integers, critical, flags, floats, numbered
from brobygger.analysis.panel import expand
from brobygger.analysis.result import Comparison, Design, Question, SampleCounts
from brobygger.analysis.rollout import (
    Averages,
    Controls,
    GroupTime,
    PanelOfUnits,
    Step,
    breakdown,
    by_event_time,
    by_group,
    group_time_effects,
)
from brobygger.analysis.scores import (
    Score,
    effective_size,
    entropy_weights,
    inside_support,
    logit_score,
    odds_weights,
    standardised_differences,
)

_BY_ROW = (
    "treated", "outcome", "covariates", "strata", "person", "moment", "place", "past", "negative", "observed", "lost",
    "unit", "took_part",
)  # fmt: skip
"""The columns of Entries that have one value a row."""


@dataclass(frozen=True)
class Entries:
    """One row per person and moment at which a mentor could start: what ``Lottery`` and ``StartNow`` compare.

    ``treated`` (n,); ``outcome`` (n, T) after ``weeks`` (T,) rising; ``covariates`` (n, k), all known at the start,
    named by ``names``; ``known_before_past`` (k,) marks those known before the weeks of ``past`` began, the only ones
    the look at the past may use (all when None). ``strata`` (n,) are compared only within. ``person`` (n,) may stand
    in several rows. ``place`` (n,) is the municipality. ``past`` (n, P) is the same outcome before the start and
    ``negative`` (n,) one a mentor cannot change. ``observed`` (n,): how many of the first weeks are known, so that the
    newest months are left out instead of counted as failures. ``lost`` (n,): died, emigrated or no longer linked.
    ``unit`` (n,) and ``took_part`` (n,) belong to lotteries: what was drawn, and who then took part.
    Raises DesignError for columns that do not fit, values that are missing, or a person in both arms at one moment.
    """

    treated: Flags
    outcome: Any1
    weeks: Integers
    covariates: Floats
    names: tuple[str, ...] = ()
    known_before_past: Flags | None = None
    strata: Integers | None = None
    person: Integers | None = None
    moment: Integers | None = None
    place: Integers | None = None
    past: Any1 | None = None
    negative: Any1 | None = None
    observed: Integers | None = None
    lost: Flags | None = None
    unit: Integers | None = None
    took_part: Flags | None = None

    def __post_init__(self) -> None:
        size = len(self.treated)
        flags(self.treated, "treated")
        floats(self.covariates, "covariates", dimensions=2)
        if columns(self.outcome).shape != (size, len(self.weeks)):
            raise DesignError("Udfaldet skal have en række for hver person og en kolonne for hver uge.")
        if (np.diff(self.weeks) <= 0).any():
            raise DesignError("Ugerne skal være stigende.")
        self._check_lengths(size)
        self._check_known(self.covariates.shape[1])
        self._check_arms()

    def _check_lengths(self, size: int) -> None:
        for name in (
            "covariates",
            "strata",
            "person",
            "moment",
            "place",
            "past",
            "negative",
            "observed",
            "lost",
        ):
            column = getattr(self, name)
            if column is not None and len(column) != size:
                raise DesignError(f"»{name}« har {len(column)} rækker, men der er {size} personer.")

    def _check_known(self, width: int) -> None:
        if self.known_before_past is not None and len(self.known_before_past) != width:
            raise DesignError(
                "Der skal stå for hver baggrundsvariabel, om den var kendt før fortiden begyndte."
            )
        if self.names and len(self.names) != width:
            raise DesignError("Der skal være ét navn for hver baggrundsvariabel.")

    def _check_arms(self) -> None:
        """A person may be compared before starting, but not be in both arms at the same moment."""
        if self.person is None:
            return
        moment = np.zeros(len(self.person)) if self.moment is None else self.moment
        if self.moment is None and len(np.unique(self.person)) == len(self.person):
            return
        pairs = np.stack((self.person.astype(np.float64), np.asarray(moment, dtype=np.float64)), axis=1)
        if len(np.unique(pairs, axis=0)) < len(pairs):
            raise DesignError("En person står to gange på samme tidspunkt. Angiv tidspunktet for hver række.")

    def take(self, rows: npt.NDArray[np.generic]) -> Entries:
        """Some of the rows: numbers or a mask."""
        by_row: dict[str, Any] = {
            name: None if getattr(self, name) is None else getattr(self, name)[rows] for name in _BY_ROW
        }
        return replace(self, **by_row)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names or tuple(f"x{index}" for index in range(self.covariates.shape[1]))


@dataclass(frozen=True)
class Lottery:
    """A lot was drawn. ``draws`` redrawn lotteries with ``seed`` give the randomisation p."""

    draws: int = 999
    seed: int = 1


@dataclass(frozen=True)
class StartNow:
    """Start now against not started yet. ``caliper`` (standard deviations of log-odds) for the neighbours."""

    caliper: float = 0.2


@dataclass(frozen=True)
class RollOut:
    """Practice changed at known dates. ``draws`` with ``seed`` make the band that holds for all periods at once."""

    controls: Controls = Controls.NOT_YET
    step: Step = Step.DOUBLY_ROBUST
    draws: int = 999
    seed: int = 1


@overload
def compare(
    data: Entries, design: Lottery | StartNow, question: Question, settings: GateSettings = ...
) -> Comparison: ...


@overload
def compare(
    data: PanelOfUnits, design: RollOut, question: Question, settings: GateSettings = ...
) -> Comparison: ...


def compare(
    data: Entries | PanelOfUnits,
    design: Lottery | StartNow | RollOut,
    question: Question,
    settings: GateSettings = GATE_SETTINGS[-1],
) -> Comparison:
    """What a mentor, or a new practice, changed, with everything needed to judge whether to believe it.

    ``question.headline`` is one of the weeks (periods since the change for a roll-out). The gate is always computed;
    ``settings`` are its dated thresholds and are stored in the result.
    ``extra`` of the result holds: lottery ``randomisation_p``; start now ``largest_gap`` and ``caliper_unmatched``;
    roll-out ``overall``, ``overall_error``, ``band`` and ``past_p``.
    Raises DesignError when design and data do not belong together or the data cannot carry a comparison.
    """
    if isinstance(data, PanelOfUnits) and isinstance(design, RollOut):
        return _compare_roll_out(data, design, question, settings)
    if isinstance(data, Entries) and isinstance(design, Lottery):
        return _compare_lottery(data, design, question, settings)
    if isinstance(data, Entries) and isinstance(design, StartNow):
        return _compare_start_now(data, design, question, settings)
    raise DesignError(
        "En indfasning regnes på kommuner over tid; lodtrækning og start nu regnes på personer."
    )


def compare_groups(
    data: Entries,
    design: Lottery | StartNow,
    question: Question,
    groups: Mapping[str, Flags],
    *,
    declared: frozenset[str],
    settings: GateSettings = GATE_SETTINGS[-1],
) -> dict[str, Comparison]:
    """The same comparison in each of several groups of rows; those not ``declared`` beforehand are marked exploratory.

    Holm's adjusted p over all of them is kept in the check of many looks. Raises DesignError as ``compare``.
    """
    asked = {
        name: replace(question, subgroup=name, declared=name in declared, looks=len(groups))
        for name in groups
    }
    found = {name: compare(data.take(rows), design, asked[name], settings) for name, rows in groups.items()}
    p_values = [_headline_p(one) for one in found.values()]
    return {
        name: _with_adjusted(one, float(p))
        for (name, one), p in zip(found.items(), holm(p_values), strict=True)
    }


def _headline_p(found: Comparison) -> float:
    place = found.headline_place
    error = float(found._effect.standard_error[place])
    value = float(found._effect.estimate[place])
    return float(2 * stats.norm.sf(abs(value) / error)) if error > 0 else 1.0


def _with_adjusted(found: Comparison, p: float) -> Comparison:
    checks = tuple(
        replace(check, values={**check.values, "adjusted_p": p})
        if check.name.value == "many_looks"
        else check
        for check in found.gate.checks
    )
    return replace(found, gate=replace(found.gate, checks=checks))


# Who is compared, when


@dataclass(frozen=True)
class Moments:
    """Rows for ``StartNow``: which ``spell`` each is from, its ``week``, whether it ``starts`` then, weeks ``elapsed``.

    ``seed`` is what drew the controls' weeks.
    """

    spell: Integers
    week: Integers
    starts: Flags
    elapsed: Integers
    seed: int


def start_now_moments(
    eligible_from: npt.ArrayLike,
    eligible_to: npt.ArrayLike,
    start: npt.ArrayLike,
    *,
    block: int = 4,
    seed: int,
) -> Moments:
    """Everyone who starts, in the week they start, and those not started at the same weeks of the same spells.

    ``eligible_from`` and ``eligible_to`` (s,) are the weeks [from, to) in which the spell could have started a mentor;
    ``start`` (s,) is the week it did, below 0 for never. Each spell gives at most one control a ``block`` of weeks, at
    a week drawn as the starters' weeks fall in the block, and only if it is still eligible and has not started *by
    then*. What it does later plays no part: one who starts the week after stays a control. So both arms are alive and
    eligible at week 0 of the follow-up, and no time is given away. Raises DesignError for spells that run backwards.
    """
    low, high, begun = (np.asarray(part, dtype=np.int64) for part in (eligible_from, eligible_to, start))
    if not low.shape == high.shape == begun.shape or (high <= low).any() or block < 1:
        raise DesignError("Et forløb skal have mindst én uge, hvor en mentor kunne begynde.")
    treated = np.flatnonzero((begun >= low) & (begun < high))
    numbers, owner = expand(low // block, (high - 1) // block + 1)
    offsets = begun[treated] % block if len(treated) else np.arange(block)
    week = numbers * block + np.random.default_rng(seed).choice(offsets, size=len(numbers))
    waiting = (begun[owner] < 0) | (begun[owner] > week)
    kept = (week >= low[owner]) & (week < high[owner]) & waiting
    spell = np.concatenate((treated, owner[kept]))
    weeks = np.concatenate((begun[treated], week[kept]))
    starts = np.arange(len(spell)) < len(treated)
    return Moments(spell, weeks, starts, weeks - low[spell], seed)


# Start now against not started yet


@dataclass(frozen=True)
class _Adjusted:
    """The parts of a start-now comparison that every outcome shares."""

    data: Entries
    score: Score
    weights: Floats
    dropped: int


def _comparable(data: Entries) -> Flags:
    """Rows in strata that have both arms; the others have no one to be compared with."""
    stratum, count = numbered(data.strata, len(data.treated), "strata")
    treated = np.bincount(stratum[data.treated], minlength=count)
    others = np.bincount(stratum[~data.treated], minlength=count)
    return np.asarray(((treated > 0) & (others > 0))[stratum])


def _adjust(data: Entries) -> _Adjusted:
    kept = _comparable(data)
    dropped = int((data.treated & ~kept).sum())
    used = data if kept.all() else data.take(kept)
    if not used.treated.any():
        raise DesignError("Ingen med mentor har nogen at blive sammenlignet med i samme gruppe.")
    score = logit_score(used.covariates, used.treated, strata=used.strata)
    return _Adjusted(used, score, odds_weights(score, used.treated, strata=used.strata), dropped)


def _aipw(adjusted: _Adjusted, outcome: Any1, observed: Integers | None = None) -> Effect:
    data = adjusted.data
    return aipw_for_treated(
        outcome,
        data.covariates,
        data.treated,
        adjusted.weights,
        strata=data.strata,
        cluster=data.person,
        place=data.place,
        observed=observed,
    )


def _compare_start_now(
    data: Entries, design: StartNow, question: Question, settings: GateSettings
) -> Comparison:
    place = _headline(data.weeks, question)
    adjusted = _adjust(data)
    used = adjusted.data
    effect = _aipw(adjusted, used.outcome, used.observed)
    support = int(inside_support(adjusted.score.log_odds, used.treated, strata=used.strata).sum())
    opinions, pairs, gap = _second_opinions(adjusted, design, place)
    counts = _counts(data, adjusted, int(data.treated.sum()) - support)
    evidence = _start_now_evidence(adjusted, effect, place, question, counts, opinions, pairs)
    extra = {"largest_gap": gap, "caliper_unmatched": float(len(pairs.unmatched))}
    return Comparison(
        Design.START_NOW,
        "aipw_for_treated",
        question,
        np.asarray(data.weeks),
        counts,
        judge(evidence, settings),
        None,
        effect,
        extra,
    )


def _headline(weeks: Integers, question: Question) -> int:
    place = np.flatnonzero(np.asarray(weeks) == question.headline)
    if not len(place):
        raise DesignError(f"Uge {question.headline} er ikke blandt de uger, udfaldet er målt i.")
    return int(place[0])


def _counts(data: Entries, adjusted: _Adjusted, outside: int) -> SampleCounts:
    used = adjusted.data
    people, places = _people_and_places(used)
    treated = int(data.treated.sum())
    size = effective_size(adjusted.weights[~used.treated])
    return SampleCounts(treated, int((~used.treated).sum()), people, size, outside, adjusted.dropped, places)


def _people_and_places(data: Entries) -> tuple[int, int | None]:
    people = len(data.treated) if data.person is None else len(np.unique(data.person))
    return people, None if data.place is None else len(np.unique(data.place))


def _second_opinions(
    adjusted: _Adjusted, design: StartNow, place: int
) -> tuple[dict[str, float], Pairs, float]:
    """Three other ways to the headline number, on the rows whose outcome is known by then."""
    data = adjusted.data
    known = _known_by(data, place)
    arm, x = data.treated[known], data.covariates[known]
    strata = None if data.strata is None else data.strata[known]
    y = data.outcome[known, place].astype(np.float64)
    odds = adjusted.score.log_odds[known]
    even = entropy_weights(x, arm, strata=strata)
    pairs = nearest_controls(odds, arm, strata=strata, caliper=design.caliper * float(odds.std()))
    opinions = {
        "entropy_balancing": float(weighted_effect(y, arm, even.weights)[0]),
        "outcome_model": float(outcome_model_effect(y, x, arm, strata=strata)[0]),
    }
    if not even.converged:
        del opinions["entropy_balancing"]
    if len(pairs.treated):
        opinions["nearest_neighbour"] = float(matched_effect(y, pairs).estimate[0])
    rows = np.flatnonzero(known)
    return (
        opinions,
        replace(pairs, treated=rows[pairs.treated], control=rows[pairs.control]),
        even.largest_gap,
    )


def _start_now_evidence(
    adjusted: _Adjusted,
    effect: Effect,
    place: int,
    question: Question,
    counts: SampleCounts,
    opinions: Mapping[str, float],
    pairs: Pairs,
) -> Evidence:
    data = adjusted.data
    balance = standardised_differences(data.covariates, data.treated, adjusted.weights, names=data.labels)
    negative = None if data.negative is None else _reading(_aipw(adjusted, columns(data.negative)))
    y = data.outcome[:, place].astype(np.float64)
    return Evidence(
        main=_reading(effect, place),
        untreated=float(effect.untreated_mean[place]),
        outcome_deviation=float(y[~data.treated].std()),
        relevant=question.relevant,
        lottery=False,
        support=1 - counts.outside / counts.treated,
        controls_per_treated=counts.effective_controls / counts.treated,
        balance=balance.worst if data.covariates.shape[1] else None,
        draw_p=None,
        placebo=_placebo(data),
        negative=negative,
        opinions=opinions,
        gamma=rosenbaum_gamma(y[pairs.treated] - y[pairs.control]) if len(pairs.treated) else None,
        breakdown=None,
        looks=Looks(question.declared, question.looks),
        attrition=_attrition(data, adjusted.weights),
    )


def _reading(effect: Effect, place: int = 0) -> Reading:
    low, high = effect.interval()
    error = float(effect.standard_error[place])
    return Reading(float(effect.estimate[place]), error, float(low[place]), float(high[place]))


def _placebo(data: Entries) -> Reading | None:
    """The same estimator on the outcome's mean before the start, with only what was known before that."""
    if data.past is None:
        return None
    known = data.known_before_past
    earlier = data if known is None else replace(
        data, covariates=data.covariates[:, known], known_before_past=None, names=()
    )  # fmt: skip
    adjusted = _adjust(earlier)
    mean = np.asarray(adjusted.data.past, dtype=np.float64).reshape(len(adjusted.weights), -1)
    mean = mean.mean(axis=1, keepdims=True)
    if not np.isfinite(mean).all():
        raise DesignError("Udfaldet før start mangler for nogle personer.")
    return _reading(_aipw(adjusted, mean))


def _attrition(data: Entries, weights: Floats) -> float | None:
    if data.lost is None:
        return None
    return float(weighted_effect(data.lost, data.treated, weights)[0])


# The lottery


def _compare_lottery(
    data: Entries, design: Lottery, question: Question, settings: GateSettings
) -> Comparison:
    place = _headline(data.weeks, question)
    found = _drawn(data, data.outcome, covariates=True, observed=data.observed, took_part=data.took_part)
    known = _known_by(data, place)
    seen = data.take(known)
    p = randomisation_p(
        seen.outcome[:, place].astype(np.float64),
        seen.treated,
        covariates=seen.covariates,
        strata=seen.strata,
        unit=seen.unit,
        draws=design.draws,
        seed=design.seed,
    )
    evidence = _lottery_evidence(data, found.offered, place, question)
    extra = {"randomisation_p": p, "draws": float(design.draws)}
    return Comparison(
        Design.LOTTERY,
        "linear_probability_hc2" if data.unit is None else "linear_probability_clustered",
        question,
        np.asarray(data.weeks),
        _lottery_counts(data),
        judge(evidence, settings),
        design.seed,
        found.offered,
        extra,
        found.took_part,
    )


def _drawn(
    data: Entries,
    outcome: Any1,
    *,
    covariates: bool,
    observed: Integers | None = None,
    took_part: Flags | None = None,
) -> LotteryEffect:
    return lottery_effects(
        outcome,
        data.treated,
        covariates=data.covariates if covariates else None,
        strata=data.strata,
        unit=data.unit,
        observed=observed,
        took_part=took_part,
    )


def _lottery_counts(data: Entries) -> SampleCounts:
    controls = int((~data.treated).sum())
    people, places = _people_and_places(data)
    return SampleCounts(int(data.treated.sum()), controls, people, float(controls), 0, 0, places)


def _lottery_evidence(data: Entries, effect: Effect, place: int, question: Question) -> Evidence:
    raw = _drawn(
        data,
        data.outcome[:, place : place + 1],
        covariates=False,
        observed=_known_by(data, place).astype(np.int64),
    )
    past = None
    if data.past is not None:
        mean = columns(data.past).astype(np.float64).mean(axis=1, keepdims=True)
        past = _reading(_drawn(data, mean, covariates=False).offered)
    negative = None
    if data.negative is not None:
        negative = _reading(_drawn(data, columns(data.negative), covariates=False).offered)
    lost = None
    if data.lost is not None:
        lost = float(_drawn(data, columns(data.lost), covariates=False).offered.estimate[0])
    controls = int((~data.treated).sum())
    return Evidence(
        main=_reading(effect, place),
        untreated=float(effect.untreated_mean[place]),
        outcome_deviation=float(data.outcome[~data.treated, place].astype(np.float64).std()),
        relevant=question.relevant,
        lottery=True,
        support=1.0,
        controls_per_treated=controls / int(data.treated.sum()),
        balance=None,
        draw_p=_draw_p(data),
        placebo=past,
        negative=negative,
        opinions={"difference_of_means": float(raw.offered.estimate[0])},
        gamma=None,
        breakdown=None,
        looks=Looks(question.declared, question.looks),
        attrition=lost,
    )


def _known_by(data: Entries, place: int) -> Flags:
    """Rows whose outcome is known in a column."""
    return np.ones(len(data.treated), dtype=bool) if data.observed is None else data.observed > place


def _draw_p(data: Entries) -> float | None:
    """How likely a fair lot gives backgrounds at least this different, all of them at once (a Wald test)."""
    if not data.covariates.shape[1]:
        return None
    varying = data.covariates[:, data.covariates.std(axis=0) > 0]
    found = _drawn(data, varying, covariates=False).offered
    root = np.linalg.pinv(found.covariance, rcond=1e-8, hermitian=True)
    freedom = int(np.linalg.matrix_rank(found.covariance, tol=1e-8 * max(np.trace(found.covariance), 1e-12)))
    return float(stats.chi2.sf(found.estimate @ root @ found.estimate, max(freedom, 1)))


# The roll-out


def _compare_roll_out(
    data: PanelOfUnits, design: RollOut, question: Question, settings: GateSettings
) -> Comparison:
    effects = group_time_effects(data, controls=design.controls, step=design.step)
    found = by_event_time(effects, seed=design.seed, draws=design.draws)
    after = found.label >= 0
    place = _headline(found.label[after], question)
    effect = _roll_out_effect(data, effects, found)
    evidence = _roll_out_evidence(data, design, found, effect, place, question)
    groups = by_group(effects, seed=design.seed, draws=design.draws)
    extra = {
        "overall": groups.overall,
        "overall_error": groups.overall_error,
        "band": found.band,
        "past_p": _past_p(found),
    }
    counts = _unit_counts(data)
    return Comparison(
        Design.ROLL_OUT,
        f"group_time_{design.step.value}_{design.controls.value}",
        question,
        found.label[after],
        counts,
        judge(evidence, settings),
        design.seed,
        effect,
        extra,
    )


def _roll_out_effect(data: PanelOfUnits, effects: GroupTime, found: Averages) -> Effect:
    after = np.flatnonzero(found.label >= 0)
    means, units, controls = [], [], []
    for time in found.label[after]:
        cells = np.flatnonzero(effects.event_time == time)
        picked = [
            (data.first == effects.group[c], int(np.searchsorted(data.periods, effects.period[c])))
            for c in cells
        ]
        sizes = np.array([rows.sum() for rows, _ in picked])
        means.append(sum(float(data.outcome[rows, column].sum()) for rows, column in picked) / sizes.sum())
        units.append(int(sizes.sum()))
        controls.append(int(effects.controls[cells].max()))
    covariance = found.covariance[np.ix_(after, after)]
    return Effect(found.estimate[after], covariance, np.array(means), np.array(units), np.array(controls))


def _unit_counts(data: PanelOfUnits) -> SampleCounts:
    changed = np.isin(data.first, data.groups)
    controls = int((data.first == 0).sum() + (data.first > data.periods[-1]).sum())
    dropped = int(len(changed) - changed.sum() - controls)
    places = None if data.cluster is None else len(np.unique(data.cluster))
    return SampleCounts(int(changed.sum()), controls, len(changed), float(controls), 0, dropped, places)


def _roll_out_evidence(
    data: PanelOfUnits, design: RollOut, found: Averages, effect: Effect, place: int, question: Question
) -> Evidence:
    never = (data.first == 0) | (data.first > data.periods[-1])
    changed = np.isin(data.first, data.groups)
    controls = max(int(never.sum()), int(effect.control_count[place]))
    return Evidence(
        main=_reading(effect, place),
        untreated=float(effect.untreated_mean[place]),
        outcome_deviation=float(data.outcome[never | changed].std()),
        relevant=question.relevant,
        lottery=False,
        support=_unit_support(data, changed, never),
        controls_per_treated=controls / max(int(effect.treated_count[place]), 1),
        balance=_unit_balance(data, changed, never),
        draw_p=None,
        placebo=_past_reading(found),
        negative=_unit_negative(data, design, question),
        opinions=_other_roll_outs(data, design, question),
        gamma=None,
        breakdown=breakdown(found, question.headline),
        looks=Looks(question.declared, question.looks),
        attrition=0.0,  # the panel is whole: a unit with a missing outcome is refused
    )


def _unit_support(data: PanelOfUnits, changed: Flags, never: Flags) -> float:
    if data.covariates is None or not never.any():
        return 1.0
    rows = changed | never
    score = logit_score(data.covariates[rows], changed[rows])
    return float(inside_support(score.log_odds, changed[rows]).mean())


def _unit_balance(data: PanelOfUnits, changed: Flags, never: Flags) -> float | None:
    """Without covariates the comparison of changes is what is assumed alike, and the past is what tests it."""
    if data.covariates is None:
        return 0.0
    if not never.any():
        return None
    rows = changed | never
    score = logit_score(data.covariates[rows], changed[rows])
    weights = odds_weights(score, changed[rows])
    return standardised_differences(data.covariates[rows], changed[rows], weights).worst


def _unit_negative(data: PanelOfUnits, design: RollOut, question: Question) -> Reading | None:
    """The same comparison of an outcome the new practice cannot change."""
    if data.negative is None:
        return None
    other = replace(data, outcome=data.negative, negative=None)
    found = by_event_time(group_time_effects(other, controls=design.controls, step=design.step), draws=1)
    place = _headline(found.label, question)
    return _reading_of(float(found.estimate[place]), float(found.standard_error[place]))


def _reading_of(value: float, error: float) -> Reading:
    reach = critical(0.95) * error
    return Reading(value, error, value - reach, value + reach)


def _past_reading(found: Averages) -> Reading | None:
    """The mean of the averages before the change."""
    past = np.flatnonzero(found.label < 0)
    if not len(past):
        return None
    value = float(found.estimate[past].mean())
    error = sqrt(float(found.covariance[np.ix_(past, past)].mean()))
    return _reading_of(value, error)


def _past_p(found: Averages) -> float:
    """Whether all averages before the change are 0 at once (a Wald test); NaN without a past."""
    past = np.flatnonzero(found.label < 0)
    if not len(past):
        return nan
    root = np.linalg.pinv(found.covariance[np.ix_(past, past)], hermitian=True)
    return float(stats.chi2.sf(found.estimate[past] @ root @ found.estimate[past], len(past)))


def _other_roll_outs(data: PanelOfUnits, design: RollOut, question: Question) -> dict[str, float]:
    """The same headline with the other controls and, when there is a background, the other adjustments."""
    never = bool(((data.first == 0) | (data.first > data.periods[-1])).any())
    tries = [(kind, design.step) for kind in Controls if kind is not design.controls]
    if data.covariates is not None:
        tries += [(design.controls, step) for step in Step if step is not design.step]
    found = {}
    for controls, step in tries:
        if controls is Controls.NEVER and not never:
            continue
        averages = by_event_time(group_time_effects(data, controls=controls, step=step), draws=1)
        place = np.flatnonzero(averages.label == question.headline)
        if len(place):
            found[f"{step.value}_{controls.value}"] = float(averages.estimate[place[0]])
    return found


# Shares of several statuses at once


@dataclass(frozen=True)
class ShareEffects:
    """Effects on the shares in each status: ``estimate`` (K, T), which sum to 0 in every week.

    ``covariance`` (K·T, K·T) is of ``estimate`` read row by row, so that whole courses can be drawn from it.
    """

    statuses: tuple[str, ...]
    weeks: Integers
    estimate: Floats
    covariance: Floats
    comparison: Comparison


def share_effects(
    comparison: Comparison, data: Entries, status: npt.NDArray[np.integer], statuses: tuple[str, ...]
) -> ShareEffects:
    """Effects on every share, with the errors' covariance over statuses and weeks, for pricing them.

    ``status`` (n, T) numbers into ``statuses``; ``comparison`` is the result whose gate decides. Raises HiddenByGate
    when it is red, DesignError when a status is outside the list.
    """
    if comparison.hidden:
        raise HiddenByGate("Sammenligningen er rød i porten. Andelene kan ikke prissættes.")
    if status.shape != columns(data.outcome).shape or status.min() < 0 or status.max() >= len(statuses):
        raise DesignError("Status skal have samme form som udfaldet, og hver værdi skal stå på listen.")
    if data.observed is not None and (data.observed < len(data.weeks)).any():
        raise DesignError("Andelene kræver, at alle er fulgt i alle uger. Vælg en kortere periode.")
    wide = (status[:, None, :] == np.arange(len(statuses))[:, None]).reshape(len(status), -1)
    if comparison.design is Design.LOTTERY:
        effect = _drawn(data, wide, covariates=True).offered
    else:
        effect = _aipw(_adjust(data), wide[_comparable(data)])
    estimate = effect.estimate.reshape(len(statuses), len(data.weeks))
    return ShareEffects(statuses, np.asarray(data.weeks), estimate, effect.covariance, comparison)
