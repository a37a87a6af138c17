"""What a page of figures is made of; the screen, the PDF and the CSV are drawn from the same."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from brobygger.effects.presenters import words
from brobygger.ui.charts import Point


@dataclass(frozen=True)
class Cell:
    """A cell of a table: what stands there, the cases behind it, and whether it is a number."""

    text: str
    url: str = ""
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """Head and rows; the first cell of a row is its heading."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Each heading, and whether numbers stand under it."""
        numbers = [
            any(len(row) > at and row[at].is_number for row in self.rows) for at in range(len(self.head))
        ]
        return list(zip(self.head, numbers, strict=True))

    def as_csv(self) -> str:
        """For a Danish spreadsheet: semicolons; write it as UTF-8 with a byte order mark."""
        file = io.StringIO()
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(self.head)
        writer.writerows([[cell.text for cell in row] for row in self.rows])
        return file.getvalue()


@dataclass(frozen=True)
class Block:
    """A part of a page under one of the three words: sentences first, then the picture, then the table.

    ``picture`` has a ``kind`` that names its template; ``points`` is a bar chart; ``links`` are words and address.
    ``anchor`` is what other pages link to.
    """

    heading: str
    word: str = ""
    sentences: Sequence[str] = ()
    picture: dict[str, Any] | None = None
    points: Sequence[Point] = ()
    table: Table | None = None
    notes: Sequence[str] = ()
    gate: Sequence[dict[str, str]] = ()
    figures: Sequence[dict[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    is_assumed: bool = False
    anchor: str = ""

    @property
    def word_label(self) -> str:
        return words.word(self.word)

    @property
    def word_meaning(self) -> str:
        return words.word_means(self.word)

    @property
    def template(self) -> str:
        """The template of the picture."""
        return f"effects/pictures/{self.picture['kind']}.html" if self.picture else ""


@dataclass(frozen=True)
class Page:
    """A page: its name, its parts, and how it was computed."""

    key: str
    title: str
    blocks: Sequence[Block]
    how: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def numbered(self) -> list[tuple[Block, int]]:
        """Each part with the number of its table among the page's tables, 0 without one."""
        numbers = itertools.count(1)
        return [(block, next(numbers) if block.table else 0) for block in self.blocks]
