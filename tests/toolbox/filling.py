"""What people answer, for several test files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from brobygger.accounts.models import User
from brobygger.mentorships.models import Mentorship
from brobygger.toolbox.assessments import services as assessments
from brobygger.toolbox.models import Assessment, Sheet
from brobygger.toolbox.tools import services
from brobygger.toolbox.tools.definitions import Answer, Tool

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def answers_to(tool: Tool, **own: Any) -> dict[str, Any]:
    """An answer to every item: the first choice, the middle of the scale, a word."""
    usual = {
        Answer.TEXT: lambda item: f"Svar på {item.key}",
        Answer.SCALE: lambda item: 5,
        Answer.CHOICE: lambda item: item.choices[0][0],
        Answer.TICK: lambda item: True,
    }
    return {item.key: usual[item.answer](item) for item in tool.items} | own


def fill(mentorship: Mentorship, tool: Tool, by: User, *, on: date = TODAY, **own: Any) -> Sheet:
    return services.fill(
        mentorship=mentorship, tool=tool, answers=answers_to(tool, **own), by=by, on=on, at=NOW
    )


def assess(mentorship: Mentorship, by: User, *, on: date = TODAY, **scores: int) -> Assessment:
    return assessments.assess(
        mentorship=mentorship, moment=Assessment.Moment.ALONG, scores=scores, by=by, on=on, at=NOW
    )
