"""The leader's figures are asked for, so that the worker makes them of the generated registers at once."""

from __future__ import annotations

import numpy as np

from brobygger.web.demo.chain import Tables, Town
from brobygger.web.demo.copying import Table
from brobygger.web.demo.drawing import as_days, instants

EARLY = 2 * 60
"""Minutes after midnight."""


def asked(town: Town) -> Tables:
    """One run that waits."""
    today = np.full(1, as_days(town.today))
    table: Table = {
        "id": town.ids.take("effects_resultrun", 1),
        "municipality_id": town.municipality_id,
        "public_id": town.draw.public_ids(1),
        "on": today,
        "asked_at": instants(today, EARLY),
        "asked_by_id": None,
        "code_version": "",
        "seed": 0,
        "trouble": "",
    }
    return [("effects_resultrun", table, 1)]
