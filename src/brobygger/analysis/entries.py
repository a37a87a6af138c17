"""From a register to the rows a comparison reads: ``entries_from_history`` fills ``Entries`` from a panel of states."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import NOT_SEEN, UNSEEN_GROUP
from brobygger.analysis.cohorts import history_before
from brobygger.analysis.designs import Entries
from brobygger.analysis.errors import CohortError, DesignError
from brobygger.analysis.numeric import Flags, Floats, Integers
from brobygger.analysis.outcomes import FIVE, FIVE_OF
from brobygger.analysis.panel import Ints, Panel, weeks_in_states
from brobygger.analysis.weeks import months_of_weeks

PAST_WEEKS = 26
_GONE = ("dead", "abroad")
_QUARTER = 3

MISSING = (
    "karakterer og forældrenes uddannelse og indkomst",
    "helbred, ud over uger på sygedagpenge og lignende",
    "sagsbehandlerens vurdering før start",
    "borgerens egne svar før start",
    "visitation og parathed",
)
"""What drives start and outcome and is in no weekly register; it belongs in ``background`` where it is known."""


def entries_from_history(
    states: Panel,
    person: npt.ArrayLike,
    week: npt.ArrayLike,
    starts: npt.ArrayLike,
    *,
    weeks: Sequence[int],
    outcome: Collection[str],
    background: npt.ArrayLike | None = None,
    background_names: Sequence[str] = (),
    strata: npt.ArrayLike | None = None,
    place: npt.ArrayLike | None = None,
    negative: npt.ArrayLike | None = None,
    past_weeks: int = PAST_WEEKS,
    years: int = 3,
) -> Entries:
    """One row for each person (n,) and index week (n,), ``starts`` (n,) true where a mentor began in it.

    ``states`` is ``labour_states``. The outcome is to be in one of the states ``outcome``, ``weeks`` (T,) after the
    index week; the past is the share of the ``past_weeks`` before it. Background: ``history_before`` as it stood
    before the past began, which is all the placebo may know, and then what happened in the past weeks and the last
    state; ``background`` (n, b), known at the index week, is added. Columns that are the same for everyone are left
    out. ``strata`` default to the calendar quarter. ``observed`` counts the weeks known; who died or emigrated, or was
    not seen before the data end, is ``lost``.

    *What is missing* from a weekly register is in ``MISSING``: marks, parents, health, readiness, the case worker's
    assessment and the citizen's own answers before the start. Where they are known they belong in ``background``; where
    they are not, the gate's check of the unseen is what is left. Sex, age, origin and family are not in the panel
    either and must be given.
    Raises DesignError without weeks or for rows without any past in the register, CohortError for a state that does not
    exist.
    """
    who, index = (np.asarray(part, dtype=np.int32) for part in (person, week))
    arm = np.asarray(starts, dtype=bool)
    if not len(weeks) or min(weeks) < 0:
        raise DesignError("Udfaldet skal måles i mindst én uge fra start og frem.")
    _check_states(states, outcome)
    after, known, lost = _followed(states, who, index, np.asarray(weeks, dtype=np.int64), outcome)
    past, recent, recent_names = _recent(states, who, index, past_weeks, outcome)
    old = history_before(states, who, index - past_weeks, years=years)
    now = history_before(states, who, index, years=1)
    last, last_names = _last_states(now.last_state)
    own = np.zeros((len(who), 0)) if background is None else np.asarray(background, dtype=np.float64)
    if own.ndim != 2 or own.shape[0] != len(who) or own.shape[1] != len(background_names):
        raise DesignError("Baggrunden skal have en række for hver person og et navn for hver kolonne.")
    since = now.values[:, [now.names.index("weeks_in_last")]]
    blocks = (old.values, recent, last, since, own)
    names = [
        *(f"before_{name}" for name in old.names),
        *recent_names,
        *last_names,
        "weeks_in_last",
        *background_names,
    ]
    early = np.repeat([True, False, False, False, False], [block.shape[1] for block in blocks])
    values = np.column_stack(blocks)
    varies = values.std(axis=0) > 0
    quarter = months_of_weeks(index) // _QUARTER
    return Entries(
        treated=arm,
        outcome=after,
        weeks=np.asarray(weeks, dtype=np.int64),
        covariates=values[:, varies],
        names=tuple(name for name, keep in zip(names, varies, strict=True) if keep),
        known_before_past=early[varies],
        strata=np.asarray(quarter if strata is None else strata, dtype=np.int64),
        person=who.astype(np.int64),
        moment=index.astype(np.int64),
        place=None if place is None else np.asarray(place, dtype=np.int64),
        past=past,
        negative=None if negative is None else np.asarray(negative),
        observed=known,
        lost=lost,
    )


def strata_of(
    week: npt.ArrayLike, elapsed: npt.ArrayLike, group: npt.ArrayLike, *, band: int = 13
) -> Integers:
    """One number (n,) for each target group, calendar quarter and ``band`` of weeks elapsed: compared only within."""
    quarter = months_of_weeks(np.asarray(week, dtype=np.int32)) // _QUARTER
    parts = (np.asarray(group), quarter, np.asarray(elapsed, dtype=np.int64) // band)
    numbers = np.stack([np.unique(part, return_inverse=True)[1] for part in parts], axis=1)
    return np.asarray(np.unique(numbers, axis=0, return_inverse=True)[1]).reshape(-1).astype(np.int64)


def statuses_after(
    states: Panel,
    person: npt.ArrayLike,
    week: npt.ArrayLike,
    *,
    weeks: Sequence[int],
    mapping: Mapping[str, str] = FIVE_OF,
    order: Sequence[str] = FIVE,
) -> Integers:
    """The status (n, T), index into ``order``, so many weeks after each index week, for ``share_effects``.

    Raises DesignError where someone was not seen: choose fewer weeks, or leave the row out.
    """
    found = _names_after(states, person, week, weeks)
    names, at = np.unique(found, return_inverse=True)
    statuses = [mapping.get(str(name), "") for name in names]
    if UNSEEN_GROUP in statuses or any(name in ("", NOT_SEEN) for name in names.tolist()):
        raise DesignError("Status er ikke kendt for alle i alle uger. Vælg en kortere periode.")
    unknown = [str(name) for name, status in zip(names, statuses, strict=True) if status not in order]
    if unknown:
        raise CohortError(f"Tilstandene {', '.join(unknown)} er ikke fordelt på en status.")
    places = np.array([list(order).index(status) for status in statuses], dtype=np.int64)
    return np.asarray(places[at].reshape(found.shape))


def _check_states(states: Panel, wanted: Collection[str]) -> None:
    missing = sorted(set(wanted) - {*states.codes, states.gap})
    if not wanted or missing:
        raise CohortError(
            f"Udfaldet nævner tilstande, som ikke findes: {', '.join(missing) or 'ingen valgt'}."
        )


def _names_after(
    states: Panel, person: npt.ArrayLike, week: npt.ArrayLike, weeks: Sequence[int]
) -> npt.NDArray[np.str_]:
    who, index = (np.asarray(part, dtype=np.int32) for part in (person, week))
    when = index[:, None] + np.asarray(weeks, dtype=np.int32)[None]
    return states.names(states.status_at(who[:, None], when))


def _followed(
    states: Panel, who: Ints, index: Ints, weeks: Integers, outcome: Collection[str]
) -> tuple[Flags, Integers, Flags]:
    """The outcome (n, T), how many of the first weeks are known (n,), and who was lost before the data end (n,)."""
    found = _names_after(states, who, index, weeks.tolist())
    dark = np.isin(found, ["", NOT_SEEN, UNSEEN_GROUP])
    known = np.where(dark.any(axis=1), dark.argmax(axis=1), len(weeks)).astype(np.int64)
    inside = index[:, None] + weeks[None] < states.stop_week
    gone = np.isin(found, _GONE) | (dark & inside)
    return np.isin(found, list(outcome)), known, np.asarray(gone.any(axis=1))


def _recent(
    states: Panel, who: Ints, index: Ints, past_weeks: int, outcome: Collection[str]
) -> tuple[Floats, Floats, list[str]]:
    """The outcome's share of the past weeks (n, 1), and the share of each state (n, S) with names."""
    spent = weeks_in_states(states, who, index - past_weeks, index).astype(np.float64)
    labels = [*states.codes, states.gap]
    seen = [at for at, label in enumerate(labels) if label not in (UNSEEN_GROUP, NOT_SEEN)]
    total = spent[:, seen].sum(axis=1)
    if (total == 0).any():
        raise DesignError(f"{int((total == 0).sum())} rækker har ingen fortid i registret. Lad dem ude.")
    shares = spent[:, seen] / total[:, None]
    mine = [place for place, at in enumerate(seen) if labels[at] in outcome]
    return shares[:, mine].sum(axis=1, keepdims=True), shares, [f"recent_{labels[at]}" for at in seen]


def _last_states(last: npt.NDArray[np.str_]) -> tuple[Floats, list[str]]:
    """A column for each state someone was in the week before (n, L)."""
    names = [name for name in np.unique(last).tolist() if name not in ("", NOT_SEEN, UNSEEN_GROUP)]
    return (last[:, None] == np.array(names)[None]).astype(np.float64), [f"last_{name}" for name in names]
