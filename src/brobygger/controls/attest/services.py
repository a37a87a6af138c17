"""Asking the second party of a drawn case by message and one-time link, and keeping its own answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from brobygger.accounts import services as links
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import OneTimeLink, User
from brobygger.accounts.permissions import NotAllowed
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.controls.attest import selectors
from brobygger.controls.samples.models import Attestation, Party, SampleCase
from brobygger.notices import services as notices
from brobygger.ui.formats import danish_date

PURPOSE = OneTimeLink.Purpose.ATTEST_HOURS
REQUEST, HALF_TIME, AT_DEADLINE = 0, 1, 2
_ACTOR_OF = {Party.CITIZEN: "citizen", Party.MENTOR: "mentor", Party.COMPANY: "company"}
State, Strength = SampleCase.State, SampleCase.Strength

# Letters to people, in the language of the authority. They name nobody and say nothing of the case.
_SUBJECTS = {
    REQUEST: "Vi beder om dit svar",
    HALF_TIME: "Husk at svare os",
    AT_DEADLINE: "Fristen for dit svar er nu",
}
_BODIES = {
    REQUEST: "Kommunen har udtaget nogle timer til kontrol og spørger dig, om de passer. {how} Svar senest {deadline}.",
    HALF_TIME: "Vi har bedt om dit svar på, om nogle timer passer. {how} Svar os senest {deadline}.",
    AT_DEADLINE: (
        "Vi har ikke hørt fra dig. {how} Fristen var {deadline}, men vi tager stadig imod dit svar."
    ),
}
_BY_LINK = "Svar her: {link} Linket virker i {days} dage, og du får en kode, når du åbner det."
_WITHOUT_LINK = "Log ind i Brobygger, eller ring eller skriv til os."


@dataclass(frozen=True)
class _Reach:
    """How a party is written to, and where a code can be sent; both may be ""."""

    channel: notices.Channel
    recipient: str
    address: str
    phone: str
    email: str


# Asking


def ask(*, case: SampleCase, which: int, at: datetime) -> Attestation:
    """Writes to the second party: the request or one of its reminders, each with a link of its own.

    ``case`` comes with its sample, mentorship and the people there.
    """
    attestation = _kept(case, at)
    reach = _reach(case)
    notices.queue(
        municipality_id=case.municipality_id,
        channel=reach.channel,
        recipient=reach.recipient,
        address=reach.address,
        subject=_SUBJECTS[which],
        body=_BODIES[which].format(
            how=_how(attestation, reach, at), deadline=danish_date(attestation.deadline)
        ),
    )
    return attestation


def withdraw(*, case: SampleCase, at: datetime) -> None:
    """Staff has noted the answer or closed the case: nothing more is asked, and the links die."""
    waiting = Attestation.objects.filter(
        municipality_id=case.municipality_id, sample_case=case, answered_at=None, withdrawn_at=None
    )
    for key in list(waiting.values_list("pk", flat=True)):
        links.cancel_links(purpose=PURPOSE, subject_id=key, at=at)
    waiting.update(withdrawn_at=at)


def _kept(case: SampleCase, at: datetime) -> Attestation:
    person = {
        Party.CITIZEN: {"citizen": case.mentorship.citizen},
        Party.MENTOR: {"mentor": case.mentorship.mentor},
        Party.COMPANY: {"organisation": case.mentorship.organisation},
    }[Party(case.party)]
    found, _made = Attestation.objects.get_or_create(
        municipality_id=case.municipality_id,
        sample_case=case,
        defaults={
            **person,
            "mentorship": case.mentorship,
            "party": case.party,
            "first_day": date.fromisoformat(case.sample.population["first"]),
            "last_day": date.fromisoformat(case.sample.population["last"]),
            "deadline": case.sample.deadline,
            "asked_at": at,
        },
    )
    return found


def _reach(case: SampleCase) -> _Reach:
    mentor, place, citizen = case.mentorship.mentor, case.mentorship.organisation, case.mentorship.citizen
    if case.party == Party.MENTOR and mentor:
        return _by_mail(Party.MENTOR, mentor.phone, mentor.email)
    if case.party == Party.COMPANY and place:
        return _by_mail(Party.COMPANY, place.contact_phone, place.contact_email)
    on_paper = citizen.is_exempt_from_digital_post
    channel = notices.Channel.PAPER if on_paper else notices.Channel.DIGITAL_POST
    # The sender looks up the address by the citizen's own id; a link on paper would have to be typed.
    phone, email = ("", "") if on_paper else (citizen.phone, citizen.email)
    return _Reach(channel, citizen.name, str(citizen.public_id), phone, email)


def _by_mail(party: Party, phone: str, email: str) -> _Reach:
    channel = notices.Channel.EMAIL if email else notices.Channel.SMS
    return _Reach(channel, str(party.label), email or phone, phone, email)


def _how(attestation: Attestation, reach: _Reach, at: datetime) -> str:
    """A link where the code has somewhere to go; the former link dies."""
    if not reach.phone and not reach.email:
        return _WITHOUT_LINK
    links.cancel_links(purpose=PURPOSE, subject_id=attestation.pk, at=at)
    token = links.issue_link(
        municipality=attestation.municipality,
        purpose=PURPOSE,
        actor_kind=_ACTOR_OF[Party(attestation.party)],
        person_id=attestation.person_id,
        subject_id=attestation.pk,
        phone=reach.phone,
        email=reach.email,
        at=at,
    )
    address = f"{settings.PUBLIC_ADDRESS}{reverse('controls:attest_link', args=[token])}"
    return _BY_LINK.format(link=address, days=links.LINK_LIFETIME.days)


# Answering


@transaction.atomic
def attest(
    *,
    attestation: Attestation,
    was_delivered: bool,
    answer: str,
    seen: int,
    by: User,
    at: datetime,
    strength: SampleCase.Strength = Strength.SIGNED_IN,
) -> None:
    """The second party, signed in, says whether the hours are right. A no needs words.

    ``seen`` is how many minutes the page showed, ``strength`` how the party came in.
    Raises Refused, Conflict and NotAllowed.
    """
    if (by.kind, by.person_id) != (_ACTOR_OF[Party(attestation.party)], attestation.person_id):
        raise NotAllowed(_("Kun den, der er spurgt, kan svare."))
    _answer(attestation, was_delivered, answer, seen, strength, by, at)


@transaction.atomic
def attest_by_link(
    *, link: OneTimeLink, was_delivered: bool, answer: str, seen: int, at: datetime
) -> Attestation:
    """As ``attest``, by link and code; the link is spent. Raises Refused and Conflict."""
    attestation = selectors.of_link(link)
    doer = by_link(attestation)
    _answer(attestation, was_delivered, answer, seen, Strength.LINK_AND_CODE, doer, at)
    return attestation


def by_link(attestation: Attestation) -> audit.NamedJob:
    """Who acts when nobody is signed in."""
    party = attestation.get_party_display()
    return audit.NamedJob(_("%(party)s via link") % {"party": party}, attestation.municipality_id)


def note_opened(*, attestation: Attestation, by: User | None) -> None:
    """Records that mentor or company saw the citizen's hours. A citizen's own look is not recorded."""
    if attestation.party == Party.CITIZEN:
        return
    audit.record(
        "citizen.seen",
        by=by or by_link(attestation),
        subject=attestation.mentorship.citizen,
        relation=attestation.party,
        purpose=_("Stikprøve"),
    )


def _answer(
    attestation: Attestation,
    was_delivered: bool,
    answer: str,
    seen: int,
    strength: SampleCase.Strength,
    by: audit.Doer,
    at: datetime,
) -> None:
    if not was_delivered and not answer.strip():
        raise Refused(_("Skriv, hvad der ikke passer."), field="answer")
    shown = selectors.hours_of(attestation)
    if shown.minutes != seen:
        raise Conflict(_("Timerne er ændret, mens du så på dem. Se på dem igen, og svar så."))
    said = {"was_delivered": was_delivered, "answer": answer.strip(), "strength": strength.value}
    kept = Attestation.objects.filter(pk=attestation.pk, answered_at=None, withdrawn_at=None).update(
        **said, answered_at=at, minutes=shown.minutes, meetings=shown.meetings
    )
    if not kept:
        raise Conflict(_("Der er allerede svaret."))
    links.cancel_links(purpose=PURPOSE, subject_id=attestation.pk, at=at)
    # The drawn case is the municipality's: whoever is asked neither sees nor writes it.
    with acting(system_actor(attestation.municipality_id)):
        _write_on_case(attestation, said, by, at)
    attestation.refresh_from_db()


def _write_on_case(attestation: Attestation, said: dict[str, object], by: audit.Doer, at: datetime) -> None:
    case = SampleCase.objects.select_for_update().get(pk=attestation.sample_case_id)
    if case.state != State.AWAITING:
        raise Conflict(_("Kommunen har allerede fået et svar."))
    state = State.ATTESTED if said["was_delivered"] else State.OBJECTED
    SampleCase.objects.filter(pk=case.pk).update(
        **said, state=state, answered_at=at, answered_to=None, version=case.version + 1
    )
    audit.record(
        "sample_case.attested",
        by=by,
        subject=case,
        party=attestation.party,
        delivered=said["was_delivered"],
        strength=said["strength"],
    )
