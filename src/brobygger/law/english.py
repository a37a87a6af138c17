"""The law in English beside the Danish: titles and texts of rules, labels, facts, sentences and remedies.

No official translation of the acts exists (N16); the Danish text counts, and a reader must be told so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from brobygger.law import codes, wording
from brobygger.law.codes import Labelled
from brobygger.law.finding import Finding, Outcome
from brobygger.law.registry import Stage
from brobygger.law.target_groups import ALL
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_ENUMS: tuple[type[Labelled], ...] = (
    Outcome,
    Stage,
    codes.Act,
    codes.Context,
    codes.SupportType,
    codes.MentorKind,
    codes.PriceLineKind,
    codes.RightAndDutyEnd,
)
CONFIDENCE = {
    Confidence.HIGH: "high",
    Confidence.MEDIUM: "medium",
    Confidence.LOW: "low: not confirmed",
    Confidence.NOT_CONFIRMED: "not confirmed",
}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("brobygger.law") / "texts" / name).read_text(encoding="utf-8"))


_WORDS = _read("english_rules.toml")
_SENTENCES = _read("english_sentences.toml")
RULE_TEXTS: Mapping[str, list[str]] = _WORDS["rules"]
"""Title and text of each rule by id."""

PARAMETER_TEXTS: Mapping[str, str] = _WORDS["parameters"]
GROUP_LABELS: Mapping[str, str] = _WORDS["target_groups"]


def label(member: Labelled) -> str:
    """The English word of a code. Raises KeyError for a code without one."""
    found: str = _WORDS["labels"][type(member).__name__][member.value]
    return found


def rule_title(rule_id: str) -> str:
    """Raises KeyError for a rule without an English title."""
    return RULE_TEXTS[rule_id][0]


def rule_text(rule_id: str) -> str:
    """Raises KeyError for a rule without an English text."""
    return RULE_TEXTS[rule_id][1]


def english_date(day: date) -> str:
    """A date in full.

    >>> english_date(date(2026, 2, 3))
    '3 February 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def span(period: Period) -> str:
    """A period with its last day."""
    if period.last_day is None:
        return f"from {english_date(period.start)}"
    return f"{english_date(period.start)} to {english_date(period.last_day)} inclusive"


def source(reference: Source) -> str:
    """A reference with the words of the paragraph in English; names of acts stay Danish.

    >>> source(Source("LAB", "§ 167, stk. 1"))
    'LAB section 167 (1)'
    """
    return f"{_act(reference.act)} {_paragraph(reference.paragraph)}".strip()


def _act(act: str) -> str:
    known: Mapping[str, str] = _WORDS["acts"]
    if act in known:
        return known[act]
    for pattern, words in _ACTS:
        act = pattern.sub(words, act)
    return _dates(act)


_ACTS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"^Bekendtgørelse nr\. (\d+) af", r"Executive order no. \1 of"),
        (r"^Bekendtgørelse om", "Executive order on"),
        (r"^Vejledning nr\. (\d+) af", r"Guidance no. \1 of"),
        (r"^Lov nr\. (\d+) af", r"Act no. \1 of"),
        (r"^Lov om Digital Post, LBK nr\. (\d+) af", r"Act on Digital Post, consolidation no. \1 of"),
        (r" om Digital Post$", " on Digital Post"),
        (r"^Udkast til lovforslag", "Draft bill"),
    )
)


def _dates(text: str) -> str:
    return _DATE.sub(lambda match: f"{match[1]} {_MONTHS[wording.MONTHS.index(match[2])]} {match[3]}", text)


def _paragraph(text: str) -> str:
    for pattern, words in _PARAGRAPH:
        text = pattern.sub(words, text)
    return text


_PARAGRAPH = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"§§ ", "sections "),
        (r"§ ", "section "),
        (r",? stk\. (\d+(?:-\d+)?)", r" (\1)"),
        (r",? nr\. ", " no. "),
        (r"kap\. ", "chapter "),
        (r", 2\. pkt\.", ", 2nd sentence"),
        (r"\(aftalen\)", "(the agreement)"),
        (r"\(nummeret ikke læst\)", "(number not read)"),
        (r"\(bemærkningerne\)", "(preparatory notes)"),
        (r" ophævet", " repealed"),
        (r", som ændret ved lov nr\. ", ", as amended by act no. "),
        (r" og ", " and "),
    )
)


def _by_danish() -> dict[str, str]:
    """English words by the Danish ones, capital first letter or not."""
    words: dict[str, str] = dict(_WORDS["phrases"])
    for enum in _ENUMS:
        words |= {member.label: label(member) for member in enum}
    words |= {group.label: GROUP_LABELS[group.code] for group in ALL}
    return words | {_lower(danish): _lower(english) for danish, english in words.items()}


def _lower(text: str) -> str:
    return text.lower()


_BY_DANISH = _by_danish()
_DATE = re.compile(rf"(\d+)\. ({'|'.join(wording.MONTHS)}) (\d+)")
_TOKENS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\b1 måned\b", "1 month"),
        (r"\bmåneder\b", "months"),
        (r"\b1 dag\b", "1 day"),
        (r"\bdage\b", "days"),
        (r"\bprocent\b", "per cent"),
        (r"(\d) t\.", r"\1 h"),
        (r" til og med ", " to "),
        (r"^fra ", "from "),
        (r" og ", " and "),
    )
)


@lru_cache(maxsize=8192)
def value(text: str) -> str:
    """A fact's name or value, or a word in a sentence, in English; numbers and codes stay as they are.

    >>> value("8 måneder og 3 dage"), value("løn og pension"), value("3. februar 2026")
    ('8 months and 3 days', 'wage and pension', '3 February 2026')
    """
    known = _BY_DANISH.get(text) or _BY_DANISH.get(text.lower())
    if known is not None:
        return known
    parts = re.split(r"(, | og )", text)
    if len(parts) > 1 and all(part in _BY_DANISH for part in parts[::2]):
        joints = {", ": ", ", " og ": " and "}
        return "".join(joints.get(part) or _BY_DANISH[part] for part in parts)
    text = _dates(text)
    for pattern, words in _TOKENS:
        text = pattern.sub(words, text)
    return _paragraph(text)


@dataclass(frozen=True)
class _Template:
    pattern: re.Pattern[str]
    english: str
    literal_length: int

    @classmethod
    def of(cls, danish: str, english: str) -> _Template:
        parts = re.split(r"\{([a-c])\}", danish)
        pattern = "".join(
            re.escape(part) if index % 2 == 0 else f"(?P<{part}>.*)" for index, part in enumerate(parts)
        )
        return cls(re.compile(pattern), english, sum(len(part) for part in parts[::2]))


class _Table:
    """Danish sentences with their English ones; the most exact template is tried first."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self.exact = {danish: english for danish, english in rows.items() if "{" not in danish}
        templates = [_Template.of(danish, english) for danish, english in rows.items() if "{" in danish]
        self.templates = sorted(templates, key=lambda each: -each.literal_length)

    def translate(self, danish: str) -> str | None:
        if danish in self.exact:
            return self.exact[danish]
        for template in self.templates:
            match = template.pattern.fullmatch(danish)
            if match:
                words = {name: value(found) for name, found in match.groupdict().items()}
                return _sentence(template.english.format(**words))
        return None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


_ANSWERS = _Table(_SENTENCES["sentences"])
_REMEDIES = _Table(_SENTENCES["remedies"])


def has_sentence(finding: Finding) -> bool:
    """Whether both sentence and remedy of the finding have an English wording of their own."""
    return _ANSWERS.translate(finding.sentence) is not None and (
        not finding.remedy or _REMEDIES.translate(finding.remedy) is not None
    )


def sentence(finding: Finding) -> str:
    """What the rule answers, in English; where the sentence has none, the outcome and the rule's text."""
    found = _ANSWERS.translate(finding.sentence)
    return found or f"{label(finding.outcome)}: {rule_text(finding.rule_id)}"


def remedy(finding: Finding) -> str:
    """What mends it, in English; '' where nothing is to be done."""
    if not finding.remedy:
        return ""
    return _REMEDIES.translate(finding.remedy) or "See the Danish text for what to do."


def facts_used(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The facts that the finding rests on, names and values in English."""
    return tuple((value(name), value(told)) for name, told in finding.facts_used)


def to_dict(finding: Finding) -> dict[str, Any]:
    """The finding for an English reader: plain values, with the Danish rule id to find it by."""
    return {
        "rule_id": finding.rule_id,
        "title": rule_title(finding.rule_id),
        "text": rule_text(finding.rule_id),
        "outcome": label(finding.outcome),
        "sentence": sentence(finding),
        "remedy": remedy(finding),
        "facts_used": [list(pair) for pair in facts_used(finding)],
        "source": {"reference": source(finding.source), "url": finding.source.url},
        "confirmed": finding.confirmed,
    }
