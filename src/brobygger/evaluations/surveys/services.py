"""Asking both sides on the days of the rhythm, and keeping what each answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Municipality, User
from brobygger.accounts.permissions import NotAllowed, Permission, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import acting, system_actor
from brobygger.audit import services as audit
from brobygger.citizens import services as citizens
from brobygger.evaluations.models import Party, SurveyAsk, SurveyChoice, SurveyRound
from brobygger.evaluations.rhythm import END, Moment, due, is_in_time, is_to_be_reminded, moments
from brobygger.evaluations.surveys import selectors
from brobygger.evaluations.surveys.items import BY_KEY, is_allowed, items_of
from brobygger.meetings import selectors as meetings
from brobygger.mentorships.models import Mentorship, Status
from brobygger.notices import services as notices
from brobygger.values.moment import danish_day
from brobygger.values.opening_hours import OpeningHours

JOB = "ask-both-sides"
LIFETIME_SECONDS = 600
WRITING_HOURS = OpeningHours()
# The messages name nobody and say nothing of the case.
_SUBJECT = "Vi beder om dit svar"
_BODY = "Kommunen har et par spørgsmål til dig som mentor. Log ind her og svar: {address}"
_REMINDER = "Kommunen mangler dit svar på et par spørgsmål til dig som mentor. Log ind her og svar: {address}"


# Whether the municipality asks


def choose(*, is_on: bool, by: User, at: datetime) -> None:
    """From today both sides are asked on the days of the rhythm, or no longer. Raises NotAllowed."""
    require(by, Permission.RUN_EVALUATIONS)
    SurveyChoice.objects.create(
        municipality_id=municipality_of(by),
        is_on=is_on,
        valid_from=danish_day(at),
        chosen_at=at,
        chosen_by=by,
    )
    audit.record("survey.chosen", by=by, is_on=is_on)


# Asking


def ask_next(*, at: datetime) -> int:
    """The worker's duty: what has fallen due in one municipality, once a day, in office hours. Returns how many."""
    if not WRITING_HOURS.is_open(at):
        return 0
    waiting = selectors.municipality_to_ask(danish_day(at))
    return ask(municipality=waiting, at=at) if waiting else 0


def ask(*, municipality: Municipality, at: datetime) -> int:
    """Writes to everybody who falls due on the day, and reminds those who have not answered: all of them or none.

    Once a day, as its round is made once. Returns how many were written to.
    """
    day = danish_day(at)
    with acting(system_actor(municipality.pk), lifetime=LIFETIME_SECONDS):
        done, is_first = SurveyRound.objects.get_or_create(municipality=municipality, day=day)
        choice = selectors.choice_of(municipality.pk)
        if not is_first or choice is None or not choice.is_on:
            return 0
        cases = list(selectors.mentorships_in_rhythm(municipality, day))
        _drop_moved(cases, at)
        fresh = _new_asks(cases, choice.valid_from, day, at)
        SurveyAsk.objects.bulk_create([row for _case, row in fresh])
        for case, row in fresh:
            _write(case, row, at, _BODY)
        reminded = _remind(cases, day, at)
        SurveyRound.objects.filter(pk=done.pk).update(asked=len(fresh))
        job = audit.NamedJob(JOB, municipality.pk)
        audit.record("survey.asked", by=job, day=day, asked=len(fresh), reminded=reminded)
    return len(fresh) + reminded


def _remind(cases: Sequence[Mentorship], day: date, at: datetime) -> int:
    """One reminder of each unanswered ask, and one message to each person; returns how many were written to."""
    written = set[tuple[str, int | None]]()
    by_key = {case.pk: case for case in cases}
    for row in selectors.unanswered(cases, day):
        case, person = by_key[row.mentorship_id], (row.party, row.citizen_id or row.mentor_id)
        assert case.starts_on
        if not is_to_be_reminded(case.starts_on, danish_day(row.asked_at), row.last_day, day):
            continue
        if not _may_be_reminded(case, row) or not _mark_reminded(row, at) or person in written:
            continue
        _write(case, row, at, _REMINDER)
        written.add(person)
    return len(written)


def _may_be_reminded(case: Mentorship, row: SurveyAsk) -> bool:
    """A message reaches them, they are still the one who was asked, and they have not asked for no reminders."""
    own = ("citizen_id", row.citizen_id or 0) if row.citizen_id else ("mentor_id", row.mentor_id or 0)
    is_the_one = row.party == Party.CITIZEN or row.mentor_id == case.mentor_id
    reached = row.party in _parties(case)
    return reached and is_the_one and meetings.wants_reminders(case.municipality_id, own)


def _mark_reminded(row: SurveyAsk, at: datetime) -> bool:
    """Whether this was the first; also False where the answer came at this moment."""
    waiting = SurveyAsk.objects.filter(pk=row.pk, reminded_at=None, answered_at=None, dropped_at=None)
    return bool(waiting.update(reminded_at=at))


def _moments(case: Mentorship) -> tuple[Moment, ...]:
    assert case.starts_on and case.ends_before
    return moments(case.starts_on, case.ends_before)


def _drop_moved(cases: Sequence[Mentorship], at: datetime) -> None:
    """Unanswered questions at an end that has been moved are asked no more."""
    ends = {case.pk: next(each.due_on for each in _moments(case) if each.name == END) for case in cases}
    waiting = selectors.asks_of(cases).filter(moment=END, answered_at=None, dropped_at=None)
    moved = [row.pk for row in waiting if row.due_on != ends[row.mentorship_id]]
    SurveyAsk.objects.filter(pk__in=moved).update(dropped_at=at)


def _new_asks(
    cases: Sequence[Mentorship], since: date, day: date, at: datetime
) -> list[tuple[Mentorship, SurveyAsk]]:
    known = set(selectors.asks_of(cases).values_list("mentorship_id", "party", "moment", "due_on"))
    found = []
    for case in cases:
        for moment in due(_moments(case), day):
            if moment.due_on < since or (moment.name == "AFTER" and case.status != Status.ENDED):
                continue
            for party in _parties(case):
                if (case.pk, party.value, moment.name, moment.due_on) not in known:
                    found.append((case, _row(case, party, moment, at)))
    return found


def _parties(case: Mentorship) -> list[Party]:
    """Those that a message reaches."""
    citizen, mentor = case.citizen, case.mentor
    found = [Party.CITIZEN] if citizen.phone or citizen.email else []
    return [*found, Party.MENTOR] if mentor and (mentor.email or mentor.phone) else found


def _row(case: Mentorship, party: Party, moment: Moment, at: datetime) -> SurveyAsk:
    is_citizen = party is Party.CITIZEN
    return SurveyAsk(
        municipality_id=case.municipality_id,
        mentorship=case,
        party=party,
        citizen=case.citizen if is_citizen else None,
        mentor=None if is_citizen else case.mentor,
        moment=moment.name,
        due_on=moment.due_on,
        last_day=moment.last_day,
        asked_at=at,
    )


def _write(case: Mentorship, row: SurveyAsk, at: datetime, to_mentor: str) -> None:
    if row.party == Party.CITIZEN:
        citizens.ask_for_an_answer(citizen=case.citizen, at=at)
        return
    mentor = case.mentor
    assert mentor is not None
    notices.queue(
        municipality_id=case.municipality_id,
        channel=notices.Channel.EMAIL if mentor.email else notices.Channel.SMS,
        recipient=str(Party.MENTOR.label),
        address=mentor.email or mentor.phone,
        subject=_SUBJECT,
        body=to_mentor.format(address=settings.PUBLIC_ADDRESS),
    )


# Answering


@transaction.atomic
def answer(*, ask: SurveyAsk, said: Mapping[str, Any], by: User, at: datetime) -> None:
    """Keeps the answers of the one who is asked, once; nothing has to be answered, but something must.

    A late answer is kept and marked. Raises Refused, Conflict for a second answer, and NotAllowed.
    """
    person = ask.citizen_id if ask.party == Party.CITIZEN else ask.mentor_id
    if (by.kind, by.person_id) != (
        {Party.CITIZEN: "citizen", Party.MENTOR: "mentor"}[Party(ask.party)],
        person,
    ):
        raise NotAllowed(_("Kun den, der er spurgt, kan svare."))
    asked = {item.key for item in items_of(ask.moment)}
    kept = {key: value for key, value in said.items() if key in asked and value not in (None, "")}
    if not kept:
        raise Refused(_("Svar på mindst ét spørgsmål."))
    if not all(is_allowed(BY_KEY[key], value) for key, value in kept.items()):
        raise Refused(_("Vælg et af svarene."))
    in_time = is_in_time(ask.due_on, ask.last_day, danish_day(at))
    waiting = SurveyAsk.objects.filter(pk=ask.pk, answered_at=None, dropped_at=None)
    if not waiting.update(answers=kept, answered_at=at, in_time=in_time):
        raise Conflict(_("Du har allerede svaret. Tak for det."))
    audit.record("survey.answered", by=by, subject=ask, party=ask.party, moment=ask.moment, in_time=in_time)
