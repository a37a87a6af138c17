"""What is kept of the end of a mentorship beside the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.audit import services as audit
from brobygger.followups.ending import report, selectors
from brobygger.followups.models import CitizenWords, Conclusion, MentorOpening
from brobygger.mentorships import services as mentorships
from brobygger.mentorships.models import Document, Mentorship, Status
from brobygger.people.models import Mentor

LONGEST_WORDS = 4000
Talk = Conclusion.PartingTalk


@dataclass(frozen=True)
class Ending:
    """What is told of the end: what worked, the parting talk, who does what next, and the mentor's next citizen.

    ``parting_talk`` is one of ``Conclusion.PartingTalk``. ``citizen_words`` is what the citizen said to staff.
    """

    what_worked: str = ""
    next_steps: str = ""
    parting_talk: str = ""
    parting_talk_on: date | None = None
    no_talk_reason: str = ""
    citizen_words: str = ""
    mentor_free_from: date | None = None


def require_told(told: Ending, mentorship: Mentorship, on: date) -> None:
    """Raises Refused unless it is said whether there was a parting talk: when and with whom, or why not."""
    if told.parting_talk not in Talk.values:
        raise Refused(_("Vælg, om der har været en afskedssamtale."), field="parting_talk")
    if told.parting_talk == Talk.NONE:
        if not told.no_talk_reason.strip():
            raise Refused(_("Skriv, hvorfor der ikke var en afskedssamtale."), field="no_talk_reason")
        return
    if told.parting_talk_on is None:
        raise Refused(_("Skriv, hvornår afskedssamtalen var."), field="parting_talk_on")
    starts_on = mentorship.starts_on
    if told.parting_talk_on > on or (starts_on and told.parting_talk_on < starts_on):
        raise Refused(_("Vælg en dag fra forløbets begyndelse til og med i dag."), field="parting_talk_on")


def fields_of(told: Ending) -> dict[str, object]:
    """What the conclusion itself keeps."""
    was_held = told.parting_talk not in ("", Talk.NONE)
    return {
        "what_worked": told.what_worked.strip(),
        "next_steps": told.next_steps.strip(),
        "parting_talk": told.parting_talk,
        "parting_talk_on": told.parting_talk_on if was_held else None,
        "no_talk_reason": "" if was_held else told.no_talk_reason.strip()[:300],
    }


def finish(
    *, conclusion: Conclusion, told: Ending, figures: selectors.Figures, by: User, at: datetime, on: date
) -> Conclusion:
    """Keeps the citizen's words and the mentor's opening, and files the end report."""
    mentorship = conclusion.mentorship
    own = selectors.words_of(mentorship)
    if told.citizen_words.strip() and not (own and own.is_own):
        note_citizen_words(mentorship=mentorship, text=told.citizen_words, by=by, at=at)
    if told.mentor_free_from and mentorship.mentor:
        _open_mentor(mentorship, mentorship.mentor, told.mentor_free_from, by, at)
    return file_report(conclusion=conclusion, figures=figures, by=by, at=at, on=on)


def file_report(
    *, conclusion: Conclusion, figures: selectors.Figures, by: User, at: datetime, on: date
) -> Conclusion:
    """The end report (slutrapport) as PDF among the case's documents, where the citizen can read it too."""
    mentorship = conclusion.mentorship
    content = report.content_of(
        conclusion, figures=figures, words=selectors.words_of(mentorship), by=by, on=on
    )
    conclusion.report = mentorships.store_document(
        mentorship=mentorship,
        kind=Document.Kind.OTHER,
        title=content["title"],
        content=report.pdf(content, at=at),
        by=by,
        at=at,
    )
    conclusion.save(update_fields=["report"])
    audit.record("end_report.made", by=by, subject=mentorship, document=conclusion.report.public_id)
    return conclusion


# The citizen's own words


@transaction.atomic
def write_citizen_words(*, mentorship: Mentorship, text: str, by: User, at: datetime) -> CitizenWords:
    """The citizen's own words, written by the citizen, who may write them anew. They stand before what staff noted.

    Raises Refused, NotAllowed for anybody else, and Mentorship.DoesNotExist for somebody else's mentorship.
    """
    require(by, Permission.CONFIRM_HOURS)
    if (mentorship.municipality_id, mentorship.citizen_id) != (by.municipality_id, by.person_id):
        raise Mentorship.DoesNotExist
    return _keep_words(mentorship, text, is_own=True, by=by, at=at)


@transaction.atomic
def note_citizen_words(*, mentorship: Mentorship, text: str, by: User, at: datetime) -> CitizenWords:
    """What the citizen said to staff. Raises Refused where the citizen has written already, and NotAllowed."""
    require(by, Permission.FOLLOW_UP)
    if mentorship.municipality_id != by.municipality_id:
        raise NotAllowed(_("Forløbet hører til en anden kommune."))
    known = selectors.words_of(mentorship)
    if known and known.is_own:
        raise Refused(_("Borgeren har selv skrevet. De ord kan du ikke rette."), field="citizen_words")
    return _keep_words(mentorship, text, is_own=False, by=by, at=at)


def _keep_words(mentorship: Mentorship, text: str, *, is_own: bool, by: User, at: datetime) -> CitizenWords:
    if mentorship.status not in (Status.ACTIVE, Status.ENDED):
        raise Refused(_("Forløbet er ikke begyndt endnu."))
    cleaned = text.strip()[:LONGEST_WORDS]
    if not cleaned:
        raise Refused(_("Skriv, hvordan det har været."), field="text")
    words, _made = CitizenWords.objects.update_or_create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        defaults={
            "citizen_id": mentorship.citizen_id,
            "text": cleaned,
            "is_own": is_own,
            "written_at": at,
            "written_by": by,
        },
    )
    audit.record("citizen_words.written", by=by, subject=mentorship, is_own=is_own)
    return words


def _open_mentor(mentorship: Mentorship, mentor: Mentor, free_from: date, by: User, at: datetime) -> None:
    MentorOpening.objects.create(
        municipality_id=mentorship.municipality_id,
        mentor=mentor,
        mentorship=mentorship,
        free_from=free_from,
        noted_at=at,
        noted_by=by,
    )
    audit.record("mentor.opening_noted", by=by, subject=mentorship, free_from=free_from)
