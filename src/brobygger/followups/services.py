"""Planning, recording and moving follow-ups, and the end of a mentorship."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.followups import selectors
from brobygger.followups.concerns.services import answer_concern, raise_concern
from brobygger.followups.ending import services as ending
from brobygger.followups.ending.selectors import figures_of
from brobygger.followups.ending.services import Ending
from brobygger.followups.hearings import services as hearings
from brobygger.followups.local.selectors import steps_on
from brobygger.followups.models import Conclusion, FollowUp
from brobygger.followups.plan import Planned, lay, previous_working_day
from brobygger.grants.services import decide
from brobygger.mentorships import services as mentorships
from brobygger.mentorships.models import Goal, GoalReading, Mentorship, Status
from brobygger.ui.formats import danish_date
from brobygger.values.moment import danish_day

__all__ = [
    "Attained",
    "Found",
    "answer_concern",
    "cancel_open",
    "conclude",
    "hear_alone",
    "move",
    "note_wanted",
    "plan_for",
    "raise_concern",
    "record",
    "when_ended",
    "when_prolonged",
    "when_started",
]

HEAR_ALONE_WITHIN = timedelta(days=7)


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
    _drop_untouched(mentorship, on, at)
    begins = mentorship.starts_on if known else max(mentorship.starts_on, on)
    steps = steps_on(mentorship.municipality_id, mentorship.support_type, on)
    planned = lay(steps, begins, mentorship.ends_before, with_company=mentorship.organisation_id is not None)
    made = FollowUp.objects.bulk_create(
        [_planned(mentorship, each) for each in _not_there_yet(planned, known, on)]
    )
    hearings.open_for(mentorship=mentorship, follow_ups=made)
    audit.record("follow_ups.planned", by=by or _the_plan(mentorship), subject=mentorship, count=len(made))
    return made


def _drop_untouched(mentorship: Mentorship, on: date, at: datetime) -> None:
    """What the plan itself laid and nobody has moved. A citizen's wish to be heard is no part of the plan."""
    untouched = selectors.open_of(mentorship).filter(
        due_on__gt=on, planned_for=F("due_on"), origin=FollowUp.Origin.PLAN
    )
    hearings.close(follow_ups=untouched, at=at)
    untouched.update(cancelled_at=at)


def _not_there_yet(planned: Iterable[Planned], known: list[FollowUp], on: date) -> list[Planned]:
    """What nobody has done, moved or been late with; the first time all of it."""
    kept = {(each.kind, each.due_on) for each in known if each.done_at or each.planned_for != each.due_on}
    kept |= {(each.kind, each.due_on) for each in known if each.due_on <= on}
    return [
        each
        for each in planned
        if (not known or each.due_on > on) and (each.kind.value, each.due_on) not in kept
    ]


def _planned(mentorship: Mentorship, each: Planned) -> FollowUp:
    return FollowUp(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        kind=each.kind.value,
        wanted_form=each.form,
        due_on=each.due_on,
        planned_for=each.due_on,
    )


@transaction.atomic
def cancel_open(*, mentorship: Mentorship, at: datetime, by: User | None) -> int:
    """Cancels what is left when a mentorship ends; returns how many."""
    open_ = selectors.open_of(mentorship)
    hearings.close(follow_ups=open_, at=at)
    count = open_.update(cancelled_at=at)
    if count:
        audit.record("follow_ups.cancelled", by=by or _the_plan(mentorship), subject=mentorship, count=count)
    return count


def _the_plan(mentorship: Mentorship) -> audit.NamedJob:
    """Whoever accepted by a link is no user: the plan acts in its own name."""
    return audit.NamedJob(_("Opfølgningsplan"), mentorship.municipality_id)


@transaction.atomic
def hear_alone(*, mentorship: Mentorship, by: User | None, at: datetime, on: date) -> FollowUp:
    """The citizen wants to be heard without the mentor: within a week, on a working day. Asking again changes nothing.

    ``by`` is the citizen, a colleague, or None for a citizen who came by link and code. Raises Refused for a mentorship
    that is not under way, Mentorship.DoesNotExist for another citizen, and NotAllowed.
    """
    _require_may_ask_to_be_heard(mentorship, by)
    if mentorship.status not in (Status.GRANTED, Status.ACTIVE):
        raise Refused(_("Forløbet er ikke i gang. Ring til kommunen i stedet."))
    # Follow-ups are the municipality's own rows: the wish is the citizen's, the row is not.
    with acting(system_actor(mentorship.municipality_id)):
        waiting = selectors.open_of(mentorship).filter(
            kind=FollowUp.Kind.HEARD_ALONE, origin=FollowUp.Origin.CITIZEN
        )
        found = waiting.first()
        if found is None:
            found = _insert_wish(mentorship, previous_working_day(on + HEAR_ALONE_WITHIN))
            audit.record(
                "follow_up.wished",
                by=by or audit.NamedJob(_("Borger via link"), mentorship.municipality_id),
                subject=mentorship,
                follow_up=found.public_id,
                due_on=found.due_on,
            )
    return found


def _require_may_ask_to_be_heard(mentorship: Mentorship, by: User | None) -> None:
    if by is None:
        return
    if by.kind == "citizen":
        if by.person_id != mentorship.citizen_id:
            raise Mentorship.DoesNotExist
        return
    require(by, Permission.FOLLOW_UP)
    if by.municipality_id != mentorship.municipality_id:
        raise Mentorship.DoesNotExist


def _insert_wish(mentorship: Mentorship, due_on: date) -> FollowUp:
    try:
        with transaction.atomic():
            return FollowUp.objects.create(
                municipality_id=mentorship.municipality_id,
                mentorship=mentorship,
                kind=FollowUp.Kind.HEARD_ALONE,
                origin=FollowUp.Origin.CITIZEN,
                due_on=due_on,
                planned_for=due_on,
            )
    except IntegrityError:
        # The same wish from two browsers at once: the first one counts.
        open_ = selectors.open_of(mentorship)
        return open_.get(kind=FollowUp.Kind.HEARD_ALONE, origin=FollowUp.Origin.CITIZEN)


# Reactions to ``grants.events``


def when_started(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    plan_for(mentorship=mentorship, on=on, at=at, by=by)


def when_prolonged(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    plan_for(mentorship=mentorship, on=on, at=at, by=by)


def when_ended(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    cancel_open(mentorship=mentorship, at=at, by=by)


# One follow-up


@dataclass(frozen=True)
class Found:
    """What a follow-up showed beside its note. ``hours_fit`` is a value of ``FollowUp.HoursFit`` or "".

    ``pair_fits``: whether mentor and citizen suit each other, None where it is not known or not asked. ``readings``:
    how far each goal is, 0 to 10, by the goal's public id.
    """

    pair_fits: bool | None = None
    hours_fit: str = ""
    readings: Mapping[uuid.UUID, int] = field(default_factory=dict)


NOTHING_MORE = Found()


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
    found: Found = NOTHING_MORE,
) -> FollowUp:
    """Records that it was done; what was found goes in the journal too, and goals get a reading.

    Raises Refused for a day ahead or before the start and where the note is missing, Conflict when somebody was
    first, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    mentorship = follow_up.mentorship
    _require_done_day(done_on, mentorship, danish_day(at))
    if form not in FollowUp.Form.values:
        raise Refused(_("Vælg, hvordan du fulgte op."), field="how")
    _require_note(follow_up, note, service_delivered, found)
    recorded = FollowUp.objects.filter(
        municipality_id=municipality_of(by), pk=follow_up.pk, done_at=None, cancelled_at=None
    ).update(
        form=form,
        note=note.strip(),
        service_delivered=service_delivered,
        pair_fits=found.pair_fits,
        hours_fit=found.hours_fit,
        done_on=done_on,
        done_at=at,
        done_by=by,
    )
    _require_first(recorded)
    follow_up.refresh_from_db()
    hearings.close(follow_ups=[follow_up], at=at)
    _read_goals(follow_up, found.readings, by, at)
    _tell_of(follow_up, by, at)
    return follow_up


def _tell_of(follow_up: FollowUp, by: User, at: datetime) -> None:
    """In the journal and in the audit trail."""
    assert follow_up.done_on is not None
    mentorships.journalise(
        mentorship=follow_up.mentorship,
        dated_on=follow_up.done_on,
        subject=_journal_subject(follow_up),
        text=_journal_text(follow_up),
        by=by,
        at=at,
    )
    audit.record(
        "follow_up.recorded",
        by=by,
        subject=follow_up.mentorship,
        follow_up=follow_up.public_id,
        kind=follow_up.kind,
        days_late=(follow_up.done_on - follow_up.due_on).days,
        service_delivered=follow_up.service_delivered,
    )


def _read_goals(follow_up: FollowUp, readings: Mapping[uuid.UUID, int], by: User, at: datetime) -> None:
    """The municipality's own reading of each goal; those the citizen and the mentor give stand beside it."""
    if any(not 0 <= score <= 10 for score in readings.values()):
        raise Refused(_("Skriv et tal fra 0 til 10."))
    assert follow_up.done_on is not None
    read_on, goals = (
        follow_up.done_on,
        {each.public_id: each for each in selectors.goals_of(follow_up.mentorship)},
    )
    GoalReading.objects.bulk_create(
        [
            GoalReading(
                municipality_id=follow_up.municipality_id,
                mentorship=follow_up.mentorship,
                goal=goals[public_id],
                citizen_id=follow_up.mentorship.citizen_id,
                side=GoalReading.Side.STAFF,
                score=score,
                read_on=read_on,
                read_at=at,
                read_by=by,
            )
            for public_id, score in readings.items()
            if public_id in goals
        ]
    )


def _require_done_day(done_on: date, mentorship: Mentorship, today: date) -> None:
    if done_on > today:
        raise Refused(_("Vælg en dag, der ikke ligger i fremtiden."), field="done_on")
    if mentorship.starts_on and done_on < mentorship.starts_on:
        raise Refused(
            _("Vælg en dag i forløbet. Det begyndte %(day)s.") % {"day": danish_date(mentorship.starts_on)},
            field="done_on",
        )


_HEARINGS = (FollowUp.Kind.HEARD_ALONE, FollowUp.Kind.MENTOR, FollowUp.Kind.COMPANY)


def _require_note(follow_up: FollowUp, note: str, service_delivered: bool | None, found: Found) -> None:
    if found.hours_fit not in ("", *FollowUp.HoursFit.values):
        raise Refused(_("Vælg, om timerne passer."), field="hours_fit")
    if note.strip():
        return
    if wanted := note_wanted(follow_up.kind):
        raise Refused(wanted, field="note")
    if found.pair_fits is False:
        raise Refused(_("Skriv, hvad der ikke passer, og hvad I gør ved det."), field="note")
    if service_delivered is False:
        raise Refused(_("Skriv, hvad der ikke er givet som aftalt, og hvad I gør ved det."), field="note")


def note_wanted(kind: str) -> str:
    """What to ask for where a follow-up of this kind is nothing without words; "" where it may stand alone."""
    if kind in (FollowUp.Kind.STATUS, FollowUp.Kind.END):
        return _("Skriv status: hvordan går det med målene, og skal noget ændres?")
    return _("Skriv, hvad der blev sagt.") if kind in _HEARINGS else ""


def _journal_subject(follow_up: FollowUp) -> str:
    words = {"kind": follow_up.get_kind_display(), "form": follow_up.get_form_display().lower()}
    return _("%(kind)s (%(form)s)") % words


def _journal_text(follow_up: FollowUp) -> str:
    told = {
        True: _("Støtten er givet som aftalt."),
        False: _("Støtten er ikke givet som aftalt."),
        None: _("Det er ikke oplyst, om støtten er givet som aftalt."),
    }[follow_up.service_delivered]
    if follow_up.kind == FollowUp.Kind.FIT:
        told = {
            True: _("Mentor og borger passer sammen."),
            False: _("Mentor og borger passer ikke sammen."),
            None: _("Det vides ikke endnu, om mentor og borger passer sammen."),
        }[follow_up.pair_fits]
    hours = _("Timer: %(fit)s.") % {"fit": follow_up.get_hours_fit_display().lower()}
    sentences = [told, hours] if follow_up.hours_fit else [told]
    return f"{follow_up.note}\n\n{' '.join(sentences)}".strip()


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
    hearings.move(follow_up=follow_up)
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
    told: Ending | None = None,
    by: User,
    at: datetime,
    on: date,
) -> Conclusion:
    """Ends a mentorship: each goal judged, the decision made, what follows noted, the rest of the plan cancelled.

    ``attainments`` by the goals' public ids; ``told`` is what the end report says besides. Raises Refused (no
    mentorship is closed without goal attainment),
    Conflict when somebody was first, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    _require_can_end(mentorship)
    _require_end_day(mentorship, ended_on, on)
    reason, what_follows = _require_choices(reason, what_follows)
    if told is not None:
        ending.require_told(told, mentorship, on)
    figures = figures_of(mentorship, at=at)
    _judge_goals(mentorship, attainments)
    facts = {"ended_on": ended_on, "reason": reason, "what_follows": what_follows, "note": note.strip()}
    facts |= ending.fields_of(told or Ending())
    conclusion = _insert_conclusion(mentorship, facts, by, at)
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
    return ending.finish(conclusion=conclusion, told=told or Ending(), figures=figures, by=by, at=at, on=on)


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
    mentorship: Mentorship, facts: Mapping[str, object], by: User, at: datetime
) -> Conclusion:
    try:
        with transaction.atomic():
            return Conclusion.objects.create(
                municipality_id=mentorship.municipality_id,
                mentorship=mentorship,
                recorded_at=at,
                recorded_by=by,
                **facts,
            )
    except IntegrityError:
        raise Conflict(_("En anden var først: forløbet er allerede afsluttet.")) from None


def _reasons(conclusion: Conclusion) -> str:
    """The reasons that the decision states."""
    told = _("Mentorstøtten ophører. Begrundelse: %(reason)s.") % {
        "reason": conclusion.get_reason_display().lower()
    }
    return f"{told} {conclusion.note}".strip()
