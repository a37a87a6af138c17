"""Plans in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.accounts.models import User
from brobygger.accounts.selectors import municipality_of
from brobygger.followups.local import selectors
from brobygger.followups.models import FollowUp, LocalPlan
from brobygger.followups.plan import STANDARD, Anchor, Step, lay
from brobygger.values.period import add_months

EXAMPLE_MONTHS = 6


@dataclass(frozen=True)
class PlanRow:
    """One plan of the list."""

    name: str
    valid_from: date | None
    state: str
    label: str
    steps: list[str]
    note: str
    by: str


def plans(user: User, today: date) -> list[PlanRow]:
    """All the municipality has laid, and at the end the standard that counts without one. One query."""
    counting: set[str] = set()
    rows = [_row(each, today, counting) for each in selectors.plans_visible_to(user)]
    stands = "" not in counting
    standard = PlanRow(
        name=_("Standardplan"),
        valid_from=None,
        state="done" if stands else "planned",
        label=_("Gælder, hvor kommunen ikke har sin egen plan") if stands else _("Afløst"),
        steps=[step_in_words(each) for each in STANDARD],
        note="",
        by="",
    )
    return [*rows, standard]


def _row(plan: LocalPlan, today: date, counting: set[str]) -> PlanRow:
    """``counting``: kinds whose plan of today has been met, since the latest stand first."""
    if plan.valid_from > today:
        state, label = "planned", _("Kommer")
    elif plan.support_type in counting:
        state, label = "planned", _("Afløst")
    else:
        counting.add(plan.support_type)
        state, label = "done", _("Gælder nu")
    return PlanRow(
        name=plan.get_support_type_display() or _("Alle andre forløb"),
        valid_from=plan.valid_from,
        state=state,
        label=label,
        steps=[step_in_words(each) for each in selectors.steps_of(plan)],
        note=plan.note,
        by=plan.recorded_by.name if plan.recorded_by else "",
    )


def step_in_words(step: Step) -> str:
    """Such as "Skriftlig status: 3 måneder efter start (besøg)"."""
    number = {"number": step.number}
    when = {
        Anchor.DAYS_AFTER_START: ngettext(
            "%(number)d dag efter start", "%(number)d dage efter start", step.number
        ),
        Anchor.MONTHS_AFTER_START: ngettext(
            "%(number)d måned efter start", "%(number)d måneder efter start", step.number
        ),
        Anchor.EVERY_MONTHS: ngettext("hver måned", "hver %(number)d. måned", step.number),
        Anchor.DAYS_BEFORE_END: ngettext(
            "%(number)d dag før slutningen", "%(number)d dage før slutningen", step.number
        ),
    }[step.anchor] % number
    told = f"{FollowUp.Kind(step.kind.value).label}: {when}"
    return f"{told} ({str(FollowUp.Form(step.form).label).lower()})" if step.form else told


def example(steps: Sequence[Step], starts_on: date) -> list[tuple[date, str]]:
    """What half a year from a day would look like."""
    laid = lay(steps, starts_on, add_months(starts_on, EXAMPLE_MONTHS))
    return [(each.due_on, str(FollowUp.Kind(each.kind.value).label)) for each in laid]


def alarm_line(user: User, today: date) -> str:
    days = selectors.days_to_leader(municipality_of(user), today)
    return ngettext(
        "Efter %(days)d dag står en overskredet opfølgning også på lederens liste.",
        "Efter %(days)d dage står en overskredet opfølgning også på lederens liste.",
        days,
    ) % {"days": days}
