"""What is known of the end of a mentorship, and of the mentor's next citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from brobygger.followups import selectors
from brobygger.followups.models import CitizenWords, MentorOpening
from brobygger.meetings import selectors as meetings
from brobygger.meetings.counting import Counts
from brobygger.mentorships.models import Goal, Mentorship

# A reading of 0 to 10 as the four words of the end: what the form proposes, and somebody decides.
_ATTAINED_FROM = (
    (9, Goal.Attainment.FULLY),
    (7, Goal.Attainment.MOSTLY),
    (3, Goal.Attainment.PARTLY),
    (0, Goal.Attainment.NOT),
)


@dataclass(frozen=True)
class Figures:
    """A mentorship in numbers, as of an instant. Minutes; ``meetings`` counts those that were planned."""

    granted: int
    used: int
    confirmed: int
    disputed: int
    waiting: int
    follow_ups: int
    meetings: Counts


def figures_of(mentorship: Mentorship, *, at: datetime) -> Figures:
    """Taken before the decision closes the grants."""
    return Figures(
        **selectors.minutes_of(mentorship),
        follow_ups=selectors.done_count(mentorship),
        meetings=meetings.counts_of(mentorship, at=at),
    )


def words_of(mentorship: Mentorship) -> CitizenWords | None:
    """The citizen's own words, if there are any."""
    found = CitizenWords.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    return found.select_related("written_by").first()


def proposed_attainments(mentorship: Mentorship) -> dict[int, int]:
    """By the goals' positions: what was judged before, else the latest reading as one of the four words."""
    found = {}
    for goal, reading in selectors.goals_with_reading(mentorship):
        if goal.attainment is not None:
            found[goal.position] = goal.attainment
        elif reading is not None:
            found[goal.position] = next(
                word.value for least, word in _ATTAINED_FROM if reading.score >= least
            )
    return found


def free_from(mentorship: Mentorship) -> date | None:
    """From when the mentor of a mentorship that has ended can take the next citizen, as it was said then."""
    found = MentorOpening.objects.filter(municipality_id=mentorship.municipality_id, mentorship=mentorship)
    newest = found.order_by("-noted_at", "-id").first()
    return newest.free_from if newest else None
