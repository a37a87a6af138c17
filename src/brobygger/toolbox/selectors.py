"""What other packages may ask the toolbox."""

from brobygger.toolbox.assessments.selectors import Progress, assessments_of, progress_of
from brobygger.toolbox.digital.selectors import catalogue_on
from brobygger.toolbox.plan.selectors import GoalStanding, goals_of, plan_of
from brobygger.toolbox.tools.selectors import sheets_of

__all__ = [
    "GoalStanding",
    "Progress",
    "assessments_of",
    "catalogue_on",
    "goals_of",
    "plan_of",
    "progress_of",
    "sheets_of",
]
