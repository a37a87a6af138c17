"""What the demonstration's other municipalities share is of the kind that a run shares, and can be read as it is."""

from __future__ import annotations

from datetime import date

import numpy as np

from brobygger.analysis.disclosure import FLOOR
from brobygger.effects.figures.alike import CONDITIONS, Place, among, large_enough, shared_record
from brobygger.effects.figures.cohort import AGES
from brobygger.web.demo import results

STATUS = {"people": 0, "points": ["start", "m12"], "cells": {}}


def records(count: int = 12) -> list[dict[str, object]]:
    return [
        results._record(np.random.default_rng([results.OWN_SEED, 9011 + number])) for number in range(count)
    ]


def test_drawn_figures_have_everything_that_is_shared() -> None:
    made = shared_record(STATUS, {"cells": {}}, {}, {})
    for drawn in records():
        assert drawn.keys() == made.keys() and drawn["ages"] == list(AGES)
        assert drawn["conditions"].keys() == set(CONDITIONS)  # type: ignore[attr-defined]
        assert sum(drawn["people"]) == drawn["all"]  # type: ignore[call-overload]
        assert all(each is None or each >= FLOOR for each in drawn["well"])  # type: ignore[attr-defined]


def test_drawn_municipalities_vary_and_can_stand_beside_each_other() -> None:
    places = [Place(key, f"Sted {key}", date(2025, 7, 1), 12, drawn) for key, drawn in enumerate(records())]
    found = among(3, large_enough(places))
    assert found is not None and len(found.places) == 12
    assert 0.05 < np.ptp(found.figures.ratio) < 1
    assert records() == records()
