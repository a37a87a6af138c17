"""The gate: what must hold before a comparison may be shown as more than a description.

Nine checks, always all nine and always in the same order. The thresholds are dated and travel with every result. A
threshold can be set, but only inside limits that keep the check a check; none can be left out. Red hides the effect.

Sources: VanderWeele and Ding, Annals of Internal Medicine 167 (2017) on E-values; Rosenbaum, Observational Studies
(2002) on Gamma; Austin, Statistics in Medicine 28 (2009) on balance; Kish (1965) on effective size; Holm (1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from math import exp, inf, isfinite, isnan, sqrt
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy import stats

from brobygger.analysis.errors import DesignError
from brobygger.analysis.numeric import Floats, floats


class Colour(StrEnum):
    """What a check says. NOT_NEEDED is for what a drawn lot makes superfluous."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NOT_NEEDED = "not_needed"


class CheckName(StrEnum):
    """The nine checks in the order they are shown."""

    POWER = "power"
    OVERLAP = "overlap"
    BALANCE = "balance"
    PLACEBO = "placebo"
    NEGATIVE_CONTROL = "negative_control"
    AGREEMENT = "agreement"
    UNSEEN = "unseen"
    MANY_LOOKS = "many_looks"
    ATTRITION = "attrition"

    @property
    def heading(self) -> str:
        return _HEADINGS[self]


_HEADINGS = {
    CheckName.POWER: "Kan tallene vise en forskel?",
    CheckName.OVERLAP: "Findes der nogen at sammenligne med?",
    CheckName.BALANCE: "Ligner grupperne hinanden?",
    CheckName.PLACEBO: "Var der en forskel allerede før?",
    CheckName.NEGATIVE_CONTROL: "Ses en forskel, hvor der ingen kan være?",
    CheckName.AGREEMENT: "Giver andre metoder det samme?",
    CheckName.UNSEEN: "Hvor meget skal der til, som vi ikke kan se?",
    CheckName.MANY_LOOKS: "Er gruppen valgt på forhånd?",
    CheckName.ATTRITION: "Er der mistet lige mange i hver gruppe?",
}


class Showing(StrEnum):
    """What may be shown: the effect with a verdict, the interval without one, or only what happened."""

    EFFECT = "effect"
    INTERVAL_ONLY = "interval_only"
    DESCRIPTION_ONLY = "description_only"


_TAKES_ONLY_THE_VERDICT = frozenset({CheckName.POWER, CheckName.MANY_LOOKS})


@dataclass(frozen=True)
class GateSettings:
    """Thresholds in force from ``dated``. Shares are of 1, standardised differences in standard deviations.

    Raises DesignError when a threshold is so loose that the check no longer checks anything, or the green one is
    looser than the amber.
    """

    dated: date
    power: float = 0.80
    power_amber_times: float = 2.0
    support_green: float = 0.95
    support_amber: float = 0.80
    controls_green: float = 5.0
    controls_amber: float = 1.0
    balance_green: float = 0.05
    balance_amber: float = 0.10
    placebo_green_share: float = 1 / 3
    draw_amber_p: float = 0.05
    draw_red_p: float = 0.001
    agreement_green: float = 1.0
    agreement_amber: float = 2.0
    e_value_green: float = 2.0
    e_value_amber: float = 1.3
    breakdown_green: float = 1.0
    breakdown_amber: float = 0.5
    attrition_green: float = 0.01
    attrition_amber: float = 0.03

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name in _LIMITS:
                low, high = _LIMITS[field.name]
                value = getattr(self, field.name)
                if not (isfinite(value) and low <= value <= high):
                    raise DesignError(f"Tærsklen »{field.name}« skal ligge fra {low:g} til {high:g}.")
        for strict, loose in _ORDER:
            if getattr(self, strict) < getattr(self, loose):
                raise DesignError(f"Tærsklen »{strict}« må ikke være mindre end »{loose}«.")

    def to_record(self) -> dict[str, float | str]:
        """Plain values, to be stored with each result."""
        return {name: v.isoformat() if isinstance(v, date) else v for name, v in asdict(self).items()}

    @classmethod
    def from_record(cls, record: Mapping[str, float | str]) -> GateSettings:
        """What ``to_record`` gave. Raises DesignError when a name or value does not fit."""
        try:
            values = {name: float(value) for name, value in record.items() if name != "dated"}
            return cls(date.fromisoformat(str(record["dated"])), **values)
        except (KeyError, TypeError, ValueError) as error:
            raise DesignError("De gemte tærskler kan ikke læses.") from error


_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "power": (0.7, 0.99),
        "power_amber_times": (1.0, 3.0),
        "support_green": (0.8, 1.0),
        "support_amber": (0.6, 1.0),
        "controls_green": (1.0, 100.0),
        "controls_amber": (0.5, 100.0),
        "balance_green": (0.0, 0.10),
        "balance_amber": (0.0, 0.20),
        "placebo_green_share": (0.0, 0.5),
        "draw_amber_p": (0.01, 0.20),
        "draw_red_p": (0.0005, 0.05),
        "agreement_green": (0.0, 2.0),
        "agreement_amber": (0.0, 3.0),
        "e_value_green": (1.3, 10.0),
        "e_value_amber": (1.1, 10.0),
        "breakdown_green": (0.5, 10.0),
        "breakdown_amber": (0.25, 10.0),
        "attrition_green": (0.0, 0.03),
        "attrition_amber": (0.0, 0.06),
    }
)

_ORDER = (
    ("support_green", "support_amber"),
    ("controls_green", "controls_amber"),
    ("balance_amber", "balance_green"),
    ("draw_amber_p", "draw_red_p"),
    ("agreement_amber", "agreement_green"),
    ("e_value_green", "e_value_amber"),
    ("breakdown_green", "breakdown_amber"),
    ("attrition_amber", "attrition_green"),
)

GATE_SETTINGS: tuple[GateSettings, ...] = (GateSettings(date(2026, 1, 1)),)
"""The library's thresholds through time, oldest first."""


def gate_settings_on(day: date, history: Sequence[GateSettings] = GATE_SETTINGS) -> GateSettings:
    """The thresholds in force on a day. Raises DesignError for a day before the first."""
    in_force = [one for one in history if one.dated <= day]
    if not in_force:
        raise DesignError(f"Der er ingen tærskler for {day.isoformat()}.")
    return max(in_force, key=lambda one: one.dated)


@dataclass(frozen=True)
class Reading:
    """An estimate with its standard error and 95 % limits."""

    estimate: float
    standard_error: float
    low: float
    high: float

    @property
    def covers_zero(self) -> bool:
        return self.low <= 0 <= self.high

    @property
    def p_value(self) -> float:
        """Two-sided, from the normal distribution."""
        return float(2 * stats.norm.sf(abs(self.estimate) / max(self.standard_error, 1e-300)))


@dataclass(frozen=True)
class Looks:
    """How many groups were looked at, and whether this one was declared before anyone saw an outcome."""

    declared: bool = True
    count: int = 1
    adjusted_p: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What a design found out about itself. None means that it was not, or could not be, computed."""

    main: Reading
    untreated: float
    outcome_deviation: float
    relevant: float
    lottery: bool
    support: float
    controls_per_treated: float
    balance: float | None
    draw_p: float | None
    placebo: Reading | None
    negative: Reading | None
    opinions: Mapping[str, float]
    gamma: float | None
    breakdown: float | None
    looks: Looks
    attrition: float | None


@dataclass(frozen=True)
class Check:
    """One check: its colour, the figures it rests on, and a sentence that says what they mean."""

    name: CheckName
    colour: Colour
    values: Mapping[str, float]
    sentence: str


@dataclass(frozen=True)
class Gate:
    """All nine checks and the thresholds they were judged by. Raises DesignError when one is missing."""

    checks: tuple[Check, ...]
    settings: GateSettings

    def __post_init__(self) -> None:
        if [check.name for check in self.checks] != list(CheckName):
            raise DesignError("Porten skal have alle ni prøver, hver én gang og i rækkefølge.")

    def __getitem__(self, name: CheckName) -> Check:
        return self.checks[list(CheckName).index(name)]

    @property
    def colour(self) -> Colour:
        """The worst of the checks."""
        found = {check.colour for check in self.checks}
        return next(
            one for one in (Colour.RED, Colour.AMBER, Colour.GREEN) if one in found or one is Colour.GREEN
        )

    @property
    def showing(self) -> Showing:
        red = {check.name for check in self.checks if check.colour is Colour.RED}
        if red - _TAKES_ONLY_THE_VERDICT:
            return Showing.DESCRIPTION_ONLY
        return Showing.INTERVAL_ONLY if red else Showing.EFFECT

    def to_record(self) -> dict[str, object]:
        """Plain values for storing: every check with its figures, and the thresholds."""
        checks = [
            {"name": c.name.value, "colour": c.colour.value, "values": dict(c.values), "sentence": c.sentence}
            for c in self.checks
        ]
        return {"colour": self.colour.value, "checks": checks, "settings": self.settings.to_record()}


def judge(evidence: Evidence, settings: GateSettings) -> Gate:
    """All nine checks of one comparison."""
    parts = (_power, _overlap, _balance, _placebo, _negative, _agreement, _unseen, _looks, _attrition)
    return Gate(tuple(part(evidence, settings) for part in parts), settings)


def detectable(standard_error: float, *, power: float = 0.80, level: float = 0.95) -> float:
    """The smallest true difference that would be found with the given power: (z + z) standard errors."""
    return float((stats.norm.ppf((1 + level) / 2) + stats.norm.ppf(power)) * standard_error)


def people_needed(
    base: float, difference: float, *, power: float = 0.80, level: float = 0.95, ratio: float = 1.0
) -> int:
    """Treated needed to find ``difference`` on a share ``base``, with ``ratio`` controls each; unpooled variances.

    Raises DesignError for shares outside 0 to 1 or no difference.
    """
    other = base + difference
    if not (0 <= base <= 1 and 0 <= other <= 1) or difference == 0 or ratio <= 0:
        raise DesignError("Andelene skal ligge mellem 0 og 1 og være forskellige.")
    reach = detectable(1.0, power=power, level=level)
    return int(np.ceil(reach**2 * (other * (1 - other) + base * (1 - base) / ratio) / difference**2))


def _power(evidence: Evidence, settings: GateSettings) -> Check:
    least = detectable(evidence.main.standard_error, power=settings.power)
    times = least / evidence.relevant if not isnan(least) else inf
    colour = _rising(times, 1.0, settings.power_amber_times)
    size = (
        f"Den mindste forskel, tallene kan vise, er {_points(least)}. "
        f"Vi ville vide, om den er {_points(evidence.relevant)}."
    )
    words = {
        Colour.GREEN: "Det rækker.",
        Colour.AMBER: "Det er i underkanten.",
        Colour.RED: "Det er for lidt: intervallet vises, men ingen dom.",
    }
    values = {"smallest_difference": least, "relevant": evidence.relevant}
    return Check(CheckName.POWER, colour, values, f"{size} {words[colour]}")


def _overlap(evidence: Evidence, settings: GateSettings) -> Check:
    support, controls = evidence.support, evidence.controls_per_treated
    green = support >= settings.support_green and controls >= settings.controls_green
    amber = support >= settings.support_amber and controls >= settings.controls_amber
    colour = Colour.GREEN if green else Colour.AMBER if amber else Colour.RED
    if evidence.lottery:
        colour = Colour.GREEN  # the draw decides how many there are in each arm, and makes them alike
    if isnan(evidence.main.estimate):
        colour = Colour.RED
    sentence = (
        f"{100 * support:.0f} af 100 med mentor har nogen, der ligner dem. "
        f"For hver med mentor er der, hvad der svarer til {_number(controls)} at sammenligne med."
    )
    return Check(CheckName.OVERLAP, colour, {"support": support, "controls_per_treated": controls}, sentence)


def _balance(evidence: Evidence, settings: GateSettings) -> Check:
    if evidence.lottery and evidence.draw_p is not None:
        colour = _draw(evidence.draw_p, settings)
        sentence = (
            "Forskellene før start er, hvad en fair lodtrækning giver."
            if colour is Colour.GREEN
            else "Forskellene før start er større, end en fair lodtrækning plejer at give."
        )
        return Check(CheckName.BALANCE, colour, {"p": evidence.draw_p}, sentence)
    if evidence.balance is None:
        return Check(
            CheckName.BALANCE, Colour.AMBER, {}, "Ingen baggrund er oplyst, så ligheden kan ikke efterprøves."
        )
    worst = evidence.balance
    colour = _rising(worst, settings.balance_green, settings.balance_amber, strict=True)
    sentence = f"Den største forskel i baggrund efter vægtning er {_number(worst)} standardafvigelser."
    return Check(CheckName.BALANCE, colour, {"worst": worst}, sentence)


def _placebo(evidence: Evidence, settings: GateSettings) -> Check:
    found, name = evidence.placebo, CheckName.PLACEBO
    if found is None:
        colour = Colour.AMBER if evidence.lottery else Colour.RED
        return Check(
            name, colour, {}, "Tiden før start er ikke med, så vi ved ikke, om forskellen var der i forvejen."
        )
    values = {"estimate": found.estimate, "low": found.low, "high": found.high}
    if evidence.lottery:
        return Check(name, _draw(found.p_value, settings), values, _placebo_sentence(found))
    small = abs(found.estimate) < settings.placebo_green_share * abs(evidence.main.estimate)
    colour = Colour.RED if not found.covers_zero else Colour.GREEN if small else Colour.AMBER
    return Check(name, colour, values, _placebo_sentence(found))


def _placebo_sentence(found: Reading) -> str:
    span = f"fra {_points(found.low)} til {_points(found.high)}"
    if not found.covers_zero:
        return f"Grupperne var forskellige allerede før start ({span}). Så kan forskellen bagefter skyldes det samme."
    return f"Før start ses ingen sikker forskel mellem grupperne ({span})."


def _negative(evidence: Evidence, settings: GateSettings) -> Check:
    found, name = evidence.negative, CheckName.NEGATIVE_CONTROL
    if found is None:
        return Check(name, Colour.AMBER, {}, "Der er ikke valgt et udfald, som en mentor ikke kan påvirke.")
    values = {"estimate": found.estimate, "low": found.low, "high": found.high}
    if evidence.lottery:
        colour = _draw(found.p_value, settings)
    else:
        colour = Colour.GREEN if found.covers_zero else Colour.RED
    clean = "Et udfald, som en mentor ikke kan påvirke, er ens i grupperne."
    broken = "Grupperne er forskellige i noget, som en mentor ikke kan påvirke. Altså er de forskellige i forvejen."
    return Check(name, colour, values, clean if colour is Colour.GREEN else broken)


def _agreement(evidence: Evidence, settings: GateSettings) -> Check:
    """A change of sign within one standard error of zero is noise, not disagreement: amber, never green."""
    main, name = evidence.main, CheckName.AGREEMENT
    if not evidence.opinions:
        return Check(name, Colour.AMBER, {}, "Ingen anden metode kunne regnes på de samme tal.")
    others = np.array(list(evidence.opinions.values()))
    spread = float(np.abs(others - main.estimate).max() / max(main.standard_error, 1e-300))
    turned = bool((np.sign(others) * np.sign(main.estimate) < 0).any())
    colour = _rising(spread, settings.agreement_green, settings.agreement_amber)
    if isnan(spread) or (turned and colour is not Colour.GREEN):
        colour = Colour.RED
    elif turned:
        colour = Colour.AMBER
    words = {
        Colour.GREEN: "De andre metoder giver det samme.",
        Colour.AMBER: "De andre metoder giver næsten det samme.",
        Colour.RED: "Metoderne er ikke enige, så svaret afhænger af metoden.",
    }
    return Check(name, colour, {"spread_in_errors": spread}, words[colour])


def _unseen(evidence: Evidence, settings: GateSettings) -> Check:
    name = CheckName.UNSEEN
    if evidence.lottery:
        return Check(
            name, Colour.NOT_NEEDED, {}, "Der er trukket lod, så det, vi ikke ser, er fordelt tilfældigt."
        )
    if evidence.breakdown is not None:
        return _trend_check(evidence.breakdown, evidence.main, settings)
    if evidence.main.covers_zero:
        # Nothing is claimed, so there is nothing to explain away. Hiding it would show only what looks like success.
        values = {"e_value": 1.0} | ({} if evidence.gamma is None else {"gamma": evidence.gamma})
        return Check(
            name, Colour.AMBER, values, "Intervallet rummer 0, så der er ingen forskel at bortforklare."
        )
    strength = e_value_near_zero(evidence.main, evidence.untreated, evidence.outcome_deviation)
    colour = _falling(strength, settings.e_value_green, settings.e_value_amber)
    values = {"e_value": strength} | ({} if evidence.gamma is None else {"gamma": evidence.gamma})
    sentence = (
        "Forskellen kan være skabt af noget svagt, som vi ikke ser."
        if colour is Colour.RED
        else f"Noget, vi ikke ser, skulle gøre både mentor og udfald {_number(strength)} gange så sandsynligt for at "
        "forklare forskellen."
    )
    return Check(name, colour, values, sentence)


def _trend_check(times: float, main: Reading, settings: GateSettings) -> Check:
    if main.covers_zero:
        return Check(
            CheckName.UNSEEN,
            Colour.AMBER,
            {"breakdown": times},
            "Intervallet rummer 0, så der er ingen forskel at bortforklare.",
        )
    colour = _falling(times, settings.breakdown_green, settings.breakdown_amber)
    change = _number(min(times, 99.0))
    sentence = (
        f"Udviklingen skulle bryde {change} gange så meget efter ændringen som før for at skabe forskellen."
    )
    return Check(CheckName.UNSEEN, colour, {"breakdown": times}, sentence)


def _looks(evidence: Evidence, settings: GateSettings) -> Check:
    looks, name = evidence.looks, CheckName.MANY_LOOKS
    values: dict[str, float] = {"looks": float(looks.count)}
    if looks.adjusted_p is not None:
        values["adjusted_p"] = looks.adjusted_p
    if not looks.declared:
        return Check(
            name,
            Colour.RED,
            values,
            "Gruppen er valgt bagefter. Tallet er en idé til næste gang, ikke et svar.",
        )
    if looks.count > 1:
        return Check(name, Colour.GREEN, values, f"Gruppen er en af {looks.count}, som var valgt på forhånd.")
    return Check(name, Colour.GREEN, values, "Der er set på ét udfald og én gruppe, valgt på forhånd.")


def _attrition(evidence: Evidence, settings: GateSettings) -> Check:
    if evidence.attrition is None:
        return Check(
            CheckName.ATTRITION,
            Colour.AMBER,
            {},
            "Det er ikke oplyst, hvem der er døde, udrejst eller mistet.",
        )
    apart = abs(evidence.attrition)
    colour = _rising(apart, settings.attrition_green, settings.attrition_amber, strict=True)
    sentence = f"Andelen, der er død, udrejst eller mistet, er {_points(apart)} forskellig i de to grupper."
    return Check(CheckName.ATTRITION, colour, {"apart": apart}, sentence)


def _rising(value: float, green: float, amber: float, *, strict: bool = False) -> Colour:
    """Small is good. ``strict``: the threshold itself is already too much. NaN is red."""
    if value < green or (value == green and not strict):
        return Colour.GREEN
    return Colour.AMBER if value < amber or (value == amber and not strict) else Colour.RED


def _falling(value: float, green: float, amber: float) -> Colour:
    return Colour.GREEN if value >= green else Colour.AMBER if value >= amber else Colour.RED


def _draw(p_value: float, settings: GateSettings) -> Colour:
    """In a lottery differences before the start are chance; only very unlikely ones say that the draw was broken."""
    if isnan(p_value) or p_value < settings.draw_red_p:
        return Colour.RED
    return Colour.AMBER if p_value < settings.draw_amber_p else Colour.GREEN


def _number(value: float) -> str:
    return f"{value:.2g}".replace(".", ",") if value < 10 else f"{value:.0f}"


def _points(value: float) -> str:
    return (
        f"{100 * value:.1f}".replace(".", ",").replace("-", "−") + " point" if isfinite(value) else "ukendt"
    )


# Sensitivity


def e_value(ratio: float) -> float:
    """How strongly something unseen must be tied to both mentor and outcome, as risk ratios, to make ``ratio``.

    >>> round(e_value(3.9), 2), round(e_value(1.8), 2)
    (7.26, 3.0)

    Raises DesignError for a ratio that is not above 0.
    """
    if not ratio > 0:
        raise DesignError("Et forhold mellem to risici er over 0.")
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))


def e_value_near_zero(main: Reading, untreated: float, deviation: float) -> float:
    """The E-value of the interval's end nearest to no difference; 1 when the interval holds 0.

    Shares become a risk ratio; other outcomes go by exp(0.91 x standardised difference) (VanderWeele and Ding 2017).
    """
    if main.covers_zero or not all(map(isfinite, (main.low, main.high))):
        return 1.0
    near = main.low if main.estimate > 0 else main.high
    if 0 < untreated < 1 and 0 < untreated + near < 1:
        return e_value((untreated + near) / untreated)
    return e_value(exp(0.91 * near / deviation)) if deviation > 0 else 1.0


def holm(p_values: npt.ArrayLike) -> Floats:
    """Holm's adjusted p-values, in the order given: the chance of any false find stays below the level."""
    p = floats(p_values, "p_values")
    order = np.argsort(p)
    raised = np.minimum(1, p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(raised)
    return adjusted


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Benjamini and Hochberg's adjusted p-values: the share of false among finds stays below the level."""
    p = floats(p_values, "p_values")
    order = np.argsort(p)[::-1]
    raised = np.minimum(1, p[order] * len(p) / (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(raised)
    return adjusted
