"""When two imports tell of the same week: the one with the newest data holds, and nothing is doubled.

Of two imports with data as of the same day, the one imported last holds. An older file that comes late fills only
weeks no newer one covers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brobygger.analysis.codes import BLANK, NOT_SEEN
from brobygger.analysis.panel import Panel, segments
from brobygger.analysis.register_rows import highest

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Spells:
    """Weeks ``[start, stop)`` of citizens, as columns; ``told_by`` is the import's key, ``code`` is empty for blank."""

    citizen: Ints
    start: Ints
    stop: Ints
    code: npt.NDArray[np.str_]
    told_by: Ints

    def __len__(self) -> int:
        return len(self.citizen)

    @property
    def weeks(self) -> int:
        return int((self.stop - self.start).sum())

    def take(self, chosen: npt.NDArray[np.generic]) -> Spells:
        return Spells(
            self.citizen[chosen],
            self.start[chosen],
            self.stop[chosen],
            self.code[chosen],
            self.told_by[chosen],
        )


def spells_of(panel: Panel, rows: Ints, citizens: Ints, told_by: int) -> Spells:
    """What a panel tells of some of its rows, blank weeks too, without the weeks it did not see."""
    chosen = panel.only(rows)
    person, start, stop = segments([chosen])
    status = chosen.status_at(person, start)
    names = chosen.names(status)
    kept = names != NOT_SEEN
    code = np.where(names == BLANK, "", names)[kept]
    return Spells(
        citizens[person[kept]],
        start[kept].astype(np.int64),
        stop[kept].astype(np.int64),
        code,
        np.full(int(kept.sum()), told_by, dtype=np.int64),
    )


def merged(spells: Spells, rank: dict[int, int]) -> Spells:
    """One spell for each week: that of the import with the lowest rank. Touching spells of one import are joined."""
    if not len(spells):
        return spells
    citizens, person = np.unique(spells.citizen, return_inverse=True)
    codes, code = np.unique(spells.code, return_inverse=True)
    pair = spells.told_by * len(codes) + code
    pairs, status = np.unique(pair, return_inverse=True)
    told_by = pairs // len(codes)
    ranks = np.array([rank[int(key)] for key in told_by], dtype=np.int64)
    person32 = person.astype(np.int32)
    who, start, stop, chosen = highest(
        person32, spells.start.astype(np.int32), spells.stop.astype(np.int32), status, ranks
    )
    joined = Panel.build(
        person=who,
        start=start,
        stop=stop,
        status=chosen,
        codes=[str(each) for each in pairs.tolist()],
        persons=len(citizens),
        first_week=int(start.min()),
        stop_week=int(stop.max()),
    )
    return Spells(
        citizens[joined.person],
        joined.start.astype(np.int64),
        joined.stop.astype(np.int64),
        codes[pairs[joined.status] % len(codes)],
        told_by[joined.status],
    )
