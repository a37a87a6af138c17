"""*Skete*: what happened around and after the mentorships of the cohort, guarded. Nothing here compares anyone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from brobygger.analysis.charts import MARKS, protect_flows, sankey, step_curve
from brobygger.analysis.codes import BLANK, UNSEEN_GROUP
from brobygger.analysis.cohorts import dosage, first_spells, only_offer
from brobygger.analysis.disclosure import Dimension, Release
from brobygger.analysis.errors import DesignError, DisclosureError
from brobygger.analysis.frequencies import FEWEST_PEOPLE, of_100
from brobygger.analysis.outcomes import (
    FIVE,
    FIVE_OF,
    Durations,
    job_retention,
    status_after_end,
    status_by_week,
)
from brobygger.analysis.panel import UNSEEN, Panel, Spells
from brobygger.analysis.pathways import NEXT, POINTS, Flows, flows, what_follows
from brobygger.analysis.report.engines import Engine
from brobygger.analysis.report.groups import divisions
from brobygger.analysis.report.inputs import Inputs
from brobygger.analysis.report.published import about, counted, plain, share, total_of
from brobygger.analysis.report.runfile import RunFile
from brobygger.analysis.survival import aalen_johansen, kaplan_meier

NO_BENEFIT = "no_benefit"
WITHOUT_JOBS = ("education", "benefit", NO_BENEFIT, "other")
STEP = 13
TOO_FEW = "Der er for få personer til at vise tal."
_ASKED = "Udfald"
_STATUS = "Status"


def happened(run: RunFile, inputs: Inputs, engine: Engine) -> dict[str, Any]:
    """Every part of the chapter, each with how it was worked out. People count once, by their first mentorship."""
    people = first_spells(inputs.spells)
    mapping, order = statuses(inputs)
    found = _flows(inputs.states, people, mapping, order)
    told: dict[str, Any] = plain(
        {
            "people": about(len(people)),
            "mentorships": about(len(inputs.spells)),
            "statuses": list(order),
            "by_week": _by_week(run, inputs, engine, people, found),
            "groups": _by_group(run, inputs, people),
            "flows": _drawn_flows(found),
            "after_end": _after_end(inputs, people),
            "follows": _follows(inputs, people),
            "only_offer": _only_offer(inputs, people),
            "retention": _retention(inputs, people),
            "dosage": _dosage(people),
        }
    )
    return told


def statuses(inputs: Inputs) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The five statuses; without wages no one is said to have a job, and there are four."""
    if inputs.has_jobs:
        return FIVE_OF, FIVE
    return {**FIVE_OF, BLANK: NO_BENEFIT}, WITHOUT_JOBS


def _asked(run: RunFile, states: Panel, people: Spells) -> tuple[Any, Any]:
    """Whether each person is in the outcome in the week asked about (n,), and whether that is known (n,)."""
    names = states.names(states.status_at(people.person, people.start + run.outcome.headline))
    return np.isin(names, list(run.outcome.states)), ~np.isin(names, ["", UNSEEN_GROUP])


def _headline(run: RunFile, inputs: Inputs, people: Spells) -> Release:
    """Status and outcome of the week asked about, by every subgroup, decided at once."""
    mapping, order = statuses(inputs)
    states = inputs.states
    names = states.names(states.status_at(people.person, people.start + run.outcome.headline))
    hit, known = _asked(run, states, people)
    labels = [f"{status}, {word}" for status in order for word in ("ja", "nej")]
    place = np.array(
        [order.index(mapping[str(n)]) if k else 0 for n, k in zip(names, known, strict=True)], dtype=np.int64
    )
    place = 2 * place + ~hit
    cuts = divisions(run, inputs, people.person, people.start)
    groups: dict[str, tuple[str, ...]] = {status: (f"{status}, ja", f"{status}, nej") for status in order}
    groups |= {word: tuple(f"{status}, {word}" for status in order) for word in ("ja", "nej")}
    kinds = [Dimension(_STATUS, tuple(labels), groups), *(Dimension(c.subgroup.name, c.labels) for c in cuts)]
    shape = tuple(len(each.categories) for each in kinds)
    where = np.ravel_multi_index([place[known], *(c.place[known] for c in cuts)], shape)
    return Release.of(kinds, np.bincount(where, minlength=int(np.prod(shape))).reshape(shape))


def _by_week(run: RunFile, inputs: Inputs, engine: Engine, people: Spells, found: Flows) -> dict[str, Any]:
    mapping, order = statuses(inputs)
    table = status_by_week(
        inputs.states,
        people,
        mapping=mapping,
        order=order,
        before=run.before,
        after=run.after,
        count=engine.count_edges,
    )
    weeks = [
        week for week in range(-run.before, run.after + 1) if week % STEP == 0 or week == run.outcome.headline
    ]
    headline = _headline(run, inputs, people)
    rows = []
    for week in weeks:
        counts = table.counts[0, table.at(week), : len(order)]
        cells, seen = _week(week, counts, order, run, headline, found)
        shares = [
            {"label": each["label"], "count": each["count"], "share": share(each["count"], seen)}
            for each in cells
        ]
        rows.append({"week": week, "seen": seen, "statuses": shares})
    return {
        "weeks": rows,
        "how": [
            "Hver borger tæller én gang, fra ugen hvor det første mentorforløb i perioden begyndte.",
            "Status er ugens kode i registret. Job er en uge uden ydelse (eller i fleksjob) med løn i måneden."
            if inputs.has_jobs
            else "Registret har ingen brancher, så job og selvforsørgelse kan ikke skilles ad.",
            "Uger, registret ikke dækker, tæller ikke med i nogen status.",
        ],
    }


def _week(
    week: int, counts: Any, order: Sequence[str], run: RunFile, headline: Release, found: Flows
) -> tuple[list[dict[str, Any]], int | None]:
    """A week's cells. Where another figure tells of the same week, its decision holds for both."""
    same = {-STEP: 0, 0: 1}
    if week == run.outcome.headline:
        return [{"label": each, "count": headline.cell(**{_STATUS: each})} for each in order], headline.cell()
    if week in same and found.totals[0].sum() >= 1:
        guarded = protect_flows(found)
        first = found.links.size + same[week] * len(found.statuses)
        cells = [
            {
                "label": status,
                "count": int(found.totals[same[week], at]) if guarded.open[first + at] else None,
            }
            for at, status in enumerate(order)
        ]
        unseen = first + len(order)
        return cells, int(counts.sum()) if guarded.open[unseen] else None
    return counted(_STATUS, order, counts), total_of(_STATUS, order, counts)


def _by_group(run: RunFile, inputs: Inputs, people: Spells) -> dict[str, Any]:
    release = _headline(run, inputs, people)
    rows = []
    for each in run.subgroups:
        for label in each.groups:
            yes, everyone = (
                release.cell(**{_STATUS: "ja", each.name: label}),
                release.cell(**{each.name: label}),
            )
            rows.append({"division": each.name, "group": label, "count": yes, "people": everyone,
                         "share": share(yes, everyone)})  # fmt: skip
    yes, everyone = release.cell(**{_STATUS: "ja"}), release.cell()
    told = TOO_FEW
    if yes is not None and everyone is not None:
        told = of_100(
            yes, everyone, f"{run.outcome.name} {run.outcome.headline} uger efter start", who="med mentor"
        )
    return {
        "outcome": run.outcome.name,
        "headline": run.outcome.headline,
        "in_words": told,
        "count": yes,
        "people": everyone,
        "rows": rows,
        "how": [
            f"Andelen, der er {run.outcome.name} i uge {run.outcome.headline}, af dem registret kender i den uge.",
            "Grupperne står i kørslens fil. Forskelle mellem dem siger ikke, hvad mentoren betød.",
        ],
    }


def _flows(states: Panel, people: Spells, mapping: Mapping[str, str], order: Sequence[str]) -> Flows:
    return flows(states, people, points=POINTS, mapping=mapping, order=order)


def _drawn_flows(found: Flows) -> dict[str, Any]:
    try:
        drawn = sankey(found)
    except (DesignError, DisclosureError):
        return {"too_few": TOO_FEW}
    return {
        "points": list(drawn.points),
        "nodes": [vars(each) | {} for each in drawn.nodes],
        "ribbons": [vars(each) | {} for each in drawn.ribbons],
        "table": [{"from": a, "status": b, "to": c, "next": d, "count": n} for a, b, c, d, n in drawn.table],
        "how": [
            "Borgernes status på seks tidspunkter, og hvor mange der gik fra den ene til den anden.",
            "»Ikke set« er borgere, som registret ikke dækker på tidspunktet.",
        ],
    }


def _after_end(inputs: Inputs, people: Spells) -> dict[str, Any] | None:
    branches = inputs.registers.branches
    if branches is None:
        return None
    found = status_after_end(inputs.states, branches, people)
    settled = (found.status != UNSEEN) & ~found.provisional
    rows = []
    for place, months in enumerate(found.months):
        counts = np.bincount(found.status[settled[:, place], place], minlength=len(FIVE))[: len(FIVE)]
        rows.append(
            {
                "months": months,
                "people": total_of(_STATUS, FIVE, counts),
                "statuses": counted(_STATUS, FIVE, counts),
            }
        )
    return {
        "months": rows,
        "how": [
            "Status på én bestemt dag 1, 3, 6 og 12 måneder efter det sidste møde, som Jobindsats gør det op.",
            "De nyeste tre måneder er ikke med, fordi løn indberettes sent.",
        ],
    }


def _follows(inputs: Inputs, people: Spells) -> dict[str, Any] | None:
    if not inputs.has_jobs:
        return None
    kinds = inputs.codes.classify(inputs.registers.weekly, "kind")
    counts = what_follows(inputs.states, kinds, people).counts()
    return {
        "people": total_of(_STATUS, NEXT, [counts[each] for each in NEXT]),
        "first": counted(_STATUS, NEXT, [counts[each] for each in NEXT]),
        "how": ["Det første, der sker inden for et år efter forløbets sidste uge."],
    }


def _only_offer(inputs: Inputs, people: Spells) -> dict[str, Any]:
    kinds = inputs.codes.classify(inputs.registers.weekly, "kind")
    spells = only_offer(kinds, people)
    only = spells.take(spells.column("started_only") == 1)
    followed, company = only.column("followed"), only.column("followed_company")
    labels = ("ikke fulgt", "aktivt tilbud", "virksomhedsrettet tilbud", "kendes ikke")
    what = np.where(followed < 0, 3, np.where(company == 1, 2, np.where(followed == 1, 1, 0)))
    counts = np.bincount(what, minlength=len(labels))
    return {
        "people": total_of(_STATUS, labels, counts),
        "followed": counted(_STATUS, labels, counts),
        "how": [
            "Forløb, hvor de første fire uger var uden andet tilbud.",
            "Fulgt: et aktivt tilbud i forløbet eller i uge 5 til 26 efter det.",
        ],
    }


def _retention(inputs: Inputs, people: Spells) -> dict[str, Any] | None:
    if not inputs.has_jobs:
        return None
    found = job_retention(inputs.states, people)
    try:
        curve = step_curve(kaplan_meier(found.time, found.cause == 1), marks=MARKS)
    except DesignError:
        return {"too_few": TOO_FEW}
    return {
        "jobs": about(len(found.time)),
        "x": curve.x,
        "y": curve.y,
        "low": curve.low,
        "high": curve.high,
        "until": curve.until,
        "seen_until": curve.seen_until,
        "marks": [vars(each) | {} for each in curve.marks],
        "ends": _ends(found),
        "how": [
            "Fra den første uge i job efter start. Jobbet er slut i den første af fire uger i træk på en ydelse.",
            "Andelen er Kaplan-Meiers: den, der ikke er fulgt længere, tæller kun med, så længe hun er fulgt.",
            "Hvert trin på kurven er mindst fem borgere. Uddannelse, pension og udrejse tæller ikke som tabt job.",
        ],
    }


def _ends(found: Durations) -> list[dict[str, Any]]:
    """What ended jobs within a year, each cause on its own terms (Aalen and Johansen)."""
    within = found.time <= 52
    counts = np.bincount(np.where(within, found.cause, 0), minlength=len(found.causes))
    shown = counted(_STATUS, found.causes, counts)
    incidence = np.zeros(len(found.causes) - 1)
    known = aalen_johansen(found.time, found.cause).at(52)[0]
    incidence[: len(known)] = known
    return [
        {"label": each["label"], "count": each["count"],
         "share": None if each["count"] is None else round(float(incidence[number]), 2)}
        for number, each in enumerate(shown[1:])
    ]  # fmt: skip


def _dosage(people: Spells) -> dict[str, Any] | None:
    if len(people) < FEWEST_PEOPLE:
        return None
    found, told = dosage(people), bool(people.column("hours_known").all())
    months = np.quantile(found.months, [0.25, 0.5, 0.75])
    rows = [{"what": "Måneder fra første til sidste møde", "quartiles": np.round(months, 1)}]
    if told:
        for what, values in (
            ("Timer om ugen", found.hours_per_week),
            ("Heraf ansigt til ansigt", found.face_per_week),
        ):
            rows.append({"what": what, "quartiles": np.round(np.quantile(values, [0.25, 0.5, 0.75]), 1)})
    return {
        "rows": rows,
        "how": [
            "Alle forløb er stillet op efter størrelse og delt i fire lige store dele.",
            "Flere timer er ikke årsag til et bedre udfald: de, det går godt, bliver ofte længere.",
        ],
    }


__all__ = ["TOO_FEW", "happened", "statuses"]
