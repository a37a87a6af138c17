"""The languages citizens are known to need, and which of them the product can show today."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale

LIST = Path(__file__).parent / "data" / "languages.csv"
OWN = "da"
"""The language the texts are written in; always there."""
ON_FROM_THE_START = frozenset({"en"})


@dataclass(frozen=True)
class Language:
    """``name`` is Danish, ``own_name`` what its speakers call it. ``is_ready``: there is a catalogue of texts."""

    code: str
    name: str
    own_name: str
    is_right_to_left: bool
    is_ready: bool


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """All languages of the list by code, Danish first."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = [_language(row) for row in csv.DictReader(file, delimiter=";")]
    return {each.code: each for each in rows}


def is_ready(code: str) -> bool:
    known = languages().get(code)
    return known is not None and known.is_ready


def _language(row: dict[str, str]) -> Language:
    code = row["kode"]
    return Language(code, row["dansk_navn"], row["eget_navn"], row["retning"] == "rtl", _has_texts(code))


def _has_texts(code: str) -> bool:
    """Danish is what the texts are; another language has a compiled catalogue of its own."""
    names = [Path(place) / to_locale(code) / "LC_MESSAGES" / "django.mo" for place in settings.LOCALE_PATHS]
    return code == OWN or (code in dict(settings.LANGUAGES) and any(name.exists() for name in names))
