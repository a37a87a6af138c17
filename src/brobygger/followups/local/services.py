"""A new dated plan or alarm takes over from its day. Rows are only added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.followups.local import selectors
from brobygger.followups.models import FollowUp, LocalAlarm, LocalPlan
from brobygger.followups.plan import BESIDE, Anchor, Kind, Step

MOST_STEPS = 12
DAYS = (1, 60)


@transaction.atomic
def lay_plan(
    *,
    support_type: str,
    valid_from: date,
    steps: Sequence[Step],
    note: str,
    by: User,
    at: datetime,
    on: date,
) -> LocalPlan:
    """A plan for mentorships that start, or are planned anew, from ``valid_from`` on. Plans laid before stay.

    ``support_type`` "" is for all kinds without a plan of their own. Raises Refused for a day in the past, an unknown
    kind, and steps that leave the citizen without contact, and NotAllowed.
    """
    require(by, Permission.SET_FRAMES)
    if valid_from < on:
        raise Refused(_("Vælg i dag eller en senere dag."), field="valid_from")
    if support_type not in ("", *(value for value, _label in selectors.kinds_of_mentorship())):
        raise Refused(_("Vælg, hvilke forløb planen er for."), field="support_type")
    _require_sensible(steps)
    row = LocalPlan.objects.create(
        municipality_id=municipality_of(by),
        support_type=support_type,
        valid_from=valid_from,
        steps=[each.to_row() for each in steps],
        note=note.strip()[:300],
        recorded_at=at,
        recorded_by=by,
    )
    audit.record(
        "follow_up_plan.laid",
        by=by,
        subject=row,
        valid_from=valid_from,
        support_type=support_type,
        steps=row.steps,
    )
    return row


def _require_sensible(steps: Sequence[Step]) -> None:
    if not steps:
        raise Refused(_("Skriv mindst ét trin."), field="step_1_kind")
    if len(steps) > MOST_STEPS:
        raise Refused(_("Skriv højst %(most)d trin.") % {"most": MOST_STEPS}, field="step_1_kind")
    if any(each.form not in ("", *FollowUp.Form.values) for each in steps):
        raise Refused(_("Vælg besøg, telefon eller skriftligt."), field="step_1_form")
    with_citizen = [each for each in steps if each.kind not in BESIDE]
    if sum(each.anchor is Anchor.EVERY_MONTHS for each in with_citizen) != 1:
        raise Refused(
            _("Vælg ét trin med borgeren, som gentages, så ingen bliver glemt."), field="step_1_anchor"
        )
    if sum(each.anchor is Anchor.DAYS_BEFORE_END for each in with_citizen) > 1:
        raise Refused(_("Vælg højst ét trin med borgeren før slutningen."), field="step_1_anchor")
    if any((each.kind is Kind.END) != (each.anchor is Anchor.DAYS_BEFORE_END) for each in with_citizen):
        raise Refused(_("Afslutning skal ligge dage før slutningen, og kun den."), field="step_1_kind")


@transaction.atomic
def set_alarm(*, days: int, valid_from: date, by: User, at: datetime, on: date) -> LocalAlarm:
    """From ``valid_from`` on an overdue follow-up is the leader's too after ``days``. Raises Refused and NotAllowed."""
    require(by, Permission.SET_FRAMES)
    if valid_from < on:
        raise Refused(_("Vælg i dag eller en senere dag."), field="valid_from")
    least, most = DAYS
    if not least <= days <= most:
        raise Refused(
            _("Skriv et tal fra %(least)d til %(most)d.") % {"least": least, "most": most}, field="days"
        )
    row = LocalAlarm.objects.create(
        municipality_id=municipality_of(by),
        valid_from=valid_from,
        days_to_leader=days,
        recorded_at=at,
        recorded_by=by,
    )
    audit.record("follow_up_alarm.set", by=by, subject=row, valid_from=valid_from, days=days)
    return row
