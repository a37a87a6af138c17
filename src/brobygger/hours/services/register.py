"""The mentor registers, corrects and deletes contacts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
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
from brobygger.hours import events, selectors
from brobygger.hours.models import Contact
from brobygger.hours.states import CHANGEABLE, NO_SHOWS
from brobygger.mentorships.models import Mentorship, Status, Task
from brobygger.people import selectors as people
from brobygger.people.models import Mentor
from brobygger.ui.formats import danish_clock, danish_date
from brobygger.values.moment import danish_day, elapsed_minutes
from brobygger.values.sharing import equal_minutes

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
    done_by_whom: str = "",
) -> Contact:
    """A new contact of the mentor's own mentorship under way, on a day when ``by`` is its mentor.

    The same ``public_id`` again gives the first contact. ``done_by_whom`` is one of ``Contact.DoneBy`` or "".

    Raises NotAllowed, Refused where law of the grant, time or another meeting stands in the way, Conflict for a
    ``public_id`` that has come with another time, and Mentorship.DoesNotExist for somebody else's mentorship.
    """
    require(by, Permission.REGISTER_HOURS)
    mentor = _own_mentor(mentorship, by)
    with transaction.atomic():
        _one_at_a_time(mentor)
        if first := _sent_before(public_id, mentorship, (kind, starts_at, ends_at)):
            return first
        contact = Contact(
            mentorship=mentorship,
            mentor=mentor,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            task=task,
            note=note.strip(),
            done_by_whom=done_by_whom,
            public_id=public_id,
        )
        _register(contact, by=by, at=at)
    return contact


def register_shared(
    *,
    mentorships: Sequence[Mentorship],
    kind: Contact.Kind,
    starts_at: datetime,
    ends_at: datetime,
    note: str,
    public_id: uuid.UUID,
    by: User,
    at: datetime,
    done_by_whom: str = "",
) -> list[Contact]:
    """One meeting with several citizens (fælles møde) as one contact for each, in the order given: all or none.

    The minutes are shared out by ``values.sharing.equal_minutes``; the parts lie end to end from ``starts_at`` to
    ``ends_at`` and are answered for one by one. Each part's id follows from ``public_id`` and its mentorship
    (``part_id``), so that the meeting sent twice arrives once.

    Raises what ``register`` raises, for any of the parts, and Refused for fewer than two mentorships, for a no-show,
    and for a meeting with less than a minute for each.
    """
    require(by, Permission.REGISTER_HOURS)
    _require_shareable(mentorships, kind)
    mentors = [_own_mentor(each, by) for each in mentorships]
    parts = _slices(starts_at, ends_at, len(mentorships))
    with transaction.atomic():
        _one_at_a_time(mentors[0])
        found = []
        for mentorship, mentor, (begins, ends) in zip(mentorships, mentors, parts, strict=True):
            key = part_id(public_id, mentorship)
            if first := _sent_before(key, mentorship, (kind, begins, ends)):
                found.append(first)
                continue
            contact = Contact(
                mentorship=mentorship,
                mentor=mentor,
                kind=kind,
                starts_at=begins,
                ends_at=ends,
                note=note.strip(),
                done_by_whom=done_by_whom,
                public_id=key,
                shared_id=public_id,
                shared_starts_at=starts_at,
                shared_ends_at=ends_at,
                shared_among=len(mentorships),
            )
            _register(contact, by=by, at=at)
            found.append(contact)
    return found


def wait_for_turn(*, by: User) -> None:
    """Until the end of the transaction nobody else changes the mentor's contacts; what is seen then, holds."""
    require(by, Permission.REGISTER_HOURS)
    if mentor := people.visible_to(by).filter(pk=by.person_id or 0).first():
        _one_at_a_time(mentor)


def part_id(meeting: uuid.UUID, mentorship: Mentorship) -> uuid.UUID:
    """The id of a mentorship's part of a shared meeting."""
    return uuid.uuid5(meeting, str(mentorship.public_id))


def _register(contact: Contact, *, by: User, at: datetime) -> None:
    _require_status(contact.mentorship, Status.ACTIVE)
    _add(contact, by=by, at=at)
    audit.record("contact.registered", by=by, subject=contact.mentorship, **_facts(contact))
    events.announce(contact, by=by, at=at)


def _require_shareable(mentorships: Sequence[Mentorship], kind: Contact.Kind) -> None:
    if len({each.pk for each in mentorships}) < max(2, len(mentorships)):
        raise Refused(_("Vælg mindst to borgere, eller registrér mødet for én."), field="mentorship")
    if kind in NO_SHOWS:
        raise Refused(_("Registrér den, der ikke kom, for sig."), field="kind")


def _slices(starts_at: datetime, ends_at: datetime, people: int) -> list[tuple[datetime, datetime]]:
    """Consecutive parts of a meeting, one for each of ``people``, in whole minutes."""
    try:
        shares = equal_minutes(elapsed_minutes(starts_at, ends_at), people)
    except ValueError:
        raise Refused(
            _("Mødet er for kort til at dele. Der skal være mindst ét minut til hver."), field="length"
        ) from None
    begins, found = starts_at.astimezone(UTC), []
    for share in shares:
        found.append((begins, begins + timedelta(minutes=share)))
        begins = found[-1][1]
    return found


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
    done_by_whom: str | None = None,
) -> Contact:
    """A new contact that supersedes ``contact`` and awaits the citizen again.

    A part of a shared meeting is corrected alone: the others' parts stand. It stays a part as long as its time lies
    within the meeting. ``done_by_whom`` None keeps what was said.

    Raises NotAllowed, Refused for a reason that is missing, a contact that is paid or settled, or whatever
    ``register`` refuses; then the old contact stands.
    """
    require(by, Permission.REGISTER_HOURS)
    _require_own_contact(contact, by)
    mentorship = contact.mentorship
    mentor = _own_mentor(mentorship, by)
    with transaction.atomic():
        _one_at_a_time(mentor)
        if first := _sent_before(public_id, mentorship, (kind, starts_at, ends_at)):
            return first
        _require_status(mentorship, Status.ACTIVE, Status.ENDED)
        _take_out(contact, Contact.State.SUPERSEDED, reason="", by=by, at=at)
        newer = Contact(
            mentorship=mentorship,
            mentor=mentor,
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            task=task,
            note=note.strip(),
            done_by_whom=contact.done_by_whom if done_by_whom is None else done_by_whom,
            public_id=public_id,
            supersedes=contact,
            correction_reason=_required(reason, _("Skriv, hvorfor du retter.")),
        )
        _keep_shared(newer, contact)
        _add(newer, by=by, at=at)
        audit.record(
            "contact.corrected", by=by, subject=mentorship, replaces=contact.public_id, **_facts(newer)
        )
        events.announce(newer, by=by, at=at)
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
        _take_out(contact, Contact.State.WITHDRAWN, reason=told, by=by, at=at)
        audit.record("contact.withdrawn", by=by, subject=contact.mentorship, **_facts(contact))
        events.announce(contact, by=by, at=at)


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


def _take_out(contact: Contact, state: Contact.State, *, reason: str, by: User, at: datetime) -> None:
    """Moves a contact out of the live ones and gives its minutes back; decides by the update itself."""
    rows = Contact.objects.filter(pk=contact.pk, state__in=CHANGEABLE, paid_minutes=0)
    changes = {"state": state, "correction_reason": reason} if reason else {"state": state}
    was_confirmed = rows.filter(state=Contact.State.CONFIRMED).update(**changes)
    if not was_confirmed and not rows.update(**changes):
        raise _why_not_changeable(contact)
    contact.state = state
    if was_confirmed:
        events.announce_no_longer_confirmed([contact], at=at, by=by)
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


def _sent_before(
    public_id: uuid.UUID, mentorship: Mentorship, sent: tuple[Contact.Kind, datetime, datetime]
) -> Contact | None:
    """What came with the id before. Raises Conflict where that was another meeting: nobody's hours go unseen."""
    first = Contact.objects.filter(public_id=public_id).first()
    if first and (first.mentorship_id, (first.kind, first.starts_at, first.ends_at)) != (mentorship.pk, sent):
        raise _other_content()
    return first


def _keep_shared(newer: Contact, former: Contact) -> None:
    """A part that still lies within its meeting remains a part of it."""
    if former.shared_starts_at is None or former.shared_ends_at is None:
        return
    if former.shared_starts_at <= newer.starts_at and newer.ends_at <= former.shared_ends_at:
        for name in ("shared_id", "shared_starts_at", "shared_ends_at", "shared_among"):
            setattr(newer, name, getattr(former, name))


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
