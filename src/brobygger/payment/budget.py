"""Budgets against forecasts: what is free, alarms before money runs out, and what-if."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from brobygger.law.codes import Labelled
from brobygger.law.wording import danish_date
from brobygger.payment.forecast import Commitment, Figures, Method, Outlook, figures, year
from brobygger.values.money import ZERO, kroner_in_words
from brobygger.values.period import ONE_DAY, Period

CLOSE_AT_PERCENT = Decimal(90)
"""The share of a budget from which one is told, where a municipality has set no other."""

Key = Callable[[Commitment], str]


def by_account(commitment: Commitment) -> str:
    return commitment.account


def by_team(commitment: Commitment) -> str:
    return commitment.team


def by_target_group(commitment: Commitment) -> str:
    return commitment.target_group


def by_context(commitment: Commitment) -> str:
    return commitment.context


@dataclass(frozen=True)
class BudgetLine:
    """One row: what was set aside for ``key`` in a year, and its figures. ``budget`` None: none was set."""

    key: str
    budget: Decimal | None
    figures: Figures

    @property
    def free(self) -> Decimal | None:
        """Kroner that neither are spent nor expected; below zero where the budget does not hold."""
        return None if self.budget is None else self.budget - self.figures.outcome

    @property
    def percent(self) -> Decimal | None:
        """Spent and expected as per cent of the budget, one decimal; None without budget or with one of 0."""
        if not self.budget:
            return None
        return (self.figures.outcome * 100 / self.budget).quantize(Decimal("0.1"))


def budget_lines(
    commitments: Iterable[Commitment],
    budgets: Mapping[str, Decimal],
    *,
    key: Key,
    of_year: int,
    on: date,
    method: Method = Method.BY_PLAN,
) -> tuple[BudgetLine, ...]:
    """One row for each key that has a budget or a commitment, in order of key. The rows add up to the whole."""
    groups: dict[str, list[Commitment]] = defaultdict(list)
    for each in commitments:
        groups[key(each)].append(each)
    return tuple(
        BudgetLine(name, budgets.get(name), figures(groups[name], year(of_year), on=on, method=method))
        for name in sorted({*groups, *budgets})
    )


class Level(Labelled):
    FINE = "FINE", "Inden for budgettet"
    CLOSE = "CLOSE", "Tæt på budgettet"
    OVER = "OVER", "Over budgettet"


@dataclass(frozen=True)
class Alarm:
    """How a budget stands. ``passed_on`` is the first day whose work no longer is covered, None when it holds."""

    level: Level
    sentence_da: str
    passed_on: date | None = None


def alarm(
    commitments: Sequence[Commitment],
    budget: Decimal,
    *,
    of_year: int,
    on: date,
    method: Method = Method.BY_PLAN,
    close_at: Decimal = CLOSE_AT_PERCENT,
) -> Alarm:
    """Whether the budget of a year holds, and if not, when it is used up: known months ahead, not on the day."""
    found = figures(commitments, year(of_year), on=on, method=method)
    is_over = found.outcome > budget
    passed = day_passed(commitments, budget, of_year=of_year, on=on, method=method) if is_over else None
    return alarm_of(found, budget, passed_on=passed, on=on, close_at=close_at)


def alarm_of(
    of_the_year: Figures,
    budget: Decimal,
    *,
    passed_on: date | None,
    on: date,
    close_at: Decimal = CLOSE_AT_PERCENT,
) -> Alarm:
    """The alarm of figures that are known already; ``passed_on`` is read only where they are over the budget."""
    line = BudgetLine("", budget, of_the_year)
    if line.figures.outcome > budget:
        over = kroner_in_words(line.figures.outcome - budget)
        return Alarm(Level.OVER, f"Budgettet overskrides med {over} {_when(passed_on, on)}", passed_on)
    share = line.percent
    if share is not None and share >= close_at:
        used = f"{share}".replace(".", ",")
        return Alarm(Level.CLOSE, f"Forbrug og forventning er {used} procent af budgettet.")
    left = kroner_in_words(budget - line.figures.outcome)
    return Alarm(Level.FINE, f"Der er {left} til nye bevillinger.")


def _when(day: date | None, on: date) -> str:
    if day is None or day <= on:
        return "Det er allerede brugt."
    return f"Det slår ikke til fra den {danish_date(day)}."


def day_passed(
    commitments: Sequence[Commitment],
    budget: Decimal,
    *,
    of_year: int,
    on: date,
    method: Method = Method.BY_PLAN,
) -> date | None:
    """The first day of the year whose work brings spent and expected above the budget; None when it holds.

    Found by halving, since expected never falls; ``on`` itself (or the year's first day) where it is passed already.
    """
    period = year(of_year)
    assert period.end is not None  # a year ends
    first = max(on, period.start)
    room = budget - figures(commitments, period, on=on, method=method).spent
    outlooks = [Outlook(each, on, method) for each in commitments]
    if room < 0:
        return first
    room += _until(outlooks, period.start)
    if first >= period.end or _until(outlooks, period.end) <= room:
        return None
    low, high = 0, (period.end - first).days - 1
    while low < high:
        middle = (low + high) // 2
        if _until(outlooks, first + timedelta(days=middle + 1)) > room:
            high = middle
        else:
            low = middle + 1
    return first + timedelta(days=low)


def _until(outlooks: Iterable[Outlook], day: date) -> Decimal:
    return sum((each.until(day) for each in outlooks), ZERO)


@dataclass(frozen=True)
class WhatIf:
    """A thought: new grants, grants that stop on a day, and another price for what is still to come.

    ``price_percent`` 110 means ten per cent dearer. Raises ValueError for a price below zero.
    """

    added: tuple[Commitment, ...] = ()
    stopped: frozenset[str] = frozenset()
    stops_on: date | None = None
    price_percent: Decimal = Decimal(100)

    def __post_init__(self) -> None:
        if not self.price_percent.is_finite() or self.price_percent < 0:
            raise ValueError("Skriv prisen i procent af den nuværende. Den kan ikke være under 0.")
        if self.stopped and self.stops_on is None:
            raise ValueError("Skriv den dag, forløbene stopper.")

    def applied(self, commitments: Iterable[Commitment]) -> tuple[Commitment, ...]:
        """The grants as they would be; nothing is changed in what was given."""
        factor = self.price_percent / 100
        kept = [self._stopped(each) if each.key in self.stopped else each for each in commitments]
        everyone = [each for each in (*kept, *self.added) if each is not None]
        return tuple(replace(each, factor_ahead=each.factor_ahead * factor) for each in everyone)

    def _stopped(self, commitment: Commitment) -> Commitment | None:
        """The grant cut off; None where it would hold no day and nothing was paid."""
        assert self.stops_on is not None  # checked when it was made
        if self.stops_on >= commitment.ends_before:
            return commitment
        if self.stops_on > commitment.period.start:
            return replace(commitment, period=Period(commitment.period.start, self.stops_on))
        if not commitment.paid and not commitment.unpaid:
            return None
        first_day = Period(commitment.period.start, commitment.period.start + ONE_DAY)
        return replace(commitment, period=first_day)


@dataclass(frozen=True)
class Comparison:
    """The same year as it is and as it would be; ``difference`` is kroner more in outcome."""

    before: Figures
    after: Figures

    @property
    def difference(self) -> Decimal:
        return self.after.outcome - self.before.outcome


def compare(
    commitments: Sequence[Commitment],
    thought: WhatIf,
    *,
    of_year: int,
    on: date,
    method: Method = Method.BY_PLAN,
) -> Comparison:
    """What a thought does to a year."""
    period = year(of_year)
    return Comparison(
        figures(commitments, period, on=on, method=method),
        figures(thought.applied(commitments), period, on=on, method=method),
    )
