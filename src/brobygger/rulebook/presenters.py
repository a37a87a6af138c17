"""How frames and numbers of the law are shown: in words, and which row holds today."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from brobygger.rulebook.words import units
from brobygger.ui.formats import number as grouped
from brobygger.values.duration import format_minutes
from brobygger.values.period import Period
from brobygger.values.source import Confidence, Source


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
    certainty: str = ""


@dataclass(frozen=True)
class Number:
    """A number with all its rows. ``code`` is what the law calls it, '' for a rate; ``year`` that of an old rate."""

    id: str
    text: str
    rows: list[NumberRow]
    is_open: bool
    code: str = ""
    year: int | None = None

    @property
    def open_note(self) -> str:
        if self.is_open:
            return _("ikke bekræftet i dag")
        return _("den nyeste er fra %(year)s") % {"year": self.year} if self.year else ""


def numbers(user: User, today: date) -> list[Number]:
    """Every number with all its rows, the latest first, those recorded here beside those of the product."""
    recorded = list(selectors.parameters_visible_to(user))
    overlay = selectors.overlay(recorded)
    names = {_key_of(each): each.recorded_by.name if each.recorded_by else "" for each in recorded}
    own = [each for each in shipped_series().values() if not each.series]
    return [replace(_number(each.id, each.text, overlay, names, today), code=each.id) for each in own]


def rates(user: User, today: date) -> list[Number]:
    """Every rate an effect is priced with, as ``numbers``; each row says how sure its source is."""
    recorded = list(selectors.parameters_visible_to(user))
    overlay = selectors.with_rates(recorded)
    names = {_key_of(each): each.recorded_by.name if each.recorded_by else "" for each in recorded}
    return [_rate(each.id, each.text, overlay, names, today) for each in selectors.rates_in_order()]


def _rate(rate: str, text: str, overlay: Parameters, names: dict[_Key, str], today: date) -> Number:
    made = _number(rate, text, overlay, names, today)
    now = next((value for value in reversed(overlay.rows(rate)) if value.start <= today), None)
    is_kroner = now is not None and now.amount is not None and now.unit.startswith("kroner")
    year = now.start.year if now and is_kroner and now.start.year < today.year else None
    return replace(made, rows=[_rate_row(row, is_old=year is not None) for row in made.rows], year=year)


def _rate_row(row: NumberRow, *, is_old: bool) -> NumberRow:
    """A rate of an earlier year is the newest that is known, which is not to say that it is in force."""
    row = replace(row, certainty=certainty_in_words(row.source.confidence))
    if is_old and row.state == "current":
        return replace(row, state="cannot_tell", label=_("Nyeste kendte"))
    return row


def certainty_in_words(confidence: Confidence) -> str:
    """How sure a source is; '' where it is not confirmed at all."""
    return {
        Confidence.HIGH: _("sikkerhed: høj"),
        Confidence.MEDIUM: _("sikkerhed: middel"),
        Confidence.LOW: _("sikkerhed: lav"),
    }.get(confidence, "")


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
        return f"{_figure(value.amount, value.unit)} {units()[value.unit]}"
    if value.steps:
        step = _("fra uge %(week)s: %(percent)s procent")
        return "; ".join(step % {"week": each.week, "percent": number(each.amount)} for each in value.steps)
    if value.draft is not None:
        return _("[%(figure)s] kun i et udkast") % {
            "figure": f"{_figure(value.draft, value.unit)} {units()[value.unit]}"
        }
    words = {
        Status.NOT_CONFIRMED: _("ikke bekræftet"),
        Status.ENDED: _("ophørt"),
        Status.EXAMPLE: _("kun et eksempel"),
    }
    return ": ".join(part for part in (words.get(value.status, ""), value.text) if part)


def _figure(amount: Decimal, unit: str) -> str:
    """Kroner with their thousands apart, any other number as the law writes it."""
    return grouped(amount) if "kroner" in unit else number(amount.normalize())


def not_confirmed(today: date) -> list[Information]:
    """What nobody has been able to confirm and that holds today."""
    return [each for each in INFORMATION.values() if each.chapter == "N" and today in each.in_force]
