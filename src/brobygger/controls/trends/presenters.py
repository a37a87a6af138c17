"""A line for the whole municipality and one for each team, with the figures they are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import Permission
from brobygger.controls.models import ControlRun
from brobygger.controls.presenters import WITHOUT_TEAM
from brobygger.controls.selectors import results
from brobygger.controls.trends import selectors
from brobygger.review.questionnaire import Counts
from brobygger.review.questions import QUESTIONS
from brobygger.ui.charts import Point
from brobygger.ui.formats import LOCALE, danish_date, percent
from brobygger.values.sorting import danish_sort_key


@dataclass(frozen=True)
class Line:
    """One team's way through the runs. ``change`` is in whole points since the first run with an answer."""

    name: str
    points: list[Point]
    now: str
    change: str
    failed: int
    url: str


@dataclass(frozen=True)
class Trend:
    """``whole`` is the municipality; both are empty until there are two runs to draw a line between."""

    whole: Line | None
    teams: list[Line]
    first: date | None = None
    last: date | None = None

    @property
    def rows(self) -> list[Line]:
        """The municipality first, then the teams."""
        return [self.whole, *self.teams] if self.whole else []


def trend(user: User, *, question: str, monthly: bool) -> Trend:
    """The lines, the teams in the order of their names. A constant number of queries."""
    through = selectors.runs(user, monthly=monthly)
    if len(through) < 2:
        return Trend(None, [])
    counted = selectors.counted(user, through, question)
    names = {team.pk: team for team in results.teams_visible_to(user)}
    known = sorted((key for key in counted if key), key=lambda key: danish_sort_key(names[key].name))
    made = _Maker(through, question, monthly, user)
    teams = [made.line(names[key].name, counted[key], names[key]) for key in known]
    if None in counted:
        teams.append(made.line(_("Uden hold"), counted[None], None, without_team=True))
    whole = made.line(_("Hele kommunen"), _together(counted, through), None)
    return Trend(whole, teams, through[0].on, through[-1].on)


def _together(counted: selectors.Counted, through: Sequence[ControlRun]) -> dict[int, Counts]:
    found = {}
    for run in through:
        rows = [of_team[run.pk] for of_team in counted.values() if run.pk in of_team]
        found[run.pk] = Counts(*map(sum, zip(*rows, strict=True))) if rows else Counts()
    return found


class _Maker:
    """Draws the lines of one page."""

    def __init__(self, through: Sequence[ControlRun], question: str, monthly: bool, user: User) -> None:
        self._through, self._question, self._monthly = through, question, monthly
        self._may_see_cases = user.may(Permission.SEE_CASES)

    def line(
        self, name: str, counts: Mapping[int, Counts], team: Team | None, *, without_team: bool = False
    ) -> Line:
        shares = [(run, counts[run.pk].share) for run in self._through if run.pk in counts]
        points = [
            Point(self._label(run.on), round(share * 100, 1), percent(share, 1))
            for run, share in shares
            if share is not None
        ]
        newest = counts.get(self._through[-1].pk, Counts())
        return Line(
            name=name,
            points=points,
            now=percent(newest.share, 1) if newest.share is not None else "–",
            change=_change(points),
            failed=newest.failed,
            url=self._url(team, without_team) if newest.failed else "",
        )

    def _label(self, on: date) -> str:
        return str(format_date(on, "MMMM y", locale=LOCALE)) if self._monthly else danish_date(on)

    def _url(self, team: Team | None, without_team: bool) -> str:
        """The failing cases, for one question and those who see cases."""
        if not self._question or not self._may_see_cases:
            return ""
        address = reverse("controls:failures", args=[self._question])
        if without_team:
            return f"{address}?hold={WITHOUT_TEAM}"
        return f"{address}?hold={team.public_id}" if team else address


def _change(points: Sequence[Point]) -> str:
    if len(points) < 2:
        return ""
    change = round(float(points[-1].value) - float(points[0].value))
    if not change:
        return _("uændret")
    word = _("op") if change > 0 else _("ned")
    return _("%(points)d point %(word)s") % {"points": abs(change), "word": word}


def page(user: User, *, question: str, monthly: bool) -> dict[str, Any]:
    found = trend(user, question=question, monthly=monthly)
    return {"trend": found, "question": QUESTIONS.get(question), "monthly": monthly}
