"""Changes to mentorships, their journal, documents and messages, and the drafts of new ones."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.audit import services as audit
from brobygger.mentorships import selectors
from brobygger.mentorships.models import (
    CitizenMessage,
    Document,
    Goal,
    JournalEntry,
    Mentorship,
    MentorshipDraft,
    Status,
    StatusChange,
    Task,
)
from brobygger.mentorships.need import Need
from brobygger.notices import services as notices
from brobygger.people import reading
from brobygger.people.models import Mentor
from brobygger.values.moment import COPENHAGEN
from brobygger.values.period import Period

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
"""Without 0/O, 1/I/L, S/5 and U/V look-alikes: codes are read aloud and written on invoices."""
CODE_LENGTH = 4
CODE_TRIES = 20

TRANSITIONS: Mapping[str, frozenset[str]] = {
    Status.FOR_APPROVAL: frozenset({Status.GRANTED, Status.REFUSED, Status.ENDED}),
    Status.REFUSED: frozenset({Status.FOR_APPROVAL}),
    Status.GRANTED: frozenset({Status.ACTIVE, Status.ENDED}),
    Status.ACTIVE: frozenset({Status.ENDED}),
    Status.ENDED: frozenset(),
}
"""Which status may follow which."""

SECRET_FIELDS = frozenset({"cpr", "csrfmiddlewaretoken", "idempotency_key"})
"""What a draft never keeps: a CPR number lives in one table only."""


# The case and its status


@transaction.atomic
def create(*, need: Need, period: Period | None, by: User, at: datetime) -> Mentorship:
    """A new mentorship that waits for a decision, with goals, tasks and history. Raises Refused and NotAllowed."""
    require(by, Permission.REQUEST_GRANT)
    _require_what_a_case_cannot_lack(need)
    mentorship = _insert_with_new_code(need, period, by, at)
    goals = [text.strip() for text in need.goals if text.strip()]
    Goal.objects.bulk_create(
        Goal(municipality_id=selectors.municipality_of(by), mentorship=mentorship, position=place, text=text)
        for place, text in enumerate(goals, 1)
    )
    tasks = [text.strip() for text in need.tasks if text.strip()]
    Task.objects.bulk_create(
        Task(municipality_id=selectors.municipality_of(by), mentorship=mentorship, position=place, text=text)
        for place, text in enumerate(tasks, 1)
    )
    _note_status(mentorship, Status.FOR_APPROVAL, "", by, at)
    audit.record("mentorship.created", by=by, subject=mentorship, code=mentorship.code)
    return mentorship


def _require_what_a_case_cannot_lack(need: Need) -> None:
    wanted = (
        (need.citizen, "citizen", _("Find borgeren med CPR-nummer eller navn.")),
        (need.target_group, "target_group", _("Vælg borgerens målgruppe.")),
        (need.context, "context", _("Vælg, hvad mentoren skal hjælpe borgeren med at opnå eller fastholde.")),
        (need.support_type, "support_type", _("Vælg støttetypen.")),
        (need.purpose.strip(), "purpose", _("Skriv formålet med støtten.")),
        (any(text.strip() for text in need.goals), "goals", _("Skriv mindst ét mål.")),
        (any(text.strip() for text in need.tasks), "tasks", _("Skriv mindst én opgave til mentoren.")),
    )
    for value, field, sentence in wanted:
        if not value:
            raise Refused(sentence, field=field)


def _insert_with_new_code(need: Need, period: Period | None, by: User, at: datetime) -> Mentorship:
    assert need.context and need.support_type
    mentorship = Mentorship(
        municipality_id=selectors.municipality_of(by),
        status=Status.FOR_APPROVAL,
        citizen=need.citizen,
        mentor=need.mentor,
        organisation=need.organisation,
        consultant=by,
        team_id=by.team_id,
        act=need.act.value,
        target_group=need.target_group,
        context=need.context.value,
        support_type=need.support_type.value,
        purpose=need.purpose.strip(),
        decisive_reason=need.decisive_reason.strip(),
        beyond_normal_reason=need.beyond_normal_reason.strip(),
        qualifications_needed=need.qualifications_needed.strip(),
        not_usual_work=need.not_usual_work,
        in_group_since=need.in_group_since,
        discharge_on=need.discharge_on,
        education_admission_on=need.education_admission_on,
        starts_on=period.start if period else None,
        ends_before=period.end if period else None,
        created_at=at,
        created_by=by,
    )
    for _try in range(CODE_TRIES):
        mentorship.code = new_code()
        try:
            with transaction.atomic():
                mentorship.save(force_insert=True)
        except IntegrityError as error:
            if "mentorship_code_once" not in str(error):
                raise
        else:
            return mentorship
    raise Conflict(_("Der kunne ikke findes et ledigt forløbsnummer. Prøv igen."))


def new_code() -> str:
    """Four random signs that cannot be mistaken for each other."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


@transaction.atomic
def set_status(
    *, mentorship: Mentorship, status: Status, reason: str, by: User | None, at: datetime
) -> Mentorship:
    """Moves a mentorship along ``TRANSITIONS``. ``by`` is None for somebody who acts by a one-time link.

    Raises Refused for a move that the table lacks and Conflict when somebody else was first.
    """
    before = mentorship.status
    if status not in TRANSITIONS[before]:
        raise Refused(
            _("Forløbet er %(now)s og kan ikke blive %(wanted)s.")
            % {"now": Status(before).label.lower(), "wanted": status.label.lower()}
        )
    moved = Mentorship.objects.filter(
        municipality_id=mentorship.municipality_id, pk=mentorship.pk, status=before
    ).update(status=status)
    if not moved:
        raise Conflict(_("En anden var først og har ændret forløbets status. Hent siden igen."))
    mentorship.status = status
    _note_status(mentorship, status, reason, by, at)
    audit.record(
        "mentorship.status_changed",
        by=by or _by_link(mentorship),
        subject=mentorship,
        before=before,
        after=status.value,
    )
    return mentorship


def set_period(*, mentorship: Mentorship, period: Period, by: User, at: datetime) -> None:
    """The days the mentorship covers after a renewal, a change or an end. Part of the decision's transaction."""
    before = [mentorship.starts_on, mentorship.ends_before]
    Mentorship.objects.filter(municipality_id=selectors.municipality_of(by), pk=mentorship.pk).update(
        starts_on=period.start, ends_before=period.end
    )
    mentorship.starts_on, mentorship.ends_before = period.start, period.end
    audit.record(
        "mentorship.period_changed",
        by=by,
        subject=mentorship,
        before=before,
        after=[period.start, period.end],
        at=at,
    )


def add_tasks(*, mentorship: Mentorship, texts: Sequence[str], by: User) -> None:
    """More tasks after those there are. Part of the decision's transaction, before an agreement is made from them."""
    last = Task.objects.filter(mentorship=mentorship).aggregate(last=Max("position"))["last"] or 0
    Task.objects.bulk_create(
        Task(municipality_id=selectors.municipality_of(by), mentorship=mentorship, position=place, text=text)
        for place, text in enumerate(texts, last + 1)
    )
    audit.record("mentorship.tasks_added", by=by, subject=mentorship, count=len(texts))


def set_mentor(*, mentorship: Mentorship, mentor: Mentor, starts_on: date, by: User) -> None:
    """Another mentor from a day on. Part of the decision's transaction, which says in the grants who it is when."""
    before = mentorship.mentor
    Mentorship.objects.filter(municipality_id=selectors.municipality_of(by), pk=mentorship.pk).update(
        mentor=mentor
    )
    mentorship.mentor = mentor
    audit.record(
        "mentorship.mentor_changed",
        by=by,
        subject=mentorship,
        before=before.public_id if before else "",
        after=mentor.public_id,
        starts_on=starts_on,
    )


def _note_status(mentorship: Mentorship, status: Status, reason: str, by: User | None, at: datetime) -> None:
    StatusChange.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        status=status,
        reason=reason[:300],
        at=at,
        by=by,
    )


def _by_link(mentorship: Mentorship) -> audit.NamedJob:
    return audit.NamedJob(_("Modtager af link"), mentorship.municipality_id)


# Journal and documents


@transaction.atomic
def journalise(
    *,
    mentorship: Mentorship,
    dated_on: date,
    subject: str,
    text: str,
    by: User,
    at: datetime,
) -> JournalEntry:
    """Adds an entry; none is ever changed. Raises Refused and NotAllowed."""
    require(by, Permission.SEE_CASES)
    _require_case_work(by)
    if not subject.strip():
        raise Refused(_("Skriv et kort emne."), field="subject")
    entry = JournalEntry.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        dated_on=dated_on,
        subject=subject.strip()[:120],
        text=text.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    audit.record("journal.added", by=by, subject=mentorship, entry=entry.public_id)
    return entry


def _require_case_work(by: User) -> None:
    """Those who only look (finance, control) read the journal and do not write in it."""
    if not (by.may(Permission.FOLLOW_UP) or by.may(Permission.REQUEST_GRANT)):
        raise NotAllowed(_("Din rolle giver ikke adgang til at skrive i journalen."))


def store_document(
    *,
    mentorship: Mentorship,
    kind: Document.Kind,
    title: str,
    content: bytes,
    by: User | None,
    at: datetime,
    content_type: str = "application/pdf",
) -> Document:
    """Keeps a letter or an agreement with its fingerprint (SHA-256), as part of the caller's act."""
    document = Document.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        kind=kind,
        title=title[:160],
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).digest(),
        created_at=at,
        created_by=by,
    )
    audit.record(
        "document.stored",
        by=by or _by_link(mentorship),
        subject=mentorship,
        document=document.public_id,
        kind=str(kind),
        bytes=len(content),
    )
    return document


def note_download(*, document: Document, by: User) -> None:
    """Records that somebody took a copy. Called by the page that hands it out."""
    audit.record("document.downloaded", by=by, subject=document.mentorship, document=document.public_id)


# What the citizen writes


@transaction.atomic
def send_citizen_message(
    *, mentorship: Mentorship, kind: CitizenMessage.Kind, text: str, by: User, at: datetime
) -> CitizenMessage:
    """The citizen's own question, wish for another mentor, or complaint. Raises Refused and NotAllowed."""
    require(by, Permission.CONFIRM_HOURS)
    if by.kind != "citizen" or mentorship.citizen_id != by.person_id:
        raise Mentorship.DoesNotExist
    if kind is not CitizenMessage.Kind.DECLINE_MENTOR and not text.strip():
        raise Refused(_("Skriv, hvad du vil sige til kommunen."), field="text")
    message = CitizenMessage.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        citizen_id=mentorship.citizen_id,
        kind=kind,
        text=text.strip(),
        sent_at=at,
    )
    audit.record("citizen_message.sent", by=by, subject=mentorship, kind=str(kind), message=message.public_id)
    with reading.in_danish():
        _tell_consultant(mentorship)
    return message


def _tell_consultant(mentorship: Mentorship) -> None:
    notices.mail(
        municipality_id=mentorship.municipality_id,
        to=mentorship.consultant,
        subject=_("Ny besked på forløb %(code)s") % {"code": mentorship.code},
        body=_("Der er kommet en besked på forløb %(code)s. Log ind i Brobygger for at læse og svare.")
        % {"code": mentorship.code},
    )


@transaction.atomic
def handle_citizen_message(*, message: CitizenMessage, answer: str, by: User, at: datetime) -> None:
    """Answers a message once; question and answer go in the journal. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    if not answer.strip():
        raise Refused(_("Skriv svaret til borgeren."), field="answer")
    handled = CitizenMessage.objects.filter(
        municipality_id=selectors.municipality_of(by), pk=message.pk, handled_at=None
    ).update(handled_at=at, handled_by=by, answer=answer.strip())
    if not handled:
        raise Conflict(_("En anden var først og har svaret på beskeden. Hent siden igen."))
    message.refresh_from_db()
    kind = CitizenMessage.Kind(message.kind)
    with reading.in_danish():
        journalise(
            mentorship=message.mentorship,
            dated_on=at.astimezone(COPENHAGEN).date(),
            subject=_("Svar til borgeren: %(kind)s") % {"kind": kind.label.lower()},
            text=_("Borgeren skrev: %(text)s\n\nSvar: %(answer)s")
            % {"text": message.text or "–", "answer": message.answer},
            by=by,
            at=at,
        )
    audit.record(
        "citizen_message.handled",
        by=by,
        subject=message.mentorship,
        kind=kind.value,
        message=message.public_id,
    )
    _send_answer(message)


def _send_answer(message: CitizenMessage) -> None:
    """The answer goes by Digital Post, or on paper to who is exempt; it also stands on the citizen's own page."""
    citizen = message.mentorship.citizen
    on_paper = citizen.is_exempt_from_digital_post
    with reading.in_language_of(citizen):
        subject = _("Svar fra kommunen")
    notices.queue(
        municipality_id=message.municipality_id,
        channel=notices.Channel.PAPER if on_paper else notices.Channel.DIGITAL_POST,
        recipient=citizen.name,
        address=str(citizen.public_id),
        subject=subject,
        body=message.answer,
    )


# Drafts


def save_draft(
    *,
    draft: MentorshipDraft | None,
    data: Mapping[str, Any],
    title: str,
    by: User,
    at: datetime,
) -> MentorshipDraft:
    """Keeps what has been typed so far, except CPR numbers and form keys. Raises NotAllowed.

    Drafts are no part of the case: they leave no audit event and only the owner reaches them.
    """
    require(by, Permission.REQUEST_GRANT)
    kept = {name: value for name, value in data.items() if name not in SECRET_FIELDS}
    if draft is None:
        return MentorshipDraft.objects.create(
            municipality_id=selectors.municipality_of(by),
            owner=by,
            data=kept,
            title=title[:160],
            started_at=at,
            saved_at=at,
        )
    draft.data, draft.title, draft.saved_at = kept, title[:160], at
    if not selectors.drafts_of(by).filter(pk=draft.pk).update(data=kept, title=draft.title, saved_at=at):
        raise MentorshipDraft.DoesNotExist
    return draft


def discard_draft(*, draft: MentorshipDraft, by: User) -> None:
    """Throws a draft away, or one that has become a mentorship. Only the owner can."""
    selectors.drafts_of(by).filter(pk=draft.pk).delete()
