"""How hard a text is to read."""

from __future__ import annotations

import re

LONG_WORD = 6
"""Letters; a word with more counts as long."""

_SENTENCE_ENDS = re.compile(r"[.!?:]+(?=\s+[^\sa-zæøå0-9]|\s*$)|\n{2,}")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def lix(text: str) -> float:
    """Readability: words a sentence plus the per cent of words longer than six letters; 0 for no words.

    Under 25 reads like a children's book, under 35 is easy, over 55 is hard. A blank line ends a sentence as a full
    stop does, so that headings and buttons count as sentences of their own; a stop before a figure or a small letter,
    as in "kl. 10" and "3. maj", ends nothing. Source: C. H. Björnsson, Läsbarhet, 1968.

    >>> lix("Du kan sige ja. Du kan sige nej.")
    4.0
    >>> round(lix("Mentorbevillingens forlængelse foreligger."))
    103
    """
    sentences = [words for part in _SENTENCE_ENDS.split(text) if (words := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    long_words = sum(len(word) > LONG_WORD for word in words)
    return len(words) / len(sentences) + 100 * long_words / len(words)
