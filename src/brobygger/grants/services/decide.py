"""Deciding: grant, refusal, renewal, change and end, each with reasons, rules, letter and complaint guidance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, Role, require
from brobygger.audit import services as audit
from brobygger.grants import events, judgement, selectors, stored_facts
from brobygger.grants.letters import decision as letter
from brobygger.grants.letters.render import decision_pdf
from brobygger.grants.models import Application, Decision, Grant, Kind
from brobygger.grants.proposals import Proposal, as_proposed, proposal_of
from brobygger.grants.services import agree
from brobygger.law.accounts import account_of
from brobygger.law.catalogue import Assessment
from brobygger.law.deadlines import complaint_last_day
from brobygger.law.facts import Facts
from brobygger.mentorships import selectors as cases
from brobygger.mentorships import services as case_services
from brobygger.mentorships.models import Document, Mentorship, Status
from brobygger.mentorships.need import Need
from brobygger.notices import services as notices
from brobygger.payment.hour_plan import HourPlan
from brobygger.people import reading
from brobygger.people.models import Mentor
from brobygger.rulebook import selectors as rulebook
from brobygger.rulebook.frames import SELF
from brobygger.ui.formats import danish_date
from brobygger.values.period import ONE_DAY, Period


@dataclass(frozen=True)
class _Matter:
    """What a decision is about, gathered once."""

    mentorship: Mentorship
    need: Need
    proposal: Proposal
    facts: Facts
    assessment: Assessment
    asked: Kind
    application: Application | None = None


@transaction.atomic
def approve(
    *,
    application: Application,
    version: int,
    reasons: str,
    hearing: str,
    by: User,
    at: datetime,
    on: date,
) -> Decision:
    """Grants what was asked for and sends letter and agreement. The law is asked again on the day of decision.

    Raises Refused, Conflict when somebody else was first, and NotAllowed.
    """
    _require_decider(application, by)
    _close(application, version, Application.State.GRANTED, by)
    _require_mentor_can_come(application, on)
    last = selectors.last_grant(application.mentorship) if application.kind != Kind.GRANT else None
    matter = _matter_of(application, last, by=by, on=on)
    judgement.require_lawful(matter.assessment)
    decision = _decide(
        matter, Kind(application.kind), reasons.strip() or _reasons_of(matter), hearing, by=by, at=at, on=on
    )
    if application.kind == Kind.CHANGE and last is not None:
        _cut(last, application.starts_on)
    if application.mentor:
        _change_mentor(application, application.mentor, by=by)
    if matter.proposal.new_tasks:
        case_services.add_tasks(mentorship=application.mentorship, texts=matter.proposal.new_tasks, by=by)
    grant = _give(application, decision, last, _account(matter, by=by, on=on))
    _move_mentorship(application, by=by, at=at)
    agree.send(grant=grant, by=by, at=at)
    events.announce(events.when_granted, application.mentorship, on=on, at=at, by=by)
    if application.mentor:
        changed_on = application.starts_on
        events.announce(events.when_mentor_changed, application.mentorship, on=changed_on, at=at, by=by)
    _tell_requester(application, by)
    return decision


@transaction.atomic
def refuse(
    *,
    application: Application,
    version: int,
    reasons: str,
    hearing: str,
    by: User,
    at: datetime,
    on: date,
) -> Decision:
    """Refuses what was asked for, with reasons and the result of the hearing. Raises as ``approve`` does."""
    _require_decider(application, by)
    _require_text(reasons, "reasons", _("Skriv begrundelsen for afslaget."))
    _require_text(
        hearing, "hearing", _("Skriv resultatet af partshøringen, eller hvorfor den ikke var nødvendig.")
    )
    _close(application, version, Application.State.REFUSED, by)
    last = selectors.last_grant(application.mentorship) if application.kind != Kind.GRANT else None
    matter = _matter_of(application, last, by=by, on=on)
    decision = _decide(matter, Kind.REFUSAL, reasons.strip(), hearing, by=by, at=at, on=on)
    if application.mentorship.status == Status.FOR_APPROVAL:
        case_services.set_status(
            mentorship=application.mentorship,
            status=Status.REFUSED,
            reason=_("Afslag på indstillingen."),
            by=by,
            at=at,
        )
    _tell_requester(application, by)
    return decision


@transaction.atomic
def end(
    *, mentorship: Mentorship, ended_on: date, reasons: str, by: User, at: datetime, on: date
) -> Decision:
    """Ends a mentorship after its last day ``ended_on``: decision, letter, grants closed, what waits taken back.

    Raises Refused, Conflict and NotAllowed.
    """
    require(by, Permission.REQUEST_GRANT)
    _require_text(reasons, "reasons", _("Skriv, hvorfor støtten slutter."))
    if ended_on > on:
        raise Refused(
            _("Skriv en slutdato, der ikke ligger ude i fremtiden."),
            field="ended_on",
            remedy=_("Afslut forløbet, når den sidste dag er kommet."),
        )
    grant = selectors.grant_of_day(mentorship, ended_on)
    if grant is None:
        raise Refused(_("Forløbet har ingen bevilling, der kan slutte."))
    case_services.set_status(mentorship=mentorship, status=Status.ENDED, reason=reasons, by=by, at=at)
    matter = _matter_of_grant(mentorship, grant, by=by, on=on)
    decision = _decide(matter, Kind.END, reasons.strip(), "", by=by, at=at, on=on, ended_on=ended_on)
    _close_grants(mentorship, ended_on, by=by, at=at)
    _take_back_what_waits(mentorship, by)
    agree.cancel(mentorship=mentorship, at=at)
    events.announce(events.when_ended, mentorship, on=on, at=at, by=by)
    return decision


def default_reasons(application: Application) -> str:
    """The reasons that the case already gives; shown in the form, used where nothing else is written."""
    mentorship = application.mentorship
    texts = (application.reason, mentorship.decisive_reason, application.hours_reason)
    return "\n\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


def _reasons_of(matter: _Matter) -> str:
    if matter.application is None:
        return matter.need.decisive_reason
    return default_reasons(matter.application)


# Who, once, and by which law


def _require_decider(application: Application, by: User) -> None:
    """Raises NotAllowed unless the route points at ``by``, and Refused for the requester."""
    if application.municipality_id != by.municipality_id:
        raise Application.DoesNotExist
    role = application.decided_by_role
    require(by, selectors.permission_to_decide(application))
    if role != SELF and application.requested_by_id == by.pk:
        raise Refused(_("Du har selv indstillet og kan ikke også afgøre sagen. En kollega skal gøre det."))
    if not selectors.may_decide(by, application):
        label = Role(role).label if role in Role.values else _("indstilleren selv")
        raise NotAllowed(_("Indstillingen skal afgøres af rollen %(role)s.") % {"role": label})


def _require_text(text: str, field: str, sentence: str) -> None:
    if not text.strip():
        raise Refused(sentence, field=field)


def _close(application: Application, version: int, state: Application.State, by: User) -> None:
    """Takes the application out of the queue, once."""
    closed = Application.objects.filter(
        municipality_id=cases.municipality_of(by),
        pk=application.pk,
        state=Application.State.PENDING,
        version=version,
    ).update(state=state, version=F("version") + 1)
    if not closed:
        raise Conflict(
            _("En anden var først, eller indstillingen er ændret."),
            remedy=_("Hent siden igen, og se, hvad der er afgjort."),
        )
    application.state, application.version = state, version + 1


def _require_mentor_can_come(application: Application, on: date) -> None:
    """Nobody stops being the mentor on a day that has passed: hours of that day may be registered already."""
    mentor = application.mentor
    if mentor and not mentor.is_active:
        raise Refused(_("%(name)s kan ikke få nye forløb.") % {"name": mentor.name})
    if mentor and application.starts_on < on:
        raise Refused(
            _("Den nye mentor skulle begynde den %(day)s, og den dag er gået.")
            % {"day": danish_date(application.starts_on)},
            remedy=_("Afvis indstillingen, og bed om et skift fra en senere dag."),
        )


def _matter_of(application: Application, last: Grant | None, *, by: User, on: date) -> _Matter:
    mentorship, kind = application.mentorship, Kind(application.kind)
    proposal = proposal_of(application)
    need = as_proposed(cases.need_of(mentorship), proposal)
    if last is not None:
        # No hour is taken between what is judged here and the cut.
        last = Grant.objects.select_for_update().get(pk=last.pk)
    facts = judgement.facts_to_judge(
        need,
        proposal,
        by=by,
        on=on,
        previous_period=Period(last.starts_on, last.ends_before) if last and kind is Kind.RENEWAL else None,
        kept=judgement.kept_until(last, application.starts_on) if last and kind is Kind.CHANGE else None,
    )
    return _Matter(mentorship, need, proposal, facts, judgement.assessed(facts, by=by), kind, application)


def _matter_of_grant(mentorship: Mentorship, grant: Grant, *, by: User, on: date) -> _Matter:
    """What an end is about: the grant as it stands."""
    proposal = Proposal(
        kind=Kind.END,
        starts_on=grant.starts_on,
        ends_before=grant.ends_before,
        plan=HourPlan.from_data(grant.plan),
        hours_reason="",
    )
    need = cases.need_of(mentorship)
    facts = judgement.facts_to_judge(need, proposal, by=by, on=on)
    return _Matter(mentorship, need, proposal, facts, judgement.assessed(facts, by=by), Kind.END)


# The decision and its letter


def _decide(
    matter: _Matter,
    kind: Kind,
    reasons: str,
    hearing: str,
    *,
    by: User,
    at: datetime,
    on: date,
    ended_on: date | None = None,
) -> Decision:
    mentorship = matter.mentorship
    decided = letter.Decided(
        mentorship=mentorship,
        municipality=selectors.municipality_of_case(mentorship),
        need=matter.need,
        kind=kind,
        asked=matter.asked,
        proposal=matter.proposal,
        assessment=matter.assessment,
        reasons=reasons,
        hearing=hearing.strip(),
        journal_number=f"{mentorship.code}-{selectors.decisions_of(mentorship).count() + 1}",
        complaint_last_day=complaint_last_day(on),
        by=by,
        on=on,
        at=at,
        ended_on=ended_on,
        former_mentor=mentorship.mentor if matter.proposal.mentor else None,
    )
    document = case_services.store_document(
        mentorship=mentorship,
        kind=Document.Kind.LETTER,
        title=decided.title,
        content=decision_pdf(letter.content_of(decided), at=at),
        by=by,
        at=at,
    )
    decision = _insert(decided, matter, document)
    _journalise_and_send(decided, document)
    audit.record(
        f"decision.{kind.lower()}",
        by=by,
        subject=mentorship,
        decision=decision.public_id,
        application=matter.application.public_id if matter.application else "",
        decided_on=on,
        complaint_last_day=decision.complaint_last_day,
        rules=[finding.rule_id for finding in matter.assessment.findings],
    )
    return decision


def _insert(decided: letter.Decided, matter: _Matter, document: Document) -> Decision:
    return Decision.objects.create(
        municipality_id=decided.mentorship.municipality_id,
        mentorship=decided.mentorship,
        application=matter.application,
        kind=decided.kind,
        decided_on=decided.on,
        decided_at=decided.at,
        decided_by=decided.by,
        reasons=decided.reasons,
        hearing=decided.hearing,
        # The facts stand beside the answers: what the case says may change, what was decided on does not.
        rules_used={**decided.assessment.to_dict(), "facts": stored_facts.as_data(matter.facts)},
        notified_on=decided.on,
        complaint_last_day=decided.complaint_last_day,
        letter=document,
    )


@reading.in_danish()
def _journalise_and_send(decided: letter.Decided, document: Document) -> None:
    citizen = decided.mentorship.citizen
    case_services.journalise(
        mentorship=decided.mentorship,
        dated_on=decided.on,
        subject=decided.title,
        text=_("Brev %(number)s sendt til borgeren.") % {"number": decided.journal_number},
        by=decided.by,
        at=decided.at,
    )
    channel = notices.Channel.DIGITAL_POST if decided.by_digital_post else notices.Channel.PAPER
    notices.queue(
        municipality_id=decided.mentorship.municipality_id,
        channel=channel,
        recipient=citizen.name,
        # Digital Post is addressed by the CPR number, which the sender looks up; here stands the citizen's own id.
        address=str(citizen.public_id),
        subject=decided.title,
        body=_("Brevet er vedlagt. Sagsnummer %(number)s.") % {"number": decided.journal_number},
        document_id=document.pk,
    )


@reading.in_danish()
def _tell_requester(application: Application, by: User) -> None:
    requester = application.requested_by
    if requester.pk == by.pk:
        return
    code, state = application.mentorship.code, Application.State(application.state).label.lower()
    notices.mail(
        municipality_id=application.municipality_id,
        to=requester,
        subject=_("Din indstilling på forløb %(code)s er afgjort") % {"code": code},
        body=_("Indstillingen på forløb %(code)s er %(state)s. Log ind i Brobygger for at se afgørelsen.")
        % {"code": code, "state": state},
    )


# The grant


def _account(matter: _Matter, *, by: User, on: date) -> str:
    """What the grant is booked on; "" where no account is known for the citizen's group."""
    return account_of(matter.facts.target_group, on, rulebook.numbers_of(by)) or ""


def _give(application: Application, decision: Decision, last: Grant | None, account: str) -> Grant:
    return Grant.objects.create(
        municipality_id=application.municipality_id,
        mentorship=application.mentorship,
        decision=decision,
        mentor=application.mentor or (last.mentor if last else None),
        starts_on=application.starts_on,
        ends_before=application.ends_before,
        plan=application.plan,
        minutes=application.minutes,
        hourly_rate=application.hourly_rate,
        fixed_kroner=application.fixed_kroner,
        kroner=application.kroner,
        account=account,
    )


@reading.in_danish()
def _change_mentor(application: Application, mentor: Mentor, *, by: User) -> None:
    """The grants so far keep the mentor they were given to; the mentorship has the new one, and the former is told."""
    mentorship, former = application.mentorship, application.mentorship.mentor
    selectors.grants_of(mentorship).filter(mentor=None).update(mentor=former)
    case_services.set_mentor(mentorship=mentorship, mentor=mentor, starts_on=application.starts_on, by=by)
    if former is None:
        return
    notices.mail(
        municipality_id=mentorship.municipality_id,
        to=former,
        subject=_("Forløb %(code)s får en ny mentor") % {"code": mentorship.code},
        body=_(
            "Du er mentor i forløb %(code)s til og med den %(day)s. Registrér de timer, der mangler. Timer, du har "
            "registreret, bliver betalt som aftalt."
        )
        % {"code": mentorship.code, "day": danish_date(application.starts_on - ONE_DAY)},
    )


def _cut(grant: Grant, cut_on: date) -> None:
    """Lets a grant end where a change begins. Its row is locked; what is used and paid stays."""
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if cut_on <= grant.starts_on:
        if grant.used_minutes or grant.paid_kroner > Decimal(0):
            raise Refused(
                _("Der er brugt timer af bevillingen, så den kan ikke ændres fra sin første dag."),
                remedy=_("Afvis indstillingen, og bed om en ændring fra en senere dag."),
            )
        grant.is_current = False
        grant.save(update_fields=["is_current"])
        return
    kept = judgement.kept_until(grant, cut_on)
    grant.ends_before, grant.minutes, grant.kroner = cut_on, kept.minutes, kept.kroner
    grant.save(update_fields=["ends_before", "minutes", "kroner"])


def _close_grants(mentorship: Mentorship, ended_on: date, *, by: User, at: datetime) -> None:
    """Nothing can be used after the last day; a period that never began no longer counts."""
    after = ended_on + timedelta(days=1)
    open_grants = selectors.grants_of(mentorship).filter(is_current=True)
    open_grants.filter(starts_on__gte=after).update(is_current=False)
    open_grants.filter(starts_on__lt=after, ends_before__gt=after).update(ends_before=after)
    if mentorship.starts_on is not None and mentorship.starts_on < after:
        ends_before = min(after, mentorship.ends_before or after)
        case_services.set_period(
            mentorship=mentorship, period=Period(mentorship.starts_on, ends_before), by=by, at=at
        )


def _move_mentorship(application: Application, *, by: User, at: datetime) -> None:
    """Status and period follow the grant."""
    mentorship, kind = application.mentorship, Kind(application.kind)
    if kind is Kind.GRANT:
        case_services.set_status(mentorship=mentorship, status=Status.GRANTED, reason="", by=by, at=at)
        return
    start = mentorship.starts_on or application.starts_on
    period = Period(start, application.ends_before)
    case_services.set_period(mentorship=mentorship, period=period, by=by, at=at)


def _take_back_what_waits(mentorship: Mentorship, by: User) -> None:
    waiting = Application.objects.filter(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        state=Application.State.PENDING,
    )
    for application in waiting:
        Application.objects.filter(pk=application.pk, state=Application.State.PENDING).update(
            state=Application.State.WITHDRAWN, version=F("version") + 1
        )
        audit.record("application.withdrawn", by=by, subject=mentorship, application=application.public_id)
