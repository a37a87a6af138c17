"""Beside the comparisons: what the effect is worth, what both sides answered, and what others have found."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from brobygger.analysis.designs import share_effects
from brobygger.analysis.disclosure import FLOOR, Dimension, Release
from brobygger.analysis.entries import statuses_after
from brobygger.analysis.errors import AnalysisError, HiddenByGate
from brobygger.analysis.money import Fade, MentorCost, Purse, Worth, worth
from brobygger.analysis.outcomes import FIVE
from brobygger.analysis.panel import UNSEEN, Ints
from brobygger.analysis.rates import effect_rates, five_prices, ladder_weeks_before, rate_in_words
from brobygger.analysis.report.compared import Compared
from brobygger.analysis.report.happened import TOO_FEW
from brobygger.analysis.report.inputs import Inputs
from brobygger.analysis.report.published import about, enough, plain
from brobygger.analysis.report.runfile import Money, RunFile
from brobygger.analysis.surveys import paired_gap_of
from brobygger.analysis.weeks import monday, weeks_of
from brobygger.analysis.yardsticks import beside_yardsticks

MOST_ON_LADDER = 2_000
"""So many people's place on the refund ladder is counted; of more, a sample drawn with the seed."""
_SIDES = ("ja", "nej")


def money(run: RunFile, inputs: Inputs, found: dict[str, Compared]) -> dict[str, Any] | None:
    """What the effect asked about is worth, to every payer. Says why when there is nothing to price."""
    if run.money is None:
        return None
    whole = found.get(run.money.comparison)
    about_it = {"comparison": run.money.comparison}
    if whole is None or whole.entries is None or not whole.shown:
        return {**about_it, "refused": "Sammenligningen kunne ikke regnes, så der er intet at prissætte."}
    try:
        priced: dict[str, Any] = plain({**about_it, **_priced(run, inputs, run.money, whole)})
        return priced
    except HiddenByGate:
        return {**about_it, "refused": "Sammenligningen er rød i porten. Der sættes ingen pris på den."}
    except AnalysisError as error:
        return {**about_it, "refused": str(error)}


def _priced(run: RunFile, inputs: Inputs, wanted: Money, whole: Compared) -> dict[str, Any]:
    entries = whole.entries
    assert entries is not None and entries.person is not None and entries.observed is not None
    rows = np.flatnonzero(entries.observed >= len(entries.weeks))
    person, week = entries.person[rows].astype(np.int32), whole.week[rows]
    status = statuses_after(inputs.states, person, week, weeks=entries.weeks.tolist())
    effects = share_effects(whole.found, entries.take(rows), status, FIVE)
    mine = entries.treated[rows]
    before, sampled = _on_ladder(run, inputs, person[mine], week[mine])
    fade = None
    if wanted.half_life is not None and wanted.until is not None:
        fade = Fade(wanted.half_life, wanted.until)
    starts_on = monday(int(np.median(week[mine])))
    result = worth(
        effects,
        five_prices(*wanted.rates, payer=wanted.payer),
        MentorCost(wanted.hours, wanted.price_per_hour, wanted.other),
        starts_on=starts_on,
        prices_on=wanted.prices_on,
        ladder_before=before,
        rates=effect_rates().with_local(run.rates),
        fade=fade,
        draws=wanted.draws,
        seed=run.seed,
    )
    return _worth(result, starts_on, sampled)


def _on_ladder(run: RunFile, inputs: Inputs, person: Ints, week: Ints) -> tuple[np.ndarray[Any, Any], bool]:
    if len(person) <= MOST_ON_LADDER:
        return ladder_weeks_before(inputs.states, person, week), False
    chosen = np.sort(np.random.default_rng(run.seed).choice(len(person), MOST_ON_LADDER, replace=False))
    return ladder_weeks_before(inputs.states, person[chosen], week[chosen]), True


def _worth(result: Worth, starts_on: date, sampled: bool) -> dict[str, Any]:
    how = [
        "Forskellen i hver status, uge for uge, gange hvad en uge i den koster hver kasse, tilbagediskonteret.",
        f"Refusionstrappen regnes fra {starts_on:%d.%m.%Y}, den midterste start, med borgernes uger på trappen før.",
        f"Usikkerheden er {result.draws} forløb trukket af virkningens kovarians med frø {result.seed}.",
    ]
    how += [rate_in_words(each) for each in result.prices.used]
    if sampled:
        how.append(f"Ugerne på trappen er talt for {MOST_ON_LADDER} borgere, trukket med frøet.")
    return {
        "word": result.word.value,
        "lines": result.lines(),
        "weeks": result.weeks,
        "projected": result.projected,
        "is_assumption": result.is_assumption,
        "rates_settled": result.prices.settled,
        "cost": vars(result.cost) | {},
        "purses": [_purse(each) for each in result.purses],
        "how": how,
    }


def _purse(each: Purse) -> dict[str, Any]:
    return {
        "name": each.name,
        "cost": each.cost,
        "estimate": round(each.estimate),
        "median": round(each.median),
        "low": round(each.low),
        "high": round(each.high),
        "by_week": np.round(each.by_week),
        "low_by_week": np.round(each.low_by_week),
        "high_by_week": np.round(each.high_by_week),
        "even_months": None if each.even_months is None else round(each.even_months, 1),
        "even_share": round(each.even_share, 2),
    }


def surveys(run: RunFile, inputs: Inputs) -> list[dict[str, Any]]:
    """Both sides' answers about the same mentorship and round, by question; nothing about fewer than five pairs."""
    if inputs.surveys is None or run.survey is None:
        return []
    columns = inputs.surveys.columns
    found = []
    for wave, item in sorted(
        {(int(w), str(i)) for w, i in zip(columns["wave"], columns["item"], strict=True)}
    ):
        rows = (columns["wave"] == wave) & (columns["item"] == item)
        table = _pairs({key: column[rows] for key, column in columns.items()}, run.survey.yes_from)
        words = run.survey.items.get(item, item)
        found.append(plain({"wave": wave, "item": item, "words": words, **_gap(table)}))
    return found


def _pairs(columns: dict[str, Any], yes_from: int) -> np.ndarray[Any, Any]:
    """(2, 2) mentor yes and no by citizen yes and no, of those who both answered; the first answer of each counts."""
    order = np.argsort(columns["day"], kind="stable")
    said: dict[str, dict[str, bool]] = {"mentor": {}, "citizen": {}}
    for row in order.tolist():
        said[str(columns["role"][row])].setdefault(
            str(columns["person"][row]), bool(columns["answer"][row] >= yes_from)
        )
    table = np.zeros((2, 2), dtype=np.int64)
    for person, mentor in said["mentor"].items():
        if person in said["citizen"]:
            table[int(not mentor), int(not said["citizen"][person])] += 1
    return table


def _gap(table: np.ndarray[Any, Any]) -> dict[str, Any]:
    release = Release.of([Dimension("Mentor", _SIDES), Dimension("Borger", _SIDES)], table)
    pairs = int(table.sum())
    if pairs < FLOOR or release.cell(Mentor="ja") is None or release.cell(Borger="ja") is None:
        return {"too_few": TOO_FEW}
    gap = paired_gap_of(table)
    shown: dict[str, Any] = {
        "pairs": release.cell(),
        "mentor": round(gap.gap.first, 2),
        "citizen": round(gap.gap.second, 2),
        "difference": round(gap.gap.difference, 2),
        "low": round(gap.gap.low, 2),
        "high": round(gap.gap.high, 2),
        "p_value": round(gap.p_value, 4),
    }
    shown["table"] = [[release.cell(Mentor=a, Borger=b) for b in _SIDES] for a in _SIDES]
    shown["how"] = [
        "Mentor og borger i det samme forløb og den samme runde; kun par, hvor begge har svaret.",
        "Grænserne er Newcombes for par; p er McNemars (mid-p).",
    ]
    return shown


def beside(found: dict[str, Compared]) -> list[dict[str, Any]]:
    """Own results and the studies, a line each under its own word; never one number."""
    own = [each for each in found.values() if each.shown]
    lines: list[dict[str, Any]] = []
    for number, each in enumerate(own):
        for line in beside_yardsticks(each.found):
            if line.is_own:
                lines.insert(number, {**vars(line), "title": each.asked.name})
            elif number == 0:
                lines.append(vars(line) | {})
    return plain(lines) if own else []


def payments_beside(inputs: Inputs) -> dict[str, Any] | None:
    """How the municipality's payments agree with the register, week by week."""
    if inputs.payments is None:
        return None
    columns, weekly = inputs.payments.columns, inputs.registers.weekly
    person = weekly.find(columns["person"].astype(np.str_))
    week = weeks_of(columns["first"])
    known = person >= 0
    status = weekly.status_at(np.maximum(person, 0), week)
    codes = weekly.names(status)
    same = known & (codes == columns["benefit"].astype(np.str_))
    some = known & ~same & (status != UNSEEN) & (codes != weekly.gap) & (codes != "?")
    none = known & (codes == weekly.gap)
    parts = {"same": same, "other": some, "none": none, "unseen": ~(same | some | none)}
    counts = {key: int(rows.sum()) for key, rows in parts.items()}
    return {
        "payments": about(len(codes)),
        **{key: count if enough(count) else None for key, count in counts.items()},
        "how": ["Ugen, udbetalingen begynder i: har registret den samme ydelse, en anden eller ingen?"],
    }
