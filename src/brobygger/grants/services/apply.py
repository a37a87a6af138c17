"""Asking for a grant: a new mentorship, a new period, other hours. The frame says who decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, Role, require
from brobygger.audit import services as audit
from brobygger.grants import judgement, selectors
from brobygger.grants.judgement import Judgement
from brobygger.grants.models import Application, Grant, Kind
from brobygger.grants.proposals import Proposal, as_proposed, price_lines_as_data
from brobygger.grants.services import decide
from brobygger.mentorships import selectors as cases
from brobygger.mentorships import services as case_services
from brobygger.mentorships.models import Mentorship, Status
from brobygger.mentorships.need import Need
from brobygger.people.models import Mentor
from brobygger.rulebook.frames import SELF
from brobygger.values.period import Period

LONGEST_TASK = 300
UNDER_WAY = (Status.GRANTED, Status.ACTIVE)


@transaction.atomic
def submit(*, need: Need, proposal: Proposal, by: User, at: datetime, on: date) -> Application:
    """A new mentorship with its application; decided at once where the requester may.

    Raises Refused with rule, paragraph and field when the law or the frame says no, and NotAllowed.
    """
    require(by, Permission.REQUEST_GRANT)
    proposal = replace(proposal, kind=Kind.GRANT)
    judged = _judged(need, proposal, by=by, on=on)
    mentorship = case_services.create(need=need, period=proposal.period, by=by, at=at)
    return _file(mentorship, proposal, judged, by=by, at=at, on=on)


@transaction.atomic
def renew(*, mentorship: Mentorship, proposal: Proposal, by: User, at: datetime, on: date) -> Application:
    """A new period after the current one, on a new assessment. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.REQUEST_GRANT)
    last = _require_last_grant(mentorship)
    proposal = replace(proposal, kind=Kind.RENEWAL)
    if not proposal.is_reassessed:
        raise Refused(
            _("En ny periode kræver en ny konkret vurdering."),
            field="is_reassessed",
            remedy=_("Vurder borgerens behov igen, og sæt kryds."),
        )
    if proposal.starts_on is not None and proposal.starts_on < last.ends_before:
        raise Refused(
            _("Den nye periode begynder, før den nuværende er slut."),
            field="starts_on",
            remedy=_("Lad den nye periode begynde dagen efter den nuværende."),
        )
    need = cases.need_of(mentorship)
    previous = Period(last.starts_on, last.ends_before)
    judged = _judged(need, proposal, by=by, on=on, previous_period=previous)
    return _file(mentorship, proposal, judged, by=by, at=at, on=on)


@transaction.atomic
def change(*, mentorship: Mentorship, proposal: Proposal, by: User, at: datetime, on: date) -> Application:
    """Other hours, price, end, mentor or more tasks from a day inside the granted period.

    Raises Refused, Conflict and NotAllowed.

    The grant is cut the day before; law and frame judge the whole period, with what is kept of it and by the mentor
    who comes.
    """
    require(by, Permission.REQUEST_GRANT)
    last = _require_last_grant(mentorship)
    proposal = replace(proposal, kind=Kind.CHANGE)
    _require_change_inside(last, proposal, on)
    _require_another_mentor(mentorship, proposal)
    _require_tasks_that_are_new(mentorship, proposal)
    need = as_proposed(cases.need_of(mentorship), proposal)
    kept = judgement.kept_until(last, proposal.starts_on) if proposal.starts_on else None
    judged = _judged(need, proposal, by=by, on=on, kept=kept)
    return _file(mentorship, proposal, judged, by=by, at=at, on=on)


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User, at: datetime) -> None:
    """Takes back what is not decided yet; a mentorship that was never granted ends with it.

    Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.REQUEST_GRANT)
    taken = Application.objects.filter(
        municipality_id=cases.municipality_of(by), pk=application.pk, state=Application.State.PENDING
    ).update(state=Application.State.WITHDRAWN, version=F("version") + 1)
    if not taken:
        raise Conflict(_("En anden var først: indstillingen er allerede afgjort. Hent siden igen."))
    application.refresh_from_db(fields=["state", "version"])
    mentorship = application.mentorship
    audit.record("application.withdrawn", by=by, subject=mentorship, application=application.public_id)
    if mentorship.status == Status.FOR_APPROVAL:
        case_services.set_status(
            mentorship=mentorship,
            status=Status.ENDED,
            reason=reason or _("Indstillingen er trukket tilbage."),
            by=by,
            at=at,
        )


def _judged(
    need: Need,
    proposal: Proposal,
    *,
    by: User,
    on: date,
    previous_period: Period | None = None,
    kept: judgement.Kept | None = None,
) -> Judgement:
    """The judgement of a proposal that may go on. Raises Refused."""
    judged = judgement.judge(need, proposal, by=by, on=on, previous_period=previous_period, kept=kept)
    judgement.require_lawful(judged.assessment)
    judgement.require_plan_inside_period(proposal)
    judgement.require_route(judged)
    _require_somebody_to_decide(judged, by)
    return judged


def _require_somebody_to_decide(judged: Judgement, by: User) -> None:
    """The requester never decides, so where nobody else has the role the application would wait for ever."""
    role = judged.route.decided_by
    if role == SELF or selectors.others_with_role(by, role).exists():
        return
    raise Refused(
        _("Ingen anden i kommunen kan afgøre indstillingen: den skal afgøres af rollen %(role)s.")
        % {"role": Role(role).label},
        remedy=_("Bed en administrator give en kollega rollen, eller hold støtten inden for rammen."),
    )


def _require_last_grant(mentorship: Mentorship) -> Grant:
    last = selectors.last_grant(mentorship)
    if last is None or mentorship.status not in UNDER_WAY:
        raise Refused(
            _(
                "Forløbet er %(status)s. Kun et forløb, der er bevilget eller i gang, kan forlænges eller ændres."
            )
            % {"status": Status(mentorship.status).label.lower()}
        )
    return last


def _require_change_inside(last: Grant, proposal: Proposal, on: date) -> None:
    first = proposal.starts_on
    if first is None:
        raise Refused(_("Skriv, hvornår ændringen begynder."), field="starts_on")
    if not last.starts_on <= first < last.ends_before:
        raise Refused(
            _("Ændringen skal begynde i den periode, der er bevilget."),
            field="starts_on",
            remedy=_("Skal støtten gå videre efter perioden, så forlæng den."),
        )
    if first < on:
        raise Refused(_("En ændring gælder tidligst fra i dag."), field="starts_on")
    if first == last.starts_on and last.used_minutes:
        raise Refused(
            _("Der er brugt timer af bevillingen, så den kan ikke ændres fra sin første dag."),
            field="starts_on",
            remedy=_("Lad ændringen begynde en senere dag."),
        )


def _require_another_mentor(mentorship: Mentorship, proposal: Proposal) -> None:
    mentor = proposal.mentor
    if mentor is None:
        return
    if mentor.municipality_id != mentorship.municipality_id:
        raise Mentor.DoesNotExist
    if mentor.pk == mentorship.mentor_id:
        raise Refused(
            _("%(name)s er allerede mentor i forløbet. Vælg en anden.") % {"name": mentor.name},
            field="mentor",
        )
    if not mentor.is_active:
        raise Refused(_("%(name)s kan ikke få nye forløb.") % {"name": mentor.name}, field="mentor")
    if not proposal.reason.strip():
        raise Refused(_("Skriv, hvorfor borgeren skal have en anden mentor."), field="reason")


def _require_tasks_that_are_new(mentorship: Mentorship, proposal: Proposal) -> None:
    known = {task.text.casefold() for task in cases.tasks_of(mentorship)}
    for text in proposal.new_tasks:
        if len(text) > LONGEST_TASK:
            raise Refused(
                _("En opgave er for lang. Skriv den på højst %(most)d tegn.") % {"most": LONGEST_TASK},
                field="new_tasks",
            )
        if text.casefold() in known:
            raise Refused(_("»%(task)s« er allerede en opgave.") % {"task": text}, field="new_tasks")
        known.add(text.casefold())
    if proposal.new_tasks and not proposal.reason.strip():
        raise Refused(_("Skriv, hvorfor mentoren skal have flere opgaver."), field="reason")


def _file(
    mentorship: Mentorship, proposal: Proposal, judged: Judgement, *, by: User, at: datetime, on: date
) -> Application:
    application = _insert(mentorship, proposal, judged, by=by, at=at, on=on)
    audit.record(
        "application.submitted",
        by=by,
        subject=mentorship,
        application=application.public_id,
        kind=application.kind,
        minutes=application.minutes,
        kroner=application.kroner,
        decided_by=application.decided_by_role,
        inside_frame=judged.frame_check.inside,
        mentor=proposal.mentor.public_id if proposal.mentor else "",
        new_tasks=len(proposal.new_tasks),
    )
    if application.decided_by_role == SELF:
        decide.approve(
            application=application,
            version=application.version,
            reasons=proposal.reason,
            hearing="",
            by=by,
            at=at,
            on=on,
        )
    return application


def _insert(
    mentorship: Mentorship, proposal: Proposal, judged: Judgement, *, by: User, at: datetime, on: date
) -> Application:
    period, plan = judgement.require_plan_inside_period(proposal)
    priced = proposal.estimate(on)
    assert priced is not None
    try:
        with transaction.atomic():
            return Application.objects.create(
                municipality_id=mentorship.municipality_id,
                mentorship=mentorship,
                kind=proposal.kind,
                starts_on=period.start,
                ends_before=period.start + timedelta(days=period.days),
                plan=plan.as_data(),
                price_lines=price_lines_as_data(proposal.price_lines),
                minutes=plan.total_minutes,
                minutes_per_week_max=plan.max_minutes_per_week,
                hourly_rate=priced.hourly_rate,
                fixed_kroner=priced.fixed_amount,
                kroner=priced.total,
                hours_reason=proposal.hours_reason.strip(),
                reason=proposal.reason.strip(),
                is_reassessed=bool(proposal.is_reassessed),
                mentor=proposal.mentor,
                new_tasks="\n".join(proposal.new_tasks),
                findings=judged.assessment.to_dict(),
                frame_check=judgement.as_data(judged),
                decided_by_role=judged.route.decided_by,
                route_reason=judged.route.reason[:300],
                requested_at=at,
                requested_by=by,
            )
    except IntegrityError as error:
        if "one_pending_application" not in str(error):
            raise
        raise Conflict(
            _("Der venter allerede en indstilling på forløbet. Afgør eller træk den tilbage først.")
        ) from None
