"""Citizens on a benefit who never had a mentor. Without them there is nobody to compare those with a mentor with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brobygger.web.demo.cases import CODES, GROUPS
from brobygger.web.demo.chain import Tables, Town
from brobygger.web.demo.copying import Array, Pool
from brobygger.web.demo.people import Citizens, make_citizens


@dataclass(frozen=True)
class Waiting:
    """``group`` (W,) is each one's target group, as that of a mentorship."""

    citizens: Citizens
    group: Array


def make_waiting(town: Town, count: int, born: Array) -> tuple[Waiting, Tables]:
    """As old as those with a mentor (``born``), in the same target groups, and with the same consultants."""
    draw, cases = town.draw.apart(), town.cases
    like = draw.whole(0, cases.count, count)
    group, consultant = cases.group[like], cases.consultant[like]
    present = np.array([CODES.index(code) for _, code, *_ in GROUPS])
    citizens, tables = make_citizens(
        draw,
        town.ids,
        town.municipality_id,
        born=born[cases.citizen[like]],
        groups=Pool(CODES, present[group]),
        consultants=town.staff.consultants[consultant],
        teams=town.staff.teams[consultant],
        others_born=born,
    )
    return Waiting(citizens, group), tables
