"""What the pages show of the controls."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import Team, User
from brobygger.accounts.permissions import Permission
from brobygger.controls.models import ControlFailure, ControlRun
from brobygger.controls.risks import presenters as risks
from brobygger.controls.selectors import cases, results
from brobygger.law.finding import Outcome
from brobygger.mentorships.models import Mentorship
from brobygger.review.questionnaire import NOTE, Counts, ThemeAnswer, answers
from brobygger.review.questions import QUESTIONS, THEMES, Finding, Question, review
from brobygger.rulebook import selectors as rulebook
from brobygger.ui.charts import Point
from brobygger.values.sorting import danish_sort_key

WITHOUT_TEAM = "uden"
HIGH, MIDDLE = 0.95, 0.80
"""From these shares on a cell is calm, and below the second it stands out."""


NOTHING = Counts()


@dataclass(frozen=True)
class Cell:
    """One question for one team. ``trend`` is the change in whole per cent since the oldest run shown."""

    counts: Counts
    url: str = ""
    trend: int | None = None

    @property
    def percent(self) -> int | None:
        """Rounded down, so that only all is 100."""
        return self.counts.passed * 100 // self.counts.answered if self.counts.answered else None

    @property
    def width(self) -> str:
        return f"{self.percent or 0}%"

    @property
    def tone(self) -> str:
        share = self.counts.share
        if share is None:
            return "none"
        return "good" if share >= HIGH else "middle" if share >= MIDDLE else "low"

    @property
    def trend_words(self) -> str:
        if not self.trend:
            return ""
        word = _("op") if self.trend > 0 else _("ned")
        return _("%(points)d point %(word)s") % {"points": abs(self.trend), "word": word}


@dataclass(frozen=True)
class GridRow:
    question: Question
    whole: Cell
    cells: list[Cell]


@dataclass(frozen=True)
class GridTheme:
    title: str
    rows: list[GridRow]


@dataclass(frozen=True)
class Grid:
    """The whole grid: one column for the municipality, then one for each team."""

    run: ControlRun | None
    waiting: ControlRun | None
    teams: list[Team | None] = field(default_factory=list)
    themes: list[GridTheme] = field(default_factory=list)
    whole: Counts = NOTHING
    since: date | None = None
    trend: list[Point] = field(default_factory=list)


def grid(user: User) -> Grid:
    """Question by team, from the newest run, with the change since the oldest of the latest ones."""
    runs = results.trend_runs(user)
    waiting = results.waiting_run(user)
    if not runs:
        return Grid(None, waiting)
    counted = _counted(user, runs)
    newest, oldest = runs[0], runs[-1]
    teams = _teams(counted[newest.pk])
    themes = [
        GridTheme(theme, [_grid_row(each, teams, counted, newest, oldest) for each in _of_theme(theme)])
        for theme in THEMES
    ]
    whole = _sum(counted[newest.pk].values())
    since = oldest.on if len(runs) > 1 else None
    return Grid(newest, waiting, teams, themes, whole, since, _trend(runs, counted))


_Counted = dict[int, dict[tuple[Team | None, str], Counts]]


def _counted(user: User, runs: list[ControlRun]) -> _Counted:
    found: _Counted = defaultdict(dict)
    for share in results.shares_of(user, runs):
        counts = Counts(share.passed, share.failed, share.cannot_tell, share.not_relevant)
        found[share.run_id][share.team, share.question] = counts
    return found


def _teams(counts: dict[tuple[Team | None, str], Counts]) -> list[Team | None]:
    named = {team for team, _question in counts if team is not None}
    found = sorted(named, key=lambda team: danish_sort_key(team.name))
    return [*found, None] if any(team is None for team, _question in counts) else [*found]


def _of_theme(theme: str) -> list[Question]:
    return [each for each in QUESTIONS.values() if each.theme == theme]


def _sum(counts: Iterable[Counts]) -> Counts:
    rows = list(counts)
    return Counts(*(sum(column) for column in zip(*rows, strict=True))) if rows else Counts()


def _grid_row(
    question: Question, teams: list[Team | None], counted: _Counted, newest: ControlRun, oldest: ControlRun
) -> GridRow:
    now, before = counted[newest.pk], counted[oldest.pk]

    def cell(wanted: list[Team | None], url: str) -> Cell:
        counts = _sum(now[team, question.id] for team in wanted if (team, question.id) in now)
        earlier = _sum(before[team, question.id] for team in wanted if (team, question.id) in before)
        return Cell(counts, url if counts.failed else "", _change(counts, earlier))

    address = reverse("controls:failures", args=[question.id])
    return GridRow(
        question,
        cell(teams, address),
        [cell([team], f"{address}?hold={team.public_id if team else WITHOUT_TEAM}") for team in teams],
    )


def _change(now: Counts, before: Counts) -> int | None:
    if now.share is None or before.share is None:
        return None
    return round(now.share * 100) - round(before.share * 100)


def _trend(runs: list[ControlRun], counted: _Counted) -> list[Point]:
    """How large a part of all answers was right, oldest first."""
    points = []
    for run in reversed(runs):
        share = _sum(counted[run.pk].values()).share
        if share is not None:
            points.append(
                Point(f"{run.on:%d.%m.%Y}", round(share * 100, 1), f"{share * 100:.1f} %".replace(".", ","))
            )
    return points if len(points) > 1 else []


@dataclass(frozen=True)
class FailureRow:
    """One case that fails, and where it is mended."""

    failure: ControlFailure
    url: str


def failure_rows(failures: Iterable[ControlFailure]) -> list[FailureRow]:
    return [
        FailureRow(each, place_url(each.mentorship, QUESTIONS[each.question]))
        for each in failures
        if each.question in QUESTIONS
    ]


def place_url(mentorship: Mentorship, question: Question) -> str:
    """The part of the case page where the failure is mended."""
    return f"{reverse('web:case', args=[mentorship.public_id])}#{question.place}"


def questionnaire(user: User, on: date) -> dict[str, Any]:
    """The seven answers, each with its figures."""
    data = results.questionnaire_data(user, on)
    return {"data": data, "answers": answers(data), "note": NOTE}


def questionnaire_csv(rows: Iterable[ThemeAnswer]) -> bytes:
    """One line a figure, UTF-8 with a byte order mark and semicolons."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Nr.", "Tema", "Spørgsmål", "Svar", "Oplysning", "Værdi"])
    for row in rows:
        for label, value, _question in row.evidence:
            # A frame's name is typed by people; an apostrophe keeps a spreadsheet from running it.
            safe = f"'{value}" if value[:1] in "=+-@" else value
            writer.writerow([row.number, row.theme, row.question, row.sentence, label, safe])
    return written.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class CaseRow:
    """One answer on the case page; ``since`` is the night it was first found to fail."""

    finding: Finding
    since: date | None = None

    @property
    def anchor(self) -> str:
        return f"#{self.finding.place}"


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any] | None:
    """What the controls say of one case as it stands now; None for those who do not see controls."""
    if not user.may(Permission.SEE_CONTROLS):
        return None
    found = review(cases.facts_of(mentorship, today), today, rulebook.numbers_of(user))
    since, signs = results.kept_of(mentorship), risks.case_rows(mentorship, user)
    failed = [
        CaseRow(each, since.get(each.question_id)) for each in found if each.outcome is Outcome.NOT_SATISFIED
    ]
    return {
        "failed": failed,
        "unknown": [CaseRow(each) for each in found if each.outcome is Outcome.CANNOT_TELL],
        "passed": [CaseRow(each) for each in found if each.outcome is Outcome.SATISFIED],
        "may_take_file": user.may(Permission.SEE_CASES) and user.may(Permission.SEE_MONEY),
        "needs_reader": False,
        "signs": signs,
        "note": _note(len(failed), len(signs)),
    }


def _note(failed: int, signs: int) -> str:
    """What the heading says while the section is folded."""
    note = _("%(count)d fejler") % {"count": failed} if failed else _("intet fejler")
    if not signs:
        return note
    return f"{note}, {ngettext('%(n)d tegn', '%(n)d tegn', signs) % {'n': signs}}"
