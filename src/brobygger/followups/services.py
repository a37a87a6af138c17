"""Planning, recording and moving follow-ups, and the end of a mentorship."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.audit import services as audit
from brobygger.followups import selectors
from brobygger.followups.models import Conclusion, FollowUp
from brobygger.followups.plan import default_plan
from brobygger.grants.services import decide
from brobygger.mentorships import services as mentorships
from brobygger.mentorships.models import Goal, Mentorship, Status
from brobygger.ui.formats import danish_date
from brobygger.values.moment import danish_day


@dataclass(frozen=True)
class Attained:
    """How far one goal was reached, and why that is the judgement."""

    attainment: int
    note: str = ""


# The plan


@transaction.atomic
def plan_for(*, mentorship: Mentorship, on: date, at: datetime, by: User | None) -> list[FollowUp]:
    """Plans what is still to come. Planning again, after a renewal or a change, replaces what nobody has touched.

    Done and moved follow-ups stay. What would have been due before ``on`` is not planned.
    """
    if mentorship.starts_on is None or mentorship.ends_before is None or mentorship.ends_before <= on:
        return []
    known = list(selectors.of_mentorship(mentorship))
    first_time = not known
    selectors.open_of(mentorship).filter(due_on__gt=on, planned_for=F("due_on")).update(cancelled_at=at)
    kept = {(each.kind, each.due_on) for each in known if each.done_at or each.planned_for != each.due_on}
    kept |= {(each.kind, each.due_on) for each in known if each.due_on <= on}
    begins = max(mentorship.starts_on, on) if first_time else mentorship.starts_on
    wanted = [
        FollowUp(
            municipality_id=mentorship.municipality_id,
            mentorship=mentorship,
            kind=planned.kind.value,
            due_on=planned.due_on,
            planned_for=planned.due_on,
        )
        for planned in default_plan(begins, mentorship.ends_before)
        if (first_time or planned.due_on > on) and (planned.kind.value, planned.due_on) not in kept
    ]
    made = FollowUp.objects.bulk_create(wanted)
    audit.record("follow_ups.planned", by=by or _the_plan(mentorship), subject=mentorship, count=len(made))
    return made


@transaction.atomic
def cancel_open(*, mentorship: Mentorship, at: datetime, by: User | None) -> int:
    """Cancels what is left when a mentorship ends; returns how many."""
    count = selectors.open_of(mentorship).update(cancelled_at=at)
    if count:
        audit.record("follow_ups.cancelled", by=by or _the_plan(mentorship), subject=mentorship, count=count)
    return count


def _the_plan(mentorship: Mentorship) -> audit.NamedJob:
    """Whoever accepted by a link is no user: the plan acts in its own name."""
    return audit.NamedJob(_("Opfølgningsplan"), mentorship.municipality_id)


# Reactions to ``grants.events``


def when_started(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    plan_for(mentorship=mentorship, on=on, at=at, by=by)


def when_ended(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    cancel_open(mentorship=mentorship, at=at, by=by)


# One follow-up


@transaction.atomic
def record(
    *,
    follow_up: FollowUp,
    form: str,
    note: str,
    service_delivered: bool | None,
    done_on: date,
    by: User,
    at: datetime,
) -> FollowUp:
    """Records that it was done; what was found goes in the journal too.

    Raises Refused for a day ahead or before the start and where the note is missing, Conflict when somebody was
    first, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    mentorship = follow_up.mentorship
    _require_done_day(done_on, mentorship, danish_day(at))
    if form not in FollowUp.Form.values:
        raise Refused(_("Vælg, hvordan du fulgte op."), field="how")
    _require_note(follow_up, note, service_delivered)
    recorded = FollowUp.objects.filter(
        municipality_id=municipality_of(by), pk=follow_up.pk, done_at=None, cancelled_at=None
    ).update(
        form=form,
        note=note.strip(),
        service_delivered=service_delivered,
        done_on=done_on,
        done_at=at,
        done_by=by,
    )
    _require_first(recorded)
    follow_up.refresh_from_db()
    mentorships.journalise(
        mentorship=mentorship,
        dated_on=done_on,
        subject=_journal_subject(follow_up),
        text=_journal_text(follow_up),
        by=by,
        at=at,
    )
    audit.record(
        "follow_up.recorded",
        by=by,
        subject=mentorship,
        follow_up=follow_up.public_id,
        kind=follow_up.kind,
        days_late=(done_on - follow_up.due_on).days,
        service_delivered=service_delivered,
    )
    return follow_up


def _require_done_day(done_on: date, mentorship: Mentorship, today: date) -> None:
    if done_on > today:
        raise Refused(_("Vælg en dag, der ikke ligger i fremtiden."), field="done_on")
    if mentorship.starts_on and done_on < mentorship.starts_on:
        raise Refused(
            _("Vælg en dag i forløbet. Det begyndte %(day)s.") % {"day": danish_date(mentorship.starts_on)},
            field="done_on",
        )


def _require_note(follow_up: FollowUp, note: str, service_delivered: bool | None) -> None:
    if note.strip():
        return
    if follow_up.kind in (FollowUp.Kind.STATUS, FollowUp.Kind.END):
        raise Refused(_("Skriv status: hvordan går det med målene, og skal noget ændres?"), field="note")
    if service_delivered is False:
        raise Refused(_("Skriv, hvad der ikke er givet som aftalt, og hvad I gør ved det."), field="note")


def _journal_subject(follow_up: FollowUp) -> str:
    words = {"kind": follow_up.get_kind_display(), "form": follow_up.get_form_display().lower()}
    return _("%(kind)s (%(form)s)") % words


def _journal_text(follow_up: FollowUp) -> str:
    told = {
        True: _("Støtten er givet som aftalt."),
        False: _("Støtten er ikke givet som aftalt."),
        None: _("Det er ikke oplyst, om støtten er givet som aftalt."),
    }[follow_up.service_delivered]
    return f"{follow_up.note}\n\n{told}".strip()


@transaction.atomic
def move(*, follow_up: FollowUp, to: date, reason: str, by: User, at: datetime) -> FollowUp:
    """Another day for it; the first day is kept. Raises Refused, Conflict when it is done, and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    ends_before = follow_up.mentorship.ends_before
    if to < danish_day(at):
        raise Refused(_("Vælg i dag eller en senere dag."), field="to")
    if ends_before and to >= ends_before:
        raise Refused(
            _("Vælg en dag, før forløbet slutter. Sidste dag er %(day)s.")
            % {"day": danish_date(follow_up.mentorship.last_day or ends_before)},
            field="to",
        )
    if not reason.strip():
        raise Refused(_("Skriv, hvorfor opfølgningen flyttes."), field="reason")
    before = follow_up.planned_for
    moved = FollowUp.objects.filter(
        municipality_id=municipality_of(by), pk=follow_up.pk, done_at=None, cancelled_at=None
    ).update(planned_for=to, moved_reason=reason.strip()[:200])
    _require_first(moved)
    follow_up.refresh_from_db()
    audit.record(
        "follow_up.moved",
        by=by,
        subject=follow_up.mentorship,
        follow_up=follow_up.public_id,
        before=before,
        after=to,
    )
    return follow_up


def _require_first(rows: int) -> None:
    if not rows:
        raise Conflict(_("En anden var først: opfølgningen er allerede registreret eller aflyst."))


# The end


@transaction.atomic
def conclude(
    *,
    mentorship: Mentorship,
    ended_on: date,
    reason: str,
    what_follows: str,
    attainments: Mapping[uuid.UUID, Attained],
    note: str,
    by: User,
    at: datetime,
    on: date,
) -> Conclusion:
    """Ends a mentorship: each goal judged, the decision made, what follows noted, the rest of the plan cancelled.

    ``attainments`` by the goals' public ids. Raises Refused (no mentorship is closed without goal attainment),
    Conflict when somebody was first, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    _require_can_end(mentorship)
    _require_end_day(mentorship, ended_on, on)
    reason, what_follows = _require_choices(reason, what_follows)
    _judge_goals(mentorship, attainments)
    conclusion = _insert_conclusion(mentorship, ended_on, reason, what_follows, note, by, at)
    cancel_open(mentorship=mentorship, at=at, by=by)
    if mentorship.status == Status.ACTIVE:
        decide.end(
            mentorship=mentorship,
            ended_on=ended_on,
            reasons=_reasons(conclusion),
            by=by,
            at=at,
            on=on,
        )
    audit.record(
        "mentorship.concluded",
        by=by,
        subject=mentorship,
        reason=reason,
        what_follows=what_follows,
        goals=[given.attainment for given in attainments.values()],
    )
    return conclusion


def _require_can_end(mentorship: Mentorship) -> None:
    if mentorship.status not in (Status.ACTIVE, Status.ENDED):
        raise Refused(_("Forløbet er ikke begyndt og kan derfor ikke afsluttes."))
    if selectors.conclusion_of(mentorship):
        raise Conflict(_("En anden var først: forløbet er allerede afsluttet."))


def _require_end_day(mentorship: Mentorship, ended_on: date, on: date) -> None:
    if ended_on > on:
        raise Refused(_("Vælg en dag, der ikke ligger i fremtiden."), field="ended_on")
    if mentorship.starts_on and ended_on < mentorship.starts_on:
        raise Refused(
            _("Vælg en dag i forløbet. Det begyndte %(day)s.") % {"day": danish_date(mentorship.starts_on)},
            field="ended_on",
        )
    if mentorship.last_day and ended_on > mentorship.last_day:
        raise Refused(
            _("Vælg en dag i forløbet. Sidste dag er %(day)s.") % {"day": danish_date(mentorship.last_day)},
            field="ended_on",
        )


def _require_choices(reason: str, what_follows: str) -> tuple[str, str]:
    if reason not in Conclusion.Reason.values:
        raise Refused(_("Vælg, hvorfor forløbet slutter."), field="reason")
    if what_follows not in Conclusion.Next.values:
        raise Refused(_("Vælg, hvad der følger efter."), field="what_follows")
    return reason, what_follows


def _judge_goals(mentorship: Mentorship, attainments: Mapping[uuid.UUID, Attained]) -> None:
    for goal in selectors.goals_of(mentorship):
        given = attainments.get(goal.public_id)
        if given is None or given.attainment not in Goal.Attainment.values:
            raise Refused(
                _("Vurdér, hvor langt målet »%(goal)s« er nået. Uden det kan forløbet ikke afsluttes.")
                % {"goal": goal.text},
                field=f"attainment_{goal.position}",
            )
        goal.attainment, goal.attainment_note = given.attainment, given.note.strip()
        goal.save(update_fields=["attainment", "attainment_note"])


def _insert_conclusion(
    mentorship: Mentorship, ended_on: date, reason: str, what_follows: str, note: str, by: User, at: datetime
) -> Conclusion:
    try:
        with transaction.atomic():
            return Conclusion.objects.create(
                municipality_id=mentorship.municipality_id,
                mentorship=mentorship,
                ended_on=ended_on,
                reason=reason,
                what_follows=what_follows,
                note=note.strip(),
                recorded_at=at,
                recorded_by=by,
            )
    except IntegrityError:
        raise Conflict(_("En anden var først: forløbet er allerede afsluttet.")) from None


def _reasons(conclusion: Conclusion) -> str:
    """The reasons that the decision states."""
    told = _("Mentorstøtten ophører. Begrundelse: %(reason)s.") % {
        "reason": conclusion.get_reason_display().lower()
    }
    return f"{told} {conclusion.note}".strip()
