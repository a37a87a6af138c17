"""A concern is raised, reaches the consultant at once, and is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.followups.models import Concern
from brobygger.followups.substitutes import selectors as substitutes
from brobygger.mentorships import selectors as cases
from brobygger.mentorships import services as mentorships
from brobygger.mentorships.models import Mentorship
from brobygger.notices import services as notices
from brobygger.people import reading
from brobygger.values.moment import danish_day

Who = Concern.Who
MOST_CHARACTERS = 4000
_KINDS = {Who.MENTOR: "mentor", Who.CITIZEN: "citizen", Who.COMPANY: "company", Who.STAFF: "staff"}


@transaction.atomic
def raise_concern(*, mentorship: Mentorship, by: User | None, who: str, text: str, at: datetime) -> Concern:
    """Keeps a concern and tells the consultant, and whoever stands in today, by mail without personal data.

    ``who`` is a value of ``Concern.Who``. ``by`` is None where the person came by a link and code; ``who`` then says
    which party of the mentorship it is. Raises Refused without text, and Mentorship.DoesNotExist where ``by`` is no
    such party of it.
    """
    party = Who(who)
    if not text.strip():
        raise Refused(_("Skriv, hvad der bekymrer dig."), field="text")
    person = _person(mentorship, party, by, at)
    concern = Concern.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        who=party.value,
        text=text.strip()[:MOST_CHARACTERS],
        raised_at=at,
        raised_by=by,
        **person,
    )
    with reading.in_danish():
        name = _("%(party)s via link") % {"party": party.label}
    doer = by or audit.NamedJob(name, mentorship.municipality_id)
    audit.record("concern.raised", by=doer, subject=mentorship, who=party.value, concern=concern.public_id)
    with reading.in_danish():
        _tell_consultant(mentorship, at)
    return concern


def _person(mentorship: Mentorship, party: Who, by: User | None, at: datetime) -> dict[str, Any]:
    """The column that says whose concern it is. Raises Mentorship.DoesNotExist for somebody outside the case."""
    if by is not None and by.kind != _KINDS[party]:
        raise Mentorship.DoesNotExist
    if party is Who.STAFF:
        if by is None or by.municipality_id != mentorship.municipality_id:
            raise Mentorship.DoesNotExist
        require(by, Permission.SEE_CASES)
        return {}
    column, own = {
        Who.MENTOR: ("mentor_id", mentorship.mentor_id),
        Who.CITIZEN: ("citizen_id", mentorship.citizen_id),
        Who.COMPANY: ("organisation_id", mentorship.organisation_id),
    }[party]
    if by is not None and by.person_id != own:
        own = by.person_id if _has_been_mentor(mentorship, by) else None
    if own is None:
        raise Mentorship.DoesNotExist
    return {column: own}


def _has_been_mentor(mentorship: Mentorship, by: User) -> bool:
    """A mentor of other days may still have something to say."""
    return by.kind == "mentor" and cases.visible_to(by).filter(pk=mentorship.pk).exists()


def _tell_consultant(mentorship: Mentorship, at: datetime) -> None:
    """The mail names the case by its code and nothing else: mail is no place for the concern itself."""
    # Mentor, citizen and company do not see who stands in for whom; the municipality does.
    with acting(system_actor(mentorship.municipality_id)):
        stand_ins = substitutes.standing_in_for(mentorship.consultant, danish_day(at))
    for colleague in (mentorship.consultant, *stand_ins):
        notices.mail(
            municipality_id=mentorship.municipality_id,
            to=colleague,
            subject=_("Bekymring på forløb %(code)s") % {"code": mentorship.code},
            body=_("Der er kommet en bekymring på forløb %(code)s. Log ind i Brobygger for at læse og svare.")
            % {"code": mentorship.code},
        )


@transaction.atomic
def answer_concern(*, concern: Concern, answer: str, by: User, at: datetime) -> None:
    """Answers once; concern and answer go in the journal, and whoever raised it is told that there is an answer.

    Raises Refused without an answer, Conflict where somebody was first, and NotAllowed.
    """
    require(by, Permission.FOLLOW_UP)
    if not answer.strip():
        raise Refused(_("Skriv, hvad du gør, og hvad du svarer."), field="answer")
    answered = Concern.objects.filter(
        municipality_id=municipality_of(by), pk=concern.pk, answered_at=None
    ).update(answer=answer.strip(), answered_at=at, answered_by=by)
    if not answered:
        raise Conflict(_("En anden var først og har svaret på bekymringen. Hent siden igen."))
    concern.refresh_from_db()
    with reading.in_danish():
        mentorships.journalise(
            mentorship=concern.mentorship,
            dated_on=danish_day(at),
            subject=_("Bekymring fra %(who)s") % {"who": concern.get_who_display().lower()},
            text=_("Bekymring: %(text)s\n\nSvar: %(answer)s")
            % {"text": concern.text, "answer": concern.answer},
            by=by,
            at=at,
        )
    audit.record(
        "concern.answered", by=by, subject=concern.mentorship, who=concern.who, concern=concern.public_id
    )
    with reading.in_danish():
        _tell_whoever_raised_it(concern)


def _tell_whoever_raised_it(concern: Concern) -> None:
    """Says only that there is an answer; a citizen gets the answer itself, as with other messages."""
    if concern.citizen is not None:
        _answer_citizen(concern)
        return
    email, phone, name = _address(concern)
    if not email and not phone:
        return
    notices.queue(
        municipality_id=concern.municipality_id,
        channel=notices.Channel.EMAIL if email else notices.Channel.SMS,
        recipient=name,
        address=email or phone,
        subject=_("Kommunen har svaret dig"),
        body=_("Kommunen har svaret på det, du skrev. Log ind i Brobygger, eller ring til os."),
    )


def _address(concern: Concern) -> tuple[str, str, str]:
    if concern.mentor is not None:
        return concern.mentor.email, concern.mentor.phone, concern.get_who_display()
    if concern.organisation is not None:
        place = concern.organisation
        return place.contact_email, place.contact_phone, concern.get_who_display()
    raiser = concern.raised_by
    return (raiser.email, "", raiser.name) if raiser else ("", "", "")


def _answer_citizen(concern: Concern) -> None:
    on_paper = concern.citizen.is_exempt_from_digital_post
    with reading.in_language_of(concern.citizen):
        subject = _("Svar fra kommunen")
    notices.queue(
        municipality_id=concern.municipality_id,
        channel=notices.Channel.PAPER if on_paper else notices.Channel.DIGITAL_POST,
        recipient=concern.citizen.name,
        address=str(concern.citizen.public_id),
        subject=subject,
        body=concern.answer,
    )
