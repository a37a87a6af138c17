"""How frames and numbers of the law are shown: in words, and which row holds today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.law.information import INFORMATION, Information
from brobygger.law.parameters import Parameters, ParameterValue, Status
from brobygger.law.parameters import parameters as shipped_series
from brobygger.law.wording import number
from brobygger.rulebook import selectors
from brobygger.rulebook.frames import REAL_FRAMES, Frame, format_kroner
from brobygger.rulebook.models import LocalFrame, LocalParameter, LocalWayOfWorking
from brobygger.values.duration import format_minutes
from brobygger.values.period import Period
from brobygger.values.source import Source


@dataclass(frozen=True)
class Dated:
    """A dated row and where it stands: now, before or to come."""

    row: LocalFrame | LocalWayOfWorking
    words: str
    state: str
    label: str


def frames(user: User, today: date) -> list[Dated]:
    rows = list(selectors.frames_visible_to(user))
    current = next((row.pk for row in rows if row.valid_from <= today), None)
    return [_dated(row, limits_in_words(selectors.to_frame(row)), current, today) for row in rows]


def ways(user: User, today: date) -> list[Dated]:
    rows = list(selectors.ways_visible_to(user))
    current = next((row.pk for row in rows if row.valid_from <= today), None)
    return [_dated(row, row.get_way_display(), current, today) for row in rows]


def _dated(row: LocalFrame | LocalWayOfWorking, words: str, current: int | None, today: date) -> Dated:
    if row.pk == current:
        return Dated(row, words, "current", _("Gælder nu"))
    if row.valid_from > today:
        return Dated(row, words, "planned", _("Kommer"))
    return Dated(row, words, "expired", _("Afløst"))


def limits_in_words(frame: Frame) -> str:
    """ "højst 3 måneder ad gangen, højst 5 t. om ugen, mere af en leder"."""
    limits: list[str] = []
    if months := frame.max_months:
        limits.append(
            ngettext("højst %(n)d måned ad gangen", "højst %(n)d måneder ad gangen", months) % {"n": months}
        )
    if weeks := frame.max_weeks:
        limits.append(ngettext("højst %(n)d uge", "højst %(n)d uger", weeks) % {"n": weeks})
    if minutes := frame.max_minutes_per_week:
        limits.append(_("højst %(hours)s om ugen") % {"hours": format_minutes(minutes)})
    if minutes := frame.max_minutes_total:
        limits.append(_("højst %(hours)s i alt") % {"hours": format_minutes(minutes)})
    if rate := frame.max_hourly_rate:
        limits.append(_("højst %(rate)s i timen") % {"rate": format_kroner(rate)})
    if kroner := frame.max_kroner_total:
        limits.append(_("højst %(kroner)s i alt") % {"kroner": format_kroner(kroner)})
    if frame.training_budget is not None:
        limits.append(
            _("heraf højst %(kroner)s til kursus") % {"kroner": format_kroner(frame.training_budget)}
        )
    return ", ".join(limits) or _("ingen grænser")


def starting_points(on: date) -> list[Frame]:
    """The three real frames one can start from."""
    return [make(Period(on)) for make in REAL_FRAMES]


def starting_point(number: str, on: date) -> Frame | None:
    """The frame chosen in the address, if it is one of them."""
    points = starting_points(on)
    return points[int(number) - 1] if number in {"1", "2", "3"} else None


# Numbers of the law


@dataclass(frozen=True)
class NumberRow:
    """One dated row of a number. ``by`` is who recorded it, '' for what the product came with."""

    start: date
    value: str
    state: str
    label: str
    source: Source
    confirmed: bool
    note: str
    by: str
    recorded_on: date | None


@dataclass(frozen=True)
class Number:
    id: str
    text: str
    rows: list[NumberRow]
    is_open: bool

    @property
    def open_note(self) -> str:
        return _("ikke bekræftet i dag") if self.is_open else ""


def numbers(user: User, today: date) -> list[Number]:
    """Every number with all its rows, the latest first, those recorded here beside those of the product."""
    recorded = list(selectors.parameters_visible_to(user))
    overlay = selectors.overlay(recorded)
    names = {_key_of(each): each.recorded_by.name if each.recorded_by else "" for each in recorded}
    own = [each for each in shipped_series().values() if not each.series]
    return [_number(each.id, each.text, overlay, names, today) for each in own]


_Key = tuple[str, date, str, Decimal | None, str]


def _key_of(row: LocalParameter) -> _Key:
    return (row.parameter, row.valid_from, str(selectors.to_row(row).source), row.amount, row.words)


def _number(
    parameter_id: str,
    text: str,
    overlay: Parameters,
    names: dict[_Key, str],
    today: date,
) -> Number:
    rows = overlay.rows(parameter_id)
    counting = {value.start: value for value in rows}
    begun = [start for start in counting if start <= today]
    now = counting[max(begun)] if begun else None
    shown = [
        _number_row(value, counting[value.start] is value, value is now, today, names)
        for value in reversed(rows)
    ]
    return Number(parameter_id, text, shown, is_open=now is not None and not now.is_confirmed)


def _number_row(
    value: ParameterValue, counts: bool, is_now: bool, today: date, names: dict[_Key, str]
) -> NumberRow:
    state, label = _standing(value, counts, is_now, today)
    return NumberRow(
        start=value.start,
        value=value_in_words(value),
        state=state,
        label=label,
        source=value.source,
        confirmed=value.is_confirmed,
        note=value.note,
        by=names.get((value.id, value.start, str(value.source), value.amount, value.text), ""),
        recorded_on=value.recorded_on,
    )


def _standing(value: ParameterValue, counts: bool, is_now: bool, today: date) -> tuple[str, str]:
    if not counts:
        return "superseded", _("Går ikke forud")
    if value.start > today:
        return "planned", _("Kommer")
    if not is_now:
        return "expired", _("Afløst")
    if value.status is Status.ENDED:
        return "ended", _("Ophørt")
    return ("current", _("Gælder nu")) if value.is_confirmed else ("cannot_tell", _("Ikke bekræftet"))


def value_in_words(value: ParameterValue) -> str:
    """ "6 måneder", "fra uge 5: 40 procent", "ikke bekræftet"; a figure of a bill stands in brackets."""
    if value.amount is not None:
        return f"{number(value.amount.normalize())} {units()[value.unit]}"
    if value.steps:
        step = _("fra uge %(week)s: %(percent)s procent")
        return "; ".join(step % {"week": each.week, "percent": number(each.amount)} for each in value.steps)
    if value.draft is not None:
        return _("[%(figure)s] kun i et udkast") % {"figure": f"{number(value.draft)} {units()[value.unit]}"}
    words = {
        Status.NOT_CONFIRMED: _("ikke bekræftet"),
        Status.ENDED: _("ophørt"),
        Status.EXAMPLE: _("kun et eksempel"),
    }
    return ": ".join(part for part in (words.get(value.status, ""), value.text) if part)


def units() -> dict[str, str]:
    """What the numbers of the law are counted in, in words by the law's own name of the unit."""
    return {
        "months": _("måneder"),
        "days": _("dage"),
        "weeks": _("uger"),
        "periods": _("perioder"),
        "employees": _("ansatte"),
        "percent": _("procent"),
        "hours a week": _("timer om ugen"),
        "million kroner a year": _("mio. kr. om året"),
        "kroner per full-time person": _("kr. pr. fuldtidsperson"),
    }


def not_confirmed(today: date) -> list[Information]:
    """What nobody has been able to confirm and that holds today."""
    return [each for each in INFORMATION.values() if each.chapter == "N" and today in each.in_force]
