"""Days and plans in the citizen's own language."""

from __future__ import annotations

from math import ceil

from babel.dates import get_day_names
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.ui.formats import isolated_times, number, reader_language, reader_length
from brobygger.values.opening_hours import OpeningHours


def plan(hour_plan: HourPlan) -> list[str]:
    """A sentence for each phase: "5 timer om ugen i 13 uger."."""
    return [_phase(phase) for phase in hour_plan.phases]


def _phase(phase: Phase) -> str:
    weeks = number(phase.weeks)
    in_weeks = ngettext("%(n)s uge", "%(n)s uger", ceil(phase.weeks)) % {"n": weeks}
    return _("%(time)s om ugen i %(weeks)s.") % {
        "time": reader_length(phase.minutes_per_week),
        "weeks": in_weeks,
    }


def open_days(hours: OpeningHours) -> str:
    """ "Mandag til fredag kl. 8.00–16.00", or the days one by one where they are not in a row."""
    names = get_day_names("wide", locale=reader_language())
    days = sorted(hours.days)
    is_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    if is_row:
        told = _("%(first)s til %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    else:
        told = ", ".join(str(names[day]) for day in days)
    times = isolated_times(f"{hours.opens:%H.%M}–{hours.closes:%H.%M}")
    sentence = _("%(day)s kl. %(times)s") % {"day": told, "times": times}
    return sentence[:1].upper() + sentence[1:]
