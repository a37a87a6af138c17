"""How frames are shown: the limits in words, and which frame holds today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.rulebook import selectors
from brobygger.rulebook.frames import REAL_FRAMES, Frame, format_kroner
from brobygger.rulebook.models import LocalFrame, LocalWayOfWorking
from brobygger.values.duration import format_minutes
from brobygger.values.period import Period


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
