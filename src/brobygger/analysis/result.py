"""One result for every design: the estimate, its interval, the sample, the assumption and the gate, never apart.

Three words and only three: *Skete* (what happened), *Sammenlignet* (compared with people who resemble them) and
*Virkning* (effect: a drawn lot, or every check green). A result the gate has found red does not give its effect away:
not by attribute, not in its text, not in what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, isnan

import numpy as np

from brobygger.analysis.errors import DesignError, HiddenByGate
from brobygger.analysis.estimators import Effect
from brobygger.analysis.gate import Colour, Gate, Showing
from brobygger.analysis.numeric import Floats, Integers


class Word(StrEnum):
    """The word a result may carry."""

    HAPPENED = "Skete"
    COMPARED = "Sammenlignet"
    EFFECT = "Virkning"


class Design(StrEnum):
    """How the comparison was made."""

    LOTTERY = "lottery"
    START_NOW = "start_now"
    ROLL_OUT = "roll_out"

    @property
    def assumption(self) -> str:
        return _ASSUMPTIONS[self]


_ASSUMPTIONS = {
    Design.LOTTERY: "Lodtrækningen er gennemført som planlagt, og alle er fulgt lige godt.",
    Design.START_NOW: (
        "Alt, der afgør både hvem der får en mentor nu, og hvordan det går dem, er med i tallene. "
        "Der sammenlignes med at få en mentor senere eller aldrig."
    ),
    Design.ROLL_OUT: (
        "Uden ændringen havde det udviklet sig ens i kommunerne, og ingen indrettede sig efter den på forhånd."
    ),
}


_PHRASES = {
    Design.LOTTERY: ("Af 100 med mentor", "uger efter start", "af 100 uden er"),
    Design.START_NOW: ("Af 100 med mentor", "uger efter start", "af 100 lignende uden er"),
    Design.ROLL_OUT: (
        "Af 100, hvor praksis blev ændret,",
        "perioder efter ændringen",
        "uden ændringen ville det være",
    ),
}


@dataclass(frozen=True)
class Question:
    """What was asked before anyone looked: the outcome in words, the week that counts, the difference that matters.

    ``outcome`` completes "er … " ("i job"); ``relevant`` is a share (0.02 = 2 points) or the outcome's own unit.
    ``subgroup`` is empty for everyone. Raises DesignError when the relevant difference is not above 0.
    """

    outcome: str
    headline: int
    relevant: float
    subgroup: str = ""
    declared: bool = True
    looks: int = 1

    def __post_init__(self) -> None:
        if not (isfinite(self.relevant) and self.relevant > 0):
            raise DesignError("Skriv hvor stor en forskel der har betydning. Den skal være over 0.")


@dataclass(frozen=True)
class SampleCounts:
    """Who is in the comparison. ``outside`` are treated no one resembles; they are counted, never quietly dropped."""

    treated: int
    controls: int
    people: int
    effective_controls: float
    outside: int
    dropped: int
    places: int | None = None


@dataclass(frozen=True, repr=False)
class Comparison:
    """The result of ``compare``. ``weeks`` (T,) after the start; the effect only as far as the gate lets it be seen."""

    design: Design
    estimator: str
    question: Question
    weeks: Integers
    sample: SampleCounts
    gate: Gate
    seed: int | None
    _effect: Effect
    _extra: Mapping[str, float]
    _took_part: Effect | None = None

    @property
    def word(self) -> Word:
        if self.gate.showing is Showing.DESCRIPTION_ONLY:
            return Word.HAPPENED
        sure = self.gate.colour is Colour.GREEN or self.design is Design.LOTTERY
        return Word.EFFECT if sure and self.gate.showing is Showing.EFFECT else Word.COMPARED

    @property
    def assumption(self) -> str:
        return self.design.assumption

    @property
    def hidden(self) -> bool:
        return self.gate.showing is Showing.DESCRIPTION_ONLY

    @property
    def effect(self) -> Effect:
        """The difference by week. Raises HiddenByGate when the gate is red: then there is only ``happened``."""
        if self.hidden:
            raise HiddenByGate("Sammenligningen er rød i porten. Kun hvad der skete, må vises.")
        return self._effect

    @property
    def took_part(self) -> Effect | None:
        """The effect among those a drawn lot made take part; None when it was not asked for. Hidden as ``effect``."""
        if self.hidden:
            raise HiddenByGate("Sammenligningen er rød i porten. Kun hvad der skete, må vises.")
        return self._took_part

    @property
    def extra(self) -> Mapping[str, float]:
        """Further figures of the design, by name (see ``compare``). Hidden as ``effect``."""
        if self.hidden:
            raise HiddenByGate("Sammenligningen er rød i porten. Kun hvad der skete, må vises.")
        return self._extra

    @property
    def happened(self) -> Floats:
        """What happened to those with a mentor, by week (T,), compared with no one. Always there."""
        return self._effect.treated_mean

    @property
    def headline_place(self) -> int:
        return int(np.flatnonzero(self.weeks == self.question.headline)[0])

    @property
    def verdict(self) -> bool | None:
        """Whether there is a difference: True, False, or None when the gate gives no verdict."""
        if self.gate.showing is not Showing.EFFECT:
            return None
        low, high = self._limits()
        return not low <= 0 <= high

    def _limits(self) -> tuple[float, float]:
        low, high = self._effect.interval()
        return float(low[self.headline_place]), float(high[self.headline_place])

    def in_words(self) -> str:
        """The headline as people count, per 100, points and never a ratio alone."""
        place, share = self.headline_place, 100 * float(self.happened[self.headline_place])
        if isnan(share):
            return "Der er for få personer til at vise tal."
        who, when, others = _PHRASES[self.design]
        if self.question.headline == 1:
            when = when.replace("uger", "uge").replace("perioder", "periode")
        first = f"{who} er {share:.0f} {self.question.outcome} {self.question.headline} {when}"
        if self.hidden:
            return f"{first}. Tallene kan ikke sige, hvad mentoren betød."
        low, high = self._limits()
        other = 100 * float(self._effect.untreated_mean[place])
        span = f"mellem {_of_hundred(low)} og {_of_hundred(high)} af 100"
        compared = f"{first}; {others} {other:.0f}. Med vores usikkerhed er forskellen {span}."
        if self.gate.showing is Showing.INTERVAL_ONLY:
            return f"{compared} Tallene rækker ikke til en dom."
        return compared

    def to_record(self) -> dict[str, object]:
        """Plain values for storing and for machines. A red result is stored without its effect."""
        record: dict[str, object] = {
            "word": self.word.value,
            "design": self.design.value,
            "estimator": self.estimator,
            "assumption": self.assumption,
            "question": vars(self.question) | {},
            "sample": vars(self.sample) | {},
            "weeks": self.weeks.tolist(),
            "happened": _numbers(self.happened),
            "treated": self._effect.treated_count.tolist(),
            "in_words": self.in_words(),
            "showing": self.gate.showing.value,
            "gate": self.gate.to_record(),
            "seed": self.seed,
        }
        return record if self.hidden else record | self._effect_record()

    def _effect_record(self) -> dict[str, object]:
        low, high = self._effect.interval()
        place_error = self._effect.place_error
        return {
            "estimate": _numbers(self._effect.estimate),
            "standard_error": _numbers(self._effect.standard_error),
            "low": _numbers(low),
            "high": _numbers(high),
            "without": _numbers(self._effect.untreated_mean),
            "controls": self._effect.control_count.tolist(),
            "place_error": None if place_error is None else _numbers(place_error),
            "verdict": self.verdict,
            "extra": dict(self._extra),
        }

    def __repr__(self) -> str:
        return f"<Comparison {self.word.value}: {self.in_words()}>"


def _of_hundred(share: float) -> str:
    return f"{100 * share:.1f}".replace(".", ",").replace("-", "−")


def _numbers(values: Floats) -> list[float | None]:
    """JSON has no NaN: what is not known is null."""
    return [float(value) if np.isfinite(value) else None for value in values]
