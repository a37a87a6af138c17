"""The mentor registers, corrects and deletes contacts."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.audit import services as audit
from brobygger.grants import selectors as grants
from brobygger.grants.models import Grant
from brobygger.grants.services import use
from brobygger.hours import selectors
from brobygger.hours.models import Contact
from brobygger.hours.states import CHANGEABLE, NO_SHOWS
from brobygger.mentorships.models import Mentorship, Status, Task
from brobygger.people import selectors as people
from brobygger.people.models import Mentor
from brobygger.ui.formats import danish_clock, danish_date
from brobygger.values.moment import danish_day, elapsed_minutes

AHEAD = timedelta(minutes=10)
"""Telephones' clocks differ, and people register on the way out of the door."""
LONGEST_MINUTES = 24 * 60


def register(
    *,
    mentorship: Mentorship,
    kind: Contact.Kind,
    starts_at: datetime,
    ends_at: datetime,
    task: Task | None,
    note: str,
    public_id: uuid.UUID,
    by: User,
    at: datetime,
) -> Contact:
    """A new contact of the mentor's own mentorship under way, on a day when ``by`` is its mentor.

    The same ``public_id`` again gives the first contact.

    Raises NotAllowed, Refused where law of the grant, time or another meeting stands in the way, and
    Mentorship.DoesNotExist for somebody else's mentorship.
    """
    require(by, Permission.REGISTER_HOURS)
    mentor = _own_mentor(mentorship, by)
    with transaction.atomic():
        _one_at_a_time(mentor)
        if first := _sent_before(public_id, mentorship):
            return first
        _require_status(mentorship, Status.ACTIVE)
        contact = Contact(
            mentorship=mentorship,
            mentor=mentor,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            task=task,
            note=note.strip(),
            public_id=public_id,
        )
        _add(contact, by=by, at=at)
        audit.record("contact.registered", by=by, subject=mentorship, **_facts(contact))
    return contact


def correct(
    *,
    contact: Contact,
    kind: Contact.Kind,
    starts_at: datetime,
    ends_at: datetime,
    task: Task | None,
    note: str,
    reason: str,
    public_id: uuid.UUID,
    by: User,
    at: datetime,
) -> Contact:
    """A new contact that supersedes ``contact`` and awaits the citizen again.

    Raises NotAllowed, Refused for a reason that is missing, a contact that is paid or settled, or whatever
    ``register`` refuses; then the old contact stands.
    """
    require(by, Permission.REGISTER_HOURS)
    _require_own_contact(contact, by)
    mentorship = contact.mentorship
    mentor = _own_mentor(mentorship, by)
    with transaction.atomic():
        _one_at_a_time(mentor)
        if first := _sent_before(public_id, mentorship):
            return first
        _require_status(mentorship, Status.ACTIVE, Status.ENDED)
        _take_out(contact, Contact.State.SUPERSEDED, reason="")
        newer = Contact(
            mentorship=mentorship,
            mentor=mentor,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            task=task,
            note=note.strip(),
            public_id=public_id,
            supersedes=contact,
            correction_reason=_required(reason, _("Skriv, hvorfor du retter.")),
        )
        _add(newer, by=by, at=at)
        audit.record(
            "contact.corrected", by=by, subject=mentorship, replaces=contact.public_id, **_facts(newer)
        )
    return newer


def withdraw(*, contact: Contact, reason: str, by: User, at: datetime) -> None:
    """The mentor deletes a contact; the row stays with its reason, the minutes go back to the grant.

    Raises NotAllowed, and Refused for a contact that is paid or settled.
    """
    require(by, Permission.REGISTER_HOURS)
    _require_own_contact(contact, by)
    told = _required(reason, _("Skriv, hvorfor du sletter."))
    with transaction.atomic():
        _one_at_a_time(_own_mentor(contact.mentorship, by))
        _take_out(contact, Contact.State.WITHDRAWN, reason=told)
        audit.record("contact.withdrawn", by=by, subject=contact.mentorship, **_facts(contact))


def _add(contact: Contact, *, by: User, at: datetime) -> None:
    """Inserts the contact first and takes the minutes after, so that every transaction locks in that order."""
    mentorship = contact.mentorship
    _require_plausible(contact, at)
    _require_task_of(contact)
    contact.municipality_id = mentorship.municipality_id
    contact.grant = _grant_of(contact)
    contact.mentor_identity = contact.mentor.identity
    contact.citizen_id = mentorship.citizen_id
    passed = elapsed_minutes(contact.starts_at, contact.ends_at)
    contact.minutes = 0 if contact.kind in NO_SHOWS else passed
    contact.registered_at, contact.registered_by = at, by
    try:
        with transaction.atomic():
            contact.save(force_insert=True)
    except IntegrityError as error:
        raise _explain(error, contact) from None
    if contact.minutes:
        use.take(grant=contact.grant, minutes=contact.minutes)


def _take_out(contact: Contact, state: Contact.State, *, reason: str) -> None:
    """Moves a contact out of the live ones and gives its minutes back; decides by the update itself."""
    rows = Contact.objects.filter(pk=contact.pk, state__in=CHANGEABLE, paid_minutes=0)
    changes = {"state": state, "correction_reason": reason} if reason else {"state": state}
    if not rows.update(**changes):
        raise _why_not_changeable(contact)
    contact.state = state
    if contact.minutes:
        use.give_back(grant=contact.grant, minutes=contact.minutes)


def _why_not_changeable(contact: Contact) -> Refused:
    contact.refresh_from_db(fields=["state", "paid_minutes"])
    if contact.paid_minutes:
        return Refused(
            _("Timerne er betalt og kan ikke ændres her."),
            remedy=_("Ring til kommunen, hvis de er forkerte."),
        )
    if contact.state in (Contact.State.ACCEPTED, Contact.State.REJECTED):
        return Refused(_("Kommunen har afgjort, om timerne gælder. Ring til kommunen."))
    return Conflict(_("Kontakten er allerede rettet eller slettet. Hent siden igen."))


def _one_at_a_time(mentor: Mentor) -> None:
    """Lets one transaction at a time change a mentor's contacts, in any municipality.

    The constraint on overlap alone would be right too, but two twins at once would end as a deadlock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended('mentor-contacts', %s))",
            [mentor.identity],
        )


def _sent_before(public_id: uuid.UUID, mentorship: Mentorship) -> Contact | None:
    first = Contact.objects.filter(public_id=public_id).first()
    if first and first.mentorship_id != mentorship.pk:
        raise _other_content()
    return first


def _own_mentor(mentorship: Mentorship, by: User) -> Mentor:
    """Who ``by`` is in the mentorship, now or on other days. Raises Mentorship.DoesNotExist for somebody else."""
    if not grants.is_mentor_of(by, mentorship):
        raise Mentorship.DoesNotExist
    is_now = mentorship.mentor_id == by.person_id
    return mentorship.mentor if is_now else people.visible_to(by).get(pk=by.person_id or 0)


def _require_own_contact(contact: Contact, by: User) -> None:
    if (contact.municipality_id, contact.mentor_id) != (by.municipality_id, by.person_id):
        raise Contact.DoesNotExist


def _require_status(mentorship: Mentorship, *allowed: Status) -> None:
    mentorship.refresh_from_db(fields=["status"])
    if mentorship.status in allowed:
        return
    if mentorship.status == Status.ENDED:
        raise Refused(_("Forløbet er afsluttet. Ring til kommunen, hvis der mangler timer."))
    raise Refused(_("Forløbet er ikke begyndt. Alle skal først have sagt ja til aftalen."))


def _require_plausible(contact: Contact, at: datetime) -> None:
    if contact.ends_at > at + AHEAD:
        raise Refused(_("Mødet er ikke slut endnu. Registrér det bagefter."), field="clock")
    passed = elapsed_minutes(contact.starts_at, contact.ends_at)
    if passed < 1:
        raise Refused(_("Mødet skal slutte, efter det begynder."), field="length")
    if passed > LONGEST_MINUTES:
        raise Refused(_("Et møde kan højst vare 24 timer."), field="length")


def _require_task_of(contact: Contact) -> None:
    if contact.task is not None and contact.task.mentorship_id != contact.mentorship_id:
        raise Refused(_("Vælg en af opgaverne i aftalen."), field="task")


def _required(reason: str, sentence: str) -> str:
    if not reason.strip():
        raise Refused(sentence, field="reason")
    return reason.strip()[:200]


def _grant_of(contact: Contact) -> Grant:
    """The grant of the day that is the contact's mentor's own."""
    day = danish_day(contact.starts_at)
    grant = use.grant_on(contact.mentorship, day)
    if grant is not None and grant.mentor_id in (None, contact.mentor_id):
        return grant
    former: Contact | None = contact.supersedes
    if former is not None and danish_day(former.starts_at) == day:
        # Registered before another mentor was decided on for the rest of that day.
        earlier: Grant = former.grant
        return earlier
    if _is_day_of_another(contact, day):
        sentence = _("Du er ikke mentor i forløbet den %(day)s. Registrér kun dine egne dage.")
    else:
        sentence = _("Der er ingen bevilling, der gælder den %(day)s.")
    raise Refused(sentence % {"day": danish_date(day)}, field="day")


def _is_day_of_another(contact: Contact, day: date) -> bool:
    """Whether the mentorship has had several mentors, and none of this one's grants holds the day."""
    own = contact.mentorship.grants.filter(mentor_id=contact.mentor_id, is_current=True)
    return own.exists() and not own.filter(starts_on__lte=day, ends_before__gt=day).exists()


def _explain(error: IntegrityError, contact: Contact) -> Exception:
    """The constraint that said no, as a sentence; anything unforeseen stays what it is."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name == "mentor_meets_one_citizen_at_a_time":
        return Refused(_clash(contact), field="clock")
    if "public_id" in name:
        return _other_content()
    if name == "contact_corrected_once":
        return Conflict(_("Kontakten er allerede rettet eller slettet. Hent siden igen."))
    return error


def _clash(contact: Contact) -> str:
    """Names the time of the other meeting, never the other citizen."""
    other = selectors.clash_of(contact)
    if other is None:
        return _("Tidspunktet overlapper et andet møde, du har registreret. Ret tidspunktet.")
    return _(
        "Du har allerede registreret et møde den %(day)s kl. %(start)s–%(end)s. Ret et af tidspunkterne."
    ) % {
        "day": danish_date(other.starts_at),
        "start": danish_clock(other.starts_at),
        "end": danish_clock(other.ends_at),
    }


def _other_content() -> Conflict:
    return Conflict(_("Siden er allerede sendt med et andet indhold. Hent den igen, og prøv på ny."))


def _facts(contact: Contact) -> dict[str, Any]:
    return {
        "contact": contact.public_id,
        "kind": contact.kind,
        "starts_at": contact.starts_at.isoformat(),
        "minutes": contact.minutes,
    }
