"""What the citizen says of a contact, and what staff settles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.audit import services as audit
from brobygger.grants.services import use
from brobygger.hours import events
from brobygger.hours.models import Confirmation, Contact
from brobygger.notices import services as notices
from brobygger.people import reading

Answer, Strength, State = Confirmation.Answer, Confirmation.Strength, Contact.State


def confirm(
    *,
    contacts: Sequence[Contact],
    by: User,
    at: datetime,
    device: str = "",
    strength: Confirmation.Strength = Strength.SIGNED_IN,
) -> None:
    """The citizen says that the meetings took place as registered: all of them or, on a Conflict, none.

    ``device`` is the mark of the browser, ``strength`` how the citizen came in. Raises NotAllowed, and
    Contact.DoesNotExist for a meeting that is somebody else's.
    """
    require(by, Permission.CONFIRM_HOURS)
    _require_own(contacts, by)
    with transaction.atomic():
        _say_yes(contacts, reason="", strength=strength, by=by, at=at, device=device)


def confirm_on_behalf(*, contacts: Sequence[Contact], reason: str, by: User, at: datetime) -> None:
    """Staff notes what the citizen has told the municipality; ``reason`` says how and when.

    Raises NotAllowed, also for a mentor's own meetings, Refused without a reason, and Conflict.
    """
    require(by, Permission.RESOLVE_DISPUTE)
    _require_not_mentor(contacts, by)
    told = _required(reason, _("Skriv, hvad borgeren har sagt og hvornår."))
    with transaction.atomic():
        _say_yes(contacts, reason=told, strength=Strength.STAFF_NOTE, by=by, at=at)


def dispute(
    *,
    contact: Contact,
    reason: str,
    by: User,
    at: datetime,
    device: str = "",
    strength: Confirmation.Strength = Strength.SIGNED_IN,
) -> None:
    """The citizen says that something is wrong. Nothing is paid for the contact until staff has looked.

    Also a contact that was confirmed, as long as it is unpaid. Raises NotAllowed, Refused, Conflict and
    Contact.DoesNotExist.
    """
    require(by, Permission.CONFIRM_HOURS)
    _require_own([contact], by)
    told = _required(reason, _("Skriv, hvad der er forkert."))
    with transaction.atomic():
        rows = Contact.objects.filter(pk=contact.pk, paid_minutes=0)
        was_confirmed = rows.filter(state=State.CONFIRMED).update(state=State.DISPUTED)
        if not was_confirmed and not rows.filter(state=State.REGISTERED).update(state=State.DISPUTED):
            raise _why_not_disputed(contact)
        if was_confirmed:
            events.announce_no_longer_confirmed([contact], at=at, by=by)
        _answer(contact, Answer.NO, reason=told, strength=strength, by=by, at=at, device=device)
        audit.record("contact.disputed", by=by, subject=contact.mentorship, contact=contact.public_id)
        _write_to(
            contact,
            contact.mentorship.consultant,
            gettext_lazy("Der er uenighed om timer i forløb %(code)s. Se Min dag."),
        )
    contact.state = State.DISPUTED


def resolve(*, contact: Contact, pay: bool, reason: str, by: User, at: datetime) -> None:
    """Staff settles a dispute: the minutes stand, or they go back to the grant. Never the mentor.

    Raises NotAllowed, Refused without a reason, and Conflict when somebody has settled it already.
    """
    require(by, Permission.RESOLVE_DISPUTE)
    _require_not_mentor([contact], by)
    told = _required(reason, _("Skriv begrundelsen for afgørelsen."))
    with transaction.atomic():
        outcome = State.ACCEPTED if pay else State.REJECTED
        if not Contact.objects.filter(pk=contact.pk, state=State.DISPUTED).update(state=outcome):
            raise Conflict(_("En anden var først. Uenigheden er ikke længere åben."))
        if not pay and contact.minutes:
            use.give_back(grant=contact.grant, minutes=contact.minutes)
        if pay:
            events.announce_confirmed([contact], at=at, by=by)
        answer = Answer.RESOLVED_PAY if pay else Answer.RESOLVED_REFUSE
        _answer(contact, answer, reason=told, strength=Strength.STAFF_NOTE, by=by, at=at)
        audit.record(
            "contact.resolved", by=by, subject=contact.mentorship, contact=contact.public_id, pay=pay
        )
        _write_to(
            contact,
            contact.mentor,
            gettext_lazy("Kommunen har afgjort en uenighed om timer i forløb %(code)s. Log ind."),
        )
    contact.state = outcome


def _say_yes(
    contacts: Sequence[Contact],
    *,
    reason: str,
    strength: Confirmation.Strength,
    by: User,
    at: datetime,
    device: str = "",
) -> None:
    keys = {contact.pk for contact in contacts}
    rows = Contact.objects.filter(pk__in=keys, state=State.REGISTERED)
    if rows.update(state=State.CONFIRMED) != len(keys):
        raise Conflict(_("Et møde er ændret, mens du så på det. Se på listen igen, og svar så."))
    for contact in contacts:
        contact.state = State.CONFIRMED
        _answer(contact, Answer.YES, reason=reason, strength=strength, by=by, at=at, device=device)
        audit.record(
            "contact.confirmed",
            by=by,
            subject=contact.mentorship,
            contact=contact.public_id,
            strength=strength.value,
        )
    events.announce_confirmed(contacts, at=at, by=by)


def _answer(
    contact: Contact,
    answer: Confirmation.Answer,
    *,
    reason: str,
    strength: Confirmation.Strength,
    by: User,
    at: datetime,
    device: str = "",
) -> None:
    Confirmation.objects.create(
        municipality_id=contact.municipality_id,
        contact=contact,
        answer=answer,
        reason=reason,
        strength=strength,
        at=at,
        by=by,
        device_hash=device,
    )


@reading.in_danish()
def _write_to(contact: Contact, person: notices.Addressee, sentence: object) -> None:
    """A mail without personal data: the case's number says which, the page says what."""
    notices.mail(
        municipality_id=contact.municipality_id,
        to=person,
        subject=_("Timer i forløb %(code)s") % {"code": contact.mentorship.code},
        body=str(sentence) % {"code": contact.mentorship.code},
    )


def _require_own(contacts: Iterable[Contact], by: User) -> None:
    for contact in contacts:
        if (contact.municipality_id, contact.citizen_id) != (by.municipality_id, by.person_id):
            raise Contact.DoesNotExist


def _require_not_mentor(contacts: Iterable[Contact], by: User) -> None:
    """An employee of the municipality may be mentor too, with two log-ins and one mail address."""
    for contact in contacts:
        if contact.municipality_id != by.municipality_id:
            raise Contact.DoesNotExist
        if by.email and by.email.casefold() == contact.mentor.email.casefold():
            raise NotAllowed(_("Du er selv mentor i forløbet. En kollega skal afgøre det."))


def _why_not_disputed(contact: Contact) -> Refused:
    contact.refresh_from_db(fields=["state", "paid_minutes"])
    if contact.paid_minutes:
        return Refused(_("Kommunen har betalt timerne. Ring til kommunen, hvis de er forkerte."))
    return Conflict(_("Mødet er ændret, mens du så på det. Se på listen igen."))


def _required(reason: str, sentence: str) -> str:
    if not reason.strip():
        raise Refused(sentence, field="reason")
    return reason.strip()
