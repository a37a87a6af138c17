"""What studies of mentor support have found, as the yardstick beside one's own results.

A lottery among young people, a matching on registers, a mapping and a survey answer different questions. They stand
beside each other under their own word (*Skete*, *Sammenlignet*, *Virkning*), design and caveat; ``one_number`` refuses
to make one of them. Figures and sources: ``data/yardsticks.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from brobygger.analysis.errors import NotOneNumber
from brobygger.analysis.pooling import Pooled, pool
from brobygger.analysis.result import Comparison, Word
from brobygger.values.source import Confidence

_DATA = Path(__file__).parent / "data" / "yardsticks.toml"


class StudyDesign(StrEnum):
    """How a study came to its figures."""

    LOTTERY = "lottery"
    MATCHING = "matching"
    MAPPING = "mapping"
    SURVEY = "survey"

    @property
    def label(self) -> str:
        return _DESIGNS[self]


_DESIGNS = {
    StudyDesign.LOTTERY: "Lodtrækning",
    StudyDesign.MATCHING: "Sammenligning med lignende i registre",
    StudyDesign.MAPPING: "Kortlægning i registre",
    StudyDesign.SURVEY: "Spørgeskema",
}
_WORD_OF = {
    StudyDesign.LOTTERY: Word.EFFECT,
    StudyDesign.MATCHING: Word.COMPARED,
    StudyDesign.MAPPING: Word.HAPPENED,
    StudyDesign.SURVEY: Word.HAPPENED,
}


@dataclass(frozen=True)
class StudyFigure:
    """One figure, per cent or points. Either ``share`` (``at_least``: more than it), or ``with_mentor`` and ``without``
    with limits of the difference ``low`` and ``high``, or a span of points. ``recomputed``: limits are ours.
    """

    what: str
    share: float | None = None
    at_least: bool = False
    asked: int | None = None
    with_mentor: float | None = None
    without: float | None = None
    low: float | None = None
    high: float | None = None
    recomputed: bool = False
    points: tuple[float, float] | None = None
    note: str = ""

    def in_words(self) -> str:
        """As people count; points before any ratio."""
        if self.with_mentor is not None and self.without is not None:
            return f"{_plain(self.with_mentor)} af 100 med mentor og {_plain(self.without)} af 100 uden er {self.what}."
        if self.points is not None:
            low, high = (_plain(each) for each in self.points)
            more = f"{low} point" if low == high else f"{low} til {high} point"
            return f"Forskellen er {more}: {self.what}."
        over = "Over " if self.at_least else ""
        return f"{over}{_plain(self.share or 0)} af 100 {self.what}."


@dataclass(frozen=True)
class Study:
    """A study with everything that must be read with its figures."""

    id: str
    title: str
    by: str
    year: int
    design: StudyDesign
    word: Word
    people: int | None
    about: str
    caveat: str
    source: str
    confidence: Confidence
    figures: tuple[StudyFigure, ...]


@dataclass(frozen=True)
class BesideLine:
    """One line of the comparison page: the word first, then who says it, how, and what to remember."""

    word: Word
    is_own: bool
    title: str
    design: str
    says: str
    caveat: str
    source: str


@cache
def yardsticks() -> tuple[Study, ...]:
    """The studies that come with the library, in the order of the file."""
    return read_studies(_DATA.read_text(encoding="utf-8"))


def read_studies(text: str) -> tuple[Study, ...]:
    """Studies from TOML. Raises NotOneNumber when a study's word is not that of its design, ValueError or KeyError for
    a file that is not whole.
    """
    return tuple(_study(each) for each in tomllib.loads(text)["study"])


def beside_yardsticks(own: Comparison, studies: Sequence[Study] | None = None) -> tuple[BesideLine, ...]:
    """One's own result and every figure of the studies, as separate lines under their own words."""
    mine = BesideLine(own.word, True, "Egne tal", own.design.value, own.in_words(), own.assumption, "")
    others = [
        BesideLine(
            study.word, False, _cited(study), study.design.label, _said(figure), study.caveat, study.source
        )
        for study in (yardsticks() if studies is None else studies)
        for figure in study.figures
    ]
    return (mine, *others)


def one_number(results: Sequence[Comparison | Study | StudyFigure]) -> Pooled:
    """Pools one's own results by municipality, and refuses everything else.

    All must be comparisons with the same word, design, outcome and week. Raises NotOneNumber when a study is among
    them, or when the words, designs or questions differ; HiddenByGate when the gate hides one.
    """
    if any(not isinstance(each, Comparison) for each in results):
        raise NotOneNumber(
            "Andres undersøgelser kan stå ved siden af egne tal, men ikke lægges sammen med dem."
        )
    own = [each for each in results if isinstance(each, Comparison)]
    asked = {(each.word, each.design, each.question.outcome, each.question.headline) for each in own}
    if len(asked) != 1:
        words = ", ".join(sorted({each.word.value for each in own})) or "ingen"
        raise NotOneNumber(f"Resultaterne svarer ikke på det samme ({words}) og kan ikke blive til ét tal.")
    at = [each.headline_place for each in own]
    estimates = [float(each.effect.estimate[place]) for each, place in zip(own, at, strict=True)]
    errors = [float(each.effect.standard_error[place]) for each, place in zip(own, at, strict=True)]
    return pool(estimates, errors)


def _study(row: dict[str, Any]) -> Study:
    design, word = StudyDesign(row["design"]), Word(row["word"])
    if word is not _WORD_OF[design]:
        raise NotOneNumber(f"»{row['title']}« er {design.label.lower()} og kan ikke kaldes {word.value}.")
    return Study(
        row["id"],
        row["title"],
        row["by"],
        row["year"],
        design,
        word,
        row.get("people"),
        row["about"],
        row["caveat"],
        row["source"],
        Confidence(row["confidence"]),
        tuple(_figure(each) for each in row["figure"]),
    )


def _figure(row: dict[str, Any]) -> StudyFigure:
    span = (row["points_from"], row["points_to"]) if "points_from" in row else None
    return StudyFigure(
        row["what"],
        row.get("share", row.get("share_over")),
        "share_over" in row,
        row.get("asked"),
        row.get("with_mentor"),
        row.get("without"),
        row.get("low"),
        row.get("high"),
        row.get("recomputed", False),
        span,
        row.get("note", ""),
    )


def _cited(study: Study) -> str:
    return f"{study.title} ({study.year})"


def _said(figure: StudyFigure) -> str:
    said = figure.in_words()
    if figure.low is not None and figure.high is not None:
        said += f" Forskellen er mellem {_plain(figure.low)} og {_plain(figure.high)} point."
    return f"{said} {figure.note}".strip()


def _plain(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".").replace(".", ",").replace("-", "−")
