"""The parts that letters and agreements are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """A heading with facts, paragraphs, bullets and rules, in that order; ``closing`` comes last."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    bullets: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()


def as_data(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """Sections as JSON holds them."""
    return [asdict(section) for section in sections]


def as_text(content: dict[str, Any]) -> str:
    """All words of a letter or an agreement, one line each: what is compared when a text changes."""
    lines = [content["title"], content["lead"], *content.get("recipient", [])]
    lines += [f"{label}: {value}" for label, value in content.get("meta", [])]
    for section in content["sections"]:
        lines += ["", f"## {section['heading']}"]
        lines += [f"{label}: {value}" for label, value in section["rows"]]
        lines += section["paragraphs"]
        lines += [f"- {bullet}" for bullet in section["bullets"]]
        heads = [section["head"]] if section["head"] else []
        lines += [" | ".join(row) for row in (*heads, *section["table"])]
        lines += section["closing"]
    lines += ["", *content.get("signature", [])]
    return "\n".join(str(line) for line in lines) + "\n"


def filled(rows: Sequence[tuple[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """The rows that have something to say."""
    return tuple((label, value) for label, value in rows if value)
