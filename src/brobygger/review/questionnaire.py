"""The seven themes of the agency's question guide of 2018-19, answered from a municipality's own data.

The guide's own wording was not read: questions 1-7 are known by theme only (administration; written procedures;
3-6 follow-up and supervision; 7 the offer). The words here are this product's own, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from brobygger.law.codes import MentorKind
from brobygger.law.wording import danish_date, listing
from brobygger.review.questions import QUESTIONS

NOTE = (
    "Spørgsmålene følger temaerne i styrelsens spørgeguide fra 2018-19. Guidens egen ordlyd er ikke læst, så ordene "
    "her er Brobyggers egne."
)


class Counts(NamedTuple):
    """How many cases passed a question, failed it, could not be told or were not concerned."""

    passed: int = 0
    failed: int = 0
    cannot_tell: int = 0
    not_relevant: int = 0

    @property
    def answered(self) -> int:
        return self.passed + self.failed

    @property
    def share(self) -> float | None:
        """The part of the answered that passed; None where nothing was answered."""
        return self.passed / self.answered if self.answered else None


@dataclass(frozen=True)
class MunicipalityData:
    """What is drawn from the system on a day. ``counts`` are those of the newest controls, by question."""

    municipality: str
    on: date
    checked_on: date | None = None
    checked_cases: int = 0
    counts: Mapping[str, Counts] = field(default_factory=dict)
    cases_by_status: Mapping[str, int] = field(default_factory=dict)
    active_by_mentor_kind: Mapping[str, int] = field(default_factory=dict)
    teams: int = 0
    way_of_working: str = ""
    frame_name: str = ""
    frame_from: date | None = None
    runs_last_year: int = 0
    open_failures: int = 0
    mended_last_year: int = 0


class Evidence(NamedTuple):
    """A figure behind an answer; ``question`` is the control it was counted by, or ''."""

    label: str
    value: str
    question: str = ""


class ThemeAnswer(NamedTuple):
    """The answer to one theme: a sentence, and what it rests on."""

    number: int
    theme: str
    question: str
    sentence: str
    evidence: tuple[Evidence, ...]


def answers(data: MunicipalityData) -> tuple[ThemeAnswer, ...]:
    """The seven answers, in the order of the guide. Where there is no figure the answer says so."""
    return (
        _administration(data),
        _procedures(data),
        _controlled(
            data,
            3,
            "Opfølgning",
            "Følger kommunen op på forløbene, når det er tid?",
            ("K14", "K16"),
            "Opfølgningen er holdt til tiden i",
        ),
        _controlled(
            data,
            4,
            "Støtten er givet",
            "Undersøger kommunen, om støtten er givet, og om mentor og borger mødtes i de betalte timer?",
            ("K15", "K18"),
            "Det er undersøgt, om støtten er givet, i",
        ),
        _supervision(data),
        _controlled(
            data,
            6,
            "Afregning",
            "Svarer betalingen til bevilling og bekræftede timer, og er der kun betalt lovlige udgifter?",
            ("K20", "K17", "K21", "K22"),
            "Betalingen svarer til de bekræftede timer i",
        ),
        _controlled(
            data,
            7,
            "Tilbuddet",
            "Viser sagerne formål, opgaver og kvalifikationer, og at mentoren er afgørende?",
            ("K01", "K02", "K03", "K04", "K05", "K06", "K07", "K09"),
            "Formålet er dokumenteret i",
        ),
    )


def percent_words(counts: Counts | None) -> str:
    """ "93 procent (280 af 301 sager)", or that nothing could be answered.

    >>> percent_words(Counts(280, 21))
    '93 procent (280 af 301 sager)'
    """
    if counts is None or counts.share is None:
        return "ingen sager kan besvares"
    # Rounded down: what is not all is never shown as all.
    whole = counts.passed * 100 // counts.answered
    return f"{whole} procent ({counts.passed} af {counts.answered} sager)"


def _evidence(data: MunicipalityData, question: str) -> Evidence:
    counts = data.counts.get(question)
    words = percent_words(counts)
    if counts is not None and counts.cannot_tell:
        words += f"; {counts.cannot_tell} kan ikke afgøres"
    return Evidence(QUESTIONS[question].title, words, question)


def _controlled(
    data: MunicipalityData, number: int, theme: str, asked: str, questions: tuple[str, ...], opening: str
) -> ThemeAnswer:
    first = data.counts.get(questions[0])
    if data.checked_on is None:
        sentence = "Kontrollerne er ikke kørt endnu."
    elif first is None or first.share is None:
        sentence = "Ingen sager kan besvare det endnu."
    else:
        sentence = f"{opening} {percent_words(first)}."
    return ThemeAnswer(number, theme, asked, sentence, tuple(_evidence(data, each) for each in questions))


def _administration(data: MunicipalityData) -> ThemeAnswer:
    active = data.cases_by_status.get("ACTIVE", 0)
    way = data.way_of_working or "Arbejdsgangen er ikke fastlagt"
    kinds = [
        f"{MentorKind(kind).label.lower()}: {number}" for kind, number in data.active_by_mentor_kind.items()
    ]
    return ThemeAnswer(
        1,
        "Administration",
        "Hvordan administrerer kommunen mentorordningen?",
        f"{way}. Der er {active} forløb i gang på {data.teams} hold.",
        (
            Evidence("Arbejdsgang", way),
            Evidence("Forløb i gang", str(active)),
            Evidence("Forløb i alt", str(sum(data.cases_by_status.values()))),
            Evidence("Mentorer i forløb i gang", listing(kinds) if kinds else "ingen"),
            _evidence(data, "K13"),
        ),
    )


def _procedures(data: MunicipalityData) -> ThemeAnswer:
    if data.frame_from is None:
        sentence = "Kommunen har ikke skrevet en ramme i systemet."
    else:
        sentence = f"Rammen {data.frame_name} gælder fra {danish_date(data.frame_from)}."
    return ThemeAnswer(
        2,
        "Skriftlige procedurer",
        "Har kommunen skriftlige procedurer, der støtter korrekte afgørelser?",
        sentence,
        (
            Evidence("Ramme", data.frame_name or "ingen"),
            _evidence(data, "K09"),
            _evidence(data, "K10"),
            _evidence(data, "K11"),
            _evidence(data, "K12"),
            _evidence(data, "K08"),
        ),
    )


def _supervision(data: MunicipalityData) -> ThemeAnswer:
    if data.checked_on is None:
        sentence = "Kontrollerne er ikke kørt endnu."
    else:
        sentence = (
            f"Alle {data.checked_cases} sager blev kontrolleret {danish_date(data.checked_on)}; "
            f"{data.open_failures} fejl er åbne."
        )
    return ThemeAnswer(
        5,
        "Tilsyn mod fejl og snyd",
        "Fører kommunen løbende det tilsyn, der skal til for at modvirke fejl og snyd?",
        sentence,
        (
            Evidence("Kontroller det seneste år", str(data.runs_last_year)),
            Evidence("Sager ved den seneste kontrol", str(data.checked_cases)),
            Evidence("Åbne fejl", str(data.open_failures)),
            Evidence("Rettet det seneste år", str(data.mended_last_year)),
            _evidence(data, "K18"),
        ),
    )
