"""Areas of Statistics Denmark's table that use activation as one's own does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from brobygger.analysis.outside_totals import OutsideTotal, OutsideTotals, period_of
from brobygger.analysis.register_report import ImportReport
from brobygger.effects.figures.outside import alike_areas

KINDS = ("MEK Mentor, kontanthjælp", "VIR Virksomhedspraktik", "OPK Opkvalificering")
OWN = "Sted 00 Kommune"
NEAR = [f"Sted {number:02}" for number in range(1, 9)]
FAR = [f"Sted {number:02}" for number in range(9, 30)]
WHOLE = "Hele landet"
Use = dict[str, list[float]]


def use_of_activation() -> Use:
    """Eight that use each kind nearly as much as one's own does; the rest use more or less of some kind."""
    rng = np.random.default_rng(2)
    found = {"Sted 00": [20.0, 300.0, 150.0], WHOLE: [600.0, 9000.0, 4500.0]}
    found |= {area: [20 + rng.random(), 300 + rng.random(), 150 + rng.random()] for area in NEAR}
    far = np.exp(rng.choice([-1, 1], size=(len(FAR), 3)) * rng.uniform(0.7, 1.5, size=(len(FAR), 3)))
    return found | {area: (row * [20, 300, 150]).tolist() for area, row in zip(FAR, far, strict=True)}


def table(use: Use, label: str = "2025") -> OutsideTotals:
    period = period_of(label)
    assert period is not None
    rows = [
        OutsideTotal({"OMRÅDE": area, "INDSATS": kind}, label, period, value, False, 1)
        for area, values in use.items()
        for kind, value in zip(KINDS, values, strict=True)
    ]
    report = ImportReport.__new__(ImportReport)
    return OutsideTotals("AUK03", "Aktivering", date(2026, 11, 1), ("OMRÅDE", "INDSATS"), tuple(rows), report)


def areas(found: list[tuple[str, str, float | None]]) -> list[str]:
    return [area for area, _period, _value in found]


def test_one_s_own_first_then_the_eight_nearest() -> None:
    use = use_of_activation()
    found = alike_areas(table(use), OWN)
    assert areas(found)[0] == "Sted 00" and set(areas(found)[1:]) == set(NEAR)
    assert [(period, value) for _area, period, value in found] == [
        ("2025", use[area][0]) for area in areas(found)
    ]


def test_who_resembles_follows_the_use_of_activation_and_not_the_name() -> None:
    """The control: one of the far now uses activation as one's own does, and one of the near no longer does."""
    use = use_of_activation()
    use["Sted 29"], use["Sted 08"] = use["Sted 08"], use["Sted 29"]
    found = alike_areas(table(use), OWN)
    assert set(areas(found)[1:]) == {*NEAR[:-1], "Sted 29"}


def test_nothing_without_enough_areas_or_without_one_s_own() -> None:
    use = use_of_activation()
    eight = {name: use[name] for name in ("Sted 00", *NEAR[:-1], WHOLE)}
    assert alike_areas(table(eight), OWN) == [], "Eight areas leave seven others."
    assert len(alike_areas(table({**eight, "Sted 08": use["Sted 08"]}), OWN)) == 9
    assert alike_areas(table(use), "Fjernby Kommune") == []
    assert alike_areas(table(use), "") == []
    assert alike_areas(replace(table(use), dimensions=("KØN", "INDSATS")), OWN) == []


def test_only_the_newest_published_figures_count() -> None:
    newest = table(use_of_activation())
    older = table({area: values[::-1] for area, values in use_of_activation().items()}, "2024")
    found = alike_areas(replace(newest, rows=(*older.rows, *newest.rows)), OWN)
    assert found == alike_areas(newest, OWN) != alike_areas(older, OWN)
