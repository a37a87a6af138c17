"""Whether digital tools would suit a citizen, and which kinds: eight answers in, a suggestion with reasons out.

Rules of thumb, not a test: they order what to talk about. No score is made, nothing is decided by them, and who does
not want a digital tool is suggested none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brobygger.toolbox.digital.kinds import Kind

MUCH, SOME, NO = "MUCH", "SOME", "NO"


class Fit(StrEnum):
    """Whether digital tools would suit."""

    YES = "YES"
    WITH_HELP = "WITH_HELP"
    NOT_NOW = "NOT_NOW"


@dataclass(frozen=True)
class Suited:
    """One kind of tool and why it is named."""

    kind: Kind
    reason: str | Promise


@dataclass(frozen=True)
class Suggestion:
    """``reasons`` say why it fits or not; ``kinds`` are in the order of need, empty when it does not fit now."""

    fit: Fit
    reasons: tuple[str | Promise, ...]
    kinds: tuple[Suited, ...] = ()


_NEEDS: tuple[tuple[str, Kind, str | Promise], ...] = (
    ("forgets", Kind.CALENDAR, _("Aftaler bliver tit glemt.")),
    ("starts", Kind.DAY_PLAN, _("Det er svært at komme i gang om dagen.")),
    ("reading", Kind.READ_ALOUD, _("Det er svært at læse og skrive.")),
    ("danish", Kind.TRANSLATE, _("Det er svært på dansk.")),
    ("bills", Kind.BUDGET, _("Det er svært at holde styr på regninger.")),
)
"""Question, kind, and the reason it gives."""

QUESTIONS = ("wish", "phone", "apps", *(question for question, _kind, _reason in _NEEDS))


def suggest(answers: Mapping[str, object]) -> Suggestion:
    """The suggestion for the answers to ``QUESTIONS``: MUCH, SOME or NO to each; one that lacks counts as NO.

    ``wish`` is whether the citizen wants to try, ``phone`` whether there is a telephone with internet, ``apps`` whether
    it is easy to use one. The others are how much of a need there is.
    """
    if answers.get("wish", NO) == NO:
        return Suggestion(Fit.NOT_NOW, (_("Borgeren har ikke lyst lige nu. Det skal respekteres."),))
    if answers.get("phone", NO) == NO:
        return Suggestion(
            Fit.NOT_NOW, (_("Der er ingen telefon med internet. Brug papir, eller find en løsning først."),)
        )
    kinds = _kinds(answers)
    if not kinds:
        return Suggestion(Fit.NOT_NOW, (_("Svarene viser ikke noget, et digitalt værktøj kan hjælpe med."),))
    hindrances = _hindrances(answers)
    if hindrances:
        return Suggestion(Fit.WITH_HELP, hindrances, kinds)
    return Suggestion(Fit.YES, (_("Der er lyst, en telefon med internet og noget at bruge den til."),), kinds)


def _kinds(answers: Mapping[str, object]) -> tuple[Suited, ...]:
    """Those with much need first, and otherwise in the order they are asked for."""
    found = []
    for degree in (MUCH, SOME):
        found += [
            Suited(kind, reason) for question, kind, reason in _NEEDS if answers.get(question) == degree
        ]
    return tuple(found)


def _hindrances(answers: Mapping[str, object]) -> tuple[str | Promise, ...]:
    found: list[str | Promise] = []
    if answers.get("apps", NO) != MUCH:
        found.append(_("Apps er svære. Sæt værktøjet op sammen, og brug det sammen de første gange."))
    if answers["phone"] == SOME:
        found.append(_("Internettet er ikke altid der. Vælg et værktøj, der virker uden."))
    if answers["wish"] == SOME:
        found.append(_("Lysten er ikke stor. Prøv ét værktøj i to uger, og tal om det."))
    return tuple(found)
