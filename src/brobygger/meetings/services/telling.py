"""What those who take part are told when a meeting is planned, moved or called off. No name and no place leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brobygger.meetings import ical, selectors
from brobygger.meetings.models import Meeting
from brobygger.notices import services as notices
from brobygger.people import reading
from brobygger.people.models import Mentor
from brobygger.ui.formats import danish_clock, isolated_times, reader_weekday

FILE_NAME = "moede.ics"
NOBODYS_ADDRESS = "ingen-svar@example.invalid"
"""The organiser where the municipality has given no e-mail address: a domain that can never exist (RFC 2606)."""


@dataclass(frozen=True)
class _Told:
    """What a message says, in the language of the moment."""

    subject: str
    sentence: str


_Write = Callable[[], _Told]
"""Makes the message anew for each who receives it, in their own language."""


def tell_planned(meetings: Sequence[Meeting], *, at: datetime) -> None:
    if not meetings:
        return

    def write() -> _Told:
        told = {"count": len(meetings), "when": when_in_words(meetings[0])}
        if len(meetings) == 1:
            sentence = _("Der er aftalt et møde i mentorforløbet %(when)s.") % {"when": told["when"]}
        else:
            sentence = ngettext(
                "Der er aftalt %(count)d ugentligt møde i mentorforløbet. Det første er %(when)s.",
                "Der er aftalt %(count)d ugentlige møder i mentorforløbet. Det første er %(when)s.",
                len(meetings),
            ) % told  # fmt: skip
        return _Told(_("Nyt møde i mentorforløb"), sentence)

    _tell(meetings, write, at)


def tell_moved(meeting: Meeting, *, at: datetime) -> None:
    def write() -> _Told:
        sentence = _("Et møde i mentorforløbet er ændret. Det er nu %(when)s.")
        return _Told(_("Møde i mentorforløb er flyttet"), sentence % {"when": when_in_words(meeting)})

    _tell([meeting], write, at)


def tell_cancelled(meetings: Sequence[Meeting], *, at: datetime) -> None:
    """One message about each, since each calendar must hear of each."""
    for meeting in meetings:
        _tell([meeting], partial(_cancelled, meeting), at)


def _cancelled(meeting: Meeting) -> _Told:
    sentence = _("Mødet i mentorforløbet %(when)s er aflyst.") % {"when": when_in_words(meeting)}
    return _Told(_("Møde i mentorforløb er aflyst"), sentence)


def tell_handed_over(handed_over: Sequence[tuple[Meeting, Mentor]], *, at: datetime) -> None:
    """Each meeting with its former mentor, whose calendar drops it; the others hear once of all they take part in."""
    for group in _alike(handed_over):
        meetings = [meeting for meeting, _former in group]
        _tell(meetings, partial(_handed_over, meetings), at)
        with reading.in_danish():
            _tell_former(meetings, group[0][1], at)


def _handed_over(meetings: Sequence[Meeting]) -> _Told:
    sentence = ngettext(
        "%(count)d møde i mentorforløbet holdes med en ny mentor. Det er %(when)s.",
        "%(count)d møder i mentorforløbet holdes med en ny mentor. Det første er %(when)s.",
        len(meetings),
    ) % {"count": len(meetings), "when": when_in_words(meetings[0])}
    return _Told(_("Møder i mentorforløb med ny mentor"), sentence)


def _alike(handed_over: Sequence[tuple[Meeting, Mentor]]) -> list[list[tuple[Meeting, Mentor]]]:
    """Those with the same people in them together."""
    groups: dict[tuple[object, ...], list[tuple[Meeting, Mentor]]] = {}
    for meeting, former in handed_over:
        key = (former.pk, meeting.with_consultant, meeting.organisation_id)
        groups.setdefault(key, []).append((meeting, former))
    return list(groups.values())


def _tell_former(meetings: Sequence[Meeting], former: Mentor, at: datetime) -> None:
    if not former.email:
        return
    gone = [replace(entry_of(meeting), is_cancelled=True) for meeting in meetings]
    file = ical.published(gone, name=_("Møder i mentorforløb"), at=at, organiser=_organiser(meetings[0]))
    told = ngettext(
        "Et møde i et mentorforløb er ikke længere dit. En anden mentor holder det. Det er %(when)s.",
        "%(count)d møder i et mentorforløb er ikke længere dine. En anden mentor holder dem. Det første er %(when)s.",
        len(meetings),
    ) % {"count": len(meetings), "when": when_in_words(meetings[0])}
    notices.queue(
        municipality_id=meetings[0].municipality_id,
        channel=notices.Channel.EMAIL,
        recipient=former.name,
        address=former.email,
        subject=_("Møder i mentorforløb går til en anden mentor"),
        body=told + "\n\n" + _("Filen tager dem ud af din kalender."),
        attachment=file.decode(),
        attachment_name=FILE_NAME,
    )


def when_in_words(meeting: Meeting) -> str:
    """ "tirsdag 24. november kl. 10.00–11.00", in Danish time and the language of the moment."""
    times = isolated_times(f"{danish_clock(meeting.starts_at)}–{danish_clock(meeting.ends_at)}")
    return _("%(day)s kl. %(times)s") % {"day": reader_weekday(meeting.starts_at), "times": times}


def address_of(meeting: Meeting) -> str:
    return settings.PUBLIC_ADDRESS + reverse("meetings:meeting", args=[meeting.public_id])


def entry_of(meeting: Meeting, *, initials: str = "") -> ical.Entry:
    """The meeting as calendars see it; ``initials`` are the most that is said of anybody."""
    summary = _("Møde i mentorforløb")
    return ical.Entry(
        uid=str(meeting.public_id),
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=f"{summary} · {initials}" if initials else summary,
        description=_("Se sted og detaljer i Brobygger: %(address)s") % {"address": address_of(meeting)},
        url=address_of(meeting),
        changed_at=meeting.settled_at or meeting.planned_at,
        is_cancelled=meeting.state == Meeting.State.CANCELLED,
    )


def invitation(meeting: Meeting, *, attendee: str, at: datetime) -> bytes:
    return ical.invitation(entry_of(meeting), organiser=_organiser(meeting), attendee=attendee, at=at)


def _organiser(meeting: Meeting) -> str:
    return meeting.municipality.email or NOBODYS_ADDRESS


def _tell(meetings: Sequence[Meeting], write: _Write, at: datetime) -> None:
    for party in selectors.parties_of(meetings[0]):
        with translation.override(party.language):
            if party.email:
                _mail(party, write(), meetings, _file(meetings, at))
            elif party.phone:
                _text(party, write(), meetings[0])


def _file(meetings: Sequence[Meeting], at: datetime) -> Callable[[str], bytes]:
    """The attachment for an address: an invitation, or where there are several meetings all of them as published."""
    if len(meetings) == 1:
        return lambda attendee: invitation(meetings[0], attendee=attendee, at=at)
    entries = [entry_of(each) for each in meetings]
    name = _("Møder i mentorforløb")
    organiser = _organiser(meetings[0])
    return lambda _attendee: ical.published(entries, name=name, at=at, organiser=organiser)


def _mail(
    party: selectors.Party, told: _Told, meetings: Sequence[Meeting], make: Callable[[str], bytes]
) -> None:
    body = _(
        "%(told)s\n\nSe sted og detaljer, når du er logget ind: %(address)s\n\nLæg mødet i din kalender med filen."
    )
    notices.queue(
        municipality_id=meetings[0].municipality_id,
        channel=notices.Channel.EMAIL,
        recipient=party.name,
        address=party.email,
        subject=told.subject,
        body=body % {"told": told.sentence, "address": address_of(meetings[0])},
        attachment=make(party.email).decode(),
        attachment_name=FILE_NAME,
    )


def _text(party: selectors.Party, told: _Told, meeting: Meeting) -> None:
    notices.queue(
        municipality_id=meeting.municipality_id,
        channel=notices.Channel.SMS,
        recipient=party.name,
        address=party.phone,
        subject=told.subject,
        body=f"{told.sentence} {address_of(meeting)}",
    )
