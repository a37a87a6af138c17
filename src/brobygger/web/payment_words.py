"""What the calculators of ``payment`` say, for an English reader. The Danish sentences are the ones that count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import translation

from brobygger.law import english
from brobygger.law.codes import Labelled
from brobygger.law.fact_words import Language
from brobygger.payment.hour_plan import HourPlan
from brobygger.payment.zero_solution import FOLLOWS_NEED, Answer, Stop

LABELS: dict[Labelled, str] = {
    Stop.LAW: "The law's longest period",
    Stop.MONTHS: "The frame's months",
    Stop.WEEKS: "The frame's weeks",
    Stop.HOURS: "The frame's total hours",
    Stop.KRONER: "The frame's total kroner",
    Answer.YES: "Yes",
    Answer.NO: "No",
    Answer.CANNOT_TELL: "Cannot be decided yet",
}
_SENTENCES = {
    FOLLOWS_NEED: "The hours must follow the need and be used for the mentor's task. The sum is no reason in itself.",
    "Loven er ikke prøvet i sagen endnu.": "The law has not been tried in the case yet.",
    "Skriv timesatserne i kroner mellem 0 og 100.000.": "Write the hourly rates in kroner between 0 and 100,000.",
    "Skriv mentorens timesats. Den skal være over 0 kr.": "Write the mentor's hourly rate. It must be above 0 kr.",
    "Skriv borgerens timer om ugen mellem 0 og 168.": "Write the citizen's hours a week between 0 and 168.",
    "Skriv hvor mange uger fasen varer. Det skal være mere end 0.": (
        "Write how many weeks the phase lasts. It must be more than 0."
    ),
    "Skriv timer om ugen mellem 0 og 168.": "Write hours a week between 0 and 168.",
    "Skriv mindst én fase med uger og timer om ugen.": "Write at least one phase with weeks and hours a week.",
    "Skriv antal pladser mellem 1 og 200.": "Write a number of places between 1 and 200.",
    "To borgere har pladsen samme dag. Ret perioderne.": (
        "Two citizens hold the place on the same day. Correct the periods."
    ),
    "Timer pr. plads er først læst fra den 1. januar 2014. Skriv timer for hver borger.": (
        "Hours per place have been read only from 1 January 2014. Write hours for each citizen."
    ),
    "Der er ingen borgere i planen.": "There are no citizens in the plan.",
}
_TEMPLATES = tuple(
    (re.compile(danish), words)
    for danish, words in (
        (
            r"Mentoren skulle bruge (.+) om ugen, og borgeren er der kun (.+?)\.",
            "The mentor would need {0} a week, and the citizen is there only {1}.",
        ),
        (
            r"Perioden er længere end lovens længste, som slutter den (.+)\.",
            "The period is longer than the law's longest, which ends on {0}.",
        ),
        (
            r"Nulløsningen kræver (.+) om ugen\. Rammens (.+) dækker (.+) af de (.+)",
            "The zero solution takes {0} a week. The frame's {1} cover {2} of the {3}",
        ),
        (
            r"Mentorens timesats på (.+) er over rammens (.+)",
            "The mentor's hourly rate of {0} is above the frame's {1}",
        ),
        (r"(.+) rækker ikke til én dag\.", "{0} do not last for one day."),
        (r"(.+) rækker til og med den (.+)\.", "{0} last until {1} inclusive."),
    )
)
_STOPS = {stop.label: LABELS[stop] for stop in Stop}
_PLAN = (
    (r"\btimer\b", "hours"),
    (r"\btime\b", "hour"),
    (r" om ugen i ", " a week for "),
    (r"\buger\b", "weeks"),
    (r"\buge\b", "week"),
    (r", derefter ", ", then "),
    (r"(\d),(\d)", r"\1.\2"),
)


@dataclass(frozen=True)
class Said:
    """Words with the language they are in, for the page to mark."""

    words: str
    language: Language


def reader() -> Language:
    """The language of the page that is being made; the calculators speak two."""
    return "en" if (translation.get_language() or "da").startswith("en") else "da"


def sentence(danish: str, language: Language) -> Said:
    """A sentence of the calculators; one without English words stays Danish and is marked so."""
    found = _in_english(danish) if language == "en" else None
    return Said(danish, "da") if found is None else Said(found, "en")


def label(member: Labelled, language: Language) -> Said:
    return Said(LABELS[member], "en") if language == "en" else Said(member.label, "da")


def plan(described: HourPlan, language: Language) -> Said:
    """The phases of a plan."""
    words = described.describe()
    if language == "en":
        for danish, found in _PLAN:
            words = re.sub(danish, found, words)
    return Said(f"{words}.", language)


def _in_english(danish: str) -> str | None:
    if danish in _SENTENCES:
        return _SENTENCES[danish]
    for pattern, words in _TEMPLATES:
        if match := pattern.fullmatch(danish):
            return words.format(*(_STOPS.get(each) or english.value(each) for each in match.groups()))
    return None
