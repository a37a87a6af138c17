"""What the citizen says and chooses on the own page, and how the citizen gets in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts import services as links
from brobygger.accounts.errors import Refused
from brobygger.accounts.models import Municipality, OneTimeLink, User
from brobygger.accounts.permissions import Permission, require
from brobygger.accounts.tenancy import acting, set_context, system_actor
from brobygger.audit import services as audit
from brobygger.citizens import languages, selectors
from brobygger.citizens.models import AnswerRound, ContactHours, HowItGoes, LanguageChoice
from brobygger.followups.concerns.services import raise_concern
from brobygger.followups.models import Concern
from brobygger.followups.services import hear_alone
from brobygger.grants import selectors as grants
from brobygger.mentorships.models import Mentorship
from brobygger.notices import services as notices
from brobygger.people import reading
from brobygger.people.models import Citizen
from brobygger.ui.fields import FACES
from brobygger.values.moment import danish_day
from brobygger.values.opening_hours import OpeningHours

PURPOSE = OneTimeLink.Purpose.CITIZEN_PAGE
LOW = 2
"""An answer up to this one reaches the consultant."""
RENEWABLE_FOR = timedelta(days=60)
"""How long the holder of an old link can have a new one sent to the same telephone."""
RENEWED_AT_MOST_EVERY = timedelta(minutes=10)
ASK_FROM_DAY = 3
"""Of the month: by then mentors have registered what they forgot."""
WRITING_HOURS = OpeningHours()


# Languages


def choose_language(*, code: str, by: User) -> None:
    """The citizen's own choice, kept for next time. Raises Refused for one that is not offered, and NotAllowed."""
    require(by, Permission.CONFIRM_HOURS)
    offered = {each.code for each in selectors.offered_languages(by.municipality_id or 0)}
    if code not in offered:
        raise Refused(_("Det sprog kan du ikke vælge her endnu."))
    citizen = selectors.citizen_of(by)
    if citizen.language != code:
        citizen.language = code
        citizen.save(update_fields=["language"])
        audit.record("citizen.language_chosen", by=by, subject=citizen, language=code)


def switch_language(*, code: str, is_on: bool, by: User, at: datetime) -> None:
    """Whether the municipality's citizens are offered a language. Raises Refused for one without texts, NotAllowed."""
    require(by, Permission.SET_FRAMES)
    if code == languages.OWN or not languages.is_ready(code):
        raise Refused(_("Sproget har ingen tekster endnu og kan ikke slås til."))
    LanguageChoice.objects.update_or_create(
        municipality_id=by.municipality_id or 0,
        code=code,
        defaults={"is_on": is_on, "changed_at": at, "changed_by": by},
    )
    audit.record("language.switched", by=by, subject=None, language=code, is_on=is_on)


# The lifeline


@transaction.atomic
def set_contact_hours(*, mentorship: Mentorship, hours: OpeningHours, by: User, at: datetime) -> None:
    """When the citizen can reach the mentor: said by the municipality or by the mentor. Raises NotAllowed."""
    if by.kind == "mentor":
        require(by, Permission.REGISTER_HOURS)
        if not grants.is_mentor_of(by, mentorship):
            raise Mentorship.DoesNotExist
    else:
        require(by, Permission.FOLLOW_UP)
    said = {"days": sorted(hours.days), "opens": hours.opens, "closes": hours.closes}
    ContactHours.objects.update_or_create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        defaults={**said, "changed_at": at, "changed_by": by},
    )
    audit.record(
        "contact_hours.set",
        by=by,
        subject=mentorship,
        days=said["days"],
        opens=f"{hours.opens:%H:%M}",
        closes=f"{hours.closes:%H:%M}",
    )


# What the citizen says


@transaction.atomic
def say_how_it_goes(
    *, mentorship: Mentorship, score: int | None, words: str, by: User, at: datetime
) -> HowItGoes | None:
    """Keeps the answer; a low one reaches the consultant as a concern. Nothing picked is no answer: None.

    Raises NotAllowed, Refused for a score that is none of the five, and Mentorship.DoesNotExist.
    """
    _require_own(mentorship, by)
    if score is None and not words.strip():
        return None
    labels = {step: str(label) for step, label in FACES}
    if score not in labels:
        raise Refused(_("Vælg et af de fem ansigter."), field="score")
    answer = HowItGoes.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        citizen_id=mentorship.citizen_id,
        score=score,
        words=words.strip(),
        answered_at=at,
    )
    audit.record("citizen.said_how_it_goes", by=by, subject=mentorship, answer=answer.public_id)
    if score <= LOW:
        with reading.in_danish():
            said = _("Hvordan går det? %(answer)s. %(words)s") % {
                "answer": labels[score],
                "words": words.strip(),
            }
        raise_concern(mentorship=mentorship, by=by, who=Concern.Who.CITIZEN, text=said.strip(), at=at)
    return answer


def ask_for_help(*, mentorship: Mentorship, text: str, by: User, at: datetime) -> None:
    """Reaches the consultant at once. Raises NotAllowed, Refused without words, and Mentorship.DoesNotExist."""
    _require_own(mentorship, by)
    if not text.strip():
        raise Refused(_("Skriv, hvad du skal have hjælp til."), field="text")
    raise_concern(mentorship=mentorship, by=by, who=Concern.Who.CITIZEN, text=text, at=at)


def ask_to_be_heard_alone(*, mentorship: Mentorship, by: User, at: datetime) -> date:
    """A talk with the consultant without the mentor; returns the last day it should be held on.

    Raises NotAllowed, Refused and Mentorship.DoesNotExist.
    """
    _require_own(mentorship, by)
    return hear_alone(mentorship=mentorship, by=by, at=at, on=danish_day(at)).due_on


def _require_own(mentorship: Mentorship, by: User) -> None:
    require(by, Permission.CONFIRM_HOURS)
    if (mentorship.municipality_id, mentorship.citizen_id) != (by.municipality_id, by.person_id):
        raise Mentorship.DoesNotExist


# Getting in by link and code


@dataclass(frozen=True)
class _Letter:
    """Two sentences that name nobody and say nothing of the matter, written in the citizen's language."""

    subject: Any
    body: Any


_SENT_BY_STAFF = _Letter(
    gettext_lazy("Et link til dig"), gettext_lazy("Her er dit link til kommunen: %(link)s %(code)s")
)
_RENEWED = _Letter(gettext_lazy("Et link til dig"), gettext_lazy("Her er dit nye link: %(link)s %(code)s"))
_ASKED = _Letter(
    gettext_lazy("Vi beder om dit svar"),
    gettext_lazy("Kommunen vil gerne have dit svar. Se det her: %(link)s %(code)s"),
)


def send_link(*, citizen: Citizen, by: User, at: datetime) -> None:
    """Staff sends the citizen a link to the own page. Raises NotAllowed, and Refused without a place to send it."""
    require(by, Permission.FOLLOW_UP)
    if citizen.municipality_id != by.municipality_id:
        raise Citizen.DoesNotExist
    if not citizen.phone and not citizen.email:
        raise Refused(_("Skriv borgerens telefonnummer eller e-mail først."))
    with transaction.atomic():
        _send(citizen, _SENT_BY_STAFF, at)
        audit.record("citizen.link_sent", by=by, subject=citizen)


def ask_next(*, at: datetime) -> int:
    """The worker's duty: one municipality's citizens are asked for their answers about last month's meetings.

    Once a month, from its third day, in office hours. Returns how many were written to.
    """
    today = danish_day(at)
    if today.day < ASK_FROM_DAY or not WRITING_HOURS.is_open(at):
        return 0
    month = today.replace(day=1)
    municipality = selectors.municipality_to_ask(month)
    return ask_for_answers(municipality=municipality, month=month, at=at) if municipality else 0


def ask_for_answers(*, municipality: Municipality, month: date, at: datetime) -> int:
    """A message with a link to every citizen whose meetings before ``month`` lack an answer: all of them or none.

    Returns how many; 0 also when they have been asked already.
    """
    with acting(system_actor(municipality.pk)):
        asked, is_first = AnswerRound.objects.get_or_create(
            municipality=municipality, month=month, defaults={"asked_at": at}
        )
        if not is_first:
            return 0
        citizens = list(selectors.citizens_to_ask(municipality, month).select_related("municipality"))
        for citizen in citizens:
            _send(citizen, _ASKED, at)
        AnswerRound.objects.filter(pk=asked.pk).update(sent=len(citizens))
        job = audit.NamedJob("ask-for-answers", municipality.pk)
        audit.record("citizens.asked", by=job, subject=None, month=month, sent=len(citizens))
    return len(citizens)


def ask_for_an_answer(*, citizen: Citizen, at: datetime) -> None:
    """A message with a link to the own page, where the question stands. Only inside another service's transaction."""
    _send(citizen, _ASKED, at)


def enter(*, token: str, at: datetime) -> OneTimeLink:
    """The link behind a token. Raises Refused, also when the telephone on file is no longer the one it was sent to."""
    link = links.enter_by_link(token=token, purpose=PURPOSE, at=at)
    if not _is_still_on_file(link):
        set_context(None)
        raise Refused(_("Linket er brugt eller udløbet."), remedy=_("Bed kommunen om at sende et nyt."))
    return link


def sign_in(*, link: OneTimeLink, at: datetime) -> User:
    """The login that a link opens after its code; the link is spent. Raises Refused."""
    citizen = Citizen.objects.get(municipality_id=link.municipality_id, pk=link.person_id)
    return links.user_of_link(link=link, name=citizen.name, at=at)


@transaction.atomic
def renew_link(*, token: str, at: datetime) -> None:
    """A new link to the telephone on file for somebody who holds an old one. Says nothing of whether it was sent."""
    link = links.find_link(token=token)
    if link is None:
        return
    is_ours = link.purpose == PURPOSE and link.created_at > at - RENEWABLE_FOR
    just_sent = OneTimeLink.objects.filter(
        municipality_id=link.municipality_id,
        purpose=PURPOSE,
        person_id=link.person_id,
        created_at__gt=at - RENEWED_AT_MOST_EVERY,
    ).exists()
    if is_ours and not just_sent and _is_still_on_file(link):
        citizen = Citizen.objects.select_related("municipality").get(
            municipality_id=link.municipality_id, pk=link.person_id
        )
        _send(citizen, _RENEWED, at)
    set_context(None)


def _is_still_on_file(link: OneTimeLink) -> bool:
    where = {"phone": link.phone} if link.phone else {"phone": "", "email": link.email}
    found = Citizen.objects.filter(municipality_id=link.municipality_id, pk=link.person_id, **where)
    return found.exists()


def _send(citizen: Citizen, letter: _Letter, at: datetime) -> None:
    """One short message with a link of its own; the former one dies."""
    links.cancel_links(purpose=PURPOSE, subject_id=citizen.pk, at=at)
    token = links.issue_link(
        municipality=citizen.municipality,
        purpose=PURPOSE,
        actor_kind="citizen",
        person_id=citizen.pk,
        subject_id=citizen.pk,
        phone=citizen.phone,
        email="" if citizen.phone else citizen.email,
        at=at,
    )
    link = f"{settings.PUBLIC_ADDRESS}{reverse('citizens:link', args=[token])}"
    with reading.in_language_of(citizen):
        body = letter.body % {"link": link, "code": _("Du får en kode, når du åbner det.")}
        subject = str(letter.subject)
    notices.queue(
        municipality_id=citizen.municipality_id,
        channel=notices.Channel.SMS if citizen.phone else notices.Channel.EMAIL,
        recipient=_("Borger"),
        address=citizen.phone or citizen.email,
        subject=subject,
        body=body,
    )
