"""From the lots that were drawn in the system to the rows their results are made from."""

from __future__ import annotations

from collections.abc import Iterable

from brobygger.effects.figures.lots import Lot
from brobygger.evaluations import selectors as evaluations
from brobygger.evaluations.models import Evaluation
from brobygger.evaluations.selectors import LotteryRows
from brobygger.values.moment import danish_day


def lots_in(municipality_id: int, keys: Iterable[str]) -> list[Lot]:
    """These drawn lots, with what their protocols laid down; the caller has set the context."""
    return [_lot(*each) for each in evaluations.drawn_lotteries(municipality_id, keys)]


def _lot(evaluation: Evaluation, rows: LotteryRows) -> Lot:
    assert evaluation.registered_at is not None
    return Lot(
        key=str(evaluation.public_id),
        name=evaluation.name,
        question=evaluation.question,
        outcome=evaluation.outcome,
        horizon=evaluation.horizon_weeks,
        base=float(evaluation.base) / 100,
        relevant=float(evaluation.relevant) / 100,
        registered_on=danish_day(evaluation.registered_at),
        drawn_on=rows.drawn_on,
        protocol_sha256=evaluation.protocol_sha256,
        declared=frozenset(evaluation.subgroups),
        citizen=rows.person,
        drawn=rows.treated,
        strata=rows.strata,
        took_part=rows.took_part,
        groups=rows.groups,
    )
