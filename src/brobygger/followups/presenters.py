"""What the pages show of follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.followups import selectors, themes
from brobygger.followups.concerns import selectors as concerns
from brobygger.followups.models import Conclusion, FollowUp, Hearing
from brobygger.mentorships.models import Mentorship, Status
from brobygger.mentorships.presenters import may_read_journal
from brobygger.ui.formats import danish_date


@dataclass(frozen=True)
class Row:
    """One follow-up on the timeline."""

    follow_up: FollowUp
    day: date
    state: str
    label: str
    is_done: bool
    tone: str

    @property
    def wants_change(self) -> bool:
        """What was found asks for another grant: other hours, or another mentor."""
        fits = self.follow_up.hours_fit in ("", FollowUp.HoursFit.FITS)
        return self.is_done and (not fits or self.follow_up.pair_fits is False)

    @property
    def moved_from(self) -> date | None:
        return None if self.follow_up.planned_for == self.follow_up.due_on else self.follow_up.due_on


def row_of(follow_up: FollowUp, today: date) -> Row:
    """Done, overdue, due today or still to come, as a word."""
    if follow_up.done_on:
        return Row(follow_up, follow_up.done_on, "done", _("Gjort"), True, "")
    day = follow_up.planned_for
    if day < today:
        return Row(follow_up, day, "overdue", _("Overskredet"), False, "danger")
    if day == today:
        return Row(follow_up, day, "due", _("I dag"), False, "warning")
    return Row(follow_up, day, "planned", _("Planlagt"), False, "")


def case_section(mentorship: Mentorship, user: User, today: date) -> dict[str, Any]:
    """The timeline of one case: what is done, due and overdue, and how it ended."""
    rows = sorted(
        (row_of(each, today) for each in selectors.of_mentorship(mentorship)), key=lambda row: row.day
    )
    may_act = user.may(Permission.FOLLOW_UP)
    conclusion = selectors.conclusion_of(mentorship)
    raised = list(concerns.of_mentorship(user, mentorship))
    is_under_way = mentorship.status in (Status.GRANTED, Status.ACTIVE)
    return {
        "mentorship": mentorship,
        "rows": rows,
        "concerns": raised,
        "can_raise": is_under_way and user.may(Permission.SEE_CASES),
        "may_change": is_under_way and user.may(Permission.REQUEST_GRANT),
        "overdue": sum(row.state == "overdue" for row in rows),
        "done": sum(row.is_done for row in rows),
        "next": next((row for row in rows if not row.is_done), None),
        "conclusion": conclusion,
        "may_read_report": may_read_journal(user),
        "may_act": may_act,
        "can_conclude": may_act and conclusion is None and mentorship.status in (Status.ACTIVE, Status.ENDED),
        "note": _note(rows, conclusion),
        "needs_reader": any(row.state in ("overdue", "due") for row in rows)
        or any(each.answered_at is None for each in raised),
    }


def reason_for_change(user: User, mentorship: Mentorship) -> str:
    """What the newest follow-up found that asks for another grant, in words; "" where there is none."""
    found = selectors.wanting_change(mentorship) if user.may(Permission.FOLLOW_UP) else None
    if found is None or found.done_on is None:
        return ""
    hours = {
        FollowUp.HoursFit.TOO_FEW.value: _("Der er for få timer."),
        FollowUp.HoursFit.TOO_MANY.value: _("Der er for mange timer."),
    }
    pair = _("Mentor og borger passer ikke sammen.") if found.pair_fits is False else ""
    told = " ".join(filter(None, (hours.get(found.hours_fit, ""), pair, found.note)))
    return _("Opfølgning %(day)s: %(told)s") % {"day": danish_date(found.done_on), "told": told}


def _note(rows: list[Row], conclusion: Conclusion | None) -> str:
    """What the folded section says of itself."""
    overdue = sum(row.state == "overdue" for row in rows)
    upcoming = next((row for row in rows if not row.is_done), None)
    if conclusion:
        return str(conclusion.get_reason_display())
    if overdue:
        return _("%(count)d overskredet") % {"count": overdue}
    return _("næste %(day)s") % {"day": danish_date(upcoming.day)} if upcoming else ""


def known(follow_up: FollowUp, hearing: Hearing | None, user: User, today: date) -> dict[str, Any]:
    """What is known before somebody follows up: hours, goals, last time, what others wrote, and themes for the talk."""
    mentorship = follow_up.mentorship
    last = selectors.last_done(mentorship)
    return {
        "hours": selectors.minutes_of(mentorship),
        "goals": selectors.goals_with_reading(mentorship),
        "last": last,
        "hearing": hearing,
        "can_ask_company": hearing is not None
        and hearing.party == Hearing.Party.COMPANY
        and hearing.answered_at is None
        and hearing.closed_at is None,
        "concerns": [each for each in concerns.of_mentorship(user, mentorship) if each.answered_at is None],
        "themes": [themes.in_words(each) for each in themes.themes_of(mentorship, today)],
    }
