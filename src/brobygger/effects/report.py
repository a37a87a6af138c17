"""All pages as one PDF, tagged for screen readers and archives. Danish, as an authority's documents are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation

from brobygger.accounts.models import Municipality
from brobygger.effects.presenters import words
from brobygger.effects.presenters.blocks import Block, Page, Table
from brobygger.effects.presenters.reading import period_words
from brobygger.effects.printing import on_paper
from brobygger.effects.selectors import Shown
from brobygger.grants.letters.render import compile_pdf
from brobygger.ui.formats import danish_date

HERE = Path(__file__).parent


def make_pdf(shown: Shown, pages: Sequence[Page], municipality: Municipality, *, at: datetime) -> bytes:
    """The report. The same figures and instant give the same bytes."""
    with translation.override("da"):
        content = content_of(shown, pages, municipality)
    return compile_pdf(HERE / "report.typ", content, root=HERE.parent, at=at)


def content_of(shown: Shown, pages: Sequence[Page], municipality: Municipality) -> dict[str, Any]:
    """What the template draws."""
    made = shown.run.finished_at or shown.run.asked_at
    about = period_words(shown.period) if shown.period else ""
    return {
        "title": f"Resultater af mentorforløb i {municipality.name}",
        "keywords": ["mentorstøtte", "resultater"],
        "sender": {"name": municipality.name, "contact": ""},
        "lead": f"Forløb, der sluttede {about}. Regnet ud {danish_date(made)}." if about else "",
        "pages": [_page(page) for page in pages],
        "footer": f"{municipality.name} · Resultater · {danish_date(made)}",
    }


def _page(page: Page) -> dict[str, Any]:
    return {
        "title": page.title,
        "blocks": [_block(block) for block in page.blocks],
        "how": [[label, text] for label, text in page.how[:2]],
    }


def _block(block: Block) -> dict[str, Any]:
    word = (
        f"{block.word}: {words.word_means(block.word)}"
        if block.word
        else ("Antagelse" if block.is_assumed else "")
    )
    gate = [[check["name"], check["label"], check["sentence"]] for check in block.gate]
    return {
        "heading": block.heading,
        "word": word,
        "sentences": [each for each in (*block.sentences, *block.notes) if each],
        "picture": on_paper(block),
        "table": _table(block.table),
        "gate": gate,
    }


def _table(table: Table | None) -> dict[str, Any] | None:
    if table is None or not table.rows:
        return None
    numbers = [is_number for _name, is_number in table.columns]
    return {
        "caption": table.caption,
        "head": list(table.head),
        "numbers": numbers,
        "rows": [[cell.text for cell in row] for row in table.rows],
    }
