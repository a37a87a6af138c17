"""Which frame and way of working a municipality has on a date."""

from __future__ import annotations

from datetime import date

from brobygger.accounts.models import User
from brobygger.rulebook.frames import Frame, WayOfWorking
from brobygger.rulebook.models import LocalFrame, LocalWayOfWorking
from brobygger.values.period import Period

_BEFORE_ANY_FRAME = Frame(name="Ingen ramme", period=Period(date(2003, 1, 1)))


def frame_on(user: User, on: date) -> Frame:
    """The municipality's frame on a date; one without limits where none has been set."""
    rows = LocalFrame.objects.filter(municipality_id=user.municipality_id, valid_from__lte=on)
    row = rows.order_by("-valid_from").first()
    return to_frame(row) if row else _BEFORE_ANY_FRAME


def way_on(user: User, on: date) -> WayOfWorking:
    """Who grants on a date; the consultant where nothing has been set."""
    rows = LocalWayOfWorking.objects.filter(municipality_id=user.municipality_id, valid_from__lte=on)
    row = rows.order_by("-valid_from").first()
    return WayOfWorking(row.way) if row else WayOfWorking.CONSULTANT_GRANTS


def to_frame(row: LocalFrame) -> Frame:
    return Frame(
        name=row.name,
        period=Period(row.valid_from),
        max_months=row.max_months,
        max_weeks=row.max_weeks,
        max_minutes_per_week=row.max_minutes_per_week,
        max_minutes_total=row.max_minutes_total,
        max_kroner_total=row.max_kroner_total,
        max_hourly_rate=row.max_hourly_rate,
        training_budget=row.training_budget,
        exceeded_by=row.exceeded_by,
    )
