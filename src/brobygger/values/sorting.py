"""Danish alphabetical order: æ, ø, å last, aa as å, capitals beside small letters."""

from __future__ import annotations

import unicodedata

_LAST = {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"}


def danish_sort_key(text: str) -> str:
    """A key for ``sorted``.

    >>> sorted(["Ørsted", "Aabenraa", "Ærø", "Zorn"], key=danish_sort_key)
    ['Zorn', 'Ærø', 'Ørsted', 'Aabenraa']
    """
    folded = unicodedata.normalize("NFC", text).casefold().replace("aa", "å")
    return "".join(_LAST.get(letter) or _plain(letter) for letter in folded)


def _plain(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
