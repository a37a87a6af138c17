"""What came of a lot that was drawn in the system: ``analysis.Lottery`` on the own registers, once for each lot.

Everybody who was drawn is held against everybody who was not, whether or not they took part (intention to treat). The
protocol chose outcome, week, relevant difference and groups before the draw; nothing is made before the register has
followed everybody so far, so nobody looks early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from brobygger import analysis
from brobygger.analysis import FIVE_OF, Comparison, Entries, Lottery, Panel, Question, compare_groups
from brobygger.analysis.codes import UNSEEN_GROUP
from brobygger.analysis.disclosure import FLOOR
from brobygger.analysis.errors import AnalysisError
from brobygger.analysis.estimators import Effect
from brobygger.analysis.frequencies import FEWEST_PEOPLE
from brobygger.analysis.gate import CheckName, GateSettings, detectable
from brobygger.analysis.weeks import monday, week_of
from brobygger.effects.figures.compared import SEED, Payload, comparison_record, guarded, shown_places

STATUSES_OF: Mapping[str, tuple[str, ...]] = {
    "EDUCATION": ("education",),
    "JOB": ("job",),
    "JOB_OR_EDUCATION": ("job", "education"),
    "OFF_BENEFIT": ("job", "education", "self_support"),
}
"""The statuses in which somebody has reached an evaluation's outcome."""
BACKGROUND = ("recent_job", "before_job_5y", "before_changes", "weeks_in_last")
"""What the model is adjusted for, chosen here before any lot was drawn: the first of them, one for each so many."""
PEOPLE_FOR_EACH = 20
PAST_WEEKS = 26
LEAST_MOVED = 0.2
"""The draw must have moved so large a share into a mentorship before the effect of taking part means anything."""
_LOST_WORDS = {
    "green": "Der er mistet lige mange i de to grupper.",
    "amber": "Der er mistet lidt flere i den ene gruppe end i den anden.",
    "red": "Der er mistet for mange flere i den ene gruppe end i den anden.",
}

Keys = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lot:
    """A lot that was drawn. ``base`` and ``relevant`` are shares (0-1); ``horizon`` weeks after the draw.

    Columns (n,): ``citizen`` as the registers' ids, ``drawn``, ``strata``, ``took_part`` and ``groups`` by division.
    ``declared`` names the divisions of the protocol.
    """

    key: str
    name: str
    question: str
    outcome: str
    horizon: int
    base: float
    relevant: float
    registered_on: date
    drawn_on: date
    protocol_sha256: str
    declared: frozenset[str]
    citizen: Keys
    drawn: Marks
    strata: Keys
    took_part: Marks
    groups: Mapping[str, npt.NDArray[np.str_]]

    @property
    def week(self) -> int:
        """The week of the draw."""
        return week_of(self.drawn_on)

    @property
    def known_from(self) -> date:
        """The first day on which a register can tell of the last week."""
        return monday(self.week + self.horizon + 1)

    def take(self, rows: Marks) -> Lot:
        return replace(
            self,
            citizen=self.citizen[rows],
            drawn=self.drawn[rows],
            strata=self.strata[rows],
            took_part=self.took_part[rows],
            groups={name: values[rows] for name, values in self.groups.items()},
        )


def result_of(states: Panel, lot: Lot, settings: GateSettings) -> Payload:
    """What may be stored of a lot: who it is about, and its result or why there is none."""
    return {**_result(states, lot, settings), **_head(lot)}


def _head(lot: Lot) -> Payload:
    return {
        "key": lot.key,
        "name": lot.name,
        "question": lot.question,
        "outcome": lot.outcome,
        "horizon": lot.horizon,
        "relevant": lot.relevant,
        "registered_on": lot.registered_on.isoformat(),
        "drawn_on": lot.drawn_on.isoformat(),
        "protocol_sha256": lot.protocol_sha256,
    }


def _result(states: Panel, lot: Lot, settings: GateSettings) -> Payload:
    found = lot.take(_known(states, lot))
    missed = (len(lot.citizen) - len(found.citizen)) // FLOOR * FLOOR
    if states.stop_week <= lot.week + lot.horizon:
        return {
            "state": "missing",
            "why": "not_yet",
            "from": lot.known_from.isoformat(),
            "power": _power(lot),
        }
    sizes = int(found.drawn.sum()), int((~found.drawn).sum())
    if min(sizes) < FEWEST_PEOPLE:
        floored = [size // FLOOR * FLOOR for size in sizes]
        return {"state": "missing", "why": "few", "drawn": floored[0], "others": floored[1]}
    try:
        made, entries = compare(states, found, settings)
    except AnalysisError as error:
        return {"state": "missing", "why": "refused", "sentence": str(error)}
    record = _record(made, entries)
    return {
        **record,
        "missed": missed,
        "took_part": _took_part(made, found),
        "groups": _groups(record, entries, found, settings),
    }


def _power(lot: Lot) -> Payload:
    """The smallest difference so many people can show, upwards to a whole per cent; None where there is none."""
    sizes = [max(int(size) // FLOOR * FLOOR, 1) for size in (lot.drawn.sum(), (~lot.drawn).sum())]
    error = float(np.sqrt(lot.base * (1 - lot.base) * sum(1 / size for size in sizes)))
    least = float(np.ceil(100 * detectable(error) - 1e-9) / 100)
    return {"smallest": least if 0 < least < 1 else None, "drawn": sizes[0], "others": sizes[1]}


def _known(states: Panel, lot: Lot) -> Marks:
    """Whom the register tells of in the weeks before the draw and in the week of it."""
    person = states.find(lot.citizen)
    when = lot.week + np.arange(-PAST_WEEKS, 1, dtype=np.int32)
    found = states.status_at(np.maximum(person, 0)[:, None], when[None])
    dark = [states.codes.index(UNSEEN_GROUP)] if UNSEEN_GROUP in states.codes else []
    return np.asarray((person >= 0) & ~np.isin(found, [*dark, -2]).any(axis=1))


def compare(states: Panel, lot: Lot, settings: GateSettings) -> tuple[Comparison, Entries]:
    """The comparison and its rows. Raises DesignError when the data cannot carry it."""
    entries = entries_of(states, lot)
    question = Question(lot.outcome, lot.horizon, lot.relevant)
    return analysis.compare(entries, Lottery(seed=SEED), question, settings), entries


def entries_of(states: Panel, lot: Lot) -> Entries:
    """A row for each person of the lot; ``took_part`` only where the draw decided enough of it, and hides nobody."""
    week = np.full(len(lot.citizen), lot.week, dtype=np.int32)
    entries = analysis.entries_from_history(
        states,
        states.find(lot.citizen),
        week,
        lot.drawn,
        weeks=list(range(lot.horizon + 1)),
        outcome=_states_of(states, lot.outcome),
        strata=lot.strata,
        past_weeks=PAST_WEEKS,
    )
    names = [name for name in BACKGROUND if name in entries.names][: len(lot.citizen) // PEOPLE_FOR_EACH]
    places = [entries.names.index(name) for name in names]
    return replace(
        entries,
        covariates=entries.covariates[:, places],
        names=tuple(names),
        known_before_past=None,
        took_part=lot.took_part if _tells_of_taking_part(lot) else None,
    )


def _states_of(states: Panel, outcome: str) -> set[str]:
    wanted = STATUSES_OF[outcome]
    return {name for name, status in FIVE_OF.items() if status in wanted} & {*states.codes, states.gap}


def _tells_of_taking_part(lot: Lot) -> bool:
    """Whether those who were drawn took part more often, and neither 1-4 of a group did nor all but so many."""
    shares = [_share(lot.took_part[lot.drawn]), _share(lot.took_part[~lot.drawn])]
    with_, without = (float(share) if share is not None else np.nan for share in shares)
    return bool(with_ - without >= LEAST_MOVED)


def _share(marks: Marks) -> float | None:
    return guarded(float(marks.mean()), len(marks)) if len(marks) else None


def _record(found: Comparison, entries: Entries) -> Payload:
    """As the comparison's, and no share of 1-4 in either group nor anything that would give one away."""
    record = comparison_record(found)
    keep = shown_places(found)
    hidden = [_is_few(entries, at) for at in keep]
    for at, is_hidden in enumerate(hidden):
        for name in ("happened", "without", "estimate", "low", "high"):
            if name in record:
                record[name][at] = _coarse(None if is_hidden else record[name][at], name)
    for name in ("in_words", "word", "showing", "verdict", "design", "question"):
        record.pop(name, None)  # what is shown is said again from the numbers and the gate
    record["gate"] = {**record["gate"], "checks": [_check(each) for each in record["gate"]["checks"]]}
    return record


def _is_few(entries: Entries, at: int) -> bool:
    """Whether 1-4 of a group have reached the outcome, or all but so many: then neither group is shown that week."""
    known = np.ones(len(entries.treated), dtype=bool) if entries.observed is None else entries.observed > at
    sides = (entries.outcome[known & arm, at] for arm in (entries.treated, ~entries.treated))
    return any(_share(np.asarray(side, dtype=bool)) is None for side in sides)


def _coarse(value: float | None, name: str) -> float | None:
    if value is None:
        return None
    return round(min(max(value, 0.0), 1.0) if name == "without" else value, 2)


def _check(check: Payload) -> Payload:
    """Without the numbers behind: in a small lot the share that was lost is one person."""
    if check["name"] == CheckName.ATTRITION and check["values"]:
        check = {**check, "sentence": _LOST_WORDS[check["colour"]]}
    return {**check, "values": {}}


def _took_part(found: Comparison, lot: Lot) -> Payload:
    """How many of 100 took part, and what taking part changed for those the draw brought to it."""
    told: Payload = {"drawn": _share(lot.took_part[lot.drawn]), "others": _share(lot.took_part[~lot.drawn])}
    if found.hidden or found.took_part is None:
        return told
    place = found.headline_place
    effect: Effect = found.took_part
    low, high = effect.interval()
    values = {"estimate": effect.estimate[place], "low": low[place], "high": high[place]}
    if not all(np.isfinite(value) for value in values.values()):
        return told
    return {**told, **{name: round(float(value), 2) for name, value in values.items()}}


# Groups


def _groups(record: Payload, entries: Entries, lot: Lot, settings: GateSettings) -> list[Payload]:
    """The lot's result in the groups of the protocol, and by age. A division is shown whole or not at all.

    Were one group of it hidden, everyone less the others would tell of it.
    """
    place = record["weeks"].index(lot.horizon)
    if record["happened"][place] is None:
        return []
    divisions = {name: values for name, values in lot.groups.items() if _is_divided(values, lot.drawn)}
    masks = {
        f"{name}|{each}": values == each for name, values in divisions.items() for each in np.unique(values)
    }
    declared = frozenset(name for name in masks if name.split("|")[0] in lot.declared)
    question = Question(lot.outcome, lot.horizon, lot.relevant)
    plain = replace(entries, took_part=None)
    try:
        found = compare_groups(
            plain, Lottery(seed=SEED), question, masks, declared=declared, settings=settings
        )
    except AnalysisError:
        return []
    rows = [_group(name, each, plain.take(masks[name]), name in declared) for name, each in found.items()]
    hidden = {row["division"] for row in rows if row["happened"] is None}
    return [row for row in rows if row["division"] not in hidden]


def _is_divided(values: npt.NDArray[np.str_], drawn: Marks) -> bool:
    """Whether there are two groups or more, each with people enough on both sides."""
    sizes = [
        min((drawn & (values == each)).sum(), (~drawn & (values == each)).sum()) for each in np.unique(values)
    ]
    return len(sizes) > 1 and min(sizes) >= FEWEST_PEOPLE


def _group(name: str, found: Comparison, entries: Entries, is_declared: bool) -> Payload:
    record = _record(found, entries)
    place = record["weeks"].index(found.question.headline)
    division, category = name.split("|", 1)
    values: Payload = {
        each: record[each][place]
        for each in ("happened", "without", "estimate", "low", "high")
        if each in record
    }
    return {
        "division": division,
        "category": category,
        "declared": is_declared,
        "gate": record["gate"],
        **values,
    }
