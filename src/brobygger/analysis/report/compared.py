"""*Sammenlignet* and *Virkning*: the comparisons asked for, each with its gate; what it hides never leaves here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from brobygger.analysis.cohorts import first_spells
from brobygger.analysis.designs import (
    Entries,
    Lottery,
    RollOut,
    StartNow,
    compare,
    compare_groups,
    start_now_moments,
)
from brobygger.analysis.disclosure import Release
from brobygger.analysis.entries import MISSING, entries_from_history, strata_of
from brobygger.analysis.errors import AnalysisError, DesignError
from brobygger.analysis.panel import Column, Ints, Panel
from brobygger.analysis.report.groups import Division, divisions, release_of
from brobygger.analysis.report.happened import TOO_FEW
from brobygger.analysis.report.inputs import Inputs, Lots
from brobygger.analysis.report.published import about, counted, enough, plain
from brobygger.analysis.report.runfile import Asked, RunFile
from brobygger.analysis.result import Comparison, Question
from brobygger.analysis.rollout import NEVER, PanelOfUnits
from brobygger.analysis.weeks import mondays, week_of

FEWEST = 20
"""With fewer people in an arm a subgroup is not compared."""
_MOST_VALUES = 30
_HIT = "Udfald"
_AT_DATES = ("ja", "nej")


@dataclass(frozen=True)
class Compared:
    """A comparison with the rows behind it; ``entries`` None for a roll-out, whose rows are places."""

    asked: Asked
    found: Comparison
    entries: Entries | None
    cuts: tuple[Division, ...]
    week: Ints
    shown: bool

    @property
    def in_words(self) -> str:
        return self.found.in_words() if self.shown else TOO_FEW


def compared(run: RunFile, inputs: Inputs, asked: Asked) -> tuple[dict[str, Any], Compared | None]:
    """One comparison as it may be published, and as it is for pricing. A design that cannot be carried says why."""
    about_it = {"name": asked.name, "design": asked.design, "outcome": asked.outcome.name}
    try:
        return _compared(run, inputs, asked, about_it)
    except AnalysisError as error:
        return {**about_it, "refused": str(error)}, None


def _compared(
    run: RunFile, inputs: Inputs, asked: Asked, about_it: dict[str, Any]
) -> tuple[dict[str, Any], Compared | None]:
    question = Question(asked.outcome.name, asked.outcome.headline, asked.outcome.relevant)
    if asked.design == "roll_out":
        design = RollOut(draws=asked.draws, seed=run.seed)
        found = compare(_places(run, inputs, asked), design, question, run.settings)
        whole = Compared(asked, found, None, (), np.zeros(0, np.int32), True)
        return plain({**about_it, **_record(whole, None), "how": _how(whole, run)}), whole
    entries, person, week = _PREPARE[asked.design](run, inputs, asked)
    person_design = Lottery(asked.draws, run.seed) if asked.design == "lottery" else StartNow()
    found = compare(entries, person_design, question, run.settings)
    cuts = divisions(run, inputs, person, week)
    release = _release(entries, cuts, found.headline_place)
    whole = Compared(asked, found, entries, cuts, week, _open(release))
    groups = _groups(run, whole, person_design, question, release)
    record = {**about_it, **_record(whole, entries), "groups": groups, "how": _how(whole, run)}
    return plain(record), whole


def _release(entries: Entries, cuts: tuple[Division, ...], place: int) -> Release:
    """How many with a mentor had the outcome in the week asked about, by every subgroup at once."""
    known = entries.treated if entries.observed is None else entries.treated & (entries.observed > place)
    missed = 1 - entries.outcome[:, place].astype(np.int64)
    return release_of(_HIT, _AT_DATES, missed, cuts, known)


def _open(release: Release, **labels: str) -> bool:
    return all(release.cell(**{_HIT: each}, **labels) is not None for each in _AT_DATES)


# What is compared


def _start_now(run: RunFile, inputs: Inputs, asked: Asked) -> tuple[Entries, Ints, Ints]:
    """Everyone on the benefits in the period: those who start a mentor in a week, and those who have not by then."""
    states, last = inputs.states, asked.outcome.headline
    person, low, high, start = _eligible(run, inputs, asked)
    moments = start_now_moments(low, high, start, block=asked.block, seed=run.seed)
    week = moments.week.astype(np.int32)
    seen = (week - asked.past_weeks > states.first_week) & (week + last < states.stop_week)
    rows = np.flatnonzero(seen)
    who, when = person[moments.spell[rows]], week[rows]
    past = states.names(states.status_at(who[:, None], when[:, None] - np.arange(1, asked.past_weeks + 1)))
    told = ~np.isin(past, ["", "unseen", "?"]).all(axis=1)
    rows, who, when = rows[told], who[told], when[told]
    group = states.names(states.status_at(who, when))
    strata = strata_of(when, moments.elapsed[rows], group)
    return _entries(run, inputs, asked, who, when, moments.starts[rows], strata), who, when


def _eligible(run: RunFile, inputs: Inputs, asked: Asked) -> tuple[Ints, Ints, Ints, Ints]:
    """Stretches on the benefits inside the period: person, first week, week after, and the week a mentor began or -1.

    Only someone's first mentorship is a start; time after it is nobody's.
    """
    rows = _stretches(inputs.states, asked)
    first = np.full(inputs.states.persons, np.iinfo(np.int32).max, dtype=np.int32)
    begun = first_spells(inputs.all_spells)
    first[begun.person] = begun.start
    low = np.maximum(rows.start, week_of(run.start))
    high = np.minimum(rows.stop, week_of(run.stop))
    kept = (low < high) & (first[rows.person] >= low)
    person, low, high = rows.person[kept], low[kept], high[kept]
    start = np.where(first[person] < high, first[person], -1)
    return person, low.astype(np.int32), high.astype(np.int32), start.astype(np.int32)


def _stretches(states: Panel, asked: Asked) -> Panel:
    """The panel's rows in one of the benefits, joined where they touch."""
    missing = [each for each in asked.eligible if each not in states.codes]
    if len(missing) == len(asked.eligible):
        raise DesignError(f"Ingen i registret er på {', '.join(missing)}.")
    mapping = {code: "eligible" if code in asked.eligible else states.gap for code in states.codes}
    return states.mapped(mapping)


def _lottery(run: RunFile, inputs: Inputs, asked: Asked) -> tuple[Entries, Ints, Ints]:
    """Everyone who was in the lot, from the week it was drawn."""
    lots: Lots = inputs.lots[asked.name]
    entries = _entries(
        run, inputs, asked, lots.person, lots.week, lots.drawn, np.unique(lots.group, return_inverse=True)[1]
    )
    return replace(entries, took_part=lots.took), lots.person, lots.week


_PREPARE: dict[str, Callable[[RunFile, Inputs, Asked], tuple[Entries, Ints, Ints]]] = {
    "start_now": _start_now,
    "lottery": _lottery,
}


def _entries(
    run: RunFile,
    inputs: Inputs,
    asked: Asked,
    person: Ints,
    week: Ints,
    starts: npt.NDArray[np.bool_],
    strata: npt.NDArray[np.int64],
) -> Entries:
    background, names = _background(run, inputs, person, week)
    place = (
        np.unique(inputs.persons.columns[run.place][person], return_inverse=True)[1] if run.place else None
    )
    return entries_from_history(
        inputs.states,
        person,
        week,
        starts,
        weeks=range(asked.outcome.headline + 1),
        outcome=_present(inputs.states, asked),
        background=background,
        background_names=names,
        strata=strata.astype(np.int64),
        place=place,
        negative=_negative(run, inputs, person),
        past_weeks=asked.past_weeks,
    )


def _present(states: Panel, asked: Asked) -> tuple[str, ...]:
    """The outcome's states that anyone is in."""
    found = tuple(each for each in asked.outcome.states if each in {*states.codes, states.gap})
    if not found:
        raise DesignError(f"Ingen i registret er {asked.outcome.name}: {', '.join(asked.outcome.states)}.")
    return found


def _negative(run: RunFile, inputs: Inputs, person: Ints) -> npt.NDArray[np.bool_] | None:
    if not run.negative:
        return None
    values = inputs.persons.columns[run.negative][person]
    wrong = ~np.isin(values, ["0", "1", ""])
    if wrong.any():
        raise DesignError(f"Kolonnen »{run.negative}« skal være 0 eller 1.")
    return np.asarray(values == "1")


def _background(
    run: RunFile, inputs: Inputs, person: Ints, week: Ints
) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Columns of the file with persons as numbers, and age at the index week; the unknown get a column of their own."""
    blocks, names = list[npt.NDArray[np.float64]](), list[str]()
    if run.birth:
        days = (mondays(week) - inputs.persons.birth[person]) / np.timedelta64(1, "D")
        _add(blocks, names, "age", days / 365.2425)
    for column in run.background:
        values = inputs.persons.columns[column][person]
        numbers = _numbers(values)
        if numbers is not None:
            _add(blocks, names, column, numbers)
        else:
            _add_kinds(blocks, names, column, values)
    return (np.column_stack(blocks) if blocks else np.zeros((len(person), 0))), names


def _add(
    blocks: list[npt.NDArray[np.float64]], names: list[str], name: str, values: npt.NDArray[np.float64]
) -> None:
    missing = ~np.isfinite(values)
    known = values[~missing]
    blocks.append(np.where(missing, known.mean() if len(known) else 0.0, values))
    names.append(name)
    if missing.any():
        blocks.append(missing.astype(np.float64))
        names.append(f"{name}_unknown")


def _add_kinds(blocks: list[npt.NDArray[np.float64]], names: list[str], column: str, values: Column) -> None:
    kinds, counts = np.unique(values, return_counts=True)
    if len(kinds) > _MOST_VALUES:
        raise DesignError(
            f"Kolonnen »{column}« har {len(kinds)} forskellige værdier. Saml dem i færre grupper."
        )
    for kind in kinds[np.argsort(-counts, kind="stable")][1:].tolist():
        blocks.append((values == kind).astype(np.float64))
        names.append(f"{column}_{kind or 'unknown'}")


def _numbers(values: Column) -> npt.NDArray[np.float64] | None:
    """The column as numbers (NaN for empty), or None when it holds words."""
    texts = np.char.replace(values.astype(np.str_), ",", ".")
    try:
        return np.where(texts == "", "nan", texts).astype(np.float64)
    except ValueError:
        return None


def _places(run: RunFile, inputs: Inputs, asked: Asked) -> PanelOfUnits:
    """Places over periods: the share of those entering the benefits who are in the outcome a period later."""
    rows, states, changes = _stretches(inputs.states, asked), inputs.states, inputs.changes[asked.name]
    first, length = week_of(run.start), asked.period
    ends = min(week_of(run.stop), states.stop_week - length)
    periods = (ends - first) // length
    names = inputs.persons.columns[run.place]
    units = sorted(each for each in changes if (names == each).any())
    if periods < 3 or len(units) < 6:
        raise DesignError("En indfasning kræver mindst tre perioder og seks steder, som er i registret.")
    inside = (rows.start >= first) & (rows.start < first + periods * length)
    person, start = rows.person[inside], rows.start[inside]
    place = np.searchsorted(units, names[person])
    known = np.isin(names[person], units)
    later = states.names(states.status_at(person, start + length))
    cell = place[known] * periods + (start[known] - first) // length
    everyone = np.bincount(cell, minlength=len(units) * periods)
    hit = np.bincount(cell, np.isin(later, asked.outcome.states)[known], len(units) * periods)
    if (everyone == 0).any():
        raise DesignError(
            "Et sted har en periode uden nogen, der begynder på ydelsen. Vælg længere perioder."
        )
    outcome = (hit / everyone).reshape(len(units), periods)
    changed = np.array([changes[each] for each in units])
    number = np.where(changed < 0, NEVER, (changed - first) // length + 1)
    if ((number < 1) & (changed >= 0)).any():
        raise DesignError(
            "Et sted ændrede praksis før perioden. Begynd perioden tidligere, eller lad stedet ude."
        )
    return PanelOfUnits(outcome, np.arange(1, periods + 1), number.astype(np.int64))


# What may be published


def _record(whole: Compared, entries: Entries | None) -> dict[str, Any]:
    found = whole.found
    return {
        "word": found.word.value,
        "estimator": found.estimator,
        "assumption": found.assumption,
        "headline": found.question.headline,
        "relevant": found.question.relevant,
        "in_words": whole.in_words,
        "showing": found.gate.showing.value,
        "verdict": found.verdict if whole.shown else None,
        "sample": _sample(found, people=entries is not None),
        "gate": _gate(found),
        "curve": _curve(found, entries),
        "extra": {}
        if found.hidden or not whole.shown
        else {name: round(v, 4) for name, v in found.extra.items()},
        "seed": found.seed,
    }


def _sample(found: Comparison, *, people: bool) -> dict[str, Any]:
    """Numbers of people to the nearest 5; of places exactly, since a place is no person."""
    sample = found.sample
    if not people:
        return {"places": sample.people, "changed": sample.treated, "unchanged": sample.controls}
    labels = ("Sammenlignet", "Ingen ligner", "Ingen i samme gruppe")
    inside = sample.treated - sample.outside - sample.dropped
    parts = counted("Med mentor", labels, [max(inside, 0), sample.outside, sample.dropped])
    return {
        "treated": about(sample.treated),
        "controls": about(sample.controls),
        "people": about(sample.people),
        "effective_controls": about(int(sample.effective_controls)),
        "outside": parts[1]["count"],
        "dropped": parts[2]["count"],
        "places": sample.places,
    }


def _gate(found: Comparison) -> dict[str, Any]:
    checks = [
        {
            "name": check.name.value,
            "heading": check.name.heading,
            "colour": check.colour.value,
            "sentence": check.sentence,
            "values": {
                key: round(value, 2 if key == "support" else 4) for key, value in check.values.items()
            },
        }
        for check in found.gate.checks
    ]
    return {"colour": found.gate.colour.value, "checks": checks}


def _curve(found: Comparison, entries: Entries | None) -> list[dict[str, Any]]:
    """Week by week: shares in whole per cent, where at least five had the outcome and five had not; the difference
    with its limits where the gate lets it be seen.
    """
    hidden = found.hidden
    rows = []
    for place, week in enumerate(found.weeks.tolist()):
        row: dict[str, Any] = {"week": week, "happened": None}
        shown = entries is None or _many(found, place)
        if shown:
            row["happened"] = round(float(found.happened[place]), 2)
        if not hidden:
            low, high = (float(limit[place]) for limit in found.effect.interval())
            row |= {
                "without": round(float(found.effect.untreated_mean[place]), 2) if shown else None,
                "estimate": round(float(found.effect.estimate[place]), 4),
                "standard_error": round(float(found.effect.standard_error[place]), 4),
                "low": round(low, 4),
                "high": round(high, 4),
            }
        rows.append(row)
    return rows


def _many(found: Comparison, place: int) -> bool:
    """Whether both those with and without the outcome are none or at least five."""
    count = int(found._effect.treated_count[place])
    yes = round(float(np.nan_to_num(found.happened[place])) * count)
    return count >= FEWEST and enough(yes) and enough(count - yes)


def _groups(
    run: RunFile, whole: Compared, design: Lottery | StartNow, question: Question, release: Release
) -> list[dict[str, Any]]:
    """The subgroups of the run file: one comparison each, marked when it was not declared before any outcome."""
    entries = whole.entries
    assert entries is not None
    rows = {
        f"{cut.subgroup.name}: {label}": cut.rows(label)
        for cut in whole.cuts
        for label in cut.subgroup.groups
    }
    enough_of = {
        name: mask
        for name, mask in rows.items()
        if min((entries.treated & mask).sum(), (~entries.treated & mask).sum()) >= FEWEST
    }
    declared = frozenset(
        f"{cut.subgroup.name}: {label}"
        for cut in whole.cuts
        if cut.subgroup.in_time
        for label in cut.subgroup.groups
    )
    try:
        found = compare_groups(entries, design, question, enough_of, declared=declared, settings=run.settings)
    except DesignError:
        found = {}
    told = []
    for cut in whole.cuts:
        for label in cut.subgroup.groups:
            one = found.get(f"{cut.subgroup.name}: {label}")
            is_open = _open(release, **{cut.subgroup.name: label})
            told.append(_group(cut, label, one, is_open))
    return told


def _group(cut: Division, label: str, found: Comparison | None, is_open: bool) -> dict[str, Any]:
    base = {"division": cut.subgroup.name, "group": label, "declared": cut.subgroup.in_time}
    if found is None or not is_open:
        return {**base, "too_few": TOO_FEW}
    place = found.headline_place
    record = {
        **base,
        "word": found.word.value,
        "in_words": found.in_words(),
        "showing": found.gate.showing.value,
        "colour": found.gate.colour.value,
        "red": [check.name.heading for check in found.gate.checks if check.colour.value == "red"],
        "treated": about(found.sample.treated),
        "verdict": found.verdict,
    }
    if found.hidden:
        return record
    low, high = (float(limit[place]) for limit in found.effect.interval())
    adjusted = next(c.values.get("adjusted_p") for c in found.gate.checks if c.name.value == "many_looks")
    return record | {
        "estimate": round(float(found.effect.estimate[place]), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "adjusted_p": None if adjusted is None else round(adjusted, 4),
    }


def _how(whole: Compared, run: RunFile) -> list[str]:
    """How the comparison was worked out, in sentences."""
    asked = whole.asked
    if asked.design == "lottery":
        return [
            "Der er trukket lod. Alle tæller med i den gruppe, lodtrækningen satte dem i, også de, der ikke tog imod.",
            "Forskellen er regnet uge for uge med en lineær model med baggrund fra før lodtrækningen (HC2).",
            f"Lodtrækningen er gentaget {asked.draws} gange i beregningen med frø {run.seed}.",
        ]
    if asked.design == "roll_out":
        return [
            f"Andelen, der er {asked.outcome.name} {asked.period} uger efter ydelsens begyndelse, pr. sted og periode.",
            "Steder, der ændrede praksis, er sat over for dem, der ikke havde gjort det (Callaway og Sant'Anna).",
            "Kun udviklingen sammenlignes, ikke niveauet.",
        ]
    return [
        "Hver borger, der begyndte med mentor en uge, er sat over for borgere, der var lige så langt og ikke begyndt.",
        "Hvad de gør bagefter, afgør ikke, om de er med. Der er vejet efter fortid og baggrund (AIPW), inden "
        "for samme ydelse, kvartal og varighed.",
        f"I registret mangler: {'; '.join(MISSING)}. Kendte oplysninger er med som baggrund: "
        f"{', '.join(run.background) or 'ingen'}.",
    ]
