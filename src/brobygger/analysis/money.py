"""What an effect is worth, to whom, and when it has paid for itself: always municipality, state and citizen.

For each purse: minus its part of the mentor's cost, plus over weeks and statuses the effect on the share in the status
times what a week in it costs the purse, discounted. The effect is uncertain, so whole courses are drawn from its
covariance; the seed stands in the result. Beyond the weeks that were followed there is nothing, unless a ``Fade`` is
assumed; such weeks are marked, to be drawn dashed. A move to education saves the municipality and costs the state: no
result can hold one without the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, inf, isfinite, log, log1p

import numpy as np
import numpy.typing as npt

from brobygger.analysis.designs import ShareEffects
from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Flags, Floats, Integers
from brobygger.analysis.rates import StatusPrice, WeekPrices, discount_factors, week_prices
from brobygger.analysis.result import Word
from brobygger.analysis.weeks import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from brobygger.law.parameters import Parameters

PURSES = ("Kommune", "Stat", "Kommune og stat i alt", "Borger")
_MOST_DRAWS = 100_000


@dataclass(frozen=True)
class MentorCost:
    """What a mentorship costs per citizen: hours, kroner an hour, other kroner (course, travel), the state's part.

    ``state_percent`` is 0 since 1 July 2019. Counted in full at the start. Raises DesignError for numbers below 0.
    """

    hours: float
    price_per_hour: float
    other: float = 0.0
    state_percent: float = 0.0

    def __post_init__(self) -> None:
        numbers = (self.hours, self.price_per_hour, self.other, self.state_percent)
        if any(not isfinite(each) or each < 0 for each in numbers) or self.state_percent > 100:
            raise DesignError("Timer, pris og andel skal være tal fra 0 og op, og andelen højst 100.")

    @property
    def total(self) -> float:
        return self.hours * self.price_per_hour + self.other

    @property
    def state(self) -> float:
        return self.total * self.state_percent / 100

    @property
    def municipality(self) -> float:
        return self.total - self.state


@dataclass(frozen=True)
class Fade:
    """An assumption about the weeks no one was followed in: the effect halves every ``half_life`` weeks.

    It begins from the mean of the last ``based_on`` weeks and is counted to and including week ``until``.
    ``half_life`` may be infinite: an effect that lasts.
    """

    half_life: float
    until: int
    based_on: int = 13

    def __post_init__(self) -> None:
        if not self.half_life > 0 or self.based_on < 1:
            raise DesignError("Halveringstiden skal være over 0 uger og hvile på mindst én uge.")

    def sentence(self) -> str:
        if self.half_life == inf:
            return f"Det antages, at virkningen varer uændret til uge {self.until}."
        return f"Det antages, at virkningen halveres hver {self.half_life:.0f}. uge til uge {self.until}."


@dataclass(frozen=True)
class Purse:
    """One payer's result per citizen in kroner: above 0 is a gain. ``estimate`` from the effect as estimated.

    ``median``, ``low`` and ``high`` from the draws. ``by_week``, ``low_by_week``, ``high_by_week`` (T,) are accumulated
    from the start. ``even_week`` is how many weeks until the estimate has come up to 0 to stay, None for
    never, 0 without cost. ``even_share`` is the share of draws that have at the end.
    """

    name: str
    cost: float
    estimate: float
    median: float
    low: float
    high: float
    by_week: Floats
    low_by_week: Floats
    high_by_week: Floats
    even_week: int | None
    even_share: float

    @property
    def even_months(self) -> float | None:
        return None if self.even_week is None else self.even_week / WEEKS_PER_MONTH


@dataclass(frozen=True)
class Worth:
    """The result for all payers at once. ``weeks`` (T,), of which ``assumed`` (T,) rest on an assumption: dashed.

    ``projected`` (T,) are those beyond the weeks that were followed; a what-if on hours or price makes all assumed.

    ``assumptions`` are whole Danish sentences; ``seed`` and ``draws`` repeat the uncertainty; ``level`` is of the band.
    """

    word: Word
    municipality: Purse
    state: Purse
    total: Purse
    citizen: Purse
    weeks: Integers
    assumed: Flags
    projected: Flags
    assumptions: tuple[str, ...]
    prices: WeekPrices
    discount: Floats
    cost: MentorCost
    effect: Floats
    level: float
    draws: int
    seed: int
    _inputs: _Inputs

    @property
    def is_assumption(self) -> bool:
        """Whether some of it is a what-if and not what was measured."""
        return bool(self.assumptions)

    @property
    def purses(self) -> tuple[Purse, Purse, Purse, Purse]:
        """Municipality, state, both together, citizen: never fewer."""
        return (self.municipality, self.state, self.total, self.citizen)

    @property
    def caveats(self) -> tuple[str, ...]:
        return (*self.prices.caveats, *self.assumptions)

    @staticmethod
    def _saves(purse: Purse) -> bool:
        """Whether the change of statuses alone, without the mentor's cost, is a gain."""
        return purse.estimate + purse.cost > 0

    def lines(self) -> list[str]:
        """The result in Danish sentences, every payer named."""
        reach = int(self.weeks[-1])
        said = [f"{self.word.value}. Pr. borger, {reach} uger efter start, i kroner:"]
        said += [_purse_line(each, self.level) for each in self.purses]
        even = self.municipality.even_months
        if even is None:
            said.append(f"For kommunen er udgiften ikke tjent hjem inden for {reach} uger.")
        else:
            said.append(f"For kommunen er udgiften tjent hjem efter {ceil(even)} måneder.")
        if self._saves(self.municipality) and not self._saves(self.state):
            said.append("Før udgiften til mentor sparer kommunen, mens staten betaler mere.")
        return [*said, *self.caveats]

    def to_record(self) -> dict[str, object]:
        """Plain values for storing and for machines."""
        return {
            "word": self.word.value,
            "purses": {each.name: _purse_record(each) for each in self.purses},
            "weeks": self.weeks.tolist(),
            "assumed": self.assumed.tolist(),
            "is_assumption": self.is_assumption,
            "caveats": list(self.caveats),
            "rates_settled": self.prices.settled,
            "cost": vars(self.cost) | {},
            "level": self.level,
            "draws": self.draws,
            "seed": self.seed,
        }


@dataclass(frozen=True)
class _Inputs:
    effects: ShareEffects
    statuses: tuple[StatusPrice, ...]
    starts_on: date
    prices_on: date | None
    ladder_before: Integers
    rates: Parameters | None
    wage_per_week: float | None


def worth(
    effects: ShareEffects,
    statuses: tuple[StatusPrice, ...],
    cost: MentorCost,
    *,
    starts_on: date,
    prices_on: date | None = None,
    ladder_before: npt.ArrayLike = 0,
    rates: Parameters | None = None,
    wage_per_week: float | None = None,
    fade: Fade | None = None,
    draws: int = 1000,
    level: float = 0.8,
    seed: int,
) -> Worth:
    """The net present value of an effect for every payer, per citizen with a mentor, in fixed prices.

    ``effects`` come from ``share_effects`` and so have passed the gate; their weeks must follow each other.
    ``starts_on`` is the day the weeks are counted from, for the ladder; ``prices_on`` the day whose rates are used, the
    same when left out. The other arguments are those of ``week_prices``. Raises DesignError for statuses without a
    price or weeks with holes, RateError for rates that are not known.
    """
    if not 2 <= draws <= _MOST_DRAWS or not 0 < level < 1:
        raise DesignError("Træk mellem 2 og 100.000 gange, og vælg et bånd mellem 0 og 1.")
    inputs = _Inputs(
        effects,
        statuses,
        starts_on,
        prices_on,
        np.atleast_1d(np.asarray(ladder_before, dtype=np.int64)),
        rates,
        wage_per_week,
    )
    return _worth(inputs, cost, fade, draws, level, seed, ())


def what_if(
    base: Worth,
    *,
    hours: float | None = None,
    price_per_hour: float | None = None,
    fade: Fade | None = None,
) -> Worth:
    """The same result under another number of hours, price or decay; always marked as an assumption.

    The effect is taken as it was measured, whatever the hours: what other hours would do is not known.
    """
    changed = {"hours": hours, "price_per_hour": price_per_hour}
    cost = replace(base.cost, **{name: value for name, value in changed.items() if value is not None})
    said = tuple(
        sentence
        for value, sentence in (
            (hours, "Timetallet er antaget; virkningen er regnet, som den blev målt."),
            (price_per_hour, "Timeprisen er antaget."),
        )
        if value is not None
    )
    return _worth(base._inputs, cost, fade, base.draws, base.level, base.seed, said)


def months_to_break_even(
    cost: float, saved_per_month: float, effect: float, *, yearly_rate: float = 0.0
) -> float:
    """How many months an effect must last for a purse to get its cost back; infinite when it never does.

    ``saved_per_month`` kroner for a person-month off the benefit, ``effect`` the share moved (0.06 = 6 points).

    >>> round(months_to_break_even(18_450, 0.8 * 12_326, 0.06))
    31
    """
    gained = saved_per_month * effect
    if cost <= 0:
        return 0.0
    if gained <= 0:
        return inf
    rate = log1p(yearly_rate) / 12
    if rate == 0:
        return cost / gained
    worth_for_ever = gained / rate
    return inf if cost >= worth_for_ever else -log(1 - cost / worth_for_ever) / rate


def _worth(
    inputs: _Inputs, cost: MentorCost, fade: Fade | None, draws: int, level: float, seed: int, said: tuple[str, ...]
) -> Worth:  # fmt: skip
    effects = inputs.effects
    weeks, followed = _weeks(effects, fade)
    prices = week_prices(
        inputs.statuses,
        weeks=weeks,
        starts_on=inputs.starts_on,
        prices_on=inputs.prices_on,
        ladder_before=inputs.ladder_before,
        rates=inputs.rates,
        wage_per_week=inputs.wage_per_week,
    )
    order = _order(effects, prices)
    drawn = _drawn(effects, draws, seed)
    course = _course(effects.estimate[order][None], followed, weeks, fade)
    courses = _course(drawn[:, order], followed, weeks, fade)
    discount = discount_factors(weeks, on=inputs.prices_on or inputs.starts_on, rates=inputs.rates)
    values = _values(prices, discount)
    costs = np.array([cost.municipality, cost.state, cost.total, 0.0])
    path = _accumulated(course, values, costs)[:, :, 0]
    paths = _accumulated(courses, values, costs)
    purses = [
        _purse(name, costs[row], path[row], paths[row], weeks, level) for row, name in enumerate(PURSES)
    ]
    projected = weeks > followed
    sentences = (*said, *((fade.sentence(),) if fade else ()))
    return Worth(
        word=effects.comparison.word,
        municipality=purses[0],
        state=purses[1],
        total=purses[2],
        citizen=purses[3],
        weeks=weeks,
        assumed=np.asarray(projected | bool(said)),
        projected=np.asarray(projected),
        assumptions=sentences,
        prices=prices,
        discount=discount,
        cost=cost,
        effect=course[0],
        level=level,
        draws=draws,
        seed=seed,
        _inputs=inputs,
    )


def _weeks(effects: ShareEffects, fade: Fade | None) -> tuple[Integers, int]:
    """All weeks that count, and the last that was followed."""
    seen = np.asarray(effects.weeks, dtype=np.int64)
    if len(seen) < 1 or seen[0] < 0 or (np.diff(seen) != 1).any():
        raise DesignError("Virkningen skal være målt i hver uge fra starten, uden huller, for at få en pris.")
    last = int(seen[-1])
    if fade is not None and fade.until < last:
        raise DesignError(f"Antagelsen slutter i uge {fade.until}, men virkningen er målt til uge {last}.")
    return np.arange(int(seen[0]), (last if fade is None else fade.until) + 1), last


def _order(effects: ShareEffects, prices: WeekPrices) -> list[int]:
    """Where each priced status stands among the effects."""
    if sorted(effects.statuses) != sorted(prices.names):
        raise DesignError("Hver status skal have netop én pris, og hver pris en status.")
    return [effects.statuses.index(name) for name in prices.names]


def _drawn(effects: ShareEffects, draws: int, seed: int) -> Floats:
    """(D, K, T) courses that the data could as well have given."""
    values, vectors = np.linalg.eigh(effects.covariance)
    if values.min(initial=0.0) < -1e-6 * max(values.max(initial=0.0), 1e-12):
        raise DesignError("Kovariansen er ikke en kovarians.")
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    noise = np.random.default_rng(seed).standard_normal((draws, len(values)))
    drawn: Floats = (noise @ root.T).reshape(draws, *effects.estimate.shape) + effects.estimate
    return drawn


def _course(effect: Floats, followed: int, weeks: Integers, fade: Fade | None) -> Floats:
    """(D, K, T) with the assumed weeks added to those that were followed."""
    if fade is None or followed == weeks[-1]:
        return effect
    end = effect[:, :, -fade.based_on :].mean(axis=2, keepdims=True)
    ahead = (weeks[weeks > followed] - followed).astype(np.float64)
    left = np.ones(len(ahead)) if fade.half_life == inf else 0.5 ** (ahead / fade.half_life)
    return np.concatenate((effect, end * left), axis=2)


def _values(prices: WeekPrices, discount: Floats) -> Floats:
    """(4, K, T): what one more week in a status gives each purse, at week 0's worth."""
    municipality: Floats = -prices.municipality * discount
    state: Floats = -prices.state * discount
    return np.stack((municipality, state, municipality + state, prices.citizen * discount))


def _accumulated(course: Floats, values: Floats, costs: Floats) -> Floats:
    """(4, T, D) kroner since the start, the cost taken first."""
    turned = np.ascontiguousarray(course.transpose(1, 2, 0))
    return np.stack(
        [
            np.cumsum((turned * value[:, :, None]).sum(axis=0), axis=0) - cost
            for value, cost in zip(values, costs, strict=True)
        ]
    )


def _purse(name: str, cost: float, path: Floats, paths: Floats, weeks: Integers, level: float) -> Purse:
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(paths, tails, axis=1)
    short = np.flatnonzero(path < 0)
    last = int(short[-1]) if len(short) else -1
    even = None if last == len(path) - 1 else int(weeks[last + 1]) + 1
    return Purse(
        name,
        float(cost),
        float(path[-1]),
        float(np.median(paths[-1])),
        float(low[-1]),
        float(high[-1]),
        path,
        low,
        high,
        even if cost > 0 else 0,
        float((paths[-1] >= 0).mean()),
    )


def kroner(amount: float) -> str:
    """Whole kroner as they are written: 12.345, −678."""
    return f"{amount:,.0f}".replace(",", ".").replace("-", "−")


def _purse_line(purse: Purse, level: float) -> str:
    span = f"{kroner(purse.low)} til {kroner(purse.high)}"
    return f"{purse.name}: {kroner(purse.estimate)} ({100 * level:.0f} % usikkerhed: {span})."


def _purse_record(purse: Purse) -> Mapping[str, object]:
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in vars(purse).items()
    }


def year_of(weeks: Integers) -> Integers:
    """The year after the start each week lies in, the first is 1."""
    return np.asarray(np.floor(weeks / WEEKS_PER_YEAR), dtype=np.int64) + 1


def half_life_of(monthly_loss: float) -> float:
    """Weeks until half is left when a share is lost each month: 0.05 is 5 per cent.

    >>> round(half_life_of(0.05), 1)
    58.8
    """
    if not 0 < monthly_loss < 1:
        raise DesignError("Tabet pr. måned skal ligge mellem 0 og 1.")
    return WEEKS_PER_MONTH * log(0.5) / log(1 - monthly_loss)
