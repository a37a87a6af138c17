"""Which frame, way of working and numbers of the law a municipality has on a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed
from brobygger.analysis.rates import effect_rates, shipped_rates
from brobygger.law import parameters as law
from brobygger.payment.parameters import money_parameters
from brobygger.rulebook.frames import Frame, WayOfWorking
from brobygger.rulebook.models import LocalFrame, LocalParameter, LocalWayOfWorking
from brobygger.values.moment import danish_day
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source

_BEFORE_ANY_FRAME = Frame(name="Ingen ramme", period=Period(date(2003, 1, 1)))


def municipality_of(user: User) -> int:
    """The border the user works inside. Raises NotAllowed for somebody without a municipality."""
    if user.municipality_id is None:
        raise NotAllowed(_("Du hører ikke til nogen kommune."))
    return user.municipality_id


def frames_visible_to(user: User) -> QuerySet[LocalFrame]:
    """The municipality's frames, the latest first."""
    found = LocalFrame.objects.filter(municipality_id=municipality_of(user))
    return found.select_related("recorded_by").order_by("-valid_from")


def ways_visible_to(user: User) -> QuerySet[LocalWayOfWorking]:
    """The municipality's ways of working, the latest first."""
    found = LocalWayOfWorking.objects.filter(municipality_id=municipality_of(user))
    return found.select_related("recorded_by").order_by("-valid_from")


def frame_on(user: User, on: date) -> Frame:
    """The municipality's frame on a date; one without limits where none has been set."""
    row = frames_visible_to(user).filter(valid_from__lte=on).first()
    return to_frame(row) if row else _BEFORE_ANY_FRAME


def way_on(user: User, on: date) -> WayOfWorking:
    """Who grants on a date; the consultant where nothing has been set."""
    row = ways_visible_to(user).filter(valid_from__lte=on).first()
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


# Numbers of the law


def parameters_visible_to(user: User) -> QuerySet[LocalParameter]:
    """The numbers the municipality has recorded, in the order they were."""
    return recorded_in(municipality_of(user))


def recorded_in(municipality_id: int) -> QuerySet[LocalParameter]:
    """As ``parameters_visible_to``, for a job that works for one municipality."""
    found = LocalParameter.objects.filter(municipality_id=municipality_id)
    return found.select_related("recorded_by").order_by("recorded_at", "id")


def numbers_of(user: User) -> law.Parameters:
    """The numbers of the law that count in the user's municipality. One query."""
    return overlay(parameters_visible_to(user))


def money_numbers_of(user: User) -> law.Parameters:
    """As ``numbers_of``, with the numbers of the money beside those of the law. One query."""
    recorded = parameters_visible_to(user)
    return money_parameters().with_local([to_row(each) for each in recorded if not is_rate(each.parameter)])


def rates_of(municipality_id: int) -> law.Parameters:
    """The rates an effect is priced with: those shipped and the municipality's own. One query.

    The numbers of the law beside them, the refund ladder among them, are as shipped: a ladder recorded in words cannot
    be counted with.
    """
    return with_rates(recorded_in(municipality_id))


def with_rates(rows: Iterable[LocalParameter]) -> law.Parameters:
    """The shipped rates with those of the recorded rows that are about rates on top."""
    return effect_rates().with_local([to_row(each) for each in rows if is_rate(each.parameter)])


def is_rate(parameter: str) -> bool:
    """Whether it is a rate for what an effect is worth, and no number of the law."""
    return parameter in shipped_rates()


def recordable() -> dict[str, law.Parameter]:
    """What may be recorded, by id: the law's numbers with rows of their own, then the rates."""
    own = {key: each for key, each in law.parameters().items() if not each.series}
    return {**own, **{each.id: each for each in rates_in_order()}}


_AFTER_BENEFITS = (
    *("discount.first", "discount.middle", "discount.last"),
    *("national.net_tax_factor", "national.tax_distortion"),
)


def rates_in_order() -> list[law.Parameter]:
    """The shipped rates as people look for them: benefits by name, then what is discounted with."""
    rates = shipped_rates()
    benefits = sorted((rates[key] for key in rates.keys() - {*_AFTER_BENEFITS}), key=lambda each: each.text)
    return [*benefits, *(rates[key] for key in _AFTER_BENEFITS)]


def overlay(rows: Iterable[LocalParameter], *, known_at: datetime | None = None) -> law.Parameters:
    """The shipped numbers with the recorded rows on top; ``known_at`` leaves out what was recorded after it.

    Rows about rates are no numbers of the law and are left out.
    """
    about_law = (each for each in rows if not is_rate(each.parameter))
    known = [to_row(each) for each in about_law if known_at is None or each.recorded_at <= known_at]
    return law.with_local(known) if known else law.shipped()


def to_row(row: LocalParameter) -> law.LocalParameterRow:
    """The row as the law reads it."""
    return law.LocalParameterRow(
        parameter_id=row.parameter,
        start=row.valid_from,
        source=Source(row.source_act, row.source_paragraph, row.source_url, Confidence(row.certainty)),
        recorded_on=danish_day(row.recorded_at),
        amount=row.amount,
        text=row.words,
        note=row.note,
    )
