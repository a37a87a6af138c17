"""Extraction of the Danish texts into the English catalogue, without system tools.

Python is read with Babel; templates are first turned into Python-like text by Django's own ``templatize``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
FIRST = datetime(2026, 11, 22, tzinfo=UTC)
"""A fixed date in the header, so that the file changes only where a text does."""
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy", "npgettext"}
WITH_CONTEXT = {"pgettext", "npgettext"}
Text = str | tuple[str, ...]


def extracted(package: Path = PACKAGE) -> Catalog:
    """All texts of the source, with where they stand."""
    catalogue = Catalog(
        locale="en",
        domain="django",
        fuzzy=False,
        project="Brobygger",
        version="1",
        header_comment="# The English texts of Brobygger. Kept in step by `brobygger messages`.",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="English",
        creation_date=FIRST,
        revision_date=FIRST,
    )
    for file in sorted([*package.rglob("*.py"), *package.rglob("templates/**/*.html")]):
        if "migrations" in file.parts:
            continue
        place = str(file.relative_to(package))
        for line, context, message in _messages(file):
            catalogue.add(message, locations=[(place, line)], context=context, flags=_flags(message))
    return catalogue


def current() -> Catalog:
    """The English catalogue as it stands."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def missing_and_left_over(package: Path = PACKAGE) -> tuple[list[str], list[str]]:
    """Texts that have no English, and catalogue entries that no text uses any more."""
    wanted = {_key(message) for message in extracted(package) if message.id}
    have = {_key(message): message for message in current() if message.id}
    untranslated = [key for key in wanted if key not in have or not _is_translated(have[key].string)]
    return sorted(map(str, untranslated)), sorted(str(key) for key in have if key not in wanted)


def update() -> int:
    """Writes the catalogue anew, keeping every translation; returns how many texts still lack one."""
    fresh = extracted()
    known = {_key(message): message.string for message in current()} if CATALOGUE.exists() else {}
    for message in fresh:
        if message.id and (translation := known.get(_key(message))):
            message.string = translation
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(
            file,
            fresh,
            width=110,
            sort_output=True,
            omit_header=False,
            no_location=True,
            ignore_obsolete=True,
        )
    return sum(1 for message in fresh if message.id and not _is_translated(message.string))


def _messages(file: Path) -> Iterator[tuple[int, str | None, Text]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        # What templatize leaves of the markup's indentation is none to Python.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).splitlines())
    keywords: dict[str, Any] = dict.fromkeys(SINGULAR | PLURAL | WITH_CONTEXT)
    for line, function, arguments, _comments in extract_python(BytesIO(text.encode()), keywords, [], {}):
        several: Any = arguments  # a text alone, or a tuple of them
        texts = [str(each) for each in ((several,) if isinstance(several, str) else several) if each]
        context = texts.pop(0) if function in WITH_CONTEXT else None
        message: Text = tuple(texts[:2]) if function in PLURAL else texts[0] if texts else ""
        if message:
            yield line, context, message


def _key(message: object) -> tuple[str, str]:
    identity = message.id  # type: ignore[attr-defined]
    first = identity[0] if isinstance(identity, tuple) else identity
    return (message.context or "", first)  # type: ignore[attr-defined]


def _flags(message: Text) -> list[str]:
    first = message if isinstance(message, str) else message[0]
    return ["python-format"] if "%(" in first else []


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)
