"""The agreement: sent to citizen, mentor and company, answered by each, and nothing starts before all say yes."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from brobygger.accounts import services as links
from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Municipality, OneTimeLink, User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.grants import events, selectors
from brobygger.grants.letters import agreement as text
from brobygger.grants.letters.render import agreement_pdf
from brobygger.grants.models import Agreement, AgreementParty, Grant
from brobygger.law.agreement import missing_contents
from brobygger.law.catalogue import Stage, assess
from brobygger.law.codes import Act
from brobygger.law.facts import Facts
from brobygger.law.wording import listing
from brobygger.mentorships import selectors as cases
from brobygger.mentorships import services as case_services
from brobygger.mentorships.models import Document, Mentorship, Status
from brobygger.notices import services as notices
from brobygger.people import reading
from brobygger.values.moment import danish_day

Party = AgreementParty.Party
Strength = AgreementParty.Strength

_ACTOR_OF = {Party.CITIZEN: "citizen", Party.MENTOR: "mentor", Party.COMPANY: "company"}


# Sending


@transaction.atomic
def send(*, grant: Grant, by: User, at: datetime) -> Agreement:
    """Makes the agreement on a grant, keeps it as PDF and sends a one-time link to each party.

    An earlier agreement that was not completed is replaced. Raises Refused when an item is missing, and NotAllowed.
    """
    require(by, Permission.REQUEST_GRANT)
    mentorship, on = grant.mentorship, danish_day(at)
    municipality = selectors.municipality_of_case(mentorship)
    content = text.content_of(
        mentorship=mentorship,
        municipality=municipality,
        need=cases.need_of(mentorship),
        grant=grant,
        on=on,
    )
    _require_whole(content)
    _replace_unfinished(mentorship, at)
    document = case_services.store_document(
        mentorship=mentorship,
        kind=Document.Kind.AGREEMENT,
        title=_("Mentoraftale"),
        content=agreement_pdf(content, at=at),
        by=by,
        at=at,
    )
    agreement = Agreement.objects.create(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        grant=grant,
        content=content,
        document=document,
        sent_at=at,
        sent_by=by,
    )
    for party in _parties_of(agreement):
        party.save(force_insert=True)
        _send_link(party, mentorship, municipality, at)
    audit.record(
        "agreement.sent",
        by=by,
        subject=mentorship,
        agreement=agreement.public_id,
        parties=[party.party for party in agreement.parties.all()],
    )
    return agreement


def cancel(*, mentorship: Mentorship, at: datetime) -> None:
    """Takes back what is not agreed yet, as part of the end of a mentorship."""
    _replace_unfinished(mentorship, at)


@transaction.atomic
def resend(*, party: AgreementParty, by: User, at: datetime) -> None:
    """A new link for somebody who has not answered; the old one dies. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.REQUEST_GRANT)
    _require_open(party)
    if not party.email and not party.phone:
        raise Refused(
            _("Der er hverken e-mail eller telefon at sende aftalen til."),
            remedy=_("Skriv kontaktoplysningerne, eller registrér en underskrift på papir."),
        )
    links.cancel_links(purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT, subject_id=party.pk, at=at)
    mentorship = party.agreement.mentorship
    _send_link(party, mentorship, selectors.municipality_of_case(mentorship), at)
    audit.record("agreement.link_resent", by=by, subject=mentorship, party=party.party)


def _require_whole(content: dict[str, object]) -> None:
    """Nothing is sent that could never start the mentorship."""
    missing = missing_contents(text.facts_of(content, is_written=True))
    if missing:
        raise Refused(
            _("Aftalen mangler %(items)s.") % {"items": listing(missing)},
            field="agreement",
            remedy=_("Skriv det på forløbet eller hos mentoren, og prøv igen."),
        )


def _replace_unfinished(mentorship: Mentorship, at: datetime) -> None:
    unfinished = Agreement.objects.filter(
        municipality_id=mentorship.municipality_id,
        mentorship=mentorship,
        completed_at=None,
        replaced_at=None,
    )
    parties = AgreementParty.objects.filter(agreement__in=unfinished).values_list("pk", flat=True)
    for party_id in list(parties):
        links.cancel_links(purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT, subject_id=party_id, at=at)
    unfinished.update(replaced_at=at)


def _parties_of(agreement: Agreement) -> list[AgreementParty]:
    """Citizen, mentor and, where there is one, the company."""
    mentorship = agreement.mentorship
    citizen, mentor, organisation = mentorship.citizen, mentorship.mentor, mentorship.organisation
    people = [(Party.CITIZEN, citizen.pk, citizen.name, citizen.email, citizen.phone)]
    if mentor:
        people.append((Party.MENTOR, mentor.pk, mentor.name, mentor.email, mentor.phone))
    if organisation:
        contact = organisation.contact_name or organisation.name
        people.append(
            (
                Party.COMPANY,
                organisation.pk,
                contact,
                organisation.contact_email,
                organisation.contact_phone,
            )
        )
    return [
        AgreementParty(
            municipality_id=agreement.municipality_id,
            agreement=agreement,
            party=party,
            person_id=person_id,
            name=name,
            email=email,
            phone=phone,
        )
        for party, person_id, name, email, phone in people
    ]


def _send_link(
    party: AgreementParty, mentorship: Mentorship, municipality: Municipality, at: datetime
) -> None:
    """The message says no name and no matter; whoever has neither mail nor telephone answers on paper."""
    if not party.email and not party.phone:
        return
    token = links.issue_link(
        municipality=municipality,
        purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT,
        actor_kind=_ACTOR_OF[Party(party.party)],
        person_id=party.person_id,
        subject_id=party.pk,
        phone=party.phone,
        email=party.email,
        at=at,
    )
    address = f"{settings.PUBLIC_ADDRESS}{reverse('grants:agreement_link', args=[token])}"
    reads = reading.language_of(mentorship.citizen) if party.party == Party.CITIZEN else reading.OWN
    with translation.override(reads):
        subject, body = _letter(municipality, address)
    notices.queue(
        municipality_id=municipality.pk,
        channel=notices.Channel.EMAIL if party.email else notices.Channel.SMS,
        recipient=party.get_party_display(),
        address=party.email or party.phone,
        subject=subject,
        body=body,
    )
    AgreementParty.objects.filter(pk=party.pk).update(last_sent_at=at)
    party.last_sent_at = at


def _letter(municipality: Municipality, address: str) -> tuple[str, str]:
    """Subject and body in the language of the moment."""
    body = _(
        "%(municipality)s beder dig læse og svare på en aftale: %(link)s Linket virker i %(days)d dage. "
        "Du får en kode, når du åbner det."
    )
    told = {"municipality": municipality.name, "link": address, "days": links.LINK_LIFETIME.days}
    return _("Læs og svar på en aftale"), body % told


# Answering


@transaction.atomic
def accept(
    *, party: AgreementParty, strength: AgreementParty.Strength, by: User | None, at: datetime
) -> None:
    """The party says yes; the last yes starts the mentorship. Raises Refused, Conflict and NotAllowed."""
    _require_own_answer(party, strength, by)
    agreement = _locked(party)
    _answer(party, accepted_at=at, strength=strength)
    links.cancel_links(purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT, subject_id=party.pk, at=at)
    audit.record(
        "agreement.accepted",
        by=by or _by_link(party),
        subject=party.agreement.mentorship,
        agreement=agreement.public_id,
        party=party.party,
        strength=str(strength),
    )
    _complete_when_all_agree(agreement, by, at)


@transaction.atomic
def accept_by_link(*, link: OneTimeLink, at: datetime) -> AgreementParty:
    """Yes by link and code; the link is spent. Raises Refused and Conflict."""
    party = selectors.party_of_link(link)
    links.use_link(link=link, at=at)
    accept(party=party, strength=Strength.LINK_AND_CODE, by=None, at=at)
    return party


@transaction.atomic
def accept_on_paper(*, party: AgreementParty, by: User, at: datetime) -> None:
    """Staff has the signature on paper. Raises Refused, Conflict and NotAllowed."""
    require(by, Permission.REQUEST_GRANT)
    accept(party=party, strength=Strength.PAPER, by=by, at=at)


@transaction.atomic
def decline(
    *,
    party: AgreementParty,
    reason: str,
    by: User | None,
    at: datetime,
    strength: AgreementParty.Strength = Strength.SIGNED_IN,
) -> None:
    """The party says no, and why; the consultant is told. Raises Refused, Conflict and NotAllowed."""
    _require_own_answer(party, strength, by)
    if not reason.strip():
        raise Refused(_("Skriv, hvorfor du siger nej, så kommunen kan rette aftalen."), field="reason")
    agreement = _locked(party)
    _answer(party, declined_at=at, declined_reason=reason.strip(), strength=strength)
    links.cancel_links(purpose=OneTimeLink.Purpose.ACCEPT_AGREEMENT, subject_id=party.pk, at=at)
    mentorship = party.agreement.mentorship
    audit.record(
        "agreement.declined",
        by=by or _by_link(party),
        subject=mentorship,
        agreement=agreement.public_id,
        party=party.party,
    )
    with reading.in_danish():
        _tell_consultant(mentorship)


@transaction.atomic
def decline_by_link(*, link: OneTimeLink, reason: str, at: datetime) -> AgreementParty:
    """No by link and code; the link is spent. Raises Refused and Conflict."""
    party = selectors.party_of_link(link)
    decline(party=party, reason=reason, by=None, at=at, strength=Strength.LINK_AND_CODE)
    return party


def _require_own_answer(party: AgreementParty, strength: AgreementParty.Strength, by: User | None) -> None:
    """Signed in: only for oneself. On paper: staff. By link to the agreement: nobody is signed in."""
    if strength is Strength.SIGNED_IN or (strength is Strength.LINK_AND_CODE and by is not None):
        own = by is not None and by.kind == _ACTOR_OF[Party(party.party)] and by.person_id == party.person_id
        if not own:
            raise NotAllowed(_("Kun den, aftalen er sendt til, kan svare på den."))


def _require_open(party: AgreementParty) -> None:
    agreement = party.agreement
    if party.accepted_at or party.declined_at or agreement.replaced_at or agreement.completed_at:
        raise Conflict(_("Der er allerede svaret på aftalen, eller den er afløst af en ny."))


def _locked(party: AgreementParty) -> Agreement:
    """The agreement's row, locked: two who say yes at once are taken one after the other, and the last one starts."""
    agreement = Agreement.objects.select_for_update().get(pk=party.agreement_id)
    if agreement.replaced_at or agreement.completed_at:
        raise Conflict(_("Aftalen er afløst af en ny eller allerede på plads."))
    return agreement


def _answer(party: AgreementParty, **answer: object) -> None:
    answered = AgreementParty.objects.filter(pk=party.pk, accepted_at=None, declined_at=None).update(**answer)
    if not answered:
        raise Conflict(_("Der er allerede svaret på aftalen."))
    for name, value in answer.items():
        setattr(party, name, value)


def _by_link(party: AgreementParty) -> audit.NamedJob:
    with reading.in_danish():
        name = _("%(party)s via link") % {"party": party.get_party_display()}
    return audit.NamedJob(name, party.municipality_id)


def _tell_consultant(mentorship: Mentorship) -> None:
    notices.mail(
        municipality_id=mentorship.municipality_id,
        to=mentorship.consultant,
        subject=_("Nej til aftalen på forløb %(code)s") % {"code": mentorship.code},
        body=_("En part har sagt nej til aftalen på forløb %(code)s. Log ind i Brobygger for at se hvorfor.")
        % {"code": mentorship.code},
    )


# Starting


def _complete_when_all_agree(agreement: Agreement, by: User | None, at: datetime) -> None:
    if agreement.parties.filter(accepted_at=None).exists():
        return
    # The last party may be a citizen or a mentor, who cannot plan follow-ups: the start is the municipality's act.
    # What is kept of it is Danish, whatever language the last party reads.
    with acting(system_actor(agreement.municipality_id)), reading.in_danish():
        _start(agreement, by, at)


def _start(agreement: Agreement, by: User | None, at: datetime) -> None:
    """Completes the agreement and starts the mentorship, if the law's demands to the agreement are met."""
    mentorship = Mentorship.objects.select_related("citizen", "mentor", "consultant").get(
        pk=agreement.mentorship_id
    )
    doer = by or audit.NamedJob(_("Start efter aftale"), agreement.municipality_id)
    on = danish_day(at)
    facts = Facts(
        on=on,
        act=Act(mentorship.act),
        agreement=text.facts_of(agreement.content, is_written=agreement.document_id is not None),
    )
    assessment = assess(facts, stage=Stage.START)
    if not (assessment.allows and assessment.complete):
        rules = [finding.rule_id for finding in assessment.blocking + assessment.unanswered]
        audit.record("agreement.start_blocked", by=doer, subject=mentorship, rules=rules)
        return
    Agreement.objects.filter(pk=agreement.pk, completed_at=None).update(completed_at=at)
    audit.record("agreement.completed", by=doer, subject=mentorship, agreement=agreement.public_id)
    if mentorship.status == Status.GRANTED:
        case_services.set_status(
            mentorship=mentorship, status=Status.ACTIVE, reason=_("Alle parter har sagt ja."), by=by, at=at
        )
        events.announce(events.when_started, mentorship, on=on, at=at, by=by)
    elif mentorship.status == Status.ACTIVE:
        events.announce(events.when_prolonged, mentorship, on=on, at=at, by=by)
