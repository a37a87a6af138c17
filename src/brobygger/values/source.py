"""Where a rule or a figure stands: act, paragraph, address, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How well a fact of law is known (``H``, ``M``, ``L`` of the source list)."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"
    NOT_CONFIRMED = "not confirmed"


@dataclass(frozen=True)
class Source:
    """A reference that can be shown beside a legal sentence."""

    act: str
    paragraph: str = ""
    url: str = ""
    confidence: Confidence = Confidence.HIGH

    def __str__(self) -> str:
        return f"{self.act} {self.paragraph}".strip()
