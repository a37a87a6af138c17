"""Two figures to hold a municipality against: the share on right-and-duty mentors, and the ceiling per person.

Neither is a limit in the single case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brobygger.law.parameters import Parameters, ParameterValue
from brobygger.law.wording import number
from brobygger.payment.forecast import Commitment, Method, figures, year
from brobygger.payment.parameters import money_parameters
from brobygger.values.money import kroner_in_words, round_to_oere

HALF = Decimal(50)
JOB_CENTRES_AT_HALF_OR_MORE = Decimal("27.2")
SURVEY = "Cabis undersøgelse blandt landets jobcentre i foråret 2015"
_ONE_DECIMAL = Decimal("0.1")


@dataclass(frozen=True)
class RightAndDutyShare:
    """Per cent of the year's kroner on right-and-duty mentors; None where no kroner are spent or expected.

    The survey gives one point of the distribution, so all that can be said is on which side of it one stands.
    """

    percent: Decimal | None

    @property
    def is_half_or_more(self) -> bool:
        return self.percent is not None and self.percent >= HALF

    @property
    def peers_percent(self) -> Decimal | None:
        """Per cent of the surveyed job centres on the same side of one half."""
        if self.percent is None:
            return None
        at_half = JOB_CENTRES_AT_HALF_OR_MORE
        return at_half if self.is_half_or_more else 100 - at_half

    @property
    def sentence_da(self) -> str:
        if self.percent is None or self.peers_percent is None:
            return "Der er ingen udgift at regne andelen af."
        peers = number(self.peers_percent)
        side = "halvdelen eller mere" if self.is_half_or_more else "under halvdelen"
        shown = number(self.percent.quantize(_ONE_DECIMAL))
        return (
            f"{shown} procent går til ret og pligt-mentorer. {peers} procent af jobcentrene satte {side} af "
            f"til dem i {SURVEY}."
        )


def right_and_duty_share(
    commitments: Iterable[Commitment], *, of_year: int, on: date, method: Method = Method.BY_PLAN
) -> RightAndDutyShare:
    """The share of a year's spent and expected kroner, exact; rounded only where it is shown."""
    kept = tuple(commitments)
    whole = figures(kept, year(of_year), on=on, method=method).outcome
    of_them = [each for each in kept if each.right_and_duty]
    part = figures(of_them, year(of_year), on=on, method=method).outcome
    return RightAndDutyShare(part * 100 / whole if whole > 0 else None)


@dataclass(frozen=True)
class CeilingStand:
    """Kroner per full-time person beside the ceiling (D15, P12). ``figure`` is None where none is known.

    ``is_confirmed`` False: the figure is a draft or an administrator's own, and no conclusion is drawn from a draft.
    """

    per_person: Decimal
    figure: Decimal | None
    is_confirmed: bool
    is_draft: bool
    parameter: ParameterValue

    @property
    def difference(self) -> Decimal | None:
        """Kroner per person above (+) or below (-) a figure that counts; None beside a draft."""
        return None if self.figure is None or self.is_draft else self.per_person - self.figure

    @property
    def sentence_da(self) -> str:
        own = f"Kommunen bruger {kroner_in_words(self.per_person)} pr. fuldtidsperson."
        shared = "Loftet regnes for alle kommuner under ét og er ingen grænse i den enkelte sag."
        if self.figure is None:
            return f"{own} Der er intet kendt loft for dagen."
        figure = kroner_in_words(self.figure)
        if self.is_draft:
            return f"{own} Et lovudkast nævner {figure}, og tallet er ikke bekræftet. {shared}"
        doubt = "" if self.is_confirmed else " Tallet er ikke bekræftet."
        return f"{own} Loftet er {figure}{doubt} {shared}"


def ceiling_stand(
    cost: Decimal, full_time_persons: Decimal, *, on: date, parameters: Parameters | None = None
) -> CeilingStand:
    """A year's kroner on mentors and other guidance divided by full-time persons, rounded once to øre.

    Raises ValueError where there is nobody, MissingParameter before 2026. An administrator's own row of P12 counts
    as soon as it is recorded.
    """
    if not full_time_persons.is_finite() or full_time_persons <= 0:
        raise ValueError("Skriv antal fuldtidspersoner. Det skal være over 0.")
    value = (parameters or money_parameters()).on("P12", on)
    is_draft = value.amount is None and value.draft is not None
    figure = value.draft if is_draft else value.amount
    per_person = round_to_oere(cost / full_time_persons)
    is_confirmed = value.is_confirmed and not value.is_local
    return CeilingStand(per_person, figure, is_confirmed, is_draft, value)
