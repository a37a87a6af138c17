"""Planning, moving and cancelling meetings, and telling those who take part."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import User
from brobygger.audit import services as audit
from brobygger.meetings import selectors
from brobygger.meetings.models import Meeting, MeetingMove
from brobygger.meetings.services import telling
from brobygger.meetings.services.rights import require_changer, require_planner
from brobygger.mentorships import selectors as mentorships
from brobygger.mentorships.models import Mentorship, Status
from brobygger.organisations.models import Organisation
from brobygger.people.models import Mentor
from brobygger.ui.formats import danish_clock, danish_date
from brobygger.values.moment import NoSuchTime, TimeOccursTwice, day_start, instant

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 12 * 60
MOST_WEEKS = 26
LONGEST_REASON = 300


@dataclass(frozen=True)
class Asked:
    """A time and a place as somebody writes them: a Danish day and clock, minutes, how and where."""

    day: date
    clock: time
    minutes: int
    how: str
    place: str = ""


@transaction.atomic
def plan(
    *,
    mentorship: Mentorship,
    asked: Asked,
    weeks: int = 1,
    with_consultant: bool = False,
    with_company: bool = False,
    by: User,
    at: datetime,
) -> list[Meeting]:
    """Plans a meeting, or one each week by the same Danish clock for ``weeks`` weeks while the mentorship lasts.

    Those who take part are told at once. Raises Refused where the time, the mentorship or another meeting stands in
    the way, NotAllowed, and Mentorship.DoesNotExist for somebody else's.
    """
    require_planner(mentorship, by)
    _require_under_way(mentorship)
    _require_choice(asked, weeks)
    series = uuid.uuid4() if weeks > 1 else None
    days = [asked.day + timedelta(weeks=week) for week in range(weeks)]
    _require_day_inside(mentorship, asked.day)
    made = []
    for day in days:
        if mentorship.ends_before and day >= mentorship.ends_before:
            break
        meeting = Meeting(
            municipality_id=mentorship.municipality_id,
            mentorship=mentorship,
            mentor=_mentor_on(mentorship, day, by),
            citizen=mentorship.citizen,
            organisation=_company(mentorship) if with_company else None,
            with_consultant=with_consultant,
            series=series,
            planned_at=at,
            planned_by=by,
        )
        _set_time(meeting, day, asked, at)
        meeting.first_starts_at = meeting.starts_at
        _insert(meeting)
        made.append(meeting)
    audit.record("meetings.planned", by=by, subject=mentorship, count=len(made), first=asked.day)
    telling.tell_planned(made, at=at)
    return made


@transaction.atomic
def move(*, meeting: Meeting, asked: Asked, asked_by: str, reason: str, by: User, at: datetime) -> Meeting:
    """Another time or place, until the meeting begins: after that it has to be said what happened.

    The move is kept with who asked for it and why. Raises Refused, Conflict where somebody was first, and NotAllowed.
    """
    require_changer(meeting, by)
    if asked_by not in MeetingMove.AskedBy.values:
        raise Refused(_("Vælg, hvem der bad om at flytte mødet."), field="asked_by")
    told = _required(reason, _("Skriv, hvorfor mødet flyttes."))
    _require_choice(asked, 1)
    _require_not_begun(meeting, at)
    _require_day_inside(meeting.mentorship, asked.day)
    before = (meeting.starts_at, meeting.ends_at, meeting.how, meeting.place)
    _set_time(meeting, asked.day, asked, at)
    if before == (meeting.starts_at, meeting.ends_at, meeting.how, meeting.place):
        raise Refused(_("Vælg et andet tidspunkt eller sted, end der er aftalt."), field="clock")
    _change(
        meeting,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        how=meeting.how,
        place=meeting.place,
    )
    MeetingMove.objects.create(
        municipality_id=meeting.municipality_id,
        meeting=meeting,
        from_starts_at=before[0],
        from_ends_at=before[1],
        to_starts_at=meeting.starts_at,
        to_ends_at=meeting.ends_at,
        asked_by=asked_by,
        reason=told,
        at=at,
        by=by,
    )
    audit.record(
        "meeting.moved",
        by=by,
        subject=meeting.mentorship,
        meeting=meeting.public_id,
        before=before[0].isoformat(),
        after=meeting.starts_at.isoformat(),
        asked_by=asked_by,
    )
    telling.tell_moved(meeting, at=at)
    return meeting


@transaction.atomic
def cancel(
    *, meeting: Meeting, reason: str, rest_of_series: bool = False, by: User, at: datetime
) -> list[Meeting]:
    """Calls a meeting off before it begins, and with ``rest_of_series`` those after it in the series too.

    Raises Refused, Conflict where somebody was first, and NotAllowed.
    """
    require_changer(meeting, by)
    told = _required(reason, _("Skriv, hvorfor mødet aflyses."))
    _require_not_begun(meeting, at)
    chosen = selectors.rest_of_series(meeting, at=at) if rest_of_series else [meeting]
    for each in chosen:
        _change(each, state=Meeting.State.CANCELLED, reason=told, settled_at=at, settled_by=by)
        audit.record("meeting.cancelled", by=by, subject=each.mentorship, meeting=each.public_id)
    telling.tell_cancelled(chosen, at=at)
    return chosen


def when_ended(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    """A reaction to the end of a mentorship: what is still to come is called off, and everybody is told."""
    left = list(selectors.of_mentorship(mentorship).filter(state=Meeting.State.PLANNED, starts_at__gt=at))
    for meeting in left:
        reason = _("Forløbet er slut.")
        _change(meeting, state=Meeting.State.CANCELLED, reason=reason, settled_at=at, settled_by=by)
    if left:
        doer = by or audit.NamedJob(_("Mødekalender"), mentorship.municipality_id)
        audit.record("meetings.cancelled", by=doer, subject=mentorship, count=len(left))
        telling.tell_cancelled(left, at=at)


def when_mentor_changed(mentorship: Mentorship, on: date, at: datetime, by: User | None) -> None:
    """A reaction to another mentor from the day ``on``: what is still to come by then goes over to the new one.

    A meeting at a time when the new mentor meets somebody else is called off. Everybody is told, the former mentor too.
    """
    mentor = mentorship.mentor
    if mentor is None:
        return
    ahead = selectors.of_mentorship(mentorship).filter(state=Meeting.State.PLANNED, starts_at__gt=at)
    left = list(ahead.filter(starts_at__gte=day_start(on)).exclude(mentor=mentor))
    former = {meeting.pk: meeting.mentor for meeting in left}
    called_off = [meeting for meeting in left if not _hand_over(meeting, mentor, by, at)]
    handed_over = [meeting for meeting in left if meeting not in called_off]
    if left:
        doer = by or audit.NamedJob(_("Mødekalender"), mentorship.municipality_id)
        count, lost = len(handed_over), len(called_off)
        audit.record("meetings.handed_over", by=doer, subject=mentorship, count=count, called_off=lost)
    telling.tell_cancelled(called_off, at=at)
    telling.tell_handed_over([(meeting, former[meeting.pk]) for meeting in handed_over], at=at)


def _hand_over(meeting: Meeting, mentor: Mentor, by: User | None, at: datetime) -> bool:
    """False where the new mentor has another meeting then, so that this one is called off."""
    former, meeting.mentor = meeting.mentor, mentor
    if selectors.clash_of(meeting) is None:
        _change(meeting, mentor=mentor)
        return True
    meeting.mentor = former
    reason = _("Den nye mentor har et andet møde på det tidspunkt.")
    _change(meeting, state=Meeting.State.CANCELLED, reason=reason, settled_at=at, settled_by=by)
    return False


def _change(meeting: Meeting, **fields: object) -> None:
    """Changes a planned meeting and its place in calendars; decides by the update itself who was first."""
    rows = Meeting.objects.filter(
        municipality_id=meeting.municipality_id,
        pk=meeting.pk,
        state=Meeting.State.PLANNED,
        sequence=meeting.sequence,
    )
    try:
        with transaction.atomic():
            changed = rows.update(sequence=F("sequence") + 1, **fields)
    except IntegrityError:
        raise _taken(meeting) from None
    if not changed:
        raise Conflict(_("En anden var først: mødet er allerede ændret. Hent siden igen."))
    meeting.sequence += 1
    for name, value in fields.items():
        setattr(meeting, name, value)


def _insert(meeting: Meeting) -> None:
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
    except IntegrityError:
        raise _taken(meeting) from None


def _set_time(meeting: Meeting, day: date, asked: Asked, at: datetime) -> None:
    """Gives the meeting its time and place. Raises Refused for a time that is past, does not exist, or is taken."""
    meeting.starts_at = _instant(day, asked.clock)
    meeting.ends_at = meeting.starts_at + timedelta(minutes=asked.minutes)
    meeting.how, meeting.place = asked.how, asked.place.strip()[:120]
    if meeting.starts_at <= at:
        raise Refused(_("Vælg et tidspunkt, der ikke er gået."), field="clock")
    if selectors.clash_of(meeting):
        raise _taken(meeting)


def _instant(day: date, clock: time) -> datetime:
    try:
        return instant(day, clock)
    except NoSuchTime as error:
        raise Refused(str(error), field="clock") from None
    except TimeOccursTwice:
        raise Refused(
            _(
                "Klokken %(clock)s kommer to gange den %(day)s, for uret stilles tilbage. Vælg et andet tidspunkt."
            )
            % {"clock": f"{clock:%H.%M}", "day": danish_date(day)},
            field="clock",
        ) from None


def _taken(meeting: Meeting) -> Refused:
    """Names the time, never who the other meeting is with."""
    return Refused(
        _("Mentoren har allerede aftalt et møde den %(day)s kl. %(clock)s. Vælg et andet tidspunkt.")
        % {"day": danish_date(meeting.starts_at), "clock": danish_clock(meeting.starts_at)},
        field="clock",
    )


def _require_under_way(mentorship: Mentorship) -> None:
    mentorship.refresh_from_db(fields=["status"])
    if mentorship.status not in (Status.GRANTED, Status.ACTIVE):
        raise Refused(_("Forløbet er ikke i gang. Der kan ikke aftales møder."))


def _require_day_inside(mentorship: Mentorship, day: date) -> None:
    is_before = mentorship.starts_on is not None and day < mentorship.starts_on
    is_after = mentorship.ends_before is not None and day >= mentorship.ends_before
    if is_before and mentorship.starts_on:
        told = _("Vælg en dag i forløbet. Det begynder %(day)s.") % {"day": danish_date(mentorship.starts_on)}
        raise Refused(told, field="day")
    if is_after and mentorship.last_day:
        told = _("Vælg en dag i forløbet. Sidste dag er %(day)s.") % {"day": danish_date(mentorship.last_day)}
        raise Refused(told, field="day")


def _require_choice(asked: Asked, weeks: int) -> None:
    if asked.how not in Meeting.How.values:
        raise Refused(_("Vælg, hvordan I mødes."), field="how")
    if asked.how == Meeting.How.FACE_TO_FACE and not asked.place.strip():
        raise Refused(_("Skriv, hvor I mødes."), field="place")
    if not SHORTEST_MINUTES <= asked.minutes <= LONGEST_MINUTES:
        raise Refused(_("Et møde kan vare fra 5 minutter til 12 timer."), field="length")
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refused(_("Vælg, hvor mange uger mødet skal gentages. Det kan højst være 26."), field="weeks")


def _require_not_begun(meeting: Meeting, at: datetime) -> None:
    if meeting.starts_at <= at:
        raise Refused(
            _("Mødet er begyndt og kan ikke flyttes eller aflyses."),
            remedy=_("Skriv i stedet, hvad der skete."),
        )


def _mentor_on(mentorship: Mentorship, day: date, by: User) -> Mentor:
    mentor = mentorships.mentor_on(mentorship, day)
    if mentor is None:
        raise Refused(_("Forløbet har ingen mentor. Der kan ikke aftales møder."))
    if by.kind == "mentor" and mentor.pk != by.person_id:
        raise Refused(_("Du er ikke mentor i forløbet den %(day)s.") % {"day": danish_date(day)}, field="day")
    return mentor


def _company(mentorship: Mentorship) -> Organisation:
    company: Organisation | None = mentorship.organisation
    if company is None:
        raise Refused(_("Forløbet har ingen virksomhed, der kan være med."), field="partners")
    return company


def _required(reason: str, sentence: str) -> str:
    if not reason.strip():
        raise Refused(sentence, field="reason")
    return reason.strip()[:LONGEST_REASON]
