"""What the signs of dependency are asked about, gathered for one case, and how they are said."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.hours.models import Contact
from brobygger.hours.states import LIVE, NO_SHOWS
from brobygger.mentorships.models import GoalReading, Mentorship, Task
from brobygger.review.dependency import Doer, Meeting, Reading, Sign, Support, Theme, themes
from brobygger.values.duration import format_minutes
from brobygger.values.moment import danish_day


def themes_of(mentorship: Mentorship, today: date) -> list[Theme]:
    """Themes for the next talk; none before the start. Four queries."""
    if mentorship.starts_on is None or mentorship.starts_on > today:
        return []
    here: dict[str, Any] = {"municipality_id": mentorship.municipality_id, "mentorship": mentorship}
    contacts = Contact.objects.filter(**here, state__in=LIVE, minutes__gt=0).exclude(kind__in=NO_SHOWS)
    return list(
        themes(
            Support(
                on=today,
                started_on=mentorship.starts_on,
                meetings=[
                    Meeting(danish_day(starts_at), minutes, task is not None, Doer(doer))
                    for starts_at, minutes, task, doer in contacts.values_list(
                        "starts_at", "minutes", "task_id", "done_by_whom"
                    )
                ],
                readings=_readings(here),
                has_tasks=Task.objects.filter(**here).exists(),
                earlier_days=_earlier_days(mentorship),
            )
        )
    )


def _readings(here: dict[str, Any]) -> list[Reading]:
    """All parties' readings of a goal count as one line: the highest of a day, so that nobody's view is overruled."""
    highest: dict[tuple[date, int], int] = {}
    for day, goal, score in GoalReading.objects.filter(**here).values_list("read_on", "goal_id", "score"):
        highest[day, goal] = max(score, highest.get((day, goal), 0))
    return [Reading(day, goal, score) for (day, goal), score in highest.items()]


def _earlier_days(mentorship: Mentorship) -> int:
    """Days of earlier mentorships of the same citizen with the same mentor."""
    if mentorship.mentor_id is None or mentorship.starts_on is None:
        return 0
    earlier = Mentorship.objects.filter(
        municipality_id=mentorship.municipality_id,
        citizen_id=mentorship.citizen_id,
        mentor_id=mentorship.mentor_id,
        starts_on__lt=mentorship.starts_on,
        ends_before__lte=mentorship.starts_on,
    ).exclude(pk=mentorship.pk)
    days = earlier.values_list("starts_on", "ends_before")
    return sum((last - first).days for first, last in days if first and last)


def in_words(theme: Theme) -> str:
    """A question for the talk with the figures behind it: nothing is concluded."""
    figures = {"first": theme.first, "second": theme.second}
    if theme.sign is Sign.RISING_HOURS:
        return _rising(theme)
    if theme.sign is Sign.OUTSIDE_TASKS:
        return (
            _(
                "%(first)d af %(second)d møder i de seneste otte uger har ingen aftalt opgave. Passer opgaverne stadig?"
            )
            % figures
        )
    if theme.sign is Sign.MENTOR_DOES:
        return (
            _(
                "Mentor gjorde selv tingen i %(first)d af %(second)d møder, hvor vi ved det. Hvad kan borgeren selv nu?"
            )
            % figures
        )
    months = theme.first // 30
    return ngettext(
        "Støtten har varet omkring %(months)d måned i alt. Hvordan kommer borgeren videre uden mentor?",
        "Støtten har varet omkring %(months)d måneder i alt. Hvordan kommer borgeren videre uden mentor?",
        months,
    ) % {"months": months}


def _rising(theme: Theme) -> str:
    figures = {"before": format_minutes(theme.first), "last": format_minutes(theme.second)}
    if theme.progress_known:
        return (
            _(
                "Timerne er steget fra %(before)s til %(last)s på fire uger. Målene er ikke rykket. Hvad bruges de til?"
            )
            % figures
        )
    return (
        _(
            "Timerne er steget fra %(before)s til %(last)s på fire uger. Vi ved ikke, om målene er rykket. "
            "Hvad bruges de til?"
        )
        % figures
    )
