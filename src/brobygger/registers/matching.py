"""Which citizen each person of a file is: by the blind index, so that no number is stored or shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brobygger.analysis.register_progress import Progress, silent
from brobygger.people import vault
from brobygger.people.models import CprNumber

DIGITS = 10
AT_A_TIME = 20_000

Keys = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matched:
    """``citizen`` (n,): the primary key for each row, 0 where the municipality knows nobody of that number."""

    citizen: Keys

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        return self.citizen > 0

    @property
    def unknown_rows(self) -> int:
        return int((self.citizen == 0).sum())

    def first_of_each(self) -> tuple[Keys, Keys]:
        """Rows and citizens, each citizen once: where a number is written in two ways the first row counts."""
        rows = np.flatnonzero(self.known)
        citizens, first = np.unique(self.citizen[rows], return_index=True)
        return rows[first], citizens


def match(persons: npt.NDArray[np.str_], municipality_id: int, progress: Progress = silent) -> Matched:
    """Looks each different person up once. Runs in the context of the municipality: others' numbers are not seen.

    ``progress`` is told the share of the persons that have been looked up.
    """
    known = {
        bytes(index): citizen
        for index, citizen in CprNumber.objects.filter(municipality_id=municipality_id)
        .values_list("blind_index", "citizen_id")
        .iterator(chunk_size=AT_A_TIME)
    }
    texts, place = np.unique(persons, return_inverse=True)
    found = np.zeros(len(texts), dtype=np.int64)
    for low in range(0, len(texts), AT_A_TIME):
        some = texts[low : low + AT_A_TIME].tolist()
        found[low : low + len(some)] = [known.get(_index(text, municipality_id), 0) for text in some]
        progress((low + len(some)) / len(texts))
    return Matched(found[place])


def _index(text: str, municipality_id: int) -> bytes:
    """The blind index of a number as registers write it: with a hyphen, or as a number that lost its first zero."""
    digits = text.replace("-", "").replace(" ", "").zfill(DIGITS)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return b""
    return vault.blind_index(digits, municipality_id)
