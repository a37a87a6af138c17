"""What evaluations say in whole sentences: how much they can show, and why somebody may not be in a lot."""

from __future__ import annotations

from datetime import date
from math import ceil, inf
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.evaluations.models import Outcome
from brobygger.evaluations.power import LotteryPower, RollOutPower, Verdict
from brobygger.evaluations.rights import EDUCATION, PSYCHIATRIC, RIGHT_AND_DUTY, UNKNOWN, Right
from brobygger.ui.formats import LOCALE, number

OUTCOMES = {
    Outcome.EDUCATION: gettext_lazy("i uddannelse"),
    Outcome.JOB: gettext_lazy("i job"),
    Outcome.JOB_OR_EDUCATION: gettext_lazy("i job eller uddannelse"),
    Outcome.OFF_BENEFIT: gettext_lazy("uden ydelse"),
}
"""As they end the sentence "af 100 er …"."""
HORIZONS = (
    (13, gettext_lazy("Efter 3 måneder")),
    (26, gettext_lazy("Efter et halvt år")),
    (52, gettext_lazy("Efter 1 år")),
    (104, gettext_lazy("Efter 2 år")),
)
RIGHT_FIELDS = {
    PSYCHIATRIC: "leaves_psychiatry",
    EDUCATION: "starts_education",
    RIGHT_AND_DUTY: "cannot_join_offers",
    UNKNOWN: "",
}
"""The question that each right is about."""


def of_100(share: float) -> str:
    """A share (0-1) or a difference as a number of 100, with one decimal where it is not whole.

    >>> of_100(0.04), of_100(0.125)
    ('4', '12,5')
    """
    return number(round(100 * share, 1))


def upwards(share: float) -> str:
    """As ``of_100``, rounded up: nobody is promised to see less than can be seen."""
    return number(ceil(1000 * share - 1e-6) / 10)


def lottery_sentences(found: LotteryPower, outcome: str) -> list[str]:
    """What is expected, what it takes to see it, and what this size can show."""
    asked = _(
        "I regner med, at %(base)s af 100 uden mentor er %(outcome)s, og vil vide, "
        "om det er %(other)s af 100 med mentor."
    ) % {
        "base": of_100(found.base),
        "other": of_100(found.base + found.relevant),
        "outcome": OUTCOMES[Outcome(outcome)],
    }
    needed = _("Det kræver %(people)s borgere, hvoraf %(places)s får en plads.") % {
        "people": number(found.people_needed),
        "places": number(found.places_needed),
    }
    size = {"people": number(found.people), "places": number(found.places)}
    if found.smallest == inf:
        shown = (
            _("Trækkes %(places)s ud af %(people)s borgere, kan lodtrækningen ikke vise nogen forskel.")
            % size
        )
    else:
        shown = _(
            "Trækkes %(places)s ud af %(people)s borgere, kan lodtrækningen vise en forskel "
            "på %(least)s af 100 eller mere."
        ) % {**size, "least": upwards(found.smallest)}
    return [asked, needed, shown]


def roll_out_sentences(found: RollOutPower, outcome: str) -> list[str]:
    asked = _(
        "I regner med, at %(base)s af 100 er %(outcome)s i dag, og vil vide, "
        "om det er %(other)s af 100 med den nye praksis."
    ) % {
        "base": of_100(found.base),
        "other": of_100(found.base + found.relevant),
        "outcome": OUTCOMES[Outcome(outcome)],
    }
    if found.smallest >= 1:
        return [asked, _("Indfasningen kan ikke vise nogen forskel.")]
    shown = _("Indfasningen kan vise en forskel på %(least)s af 100 eller mere.") % {
        "least": upwards(found.smallest)
    }
    return [asked, shown]


VERDICTS = {
    Verdict.ENOUGH: (gettext_lazy("Det rækker."), "success"),
    Verdict.CLOSE: (gettext_lazy("Det er i underkanten."), "warning"),
    Verdict.TOO_FEW: (
        gettext_lazy(
            "Det er for lidt til at svare på spørgsmålet. Gå sammen med andre kommuner, eller lad det løbe længere."
        ),
        "warning",
    ),
}
"""The sentence, and the kind of message it is."""


def power_sentences(found: LotteryPower | RollOutPower, outcome: str) -> list[str]:
    if isinstance(found, LotteryPower):
        return lottery_sentences(found, outcome)
    return roll_out_sentences(found, outcome)


def power_kept(found: LotteryPower | RollOutPower) -> dict[str, Any]:
    """As it is stored with a registered protocol: numbers, no words."""
    kept: dict[str, Any] = {
        "verdict": found.verdict.value,
        "smallest": None if found.smallest == inf else round(found.smallest, 4),
    }
    if isinstance(found, LotteryPower):
        kept |= {"people_needed": found.people_needed, "places_needed": found.places_needed}
    return kept


def right_sentence(right: Right) -> str:
    """Why the citizen cannot be in the lot."""
    if right.rule == PSYCHIATRIC:
        return _("Borgeren har ret til en mentor ved udskrivningen og kan ikke stå i en lodtrækning.")
    if right.rule == EDUCATION:
        return _("Borgeren har ret til en mentor ved start på uddannelsen og kan ikke stå i en lodtrækning.")
    if right.rule == RIGHT_AND_DUTY and right.is_confirmed:
        return _("Borgeren har ret og pligt til en mentor og kan ikke stå i en lodtrækning.")
    if right.rule == RIGHT_AND_DUTY:
        return _(
            "Det er ikke bekræftet, om ret og pligt til mentor gælder efter 2020. "
            "Derfor holdes borgeren uden for lodtrækningen."
        )
    return _("Borgerens målgruppe er ikke valgt, så det vides ikke, om borgeren har ret til en mentor.")


def right_remedy(right: Right) -> str:
    if right.rule == UNKNOWN:
        return _("Skriv målgruppen på borgeren først.")
    return _("Søg om mentoren på almindelig vis.")


def month_words(month: date) -> str:
    """The month as people write it: "marts 2027"."""
    return format_date(month, "MMMM y", locale=LOCALE)
