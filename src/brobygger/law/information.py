"""What must be known and cannot be tested on a case: shown and findable, never a finding.

Written in ``texts/information.toml``, Danish and English side by side. N01-N16 are the points that nobody has been able
to confirm; ``touches`` names the rules and numbers they concern.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from brobygger.law.codes import Act
from brobygger.law.registry import BOTH_ACTS
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source


@dataclass(frozen=True)
class Information:
    """A sentence of the law, or of what is not known about it, in Danish and English."""

    id: str
    title: str
    text: str
    title_en: str
    text_en: str
    in_force: Period
    sources: tuple[Source, ...]
    acts: frozenset[Act] = BOTH_ACTS
    note: str = ""
    touches: tuple[str, ...] = ()

    @property
    def source(self) -> Source:
        return self.sources[0]

    @property
    def confidence(self) -> Confidence:
        return self.source.confidence

    @property
    def is_confirmed(self) -> bool:
        return self.confidence in (Confidence.HIGH, Confidence.MEDIUM)

    @property
    def chapter(self) -> str:
        return self.id[0]


def parse(text: str) -> dict[str, Information]:
    """The entries of a file by id. Raises KeyError and ValueError for a file that is not whole."""
    entries = [_entry(row) for row in tomllib.loads(text)["information"]]
    if len({each.id for each in entries}) != len(entries):
        raise ValueError("Et nummer er brugt to gange.")
    return {each.id: each for each in sorted(entries, key=lambda each: each.id)}


def _entry(row: dict[str, Any]) -> Information:
    last = row.get("through")
    sources = tuple(
        Source(each["act"], each["paragraph"], each["url"], Confidence(each["confidence"]))
        for each in row["sources"]
    )
    if not sources:
        raise ValueError(f"{row['id']} mangler en kilde.")
    return Information(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        title_en=row["title_en"],
        text_en=row["text_en"],
        in_force=Period.through(row["from"], last) if last else Period(row["from"]),
        sources=sources,
        acts=frozenset(Act(each) for each in row["acts"]) if "acts" in row else BOTH_ACTS,
        note=row.get("note", ""),
        touches=tuple(row.get("touches", ())),
    )


def _read() -> dict[str, Information]:
    return parse((files("brobygger.law") / "texts" / "information.toml").read_text(encoding="utf-8"))


INFORMATION: Mapping[str, Information] = MappingProxyType(_read())
"""The entries by id, in the order of their ids."""


@lru_cache(maxsize=1024)
def information_in_force(on: date, act: Act = Act.LAB) -> tuple[Information, ...]:
    """The entries of an act that hold on a date, in the order of their ids."""
    return tuple(each for each in INFORMATION.values() if act in each.acts and on in each.in_force)


def about(rule_id: str) -> tuple[Information, ...]:
    """The points not confirmed that concern a rule or a number."""
    return tuple(each for each in INFORMATION.values() if rule_id in each.touches)
